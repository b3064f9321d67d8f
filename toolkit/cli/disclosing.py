"""What each audience gets: publishing one audience's set, and the verb audiences."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from toolkit.disclosure import Withheld
    from toolkit.project import AudienceName, Project
    from toolkit.publishing import DocumentMeta, Theme
    from toolkit.reports import Copy, Run, RunResult
    from toolkit.store import Snapshot


@dataclass(frozen=True)
class Publishing:
    """Making and publishing one audience's set: its copy of a snapshot, a cycle of it, and in which forms.

    What others than the office get is written into a folder where it is searched, and moved when nothing leaks.
    """

    project: Project
    snapshot: Snapshot
    copy: Copy
    cycle: str
    formats: tuple[str, ...]

    @property
    def audience(self) -> str:
        """Who the set is for."""
        return self.copy.snapshot.audience

    @property
    def folder(self) -> Path:
        """Where the audience finds its set."""
        return self.project.published(self.cycle, self.audience)

    @property
    def staging(self) -> Path:
        """Where documents are written first; for the office the folder itself."""
        if self.audience == "internal":
            return self.folder
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
    def withheld(self) -> Withheld:
        """What the audience may not see."""
        from toolkit.reports import withheld_from

        return withheld_from(self.project, self.snapshot, self.copy)

    def made(self, runs: Iterable[Run], executor: Executor) -> Iterator[RunResult]:
        """Make every report; results come as they are ready, with what leaks among the failed."""
        from toolkit.publishing import publish
        from toolkit.reports import run_all

        make = functools.partial(publish, formats=self.formats, meta=self.meta, theme=self.theme, standing=self.folder)
        staged = [replace(run, published=self.staging / run.published.name) for run in runs]
        for result in run_all(staged, executor, make):
            yield self._released(result)

    def released(self, files: Iterable[Path]) -> tuple[Path, ...]:
        """Move staged files of one document to where the audience finds them.

        Raises:
            PublishingError: one says what the audience may not see.
            FileAccessError: one cannot be moved.
        """
        from toolkit.publishing import release

        if self.audience == "internal":
            return tuple(files)
        return release(files, self.folder, self.withheld, self.audience)

    def swept(self, results: Iterable[RunResult]) -> tuple[str, ...]:
        """Take away what stands from before and may not be there now; a sentence for each file."""
        from toolkit.publishing import file_of, forms_to_make, sweep

        if self.audience == "internal":
            return ()
        made = [
            file_of(each.run.published, form)
            for each in results
            for form in forms_to_make(each.run.published, self.formats)
            if each.state == "made"
        ]
        return tuple(sweep(self.folder, made, self.withheld, self.audience))

    def _released(self, result: RunResult) -> RunResult:
        from toolkit.errors import ToolkitError
        from toolkit.publishing import file_of, forms_to_make

        run = replace(result.run, published=self.folder / result.run.published.name)
        if result.state == "failed":
            return replace(result, run=run)
        try:
            self._enter_counts()
            forms = forms_to_make(run.published, self.formats)
            self.released([file_of(result.run.published, form) for form in forms])
        except ToolkitError as error:
            return replace(result, run=run, state="failed", message=f"{run.title} failed ({str(error).rstrip('.')}).")
        return replace(result, run=run)

    def exposed(self) -> tuple[str, ...]:
        """A sentence for each small count of people that earlier releases give away, whatever is hidden now."""
        return tuple(
            f"Earlier releases give away the small number {each}; hiding it now does not help, so decide what to do."
            for each in (self.copy.counts.exposed if self.copy.counts else ())
        )

    def _enter_counts(self) -> None:
        """Enter into the ledger what is about to be published of counts of people; the same again is not entered."""
        from toolkit.store import append_release

        for each in self.copy.counts.releases if self.copy.counts else ():
            if each.cycle == self.cycle:
                append_release(self.project, each)


def export_for(project: Project, out: Path, audience: str) -> tuple[Snapshot, tuple[Path, ...]]:
    """Write the tidy responses as an audience may see them, searched for leaks first where it is not the office.

    Returns:
        The snapshot that was written (for others than the office a copy), and the files.

    Raises:
        PublishingError: a file would say what the audience may not see; none is written.
    """
    import tempfile
    from pathlib import Path

    from toolkit.publishing import refuse_leaks
    from toolkit.reports import audience_named, copy_for, withheld_from
    from toolkit.store import export, freeze, open_snapshot

    snapshot = open_snapshot(freeze(project))
    copy = copy_for(project, snapshot, audience_named(audience))
    if copy.snapshot.audience != "internal":
        with tempfile.TemporaryDirectory() as folder:
            hidden = withheld_from(project, snapshot, copy)
            for path in export(copy.snapshot, Path(folder) / out.name):
                refuse_leaks(path.name, path.read_bytes(), hidden, audience)
    return copy.snapshot, export(copy.snapshot, out)


def audiences_of(text: str) -> tuple[str, ...]:
    """The audiences that a text such as "internal,public" names, each once. Raises ReportError for an unknown one."""
    from toolkit.reports import audience_named

    return tuple(
        dict.fromkeys(audience_named(part.strip().lower()) for part in text.split(",") if part.strip() or not text)
    )


def audience_words(snapshot: Snapshot) -> str:
    """For whom a set is, and whom it therefore names."""
    from toolkit.reports.source import Source

    return Source(snapshot, snapshot.settings.current_cycle, snapshot.audience).audience_words


@click.command()
@click.option(
    "--show", "audience", metavar="AUDIENCE", help="Whose pseudonyms are whose: internal, never to be passed on."
)
@click.pass_obj
def audiences(desk: Desk, audience: str | None) -> None:
    """Say what each audience may see, and with --show what its pseudonyms stand for."""
    from toolkit.project import AUDIENCES

    project = desk.project()
    if audience is None:
        rows = [_policy_row(project, name) for name in AUDIENCES]
        head = ("Audience", "Organisations", "Areas", "Free text", "People", "Reports")
        click.echo(columns([head, *rows]))
        click.echo("Change it under [audiences] in toolkit.toml.")
        return
    click.echo(_key(project, audience))


def _policy_row(project: Project, name: AudienceName) -> tuple[str, ...]:
    kept = project.settings.audiences.of(name)
    people = "named" if kept.leads else "not named"
    return (name, kept.organisations, kept.areas, kept.free_text, people, ", ".join(kept.reports))


def _key(project: Project, audience: str) -> str:
    from toolkit.reports import audience_named, pseudonyms_of
    from toolkit.store import freeze, open_snapshot

    snapshot = open_snapshot(freeze(project))
    names = pseudonyms_of(project, snapshot, audience_named(audience))
    if not names.organisations:
        return f"The audience {audience} sees organisations and areas under their own names."
    known = dict(zip(snapshot.organisations["organisation_id"], snapshot.organisations["organisation"], strict=True))
    rows = sorted((f"Organisation {code}", key, known[key]) for key, code in names.organisations.items())
    places = sorted((shown, project.settings.area_codes[name], name) for name, shown in names.areas.items())
    return columns([("Pseudonym", "Id or code", "Name"), *places, *rows])
