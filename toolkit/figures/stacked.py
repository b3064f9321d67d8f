"""Stacked bars of the six ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from toolkit.document import Figure


def stacked_ratings(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    words: Mapping[str, str] | None = None,
    caption: str = "",
    note: str = "",
) -> Figure:
    """One bar per row, divided by rating; the frame has a column of counts for each rating ("met", "partly_met", ...).

    A rating without a column counts 0 and a rating that nobody gave is left out of the key. `words` are the scale's own
    words for the ratings. The bar's length is the share of all responses in the row; the numbers in it are counts.
    """
    raise NotImplementedError
