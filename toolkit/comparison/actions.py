"""Actions of this cycle and when they are due; actions of the last cycle and what became of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.comparison.answers import as_text, every_answer, only
from toolkit.comparison.change import links
from toolkit.comparison.remembering import remembered

if TYPE_CHECKING:
    from toolkit.catalogue import Link
    from toolkit.store import Snapshot

DUE = ("overdue", "due within 3 months", "later", "no date", "date passed, criterion met")
"""Due status, in the order in which actions are listed."""

_SOON = 3
"""Months from the data cut within which an action counts as due soon."""

_ACTION = ["criterion", "priority", "rating", "action", "lead", "target_date", "due"]
_WHO = ["organisation_id", "organisation", "sector", "areas", "standard"]
_EARLIER = ["organisation_id", "organisation", "areas", "standard", "criterion", "action", "lead", "target_date"]
_NOW = ["rating_before", "now", "rating_now", "comparable", "result"]


def actions(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """Responses with an action, by due status as at the data cut, then date, then framework order and organisation.

    overdue: the date lies before the data cut and the criterion is not rated met. due within 3 months: from the day of
    the data cut to the same day three calendar months on. later: after that. no date: none that could be read. date
    passed, criterion met: before the data cut, with the criterion rated met: presumably done, and not called overdue.

    Returns:
        Columns: organisation_id, organisation, sector, areas, standard, criterion, priority, rating, action, lead,
        target_date (ISO, "" where none), due (one of `DUE`).
    """
    return as_text(only(_actions(snapshot, cycle), standard, area))


@remembered
def _actions(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    frame = _with_action(every_answer(snapshot, cycle)).rename(columns={"state": "rating"})
    cut, soon = due_limits(snapshot)
    date = frame["target_date"]
    due = pd.Series(DUE[2], index=frame.index, dtype="str").mask(date <= soon, DUE[1])
    past = date < cut
    due = due.mask(past, DUE[0]).mask(past & (frame["rating"] == "met"), DUE[4])
    frame["due"] = due.mask(date == "", DUE[3])
    frame["order"] = frame["due"].map(DUE.index)
    frame = frame.sort_values(["order", "target_date"], kind="stable", ignore_index=True)
    return frame[[*_WHO, *_ACTION]]


def due_limits(snapshot: Snapshot) -> tuple[str, str]:
    """The day of the data cut, before which a date has passed, and the last day that counts as near (ISO 8601)."""
    cut = snapshot.data_cut.date()
    return cut.isoformat(), (pd.Timestamp(cut) + pd.DateOffset(months=_SOON)).date().isoformat()


def previous_actions(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Actions of the cycle before, and what the criteria they lead to are rated now.

    The crosswalk leads from the earlier criterion to the later ones: over links that carry a trend where there are any
    (`comparable`), else over the partly comparable ones, where "now met" says only that a related criterion is met.

    "no return this cycle": the organisation has not returned. "no counterpart": nothing in the later framework
    corresponds. "no longer applies": the counterparts are not asked of it, or it rates them not applicable. Of what is
    left: "still open" where any is partly met or not met, "not answered" where any is blank or unreadable, else "now
    met".

    Returns:
        Columns: organisation_id, organisation, areas, standard, criterion (both of the earlier framework), action,
        lead, target_date, rating_before, now (later criteria joined with "; "), rating_now (their ratings, "not asked"
        where not asked, joined likewise), comparable, result. In the earlier framework's order, then by organisation;
        empty where there is no cycle before.
    """
    earlier = snapshot.settings.cycle_before(cycle)
    if earlier is None:
        return pd.DataFrame(columns=[*_EARLIER, *_NOW])
    return as_text(only(_previous_actions(snapshot, cycle, earlier.id), None, area))


@remembered
def _previous_actions(snapshot: Snapshot, cycle: str, earlier: str) -> pd.DataFrame:
    frame = _with_action(every_answer(snapshot, earlier)).rename(columns={"state": "rating_before"})
    frame = frame[[*_EARLIER, *_NOW[:1]]].reset_index(drop=True)
    leads_to = _leads_to(links(snapshot, cycle))
    present = every_answer(snapshot, cycle)
    who, what, states_ = (present[name].to_list() for name in ("organisation_id", "criterion", "state"))
    states = dict(zip(zip(who, what, strict=True), states_, strict=True))
    returned = set(present.loc[present["state"] != "missing", "organisation_id"])
    found = []
    for organisation, criterion in zip(frame["organisation_id"].to_list(), frame["criterion"].to_list(), strict=True):
        later, comparable = leads_to.get(criterion, ((), False))
        ratings = [states.get((organisation, reference), "not asked") for reference in later]
        back = organisation in returned
        result = _result(ratings) if back else "no return this cycle"
        found.append(("; ".join(later), "; ".join(ratings) if back else "", comparable, result))
    return pd.concat([frame, pd.DataFrame(found, columns=_NOW[1:], index=frame.index)], axis=1)


def _with_action(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.loc[frame["action"].str.strip() != ""]


def _leads_to(found: tuple[Link, ...]) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Earlier criterion to the later ones it is followed to, and whether those links carry a trend."""
    every: dict[str, list[Link]] = defaultdict(list)
    for link in found:
        every[link.earlier].append(link)
    chosen = {earlier: [link for link in mine if link.carries_trend] for earlier, mine in every.items()}
    return {
        earlier: (tuple(link.later for link in chosen[earlier] or mine), bool(chosen[earlier]))
        for earlier, mine in every.items()
    }


def _result(ratings: list[str]) -> str:
    if not ratings:
        return "no counterpart"
    left = {rating for rating in ratings if rating not in {"not asked", "not_applicable"}}
    if not left:
        return "no longer applies"
    if left & {"partly_met", "not_met"}:
        return "still open"
    return "not answered" if left & {"blank", "unreadable", "missing"} else "now met"
