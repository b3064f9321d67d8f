"""Verbs that show results: report, explore."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.desk import Desk, columns, progress
from toolkit.cli.disclosing import audience_words, audiences_of
from toolkit.cli.publishing_set import PublishingSet
from toolkit.document import how_many
from toolkit.errors import NEEDS_A_PERSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.reports import Copy, Run, RunResult
    from toolkit.store import Snapshot

    Publish = Callable[[Path, Path], object]

_SINGLE = ("board", "peer-review")
_FORMS = ("nbconvert.exporters.templateexporter", "toolkit.publishing.page")
"""What every document needs to be written."""
_KINDS = {
    "board": "Board report",
    "peer-review": "Peer review",
    "area": "Area reports",
    "deep-dive": "Deep dives",
}


@dataclass(frozen=True)
class How:
    """How reports are made.

    workers: how many at once on this machine; None for one a processor.
    cluster: the address of a Dask scheduler whose workers make them instead.
    engine: what runs the cells: "warm" (in the worker itself) or "kernel" (an ordinary kernel for each).
    force: make what would come out as it is, too.
    """

    workers: int | None = None
    cluster: str | None = None
    engine: str = "warm"
    force: bool = False

    def processes(self) -> int:
        """How many worker processes there are at most on this machine."""
        return self.workers or os.cpu_count() or 1

    @contextmanager
    def executor(self) -> Iterator[Executor]:
        """What runs are handed to; on this machine a process starts when there is something for it."""
        from toolkit.reports import cluster_executor, worker_pool

        with cluster_executor(self.cluster) if self.cluster else worker_pool(self.processes()) as executor:
            yield executor

    def warm_up(self, executor: Executor, project: Project, runs: int) -> None:
        """Start the workers for that many runs while it is found out what has changed."""
        from toolkit.reports import warm_up

        warm_up(executor, min(self.processes(), runs), project.runs / ".cache", _FORMS)


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
    how: How = How(),
) -> tuple[list[RunResult], Path]:
    """`make_sets` for one audience: the results and the index page."""
    (made,) = make_sets(project, names, audiences=(audience,), cycle_id=cycle_id, formats=formats, how=how)
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
    how: How = How(),
) -> list[ReportSet]:
    """Freeze one snapshot, and for each audience run the named reports, publish them and the index of its set.

    Of the named reports an audience gets those that its policy lists. What would come out as it is is not made again.
    `formats` None stands for those of the project file. What others than the office get is published only when the leak
    check has passed.
    """
    from toolkit.store import is_frozen

    wanted = tuple(names)
    one = standard is not None or area is not None or (len(wanted) == 1 and wanted[0] in _SINGLE)
    with how.executor() as executor:
        if not how.cluster and not is_frozen(project):
            how.warm_up(executor, project, 1 if one else 2 * len(wanted))
        sets = plan_sets(
            project,
            wanted,
            audiences=audiences,
            cycle_id=cycle_id,
            standard=standard,
            area=area,
            formats=formats,
            force=how.force,
        )
        runs = [(each, run, publish) for each in sets for run, publish in each.to_make()]
        results: dict[int, list[RunResult]] = {id(each): each.reused() for each in sets}
        for each in sets:
            each.snapshot.put_down()  # the workers have tables of their own
            each.copy.snapshot.put_down()
        for each, result in progress(_made(project, runs, executor, how), len(runs), "Reports"):
            results[id(each)].append(each.taken(result))
        return [_put_out(each, results[id(each)]) for each in sets]


def plan_sets(
    project: Project,
    names: Iterable[str],
    *,
    audiences: Iterable[str],
    cycle_id: str | None,
    standard: str | None,
    area: str | None,
    formats: tuple[str, ...] | None,
    force: bool,
) -> list[PublishingSet]:
    """What `make_sets` would make and reuse, for each audience; of the project only a snapshot is frozen."""
    from toolkit.reports import audience_named, copy_for
    from toolkit.store import freeze, open_snapshot

    cycle = project.settings.cycle(cycle_id).id if cycle_id else project.settings.current_cycle.id
    snapshot = open_snapshot(freeze(project))
    wanted = tuple(names)
    copies = [copy_for(project, snapshot, audience_named(each)) for each in dict.fromkeys(audiences)]
    return [
        PublishingSet(
            project,
            snapshot,
            copy,
            cycle,
            formats or project.settings.reports.formats,
            _planned(project, copy, cycle, wanted, standard=standard, area=area),
            force,
        )
        for copy in copies
    ]


def _made(
    project: Project, runs: list[tuple[PublishingSet, Run, Publish]], executor: Executor, how: How
) -> Iterator[tuple[PublishingSet, RunResult]]:
    """Each result with the set that it belongs to."""
    from toolkit.reports import run_all

    whose = {run.published: each for each, run, _ in runs}
    tasks = [(run, publish) for _, run, publish in runs]
    limit = project.settings.reports.time_limit
    for result in run_all(tasks, executor, engine=how.engine, limit=limit, workers=how.processes()):
        yield whose[result.run.published], result


def _put_out(each: PublishingSet, results: list[RunResult]) -> ReportSet:
    """Put a set where its readers find it, and its index last."""
    each.put_out(results)
    notes = (*each.swept(results), *each.exposed())
    return ReportSet(each.audience, results, _index(each, results), notes)


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


def _index(publishing: PublishingSet, results: list[RunResult]) -> Path:
    """The index lists the whole set: what was made now, what stands from before, what failed."""
    from toolkit.document import Cover, day
    from toolkit.publishing import STATEMENT, IndexEntry, publish_index, publish_statement
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
    look: dict[str, Any] = {"cover": cover, "meta": publishing.meta, "theme": publishing.theme}
    forms = sorted({form for entry in entries for form, _, _ in entry.files})
    own = project.root / "texts" / f"{STATEMENT}.yaml"

    def make(folder: Path) -> tuple[Path, Path]:
        statement = publish_statement(folder, forms=forms, root=project.root, **look)
        return statement, publish_index(entries, folder / "index.html", statement=statement.name, **look)

    words = own.read_bytes() if own.is_file() else b""
    return publishing.put_out_pages(make, (entries, look, forms, words))


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
        click.option("--explain", is_flag=True, help="Say why each report would be made or reused, and make none."),
        click.option("--force", is_flag=True, help="Make every report, also one that would come out as it is."),
        click.option(
            "--engine",
            type=click.Choice(["warm", "kernel"]),
            default="warm",
            show_default=True,
            help="Run cells in the workers themselves, or in an ordinary kernel for each notebook.",
        ),
        click.option("--cluster", metavar="ADDRESS", help="Run on a Dask cluster, such as tcp://HOST:8786."),
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
def deep_dive(desk: Desk, *, standard: str | None, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """One standard across all organisations and areas."""
    _report(desk, ("deep-dive",), standard=standard, **options)


@report.command("area")
@click.option("--area", metavar="NAME", help="Which area (name or ONS code); without it, every one.")
@_shared
def area_report(desk: Desk, *, area: str | None, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """One area: its gaps, its organisations, whom to learn from."""
    _report(desk, ("area",), area=area, **options)


@report.command("peer-review")
@_shared
def peer_review(desk: Desk, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """All areas side by side, for peer reviewers."""
    _report(desk, ("peer-review",), **options)


@report.command("board")
@_shared
def board(desk: Desk, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """The report to the board."""
    _report(desk, ("board",), **options)


@report.command("all")
@_shared
def everything(desk: Desk, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """The whole report set that toolkit.toml lists under [reports]."""
    _report(desk, desk.project().settings.reports.set, **options)


def _report(
    desk: Desk,
    names: tuple[str, ...],
    *,
    formats: str | None,
    audience: str,
    cycle_id: str | None,
    workers: int | None,
    cluster: str | None,
    engine: str,
    force: bool,
    explain: bool,
    standard: str | None = None,
    area: str | None = None,
) -> None:
    from toolkit.publishing import formats_of

    project = desk.project()
    what: dict[str, Any] = {
        "audiences": audiences_of(audience),
        "cycle_id": cycle_id,
        "standard": standard,
        "area": area,
        "formats": formats_of(formats) if formats else None,
    }
    if explain:
        _explain(plan_sets(project, names, **what, force=force))
        return
    how = How(workers, cluster, engine, force)
    if tell_sets(make_sets(project, names, **what, how=how)):
        sys.exit(NEEDS_A_PERSON)


def _explain(sets: list[PublishingSet]) -> None:
    """Say for each report why it would be made, or that it would be reused."""
    for each in sets:
        if len(sets) > 1:
            click.echo(f"For {each.audience}:")
        whys = {choice.run.name: choice.why for choice in each.choices}
        click.echo(
            columns([(run.name, f"made: {whys[run.name]}" if whys[run.name] else "reused") for run in each.runs])
        )


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
    """Print how many reports were made, why and which were reused, why any failed; returns how many were not made."""
    by_state = {
        state: sorted((result for result in results if result.state == state), key=lambda result: result.run.name)
        for state in ("made", "reused", "failed", "not run")
    }
    words = [f"{how_many(len(by_state['made']), 'report')} made"]
    if by_state["reused"]:
        words.append(f"{len(by_state['reused'])} reused, because nothing that they read has changed")
    words += [f"{len(by_state[state])} {state}" for state in ("failed", "not run") if by_state[state]]
    lost = [*by_state["failed"], *by_state["not run"]]
    click.echo(", ".join(words) + (":" if lost else ""))
    for why in dict.fromkeys(result.why for result in by_state["made"]) if by_state["reused"] else ():
        names = [result.run.name for result in by_state["made"] if result.why == why]
        click.echo(f"  made because {why}: {', '.join(names)}")
    for result in lost:
        click.echo(f"  {result.message}")
    return len(lost)


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
