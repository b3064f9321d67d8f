"""How long a report set takes, beside papermill as it comes, a shell loop, ploomber, jupyter-cache and the bare floor.

    python benchmarks/reports.py PROJECT [ROUNDS]

PROJECT is a demo that was made before (`toolkit demo DIR`); its published reports are made anew. Every way makes the
same 21 reports as HTML from the same snapshot and templates, in two processes where it knows how. In each round all
ways run once, one after another; printed are the medians of the rounds in seconds and their ratio to ours. The floor
is the same functions called in two processes that have imported everything, without notebooks; "warm workers" are our
runs in such processes, while the cold set is the whole command with its start. Ploomber and
jupyter-cache are not among the toolkit's requirements: they are measured where they are installed beside it.
"""

from __future__ import annotations

import importlib.util
import json
import multiprocessing
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.cli.report_sets import How, plan_sets
from toolkit.document.notebooks import without_grammars
from toolkit.project import open_project
from toolkit.reports import plan, run_all
from toolkit.store import correct, freeze, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.project import Project
    from toolkit.reports import Run

PROCESSES = 2
SECTIONS = {
    "deep-dive": "deep_dive",
    "area": "area_report",
    "peer-review": "peer_review",
    "board": "board_report",
}
WANTED = {"papermill in a pool": 4.0, "shell loop": 15.0}


def main(project: Path, rounds: int = 3) -> None:
    """Measure and print."""
    peers: dict[str, Callable[[Path], dict[str, float]]] = {
        "toolkit": ours,
        "toolkit, warm workers": warm,
        "floor": floor,
        "papermill in a pool": pool,
        "shell loop": loop,
    }
    peers |= {name: way for name, way in (("ploomber", ploomber), ("jupyter-cache", cache)) if installed(name)}
    taken: dict[str, list[float]] = {}
    for number in range(rounds):
        for way in peers.values():
            for what, seconds in way(project).items():
                taken.setdefault(what, []).append(seconds)
                print(f"round {number + 1}: {what:42} {seconds:7.2f} s", flush=True)
    cold = statistics.median(taken["toolkit, cold"])
    print(f"\n{len(runs_of(open_project(project)))} reports as HTML, medians of {rounds} rounds")
    for what, each in taken.items():
        median = statistics.median(each)
        print(f"{what:42} {median:7.2f} s   {median / cold:6.2f} times our cold set")
    for what in ("toolkit, warm workers", "toolkit, cold"):
        times = statistics.median(taken[what]) / statistics.median(taken["floor"])
        print(f"{what}: {times:.2f} times the floor (wanted: at most 1.5)")
    for what, times in WANTED.items():
        print(f"{what} takes {statistics.median(taken[what]) / cold:.1f} times as long (wanted: at least {times:.0f})")


def installed(name: str) -> bool:
    """Whether a peer is there."""
    found = importlib.util.find_spec(name.replace("-", "_")) is not None
    if not found:
        print(f"{name} is not installed and is left out")
    return found


def runs_of(project: Project) -> tuple[Run, ...]:
    """The 21 runs of the office's set."""
    return plan(project, open_snapshot(freeze(project)), project.settings.current_cycle.id)


def ours(root: Path) -> dict[str, float]:
    """The command, cold, with nothing changed, and after a changed text and a changed rating of one return."""
    shutil.rmtree(root / "reports", ignore_errors=True)
    command = [sys.executable, "-m", "toolkit", "--project", str(root), "report", "all", "--format", "html"]
    found = {}
    project = open_project(root)
    who = next(each for each in project.register() if len(each.areas) == 1)
    found["toolkit, cold"] = _seconds(command)
    found["toolkit, nothing changed"] = _seconds(command)
    for field, value in (
        ("evidence", f"Other words {time.time_ns()}."),
        ("rating", _other_rating(project, who.organisation_id)),
    ):
        correct(
            project,
            organisation_id=who.organisation_id,
            criterion="5.4",
            field=field,
            value=value,
            why="a benchmark",
            who="benchmark",
        )
        found[f"toolkit, one return's {field} changed"] = _seconds(command)
    return found


def _other_rating(project: Project, organisation_id: str) -> str:
    frame = open_snapshot(freeze(project)).responses
    now = frame[(frame["organisation_id"] == organisation_id) & (frame["criterion"] == "5.4")]["rating"].iloc[-1]
    return "not_met" if now == "met" else "met"


def _seconds(command: list[str], folder: Path | None = None) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=folder)  # noqa: S603 - commands of this file
    return time.perf_counter() - started


def warm(root: Path) -> dict[str, float]:
    """All runs and their pages by two workers that have imported everything, as the floor has."""
    project = open_project(root)
    names = project.settings.reports.set
    one = {"audiences": ("internal",), "cycle_id": None, "standard": None, "area": None, "formats": ("html",)}
    (each,) = plan_sets(project, names, **one, force=True)  # type: ignore[arg-type]  # by name
    runs = each.to_make()
    with How(PROCESSES).executor() as executor:
        list(executor.map(time.sleep, [1.0] * PROCESSES))  # until both are there
        started = time.perf_counter()
        made = list(run_all(runs, executor, workers=PROCESSES))
        taken = time.perf_counter() - started
    assert {result.state for result in made} == {"made"}  # noqa: S101 - a benchmark of something else would be worthless
    return {"toolkit, warm workers": taken}


def floor(root: Path) -> dict[str, float]:
    """The sections and the page of each report, called in two warm processes."""
    runs = runs_of(open_project(root))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn, initializer=_import_all) as executor:
        list(executor.map(time.sleep, [1.0] * PROCESSES))  # until both are there
        started = time.perf_counter()
        pages = list(executor.map(_page, runs))
        taken = time.perf_counter() - started
    assert all(pages)  # noqa: S101 - a benchmark of something else would be worthless
    return {"floor": taken}


def _import_all() -> None:
    without_grammars()
    for name in (*(f"toolkit.reports.{each}" for each in SECTIONS.values()), "toolkit.publishing.page", "nbconvert"):
        import_module(name)


def _page(run: Run) -> int:
    from toolkit.document import Blocks, with_codes
    from toolkit.publishing.edition import DocumentMeta, Edition
    from toolkit.publishing.page import as_bytes, faults
    from toolkit.publishing.theme import load_theme

    report = import_module(f"toolkit.reports.{SECTIONS[run.report]}").open_report(**dict(run.parameters))
    cells = json.loads(run.template.read_text(encoding="utf-8"))["cells"]
    calls = [line for cell in cells for line in cell["source"] if line.startswith("report.")]
    shown = [block for call in calls for block in getattr(report, call[7:].removesuffix("()"))().blocks]
    cover, *rest = with_codes(run.name, Blocks(tuple(shown))).blocks
    meta = DocumentMeta(office="Office", snapshot="snapshot", toolkit_version="version")
    page = as_bytes(Edition(run.name, cover, Blocks(tuple(rest)), meta, load_theme()))  # type: ignore[arg-type]  # a cover
    faults(page)  # there are some: the headings are in the notebooks
    return len(page)


_POOL = """
import sys, json, concurrent.futures, papermill
from nbconvert import HTMLExporter
def one(run):
    papermill.execute_notebook(run[0], run[1], parameters=run[2], progress_bar=False, kernel_name="python3")
    html, _ = HTMLExporter().from_filename(run[1])
    open(run[1].replace(".ipynb", ".html"), "w", encoding="utf-8").write(html)
if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        list(pool.map(one, json.load(open(sys.argv[1]))))
"""


def pool(root: Path) -> dict[str, float]:
    """`papermill.execute_notebook` and nbconvert's exporter, in a pool of two processes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = [
            (str(run.template), str(folder / f"{run.name}.ipynb"), dict(run.parameters))
            for run in runs_of(open_project(root))
        ]
        (folder / "runs.json").write_text(json.dumps(runs), encoding="utf-8")
        (folder / "pool.py").write_text(_POOL, encoding="utf-8")
        return {"papermill in a pool": _seconds([sys.executable, "pool.py", "runs.json"], folder)}


def loop(root: Path) -> dict[str, float]:
    """The commands papermill and jupyter nbconvert, one report after the other."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for run in runs_of(open_project(root)):
            executed = str(Path(folder) / f"{run.name}.ipynb")
            given = [word for name, value in run.parameters for word in ("-r", name, value)]
            _seconds([sys.executable, "-m", "papermill", str(run.template), executed, "-k", "python3", *given])
            _seconds([sys.executable, "-m", "nbconvert", "--to", "html", executed])
    return {"shell loop": time.perf_counter() - started}


def _prepared(root: Path, folder: Path) -> list[Path]:
    """Each report as a notebook with its parameters in it, for peers that take none."""
    import papermill

    found = []
    for run in runs_of(open_project(root)):
        path = folder / f"{run.name}.ipynb"
        papermill.execute_notebook(run.template, path, parameters=dict(run.parameters), prepare_only=True)
        found.append(path)
    return found


_CACHE = """
import sys
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
cache = get_cache("cache")
for path in sys.argv[1:]:
    cache.add_nb_to_project(path)
result = load_executor("local-parallel", cache=cache).run_and_cache(timeout=600)
assert not result.errored and not result.excepted, result
"""


def cache(root: Path) -> dict[str, float]:
    """Jupyter-cache with its parallel executor (notebooks only: it makes no pages), cold and with nothing changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [str(path) for path in _prepared(root, folder)]
        (folder / "run.py").write_text(_CACHE, encoding="utf-8")
        command = [sys.executable, "run.py", *paths]
        return {
            "jupyter-cache, cold": _seconds(command, folder),
            "jupyter-cache, nothing changed": _seconds(command, folder),
        }


_PLOOMBER = """
import sys, json
from pathlib import Path
from ploomber import DAG
from ploomber.executors import Parallel
from ploomber.products import File
from ploomber.tasks import NotebookRunner
if __name__ == "__main__":
    dag = DAG(executor=Parallel(processes=2))
    for template, out, parameters in json.load(open(sys.argv[1])):
        name = Path(out).stem
        made = {"nb": File(f"out/{name}.html")}
        NotebookRunner(Path(template), made["nb"], dag=dag, name=name, params=parameters, kernelspec_name="python3",
                       static_analysis="disable", local_execution=False)
    dag.build()
"""


def ploomber(root: Path) -> dict[str, float]:
    """Ploomber with two processes, cold and with nothing changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = [(str(run.template), f"{run.name}.ipynb", dict(run.parameters)) for run in runs_of(open_project(root))]
        (folder / "runs.json").write_text(json.dumps(runs), encoding="utf-8")
        (folder / "build.py").write_text(_PLOOMBER, encoding="utf-8")
        command = [sys.executable, "build.py", "runs.json"]
        return {"ploomber, cold": _seconds(command, folder), "ploomber, nothing changed": _seconds(command, folder)}


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
