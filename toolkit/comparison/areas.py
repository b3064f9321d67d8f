"""Measures by area, standard, criterion, tier, sector and organisation.

Every table has its group columns first and then the columns of `scoring.MEASURES`:
organisations, returned, asked, met, partly_met, not_met, not_applicable, blank, unreadable, missing, applicable,
answered, share, lower, upper, essential_met, essential_applicable, essential_share, essential_lower, essential_upper,
attainment, attainment_weighted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot


def area_by_standard(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """Every area by every standard: area, standard, then the measures."""
    raise NotImplementedError


def area_by_criterion(snapshot: Snapshot, cycle: str, standard: str) -> pd.DataFrame:
    """Every area by every criterion of one standard: area, standard, criterion, then the measures."""
    raise NotImplementedError


def by_standard(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """The region (or one area) by standard: standard, then the measures."""
    raise NotImplementedError


def by_criterion(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """The region (or one area) by criterion: standard, criterion, then the measures."""
    raise NotImplementedError


def by_tier(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """By tier: tier, then the measures. An organisation with several tiers counts in each."""
    raise NotImplementedError


def by_sector(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """By sector, in alphabetical order: sector, then the measures."""
    raise NotImplementedError


def by_organisation(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Every organisation by standard: organisation_id, organisation, sector, areas, standard, then the measures."""
    raise NotImplementedError
