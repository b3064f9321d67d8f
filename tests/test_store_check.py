"""`check` finds whatever was changed, lost or added on disk, says where in one sentence, and changes nothing."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from toolkit.project import open_project
from toolkit.records import Correction, Decision, Outcome, Receipt
from toolkit.store import append_correction, append_decision, check, freeze, open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Filled

    from toolkit.project import Project


AT = datetime(2024, 9, 2, 10, 0, tzinfo=UTC)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _receive(project: Project, receipt: Receipt) -> None:
    _write(project.receipts / f"{receipt.sha256}.json", json.dumps(_on_disk(receipt)).encode())


def _on_disk(receipt: Receipt) -> dict[str, object]:
    return {
        **receipt.as_json(),
        "received_at": receipt.received_at.isoformat() if receipt.received_at else "",
        "number": receipt.number,
        "part": receipt.part,
        "cells": receipt.cells.as_json() if receipt.cells else None,
    }


@pytest.fixture
def received(project: Project, filled: Filled) -> Project:
    """Two accepted returns, a held file and a quarantined one, with receipts, record and a snapshot, all in order."""
    with open_store(project) as store:
        for who in ("BIR-HSG", "WM-POL"):
            receipt, return_ = filled(who, "2024")
            receipt = replace(receipt, sha256=hashlib.sha256(who.encode()).hexdigest())
            _receive(project, *store.record_all([(receipt, return_)]))
            _write(project.accepted("2024") / f"{receipt.sha256}.xlsx", who.encode())
        for outcome, folder in ((Outcome.HELD, project.held), (Outcome.QUARANTINED, project.quarantine)):
            sha256 = hashlib.sha256(outcome.encode()).hexdigest()
            receipt = Receipt(f"{outcome}.xlsx", sha256, outcome, reason="any-code: Any reason.")
            _receive(project, *store.record_all([(receipt, None)]))
            _write(folder / f"{sha256[:16]}-{outcome}.xlsx", outcome.encode())
            _write(folder / f"{sha256[:16]}-{outcome}.xlsx.reason.txt", b"any-code: Any reason.")
    freeze(project)
    return project


def _accepted(project: Project) -> Path:
    return min(project.accepted("2024").iterdir())


def _receipt_file(project: Project) -> Path:
    name = _accepted(project).stem
    return project.receipts / f"{name}.json"


def _change_the_record(project: Project) -> None:
    connection = sqlite3.connect(project.record / "record.sqlite")
    with connection:
        connection.execute("UPDATE receipts SET criteria_answered = 0 WHERE sha256 = ?", (_accepted(project).stem,))
    connection.close()


def _orphan_rows(project: Project) -> None:
    connection = sqlite3.connect(project.record / "record.sqlite")
    with connection:
        connection.execute("DELETE FROM returns WHERE sha256 = ?", (_accepted(project).stem,))
    connection.close()


def _only_file(folder: Path, suffix: str) -> Path:
    return next(path for path in folder.iterdir() if path.suffix == suffix)


def _edit(path: Path, change: Callable[[dict[str, object]], dict[str, object]]) -> None:
    path.write_text(json.dumps(change(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")


def _correction(project: Project) -> Correction:
    with open_store(project) as store:
        one = next(iter(store.returns())).receipt
    return Correction(one.sha256, one.organisation_id, one.cycle, "1.1", "rating", "met", "blank", "A", "B", AT)


FAULTS: dict[str, tuple[Callable[[Project], object], str]] = {
    "an accepted original was changed": (lambda p: _accepted(p).write_bytes(b"changed"), "has been changed"),
    "an accepted original was lost": (lambda p: _accepted(p).unlink(), "lacks the original of"),
    "a file was slipped in": (lambda p: _write(p.accepted("2024") / "new.xlsx", b"new"), "was never received"),
    "a held file was changed": (lambda p: _only_file(p.held, ".xlsx").write_bytes(b"x"), "has been changed"),
    "a quarantined file was changed": (lambda p: _only_file(p.quarantine, ".xlsx").write_bytes(b"x"), "changed"),
    "a receipt was lost": (lambda p: _receipt_file(p).unlink(), "lacks the receipt of"),
    "a receipt is no JSON": (lambda p: _receipt_file(p).write_bytes(b"{"), "is not a readable receipt"),
    "a receipt was edited": (
        lambda p: _receipt_file(p).write_bytes(_receipt_file(p).read_bytes().replace(b"accepted", b"held")),
        "something else than the record",
    ),
    "a receipt is not in the record": (
        lambda p: _receive(p, Receipt("other.xlsx", "e" * 64, Outcome.HELD)),
        "that the record does not have",
    ),
    "the record was edited": (_change_the_record, "something else than the record"),
    "the record lost rows": (_orphan_rows, "is damaged"),
    "the record was lost": (lambda p: (p.record / "record.sqlite").unlink(), "is missing although"),
    "the record is no database": (lambda p: (p.record / "record.sqlite").write_bytes(b"no" * 600), "is damaged"),
    "a snapshot was changed": (
        lambda p: next((p.record / "snapshots").glob("*/asked.parquet")).write_bytes(b"x"),
        "is not as it was frozen",
    ),
    "a snapshot lost a file": (
        lambda p: next((p.record / "snapshots").glob("*/asked.parquet")).unlink(),
        "lacks asked",
    ),
    "a receipt has another number": (
        lambda p: _edit(_receipt_file(p), lambda found: {**found, "number": 99}),
        "has the number 99",
    ),
    "a receipt was written before another moment": (
        lambda p: _edit(_receipt_file(p), lambda found: {**found, "received_at": "2024-01-01T00:00:00+00:00"}),
        "something else than the record",
    ),
    "a copy was cut short": (lambda p: _write(p.held / "a.xlsx.part~", b"half"), "did not finish"),
    "a decision is about nothing": (
        lambda p: append_decision(p, Decision("e" * 64, "x.xlsx", "A", "B", AT)),
        "decides, in line 1, on x.xlsx, which was never received",
    ),
    "the decisions are no log": (lambda p: _write(p.decisions_log, b"{}\n"), "is no entry of the log"),
    "the corrections are no log": (lambda p: _write(p.corrections_log, b"nonsense\n"), "is no entry of the log"),
    "a correction is of another file": (
        lambda p: append_correction(p, replace(_correction(p), sha256="e" * 64)),
        "was never accepted",
    ),
    "a correction is of another organisation": (
        lambda p: append_correction(p, replace(_correction(p), organisation_id="COV-COM")),
        "was never accepted",
    ),
    "a correction is of no criterion": (
        lambda p: append_correction(p, replace(_correction(p), criterion="5.100")),
        "no criterion '5.100'",
    ),
    "a correction is to no rating": (
        lambda p: append_correction(p, replace(_correction(p), value="good")),
        "'good' is none of",
    ),
    "a run did not finish": (lambda p: (p.record / "snapshots" / ".writing-0-1").mkdir(), "did not finish"),
}


def test_nothing_is_wrong_with_what_is_in_order(received: Project) -> None:
    assert check(received) == []


def test_nothing_is_wrong_with_decisions_and_corrections_of_what_is_there(received: Project) -> None:
    append_correction(received, _correction(received))
    append_decision(received, Decision(_accepted(received).stem, "x.xlsx", "A", "B", AT))
    assert check(received) == []


def test_a_file_with_several_returns_has_a_list_of_receipts(received: Project) -> None:
    with open_store(received) as store:
        one, other = (Receipt("two.csv", "c" * 64, Outcome.HELD, part=part) for part in ("Answers!C4", "Answers!D4"))
        both = store.record_all([(one, None), (other, None)])
    listed = _write(received.receipts / "two.json", json.dumps([_on_disk(each) for each in both]).encode())
    assert check(received) == []
    _write(listed, json.dumps([_on_disk(replace(each, reason="other: Another.")) for each in both]).encode())
    assert len(check(received)) == 1


def test_a_receipt_of_an_earlier_version_has_no_number(received: Project) -> None:
    def earlier(found: dict[str, object]) -> dict[str, object]:
        return {key: value for key, value in found.items() if key not in {"number", "part", "cells"}}

    held = next(path for path in received.receipts.iterdir() if b'"held"' in path.read_bytes())
    _edit(held, earlier)
    assert check(received) == []


def test_queries_to_send_back_are_nobodys_business(received: Project) -> None:
    _write(received.queries / "BIR-HSG.xlsx", b"questions")
    assert check(received) == []


def test_nothing_is_wrong_with_a_new_project(project: Project) -> None:
    assert check(project) == []
    assert not project.record.exists()


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_found_and_said_once_in_a_sentence(received: Project, fault: str) -> None:
    break_it, words = FAULTS[fault]
    break_it(received)
    problems = [problem for problem in check(received) if words in problem]
    assert len(problems) >= 1
    for problem in problems:
        assert problem.endswith(".")
        assert "\n" not in problem
        assert ";" in problem, "what is wrong; what to do"


@pytest.mark.parametrize("fault", ["an accepted original was changed", "an accepted original was lost"])
def test_one_fault_is_one_problem(received: Project, fault: str) -> None:
    FAULTS[fault][0](received)
    assert len(check(received)) == 1


def test_two_originals_that_changed_places_are_both_found(received: Project) -> None:
    one, other = sorted(received.accepted("2024").iterdir())
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    assert len(check(received)) == 2


def test_a_held_file_may_be_deleted_and_a_duplicate_needs_no_receipt_on_disk(received: Project) -> None:
    for path in received.held.iterdir():
        path.unlink()
    with open_store(received) as store:
        store.record(Receipt("again.xlsx", _accepted(received).stem, Outcome.DUPLICATE), None)
        store.record(Receipt("locked.xlsx", "", Outcome.HELD, reason="cannot-open: It is open elsewhere."), None)
    assert check(received) == []


def test_a_cycle_that_the_project_lost_is_named(received: Project) -> None:
    text = (received.root / "toolkit.toml").read_text(encoding="utf-8")
    (received.root / "toolkit.toml").write_text(text.replace('id = "2024"', 'id = "2025"'), encoding="utf-8")
    assert any("cycle 2024" in problem for problem in check(open_project(received.root)))


def test_paths_are_told_from_the_project_down(received: Project) -> None:
    FAULTS["a file was slipped in"][0](received)
    assert check(received)[0].startswith("audits/accepted/2024/new.xlsx ")
