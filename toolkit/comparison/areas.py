"""Measures by area, standard, criterion, tier, sector and organisation.

Every table has its group columns first and then the columns of `scoring.MEASURES`: expected, returned, n, asked, met,
partly_met, not_met, not_applicable, blank, unreadable, missing, applicable, answered, share, lower, upper,
essential_met, essential_applicable, essential_share, essential_lower, essential_upper, attainment,
attainment_weighted; `scoring.measures_by` says what each is. `n` is the number of organisations with an answer.
A group that nobody was asked about has counts of 0 and NaN for shares.

Where a table takes `priority`, "all" counts all answers, and "essential" those of `counted_answers`: then every column,
`n` among them, is about these answers alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from toolkit.comparison.answers import answers, area_names, every_answer, only
from toolkit.comparison.remembering import remembered
from toolkit.records import Priority
from toolkit.scoring import MEASURES, coded, in_areas, in_tiers, measures_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from toolkit.store import Snapshot

Counted = Literal["all", "essential"]
"""Which answers a figure is about: all, or the essential ones (`counted_answers`)."""

_MEASURED = ["organisation_id", "sector", "areas", "tier", "standard", "criterion", "priority", "state", "value"]
_SHARES = {
    "share",
    "lower",
    "upper",
    "essential_share",
    "essential_lower",
    "essential_upper",
    "attainment",
    "attainment_weighted",
}


def counted_answers(
    snapshot: Snapshot,
    cycle: str,
    per: Literal["", "standard", "criterion"],
    priority: Counted = "essential",
    *,
    standard: str | None = None,
    area: str | None = None,
) -> pd.DataFrame:
    """The answers that a figure is about: the one place that decides which.

    "essential": those of organisations for which the criterion is essential. Where it is essential for nobody in the
    cycle (a criterion, a standard, or everything: `per`), all answers, because there is nothing else to go by.

    Args:
        snapshot: what to read.
        cycle: the cycle's id.
        per: what must have nothing essential for all its answers to count.
        priority: essential answers, or all.
        standard: only this standard.
        area: only organisations that serve this area.
    """
    frame = answers(snapshot, cycle, standard)
    return only(frame.loc[_counting(frame, per, priority)], None, area)


@remembered
def area_by_standard(snapshot: Snapshot, cycle: str, priority: Counted = "all") -> pd.DataFrame:
    """Every area by every standard: area, standard, then the measures."""
    standards = [standard.standard for standard in snapshot.framework(cycle).standards]
    keys = [(area, standard) for area in area_names(snapshot) for standard in standards]
    return _table(in_areas(_counted(snapshot, cycle, "standard", priority)), ["area", "standard"], keys)


def area_by_criterion(
    snapshot: Snapshot, cycle: str, standard: str | None = None, priority: Counted = "all"
) -> pd.DataFrame:
    """Every area by every criterion (of one standard): area, standard, criterion, then the measures."""
    return _of(_area_by_criterion(snapshot, cycle, priority), standard=standard)


def by_area(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """By area: area, then the measures. They do not add up to the region's."""
    if standard is not None:
        return _of(area_by_standard(snapshot, cycle, "all"), standard=standard).drop(columns="standard")
    keys = [(area,) for area in area_names(snapshot)]
    return _table(in_areas(_counted(snapshot, cycle)), ["area"], keys)


def by_standard(snapshot: Snapshot, cycle: str, area: str | None = None, priority: Counted = "all") -> pd.DataFrame:
    """The region (or one area) by standard: standard, then the measures."""
    if area is not None:
        return _of(area_by_standard(snapshot, cycle, priority), area=area).drop(columns="area")
    return _region_by_standard(snapshot, cycle, priority)


def by_criterion(
    snapshot: Snapshot,
    cycle: str,
    standard: str | None = None,
    area: str | None = None,
    *,
    priority: Counted = "all",
) -> pd.DataFrame:
    """The region (or one area) by criterion: standard, criterion, then the measures."""
    if area is not None:
        return _of(_area_by_criterion(snapshot, cycle, priority), standard, area).drop(columns="area")
    return _of(_region_by_criterion(snapshot, cycle, priority), standard)


def by_tier(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """By tier: tier, then the measures; empty where the framework has no tiers.

    An organisation with several tiers gives one answer for all of them and counts in each.
    """
    table = _by_group(snapshot, cycle, "tier", standard is not None)
    if standard is not None:
        table = _of(table, standard).drop(columns="standard")
    return _filled(table, ["tier"], [(tier.tier,) for tier in snapshot.framework(cycle).tiers])


def by_sector(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """By sector, in alphabetical order: sector, then the measures."""
    table = _by_group(snapshot, cycle, "sector", standard is not None)
    if standard is not None:
        table = _of(table, standard).drop(columns="standard")
    return table.sort_values("sector", kind="stable", ignore_index=True)


def by_organisation(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Every organisation by every standard it was asked, by name, returned or not.

    Returns:
        Columns: organisation_id, organisation, sector, areas, standard, then the measures (`returned` 0 where there is
        no return).
    """
    return only(_by_organisation(snapshot, cycle), None, area)


def criteria(snapshot: Snapshot, cycle: str, standard: str | None = None) -> list[tuple[str, ...]]:
    """Standard and criterion, in framework order."""
    return [
        (each.standard, criterion.criterion)
        for each in snapshot.framework(cycle).standards
        if standard in {None, each.standard}
        for criterion in each.criteria
    ]


@remembered
def _area_by_criterion(snapshot: Snapshot, cycle: str, priority: Counted) -> pd.DataFrame:
    keys = [(area, *pair) for area in area_names(snapshot) for pair in criteria(snapshot, cycle)]
    frame = in_areas(_counted(snapshot, cycle, "criterion", priority))
    return _table(frame, ["area", "standard", "criterion"], keys)


@remembered
def _region_by_standard(snapshot: Snapshot, cycle: str, priority: Counted) -> pd.DataFrame:
    keys = [(standard.standard,) for standard in snapshot.framework(cycle).standards]
    return _table(_counted(snapshot, cycle, "standard", priority), ["standard"], keys)


@remembered
def _region_by_criterion(snapshot: Snapshot, cycle: str, priority: Counted) -> pd.DataFrame:
    frame = _counted(snapshot, cycle, "criterion", priority)
    return _table(frame, ["standard", "criterion"], criteria(snapshot, cycle))


@remembered
def _by_group(snapshot: Snapshot, cycle: str, group: Literal["tier", "sector"], each_standard: bool) -> pd.DataFrame:
    """By tier or sector, and by standard too: the groups, in any order, then the measures."""
    frame = _counted(snapshot, cycle)
    return measures_by(in_tiers(frame) if group == "tier" else frame, [*(["standard"] if each_standard else []), group])


@remembered
def _by_organisation(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    keys = ["organisation_id", "organisation", "sector", "areas", "standard"]
    table = measures_by(every_answer(snapshot, cycle), keys)
    return table.sort_values(["organisation", "organisation_id"], kind="stable", ignore_index=True)


def _counting(frame: pd.DataFrame, per: Literal["", "standard", "criterion"], priority: Counted) -> NDArray[np.bool_]:
    """Which answers count, as `counted_answers` decides it."""
    if priority == "all":
        return np.ones(len(frame), dtype=bool)
    essential = (frame["priority"] == str(Priority.ESSENTIAL)).to_numpy()
    if not per:
        return essential if essential.any() else ~essential
    codes, texts = coded(frame[per])
    somewhere = np.zeros(len(texts), dtype=bool)
    somewhere[codes[essential]] = True
    return np.asarray(essential | ~somewhere[codes])


def _counted(
    snapshot: Snapshot, cycle: str, per: Literal["", "standard", "criterion"] = "", priority: Counted = "all"
) -> pd.DataFrame:
    """`counted_answers` of all standards and areas, without texts that no measure needs."""
    frame = every_answer(snapshot, cycle)[_MEASURED]
    return frame if priority == "all" else frame.loc[_counting(frame, per, priority)]


def _of(table: pd.DataFrame, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """The rows of a table of measures that are of one standard, of one area."""
    for column, value in (("standard", standard), ("area", area)):
        if value is not None:
            table = table.loc[table[column] == value].reset_index(drop=True)
    return table


def _table(frame: pd.DataFrame, by: list[str], keys: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """Measures for exactly these groups, in this order."""
    return _filled(measures_by(frame, by), by, keys)


def _filled(table: pd.DataFrame, by: list[str], keys: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    order = pd.DataFrame(list(keys), columns=by, dtype="str")
    table = order.merge(table, on=by, how="left", sort=False)
    counts = [name for name in MEASURES if name not in _SHARES]
    table[counts] = table[counts].fillna(0).astype("int64")
    return table
