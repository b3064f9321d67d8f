"""What senders are asked about returns that wait, what becomes of their replies, and their own check of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake_workbooks import MOMENT, answers, changed, codes, filled, received
from openpyxl import load_workbook
from test_query_workbook import COLUMNS, TEXTS, answered, messy
from test_resolve import run

from toolkit.intake.checking import check_return
from toolkit.intake.receiving import rebuild
from toolkit.records import Outcome
from toolkit.store import check, correct, open_store
from toolkit.workbook import write_query_workbooks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from toolkit.project import Project
    from toolkit.records import Receipt

WHO = "DUD-SVC"


def first_comment(words: str) -> Callable[[Workbook], None]:
    def fill(book: Workbook) -> None:
        book[TEXTS.sheets.questions].cell(2, COLUMNS["comment"]).value = words

    return fill


def test_a_blank_return_raises_one_question_and_the_reply_is_told(project: Project) -> None:
    blank = received(project, filled(project, WHO, {}), "empty.xlsx")
    (path,) = write_query_workbooks(project)
    assert load_workbook(path)[TEXTS.sheets.questions].max_row == 2
    assert "1 question about it: it needs an answer." in path.with_suffix(".txt").read_text("utf-8")
    content = changed(path.read_bytes(), first_comment("Sorry, wrong file"))
    receipt = received(project, content, "reply.xlsx")
    assert receipt.reason.startswith("queries-waiting")
    assert "Sorry, wrong file" in receipt.reason
    assert f"toolkit resolve {blank.sha256[:12]}" in receipt.reason
    run(project, "resolve", "reply.xlsx", "--set-aside", "--why", "read")
    assert check(project) == []
    assert rebuild(project, only_check=True).identical


def test_the_sender_s_check_says_which_answers_cannot_be_read(project: Project, tmp_path: Path) -> None:
    received(project, messy(project))
    (path,) = write_query_workbooks(project)
    reply = tmp_path / "reply.xlsx"
    reply.write_bytes(answered(path, {"3.1": "0", "3.2": "Met", "6.1": "ongoing"}))
    (found,) = check_return(reply, project)
    assert not found.is_fine
    assert {each.found for each in found.questions} == {"0", "ongoing"}
    reply.write_bytes(answered(path, {"3.1": "Met"}))
    assert check_return(reply, project)[0].is_fine
    assert not check_return(reply)[0].is_read


def test_dates_are_written_out_for_senders(project: Project) -> None:
    given = answers(project, WHO)
    received(project, filled(project, WHO, given, completed_on="2024-03-01"))
    (path,) = write_query_workbooks(project)
    words = {str(cell.value) for row in load_workbook(path)[TEXTS.sheets.questions].iter_rows() for cell in row}
    assert any("The cover says 1 March 2024" in each for each in words)
    assert not any("2024-03-01" in each for each in words)


def test_corrections_that_lapse_are_told_and_changes_are_from_what_was_in_the_figures(project: Project) -> None:
    given = answers(project, WHO)
    received(project, filled(project, WHO, given), "first.xlsx")
    rating = "met" if given["1.1"].rating != "met" else "not_met"
    correct(
        project, organisation_id=WHO, criterion="1.1", field="rating", value=rating, why="Told so.", who="A", at=MOMENT
    )
    (project.inbox / "second.xlsx").write_bytes(filled(project, WHO, given, completed_on="2024-06-18"))
    done = run(project, "receive")
    assert "1 correction lapses (1.1 rating)" in done.output
    (again,) = (each for each in _receipts(project) if each.file == "second.xlsx")
    assert again.outcome is Outcome.ACCEPTED
    assert {"corrections-lapsed", "changed-since"} <= codes(again)
    (change,) = (each.found for each in again.queries if each.code == "changed-since")
    assert change.startswith("1 rating: 1.1 ")
    assert check(project) == []
    assert rebuild(project, only_check=True).identical


def _receipts(project: Project) -> list[Receipt]:
    with open_store(project) as store:
        return list(store.receipts())
