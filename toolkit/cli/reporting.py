"""Verbs that show results: report, explore."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, progress
from toolkit.cli.disclosing import Publishing, audience_words, audiences_of
from toolkit.document import how_many
from toolkit.errors import NEEDS_A_PERSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.reports import Copy, Run, RunResult
    from toolkit.store import Snapshot

_KINDS = {
    "board": "Board report",
    "peer-review": "Peer review",
    "area": "Area reports",
    "deep-dive": "Deep dives",
}


@dataclass(frozen=True)
class ReportSet:
    """What was made for one audience: a result for each report, the set's index page, and what a person should know."""

    audience: str
    results: list[RunResult]
    index: Path
    notes: tuple[str, ...] = ()


def make_reports(
    project: Project,
    names: Iterable[str],
    *,
    cycle_id: str | None = None,
    audience: str = "internal",
    formats: tuple[str, ...] | None = None,
    workers: int | None = None,
) -> tuple[list[RunResult], Path]:
    """`make_sets` for one audience: the results and the index page."""
    (made,) = make_sets(project, names, audiences=(audience,), cycle_id=cycle_id, formats=formats, workers=workers)
    return made.results, made.index


def make_sets(
    project: Project,
    names: Iterable[str],
    *,
    audiences: Iterable[str] = ("internal",),
    cycle_id: str | None = None,
    standard: str | None = None,
    area: str | None = None,
    formats: tuple[str, ...] | None = None,
    workers: int | None = None,
) -> list[ReportSet]:
    """Freeze one snapshot, and for each audience run the named reports, publish them and the index of its set.

    Of the named reports an audience gets those that its policy lists. `formats` None stands for those of the project
    file. What others than the office get is published only when the leak check has passed.
    """
    from toolkit.reports import audience_named, copy_for, worker_pool
    from toolkit.store import freeze, open_snapshot

    cycle = project.settings.cycle(cycle_id).id if cycle_id else project.settings.current_cycle.id
    snapshot = open_snapshot(freeze(project))
    copies = [copy_for(project, snapshot, audience_named(each)) for each in dict.fromkeys(audiences)]
    wanted = tuple(names)
    planned = [_planned(project, copy, cycle, wanted, standard=standard, area=area) for copy in copies]
    most = max(len(runs) for runs in planned)
    made = []
    with worker_pool(min(workers or os.cpu_count() or 1, most)) as executor:
        for copy, runs in zip(copies, planned, strict=True):
            publishing = Publishing(project, snapshot, copy, cycle, formats or project.settings.reports.formats)
            audience = copy.snapshot.audience
            what = "Reports" if audience == "internal" else f"Reports for {audience}"
            results = list(progress(publishing.made(runs, executor), len(runs), what))
            notes = (*publishing.swept(results), *publishing.exposed())
            made.append(ReportSet(audience, results, _index(publishing, results), notes))
    return made


def _planned(
    project: Project, copy: Copy, cycle: str, names: tuple[str, ...], *, standard: str | None, area: str | None
) -> tuple[Run, ...]:
    """The runs for one audience: of the named reports, those that its policy lists."""
    from toolkit.errors import ReportError
    from toolkit.reports import plan

    audience = copy.snapshot.audience
    listed = tuple(name for name in names if name in copy.policy.reports)
    if names and not listed:
        raise ReportError(
            f"The set for {audience} has no {', '.join(names)}; it has {', '.join(copy.policy.reports)}. Add what it "
            f"should have to reports under [audiences.{audience}] in toolkit.toml."
        )
    called = copy.area(area, project.settings)
    return plan(project, copy.snapshot, cycle, listed or names, standard=standard, area=called, audience=audience)


def _index(publishing: Publishing, results: list[RunResult]) -> Path:
    """The index lists the whole set: what was made now, what stands from before, what failed."""
    from toolkit.document import Cover, day
    from toolkit.publishing import IndexEntry, publish_index, publish_statement
    from toolkit.reports import plan

    project, snapshot, cycle = publishing.project, publishing.copy.snapshot, publishing.cycle
    failures = {result.run.name: result.message for result in results if result.state == "failed"}
    whole = plan(project, snapshot, cycle, publishing.copy.policy.reports, audience=snapshot.audience)
    internal = snapshot.audience == "internal"
    entries = [
        IndexEntry(
            kind=kind,
            title=_title(run, snapshot, cycle),
            files=() if run.name in failures else _files(run),
            failure=failures.get(run.name, "") if internal else "",
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
            *(() if internal else (("For", audience_words(snapshot)),)),
            ("Prepared by", about.office),
            ("Contact", about.contact),
        ),
        marking=about.marking,
        synthetic=about.synthetic,
    )
    folder, meta, theme = publishing.staging, publishing.meta, publishing.theme
    forms = {form for entry in entries for form, _, _ in entry.files}
    statement = publish_statement(folder, cover=cover, meta=meta, forms=forms, theme=theme, root=project.root)
    index = publish_index(entries, folder / "index.html", cover=cover, meta=meta, statement=statement.name, theme=theme)
    publishing.released((statement,))
    return publishing.released((index,))[0]


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
        click.option(
            "--audience",
            default="internal",
            show_default=True,
            help="Who may see the reports: internal, partners, public, joined with commas.",
        ),
        click.option(
            "--format",
            "formats",
            help="Which forms: html, pdf, docx, xlsx, joined with commas; without it, those of toolkit.toml.",
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
    desk: Desk, *, standard: str | None, cycle_id: str | None, formats: str | None, audience: str, workers: int | None
) -> None:
    """One standard across all organisations and areas."""
    _report(desk, ("deep-dive",), formats, cycle_id=cycle_id, standard=standard, audience=audience, workers=workers)


@report.command("area")
@click.option("--area", metavar="NAME", help="Which area (name or ONS code); without it, every one.")
@_shared
def area_report(
    desk: Desk, *, area: str | None, cycle_id: str | None, formats: str | None, audience: str, workers: int | None
) -> None:
    """One area: its gaps, its organisations, whom to learn from."""
    _report(desk, ("area",), formats, cycle_id=cycle_id, area=area, audience=audience, workers=workers)


@report.command("peer-review")
@_shared
def peer_review(desk: Desk, *, cycle_id: str | None, formats: str | None, audience: str, workers: int | None) -> None:
    """All areas side by side, for peer reviewers."""
    _report(desk, ("peer-review",), formats, cycle_id=cycle_id, audience=audience, workers=workers)


@report.command("board")
@_shared
def board(desk: Desk, *, cycle_id: str | None, formats: str | None, audience: str, workers: int | None) -> None:
    """The report to the board."""
    _report(desk, ("board",), formats, cycle_id=cycle_id, audience=audience, workers=workers)


@report.command("all")
@_shared
def everything(desk: Desk, *, cycle_id: str | None, formats: str | None, audience: str, workers: int | None) -> None:
    """The whole report set that toolkit.toml lists under [reports]."""
    names = desk.project().settings.reports.set
    _report(desk, names, formats, cycle_id=cycle_id, audience=audience, workers=workers)


def _report(
    desk: Desk,
    names: tuple[str, ...],
    formats: str | None,
    *,
    audience: str,
    cycle_id: str | None,
    workers: int | None,
    standard: str | None = None,
    area: str | None = None,
) -> None:
    from toolkit.publishing import formats_of

    made = make_sets(
        desk.project(),
        names,
        audiences=audiences_of(audience),
        cycle_id=cycle_id,
        standard=standard,
        area=area,
        formats=formats_of(formats) if formats else None,
        workers=workers,
    )
    failed = tell_sets(made)
    if failed:
        sys.exit(NEEDS_A_PERSON)


def tell_sets(made: list[ReportSet]) -> int:
    """Print for each set how many reports were made, why any failed and what to open; returns how many failed."""
    failed = 0
    for each in made:
        if len(made) > 1:
            click.echo(f"For {each.audience}:")
        failed += tell_results(each.results)
        for sentence in each.notes:
            click.echo(f"  {sentence}")
        click.echo(f"Open {each.index}")
    return failed


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
