"""Intervals: against tables and hand calculation, their guards, and how often they hold in seeded simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.scoring import (
    difference_interval,
    interval,
    paired_interval,
    ratio_covariance,
    ratio_estimate,
    simultaneous,
    t_quantile,
)


@pytest.mark.parametrize(
    ("confidence", "degrees", "table"),
    [
        (0.95, 1, 12.706),
        (0.95, 2, 4.303),
        (0.95, 4, 2.776),
        (0.99, 10, 3.169),
        (0.999, 3, 12.924),
        (0.95, 120, 1.980),
        (0.9, 30, 1.697),
    ],
)
def test_t_quantiles_are_those_of_the_printed_tables(confidence: float, degrees: int, table: float) -> None:
    assert t_quantile(confidence, degrees) == pytest.approx(table, abs=5e-4)


def test_a_quantile_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="degrees"):
        t_quantile(0.95, 0)


def test_ratio_estimate_by_hand() -> None:
    # R = 6/10; residuals -0.4, -0.2, 0.6; their squares 0.56; v = 3/2 * 0.56 / 100
    found = ratio_estimate([2, 1, 3], [4, 2, 4])
    assert found is not None
    assert (found.share, found.organisations, found.variance) == pytest.approx((0.6, 3, 0.0084))
    assert found.effective == 10  # 0.24 / 0.0084 = 28.6, no more than the answers there are


def test_organisations_that_answer_as_one_block_count_once_each() -> None:
    # two organisations met all four, two met none: residuals 2, -2; v = 4/3 * 16 / 256; 0.25 / v = 3
    found = ratio_estimate([4, 0, 4, 0], [4, 4, 4, 4])
    assert found is not None
    assert found.effective == pytest.approx(3)


def test_wilson_interval_by_hand() -> None:
    # p = 0.6, m = 10, c = 4.302653: centre 0.535070, reach 0.400039
    found = interval(ratio_estimate([2, 1, 3], [4, 2, 4]), too_few=2)
    assert found is not None
    c, m = 4.302653, 10
    centre = (0.6 + c**2 / (2 * m)) / (1 + c**2 / m)
    reach = c / (1 + c**2 / m) * math.sqrt(0.24 / m + c**2 / (4 * m**2))
    assert (found.lower, found.upper) == pytest.approx((centre - reach, centre + reach), abs=1e-6)


@pytest.mark.parametrize("met", [0, 1])
def test_everybody_alike_is_no_certainty(met: int) -> None:
    found = interval(ratio_estimate([met * 5] * 6, [5] * 6), too_few=5)
    assert found is not None
    assert found.upper - found.lower > 0.3


def test_too_few_organisations_give_no_interval() -> None:
    four, six = ratio_estimate([1, 2, 3, 1], [4] * 4), ratio_estimate([2] * 6, [4] * 6)
    assert interval(four, too_few=5) is None
    assert difference_interval(four, six, too_few=5) is None
    assert difference_interval(six, four, too_few=5) is None
    assert difference_interval(six, six, too_few=5) is not None
    assert interval(ratio_estimate([1], [2]), too_few=1) is None  # one organisation has no spread
    assert ratio_estimate([0, 0], [0, 0]) is None
    assert paired_interval([1, 0, 0, 0], [1, 1, 1, 1], too_few=5) is None


def test_organisations_without_a_denominator_are_not_counted() -> None:
    assert ratio_estimate([2, 0, 1, 3], [4, 0, 2, 4]) == ratio_estimate([2, 1, 3], [4, 2, 4])


def test_difference_interval_by_hand() -> None:
    one, other = ratio_estimate([3, 2, 3, 4, 3], [4] * 5), ratio_estimate([1, 2, 1, 0, 1], [4] * 5)
    found, first, second = (
        difference_interval(one, other, 5),
        interval(one, 5),
        interval(other, 5),
    )
    assert found is not None
    assert first is not None
    assert second is not None
    # 15/20 - 5/20; limits from the two shares' own limits (Newcombe's method 10)
    assert found.lower == pytest.approx(0.5 - math.hypot(0.75 - first.lower, second.upper - 0.25))
    assert found.upper == pytest.approx(0.5 + math.hypot(first.upper - 0.75, 0.25 - second.lower))


def test_shared_organisations_make_a_difference_surer() -> None:
    shared, alone, other = [4, 0, 4, 0, 4], [2, 3, 2], [3, 2, 2]
    y1, x1 = np.array([*shared, *alone, 0, 0, 0]), np.array([4] * 8 + [0] * 3)
    y2, x2 = np.array([*shared, 0, 0, 0, *other]), np.array([4] * 5 + [0] * 3 + [4] * 3)
    covariance = ratio_covariance((y1, x1), (y2, x2))
    assert covariance > 0
    one, two = ratio_estimate(y1, x1), ratio_estimate(y2, x2)
    aware, unaware = difference_interval(one, two, 5, 0.95, covariance), difference_interval(one, two, 5)
    assert aware is not None
    assert unaware is not None
    assert aware.upper - aware.lower < unaware.upper - unaware.lower
    assert ratio_covariance((y1 * (x2 == 0), x1 * (x2 == 0)), (y2 * (x1 == 0), x2 * (x1 == 0))) == 0


def test_paired_interval_by_hand() -> None:
    # 8 organisations, one pair each: 3 came to meet it, 1 ceased to. With the two imagined ones 4 and 2 of 10:
    # centre 0.2; v = 10/9 * (6 - 10 * 0.04) / 100; t with 7 degrees of freedom 2.364624
    found = paired_interval([1, 1, 1, -1, 0, 0, 0, 0], [1] * 8, too_few=5)
    assert found is not None
    reach = 2.364624 * math.sqrt(10 / 9 * 5.6 / 100)
    assert (found.lower, found.upper) == pytest.approx((0.2 - reach, 0.2 + reach), abs=1e-6)


def test_nobody_changing_is_no_certainty() -> None:
    found = paired_interval([0] * 6, [3] * 6, too_few=5)
    assert found is not None
    assert (found.lower < -0.1, found.upper > 0.1) == (True, True)


def test_simultaneous_confidence() -> None:
    assert simultaneous(0.95, 7) == pytest.approx(1 - 0.05 / 7)
    assert simultaneous(0.95, 0) == simultaneous(0.95, 1) == pytest.approx(0.95)


UNHURRIED = settings(deadline=None)
counts = st.lists(
    st.integers(0, 6).flatmap(lambda x: st.tuples(st.integers(0, x), st.just(x))), min_size=2, max_size=12
)


@given(counts, st.sampled_from([0.9, 0.95, 0.999]))
@UNHURRIED
def test_an_interval_holds_its_share_and_stays_between_none_and_all(
    pairs: list[tuple[int, int]], confidence: float
) -> None:
    estimate = ratio_estimate(*zip(*pairs, strict=True))
    found = interval(estimate, 2, confidence)
    if estimate is not None and found is not None:
        assert 0 <= found.lower <= estimate.share <= found.upper <= 1
        assert found.lower < found.upper
        assert 1 <= estimate.effective <= max(sum(x for _, x in pairs), 1)


@given(counts, counts)
@UNHURRIED
def test_a_difference_turns_round(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    one, other = (ratio_estimate(*zip(*pairs, strict=True)) for pairs in (first, second))
    there, back = difference_interval(one, other, 2), difference_interval(other, one, 2)
    assert (there is None) == (back is None)
    if there is not None and back is not None and one is not None and other is not None:
        assert (there.lower, there.upper) == pytest.approx((-back.upper, -back.lower))
        assert there.lower <= one.share - other.share <= there.upper


@given(counts)
@UNHURRIED
def test_more_confidence_is_wider(pairs: list[tuple[int, int]]) -> None:
    estimate = ratio_estimate(*zip(*pairs, strict=True))
    narrow, wide = interval(estimate, 2, 0.9), interval(estimate, 2, 0.99)
    if narrow is not None and wide is not None:
        assert wide.lower <= narrow.lower
        assert wide.upper >= narrow.upper


@given(st.lists(st.sampled_from([-1, 0, 1]), min_size=5, max_size=40))
@UNHURRIED
def test_a_paired_interval_holds_the_change_seen(steps: list[int]) -> None:
    found = paired_interval(steps, [1] * len(steps), 5)
    assert found is not None
    assert -1 <= found.lower <= sum(steps) / len(steps) <= found.upper <= 1


def test_intervals_hold_in_19_of_20_regions_with_alike_answers_inside_organisations() -> None:
    """Simulated: organisations differ (correlation 0.2 within), 8 of them, 5 criteria each, 60% met."""
    chance = np.random.default_rng(2024)
    held = 0
    for _ in range(1000):
        own = chance.beta(0.6 * 4, 0.4 * 4, 8)
        found = interval(ratio_estimate(chance.binomial(5, own), [5] * 8), 5)
        assert found is not None
        held += found.lower <= 0.6 <= found.upper
    assert 930 <= held <= 990


def test_areas_that_do_not_differ_are_seldom_flagged() -> None:
    """Simulated: seven areas of one kind, each against the rest; at most one table in twenty flags anything."""
    chance = np.random.default_rng(2024)
    area = np.arange(105) % 7
    flagged = 0
    for _ in range(300):
        asked = chance.integers(3, 11, 105)
        met = chance.binomial(asked, chance.beta(0.6 * 5, 0.4 * 5, 105))
        found = [
            difference_interval(
                ratio_estimate(met[area == each], asked[area == each]),
                ratio_estimate(met[area != each], asked[area != each]),
                5,
                simultaneous(0.95, 7),
            )
            for each in range(7)
        ]
        flagged += any(each is not None and not each.lower <= 0 <= each.upper for each in found)
    assert flagged <= 15
