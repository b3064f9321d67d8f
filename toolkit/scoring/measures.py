"""The measures of design 5.5: essential met with its bounds, share met, attainment, distribution of ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit.records import Priority, Rating
from toolkit.scoring.answers import asked_with_answers, coded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

RATINGS: tuple[str, ...] = tuple(str(rating) for rating in Rating)
"""The six ratings, in the order in which tables and charts show them."""

ANSWERED: tuple[str, ...] = ("met", "partly_met", "not_met")
"""Ratings that say how far a criterion is met: what attainment is a mean of."""

APPLICABLE: tuple[str, ...] = (*ANSWERED, "blank", "unreadable")
"""Ratings in the denominator of a share met: asked of an organisation that returned, less not applicable."""

_STATES: tuple[str, ...] = (*APPLICABLE, "not_applicable", "missing")
"""The states an answer can have, those of `ANSWERED` first."""

_MISSING = _STATES.index("missing")

PRIORITY_WEIGHTS: Mapping[str, float] = {"essential": 3.0, "desired": 2.0, "recommended": 1.0, "applies": 2.0}
"""What a response counts for when weighted by priority.

The standards give an order (essential, desired, recommended) and no numbers, so the weights are the plainest ones in
that order. Where a standard applies without a priority its strength is unknown, and it gets the middle weight.
These numbers are a convention: that is why every order of areas is shown with and without them.
"""

_ESSENTIAL = tuple(PRIORITY_WEIGHTS).index("essential")

MEASURES: tuple[str, ...] = (
    "expected",
    "returned",
    "n",
    "asked",
    "met",
    "partly_met",
    "not_met",
    "not_applicable",
    "blank",
    "unreadable",
    "missing",
    "applicable",
    "answered",
    "share",
    "lower",
    "upper",
    "essential_met",
    "essential_applicable",
    "essential_share",
    "essential_lower",
    "essential_upper",
    "attainment",
    "attainment_weighted",
)
"""Columns of `measures_by`; `Measures` has the same names."""


@dataclass(frozen=True, slots=True)
class EssentialMet:
    """A share met with its count, denominator and bounds.

    Attributes:
        met: responses rated met.
        applicable: asked of organisations that returned, less not applicable (blank and unreadable stay in).
        share: met / applicable, None where applicable is 0.
        not_applicable, blank, unreadable: responses with that rating.
        missing: criteria asked of organisations that have not returned.
        lower: met / (applicable + missing): every blank, unreadable and missing one not met.
        upper: (met + blank + unreadable + missing) / (applicable + missing): every one of them met.

    Nobody can know which missing ones would have been not applicable, so all of them count as applicable. The bounds
    hold all the same: taking k of them out of the denominator can only raise `lower` and (taking them out of its
    numerator too) only lower `upper`. Both are None where nothing was asked.
    """

    met: int
    applicable: int
    share: float | None
    not_applicable: int
    blank: int
    unreadable: int
    missing: int
    lower: float | None
    upper: float | None

    @property
    def not_answered(self) -> int:
        """Blank and unreadable responses of organisations that returned."""
        return self.blank + self.unreadable


@dataclass(frozen=True, slots=True)
class Attainment:
    """Mean of the scale's values over answered applicable responses (None where there are none), and their number."""

    mean: float | None
    answered: int


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures of one group; the same names and meanings as the columns of `measures_by`, None instead of NaN."""

    expected: int
    returned: int
    n: int
    asked: int
    met: int
    partly_met: int
    not_met: int
    not_applicable: int
    blank: int
    unreadable: int
    missing: int
    applicable: int
    answered: int
    share: float | None
    lower: float | None
    upper: float | None
    essential_met: int
    essential_applicable: int
    essential_share: float | None
    essential_lower: float | None
    essential_upper: float | None
    attainment: float | None
    attainment_weighted: float | None


def essential_met(responses: pd.DataFrame, asked: pd.DataFrame, cycle: str) -> EssentialMet:
    """Essential responses met: rated met / essential responses asked, less not applicable (design 5.5).

    Args:
        responses: a snapshot's responses.
        asked: what every registered organisation was asked, returned or not.
        cycle: the cycle's id.
    """
    return met_share(responses, asked, cycle, (str(Priority.ESSENTIAL),))


def met_share(
    responses: pd.DataFrame, asked: pd.DataFrame, cycle: str, priorities: Sequence[str] | None = None
) -> EssentialMet:
    """The same share over all priorities, or over those named."""
    frame = asked_with_answers(responses, asked, None, cycle)
    states = frame["state"] if priorities is None else frame.loc[frame["priority"].isin(list(priorities)), "state"]
    counts = {state: int((states == state).sum()) for state in (*RATINGS, "missing")}
    applicable = sum(counts[rating] for rating in APPLICABLE)
    unknown = counts["blank"] + counts["unreadable"] + counts["missing"]
    whole = applicable + counts["missing"]
    return EssentialMet(
        met=counts["met"],
        applicable=applicable,
        share=counts["met"] / applicable if applicable else None,
        not_applicable=counts["not_applicable"],
        blank=counts["blank"],
        unreadable=counts["unreadable"],
        missing=counts["missing"],
        lower=counts["met"] / whole if whole else None,
        upper=(counts["met"] + unknown) / whole if whole else None,
    )


def attainment(responses: pd.DataFrame, weights: Mapping[str, float] | None = None) -> Attainment:
    """Mean of the scale's values (met 1, partly met 0.5, not met 0 unless the scale declares others; design 5.5).

    sum(w * value) / sum(w) over the responses rated met, partly met or not met; blank, unreadable, not applicable and
    missing ones are in neither sum.

    Args:
        responses: with `rating` (or `state`), `value` and, where weighted, `priority`.
        weights: priority to weight, e.g. `PRIORITY_WEIGHTS`; None weighs every response alike.
    """
    state = responses["rating" if "rating" in responses.columns else "state"]
    answered = responses.loc[state.isin(ANSWERED) & responses["value"].notna()]
    weight = answered["priority"].map(dict(weights)).astype(float) if weights else pd.Series(1.0, answered.index)
    total = float(weight.sum())
    mean = float((weight * answered["value"].astype(float)).sum()) / total if total else None
    return Attainment(mean, len(answered))


def distribution(responses: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Counts of the six ratings in each group, groups in the order of their first row.

    Args:
        responses: with `rating` (or `state`, whose `missing` is not counted here) and the columns of `by`.
        by: group columns; none gives one row.

    Returns:
        The group columns, then `RATINGS`.
    """
    state = responses["rating" if "rating" in responses.columns else "state"]
    grouped = _Grouped.of(responses, list(by))
    counts = pd.DataFrame(grouped.counts(_places(state, RATINGS), RATINGS))
    return pd.concat([grouped.keys, counts], axis=1)


def measures(answers: pd.DataFrame) -> Measures:
    """All measures of one frame of answers taken as one group."""
    row = measures_by(answers, []).iloc[0].to_dict()
    counts = {name for name, kind in Measures.__annotations__.items() if kind == "int"}
    plain = {k: int(v) if k in counts else None if np.isnan(v) else float(v) for k, v in row.items()}
    return Measures(**plain)  # type: ignore[arg-type]  # counts are int and shares float by the names above


def measures_by(answers: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """One row per group with all measures; groups in the order of their first row, none in `by` gives one row.

    expected: organisations asked. returned: those that returned. n: those with at least one answered response.
    asked: criteria asked, summed over organisations. The six ratings and missing: how many of `asked` have that state.
    applicable: met + partly met + not met + blank + unreadable. answered: met + partly met + not met.
    share, lower, upper: as in `EssentialMet`, over all priorities; essential_*: over essential responses only.
    attainment, attainment_weighted: as in `attainment`, alike and with `PRIORITY_WEIGHTS`.

    Args:
        answers: from `asked_with_answers`, perhaps through `in_areas` or `in_tiers`.
        by: group columns.

    Returns:
        The group columns, then `MEASURES`. Counts are whole numbers; a share of nothing is NaN.
    """
    grouped = _Grouped.of(answers, list(by))
    states = _places(answers["state"], _STATES)
    organisations, rated = coded(answers["organisation_id"])[0], states < len(ANSWERED)
    result = _tallies(answers, grouped, states, rated)
    result["expected"] = grouped.distinct(organisations)
    result["returned"] = grouped.distinct(organisations, states != _MISSING)
    result["n"] = grouped.distinct(organisations, rated)
    result["answered"] = _total(result, ANSWERED)
    result["applicable"] = _total(result, APPLICABLE)
    result["asked"] = result["applicable"] + result["not_applicable"] + result["missing"]
    result["unknown"] = result["blank"] + result["unreadable"]
    _add_shares(result, "")
    _add_shares(result, "essential_")
    result["attainment"] = _ratio(result["values"], result["valued"])
    result["attainment_weighted"] = _ratio(result["weighted"], result["weights"])
    return pd.concat([grouped.keys, pd.DataFrame({name: result[name] for name in MEASURES})], axis=1)


@dataclass(frozen=True)
class _Grouped:
    """Rows in groups: each row's group number, and the group columns of each group, in the order of first rows."""

    codes: NDArray[np.intp]
    keys: pd.DataFrame

    @classmethod
    def of(cls, frame: pd.DataFrame, by: list[str]) -> _Grouped:
        if not by:
            return cls(np.zeros(len(frame), dtype=np.intp), pd.DataFrame(index=[0]))
        combined = np.zeros(len(frame), dtype=np.int64)
        for column in by:
            codes, values = coded(frame[column])
            combined = combined * (len(values) + 1) + codes + 1
        codes, _ = pd.factorize(combined)
        first = np.unique(codes, return_index=True)[1]
        keys = frame[by].iloc[first].reset_index(drop=True)
        texts = [column for column in by if isinstance(keys[column].dtype, pd.CategoricalDtype)]
        return cls(codes, keys.astype(dict.fromkeys(texts, "str")))

    def counts(self, places: NDArray[np.intp], names: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        """How many rows of each group have each name: `places` are theirs in the list of names."""
        width = len(names) + 1  # the last place is for none of them
        found = np.bincount(self.codes * width + places, minlength=len(self.keys) * width).reshape(-1, width)
        return {name: found[:, at].astype("int64") for at, name in enumerate(names)}

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Each group's sum."""
        return np.bincount(self.codes, weights=values, minlength=len(self.keys)).astype(float, copy=False)

    def distinct(self, codes: NDArray[np.intp], where: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """How many different codes each group has, among the rows where the flag is set."""
        width = int(codes.max(initial=0)) + 1
        pairs = self.codes * width + codes
        pairs = np.unique(pairs if where is None else pairs[where])
        return np.bincount(pairs // width, minlength=len(self.keys)).astype("int64")


def _places(column: pd.Series, names: Sequence[str]) -> NDArray[np.intp]:
    """Where each row's text stands among these names; after them where it is none of them."""
    codes, texts = coded(column)
    place = {name: at for at, name in enumerate(names)}
    return np.array([*(place.get(text, len(names)) for text in texts), len(names)], dtype=np.intp)[codes]


def _tallies(
    answers: pd.DataFrame, grouped: _Grouped, states: NDArray[np.intp], rated: NDArray[np.bool_]
) -> dict[str, NDArray[Any]]:
    """What is counted and summed in each group."""
    priorities = _places(answers["priority"], tuple(PRIORITY_WEIGHTS))
    essential = np.where(priorities == _ESSENTIAL, states, len(_STATES))
    value = answers["value"].to_numpy(dtype=float)
    valued = rated & ~np.isnan(value)
    weight = np.where(valued, np.array([*PRIORITY_WEIGHTS.values(), np.nan])[priorities], 0.0)
    value = np.where(valued, value, 0.0)
    found: dict[str, NDArray[Any]] = dict(grouped.counts(states, _STATES))
    among = grouped.counts(essential, _STATES)
    return found | {
        "essential_met": among["met"],
        "essential_applicable": _total(among, APPLICABLE),
        "essential_unknown": among["blank"] + among["unreadable"],
        "essential_missing": among["missing"],
        "valued": grouped.sums(valued.astype(float)),
        "values": grouped.sums(value),
        "weights": grouped.sums(weight),
        "weighted": grouped.sums(weight * value),
    }


def _total(result: Mapping[str, NDArray[Any]], names: Sequence[str]) -> NDArray[np.int64]:
    return np.asarray(sum(result[name] for name in names))


def _add_shares(result: dict[str, NDArray[Any]], prefix: str) -> None:
    met, applicable, unknown, missing = (
        result[f"{prefix}{name}"] for name in ("met", "applicable", "unknown", "missing")
    )
    result[f"{prefix}share"] = _ratio(met, applicable)
    result[f"{prefix}lower"] = _ratio(met, applicable + missing)
    result[f"{prefix}upper"] = _ratio(met + unknown + missing, applicable + missing)


def _ratio(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """The share, NaN of nothing."""
    found: NDArray[np.float64] = np.full(len(whole), np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found
