"""Areas against the rest of the region, and whether an order of areas depends on the weighting."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.answers import area_names, every_answer, only, serves
from toolkit.comparison.areas import Counted, counted_answers
from toolkit.comparison.remembering import remembered
from toolkit.scoring import (
    ANSWERED,
    APPLICABLE,
    PRIORITY_WEIGHTS,
    Estimate,
    Interval,
    coded,
    difference_interval,
    ratio_covariance,
    ratio_estimate,
    simultaneous,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from toolkit.store import Snapshot

CONFIDENCE = 0.95
"""How often all intervals of a table hold together."""

_TIED = 1e-9
_SIDE = ["met", "applicable", "share"]
_COLUMNS = [
    "n",
    "rest_n",
    *_SIDE,
    *(f"rest_{name}" for name in _SIDE),
    "not_answered",
    "rest_not_answered",
    "difference",
    "lower",
    "upper",
    "comparisons",
    "verdict",
]


@dataclass(frozen=True)
class WeightingDependence:
    """Whether the order of areas depends on weighting by priority.

    Attributes:
        areas: area, n (organisations with an answer), answered, attainment, attainment_weighted, place,
            place_weighted (1 is the highest; ties share a place; NaN where too few to compare).
        pairs: area, other, difference, lower, upper, difference_weighted, lower_weighted, upper_weighted, swaps
            (the two stand in another order, or tie under one weighting only), verdict ("same order", "cannot be told
            apart" under either weighting, "order depends on the weighting").
        swaps: whether any pair swaps.
        depends: whether any pair that can be told apart swaps.
        too_few: areas left out of every order, because fewer organisations answered than `thresholds.too_few`.
        alike: whether every answer has the same weight, so that weighting cannot change anything.
    """

    areas: pd.DataFrame
    pairs: pd.DataFrame
    swaps: bool
    depends: bool
    too_few: tuple[str, ...]
    alike: bool


@remembered
def difference_from_region(
    snapshot: Snapshot,
    cycle: str,
    standard: str | None = None,
    priority: Counted = "all",
) -> pd.DataFrame:
    """Each area's share met against that of the rest of the region.

    The rest are the organisations that do not serve the area, so that no organisation is on both sides; one that
    serves every area is in no rest. The interval is `scoring.difference_interval` with organisations as units, at the
    confidence that makes all intervals of the table hold together in 95 of 100 cases (`scoring.simultaneous`): a
    verdict of "higher" or "lower" means that the interval shown leaves out no difference. Where fewer than
    `thresholds.too_few` organisations answered on either side there is no difference and no interval.

    Args:
        snapshot: what to read.
        cycle: the cycle's id.
        standard: one standard; None for all together.
        priority: all answers, or the essential ones (`counted_answers`).

    Returns:
        One row per area: area, n, rest_n (organisations with an answer), met, applicable, share, rest_met,
        rest_applicable, rest_share, not_answered, rest_not_answered (blank and unreadable, in the denominators),
        difference (share minus rest_share), lower, upper, comparisons (how many the table makes), verdict ("higher",
        "lower", "no clear difference", "too few to compare").
    """
    frame = counted_answers(snapshot, cycle, "standard" if standard else "", priority, standard=standard)
    names = area_names(snapshot)
    sides = _sides(_by_organisation(frame, []), names)
    return _compared(snapshot, [({"area": area}, *sides[area]) for area in names])


@remembered
def differences_by_standard(snapshot: Snapshot, cycle: str, priority: Counted = "all") -> pd.DataFrame:
    """The same for every area and standard: area, standard, then as in `difference_from_region`.

    All areas and standards are one table here, so its intervals are wider than those of one standard alone.
    """
    sums = _by_organisation(counted_answers(snapshot, cycle, "standard", priority), ["standard"])
    names = area_names(snapshot)
    standards = [each.standard for each in snapshot.framework(cycle).standards]
    sides = {each: _sides(sums.loc[sums["standard"] == each], names) for each in standards}
    keys = ({"area": area, "standard": each} for area in names for each in standards)
    return _compared(snapshot, [(key, *sides[key["standard"]][key["area"]]) for key in keys])


def weighting_dependence(snapshot: Snapshot, cycle: str, standard: str | None = None) -> WeightingDependence:
    """The order of areas by attainment, unweighted and weighted by priority, and whether it depends on that.

    Attainment is that of `scoring.attainment`, the weights `scoring.PRIORITY_WEIGHTS`. Two areas may share
    organisations, which their difference takes into account. A pair can be told apart where its interval leaves out
    no difference; the intervals of all pairs hold together in 95 of 100 cases.
    """
    frame = every_answer(snapshot, cycle)[["organisation_id", "areas", "standard", "priority", "state", "value"]]
    frame = only(frame, standard, None)
    frame = frame.loc[frame["state"].isin(ANSWERED) & frame["value"].notna()]
    each = _attained(frame)
    parts = {area: _Attained.of(each, area) for area in area_names(snapshot)}
    fewest = snapshot.settings.thresholds.too_few
    kept = {area: part for area, part in parts.items() if part.n >= fewest and part.plain and part.weighted}
    rows = [
        {
            "area": area,
            "n": part.n,
            "answered": part.answered,
            "attainment": part.plain.share if part.plain else math.nan,
            "attainment_weighted": part.weighted.share if part.weighted else math.nan,
        }
        for area, part in parts.items()
    ]
    areas = pd.DataFrame(rows)
    ordered = areas["area"].isin(list(kept))
    for place, measure in (("place", "attainment"), ("place_weighted", "attainment_weighted")):
        areas[place] = areas[measure].where(ordered).round(9).rank(method="min", ascending=False)
    confidence = simultaneous(CONFIDENCE, len(kept) * (len(kept) - 1) // 2)
    pairs = pd.DataFrame([_pair(kept, pair, fewest, confidence) for pair in combinations(kept, 2)], columns=_PAIR)
    return WeightingDependence(
        areas,
        pairs,
        swaps=bool(pairs["swaps"].any()),
        depends=bool((pairs["verdict"] == _DEPENDS).any()),
        too_few=tuple(area for area in parts if area not in kept),
        alike=len({PRIORITY_WEIGHTS[priority] for priority in frame["priority"].unique()}) <= 1,
    )


@dataclass(frozen=True)
class _Side:
    """Organisations on one side of a comparison: per organisation, numbers of responses."""

    met: NDArray[np.int64]
    applicable: NDArray[np.int64]
    answered: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Organisations with an answer."""
        return int((self.answered > 0).sum())


def _by_organisation(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Per organisation (and group): areas, met, applicable, answered; only those with an applicable response."""
    state = frame["state"]
    flags = {"met": state == "met", "applicable": state.isin(APPLICABLE), "answered": state.isin(ANSWERED)}
    keys = ["organisation_id", "areas", *by]
    sums = pd.DataFrame({**{key: frame[key] for key in keys}, **{k: v.astype("int64") for k, v in flags.items()}})
    table = sums.groupby(keys, as_index=False).sum()
    return table.loc[table["applicable"] > 0]


def _sides(sums: pd.DataFrame, areas: list[str]) -> dict[str, tuple[_Side, _Side]]:
    """For each area the organisations that serve it, and those that do not."""
    met, applicable, answered = (sums[name].to_numpy() for name in ("met", "applicable", "answered"))
    codes, joined = coded(sums["areas"])
    found = {}
    for area in areas:
        inside = np.array([area in text.split("; ") for text in joined], dtype=bool)[codes]
        found[area] = (
            _Side(met[inside], applicable[inside], answered[inside]),
            _Side(met[~inside], applicable[~inside], answered[~inside]),
        )
    return found


def _compared(snapshot: Snapshot, sides: list[tuple[dict[str, str], _Side, _Side]]) -> pd.DataFrame:
    """The table of differences, its intervals simultaneous over the comparisons that can be made."""
    fewest = snapshot.settings.thresholds.too_few
    enough = [min(inside.n, rest.n) >= fewest for _, inside, rest in sides]
    confidence = simultaneous(CONFIDENCE, sum(enough))
    rows = []
    for (keys, inside, rest), comparable in zip(sides, enough, strict=True):
        one, other = (ratio_estimate(side.met, side.applicable) for side in (inside, rest))
        found = difference_interval(one, other, fewest, confidence) if comparable else None
        row = {**keys, **_figures(inside, one, ""), **_figures(rest, other, "rest_"), **_limits(one, other, found)}
        rows.append({**row, "comparisons": sum(enough), "verdict": verdict(found, ("higher", "lower", "difference"))})
    return pd.DataFrame(rows, columns=[*sides[0][0], *_COLUMNS])


def _figures(side: _Side, estimate: Estimate | None, prefix: str) -> dict[str, float]:
    met, applicable, answered = int(side.met.sum()), int(side.applicable.sum()), int(side.answered.sum())
    return {
        f"{prefix}n": side.n,
        f"{prefix}met": met,
        f"{prefix}applicable": applicable,
        f"{prefix}not_answered": applicable - answered,
        f"{prefix}share": estimate.share if estimate else math.nan,
    }


def _limits(one: Estimate | None, other: Estimate | None, found: Interval | None) -> dict[str, float]:
    if found is None or one is None or other is None:
        return dict.fromkeys(("difference", "lower", "upper"), math.nan)
    return {"difference": one.share - other.share, "lower": found.lower, "upper": found.upper}


def verdict(found: Interval | None, words: tuple[str, str, str]) -> str:
    """What an interval says.

    Args:
        found: the interval, None where there are too few.
        words: for above 0, below 0, and what is not clear otherwise.
    """
    if found is None:
        return "too few to compare"
    return words[0] if found.lower > 0 else words[1] if found.upper < 0 else f"no clear {words[2]}"


_DEPENDS = "order depends on the weighting"
_PAIR = [
    "area",
    "other",
    "difference",
    "lower",
    "upper",
    "difference_weighted",
    "lower_weighted",
    "upper_weighted",
    "swaps",
    "verdict",
]


@dataclass(frozen=True)
class _Attained:
    """One area's organisations: sums of values and weights (0 for organisations elsewhere) and their estimates."""

    n: int
    answered: int
    sums: tuple[NDArray[np.float64], NDArray[np.float64]]
    sums_weighted: tuple[NDArray[np.float64], NDArray[np.float64]]
    plain: Estimate | None
    weighted: Estimate | None

    @classmethod
    def of(cls, each: pd.DataFrame, area: str) -> _Attained:
        inside = serves(each, area).to_numpy(dtype=float)
        answered, value, weight, weighted = (
            each[name].to_numpy(dtype=float) * inside for name in ("answered", "value", "weight", "weighted")
        )
        return cls(
            n=int((answered > 0).sum()),
            answered=int(answered.sum()),
            sums=(value, answered),
            sums_weighted=(weighted, weight),
            plain=ratio_estimate(value, answered),
            weighted=ratio_estimate(weighted, weight, answered),
        )


def _attained(frame: pd.DataFrame) -> pd.DataFrame:
    """Per organisation: areas, answered, and sums of value, weight, weight times value, of answers with a value."""
    weight = frame["priority"].map(dict(PRIORITY_WEIGHTS)).astype(float)
    sums = frame[["organisation_id", "areas", "value"]].assign(
        answered=1.0, weight=weight, weighted=weight * frame["value"]
    )
    return sums.groupby(["organisation_id", "areas"], as_index=False).sum()


def _pair(kept: dict[str, _Attained], pair: tuple[str, str], fewest: int, confidence: float) -> dict[str, object]:
    one, other = (kept[area] for area in pair)
    plain = difference_interval(one.plain, other.plain, fewest, confidence, ratio_covariance(one.sums, other.sums))
    covariance = ratio_covariance(one.sums_weighted, other.sums_weighted)
    weighted = difference_interval(one.weighted, other.weighted, fewest, confidence, covariance)
    before, after = _limits(one.plain, other.plain, plain), _limits(one.weighted, other.weighted, weighted)
    swaps = _sign(before["difference"]) != _sign(after["difference"])
    apart = any(each is not None and not each.lower <= 0 <= each.upper for each in (plain, weighted))
    return {
        "area": pair[0],
        "other": pair[1],
        **before,
        **{f"{name}_weighted": value for name, value in after.items()},
        "swaps": swaps,
        "verdict": "cannot be told apart" if not apart else _DEPENDS if swaps else "same order",
    }


def _sign(difference: float) -> int:
    return 0 if abs(difference) < _TIED else int(math.copysign(1, difference))
