"""The rows of a table that is not ours: under its headers, between its banners, with references glued or several."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.intake.parsing.tables import Rivals, TableRow
from toolkit.intake.parsing.text import as_text, fold, is_empty
from toolkit.layouts import RATING_FIELDS, find_foreign_headers, fold_label, read_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.intake.parsing.sheets import Rows, SheetRows
    from toolkit.layouts import ForeignHeader, ForeignLayout

_REFERENCE = r"(?:[A-Za-z]\d{1,3}(?:\.\d{1,3})?|\d{1,3}\s?[.\u00b7]\s?[1-9]\d{0,2})"
_NUMBERED = r"(?:ref(?:erence)?|criteri(?:on|a)|standard|std|no)?[\s.:#]*"
_GLUED = re.compile(rf"\s*{_NUMBERED}({_REFERENCE})(?![\d%])[\s.:;)\]\u2013-]*(\D.*)", re.DOTALL | re.IGNORECASE)
_SEVERAL = re.compile(
    rf"\s*{_NUMBERED}({_REFERENCE}(?:\s*(?:[,;&/+\u2013-]|\band\b|\bto\b)+\s*{_REFERENCE})+)(?!\d)", re.IGNORECASE
)
_EACH = re.compile(_REFERENCE)
_LONGEST_BANNER = 300
_ANSWERS = (*RATING_FIELDS, "evidence", "action", "lead", "target_date")


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """A row of the table and the header it stands under; `several` are the references in its cell, where not one."""

    row: TableRow
    header: ForeignHeader
    several: tuple[str, ...] = ()

    def others(self, name: str) -> tuple[int, ...]:
        """The columns of somebody else's rating."""
        return self.header.columns_of(name)

    @property
    def is_answered(self) -> bool:
        """Whether any answer is there, somebody else's rating included."""
        return any(not is_empty(self.row.cells[c]) for name in _ANSWERS for c in self.header.columns_of(name))


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """What one sheet has of a table: its headers, its rows, and the rows (from 0) that are banners between them."""

    sheet: SheetRows
    headers: tuple[ForeignHeader, ...]
    rows: tuple[ForeignRow, ...] = ()
    banners: frozenset[int] = frozenset()

    @property
    def header_rows(self) -> frozenset[int]:
        """The rows in which a header stands."""
        return frozenset(number for header in self.headers for number in header.rows)

    def header_of(self, number: int) -> ForeignHeader | None:
        """The header that a row stands under; None above the first."""
        return next((each for each in reversed(self.headers) if each.rows[-1] < number), None)


def has_reference(value: object, layout: ForeignLayout) -> bool:
    """Whether a cell begins with a reference of a criterion, so that its row is one of answers."""
    return bool(_several(value)) or _is_reference(value) or _glued(value, layout) is not None


def read_foreign_table(
    sheet: SheetRows, headers: tuple[ForeignHeader, ...], layout: ForeignLayout, legend: Iterable[tuple[int, int]] = ()
) -> ForeignTable:
    """The rows of a sheet's table.

    Args:
        sheet: the sheet.
        headers: its headers, as `find_foreign_headers` gives them.
        layout: what stands in the table.
        legend: row and column of the cells that explain the ratings, which are no answers.
    """
    table = ForeignTable(sheet, headers)
    if not headers:
        return table
    legends = frozenset(legend)
    heads, banners, rows = table.header_rows, set(), []
    chosen = {id(header): _columns(header, _below(header, headers, sheet.rows)) for header in headers}
    for number, cells in enumerate(sheet.rows):
        if number in heads or all(is_empty(cell) for cell in cells):
            continue
        header = table.header_of(number)
        above = header is None
        under = headers[0] if header is None else header
        if above and not _is_reference_of(cells, under, layout):
            continue
        left = [c for c, cell in enumerate(cells) if not is_empty(cell) and (number, c) not in legends]
        if not left:
            continue
        if _is_banner(cells, left, under, layout):
            banners.add(number)
            continue
        columns, rivals = chosen[id(under)]
        rows.append(_row(TableRow(sheet.name, number, columns, cells, rivals, above), under, layout))
    return replace(table, rows=tuple(rows), banners=frozenset(banners))


def _below(header: ForeignHeader, headers: tuple[ForeignHeader, ...], rows: Rows) -> Rows:
    later = [each.rows[0] for each in headers if each.rows[0] > header.rows[-1]]
    return rows[header.rows[-1] + 1 : min(later, default=len(rows))]


def _columns(header: ForeignHeader, below: Rows) -> tuple[dict[str, int], Rivals]:
    """The columns of the fields; of several for the own rating the first with anything in it, the others its rivals."""
    columns = {name: column for name, column in header.columns.items() if name not in RATING_FIELDS[1:]}
    own = header.columns_of("rating")
    if len(own) < 2:  # noqa: PLR2004 - a second column
        return columns, Rivals()
    first = next((c for c in own if any(not is_empty(row[c]) for row in below)), own[0])
    return {**columns, "rating": first}, Rivals(tuple(c for c in own if c != first))


def _is_reference_of(cells: list[Any], header: ForeignHeader, layout: ForeignLayout) -> bool:
    """Whether a row above the header has a reference where it would stand, and an answer: a sheet that was sorted."""
    answered = any(not is_empty(cells[c]) for name in _ANSWERS for c in header.columns_of(name))
    return answered and has_reference(cells[header.columns["criterion"]], layout)


def _row(row: TableRow, header: ForeignHeader, layout: ForeignLayout) -> ForeignRow:
    value = row.value("criterion")
    several = _several(value)
    if several:
        return ForeignRow(row, header, several)
    glued = None if _is_reference(value) else _glued(value, layout)
    if glued is None:
        return ForeignRow(row, header)
    reference, text = glued
    cells = [*row.cells, text]
    cells[row.columns["criterion"]] = reference
    own_text = row.columns.get("summary")
    columns = row.columns
    if own_text is None or is_empty(row.cells[own_text]):
        columns = {**columns, "summary": len(row.cells)}
    return ForeignRow(replace(row, cells=cells, columns=columns), header)


def _is_reference(value: object) -> bool:
    """Whether a cell is a reference and nothing else; a bare whole number is that of a section as well as of a row."""
    reading = read_reference(value)
    return reading is not None and any("." in each or each[:1].isalpha() for each in reading.candidates)


def _several(value: object) -> tuple[str, ...]:
    """The references at the start of a cell, where there is more than one."""
    found = _SEVERAL.match(value) if isinstance(value, str) else None
    if not found:
        return ()
    each = dict.fromkeys("".join(part.split()).replace("\u00b7", ".").upper() for part in _EACH.findall(found[1]))
    return tuple(each) if len(each) > 1 else ()


def _glued(value: object, layout: ForeignLayout) -> tuple[str, str] | None:
    """Reference and text of a cell that has both; one with a letter only where the layout has them so."""
    found = _GLUED.match(value) if isinstance(value, str) else None
    if not found or not found[2].strip():
        return None
    reference = "".join(found[1].split()).replace("\u00b7", ".").upper()
    if reference[0].isalpha() and layout.table.reference == "alone":
        return None
    return reference, found[2].strip()


def _is_banner(cells: list[Any], filled: list[int], header: ForeignHeader, layout: ForeignLayout) -> bool:
    """Whether a row only names a standard, as the layout spells it; the same text may be repeated in every cell."""
    first = cells[filled[0]]
    if not isinstance(first, str) or len(first) > _LONGEST_BANNER or not _banner(first, layout):
        return False
    answers = {column for name in _ANSWERS for column in header.columns_of(name)}
    return all(fold(as_text(cells[c])) == fold(as_text(first)) for c in filled if c in answers)


def _banner(written: str, layout: ForeignLayout) -> bool:
    return any(pattern.match(fold_label(written)) for pattern in _banners(layout.table.banner))


@lru_cache(maxsize=64)
def _banners(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    found = []
    for pattern in patterns:
        parts = [re.escape(fold_label(part)) for part in pattern.split("{standard}")]
        found.append(re.compile(r"\s*(?:[a-z]\s?)?\d{0,3}\s*".join(parts) if len(parts) > 1 else rf"{parts[0]}\b"))
    return tuple(found)


def headed(sheets: Iterable[SheetRows], layout: ForeignLayout) -> Iterator[tuple[SheetRows, tuple[ForeignHeader, ...]]]:
    """Every sheet with its headers."""
    for sheet in sheets:
        yield sheet, find_foreign_headers(sheet.rows, layout)
