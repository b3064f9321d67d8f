"""Change since the cycle before, through the crosswalk, of organisations that returned in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot


def change(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """One row per crosswalk link, in the later framework's order. Empty where there is no cycle before or no crosswalk.

    Returns:
        Columns: earlier, later ("" where a criterion has no counterpart), standard (the later one's), type (equal,
        narrower, broader, overlaps, "none"), carries_trend, reason, organisations (answered in both), met_before,
        met_after, share_before, share_after, improved, worsened (organisations that came to meet it, or ceased to),
        difference, lower, upper (NaN where no trend or too few), verdict ("better", "worse", "no clear change",
        "too few to compare", "partly comparable", "new", "no longer asked").
    """
    raise NotImplementedError


def change_by_standard(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """By later standard, over the links that carry a trend.

    Returns:
        Columns: standard, links (that carry a trend), criteria (with one), criteria_total, organisations, pairs,
        share_before, share_after, difference, lower, upper, verdict (as in `change`; "no comparable criteria").
    """
    raise NotImplementedError
