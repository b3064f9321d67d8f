"""A table of shares, each cell shaded by its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.document import ColumnSpec, Figure, Table, how_many, no_share, percent, share_of, tabulate
from toolkit.figures.data import alternative, rows_of
from toolkit.figures.drawing import SMALL, WIDTH, Sheet, fold, text_width
from toolkit.figures.palette import GREY, INK, PAPER, STEPS, TOO_FEW, Look, readable_on, shade

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Basis

_WIDEST_GUTTER = 200
_CELL = 34
_KEY = 34
_COUNTS = 10.5
_TURN = 38


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell of the grid: counts, the share, and whether it is too small to shade."""

    row: str
    column: str
    met: int
    applicable: int
    share: float | None
    few: bool
    nothing: str

    @property
    def in_table(self) -> str:
        if self.few:
            return f"few ({self.met:,} of {self.applicable:,})"
        return share_of(self.share, self.met, self.applicable, self.nothing)


Grid = dict[tuple[str, str], _Cell]


def heat_table(
    title: str,
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    *,
    heading: str,
    met: str = "met",
    applicable: str = "applicable",
    share: str = "share",
    counted: str = "applicable",
    too_few: int = 0,
    measure: str = "Share met",
    caption: str = "",
    note: str = "",
    basis: Basis | None = None,
) -> Figure:
    """A long frame (one row per cell) as a grid: `rows` down, `columns` across, both in order of first appearance.

    Each cell prints its share and its count; darker is higher. A cell is hatched and says "few" where its `counted`
    (applicable responses or organisations) is below `too_few`. A cell without a denominator says why, by the frame's
    columns `asked` and `returned`. `heading` names what the rows are. Wide labels go down: put areas across and
    standards or criteria down.
    """
    cells = [
        _Cell(
            row.text(rows),
            row.text(columns),
            row.count(met),
            row.count(applicable),
            row.number(share) if row.count(applicable) else None,
            few=row.count(applicable) > 0 and row.count(counted) < too_few,
            nothing=no_share(row.count("asked"), row.count("returned")),
        )
        for row in rows_of(frame)
    ]
    down = list(dict.fromkeys(cell.row for cell in cells))
    across = list(dict.fromkeys(cell.column for cell in cells))
    grid = {(cell.row, cell.column): cell for cell in cells}
    shaded = [cell for cell in cells if cell.share is not None and not cell.few]
    few = sum(cell.few for cell in cells)
    silent = sum(cell.share is None and cell.nothing == "no return" for cell in cells)
    subject = f"{measure[0].lower()}{measure[1:]}"
    alt = alternative(
        f"Shaded table of {subject}: {how_many(len(down), 'row')} ({heading.lower()}), "
        f"{how_many(len(across), 'column')}.",
        _range([cell.share or 0 for cell in shaded]),
        f"Too few to show: {how_many(few, 'cell')}." if few else "",
        f"No return: {how_many(silent, 'cell')}." if silent else "",
    )
    data = _data(
        grid, down, across, heading, caption or f"{measure} by {heading.lower()}, with count and number applicable"
    )
    sheet = _drawing(down, across, grid, few=few > 0)
    return Figure(title, alt, sheet.as_svg(title, alt), data, note, basis=basis)


def _range(shares: list[float]) -> str:
    """The lowest and the highest share, without saying whose they are: the table is no ranking of areas."""
    if not shares:
        return ""
    low, high = percent(min(shares)), percent(max(shares))
    return f"Shares run from {low} to {high}." if low != high else f"Every share is {low}."


def _data(grid: Grid, down: list[str], across: list[str], heading: str, caption: str) -> Table:
    keys = [f"column {place}" for place in range(len(across))]
    records = [
        {"row": name}
        | {
            key: grid[name, column].in_table if (name, column) in grid else "none asked"
            for key, column in zip(keys, across, strict=True)
        }
        for name in down
    ]
    columns: list[ColumnSpec] = [("row", heading), *zip(keys, across, strict=True)]
    return tabulate(caption, records, columns)


def _drawing(down: list[str], across: list[str], grid: Grid, *, few: bool) -> Sheet:
    labels = [fold(name, _WIDEST_GUTTER) for name in down]
    gutter = max((text_width(line) for lines in labels for line in lines), default=0) + 8
    heads = [fold(name, 150, lines=1)[0] for name in across]
    widest = max((text_width(head, SMALL) for head in heads), default=0)
    turned = widest > (WIDTH - gutter) / max(len(across), 1) - 4
    spare = widest * 0.79 if turned else 0  # how far the last turned heading leans out to the right
    width = min((WIDTH - gutter - max(spare - 20, 0)) / max(len(across), 1), 90)
    top = _KEY + (widest * 0.62 + 16 if turned else 20)
    sheet = Sheet(top + _CELL * len(down) + 4)
    _key(sheet, few=few)
    for place, head in enumerate(heads):
        x = gutter + width * (place + 0.5)
        sheet.text(x, top - 8, head, anchor="left" if turned else "center", size=SMALL, turned=_TURN if turned else 0)
    for number, (name, lines) in enumerate(zip(down, labels, strict=True)):
        y = top + _CELL * number
        for place, line in enumerate(lines):
            sheet.text(0, y + _CELL / 2 + 15 * (place - (len(lines) - 1) / 2), line)
        for place, column in enumerate(across):
            _cell(sheet, (gutter + width * place, y), width, grid.get((name, column)))
    return sheet


def _cell(sheet: Sheet, corner: tuple[float, float], width: float, cell: _Cell | None) -> None:
    x, y = corner[0] + width / 2, corner[1] + _CELL / 2
    if cell is None or cell.share is None:
        sheet.box(corner, width, _CELL, Look(PAPER), "#A9AFB2")
        nothing = "–" if cell is None or text_width(cell.nothing, _COUNTS) > width else cell.nothing
        sheet.text(x, y, nothing, anchor="center", size=_COUNTS, colour=GREY)
        return
    look = TOO_FEW if cell.few else Look(shade(cell.share))
    behind, ink = (PAPER, INK) if cell.few else ("", readable_on(look.fill))
    sheet.box(corner, width, _CELL, look, INK)
    shown = "few" if cell.few else percent(cell.share)
    sheet.text(x, y - 7, shown, anchor="center", colour=ink, bold=not cell.few, behind=behind)
    counts = f"{cell.met:,}/{cell.applicable:,}"
    sheet.text(x, y + 8, counts, anchor="center", size=_COUNTS, colour=ink, behind=behind)


def _key(sheet: Sheet, *, few: bool) -> None:
    """What the shades mean, and what the hatching means where there is any."""
    x, low = 0.0, 0.0
    for bound, colour in STEPS:
        word = (
            f"{percent(low)} and over"
            if bound > 1
            else f"under {percent(bound)}"
            if low == 0
            else (f"{percent(low)} to {percent(bound - 0.01)}")
        )
        x = _swatch(sheet, x, Look(colour), word)
        low = bound
    if few:
        _swatch(sheet, x, TOO_FEW, "too few")


def _swatch(sheet: Sheet, x: float, look: Look, word: str) -> float:
    sheet.box((x, 2), 14, 14, look, INK)
    sheet.text(x + 19, 9, word, size=SMALL)
    return x + 19 + text_width(word, SMALL) + 14
