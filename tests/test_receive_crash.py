"""A receive that dies at any moment: the next one finishes its work; nothing is lost, nothing is there twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import MOMENT, answers, changed, drop, filled, take_in
from killing import receives

from toolkit.project import open_project
from toolkit.store import check, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project

CHILD = """
import datetime as dt, os, sys
from pathlib import Path
from toolkit.intake import receive
from toolkit.project import open_project
project, last = open_project(Path(sys.argv[1])), int(sys.argv[3])
def die_in_time(event, arguments):
    global last
    if event in {"open", "os.rename", "os.remove", "os.mkdir"} and "audits" in str(arguments[0]):
        last -= 1
        if last == 0:
            os._exit(9)
if last:
    sys.addaudithook(die_in_time)
print("ready", flush=True)
for receipt in receive(project, received_at=dt.datetime.fromisoformat(sys.argv[2])):
    print(receipt.file, flush=True)
"""
WHO = "COV-COM"
KILLS = 100
LONGER, SHORTER = 1.1, 0.45
"""The time to live after a kill that came before anything was done, and after another: however busy the machine is, one
in ten comes far, and a batch is ended again and again."""
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def fill_inbox(project: Project) -> int:
    """One file of every kind; how many."""
    first = filled(project, WHO)
    files = {
        "a first.xlsx": first,
        "b again.xlsx": first,
        "c second.xlsx": filled(project, WHO, answers(project, WHO, seed=2), completed_on="2024-06-18"),
        "d other.xlsx": changed(filled(project, "WM-POL"), lambda _: None),
        "e blank.xlsx": filled(project, "DUD-SVC", {}),
        "f scan.xlsx": b"%PDF-1.7",
        "g scan again.xlsx": b"%PDF-1.7",
        "h older.xlsx": filled(project, WHO, answers(project, WHO, seed=3), completed_on="2024-06-02"),
    }
    for name, content in files.items():
        drop(project, name, content)
    return len(files)


def outcome(project: Project) -> dict[str, bytes]:
    """All that stands on disk after receiving, but for record and lock."""
    audits = project.root / "audits"
    return {
        path.relative_to(audits).as_posix(): path.read_bytes()
        for path in sorted(audits.rglob("*"))
        if path.is_file() and path.parent != project.record
    }


def told(project: Project) -> tuple[list[dict[str, object]], list[tuple[str, bool]]]:
    with open_store(project) as store:
        receipts = sorted((each.as_json() for each in store.receipts()), key=lambda each: str(each["file"]))
        return receipts, [(each.sha256, each.superseded) for each in store.returns(current_only=False)]


def start(root: Path, dies_at: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(root), MOMENT.isoformat(), str(dies_at)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def twin(project: Project, tmp_path: Path) -> Project:
    """A project with the same inbox, to be received without a crash."""
    root = tmp_path / "undisturbed"
    root.mkdir()
    for name in ("toolkit.toml", "register.csv"):
        (root / name).write_bytes((project.root / name).read_bytes())
    other = open_project(root)
    for path in sorted(project.inbox.iterdir()):
        drop(other, path.name, path.read_bytes())
    return other


def is_finished(project: Project, undisturbed: Project, count: int) -> None:
    assert len(take_in(undisturbed)) == count
    assert outcome(project) == outcome(undisturbed)
    assert told(project) == told(undisturbed)
    assert check(project) == []


def test_killed_between_any_two_steps(project: Project, tmp_path: Path) -> None:
    """Dies right before some opening, moving or removing of a file, later and later, until all is done."""
    count = fill_inbox(project)
    undisturbed = twin(project, tmp_path)
    chance = random.Random(7)
    deaths = 0
    for attempt in range(60):
        with start(project.root, chance.randint(3, 8 + 4 * attempt)) as child:
            child.communicate(timeout=60)
        if child.returncode == 0:
            break
        assert child.returncode == 9
        deaths += 1
    assert child.returncode == 0
    assert deaths >= 5
    is_finished(project, undisturbed, count)


def made(project: Project, batch: int) -> dict[str, bytes]:
    """Some forty files: each organisation again and again, a later one each time, some twice, some not workbooks."""
    files = {
        f"{batch} {number} {who}.xlsx": filled(
            project,
            who,
            answers(project, who, seed=100 * batch + number),
            completed_on=f"2024-05-{7 * (batch % 3) + number + 1:02}",
        )
        for number in range(7)
        for who in ("COV-COM", "WM-POL", "DUD-SVC", "BIR-HSG", "SOL-NHS")
    }
    files[f"{batch} again.xlsx"] = files[f"{batch} 0 COV-COM.xlsx"]
    files[f"{batch} scan.xlsx"] = b"%PDF-1.7" + bytes([batch])
    files[f"{batch} cut.xlsx"] = files[f"{batch} 1 COV-COM.xlsx"][:-99]
    return files


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not there; the test above kills on every system")
@pytest.mark.parametrize("turn", [1, 2])
def test_killed_two_hundred_times_at_random_moments(turn: int, project: Project, tmp_path: Path) -> None:
    """A hundred times in each turn, by one signal or another, until each inbox is empty; then the next."""
    chance = random.Random(turn)
    project.inbox.mkdir(parents=True)
    undisturbed = twin(project, tmp_path)
    kills = batch = 0
    longest = 0.4
    with receives() as them:
        while kills < KILLS:
            files = made(project, batch)
            for name, content in files.items():
                drop(project, name, content)
                drop(undisturbed, name, content)
            while kills < KILLS and (left := len(list(project.inbox.iterdir()))):
                kills += them.killed(project.root, chance.uniform(0, longest), chance.choice(SIGNALS))
                longest *= LONGER if len(list(project.inbox.iterdir())) == left else SHORTER
            take_in(project)
            is_finished(project, undisturbed, len(files))
            batch += 1
    assert batch > 1
