"""Gaps: criteria that too few organisations of an area meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from toolkit.comparison.answers import criterion_priorities, every_answer, only
from toolkit.comparison.areas import area_by_criterion, by_criterion
from toolkit.comparison.remembering import remembered
from toolkit.records import Priority
from toolkit.scoring import in_areas, measures_by

if TYPE_CHECKING:
    from toolkit.project import Thresholds
    from toolkit.store import Snapshot

_CRITERION = ["standard", "criterion"]
_FIGURES = ["met", "applicable", "answered", "share"]
_KINDS = ("common", "several areas", "single area")


def area_gaps(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Every area by every criterion that it was asked, with its status.

    Essential answers count, and all answers where a criterion is essential for nobody (`counted_answers`): `priority`
    says which, and the figures are those of `essential_gaps`. An area where a criterion is essential for nobody, though
    elsewhere for somebody, has no row for it.

    "too few": fewer than `thresholds.too_few` organisations answered. Otherwise "gap" where the share met is below
    `thresholds.gap`, "strength" where it is `thresholds.strength` or more, "no gap" between. An answer left blank
    counts as not met here as in every share; `holds` says whether the gap would be there were each of them, and each
    answer of a missing return, met.

    Returns:
        Columns: area, standard, criterion, priority (the strongest that anybody was asked it with), met, applicable,
        answered, not_answered (blank and unreadable), share, status, holds. Areas as in toolkit.toml, then framework
        order.
    """
    table = _area_gaps(snapshot, cycle)
    return table if area is None else table.loc[table["area"] == area].reset_index(drop=True)


@remembered
def _area_gaps(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    table = area_by_criterion(snapshot, cycle, priority="essential")
    table = table.loc[table["asked"] > 0]
    table = table.merge(criterion_priorities(snapshot, cycle)[["criterion", "priority"]], on="criterion", how="left")
    thresholds = snapshot.settings.thresholds
    table["not_answered"] = table["blank"] + table["unreadable"]
    table["status"] = status_of(table, thresholds)
    table["holds"] = (table["status"] == "gap") & (table["upper"] < thresholds.gap)
    columns = ["met", "applicable", "answered", "not_answered", "share", "status", "holds"]
    return table[["area", "standard", "criterion", "priority", *columns]]


@remembered
def gaps(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """Criteria with a gap in at least one area; essential ones first, then common ones, then framework order.

    "common": a gap in `thresholds.common` areas or more; "single area": in one; "several areas": between. Where too few
    organisations of an area answered, it can be neither a gap nor none: such areas are named beside.

    Returns:
        Columns: standard, criterion, priority, kind, areas (with the gap, joined with "; "), n_areas, n_hold (of them
        with a gap that `holds`), areas_too_few (joined), met, applicable, answered, share (of the region, each
        organisation once, and the same answers as in `area_gaps`).
    """
    each = area_gaps(snapshot, cycle)
    found = by_criterion(snapshot, cycle, priority="essential")[["standard", "criterion", *_FIGURES]]
    found = found.merge(criterion_priorities(snapshot, cycle)[["criterion", "priority"]], on="criterion")
    gap, few = each.loc[each["status"] == "gap"], each.loc[each["status"] == "too few"]
    found["areas"] = _joined(found["criterion"], gap, "area")
    for column, rows in (("n_areas", gap), ("n_hold", gap.loc[gap["holds"]])):
        found[column] = found["criterion"].map(rows["criterion"].value_counts().to_dict()).fillna(0).astype("int64")
    found["areas_too_few"] = _joined(found["criterion"], few, "area")
    found = found.loc[found["n_areas"] > 0].copy()
    common = snapshot.settings.thresholds.common
    found["kind"] = [_KINDS[0] if n >= common else _KINDS[1] if n > 1 else _KINDS[2] for n in found["n_areas"]]
    order = pd.DataFrame(
        {"other": found["priority"] != str(Priority.ESSENTIAL), "kind": found["kind"].map(_KINDS.index)}
    ).sort_values(["other", "kind"], kind="stable")
    columns = ["standard", "criterion", "priority", "kind", "areas", "n_areas", "n_hold", "areas_too_few", *_FIGURES]
    return found.loc[order.index, columns].reset_index(drop=True)


@remembered
def essential_gaps(
    snapshot: Snapshot, cycle: str, area: str | None = None, standard: str | None = None
) -> pd.DataFrame:
    """Essential criteria that not everybody meets, in the region or one area; gaps first, then framework order.

    Only responses for which the criterion is essential count (the same criterion may be desired for another tier).
    "gap": share met below `thresholds.gap`; "not everybody": not below, yet somebody does not meet it; "too few": fewer
    than `thresholds.too_few` organisations answered, and not all of them meet it or nobody has returned. `holds`: a gap
    that stays one whatever the outstanding answers say (its upper bound is below `thresholds.gap`).

    Returns:
        Columns: standard, criterion, met, applicable, answered, not_answered, missing, share, lower, upper, status,
        holds, not_met_by (names of organisations that rate it partly met or not met, joined with "; "; internal).
    """
    table = _essential(snapshot, cycle, area is not None)
    for column, value in (("standard", standard), ("area", area)):
        table = table if value is None else table.loc[table[column] == value]
    unknown = (table["applicable"] == 0) & (table["missing"] > 0)
    table = table.loc[(table["met"] < table["applicable"]) | unknown].copy()
    table["not_answered"] = table["blank"] + table["unreadable"]
    status = status_of(table, snapshot.settings.thresholds)
    table["status"] = status.where(status.isin(["gap", "too few"]), "not everybody")
    table["holds"] = (table["status"] == "gap") & (table["upper"] < snapshot.settings.thresholds.gap)
    failing = only(_failing(snapshot, cycle), standard, area)
    table["not_met_by"] = _joined(table["criterion"], failing, "organisation")
    order = table["status"].map(("gap", "not everybody", "too few").index).sort_values(kind="stable")
    counts = ["met", "applicable", "answered", "not_answered", "missing"]
    columns = ["standard", "criterion", *counts, "share", "lower", "upper", "status", "holds", "not_met_by"]
    return table.loc[order.index, columns].reset_index(drop=True)


@remembered
def _essential(snapshot: Snapshot, cycle: str, each_area: bool) -> pd.DataFrame:
    """Measures of essential answers by criterion, in the region or in each area."""
    frame = every_answer(snapshot, cycle)[["organisation_id", "areas", *_CRITERION, "priority", "state", "value"]]
    frame = frame.loc[frame["priority"] == str(Priority.ESSENTIAL)]
    return measures_by(in_areas(frame), ["area", *_CRITERION]) if each_area else measures_by(frame, _CRITERION)


@remembered
def _failing(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """Essential answers rated partly met or not met."""
    frame = every_answer(snapshot, cycle)[[*_CRITERION, "organisation", "areas", "priority", "state"]]
    return frame.loc[(frame["priority"] == str(Priority.ESSENTIAL)) & frame["state"].isin(["partly_met", "not_met"])]


def status_of(table: pd.DataFrame, thresholds: Thresholds) -> pd.Series:
    """The status of each row of measures, as `area_gaps` defines it."""
    status = pd.Series("no gap", index=table.index, dtype="str")
    status = status.mask(table["share"] >= thresholds.strength, "strength")
    status = status.mask(table["share"] < thresholds.gap, "gap")
    return status.mask(table["n"] < thresholds.too_few, "too few")


def _joined(criteria: pd.Series, rows: pd.DataFrame, column: str) -> pd.Series:
    """For each criterion the texts of its rows, in their order, joined with "; "; "" where it has none."""
    texts: dict[str, list[str]] = {}
    for criterion, text in zip(rows["criterion"].to_list(), rows[column].to_list(), strict=True):
        texts.setdefault(criterion, []).append(text)
    joined = ["; ".join(texts.get(criterion, ())) for criterion in criteria]
    return pd.Series(joined, index=criteria.index, dtype="str")
