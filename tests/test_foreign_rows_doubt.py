"""Workbooks with a row for each criterion that are not ours, where something is in doubt: never a guessed rating."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from foreign_workbooks import MAKERS, Answer, assurance, one_sheet, put, saved, section_eleven, sheet_per_standard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_workbooks import by_criterion, codes, current, received

from toolkit.catalogue import load_framework
from toolkit.errors import CatalogueError
from toolkit.intake.guards import inspect
from toolkit.intake.parsing import parse, prepare
from toolkit.layouts import load_foreign_layouts
from toolkit.records import Outcome, Rating

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.intake.parsing import Reading
    from toolkit.project import Project

WHO, NAME = "DUD-SVC", "Dudley Synthetic Support"
W24 = load_framework("wm-2024")
SCORES = {criterion: Answer(own=at % 4, evidence="Seen") for at, criterion in enumerate(W24.criteria)}
COLOURS = {
    criterion: Answer(own=("Green", "Amber", "Red")[at % 3], commissioner="Red", evidence="Seen")
    for at, criterion in enumerate(W24.criteria)
}


def row_of(sheet: Worksheet, reference: str) -> int:
    """The row of a reference, alone or glued to its text, as openpyxl counts."""
    for row in range(1, sheet.max_row + 1):
        text = str(sheet.cell(row, 1).value)
        if text == reference or (text.startswith(reference) and text[len(reference)].isalpha()):
            return row
    raise AssertionError(reference)


def ratings(project: Project) -> dict[str, Rating]:
    return {criterion: each.rating for criterion, each in by_criterion(current(project, WHO)).items()}


@pytest.mark.parametrize(
    "key",
    [
        ("0 = Not applicable", "1 = Not met", "2 = Partly met", "3 = Fully met"),
        ("0 - not applicable; 1 - not met; 2 - partly met; 3 - fully met",),
        ("Score each line where 0 means not applicable, 1 means not met, 2 means partly met and 3 means met in full.",),
        ("0: N/A", "1: not in place", "2: partly", "3: in place"),
        ("(3 = fully met, 2 = partially met, 1 = not met, 0 = does not apply)",),
    ],
)
def test_a_key_is_understood_however_it_is_written(project: Project, key: Sequence[str]) -> None:
    receipt = received(project, saved(one_sheet(W24, NAME, SCORES, key)))
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    expected = (Rating.NOT_APPLICABLE, Rating.NOT_MET, Rating.PARTLY_MET, Rating.MET)
    assert ratings(project) == {c: expected[int(str(a.own))] for c, a in SCORES.items()}


@pytest.mark.parametrize("place", ["above", "beside", "below", "another sheet"])
def test_a_key_of_two_columns_is_found_anywhere(project: Project, place: str) -> None:
    book = one_sheet(W24, NAME, SCORES, ())
    sheet = book.create_sheet("Key") if place == "another sheet" else book.worksheets[0]
    row, column = {
        "above": (1, 6),
        "beside": (20, 12),
        "below": (book.worksheets[0].max_row + 2, 1),
        "another sheet": (3, 2),
    }[place]
    for at, meaning in enumerate(("Not applicable", "Not met", "Partly met", "Fully met")):
        put(sheet, row + at, [at, meaning], column)
    receipt = received(project, saved(book))
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert ratings(project)["1.1"] is Rating.NOT_APPLICABLE
    assert "row-not-understood" not in codes(receipt)


@pytest.mark.parametrize(
    "key",
    [
        (),
        ("Score every line from 0 to 3.",),
        ("1 = Not met", "2 = Partly met", "3 = Fully met"),
        ("0 = see the guidance", "1 = Not met", "2 = Partly met"),
        ("Outstanding, Good, Requires improvement, Inadequate",),
    ],
)
def test_numbers_without_a_whole_key_are_held(project: Project, key: Sequence[str]) -> None:
    receipt = received(project, saved(one_sheet(W24, NAME, SCORES, key)))
    assert receipt.outcome is Outcome.HELD
    assert receipt.reason.split(":")[0] in {"key-missing", "key-differs"}


@pytest.mark.parametrize(
    "key",
    [
        ("0 = Not met", "1 = Partly met", "2 = Mostly met", "3 = Fully met"),
        ("0 = Not applicable", "1 = Fully met", "2 = Partly met", "3 = Not met"),
        ("0 = Not applicable", "1 = Not met", "2 = Partly met", "3 = Fully met", "4 = Exceeded"),
    ],
)
def test_a_key_that_says_something_else_holds_the_return(project: Project, key: Sequence[str]) -> None:
    receipt = received(project, saved(one_sheet(W24, NAME, SCORES, key)))
    assert receipt.outcome is Outcome.HELD
    assert receipt.reason.startswith("key-differs")


@pytest.mark.parametrize("header", ["Self Assessment Score (1-4)", "Self Assessment Score (0-5)"])
def test_a_header_with_other_numbers_holds_the_return(project: Project, header: str) -> None:
    book = section_eleven(W24, NAME, SCORES)
    book.worksheets[1]["F4"] = header
    assert received(project, saved(book)).reason.startswith("key-differs")


def test_a_nought_that_the_workbook_calls_not_applicable_is_not_the_bottom_of_the_scale(project: Project) -> None:
    book = section_eleven(W24, NAME, SCORES)
    put(book.worksheets[0], 12, ["Please note: 0 = not applicable"])
    receipt = received(project, saved(book))
    assert (receipt.outcome, receipt.reason.split(":")[0]) == (Outcome.HELD, "key-differs")


def test_scores_without_numbers_in_the_header_or_a_key_are_held(project: Project) -> None:
    book = section_eleven(W24, NAME, SCORES)
    book.worksheets[1]["F4"], book.worksheets[1]["G4"] = "Self Assessment Score", "Moderated Score"
    assert received(project, saved(book)).reason.startswith("key-missing")


def test_grey_that_means_something_else_holds_the_return(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, COLOURS)
    put(book.worksheets[0], 9, ["Green = fully met", "Amber = partly met", "Red = not met", "Grey = not yet assessed"])
    assert received(project, saved(book)).reason.startswith("key-differs")


def test_a_word_that_is_not_of_the_vocabulary_is_unreadable(project: Project) -> None:
    given_ = COLOURS | {"1.1": Answer(own="Good"), "1.2": Answer(own=0), "1.3": Answer(own="Green/Amber")}
    given_ |= {"1.4": Answer(own="Green?"), "1.5": Answer(own=True)}
    receipt = received(project, saved(assurance(W24, NAME, given_)))
    read = ratings(project)
    assert {read[f"1.{number}"] for number in range(1, 6)} == {Rating.UNREADABLE}
    assert "rating-not-in-scale" in codes(receipt)


def test_references_as_numbers_are_told_by_text_and_neighbours_never_guessed(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, COLOURS)
    sheet = book.worksheets[5]
    for row in range(4, sheet.max_row + 1):
        sheet.cell(row, 1).value = float(str(sheet.cell(row, 1).value))
    receipt = received(project, saved(book))
    assert receipt.outcome is Outcome.ACCEPTED
    read = by_criterion(current(project, WHO))
    assert {c: read[c].rating_as_written for c in ("5.1", "5.10")} == {c: COLOURS[c].own for c in ("5.1", "5.10")}


def test_numbers_without_texts_out_of_order_are_unreadable(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, COLOURS)
    sheet = book.worksheets[5]
    numbers = [5.2, 5.1, 5.3, 5.1, 5.4, 5.5, 5.6, 5.7, 5.8, 5.9]
    for row, number in enumerate(numbers, start=4):
        put(sheet, row, [number, "What we do"])
    received(project, saved(book))
    read = ratings(project)
    assert read["5.1"] is Rating.UNREADABLE
    assert read["5.10"] is Rating.UNREADABLE


@pytest.mark.parametrize("written", ["1.4 & 1.5", "1.4, 1.5", "1.4/1.5 Both ask for training", "1.4 and 1.5"])
def test_several_references_in_a_cell_leave_each_unreadable(project: Project, written: str) -> None:
    book = sheet_per_standard(W24, NAME, COLOURS)
    sheet = book.worksheets[1]
    sheet.delete_rows(row_of(sheet, "1.5"))
    sheet.cell(row_of(sheet, "1.4"), 1).value = written
    receipt = received(project, saved(book))
    read = ratings(project)
    assert (read["1.4"], read["1.5"]) == (Rating.UNREADABLE, Rating.UNREADABLE)
    assert [each.found for each in receipt.queries if each.code == "references-several"] == ["1.4, 1.5"]


def test_a_cross_reference_is_not_the_row_s_own_reference(project: Project) -> None:
    book = section_eleven(W24, NAME, SCORES)
    sheet = book.worksheets[1]
    sheet.cell(row_of(sheet, "2.3"), 2).value = "2.4"
    received(project, saved(book))
    assert ratings(project)["2.4"] is not Rating.UNREADABLE
    assert by_criterion(current(project, WHO))["2.3"].cell == f"F{row_of(sheet, '2.3')}"


def test_letters_are_of_no_framework(project: Project) -> None:
    book = assurance(W24, NAME, COLOURS)
    sheet = book.worksheets[0]
    for row in range(7, sheet.max_row + 1):
        if str(sheet.cell(row, 1).value)[0].isdigit():
            put(sheet, row, [f"{'ABCDEF'[row % 6]}{row % 5 + 1}", "What the board expects"])
    receipt = received(project, saved(book))
    assert (receipt.outcome, receipt.reason.split(":")[0]) == (Outcome.HELD, "cycle-unknown")


def test_a_few_letters_among_the_rows_are_queries(project: Project) -> None:
    book = assurance(W24, NAME, COLOURS)
    sheet = book.worksheets[0]
    last = sheet.max_row
    put(sheet, last + 1, ["A4 &B3", "Something else", "Green", "Seen"])
    put(sheet, last + 2, ["F5", "Something else", "Green", "Seen"])
    put(sheet, last + 3, ["7.9", "No such criterion", "", "", "Red"])
    put(sheet, last + 4, ["", "", "Green"])
    receipt = received(project, saved(book))
    assert receipt.outcome is Outcome.ACCEPTED
    told = {each.cell: each.code for each in receipt.queries}
    assert told[f"A{last + 1}"] == "references-several"
    assert told[f"A{last + 2}"] == "criterion-unknown"
    assert told[f"A{last + 3}"] == "criterion-unknown"
    assert told[f"C{last + 4}"] == "row-not-understood"
    assert receipt.cells is not None
    assert receipt.cells.filled == receipt.cells.read + receipt.cells.queried + sum(n for _, n in receipt.cells.ignored)
    assert receipt.cells.queried >= 9


def test_another_audit_with_the_same_numbers_is_held(project: Project) -> None:
    book = section_eleven(W24, NAME, SCORES)
    sheet = book.worksheets[1]
    for row in range(5, sheet.max_row + 1):
        text = str(sheet.cell(row, 1).value)
        if text[0].isdigit():
            sheet.cell(row, 1).value = f"{row % 9 + 1}.{row % 13 + 1}Children are kept safe"
    assert received(project, saved(book)).outcome is Outcome.HELD


def test_rows_told_by_their_references_alone_are_said_to_be(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, COLOURS)
    for sheet in book.worksheets[1:]:
        for row in range(4, sheet.max_row + 1):
            sheet.cell(row, 2).value = "The official wording"
    receipt = received(project, saved(book))
    assert receipt.outcome is Outcome.ACCEPTED
    assert "rows-by-reference" in codes(receipt)


def test_the_same_row_twice_with_different_answers_is_unreadable(project: Project) -> None:
    book = one_sheet(W24, NAME, SCORES)
    sheet = book.worksheets[0]
    put(sheet, sheet.max_row + 1, ["12.1", "", 3 if SCORES["12.1"].own != 3 else 1, "Later"])
    receipt = received(project, saved(book))
    assert ratings(project)["12.1"] is Rating.UNREADABLE
    assert "rows-disagree" in codes(receipt)


def test_two_columns_for_the_own_rating_that_differ_are_unreadable(project: Project) -> None:
    book = one_sheet(W24, NAME, SCORES)
    sheet = book.worksheets[0]
    for row in range(1, sheet.max_row + 1):
        if sheet.cell(row, 3).value == "Score":
            sheet.cell(row, 8).value = "Score"
    sheet.cell(row_of(sheet, "1.2"), 8).value = 3
    receipt = received(project, saved(book))
    assert ratings(project)["1.2"] is Rating.UNREADABLE
    assert "ratings-differ" in codes(receipt)


def test_a_commissioner_s_rating_alone_is_never_the_organisation_s(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, COLOURS)
    for sheet in book.worksheets[1:]:
        sheet["C3"] = "Commissioner's rating"
    receipt = received(project, saved(book))
    assert receipt.outcome is Outcome.HELD


def test_what_stands_in_an_undeclared_column_is_asked_about(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, COLOURS)
    put(book.worksheets[1], 3, ["Board's view"], 9)
    put(book.worksheets[1], 6, ["Needs more"], 9)
    receipt = received(project, saved(book))
    assert [(each.cell, each.found) for each in receipt.queries if each.code == "column-undeclared"] == [
        ("I6", "Board's view")
    ]


def test_error_cells_and_formulas_without_a_result_are_unreadable(project: Project) -> None:
    book = one_sheet(W24, NAME, SCORES)
    sheet = book.worksheets[0]
    sheet.cell(row_of(sheet, "1.1"), 3).value = "#N/A"
    sheet.cell(row_of(sheet, "1.2"), 3).value = "=A1"
    received(project, saved(book))
    read = ratings(project)
    assert (read["1.1"], read["1.2"]) == (Rating.UNREADABLE, Rating.UNREADABLE)


def test_a_person_s_decision_takes_the_place_of_a_missing_key_but_not_of_another_one(project: Project) -> None:
    assert read_with(project, one_sheet(W24, NAME, SCORES, ()), "one-sheet-scores")[0].hold == ""
    (reading,) = read_with(project, one_sheet(W24, NAME, SCORES, ("0 = Not met", "3 = Met")), "one-sheet-scores")
    assert reading.hold == "key-differs"


def read_with(project: Project, book: Workbook, layout: str = "") -> tuple[Reading, ...]:
    """What the parser makes of a workbook, with the layout that a person decided on."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "return.xlsx"
        path.write_bytes(saved(book))
        return parse(inspect(path), prepare(project), layout=layout)


TRUE: Mapping[str, Mapping[str, Rating]] = {
    "section-eleven": {"3": Rating.MET, "2": Rating.PARTLY_MET, "1": Rating.PARTLY_MET, "0": Rating.NOT_MET},
    "one-sheet-scores": {
        "3": Rating.MET,
        "2": Rating.PARTLY_MET,
        "1": Rating.NOT_MET,
        "0": Rating.NOT_APPLICABLE,
    },
    "assurance-colours": {"green": Rating.MET, "amber": Rating.PARTLY_MET, "red": Rating.NOT_MET},
    "sheet-per-standard": {"green": Rating.MET, "amber": Rating.PARTLY_MET, "red": Rating.NOT_MET},
}
AROUND = " .,;:!'\"()[]*_&\u2019\u201c\u00ad\u200b\ufeff"
"""Signs around a word that say nothing; a dash says nothing beside a word, and much beside a number."""
WRITTEN = st.one_of(
    st.builds("".join, st.tuples(*(st.text(AROUND + part, max_size=2) for part in ("-", "agr3210", "-")))),
    st.sampled_from(["3", "2", "1", "0", "Green", " amber", "RED", "Good", "0?", "-1", "1-2", "green?", "", "½", "10"]),
    st.integers(-2, 11),
    st.floats(0, 3.5).map(lambda number: round(number, 1)),
    st.text(max_size=6).filter(
        lambda text: not any(ord(letter) < 32 or "\ud800" <= letter <= "\udfff" for letter in text)
    ),
)
SOME = tuple(W24.criteria[:12])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    layout=st.sampled_from(sorted(MAKERS)),
    own=st.lists(WRITTEN, min_size=12, max_size=12),
    others=st.lists(WRITTEN, min_size=12, max_size=12),
)
def test_a_rating_is_what_was_written_or_none(
    project: Project, layout: str, own: list[object], others: list[object]
) -> None:
    answers = {c: Answer(own=o, commissioner=t, moderated=t) for c, o, t in zip(SOME, own, others, strict=True)}
    (reading,) = read_with(project, MAKERS[layout](W24, NAME, answers))
    assert reading.hold == ""
    read = {each.criterion: each for each in reading.return_.responses}
    for criterion, answer in answers.items():
        rating = read[criterion].rating
        if rating not in {Rating.BLANK, Rating.UNREADABLE}:
            assert may_mean(answer.own, rating, layout), (answer.own, rating)
        else:
            assert as_number_or_word(answer.own) not in TRUE[layout], (answer.own, rating)
        for other in read[criterion].other_ratings:
            assert other.rating is Rating.UNREADABLE or may_mean(answer.moderated, other.rating, layout)


def as_number_or_word(written: object) -> str:
    return str(written).strip().casefold().removesuffix(".0")


def may_mean(written: object, rating: Rating, layout: str) -> bool:
    """Whether a rating can have been read from what was written, signs around it that say nothing left out."""
    plain = as_number_or_word(written)
    if re.match(r"[\W_]*[.,]\s*\d", str(written)):  # three tenths are no three
        return False
    bare = plain.strip(AROUND if any(map(str.isdigit, plain)) else f"{AROUND}-")
    known = TRUE[layout].get(bare)
    parted = " ".join(re.split(r"[^\w/]+|_+", bare))  # a sign within parts words: N"A is N.A.
    return rating is known or (known is None and parted in SYNONYMS)


SYNONYMS = {"g", "a", "r", "met", "na", "n/a", "n a", "grey", "gray"}


def test_a_layout_in_which_one_header_means_two_things_is_refused(project: Project) -> None:
    shipped = next(each for each in load_foreign_layouts() if each.id == "assurance-colours")
    text = shipped.model_copy(update={"id": "ours"}).model_dump_json(exclude_none=True)
    (project.root / "layouts").mkdir()
    path = project.root / "layouts" / "ours.yaml"
    path.write_text(text.replace('"CCG rating"', '"Own rating"'), encoding="utf-8")
    with pytest.raises(CatalogueError, match="own rating"):
        load_foreign_layouts(project.root)
