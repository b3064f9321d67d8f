"""Read a date that a person typed, where it can mean only one day (or one month); everything else stays as written."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_EARLIEST, _LATEST = 2000, 2100
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {form: number for number, name in enumerate(_MONTH_NAMES, start=1) for form in (name, name[:3])} | {"sept": 9}
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ t]00:00(?::00(?:\.0+)?)?)?")
_DAY_MONTH = re.compile(r"(?:[a-z]+day )?(\d{1,2})(?:st|nd|rd|th)?(?: of)?[ -]([a-z]{3,9})[ -](\d{4})")
_MONTH_DAY = re.compile(r"([a-z]{3,9}) (\d{1,2})(?:st|nd|rd|th)? (\d{4})")
_MONTH_YEAR = re.compile(r"([a-z]{3,9})[ /-]*(\d{4}|'\d{2}|\d{2})")
_NUMERIC_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_LEADING = re.compile(r"^(?:(?:by|before|due|on)\s+)?(?:(?:the\s+)?end\s+of\s+)?")
_NO_DATE = {"", "n/a", "na", "n.a.", "none", "-", "--", "not applicable", "nil"}
_DAYS_OF_SHORTEST_MONTH_NAME = 31


def means_no_date(written: str) -> bool:
    """Whether a text says that there is no date, such as `N/A`."""
    return written.casefold().strip() in _NO_DATE


def read_date(value: object) -> dt.date | None:
    """The date in a cell, or None where there is none that can mean only one thing.

    Text is read as ISO, as day/month/year (the workbook asks for that order), with the month in words, or as a month
    alone, which means its last day. `Apr-21` may be a day or a year and is not read; `Apr-2021` and `Apr '21` are.

    Args:
        value: what python-calamine gives: a date, a datetime, text, a number. A bare number is never a date.
    """
    if isinstance(value, dt.datetime):
        return _within(value.date())
    if isinstance(value, dt.date):
        return _within(value)
    return _from_text(" ".join(value.casefold().replace(",", " ").split())) if isinstance(value, str) else None


def _within(date: dt.date) -> dt.date | None:
    return date if _EARLIEST <= date.year < _LATEST else None


@lru_cache(maxsize=2048)
def _from_text(text: str) -> dt.date | None:
    text = _LEADING.sub("", text).rstrip(".").replace("\u2019", "'")
    for pattern, read in _FORMS:
        if match := pattern.fullmatch(text):
            return read(match)
    return None


def _last_day(year: str, month: int) -> dt.date | None:
    if not 1 <= month <= 12:  # noqa: PLR2004 - months of a year
        return None
    if len(year) == 2 and int(year) <= _DAYS_OF_SHORTEST_MONTH_NAME:  # noqa: PLR2004 - two digits: a day or a year
        return None
    full = _year(year.removeprefix("'"))
    return _date(full, month, calendar.monthrange(full, month)[1]) if full else None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)  # noqa: PLR2004 - 2024 or 24


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return _within(dt.date(year, month, day))
    except ValueError:
        return None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], dt.date | None]], ...] = (
    (_ISO, lambda m: _date(int(m[1]), int(m[2]), int(m[3]))),
    (_NUMERIC, lambda m: _date(_year(m[4]), int(m[3]), int(m[1]))),
    (_DAY_MONTH, lambda m: _date(int(m[3]), _MONTHS.get(m[2], 0), int(m[1]))),
    (_MONTH_DAY, lambda m: _date(int(m[3]), _MONTHS.get(m[1], 0), int(m[2]))),
    (_MONTH_YEAR, lambda m: _last_day(m[2], _MONTHS.get(m[1], 0))),
    (_NUMERIC_MONTH, lambda m: _last_day(m[2], int(m[1]))),
)
