"""Whom an area can learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot


def learning_pairs(
    snapshot: Snapshot, cycle: str, level: Literal["standard", "criterion"] = "standard", area: str | None = None
) -> pd.DataFrame:
    """For each area that is below on a standard (or criterion): areas with a strength there, alphabetical, no rank.

    Returns:
        Columns: area, standard, criterion ("" at level "standard"), met, applicable, share, why ("gap",
        "below the rest of the region"), learn_from (area, "" where no area has a strength there), from_met,
        from_applicable, from_share, talk_to (names joined with "; "; internal), talk_to_count.
    """
    raise NotImplementedError
