"""How much room a workbook's cells will take when it is read, worked out before a reader takes that room.

The reader makes every cell of the rectangle from A1 to a sheet's last cell, and copies a shared text for each cell
that uses it, so a small file can ask for more memory than there is. A quick look passes ordinary workbooks; whatever it
cannot vouch for is read by a strict XML parser, which counts. Both may think a workbook larger than it is, never
smaller, however its XML is written: prefixes, case, quotes, comments, cells without a place.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from xml.parsers import expat

from toolkit.intake.guards.plain import FAR_MERGE, MOST_SPANNED
from toolkit.intake.guards.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from toolkit.intake.guards.plain import PlainSheet

MOST_CELLS = 500_000
"""Cells that the sheets of a workbook may span in all, empty ones included; an audit spans a few thousand."""
MOST_TEXT = 100_000_000
"""Characters that all cells may hold, a text that many cells share counted for each of them."""
MOST_TAGS = 1_500_000
"""Tags that are looked at one by one; a workbook with more is no audit."""

_NEAR = 99 * 26
"""Cells of a sheet of which every row has at most two digits and every column one letter."""
_SHAPE = bytearray(b"." * 256)
for _signs, _shape in (
    (b"ABCDEFGHIJKLMNOPQRSTUVWXYZabdfghijklmnopqtuvwxyz", b"A"),
    (b"0123456789", b"0"),
    (b" \t\n\r\f\v\"'", b" "),
    (b"<:", b"<"),
    (b">/", b">"),
    *((bytes((each,)), bytes((each,))) for each in b"cers="),
):
    for _sign in _signs:
        _SHAPE[_sign] = _shape[0]
_SHAPES = bytes(_SHAPE)
"""A sheet's XML with like signs made equal, quotes as spaces: what stands out in it can be searched for quickly."""
_FAR_PLACE = re.compile(rb" r *+= *+(?:[Acers](?:[Acers]|000)|000)")
_CELL_WITHOUT_PLACE = re.compile(rb"<c(?:>| (?!r=))")
_ERROR_MARK = re.compile(rb"""t\s*=\s*["']e["']""")
_SHORTEST_CELL = len('<c r="A1" t="s"><v>0</v></c>')
_UNIQUE_COUNT = re.compile(rb"""C(?<=uniqueC)ount\s*=\s*["']([^"'<>]*)""")
"""Searched for by its rarest sign."""
_PLACE = re.compile(r"([A-Za-z]{0,9})([0-9]{1,12})")
_LONGEST_INDEX = 9


def weigh(sheets: Mapping[str, bytes], strings: Mapping[str, bytes]) -> frozenset[str]:
    """The sheets that have cells of the type "error"; Refusal where reading would take too much memory or time.

    Args:
        sheets: the XML of every part that could be read as a sheet, by its name.
        strings: the same of every part that could be read as the list of shared texts.
    """
    for name, xml in strings.items():
        _refuse_false_count(name, xml)
    shapes = [xml.translate(_SHAPES) for xml in sheets.values()]
    near = all(map(_is_near, shapes, sheets.values()))
    if not near or len(shapes) * _NEAR > MOST_CELLS or _may_be_long(shapes, sum(map(len, strings.values()))):
        _count(sheets, strings)
    return frozenset(name for name, shape in zip(sheets, shapes, strict=True) if _has_errors(sheets[name], shape))


def is_light(sheets: Collection[PlainSheet], strings: Mapping[str, bytes]) -> bool:
    """Whether plain sheets are within all limits whatever they span, and if every cell had all the texts.

    Args:
        sheets: all sheets of the workbook.
        strings: the XML of every part that could be read as the list of shared texts.
    """
    for name, xml in strings.items():
        _refuse_false_count(name, xml)
    text, cells = sum(map(len, strings.values())), sum(len(each.values) for each in sheets)
    is_within = len(sheets) * MOST_SPANNED <= MOST_CELLS and cells * text <= MOST_TEXT
    return is_within and not any(each.merges_far for each in sheets)


def _refuse_false_count(name: str, xml: bytes) -> None:
    """The reader makes room for as many texts as the list says it has, before it looks at them."""
    for said in _UNIQUE_COUNT.findall(xml):
        if not said.isdigit() or len(said) > _LONGEST_INDEX or int(said) > len(xml):
            raise Refusal("damaged-file", f"{name} does not hold as many texts as it says")


def span(xml: bytes) -> int:
    """A number of cells that a sheet does not exceed when it is read. Raises Refusal where its XML is not sound."""
    if _is_near(xml.translate(_SHAPES), xml):
        return _NEAR
    return _Sheet("a sheet", xml).cells


def _is_near(shape: bytes, xml: bytes) -> bool:
    """Whether every cell has a place, and no place, or merge, may be far away."""
    if _FAR_PLACE.search(shape) or _CELL_WITHOUT_PLACE.search(shape):
        return False
    merges = xml.find(b"mergeCells")
    return merges < 0 or not FAR_MERGE.search(xml, merges)


def _may_be_long(shapes: list[bytes], text: int) -> bool:
    """Whether the shared texts could be too much if each cell had all of them."""
    size = sum(map(len, shapes))
    return size // _SHORTEST_CELL * text > MOST_TEXT and sum(shape.count(b" s ") for shape in shapes) * text > MOST_TEXT


def _has_errors(xml: bytes, shape: bytes) -> bool:
    return b" e " in shape and _ERROR_MARK.search(xml) is not None


def _count(sheets: Mapping[str, bytes], strings: Mapping[str, bytes]) -> None:
    tags = sum(xml.count(b"<") for part in (sheets, strings) for xml in part.values())
    if tags > MOST_TAGS:
        raise Refusal("too-large-inside", f"{tags:,} tags")
    cells, uses = 0, Counter[str]()
    for name, xml in sheets.items():
        sheet = _Sheet(name, xml)
        cells += sheet.cells
        if cells > MOST_CELLS:
            place = f"{name.rsplit('/', 1)[-1]} reaches row {sheet.rows:,} and column {sheet.columns:,}"
            raise Refusal("cell-too-far", place)
        uses.update(sheet.uses)
    lengths: list[int] = []
    for name, xml in strings.items():
        lengths += _Texts(name, xml).lengths
    # Which text a cell uses is not trusted: the most used text is taken to be the longest, and so on.
    pairs = zip(sorted(uses.values(), reverse=True), sorted(lengths, reverse=True), strict=False)
    total = sum(times * length for times, length in pairs)
    if total > MOST_TEXT:
        raise Refusal("too-large-inside", f"long texts that many cells share, {total // 1_000_000:,} MB")


class _Strict:
    """Reads a part with a parser that takes only what every other parser takes too."""

    def __init__(self, name: str, xml: bytes) -> None:
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        try:
            parser.Parse(xml, True)  # noqa: FBT003 - it takes no name for "this is all"
        except expat.ExpatError as error:
            raise Refusal("damaged-file", f"the XML of {name} breaks off or is not well formed") from error

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        raise NotImplementedError

    def text(self, data: str) -> None:
        raise NotImplementedError


class _Sheet(_Strict):
    """The furthest cell that has something in it, and how often each shared text is used.

    Formatting alone takes no room. A cell without a place stands after the one before, in the row of its row.
    """

    def __init__(self, name: str, xml: bytes) -> None:
        self.rows = self.columns = self.merged = 0
        self.uses: Counter[str] = Counter()
        self._row = self._column = 0
        self._place = (0, 0)
        self._in_cell = self._in_value = self._is_shared = self._is_filled = False
        self._inside = 0
        self._values: list[str] = []
        super().__init__(name, xml)

    @property
    def cells(self) -> int:
        """Rows times columns, and what is merged, which nobody need look at but somebody may."""
        return self.rows * self.columns + self.merged

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self._in_cell:
            self._is_filled = True
            self._inside += 1
            self._in_value = local == "v"
        elif local == "c":
            self._begin_cell(attributes)
        elif local == "row" and "r" in attributes:
            self._row = _place(attributes["r"])[0]
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self._in_value = False
        if local == "c":
            self._end_cell()
        elif local == "row" and not self._in_cell:
            self._row, self._column = self._row + 1, 0

    def text(self, data: str) -> None:
        if self._in_value:
            self._values.append(data)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._in_cell, self._inside = True, 0
        kind = attributes.get("t", "")
        self._is_shared, self._is_filled = kind == "s", kind == "e"
        self._values.clear()
        self._place = _place(attributes["r"]) if "r" in attributes else (self._row, self._column)
        self._column = self._place[1] + 1

    def _end_cell(self) -> None:
        self._in_cell = False
        if not self._is_filled:
            return
        self.rows, self.columns = max(self.rows, self._place[0] + 1), max(self.columns, self._place[1] + 1)
        if self._is_shared:
            index = self._values[0] if len(self._values) == self._inside == 1 else ""
            plain = index.isascii() and index.isdigit() and len(index) <= _LONGEST_INDEX
            self.uses[str(int(index)) if plain else "0"] += 1  # what the reader does not understand, it takes for 0

    def _merge(self, reference: str) -> None:
        begin, _, end = reference.partition(":")
        if end:
            (top, left), (bottom, right) = _place(begin), _place(end)
            self.merged += (bottom - top + 1) * (right - left + 1) if bottom >= top and right >= left else 0


class _Texts(_Strict):
    """The lengths of the shared texts, in characters."""

    def __init__(self, name: str, xml: bytes) -> None:
        self.lengths = [0]
        super().__init__(name, xml)

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - the parser calls it so
        if name.rpartition(":")[2] == "si":
            self.lengths.append(0)

    def end(self, name: str) -> None:
        pass

    def text(self, data: str) -> None:
        self.lengths[-1] += len(data)


def _place(reference: str) -> tuple[int, int]:
    """Row and column of a place such as AB12, both from 0; small letters count as capitals do."""
    match = _PLACE.fullmatch(reference)
    if match is None:
        raise Refusal("damaged-file", f"{reference[:20]!r} is no place of a cell")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, max(column - 1, 0)
