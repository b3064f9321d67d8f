"""Matrices and surveys' exports: several organisations in one file, each with its own answers or a question."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from foreign_grids import (
    COLOURS,
    CYCLE_OF,
    FRAMEWORKS,
    HOMES,
    POLICE,
    SUPPORT,
    Matrix,
    Survey,
    answers_of,
    seeded,
    with_all_frameworks,
    workbook,
)
from intake_workbooks import by_criterion, changed, codes, current, drop, take_in
from openpyxl.styles import PatternFill

from toolkit.intake.receiving import rebuild
from toolkit.project import open_project
from toolkit.records import Outcome, Rating
from toolkit.store import check, export, freeze, open_snapshot, open_store, status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from toolkit.project import Project
    from toolkit.records import Receipt, Response

IDS = {POLICE: "WM-POL", HOMES: "BIR-HSG", SUPPORT: "DUD-SVC"}
ROWS = 3
COLOURED = """\
id: colours
title: A matrix in colours
shape: matrix
recognise: {headers: [criterion]}
table:
  columns:
    - {field: criterion, spellings: [Ref]}
    - {field: summary, spellings: [What is asked]}
ratings:
  scale: rag-words
  fills: {met: ["00B050"], partly_met: ["FFC000"], not_met: ["FF0000"]}
"""


@pytest.fixture
def region(project: Project) -> Project:
    return with_all_frameworks(project)


def several(project: Project, content: bytes, name: str = "collated.xlsx") -> list[Receipt]:
    """Drop a file with several returns in the inbox and receive it."""
    drop(project, name, content)
    return take_in(project)


def responses(project: Project, name: str, cycle: str = "2024") -> dict[str, Response]:
    return by_criterion(current(project, IDS[name], cycle))


def ratings(project: Project, name: str, cycle: str = "2024") -> dict[str, Rating]:
    return {criterion: each.rating for criterion, each in responses(project, name, cycle).items()}


def outcomes(receipts: Sequence[Receipt]) -> list[tuple[str, str, str]]:
    return [(each.organisation, str(each.outcome), each.reason.partition(":")[0]) for each in receipts]


def filled_cells(*sheets: Sequence[Sequence[object]]) -> int:
    return sum(1 for rows in sheets for row in rows for cell in row if cell not in {None, ""})


def assert_accounted_for(receipts: Sequence[Receipt], filled: int) -> None:
    """Every receipt's cells add up, and together they are those of the file."""
    for each in receipts:
        assert each.cells is not None
        assert each.cells.filled == each.cells.read + each.cells.queried + sum(n for _, n in each.cells.ignored)
    assert sum(each.cells.filled for each in receipts if each.cells) == filled


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("reference", ["text", "number", "glued", "official"])
def test_a_matrix_gives_each_organisation_its_own_column(region: Project, framework: str, reference: str) -> None:
    given = answers_of(framework, POLICE, HOMES, SUPPORT)
    rows = Matrix(framework, given, reference).rows()
    receipts = several(region, workbook(rows))
    assert outcomes(receipts) == [(name, "accepted", "") for name in given]
    assert [each.part for each in receipts] == ["Sheet1!C3", "Sheet1!D3", "Sheet1!E3"]
    assert {each.layout for each in receipts} == {"matrix, by content"}
    assert_accounted_for(receipts, filled_cells(rows))
    for letter, (name, answers) in zip("CDE", given.items(), strict=True):
        found = responses(region, name, CYCLE_OF[framework])
        assert {c: r.rating for c, r in found.items()} == {c: answers[c] for c in found}
        assert set(found) >= {c for c, r in answers.items() if r is not Rating.BLANK}
        assert {r.cell[0] for r in found.values()} == {letter}
        assert {r.sheet for r in found.values()} == {"Sheet1"}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("heading", ["text", "number", "glued", "official"])
def test_a_survey_gives_each_organisation_its_own_row(region: Project, framework: str, heading: str) -> None:
    given = answers_of(framework, POLICE, HOMES, SUPPORT)
    before = {"Timestamp": ["2024-06-14 09:30:00"] * ROWS, "IP address": ["192.0.2.1"] * ROWS}
    rows = Survey(framework, list(given.items()), heading, before=before).rows()
    receipts = several(region, workbook(rows))
    assert outcomes(receipts) == [(name, "accepted", "") for name in given]
    assert [each.part for each in receipts] == ["Sheet1!C2", "Sheet1!C3", "Sheet1!C4"]
    assert_accounted_for(receipts, filled_cells(rows))
    for row, (name, answers) in enumerate(given.items(), start=2):
        found = responses(region, name, CYCLE_OF[framework])
        assert {c: r.rating for c, r in found.items()} == {c: answers[c] for c in found}
        assert set(found) >= {c for c, r in answers.items() if r is not Rating.BLANK}
        assert {r.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for r in found.values()} == {str(row)}


def test_5_1_and_5_10_as_numbers_are_told_apart_by_text_or_order_and_else_not_read(project: Project) -> None:
    given = answers_of("wm-2024", POLICE)
    given[POLICE] |= {"5.1": Rating.MET, "5.10": Rating.NOT_MET}
    several(project, workbook(Matrix("wm-2024", given, "bare number").rows()))
    assert ratings(project, POLICE)["5.1"] is Rating.MET
    assert ratings(project, POLICE)["5.10"] is Rating.NOT_MET


def test_a_number_5_1_alone_is_not_read(project: Project) -> None:
    given = answers_of("wm-2024", POLICE)
    given[POLICE] |= {"5.1": Rating.MET, "5.10": Rating.NOT_MET}
    rows = [row for row in Matrix("wm-2024", given, "bare number").rows() if row[2:] != ["Red"] or row[0] != 5.1]
    (receipt,) = several(project, workbook(rows))
    assert {"5.1": Rating.UNREADABLE, "5.10": Rating.UNREADABLE}.items() <= ratings(project, POLICE).items()
    assert "reference-unclear" in codes(receipt)


def test_a_survey_with_the_heading_5_1_once_is_not_read_there(project: Project) -> None:
    given = seeded("wm-2024", POLICE) | {"5.1": Rating.MET, "5.10": Rating.NOT_MET}
    rows = Survey("wm-2024", [(POLICE, given)], "number").rows()
    last = len(rows[0]) - 1 - rows[0][::-1].index(5.1)
    (receipt,) = several(project, workbook([[*row[:last], *row[last + 1 :]] for row in rows]))
    assert {"5.1": Rating.UNREADABLE, "5.10": Rating.UNREADABLE}.items() <= ratings(project, POLICE).items()
    assert "heading-unclear" in codes(receipt)


def test_a_heading_5_1_out_of_its_place_takes_away_what_it_contradicts(project: Project) -> None:
    given = seeded("wm-2024", POLICE) | {"5.1": Rating.MET, "5.10": Rating.NOT_MET}
    rows = Survey("wm-2024", [(POLICE, given)], "number").rows()
    at = rows[0].index(5.4)
    (receipt,) = several(
        project, workbook([[*row[:at], new, *row[at:]] for row, new in zip(rows, (5.1, "Met"), strict=True)])
    )
    assert {"5.1": Rating.MET, "5.10": Rating.UNREADABLE}.items() <= ratings(project, POLICE).items()
    assert {"heading-unclear", "rows-disagree"} <= codes(receipt)
    assert receipt.cells is not None
    assert receipt.cells.filled == receipt.cells.read + receipt.cells.queried + sum(n for _, n in receipt.cells.ignored)


def test_a_row_5_1_out_of_its_place_takes_away_what_it_contradicts(project: Project) -> None:
    given = answers_of("wm-2024", POLICE)
    given[POLICE] |= {"5.1": Rating.MET, "5.10": Rating.NOT_MET}
    rows = Matrix("wm-2024", given, "bare number").rows()
    at = next(place for place, row in enumerate(rows) if row[:1] == [5.4])
    (receipt,) = several(project, workbook([*rows[:at], [5.1, *rows[at][1:-1], "Green"], *rows[at:]]))
    assert {"5.1": Rating.MET, "5.10": Rating.UNREADABLE}.items() <= ratings(project, POLICE).items()
    assert {"reference-unclear", "rows-disagree"} <= codes(receipt)


def test_sectors_above_and_ids_below_the_names_are_no_names(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    matrix = Matrix("wm-2024", given, sectors={POLICE: "Justice", HOMES: "Housing"}, ids={POLICE: "WM-POL", HOMES: "?"})
    receipts = several(project, workbook(matrix.rows()))
    assert outcomes(receipts) == [(POLICE, "accepted", ""), (HOMES, "accepted", "")]
    assert [each.part for each in receipts] == ["Sheet1!C4", "Sheet1!D4"]


def test_an_id_that_contradicts_the_name_is_held(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    rows = Matrix("wm-2024", given, ids={POLICE: "BIR-HSG", HOMES: "BIR-HSG"}).rows()
    first, second = outcomes(several(project, workbook(rows)))
    assert first[1:] == ("held", "organisation-conflict")
    assert second == (HOMES, "accepted", "")


def test_totals_averages_and_comments_are_no_organisations(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    trailing = {"Total": 3, "Average": "Amber", "Comments": "See the minutes"}
    below: list[list[object]] = [["Total green", "", 12, 9, 21], ["Date completed", "", "14/06/2024", "15 June 2024"]]
    rows = Matrix("wm-2024", given, trailing=trailing, below=below).rows()
    receipts = several(project, workbook(rows))
    assert outcomes(receipts) == [(POLICE, "accepted", ""), (HOMES, "accepted", "")]
    assert current(project, "WM-POL").completed_on is not None
    assert_accounted_for(receipts, filled_cells(rows))
    assert not {"column-no-organisation", "row-not-understood", "cells-not-placed"} & codes(receipts[0])


def test_a_column_that_nobody_knows_is_a_query(project: Project) -> None:
    trailing = {"Who we asked": "By telephone"}
    rows = Matrix("wm-2024", answers_of("wm-2024", POLICE, HOMES), trailing=trailing).rows()
    receipts = several(project, workbook(rows))
    assert len(receipts) == 2
    (told,) = [each for each in receipts[0].queries if each.code == "column-no-organisation"]
    assert (told.sheet, told.cell, told.found) == ("Sheet1", "E3", "Who we asked")
    assert_accounted_for(receipts, filled_cells(rows))


def test_unknown_names_wait_while_the_rest_is_taken_in_and_come_in_when_the_register_knows_them(
    project: Project,
) -> None:
    given = answers_of("wm-2024", POLICE, "Bham Homes", SUPPORT)
    receipts = several(project, workbook(Matrix("wm-2024", given).rows()))
    assert outcomes(receipts) == [
        (POLICE, "accepted", ""),
        ("Bham Homes", "held", "organisation-unknown"),
        (SUPPORT, "accepted", ""),
    ]
    assert [each.file for each in status(project, "2024").held] == ["collated.xlsx"]
    (waiting,) = [path for path in project.held.iterdir() if not path.name.endswith(".txt")]

    content = waiting.read_bytes()

    register = project.register_file
    register.write_text(
        register.read_text(encoding="utf-8").replace("Homes,,", "Homes,Bham Homes,"), encoding="utf-8", newline=""
    )
    project = open_project(project.root)
    receipts = several(project, content)
    assert outcomes(receipts) == [(POLICE, "accepted", ""), (HOMES, "accepted", ""), (SUPPORT, "accepted", "")]
    assert {c: r for c, r in ratings(project, HOMES).items() if c in given["Bham Homes"]} == {
        c: given["Bham Homes"][c] for c in ratings(project, HOMES)
    }
    assert not status(project, "2024").held
    assert check(project) == []
    (duplicate,) = several(project, content, "once-more.xlsx")
    assert duplicate.outcome is Outcome.DUPLICATE


def test_the_receipt_on_disk_lists_every_organisation(project: Project) -> None:
    receipts = several(project, workbook(Matrix("wm-2024", answers_of("wm-2024", POLICE, "Nobody", HOMES)).rows()))
    (path,) = project.receipts.glob("*.json")
    listed = json.loads(path.read_text(encoding="utf-8"))
    assert [each["organisation"] for each in listed] == [POLICE, "Nobody", HOMES]
    assert {each["sha256"] for each in listed} == {receipts[0].sha256}
    assert check(project) == []
    path.write_text(path.read_text(encoding="utf-8").replace('"accepted"', '"duplicate"', 1), encoding="utf-8")
    assert check(project)


def test_the_same_file_again_is_said_once(project: Project) -> None:
    content = workbook(Matrix("wm-2024", answers_of("wm-2024", POLICE, HOMES)).rows())
    several(project, content)
    (again,) = several(project, content, "copy.xlsx")
    assert again.outcome is Outcome.DUPLICATE
    with open_store(project) as store:
        assert len(list(store.returns())) == 2


@pytest.mark.parametrize("second", [POLICE, "SYNTHETIC  police", "WM-POL"])
def test_two_columns_of_one_organisation_are_both_held(project: Project, second: str) -> None:
    rows = Matrix("wm-2024", answers_of("wm-2024", POLICE, "Someone", HOMES)).rows()
    rows = [[second if cell == "Someone" else cell for cell in row] for row in rows]
    receipts = several(project, workbook(rows))
    assert outcomes(receipts) == [
        (POLICE, "held", "organisation-twice"),
        (POLICE, "held", "organisation-twice"),
        (HOMES, "accepted", ""),
    ]


def test_a_column_without_a_name_is_held(project: Project) -> None:
    rows = Matrix("wm-2024", answers_of("wm-2024", POLICE, "Someone")).rows()
    rows = [["" if cell == "Someone" else cell for cell in row] for row in rows]
    assert outcomes(several(project, workbook(rows))) == [
        (POLICE, "accepted", ""),
        ("", "held", "organisation-unknown"),
    ]


@pytest.mark.parametrize("written", [1, 0, 3.0, "2", "Outstanding", "Blue", "?", "=A1"])
def test_what_the_vocabulary_does_not_declare_is_never_guessed(project: Project, written: object) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    changed = {("2.1", POLICE): f"'{written}" if written == "=A1" else written}
    receipts = several(project, workbook(Matrix("wm-2024", given, changed=changed).rows()))
    found = responses(project, POLICE)["2.1"]
    assert found.rating is Rating.UNREADABLE
    assert any(q.code == "rating-not-in-scale" and q.cell == found.cell for q in receipts[0].queries)
    assert not any(q.cell == found.cell for q in receipts[1].queries)


def test_a_matrix_of_bare_numbers_is_no_matrix_that_anybody_knows(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    changed = {(criterion, name): 2 for name in given for criterion in given[name]}
    (receipt,) = several(project, workbook(Matrix("wm-2024", given, changed=changed).rows()))
    assert (receipt.outcome, receipt.reason.partition(":")[0]) == (Outcome.HELD, "layout-unknown")


def test_a_second_header_further_down_starts_with_its_own_organisations(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    rows = Matrix("wm-2024", given).rows()
    swapped = Matrix("wm-2024", {HOMES: given[HOMES], POLICE: given[POLICE]}).rows()
    cut = next(place for place, row in enumerate(rows) if row and str(row[0]).startswith("Standard 6"))
    header = next(row for row in swapped if row and row[0] == "Ref")
    receipts = several(project, workbook([*rows[:cut], header, *swapped[cut:]]))
    assert outcomes(receipts) == [(POLICE, "accepted", ""), (HOMES, "accepted", "")]
    for name in given:
        found = ratings(project, name)
        assert found == {criterion: given[name][criterion] for criterion in found}


def test_a_sheet_for_each_standard_is_one_return_of_each_organisation(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    rows = Matrix("wm-2024", given).rows()
    header = next(row for row in rows if row and row[0] == "Ref")
    starts = [place for place, row in enumerate(rows) if row and str(row[0]).startswith("Standard ")]
    sheets = [[header, *rows[start:end]] for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]
    receipts = several(project, workbook(*sheets))
    assert outcomes(receipts) == [(POLICE, "accepted", ""), (HOMES, "accepted", "")]
    for name in given:
        found = responses(project, name)
        assert {c: r.rating for c, r in found.items()} == {c: given[name][c] for c in found}
        assert len({r.sheet for r in found.values()}) > 1
    assert_accounted_for(receipts, filled_cells(*sheets))


def test_two_sheets_with_different_answers_of_the_same_organisations_are_held(project: Project) -> None:
    last_year = {name: seeded("wm-2024", name, 2) for name in (POLICE, HOMES)}
    sheets = [Matrix("wm-2024", given).rows() for given in (answers_of("wm-2024", POLICE, HOMES), last_year)]
    receipts = several(project, workbook(*sheets, names=["This year", "Last year"]))
    assert {reason for _, _, reason in outcomes(receipts)} == {"organisation-twice"}
    assert_accounted_for(receipts, filled_cells(*sheets))


def test_evidence_columns_of_a_survey_go_to_their_criterion(project: Project) -> None:
    given = list(answers_of("wm-2024", POLICE, HOMES).items())
    rows = Survey("wm-2024", given, evidence=True, before={"Your name": ["A Person", "B Person"]}).rows()
    receipts = several(project, workbook(rows))
    assert current(project, "WM-POL").completed_by == "A Person"
    for name, _ in given:
        found = responses(project, name)
        assert all(each.evidence == f"Evidence of {name} for {criterion}" for criterion, each in found.items())
    assert_accounted_for(receipts, filled_cells(rows))


def test_questions_of_no_criterion_are_queries_and_names_of_none_wait(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    people = [(POLICE, given[POLICE]), ("", given[HOMES]), ("Unheard Of", given[HOMES])]
    rows = Survey("wm-2024", people, after={"Anything else to tell us?": ["No", "Yes", None]}).rows()
    receipts = several(project, workbook(rows))
    assert outcomes(receipts) == [
        (POLICE, "accepted", ""),
        ("", "held", "organisation-unknown"),
        ("Unheard Of", "held", "organisation-unknown"),
    ]
    assert "question-not-used" in codes(receipts[0])
    assert_accounted_for(receipts, filled_cells(rows))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2024-06-14 09:30:00", "2024-06-14 14:10:00", "second"),
        ("14/06/2024 14:10", "14/06/2024 09:30", "first"),
        ("14/06/2024", "15/06/2024", "second"),
        ("14/06/2024", "14/06/2024", "neither"),
        ("", "", "neither"),
        ("14/06/2024", "", "neither"),
        ("06/14/2024 9:30:12", "06/07/2024 9:30:12", "neither"),
    ],
)
def test_who_answers_twice_counts_with_the_later_answer_where_the_dates_tell(
    project: Project, first: str, second: str, expected: str
) -> None:
    answers = {"first": seeded("wm-2024", POLICE, 1), "second": seeded("wm-2024", POLICE, 2)}
    people = [(POLICE, answers["first"]), (HOMES, seeded("wm-2024", HOMES)), (POLICE, answers["second"])]
    rows = Survey("wm-2024", people, before={"Timestamp": [first, "13/06/2024 08:00", second]}).rows()
    receipts = several(project, workbook(rows))
    assert_accounted_for(receipts, filled_cells(rows))
    if expected == "neither":
        assert [reason for _, _, reason in outcomes(receipts)] == ["organisation-twice", "", "organisation-twice"]
        return
    assert sorted(outcomes(receipts)) == [(HOMES, "accepted", ""), (POLICE, "accepted", "")]
    found = ratings(project, POLICE)
    assert found == {criterion: answers[expected][criterion] for criterion in found}
    (mine,) = [each for each in receipts if each.organisation == POLICE]
    assert "answered-again" in codes(mine)


def test_the_same_answer_sent_twice_is_one_answer(project: Project) -> None:
    people = [(POLICE, seeded("wm-2024", POLICE))] * 2
    rows = Survey("wm-2024", people).rows()
    receipts = several(project, workbook(rows))
    assert outcomes(receipts) == [(POLICE, "accepted", "")]
    assert "answered-again" not in codes(receipts[0])
    assert_accounted_for(receipts, filled_cells(rows))


def test_two_columns_for_one_rating_must_agree(project: Project) -> None:
    given = {POLICE: dict.fromkeys(seeded("wm-2024", POLICE), Rating.MET)}
    rows = Survey("wm-2024", list(given.items()), after={"1.1 rating": ["Not met"], "1.2 rating": ["Met"]}).rows()
    (receipt,) = several(project, workbook(rows))
    found = ratings(project, POLICE)
    assert (found["1.1"], found["1.2"], found["1.3"]) == (Rating.UNREADABLE, Rating.MET, Rating.MET)
    assert "ratings-differ" in codes(receipt)


def test_a_question_that_only_begins_with_a_reference_does_not_rival_the_rating(project: Project) -> None:
    given = {POLICE: dict.fromkeys(seeded("wm-2024", POLICE), Rating.MET)}
    rows = Survey("wm-2024", list(given.items()), after={"1.1 Do you want help with this?": ["No"]}).rows()
    (receipt,) = several(project, workbook(rows))
    assert ratings(project, POLICE)["1.1"] is Rating.MET
    assert "question-not-used" in codes(receipt)


def test_a_heading_whose_text_is_another_criterion_s_is_not_read(project: Project) -> None:
    given = {POLICE: dict.fromkeys(seeded("wm-2024", POLICE), Rating.MET)}
    rows = Survey("wm-2024", list(given.items())).rows()
    at = next(place for place, cell in enumerate(rows[0]) if str(cell).startswith("1.2 "))
    rows[0][at] = "1.2 " + str(rows[0][at + 1]).removeprefix("1.3 ")
    (receipt,) = several(project, workbook(rows))
    assert ratings(project, POLICE)["1.2"] is Rating.UNREADABLE
    assert "heading-unclear" in codes(receipt)


def test_a_return_sent_on_its_own_later_takes_the_place_of_one_in_a_matrix(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    below = [["Date completed", "", "10/06/2024", "10/06/2024"]]
    several(project, workbook(Matrix("wm-2024", given, below=below).rows()), "a.xlsx")
    newer = seeded("wm-2024", POLICE, 7)
    rows = Survey("wm-2024", [(POLICE, newer)], before={"Date completed": ["12/06/2024"]}).rows()
    (receipt,) = several(project, workbook(rows), "b.xlsx")
    assert (receipt.outcome, bool(receipt.supersedes)) == (Outcome.ACCEPTED, True)
    assert ratings(project, POLICE) == {c: newer[c] for c in ratings(project, POLICE)}
    assert ratings(project, HOMES) == {c: given[HOMES][c] for c in ratings(project, HOMES)}


def test_a_standard_s_number_beside_the_references_is_no_reference(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    rows = [
        ["Standard" if row[0] == "Ref" else str(row[0]).split(".")[0], *row] if len(row) > 1 else row
        for row in Matrix("wm-2024", given).rows()
    ]
    receipts = several(project, workbook(rows))
    assert outcomes(receipts) == [(POLICE, "accepted", ""), (HOMES, "accepted", "")]
    assert ratings(project, POLICE) == {c: given[POLICE][c] for c in ratings(project, POLICE)}
    assert_accounted_for(receipts, filled_cells(rows))
    assert "cells-not-placed" not in codes(receipts[0])


def test_further_headings_of_a_survey_program_are_no_answers(project: Project) -> None:
    rows = Survey("wm-2024", list(answers_of("wm-2024", POLICE).items())).rows()
    numbers: list[object] = [f"Q{place}" for place in range(len(rows[0]))]
    imports: list[object] = [f'{{"ImportId":"QID{place}"}}' for place in range(len(rows[0]))]
    rows = [numbers, rows[0], imports, *rows[1:]]
    receipts = several(project, workbook(rows))
    assert outcomes(receipts) == [(POLICE, "accepted", "")]
    assert_accounted_for(receipts, filled_cells(rows))


def test_export_and_status_show_each_organisation_with_its_own_cells(project: Project, tmp_path: Path) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    several(project, workbook(Matrix("wm-2024", given).rows(), names=["Collated"]))
    target = tmp_path / "tidy.csv"
    export(open_snapshot(freeze(project)), target)
    with target.open(encoding="utf-8", newline="") as file:
        tidy = list(csv.DictReader(file))
    for name, letter in ((POLICE, "C"), (HOMES, "D")):
        mine = [row for row in tidy if row["organisation"] == name]
        assert mine
        assert {(row["source_sheet"], row["source_cell"][0]) for row in mine} == {("Collated", letter)}
    returned = {each.organisation_id for each in status(project, "2024").organisations if each.returned}
    assert returned == {"WM-POL", "BIR-HSG"}


def test_a_csv_of_either_shape_is_read_as_a_workbook_is(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES, SUPPORT)
    matrix = Matrix("wm-2024", {name: given[name] for name in (POLICE, HOMES)}).rows()
    survey = Survey("wm-2024", [(SUPPORT, given[SUPPORT])]).rows()
    for name, rows in (("a.csv", matrix), ("b.csv", survey)):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        drop(project, name, text.getvalue().encode("utf-8-sig"))
    assert outcomes(take_in(project)) == [(name, "accepted", "") for name in (POLICE, HOMES, SUPPORT)]
    for name, answers in given.items():
        assert ratings(project, name) == {c: answers[c] for c in ratings(project, name)}


def test_a_layout_of_the_project_that_declares_fills_reads_colours_without_words(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, HOMES)
    fills = {Rating.MET: "00B050", Rating.PARTLY_MET: "FFC000", Rating.NOT_MET: "FF0000"}
    folder = project.root / "layouts"
    folder.mkdir()
    (folder / "colours.yaml").write_text(COLOURED, encoding="utf-8")

    def paint(book: Workbook) -> None:
        for row in book.worksheets[0].iter_rows(min_row=4, min_col=3, max_col=4):
            for cell in row:
                rating = next((each for each, word in COLOURS.items() if word == cell.value and each in fills), None)
                if rating is not None:
                    cell.fill = PatternFill("solid", fgColor=fills[rating])
                    cell.value = None

    receipts = several(project, changed(workbook(Matrix("wm-2024", given).rows()), paint))
    assert outcomes(receipts) == [(POLICE, "accepted", ""), (HOMES, "accepted", "")]
    assert {each.layout for each in receipts} == {"colours, by content"}
    for name in given:
        assert ratings(project, name) == {c: given[name][c] for c in ratings(project, name)}


def test_a_key_that_contradicts_the_layout_holds_the_file(project: Project) -> None:
    rows = Matrix("wm-2024", answers_of("wm-2024", POLICE, HOMES)).rows()
    key = [["Key"], ["Green", "Fully met"], ["Amber", "Partly met"], ["Red", "Not met"], ["Grey", "Not met"]]
    (receipt,) = several(project, workbook(rows, key))
    assert (receipt.outcome, receipt.reason.partition(":")[0]) == (Outcome.HELD, "key-differs")


def test_the_record_is_made_anew_from_a_file_with_several_organisations(project: Project) -> None:
    given = answers_of("wm-2024", POLICE, "Nobody", HOMES)
    receipts = several(project, workbook(Matrix("wm-2024", given).rows()))
    found = rebuild(project)
    assert found.identical, found.differences
    assert len(receipts) == len(given)


def test_names_in_another_script_are_not_taken_for_one_another(project: Project) -> None:
    people = [("警察 A", seeded("wm-2024", "a")), ("消防 A", seeded("wm-2024", "b"))]
    stamps = {"Timestamp": ["14/06/2024", "15/06/2024"]}
    receipts = several(project, workbook(Survey("wm-2024", people, before=stamps).rows()))
    assert [each.organisation for each in receipts] == ["警察 A", "消防 A"]
