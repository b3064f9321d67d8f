"""How wide a table's columns are, in twentieths of a point, and whether it needs a page on its side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from math import ceil
from typing import TYPE_CHECKING

from toolkit.document import cell_text
from toolkit.publishing import lettering
from toolkit.publishing.docx.foundation import MARGIN, SMALL_MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.document import Table

UPRIGHT = 9638
"""The text's width on an upright A4 page with margins of 2 cm."""
ASIDE = 14570
"""The same on a page on its side."""

_POINT = 20
_FEW = 6
_SPARE = 30
_LONGEST_WORD = 2600
_LONGEST_LINE = 7200
_WORTH_BREAKING = 1.2
_WORDS_DO_NOT_FILL = 1.1
_BREAKS = re.compile(r"(?<=[-/])|[ \t]+")
_COUNTS = re.compile(r"\(\d[\d,]* of \d[\d,]*\)")


@dataclass(frozen=True, slots=True)
class _Type:
    """How a table is set: size in points, margin of its cells, up to how many characters a text is kept on one line.

    Where a row has more than `most_lines`, the page is turned on its side.
    """

    size: float
    margin: int
    short: int
    most_lines: int


_NORMAL, _SMALL = _Type(10.0, MARGIN, 22, 9), _Type(9.0, SMALL_MARGIN, 12, 6)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table is laid out: its columns' widths, whether in small type, whether on a page on its side."""

    widths: tuple[int, ...]
    small: bool
    landscape: bool


def fit(table: Table) -> Fit:
    """Upright where no word is broken and no row is very high; else in small type, as 7 columns are; else on its side.

    Short texts are kept on one line unless that makes the table much higher.
    """
    return _fit(tuple(column.name for column in table.columns), tuple(map(tuple, shown(table))))


@lru_cache(maxsize=100)  # a table is looked at twice: which way its page is turned, and how wide its columns are
def _fit(names: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Fit:
    texts = list(zip(names, zip(*rows, strict=True), strict=True))
    many = len(names) > _FEW
    for look in (_SMALL,) if many else (_NORMAL, _SMALL):
        columns = [_Needs.of(*each, look) for each in texts]
        widths = _upright(columns, look, many=many)
        if widths:
            return Fit(widths, look is _SMALL, landscape=False)
    least = [one.short for one in columns]
    if sum(least) > ASIDE:
        least = [one.word for one in columns]
    return Fit(_shared_out(columns, least, ASIDE), small=True, landscape=True)


def _upright(columns: Sequence[_Needs], look: _Type, *, many: bool) -> tuple[int, ...] | None:
    """Widths on an upright page; None where a word (among many columns, a short text) is broken or a row very high."""
    words, shorts = [one.word for one in columns], [one.short for one in columns]
    broken, whole = (_shared_out(columns, least, UPRIGHT) for least in (words, shorts))
    lower, higher = (sum(_lines(columns, widths, look)) for widths in (broken, whole))
    keeps = sum(shorts) <= UPRIGHT and higher <= lower * _WORTH_BREAKING
    if sum(words) > UPRIGHT or (many and not keeps):
        return None
    widths = whole if keeps else broken
    return widths if max(_lines(columns, widths, look)) <= look.most_lines else None


def shown(table: Table) -> list[list[str]]:
    """The cells' texts; among many columns "(31 of 50)" is not broken into lines."""
    rows = [
        [cell_text(value, column, table.missing) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    if len(table.columns) <= _FEW:
        return rows
    return [[_COUNTS.sub(lambda found: found[0].replace(" ", "\u00a0"), text) for text in row] for row in rows]


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a column needs, margins included: its longest word, its short texts whole, its longest text on one line.

    `cells` are the widths of its texts, without margins.
    """

    word: int
    short: int
    line: int
    cells: tuple[int, ...]

    @classmethod
    def of(cls, heading: str, texts: Sequence[str], look: _Type) -> _Needs:
        cells = tuple(_width(text, look.size) for text in texts)
        words = _longest(word for text in texts for word in _BREAKS.split(text.replace("\n", " ")))
        head = [_width(word, look.size, bold=True) for word in _longest(_BREAKS.split(heading))]
        word = min(max(_width(word, look.size) for word in words), _LONGEST_WORD)
        word = max(word, min(max(head), _LONGEST_WORD))
        whole = max(*cells, word)
        line = max(whole, min(_width(heading, look.size, bold=True), _LONGEST_WORD))
        spare = 2 * look.margin + _SPARE
        is_short = max(map(len, texts)) <= look.short
        return cls(word + spare, (whole if is_short else word) + spare, min(line, _LONGEST_LINE) + spare, cells)


def _longest(texts: Iterable[str]) -> list[str]:
    """The few longest by characters, of which one is the widest."""
    return nlargest(5, dict.fromkeys(texts), key=len)


def _width(text: str, size: float, *, bold: bool = False) -> int:
    return round(lettering.width(text, bold=bold) * size * _POINT)


def _shared_out(columns: Sequence[_Needs], least: Sequence[int], available: int) -> tuple[int, ...]:
    """Each column its longest line where there is room; else at least what `least` says.

    What is left is shared out by how much each column lacks to its longest line.
    """
    if sum(one.line for one in columns) <= available:
        return tuple(one.line for one in columns)
    left = available - sum(least)
    if left <= 0:
        return tuple(one * available // sum(least) for one in least)
    lacking = [max(one.line - given, 0) for one, given in zip(columns, least, strict=True)]
    return tuple(given + left * lack // (sum(lacking) or 1) for given, lack in zip(least, lacking, strict=True))


def _lines(columns: Sequence[_Needs], widths: Sequence[int], look: _Type) -> list[int]:
    """About how many lines each row has."""
    insides = [max(width - 2 * look.margin - _SPARE, 1) for width in widths]
    rows = zip(*(one.cells for one in columns), strict=True)
    return [
        max(ceil(cell * _WORDS_DO_NOT_FILL / inside) for cell, inside in zip(row, insides, strict=True)) for row in rows
    ]
