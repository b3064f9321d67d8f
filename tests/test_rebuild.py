"""`toolkit rebuild`: originals, receipts and logs give the same record again, and what is otherwise is said."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from intake_workbooks import MOMENT, answers, changed, drop, filled, take_in, without_identity

from toolkit.cli.desk import toolkit
from toolkit.errors import BusyError, FileAccessError, StoreError
from toolkit.intake.receiving import rebuild, receive
from toolkit.intake.receiving.resolving import Choice, resolve
from toolkit.project import Project, open_project
from toolkit.store import alone, check, correct, freeze, is_waiting, open_store, read_decisions, record_file, status

if TYPE_CHECKING:
    from toolkit.records import Receipt

WHO = "COV-COM"
NAMES = {"COV-COM": "Coventry Synthetic Commissioners", "BIR-HSG": "Birmingham Synthetic Homes"}
DAY = dt.timedelta(days=1)


def _fill_inbox(project: Project) -> None:
    """One file of every kind."""
    first = filled(project, WHO)
    files = {
        "a first.xlsx": first,
        "b again.xlsx": first,
        "c second.xlsx": filled(project, WHO, answers(project, WHO, seed=2), completed_on="2024-06-18"),
        "d other.xlsx": changed(filled(project, "WM-POL"), lambda _: None),
        "e blank.xlsx": filled(project, "DUD-SVC", {}),
        "f scan.xlsx": b"%PDF-1.7",
        "g older.xlsx": filled(project, WHO, answers(project, WHO, seed=3), completed_on="2024-06-02"),
    }
    for name, content in files.items():
        drop(project, name, content)


@pytest.fixture
def received(project: Project) -> Project:
    """A project that received files of every kind, with a decision and a correction."""
    _fill_inbox(project)
    take_in(project)
    resolve(project, "g older.xlsx", Choice(counts="yes"), who="A", why="Sent in the wrong order.", at=MOMENT + DAY)
    correct(project, organisation_id=WHO, criterion="5.10", field="lead", value="L", why="Told so.", who="A", at=MOMENT)
    assert check(project) == []
    return project


def _state(project: Project) -> tuple[object, ...]:
    """All that a user sees of the record."""
    with open_store(project, create=False) as store:
        numbers = [(each.number, each) for each in store.receipts()]
        returns = list(store.returns(current_only=False))
    return freeze(project).name, status(project, "2024"), status(project, "2021"), numbers, returns


def _run(project: Project, *arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(toolkit, ["--project", str(project.root), "rebuild", *arguments])
    return found.exit_code, found.stdout


def _change_a_rating(project: Project) -> None:
    connection = sqlite3.connect(record_file(project))
    with connection:
        connection.execute("UPDATE responses SET rating = 'not_applicable' WHERE criterion = '5.10'")
    connection.close()


def test_a_lost_record_is_made_anew_the_same(received: Project) -> None:
    before = _state(received)
    record_file(received).unlink()
    code, text = _run(received)
    assert (code, text.splitlines()[0].split(":")[0]) == (0, "identical")
    assert _state(received) == before
    assert check(received) == []


def test_a_sound_record_is_found_to_be_the_same(received: Project) -> None:
    before = _state(received)
    assert _run(received, "--check")[0] == 0
    found = rebuild(received)
    assert (found.old, found.identical, found.replaced, found.kept) == ("sound", True, True, None)
    assert _state(received) == before


@pytest.mark.parametrize("content", [b"", b"no database" * 500])
def test_a_damaged_record_is_replaced_and_kept_beside(received: Project, content: bytes) -> None:
    before = _state(received)
    record_file(received).write_bytes(content)
    assert _run(received)[0] == 0
    assert _state(received) == before


def test_another_record_is_left_until_a_person_says_so(received: Project) -> None:
    before = _state(received)
    _change_a_rating(received)
    wrong = record_file(received).read_bytes()
    code, text = _run(received)
    assert code == 1
    assert "5.10: rating is not_applicable in the record, is " in text
    assert "--replace" in text
    assert record_file(received).read_bytes() == wrong
    code, text = _run(received, "--replace", "--json")
    told = json.loads(text)
    assert (code, told["identical"], told["replaced"]) == (1, False, True)
    assert Path(told["kept"]).read_bytes() == wrong
    assert _state(received) == before
    assert _run(received)[0] == 0


def test_check_changes_nothing(received: Project) -> None:
    _change_a_rating(received)
    before = {path: path.read_bytes() for path in received.root.rglob("*") if path.is_file()}
    assert _run(received, "--check")[0] == 1
    assert {path: path.read_bytes() for path in received.root.rglob("*") if path.is_file()} == before
    assert _run(received, "--check", "--replace")[0] == 2


def test_a_lost_or_changed_original_is_said_and_the_record_stays(received: Project) -> None:
    originals = sorted(received.accepted("2024").iterdir())
    originals[0].unlink()
    originals[1].write_bytes(filled(received, "SOL-NHS"))
    before = record_file(received).read_bytes()
    code, text = _run(received)
    assert code == 1
    assert "is gone; put it back" in text
    assert "is not what was received; put it back" in text
    assert record_file(received).read_bytes() == before


def test_an_original_without_a_receipt_is_said(received: Project) -> None:
    with open_store(received) as store:
        lost = next(iter(store.returns())).sha256
    for path in received.receipts.glob(f"{lost[:16]}-*.json"):
        path.unlink()
    code, text = _run(received)
    assert (code, "has no receipt; move it to audits/inbox" in text) == (1, True)


def test_a_receipt_that_was_edited_is_found_by_the_record_made_anew(received: Project) -> None:
    path = next(path for path in received.receipts.iterdir() if '"accepted"' in path.read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"criteria_answered": ', '"criteria_answered": 1'), encoding="utf-8")
    assert rebuild(received, only_check=True).identical, "the original decides, not what its receipt says"
    assert len(check(received)) == 1
    rebuild(received)
    assert path.read_text(encoding="utf-8") == text
    assert check(received) == []


def test_where_the_register_changed_what_would_be_held_now_is_said_and_can_be_resolved(received: Project) -> None:
    register = received.register_file
    lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
    register.write_text("".join(line for line in lines if not line.startswith("WM-POL")), encoding="utf-8")
    assert any("d other.xlsx" in each for each in rebuild(received).differences)
    found = rebuild(received, replace_old=True)
    assert found.replaced
    assert check(received) == []
    assert any(each.file == "d other.xlsx" for each in status(received, "2024").held)
    register.write_text("".join(lines), encoding="utf-8")
    held = next(path for path in received.held.iterdir() if path.name.endswith("d other.xlsx"))
    (receipt,) = receive(received, [held], MOMENT + DAY)
    assert (receipt.organisation_id, receipt.outcome) == ("WM-POL", "accepted")
    assert check(received) == []


def test_receipts_of_an_earlier_version_have_no_numbers(received: Project) -> None:
    before = _state(received)
    record_file(received).unlink()
    for path in received.receipts.iterdir():
        found = json.loads(path.read_text(encoding="utf-8"))
        kept = {key: value for key, value in found.items() if key not in {"number", "part", "cells"}}
        path.write_text(json.dumps(kept), encoding="utf-8")
    assert rebuild(received).replaced
    after = _state(received)
    assert after[0] == before[0]
    assert check(received) == []
    assert rebuild(received).identical


def test_it_waits_for_nobody_who_receives(received: Project) -> None:
    with alone(received), pytest.raises(BusyError):
        rebuild(received)


def test_a_record_of_a_newer_toolkit_is_not_replaced(received: Project) -> None:
    connection = sqlite3.connect(record_file(received))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="newer toolkit"):
        rebuild(received, replace_old=True)


def test_a_project_that_received_nothing_is_rebuilt(project: Project) -> None:
    assert _run(project)[0] == 0
    assert check(project) == []


CHILD = """
import os, sys
from pathlib import Path
from toolkit.intake.receiving import rebuild
from toolkit.project import open_project
last = int(sys.argv[2])
def die_in_time(event, arguments):
    global last
    if event in {"open", "os.rename", "os.remove", "sqlite3.connect", "shutil.copyfile"} and "audits" in str(arguments):
        last -= 1
        if last == 0:
            os._exit(9)
sys.addaudithook(die_in_time)
rebuild(open_project(Path(sys.argv[1])), replace_old=True)
"""


def test_killed_at_any_point_the_record_is_the_old_or_the_new_one(received: Project) -> None:
    right = _state(received)
    for last in range(1, 60, 4):
        _change_a_rating(received)
        wrong = _state(received)
        ended = subprocess.run(
            [sys.executable, "-c", CHILD, str(received.root), str(last)], capture_output=True, check=False
        )
        assert ended.returncode in {0, 9}, ended.stderr
        assert _state(received) in (wrong, right)
        rebuild(received, replace_old=True)
        assert _state(received) == right
        assert check(received) == []
        if ended.returncode == 0:
            return
    pytest.fail("it never finished")


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("return"), st.sampled_from(sorted(NAMES)), st.integers(1, 3), st.integers(2, 20), st.booleans()
        ),
        st.tuples(st.just("resolve"), st.integers(0, 3), st.sampled_from([*sorted(NAMES), "yes", "no"])),
        st.tuples(st.just("again"), st.integers(0, 3), st.sampled_from([*sorted(NAMES), "no"])),
        st.tuples(
            st.just("correct"),
            st.sampled_from(sorted(NAMES)),
            st.sampled_from(["1.1", "5.1"]),
            st.sampled_from(["met", "blank", "partly_met"]),
        ),
    ),
    min_size=2,
    max_size=8,
)


def _a_project(folder: Path, model: Project) -> Project:
    folder.mkdir()
    for name in ("toolkit.toml", "register.csv"):
        (folder / name).write_bytes((model.root / name).read_bytes())
    return open_project(folder)


def _take(project: Project, step: tuple[object, ...], moment: dt.datetime) -> None:
    match step:
        case ("return", str(who), int(seed), int(day), bool(is_nameless)):
            content = filled(project, who, answers(project, who, seed=seed), completed_on=f"2024-06-{day:02}")
            drop(project, f"{who} {seed} {day}.xlsx", _of_nobody(content, who) if is_nameless else content)
            take_in(project, moment)
        case ("resolve", int(which), str(decided)):
            waiting = [each for each in _receipts(project) if is_waiting(each)]
            if waiting:
                choice = Choice(organisation=decided) if decided in NAMES else Choice(counts=decided)
                with suppress(FileAccessError):  # --counts where it would change nothing
                    resolve(project, waiting[which % len(waiting)].sha256, choice, who="A", why="B", at=moment)
        case ("again", int(which), str(decided)):
            known = sorted({each.sha256 for each in read_decisions(project)})
            if known:
                choice = Choice(organisation=decided) if decided in NAMES else Choice(counts=decided)
                with suppress(FileAccessError):  # where it would change nothing
                    resolve(project, known[which % len(known)], choice, who="A", why="C", at=moment)
        case ("correct", str(who), str(criterion), str(rating)) if _value(project, who, criterion) not in {
            None,
            rating,
        }:
            correct(
                project,
                organisation_id=who,
                criterion=criterion,
                field="rating",
                value=rating,
                why="B",
                who="A",
                at=moment,
            )


def _of_nobody(content: bytes, who: str) -> bytes:
    def change(book: object) -> None:
        without_identity(book)  # type: ignore[arg-type]  # openpyxl's own
        for sheet in book.worksheets:  # type: ignore[attr-defined]  # openpyxl's own
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value == NAMES[who]:
                        cell.value = "Somebody quite different"

    return changed(content, change)


def _receipts(project: Project) -> tuple[Receipt, ...]:
    with open_store(project, create=False) as store:
        return tuple(store.receipts())


def _value(project: Project, who: str, criterion: str) -> str | None:
    from toolkit.store import open_snapshot

    frame = open_snapshot(freeze(project)).responses
    rows = frame[(frame["organisation_id"] == who) & (frame["criterion"] == criterion) & (frame["cycle"] == "2024")]
    return str(rows["rating"].iloc[0]) if len(rows) else None


@settings(max_examples=12, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_whatever_happened_a_lost_record_is_made_anew_the_same(
    steps: list[tuple[object, ...]], project: Project
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        own = _a_project(Path(folder) / "project", project)
        for at, step in enumerate(steps):
            _take(own, step, MOMENT + at * DAY)
        before = _state(own)
        found = rebuild(own, only_check=True)
        assert found.differences == ()
        record_file(own).unlink(missing_ok=True)
        assert rebuild(own).differences == ()
        assert _state(own) == before
        assert check(own) == []


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_record_that_is_gone_is_never_taken_for_an_empty_one(project: Project, how: str) -> None:
    drop(project, "a.xlsx", filled(project, WHO))
    (first,) = take_in(project)
    if how == "gone":
        record_file(project).unlink()
    else:
        record_file(project).write_bytes(b"")
    drop(project, "b.xlsx", filled(project, "BIR-HSG"))
    for look in (lambda: status(project, "2024"), lambda: freeze(project), lambda: take_in(project)):
        with pytest.raises(StoreError, match="run `toolkit rebuild`"):
            look()
    assert (project.inbox / "b.xlsx").is_file()
    assert rebuild(project).replaced
    assert [each.organisation_id for each in take_in(project)] == ["BIR-HSG"]
    with open_store(project) as store:
        assert store.receipts_of(first.sha256) == (first,)
    assert check(project) == []
