"""What leaves the inbox is what was read: whoever writes to it meanwhile loses nothing, and nothing stays aside."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import MOMENT, answers, drop, filled, take_in

from toolkit.intake import receive
from toolkit.intake.receiving import inbox_files
from toolkit.intake.receiving.reconsidering import original_of
from toolkit.store import check, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project

WHO = "COV-COM"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not move what another program has open")


def names(project: Project) -> list[str]:
    """What is in the inbox."""
    return [path.relative_to(project.inbox).as_posix() for path in inbox_files(project)]


def aside(project: Project) -> Path:
    """The folder in which files are set aside."""
    return project.record / "taken"


def leave_aside(project: Project, name: str, content: bytes) -> Path:
    """A file as a run that was ended leaves it."""
    path = aside(project) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_that_takes_the_place_of_one_just_read_waits_for_the_next_run(project: Project) -> None:
    later = filled(project, WHO, answers(project, WHO, seed=2), completed_on="2024-06-18")
    drop(project, "a.xlsx", filled(project, "WM-POL"))
    drop(project, "b/return.xlsx", filled(project, WHO))
    receiving = receive(project, received_at=MOMENT)
    next(receiving)
    drop(project, "b/return.xlsx", later)
    assert [each.outcome for each in receiving] == ["accepted"]
    assert names(project) == ["b/return.xlsx"]
    (receipt,) = take_in(project)
    assert (receipt.outcome, receipt.supersedes != "") == ("accepted", True)
    with open_store(project) as store:
        assert {each.sha256 for each in store.returns() if each.return_.organisation_id == WHO} == {receipt.sha256}
    assert (names(project), aside(project).exists(), check(project)) == ([], False, [])


@POSIX
def test_a_file_that_is_still_being_copied_comes_back_whole(project: Project) -> None:
    whole = filled(project, WHO)
    path = drop(project, "a.xlsx", whole[:5000])
    drop(project, "b.xlsx", filled(project, "WM-POL"))
    with path.open("ab") as copying:
        receiving = receive(project, received_at=MOMENT)
        assert next(receiving).outcome == "quarantined"
        assert names(project) == ["b.xlsx"]
        copying.write(whole[5000:])
        copying.flush()
        list(receiving)
    assert (names(project), path.read_bytes() == whole) == (["a.xlsx"], True)
    (receipt,) = take_in(project)
    assert (receipt.file, receipt.outcome, names(project)) == ("a.xlsx", "accepted", [])


@POSIX
def test_it_comes_back_beside_another_of_its_name(project: Project) -> None:
    path = drop(project, "a.xlsx", b"half")
    drop(project, "b.xlsx", filled(project, "WM-POL"))
    with path.open("ab") as copying:
        receiving = receive(project, received_at=MOMENT)
        next(receiving)
        copying.write(b" and half")
        copying.flush()
        drop(project, "a.xlsx", b"another")
        list(receiving)
    assert names(project) == ["a (2).xlsx", "a.xlsx"]
    assert (project.inbox / "a (2).xlsx").read_bytes() == b"half and half"
    assert path.read_bytes() == b"another"


def test_whoever_stops_listening_leaves_nothing_aside(project: Project) -> None:
    for name in "abc":
        drop(project, f"{name}.xlsx", name.encode())
    receiving = receive(project, received_at=MOMENT)
    next(receiving)
    assert aside(project).is_dir()
    assert isinstance(receiving, Generator)
    receiving.close()
    assert (names(project), aside(project).exists()) == (["b.xlsx", "c.xlsx"], False)


def test_what_an_ended_run_left_aside_is_removed_or_received(project: Project) -> None:
    known, unknown = filled(project, WHO), filled(project, "WM-POL")
    drop(project, "known.xlsx", known)
    (first,) = take_in(project)
    leave_aside(project, "from/known.xlsx", known)
    leave_aside(project, "from/unknown.xlsx", unknown)
    (receipt,) = take_in(project)
    assert (receipt.file, receipt.outcome) == ("from/unknown.xlsx", "accepted")
    assert (names(project), aside(project).exists(), check(project)) == ([], False, [])
    for sha256, content in ((first.sha256, known), (receipt.sha256, unknown)):
        original = original_of(project, sha256)
        assert original is not None
        assert original.read_bytes() == content


def test_where_nothing_can_be_set_aside_files_leave_all_the_same(project: Project) -> None:
    take_in(project)
    aside(project).write_bytes(b"in the way")
    drop(project, "a.xlsx", filled(project, WHO))
    (receipt,) = take_in(project)
    assert (receipt.outcome, names(project), check(project)) == ("accepted", [], [])
