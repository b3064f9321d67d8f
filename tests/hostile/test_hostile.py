"""The hostile collection goes through the door: each file ends quarantined or held for one of the right reasons."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hostile.collection import files, write
from toolkit.intake import receive
from toolkit.intake.queries import load_queries, outcome_of
from toolkit.records import Outcome
from toolkit.store import check

if TYPE_CHECKING:
    from toolkit.project import Project

_GIB = 1 << 30


def test_every_file_ends_turned_away_for_one_of_the_right_reasons(project: Project) -> None:
    project.inbox.mkdir(parents=True)
    expected = write(project.inbox)
    receipts = list(receive(project))
    assert Counter(receipt.file for receipt in receipts) == dict.fromkeys(expected, 1)
    codes = {receipt.file: receipt.reason.partition(":")[0] for receipt in receipts}
    assert {file: code for file, code in codes.items() if code not in expected[file]} == {}
    assert {receipt.outcome for receipt in receipts} == {Outcome.HELD, Outcome.QUARANTINED}
    assert all(receipt.outcome is outcome_of(codes[receipt.file]) for receipt in receipts)
    written = [json.loads(path.read_text("utf-8"))["file"] for path in project.receipts.iterdir()]
    assert Counter(written) == dict.fromkeys(expected, 1)
    assert check(project) == []


def test_the_collection_is_large_and_the_same_each_time() -> None:
    made = files()
    assert len(made) >= 80
    assert len({each.content for each in made.values()}) == len(made)
    assert made == files()
    assert {code for each in made.values() for code in each.codes} <= set(load_queries())


@pytest.mark.skipif(sys.platform != "linux", reason="the greatest memory of a process is counted otherwise elsewhere")
def test_no_file_takes_much_memory(tmp_path: Path) -> None:
    """All in one process, one after the other: not one takes more than a GiB, in the guard or in a reader."""
    for name, each in files().items():
        (tmp_path / name).write_bytes(each.content)
    command = [sys.executable, "-m", "hostile.measuring", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < _GIB
