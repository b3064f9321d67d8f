"""Computed sentences: counts with their nouns, shares with their counts, lists, dates, all in plain English."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from toolkit.document import Column, cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHARE = Column("", "share")
_POINTS = Column("", "points")


def counted(number: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 return", "1,200 returns", "no returns"."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{number:,} {noun}" if number else f"no {noun}"


def out_of(part: int, whole: int, one: str, many: str = "") -> str:
    """A count and its denominator: "3 of 12 returns", "1 of 1 return"."""
    return f"{part:,} of {whole:,} {one if whole == 1 else many or f'{one}s'}"


def are(number: int) -> str:
    """`is` for one, `are` for any other number."""
    return "is" if number == 1 else "are"


def have(number: int) -> str:
    """`has` for one, `have` for any other number."""
    return "has" if number == 1 else "have"


def percent(share: float | None) -> str:
    """A share (0 to 1) as every table prints it: "62%"; "no figure" where there is none."""
    return "no figure" if absent(share) else cell_text(share, _SHARE)


def percent_beside(share: float | None, *thresholds: float) -> str:
    """A share as `percent` prints it, with one decimal where whole per cent would cross or touch a threshold.

    49.7% beside a threshold of 50% prints as "49.7%", not as "50%"; 50% itself prints as "50%". A share so near that
    one decimal is not enough prints the nearest decimal on its own side ("49.9%").
    """
    if share is None or math.isnan(share):
        return percent(share)
    exact = _percentage(share)
    limits = [_percentage(one) for one in thresholds]
    for places, rounding in (
        ("1", ROUND_HALF_UP),
        ("0.1", ROUND_HALF_UP),
        ("0.1", ROUND_FLOOR),
        ("0.1", ROUND_CEILING),
    ):
        printed = exact.quantize(Decimal(places), rounding)
        if all(printed.compare(limit) == exact.compare(limit) for limit in limits):
            return f"{printed}%"
    return percent(share)


def points(difference: float | None) -> str:
    """A difference of shares as every table prints it: "+4.1 points"; "no figure" where there is none."""
    return "no figure" if absent(difference) else cell_text(difference, _POINTS)


def share_of(met: int, of: int, *thresholds: float) -> str:
    """A share with its count and denominator: "62% (31 of 50)", on its own side of the thresholds it is read beside."""
    return f"{percent_beside(met / of, *thresholds)} ({met:,} of {of:,})" if of else "no figure (none applicable)"


def between(lower: float | None, upper: float | None) -> str:
    """Bounds or an interval in words: "between 40% and 75%"; "exactly 62%" where both ends print the same."""
    low, high = percent(lower), percent(upper)
    return f"exactly {low}" if low == high else f"between {low} and {high}"


def listed(words: Iterable[str], most: int = 0) -> str:
    """Words as a list in a sentence: "a, b and c"; with `most`, "a, b and 5 more"."""
    found = list(words)
    if most and len(found) > most + 1:
        found = [*found[:most], f"{len(found) - most} more"]
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def criteria(references: Iterable[str], most: int = 0) -> str:
    """References with their noun: "criterion 5.10", "criteria 5.1 and 5.10"."""
    found = list(references)
    return f"{'criterion' if len(found) == 1 else 'criteria'} {listed(found, most)}"


def standards(numbers: Iterable[str]) -> str:
    """Numbers with their noun: "standard 5", "standards 5 and 7"."""
    found = list(numbers)
    return f"{'standard' if len(found) == 1 else 'standards'} {listed(found)}"


def capital(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def excerpt(text: str, longest: int = 280) -> str:
    """The start of a long text, cut between words and marked with "..."; line ends become spaces."""
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else f"{flat[:longest].rsplit(' ', 1)[0]} ..."


def _percentage(share: float) -> Decimal:
    """A share times 100, of twelve digits as in every table, so that 28.499999999999996 is 28.5."""
    return Decimal(f"{share:.12g}").scaleb(2)


def absent(value: float | None) -> bool:
    """Whether a figure is missing (None or NaN)."""
    return value is None or math.isnan(value)
