"""Read a total that a person typed, where it can mean only one thing; everything else stays as written."""

from __future__ import annotations

import re

from toolkit.intake.parsing.text import as_text, fold, is_empty
from toolkit.records import CountState

MOST = 10_000_000
"""More incidents or people than any area of England could tell of; such a total is not read."""

_NUMBER = re.compile(r"\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+")
_FEW = re.compile(r"(?:fewer|less|lower) than (?:5|five)|(?:under|below) (?:5|five)|< ?(?:5|five)|1 ?(?:-|–|to) ?4")
_NOT_HELD = frozenset(
    {
        *("not held", "not available", "not recorded", "not collected", "not known", "not counted", "unknown"),
        *("no data", "no data held", "data not held", "n/a", "na", "n.a.", "n/k", "[x]", "-", "–", "—"),
    }
)
_NOUGHT = frozenset({"nil", "zero", "nought"})


def read_total(value: object) -> tuple[CountState, int | None]:
    """What a cell says as a total.

    A whole number in digits, with commas or spaces between thousands, or `nil`; "fewer than 5" in the forms that mean
    1 to 4; "not held" and its like. "12 approx", "1.5", "fewer than 10", a date or an error cell is `unreadable`: its
    number would be a guess.

    Args:
        value: what the reader of spreadsheets gives.
    """
    if is_empty(value):
        return CountState.BLANK, None
    if isinstance(value, bool):
        return CountState.UNREADABLE, None
    if isinstance(value, int | float):
        return _counted(int(value)) if float(value).is_integer() else (CountState.UNREADABLE, None)
    return _from_text(fold(as_text(value)).rstrip(".")) if isinstance(value, str) else (CountState.UNREADABLE, None)


def _from_text(text: str) -> tuple[CountState, int | None]:
    if _NUMBER.fullmatch(text):
        return _counted(int(re.sub(r"[, ]", "", text)))
    if text in _NOUGHT:
        return CountState.NUMBER, 0
    if _FEW.fullmatch(text):
        return CountState.FEW, None
    return (CountState.NOT_HELD if text in _NOT_HELD else CountState.UNREADABLE), None


def _counted(number: int) -> tuple[CountState, int | None]:
    return (CountState.NUMBER, number) if 0 <= number <= MOST else (CountState.UNREADABLE, None)
