"""A workbook's sheets as rows of values, with error cells told apart from empty ones."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from toolkit.intake.guards.cells import MOST_CELLS
from toolkit.intake.parsing.text import ErrorCell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from toolkit.intake.guards import Package

Rows = list[list[Any]]

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^<>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^<>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ROW_OR_CELL = re.compile(r"<(?:\w+:)?(row|c)\b([^<>]*)>")
_VALUE = re.compile(r"<(?:\w+:)?v\b[^<>]*>([^<]*)<")
_FORMULA = re.compile(r"<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>([^<]*)<)")
_FORMULA_MARK = re.compile(rb"<(?:\w+:)?f[\s>/]")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class SheetRows:
    """One sheet: its name as the sender sees it and its cells from A1 on, `""` where empty, whether it is hidden."""

    name: str
    rows: Rows
    hidden: bool = False


def read_sheets(content: bytes, package: Package | None, error_parts: Iterable[str]) -> list[SheetRows]:
    """Every worksheet of a workbook, in its order; chart sheets are left out.

    Args:
        content: the file's bytes, which have passed the guard.
        package: the same, as a zip file; needed only where there are error cells.
        error_parts: the parts that have cells of the type "error", which the reader shows as empty.

    Raises:
        Exception: whatever the reader raises on a file it cannot read.
    """
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    visible = SheetVisibleEnum.Visible
    sheets = [
        SheetRows(
            sheet.name,
            workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False),
            sheet.visible != visible,
        )
        for sheet in workbook.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet
    ]
    wanted = set(error_parts)
    if wanted and package is not None:
        parts = parts_by_sheet(package)
        if not wanted <= set(parts.values()) and not all(parts.get(sheet.name) for sheet in sheets):
            raise ValueError("an error cell stands in a part that no sheet is known to be kept in")
        for sheet in sheets:
            if parts.get(sheet.name) in wanted:
                mark_cells(sheet.rows, package.read(parts[sheet.name]).decode("utf-8", errors="replace"), error_in)
    return sheets


def mark_formulas(sheets: Iterable[SheetRows], package: Package) -> tuple[SheetRows, ...]:
    """Put an ErrorCell where a formula's result was not saved, which the reader shows as an empty cell.

    Args:
        sheets: those that have empty cells where answers could be.
        package: the workbook as a zip file.

    Returns:
        The sheets in which there was such a cell.
    """
    wanted = list(sheets)
    parts = parts_by_sheet(package) if wanted else {}
    marked = []
    for sheet in wanted:
        part = parts.get(sheet.name, "")
        content = package.read(part) if part in package else b""
        if _FORMULA_MARK.search(content) and mark_cells(
            sheet.rows, content.decode("utf-8", errors="replace"), uncalculated_in
        ):
            marked.append(sheet)
    return tuple(marked)


def parts_by_sheet(package: Package) -> Mapping[str, str]:
    """Sheet name to the part it is kept in, through the workbook's list of relationships.

    Parts are found as the reader finds them: whatever their case, and with either slash.
    """
    names = package.names
    parts = _by_folded(names)
    workbook, relations = (_content(package, parts.get(name, "")) for name in (_WORKBOOK, _RELATIONS))
    start, end = workbook.find(b"<sheets"), workbook.find(b"</sheets>")
    return _by_sheet(names, workbook[start:end] if 0 <= start < end else workbook, relations)


@lru_cache(maxsize=64)  # the workbooks of a cycle have the same parts, and the same sheets in the same places
def _by_sheet(names: tuple[str, ...], workbook: bytes, relations: bytes) -> Mapping[str, str]:
    parts = _by_folded(names)
    return {
        name: next((parts[place] for place in (target.lstrip("/"), f"xl/{target}") if place in parts), "")
        for name, target in _targets(workbook, relations)
    }


@lru_cache(maxsize=64)
def _by_folded(names: tuple[str, ...]) -> Mapping[str, str]:
    """The names of parts by what the reader takes them for; the last of those that it cannot tell apart."""
    return {_folded(name): name for name in names}


def _targets(workbook: bytes, relations: bytes) -> tuple[tuple[str, str], ...]:
    """The name of each sheet that a workbook lists, and the part that it names for it."""
    targets = {found.get("Id", ""): found.get("Target", "") for found in _attributes(_RELATION, relations)}
    return tuple(
        (found.get("name", ""), _folded(targets.get(next((v for k, v in found.items() if k.endswith(":id")), ""), "")))
        for found in _attributes(_SHEET, workbook)
    )


def _content(package: Package, part: str) -> bytes:
    return package.read(part) if part in package else b""


def _folded(part: str) -> str:
    return part.replace("\\", "/").casefold()


def _attributes(pattern: re.Pattern[str], xml: bytes) -> Iterator[dict[str, str]]:
    for match in pattern.finditer(xml.decode("utf-8", errors="replace")):
        yield {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(match[1])}


def mark_cells(rows: Rows, xml: str, look: Callable[[dict[str, str], str], ErrorCell | None]) -> bool:
    """Put an ErrorCell where `look` finds one in a cell's attributes and XML; cells without a place follow on."""
    text = _without_comments(xml)
    tags = list(_ROW_OR_CELL.finditer(text))
    row = column = -1
    found = False
    for tag, end in zip(tags, [*(later.start() for later in tags[1:]), len(text)], strict=True):
        attributes = {name: double or single for name, double, single in _ATTRIBUTE.findall(tag[2])}
        if tag[1] == "row":
            row, column = int(attributes["r"]) - 1 if attributes.get("r", "").isdigit() else row + 1, -1
            continue
        place = _PLACE.fullmatch(attributes.get("r", ""))
        column = _number(place[1]) if place else column + 1
        row = int(place[2]) - 1 if place else row
        error = look(attributes, "" if tag[2].endswith("/") else text[tag.end() : end])
        if error is not None:
            found = put(rows, row, column, error) or found
    return found


def _without_comments(xml: str) -> str:
    first, *rest = xml.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


def error_in(attributes: dict[str, str], inside: str) -> ErrorCell | None:
    """A cell of the type "error"."""
    if attributes.get("t") != "e":
        return None
    value = _VALUE.search(inside)
    return ErrorCell(html.unescape(value[1]) if value else "#ERROR")


def uncalculated_in(attributes: dict[str, str], inside: str) -> ErrorCell | None:
    """A formula beside which no result stands; an empty text ("str") is a result."""
    formula = _FORMULA.search(inside)
    value = _VALUE.search(inside)
    if formula is None or attributes.get("t") in {"str", "e"} or (value and value[1]):
        return None
    return ErrorCell(f"={html.unescape(formula[1] or '')}", "formula-not-calculated")


def put(rows: Rows, row: int, column: int, value: ErrorCell) -> bool:
    """Put a cell in its place, in a larger sheet if need be, never in one larger than the guard lets in."""
    width = len(rows[0]) if rows else 0
    wanted = max(width, column + 1)
    if max(row + 1, len(rows)) * wanted > MOST_CELLS:
        return False
    if wanted > width:
        for each in rows:
            each.extend([""] * (wanted - width))
    rows.extend([""] * wanted for _ in range(row + 1 - len(rows)))
    rows[row][column] = value
    return True


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
