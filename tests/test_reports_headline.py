"""The headline share in words: bounds are said once, and a 0 is never reassuring where nothing was compared."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from toolkit.reports.headline import ALL, ESSENTIAL, count_figure
from toolkit.scoring import Measures


def measures(**known: Any) -> Measures:  # noqa: ANN401 - counts and shares by name
    return Measures(**{each.name: 0 for each in fields(Measures)} | known)


def essential(met: int, applicable: int, unknown: int, missing: int, **known: Any) -> Measures:  # noqa: ANN401 - as above
    whole = applicable + missing
    return measures(
        essential_met=met,
        essential_applicable=applicable,
        essential_lower=met / whole,
        essential_upper=(met + unknown + missing) / whole,
        **known,
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (essential(31, 50, 0, 0), "62% (31 of 50) of essential answers are met. No essential answer is outstanding."),
        (
            essential(406, 610, 1, 0, blank=1),
            (
                "67% (406 of 610) of essential answers are met. It stays at 67% whatever the outstanding answers "
                "turn out to be."
            ),
        ),
        (
            essential(31, 50, 2, 10, expected=14, returned=2, unreadable=2),
            (
                "62% (31 of 50) of essential answers are met. It could be as low as 52% or as high as 72% once the 12 "
                "missing returns and the unanswered questions are in."
            ),
        ),
        (
            essential(31, 50, 0, 10, expected=3, returned=2),
            (
                "62% (31 of 50) of essential answers are met. It could be as low as 52% or as high as 68% once the "
                "missing return is in."
            ),
        ),
        (
            essential(0, 0, 0, 4, expected=3, returned=2),
            "There is no figure for essential answers yet: no applicable one has come in.",
        ),
    ],
)
def test_the_sentence_says_what_is_outstanding(found: Measures, said: str) -> None:
    assert ESSENTIAL.sentence(found) == said


def test_a_key_figure_is_a_count_or_a_dash() -> None:
    shown = ESSENTIAL.figure(essential(31, 50, 2, 10, expected=14, returned=2))
    assert (shown.value, shown.detail) == ("62%", "31 of 50 answers")
    empty = ALL.figure(measures(lower=0.0, upper=1.0))
    assert (empty.value, empty.detail) == ("–", "no applicable answer yet")


@pytest.mark.parametrize(
    ("compared", "total", "value", "detail"),
    [
        (6, 6, "0", "of 6 criteria"),
        (1, 6, "0", "of 1 criterion with enough answers"),
        (0, 6, "–", "too few answers"),
        (0, 0, "–", "no criteria"),
    ],
)
def test_nothing_found_is_a_zero_only_among_what_was_compared(
    compared: int, total: int, value: str, detail: str
) -> None:
    shown = count_figure("Criteria under 50% met", 0, compared, total, ("criterion", "criteria"))
    assert (shown.value, shown.detail) == (value, detail)
