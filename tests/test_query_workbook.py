"""Query workbooks: what is asked, written safely, answered by a sender, received back, and taken away when settled."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_workbooks import MOMENT, answers, by_criterion, changed, codes, current, drop, filled, received, take_in
from openpyxl import load_workbook

from toolkit.intake.queries import load_queries, query
from toolkit.intake.receiving.rebuilding import rebuild
from toolkit.layouts import ask_text, query_texts
from toolkit.records import Outcome, Rating, Severity
from toolkit.store import check, open_store, read_corrections, record_file
from toolkit.workbook import renew_query_workbooks, write_query_workbooks

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Filled
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from toolkit.project import Project
    from toolkit.records import Receipt

WHO = "DUD-SVC"
TEXTS = query_texts()
COLUMNS = {column.field: number for number, column in enumerate(TEXTS.columns, start=1)}


def messy(project: Project) -> bytes:
    """A return with a rating nobody can read, a blank essential one, a date, and an unexplained not applicable."""
    given_ = {criterion: replace(r, rating=Rating.MET, rating_as_written="Met") for criterion, r in
              answers(project, WHO).items()}  # fmt: skip
    given_["3.1"] = replace(given_["3.1"], rating_as_written="more or less")
    given_["3.2"] = replace(given_["3.2"], rating=Rating.BLANK, rating_as_written="", evidence="")
    given_["6.1"] = replace(given_["6.1"], target_date=None, target_date_as_written="31.02.2025")
    given_["7.1"] = replace(given_["7.1"], rating_as_written="Not applicable", evidence="")
    return filled(project, WHO, given_, lead_name="")


@pytest.fixture
def asked(project: Project) -> Path:
    """The query workbook of a messy return that was received."""
    receipt = received(project, messy(project))
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    (path,) = write_query_workbooks(project)
    return path


def rows_of(sheet: Worksheet) -> dict[str, int]:
    """Row by what the question is about: the criterion, or the words it begins with."""
    return {str(sheet.cell(row, COLUMNS["about"]).value).split()[0]: row for row in range(2, sheet.max_row + 1)}


def answered(path: Path, given_: dict[str, object], comments: dict[str, str] | None = None, by: str = "") -> bytes:
    """The query workbook as its sender fills it in."""

    def fill(book: Workbook) -> None:
        sheet = book[TEXTS.sheets.questions]
        rows = rows_of(sheet)
        for about, value in given_.items():
            sheet.cell(rows[about], COLUMNS["answer"]).value = value  # type: ignore[assignment]
        for about, value in (comments or {}).items():
            sheet.cell(rows[about], COLUMNS["comment"]).value = value
        cover = book[TEXTS.sheets.cover]
        for row in cover.iter_rows():
            for cell in row:
                if by and cell.value == TEXTS.cover.answered_by:
                    cover.cell(cell.row or 1, (cell.column or 1) + 1).value = by

    return changed(path.read_bytes(), fill)


def reply(project: Project, content: bytes, name: str = "answers.xlsx") -> Receipt:
    return received(project, content, name)


def test_questions_name_sheet_and_cell_and_notes_are_not_sent(project: Project, asked: Path) -> None:
    book = load_workbook(asked)
    sheet = book[TEXTS.sheets.questions]
    assert list(sheet.tables) == [TEXTS.sheets.questions]
    assert not sheet.merged_cells.ranges
    assert [cell.value for cell in sheet[1]] == [column.label for column in TEXTS.columns]
    rows = rows_of(sheet)
    assert {"3.1", "3.2", "6.1", "7.1"} <= set(rows)
    responses = by_criterion(current(project, WHO))
    for criterion in ("3.1", "3.2"):
        place = str(sheet.cell(rows[criterion], COLUMNS["place"]).value)
        assert place == f"{responses[criterion].sheet}\ncell {responses[criterion].cell}"
    assert sheet.cell(rows["3.1"], COLUMNS["found"]).value == "more or less"
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    column = chr(64 + COLUMNS["answer"])
    assert set(lists) == {f"{column}{rows['3.1']}", f"{column}{rows['3.2']}"}
    with open_store(project) as store:
        (receipt,) = store.receipts()
    notes = {each.message for each in receipt.queries if each.severity is Severity.NOTE}
    assert notes.isdisjoint({cell.value for row in sheet.iter_rows() for cell in row})


def test_the_covering_email(project: Project, asked: Path) -> None:
    text = asked.with_suffix(".txt").read_text(encoding="utf-8")
    assert text.startswith("To: D Lead <d.lead@example.org>\nSubject: Questions about your audit return 2024")
    assert "“return.xlsx” on 20 June 2024" in text
    assert "by 28 June 2024" in text
    assert project.settings.project.contact in text
    others = [each.name for each in project.register() if each.organisation_id != WHO]
    assert not any(name in text for name in others)


def test_the_same_questions_give_the_same_bytes(project: Project, asked: Path) -> None:
    before = asked.read_bytes()
    asked.unlink()
    assert write_query_workbooks(project, organisations=[WHO]) == (asked,)
    assert asked.read_bytes() == before


def test_answers_become_corrections_and_explanations_are_kept(project: Project, asked: Path) -> None:
    sha256 = by_sha(project)
    content = answered(
        asked,
        {"3.1": "Partly met", "3.2": "Not applicable", "6.1": "30/06/2025", "7.1": "We own no such service.",
         "Sheet": "Jane Doe"},
        {"3.1": "As agreed with the board.", "3.2": "We do not commission."},
        by="J Doe, head of service",
    )  # fmt: skip
    receipt = reply(project, content)
    assert (receipt.outcome, receipt.layout) == (Outcome.ACCEPTED, "query-workbook, by identity"), receipt.reason
    assert receipt.cells is not None
    assert receipt.cells.filled == receipt.cells.read + sum(n for _, n in receipt.cells.ignored) + receipt.cells.queried
    log = read_corrections(project)
    assert {(each.criterion, each.field, each.value, each.was) for each in log} == {
        ("3.1", "rating", "partly_met", "unreadable"),
        ("3.2", "rating", "not_applicable", "blank"),
        ("3.2", "evidence", "We do not commission.", ""),
        ("6.1", "target_date", "2025-06-30", ""),
        ("7.1", "evidence", "We own no such service.", ""),
    }
    assert {each.sha256 for each in log} == {sha256}
    assert {each.who for each in log} == {"J Doe, head of service"}
    assert all(each.source.startswith("answers.xlsx (") and "Questions!" in each.source for each in log)
    kept = {each.found for each in receipt.queries if each.code == "answer-kept"}
    assert kept == {"As agreed with the board.", "Jane Doe"}
    assert write_query_workbooks(project) == ()
    assert not asked.exists()
    assert not asked.with_suffix(".txt").exists()


def by_sha(project: Project) -> str:
    with open_store(project) as store:
        stored = store.current_return(WHO, "2024")
    assert stored is not None
    return stored.sha256


def test_what_is_answered_is_shown_and_the_rest_is_asked_again(project: Project, asked: Path) -> None:
    receipt = reply(project, answered(asked, {"3.1": "Met"}, {"6.1": "By summer"}))
    assert receipt.outcome is Outcome.ACCEPTED
    (path,) = write_query_workbooks(project)
    book = load_workbook(path)
    rows = rows_of(book[TEXTS.sheets.questions])
    assert "3.1" not in rows
    assert "3.2" in rows
    told = [[cell.value for cell in row] for row in book[TEXTS.sheets.answered].iter_rows(min_row=2)]
    assert [row[2] for row in told if str(row[0]).startswith("6.1")] == ["By summer"]


def test_an_answer_that_is_no_rating_is_a_query_and_changes_nothing(project: Project, asked: Path) -> None:
    receipt = reply(project, answered(asked, {"3.1": "0", "3.2": "kind of", "6.1": "ongoing"}))
    assert receipt.outcome is Outcome.ACCEPTED
    found = {each.found for each in receipt.queries if each.code == "answer-unclear"}
    assert found == {"0", "kind of", "ongoing"}
    assert read_corrections(project) == ()
    (path,) = write_query_workbooks(project)
    assert {"3.1", "3.2", "6.1"} <= set(rows_of(load_workbook(path)[TEXTS.sheets.questions]))


def test_a_remark_alone_does_not_settle_a_missing_rating(project: Project, asked: Path) -> None:
    reply(project, answered(asked, {}, {"3.2": "We are not sure."}))
    (path,) = write_query_workbooks(project)
    assert "3.2" in rows_of(load_workbook(path)[TEXTS.sheets.questions])


def test_received_again_or_after_a_crash_nothing_is_doubled(project: Project, asked: Path) -> None:
    content = answered(asked, {"3.1": "Met"})
    log_before = project.corrections_log
    reply(project, content)
    once = log_before.read_bytes()
    assert reply(project, content, "again.xlsx").outcome is Outcome.DUPLICATE
    assert log_before.read_bytes() == once
    (project.record / "record.sqlite").unlink()  # as if a crash had come between the log and the record
    for receipt in list(project.receipts.iterdir()):
        receipt.unlink()
    received(project, messy(project))
    first = reply(project, content)
    assert first.outcome is Outcome.ACCEPTED
    assert "answer-taken" in codes(first)
    assert log_before.read_bytes() == once


def test_a_rebuild_gives_the_same_record_and_the_same_log(project: Project, asked: Path) -> None:
    reply(project, answered(asked, {"3.1": "Met", "3.2": "so so"}, {"6.1": "By summer"}))
    log = project.corrections_log.read_bytes()
    assert check(project) == []
    record_file(project).unlink()
    rebuilt = rebuild(project)
    assert rebuilt.identical, rebuilt.differences
    assert check(project) == []
    assert project.corrections_log.read_bytes() == log
    assert write_query_workbooks(project) == (asked,)


def test_answers_about_a_return_that_is_no_longer_in_the_figures_are_held(project: Project, asked: Path) -> None:
    content = answered(asked, {"3.1": "Met"})
    received(project, filled(project, WHO, completed_on="2024-06-18"), "second.xlsx")
    receipt = reply(project, content)
    assert (receipt.outcome, receipt.reason.partition(":")[0]) == (Outcome.HELD, "queries-outdated")
    assert read_corrections(project) == ()


def test_a_blank_or_a_mixed_workbook_is_held(project: Project, asked: Path) -> None:
    untouched = changed(asked.read_bytes(), lambda book: book.active)
    assert reply(project, untouched, "blank.xlsx").reason.startswith("queries-unanswered")

    def other(book: Workbook) -> None:
        sheet = book[TEXTS.sheets.identity]
        sheet["A1"] = str(sheet["A1"].value).replace(WHO, "SAN-SCH")

    mixed = changed(answered(asked, {"3.1": "Met"}), other)
    assert reply(project, mixed, "mixed.xlsx").reason.startswith("queries-conflict")


def test_sorted_copied_and_foreign_rows(project: Project, asked: Path) -> None:
    def mess(book: Workbook) -> None:
        sheet = book[TEXTS.sheets.questions]
        sheet.protection.sheet = False
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        at = COLUMNS["key"] - 1
        strange = [*rows[0]]
        strange[at], strange[COLUMNS["answer"] - 1] = "q00000000", "Met"
        for number, values in enumerate([*reversed(rows), strange], start=3):
            for column, value in enumerate(values, start=1):
                sheet.cell(number, column).value = value
        for column in range(1, len(TEXTS.columns) + 1):
            sheet.cell(2, column).value = None
        sheet.cell(3, len(TEXTS.columns) + 2).value = "see my letter"

    receipt = reply(project, changed(answered(asked, {"3.1": "Met"}), mess))
    assert receipt.outcome is Outcome.ACCEPTED
    assert {"answer-unplaced", "answer-outside", "answer-taken"} <= codes(receipt)
    assert [(each.criterion, each.value) for each in read_corrections(project)] == [("3.1", "met")]
    assert receipt.cells is not None
    assert receipt.cells.filled == receipt.cells.read + sum(n for _, n in receipt.cells.ignored) + receipt.cells.queried


def test_a_held_return_is_asked_about_only_where_its_sender_can_help(project: Project) -> None:
    def another_name(book: Workbook) -> None:
        for row in book["Cover"].iter_rows():
            for cell in row:
                if cell.value == "Dudley Synthetic Support":
                    cell.value = "Synthetic Police"

    drop(project, "conflict.xlsx", changed(filled(project, WHO), another_name))
    assert [each.reason.partition(":")[0] for each in take_in(project)] == ["organisation-conflict"]
    assert write_query_workbooks(project) == ()
    received(project, filled(project, "BIR-HSG", {}), "empty.xlsx")
    (path,) = write_query_workbooks(project)
    assert path.stem == "BIR-HSG"
    assert "not in the figures yet" in path.with_suffix(".txt").read_text(encoding="utf-8")


def test_only_what_is_new_is_renewed_and_a_stopped_run_is_made_good(project: Project) -> None:
    received(project, messy(project))
    (path,) = renew_query_workbooks(project)
    assert renew_query_workbooks(project) == ()
    path.unlink()
    (project.record / "queries.json").unlink()
    assert renew_query_workbooks(project) == (path,)


def test_every_word_for_senders_is_for_a_code_of_the_catalogue_and_can_be_filled_in() -> None:
    known = set(load_queries())
    assert set(TEXTS.asks) <= known
    assert set(TEXTS.holds) <= known
    assert set(TEXTS.refusals) <= known
    details = dict.fromkeys(("criterion", "field", "found", "expected", "message"), "this")
    for ask in TEXTS.asks.values():
        assert "{" not in ask_text(ask.ask, "A message.", details)


HOSTILE = st.text(st.characters(codec=None, exclude_categories=()), max_size=60) | st.sampled_from(
    [
        "=HYPERLINK(1)",
        "+1",
        "@SUM(A1)",
        "{name}",
        "\x00\x07",
        "]]>",
        "a" * 40_000,
        "https://example.org",
        "To: x\nBcc: y",
    ]
)


@given(found=HOSTILE, sheet=HOSTILE, message=HOSTILE, file=HOSTILE)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_words_are_never_live(  # noqa: PLR0917 - a fixture, and four hostile words
    project: Project, filled: Filled, found: str, sheet: str, message: str, file: str
) -> None:
    receipt, return_ = filled(WHO, "2024", seed=hash((found, sheet, message, file)) & 0xFFFF)
    told = replace(
        query("rating-not-in-scale", found=found, criterion="1.1"), found=found, sheet=sheet, message=message
    )
    (project.record / "record.sqlite").unlink(missing_ok=True)
    with open_store(project) as store:
        store.record(replace(receipt, file=file, queries=(told,)), return_)
    (path,) = write_query_workbooks(project)
    book = load_workbook(io.BytesIO(path.read_bytes()))
    for cells in book[TEXTS.sheets.questions].iter_rows():
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    head = path.with_suffix(".txt").read_text(encoding="utf-8").partition("\n\n")[0]
    assert [line.partition(":")[0] for line in head.split("\n")] == ["To", "Subject", "Attach"]


@pytest.mark.office
def test_libreoffice_keeps_identity_and_answers(project: Project, asked: Path, soffice: str, tmp_path: Path) -> None:
    source = tmp_path / "answers.xlsx"
    source.write_bytes(answered(asked, {"3.1": "Met", "6.1": "30/06/2025"}))
    profile = (tmp_path / "profile").as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), str(source)], check=True, capture_output=True, timeout=180
    )
    receipt = reply(project, (tmp_path / "out" / "answers.xlsx").read_bytes())
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert {(each.criterion, each.value) for each in read_corrections(project)} == {
        ("3.1", "met"),
        ("6.1", "2025-06-30"),
    }
    assert receipt.received_at == MOMENT
