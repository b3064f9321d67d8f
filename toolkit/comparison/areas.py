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

import pandas as pd

from toolkit.comparison.answers import answers, area_names, serves
from toolkit.records import Priority
from toolkit.scoring import MEASURES, in_areas, in_tiers, measures_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.store import Snapshot

Counted = Literal["all", "essential"]
"""Which answers a figure is about: all, or the essential ones (`counted_answers`)."""

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
    if priority == "essential":
        essential = frame["priority"] == str(Priority.ESSENTIAL)
        instead = ~frame[per].isin(list(frame.loc[essential, per].unique())) if per else not essential.any()
        frame = frame.loc[essential | instead]
    if area is not None:
        frame = frame.loc[serves(frame, area)]
    return frame.reset_index(drop=True)


def area_by_standard(snapshot: Snapshot, cycle: str, priority: Counted = "all") -> pd.DataFrame:
    """Every area by every standard: area, standard, then the measures."""
    standards = [standard.standard for standard in snapshot.framework(cycle).standards]
    keys = [(area, standard) for area in area_names(snapshot) for standard in standards]
    return _table(in_areas(counted_answers(snapshot, cycle, "standard", priority)), ["area", "standard"], keys)


def area_by_criterion(
    snapshot: Snapshot, cycle: str, standard: str | None = None, priority: Counted = "all"
) -> pd.DataFrame:
    """Every area by every criterion (of one standard): area, standard, criterion, then the measures."""
    keys = [(area, *pair) for area in area_names(snapshot) for pair in criteria(snapshot, cycle, standard)]
    frame = counted_answers(snapshot, cycle, "criterion", priority, standard=standard)
    return _table(in_areas(frame), ["area", "standard", "criterion"], keys)


def by_area(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """By area: area, then the measures. They do not add up to the region's."""
    keys = [(area,) for area in area_names(snapshot)]
    return _table(in_areas(answers(snapshot, cycle, standard)), ["area"], keys)


def by_standard(snapshot: Snapshot, cycle: str, area: str | None = None, priority: Counted = "all") -> pd.DataFrame:
    """The region (or one area) by standard: standard, then the measures."""
    keys = [(standard.standard,) for standard in snapshot.framework(cycle).standards]
    return _table(counted_answers(snapshot, cycle, "standard", priority, area=area), ["standard"], keys)


def by_criterion(
    snapshot: Snapshot,
    cycle: str,
    standard: str | None = None,
    area: str | None = None,
    *,
    priority: Counted = "all",
) -> pd.DataFrame:
    """The region (or one area) by criterion: standard, criterion, then the measures."""
    keys = criteria(snapshot, cycle, standard)
    frame = counted_answers(snapshot, cycle, "criterion", priority, standard=standard, area=area)
    return _table(frame, ["standard", "criterion"], keys)


def by_tier(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """By tier: tier, then the measures; empty where the framework has no tiers.

    An organisation with several tiers gives one answer for all of them and counts in each.
    """
    keys = [(tier.tier,) for tier in snapshot.framework(cycle).tiers]
    return _table(in_tiers(answers(snapshot, cycle, standard)), ["tier"], keys)


def by_sector(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """By sector, in alphabetical order: sector, then the measures."""
    frame = answers(snapshot, cycle, standard)
    return _table(frame, ["sector"], [(sector,) for sector in sorted(frame["sector"].unique())])


def by_organisation(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Every organisation by every standard it was asked, by name, returned or not.

    Returns:
        Columns: organisation_id, organisation, sector, areas, standard, then the measures (`returned` 0 where there is
        no return).
    """
    keys = ["organisation_id", "organisation", "sector", "areas", "standard"]
    table = measures_by(answers(snapshot, cycle, area=area), keys)
    return table.sort_values(["organisation", "organisation_id"], kind="stable", ignore_index=True)


def criteria(snapshot: Snapshot, cycle: str, standard: str | None = None) -> list[tuple[str, ...]]:
    """Standard and criterion, in framework order."""
    return [
        (each.standard, criterion.criterion)
        for each in snapshot.framework(cycle).standards
        if standard in {None, each.standard}
        for criterion in each.criteria
    ]


def _table(frame: pd.DataFrame, by: list[str], keys: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """Measures for exactly these groups, in this order."""
    order = pd.DataFrame(list(keys), columns=by, dtype="str")
    table = order.merge(measures_by(frame, by), on=by, how="left", sort=False)
    counts = [name for name in MEASURES if name not in _SHARES]
    table[counts] = table[counts].fillna(0).astype("int64")
    return table
