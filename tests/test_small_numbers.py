"""Nobody can work out a hidden count from what is published: an attacker of its own tries, by linear programming."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from toolkit.disclosure.data_sets import HIDDEN, NOT_HELD, Asked, mask_data_set
from toolkit.disclosure.small_numbers import Fact, Figure, is_small, protect, shown, told_by, told_by_hiding
from toolkit.project import SmallNumbers
from toolkit.records import Release

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AREAS = ("North", "South")
ASKED = Asked(
    tuple(("Heading", measure) for measure in ("all", "some", "young", "old", "women", "men")),
    parts=((("all",), ("some",)),),
    divisions=(("young", "old"), ("women", "men")),
)
POLICIES = st.builds(
    SmallNumbers,
    threshold=st.sampled_from([3, 5]),
    rounding=st.sampled_from([0, 5]),
    zeros=st.sampled_from(["shown", "hidden"]),
)
COUNTS = st.integers(0, 4) | st.integers(0, 12) | st.integers(20, 400)


@dataclass(frozen=True)
class Given:
    """What one organisation gives."""

    who: str
    areas: tuple[str, ...]
    values: Mapping[str, int | None]


@st.composite
def organisations(draw: st.DrawFn) -> tuple[Given, ...]:
    found = []
    for number in range(draw(st.integers(1, 5))):
        areas = draw(st.sampled_from([("North",), ("South",), AREAS]))
        whole, young, women = draw(COUNTS), draw(COUNTS), draw(COUNTS)
        people = max(young, women)
        values: dict[str, int | None] = {
            "all": whole,
            "some": draw(st.integers(0, whole)),
            "young": young,
            "old": people - young,
            "women": women,
            "men": people - women,
        }
        for left_out in draw(st.sets(st.sampled_from(sorted(values)), max_size=2)):
            del values[left_out]
        found.append(Given(f"O{number}", areas, values))
    return tuple(found)


def rows_of(everybody: Sequence[Given]) -> list[dict[str, str]]:
    return [
        {
            "organisation_id": each.who,
            "measure": measure,
            "state": "few" if value is None else "number",
            "value": "" if value is None else str(value),
        }
        for each in everybody
        for measure, value in each.values.items()
    ]


def masked(
    everybody: Sequence[Given], policy: SmallNumbers, releases: Sequence[Release] = ()
) -> tuple[dict[tuple[str, str], str], Release]:
    served = {each.who: each.areas for each in everybody}
    told = mask_data_set(rows_of(everybody), served, AREAS, ASKED, policy=policy, releases=releases)
    printed = {(row[0], row[2]): row[4] or row[3] for row in told.rows}
    moment = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)
    policy_words = (policy.threshold, policy.rounding, policy.zeros)
    return printed, Release(moment, "public", "2024", "0" * 16, *policy_words, told.figures, told.counts)


class Attacker:
    """Who knows the register, every published table, the policy, and how measures hang together."""

    def __init__(self, policy: SmallNumbers) -> None:
        self.policy = policy
        self.at: dict[tuple[str, str, int], int] = {}
        self.rows: list[tuple[dict[int, float], float, float]] = []

    def count(self, who: str, measure: str, value: int) -> int:
        return self.at.setdefault((who, measure, value), len(self.at))

    def of(self, everybody: Sequence[Given], area: str, measure: str) -> dict[int, float]:
        return {
            self.count(each.who, measure, value): 1.0
            for each in everybody
            if (value := each.values.get(measure)) is not None and (not area or area in each.areas)
        }

    def learn(self, everybody: Sequence[Given], printed: Mapping[tuple[str, str], str]) -> None:
        base, limit = self.policy.rounding, self.policy.threshold
        for (area, measure), text in printed.items():
            of = self.of(everybody, area, measure)
            if text == NOT_HELD or not of:
                continue
            if text == HIDDEN:
                self.rows.append((of, 1.0 if self.policy.zeros == "shown" else 0.0, math.inf))
            elif not base or (text == "0" and self.policy.zeros == "shown" and limit > 2):
                self.rows.append((of, float(text), float(text)))
            else:
                self.rows.append((of, max(float(text) - base // 2, limit), float(text) + (base - 1) // 2))
        for each in everybody:
            whole, part = each.values.get("all"), each.values.get("some")
            if whole is not None and part is not None:
                self.rows.append(
                    ({self.count(each.who, "all", whole): 1.0, self.count(each.who, "some", part): -1.0}, 0, math.inf)
                )
        for area in ("", *AREAS):
            one, other = (
                {at: sign for m in each for at in self.of(everybody, area, m)}
                for sign, each in zip((1.0, -1.0), ASKED.divisions, strict=True)
            )
            values = {at: value for (_, _, value), at in self.at.items()}
            givers = {
                frozenset(g.who for g in everybody if m in g.values and (not area or area in g.areas))
                for each in ASKED.divisions
                for m in each
            }
            if len(givers) == 1 and 0 < sum(values[at] for at in one) == sum(values[at] for at in other):
                self.rows.append((one | other, 0, 0))

    def range_of(self, target: Mapping[int, float]) -> tuple[float, float]:
        matrix, limits = [], []
        for of, least, most in self.rows:
            row = self.vector(of)
            for sign, bound in ((1, most), (-1, -least)):
                if math.isfinite(bound):
                    matrix.append(sign * row)
                    limits.append(bound)
        ends = []
        for sign in (1, -1):
            aim = sign * self.vector(target)
            found = linprog(aim, A_ub=np.array(matrix), b_ub=np.array(limits), bounds=(0, 1e6), method="highs")
            assert found.status == 0, "what is true is always possible"
            ends.append(sign * float(found.fun))
        return ends[0], ends[1]

    def vector(self, of: Mapping[int, float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        row = np.zeros(len(self.at))
        for at, times in of.items():
            row[at] = times
        return row


def true_total(everybody: Sequence[Given], area: str, measure: str) -> int:
    here = [each for each in everybody if not area or area in each.areas]
    return sum(each.values.get(measure) or 0 for each in here)


def check(attacker: Attacker, everybody: Sequence[Given], printed: Mapping[tuple[str, str], str]) -> None:
    limit = attacker.policy.threshold
    for (area, measure), text in printed.items():
        of = attacker.of(everybody, area, measure)
        if text == HIDDEN and of:
            low, high = attacker.range_of(of)
            assert high - low >= limit - 1 - 1e-5
            if true_total(everybody, area, measure) < limit:
                assert high >= limit - 1e-5
    given_counts = [(each.who, measure, value) for each in everybody for measure, value in each.values.items()]
    for who, measure, count in given_counts:
        if count is not None and 0 < count < limit:
            low, high = attacker.range_of({attacker.count(who, measure, count): 1.0})
            assert high >= limit - 1e-5
            assert high - low >= limit - 1 - 1e-5


@settings(max_examples=12)
@given(everybody=organisations())
def test_what_is_shown_is_true(everybody: tuple[Given, ...]) -> None:
    printed, _ = masked(everybody, SmallNumbers())
    for (area, measure), text in printed.items():
        if text not in {HIDDEN, NOT_HELD}:
            assert int(text) == true_total(everybody, area, measure)


TABLES = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3)


def with_margins(table: list[list[int]], base: str) -> list[Figure]:
    """The cells of a table, its rows, its columns and all of it, as figures to be published."""
    cells = {f"{base}{row}{column}": table[row][column] for row in range(3) for column in range(3)}
    wanted = {key: [key] for key in cells}
    wanted |= {f"row {base}{row}": [f"{base}{row}{column}" for column in range(3)] for row in range(3)}
    wanted |= {f"column {base}{column}": [f"{base}{row}{column}" for row in range(3)] for column in range(3)}
    wanted[f"all {base}"] = list(cells)
    return [Figure(key, dict.fromkeys(of, 1), sum(cells[each] for each in of)) for key, of in wanted.items()]


@settings(max_examples=10)
@given(table=TABLES, other=TABLES, policy=POLICIES)
def test_tables_that_share_their_margins_protect_each_other(
    table: list[list[int]], other: list[list[int]], policy: SmallNumbers
) -> None:
    other[2] = [sum(row[column] for row in table) for column in range(3)]  # the last row of one is the other's columns
    figures = [*with_margins(table, "a"), *with_margins(other, "b")]
    same = [Fact({f"b2{column}": 1} | {f"a{row}{column}": -1 for row in range(3)}, 0, 0) for column in range(3)]
    masks = protect(figures, policy, facts=same)
    assert not masks.exposed
    attacker = Attacker(policy)
    for figure in figures:
        of = {attacker.count(count, "", 0): 1.0 for count in figure.of}
        if figure.key in masks.hidden:
            attacker.rows.append((of, told_by_hiding(policy), math.inf))
        else:
            least, most = told_by(shown(figure.value, policy), policy)
            attacker.rows.append((of, float(least), float(most)))
    for fact in same:
        attacker.rows.append(({attacker.count(count, "", 0): float(times) for count, times in fact.of.items()}, 0, 0))
    for figure in figures:
        assert (figure.key in masks.hidden) or not is_small(figure.value, policy)
        if figure.key in masks.hidden:
            low, high = attacker.range_of({attacker.count(count, "", 0): 1.0 for count in figure.of})
            assert high - low >= policy.threshold - 1 - 1e-5
            assert high >= policy.threshold - 1e-5
    if not any(is_small(figure.value, policy) for figure in figures):
        assert not masks.hidden


def test_zeros_and_rounding_follow_the_policy() -> None:
    assert [is_small(value, SmallNumbers()) for value in (0, 1, 4, 5)] == [False, True, True, False]
    assert [is_small(value, SmallNumbers(zeros="hidden")) for value in (0, 5)] == [True, False]
    assert [shown(value, SmallNumbers(rounding=5)) for value in (5, 7, 8, 13)] == [5, 5, 10, 15]
    assert [shown(value, SmallNumbers(rounding=10)) for value in (5, 14, 15)] == [10, 10, 20]
    for rounding in (5, 10):
        policy = SmallNumbers.model_validate({"rounding": rounding})
        for value in (0, *range(5, 60)):
            least, most = told_by(shown(value, policy), policy)
            assert least <= value <= most


def test_what_a_whole_has_beyond_its_part_is_protected_too() -> None:
    printed, _ = masked((Given("A", ("North",), {"all": 100, "some": 98}),), SmallNumbers())
    assert HIDDEN in {printed["", "all"], printed["", "some"]}, "2 are not among the 98"


@settings(max_examples=12)
@given(everybody=organisations(), policy=POLICIES)
def test_no_hidden_count_can_be_worked_out_from_one_release(everybody: tuple[Given, ...], policy: SmallNumbers) -> None:
    printed, _ = masked(everybody, policy)
    attacker = Attacker(policy)
    attacker.learn(everybody, printed)
    check(attacker, everybody, printed)


@settings(max_examples=12)
@given(before=organisations(), after=organisations(), same=st.sets(st.integers(0, 4)), policy=POLICIES)
def test_nor_from_two_releases_between_which_returns_came_in_or_changed(
    before: tuple[Given, ...], after: tuple[Given, ...], same: set[int], policy: SmallNumbers
) -> None:
    after = tuple(before[at] if at in same and at < len(before) else each for at, each in enumerate(after))
    first, release = masked(before, policy)
    second, _ = masked(after, policy, [release])
    attacker = Attacker(policy)
    attacker.learn(before, first)
    attacker.learn(after, second)
    check(attacker, after, second)
    check(attacker, before, first)
