"""What a cycle asked and what came of it, with the orders in which everything is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.scoring import Measures
    from toolkit.store import Snapshot


def answers(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """One row per organisation and criterion that the cycle asked, returned or not, in framework order.

    Args:
        snapshot: what to read.
        cycle: the cycle's id.
        standard: only this standard.
        area: only organisations that serve this area.

    Returns:
        The columns of `scoring.asked_with_answers`: cycle, organisation_id, organisation, sector, areas, tier,
        standard, criterion, priority, state, value, evidence, action, lead, target_date, source_file, source_sheet,
        source_cell. `state` is one of the six ratings, or "missing" where the organisation has not returned.
    """
    raise NotImplementedError


def region(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> Measures:
    """All measures of the whole region (each organisation once), one standard, or the organisations of one area."""
    raise NotImplementedError


def criterion_priorities(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """How strongly each criterion was asked: standard, criterion, priority (the strongest that anybody was asked it
    with), essential, desired, recommended, applies (organisations asked it with each), asked (all of them).
    """
    raise NotImplementedError


def response_rate(snapshot: Snapshot, cycle: str, by: str | None = None) -> pd.DataFrame:
    """Returns received of those expected, by `area`, `sector`, or None for the region (one row).

    Returns:
        Columns: the group (`area` or `sector`), expected, returned, missing, share (returned / expected).
    """
    raise NotImplementedError


def missing_returns(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Organisations that were asked and have not returned, by name.

    Returns:
        Columns: organisation_id, organisation, sector, areas, lead_name, lead_email (from the register).
    """
    raise NotImplementedError
