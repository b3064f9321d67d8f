"""The peer review's four lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.comparison.answers import area_names, criterion_priorities
from toolkit.comparison.areas import by_criterion, counted_answers, criteria
from toolkit.comparison.gaps import area_gaps, gaps
from toolkit.records import Priority
from toolkit.scoring import ANSWERED, in_areas

if TYPE_CHECKING:
    from toolkit.store import Snapshot

_SECTORS = 2
"""Sectors from which an unmet criterion is a matter between organisations, not within one kind of them."""

_FAILING = ("partly_met", "not_met")
_CRITERION = ["standard", "criterion", "priority"]
_READ = ["organisation_id", "organisation", "sector", "areas", *_CRITERION, "state"]
_FIGURES = ["met", "applicable", "answered", "share"]
_WHOLE = ["met", "applicable", "share"]


@dataclass(frozen=True)
class FourLists:
    """The four lists of a peer review; `four_lists` has the rules. Framework order, then areas as in toolkit.toml.

    Attributes:
        strengths: standard, criterion, priority, areas (joined with "; "), n_areas, met, applicable, share (of the
            organisations of those areas, each once), region_met, region_applicable, region_share.
        areas_in_common: standard, criterion, priority, areas, n_areas, met, applicable, answered, share (of the
            region).
        single_organisation_issues: organisation_id, organisation, sector, areas (where it stands alone, joined),
            standard, criterion, rating, peers_met, peers (of those areas, each once).
        partnership_issues: area, standard, criterion, priority, met, applicable, answered, share, organisations (number
            that do not meet it), sectors (of those, joined).
    """

    strengths: pd.DataFrame
    areas_in_common: pd.DataFrame
    single_organisation_issues: pd.DataFrame
    partnership_issues: pd.DataFrame


def four_lists(snapshot: Snapshot, cycle: str) -> FourLists:
    """Sort what stands out by who can act on it: areas that can teach, the region, one organisation, a partnership.

    Every figure is over the answers that `area_gaps` counts: essential ones, and all where a criterion has none.

    Strengths to share: a criterion that an area has as a strength (`area_gaps`: share met of `thresholds.strength` or
    more, not too few) while the region as a whole is below `thresholds.strength`.
    Areas in common: a criterion with a common gap (`gaps`: in `thresholds.common` areas or more).
    Single-organisation issues: in an area where `thresholds.too_few` organisations or more answered a criterion as
    essential, one alone rates it partly met or not met and every other one met.
    Partnership issues: a gap of an area that is not common to the region, where organisations of two sectors or more
    rate the criterion partly met or not met: no one organisation or kind of organisation can close it alone.
    """
    each = area_gaps(snapshot, cycle)
    common = gaps(snapshot, cycle)
    common = common.loc[common["kind"] == "common"]
    frame = in_areas(counted_answers(snapshot, cycle, "criterion")[_READ])
    return FourLists(
        strengths=_strengths(snapshot, cycle, each, frame),
        areas_in_common=_in_order(snapshot, cycle, common[[*_CRITERION, "areas", "n_areas", *_FIGURES]]),
        single_organisation_issues=_single(snapshot, cycle, frame),
        partnership_issues=_partnership(snapshot, cycle, each, set(common["criterion"]), frame),
    )


def _strengths(snapshot: Snapshot, cycle: str, each: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    whole = by_criterion(snapshot, cycle, priority="essential")[["criterion", *_WHOLE]]
    whole = whole.rename(columns={name: f"region_{name}" for name in _WHOLE})
    found = each.loc[each["status"] == "strength"].merge(whole, on="criterion")
    found = found.loc[found["region_share"] < snapshot.settings.thresholds.strength]
    listed = found.groupby("criterion", sort=False).agg(areas=("area", "; ".join), n_areas=("area", "size"))
    inside = frame.merge(found[["area", "criterion"]], on=["area", "criterion"])
    inside = inside.drop_duplicates(["organisation_id", "criterion"])
    counts = pd.DataFrame(
        {
            "criterion": inside["criterion"],
            "met": (inside["state"] == "met").astype("int64"),
            "applicable": (~inside["state"].isin(["missing", "not_applicable"])).astype("int64"),
        }
    )
    table = listed.join(counts.groupby("criterion").sum()).reset_index().merge(whole, on="criterion")
    table = table.merge(criterion_priorities(snapshot, cycle)[_CRITERION], on="criterion")
    table["share"] = table["met"] / table["applicable"]
    columns = [*_CRITERION, "areas", "n_areas", *_WHOLE, *(f"region_{name}" for name in _WHOLE)]
    return _in_order(snapshot, cycle, table[columns])


def _single(snapshot: Snapshot, cycle: str, frame: pd.DataFrame) -> pd.DataFrame:
    rated = frame.loc[(frame["priority"] == str(Priority.ESSENTIAL)) & frame["state"].isin(ANSWERED)].copy()
    rated["fails"] = rated["state"].isin(_FAILING)
    groups = rated.groupby(["area", "criterion"])
    alone = (groups["fails"].transform("sum") == 1) & (
        groups["fails"].transform("size") >= snapshot.settings.thresholds.too_few
    )
    keys = ["organisation_id", "criterion"]
    failing = rated.loc[alone & rated["fails"]]
    names = area_names(snapshot)
    listed = failing.groupby(keys)["area"].agg(lambda areas: "; ".join(sorted(areas, key=names.index))).rename("listed")
    table = failing.drop_duplicates(keys).merge(listed.reset_index(), on=keys)
    peers = rated.loc[~rated["fails"], ["area", *keys]].rename(columns={"organisation_id": "peer"})
    beside = failing[["area", *keys]].merge(peers, on=["area", "criterion"]).drop_duplicates([*keys, "peer"])
    count = beside.groupby(keys).size().rename("peers").reset_index()
    table = table.drop(columns="areas").rename(columns={"listed": "areas", "state": "rating"}).merge(count, on=keys)
    table["peers_met"] = table["peers"]
    columns = ["organisation_id", "organisation", "sector", "areas", "standard", "criterion", "rating", "peers_met"]
    return _in_order(snapshot, cycle, table[[*columns, "peers"]])


def _partnership(
    snapshot: Snapshot, cycle: str, each: pd.DataFrame, common: set[str], frame: pd.DataFrame
) -> pd.DataFrame:
    local = each.loc[(each["status"] == "gap") & ~each["criterion"].isin(list(common))]
    failing = frame.loc[frame["state"].isin(_FAILING), ["area", "criterion", "organisation_id", "sector"]]
    who = failing.groupby(["area", "criterion"]).agg(
        organisations=("organisation_id", "nunique"),
        n_sectors=("sector", "nunique"),
        sectors=("sector", lambda sectors: "; ".join(sorted(set(sectors)))),
    )
    table = local.merge(who.reset_index(), on=["area", "criterion"])
    table = table.loc[table["n_sectors"] >= _SECTORS]
    return _in_order(snapshot, cycle, table[["area", *_CRITERION, *_FIGURES, "organisations", "sectors"]])


def _in_order(snapshot: Snapshot, cycle: str, table: pd.DataFrame) -> pd.DataFrame:
    """Framework order; rows of one criterion stay as they stand."""
    place = {criterion: at for at, (_, criterion) in enumerate(criteria(snapshot, cycle))}
    order = table["criterion"].map(place).sort_values(kind="stable")
    return table.loc[order.index].reset_index(drop=True)
