"""Dots: before and after, and differences with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Figure


def change_dots(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    periods: tuple[str, str],
    before: str = "before",
    after: str = "after",
    n: str | None = "organisations",
    verdict: str | None = "verdict",
    caption: str = "",
    note: str = "",
) -> Figure:
    """One line per row from the share before (hollow) to the share after (filled); `periods` name them ("2021", "2024").

    Where either share is missing the row says the verdict ("too few to compare", "partly comparable") instead. `n` is
    the number of organisations in both cycles.
    """
    raise NotImplementedError


def difference_dots(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    difference: str = "difference",
    lower: str = "lower",
    upper: str = "upper",
    n: str = "n",
    rest_n: str = "rest_n",
    verdict: str = "verdict",
    against: str = "the rest of the region",
    caption: str = "",
    note: str = "",
) -> Figure:
    """One dot per row: a difference of shares (-1 to 1) with its interval beside a line at zero.

    A row without an interval prints its verdict ("too few to compare") and no dot.
    """
    raise NotImplementedError
