"""What a published workbook must be before anybody sees it.

Source: the Analysis Function's guidance "Releasing statistics in spreadsheets" and its checklist: real tables, one
header row, no merged cells, no blank rows, columns or cells, unique names, cursor in A1, properties. And our own rules:
no formula, no link to the outside, nothing hidden.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.publishing.ooxml import outside, parsed, parts_of, properties

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from lxml import etree

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BOOK = "xl/workbook.xml"
_KNOWN = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml"
    r"|xl/(workbook|styles|sharedStrings|theme/theme1|_rels/workbook\.xml\.rels|metadata)(\.xml)?"
    r"|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/tables/table\d+\.xml"
)
_CELL = re.compile(r"([A-Z]+)(\d+)")
_ACTIVE = (
    "f",
    "mergeCells",
    "dataValidations",
    "oleObjects",
    "controls",
    "legacyDrawing",
    "drawing",
    "webPublishItems",
)
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class _Page:
    """One sheet: its name, its XML, what its cells say by row and column (from 1), and its tables."""

    name: str
    xml: etree._Element
    cells: Mapping[tuple[int, int], str]
    tables: tuple[etree._Element, ...]


def faults(content: bytes) -> list[str]:
    """What is wrong with a workbook, one sentence each; empty when it may be published."""
    parts = parts_of(content)
    book = parsed(parts[_BOOK])
    pages = list(_pages(parts, book))
    return [
        *_wrong_properties(parts),
        *(
            f"The workbook has the part {name}, which no published table needs"
            for name in parts
            if not _KNOWN.fullmatch(name)
        ),
        *outside(parts),
        *_wrong_book(book, pages),
        *(found for place, page in enumerate(pages) for found in _wrong_page(page, cover=place == 0)),
    ]


def _pages(parts: Mapping[str, bytes], book: etree._Element) -> Iterator[_Page]:
    targets = _targets(parts, _BOOK)
    strings = [
        "".join(one.text or "" for one in item.iter(f"{_S}t"))
        for item in (parsed(parts["xl/sharedStrings.xml"]) if "xl/sharedStrings.xml" in parts else ())
    ]
    for sheet in book.iter(f"{_S}sheet"):
        name = targets[sheet.get(f"{_R}id", "")]
        xml, linked = parsed(parts[name]), _targets(parts, name)
        cells = {_place(cell.get("r", "")): _text(cell, strings) for cell in xml.iter(f"{_S}c")}
        tables = tuple(parsed(parts[linked[one.get(f"{_R}id", "")]]) for one in xml.iter(f"{_S}tablePart"))
        yield _Page(sheet.get("name", ""), xml, cells, tables)


def _targets(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    """What a part's relationships lead to, by their id."""
    folder, file = posixpath.split(name)
    links = parts.get(f"{folder}/_rels/{file}.rels")
    return {
        link.get("Id", ""): posixpath.normpath(posixpath.join(folder, link.get("Target", "")))
        for link in (parsed(links) if links else ())
    }


def _text(cell: etree._Element, strings: list[str]) -> str:
    value = cell.findtext(f"{_S}v") or ""
    return strings[int(value)] if cell.get("t") == "s" and value else value


def _place(address: str) -> tuple[int, int]:
    """The row and column of an address: "B3" is (3, 2)."""
    found = _CELL.fullmatch(address)
    if not found:
        return (0, 0)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _wrong_properties(parts: Mapping[str, bytes]) -> Iterator[str]:
    known = properties(parts)
    for name, what in (("title", "title"), ("creator", "author"), ("created", "date")):
        if not known.get(name):
            yield f"The workbook's properties have no {what}"


def _wrong_book(book: etree._Element, pages: list[_Page]) -> Iterator[str]:
    names = [page.name.casefold() for page in pages]
    if len(set(names)) != len(names):
        yield "Two sheets have the same name"
    for sheet in book.iter(f"{_S}sheet"):
        if sheet.get("state", "visible") != "visible":
            yield f"The sheet {sheet.get('name', '')!r} is hidden"
    for view in book.iter(f"{_S}workbookView"):
        if view.get("activeTab", "0") != "0" or view.get("firstSheet", "0") != "0":
            yield "The workbook does not open at its first sheet"
    for kind in ("externalReferences", "oleSize"):
        if book.find(f"{_S}{kind}") is not None:
            yield f"The workbook has {kind}"
    for one in book.iter(f"{_S}definedName"):
        if not one.get("name", "").startswith("_xlnm."):
            yield f"The workbook has the name {one.get('name')!r}, which no published table needs"


def _wrong_page(page: _Page, *, cover: bool) -> Iterator[str]:
    named = f"The sheet {page.name!r}"
    yield from _live(page, named)
    yield from _wrong_view(page, named)
    if not page.cells.get((1, 1), "").strip():
        yield f"{named} has no title in A1"
    if len(page.tables) != (0 if cover else 1):
        yield f"{named} has {len(page.tables)} tables instead of {0 if cover else 1}"
    last = max((row for row, _ in page.cells), default=0)
    for table in page.tables:
        last = yield from _wrong_table(page, table, named)
    if any(not page.cells.get((row, 1), "").strip() for row in range(1, last + 1)):
        yield f"{named} has a blank row"


def _live(page: _Page, named: str) -> Iterator[str]:
    for kind in _ACTIVE:
        if next(page.xml.iter(f"{_S}{kind}"), None) is not None:
            yield f"{named} has <{kind}>, which a published table must not have"
    for link in page.xml.iter(f"{_S}hyperlink"):
        if link.get(f"{_R}id") is not None or not link.get("location"):
            yield f"{named} has a link that does not stay in the workbook"


def _wrong_view(page: _Page, named: str) -> Iterator[str]:
    for view in page.xml.iter(f"{_S}sheetView"):
        cursors = {one.get("activeCell", "A1") for one in view.iter(f"{_S}selection")} - {"A1"}
        if cursors or view.get("topLeftCell", "A1") != "A1":
            yield f"{named} does not open at A1"
    if any(one.get("hidden") in {"1", "true"} for one in page.xml.iter(f"{_S}row", f"{_S}col")):
        yield f"{named} has a hidden row or column"


def _wrong_table(page: _Page, table: etree._Element, named: str) -> Generator[str, None, int]:
    """Problems of a table; its header's row is returned."""
    start, _, end = table.get("ref", "").partition(":")
    (top, left), (bottom, right) = _place(start), _place(end)
    headings = [page.cells.get((top, column), "").strip() for column in range(left, right + 1)]
    if table.get("headerRowCount", "1") != "1":
        yield f"{named} has a table without its header row"
    if not all(headings):
        yield f"{named} has an empty column heading"
    if len({heading.casefold() for heading in headings}) != len(headings):
        yield f"{named} has two columns with the same heading"
    if bottom <= top or left != 1:
        yield f"{named} has a table without rows, or that does not start in the first column"
    for row in range(top + 1, bottom + 1):
        if not all(page.cells.get((row, column), "").strip() for column in range(left, right + 1)):
            yield f"{named} has an empty cell in row {row}"
    if any(row > bottom or (column > right and text) for (row, column), text in page.cells.items()):
        yield f"{named} has something beside or under its table"
    return top
