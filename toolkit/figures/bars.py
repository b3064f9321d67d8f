"""Bars from 0 to 100%: shares with their bounds, and how many returns came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Figure


def share_bars(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    met: str = "met",
    asked: str = "applicable",
    share: str = "share",
    lower: str | None = "lower",
    upper: str | None = "upper",
    measure: str = "Share met",
    span: str = "Bounds",
    reference: tuple[str, float] | None = None,
    too_few: int = 0,
    caption: str = "",
    note: str = "",
) -> Figure:
    """One bar per row: the share (0 to 1), beside it "31 of 50", and a whisker from `lower` to `upper`.

    `heading` names what the rows are ("Standard"). `measure` and `span` name the share and the whisker in chart and
    table. `reference` draws a labelled line ("Region", 0.61). A row with fewer than `too_few` asked, or without a share,
    gets words instead of a bar. Pass None for `lower` and `upper` where there is no whisker.
    """
    raise NotImplementedError


def response_bars(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    returned: str = "returned",
    expected: str = "expected",
    caption: str = "",
    note: str = "",
) -> Figure:
    """One bar per row: returns received out of returns expected, printed as "9 of 12"."""
    raise NotImplementedError
