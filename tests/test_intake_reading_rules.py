"""What senders do to rows and cells: read right where it is certain, asked about where it is not, never guessed."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import (
    HEADER,
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
)
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from toolkit.intake.parsing.remarks import points_elsewhere
from toolkit.records import Outcome, Rating, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.project import Project
    from toolkit.records import Query, Receipt, Response

WHO = "COV-COM"
REFERENCE, SUMMARY, RATING, EVIDENCE = (column(each) for each in ("criterion", "summary", "rating", "evidence"))


def after(project: Project, change: Callable[[Workbook], object]) -> tuple[Receipt, dict[str, Response]]:
    receipt = received(project, changed(filled(project, WHO), change))
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    return receipt, by_criterion(current(project, WHO))


def put(criterion: str, field: str, value: object) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        sheet, row = row_of(book, criterion)
        sheet.cell(row, column(field)).value = value  # type: ignore[assignment]  # any value that a cell may hold

    return change


def query_of(receipt: Receipt, code: str) -> Query:
    (found,) = (each for each in receipt.queries if each.code == code)
    return found


def test_a_reference_glued_to_its_text_is_read(project: Project) -> None:
    def glue(book: Workbook) -> None:
        for sheet in standards(book):
            for row in rows(sheet):
                reference, text = sheet.cell(row, REFERENCE), sheet.cell(row, SUMMARY)
                if row % 2:
                    reference.value, text.value = f"{reference.value}{text.value}", None
                else:
                    reference.value, text.value = None, f"{reference.value} {text.value}"

    receipt, read = after(project, glue)
    assert told(read) == told(answers(project, WHO))
    assert not [each for each in receipt.queries if each.severity is Severity.ERROR]


def test_a_reference_glued_to_the_text_of_another_criterion_is_not_believed(project: Project) -> None:
    def glue(book: Workbook) -> None:
        sheet, row = row_of(book, "1.4")
        sheet.cell(row, REFERENCE).value = f"1.5{sheet.cell(row, SUMMARY).value}"
        sheet.cell(row, SUMMARY).value = None

    receipt, read = after(project, glue)
    assert "reference-conflict" in codes(receipt)
    assert read["1.4"].rating is Rating.UNREADABLE
    assert told(read)["1.5"] == told(answers(project, WHO))["1.5"]


@pytest.mark.parametrize("written", ["1.4, 1.5", "1.4 and 1.5", "1.4 & 1.5", "1.4/1.5", "Refs 1.4; 1.5", "1.4-1.5"])
def test_several_references_in_a_cell_are_asked_about(written: str, project: Project) -> None:
    def join(book: Workbook) -> None:
        sheet, row = row_of(book, "1.4")
        sheet.cell(row, REFERENCE).value = written
        sheet.cell(row, SUMMARY).value = None
        sheet.delete_rows(row + 1)

    receipt, read = after(project, join)
    assert query_of(receipt, "references-several").found == written
    assert read["1.4"].rating is read["1.5"].rating is Rating.UNREADABLE
    others = {criterion: each for criterion, each in read.items() if criterion not in {"1.4", "1.5"}}
    assert told(others) == {c: each for c, each in told(answers(project, WHO)).items() if c in others}


def test_a_range_of_references_may_be_each_of_them(project: Project) -> None:
    receipt, read = after(project, put("1.3", "criterion", "1.3 to 1.5"))
    assert "references-several" in codes(receipt)
    assert read["1.3"].rating is Rating.UNREADABLE
    assert read["1.4"].rating is answers(project, WHO)["1.4"].rating


def test_hidden_rows_columns_and_sheets_are_read_like_others(project: Project) -> None:
    def hide(book: Workbook) -> None:
        sheets = list(standards(book))
        sheets[0].row_dimensions[HEADER + 2].hidden = True
        sheets[1].column_dimensions["D"].hidden = True
        sheets[2].sheet_state = "hidden"

    receipt, read = after(project, hide)
    assert told(read) == told(answers(project, WHO))
    assert query_of(receipt, "answers-hidden").sheet == "Standard 3"


def test_a_banner_across_the_table_changes_nothing_and_is_asked_about(project: Project) -> None:
    def banner(book: Workbook) -> None:
        for sheet in standards(book):
            sheet.insert_rows(HEADER + 2)
            sheet.cell(HEADER + 2, 1).value = "Section B"
            sheet.merge_cells(start_row=HEADER + 2, end_row=HEADER + 2, start_column=1, end_column=8)

    receipt, read = after(project, banner)
    assert told(read) == told(answers(project, WHO))
    assert "text-not-read" in codes(receipt)


def test_a_formula_s_saved_result_is_read_and_noted_once_a_sheet(project: Project) -> None:
    content = with_results(filled(project, WHO))
    receipt = received(project, content)
    assert told(by_criterion(current(project, WHO))) == told(answers(project, WHO))
    note = query_of(receipt, "formula-result")
    assert (note.sheet, note.cell, note.severity) == ("Standard 1", "D6", Severity.NOTE)
    assert "D6:D7" in note.message


def with_results(content: bytes) -> bytes:
    """Formulas with their results in two ratings of the first standard, as Excel saves them."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        texts = re.findall(r"<si><t[^>]*>(.*?)</t></si>", old.read("xl/sharedStrings.xml").decode())
        for name in old.namelist():
            xml = old.read(name).decode("utf-8", errors="surrogateescape")
            if name == "xl/worksheets/sheet3.xml":
                for cell in ("D6", "D7"):
                    found = re.search(rf'<c r="{cell}" s="(\d+)" t="s"><v>(\d+)</v></c>', xml)
                    assert found
                    result = f'<c r="{cell}" s="{found[1]}" t="str"><f>TRIM(Z1)</f><v>{texts[int(found[2])]}</v></c>'
                    xml = xml.replace(found[0], result)
            new.writestr(name, xml.encode("utf-8", errors="surrogateescape"))
    return saved.getvalue()


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Apr-21", None), ("ongoing", None), ("31.02.2025", None), (1e308, None), (-4, None),
        ("TBC", None), ("2025-13-01", None), ("30.09.2025", dt.date(2025, 9, 30)),
        ("31 March 2025", dt.date(2025, 3, 31)),        ("April 2025", dt.date(2025, 4, 30)),
        (dt.date(2025, 5, 1), dt.date(2025, 5, 1)),
    ],
)  # fmt: skip
def test_a_date_is_read_or_kept_as_written_with_a_query(
    written: object, date: dt.date | None, project: Project
) -> None:
    receipt, read = after(project, put("1.4", "target_date", written))
    assert read["1.4"].target_date == date
    assert read["1.4"].target_date_as_written
    assert ("date-unclear" in codes(receipt)) == (date is None)
    assert read["1.4"].rating is answers(project, WHO)["1.4"].rating


def test_evidence_that_points_elsewhere_is_kept_and_noted_once_a_standard(project: Project) -> None:
    def point(book: Workbook) -> None:
        for criterion, words in (("1.2", "As above."), ("1.3", "see 1.1"), ("2.1", "ditto")):
            put(criterion, "evidence", words)(book)

    receipt, read = after(project, point)
    assert (read["1.2"].evidence, read["1.3"].evidence) == ("As above.", "see 1.1")
    notes = [each for each in receipt.queries if each.code == "evidence-refers"]
    assert len(notes) == 2
    assert "1.2, 1.3" in notes[0].message


@pytest.mark.parametrize(
    ("evidence", "points"),
    [
        ("as above", True), ("See above", True), ("See above.", True), ("Ditto", True),
        ("As per previous answer", True), ("same as above", True), ("See 1.2", True), ('"', True),
        ("Please see criterion 1.4", True), ("refer to standard 3", True),
        ("See the training log", False), ("As above, and the 2024 policy", False), ("Above average scores", False),
        ("", False), ("See policy 12 of the board", False), ("Last reviewed in May", False),
    ],
)  # fmt: skip
def test_only_evidence_that_says_nothing_else_points_elsewhere(evidence: str, points: bool) -> None:
    assert points_elsewhere(evidence) is points


@pytest.mark.parametrize(
    "words",
    [
        "\u0627\u0644\u0633\u064a\u0627\u0633\u0629 \u200f(2024)",
        "\u0a2a\u0a70\u0a1c\u0a3e\u0a2c\u0a40",
        "\u202eabc\u202c",
        "e\u0301te\u0301 \U0001f600",
        "=SUM(A1)",
    ],
)
def test_words_in_any_script_are_kept_exactly(words: str, project: Project) -> None:
    def write(book: Workbook) -> None:
        sheet, row = row_of(book, "1.4")
        sheet.cell(row, EVIDENCE).value = words
        sheet.cell(row, EVIDENCE).data_type = "s"

    _, read = after(project, write)
    assert read["1.4"].evidence == words


@pytest.mark.parametrize("field", ["evidence", "action", "lead", "priority"])
def test_a_rating_in_another_column_is_asked_about_and_not_moved(field: str, project: Project) -> None:
    def misplace(book: Workbook) -> None:
        put("1.4", "rating", None)(book)
        put("1.4", field, "Not met")(book)

    receipt, read = after(project, misplace)
    assert (read["1.4"].rating, read["1.4"].rating_as_written) == (Rating.UNREADABLE, "Not met")
    assert query_of(receipt, "rating-elsewhere").found == "Not met"


@pytest.mark.parametrize("words", ["N/A", "none", "Not applicable", "3", "Not met until May"])
def test_what_may_be_an_answer_of_its_own_column_leaves_the_rating_blank(words: str, project: Project) -> None:
    def misplace(book: Workbook) -> None:
        put("1.4", "rating", None)(book)
        put("1.4", "evidence", words)(book)

    receipt, read = after(project, misplace)
    assert read["1.4"].rating is Rating.BLANK
    assert "rating-elsewhere" not in codes(receipt)


def test_the_text_of_a_criterion_as_evidence_is_noted(project: Project) -> None:
    def paste(book: Workbook) -> None:
        sheet, row = row_of(book, "1.4")
        sheet.cell(row, EVIDENCE).value = str(sheet.cell(row, SUMMARY).value).upper()

    receipt, read = after(project, paste)
    assert query_of(receipt, "evidence-is-criterion").cell == f"E{HEADER + 4}"
    assert read["1.4"].evidence


def test_comments_are_named_with_what_they_say(project: Project) -> None:
    def comment(book: Workbook) -> None:
        sheet, row = row_of(book, "1.4")
        sheet.cell(row, RATING).comment = Comment("Only since <May> & not in all teams", "A sender")
        sheet.cell(row + 1, EVIDENCE).comment = Comment("Second", "A sender")

    receipt, read = after(project, comment)
    note = query_of(receipt, "comment-kept")
    assert (note.sheet, note.cell) == ("Standard 1", "D9")
    assert "Only since <May> & not in all teams" in note.message
    assert "D9, E10" in note.message
    assert told(read) == told(answers(project, WHO))


def colour(criterion: str, rgb: str, written: str | None) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        sheet, row = row_of(book, criterion)
        sheet.cell(row, RATING).value = written
        sheet.cell(row, RATING).fill = PatternFill("solid", fgColor=rgb)

    return change


@pytest.mark.parametrize(("rgb", "word"), [("FFFF0000", "red"), ("FFFFC000", "amber"), ("FF92D050", "green")])
def test_a_rating_in_colour_only_is_unreadable(rgb: str, word: str, project: Project) -> None:
    receipt, read = after(project, colour("1.4", rgb, None))
    assert read["1.4"].rating is Rating.UNREADABLE
    assert query_of(receipt, "rating-by-colour").found == word
    assert read["1.5"].rating is answers(project, WHO)["1.5"].rating


@pytest.mark.parametrize(
    ("rgb", "written", "asked"),
    [
        ("FFFF0000", "Met", True),
        ("FF00B050", "Not met", True),
        ("FF00B050", "Met", False),
        ("FFFF0000", "Partly met", False),
    ],
)
def test_a_colour_against_the_word_is_asked_about_and_the_word_counts(
    rgb: str,
    written: str,
    asked: bool,
    project: Project,
) -> None:
    receipt, read = after(project, colour("1.4", rgb, written))
    assert read["1.4"].rating_as_written == written
    assert ("word-against-colour" in codes(receipt)) is asked


@pytest.mark.parametrize("rgb", ["FFE3EDF6", "FFFFFFFF", "FF4472C4"])
def test_a_fill_that_is_no_rating_colour_says_nothing(rgb: str, project: Project) -> None:
    receipt, read = after(project, colour("1.4", rgb, None))
    assert read["1.4"].rating is Rating.BLANK
    assert "rating-by-colour" not in codes(receipt)


def test_one_colour_on_all_ratings_is_the_workbook_s_own(project: Project) -> None:
    def paint(book: Workbook) -> None:
        def cell(sheet: Worksheet, row: int) -> None:
            sheet.cell(row, RATING).fill = PatternFill("solid", fgColor="FFFFF2CC")

        for sheet in standards(book):
            for row in rows(sheet):
                cell(sheet, row)
        put("1.4", "rating", None)(book)

    receipt, read = after(project, paint)
    assert read["1.4"].rating is Rating.BLANK
    assert codes(receipt).isdisjoint({"rating-by-colour", "word-against-colour"})


def test_a_list_of_other_words_is_answered_with_what_to_do(project: Project) -> None:
    receipt, read = after(project, put("1.4", "rating", "Essential"))
    assert read["1.4"].rating is Rating.UNREADABLE
    assert "copy the cell of another rating" in query_of(receipt, "rating-not-in-scale").message
