"""One audience's report set: what of it is made and what is reused, where it waits, when it is put out."""

from __future__ import annotations

import functools
import hashlib
from concurrent.futures import BrokenExecutor, CancelledError
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from toolkit.disclosure import Withheld
    from toolkit.project import Project
    from toolkit.publishing import DocumentMeta, Theme
    from toolkit.reports import Choice, Copy, Ingredients, Run, RunResult
    from toolkit.store import Snapshot


@dataclass(frozen=True)
class PublishingSet:
    """Making and publishing one audience's set: its copy of a snapshot, a cycle of it, and in which forms.

    Documents are written into a folder where they wait; what others than the office get is searched there for leaks.
    When all are done they are put where their readers find them, so that nobody sees half of a set.
    """

    project: Project
    snapshot: Snapshot
    copy: Copy
    cycle: str
    formats: tuple[str, ...]
    runs: tuple[Run, ...]
    force: bool = False

    @property
    def audience(self) -> str:
        """Who the set is for."""
        return self.copy.snapshot.audience

    @property
    def internal(self) -> bool:
        """Whether it is for the office, which may see everything."""
        return self.audience == "internal"

    @property
    def folder(self) -> Path:
        """Where the audience finds its set."""
        return self.project.published(self.cycle, self.audience)

    @property
    def staging(self) -> Path:
        """Where documents wait until the set is done."""
        return self.project.runs / self.cycle / self.audience / "staged"

    @cached_property
    def theme(self) -> Theme:
        """How the documents look."""
        from toolkit.publishing import load_theme

        return load_theme(self.project.settings.reports.theme, self.project.root)

    @cached_property
    def meta(self) -> DocumentMeta:
        """What the documents say about themselves."""
        from importlib.metadata import version

        from toolkit.publishing import DocumentMeta

        about = self.project.settings.project
        return DocumentMeta(
            office=about.office,
            snapshot=self.copy.snapshot.id,
            toolkit_version=version("standards-audit-toolkit"),
            contact=about.contact,
            moment=self.copy.snapshot.data_cut,
        )

    @cached_property
    def look(self) -> str:
        """A digest of what publishing adds to what a notebook shows, apart from the snapshot that it names."""
        added = replace(self.meta, snapshot="", moment=None), self.theme, self.theme.logo_png
        return hashlib.sha256(repr(added).encode("utf-8")).hexdigest()

    @cached_property
    def withheld(self) -> Withheld:
        """What the audience may not see."""
        from toolkit.reports import withheld_from

        return withheld_from(self.project, self.snapshot, self.copy)

    @cached_property
    def forms(self) -> dict[str, tuple[str, ...]]:
        """The forms that each run, by name, is wanted in: those asked for, and those in which it stands already."""
        from toolkit.publishing import forms_to_make

        return {run.name: forms_to_make(run.published, self.formats) for run in self.runs}

    @cached_property
    def ingredients(self) -> Ingredients:
        """What its reports are made of."""
        from toolkit.reports import Ingredients

        return Ingredients(self.copy.snapshot, self.look)

    @cached_property
    def choices(self) -> list[Choice]:
        """What is made and what is reused, the longest first."""
        from toolkit.reports import choose

        return choose(
            self.runs,
            self.ingredients,
            forms=self.forms,
            places=(self.folder, self.staging),
            force=self.force,
        )

    def look_at(self, executor: Executor) -> None:
        """Have a worker look at what its reports read, which tells whether they are made or reused."""
        self.ingredients.look_at(self.runs, executor, force=self.force)

    def to_make(self) -> list[tuple[Run, Callable[[Path, Path], object]]]:
        """The runs that are not reused, each writing into the folder where documents wait."""
        from toolkit.publishing import publish
        from toolkit.reports import record_of

        make = functools.partial(publish, formats=self.formats, meta=self.meta, theme=self.theme, standing=self.folder)
        chosen = [choice.run for choice in self.choices if choice.why]
        for run in chosen:
            record_of(run).unlink(missing_ok=True)  # what is about to be made anew is not what was made
        return [(replace(run, published=self.staging / run.published.name), make) for run in chosen]

    def reused(self) -> list[RunResult]:
        """A result for each run that is not made again; what still waits is searched for leaks as names are now."""
        from toolkit.errors import ToolkitError
        from toolkit.reports import RunResult

        found = []
        for run in [choice.run for choice in self.choices if not choice.why]:
            result = RunResult(run, "reused", 0.0)
            try:
                self._clear([path for path in self._all_waiting(run) if path.is_file()])
            except ToolkitError as error:
                result = _failed(result, error)
            found.append(result)
        return found

    def taken(self, result: RunResult) -> RunResult:
        """A result as this set tells it: searched for leaks and entered as made, or failed."""
        from toolkit.errors import ToolkitError
        from toolkit.reports import Made, digests, record_of, write_made

        choice = next(each for each in self.choices if each.run.name == result.run.name)
        result = replace(result, run=choice.run, why=choice.why)
        if result.state != "made":
            return result
        forms, snapshot = self.forms[result.run.name], self.copy.snapshot.id
        try:
            self._clear(self._all_waiting(result.run))
            files = digests(self.staging, result.run.name, forms)
            ingredients = self.ingredients.of(result.run)
            made = Made(snapshot, snapshot, ingredients, files, round(result.seconds, 3))
            write_made(record_of(result.run), made)
        except ToolkitError as error:
            return _failed(result, error)
        return result

    def put_out(self, results: Iterable[RunResult]) -> None:
        """Put what was made where its readers find it, and what an interrupted run left waiting."""
        from toolkit.publishing import put_out

        done = [result.run for result in results if result.state in {"made", "reused"}]
        put_out([path for run in done for path in self._all_waiting(run) if path.is_file()], self.folder)

    def put_out_pages(
        self, make: Callable[[Path], tuple[Path, ...]], content: object, executor: Executor | None = None
    ) -> Path:
        """Make the set's own pages, search them for leaks and put them out, where they would not come out as they are.

        Args:
            make: writes the pages into a folder; the index is the last.
            content: all that they are made of.
            executor: whose workers write them; None for this process.

        Returns:
            The index.
        """
        from toolkit.publishing import put_out
        from toolkit.reports import Made, read_made, write_made
        from toolkit.store import installed

        record, index = self.staging.with_name("pages.json"), self.folder / "index.html"
        key = hashlib.sha256(f"{installed()}{self.look}{content!r}".encode()).hexdigest()
        made = read_made(record)
        if made and made.ingredients == {"pages": key} and made.files == self._standing(made.files):
            return index
        self.staging.mkdir(parents=True, exist_ok=True)
        try:
            files = executor.submit(make, self.staging).result() if executor else make(self.staging)
        except (BrokenExecutor, CancelledError):  # a report has ended its worker, and the pool with it
            files = make(self.staging)
        self._clear(files)
        out = put_out(files, self.folder)
        snapshot = self.copy.snapshot.id
        write_made(record, Made(snapshot, snapshot, {"pages": key}, self._standing(path.name for path in out)))
        return index

    def _standing(self, names: Iterable[str]) -> dict[str, str]:
        """The SHA-256 of files where readers find them, "" for one that is not there."""
        files = {name: self.folder / name for name in names}
        return {
            name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            for name, path in files.items()
        }

    def swept(self, results: Iterable[RunResult]) -> tuple[str, ...]:
        """Take away what stands from before and may not be there now; a sentence for each file."""
        from toolkit.publishing import file_of, sweep

        if self.internal:
            return ()
        passed = [
            file_of(each.run.published, form)
            for each in results
            for form in self.forms[each.run.name]
            if each.state == "made"
        ]
        return tuple(sweep(self.folder, passed, self.withheld, self.audience))

    def exposed(self) -> tuple[str, ...]:
        """A sentence for each small count of people that earlier releases give away, whatever is hidden now."""
        return tuple(
            f"Earlier releases give away the small number {each}; hiding it now does not help, so decide what to do."
            for each in (self.copy.counts.exposed if self.copy.counts else ())
        )

    def _all_waiting(self, run: Run) -> list[Path]:
        """The files of a run's document, in the folder where it waits."""
        from toolkit.publishing import file_of

        return [file_of(self.staging / run.published.name, form) for form in self.forms[run.name]]

    def _clear(self, files: Sequence[Path]) -> None:
        from toolkit.publishing import cleared

        if files and not self.internal:
            self._enter_counts()
            cleared(files, self.folder, self.withheld, self.audience)

    def _enter_counts(self) -> None:
        """Enter into the ledger what is about to be published of counts of people; the same again is not entered."""
        from toolkit.store import append_release

        for each in self.copy.counts.releases if self.copy.counts else ():
            if each.cycle == self.cycle:
                append_release(self.project, each)


def _failed(result: RunResult, error: Exception) -> RunResult:
    """The result of a document that may not be published, and why."""
    return replace(result, state="failed", message=f"{result.run.title} failed ({str(error).rstrip('.')}).")
