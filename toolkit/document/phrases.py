"""Numbers in words, the same in sentences, tables and alternative text."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.document.blocks import Column, cell_text
from toolkit.records import Rating

if TYPE_CHECKING:
    import datetime as dt

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""The months in English, whatever the system's language."""

RATING_WORDS = MappingProxyType(
    {
        Rating.MET: "Met",
        Rating.PARTLY_MET: "Partly met",
        Rating.NOT_MET: "Not met",
        Rating.NOT_APPLICABLE: "Not applicable",
        Rating.BLANK: "Blank",
        Rating.UNREADABLE: "Unreadable",
    }
)
"""The six ratings as they print where a scale has no words of its own, in the order in which they are shown."""


def percent(share: float | None) -> str:
    """A share from 0 to 1: "62%", or a dash where there is none."""
    return cell_text(share, Column("", "share"))


def points(difference: float | None) -> str:
    """A difference of two shares: "+4.1 points", or a dash where there is none."""
    return cell_text(difference, Column("", "points"))


def share_of(share: float | None, met: int, applicable: int, nothing: str = "none asked") -> str:
    """A share with its count and denominator: "62% (31 of 50)"; `nothing` (see `no_share`) for a denominator of 0."""
    return f"{percent(share)} ({met:,} of {applicable:,})" if applicable else nothing


def no_share(asked: int, returned: int) -> str:
    """Why a share has no denominator: "none asked", "no return" of those asked, or "none apply" to those returned."""
    return "none asked" if not asked else "none apply" if returned else "no return"


def span_of(lower: float | None, upper: float | None) -> str:
    """Bounds of a share: "58% to 71%", or a dash where there are none."""
    return "–" if lower is None or upper is None else f"{percent(lower)} to {percent(upper)}"


def points_span_of(lower: float | None, upper: float | None) -> str:
    """Bounds of a difference: "-3.0 to +11.2 points", or a dash where there are none."""
    return "–" if lower is None or upper is None else f"{points(lower).removesuffix(' points')} to {points(upper)}"


def how_many(number: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 organisation", "2 organisations"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(date: dt.date) -> str:
    """A date as British readers write it: "28 June 2024"."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"
