"""A table of shares, each cell shaded by its value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Figure


def heat_table(
    title: str,
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    *,
    heading: str,
    met: str = "met",
    asked: str = "applicable",
    share: str = "share",
    counted: str = "applicable",
    too_few: int = 0,
    measure: str = "Share met",
    caption: str = "",
    note: str = "",
) -> Figure:
    """A long frame (one row per cell) as a grid: `rows` down, `columns` across, both in order of first appearance.

    Each cell prints its share; darker is higher. A cell is hatched and says "few" where its `counted` (asked responses
    or organisations) is below `too_few`, and is empty where nothing was asked. `heading` names what the rows are.
    Wide labels go down: put areas across and standards or criteria down.
    """
    raise NotImplementedError
