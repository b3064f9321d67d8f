"""What stands behind and beside cells, which the reader of values does not show: formulas and comments."""

from __future__ import annotations

import html
import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.intake.parsing.places import cell_at, listed, place_of
from toolkit.intake.parsing.sheets import parts_by_sheet
from toolkit.intake.parsing.tables import ANSWERS
from toolkit.intake.parsing.text import ErrorCell, as_text, is_empty
from toolkit.intake.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.intake.guards import Inspection, Package
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.records import Query

_CELL_WITH_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]{0,200}?\br\s*=\s*["']([A-Z]{1,3}\d{1,7})["'][^<>]{0,200}>\s*<(?:\w+:)?f[\s>/]"""
)
_COMMENT_END = re.compile(r"</(?:\w{1,20}:)?comment>")
_COMMENT = re.compile(r"""<(?:\w{1,20}:)?comment\s[^<>]{0,500}?\bref\s*=\s*["']([A-Z]{1,3}\d{1,7})["']""")
_TEXT = re.compile(r"<(?:\w{1,20}:)?t(?:\s[^<>]{0,200})?>([^<]*)<")
_TARGET = re.compile(r"""\bTarget\s*=\s*["']([^"'<>]{0,200}?comment[^"'<>]{0,200}?\.xml)["']""", re.IGNORECASE)
_LONGEST_PART = 2_000_000
"""Characters of comments that are looked at."""


def sheets_with_formulas(inspection: Inspection, sheets: Iterable[SheetRows]) -> tuple[SheetRows, ...]:
    """Those of the sheets that have a formula, told without looking into them again."""
    parts = inspection.scan.formula_parts if inspection.scan else frozenset()
    wanted = list(sheets) if parts and inspection.package is not None else []
    if not wanted or inspection.package is None:
        return ()
    by_sheet = parts_by_sheet(inspection.package)
    return tuple(sheet for sheet in wanted if by_sheet.get(sheet.name, "") in parts)


def about_formulas(inspection: Inspection, names: Iterable[str], rows: Iterable[TableRow]) -> Iterator[Query]:
    """A note for each sheet with answers that are results of formulas: what the file had as the result was read.

    Args:
        inspection: the file.
        names: the sheets that have formulas.
        rows: the rows that answers were read from.
    """
    wanted = frozenset(names)
    if not wanted or inspection.package is None:
        return
    parts = parts_by_sheet(inspection.package)
    answers = _answers(rows)
    for name in sorted(wanted):
        xml = inspection.package.read(parts[name])
        places = [place_of(match[1].decode("ascii")) for match in _CELL_WITH_FORMULA.finditer(xml)]
        found = [place for place in places if place and (name, *place) in answers]
        if found:
            value = answers[(name, *found[0])]
            yield query("formula-result", sheet=name, cell=cell_at(*found[0]), found=value, of=listed(found))


def _answers(rows: Iterable[TableRow]) -> dict[tuple[str, int, int], str]:
    found: dict[tuple[str, int, int], str] = {}
    for row in rows:
        for field in ANSWERS:
            value = row.value(field)
            if not is_empty(value) and not isinstance(value, ErrorCell):
                found[row.sheet, row.row, row.columns[field]] = as_text(value)
    return found


def about_comments(inspection: Inspection, sheets: Sequence[SheetRows]) -> Iterator[Query]:
    """A note for each sheet on which somebody has put comments, with what they say; the first is quoted first."""
    package = inspection.package
    if package is None or not any("comments" in name.casefold() for name in package.names):
        return
    parts = parts_by_sheet(package)
    for sheet in sheets:
        found: dict[str, str] = {}
        for part in _comment_parts(package, parts.get(sheet.name, "")):
            text = package.read(part)[:_LONGEST_PART].decode("utf-8", errors="replace")
            for comment in _COMMENT_END.split(text):
                if match := _COMMENT.search(comment):
                    found.setdefault(match[1], html.unescape("".join(_TEXT.findall(comment, match.end()))).strip())
        if found:
            said = "; ".join(f"{cell}: {text}" for cell, text in found.items())
            places = [place for cell in found if (place := place_of(cell)) is not None]
            yield query("comment-kept", sheet=sheet.name, cell=next(iter(found)), found=said, of=listed(places))


def _comment_parts(package: Package, part: str) -> Iterator[str]:
    """The parts with a sheet's comments, through the sheet's list of relationships."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if part and relations in package:
        for target in _TARGET.findall(package.read(relations).decode("utf-8", errors="replace")):
            place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if place in package and "threaded" not in place.casefold():
                yield place
