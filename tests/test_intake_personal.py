"""Personal data in a return: its sender is asked to take it out, its figures stay, and no receipt repeats it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import answers, changed, column, current, filled, received, row_of

from toolkit.disclosure.personal import Kind
from toolkit.intake.checking import check_return
from toolkit.layouts import questions
from toolkit.records import Outcome, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from toolkit.project import Project
    from toolkit.records import Query, Receipt, Response

WHO = "COV-COM"
CODE = "personal-data"


def given(project: Project, **texts: str) -> dict[str, Response]:
    """Answers with these texts in criterion 1.2."""
    written = answers(project, WHO)
    return written | {"1.2": replace(written["1.2"], **texts)}  # type: ignore[arg-type]  # texts alone


def told(receipt: Receipt, code: str = CODE) -> list[Query]:
    return [each for each in receipt.queries if each.code == code]


def test_each_cell_has_its_query_and_the_return_counts(project: Project) -> None:
    texts = {"evidence": "Agreed with Sarah Jones, 07700 900123.", "action": "Mrs Kaur to write it."}
    clean = received(project, filled(project, WHO), "first.xlsx")
    receipt = received(project, filled(project, WHO, given(project, **texts)), "second.xlsx")
    assert told(clean) == []
    assert receipt.criteria_answered == clean.criteria_answered
    evidence, action = told(receipt)
    assert evidence.severity is Severity.WARNING
    assert evidence.found == f"{Kind.NAME}, {Kind.TELEPHONE}"
    assert action.found == Kind.NAME
    assert "1.2" in evidence.message
    assert "masked" in evidence.message
    assert evidence.sheet == action.sheet
    assert evidence.cell != action.cell


def test_the_cell_is_that_of_the_text_also_where_columns_moved(project: Project) -> None:
    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "1.2")
        sheet.cell(row, column("evidence")).value = "Ask someone@example.org"
        sheet.insert_cols(1)

    (query,) = told(received(project, changed(filled(project, WHO), change)))
    assert query.cell.startswith("ABCDEFGHIJ"[column("evidence")])


def test_the_datum_itself_is_in_no_receipt(project: Project) -> None:
    receipt = received(project, filled(project, WHO, given(project, evidence="Told by Amina Khan, 07700 900123.")))
    assert receipt.outcome is Outcome.ACCEPTED
    shown = json.dumps(receipt.as_json())
    assert "Khan" not in shown
    assert "900123" not in shown
    kept = next(each for each in current(project, WHO).responses if each.criterion == "1.2")
    assert kept.evidence == "Told by Amina Khan, 07700 900123."


def test_notes_that_queries_quote_are_masked(project: Project) -> None:
    def change(book: Workbook) -> None:
        sheet, row = row_of(book, "1.2")
        sheet.cell(row, column("target_date")).value = "when Amina Khan is back"
        sheet.cell(sheet.max_row + 3, 3).value = "Ring Sarah Jones on 07700 900123"

    receipt = received(project, changed(filled(project, WHO), change))
    shown = json.dumps(receipt.as_json())
    assert "Khan" not in shown
    assert "Jones" not in shown
    assert "900123" not in shown
    assert [each.found for each in receipt.queries if each.code == "date-unclear"] == ["when [name removed] is back"]
    assert told(receipt, "personal-data-elsewhere")


def test_a_lead_is_asked_for_and_no_query(project: Project) -> None:
    written = given(project, lead="Sarah Jones, 0121 496 0123, s.jones@example.org")
    receipt = received(project, filled(project, WHO, written, lead_name="Amina Khan", lead_email="a@example.org"))
    assert told(receipt) == []


def test_an_organisation_of_the_register_is_no_person(project: Project) -> None:
    names = "; ".join(each.name for each in project.register())
    assert told(received(project, filled(project, WHO, given(project, evidence=f"Joint work with {names}.")))) == []


def test_the_sender_is_asked_and_told_before_sending(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(filled(project, WHO, given(project, evidence="Agreed with Sarah Jones.")))
    for where in (project, None):
        (check,) = check_return(path, where)
        assert CODE in {each.code for each in check.receipt.queries}
    receipt = received(project, path.read_bytes())
    asked = [each for each in questions(receipt, current(project, WHO)) if each.expected == "evidence"]
    assert [(each.criterion, each.field) for each in asked if "person" in each.text] == [("1.2", "evidence")]


@pytest.mark.parametrize("evidence", ["As above", "Policy reviewed March 2024 by the Board.", "See 1.2, 5.10 and 11.4"])
def test_ordinary_evidence_has_none(project: Project, evidence: str) -> None:
    assert told(received(project, filled(project, WHO, given(project, evidence=evidence)))) == []
