"""The rows of an OpenDocument spreadsheet (.ods), read from its XML: what other readers show as empty is told apart."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from toolkit.intake.guards.opendocument import OpenCell, OpenTable, open_tables
from toolkit.intake.parsing.sheets import SheetRows
from toolkit.intake.parsing.text import ErrorCell

if TYPE_CHECKING:
    from toolkit.intake.guards import Package

_ERROR = re.compile(r"#(?:N/A|NAME\?|[A-Z0-9/_]{2,13}[!?])|Err:\d{3}")
_REFERENCE_LIKE = re.compile(r"\d{1,2}\.\d0")
"""A number as it is shown, which may be a criterion: 5.10 is not 5.1."""
_TIME = re.compile(r"PT(\d{1,2})H(\d{1,2})M(\d{1,2})(?:[.,]\d*)?S")
_LAST_HOUR = 23
_TRUTHS = {"TRUE": True, "FALSE": False, "true": True, "false": False}


def read_open(package: Package) -> list[SheetRows]:
    """Every sheet of a document that has passed the guard.

    Raises:
        Exception: the document is damaged.
    """
    tables = open_tables(package)
    is_calculated = any(_is_formula(cell) and _kind(cell) for table in tables for cell in table.cells)
    return [SheetRows(table.name, _rows(table, is_calculated=is_calculated), table.hidden) for table in tables]


def _rows(table: OpenTable, *, is_calculated: bool) -> list[list[Any]]:
    rows: list[list[Any]] = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        value = _value(cell)
        if value == "" and _is_formula(cell) and not _kind(cell) and not is_calculated:
            value = ErrorCell(f"={cell.attributes['table:formula'].partition('=')[2]}", "formula-not-calculated")
        for row in range(cell.row, cell.row + cell.rows):
            rows[row][cell.column : cell.column + cell.columns] = [value] * cell.columns
    return rows


def _is_formula(cell: OpenCell) -> bool:
    return "table:formula" in cell.attributes


def _kind(cell: OpenCell) -> str:
    """The kind of value; "" for an empty text, too, if it is the result of a formula that was calculated."""
    return cell.attributes.get("office:value-type", "")


def _value(cell: OpenCell) -> object:
    attributes, text = cell.attributes, cell.text
    shown = text.strip()
    if attributes.get("calcext:value-type") == "error" or _ERROR.fullmatch(shown):
        return ErrorCell(shown or "#ERROR")
    kind = _kind(cell)
    if kind in {"float", "percentage", "currency"}:
        return _number(attributes.get("office:value", ""), text)
    if kind == "date":
        return _date(attributes.get("office:date-value", ""), text)
    if kind == "time":
        return _time(attributes.get("office:time-value", ""), text)
    if kind == "boolean":
        return _TRUTHS.get(attributes.get("office:boolean-value", ""), text)
    return text or attributes.get("office:string-value", "")


def _number(written: str, text: str) -> float | str | bool:
    """The number; or the text that is shown for it, where that says more than the number can."""
    try:
        number = float(written)
    except ValueError:
        return text or written
    if text in _TRUTHS and number == _TRUTHS[text]:
        return _TRUTHS[text]
    return text if _REFERENCE_LIKE.fullmatch(text) and float(text) == number and not number.is_integer() else number


def _date(written: str, text: str) -> dt.date | dt.datetime | str:
    """The date; what is no date of the calendar stays as it is shown."""
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        return text or written
    return moment if "T" in written and moment.time() != dt.time() else moment.date()


def _time(written: str, text: str) -> dt.time | str:
    """A time of day; a longer time stays as it is shown."""
    found = _TIME.fullmatch(written)
    if found is None or int(found[1]) > _LAST_HOUR:
        return text or written
    return dt.time(int(found[1]), int(found[2]) % 60, int(found[3]) % 60)
