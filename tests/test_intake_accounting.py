"""Every filled cell of a table or a cover ends as read, ignored with a reason, or in a query."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_workbooks import HEADER, changed, codes, column, filled, received, row_of, standards

from toolkit.intake.parsing.accounting import READ, UNSETTLED, Account
from toolkit.intake.parsing.places import cell_at, listed, place_of
from toolkit.intake.parsing.sheets import SheetRows
from toolkit.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook

    from toolkit.project import Project
    from toolkit.records import CellCount, Receipt

WHO = "COV-COM"
RATING = column("rating")
OWN = {"heading", "label", "printed by the workbook", "cover detail that stays in the original"}
"""Why cells of an untouched workbook are ignored."""


def reconciled(receipt: Receipt) -> CellCount:
    cells = receipt.cells
    assert cells is not None
    assert cells.read + cells.queried + sum(number for _, number in cells.ignored) == cells.filled
    assert all(number > 0 for _, number in cells.ignored)
    return cells


def test_an_issued_workbook_has_no_cell_left_over(project: Project) -> None:
    receipt = received(project, filled(project, WHO))
    cells = reconciled(receipt)
    assert cells.queried == 0
    assert {reason for reason, _ in cells.ignored} == OWN
    answers = sum(6 for _ in range(receipt.criteria_answered))
    assert cells.read == answers + len(["organisation", "lead", "e-mail", "completed by", "authorised by", "date"])
    assert codes(receipt).isdisjoint({"cell-not-read", "sheet-without-table"})


@pytest.mark.parametrize("cycle", ["2021", "2024"])
@pytest.mark.parametrize("who", ["COV-COM", "DUD-SVC", "BIR-HSG"])
def test_no_issued_workbook_of_any_framework_has_words_that_nobody_knows(
    who: str, cycle: str, project: Project
) -> None:
    receipt = received(project, filled(project, who, cycle_id=cycle))
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert {reason for reason, _ in reconciled(receipt).ignored} <= OWN
    assert codes(receipt).isdisjoint({"cell-not-read", "sheet-without-table"})


def test_the_receipt_on_disk_shows_the_count(project: Project) -> None:
    receipt = received(project, filled(project, WHO))
    (path,) = project.receipts.glob("*.json")
    assert receipt.cells is not None
    assert json.loads(path.read_text(encoding="utf-8"))["cells"] == receipt.cells.as_json()


def beside_the_table(book: Workbook) -> None:
    sheet, row = row_of(book, "1.4")
    sheet.cell(row, 12).value = "beside"


def above_the_table(book: Workbook) -> None:
    next(standards(book)).cell(HEADER - 1, 6).value = "Please ring us about this one."


def in_the_printed_text(book: Workbook) -> None:
    sheet, row = row_of(book, "1.4")
    cell = sheet.cell(row, column("summary"))
    cell.value = f"{cell.value} We have done this since May."


def in_the_priority(book: Workbook) -> None:
    sheet, row = row_of(book, "1.4")
    sheet.cell(row, column("priority")).value = "Essential, but see our letter"


def below_the_table(book: Workbook) -> None:
    sheet = next(standards(book))
    sheet.cell(sheet.max_row + 3, 6).value = "We would like to add something."


def beside_a_cover_value(book: Workbook) -> None:
    sheet = book.worksheets[0]
    row = next(row for row in range(1, 60) if sheet.cell(row, 2).value == "Completed by")
    sheet.cell(row, 5).value = "on behalf of the director"


def on_the_cover(book: Workbook) -> None:
    book.worksheets[0].cell(70, 2).value = "PS: the lead is on leave until May."


@pytest.mark.parametrize(
    "change",
    [
        beside_the_table,
        above_the_table,
        in_the_printed_text,
        in_the_priority,
        below_the_table,
        beside_a_cover_value,
        on_the_cover,
    ],
)
def test_what_is_written_where_no_answer_belongs_is_asked_about(
    change: Callable[[Workbook], object], project: Project
) -> None:
    content = filled(project, WHO)
    before = codes(received(project, content))
    receipt = received(project, changed(content, change), "again.xlsx")
    assert reconciled(receipt).queried > 0
    new = codes(receipt) - before
    assert new & {"cell-not-read", "column-not-read", "row-not-understood"}, codes(receipt)


def test_many_cells_that_were_not_read_are_one_query(project: Project) -> None:
    def scribble(book: Workbook) -> None:
        for row in range(70, 72):
            for place in range(2, 7):
                book.worksheets[0].cell(row, place).value = f"note {row} {place}"

    receipt = received(project, changed(filled(project, WHO), scribble))
    (told,) = (each for each in receipt.queries if each.code == "cell-not-read")
    assert (told.sheet, told.cell) == ("Cover", "B70")
    assert "10 cells were not read: B70:F70, B71:F71" in told.message
    assert "note 70 2" in told.message


def test_a_sheet_of_the_sender_s_own_is_named(project: Project) -> None:
    def add(book: Workbook) -> None:
        book.create_sheet("Letter")["B2"] = "Dear all, please note."

    receipt = received(project, changed(filled(project, WHO), add))
    (told,) = (each for each in receipt.queries if each.code == "sheet-without-table")
    assert told.sheet == "Letter"
    assert "Dear all" in told.message


def test_an_answer_with_a_query_counts_as_queried(project: Project) -> None:
    def unclear(book: Workbook) -> None:
        sheet, row = row_of(book, "1.4")
        sheet.cell(row, RATING).value = "Perhaps"

    whole = reconciled(received(project, changed(filled(project, WHO), lambda book: book.active)))
    cells = reconciled(received(project, changed(filled(project, WHO), unclear), "again.xlsx"))
    assert (cells.read, cells.queried, cells.filled) == (whole.read - 1, 1, whole.filled)


CELLS: st.SearchStrategy[Any] = st.one_of(
    st.just(""), st.just(" "), st.text(max_size=3), st.integers(0, 3), st.floats(allow_nan=False), st.booleans()
)


@st.composite
def _sheets(draw: st.DrawFn) -> list[SheetRows]:
    found = []
    for name in draw(st.lists(st.sampled_from("ABC"), unique=True, max_size=3)):
        width = draw(st.integers(1, 5))
        rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))
        found.append(SheetRows(name, rows))
    return found


FATES = st.sampled_from([READ, UNSETTLED, "heading", "label", "queried"])


@given(_sheets(), st.data())
def test_an_account_adds_up_whatever_is_said(sheets: list[SheetRows], data: st.DataObject) -> None:
    account = Account(sheets)
    for sheet in sheets:
        for number in range(len(sheet.rows)):
            if data.draw(st.booleans()):
                account.row(sheet.name, number, tuple(data.draw(st.lists(FATES, min_size=1, max_size=6))))
        for _ in range(data.draw(st.integers(0, 3))):
            place = (data.draw(st.integers(0, 7)), data.draw(st.integers(0, 7)))
            account.cell(data.draw(FATES), sheet.name, *place)
    told = account.settle()
    count = account.count()
    assert count.filled == sum(cell != "" for sheet in sheets for row in sheet.rows for cell in row)
    assert count.read + count.queried + sum(number for _, number in count.ignored) == count.filled
    assert account.settle() == ()
    assert len(told) == len({each.sheet for each in told})


def test_a_reader_says_cell_by_cell_or_row_by_row() -> None:
    account = Account([SheetRows("A", [["x", "y", ""], ["a", " ", 0.0], ["p", "q", "r"]])])
    account.read("A", 0, 0)
    account.ignore("heading", "A", 0, 1)
    account.query("A", 1, 0)
    account.ignore_row("banner", "A", 2)
    account.unsettle("A", 2, 2)
    account.read("not ours", 0, 0)
    (told,) = account.settle()
    assert (told.code, told.cell) == ("cell-not-read", "C2")
    assert "C2, C3" in told.message or "C2:C3" in told.message
    count = account.count()
    assert (count.filled, count.read, count.queried) == (8, 1, 3)
    assert dict(count.ignored) == {"heading": 1, "banner": 2, "nothing that can be seen": 1}


@given(st.integers(0, 1_048_575), st.integers(0, 16_383))
def test_a_place_is_named_and_found_again(row: int, place: int) -> None:
    assert place_of(cell_at(row, place)) == (row, place)


@pytest.mark.parametrize(
    ("places", "text"),
    [
        ([(0, 0)], "A1"),
        ([(0, 0), (0, 1), (0, 2)], "A1:C1"),
        ([(2, 3), (3, 3), (4, 3)], "D3:D5"),
        ([(0, 0), (0, 1), (1, 0), (5, 5)], "A1:B1, A2, F6"),
        ([(2 * row, 0) for row in range(14)], "A1, A3, A5, A7, A9, A11, A13, A15, A17, A19, A21, A23 and 2 more"),
    ],
)
def test_cells_are_listed_in_few_words(places: list[tuple[int, int]], text: str) -> None:
    assert listed(places) == text


@pytest.mark.parametrize("cell", ["", "A", "1", "A0", "A1:B2", "a1", "AAAA1", "A12345678"])
def test_what_is_no_place_of_one_cell_is_none(cell: str) -> None:
    assert place_of(cell) is None
