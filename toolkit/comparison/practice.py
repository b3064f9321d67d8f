"""Ratings beside their evidence, disagreement, and leads that nobody named."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot


def met_without_evidence(
    snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None
) -> pd.DataFrame:
    """Responses rated met whose evidence is empty or only a placeholder.

    Returns:
        Columns: organisation_id, organisation, sector, areas, standard, criterion, priority, evidence, why ("empty",
        "placeholder").
    """
    raise NotImplementedError


def good_practice(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """Responses rated met with evidence at length, on criteria that many do not meet.

    Returns:
        Columns: organisation_id, organisation, sector, areas, standard, criterion, priority, evidence, region_share.
    """
    raise NotImplementedError


def disagreement(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """How far organisations' ratings of a criterion lie apart, framework order.

    Returns:
        Columns: standard, criterion, answered, met, partly_met, not_met, dispersion (Leik's D, 0 all the same to 1 half
        at either end; NaN below the threshold of answers).
    """
    raise NotImplementedError


def leads_missing(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Returns whose cover names no lead or no way to reach one (2024 standards, 9.3).

    Returns:
        Columns: organisation_id, organisation, sector, areas, missing ("name", "e-mail", "name and e-mail"), source_file.
    """
    raise NotImplementedError
