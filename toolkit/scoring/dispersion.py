"""How far apart organisations' ratings of the same criterion lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def leik_dispersion(counts: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """Leik's dispersion of ordered answers: 0 where all agree, 1 where half stand at either end.

    D = 2 / (m - 1) * sum over the m levels of min(F, 1 - F), F the cumulative share up to the level. It uses the order
    of the levels and nothing else, no distance between them. Source: R. K. Leik, "A measure of ordinal consensus",
    Pacific Sociological Review 9 (1966), 85-90.

    Args:
        counts: one array (or number) of counts for each level, lowest to highest, two levels or more.

    Returns:
        D for each entry; NaN where there are no answers.
    """
    levels = np.atleast_2d(np.stack([np.asarray(count, dtype=float).ravel() for count in counts]))
    totals = levels.sum(axis=0)
    shares = levels.cumsum(axis=0) / np.where(totals > 0, totals, np.nan)
    return np.asarray(2 / (len(levels) - 1) * np.minimum(shares, 1 - shares)[:-1].sum(axis=0))
