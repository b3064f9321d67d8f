"""How much faster returns are taken in, storing included, than openpyxl merely reads their cells; two processes each.

    python benchmarks/receiving.py [RETURNS] [ROUNDS]

Makes that many filled-in audit workbooks (2,000 by default, each of another organisation and in words of its own). In
every round it receives all of them into a fresh project with two workers (guard, parse, validate, decide, keep, record,
receipt); before the first round and after each, openpyxl, in normal mode, looks at every cell of a quarter of them in a
pool of two processes. A round is compared with what openpyxl did just before and after it, so that a machine that
becomes slower meanwhile does so for both; as it may do so within seconds, there are many rounds. Making the query
workbooks, which the command does after it has received, is not part of it.

For minutes after files were removed, ext4 has every new file look through their places first. A round removes its
inbox, and the next ones would pay for that, as nobody's intake does who receives once: the returns keep a second name
until all rounds are done. Removing those, in as many threads as intake has for that, is timed then, and added to each
round.

Prints milliseconds a return and the ratio of each round, and the median of the ratios.
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
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
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
PARTS = 4
"""Of what openpyxl reads, one at a time."""
WRITERS = 4
"""Threads that remove files, as in intake."""
RECEIVED = dt.datetime(2024, 6, 20, tzinfo=dt.UTC)
"""Before the deadline of the cycle, so that what is answered by then does not depend on the day of the measurement."""
COLUMNS = "organisation_id organisation aliases sector areas tiers commissioner direct_services lead_name lead_email"


@dataclass(frozen=True)
class Taken:
    """Seconds that something took: by the clock, and of the processors, which is told on Linux only (else 0)."""

    clock: float
    processor: float


def main(returns: int = 2000, rounds: int = 15) -> float:
    """Measure, print, and return the ratio by the clock."""
    passes: list[Taken] = []
    received: list[Taken] = []
    with tempfile.TemporaryDirectory() as folder:
        made = _make(Path(folder), returns)
        paths = sorted((made / "returned").iterdir())
        parts = [paths[start::PARTS] or paths for start in range(PARTS)]
        passes.append(_read(parts[0], returns))
        for number in range(1, rounds + 1):
            received.append(_received(Path(folder) / f"round-{number}", made))
            passes.append(_read(parts[number % PARTS], returns))
            print(
                _line(f"round {number}: openpyxl", passes[-1], returns),
                _line("toolkit", received[-1], returns),
                sep="; ",
                flush=True,
            )
        removed = _removed([path for each in Path(folder).glob("round-*/second-names") for path in each.iterdir()])
    print(_line("removing what was received", removed, returns * rounds))
    ours = [
        Taken(each.clock + removed.clock / rounds, each.processor + removed.processor / rounds) for each in received
    ]
    ratios = [_ratio(*each) for each in zip(passes, passes[1:], ours, strict=False)]
    for number, each in enumerate(ratios, 1):
        print("round {}: ratio {:.1f}, of processor time {:.1f}".format(number, *each))
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
    """A round, but for the freeing of what it has received."""
    root.mkdir()
    for name in ("toolkit.toml", "register.csv"):
        shutil.copy(made / name, root / name)
    second = root / "second-names"
    shutil.copytree(made / "returned", second)
    shutil.copytree(second, root / "audits" / "inbox", copy_function=os.link)
    if hasattr(os, "sync"):
        os.sync()  # what was written and removed before is none of this round's
    project = open_project(root)
    outcomes: list[Outcome] = []
    taken = _timed(lambda: outcomes.extend(each.outcome for each in receive(project, None, RECEIVED, PROCESSES)))
    assert set(outcomes) == {Outcome.ACCEPTED}  # noqa: S101 - a benchmark of something else would be worthless
    return taken


def _removed(paths: list[Path]) -> Taken:
    def remove() -> None:
        with ThreadPoolExecutor(WRITERS) as threads:
            list(threads.map(_remove, (paths[start::WRITERS] for start in range(WRITERS))))

    return _timed(remove)


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink()


def _read(paths: list[Path], returns: int) -> Taken:
    """As long as it would take for all returns."""
    filled: list[int] = []

    def read() -> None:
        with ProcessPoolExecutor(PROCESSES) as pool:
            filled.extend(pool.map(_cells, paths, chunksize=4))

    taken = _timed(read)
    assert len(filled) == len(paths)  # noqa: S101 - as above
    assert all(filled)  # noqa: S101 - as above
    share = returns / len(paths)
    return Taken(taken.clock * share, taken.processor * share)


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
