"""How a table is laid out on paper: type size, column widths, which way round the page is."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.document import cell_text
from toolkit.publishing.lettering import width

if TYPE_CHECKING:
    from toolkit.document import Table

PORTRAIT, LANDSCAPE = 482.0, 728.0
"""How wide A4 is between its margins, in points."""

_WAYS = (  # room, type size, how many lines a short cell may take (0: any number)
    (PORTRAIT, 9.5, 1),
    (PORTRAIT, 9.0, 1),
    (PORTRAIT, 8.5, 1),
    (PORTRAIT, 8.0, 1),
    (PORTRAIT, 8.0, 2),
    (LANDSCAPE, 9.5, 1),
    (LANDSCAPE, 8.5, 2),
    (LANDSCAPE, 7.5, 0),
)
_GAP, _NARROW_GAP, _MANY = 9.0, 7.0, 9
_SHORT = 24
_READABLE, _AMPLE, _LINES = 12.0, 20.0, 3  # em, em
_WIDEST_WORD = 130.0
ABOVE, BELOW = 3.5, 4.1
"""Between a cell's text and the lines above and below it, in points."""

_CAPITALS, _LEADING = 0.72, 0.5  # em
WHOLE = re.compile(r"\(\d[\d,]* of \d[\d,]*\)")
"""A count and its denominator, never broken into lines."""

_PARTS = re.compile(rf"\n| (?={WHOLE.pattern})")


@dataclass(frozen=True, slots=True)
class Layout:
    """A table on paper: sizes in points, `widths` with the `gap` between columns; `heights` are the rows', about."""

    room: float
    size: float
    gap: float
    widths: tuple[float, ...] = ()
    heights: tuple[float, ...] = ()

    @property
    def height(self) -> float:
        """About how high the table is without its caption."""
        return sum(self.heights)

    def inner(self, place: int) -> float:
        """How wide a column's text may be."""
        return max(self.widths[place] - self.gap, self.size)


def layout_of(table: Table) -> Layout:
    """The first way of printing a table with rows in which its columns fit.

    Short cells stand on one line or two, and a column of longer ones has room for a few words; where that needs too
    small a type, only words are kept whole. Where even the words do not fit a turned page, the columns shrink.
    """
    columns = [_Needs.of(table, place) for place in range(len(table.columns))]
    gap = _GAP if len(columns) < _MANY else _NARROW_GAP
    for room, size, lines in _WAYS:
        least = [column.least(size, lines) + gap for column in columns]
        if sum(least) <= room:
            break
    return _laid_out(columns, Layout(room, size, gap), least)


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a column needs, in em: each cell's lines (the heading's first), its longest word, and how much is `easy`.

    `line` is what the cells need to stand on one line, `heading` the same of the heading, which may well take two.
    """

    cells: tuple[tuple[float, ...], ...]
    word: float
    easy: float
    line: float
    heading: float

    @classmethod
    def of(cls, table: Table, place: int) -> _Needs:
        column = table.columns[place]
        texts = [cell_text(row[place], column, table.missing) for row in table.rows]
        heading, cells = _lines(column.name, bold=True), [_lines(text) for text in texts]
        word = max(_longest(column.name, bold=True), *map(_longest, texts))
        line = max(max(lines) for lines in cells)
        if column.format != "text" or max(map(len, texts)) <= _SHORT:
            easy = max(width(part) for text in texts for part in _PARTS.split(text))
        else:
            easy = min(line, max(_READABLE, min(_AMPLE, line / _LINES)))
        return cls((heading, *cells), word, max(easy, word), max(line, max(heading) * 0.6), max(heading))

    def least(self, size: float, lines: int) -> float:
        """How narrow the column may be, in points, where what is easy may take so many lines (0: any number)."""
        return min(max(self.word, self.easy / lines if lines else 0.0) * size, _WIDEST_WORD) + 1


def _lines(text: str, *, bold: bool = False) -> tuple[float, ...]:
    return tuple(width(line, bold=bold) for line in text.split("\n"))


def _longest(text: str, *, bold: bool = False) -> float:
    """The longest piece of a text that is best not broken."""
    pieces = (*WHOLE.findall(text), *WHOLE.sub(" ", text).split())
    return max((width(piece, bold=bold) for piece in pieces), default=0.0)


def _laid_out(columns: list[_Needs], layout: Layout, least: list[float]) -> Layout:
    """The layout with its columns' widths and its rows' heights."""
    size, gap = layout.size, layout.gap
    most = [max(column.line * size + gap + 1, low) for column, low in zip(columns, least, strict=True)]
    ample = [max(column.heading * size + gap + 1, much) for column, much in zip(columns, most, strict=True)]
    widths = tuple(ample) if sum(ample) <= layout.room else _shared_out(least, most, layout.room)
    rows = zip(*(column.cells for column in columns), strict=True)
    lines = (max(_height(cell, size, wide - gap) for cell, wide in zip(row, widths, strict=True)) for row in rows)
    heights = (ABOVE + BELOW + size * (count * (_CAPITALS + _LEADING) - _LEADING) for count in lines)
    return replace(layout, widths=widths, heights=tuple(heights))


def _height(cell: tuple[float, ...], size: float, wide: float) -> int:
    """About how many lines a cell takes."""
    return sum(
        max(1, math.ceil(line * size * (1.0 if line * size <= wide else 1.08) / max(wide, size))) for line in cell
    )


def _shared_out(least: list[float], most: list[float], room: float) -> tuple[float, ...]:
    """Widths between least and most that fit the room: columns that need little get it, the others get alike."""
    if sum(most) <= room:
        return tuple(most)
    if sum(least) >= room:
        return tuple(width * room / sum(least) for width in least)
    low, high = 0.0, room
    for _ in range(40):  # halving: far closer than a thousandth of a point
        level = (low + high) / 2
        widths = [min(much, max(little, level)) for little, much in zip(least, most, strict=True)]
        low, high = (low, level) if sum(widths) > room else (level, high)
    return tuple(min(much, max(little, low)) for little, much in zip(least, most, strict=True))
