"""Audit workbooks for the tests of receiving: issued, filled in, changed as senders do, dropped in the inbox."""

from __future__ import annotations

import datetime as dt
import io
import random
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from toolkit.catalogue import asked, load_framework, load_scale
from toolkit.intake import receive
from toolkit.layouts import load_layout
from toolkit.records import Rating, Response
from toolkit.store import open_store
from toolkit.workbook import audit_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.project import Project
    from toolkit.records import Organisation, Receipt, Return

MOMENT = dt.datetime(2024, 6, 20, 9, 30, tzinfo=dt.UTC)
LAYOUT = load_layout()
HEADER = LAYOUT.table.header_row + 1
"""The header's row as openpyxl counts."""


def column(field: str) -> int:
    """A field's column as openpyxl counts."""
    return LAYOUT.column(field) + 1


def organisation(project: Project, organisation_id: str) -> Organisation:
    """A line of the project's register."""
    return next(each for each in project.register() if each.organisation_id == organisation_id)


def answers(project: Project, organisation_id: str, cycle_id: str = "2024", seed: int = 1) -> dict[str, Response]:
    """Seeded answers to all that the organisation is asked, with evidence for each."""
    chance = random.Random(f"{seed} {organisation_id} {cycle_id}")
    cycle = project.settings.cycle(cycle_id)
    levels = load_scale(cycle.scale, project.root).levels
    framework = load_framework(cycle.framework, project.root)
    found = {}
    for each in asked(framework, organisation(project, organisation_id), project.settings.area_codes):
        level = chance.choice(levels)
        due = dt.date(2025, chance.randint(1, 12), chance.randint(1, 28))
        found[each.criterion] = Response(
            each.standard,
            each.criterion,
            level.rating,
            level.label,
            f"Evidence for {each.criterion}",
            f"Action for {each.criterion}",
            "Head of service",
            due,
            due.isoformat(),
        )
    return found


SIGNED = {"completed_by": "S Writer", "authorised_by": "S Signer", "completed_on": "2024-06-14"}


def filled(
    project: Project,
    organisation_id: str,
    given: Mapping[str, Response] | None = None,
    cycle_id: str = "2024",
    **cover: str,
) -> bytes:
    """The organisation's workbook with the given answers (all of `answers`, where none are given)."""
    cycle = project.settings.cycle(cycle_id)
    return audit_workbook(
        load_framework(cycle.framework, project.root),
        load_scale(cycle.scale, project.root),
        organisation(project, organisation_id),
        cycle,
        project.settings,
        answers(project, organisation_id, cycle_id) if given is None else given,
        {**SIGNED, **cover},
    )


def changed(content: bytes, change: Callable[[Workbook], object]) -> bytes:
    """The workbook after somebody has opened, changed and saved it."""
    book = load_workbook(io.BytesIO(content))
    change(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def standards(book: Workbook) -> Iterator[Worksheet]:
    """The sheets of the standards, as they were issued."""
    for sheet in book.worksheets:
        if sheet.cell(HEADER, 1).value == LAYOUT.columns[0].label:
            yield sheet


def rows(sheet: Worksheet) -> range:
    """The rows of a standard's table."""
    return range(HEADER + 1, sheet.max_row + 1)


def row_of(book: Workbook, criterion: str) -> tuple[Worksheet, int]:
    """Sheet and row of a criterion, as issued."""
    return next((s, r) for s in standards(book) for r in rows(s) if s.cell(r, 1).value == criterion)


def without_identity(book: Workbook) -> None:
    """Take the identity out of all three places."""
    del book.defined_names[LAYOUT.identity.defined_name]
    del book.custom_doc_props[LAYOUT.identity.property]  # type: ignore[attr-defined]  # its type stubs lack them
    del book[LAYOUT.sheets.identity]


def renamed(name: str, other: str | None) -> Callable[[Workbook], None]:
    """Write another name over the organisation's own, on the cover."""

    def change(book: Workbook) -> None:
        for row in book[LAYOUT.sheets.cover].iter_rows():
            for cell in row:
                if cell.value == name:
                    cell.value = other

    return change


def drop(project: Project, name: str, content: bytes) -> Path:
    """Put a file in the inbox."""
    path = project.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def take_in(project: Project, moment: dt.datetime = MOMENT) -> list[Receipt]:
    """Receive the inbox."""
    return list(receive(project, received_at=moment))


def received(project: Project, content: bytes, name: str = "return.xlsx", moment: dt.datetime = MOMENT) -> Receipt:
    """Drop one file in the inbox and receive it."""
    drop(project, name, content)
    (receipt,) = take_in(project, moment)
    return receipt


def current(project: Project, organisation_id: str, cycle_id: str = "2024") -> Return:
    """The organisation's return that is in the figures."""
    with open_store(project) as store:
        stored = store.current_return(organisation_id, cycle_id)
    assert stored is not None
    return stored.return_


def by_criterion(return_: Return) -> dict[str, Response]:
    """A return's responses."""
    return {response.criterion: response for response in return_.responses}


def told(responses: Mapping[str, Response]) -> dict[str, tuple[Rating, str, str, str, str, dt.date | None]]:
    """What responses say, without the places they were read from."""
    return {
        criterion: (r.rating, r.rating_as_written, r.evidence, r.action, r.lead, r.target_date)
        for criterion, r in responses.items()
    }


def codes(receipt: Receipt) -> set[str]:
    """The codes of a receipt's queries."""
    return {each.code for each in receipt.queries}
