"""Verbs around the record: receive, status, export, check."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, columns, print_json, progress, ticker
from toolkit.document import day, how_many
from toolkit.errors import NEEDS_A_PERSON
from toolkit.records import Outcome, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.project import Project
    from toolkit.records import Receipt
    from toolkit.store import GroupStatus, Status


_WORTH_TELLING = 50
"""Query workbooks that take long enough, some seconds, to show how many are done."""


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and return.")
@click.pass_obj
def receive(desk: Desk, files: tuple[Path, ...], *, as_json: bool) -> None:
    """Take in returned files: the whole inbox, or the FILES named."""
    from toolkit.intake.receiving import inbox_files, receive

    missing = [str(path) for path in files if not path.exists() and not path.is_symlink()]
    if missing:
        raise click.UsageError(f"there is no file {', '.join(missing)}")
    project = desk.project()
    total = len(files) if files else len(inbox_files(project))
    told = Told()
    for receipt in told.of(receive(project, files or None), total):
        if as_json:
            print_json(receipt.as_json())
    if not as_json:
        click.echo(told.text())
    waiting = query_workbooks(project)
    if waiting and not as_json:
        click.echo(waiting)
    if told.needs_a_person:
        sys.exit(NEEDS_A_PERSON)


def query_workbooks(project: Project, also: Iterable[str] = ()) -> str:
    """Renew the query workbooks of all about whom something new is known; a sentence about them, or nothing.

    Args:
        project: whose query workbooks.
        also: ids of organisations of which something was taken out of the record.
    """
    from toolkit.workbook import renew_query_workbooks

    tick = ticker("Writing query workbooks")
    written = renew_query_workbooks(
        project, also, lambda done, total: tick(done, total) if total >= _WORTH_TELLING else None
    )
    if not written:
        return ""
    return (
        f"To send back: {how_many(len(written), 'query workbook')} in {project.queries}, "
        "each with the text of its covering e-mail beside it."
    )


@dataclass
class Told:
    """What a person should know after a receive; no more of it is kept than is told."""

    files: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    queries: Counter[Severity] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def of(self, received: Iterable[Receipt], total: int) -> Iterator[Receipt]:
        """Pass receipts on, count them, and show how many of the `total` files are done."""
        files = groupby(received, key=lambda each: (each.file, each.sha256))
        for _, receipts in progress(files, total, "Receiving"):
            self.files += 1
            for receipt in receipts:
                self._add(receipt)
                yield receipt

    def _add(self, receipt: Receipt) -> None:
        self.outcomes[receipt.outcome] += 1
        self.queries.update(query.severity for query in receipt.queries)
        if receipt.outcome in {Outcome.HELD, Outcome.QUARANTINED}:
            self.lines.append(f"  {receipt.outcome}: {receipt.file} – {receipt.reason}")
        lapsed = (query.message for query in receipt.queries if query.code == "corrections-lapsed")
        self.lines.extend(f"  {receipt.outcome}: {receipt.file} – {message}" for message in lapsed)

    @property
    def needs_a_person(self) -> bool:
        """Whether anything is held or quarantined."""
        return bool(self.outcomes[Outcome.HELD] or self.outcomes[Outcome.QUARANTINED])

    def text(self) -> str:
        """Counts, then each file that needs somebody, with its reason."""
        if not self.files:
            return "The inbox is empty: drop returned files in audits/inbox/ and run receive again."
        returns = self.outcomes.total()
        several = f" with {returns} returns" if returns > self.files else ""
        outcomes = ", ".join(f"{self.outcomes[each]} {each}" for each in Outcome if self.outcomes[each])
        queries = ", ".join(f"{self.queries[each]} {each}" for each in Severity if self.queries[each])
        return "\n".join(
            (f"{how_many(self.files, 'file')}{several}: {outcomes}", f"Queries: {queries or 'none'}", *self.lines)
        )


@click.command()
@click.option("--cycle", "cycle_id", help="Which cycle; without it, the current one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def status(desk: Desk, cycle_id: str | None, *, as_json: bool) -> None:
    """Show who has returned, who has not, and open queries, by area and sector."""
    from toolkit.store import status as read_status

    project = desk.project()
    cycle = project.settings.cycle(cycle_id) if cycle_id else project.settings.current_cycle
    found = read_status(project, cycle.id)
    if as_json:
        print_json(found.as_json())
        return
    click.echo(_status_text(found))


def _status_text(found: Status) -> str:
    parts = [
        f"Cycle {found.cycle} ({found.framework}), issued {day(found.issued)}, due {day(found.deadline)}.",
        _group_table("Area", (*found.by_area, found.region)),
        "An organisation that serves several areas counts in each of them and once in the region.",
        _group_table("Sector", found.by_sector),
    ]
    for heading, group in (
        (f"Not returned ({len(found.not_returned)}):", found.not_returned),
        (f"Returned, but not in the register ({len(found.unregistered)}):", found.unregistered),
    ):
        if group:
            rows = [(one.organisation_id, one.organisation, one.sector, "; ".join(one.areas)) for one in group]
            parts.append(f"{heading}\n" + columns([("Id", "Organisation", "Sector", "Areas"), *rows]))
    if found.held:
        parts.append(
            f"Waiting for a decision ({len(found.held)}):\n"
            + "\n".join(f"  {file.file} – {file.reason}" for file in found.held)
        )
    return "\n\n".join(parts)


def _group_table(heading: str, groups: Iterable[GroupStatus]) -> str:
    rows = [
        (g.name, str(g.expected), str(g.returned), str(g.expected - g.returned), str(g.errors), str(g.warnings))
        for g in groups
    ]
    return columns([(heading, "Asked", "Returned", "Missing", "Query errors", "Query warnings"), *rows])


@click.command()
@click.option(
    "--out",
    "out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write; its ending (.csv, .parquet, .xlsx) chooses the form.",
)
@click.option("--audience", default="internal", show_default=True, help="For whom: internal, partners or public.")
@click.pass_obj
def export(desk: Desk, out: Path, audience: str) -> None:
    """Write all responses as one tidy table; without --audience it names organisations and leads."""
    from toolkit.cli.disclosing import audience_words, export_for

    snapshot, written = export_for(desk.project(), out, audience)
    words = audience_words(snapshot) if snapshot.audience != "internal" else "internal: names organisations and leads"
    rows = len(snapshot.columns("responses", ("cycle",)))
    click.echo(f"{how_many(rows, 'response')} in {out} ({words})")
    beside = [str(path) for path in written[1:]]
    if len(snapshot.corrections):
        where = next((path for path in beside if path.endswith(".corrections.csv")), 'the sheet "Corrections"')
        click.echo(
            f"{how_many(len(snapshot.corrections), 'correction')} in {where}: what was corrected, by whom and why"
        )
    if len(snapshot.other_ratings):
        where = next((path for path in beside if path.endswith(".other-ratings.csv")), 'the sheet "Other ratings"')
        click.echo(f"{how_many(len(snapshot.other_ratings), 'rating')} by others than the organisation in {where}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON list of sentences.")
@click.pass_obj
def check(desk: Desk, *, as_json: bool) -> None:
    """Verify settings, register, record and every file on disk against its hash."""
    from toolkit.catalogue import load_framework, load_scale
    from toolkit.errors import StoreError
    from toolkit.intake.checking import missing_layouts
    from toolkit.store import check as check_record

    project = desk.project()
    for cycle in project.settings.cycles:
        load_framework(cycle.framework, project.root)
        load_scale(cycle.scale, project.root)
    register = project.register()
    problems = check_record(project)
    try:
        problems += missing_layouts(project)
    except StoreError:
        assert problems, "a record that cannot be read is a problem"  # noqa: S101 - a wrong program
    if as_json:
        print_json(problems)
    else:
        _print_lines(problems)
        click.echo(
            f"{how_many(len(problems), 'problem')} found in toolkit.toml, register.csv "
            f"({how_many(len(register), 'organisation')}), the record, the files on disk and the snapshots."
        )
    if problems:
        sys.exit(NEEDS_A_PERSON)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(f"  {line}")
