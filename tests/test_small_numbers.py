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
    rows, figures, counts = mask_data_set(rows_of(everybody), served, AREAS, ASKED, policy=policy, releases=releases)
    printed = {(row[0], row[2]): row[4] or row[3] for row in rows}
    moment = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)
    policy_words = (policy.threshold, policy.rounding, policy.zeros)
    return printed, Release(moment, "public", "2024", "0" * 16, *policy_words, figures, counts)


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
            if sum(values[at] for at in one) == sum(values[at] for at in other):
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


def check(attacker: Attacker, everybody: Sequence[Given], printed: Mapping[tuple[str, str], str]) -> None:
    limit = attacker.policy.threshold
    for (area, measure), text in printed.items():
        of = attacker.of(everybody, area, measure)
        if text == HIDDEN and of:
            low, high = attacker.range_of(of)
            value = sum(
                each.values[measure] or 0
                for each in everybody
                if (not area or area in each.areas) and each.values.get(measure) is not None
            )
            assert high - low >= limit - 1 - 1e-5
            if value < limit:
                assert high >= limit - 1e-5
    for each in everybody:
        for measure, value in each.values.items():
            if value is not None and 0 < value < limit:
                low, high = attacker.range_of({attacker.count(each.who, measure, value): 1.0})
                assert high >= limit - 1e-5
                assert high - low >= limit - 1 - 1e-5


@settings(max_examples=20)
@given(everybody=organisations(), policy=POLICIES)
def test_no_hidden_count_can_be_worked_out_from_one_release(everybody: tuple[Given, ...], policy: SmallNumbers) -> None:
    printed, _ = masked(everybody, policy)
    attacker = Attacker(policy)
    attacker.learn(everybody, printed)
    check(attacker, everybody, printed)


@settings(max_examples=20)
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
