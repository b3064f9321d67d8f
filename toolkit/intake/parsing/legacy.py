"""The rows of a workbook of Excel 97-2003 (.xls)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import xlrd

from toolkit.intake.guards.legacy import neutral_stream
from toolkit.intake.parsing.sheets import SheetRows
from toolkit.intake.parsing.text import ErrorCell

if TYPE_CHECKING:
    import datetime as dt


def read_legacy(content: bytes) -> list[SheetRows]:
    """Every worksheet of a workbook that has passed the guard.

    Raises:
        Exception: whatever the reader raises on a file it cannot read.
    """
    with xlrd.open_workbook(
        file_contents=neutral_stream(content), logfile=io.StringIO(), formatting_info=False, ragged_rows=True
    ) as book:
        return [SheetRows(sheet.name, _rows(sheet, book.datemode), hidden=sheet.visibility != 0) for sheet in book]


def _rows(sheet: xlrd.sheet.Sheet, datemode: int) -> list[list[Any]]:
    rows: list[list[Any]] = [[_value(cell, datemode) for cell in sheet.row(number)] for number in range(sheet.nrows)]
    widest = max(map(len, rows), default=0)
    for row in rows:
        row.extend([""] * (widest - len(row)))
    return rows


def _value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ErrorCell(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(cell.value, datemode)
    return cell.value


def _date(number: float, datemode: int) -> dt.datetime | dt.date | dt.time | float:
    """A date, a time or both; a number that is no date stays the number."""
    try:
        moment: dt.datetime = xlrd.xldate_as_datetime(number, datemode)
    except (OverflowError, ValueError):
        return number
    if 0 <= number < 1:
        return moment.time()
    return moment.date() if float(number).is_integer() else moment
