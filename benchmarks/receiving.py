"""How much faster returns are taken in, storing included, than openpyxl merely reads their cells; two processes each.

    python benchmarks/receiving.py [RETURNS] [ROUNDS]

Makes that many filled-in audit workbooks (2,000 by default, each of another organisation and in words of its own). In
every round it receives all of them into a fresh project with two workers (guard, parse, validate, decide, keep, record,
receipt); before the first round and after each, openpyxl, in normal mode, looks at every cell of them in a pool of two
processes. A round is compared with the two passes of openpyxl around it, so that a machine that becomes slower
meanwhile does so for both, and they keep the rounds apart: for a minute some file systems make new files wait for
those just removed, and a round removes its inbox. Making the query workbooks, which the command does after it has
received, is not part of it. Prints milliseconds a return and the ratio of each round, and the median of the ratios.
Times do not travel, the ratio does; on a machine that has other work, the ratio of processor time does. Ten minutes on
two cores.
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


def main(returns: int = 2000, rounds: int = 5) -> float:
    """Measure, print, and return the ratio by the clock."""
    ratios: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        made = _make(Path(folder), returns)
        paths = sorted((made / "returned").iterdir())
        before = _read(paths)
        for number in range(1, rounds + 1):
            ours = _received(Path(folder) / f"round-{number}", made)
            after = _read(paths)
            ratios.append(_ratio(before, after, ours))
            print(f"round {number}", _line("openpyxl", before, returns), _line("toolkit", ours, returns), sep="; ")
            print("         ratio {:.1f}, of processor time {:.1f}".format(*ratios[-1]), flush=True)
            before = after
    ratio = statistics.median(by_clock for by_clock, _ in ratios)
    of_processors = statistics.median(each for _, each in ratios)
    print(f"{returns} returns, {rounds} rounds, {PROCESSES} processes each")
    print("openpyxl: load in normal mode, look at every cell; toolkit: guard to receipt, stored")
    print(f"ratio {ratio:.1f} (wanted: at least {AT_LEAST:.0f}), of processor time {of_processors:.1f}")
    return ratio


def _ratio(before: Taken, after: Taken, ours: Taken) -> tuple[float, float]:
    """How many times longer openpyxl took, around it, than a round: by the clock, of processor time (or 0)."""
    openpyxl = (before.clock + after.clock) / 2, (before.processor + after.processor) / 2
    return openpyxl[0] / ours.clock, openpyxl[1] / ours.processor if ours.processor else 0.0


def _line(who: str, taken: Taken, returns: int) -> str:
    return f"{who} {1000 * taken.clock / returns:.2f} ms a return, processor {1000 * taken.processor / returns:.2f} ms"


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
