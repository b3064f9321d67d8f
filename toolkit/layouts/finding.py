"""Find a table's header and the cover's values by content, wherever a sender has moved them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.layouts.models import Layout

_LINE = re.compile(r"[^|]*\S ?\| ?(.*\S) ?\| ?Cycle (\S+)")


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """Where a table's header is: `row` and `columns` (field to column) count from 0 in the rows that were given.

    `also` names further columns whose headers mean the same field; the one closest to the printed label was taken.
    `printed` are the columns that have exactly the label that was printed.
    """

    row: int
    columns: dict[str, int]
    also: dict[str, tuple[int, ...]] = field(default_factory=dict)
    printed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CoverValue:
    """One value of the cover and its place, counted from 0. `value` is as read; "" where the cell is empty."""

    value: object
    row: int
    column: int


def find_header(rows: Sequence[Sequence[object]], layout: Layout) -> HeaderMatch | None:
    """The header row of a standard's table, or None where the sheet has none.

    Args:
        rows: a sheet's cells as python-calamine gives them ("" or None for empty cells).
        layout: which spellings mean which field and which fields a header must have.

    The row with the most fields wins, the first of several such rows.
    """
    best: HeaderMatch | None = None
    fewest = len(layout.table.required)
    for number, row in enumerate(rows):
        if len(row) - row.count("") < fewest:
            continue
        match = _match(number, row, layout)
        if match and (best is None or len(match.columns) > len(best.columns)):
            best = match
    return best


def _match(number: int, row: Sequence[object], layout: Layout) -> HeaderMatch | None:
    found: dict[str, list[tuple[int, int]]] = {}
    meanings = layout.header_meanings
    for column, cell in enumerate(row):
        if known := meanings[cell]:
            found.setdefault(known[0], []).append((known[1], column))
    if not found or any(name not in found for name in layout.table.required):
        return None
    columns = {name: min(places)[1] for name, places in found.items()}
    also = {
        name: tuple(column for _, column in places if column != columns[name])
        for name, places in found.items()
        if len(places) > 1
    }
    printed = frozenset(column for places in found.values() for rank, column in places if rank == 0)
    return HeaderMatch(number, columns, also, printed)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """The line above a standard's table: for whom and for which cycle the sheet was printed."""

    organisation: str
    cycle: str


def read_line(cell: object) -> PrintedLine | None:
    """The printed line `MARKING | ORGANISATION | Cycle ID` in a cell, or None where it is not one."""
    return _line(cell) if isinstance(cell, str) and "|" in cell else None


@lru_cache(maxsize=256)  # every sheet of a workbook has the same
def _line(cell: str) -> PrintedLine | None:
    match = _LINE.fullmatch(" ".join(cell.split()))
    return PrintedLine(match[1], match[2]) if match else None


def find_cover(rows: Sequence[Sequence[object]], layout: Layout) -> dict[str, CoverValue]:
    """The cover's values by key, for every label that is on the sheet.

    {} for a sheet that is not a cover, because it has fewer different labels than the layout asks for.

    A value is the first filled cell to the right of its label, up to the next label; where all are empty, the cell
    beside the label. Where two labels mean the same key, the one closest to the printed label counts.
    """
    meanings = layout.cover_meanings
    known = {cell: meaning for cell in set(chain.from_iterable(rows)) if (meaning := meanings[cell])}
    if len({key for key, _ in known.values()}) < layout.cover_sheet.least:
        return {}
    found: dict[str, tuple[int, CoverValue]] = {}
    for number, row in enumerate(rows):
        if known.keys().isdisjoint(row):
            continue
        labels = [(column, *known[cell]) for column, cell in enumerate(row) if cell in known]
        for position, (column, key, rank) in enumerate(labels):
            end = labels[position + 1][0] if position + 1 < len(labels) else len(row)
            if key not in found or rank < found[key][0]:
                found[key] = (rank, _value(number, row, column + 1, end))
    return {key: value for key, (_, value) in found.items()}


def _value(number: int, row: Sequence[object], start: int, end: int) -> CoverValue:
    for column in range(start, end):
        cell = row[column]
        if cell is not None and not (isinstance(cell, str) and not cell.strip()):
            return CoverValue(cell, number, column)
    return CoverValue("", number, start)
