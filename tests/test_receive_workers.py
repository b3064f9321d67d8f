"""Worker processes: whatever a file does to the process that reads it, it does to nothing else."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import psutil
import pytest

from toolkit.intake.receiving.judging import Judge, Judged, judge_for
from toolkit.intake.receiving.working import Workers, workers_for
from toolkit.processes.starting import widen
from toolkit.records import Outcome

from intake_workbooks import MOMENT, drop, filled  # isort: skip - a module beside the tests

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project

MEGABYTE = 1 << 20
PATIENCE = 20.0
"""Seconds for a file where none hangs: nothing is said of a busy machine."""


@dataclass(frozen=True)
class Fragile(Judge):
    """A judge whose reader is at the mercy of a file: by its name, it ends, hangs or takes all memory."""

    def judge(self, path: Path, name: str) -> Judged:
        if name.startswith("aborts"):
            os.abort()
        if name.startswith("hangs"):
            time.sleep(600)
        if name.startswith("swells"):
            swollen = [bytes(64 * MEGABYTE) for _ in range(64)]
            return self.judge(path, str(len(swollen)))
        if name.startswith("panics"):
            return replace(super().judge(path, name), was_odd=True)
        return super().judge(path, name)


@pytest.fixture
def fragile(project: Project) -> Fragile:
    judge = judge_for(project, MOMENT)
    return Fragile(judge.context, judge.register, judge.settings, judge.root, judge.received_at)


def judged(judge: Judge, path: Path, names: list[str], count: int = 2, seconds: float = PATIENCE) -> dict[str, str]:
    """Outcome, or code of the reason, by name."""
    with Workers(judge, count, most_memory=768 * MEGABYTE, most_seconds=seconds) as workers:
        found = list(workers.judged((path, name) for name in names))
    receipts = [each.entries[0].receipt for each in found]
    assert [receipt.file for receipt in receipts] == names
    return {receipt.file: receipt.reason.partition(":")[0] or str(receipt.outcome) for receipt in receipts}


@pytest.mark.parametrize(
    ("kind", "code"), [("aborts", "reader-stopped"), ("hangs", "reader-stopped"), ("panics", "accepted")]
)
def test_the_one_file_is_told_from_those_around_it(kind: str, code: str, fragile: Fragile, project: Project) -> None:
    path = drop(project, "a.xlsx", filled(project, "COV-COM"))
    names = [f"{number:02}" for number in range(12)]
    names[5:5] = [f"{kind} first"]
    names.append(f"{kind} last")
    expected = {name: code if name.startswith(kind) else "accepted" for name in names}
    assert judged(fragile, path, names, seconds=2.0 if kind == "hangs" else PATIENCE) == expected


def test_a_file_that_takes_all_memory_is_quarantined(fragile: Fragile, project: Project) -> None:
    path = drop(project, "a.xlsx", filled(project, "COV-COM"))
    found = judged(fragile, path, ["before", "swells", "after"], count=1)
    assert found["before"] == found["after"] == str(Outcome.ACCEPTED)
    assert found["swells"] in {"unreadable-file", "reader-stopped"}


def test_no_worker_outlives_its_work(fragile: Fragile, project: Project) -> None:
    path = drop(project, "a.xlsx", filled(project, "COV-COM"))
    with Workers(fragile, 2) as workers:
        assert len(list(workers.judged((path, str(number)) for number in range(9)))) == 9
    started = [each for each in psutil.Process().children() if "forkserver" not in " ".join(each.cmdline())]
    assert [each for each in started if "resource_tracker" not in " ".join(each.cmdline())] == []


def test_few_files_need_few_workers() -> None:
    assert workers_for(0) == workers_for(1) == workers_for(15) == 1
    assert workers_for(10_000) >= 1
    assert workers_for(1, 3) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a pipe holds what it holds")
def test_the_answers_of_a_group_go_through_in_one_go() -> None:
    from fcntl import F_GETPIPE_SZ, fcntl

    with ProcessPoolExecutor(1) as pool:
        answers = pool._result_queue._reader  # type: ignore[attr-defined]  # noqa: SLF001 - it shows nowhere else
        assert fcntl(answers, F_GETPIPE_SZ) < MEGABYTE
        widen(pool)
        assert fcntl(answers, F_GETPIPE_SZ) == MEGABYTE
