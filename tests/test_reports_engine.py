"""The warm engine: what an ordinary kernel records, no trace from run to run, and an end to what takes too long."""

from __future__ import annotations

import functools
import gc
import json
import os
import random
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from papermill.exceptions import PapermillExecutionError
from reports_region import Plan, make_project

from toolkit.publishing import DocumentMeta, file_of, publish
from toolkit.reports import plan, run_all, worker_pool
from toolkit.reports.execution import execute, settle
from toolkit.store import freeze, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from toolkit.project import Project
    from toolkit.reports import Run, RunResult

PUBLISH = functools.partial(publish, meta=DocumentMeta(office="Office", snapshot="snapshot", toolkit_version="version"))

SHOWS = (
    # a kernel hands on what a child prints through a thread of its own, before or after a result that comes at once
    "import os, time; print('hi'); told = os.system('echo from below'); time.sleep(0.5); told",
    "1 + 1",
    "from IPython.display import HTML, display\nshown = display(HTML('<b>x</b>'), display_id=True)\nprint('a')",
    "shown.update(HTML('<i>y</i>'))\n3",
    "import asyncio\nawait asyncio.sleep(0.001)\n'awaited ü'",
    "import sys; print('to the other', file=sys.stderr)",
    "print('µ')",
    "from IPython.display import clear_output\nprint('gone'); clear_output(); print('kept')",
    "None",
    "",
    "display({'a': 1}); _",
)
ENDS = (
    "def divide():\n    return 1 / 0\ndivide()",
    "raise SystemExit(3)",
    "this is no Python",
)
SPOILS = """
import decimal, locale, logging, os, random, sys, warnings
import numpy as np, pandas as pd
os.environ['SPOILT'] = 'yes'
os.chdir(os.path.dirname(os.getcwd()))
sys.path.insert(0, '/spoilt'); sys.argv.append('--spoilt'); sys.setrecursionlimit(5000)
warnings.simplefilter('error'); logging.disable(50); logging.getLogger().setLevel(1)
decimal.getcontext().prec = 3
pd.set_option('display.max_rows', 3); pd.options.mode.copy_on_write
np.set_printoptions(precision=1); np.seterr(all='raise')
random.seed(5); np.random.seed(5)
sys.displayhook = print; sys.excepthook = print
get_ipython().events.register('post_run_cell', lambda *_: print('spoilt'))
spoilt = True
"""
LOOKS = """
import decimal, logging, os, random, sys, warnings
import numpy as np, pandas as pd
print('SPOILT' in os.environ, os.path.basename(os.getcwd()), '/spoilt' in sys.path, '--spoilt' in sys.argv,
      sys.getrecursionlimit(), [each[0] for each in warnings.filters][:1], logging.getLogger().level,
      logging.root.manager.disable, decimal.getcontext().prec, pd.get_option('display.max_rows'),
      np.get_printoptions()['precision'], np.geterr()['divide'], random.random(), np.random.random(),
      'spoilt' in globals(), sys.excepthook is print)
"""


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path) -> Iterator[None]:
    before = dict(os.environ)
    settle(tmp_path / "cache")
    yield
    os.environ.clear()
    os.environ.update(before)


def run(folder: Path, sources: Sequence[str], engine: str = "warm", name: str = "notebook") -> dict[str, Any]:
    """The executed notebook of some cells, whether it fails or not."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    template, executed = folder / f"{name}.ipynb", folder / f"{name}-{engine}.ipynb"
    template.write_text(json.dumps(content), encoding="utf-8")
    try:
        execute(template, executed, {}, engine)
    except PapermillExecutionError:
        assert executed.is_file()
    notebook: dict[str, Any] = json.loads(executed.read_text(encoding="utf-8"))
    return notebook


def recorded(notebook: dict[str, Any]) -> list[tuple[object, ...]]:
    """What the cells show, without times, traceback (whose colours differ) and the name of a cell's code."""
    text = re.sub(r"invalid syntax \([^,]*,", "invalid syntax (", json.dumps(notebook))
    return [
        (
            "".join(cell["source"]),
            cell.get("execution_count"),
            cell["metadata"].get("papermill", {}).get("status"),
            [{key: value for key, value in each.items() if key != "traceback"} for each in cell.get("outputs", ())],
        )
        for cell in json.loads(text)["cells"]
    ]


@pytest.mark.parametrize("last", ENDS)
def test_the_warm_engine_records_what_a_kernel_records(tmp_path: Path, last: str) -> None:
    os.environ.pop("PYTEST_CURRENT_TEST")  # in whose presence a kernel does not look at what programs print
    warm, kernel = (recorded(run(tmp_path, (*SHOWS, last, "'not reached'"), engine)) for engine in ("warm", "kernel"))
    assert warm == kernel
    assert "pending" in str(warm[-1])


def test_a_failure_has_its_traceback_with_the_cells_own_line(tmp_path: Path) -> None:
    cells = run(tmp_path, ENDS[:1])["cells"]
    (failed,) = [each for cell in cells for each in cell.get("outputs", ()) if each["output_type"] == "error"]
    assert any("return" in line for line in failed["traceback"])


def test_no_run_sees_an_earlier_one(tmp_path: Path) -> None:
    filters, hooks, main = list(sys.path), (sys.displayhook, sys.excepthook), sys.modules["__main__"]
    fresh = recorded(run(tmp_path, (LOOKS,), name="looks"))
    run(tmp_path, (SPOILS, "1 / 0"), name="spoils")
    assert recorded(run(tmp_path, (LOOKS,), name="looks")) == fresh
    assert (list(sys.path), (sys.displayhook, sys.excepthook), sys.modules["__main__"]) == (filters, hooks, main)
    assert Path.cwd() != tmp_path
    assert "SPOILT" not in os.environ


def sizes_over(runs: int, folder: Path) -> list[tuple[int, int, int]]:
    """Memory, open files and threads of this process after each fifth of so many runs."""
    settle(folder / "cache")
    process, sizes = psutil.Process(), []
    for _ in range(5):
        for _ in range(runs // 5):
            run(folder, ("import pandas as pd; frame = pd.DataFrame({'a': range(1000)}); frame", "print('x')"))
        gc.collect()
        sizes.append((process.memory_info().rss, len(process.open_files()), process.num_threads()))
    return sizes


def test_many_runs_leave_neither_memory_nor_open_files(tmp_path: Path) -> None:
    with worker_pool(1) as executor:  # where nothing else takes memory
        (after_100, files, threads), *_, (after_500, files_then, threads_then) = executor.submit(
            sizes_over, 500, tmp_path
        ).result()
    assert after_500 - after_100 < 4 * 2**20
    assert files_then <= files
    assert threads_then <= threads


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_project(tmp_path_factory.mktemp("region") / "project", Plan(each_area=1))


def runs_of(project: Project) -> tuple[Run, ...]:
    return plan(project, open_snapshot(freeze(project)), "2024")


def results(runs: Sequence[Run], executor: Executor, **how: object) -> dict[str, RunResult]:
    tasks = [(each, PUBLISH) for each in runs]
    return {result.run.name: result for result in run_all(tasks, executor, **how)}  # type: ignore[arg-type]  # by name


def pages(runs: Sequence[Run]) -> dict[str, bytes]:
    return {each.name: file_of(each.published, "html").read_bytes() for each in runs}


def test_the_same_bytes_in_any_order_by_any_engine_and_executor(project: Project) -> None:
    runs = list(runs_of(project))
    with worker_pool(1) as executor:
        assert {each.state for each in results(runs, executor).values()} == {"made"}
        first = pages(runs)
        random.Random(1).shuffle(runs)
        results(runs, executor)
    assert pages(runs) == first
    some = [
        each for each in runs if each.name in {"board-report", "peer-review", "area-walsall", "deep-dive-standard-05"}
    ]
    with ThreadPoolExecutor(2) as executor:
        results(some, executor)
    assert pages(runs) == first
    with worker_pool(2) as executor:
        results(some, executor, engine="kernel")
    assert pages(runs) == first


def with_cell(project: Project, report: str, cell: str, source: str) -> None:
    """The project's template of a report with another source in one cell."""
    template = project.templates / report
    notebook = json.loads(template.read_text(encoding="utf-8"))
    next(each for each in notebook["cells"] if each["id"] == cell)["source"] = source
    template.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="the call that holds everything up is one of Linux and macOS")
def test_what_takes_too_long_is_stopped_even_where_nothing_interrupts_it(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    with_cell(project, "board_report.ipynb", "compliance", "import ctypes\nctypes.PyDLL(None).sleep(600)")
    runs = [each for each in runs_of(project) if each.name in {"board-report", "peer-review", "deep-dive-standard-12"}]
    with worker_pool(2) as executor:
        found = results(runs, executor, limit=12, workers=2)
    assert {name: each.state for name, each in found.items()} == {
        "board-report": "failed",
        "peer-review": "made",
        "deep-dive-standard-12": "made",
    }
    for part in ("Board report was stopped after 12 seconds", "time_limit under [reports] in toolkit.toml"):
        assert part in found["board-report"].message


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Linux and macOS")
def test_a_run_that_kills_its_process_costs_that_run_alone(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    with_cell(project, "peer_review.ipynb", "in-brief", "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    runs = [each for each in runs_of(project) if each.report in {"board", "peer-review"}]
    with worker_pool(2) as executor:
        found = results(runs, executor, workers=2)
    assert {name: each.state for name, each in found.items()} == {"board-report": "made", "peer-review": "failed"}
    assert "its worker process ended" in found["peer-review"].message
