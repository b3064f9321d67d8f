"""Computed sentences are English whatever the numbers are."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.document import day
from toolkit.reports.sentences import (
    between,
    counted,
    criteria,
    excerpt,
    listed,
    out_of,
    percent,
    percent_beside,
    points,
    share_of,
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (counted(0, "return"), "no returns"),
        (counted(1, "return"), "1 return"),
        (counted(1200, "return"), "1,200 returns"),
        (counted(2, "criterion", "criteria"), "2 criteria"),
        (out_of(1, 1, "return"), "1 of 1 return"),
        (out_of(0, 12, "return"), "0 of 12 returns"),
        (share_of(31, 50), "62% (31 of 50)"),
        (share_of(1, 8), "13% (1 of 8)"),
        (share_of(86, 173, 0.5), "49.7% (86 of 173)"),
        (share_of(0, 0), "no figure (none applicable)"),
        (percent(None), "no figure"),
        (percent(float("nan")), "no figure"),
        (percent_beside(86 / 173, 0.5), "49.7%"),
        (percent_beside(0.49996, 0.5), "49.9%"),
        (percent_beside(0.50004, 0.5), "50.1%"),
        (percent_beside(0.5, 0.5, 0.8), "50%"),
        (percent_beside(0.797, 0.5, 0.8), "79.7%"),
        (percent_beside(0.797, 0.5), "80%"),
        (percent_beside(None, 0.5), "no figure"),
        (points(0.041), "+4.1 points"),
        (between(0.4, 0.75), "between 40% and 75%"),
        (between(0.401, 0.399), "exactly 40%"),
        (listed([]), ""),
        (listed(["a"]), "a"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (listed(["a", "b", "c", "d"], most=2), "a, b and 2 more"),
        (criteria(["5.10"]), "criterion 5.10"),
        (criteria(["5.1", "5.10"]), "criteria 5.1 and 5.10"),
        (day(dt.date(2024, 6, 28)), "28 June 2024"),
        (excerpt("One  line\nand another"), "One line and another"),
    ],
)
def test_words_fit_the_numbers(found: str, expected: str) -> None:
    assert found == expected


@given(st.lists(st.text("abc", min_size=1, max_size=3), max_size=30), st.integers(1, 10))
def test_a_list_accounts_for_every_item(words: list[str], most: int) -> None:
    shown = listed(words, most)
    more = int(shown.split(" and ")[-1].removesuffix(" more")) if shown.endswith(" more") else 0
    named = [part for part in shown.replace(" and ", ", ").split(", ") if part and not part.endswith(" more")]
    assert len(named) + more == len(words)
    assert more != 1  # "and 1 more" would name nobody for the price of a name


@given(st.text(st.characters(categories=("L", "Zs")), max_size=400), st.integers(10, 300))
def test_an_excerpt_is_the_start_of_the_text(text: str, longest: int) -> None:
    shown = excerpt(text, longest)
    flat = " ".join(text.split())
    assert shown == flat if len(flat) <= longest else flat.startswith(shown.removesuffix(" ..."))
    assert len(shown) <= longest + len(" ...")


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_share_always_carries_its_count_and_denominator(met: int, more: int) -> None:
    assert share_of(met, met + more).endswith(f"({met:,} of {met + more:,})")


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_share_prints_on_its_own_side_of_a_threshold(met: int, more: int) -> None:
    share = met / (met + more)
    printed = float(percent_beside(share, 0.5, 0.8).removesuffix("%"))
    for threshold in (0.5, 0.8):
        assert (printed < threshold * 100) == (share < threshold)
        assert (printed == threshold * 100) == (share == threshold)
