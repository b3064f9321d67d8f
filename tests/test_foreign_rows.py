"""Workbooks with a row for each criterion that the toolkit did not issue: recognised by content, read right."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from foreign_workbooks import (
    AMBER,
    GREEN,
    MAKERS,
    RED,
    Answer,
    one_sheet,
    put,
    saved,
    section_eleven,
    sheet_per_standard,
)
from intake_workbooks import (
    answers,
    by_criterion,
    changed,
    codes,
    current,
    drop,
    filled,
    received,
    standards,
    take_in,
    told,
    without_identity,
)
from openpyxl.styles import PatternFill

from toolkit.catalogue import load_framework
from toolkit.layouts import load_foreign_layouts
from toolkit.project import open_project
from toolkit.records import Outcome, Rating

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook

    from toolkit.project import Project
    from toolkit.records import Receipt

WHO, NAME = "DUD-SVC", "Dudley Synthetic Support"
MET, PARTLY, NOT_MET, NOT_APPLICABLE = Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET, Rating.NOT_APPLICABLE
WORDS: dict[str, dict[object, Rating]] = {
    "section-eleven": {3: MET, 2: PARTLY, "1": PARTLY, 0: NOT_MET},
    "assurance-colours": {"Green": MET, "amber": PARTLY, "RED": NOT_MET, "Grey": NOT_APPLICABLE},
    "one-sheet-scores": {3: MET, "2": PARTLY, 1: NOT_MET, 0: NOT_APPLICABLE},
    "sheet-per-standard": {"Green": MET, "Amber": PARTLY, "Red": NOT_MET, "Grey": NOT_APPLICABLE},
}
CYCLES = {"wm-2024": "2024", "wm-2015": "2021", "wolverhampton-2018": "2018"}
W24 = load_framework("wm-2024")


@pytest.fixture
def region(project: Project) -> Project:
    """The project with a third cycle, on the Wolverhampton protocol."""
    path = project.root / "toolkit.toml"
    third = 'id = "2018"\nframework = "wolverhampton-2018"\nscale = "three-level"\n'
    third += "issued = 2018-01-08\ndeadline = 2018-03-30"
    text = path.read_text(encoding="utf-8").replace("[[cycles]]", f"[[cycles]]\n{third}\n\n[[cycles]]", 1)
    path.write_text(text, encoding="utf-8")
    return open_project(project.root)


def answered(layout: str, framework: str = "wm-2024") -> dict[str, Answer]:
    """Every word of the layout in turn, other words for the others who rate."""
    words = list(WORDS[layout])
    return {
        criterion: Answer(
            own=words[at % len(words)],
            commissioner=words[(at + 1) % len(words)],
            moderated=words[(at + 2) % len(words)],
            evidence=f"Evidence for {criterion}",
            action=f"Action for {criterion}",
            lead="Head of service",
            when="30/06/2025",
        )
        for at, criterion in enumerate(load_framework(framework).criteria)
    }


def ratings(project: Project, cycle: str = "2024") -> dict[str, Rating]:
    return {criterion: each.rating for criterion, each in by_criterion(current(project, WHO, cycle)).items()}


def reconciled(receipt: Receipt) -> bool:
    cells = receipt.cells
    assert cells is not None
    return cells.filled == cells.read + cells.queried + sum(number for _, number in cells.ignored)


@pytest.mark.parametrize("framework", CYCLES)
@pytest.mark.parametrize("layout", MAKERS)
def test_every_layout_is_read_against_every_framework(region: Project, layout: str, framework: str) -> None:
    given = answered(layout, framework)
    book = MAKERS[layout](load_framework(framework), NAME, given)
    receipt = received(region, saved(book), "no name tells.xlsx")
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert (receipt.layout, receipt.organisation_id) == (f"{layout}, by content", WHO)
    assert receipt.framework == framework
    assert reconciled(receipt)
    assert receipt.cells is not None
    assert receipt.cells.queried == 0
    return_ = current(region, WHO, CYCLES[framework])
    assert (return_.completed_by, return_.authorised_by) == ("S Writer", "S Signer")
    assert return_.completed_on == dt.date(2024, 6, 14)
    read = by_criterion(return_)
    assert {c: r.rating for c, r in read.items()} == {c: WORDS[layout][a.own] for c, a in given.items()}
    assert all(r.evidence == f"Evidence for {c}" for c, r in read.items())
    assert all(r.action == f"Action for {c}" for c, r in read.items())
    assert all(r.target_date == dt.date(2025, 6, 30) for r in read.values())


@pytest.mark.parametrize(("layout", "by"), [("section-eleven", "moderated"), ("assurance-colours", "commissioner")])
def test_somebody_else_s_rating_stays_apart_also_where_the_own_is_empty(project: Project, layout: str, by: str) -> None:
    given = answered(layout)
    given["1.1"] = Answer(commissioner=given["1.1"].commissioner, moderated=given["1.1"].moderated)
    given["1.2"] = Answer(own=given["1.2"].own)
    given["1.3"] = Answer(own=given["1.3"].own, commissioner="superb", moderated="superb")
    receipt = received(project, saved(MAKERS[layout](W24, NAME, given)))
    read = by_criterion(current(project, WHO))
    assert read["1.1"].rating is Rating.BLANK
    assert [other.by for other in read["1.1"].other_ratings] == [by]
    assert read["1.2"].other_ratings == ()
    assert read["1.3"].other_ratings[0].rating is Rating.UNREADABLE
    assert "other-rating-unclear" in codes(receipt)
    for criterion, response in read.items():
        if criterion not in {"1.1", "1.2", "1.3"}:
            assert response.rating is WORDS[layout][given[criterion].own]
            (other,) = response.other_ratings
            assert other.rating is WORDS[layout][getattr(given[criterion], by)]
            assert other.cell != response.cell


def rows_and_columns_inserted(book: Workbook) -> None:
    for sheet in book.worksheets:
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_rows(1, 3)
        sheet.insert_cols(1, 2)
        put(sheet, 1, ["For official use"])


def headers_spelt_otherwise(book: Workbook) -> None:
    spelt = {
        "Evidence": "EVIDENCE (please list)",
        "Ref": " ref. ",
        "Requirement": "Requirements",
        "RAG": "RAG rating\n(drop-down)",
        "Provider rating": "Self-assessment RAG",
        "Commissioner's rating": "Commissioner RAG rating",
        "Score": "Score (0-3)",
        "Self Assessment Score (0-3)": "Self-assessment score [0 to 3]",
        "Moderated Score (0-3)": "MODERATED SCORE (0 - 3)",
        "Deadline": "Timescale",
    }
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in spelt:
                    cell.value = spelt[str(cell.value)]


def headers_in_one_row(book: Workbook) -> None:
    for sheet in book.worksheets:
        if sheet["F3"].value == "Assessment Score":
            for merged in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(merged))
            for column in "ABCDE":
                sheet[f"{column}4"].value = sheet[f"{column}3"].value
            sheet.delete_rows(3)


def sheets_and_rows_hidden(book: Workbook) -> None:
    for sheet in book.worksheets[1:]:
        sheet.sheet_state = "hidden"
    for number in range(1, 20):
        book.worksheets[-1].row_dimensions[number].hidden = True


@pytest.mark.parametrize(
    "change", [rows_and_columns_inserted, headers_spelt_otherwise, headers_in_one_row, sheets_and_rows_hidden]
)
@pytest.mark.parametrize("layout", MAKERS)
def test_a_messy_workbook_is_read_right(project: Project, layout: str, change: Callable[[Workbook], None]) -> None:
    given = answered(layout)
    book = MAKERS[layout](W24, NAME, given)
    change(book)
    receipt = received(project, saved(book))
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert reconciled(receipt)
    assert ratings(project) == {c: WORDS[layout][a.own] for c, a in given.items()}


def test_a_header_below_a_group_tells_two_columns_apart(project: Project) -> None:
    given = answered("section-eleven")
    book = section_eleven(W24, NAME, given)
    sheet = book.worksheets[1]
    sheet["F4"], sheet["G4"] = "Self", "Moderated"
    put(book.worksheets[0], 9, ["0 = Not met, 1 = Begun, 2 = Mostly met, 3 = Fully met"], 2)
    assert received(project, saved(book)).outcome is Outcome.ACCEPTED
    assert ratings(project) == {c: WORDS["section-eleven"][a.own] for c, a in given.items()}


@pytest.mark.parametrize(
    "cover",
    [
        {"B4": "Organisation", "B5": NAME},
        {"B4": f"Organisation: {NAME}"},
        {"B4": "Name of agency (in full):", "E4": NAME},
        {"B4": "Agency:", "C4": " Dudley  Synthetic Support "},
    ],
)
def test_the_organisation_is_found_beside_below_and_after_its_label(project: Project, cover: dict[str, str]) -> None:
    book = section_eleven(W24, NAME, answered("section-eleven"))
    sheet = book.worksheets[0]
    sheet.delete_rows(1, 8)
    for cell, text in cover.items():
        sheet[cell] = text
    assert received(project, saved(book)).organisation_id == WHO


def test_two_organisations_in_one_workbook_are_held(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, answered("sheet-per-standard"))
    put(book.worksheets[2], 2, ["Organisation: Synthetic Police"])
    receipt = received(project, saved(book))
    assert receipt.outcome is Outcome.HELD
    assert receipt.organisation_id == ""
    assert "covers-differ" in codes(receipt)


def test_a_colour_counts_where_there_is_no_word_and_never_against_one(project: Project) -> None:
    given = answered("sheet-per-standard")
    given["1.1"] = Answer(fill=GREEN)
    given["1.2"] = Answer(fill=AMBER)
    given["1.3"] = Answer(own="Red", fill=RED)
    given["1.4"] = Answer(own="Red", fill=GREEN)
    given["1.5"] = Answer(fill="FF7030A0")
    receipt = received(project, saved(sheet_per_standard(W24, NAME, given)))
    read = ratings(project)
    assert [read[f"1.{number}"] for number in range(1, 6)] == [
        MET,
        PARTLY,
        NOT_MET,
        Rating.UNREADABLE,
        Rating.UNREADABLE,
    ]
    assert {"fill-differs", "fill-unclear"} <= codes(receipt)


def test_a_shaded_row_is_no_answer(project: Project) -> None:
    book = sheet_per_standard(W24, NAME, answered("sheet-per-standard") | {"1.1": Answer(), "1.2": Answer(fill=GREEN)})
    sheet = book.worksheets[1]
    sheet["A5"].fill = PatternFill("solid", fgColor=GREEN)
    received(project, saved(book))
    assert ratings(project)["1.1"] is Rating.BLANK
    assert ratings(project)["1.2"] is Rating.UNREADABLE


def test_colours_mean_nothing_where_the_layout_does_not_say_so(project: Project) -> None:
    given = answered("one-sheet-scores") | {"1.1": Answer(fill=GREEN)}
    book = one_sheet(W24, NAME, given)
    book.worksheets[0]["C14"].fill = PatternFill("solid", fgColor=GREEN)
    received(project, saved(book))
    assert ratings(project)["1.1"] is Rating.BLANK


def test_an_issued_workbook_without_its_identity_is_read_as_before(project: Project) -> None:
    content = changed(filled(project, "BIR-HSG"), without_identity)
    receipt = received(project, content)
    assert receipt.layout == "audit-workbook, by content"
    assert told(by_criterion(current(project, "BIR-HSG"))) == told(answers(project, "BIR-HSG"))


def test_an_issued_workbook_with_every_header_of_another_layout_is_read_as_before(project: Project) -> None:
    def rename(book: Workbook) -> None:
        without_identity(book)
        words = {
            "Reference": "Ref",
            "What is asked": "Requirement",
            "Rating": "RAG",
            "Lead": "Who",
            "Target date": "When",
        }
        for sheet in standards(book):
            for cell in sheet[5]:
                cell.value = words.get(str(cell.value), cell.value)

    receipt = received(project, changed(filled(project, "BIR-HSG"), rename))
    assert receipt.layout == "audit-workbook, by content"


def test_a_project_s_own_layout_goes_before_a_shipped_one(project: Project) -> None:
    own = next(each for each in load_foreign_layouts() if each.id == "sheet-per-standard")
    folder = project.root / "layouts"
    folder.mkdir()
    text = own.model_copy(update={"id": "ours"}).model_dump_json(exclude_none=True)
    (folder / "ours.yaml").write_text(text, encoding="utf-8")
    receipt = received(project, saved(sheet_per_standard(W24, NAME, answered("sheet-per-standard"))))
    assert (receipt.outcome, receipt.layout) == (Outcome.ACCEPTED, "ours, by content")
    (folder / "theirs.yaml").write_text(text.replace('"ours"', '"theirs"'), encoding="utf-8")
    book = sheet_per_standard(W24, "Synthetic Police", answered("sheet-per-standard"))
    again = received(open_project(project.root), saved(book), "another.xlsx")
    assert again.outcome is Outcome.HELD
    assert again.reason.startswith("layout-uncertain")


def test_formulas_of_a_sender_are_text(project: Project) -> None:
    given = answered("one-sheet-scores") | {"1.1": Answer(own=3, evidence="=1+1")}
    drop(project, "a.xlsx", saved(one_sheet(W24, NAME, given)))
    take_in(project)
    assert by_criterion(current(project, WHO))["1.1"].evidence == "=1+1"
