"""How much faster returns are taken in, storing included, than openpyxl merely reads their cells; two processes each.

    python benchmarks/receiving.py [RETURNS] [ROUNDS]

Makes that many filled-in audit workbooks (2,000 by default, each of another organisation and in words of its own) and
has openpyxl, in normal mode, look at every cell of them in a pool of two processes, a part of the files at a time.
After each part, in every round, it receives all of them into a fresh project with two workers (guard, parse,
validate, decide, keep, record, receipt), so that a machine that becomes slower meanwhile does so for both. Making the
query workbooks, which the command does after it has received, is not part of it. Prints milliseconds a return, for
the toolkit the median of the rounds (7 by default), and the ratio. Times do not travel, the ratio does; on a machine
that has other work, the ratio of processor time does.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from openpyxl import load_workbook
from reading import SETTINGS, organisation, workbook

from toolkit.intake import receive
from toolkit.project import open_project
from toolkit.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

AT_LEAST = 10.0
PROCESSES = 2
RECEIVED = dt.datetime(2024, 6, 20, tzinfo=dt.UTC)
"""Before the deadline of the cycle, so that what is answered by then does not depend on the day of the measurement."""
COLUMNS = "organisation_id organisation aliases sector areas tiers commissioner direct_services lead_name lead_email"


@dataclass(frozen=True)
class Taken:
    """Seconds that something took: by the clock, and of the processors, which is told on Linux only (else 0)."""

    clock: float
    processor: float


def main(returns: int = 2000, rounds: int = 7) -> float:
    """Measure, print, and return the ratio by the clock."""
    with tempfile.TemporaryDirectory() as folder:
        made = _make(Path(folder), returns)
        paths = sorted((made / "returned").iterdir())
        ours, parts = [], [_read(paths[:: rounds + 1])]
        for number in range(1, rounds + 1):
            ours.append(_received(Path(folder) / f"round-{number}", made))
            parts.append(_read(paths[number :: rounds + 1]))
            print(f"round {number}: {1000 * ours[-1].clock / returns:.2f} ms a return", flush=True)
    toolkit, openpyxl = _each(ours, statistics.median), _each(parts, sum)
    print(f"{returns} returns, {rounds} rounds, {PROCESSES} processes each")
    for who, taken, what in (
        ("toolkit ", toolkit, "guard to receipt, stored"),
        ("openpyxl", openpyxl, "load in normal mode, look at every cell"),
    ):
        clock, processor = (1000 * each / returns for each in (taken.clock, taken.processor))
        print(f"{who}  {clock:6.2f} ms a return ({what}); processor {processor:.2f} ms")
    ratio = openpyxl.clock / toolkit.clock
    print(f"ratio     {ratio:6.1f} (wanted: at least {AT_LEAST:.0f})")
    if toolkit.processor:
        print(f"          {openpyxl.processor / toolkit.processor:6.1f} of processor time")
    return ratio


def _each(taken: list[Taken], together: Callable[[list[float]], float]) -> Taken:
    return Taken(together([each.clock for each in taken]), together([each.processor for each in taken]))


def _make(folder: Path, returns: int) -> Path:
    """A project with that many organisations in its register and their returns in `returned/`."""
    made = folder / "made"
    (made / "returned").mkdir(parents=True)
    (made / "toolkit.toml").write_text(SETTINGS, encoding="utf-8")
    organisations = [organisation(number) for number in range(returns)]
    with (made / "register.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.split())
        for each in organisations:
            writer.writerow(
                (
                    each.organisation_id,
                    each.name,
                    "",
                    each.sector,
                    "Birmingham",
                    "1;3",
                    "yes",
                    "yes",
                    each.lead_name,
                    "",
                )
            )
    project = open_project(made)
    for each in organisations:
        workbook(project, each, made / "returned")
    return made


def _received(root: Path, made: Path) -> Taken:
    """A round. Its folder stays until all are done: some file systems make new files wait for those just removed."""
    root.mkdir()
    for name in ("toolkit.toml", "register.csv"):
        shutil.copy(made / name, root / name)
    shutil.copytree(made / "returned", root / "audits" / "inbox")
    if hasattr(os, "sync"):
        os.sync()  # what was written and removed before is none of this round's
    project = open_project(root)
    outcomes: list[Outcome] = []
    taken = _timed(lambda: outcomes.extend(each.outcome for each in receive(project, None, RECEIVED, PROCESSES)))
    assert set(outcomes) == {Outcome.ACCEPTED}  # noqa: S101 - a benchmark of something else would be worthless
    return taken


def _read(paths: list[Path]) -> Taken:
    filled: list[int] = []

    def read() -> None:
        with ProcessPoolExecutor(PROCESSES) as pool:
            filled.extend(pool.map(_cells, paths, chunksize=4))

    taken = _timed(read)
    assert len(filled) == len(paths)  # noqa: S101 - as above
    assert all(filled)  # noqa: S101 - as above
    return taken


def _timed(work: Callable[[], object]) -> Taken:
    clock, processor = time.perf_counter(), _processor_time()
    work()
    return Taken(time.perf_counter() - clock, _processor_time() - processor)


def _processor_time() -> float:
    """Seconds of this process, of those under it, and of theirs that have ended: all workers are gone when we look."""
    if sys.platform != "linux":
        return 0.0
    own = psutil.Process()
    return sum(sum(each.cpu_times()[:4]) for each in (own, *own.children(recursive=True)))


def _cells(path: Path) -> int:
    book = load_workbook(path)
    return sum(cell.value is not None for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


if __name__ == "__main__":
    sys.exit(0 if main(*map(int, sys.argv[1:3])) >= AT_LEAST else 1)
