"""Whom an area can learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from toolkit.comparison.answers import area_names
from toolkit.comparison.areas import area_by_criterion, area_by_standard
from toolkit.comparison.differences import differences_by_standard
from toolkit.comparison.gaps import status_of
from toolkit.comparison.practice import good_practice
from toolkit.comparison.remembering import remembered

if TYPE_CHECKING:
    from toolkit.store import Snapshot

NAMES_AT_MOST = 3
"""How many organisations a pair names to talk to; `talk_to_count` says how many there are."""

_COLUMNS = [
    "area",
    "standard",
    "criterion",
    "met",
    "applicable",
    "share",
    "why",
    "learn_from",
    "from_met",
    "from_applicable",
    "from_share",
    "talk_to",
    "talk_to_count",
]


def learning_pairs(
    snapshot: Snapshot, cycle: str, level: Literal["standard", "criterion"] = "standard", area: str | None = None
) -> pd.DataFrame:
    """For each area that could learn on a standard (or criterion): areas with a strength there, alphabetical, no rank.

    Why: a share met under `thresholds.gap` ("gap": its own share is low, whatever others have), or, by standard, a
    verdict "lower" in `differences_by_standard` ("lower than the rest of the region"). Strength: a share met of
    `thresholds.strength` or more. Both only where `thresholds.too_few` organisations or more answered. Essential
    answers count, and all answers where there are none (`counted_answers`). To talk to: organisations of the stronger
    area, and not of the area itself, with `good_practice` there; the first three by name.

    Args:
        snapshot: what to read.
        cycle: the cycle's id.
        level: by standard, or by criterion (finer, and more often too few).
        area: only what this area can learn.

    Returns:
        Columns: area, standard, criterion ("" by standard), met, applicable, share, why, learn_from (an area; "" where
        none has a strength there), from_met, from_applicable (0 where none), from_share (NaN where none), talk_to
        (names joined with "; "; internal), talk_to_count. Areas as in toolkit.toml, framework order, then learn_from.
    """
    pairs = _every_pair(snapshot, cycle, level)
    return pairs if area is None else pairs.loc[pairs["area"] == area].reset_index(drop=True)


@remembered
def _every_pair(snapshot: Snapshot, cycle: str, level: Literal["standard", "criterion"]) -> pd.DataFrame:
    table = _standing(snapshot, cycle, level)
    learners = table.loc[table["why"] != ""]
    strong = table.loc[table["status"] == "strength", ["area", "standard", "criterion", "met", "applicable", "share"]]
    strong = strong.rename(
        columns={"area": "learn_from", "met": "from_met", "applicable": "from_applicable", "share": "from_share"}
    ).sort_values("learn_from", kind="stable")
    pairs = learners.merge(strong, on=["standard", "criterion"], how="left", sort=False)
    pairs["learn_from"] = pairs["learn_from"].fillna("")
    pairs[["from_met", "from_applicable"]] = pairs[["from_met", "from_applicable"]].fillna(0).astype("int64")
    talks = _talks(snapshot, cycle, pairs, level)
    pairs["talk_to"] = pd.array(["; ".join(names[:NAMES_AT_MOST]) for names in talks], dtype="str")
    pairs["talk_to_count"] = pd.array([len(names) for names in talks], dtype="int64").to_numpy()
    return pairs[_COLUMNS]


def _standing(snapshot: Snapshot, cycle: str, level: str) -> pd.DataFrame:
    """Every area with its status, and why it could learn ("" where it need not)."""
    if level == "criterion":
        table = area_by_criterion(snapshot, cycle, priority="essential")
        lower = pd.Series(data=False, index=table.index)
    else:
        table = area_by_standard(snapshot, cycle, "essential").assign(criterion="")
        differences = differences_by_standard(snapshot, cycle, "essential")
        verdicts = table[["area", "standard"]].merge(differences, on=["area", "standard"], how="left")["verdict"]
        lower = verdicts == "lower"
    table["status"] = status_of(table, snapshot.settings.thresholds)
    why = pd.Series("", index=table.index, dtype="str").mask(lower, "lower than the rest of the region")
    table["why"] = why.mask(table["status"] == "gap", "gap")
    return table


def _talks(snapshot: Snapshot, cycle: str, pairs: pd.DataFrame, level: str) -> list[list[str]]:
    """For each pair the organisations to talk to, by name."""
    keys = ["standard", "criterion"] if level == "criterion" else ["standard"]
    practice = good_practice(snapshot, cycle)[["organisation", "areas", *keys]].drop_duplicates()
    served = {areas: frozenset(areas.split("; ")) for areas in practice["areas"].unique()}
    known = set(area_names(snapshot))
    there: dict[tuple[str, ...], list[tuple[str, frozenset[str]]]] = {}  # by area and place, in the order of names
    for name, areas, *place in practice.sort_values("organisation", kind="stable").itertuples(index=False):
        for one in served[areas] & known:
            there.setdefault((one, *place), []).append((name, served[areas]))
    return [
        list(dict.fromkeys(name for name, areas in there.get((learn_from, *place), []) if area not in areas))
        for area, learn_from, *place in pairs[["area", "learn_from", *keys]].itertuples(index=False)
    ]
