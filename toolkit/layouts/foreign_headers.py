"""Find the header of a table that is not ours, of one row or two, and what each of its columns is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.layouts.foreign_groups import (
    OTHER,
    OWN,
    PLAIN,
    UNCLEAR,
    Group,
    doubts_about,
    groups_above,
    groups_below,
    kind_of,
    rows_above,
    speaks_of_others,
)
from toolkit.layouts.models import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.layouts.foreign import ForeignColumn, ForeignLayout

RATING_FIELDS = ("rating", "commissioner_rating", "moderated_rating")
"""The organisation's own rating first."""
_TEXTS = ("evidence", "action", "lead", "target_date")
_LONGEST_HEADER = 120
_FARTHEST_UPPER = 2
"""Rows between the two rows of a header, blank ones included."""
_RANGE = re.compile(r"[(\[]?\s*\b(\d{1,3})\s*(?:-|\u2013|to)\s*(\d{1,3})\b\s*[)\]]?\s*$", re.IGNORECASE)
_NOTE = re.compile(r"[\n(\[]")
_HARMLESS_NOTES = {
    "drop down",
    "dropdown",
    "drop down list",
    "please select",
    "select",
    "rag",
    "r a g",
    "red amber green",
}


@dataclass(frozen=True, slots=True)
class ForeignHeader:
    """A table's header: the row above which it ends, its columns, and what it says about its ratings.

    Rows and columns count from 0. `rows` are the rows it stands in. `columns` maps a field to its column; `also` has
    further columns with the same meaning. `ignored` are columns that the layout knows and does not read. `labels` maps
    every column to what stands in the header. `ranges` maps a column to the numbers in its header, such as (0, 3).
    `apart` are columns that are headed as the own rating and are somebody else's by what stands above them.
    `doubts` maps a column that is headed as the organisation's own rating to what stands above it and speaks against
    that, or may.
    """

    rows: tuple[int, ...]
    columns: dict[str, int]
    also: dict[str, tuple[int, ...]] = field(default_factory=dict)
    ignored: tuple[int, ...] = ()
    labels: dict[int, str] = field(default_factory=dict)
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)
    apart: tuple[int, ...] = ()
    doubts: dict[int, Group] = field(default_factory=dict)

    @property
    def named(self) -> frozenset[str]:
        """The fields that a column's own header names."""
        return frozenset(name for name, column in self.columns.items() if column not in self.apart)

    def columns_of(self, name: str) -> tuple[int, ...]:
        """Every column of a field, none where the header has none."""
        return (self.columns[name], *self.also.get(name, ())) if name in self.columns else ()


def split_range(written: str) -> tuple[str, tuple[int, int] | None]:
    """A rating's header and the numbers at its end: `Score (0-3)` is `Score` and (0, 3)."""
    found = _RANGE.search(written)
    return (written[: found.start()], (int(found[1]), int(found[2]))) if found else (written, None)


def find_foreign_headers(rows: Sequence[Sequence[object]], layout: ForeignLayout) -> tuple[ForeignHeader, ...]:
    """Every header of a sheet that has a criterion's column and a rating's, in the order of the rows.

    Args:
        rows: the sheet's cells.
        layout: how headers are spelled, and in how many rows they stand.
    """
    found: list[ForeignHeader] = []
    for number, row in enumerate(rows):
        match = _match(rows, number, row, layout)
        if match is None:
            continue
        if found and match.rows[0] <= found[-1].rows[-1]:
            if len(match.columns) > len(found[-1].columns):
                found[-1] = match
            continue
        found.append(match)
    return tuple(found)


def _match(
    rows: Sequence[Sequence[object]], number: int, row: Sequence[object], layout: ForeignLayout
) -> ForeignHeader | None:
    headers = layout.headers
    fewest = 1 if layout.table.header_rows > 1 else min(2, len(layout.recognise.headers))
    if sum(1 for cell in row if isinstance(cell, str) and cell and _is_known(cell, headers)) < fewest:
        return None
    upper = _upper(rows, number, layout) if layout.table.header_rows > 1 else None
    above = rows[upper] if upper is not None else ()
    places: dict[str, list[int]] = {}
    labels: dict[int, str] = {}
    ranges: dict[int, tuple[int, int]] = {}
    ignored: list[int] = []
    declared: set[int] = set()
    used_upper = False
    for column, written, over, is_upper in _written(row, above):
        known = _meaning(written, over, layout)
        labels[column] = written
        if known is None:
            continue
        used_upper = used_upper or is_upper or bool(over and known.under)
        if is_upper or (over and known.under):
            declared.add(column)
        if known.field == "ignored":
            ignored.append(column)
            continue
        places.setdefault(known.field, []).append(column)
        span = split_range(written)[1]
        if known.field in RATING_FIELDS and span:
            ranges[column] = span
    if not _needed(layout) <= set(places) and not _is_table(places, layout):
        return None
    if layout.shape == "rows" and "summary" in places:
        places.setdefault("criterion", places["summary"][:1])  # criteria that are named by their texts alone
    spans = (upper, number) if upper is not None and (used_upper or _only_groups(above, row)) else (number,)
    found = _groups(rows, number, places, declared, layout)
    doubts = doubts_about(found)
    apart = () if doubts else _set_apart(places, ignored, found, rows, number)
    grouping = {each.row for groups in found.values() for each in groups if each.kind != PLAIN}
    spans = tuple(sorted({*spans, *grouping}))
    return ForeignHeader(
        spans,
        {name: columns[0] for name, columns in places.items()},
        {name: tuple(columns[1:]) for name, columns in places.items() if len(columns) > 1},
        tuple(ignored),
        labels,
        ranges,
        apart,
        doubts,
    )


def _groups(
    rows: Sequence[Sequence[object]],
    number: int,
    places: dict[str, list[int]],
    declared: set[int],
    layout: ForeignLayout,
) -> dict[int, list[Group]]:
    """What stands above and just below each column that is headed as the own rating, unless the layout declares it.

    A lone column whose own header says whose it is does not become doubtful by words that nobody knows.
    """
    if layout.shape != "rows" or "criterion" not in places:
        return {}
    criterion = places["criterion"][0]
    left = max(places["criterion"][0], places.get("summary", [0])[0])
    rated = [column for name in RATING_FIELDS for column in places.get(name, ())]
    own = [column for column in places.get("rating", ()) if column not in declared]
    covers = frozenset(each for each in rows_above(rows, number, criterion) if _is_cover_line(rows[each], left, layout))
    found = {
        column: [
            *groups_above(rows, number, column, left, rated, covers),
            *groups_below(rows, number, column, criterion),
        ]
        for column in own
    }
    if len(found) == 1 and kind_of(str(rows[number][own[0]]))[0] == OWN:
        found[own[0]] = [each for each in found[own[0]] if each.kind != UNCLEAR or speaks_of_others(each.written)]
    return found


def _set_apart(
    places: dict[str, list[int]],
    ignored: list[int],
    found: dict[int, list[Group]],
    rows: Sequence[Sequence[object]],
    number: int,
) -> tuple[int, ...]:
    """Take the columns of somebody else, or of another time, out of the organisation's own; which they are."""
    others = {c: next(e for e in groups if e.kind == OTHER) for c, groups in found.items() if _has_other(groups)}
    if not others:
        return ()
    places["rating"] = [column for column in places["rating"] if column not in others]
    for column, group in others.items():
        if group.by:
            places.setdefault(group.by, []).append(column)
        else:
            ignored.append(column)
    left = max(places["criterion"][0], places.get("summary", [0])[0])
    rated = [column for name in RATING_FIELDS for column in places.get(name, ())]
    for name in _TEXTS:
        columns = places.pop(name, [])
        theirs = {c for c in columns if _has_other(groups_above(rows, number, c, left, rated, frozenset()))}
        if theirs and len(theirs) < len(columns):
            ignored.extend(sorted(theirs))
            columns = [column for column in columns if column not in theirs]
        if columns:
            places[name] = columns
    return tuple(others)


def _has_other(groups: Iterable[Group]) -> bool:
    return any(each.kind == OTHER for each in groups)


def _is_cover_line(cells: Sequence[object], left: int, layout: ForeignLayout) -> bool:
    """Whether a row begins with a label, such as `Organisation` or `Contact:`, and its value stands beside it."""
    first = next((c for c, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()), None)
    if first is None or first > left:
        return False
    written = str(cells[first]).strip()
    label = written.partition(":")[0]
    return ":" in written or fold_label(label) in layout.cover_labels


def _is_known(written: str, headers: Mapping[str, object]) -> bool:
    """Whether a cell may be the header of anything: nearly all cells of a workbook are not."""
    if len(written) > _LONGEST_HEADER:
        return False
    return _start(written) in headers or any(spelling in headers for spelling, _ in _spellings(written))


def _needed(layout: ForeignLayout) -> set[str]:
    return set(layout.recognise.headers)


def _is_table(places: dict[str, list[int]], layout: ForeignLayout) -> bool:
    """Whether it is a header that lacks a column: of a workbook with rows, with a criterion's and a rating's."""
    return layout.shape == "rows" and "criterion" in places and any(name in places for name in RATING_FIELDS)


def _upper(rows: Sequence[Sequence[object]], number: int, layout: ForeignLayout) -> int | None:
    """The row above that has anything in it, if it is near and no line of the cover."""
    for above in range(number - 1, max(number - 1 - _FARTHEST_UPPER, -1), -1):
        if any(cell not in ("", None) for cell in rows[above]):
            return None if _is_cover_line(rows[above], 0, layout) else above
    return None


def _only_groups(above: Sequence[object], row: Sequence[object]) -> bool:
    """Whether the upper row has more than a title: something over a column that the lower row names too."""
    filled = [column for column, cell in enumerate(above) if isinstance(cell, str) and cell.strip()]
    return len(filled) > 1 and any(isinstance(row[column], str) and row[column] for column in filled)


def _written(row: Sequence[object], above: Sequence[object]) -> Iterator[tuple[int, str, str, bool]]:
    """Column, what its header says, what stands over it, and whether it was the upper row that says it."""
    over = ""
    for column, cell in enumerate(row):
        top = above[column] if column < len(above) else ""
        if isinstance(top, str) and top.strip():
            over = top
        if isinstance(cell, str) and cell.strip():
            if len(cell) <= _LONGEST_HEADER:
                yield column, cell, over, False
        elif cell in ("", None) and isinstance(top, str) and 0 < len(top.strip()) <= _LONGEST_HEADER:
            yield column, top, "", True


def _meaning(written: str, over: str, layout: ForeignLayout) -> ForeignColumn | None:
    """The column that a header is spelled as; None where none is, or nothing above tells which of two it is."""
    for spelling, is_rating in _spellings(written):
        fitting = [
            column
            for column in layout.headers.get(spelling, ())
            if (not is_rating or column.field in RATING_FIELDS or column.field == "ignored")
            and (column.under is None or fold_label(column.under) == fold_label(split_range(over)[0]))
        ]
        if any(column.under for column in fitting):
            fitting = [column for column in fitting if column.under]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            return None
        if not is_rating and (start := _start(written)) != spelling:
            column = next(iter(layout.headers.get(start, ())), None)
            if column is not None and column.under is None and column.field not in RATING_FIELDS:
                return column
    return None


@lru_cache(maxsize=8192)  # the same cells are looked at for every layout
def _spellings(written: str) -> tuple[tuple[str, bool], ...]:
    """The spellings to look for; True for those that only a rating's header may have, with its note taken off."""
    found = [(fold_label(written), False)]
    bare, span = split_range(written)
    if span:
        found.append((fold_label(bare), True))
    start = _NOTE.split(bare.strip(), maxsplit=1)[0]
    if start != bare.strip() and fold_label(bare[len(start) :]) in _HARMLESS_NOTES:
        found.append((fold_label(start), True))
    return tuple(found)


@lru_cache(maxsize=8192)
def _start(written: str) -> str:
    """What a header says before a note in brackets or on its next line."""
    return fold_label(_NOTE.split(written.strip(), maxsplit=1)[0])
