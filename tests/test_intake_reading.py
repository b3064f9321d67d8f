"""Own workbooks that come back changed are read right, or asked about; never read wrong."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
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

from toolkit.records import Outcome, Rating, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook

    from toolkit.project import Project

WHO = "COV-COM"
DIRECT = "DUD-SVC"


def read_back(project: Project, change: Callable[[Workbook], object]) -> None:
    """After the change, every answer is read as it was given, and the return is accepted without an error."""
    receipt = received(project, changed(filled(project, WHO), change))
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert told(by_criterion(current(project, WHO))) == told(answers(project, WHO))
    assert not [each for each in receipt.queries if each.severity is Severity.ERROR]


def test_an_untouched_workbook_is_read_in_full(project: Project) -> None:
    receipt = received(project, filled(project, WHO))
    return_ = current(project, WHO)
    assert told(by_criterion(return_)) == told(answers(project, WHO))
    assert receipt.criteria_answered == receipt.criteria_expected == len(answers(project, WHO))
    assert (return_.organisation_id, return_.cycle, return_.framework) == (WHO, "2024", "wm-2024")
    assert return_.completed_on == dt.date(2024, 6, 14)
    assert (return_.completed_by, return_.authorised_by) == ("S Writer", "S Signer")
    assert (return_.lead_name, return_.lead_email) == ("C Lead", "c.lead@example.org")


def test_cells_are_named_as_the_sender_sees_them(project: Project) -> None:
    received(project, filled(project, WHO))
    first = current(project, WHO).responses[0]
    assert (first.sheet, first.cell) == ("Standard 1", f"D{HEADER + 1}")


def rename(book: Workbook) -> None:
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"Tab {number}"


def reorder(book: Workbook) -> None:
    book.move_sheet(book.worksheets[0], len(book.worksheets) - 1)
    book.move_sheet(book.worksheets[3], -2)


def insert_rows(book: Workbook) -> None:
    for sheet in standards(book):
        sheet.insert_rows(HEADER + 3, 2)
        sheet.insert_rows(1, 3)


def insert_columns(book: Workbook) -> None:
    for sheet in standards(book):
        sheet.insert_cols(3, 2)
        sheet.insert_cols(1)


def references_as_numbers(book: Workbook) -> None:
    for sheet in standards(book):
        for row in rows(sheet):
            cell = sheet.cell(row, 1)
            cell.value = float(str(cell.value))


def references_as_dates(book: Workbook) -> None:
    for sheet in standards(book):
        for row in rows(sheet):
            cell = sheet.cell(row, 1)
            standard, _, minor = str(cell.value).partition(".")
            cell.value = dt.date(2024, int(minor), int(standard))


def numbers_without_texts(book: Workbook) -> None:
    references_as_numbers(book)
    for sheet in standards(book):
        for row in rows(sheet):
            sheet.cell(row, column("summary")).value = None


def without_references(book: Workbook) -> None:
    for sheet in standards(book):
        for row in rows(sheet):
            sheet.cell(row, 1).value = None


def spaced(book: Workbook) -> None:
    for sheet in standards(book):
        for row in rows(sheet):
            for field in ("criterion", "evidence"):
                cell = sheet.cell(row, column(field))
                cell.value = f"\u00a0 {cell.value} \n"
            sheet.cell(row, column("summary")).value = str(sheet.cell(row, column("summary")).value).upper()


def all_on_one_sheet(book: Workbook) -> None:
    first, *others = list(standards(book))
    at = first.max_row + 2
    for sheet in others:
        for row in range(HEADER, sheet.max_row + 1):
            for number in range(1, len(LAYOUT.columns) + 1):
                first.cell(at, number).value = sheet.cell(row, number).value
            at += 1
        book.remove(sheet)


@pytest.mark.parametrize(
    "change",
    [
        rename,
        reorder,
        insert_rows,
        insert_columns,
        references_as_numbers,
        references_as_dates,
        numbers_without_texts,
        without_references,
        spaced,
        all_on_one_sheet,
        without_identity,
    ],
)
def test_a_changed_workbook_is_read_right(project: Project, change: Callable[[Workbook], object]) -> None:
    read_back(project, change)


def test_everything_at_once(project: Project) -> None:
    def change(book: Workbook) -> None:
        references_as_numbers(book)
        insert_columns(book)
        rename(book)
        reorder(book)

    read_back(project, change)


def test_ratings_in_other_words_of_the_scale(project: Project) -> None:
    words = {
        "1.1": (" FULLY\u00a0met. ", Rating.MET),
        "1.2": ("n/a", Rating.NOT_APPLICABLE),
        "1.3": ("No", Rating.NOT_MET),
        "1.4": ("partially  Met", Rating.PARTLY_MET),
        "1.5": ("amber", Rating.PARTLY_MET),
        "1.6": ("N.A.", Rating.NOT_APPLICABLE),
    }

    def change(book: Workbook) -> None:
        for criterion, (word, _) in words.items():
            sheet, row = row_of(book, criterion)
            sheet.cell(row, column("rating")).value = word

    received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert {criterion: read[criterion].rating for criterion in words} == {c: rating for c, (_, rating) in words.items()}
    assert read["1.1"].rating_as_written == "FULLY\u00a0met."


@pytest.mark.parametrize(
    "written", ["Met?", "½ met", "met or not met", 0, 1, 2, True, "-", "Met / Partly met", "see evidence"]
)
def test_a_rating_that_the_scale_does_not_declare_is_unreadable(project: Project, written: object) -> None:
    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "2.3")
        sheet.cell(row, column("rating")).value = written  # type: ignore[assignment]  # what a sender may put there

    receipt = received(project, changed(filled(project, WHO), change))
    response = by_criterion(current(project, WHO))["2.3"]
    assert response.rating is Rating.UNREADABLE
    assert response.rating_as_written == str(written).upper() if written is True else str(written)
    (asked,) = [each for each in receipt.queries if each.code == "rating-not-in-scale"]
    assert (asked.sheet, asked.cell) == (response.sheet, response.cell) == ("Standard 2", f"D{HEADER + 3}")
    assert "2.3" in asked.message


def test_an_error_cell_is_unreadable_and_an_empty_one_blank(project: Project) -> None:
    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "3.1")
        sheet.cell(row, column("rating")).value = "#N/A"
        sheet.cell(row, column("rating")).data_type = "e"
        sheet.cell(row, column("evidence")).value = "#REF!"
        sheet.cell(row, column("evidence")).data_type = "e"
        sheet.cell(row + 1, column("rating")).value = None

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert (read["3.1"].rating, read["3.1"].rating_as_written) == (Rating.UNREADABLE, "#N/A")
    assert (read["3.2"].rating, read["3.2"].rating_as_written) == (Rating.BLANK, "")
    assert read["3.2"].evidence == "Evidence for 3.2"
    places = {(each.cell, each.found) for each in receipt.queries if each.code == "error-cell"}
    assert places == {(f"D{HEADER + 1}", "#N/A"), (f"E{HEADER + 1}", "#REF!")}


@pytest.mark.parametrize(
    ("old", "new"),
    [("xl/worksheets/", "xl/Worksheets/"), ("xl/worksheets/", "xl\\worksheets\\"), ("xl/_rels/", "xl/_Rels/")],
)
def test_an_error_cell_is_found_however_the_parts_are_spelt(project: Project, old: str, new: str) -> None:
    def break_a_cell(book: Workbook) -> None:
        sheet, row = row_of(book, "5.1")
        sheet.cell(row, column("rating")).value = "#N/A"

    content = changed(filled(project, "WM-POL"), break_a_cell)
    renamed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(renamed, "w", zipfile.ZIP_DEFLATED) as taken:
        for name in given.namelist():
            taken.writestr(name.replace(old, new), given.read(name))
    receipt = received(project, renamed.getvalue())
    assert receipt.outcome is Outcome.ACCEPTED
    assert by_criterion(current(project, "WM-POL"))["5.1"].rating is Rating.UNREADABLE
    assert "error-cell" in codes(receipt)


def test_a_missing_sheet_and_missing_rows_are_blank_and_asked_about(project: Project) -> None:
    def change(book: Workbook) -> None:
        del book["Standard 4"]
        sheet, row = row_of(book, "6.2")
        sheet.delete_rows(row)

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    for criterion in ("4.1", "4.5", "6.2"):
        assert (read[criterion].rating, read[criterion].cell) == (Rating.BLANK, "")
    assert {"sheet-missing", "rows-missing"} <= codes(receipt)
    assert receipt.criteria_answered == receipt.criteria_expected - 6


def test_a_number_that_may_be_two_criteria_is_never_guessed(project: Project) -> None:
    """5.1 and 5.10 became the same number, their texts are gone, and the rows have been sorted by it."""

    def change(book: Workbook) -> None:
        numbers_without_texts(book)
        sheet = next(each for each in standards(book) if each.title == "Standard 5")
        cells = [[sheet.cell(r, c).value for c in range(1, 9)] for r in rows(sheet)]
        cells.sort(key=lambda line: float(str(line[0])))
        for row, line in zip(rows(sheet), cells, strict=True):
            for number, value in enumerate(line, start=1):
                sheet.cell(row, number).value = value

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert read["5.1"].rating is read["5.10"].rating is Rating.UNREADABLE
    assert [each.found for each in receipt.queries if each.code == "reference-unclear"] == ["5.1", "5.1"]
    expected = told(answers(project, WHO))
    assert all(told(read)[c] == expected[c] for c in expected if c not in {"5.1", "5.10"})


def test_a_row_whose_number_may_be_that_of_another_takes_away_what_it_contradicts(project: Project) -> None:
    given = told(answers(project, WHO))

    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "5.3")
        numbers_without_texts(book)
        sheet.insert_rows(row)
        sheet.cell(row, 1).value = 5.1
        sheet.cell(row, column("rating")).value = "Not met" if given["5.1"][0] is Rating.MET else "Met"

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert read["5.1"].rating is Rating.UNREADABLE
    assert "reference-unclear" in codes(receipt)
    (told_so,) = (each for each in receipt.queries if each.code == "rows-disagree" and each.cell == read["5.1"].cell)
    assert told_so.found.count("Standard 5 D") == 2


def test_a_reference_against_its_text_is_unreadable(project: Project) -> None:
    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "8.1")
        sheet.cell(row, 1).value = "8.2"

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert read["8.1"].rating is Rating.UNREADABLE
    assert told(read)["8.2"] == told(answers(project, WHO))["8.2"]
    assert "reference-conflict" in codes(receipt)


def test_two_rows_of_a_criterion(project: Project) -> None:
    given = answers(project, WHO)

    def add(book: Workbook, criterion: str, rating: str, evidence: str) -> None:
        sheet, row = row_of(book, criterion)
        last = sheet.max_row + 1
        for number in range(1, 9):
            sheet.cell(last, number).value = sheet.cell(row, number).value
        sheet.cell(last, column("rating")).value = rating
        sheet.cell(last, column("evidence")).value = evidence

    def change(book: Workbook) -> None:
        add(book, "1.2", given["1.2"].rating_as_written, given["1.2"].evidence)
        add(book, "2.2", "Met" if given["2.2"].rating is not Rating.MET else "Not met", given["2.2"].evidence)
        add(book, "3.2", given["3.2"].rating_as_written, "Something more")

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert told(read)["1.2"] == told(given)["1.2"]
    assert read["2.2"].rating is Rating.UNREADABLE
    assert read["3.2"].rating is given["3.2"].rating
    assert read["3.2"].evidence == "Evidence for 3.2\nSomething more"
    about = {each.code: each.message for each in receipt.queries if each.code.startswith("rows-")}
    assert set(about) == {"rows-disagree", "rows-repeated"}
    assert "2.2" in about["rows-disagree"]
    assert "3.2" in about["rows-repeated"]


def test_nothing_that_stands_beside_the_answers_is_lost_in_silence(project: Project) -> None:
    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "7.3")
        last = sheet.max_row
        sheet.cell(row, 11).value = "A remark to the side"
        sheet.cell(last + 2, column("evidence")).value = "More evidence without a reference"
        sheet.cell(last + 3, 1).value = "7.77"
        sheet.cell(last + 3, column("rating")).value = "Met"
        sheet.cell(last + 5, 1).value = "A closing word"

    receipt = received(project, changed(filled(project, WHO), change))
    found = {each.code: (each.cell, each.found) for each in receipt.queries}
    last = HEADER + 7
    assert found["column-not-read"] == (f"K{HEADER + 3}", "A remark to the side")
    assert found["row-not-understood"] == (f"E{last + 2}", "More evidence without a reference")
    assert found["criterion-unknown"] == (f"A{last + 3}", "7.77")
    assert found["text-not-read"] == (f"A{last + 5}", "A closing word")


def test_a_lost_header_is_asked_about(project: Project) -> None:
    def change(book: Workbook) -> None:
        book["Standard 6"].delete_rows(HEADER)

    receipt = received(project, changed(filled(project, WHO), change))
    (about,) = [each for each in receipt.queries if each.code == "sheet-not-read"]
    assert (about.sheet, about.found) == ("Standard 6", "6.1, 6.2")


def test_a_removed_column_is_asked_about(project: Project) -> None:
    def change(book: Workbook) -> None:
        book["Standard 6"].delete_cols(column("evidence"))

    receipt = received(project, changed(filled(project, WHO), change))
    assert [each.sheet for each in receipt.queries if each.code == "column-missing"] == ["Standard 6"]
    assert by_criterion(current(project, WHO))["6.1"].action == "Action for 6.1"


def test_text_is_kept_in_full_and_controls_taken_out(project: Project) -> None:
    given = answers(project, WHO)
    long = "evidence " * 3500 + "the end"
    given["1.1"] = replace(given["1.1"], evidence=long)
    given["1.2"] = replace(given["1.2"], evidence="=1+1")
    given["1.3"] = replace(given["1.3"], evidence="one\ntwo")

    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "1.4")
        sheet.cell(row, column("evidence")).value = "bell_x0007_ rings"

    receipt = received(project, changed(filled(project, WHO, given), change))
    read = by_criterion(current(project, WHO))
    assert read["1.1"].evidence == long
    assert read["1.2"].evidence == "=1+1"
    assert read["1.3"].evidence == "one\ntwo"
    assert read["1.4"].evidence == "bell rings"
    assert [each.cell for each in receipt.queries if each.code == "characters-removed"] == [f"E{HEADER + 4}"]


def test_dates_are_read_where_they_can_mean_one_day_only(project: Project) -> None:
    written = {"1.1": "30/06/2025", "1.2": "June 2025", "1.3": "ongoing", "1.4": "N/A", "1.5": "Apr-21"}

    def change(book: Workbook) -> None:
        for criterion, date in written.items():
            sheet, row = row_of(book, criterion)
            sheet.cell(row, column("target_date")).value = date

    receipt = received(project, changed(filled(project, WHO), change))
    read = by_criterion(current(project, WHO))
    assert [read[c].target_date for c in written] == [dt.date(2025, 6, 30), dt.date(2025, 6, 30), None, None, None]
    assert [read[c].target_date_as_written for c in written] == list(written.values())
    assert {each.found for each in receipt.queries if each.code == "date-unclear"} == {"ongoing", "Apr-21"}


def test_without_identity_the_framework_is_told_by_the_rows(project: Project) -> None:
    content = filled(project, WHO, cycle_id="2021", completed_on="2021-03-01")
    receipt = received(project, changed(content, without_identity))
    assert (receipt.outcome, receipt.cycle, receipt.framework) == (Outcome.ACCEPTED, "2021", "wm-2015")
    assert receipt.layout == "audit-workbook, by content"


def test_one_place_of_the_identity_is_enough(project: Project) -> None:
    def change(book: Workbook) -> None:
        del book.custom_doc_props[LAYOUT.identity.property]  # type: ignore[attr-defined]  # its type stubs lack them
        del book[LAYOUT.sheets.identity]
        book.worksheets[0].title = "X"

    receipt = received(project, changed(filled(project, WHO), change))
    assert receipt.layout == "audit-workbook, by identity"
