"""A resolve that dies at any moment: the same command again, or receive, finishes its work."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import MOMENT, drop, filled, renamed, take_in
from intake_workbooks import changed as changed_by

from toolkit.intake import receive
from toolkit.project import open_project
from toolkit.store import check, open_store, read_decisions

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project

CHILD = """
import datetime as dt, os, sys
from pathlib import Path
from toolkit.intake.receiving.resolving import Choice, resolve
from toolkit.project import open_project
def main():
    project, last = open_project(Path(sys.argv[1])), int(sys.argv[3])
    def die_in_time(event, arguments):
        nonlocal last
        if event in {"open", "os.rename", "os.remove", "os.mkdir"} and "audits" in str(arguments[0]):
            last -= 1
            if last == 0:
                os._exit(9)
    if last:
        sys.addaudithook(die_in_time)
    moment = dt.datetime.fromisoformat(sys.argv[2])
    resolve(project, "a.xlsx", Choice("COV-COM"), who="AB", why="asked", at=moment)
if __name__ == "__main__":
    main()
"""


def run(root: Path, dies_at: int) -> int:
    command = [sys.executable, "-c", CHILD, str(root), MOMENT.isoformat(), str(dies_at)]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode


def everything(project: Project) -> tuple[dict[str, bytes], list[dict[str, object]], list[str]]:
    audits = project.root / "audits"
    files = {
        path.relative_to(audits).as_posix(): path.read_bytes()
        for path in sorted(audits.rglob("*"))
        if path.is_file() and path.parent != project.record
    }
    with open_store(project) as store:
        return files, [each.as_json() for each in store.receipts()], [each.sha256 for each in store.returns()]


@pytest.fixture
def held(project: Project) -> Project:
    drop(project, "a.xlsx", changed_by(filled(project, "COV-COM"), renamed("Coventry Synthetic Commissioners", "CC")))
    (receipt,) = take_in(project)
    assert receipt.outcome == "held"
    return project


def test_killed_between_any_two_steps(held: Project, tmp_path: Path) -> None:
    undisturbed = open_project(shutil.copytree(held.root, tmp_path / "undisturbed"))
    assert run(undisturbed.root, 0) == 0
    expected = everything(undisturbed)
    assert [name for name in expected[0] if name.startswith("held/")] == []
    deaths = 0
    for number in sorted(random.Random(5).sample(range(1, 24), 8)):
        project = open_project(shutil.copytree(held.root, tmp_path / f"copy {number}"))
        deaths += run(project.root, number) == 9
        if number % 2 and read_decisions(project):
            waiting = [path for path in project.held.iterdir() if path.suffix == ".xlsx"]
            list(receive(project, waiting, MOMENT))
        else:
            again = run(project.root, 0)
            assert again == 0 or not list(project.held.iterdir())
        assert everything(project) == expected, number
        assert len(read_decisions(project)) == 1
        assert check(project) == []
    assert deaths >= 5
