"""Sheets in the plainest form of XML, which is what spreadsheet programs write: taken apart in one go.

Such a sheet has numbers and texts of the shared list, each with its place; everything between `<sheetData>` and
`</sheetData>` is one of a few tags that are known to the letter. What it holds is certain without a parser, and serves
guard and reader alike. A sheet with anything else (error cells, formulas without a result, texts of its own, prefixes,
comments, cells far away) is not plain, and is left to those who can read everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_EMPTY = rb'(?:<c r="[A-Z][1-9][0-9]{0,2}+"(?: s="[0-9]{1,4}+")?+/>|<row [^<>]*+>|</row>)*+'
_UP_TO_VALUE = re.compile(
    _EMPTY + rb'<c r="([A-Z])([1-9][0-9]{0,2}+)"((?: s="[0-9]{1,4}+")?+(?: t="[sn]")?+)>(?:<f>[^<]*+</f>)?+'
)
_UP_TO_END = re.compile(_EMPTY)
_VALUE = re.compile(rb"<v>([0-9.Ee+-]{1,24}+)</v></c>")
"""Cells, with a value or without, and rows: to be all that is there. Each takes no longer than the sheet is long."""
_OF_FORMULAS, _FORMULA = b"f", b"<f>"
"""A sign that most lists of cells do not have at all, and the tag that has it."""
_DECLARATION = re.compile(rb"!(?<=<!)")
"""A comment, which could hide a tag; to be searched for from the first such sign on, which is rare."""


FAR_MERGE = re.compile(rb"""ref\s*=\s*["'][^"'<>:]{0,20}:(?:[A-Za-z]{2}|[A-Za-z]?[0-9]{3})""")
_FAR = re.compile(rb":(?:[A-Za-z]{2}|[A-Za-z]?[0-9]{3})")
"""How every far merge ends, and little else: found by a rare sign, in a tenth of the time."""
_MERGE = b"mergeCell"

_LONGEST_BETWEEN, _MOST_BETWEEN, _LONGEST_CELLS = 400, 20_000, 20_000
"""What is remembered of sheets before, in bytes and number: of what stands between their cells, and of all cells."""
MOST_SPANNED = 26 * 999
"""Cells that a plain sheet cannot exceed."""

PlainPlace = tuple[int, int, bytes]
"""Where a cell is, row and column from 0, and what follows that among its attributes, as it is written."""


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """The cells of a sheet that have values, in the order in which they stand in its XML; values as they are written.

    `merges_far` where cells far away may be merged.
    """

    places: list[PlainPlace]
    values: list[bytes]
    has_formulas: bool
    merges_far: bool


class _Places(dict[bytes, PlainPlace]):
    """The place of the cell whose value comes next, by all that stands in between. ValueError where that is not plain.

    Sheets that were issued alike have the same in between; what is short is remembered, within limits.
    """

    def __missing__(self, between: bytes) -> PlainPlace:
        match = _UP_TO_VALUE.fullmatch(between)
        if match is None:
            raise ValueError("not plain")
        place = int(match[2]) - 1, match[1][0] - ord("A"), match[3]
        if len(between) <= _LONGEST_BETWEEN:
            if len(self) >= _MOST_BETWEEN:
                self.clear()
            self[between] = place
        return place


_places = _Places()


def plain_sheet(xml: bytes) -> PlainSheet | None:
    """A sheet's cells; None where it is not plain."""
    begin = xml.find(_BEGIN)
    end = xml.rfind(_END, begin)
    if not 0 <= begin < end:
        return None
    around = xml[:begin] + xml[end + len(_END) :]
    if b"sheetData" in around or has_after_sign(_DECLARATION, around):  # a comment could hide a part
        return None
    cells = xml[begin + len(_BEGIN) : end]
    taken = (_taken_apart_before if len(cells) <= _LONGEST_CELLS else _taken_apart)(cells)
    if taken is None:
        return None
    merge = around.find(_MERGE)
    merges_far = merge >= 0 and _FAR.search(around, merge) and FAR_MERGE.search(around, merge)
    return PlainSheet(*taken, bool(merges_far))


def _taken_apart(cells: bytes) -> tuple[list[PlainPlace], list[bytes], bool] | None:
    """The places and values of a list of cells, and whether it has formulas; None where it is not plain."""
    parts = _VALUE.split(cells)
    if not _UP_TO_END.fullmatch(parts[-1]):
        return None
    try:
        places = list(map(_places.__getitem__, parts[:-1:2]))
    except ValueError:
        return None
    formula = cells.find(_OF_FORMULAS)
    return places, parts[1::2], formula >= 0 and cells.find(_FORMULA, max(formula - 1, 0)) >= 0


_taken_apart_before = lru_cache(maxsize=64)(_taken_apart)
"""The same for sheets on which nobody writes, such as the guidance: they are the same in many workbooks."""


def has_after_sign(pattern: re.Pattern[bytes], xml: bytes) -> bool:
    """Whether XML has what begins with `!`; most parts do not have that sign at all, or only near their end."""
    sign = xml.find(b"!")
    return sign >= 0 and pattern.search(xml, sign) is not None
