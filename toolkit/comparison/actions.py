"""Actions of this cycle and when they are due; actions of the last cycle and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot


def actions(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """Responses with an action, by due status as at the data cut, then date, then framework order.

    Returns:
        Columns: organisation_id, organisation, sector, areas, standard, criterion, priority, rating, action, lead,
        target_date (ISO, "" where none), due ("overdue", "due within 3 months", "later", "no date",
        "date passed, criterion met").
    """
    raise NotImplementedError


def previous_actions(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Actions of the cycle before and what the linked criteria are rated now.

    Returns:
        Columns: organisation_id, organisation, areas, standard, criterion (both of the earlier framework), action,
        lead, target_date, rating_before, now (later criteria joined), rating_now (their ratings joined), comparable
        (a link that carries a trend), result ("now met", "still open", "not answered", "no longer applies",
        "no counterpart", "no return this cycle").
    """
    raise NotImplementedError
