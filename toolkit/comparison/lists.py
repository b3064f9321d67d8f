"""The peer review's four lists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.answers import area_names, criterion_priorities
from toolkit.comparison.areas import by_criterion, counted_answers, criteria
from toolkit.comparison.gaps import area_gaps, gaps
from toolkit.records import Priority
from toolkit.scoring import ANSWERED, in_areas

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    strong: dict[str, list[str]] = defaultdict(list)
    for area, criterion in _rows(found, "area", "criterion"):
        strong[criterion].append(area)
    states: dict[str, dict[str, str]] = defaultdict(dict)
    for area, criterion, organisation, state in _rows(frame, "area", "criterion", "organisation_id", "state"):
        if area in strong.get(criterion, ()):
            states[criterion][organisation] = state
    rows = [
        (
            criterion,
            "; ".join(areas),
            len(areas),
            sum(state == "met" for state in states[criterion].values()),
            sum(state not in {"missing", "not_applicable"} for state in states[criterion].values()),
        )
        for criterion, areas in strong.items()
    ]
    table = pd.DataFrame(rows, columns=["criterion", "areas", "n_areas", "met", "applicable"])
    table = table.astype({"criterion": "str", "areas": "str", "n_areas": int, "met": int, "applicable": int})
    table = table.merge(whole, on="criterion").merge(criterion_priorities(snapshot, cycle)[_CRITERION], on="criterion")
    table["share"] = table["met"] / table["applicable"]
    columns = [*_CRITERION, "areas", "n_areas", *_WHOLE, *(f"region_{name}" for name in _WHOLE)]
    return _in_order(snapshot, cycle, table[columns])


def _single(snapshot: Snapshot, cycle: str, frame: pd.DataFrame) -> pd.DataFrame:
    rated = frame.loc[(frame["priority"] == str(Priority.ESSENTIAL)) & frame["state"].isin(ANSWERED)]
    fails: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    for area, criterion, organisation, state in _rows(rated, "area", "criterion", "organisation_id", "state"):
        fails[area, criterion][organisation] = state in _FAILING
    alone: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for (area, criterion), everyone in fails.items():
        failing = [organisation for organisation, failed in everyone.items() if failed]
        if len(failing) == 1 and len(everyone) >= snapshot.settings.thresholds.too_few:
            alone[failing[0], criterion].append(area)
    peers: dict[tuple[str, ...], int] = {
        (organisation, criterion): len({peer for area in areas for peer in fails[area, criterion]} - {organisation})
        for (organisation, criterion), areas in alone.items()
    }
    keys, names = ["organisation_id", "criterion"], area_names(snapshot)
    table = rated.drop_duplicates(keys).rename(columns={"state": "rating"})
    table = table.loc[[peers.get(key, 0) > 0 for key in _rows(table, *keys)]].copy()
    mine = list(_rows(table, *keys))
    listed = ["; ".join(sorted(alone[key], key=names.index)) for key in mine]
    table["areas"] = pd.Series(listed, table.index, dtype="str")
    table["peers"] = np.array([peers[key] for key in mine], dtype=int)
    table["peers_met"] = table["peers"]
    columns = ["organisation_id", "organisation", "sector", "areas", "standard", "criterion", "rating", "peers_met"]
    return _in_order(snapshot, cycle, table[[*columns, "peers"]])


def _partnership(
    snapshot: Snapshot, cycle: str, each: pd.DataFrame, common: set[str], frame: pd.DataFrame
) -> pd.DataFrame:
    table = each.loc[(each["status"] == "gap") & ~each["criterion"].isin(list(common))]
    who: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    failing = frame.loc[frame["state"].isin(_FAILING)]
    for area, criterion, organisation, sector in _rows(failing, "area", "criterion", "organisation_id", "sector"):
        who[area, criterion][organisation] = sector
    mine = [who[place] for place in _rows(table, "area", "criterion")]
    table = table.assign(
        organisations=np.array([len(each) for each in mine], dtype=int),
        sectors=pd.Series(["; ".join(sorted(set(each.values()))) for each in mine], table.index, dtype="str"),
    )
    table = table.loc[[len(set(each.values())) >= _SECTORS for each in mine]]
    return _in_order(snapshot, cycle, table[["area", *_CRITERION, *_FIGURES, "organisations", "sectors"]])


def _rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[str, ...]]:
    """The rows of some columns of text."""
    return zip(*(frame[column].to_list() for column in columns), strict=True)


def _in_order(snapshot: Snapshot, cycle: str, table: pd.DataFrame) -> pd.DataFrame:
    """Framework order; rows of one criterion stay as they stand."""
    place = {criterion: at for at, (_, criterion) in enumerate(criteria(snapshot, cycle))}
    order = table["criterion"].map(place).sort_values(kind="stable")
    return table.loc[order.index].reset_index(drop=True)
