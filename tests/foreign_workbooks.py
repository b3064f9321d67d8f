"""Workbooks that the toolkit did not issue, as other partnerships' audits look: made with openpyxl, synthetic.

Each maker takes a framework, the name on the cover and answers by criterion, and gives an openpyxl workbook that a
test may change further; `saved` makes bytes of it. What an `Answer` says stands in the cells as it is.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.catalogue import Criterion, Framework, Standard

RED, AMBER, GREEN = "FFFF0000", "FFFFC000", "FF00B050"
SCHOOL_KEY = ("0 = Not applicable", "1 = Not met", "2 = Partly met", "3 = Fully met")


@dataclass(frozen=True)
class Answer:
    """What is written for one criterion: the organisation's own rating, others' ratings, and the rest of the row."""

    own: object = ""
    commissioner: object = ""
    moderated: object = ""
    evidence: str = ""
    action: str = ""
    lead: str = ""
    when: object = ""
    fill: str = ""
    """The fill of the own rating's cell, as openpyxl writes colours (AARRGGBB)."""


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _asked(framework: Framework, answers: Mapping[str, Answer]) -> Iterator[tuple[Standard, list[Criterion]]]:
    """The standards with the criteria that have an answer."""
    for standard in framework.standards:
        criteria = [criterion for criterion in standard.criteria if criterion.criterion in answers]
        if criteria:
            yield standard, criteria


def put(sheet: Worksheet, row: int, values: Sequence[object], column: int = 1) -> None:
    """Write values side by side; an empty text leaves the cell empty, and nothing becomes a formula."""
    for place, value in enumerate(values, start=column):
        if value != "":
            cell = sheet.cell(row, place, value)  # type: ignore[call-overload]  # a cell takes what a sender types
            if isinstance(value, str):
                cell.data_type = "s"


def section_eleven(framework: Framework, organisation: str, answers: Mapping[str, Answer]) -> Workbook:
    """L1: labels with colons, banners, a header of two rows, references glued to the text, scores 0 to 3."""
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = "Agency details"
    for row, (label, value) in enumerate(
        (
            ("Name of Agency:", organisation),
            ("Name of person completing:", "S Writer"),
            ("Signed off by:", "S Signer"),
            ("Date of completion:", "14/06/2024"),
        ),
        start=3,
    ):
        put(cover, row, [label, value], 2)
    sheet = book.create_sheet("Self assessment")
    put(sheet, 1, ["Safeguarding self assessment"])
    put(sheet, 3, ["Standard", "Link", "Evidence", "Areas for improvement", "Deadline", "Assessment Score"])
    put(sheet, 4, ["Self Assessment Score (0-3)", "Moderated Score (0-3)"], 6)
    for column in "ABCDE":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet.merge_cells("F3:G3")
    row = 5
    for standard, criteria in _asked(framework, answers):
        put(sheet, row, [f"Key Standard {standard.standard}: {standard.title}"])
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=7)
        for criterion in criteria:
            row += 1
            answer = answers[criterion.criterion]
            put(
                sheet,
                row,
                [
                    f"{criterion.criterion}{criterion.summary}",
                    "1.2, 18.5",
                    answer.evidence,
                    answer.action,
                    answer.when,
                    answer.own,
                    answer.moderated,
                ],
            )
        row += 1
    return book


def assurance(framework: Framework, organisation: str, answers: Mapping[str, Answer]) -> Workbook:
    """L2: red, amber, green; the organisation's own rating beside its commissioner's; prose where labels belong."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Assurance"
    put(sheet, 1, ["Assurance framework"])
    put(
        sheet,
        2,
        ["The rationale for each rating tells the commissioner why the organisation: its board, its staff, chose it."],
    )
    put(sheet, 3, [f"Organisation: {organisation}", "", "Completed by: S Writer"])
    put(sheet, 4, ["Date completed: 14 June 2024", "", "Authorised by: S Signer"])
    put(
        sheet,
        6,
        [
            "Ref",
            "Standard",
            "Provider rating",
            "Rationale for rating",
            "Commissioner's rating",
            "Commissioner's comments",
            "Action",
            "Lead",
            "By when",
        ],
    )
    row = 7
    for standard, criteria in _asked(framework, answers):
        put(sheet, row, [f"Section {standard.standard} - {standard.title}"])
        for criterion in criteria:
            row += 1
            answer = answers[criterion.criterion]
            put(
                sheet,
                row,
                [
                    criterion.criterion,
                    criterion.summary,
                    answer.own,
                    answer.evidence,
                    answer.commissioner,
                    "Seen on the visit" if answer.commissioner else "",
                    answer.action,
                    answer.lead,
                    answer.when,
                ],
            )
        row += 1
    return book


def one_sheet(
    framework: Framework, organisation: str, answers: Mapping[str, Answer], key: Sequence[str] = SCHOOL_KEY
) -> Workbook:
    """L4: one sheet with a section for each standard, a repeated header, scores 1 to 3, 0 not applicable."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Audit"
    put(sheet, 1, ["School safeguarding audit"])
    for row, (label, value) in enumerate(
        (("Name of school", organisation), ("Completed by", "S Writer"), ("Signed off by", "S Signer")), start=2
    ):
        put(sheet, row, [label, "", value])
    put(sheet, 5, ["Date of audit", "", "14/06/2024"])
    for place, line in enumerate(key):
        put(sheet, 7 + place, [line])
    row = 8 + len(key)
    for standard, criteria in _asked(framework, answers):
        put(sheet, row, [f"Section {standard.standard}: {standard.title}"])
        put(sheet, row + 1, ["Ref", "Requirement", "Score", "Evidence", "Action needed", "By whom", "By when"])
        row += 1
        for criterion in criteria:
            row += 1
            answer = answers[criterion.criterion]
            put(
                sheet,
                row,
                [
                    criterion.criterion,
                    criterion.summary,
                    answer.own,
                    answer.evidence,
                    answer.action,
                    answer.lead,
                    answer.when,
                ],
            )
        row += 2
    return book


def sheet_per_standard(framework: Framework, organisation: str, answers: Mapping[str, Answer]) -> Workbook:
    """L5: an introduction, then a sheet a standard with a long title, a drop-down of colours, and fills."""
    book = Workbook()
    first = book.worksheets[0]
    first.title = "Introduction"
    put(first, 1, ["How to fill in this audit"])
    put(first, 2, ["1. Read every requirement. 2. Choose a colour. 3. Say who does what by when."])
    for row, (label, value) in enumerate(
        (("Name of organisation", organisation), ("Completed by", "S Writer"), ("Approved by", "S Signer")), start=4
    ):
        put(first, row, [label])
        put(first, row, [value], 3)
    put(first, 7, ["Date completed", "", "14/06/2024"])
    for standard, criteria in _asked(framework, answers):
        letters = "".join(c for c in standard.title if c.isalnum() or c == " ")
        sheet = book.create_sheet(f"{standard.standard} {letters}"[:31])
        put(sheet, 1, [f"Standard {standard.standard}: {standard.title}"])
        put(sheet, 3, ["Ref", "Requirement", "RAG", "Evidence", "Action", "Who", "When"])
        choices = DataValidation(type="list", formula1='"Red,Amber,Green"')
        sheet.add_data_validation(choices)
        for row, criterion in enumerate(criteria, start=4):
            answer = answers[criterion.criterion]
            put(
                sheet,
                row,
                [
                    criterion.criterion,
                    criterion.summary,
                    answer.own,
                    answer.evidence,
                    answer.action,
                    answer.lead,
                    answer.when,
                ],
            )
            choices.add(f"C{row}")
            if answer.fill:
                sheet.cell(row, 3).fill = PatternFill("solid", fgColor=answer.fill)
    return book


MAKERS: dict[str, Callable[[Framework, str, Mapping[str, Answer]], Workbook]] = {
    "section-eleven": section_eleven,
    "assurance-colours": assurance,
    "one-sheet-scores": one_sheet,
    "sheet-per-standard": sheet_per_standard,
}
"""Id of the shipped layout to the maker of workbooks of that kind."""
