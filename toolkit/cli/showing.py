"""The verb demo: a synthetic region, from issued workbooks to published reports."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import click

from toolkit.cli.desk import ticker
from toolkit.errors import ProjectError

_SHOWN_TO_OTHERS = ("board", "peer-review")
"""What the demo makes for other audiences: enough to see what differs."""

_SETS = {
    "internal": "the reports",
    "partners": "for partners: no person is named",
    "public": "for the public: organisations and areas have pseudonyms",
}


@click.command()
@click.argument("folder", metavar="[DIR]", default="demo", type=click.Path(file_okay=False, path_type=Path))
@click.option("--workers", type=click.IntRange(min=1), help="How many reports at once; without it, one a core.")
def demo(folder: Path, workers: int | None) -> None:
    """Make a synthetic region in DIR, receive it, run the whole report set, say what to open."""
    from toolkit.cli.report_sets import How, make_sets
    from toolkit.cli.reporting import tell_results
    from toolkit.cli.taking_in import Told, query_workbooks
    from toolkit.demo import make_region, receive_region
    from toolkit.project import open_project

    started = time.perf_counter()
    _make_way(folder)
    click.echo("Making a synthetic region: no organisation, person or answer in it is real.", err=True)
    region = make_region(folder, progress=ticker("Issuing and filling in"))
    project = open_project(folder)
    told = Told()
    for _ in told.of(receive_region(region), len(region.files)):
        pass
    click.echo(told.text())
    click.echo(query_workbooks(project))
    sets = [
        *make_sets(project, project.settings.reports.set, how=How(workers)),
        *make_sets(project, _SHOWN_TO_OTHERS, audiences=("partners", "public"), how=How(workers)),
    ]
    failed = tell_results([result for each in sets for result in each.results])
    opened = "".join(f"  {each.index}  ({_SETS[each.audience]})\n" for each in sets)
    click.echo(
        f"\nReady in {time.perf_counter() - started:.0f} seconds. Open\n"
        f"{opened}"
        f"  {project.issued(project.settings.current_cycle.id)}  (the blank audit workbooks)\n"
        f"and try\n"
        f"  {_this_command()} --project {folder} status\n"
        f"  {_this_command()} --project {folder} explore"
    )
    sys.exit(1 if failed else 0)


def _this_command() -> str:
    """The toolkit as the user can type it here: `toolkit` where it is on the path, else where it lies."""
    program = Path(sys.argv[0])
    if shutil.which("toolkit") or program.stem != "toolkit":
        return "toolkit"
    return str(program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program)


def _make_way(folder: Path) -> None:
    """A demo made before is made anew; anything else in the way is left alone."""
    from toolkit.project import open_project

    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "returned").is_dir() or not open_project(folder).settings.project.synthetic:
        raise ProjectError(f"{folder} is not empty and not a demo made before; name another folder.")
    shutil.rmtree(folder)
