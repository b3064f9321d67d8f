"""The door: what becomes of each file, where it is kept, what its receipt says; receiving again changes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import sys
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from intake_workbooks import (
    LAYOUT,
    MOMENT,
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
    without_identity,
)

from toolkit.errors import BusyError, FileAccessError
from toolkit.intake import receive
from toolkit.intake.receiving import inbox_files
from toolkit.records import Outcome, Rating
from toolkit.store import check, open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from toolkit.project import Project

WHO = "COV-COM"
NAME = "Coventry Synthetic Commissioners"
DAY = dt.timedelta(days=1)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def everything(project: Project) -> dict[str, bytes]:
    """Every file of the project, but for locks."""
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in sorted(project.root.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.suffix != ".lock"
    }


def in_words(name: str | None) -> Callable[[Workbook], None]:
    """Change the name on the cover."""

    def change(book: Workbook) -> None:
        for row in book[LAYOUT.sheets.cover].iter_rows():
            for cell in row:
                if cell.value == NAME:
                    cell.value = name

    return change


def test_an_accepted_file_is_kept_byte_for_byte_with_its_receipt(project: Project) -> None:
    content = filled(project, WHO)
    path = drop(project, "Our return (final).xlsx", content)
    (receipt,) = take_in(project)
    assert (receipt.outcome, receipt.reason) == (Outcome.ACCEPTED, "")
    assert (receipt.file, receipt.sha256) == ("Our return (final).xlsx", sha256(content))
    assert (receipt.organisation_id, receipt.organisation, receipt.areas) == (WHO, NAME, ("Coventry",))
    assert (receipt.cycle, receipt.framework, receipt.tiers) == ("2024", "wm-2024", ("1", "3"))
    assert not path.exists()
    assert (project.accepted("2024") / f"{sha256(content)}.xlsx").read_bytes() == content
    (kept,) = project.receipts.iterdir()
    assert kept.name.startswith(sha256(content)[:16])
    on_disk = json.loads(kept.read_text("utf-8"))
    assert on_disk | receipt.as_json() == on_disk
    assert (on_disk["received_at"], on_disk["number"]) == ("2024-06-20T09:30:00+00:00", 1)
    assert check(project) == []


def test_receiving_again_changes_nothing(project: Project) -> None:
    contents = {"a.xlsx": filled(project, WHO), "b.xlsx": filled(project, "WM-POL"), "c.xlsx": b"%PDF-", "d.xlsx": b""}
    contents["e.xlsx"] = filled(project, "DUD-SVC", {})
    for name, content in contents.items():
        drop(project, name, content)
    first = take_in(project)
    before = everything(project)
    assert [each.outcome for each in first] == ["accepted", "accepted", "quarantined", "quarantined", "held"]
    assert take_in(project, MOMENT + DAY) == []
    for name, content in contents.items():
        drop(project, name, content)
    again = take_in(project, MOMENT + DAY)
    assert [each.outcome for each in again] == ["duplicate", "duplicate", "duplicate", "duplicate", "held"]
    assert again[4] == first[4]
    assert everything(project) == before


def test_a_duplicate_under_another_name_has_its_own_receipt(project: Project) -> None:
    content = filled(project, WHO)
    received(project, content, "a.xlsx")
    receipt = received(project, content, "b.xlsx")
    assert receipt.outcome is Outcome.DUPLICATE
    assert "a.xlsx" in receipt.reason
    assert len(list(project.receipts.iterdir())) == 2
    assert len(list(project.accepted("2024").iterdir())) == 1
    assert check(project) == []


def test_a_later_return_supersedes_and_both_stay(project: Project) -> None:
    first = received(project, filled(project, WHO), "first.xlsx")
    second = received(
        project, filled(project, WHO, answers(project, WHO, seed=2), completed_on="2024-06-18"), "second.xlsx"
    )
    assert (second.outcome, second.supersedes) == (Outcome.ACCEPTED, first.sha256)
    assert by_criterion(current(project, WHO))["1.1"].rating == answers(project, WHO, seed=2)["1.1"].rating
    with open_store(project) as store:
        assert [each.superseded for each in store.returns(current_only=False)] == [True, False]
    assert len(list(project.accepted("2024").iterdir())) == 2
    assert check(project) == []


def test_without_a_date_the_day_of_receipt_counts(project: Project) -> None:
    first = received(project, filled(project, WHO, completed_on=""), "first.xlsx")
    other = filled(project, WHO, answers(project, WHO, seed=2), completed_on="")
    assert received(project, other, "second.xlsx").reason.startswith("same-day")
    third = filled(project, WHO, answers(project, WHO, seed=3), completed_on="")
    assert received(project, third, "third.xlsx", MOMENT + DAY).supersedes == first.sha256


def test_a_date_in_the_future_does_not_block_a_correction(project: Project) -> None:
    first = received(project, filled(project, WHO, completed_on="2042-06-14"), "first.xlsx")
    assert "completed-on-late" in codes(first)
    second = filled(project, WHO, answers(project, WHO, seed=2), completed_on="2024-06-21")
    assert received(project, second, "second.xlsx", MOMENT + DAY).outcome is Outcome.ACCEPTED


def test_different_answers_of_one_day_are_held_and_the_same_are_not(project: Project) -> None:
    first = received(project, filled(project, WHO), "first.xlsx")
    different = received(project, filled(project, WHO, answers(project, WHO, seed=2)), "second.xlsx")
    assert (different.outcome, different.reason.partition(":")[0]) == (Outcome.HELD, "same-day")
    assert current(project, WHO).responses[0].rating == answers(project, WHO)["1.1"].rating
    resaved = received(project, changed(filled(project, WHO), lambda _: None), "third.xlsx")
    assert (resaved.outcome, resaved.supersedes) == (Outcome.ACCEPTED, first.sha256)


def test_an_older_return_is_held(project: Project) -> None:
    received(project, filled(project, WHO), "first.xlsx")
    older = received(
        project, filled(project, WHO, answers(project, WHO, seed=2), completed_on="2024-06-01"), "old.xlsx"
    )
    assert (older.outcome, older.reason.partition(":")[0]) == (Outcome.HELD, "older-return")
    assert "2024-06-01" in older.reason


def test_held_files_wait_with_their_reason(project: Project) -> None:
    content = filled(project, WHO, {})
    receipt = received(project, content, "sub/blank return.xlsx")
    assert receipt.reason.startswith("nothing-answered")
    name = f"{sha256(content)[:16]}-blank return.xlsx"
    assert (project.held / name).read_bytes() == content
    assert "blank" in (project.held / f"{name}.reason.txt").read_text("utf-8")
    assert inbox_files(project) == ()
    assert check(project) == []


def test_quarantined_files_have_a_reason_in_plain_words_beside_them(project: Project) -> None:
    receipt = received(project, b"%PDF-1.7", "scan.xlsx")
    assert receipt.outcome is Outcome.QUARANTINED
    kept = project.quarantine / f"{sha256(b'%PDF-1.7')[:16]}-scan.xlsx"
    assert kept.read_bytes() == b"%PDF-1.7"
    text = kept.with_name(f"{kept.name}.reason.txt").read_text("utf-8")
    assert "scan.xlsx" in text
    assert "PDF" in text
    assert check(project) == []


def test_a_file_that_is_no_audit_is_held(project: Project) -> None:
    def change(book: Workbook) -> None:
        for sheet in list(standards(book)):
            book.remove(sheet)

    assert received(project, changed(filled(project, WHO), change)).reason.startswith("layout-unknown")


def test_the_name_on_the_cover_must_fit_the_identity(project: Project) -> None:
    conflict = received(project, changed(filled(project, WHO), in_words("Synthetic Police")), "a.xlsx")
    assert conflict.reason.startswith("organisation-conflict")
    assert "Synthetic Police" in conflict.reason
    spelled = received(project, changed(filled(project, WHO), in_words(f" {NAME.upper()}. ")), "b.xlsx")
    assert spelled.outcome is Outcome.ACCEPTED
    emptied = received(project, changed(filled(project, WHO), in_words(None)), "c.xlsx")
    assert emptied.outcome is Outcome.ACCEPTED


def test_without_an_identity_the_name_decides(project: Project) -> None:
    assert received(project, changed(filled(project, WHO), without_identity), "a.xlsx").organisation_id == WHO

    def change(book: Workbook) -> None:
        without_identity(book)
        in_words("Somebody Else")(book)

    stranger = received(project, changed(filled(project, WHO), change), "b.xlsx")
    assert (stranger.outcome, stranger.organisation_id, stranger.organisation) == (Outcome.HELD, "", "Somebody Else")
    assert stranger.reason.startswith("organisation-unknown")


def test_a_held_return_is_reconsidered_when_the_register_was_corrected(project: Project) -> None:
    content = changed(filled(project, WHO), in_words("Coventry Partnership"))
    assert received(project, content).outcome is Outcome.HELD
    register = project.register_file.read_text("utf-8")
    project.register_file.write_text(register.replace(f"{NAME},,", f"{NAME},Old Name;Coventry Partnership,"), "utf-8")
    again = received(project, content)
    assert again.outcome is Outcome.ACCEPTED
    assert list(project.held.iterdir()) == []
    (kept,) = project.receipts.iterdir()
    assert json.loads(kept.read_text("utf-8"))["outcome"] == "accepted"
    assert check(project) == []


def test_a_held_file_can_be_named_where_it_waits(project: Project) -> None:
    content = changed(filled(project, WHO), in_words("Coventry Partnership"))
    first = received(project, content, "ours.xlsx")
    register = project.register_file.read_text("utf-8")
    project.register_file.write_text(register.replace(f"{NAME},,", f"{NAME},Coventry Partnership,"), "utf-8")
    waiting = [path for path in project.held.iterdir() if path.suffix == ".xlsx"]
    (receipt,) = receive(project, waiting, MOMENT)
    assert (receipt.file, receipt.outcome) == (first.file, Outcome.ACCEPTED)
    assert list(project.held.iterdir()) == []


def test_a_name_that_two_organisations_have_is_not_guessed(project: Project) -> None:
    register = project.register_file.read_text("utf-8")
    project.register_file.write_text(register.replace("Synthetic Police,,", f"Synthetic Police,{NAME},"), "utf-8")
    receipt = received(project, changed(filled(project, WHO), without_identity))
    assert receipt.reason.startswith("organisation-ambiguous")


def test_an_identity_that_the_register_does_not_know_gives_way_to_the_name(project: Project) -> None:
    content = filled(project, WHO)
    register = project.register_file.read_text("utf-8")
    project.register_file.write_text(register.replace(f"{WHO},", "COV-NEW,"), "utf-8")
    receipt = received(project, content)
    assert (receipt.outcome, receipt.organisation_id) == (Outcome.ACCEPTED, "COV-NEW")
    assert "not-registered" in codes(receipt)


def test_a_cycle_that_the_project_does_not_have_is_held(project: Project) -> None:
    content = filled(project, WHO)
    settings = project.settings.model_copy(
        update={"cycles": tuple(cycle for cycle in project.settings.cycles if cycle.id == "2021")}
    )
    receipt = received(replace(project, settings=settings), content)
    assert receipt.reason.startswith("cycle-unknown")
    assert "2024" in receipt.reason


def test_named_files_outside_the_inbox_are_copied(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "mail" / "return.xlsx"
    path.parent.mkdir()
    path.write_bytes(filled(project, WHO))
    (receipt,) = receive(project, [path], MOMENT)
    assert (receipt.file, receipt.outcome) == ("return.xlsx", Outcome.ACCEPTED)
    assert path.exists()
    before = everything(project)
    (again,) = receive(project, [path], MOMENT + DAY)
    assert again.outcome is Outcome.DUPLICATE
    assert everything(project) == before


def test_files_come_in_the_order_of_their_names_from_all_folders(project: Project) -> None:
    for name in ("b.xlsx", "A/z.xlsx", "c/a.xlsx", "a.xlsx", ".gitkeep", "A/Thumbs.db", ".hidden/x.xlsx"):
        drop(project, name, b"%PDF-" + name.encode())
    assert [each.file for each in take_in(project)] == ["A/z.xlsx", "a.xlsx", "b.xlsx", "c/a.xlsx"]
    assert (project.inbox / ".gitkeep").exists()


def test_names_that_look_alike_have_receipts_of_their_own(project: Project) -> None:
    for name in ("a b.xlsx", "a-b.xlsx", "A B.xlsx", "x/a b.xlsx", "ä b.xlsx"):
        drop(project, name, b"%PDF-")
    outcomes = [each.outcome for each in take_in(project)]
    assert sorted(outcomes) == ["duplicate"] * 4 + ["quarantined"]
    assert len(list(project.receipts.iterdir())) == 5
    assert check(project) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders, and links need rights")
def test_what_is_no_file_is_left_where_it_is_with_one_receipt(project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not for the toolkit", "utf-8")
    project.inbox.mkdir(parents=True)
    (project.inbox / "link.xlsx").symlink_to(secret)
    os.mkfifo(project.inbox / "pipe.xlsx")
    for _ in range(2):
        receipts = take_in(project)
        assert [each.reason.partition(":")[0] for each in receipts] == ["not-a-file", "not-a-file"]
        assert len(list(project.receipts.iterdir())) == 2
    assert check(project) == []
    (project.inbox / "link.xlsx").unlink()
    (project.inbox / "pipe.xlsx").unlink()
    receipt = received(project, filled(project, WHO), "link.xlsx")
    assert receipt.outcome is Outcome.ACCEPTED
    assert sorted(path.name[:8] for path in project.receipts.iterdir()) == sorted(("unopened", receipt.sha256[:8]))


def test_a_part_the_reader_cannot_read_is_quarantined(project: Project) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(filled(project, WHO))) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<workbook><sheets" if name == "xl/workbook.xml" else old.read(name))
    receipt = received(project, packed.getvalue())
    assert receipt.reason.startswith(("unreadable-file", "layout-unknown"))
    assert receipt.outcome is not Outcome.ACCEPTED


def test_wrong_names_are_one_sentence(project: Project, tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match="There is no file"):
        list(receive(project, [tmp_path / "gone.xlsx"]))
    with pytest.raises(FileAccessError, match="is a folder"):
        list(receive(project, [tmp_path]))


def test_only_one_process_receives(project: Project) -> None:
    drop(project, "a.xlsx", filled(project, WHO))
    project.record.mkdir(parents=True)
    with FileLock(project.record / "receive.lock"), pytest.raises(BusyError, match="wait until it has finished"):
        take_in(project)
    assert [each.outcome for each in take_in(project)] == ["accepted"]


def test_the_moment_of_receipt_can_be_given_from_outside(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1718000000")
    drop(project, "a.xlsx", b"")
    (receipt,) = receive(project)
    assert receipt.received_at == dt.datetime.fromtimestamp(1718000000, dt.UTC)


def test_evidence_without_a_rating_is_an_answer_that_needs_one(project: Project) -> None:
    given = {"1.1": replace(answers(project, WHO)["1.1"], rating=Rating.BLANK, rating_as_written="")}
    receipt = received(project, filled(project, WHO, given))
    assert receipt.outcome is Outcome.ACCEPTED
    assert by_criterion(current(project, WHO))["1.1"].evidence == "Evidence for 1.1"
    assert (receipt.criteria_answered, "essential-blank" in codes(receipt)) == (0, True)


def test_the_same_bytes_under_another_name_are_a_duplicate_while_they_are_held(project: Project) -> None:
    content = changed(filled(project, WHO), in_words("Coventry Partnership"))
    drop(project, "a.xlsx", content)
    drop(project, "b.xlsx", content)
    assert [each.outcome for each in take_in(project)] == [Outcome.HELD, Outcome.DUPLICATE]
    assert received(project, content, "c.xlsx", MOMENT + DAY).outcome is Outcome.DUPLICATE
    assert received(project, content, "a.xlsx", MOMENT + DAY).outcome is Outcome.HELD
    assert len(list(project.receipts.iterdir())) == 3
    register = project.register_file.read_text("utf-8")
    project.register_file.write_text(register.replace(f"{NAME},,", f"{NAME},Coventry Partnership,"), "utf-8")
    drop(project, "d.xlsx", content)
    told = [(each.file, each.outcome) for each in take_in(project)]
    assert told == [("a.xlsx", Outcome.ACCEPTED), ("d.xlsx", Outcome.DUPLICATE)]
    assert list(project.held.iterdir()) == []
    assert check(project) == []


def test_a_held_file_that_is_named_again_too_early_is_no_duplicate(project: Project) -> None:
    first = received(project, filled(project, WHO, {}), "sub/our own (2) " + "x" * 100 + ".xlsx")
    waiting = [path for path in project.held.iterdir() if path.suffix == ".xlsx"]
    assert list(receive(project, waiting, MOMENT + DAY)) == [first]
    assert len(list(project.receipts.iterdir())) == 1


@pytest.mark.parametrize("name", ["標" * 78 + ".xlsx", "x" * 200, "ü" * 90 + "." + "ß" * 10, "😀" * 60 + ".xlsx"])
def test_a_name_of_many_bytes_does_not_stop_the_run(name: str, project: Project) -> None:
    blank = filled(project, WHO, {})
    drop(project, name, b"junk")
    drop(project, f"2{name[1:]}", blank)
    drop(project, "zz.xlsx", filled(project, WHO))
    assert sorted(each.outcome for each in take_in(project)) == ["accepted", "held", "quarantined"]
    assert all(len(path.name.encode()) < 200 for path in project.root.rglob("*"))
    assert check(project) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows says of a folder in the way that it may not be written")
def test_one_file_that_cannot_be_written_does_not_stop_the_run(project: Project) -> None:
    drop(project, "a.xlsx", b"junk")
    drop(project, "b.xlsx", filled(project, WHO))
    project.quarantine.mkdir(parents=True)
    (project.quarantine / f"{sha256(b'junk')[:16]}-a.xlsx.reason.txt").mkdir()
    first, second = take_in(project)
    assert (first.outcome, first.reason.partition(":")[0], second.outcome) == ("held", "cannot-open", "accepted")
    assert [path.name for path in inbox_files(project)] == ["a.xlsx"]
