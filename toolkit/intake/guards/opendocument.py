"""An OpenDocument spreadsheet (.ods): its tables as the cells and repetitions that its XML says, nothing multiplied.

A few bytes can repeat a cell or a row a million times. The walk keeps each once with its counts, adds up how far the
filled ones reach, and refuses what would be too large before anybody makes rows of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from toolkit.intake.guards.cells import MOST_CELLS, MOST_TAGS, MOST_TEXT
from toolkit.intake.guards.refusal import Refusal
from toolkit.intake.guards.scanning import LARGEST_XML, Scan, scan_parts

if TYPE_CHECKING:
    from toolkit.intake.guards.package import Package

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = {
    f"{_URN}:table:1.0": "table",
    f"{_URN}:office:1.0": "office",
    f"{_URN}:text:1.0": "text",
    f"{_URN}:style:1.0": "style",
    f"{_URN}:drawing:1.0": "draw",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}
_MOST_SPACES = 10_000
_LONGEST_COUNT = 9
_CELLS = ("table:table-cell", "table:covered-table-cell")
_BREAKS = {"text:tab": "\t", "text:line-break": "\n"}
_DDE = b"dde-source"
_LINK = b"table-source"
_EXTERNAL_TABLE = re.compile(r"'[^']*:.*'#")
"""How a program names the copy of another file's sheet that it keeps in this one."""


@dataclass(frozen=True, slots=True)
class OpenCell:
    """One filled cell, from 0, with how often it is repeated, its attributes (`office:value-type`) and its text."""

    row: int
    column: int
    rows: int
    columns: int
    attributes: dict[str, str]
    text: str


@dataclass(slots=True)
class OpenTable:
    """One sheet as its XML says it."""

    name: str
    hidden: bool
    cells: list[OpenCell] = field(default_factory=list)
    rows: int = 0
    columns: int = 0


def scan_open(package: Package) -> Scan:
    """Look at every part and walk the tables. Raises Refusal where the file is locked or not safe to read."""
    if _MANIFEST in package and b"encryption-data" in package.read(_MANIFEST):
        raise Refusal("password-protected", "an encrypted OpenDocument spreadsheet")
    scan_parts(package)
    open_tables(package)
    content = package.read(_CONTENT)
    names = [name.casefold() for name in package.names]
    return Scan(
        macros=any(name.startswith(("basic/", "scripts/")) and not name.endswith(("/", "-lc.xml")) for name in names),
        links=_LINK in content,
        embedded=any(name.startswith("object ") and not name.endswith(".xml") for name in names),
        dde=_DDE in content or b"of:=DDE(" in content,
        connections=b"database-source-" in content,
    )


def open_tables(package: Package) -> list[OpenTable]:
    """The sheets of the document. Raises Refusal where they are damaged or too large."""
    if _CONTENT not in package:
        raise Refusal("damaged-file", "it has no content")
    xml = package.read(_CONTENT)
    if len(xml) > LARGEST_XML:
        raise Refusal("too-large-inside", f"sheets of more than {LARGEST_XML // 1_000_000} MB")
    if xml.count(b"<") > MOST_TAGS:
        raise Refusal("too-large-inside", f"more than {MOST_TAGS:,} tags")
    return _Content(xml).tables


class _Content:
    """Walks the XML of a document's content; only cells directly in a row of a sheet count."""

    def __init__(self, xml: bytes) -> None:
        self.tables: list[OpenTable] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._table: OpenTable | None = None
        self._skipped = self._inside = self._paragraphs = 0
        self._row = self._column = self._repeated = self._before = 0
        self._attributes: dict[str, str] = {}
        self._text: list[str] = []
        self._length = 0
        self._is_in_paragraph = False
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(xml, True)  # noqa: FBT003 - it takes no name for "this is all"
        except expat.ExpatError as error:
            raise Refusal("damaged-file", "its content breaks off or is not well formed") from error

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        name = _short(full)
        if self._skipped or name in {"office:annotation", "table:tracked-changes", "table:dde-links", "table:shapes"}:
            self._skipped += 1
        elif self._inside:
            self._start_inside(name, attributes)
        elif name == "table:table":
            self._begin_table(_shortened(attributes))
        elif name in {"style:style", "style:table-properties"}:
            self._note_style(name, _shortened(attributes))
        elif self._table is not None and name == "table:table-row":
            self._column = 0
            self._repeated = _count(_shortened(attributes), "table:number-rows-repeated")
        elif self._table is not None and name in _CELLS:
            self._inside, self._paragraphs = 1, 0
            self._attributes = _shortened(attributes)
            self._text.clear()

    def _start_inside(self, name: str, attributes: dict[str, str]) -> None:
        """Within a cell: its paragraphs; a table or a drawing in it is not the sheet's."""
        if name == "table:table" or name.startswith("draw:"):
            self._skipped += 1
            return
        self._inside += 1
        if name == "text:p":
            self._add("\n" if self._paragraphs else "")
            self._paragraphs += 1
            self._is_in_paragraph = True
        elif name == "text:s":
            spaces = _count(_shortened(attributes), "text:c")
            if spaces > _MOST_SPACES:
                raise Refusal("too-large-inside", f"{spaces:,} spaces in one cell")
            self._add(" " * spaces)
        elif name in _BREAKS:
            self._add(_BREAKS[name])

    def _end(self, full: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        name = _short(full)
        if self._inside:
            self._inside -= 1
            self._is_in_paragraph = self._is_in_paragraph and name != "text:p"
            if not self._inside:
                self._end_cell()
        elif name == "table:table-row":
            self._row += self._repeated
        elif name == "table:table" and self._table is not None:
            self._before += self._table.rows * self._table.columns
            self._table = None

    def _characters(self, data: str) -> None:
        if self._is_in_paragraph and not self._skipped:
            self._add(data)

    def _add(self, text: str) -> None:
        self._text.append(text)
        self._length += len(text)
        if self._length > MOST_TEXT:
            raise Refusal("too-large-inside", "texts without end")

    def _note_style(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style:style":
            self._style = attributes.get("style:name", "")
        elif attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _begin_table(self, attributes: dict[str, str]) -> None:
        name = attributes.get("table:name", "")
        if _EXTERNAL_TABLE.match(name):
            self._skipped = 1
            return
        self._table = OpenTable(name, attributes.get("table:style-name", "") in self._hidden_styles)
        self.tables.append(self._table)
        self._row = 0

    def _end_cell(self) -> None:
        columns = _count(self._attributes, "table:number-columns-repeated")
        text = "".join(self._text)
        table = self._table
        if table is not None and (text or _has_value(self._attributes)):
            cell = OpenCell(self._row, self._column, self._repeated, columns, self._attributes, text)
            table.cells.append(cell)
            table.rows = max(table.rows, self._row + self._repeated)
            table.columns = max(table.columns, self._column + columns)
            if self._before + table.rows * table.columns > MOST_CELLS:
                place = f"{table.name} reaches row {table.rows:,} and column {table.columns:,}"
                raise Refusal("cell-too-far", place)
        self._column += columns


def _short(full: str) -> str:
    """A name with its usual prefix, whatever prefix the file gives it."""
    space, _, local = full.rpartition(" ")
    return f"{_SPACES.get(space, space)}:{local}"


def _shortened(attributes: dict[str, str]) -> dict[str, str]:
    return {_short(key): value for key, value in attributes.items()}


def _count(attributes: dict[str, str], name: str) -> int:
    written = attributes.get(name, "1")
    if not (written.isascii() and written.isdigit() and len(written) <= _LONGEST_COUNT):
        raise Refusal("damaged-file", f"{written[:20]!r} is no number of repetitions")
    return max(int(written), 1)


def _has_value(attributes: dict[str, str]) -> bool:
    return "office:value-type" in attributes or "table:formula" in attributes or "calcext:value-type" in attributes
