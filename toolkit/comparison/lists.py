"""The peer review's four lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot


@dataclass(frozen=True)
class FourLists:
    """The four lists of a peer review.

    Attributes:
        strengths: standard, criterion, priority, areas (joined), n_areas, met, applicable, share (of those areas'
            organisations, each once), region_share.
        areas_in_common: standard, criterion, priority, areas, n_areas, met, applicable, answered, share.
        single_organisation_issues: organisation_id, organisation, sector, areas (joined), standard, criterion, rating,
            peers_met, peers.
        partnership_issues: area, standard, criterion, priority, met, applicable, answered, share, organisations (that
            do not meet it), sectors (joined).
    """

    strengths: pd.DataFrame
    areas_in_common: pd.DataFrame
    single_organisation_issues: pd.DataFrame
    partnership_issues: pd.DataFrame


def four_lists(snapshot: Snapshot, cycle: str) -> FourLists:
    """Strengths to share, areas in common, single-organisation issues, partnership issues."""
    raise NotImplementedError
