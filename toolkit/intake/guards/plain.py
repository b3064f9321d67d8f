"""Sheets in the plainest form of XML, which is what spreadsheet programs write: taken apart in one go.

Such a sheet has numbers and texts of the shared list, each with its place; everything between `<sheetData>` and
`</sheetData>` is one of a few tags that are known to the letter. What it holds is certain without a parser, and serves
guard and reader alike. A sheet with anything else (error cells, formulas without a result, texts of its own, prefixes,
comments, cells far away) is not plain, and is left to those who can read everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BEGIN, _END = b"<sheetData>", b"</sheetData>"
_ORDINARY = re.compile(
    rb'(?:<c r="[A-Z][1-9][0-9]{0,2}+"(?: s="[0-9]{1,4}+")?+'
    rb'(?:/>|(?: t="[sn]")?+>(?:<f>[^<]*+</f>)?+<v>[0-9.Ee+-]{1,24}+</v></c>)'
    rb"|<row [^<>]*+>|</row>)*+"
)
"""Cells, with a value or without, and rows: to be all that is there. Takes no longer than the sheet is long."""
_CELL = re.compile(rb'<c r="([^"]++)"([^>]*+)>(?:<f>[^<]*+</f>)?+<v>([^<]++)')
_OF_FORMULAS, _FORMULA = b"f", b"<f>"
"""A sign that most lists of cells do not have at all, and the tag that has it."""
_DECLARATION = re.compile(rb"!(?<=<!)")
"""A comment, which could hide a tag; the sign is rare, so that this takes a tenth of the time of the plain search."""


MOST_SPANNED = 26 * 999
"""Cells that a plain sheet cannot exceed."""

PlainCell = tuple[bytes, bytes, bytes]
"""A cell with a value: its place, what follows that among its attributes, its value; all as they are written."""


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """The cells of a sheet that have values, in the order in which they stand in its XML.

    `around` is the sheet's XML without the list of cells.
    """

    cells: list[PlainCell]
    has_formulas: bool
    around: bytes


def plain_sheet(xml: bytes) -> PlainSheet | None:
    """A sheet's cells; None where it is not plain."""
    begin = xml.find(_BEGIN)
    end = xml.find(_END, begin)
    if not 0 <= begin < end:
        return None
    around = xml[:begin] + xml[end + len(_END) :]
    begin += len(_BEGIN)
    if (
        b"sheetData" in around
        or (b"!" in around and _DECLARATION.search(around))
        or not _ORDINARY.fullmatch(xml, begin, end)
    ):
        return None
    formula = xml.find(_OF_FORMULAS, begin, end)
    has_formulas = formula >= 0 and xml.find(_FORMULA, formula - 1, end) >= 0
    return PlainSheet(_CELL.findall(xml, begin, end), has_formulas, around)
