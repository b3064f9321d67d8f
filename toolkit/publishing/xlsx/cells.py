"""A table's cell in a spreadsheet: a number with a format, or text, that shows what every other form prints.

A number is kept as it is printed, so that nobody can read more out of the file than stands in the report: 0.342857 that
prints as "34%" is kept as 0.34.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.document import cell_text, plain_text

if TYPE_CHECKING:
    from toolkit.document import Cell, Column

NOT_AVAILABLE, NOT_APPLICABLE, CONFIDENTIAL = "[x]", "[z]", "[c]"
SHORTHAND = {
    NOT_AVAILABLE: "not available: there is nothing to show in this cell",
    NOT_APPLICABLE: "not applicable",
    CONFIDENTIAL: "confidential: left out so that nobody can be identified",
}
"""Symbols of the Analysis Function's guidance ("Symbols in tables: definitions and help") and what they say here."""

MOST_UNITS = 32_767
"""The longest text that a cell of Excel holds, in UTF-16 code units."""

_NOTHING = frozenset({"", "–"})
_CUT = "… (the rest of this text is in the report's other forms)"
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d[\d,]*)(?P<part>\.\d+)?(?P<unit>%| points|)")
_MOST_DIGITS = 15  # a double keeps no more


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell's content: text, or a number and its number format.

    `right` is whether it stands at the right, as numbers and what stands for one do; `link` leads to a sheet of the
    same workbook.
    """

    value: str | float
    format: str = ""
    right: bool = False
    link: str = ""


def shown(value: Cell, column: Column, missing: str) -> Shown:
    """A table's cell. Text stays text whatever it looks like: "5.10" is not 5.1."""
    text = cell_text(value, column, missing)
    found = words(text) if value is None or isinstance(value, str) else number(text)
    return Shown(found.value, found.format, column.format != "text", found.link)


def number(text: str) -> Shown:
    """A printed number ("62%", "+4.1 points", "1,234") as a number that shows so; text where it is none."""
    found = _NUMBER.fullmatch(text)
    if not found or sum(map(str.isdigit, text)) > _MOST_DIGITS:
        return words(text)
    sign, whole, part, unit = found["sign"], found["whole"], found["part"] or "", found["unit"]
    exact = Decimal(f"{sign}{whole.replace(',', '')}{part}")
    if f"{exact:{'+' if sign == '+' else ''},}{unit}" != text:
        return words(text)
    digits = "#,##0" + ("." + "0" * (len(part) - 1) if part else "")
    if unit == "%":
        return Shown(float(exact.scaleb(-2)), f"{digits}%", right=True)
    after = '" points"' if unit else ""
    signed = f"+{digits}{after};-{digits}{after};{digits}{after}" if sign == "+" or unit else f"{digits}{after}"
    return Shown(float(exact), signed, right=True)


def words(text: str) -> Shown:
    """Text, never empty, and no longer than Excel holds."""
    plain = plain_text(text)
    if plain.strip() in _NOTHING:
        return Shown(NOT_AVAILABLE)
    return Shown(_cut(plain))


def _cut(text: str) -> str:
    if len(text) * 2 <= MOST_UNITS or units(text) <= MOST_UNITS:
        return text
    kept = text.encode("utf-16-le")[: (MOST_UNITS - units(_CUT)) * 2].decode("utf-16-le", "ignore")
    return kept + _CUT


def units(text: str) -> int:
    """A text's length as Excel counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2
