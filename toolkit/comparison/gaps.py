"""Gaps: criteria that too few organisations of an area meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot


def area_gaps(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Every area by criterion with its status.

    Returns:
        Columns: area, standard, criterion, priority (strongest asked), met, applicable, answered, not_answered, share,
        status ("gap", "no gap", "strength", "too few"), holds (the gap stands even if every unanswered was met).
    """
    raise NotImplementedError


def gaps(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """Criteria with a gap in at least one area; essential ones first, then common ones, then framework order.

    Returns:
        Columns: standard, criterion, priority, kind ("common", "several areas", "single area"), areas (joined with
        "; "), n_areas, areas_too_few (joined), met, applicable, answered, share (of the region, each organisation once).
    """
    raise NotImplementedError


def essential_gaps(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Essential criteria that not everybody meets, in the region or one area; gaps first, then framework order.

    Returns:
        Columns: standard, criterion, met, applicable, answered, not_answered, missing, share, lower, upper,
        status ("gap", "not everybody", "too few"), not_met_by (names joined with "; "; internal).
    """
    raise NotImplementedError
