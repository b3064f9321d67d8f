"""Report sets: what is made and reused of them, by whom, and the index that goes with them."""

from __future__ import annotations

import functools
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.cli.desk import progress
from toolkit.cli.disclosing import audience_words
from toolkit.cli.publishing_set import PublishingSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.publishing import IndexEntry
    from toolkit.reports import Copy, Run, RunResult
    from toolkit.store import Snapshot

    Publish = Callable[[Path, Path], object]

_SINGLE = ("board", "peer-review")
_FORMS = ("toolkit.publishing.ready",)
"""What every document needs to be written."""
_BEGINS_WITH = ("toolkit.reports.loaded", *_FORMS, "toolkit.reports.frozen")
"""What workers are forked with, as `worker_pool` has it."""
_FROZEN = "audits/record/frozen.json"
_FROZEN_FROM = ("toolkit.toml", "register.csv", "audits/corrections.jsonl", "audits/record/record.sqlite")
"""Files of a project that change when its reports do, and the one that is written when they have been looked at."""
_AHEAD = 2
"""Workers that open a snapshot before it is known what they will run: more may have nothing to do, and hold it."""
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

    def begin(self, folder: Path) -> None:
        """Start what workers come from before the project is read, where there seems to be something to make.

        What is imported for reading it takes a fifth of the time that workers need to be ready.
        """
        if self.cluster or not (self.force or seems_changed(folder)):
            return
        from toolkit.processes.starting import context_for, start_server

        start_server(context_for(_BEGINS_WITH))

    @contextmanager
    def executor(self) -> Iterator[Executor]:
        """What runs are handed to; on this machine a process starts when there is something for it."""
        from toolkit.reports import cluster_executor, worker_pool

        with cluster_executor(self.cluster) if self.cluster else worker_pool(self.processes(), _FORMS) as executor:
            yield executor

    def warm_up(self, executor: Executor, project: Project, runs: int) -> None:
        """Start the workers for that many runs while it is found out what has changed."""
        from toolkit.reports import warm_up

        warm_up(executor, min(self.processes(), runs), project.runs / ".cache", _FORMS)

    def open_ahead(self, executor: Executor, project: Project, runs: int, snapshot: Path) -> None:
        """Have workers open a snapshot meanwhile."""
        from toolkit.reports import open_ahead

        open_ahead(executor, min(self.processes(), runs, _AHEAD), project.runs / ".cache", snapshot)


def seems_changed(folder: Path) -> bool:
    """Whether a project was written to since its latest snapshot was frozen, or has no reports yet, by a mere look."""
    try:
        frozen = (folder / _FROZEN).stat().st_mtime_ns
        changed = [path.stat().st_mtime_ns > frozen for path in map(folder.joinpath, _FROZEN_FROM) if path.is_file()]
    except OSError:
        return (folder / "toolkit.toml").is_file()
    return any(changed) or not (folder / "reports" / ".runs").is_dir()


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
    from toolkit.store import freeze, frozen_before

    wanted = tuple(names)
    one = standard is not None or area is not None or (len(wanted) == 1 and wanted[0] in _SINGLE)
    with how.executor() as executor:
        frozen = frozen_before(project)
        many_to_make = frozen is None or how.force or not project.runs.exists()
        here, expected = many_to_make and not how.cluster, 1 if one else 2 * len(wanted)
        if here:
            how.warm_up(executor, project, expected)
        frozen = frozen or freeze(project)
        sets = plan_sets(
            project,
            wanted,
            audiences=audiences,
            cycle_id=cycle_id,
            standard=standard,
            area=area,
            formats=formats,
            force=how.force,
            frozen=frozen,
        )
        for each in sets:
            each.look_at(executor)
        if here and any(each.internal for each in sets):
            how.open_ahead(executor, project, expected, frozen)
        runs = [(each, run, publish) for each in sets for run, publish in each.to_make()]
        results: dict[int, list[RunResult]] = {id(each): each.reused() for each in sets}
        for each in sets:
            each.snapshot.put_down()  # the workers have tables of their own
            each.copy.snapshot.put_down()
        for each, result in progress(_made(project, runs, executor, how), len(runs), "Reports"):
            results[id(each)].append(each.taken(result))
        return [_put_out(each, results[id(each)], executor) for each in sets]


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
    frozen: Path | None = None,
) -> list[PublishingSet]:
    """What `make_sets` would make and reuse, for each audience, of a snapshot; one is frozen where none is."""
    from toolkit.reports import audience_named, copy_for
    from toolkit.store import freeze, open_snapshot

    cycle = project.settings.cycle(cycle_id).id if cycle_id else project.settings.current_cycle.id
    snapshot = open_snapshot(frozen or freeze(project))
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


def _put_out(each: PublishingSet, results: list[RunResult], executor: Executor) -> ReportSet:
    """Put a set where its readers find it, and its index last."""
    each.put_out(results)
    notes = (*each.swept(results), *each.exposed())
    return ReportSet(each.audience, results, _index(each, results, executor), notes)


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


def _index(publishing: PublishingSet, results: list[RunResult], executor: Executor) -> Path:
    """The index lists the whole set: what was made now, what stands from before, what failed."""
    from toolkit.document import Cover, day
    from toolkit.publishing import STATEMENT, IndexEntry
    from toolkit.reports import plan

    project, snapshot, cycle = publishing.project, publishing.copy.snapshot, publishing.cycle
    failures = {result.run.name: result.message for result in results if result.state in {"failed", "not run"}}
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
    words = own.read_bytes() if own.is_file() else b""
    make = functools.partial(write_pages, entries=entries, forms=forms, root=project.root, look=look)
    warm = executor if any(result.state == "made" for result in results) else None
    return publishing.put_out_pages(make, (entries, look, forms, words), warm)


def write_pages(
    folder: Path, *, entries: list[IndexEntry], forms: list[str], root: Path, look: dict[str, Any]
) -> tuple[Path, Path]:
    """Write the accessibility statement and the index of a set into a folder."""
    from toolkit.publishing import publish_index, publish_statement

    statement = publish_statement(folder, forms=forms, root=root, **look)
    return statement, publish_index(entries, folder / "index.html", statement=statement.name, **look)


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
