"""When a survey was answered: the time stamps of a column, read only where they can mean one day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.intake.parsing.dates import means_no_date, read_date
from toolkit.intake.parsing.grid_references import one_line
from toolkit.intake.parsing.text import is_empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_STAMP = re.compile(
    r"^(?P<date>.*?\d)(?:,?\s+|T)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|GMT|BST|[+-]\d{2}:?\d{2})?$"
)
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})")
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the second of it where the time is known."""

    date: dt.date
    second: int | None = None


def read_moments(values: Mapping[int, object]) -> dict[int, Moment | None]:
    """The moment in each cell of a column, by row; None where one cannot be read, nothing where the cell is empty.

    Days are written before months, as everywhere in this country; where one cell of the column shows that its program
    writes months first, no date of the column that is written in numbers is read.
    """
    american = any(_shows_month_first(value) for value in values.values())
    return {
        row: None if american and _is_numeric(value) else _moment(value)
        for row, value in values.items()
        if not is_empty(value) and not (isinstance(value, str) and means_no_date(value))
    }


def later(one: Iterable[Moment | None], other: Iterable[Moment | None]) -> bool:
    """Whether the first of two rows is certainly the later one: some column says so, and no column says the reverse."""
    orders = [_order(a, b) for a, b in zip(one, other, strict=True)]
    return 1 in orders and -1 not in orders


def _order(one: Moment | None, other: Moment | None) -> int:
    if one is None or other is None:
        return 0
    if one.date != other.date:
        return 1 if one.date > other.date else -1
    if one.second is None or other.second is None or one.second == other.second:
        return 0
    return 1 if one.second > other.second else -1


def _moment(value: object) -> Moment | None:
    if isinstance(value, dt.datetime):
        date = read_date(value)
        has_time = value.time() != dt.time()
        second = value.hour * 3600 + value.minute * 60 + value.second if has_time else None
        return Moment(date, second) if date else None
    stamp = _STAMP.match(one_line(value)) if isinstance(value, str) else None
    date = read_date(stamp["date"] if stamp else value)
    return Moment(date, _second(stamp) if stamp else None) if date else None


def _second(stamp: re.Match[str]) -> int | None:
    hour, half = int(stamp["hour"]), (stamp["half"] or "").casefold().replace(".", "")
    if half and not 1 <= hour <= _MONTHS:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 3600 + int(stamp["minute"]) * 60 + int(stamp["second"] or 0)


def _shows_month_first(value: object) -> bool:
    match = _NUMERIC.match(one_line(value)) if isinstance(value, str) else None
    return match is not None and int(match[2]) > _MONTHS


def _is_numeric(value: object) -> bool:
    return isinstance(value, str) and _NUMERIC.match(one_line(value)) is not None
