"""A sheet that is built as it was issued is read the short way: it must give what a search of the sheet gives."""

from __future__ import annotations

import io
import random
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.intake.guards import Package
from toolkit.intake.parsing.sheets import SheetRows
from toolkit.intake.parsing.tables import KnownHeaders, read_tables, search_tables
from toolkit.layouts import load_layout

if TYPE_CHECKING:
    from collections.abc import Callable

LAYOUT = load_layout()
LABELS = [column.label for column in LAYOUT.columns]
ABOVE = [
    ["Standard 1: Policy"],
    ["Policies name both."],
    ["Priority for your tiers: Tier 1: Essential", *[""] * 6, f"Back to {LAYOUT.sheets.cover}"],
    ["OFFICIAL | Synthetic Trust | Cycle 2024"],
]
BELOW = [[f"1.{number}", "A statement", "Essential", "Met", "A policy", "", "", ""] for number in range(1, 5)]
CELLS = st.sampled_from(
    ["", " ", "x", "1.3", "5.10 glued", "Rating", "Reference", "Your rating", "Evidence", "Rating 2024", 5.1, True,
     None, *LABELS, *(cell for row in ABOVE for cell in row)]
)  # fmt: skip


def issued() -> list[list[Any]]:
    return [[*row, *[""] * (len(LABELS) - len(row))] for row in (*ABOVE, LABELS, *BELOW)]


def put(rows: list[list[Any]], row: int, column: int, cell: object) -> None:
    rows[row % len(rows)][column % len(rows[0])] = cell


def swap(rows: list[list[Any]], row: int, other: int, _: object) -> None:
    rows[row % len(rows)], rows[other % len(rows)] = rows[other % len(rows)], rows[row % len(rows)]


def insert(rows: list[list[Any]], row: int, other: int, _: object) -> None:
    rows.insert(row % len(rows), list(rows[other % len(rows)]))


def blank(rows: list[list[Any]], row: int, _: int, __: object) -> None:
    rows.insert(row % (len(rows) + 1), [""] * len(rows[0]))


def delete(rows: list[list[Any]], row: int, _: int, __: object) -> None:
    if len(rows) > 1:
        del rows[row % len(rows)]


def widen(rows: list[list[Any]], row: int, column: int, cell: object) -> None:
    for each in rows:
        each.insert(column % (len(each) + 1), "")
    put(rows, row, column, cell)


def twice(rows: list[list[Any]], _: int, __: int, ___: object) -> None:
    rows.extend([list(each) for each in rows])


EDITS = st.tuples(
    st.sampled_from([put, put, put, swap, insert, blank, delete, widen, twice]),
    st.integers(0, 20),
    st.integers(0, 20),
    CELLS,
)


@given(st.lists(EDITS, max_size=5))
def test_the_short_way_gives_what_a_search_gives(
    edits: list[tuple[Callable[[list[list[Any]], int, int, object], None], int, int, object]],
) -> None:
    rows = issued()
    for edit, first, second, cell in edits:
        edit(rows, first, second, cell)
    sheet = SheetRows("Standard 1", rows)
    assert read_tables(sheet, LAYOUT) == search_tables(sheet, LAYOUT, KnownHeaders())


def test_a_sheet_as_issued_has_its_rows_and_its_line() -> None:
    (table,) = read_tables(SheetRows("Standard 1", issued()), LAYOUT)
    assert [row.value("criterion") for row in table.rows] == [row[0] for row in BELOW]
    assert [(line.organisation, cell) for line, cell in table.lines] == [("Synthetic Trust", "A4")]


@pytest.mark.parametrize("size", [10, 3_000_000], ids=["remembered", "too large to be"])
def test_a_package_with_nothing_packed_has_the_same_parts(size: int) -> None:
    parts = {"xl/workbook.xml": b"<workbook/>", "xl/\u00e4.xml": random.Random(size).randbytes(size), "empty": b""}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    package = Package(packed.getvalue())
    again = Package(package.unpacked())
    assert {name: again.read(name) for name in again.names} == parts
