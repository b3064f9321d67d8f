"""Workbooks that are not ours and look as if they could be read at once: what they say besides is heeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from foreign_workbooks import Answer, put, saved, section_eleven, sheet_per_standard
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
