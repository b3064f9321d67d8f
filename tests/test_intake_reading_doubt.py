"""Workbooks in which something could be meant in two ways: unreadable or held, with a query, and never a guess."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import (
    HEADER,
    LAYOUT,
    answers,
    by_criterion,
    changed,
    codes,
    column,
    current,
    filled,
    received,
    row_of,
    rows,
    standards,
    told,
    without_identity,
)
from openpyxl import load_workbook

from toolkit.intake.parsing.sheets import error_in, mark_cells
from toolkit.project import open_project
from toolkit.records import Outcome, Rating

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.project import Project
    from toolkit.records import Receipt

WHO = "COV-COM"
OTHER = "BIR-HSG"
WIDTH = len(LAYOUT.columns)


def values(sheet: Worksheet, numbers: Sequence[int]) -> list[list[object]]:
    return [[sheet.cell(row, number).value for number in range(1, WIDTH + 1)] for row in numbers]


def put(sheet: Worksheet, first: int, lines: list[list[object]], start: int = 1) -> None:
    for row, line in enumerate(lines, start=first):
        for number, value in enumerate(line, start=start):
            sheet.cell(row, number).value = value  # type: ignore[assignment]  # any value that a cell may hold


def loosen(sheet: Worksheet) -> None:
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))


def fifth(book: Workbook) -> Worksheet:
    return book["Standard 5"]


def about(receipt: Receipt, code: str) -> list[tuple[str, str]]:
    return [(each.sheet, each.cell) for each in receipt.queries if each.code == code]


def other_book(project: Project, sheet: str) -> Worksheet:
    return load_workbook(io.BytesIO(filled(project, OTHER)))[sheet]


def with_scale(project: Project, scale: str) -> Project:
    path = project.root / "toolkit.toml"
    text = path.read_text(encoding="utf-8")
    head, mark, tail = text.partition('framework = "wm-2024"')
    kept = "\n".join(line for line in tail.splitlines() if not line.startswith("scale ="))
    path.write_text(f'{head}{mark}\nscale = "{scale}"{kept}\n', encoding="utf-8")
    return open_project(project.root)


# Whose it is


def test_a_sheet_printed_for_another_organisation_holds_the_return(project: Project) -> None:
    def change(book: Workbook) -> None:
        source = other_book(project, "Standard 5")
        loosen(fifth(book))
        put(fifth(book), 1, values(source, range(1, source.max_row + 1)))

    receipt = received(project, changed(filled(project, WHO), change))
    assert receipt.outcome is Outcome.HELD
    assert receipt.reason.startswith("organisation-conflict")
    assert about(receipt, "sheet-of-another") == [("Standard 5", f"A{HEADER - 1}")]


@pytest.mark.parametrize("what", ["Identity", "Cover"])
def test_a_second_identity_or_cover_of_another_organisation_holds_the_return(project: Project, what: str) -> None:
    def change(book: Workbook) -> None:
        added = book.create_sheet(f"{what} (2)")
        for line in other_book(project, what).iter_rows(values_only=True):
            added.append(line)

    receipt = received(project, changed(filled(project, WHO), change))
    assert receipt.outcome is Outcome.HELD
    assert receipt.reason.startswith("organisation-conflict")


def test_without_identity_two_organisations_are_held_too(project: Project) -> None:
    def change(book: Workbook) -> None:
        without_identity(book)
        sheet = fifth(book)
        line = str(sheet.cell(HEADER - 1, 1).value)
        sheet.cell(HEADER - 1, 1).value = line.replace("Coventry Synthetic Commissioners", "Birmingham Synthetic Homes")

    receipt = received(project, changed(filled(project, WHO), change))
    assert receipt.outcome is Outcome.HELD
    assert "sheet-of-another" in codes(receipt)


def test_a_sheet_printed_for_another_cycle_holds_the_return(project: Project) -> None:
    def change(book: Workbook) -> None:
        cell = fifth(book).cell(HEADER - 1, 1)
        cell.value = str(cell.value).replace("Cycle 2024", "Cycle 2021")

    receipt = received(project, changed(filled(project, WHO), change))
    assert (receipt.outcome, receipt.reason.partition(":")[0]) == (Outcome.HELD, "cycle-unknown")
    assert about(receipt, "sheet-of-another-cycle") == [("Standard 5", f"A{HEADER - 1}")]


def test_a_copy_of_the_cover_is_no_conflict_and_fills_gaps(project: Project) -> None:
    def change(book: Workbook) -> None:
        added = book.create_sheet("Cover (2)")
        for line in book["Cover"].iter_rows(values_only=True):
            added.append(line)
        for row in book["Cover"].iter_rows():
            for cell in row:
                if cell.value == "S Signer":
                    cell.value = None

    receipt = received(project, changed(filled(project, WHO), change))
    assert receipt.outcome is Outcome.ACCEPTED
    assert current(project, WHO).authorised_by == "S Signer"


# Which cycle and scale


def one_sheet(book: Workbook, *, with_lines: bool) -> None:
    without_identity(book)
    for sheet in list(standards(book)):
        loosen(sheet)
        for row in rows(sheet):
            sheet.cell(row, column("summary")).value = None
        if not with_lines:
            sheet.cell(HEADER - 1, 1).value = None
        if sheet.title != "Standard 1":
            book.remove(sheet)


def test_references_that_fit_two_frameworks_are_held(project: Project) -> None:
    content = filled(project, WHO, cycle_id="2021", completed_on="2021-03-01")
    receipt = received(project, changed(content, lambda book: one_sheet(book, with_lines=False)))
    assert (receipt.outcome, receipt.reason.partition(":")[0]) == (Outcome.HELD, "cycle-unknown")
    assert "framework-uncertain" in codes(receipt)


def test_the_printed_line_says_which_cycle_it_is(project: Project) -> None:
    content = filled(project, WHO, cycle_id="2021", completed_on="2021-03-01")
    receipt = received(project, changed(content, lambda book: one_sheet(book, with_lines=True)))
    assert (receipt.outcome, receipt.cycle, receipt.framework) == (Outcome.ACCEPTED, "2021", "wm-2015")


def noughts(book: Workbook) -> None:
    for criterion, value in (("1.1", 0), ("1.2", "0"), ("1.3", "3"), ("1.4", "not applicable")):
        sheet, row = row_of(book, criterion)
        sheet.cell(row, column("rating")).value = value


def test_numbers_are_not_read_on_another_scale_than_was_printed(project: Project) -> None:
    printed = with_scale(project, "zero-to-three")

    def change(book: Workbook) -> None:
        noughts(book)
        without_identity(book)

    content = changed(filled(printed, WHO), change)
    receipt = received(with_scale(project, "one-to-three-zero-na"), content)
    read = by_criterion(current(project, WHO))
    assert [read[c].rating for c in ("1.1", "1.2", "1.3")] == [Rating.UNREADABLE] * 3
    assert read["1.4"].rating is Rating.NOT_APPLICABLE
    assert {"scale-differs", "rating-scale-unsure"} <= codes(receipt)


def test_a_scale_that_is_gone_is_not_replaced_by_another(project: Project) -> None:
    scales = project.root / "scales"
    scales.mkdir()
    own = scales / "own-scale.yaml"
    own.write_text(
        "id: own-scale\ntitle: Our own\nlevels:\n"
        '  - {rating: met, label: "1", meaning: All of it., value: 1}\n'
        '  - {rating: not_met, label: "0", meaning: None of it., value: 0}\n',
        encoding="utf-8",
    )
    content = changed(filled(with_scale(project, "own-scale"), WHO), noughts)
    own.unlink()
    receipt = received(with_scale(project, "one-to-three-zero-na"), content)
    read = by_criterion(current(project, WHO))
    assert [read[c].rating for c in ("1.1", "1.2", "1.3")] == [Rating.UNREADABLE] * 3
    assert {"scale-unknown", "rating-scale-unsure"} <= codes(receipt)


def test_without_identity_and_guidance_a_nought_is_unreadable(project: Project) -> None:
    scaled = with_scale(project, "one-to-three-zero-na")

    def change(book: Workbook) -> None:
        noughts(book)
        without_identity(book)
        del book["Guidance"]

    receipt = received(scaled, changed(filled(scaled, WHO), change))
    read = by_criterion(current(project, WHO))
    expected = [Rating.UNREADABLE, Rating.UNREADABLE, Rating.MET, Rating.NOT_APPLICABLE]
    assert [read[c].rating for c in ("1.1", "1.2", "1.3", "1.4")] == expected
    assert {"scale-unconfirmed", "rating-scale-unsure"} <= codes(receipt)


def test_the_guidance_confirms_the_scale(project: Project) -> None:
    scaled = with_scale(project, "one-to-three-zero-na")

    def change(book: Workbook) -> None:
        noughts(book)
        without_identity(book)

    receipt = received(scaled, changed(filled(scaled, WHO), change))
    read = by_criterion(current(project, WHO))
    assert [read[c].rating for c in ("1.1", "1.2")] == [Rating.NOT_APPLICABLE] * 2
    assert not {"scale-unconfirmed", "scale-differs", "rating-scale-unsure"} & codes(receipt)


@pytest.mark.parametrize(
    "written", ["(-1)", "-1", "1-", "[ -1 ]", "_-1", "1-_", ".3", ", 3", "(.3)", "1:-", "(-)1", "1 (-)"]
)
def test_a_negative_number_or_a_part_of_one_is_no_rating(project: Project, written: str) -> None:
    scaled = with_scale(project, "zero-to-three")

    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "2.3")
        sheet.cell(row, column("rating")).value = written

    received(scaled, changed(filled(scaled, WHO), change))
    assert by_criterion(current(project, WHO))["2.3"].rating is Rating.UNREADABLE


# Which column


def in_rating_column(book: Workbook, header: str, answer: str, beside: str, other: str) -> None:
    sheet = fifth(book)
    sheet.cell(HEADER, column("rating")).value = header
    sheet.cell(HEADER, WIDTH + 1).value = beside
    for row in rows(sheet):
        sheet.cell(row, column("rating")).value = answer
        sheet.cell(row, WIDTH + 1).value = other


@pytest.mark.parametrize(
    ("header", "beside"),
    [
        ("Our grade", "Status"),
        ("Rating", "Rating"),
        ("Rating", "My rating"),
        ("Score", "Status"),
        ("My rating", "Ratings"),
    ],
)
def test_two_columns_that_may_be_the_rating_and_differ_are_unreadable(
    project: Project, header: str, beside: str
) -> None:
    content = changed(filled(project, WHO), lambda book: in_rating_column(book, header, "Met", beside, "Not started"))
    receipt = received(project, content)
    read = by_criterion(current(project, WHO))
    fives = [f"5.{number}" for number in range(1, 11)]
    assert {read[criterion].rating for criterion in fives} == {Rating.UNREADABLE}
    assert len(about(receipt, "ratings-differ")) == len(fives)


@pytest.mark.parametrize(
    ("header", "beside", "other"),
    [
        ("Rating", "Status", "Not started"),
        ("Rating", "Rating", "Fully met"),
        ("Rating", "Rating", ""),
        ("Rating", "Previous rating", "Not met"),
        ("My rating", "Notes", "see file"),
    ],
)
def test_a_column_that_agrees_or_is_plainly_another_changes_nothing(
    project: Project, header: str, beside: str, other: str
) -> None:
    content = changed(filled(project, WHO), lambda book: in_rating_column(book, header, "Met", beside, other))
    receipt = received(project, content)
    assert by_criterion(current(project, WHO))["5.10"].rating is Rating.MET
    assert "ratings-differ" not in codes(receipt)


def test_the_only_answer_of_two_rating_columns_is_read(project: Project) -> None:
    def change(book: Workbook) -> None:
        in_rating_column(book, "Rating", "", "Rating", "Met")

    receipt = received(project, changed(filled(project, WHO), change))
    response = by_criterion(current(project, WHO))["5.1"]
    assert (response.rating, response.cell) == (Rating.MET, f"I{HEADER + 1}")
    assert "column-not-read" not in codes(receipt)


@pytest.mark.parametrize(
    "header",
    ["Ratings", "My rating", "Rating 2024", "Rating (Met / Partly met / Not met)", "Self-assessed rating", "Rating\n*"],
)
def test_headers_that_speak_of_the_rating_are_its_headers(project: Project, header: str) -> None:
    def change(book: Workbook) -> None:
        fifth(book).cell(HEADER, column("rating")).value = header

    received(project, changed(filled(project, WHO), change))
    assert told(by_criterion(current(project, WHO))) == told(answers(project, WHO))


def test_a_gap_is_not_filled_from_a_second_rating_column(project: Project) -> None:
    def change(book: Workbook) -> None:
        in_rating_column(book, "Rating", "Met", "Rating", "Met")
        fifth(book).cell(HEADER + 1, column("rating")).value = None

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert (read["5.1"].rating, read["5.2"].rating) == (Rating.UNREADABLE, Rating.MET)
    assert about(receipt, "ratings-differ") == [("Standard 5", f"D{HEADER + 1}")]


# Which row


@pytest.mark.parametrize("place", [3, 10])
def test_rows_above_the_header_are_read(project: Project, place: int) -> None:
    def change(book: Workbook) -> None:
        sheet = fifth(book)
        first, *others = values(sheet, range(HEADER, HEADER + 11))
        put(sheet, HEADER, [*others[:place], first, *others[place:]])

    receipt = received(project, changed(filled(project, WHO), change))
    assert told(by_criterion(current(project, WHO))) == told(answers(project, WHO))
    assert not {"rows-missing", "sheet-missing", "row-not-understood", "text-not-read"} & codes(receipt)


def test_an_answered_row_above_the_header_without_a_reference_is_asked_about(project: Project) -> None:
    def change(book: Workbook) -> None:
        loosen(fifth(book))
        fifth(book).cell(2, column("rating")).value = "Met"
        fifth(book).cell(2, column("evidence")).value = "A policy"

    receipt = received(project, changed(filled(project, WHO), change))
    assert about(receipt, "row-not-understood") == [("Standard 5", "D2")]


@pytest.mark.parametrize("text", [None, "In our own words"])
@pytest.mark.parametrize("lost", ["5.1", "5.10"])
def test_a_number_alone_that_may_be_two_criteria_is_unreadable(project: Project, lost: str, text: str | None) -> None:
    def change(book: Workbook) -> None:
        sheet = fifth(book)
        lines = [line for line in values(sheet, rows(sheet)) if line[0] != lost]
        for line in lines:
            line[0], line[1] = float(str(line[0])), text
        lines.sort(key=lambda line: float(str(line[0])))
        put(sheet, HEADER + 1, [*lines, [None] * WIDTH])

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert read["5.1"].rating is read["5.10"].rating is Rating.UNREADABLE
    assert about(receipt, "reference-unclear") == [("Standard 5", f"A{HEADER + 1}")]


def test_of_two_doubtful_rows_the_answered_one_counts(project: Project) -> None:
    def change(book: Workbook) -> None:
        sheet = fifth(book)
        first = HEADER + 1
        sheet.cell(first, 1).value = "5.2"
        for field in ("rating", "evidence", "action", "lead", "target_date"):
            sheet.cell(first, column(field)).value = None
        sheet.cell(first + 1, column("summary")).value = sheet.cell(first, column("summary")).value

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert read["5.1"].rating is read["5.2"].rating is Rating.UNREADABLE
    assert len(about(receipt, "reference-conflict")) == 2


@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize("side_by_side", [True, False])
def test_a_second_table_on_a_sheet_is_read(project: Project, shift: int, side_by_side: bool) -> None:
    def change(book: Workbook) -> None:
        sixth = book["Standard 6"]
        lines = values(sixth, range(HEADER, sixth.max_row + 1))
        if side_by_side:
            put(fifth(book), HEADER, lines, start=WIDTH + 1 + shift)
        else:
            put(fifth(book), fifth(book).max_row + 2, lines, start=1 + shift)
        book.remove(sixth)

    receipt = received(project, changed(filled(project, WHO), change))
    assert told(by_criterion(current(project, WHO))) == told(answers(project, WHO))
    assert not {"sheet-missing", "column-not-read", "row-not-understood"} & codes(receipt)


# What stands in a cell


def test_a_formula_without_its_result_is_not_blank(project: Project) -> None:
    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "5.1")
        sheet.cell(row, column("rating")).value = '="Met"'
        sheet.cell(row, column("evidence")).value = '="A policy of "&2024'
        sheet.cell(row, column("target_date")).value = "=DATE(2025,1,1)"

    receipt = received(project, changed(filled(project, WHO), change))
    response = by_criterion(current(project, WHO))["5.1"]
    assert (response.rating, response.rating_as_written) == (Rating.UNREADABLE, '="Met"')
    place = HEADER + 1
    assert about(receipt, "formula-not-calculated") == [
        ("Standard 5", f"D{place}"),
        ("Standard 5", f"E{place}"),
        ("Standard 5", f"H{place}"),
    ]


def test_an_untouched_workbook_leaves_no_doubt(project: Project) -> None:
    receipt = received(project, filled(project, WHO))
    doubts = ("sheet-of", "scale-", "ratings-", "formula-", "covers-")
    assert not [code for code in codes(receipt) if code.startswith(doubts)]


@pytest.mark.parametrize(
    "cell",
    [
        '<c x-r="XFD1048576" t="e"><v>#N/A</v></c>',
        '<!-- <c r="XFD1048576" t="e"><v>#N/A</v></c> -->',
        '<c r="XFD1048576" t="e"><v>#N/A</v></c>',
        "<c t='e' " * 20_000,
        '<c r="A1" t="e">' * 20_000,
    ],
)
def test_marking_error_cells_never_makes_a_sheet_larger_than_the_guard_lets_in(cell: str) -> None:
    rows = [["a", ""], ["", "b"]]
    mark_cells(rows, f'<sheetData><row r="1">{cell}</row></sheetData>', error_in)
    assert sum(map(len, rows)) <= 6
