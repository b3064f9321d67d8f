"""Verbs that show results: report, explore."""

from __future__ import annotations

import functools
import os
import sys
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, progress
from toolkit.document import how_many
from toolkit.errors import NEEDS_A_PERSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.publishing import DocumentMeta
    from toolkit.reports import Run, RunResult
    from toolkit.store import Snapshot

_KINDS = {
    "board": "Board report",
    "peer-review": "Peer review",
    "area": "Area reports",
    "deep-dive": "Deep dives",
}


def make_reports(
    project: Project,
    names: Iterable[str],
    *,
    cycle_id: str | None = None,
    standard: str | None = None,
    area: str | None = None,
    audience: str = "internal",
    formats: tuple[str, ...] = ("html",),
    workers: int | None = None,
) -> tuple[list[RunResult], Path]:
    """Freeze a snapshot, run the named reports, publish them and the set's index; gives results and the index page."""
    from toolkit.publishing import publish
    from toolkit.reports import plan, run_all, worker_pool
    from toolkit.store import freeze, open_snapshot

    cycle = project.settings.cycle(cycle_id).id if cycle_id else project.settings.current_cycle.id
    snapshot = open_snapshot(freeze(project))
    runs = plan(project, snapshot, cycle, names, standard=standard, area=area, audience=audience)
    make = functools.partial(publish, formats=formats, meta=_meta(project, snapshot))
    with worker_pool(min(workers or os.cpu_count() or 1, len(runs))) as executor:
        results = list(progress(run_all(runs, executor, make), len(runs), "Reports"))
    return results, _index(project, snapshot, cycle, audience, results)


def _meta(project: Project, snapshot: Snapshot) -> DocumentMeta:
    from importlib.metadata import version

    from toolkit.publishing import DocumentMeta

    about = project.settings.project
    return DocumentMeta(
        office=about.office,
        snapshot=snapshot.id,
        toolkit_version=version("standards-audit-toolkit"),
        contact=about.contact,
        moment=snapshot.data_cut,
    )


def _index(project: Project, snapshot: Snapshot, cycle: str, audience: str, results: list[RunResult]) -> Path:
    """The index lists the whole set: what was made now, what stands from before, what failed."""
    from toolkit.document import Cover, day
    from toolkit.publishing import IndexEntry, publish_index
    from toolkit.reports import plan

    failures = {result.run.name: result.message for result in results if result.state == "failed"}
    whole: tuple[Run, ...] = plan(project, snapshot, cycle, audience=audience)
    entries = [
        IndexEntry(
            kind=kind,
            title=_title(run, snapshot, cycle),
            files=() if run.name in failures else _files(run),
            failure=failures.get(run.name, ""),
        )
        for report, kind in _KINDS.items()
        for run in whole
        if run.report == report and (run.name in failures or _files(run))
    ]
    about = project.settings.project
    cover = Cover(
        title=about.name,
        subtitle=f"Report set for cycle {cycle}",
        facts=(
            ("Framework", snapshot.framework(cycle).title),
            ("Data cut", day(snapshot.data_cut)),
            ("Prepared by", about.office),
            ("Contact", about.contact),
        ),
        marking=about.marking,
        synthetic=about.synthetic,
    )
    return publish_index(
        entries, project.published(cycle, audience) / "index.html", cover=cover, meta=_meta(project, snapshot)
    )


def _files(run: Run) -> tuple[tuple[str, str, int], ...]:
    """The files of a report that stand in its folder, by form: name and size."""
    from toolkit.publishing import FORMS, file_of

    found = [(form, file_of(run.published, form)) for form in FORMS]
    return tuple((form, path.name, path.stat().st_size) for form, path in found if path.is_file())


def _title(run: Run, snapshot: Snapshot, cycle: str) -> str:
    """What the index calls a report: under its kind's heading, the standard or area says it all."""
    parameters = dict(run.parameters)
    if "standard" in parameters:
        standard = snapshot.framework(cycle).standard(parameters["standard"])
        return f"Standard {standard.standard}: {standard.title}"
    return parameters.get("area", run.title)


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--workers", type=click.IntRange(min=1), help="How many at once; without it, one a core."),
        click.option("--audience", default="internal", show_default=True, help="Who may see the reports."),
        click.option(
            "--format",
            "formats",
            default="html",
            show_default=True,
            help="Which forms to publish: html, pdf, docx, xlsx, or several joined with commas.",
        ),
        click.option("--cycle", "cycle_id", help="Which cycle; without it, the current one."),
        click.pass_obj,
    ):
        command = option(command)
    return command


@click.group()
def report() -> None:
    """Run the notebook templates and publish them: deep-dive, area, peer-review, board, all."""


@report.command("deep-dive")
@click.option("--standard", metavar="N", help="Which standard; without it, every one.")
@_shared
def deep_dive(
    desk: Desk, *, standard: str | None, cycle_id: str | None, formats: str, audience: str, workers: int | None
) -> None:
    """One standard across all organisations and areas."""
    _report(desk, ("deep-dive",), formats, cycle_id=cycle_id, standard=standard, audience=audience, workers=workers)


@report.command("area")
@click.option("--area", metavar="NAME", help="Which area (name or ONS code); without it, every one.")
@_shared
def area_report(
    desk: Desk, *, area: str | None, cycle_id: str | None, formats: str, audience: str, workers: int | None
) -> None:
    """One area: its gaps, its organisations, whom to learn from."""
    _report(desk, ("area",), formats, cycle_id=cycle_id, area=area, audience=audience, workers=workers)


@report.command("peer-review")
@_shared
def peer_review(desk: Desk, *, cycle_id: str | None, formats: str, audience: str, workers: int | None) -> None:
    """All areas side by side, for peer reviewers."""
    _report(desk, ("peer-review",), formats, cycle_id=cycle_id, audience=audience, workers=workers)


@report.command("board")
@_shared
def board(desk: Desk, *, cycle_id: str | None, formats: str, audience: str, workers: int | None) -> None:
    """The report to the board."""
    _report(desk, ("board",), formats, cycle_id=cycle_id, audience=audience, workers=workers)


@report.command("all")
@_shared
def everything(desk: Desk, *, cycle_id: str | None, formats: str, audience: str, workers: int | None) -> None:
    """The whole report set that toolkit.toml lists under [reports]."""
    names = desk.project().settings.reports.set
    _report(desk, names, formats, cycle_id=cycle_id, audience=audience, workers=workers)


def _report(
    desk: Desk,
    names: tuple[str, ...],
    formats: str,
    *,
    audience: str,
    cycle_id: str | None,
    workers: int | None,
    standard: str | None = None,
    area: str | None = None,
) -> None:
    from toolkit.publishing import formats_of

    results, index = make_reports(
        desk.project(),
        names,
        cycle_id=cycle_id,
        standard=standard,
        area=area,
        audience=audience,
        formats=formats_of(formats),
        workers=workers,
    )
    failed = tell_results(results)
    click.echo(f"Open {index}")
    if failed:
        sys.exit(NEEDS_A_PERSON)


def tell_results(results: list[RunResult]) -> int:
    """Print how many reports were made and why any failed; returns the number that failed."""
    failed = sorted((result for result in results if result.state == "failed"), key=lambda result: result.run.name)
    click.echo(
        f"{how_many(len(results) - len(failed), 'report')} made" + (f", {len(failed)} failed:" if failed else "")
    )
    for result in failed:
        click.echo(f"  {result.message}")
    return len(failed)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8888, show_default=True, help="JupyterLab's port.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening a browser.")
@click.pass_obj
def explore(desk: Desk, port: int, *, no_browser: bool) -> None:
    """Open the explorer in JupyterLab, on this machine only."""
    from toolkit.explorer import open_explorer

    def tell(address: str) -> None:
        click.echo(f"The explorer is at {address}\nPress Ctrl+C here to stop it.")

    sys.exit(open_explorer(desk.project(), tell, port=port, browser=not no_browser))
