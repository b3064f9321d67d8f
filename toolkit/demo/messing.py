"""What senders do to a finished workbook: sheets, rows, columns, references, words, dates, cover, identity.

Each step changes an open workbook and returns which ratings can no longer be read as meant: criterion to what is left
of it. The places come from the layout that the workbook was issued with.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from toolkit.demo.definitions import load_returning
from toolkit.demo.repacking import repacked
from toolkit.records import Rating

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.catalogue import Framework, Scale
    from toolkit.layouts import Layout
    from toolkit.records import Organisation, Response

_TOUCHED = 0.12
_WORDED = 0.5
_ERRORS = ("#N/A", "#REF!", "#VALUE!")
_TYPED: tuple[Callable[[str], str], ...] = (str.upper, str.title, "  {} ".format, "{}.".format, "\u00a0{}".format, str)


@dataclass(frozen=True)
class Sender:
    """Whose workbook is messed up: chance, what it was made of, and which answers are in it."""

    stream: random.Random
    layout: Layout
    framework: Framework
    scale: Scale
    organisation: Organisation
    year: int
    answers: Mapping[str, Response]


@dataclass
class _Row:
    """A criterion's row on its sheet; `columns` maps fields to column numbers, counted from 1."""

    sheet: Worksheet
    number: int
    columns: dict[str, int]
    answer: Response

    def write(self, field: str, value: str | float, number_format: str = "") -> None:
        cell = self.sheet.cell(self.number, self.columns[field])
        cell.value = value
        if number_format:
            cell.number_format = number_format


def mess_up(content: bytes, steps: tuple[str, ...], sender: Sender) -> tuple[bytes, dict[str, Rating]]:
    """A messed-up copy of a workbook, and the criteria whose ratings are lost with what is left of them.

    Args:
        content: a finished audit workbook (.xlsx).
        steps: names of steps, done in the order in which they stand in this module.
        sender: whose workbook it is.

    Returns:
        The new bytes (the same for the same arguments), and criterion to `unreadable` or `blank`.
    """
    book = load_workbook(io.BytesIO(content))
    lost: dict[str, Rating] = {}
    for name, step in STEPS.items():
        if name in steps:
            lost |= step(book, sender) or {}
    finished = io.BytesIO()
    book.save(finished)
    return repacked(finished.getvalue()), lost


def _other_words(book: Workbook, sender: Sender) -> None:
    levels = {str(level.rating): level for level in sender.scale.levels}
    for row in _answered(book, sender):
        level = levels[str(row.answer.rating)]
        word = sender.stream.choice((level.label, *level.words))
        if sender.stream.random() < _WORDED:
            row.write("rating", sender.stream.choice(_TYPED)(word))


def _unknown_words(book: Workbook, sender: Sender) -> dict[str, Rating]:
    words = [word for word in load_returning().unknown_words if sender.scale.level(word) is None]
    return _overwritten(book, sender, words)


def _error_cells(book: Workbook, sender: Sender) -> dict[str, Rating]:
    return _overwritten(book, sender, list(_ERRORS))


def _bare_zeros(book: Workbook, sender: Sender) -> dict[str, Rating]:
    return _overwritten(book, sender, [0])


def _overwritten(book: Workbook, sender: Sender, values: Sequence[str | int]) -> dict[str, Rating]:
    rows = list(_answered(book, sender))
    lost: dict[str, Rating] = {}
    for row in sender.stream.sample(rows, max(2, round(_TOUCHED * len(rows)))):
        row.write("rating", sender.stream.choice(values))
        lost[row.answer.criterion] = Rating.UNREADABLE
    return lost


def _text_dates(book: Workbook, sender: Sender) -> None:
    for row in _answered(book, sender):
        if row.answer.target_date and sender.stream.random() < _WORDED:
            text = sender.stream.choice(load_returning().date_texts)
            text = text.format(yyyy=sender.year, yy=f"{sender.year % 100:02}", next=sender.year + 1)
            row.write("target_date", text, "@")


def _personal_data(book: Workbook, sender: Sender) -> None:
    rows = list(_answered(book, sender))
    told = load_returning().personal_data
    for row, text in zip(sender.stream.sample(rows, min(len(rows), len(told))), told, strict=False):
        row.write("evidence", text)


def _numeric_references(book: Workbook, sender: Sender) -> None:
    for row in _rows(book, sender):
        row.write("criterion", float(row.answer.criterion), "General")


def _headers_respelled(book: Workbook, sender: Sender) -> None:
    for sheet in _standard_sheets(book, sender).values():
        for at, column in enumerate(sender.layout.columns):
            if column.spellings and column.field in {"rating", "evidence", "action", "target_date"}:
                spelling = sender.stream.choice(column.spellings[:4])
                cell = sheet.cell(sender.layout.table.header_row + 1, sender.layout.table.first_column + at + 1)
                cell.value = spelling.upper() if sender.stream.random() < _WORDED else f"{spelling} "


def _rows_inserted(book: Workbook, sender: Sender) -> None:
    for sheet in _standard_sheets(book, sender).values():
        first = sender.layout.table.header_row + 1
        middle = first + sender.stream.randint(2, 3)
        _insert_rows(sheet, middle, 1)
        sheet.cell(middle, sender.layout.table.first_column + 2).value = sender.stream.choice(load_returning().notes)
        _insert_rows(sheet, 1, sender.stream.randint(1, 2))


def _insert_rows(sheet: Worksheet, at: int, amount: int) -> None:
    """Insert rows as Excel does: what stands below moves down with its merged cells and heights."""
    sheet.insert_rows(at, amount)
    for merged in sheet.merged_cells.ranges:
        if merged.min_row >= at:
            merged.shift(row_shift=amount)
    heights = {number: row.height for number, row in sheet.row_dimensions.items() if number >= at}
    for number in heights:
        sheet.row_dimensions[number].height = None
    for number, height in heights.items():
        sheet.row_dimensions[number + amount].height = height


def _insert_column(sheet: Worksheet, at: int) -> None:
    """Insert a column as Excel does: what stands to the right moves with its width and merged cells."""
    sheet.insert_cols(at)
    for merged in sheet.merged_cells.ranges:
        if merged.min_col >= at:
            merged.shift(col_shift=1)
    last = sheet.max_column
    widths = [sheet.column_dimensions[get_column_letter(column)].width for column in range(at, last)]
    for column, width in enumerate(widths, start=at + 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _columns_inserted(book: Workbook, sender: Sender) -> None:
    header = sender.layout.table.header_row + 1
    for sheet in _standard_sheets(book, sender).values():
        before = sender.layout.column(sender.stream.choice(("rating", "evidence", "action"))) + 1
        _insert_column(sheet, before)
        sheet.cell(header, before).value = "Internal notes"
        sheet.cell(header + 1, before).value = sender.stream.choice(load_returning().notes)
        if sender.stream.random() < _WORDED:
            _insert_column(sheet, 1)


def _sheets_renamed(book: Workbook, sender: Sender) -> None:
    pattern = sender.stream.choice(load_returning().sheet_names)
    for standard, sheet in _standard_sheets(book, sender).items():
        sheet.title = pattern.format(standard=standard)
    book[sender.layout.sheets.cover].title = "Front page"


def _sheets_reordered(book: Workbook, sender: Sender) -> None:
    active = book.active
    book._sheets.sort(key=lambda sheet: (sheet.sheet_state != "visible", sender.stream.random()))  # type: ignore[attr-defined]  # noqa: SLF001 - openpyxl offers only moves one by one
    book.active = book.index(active) if active else 0


def _sheet_removed(book: Workbook, sender: Sender) -> dict[str, Rating]:
    sheets = _standard_sheets(book, sender)
    standard = sender.stream.choice(sorted(sheets))
    book.remove(sheets[standard])
    return {ref: Rating.BLANK for ref, answer in sender.answers.items() if answer.standard == standard}


def _cover_emptied(book: Workbook, sender: Sender) -> None:
    _on_cover(book, sender, "organisation", None)
    _on_cover(book, sender, "lead_name", None)


def _cover_alias(book: Workbook, sender: Sender) -> None:
    aliases = sender.organisation.aliases
    _on_cover(book, sender, "organisation", f" {aliases[0].upper()} " if aliases else sender.organisation.name)


def _identity_stripped(book: Workbook, sender: Sender) -> None:
    places = sender.layout.identity
    if sender.layout.sheets.identity in book.sheetnames:
        book.remove(book[sender.layout.sheets.identity])
    book.defined_names.pop(places.defined_name, None)
    properties = book.custom_doc_props  # type: ignore[attr-defined]  # openpyxl 3.1 has it, its type stubs do not
    if places.property in properties.names:
        del properties[places.property]


STEPS: dict[str, Callable[[Workbook, Sender], dict[str, Rating] | None]] = {
    "other_words": _other_words,
    "unknown_words": _unknown_words,
    "error_cells": _error_cells,
    "bare_zeros": _bare_zeros,
    "text_dates": _text_dates,
    "personal_data": _personal_data,
    "numeric_references": _numeric_references,
    "headers_respelled": _headers_respelled,
    "cover_emptied": _cover_emptied,
    "cover_alias": _cover_alias,
    "identity_stripped": _identity_stripped,
    "sheet_removed": _sheet_removed,
    "columns_inserted": _columns_inserted,
    "rows_inserted": _rows_inserted,
    "sheets_renamed": _sheets_renamed,
    "sheets_reordered": _sheets_reordered,
}
"""Answers first, while every cell is where it was issued; then what moves cells; sheets last."""


def _standard_sheets(book: Workbook, sender: Sender) -> dict[str, Worksheet]:
    names = {s.standard: sender.layout.sheets.standard.format(standard=s.standard) for s in sender.framework.standards}
    return {standard: book[name] for standard, name in names.items() if name in book.sheetnames}


def _rows(book: Workbook, sender: Sender) -> Iterator[_Row]:
    columns: dict[str, int] = {c.field: sender.layout.column(c.field) + 1 for c in sender.layout.columns}
    for sheet in _standard_sheets(book, sender).values():
        for number in range(sender.layout.table.header_row + 2, sheet.max_row + 1):
            reference = sheet.cell(number, columns["criterion"]).value
            if isinstance(reference, str) and reference in sender.answers:
                yield _Row(sheet, number, columns, sender.answers[reference])


def _answered(book: Workbook, sender: Sender) -> Iterator[_Row]:
    return (row for row in _rows(book, sender) if row.answer.rating is not Rating.BLANK)


def _on_cover(book: Workbook, sender: Sender, key: str, value: str | None) -> None:
    cover = book[sender.layout.sheets.cover]
    label = sender.layout.cover_field(key).label
    place = sender.layout.cover_sheet
    for row in range(1, cover.max_row + 1):
        if cover.cell(row, place.label_column + 1).value == label:
            cover.cell(row, place.value_column + 1).value = value
