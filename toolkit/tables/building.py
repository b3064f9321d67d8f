"""Frames to tables: shares with count and denominator, ratings, returns, two-way tables, and lists of anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from toolkit.document import ColumnSpec, Table


def table(
    caption: str,
    frame: pd.DataFrame,
    columns: Sequence[ColumnSpec],
    *,
    row_headers: int = 1,
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
) -> Table:
    """Any frame as a table: `columns` are (frame column, heading) or (frame column, heading, format).

    Formats are "text", "count", "share" (0 to 1), "points" (a difference of shares), "number". Raises KeyError where
    the frame has no such column.
    """
    raise NotImplementedError


def share_table(
    caption: str,
    frame: pd.DataFrame,
    label: str,
    heading: str,
    *,
    met: str = "met",
    asked: str = "applicable",
    share: str = "share",
    lower: str | None = "lower",
    upper: str | None = "upper",
    measure: str = "Share met",
    span: str = "Bounds",
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
) -> Table:
    """Shares, always with count and denominator: the label, "Met", "Asked", the share, and its bounds as text."""
    raise NotImplementedError


def rating_table(
    caption: str,
    frame: pd.DataFrame,
    label: str,
    heading: str,
    *,
    words: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
) -> Table:
    """How often each of the six ratings was given, one row per group, with the total; missing columns count 0."""
    raise NotImplementedError


def response_table(
    caption: str,
    frame: pd.DataFrame,
    label: str,
    heading: str,
    *,
    returned: str = "returned",
    expected: str = "expected",
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
) -> Table:
    """Returns received and expected, one row per group, with the rate."""
    raise NotImplementedError


def matrix_table(
    caption: str,
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    heading: str,
    *,
    met: str = "met",
    asked: str = "applicable",
    share: str = "share",
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
) -> Table:
    """A long frame as a two-way table of "62% (31 of 50)"; rows and columns in order of first appearance."""
    raise NotImplementedError


def action_table(
    caption: str,
    frame: pd.DataFrame,
    columns: Sequence[ColumnSpec],
    *,
    most: int = 20,
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
) -> Table:
    """The first `most` rows of a long list; where rows are left out, a note says how many and how to get them all."""
    raise NotImplementedError
