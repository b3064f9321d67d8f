"""Areas against the rest of the region, and whether an order of areas depends on the weighting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot


@dataclass(frozen=True)
class WeightingDependence:
    """Whether the order of areas depends on weighting by priority.

    Attributes:
        areas: area, organisations, answered, attainment, attainment_weighted, place, place_weighted (1 is the
            highest; ties share a place; NaN where too few to compare).
        pairs: area, other, difference, lower, upper, difference_weighted, lower_weighted, upper_weighted, swaps,
            verdict ("order does not depend on the weighting", "cannot be told apart", "order depends on the weighting").
        swaps: whether any pair changes its order.
        depends: whether any pair that can be told apart under either weighting changes its order.
        too_few: areas left out of the order.
    """

    areas: pd.DataFrame
    pairs: pd.DataFrame
    swaps: bool
    depends: bool
    too_few: tuple[str, ...]


def difference_from_region(
    snapshot: Snapshot,
    cycle: str,
    standard: str | None = None,
    priority: Literal["all", "essential"] = "all",
) -> pd.DataFrame:
    """Each area's share met against that of the rest of the region (organisations that do not serve the area).

    Returns:
        One row per area: area, n (organisations with an answer), rest_n, met, applicable, share, rest_met,
        rest_applicable, rest_share, difference (share minus rest_share), lower, upper (simultaneous 95% interval),
        comparisons (how many the table makes), verdict ("higher", "lower", "no clear difference", "too few to compare").
    """
    raise NotImplementedError


def differences_by_standard(
    snapshot: Snapshot, cycle: str, priority: Literal["all", "essential"] = "all"
) -> pd.DataFrame:
    """The same for every area and standard: area, standard, then as in `difference_from_region`."""
    raise NotImplementedError


def weighting_dependence(snapshot: Snapshot, cycle: str, standard: str | None = None) -> WeightingDependence:
    """The order of areas by attainment, unweighted and weighted by priority, and whether it depends on that."""
    raise NotImplementedError
