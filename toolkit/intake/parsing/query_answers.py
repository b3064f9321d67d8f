"""A query workbook that has come back, filled in: whose questions it answers, and the answer in every row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.intake.parsing.book import Reading
from toolkit.intake.parsing.sheets import mark_formulas
from toolkit.intake.parsing.text import ErrorCell, as_text, column_letters, fold, is_empty, without_unshown
from toolkit.intake.queries import query
from toolkit.layouts import query_texts, read_query_identities
from toolkit.records import QUERY_LAYOUT, CellCount, Return

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.intake.parsing.book import Book
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.layouts import QueryIdentity
    from toolkit.records import Query

_HEADER_WITHIN = 40
_PRINTED = "printed with the question"


@dataclass(frozen=True, slots=True)
class Answer:
    """One row's answer: the key of its question, and what stands in the two cells, each with its place.

    `value` is as the reader gives it: text, a number, a date, an ErrorCell, or "".
    """

    key: str
    sheet: str
    value: Any
    cell: str
    comment: str
    comment_cell: str


@dataclass(frozen=True, slots=True)
class QueryAnswers:
    """All answers of a workbook; `identities` has more than one where its places do not agree."""

    identities: tuple[QueryIdentity, ...]
    answers: tuple[Answer, ...]
    answered_by: str = ""


@dataclass(slots=True)
class _Found:
    """What the tables of questions hold, as they are read."""

    answers: list[Answer] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    read: int = 0
    printed: int = 0


def read_query_answers(book: Book) -> Reading | None:
    """The answers in a query workbook, however it was treated; None where the workbook is something else."""
    identities = read_query_identities(book.package.read if book.package else None, (each.rows for each in book.sheets))
    if not identities:
        return None
    if book.said.found:
        names = {"found": "an audit workbook and a query workbook"}
        return Reading(_nothing(identities[0]), hold="queries-conflict", hold_details=names)
    tables = [(sheet, row) for sheet in book.sheets if (row := _header_row(sheet)) is not None]
    if book.package is not None:
        mark_formulas([sheet for sheet, _ in tables], book.package)
    found = _Found()
    for sheet, row in tables:
        _read_table(sheet, row, found)
    answers = QueryAnswers(identities, tuple(found.answers), _answered_by(book.sheets))
    queried = len(found.queries)
    cells = CellCount(
        found.read + found.printed + queried, found.read, ((_PRINTED, found.printed),) if found.printed else (), queried
    )
    return Reading(_nothing(identities[0], tuple(found.queries)), cells=cells, answers=answers)


def _header_row(sheet: SheetRows) -> int | None:
    """The row (from 0) with the headers of the answers and their references; None where the sheet has none."""
    wanted = {fold(query_texts().label(name)) for name in ("answer", "comment", "key")}
    for number, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        if wanted <= {fold(cell) for cell in row if isinstance(cell, str)}:
            return number
    return None


def _read_table(sheet: SheetRows, header: int, found: _Found) -> None:
    labels = {fold(column.label): column.field for column in query_texts().columns}
    named = {number: labels.get(fold(as_text(cell)), "") for number, cell in enumerate(sheet.rows[header])}
    places = {field: number for number, field in reversed(named.items()) if field}
    for at, row in enumerate(sheet.rows[header + 1 :], start=header + 2):
        filled = {number for number, cell in enumerate(row) if not is_empty(cell)}
        answer = Answer(
            as_text(row[places["key"]]).casefold(),
            sheet.name,
            row[places["answer"]] if places["answer"] in filled else "",
            f"{column_letters(places['answer'])}{at}",
            _text(row[places["comment"]]) if places["comment"] in filled else "",
            f"{column_letters(places['comment'])}{at}",
        )
        answered = filled & {places["answer"], places["comment"]}
        outside = [number for number in sorted(filled) if number not in places.values()]
        found.read += len(answered)
        found.printed += len(filled) - len(answered) - len(outside)
        if answered:
            found.answers.append(answer)
        for number in outside:
            cell = f"{column_letters(number)}{at}"
            found.queries.append(query("answer-outside", sheet=sheet.name, cell=cell, found=as_text(row[number])))


def _answered_by(sheets: Iterable[SheetRows]) -> str:
    """Who answered, by the cell beside its label on the cover."""
    label = fold(query_texts().cover.answered_by)
    for sheet in sheets:
        for row in sheet.rows:
            for at, cell in enumerate(row):
                if isinstance(cell, str) and fold(cell) == label:
                    return next((_line(value) for value in row[at + 1 :] if not is_empty(value)), "")
    return ""


def _line(value: object) -> str:
    return "" if isinstance(value, ErrorCell) else " ".join(_text(value).split())


def _text(value: object) -> str:
    return without_unshown(as_text(value)).strip()


def _nothing(identity: QueryIdentity, queries: tuple[Query, ...] = ()) -> Return:
    """A return without a response: answers to queries are none of their own."""
    layout = f"{QUERY_LAYOUT}, by identity"
    return Return(identity.organisation_id, "", identity.cycle, "", layout, "", "", None, "", "", (), queries)
