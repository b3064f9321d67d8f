"""Two columns of ratings under one header: the organisation's own is read, or nothing is; never somebody else's."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from foreign_workbooks import put, saved
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_workbooks import by_criterion, current, received
from openpyxl import Workbook

from toolkit.catalogue import load_framework
from toolkit.intake.guards import inspect
from toolkit.intake.parsing import parse, prepare
from toolkit.records import Outcome, Rating

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.project import Project

WHO, NAME = "DUD-SVC", "Dudley Synthetic Support"
W24 = load_framework("wm-2024")
OWN = ["Provider", "Self", "Your own", "Self-assessment", "Organisation", "This audit", "Current position"]
OWN += ["Self-review"]
OTHERS = ["Commissioner", "Commissioner's rating", "Panel", "Moderation panel", "Moderated", "Peer review", "Board"]
OTHERS += ["ICB", "External assessor", "Scrutiny", "Partnership view", "Reviewed by the CCG", "LSCB", "Verified"]
TIMES = ["Last audit", "Previous", "2021", "2021/22", "Baseline", "Last year", "Year 1", "Prior to action", "Target"]
BY_LAYOUT = {
    "RAG": (["Ref", "Requirement"], ("Green", "Amber", "Red")),
    "Score": (["Ref", "Question"], (0, 1, 2, 3)),
    "Rating": (["Reference", "What is asked"], ("Met", "Partly met", "Not met")),
}
KEY = "0 = not applicable, 1 = not met, 2 = partly met, 3 = fully met"


def table(
    word: str,
    groups: Sequence[Sequence[object]],
    columns: Sequence[object],
    filled: Sequence[int],
    *,
    below: Sequence[object] = (),
    gap: int = 0,
    merged: Sequence[tuple[int, int]] = (),
) -> Workbook:
    """A workbook with rows of groups over a header; columns (from 1) in `filled` have answers in every row."""
    book = Workbook()
    book.worksheets[0].title = "Introduction"
    put(book.worksheets[0], 1, ["Name of organisation", NAME])
    if word == "Score":
        put(book.worksheets[0], 3, [KEY])
    sheet = book.create_sheet("Answers")
    put(sheet, 1, ["What we do against the standards"])
    row = 3
    for cells in groups:
        put(sheet, row, cells)
        for first, last in merged:
            sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
        row += 1
    row += gap
    put(sheet, row, [*BY_LAYOUT[word][0], *columns])
    if below:
        row += 1
        put(sheet, row, below)
    for standard in W24.standards:
        for criterion in standard.criteria:
            row += 1
            put(sheet, row, [criterion.criterion, criterion.summary])
            for column in range(3, 3 + len(columns)):
                words = BY_LAYOUT[word][1]
                if column in filled:
                    put(sheet, row, [words[(row + column) % len(words)]], column)
                elif columns[column - 3] != word:
                    put(sheet, row, ["Seen"], column)
    return book


def columns_read(project: Project) -> set[str]:
    """The columns that ratings were taken from."""
    taken = [each for each in by_criterion(current(project, WHO)).values() if each.rating in set(Rating) - UNREAD]
    return {each.cell.rstrip("0123456789") for each in taken}


UNREAD = {Rating.BLANK, Rating.UNREADABLE}


@pytest.mark.parametrize("other", ["Commissioner", "Moderation panel", "Last audit", "Peer review"])
@pytest.mark.parametrize("word", ["RAG", "Score"])
def test_an_empty_own_column_beside_somebody_else_s_is_blank(project: Project, word: str, other: str) -> None:
    book = table(word, [["", "", "Provider", "", other]], [word, "Evidence", word, "Comments"], [5])
    receipt = received(project, saved(book))
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert {each.rating for each in current(project, WHO).responses} == {Rating.BLANK}


def test_a_commissioner_s_column_below_its_group_is_kept_apart(project: Project) -> None:
    book = table("RAG", [["", "", "Provider", "", "Commissioner"]], ["RAG", "Evidence", "RAG", "Comments"], [3, 5])
    received(project, saved(book))
    assert columns_read(project) == {"C"}
    read = by_criterion(current(project, WHO))["1.1"]
    assert [(each.by, each.cell[:1]) for each in read.other_ratings] == [("commissioner", "E")]


@pytest.mark.parametrize(
    "group",
    [
        ["", "", "Commissioner"],
        ["", "", "Moderation panel"],
        ["", "", "Last audit"],
        ["", "", "LSCB view", "", "Ours"],
        ["", "", "LSCB"],
        ["", "", 2021],
        ["Commissioner's assessment"],
        ["", "", "Provider and commissioner"],
        ["", "Panel"],
    ],
)
@pytest.mark.parametrize("word", ["RAG", "Score"])
def test_a_lone_column_that_may_be_somebody_else_s_holds_the_return(
    project: Project, word: str, group: list[object]
) -> None:
    receipt = received(project, saved(table(word, [group], [word, "Evidence"], [3])))
    assert (receipt.outcome, receipt.reason.partition(":")[0]) == (Outcome.HELD, "rating-column-unclear")


def test_what_stands_between_the_header_and_the_answers_groups_too(project: Project) -> None:
    book = table("RAG", [], ["RAG", "", "Evidence"], [3, 4], below=["", "", "Commissioner", "Provider"])
    assert received(project, saved(book)).reason.startswith("rating-column-unclear")


@pytest.mark.parametrize(
    "group",
    [
        ["", "", "Self-assessment", "", "Action plan"],
        ["", "", "Assessment", "Evidence"],
        ["Office of the Police and Crime Commissioner"],
        ["Standard 3: Independent scrutiny"],
        ["Date completed", "", "14 June 2024"],
    ],
)
def test_a_title_or_the_organisation_s_own_group_does_no_harm(project: Project, group: list[object]) -> None:
    receipt = received(project, saved(table("RAG", [group], ["RAG", "Evidence"], [3])))
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert columns_read(project) == {"C"}


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_rating_taken_is_never_that_of_the_other_column(project: Project, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(list(BY_LAYOUT)))
    own, other = data.draw(st.sampled_from(["", *OWN])), data.draw(st.sampled_from([*OTHERS, *TIMES]))
    own_first = data.draw(st.booleans())
    rating_first = data.draw(st.booleans())
    names = [own, other] if own_first else [other, own]
    parts = [word, "Evidence"] if rating_first else ["Evidence", word]
    at = (3, 5) if rating_first else (4, 6)
    own_column, other_column = at if own_first else at[::-1]
    merged = [(3, 4), (5, 6)] if data.draw(st.booleans()) else []
    filled = [other_column, *([own_column] if data.draw(st.booleans()) else [])]
    title = data.draw(st.sampled_from([[], [["Standards audit"]], [["Organisation", NAME]]]))
    book = table(
        word,
        [*title, ["", "", names[0], "", names[1]]],
        [*parts, *parts],
        filled,
        gap=data.draw(st.integers(0, 1)),
        merged=merged,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "return.xlsx")
        book.save(path)
        readings = parse(inspect(path), prepare(project))
    letter = "ABCDEFGH"[own_column - 1]
    for reading in readings:
        taken = {each.cell[:1] for each in reading.return_.responses if each.rating not in UNREAD}
        assert reading.hold or taken <= {letter}, (names, parts, merged)
