"""How much faster returns are taken in, storing included, than openpyxl merely reads their cells; two processes each.

    python benchmarks/receiving.py [RETURNS] [ROUNDS]

Makes that many filled-in audit workbooks (300 by default, each of another organisation) and, in turn, receives all of
them into a fresh project with two workers (guard, parse, validate, decide, keep, record, receipt), and has openpyxl
look at every cell of them in a pool of two processes. Prints milliseconds a return and the ratio, each the median of
the rounds. Times do not travel, the ratio does.
"""

from __future__ import annotations

import csv
import shutil
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from openpyxl import load_workbook
from reading import SETTINGS, organisation, workbook

from toolkit.intake import receive
from toolkit.project import open_project
from toolkit.records import Outcome

AT_LEAST = 10.0
PROCESSES = 2
COLUMNS = "organisation_id organisation aliases sector areas tiers commissioner direct_services lead_name lead_email"


def main(returns: int = 300, rounds: int = 3) -> float:
    """Measure, print, and return the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        made = _make(Path(folder), returns)
        ours, theirs = [], []
        for number in range(rounds):
            ours.append(_received(Path(folder) / f"round-{number}", made))
            theirs.append(_read(made))
    ratio = statistics.median(slow / fast for slow, fast in zip(theirs, ours, strict=True))
    print(f"{returns} returns, {rounds} rounds, {PROCESSES} processes each")
    print(f"toolkit   {1000 * statistics.median(ours) / returns:6.2f} ms a return (guard to receipt, stored)")
    print(f"openpyxl  {1000 * statistics.median(theirs) / returns:6.2f} ms a return (load, look at every cell)")
    print(f"ratio     {ratio:6.1f} (wanted: at least {AT_LEAST:.0f})")
    return ratio


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


def _received(root: Path, made: Path) -> float:
    root.mkdir()
    for name in ("toolkit.toml", "register.csv"):
        shutil.copy(made / name, root / name)
    shutil.copytree(made / "returned", root / "audits" / "inbox")
    project = open_project(root)
    start = time.perf_counter()
    outcomes = [receipt.outcome for receipt in receive(project, workers=PROCESSES)]
    taken = time.perf_counter() - start
    assert set(outcomes) == {Outcome.ACCEPTED}  # noqa: S101 - a benchmark of something else would be worthless
    shutil.rmtree(root)
    return taken


def _read(made: Path) -> float:
    paths = sorted((made / "returned").iterdir())
    start = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES) as pool:
        filled = sum(pool.map(_cells, paths, chunksize=4))
    taken = time.perf_counter() - start
    assert filled > len(paths)  # noqa: S101 - as above
    return taken


def _cells(path: Path) -> int:
    book = load_workbook(path)
    return sum(cell.value is not None for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


if __name__ == "__main__":
    sys.exit(0 if main(*map(int, sys.argv[1:3])) >= AT_LEAST else 1)
