"""The sender's own check: the same rules as receiving, inside and outside a project, and nothing is stored."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import answers, codes, filled, received

from toolkit.intake.checking import check_return
from toolkit.records import Outcome, Rating

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project

WHO = "COV-COM"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "toolkit", "check-return", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "sender"
    folder.mkdir()
    return folder


def whole(project: Project) -> bytes:
    """A return about which there is nothing to ask."""
    given = {
        criterion: replace(each, rating=Rating.MET, rating_as_written="Met", evidence=f"Our own record of {criterion}")
        for criterion, each in answers(project, WHO).items()
    }
    return filled(project, WHO, given)


def test_the_same_questions_as_receiving_outside_any_project(project: Project, elsewhere: Path) -> None:
    given = answers(project, WHO)
    given["2.1"] = replace(given["2.1"], rating_as_written="so so")
    content = filled(project, WHO, given, authorised_by="")
    path = elsewhere / "mine.xlsx"
    path.write_bytes(content)
    (check,) = check_return(path)
    receipt = received(project, content, moment=dt.datetime.now(dt.UTC))
    assert check.receipt.outcome is Outcome.ACCEPTED
    by_today = {"target-date-passed"}  # the check is made today, and the return came in 2024
    assert codes(check.receipt) - by_today == codes(receipt) - by_today
    assert check.receipt.criteria_expected == receipt.criteria_expected
    assert next((each.criterion, each.found) for each in check.questions) == ("2.1", "so so")
    (inside,) = check_return(path, project)
    assert codes(inside.receipt) - by_today == codes(receipt) - by_today


def test_a_fine_return_exits_with_nought(project: Project, elsewhere: Path) -> None:
    (elsewhere / "mine.xlsx").write_bytes(whole(project))
    done = run(elsewhere, "mine.xlsx")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "would be accepted as the return of Coventry Synthetic Commissioners for cycle 2024" in done.stdout
    assert "nothing to settle" in done.stdout


def test_what_there_is_to_settle_is_named_by_cell_and_nothing_is_left_behind(project: Project, elsewhere: Path) -> None:
    given = answers(project, WHO)
    given["2.1"] = replace(given["2.1"], rating_as_written="so so")
    (elsewhere / "mine.xlsx").write_bytes(filled(project, WHO, given))
    done = run(elsewhere, "mine.xlsx")
    assert done.returncode == 1
    assert "Standard 2, D" in done.stdout
    assert "so so" in done.stdout
    told = run(elsewhere, "mine.xlsx", "--json")
    assert json.loads(told.stdout)["outcome"] == "accepted"
    assert [each.name for each in elsewhere.iterdir()] == ["mine.xlsx"]
    inside = run(project.root, str(elsewhere / "mine.xlsx"))
    assert inside.returncode == 1
    assert not project.inbox.exists()
    assert not project.record.exists()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 not really", b"%PDF-1.7", b"\xd0\xcf\x11\xe0" * 100, b"a,b\n1,2\n"]
)
def test_what_is_no_return_is_one_sentence(content: bytes, elsewhere: Path) -> None:
    (elsewhere / "odd.xlsx").write_bytes(content)
    done = run(elsewhere, "odd.xlsx")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "would not be read" in done.stdout or "would be held" in done.stdout


def test_a_file_that_is_not_there(elsewhere: Path) -> None:
    done = run(elsewhere, "none.xlsx")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
