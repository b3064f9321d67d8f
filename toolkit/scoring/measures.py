"""The measures of design 5.5: essential met with its bounds, share met, attainment, distribution of ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.records import Priority, Rating
from toolkit.scoring.answers import asked_with_answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RATINGS: tuple[str, ...] = tuple(str(rating) for rating in Rating)
"""The six ratings, in the order in which tables and charts show them."""

ANSWERED: tuple[str, ...] = ("met", "partly_met", "not_met")
"""Ratings that say how far a criterion is met: what attainment is a mean of."""

APPLICABLE: tuple[str, ...] = (*ANSWERED, "blank", "unreadable")
"""Ratings in the denominator of a share met: asked of an organisation that returned, less not applicable."""

PRIORITY_WEIGHTS: Mapping[str, float] = {"essential": 3.0, "desired": 2.0, "recommended": 1.0, "applies": 2.0}
"""What a response counts for when weighted by priority.

The standards give an order (essential, desired, recommended) and no numbers, so the weights are the plainest ones in
that order. Where a standard applies without a priority its strength is unknown, and it gets the middle weight.
These numbers are a convention: that is why every order of areas is shown with and without them.
"""

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
    return _sums(responses, list(by), {rating: state == rating for rating in RATINGS})


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
    groups = list(by)
    result = _sums(answers, groups, _tallies(answers))
    organisations = _organisations(answers, groups)
    result[["expected", "returned", "n"]] = organisations[["expected", "returned", "n"]].to_numpy()
    result["applicable"] = result[list(APPLICABLE)].sum(axis=1)
    result["answered"] = result[list(ANSWERED)].sum(axis=1)
    result["asked"] = result["applicable"] + result["not_applicable"] + result["missing"]
    _add_shares(result, "", result["applicable"], result["blank"] + result["unreadable"], result["missing"])
    _add_shares(
        result, "essential_", result["essential_applicable"], result["essential_unknown"], result["essential_missing"]
    )
    result["attainment"] = _ratio(result["values"], result["valued"])
    result["attainment_weighted"] = _ratio(result["weighted"], result["weights"])
    return result[[*groups, *MEASURES]]


def _tallies(answers: pd.DataFrame) -> dict[str, pd.Series]:
    """What is summed in each group."""
    state = answers["state"]
    tallies: dict[str, pd.Series] = {name: state == name for name in (*RATINGS, "missing")}
    essential = answers["priority"] == str(Priority.ESSENTIAL)
    unknown = tallies["blank"] | tallies["unreadable"]
    rated = tallies["met"] | tallies["partly_met"] | tallies["not_met"]
    valued = rated & answers["value"].notna()
    weight = answers["priority"].map(dict(PRIORITY_WEIGHTS)).astype(float).where(valued, 0.0)
    value = answers["value"].where(valued, 0.0)
    return tallies | {
        "essential_met": tallies["met"] & essential,
        "essential_applicable": (rated | unknown) & essential,
        "essential_unknown": unknown & essential,
        "essential_missing": tallies["missing"] & essential,
        "valued": valued,
        "values": value,
        "weights": weight,
        "weighted": weight * value,
    }


def _sums(frame: pd.DataFrame, groups: list[str], columns: Mapping[str, pd.Series]) -> pd.DataFrame:
    numbers = {name: values.astype(float if values.dtype == float else "int64") for name, values in columns.items()}
    table = pd.DataFrame(numbers, index=frame.index)
    if not groups:
        return table.sum().to_frame().T.astype(table.dtypes)
    keys = [frame[group] for group in groups]
    return table.groupby(keys, sort=False, dropna=False).sum().reset_index()


def _organisations(answers: pd.DataFrame, groups: list[str]) -> pd.DataFrame:
    """How many organisations were asked, returned and answered in each group."""
    flags = pd.DataFrame(
        {
            **{group: answers[group] for group in groups},
            "organisation_id": answers["organisation_id"],
            "returned": answers["state"] != "missing",
            "n": answers["state"].isin(ANSWERED),
        }
    )
    keys = list(dict.fromkeys([*groups, "organisation_id"]))
    each = flags.groupby(keys, sort=False, dropna=False).any().reset_index()
    one = pd.Series(1, each.index, dtype="int64")
    return _sums(each, groups, {"expected": one, "returned": each["returned"], "n": each["n"]})


def _add_shares(
    table: pd.DataFrame, prefix: str, applicable: pd.Series, unknown: pd.Series, missing: pd.Series
) -> None:
    met, whole = table[f"{prefix}met"], applicable + missing
    table[f"{prefix}share"] = _ratio(met, applicable)
    table[f"{prefix}lower"] = _ratio(met, whole)
    table[f"{prefix}upper"] = _ratio(met + unknown + missing, whole)


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part.astype(float) / whole.astype(float).where(whole > 0)
