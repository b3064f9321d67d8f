"""Workbooks that are not ours and look as if they could be read at once: what they say besides is heeded."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pytest
from foreign_workbooks import Answer, assurance, put, saved, section_eleven, sheet_per_standard
from hostile.packed import ods, ods_row, ods_table
from intake_workbooks import by_criterion, codes, current, received
from openpyxl.styles import PatternFill

from toolkit.catalogue import load_framework
from toolkit.records import Outcome, Rating

if TYPE_CHECKING:
    from toolkit.project import Project

WHO, NAME = "DUD-SVC", "Dudley Synthetic Support"
W24 = load_framework("wm-2024")
WORDS = {c: Answer(own=("Green", "Amber", "Red", "Grey")[at % 4], evidence="Seen") for at, c in enumerate(W24.criteria)}
SCORES = {c: Answer(own=at % 4, evidence="Seen") for at, c in enumerate(W24.criteria)}


def ratings(project: Project) -> dict[str, Rating]:
    return {criterion: each.rating for criterion, each in by_criterion(current(project, WHO)).items()}


def held_for(project: Project, content: bytes) -> str:
    """The code for which a workbook is held, "" where it is not."""
    receipt = received(project, content)
    return receipt.reason.partition(":")[0] if receipt.outcome is Outcome.HELD else ""


@pytest.mark.parametrize(
    "key",
    [
        ["Grey = no return received"],
        ["Grey = not yet assessed"],
        ["Grey - to be completed by the board"],
        ["Grey shading means no data"],
        ["No return received = Grey"],
        ["Amber = not answered"],
        ["Grey", "", "no return"],
    ],
)
def test_one_entry_of_a_key_that_takes_an_answer_back_holds_the_return(project: Project, key: list[str]) -> None:
    book = sheet_per_standard(W24, NAME, WORDS)
    put(book.worksheets[0], 10, key)
    assert held_for(project, saved(book)) == "key-differs"


@pytest.mark.parametrize(
    "line", ["Grey = not applicable", "Green: good", "Red means act at once", "Overall | Grey", "Tier 1 = universal"]
)
def test_what_agrees_or_is_about_something_else_does_not(project: Project, line: str) -> None:
    book = sheet_per_standard(W24, NAME, WORDS)
    put(book.worksheets[0], 10, line.split(" | "))
    assert held_for(project, saved(book)) == ""


def test_a_number_that_a_key_explains_in_words_nobody_knows_holds_the_return(project: Project) -> None:
    book = section_eleven(W24, NAME, SCORES)
    put(book.worksheets[0], 12, ["Please note: 0 = no answer was given"])
    assert held_for(project, saved(book)) == "key-differs"


def test_the_yellow_of_a_highlighter_is_no_rating(project: Project) -> None:
    given = WORDS | {"1.1": Answer(fill="FFFFFF00"), "1.2": Answer(own="Red", fill="FFFFFF00")}
    receipt = received(project, saved(sheet_per_standard(W24, NAME, given)))
    assert (ratings(project)["1.1"], ratings(project)["1.2"]) == (Rating.UNREADABLE, Rating.NOT_MET)
    assert "fill-unclear" in codes(receipt)


@pytest.mark.parametrize("columns", ["BCDEFG", "CD", "BC"])
def test_a_fill_that_goes_on_beside_the_rating_is_shading(project: Project, columns: str) -> None:
    book = sheet_per_standard(W24, NAME, WORDS | {"1.1": Answer()})
    for letter in columns:
        book.worksheets[1][f"{letter}4"].fill = PatternFill("solid", fgColor="FFFFC000")
    receipt = received(project, saved(book))
    assert ratings(project)["1.1"] is Rating.UNREADABLE
    assert "fill-unclear" in codes(receipt)


@pytest.mark.parametrize("written", ["{} and Synthetic Police", "{} / Synthetic Police", "{}; Synthetic Police"])
def test_a_name_that_joins_two_organisations_is_said_to(project: Project, written: str) -> None:
    receipt = received(project, saved(sheet_per_standard(W24, written.format(NAME), WORDS)))
    assert receipt.reason.startswith("organisation-joined: The file names more than one organisation")
    assert f"{NAME} / Synthetic Police" in receipt.reason


def test_two_covers_of_two_organisations_are_said_to_name_both(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, WORDS)
    put(book.worksheets[0], 9, ["Organisation", "", "Synthetic Police"])
    assert held_for(project, saved(book)) == "organisation-joined"


def test_the_headings_of_a_list_of_people_are_no_cover(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, WORDS)
    put(book.worksheets[0], 9, ["Name of lead", "Organisation", "Telephone"])
    put(book.worksheets[0], 10, ["A Lead", "Synthetic Police", "0121 000 0000"])
    put(book.worksheets[0], 11, ["B Lead", "Birmingham Synthetic Homes", "0121 000 0000"])
    receipt = received(project, saved(book))
    assert (receipt.outcome, receipt.organisation_id) == (Outcome.ACCEPTED, WHO)


def test_a_name_below_its_label_is_found(project: Project) -> None:
    book = assurance(W24, NAME, WORDS)
    sheet = book.worksheets[0]
    sheet["A3"], sheet["A4"], sheet["C4"] = "Organisation", NAME, None
    assert received(project, saved(book)).organisation_id == WHO


def test_a_line_of_the_cover_above_a_header_of_one_row_is_no_part_of_it(project: Project) -> None:
    book = section_eleven(W24, NAME, SCORES)
    book.remove(book.worksheets[0])
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.delete_rows(1, 2)
    sheet["F1"], sheet["G1"] = "Self Assessment Score (0-3)", "Moderated Score (0-3)"
    sheet.delete_rows(2)
    sheet.insert_rows(1)
    put(sheet, 1, ["Organisation", NAME])
    assert received(project, saved(book)).organisation_id == WHO


def test_a_rating_merged_over_several_rows_is_read_once_and_said_to_be(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, WORDS | {"1.2": Answer(), "1.3": Answer()})
    book.worksheets[1].merge_cells("C4:C6")
    receipt = received(project, saved(book))
    read = ratings(project)
    assert [read[f"1.{number}"] for number in (1, 2, 3)] == [Rating.MET, Rating.UNREADABLE, Rating.UNREADABLE]
    told = next(each for each in receipt.queries if each.code == "merged-not-followed")
    assert (told.cell, told.found) == ("C4", "C4:C6")
    assert "1.2, 1.3" in told.message


@pytest.mark.parametrize("second", ["", "Amber"])
def test_parts_of_one_criterion_that_are_not_answered_alike_are_unreadable(project: Project, second: str) -> None:
    book = sheet_per_standard(W24, NAME, WORDS)
    sheet = book.worksheets[1]
    sheet["A4"] = "1.1a"
    sheet.insert_rows(5)
    put(sheet, 5, ["1.1b", "The second half of it", second])
    receipt = received(project, saved(book))
    assert ratings(project)["1.1"] is Rating.UNREADABLE
    assert "rows-disagree" in codes(receipt)


def test_colours_that_cannot_be_seen_are_not_taken_for_blanks(project: Project) -> None:
    rows = [["Name of organisation", NAME], [], ["Ref", "Requirement", "RAG", "Evidence"]]
    rows += [[c, W24.criterion(c).summary, "" if c == "1.1" else "Green", "Seen"] for c in W24.criteria]
    content = ods(ods_table("".join(ods_row(*(escape(text) for text in row)) for row in rows)))
    receipt = received(project, content, "return.ods")
    read = ratings(project)
    assert (read["1.1"], read["1.2"]) == (Rating.UNREADABLE, Rating.MET)
    assert "fills-not-seen" in codes(receipt)
