"""The verb demo: a synthetic region, from issued workbooks to published reports."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import progress
from toolkit.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.demo import Region
    from toolkit.project import Project
    from toolkit.records import Receipt


@click.command()
@click.argument("folder", metavar="[DIR]", default="demo", type=click.Path(file_okay=False, path_type=Path))
@click.option("--workers", type=click.IntRange(min=1), help="How many reports at once; without it, one a core.")
def demo(folder: Path, workers: int | None) -> None:
    """Make a synthetic region in DIR, receive it, run the whole report set, say what to open."""
    from toolkit.cli.reporting import make_reports, tell_results
    from toolkit.cli.taking_in import told
    from toolkit.demo import make_region
    from toolkit.project import open_project

    started = time.perf_counter()
    _make_way(folder)
    click.echo("Making a synthetic region: no organisation, person or answer in it is real.", err=True)
    region = make_region(folder)
    project = open_project(folder)
    receipts = _receive(project, region)
    click.echo(told(receipts))
    results, index = make_reports(project, project.settings.reports.set, workers=workers)
    failed = tell_results(results)
    click.echo(
        f"\nReady in {time.perf_counter() - started:.0f} seconds. Open\n"
        f"  {index}  (the reports)\n"
        f"  {project.issued(project.settings.current_cycle.id)}  (the blank audit workbooks)\n"
        f"and try\n"
        f"  toolkit --project {folder} status\n"
        f"  toolkit --project {folder} explore"
    )
    sys.exit(1 if failed else 0)


def _make_way(folder: Path) -> None:
    """A demo made before is made anew; anything else in the way is left alone."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / "returned" / "truth.csv").is_file():
        raise ProjectError(f"{folder} is not empty and not a demo made before; name another folder.")
    shutil.rmtree(folder)


def _receive(project: Project, region: Region) -> list[Receipt]:
    """Drop each batch into the inbox and receive it as at its day, as the office would have."""
    from toolkit.intake.receiving import receive

    def through_the_inbox() -> Iterator[Receipt]:
        for batch in region.batches:
            for file in batch.files:
                shutil.copyfile(file, project.inbox / file.name)
            yield from receive(project, received_at=batch.received_at)

    total = sum(len(batch.files) for batch in region.batches)
    return list(progress(through_the_inbox(), total, "Receiving"))
