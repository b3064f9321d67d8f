"""Run one notebook with papermill and publish it: what one worker does."""

from __future__ import annotations

import faulthandler
import json
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from toolkit.document.notebooks import compile_schema, without_grammars
from toolkit.errors import FileAccessError, ToolkitError
from toolkit.reports.isolation import one_at_a_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolkit.reports.planning import Run

ENGINES = MappingProxyType({"warm": "standards-audit", "kernel": "nbclient"})
"""What runs the cells, and its name for papermill: IPython's shell in the worker itself, or an ordinary kernel."""

_SECTIONS = ("area_report", "board_report", "deep_dive", "peer_review")
_LATE = (
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.magics",
    "pandas.core.methods.to_dict",
    "pyarrow.parquet",
    "toolkit.catalogue.context",
    "toolkit.reports.masks",
    "toolkit.reports.reads",
)
"""What is imported only when it is needed, which in a run it is."""
_MESSAGE_LIMIT = 300
_PLACES = {
    "JUPYTER_PATH": "jupyter",
    "JUPYTER_DATA_DIR": "jupyter",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "MPLCONFIGDIR": "matplotlib",
}
"""Environment variables and the folders of the cache that they name."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What became of one run.

    state: "made"; "reused" where what stands from before is what would be made; "failed"; "not run" where nothing came
        to it. `message` tells the user why for the last two.
    seconds: how long it took.
    why: why one that was made was not reused.
    """

    run: Run
    state: Literal["made", "reused", "failed", "not run"]
    seconds: float
    message: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A run as a worker takes it.

    publish: pickled; turns an executed notebook (first path) into a document (second path, no ending). What it imports
        must find the places of `settle`, which comes first.
    engine: one of `ENGINES`.
    limit: seconds after which the worker that is at it ends; None for as long as it takes.
    mark: stands in the file system while the run is under way, and tells which one a worker has died of.
    """

    run: Run
    publish: bytes
    engine: str
    limit: float | None
    mark: Path

    @property
    def late(self) -> Path:
        """Where it is written what the run was at when its time was up."""
        return self.mark.with_suffix(".late")

    @property
    def ran_out_of_time(self) -> bool:
        """Whether a worker was ended because of this run."""
        return self.late.is_file() and self.late.stat().st_size > 0

    def failed(self, message: str, seconds: float = 0.0) -> RunResult:
        """The result of a run that could not be made; the message says why and what to do."""
        return RunResult(self.run, "failed", seconds, message)


def make(task: Task) -> RunResult:
    """Execute a run's template and publish the result; whatever goes wrong becomes the result's message."""
    started = time.perf_counter()
    with one_at_a_time(), _limited(task), _listening():
        try:
            _make(task)
        except Exception as error:  # noqa: BLE001 - the edge that keeps one report from stopping the others
            return task.failed(_message(task.run, error), time.perf_counter() - started)
    return RunResult(task.run, "made", time.perf_counter() - started)


def warm(cache: Path, also: tuple[str, ...]) -> None:
    """Import in a worker what every run needs, in the order that papermill wants: the engine after itself."""
    settle(cache)
    load(also)


def load(also: tuple[str, ...] = ()) -> None:
    """The imports of `warm`, where the places are not known yet."""
    _steady()
    for name in ("papermill", *(f"toolkit.reports.{section}" for section in _SECTIONS), *_LATE, *also):
        import_module(name)
    compile_schema()


def look_ahead(cache: Path, folder: Path) -> None:
    """Open in a worker the snapshot that its runs are about to read."""
    settle(cache)
    from toolkit.reports.masking import lend_masked

    lend_masked(folder)


def look_at(cache: Path, folder: Path, runs: Sequence[tuple[Run, bool]]) -> list[dict[str, str]]:
    """What runs read of a snapshot, looked at in a worker: `Parts.of` each, with whether its template is not ours."""
    settle(cache)
    from toolkit.reports.reads import Parts
    from toolkit.store import open_snapshot

    snapshot = open_snapshot(folder)
    parts = Parts(snapshot)
    found = [parts.of(run, own_template=own) for run, own in runs]
    snapshot.put_down()  # runs open it once more, with personal data masked
    return found


@contextmanager
def _limited(task: Task) -> Iterator[None]:
    """End this process when the run takes too long, even in the middle of a call that nothing interrupts.

    A process that is nobody's worker is never ended.
    """
    task.mark.touch()
    try:
        if task.limit is None or multiprocessing.parent_process() is None:
            yield
            return
        with task.late.open("w", encoding="utf-8") as told:
            faulthandler.dump_traceback_later(task.limit, exit=True, file=told)
            try:
                yield
            finally:
                faulthandler.cancel_dump_traceback_later()
    finally:
        task.mark.unlink(missing_ok=True)


@contextmanager
def _listening() -> Iterator[None]:
    """Ctrl+C ends the run of a worker, and nothing else in it: one that is only starting has nothing to tell."""
    if multiprocessing.parent_process() is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if earlier is None else earlier)


def _make(task: Task) -> None:
    run = task.run
    run.notebook.parent.mkdir(parents=True, exist_ok=True)
    run.published.parent.mkdir(parents=True, exist_ok=True)
    settle(run.cache)
    with tempfile.TemporaryDirectory(dir=run.cache, prefix="run-") as folder:
        half_done = Path(folder) / run.notebook.name
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # libraries' advice to developers, not for a user's terminal
                execute(run.template, half_done, dict(run.parameters), task.engine)
        finally:
            if half_done.is_file():
                half_done.replace(run.notebook)
    publish: Callable[[Path, Path], object] = pickle.loads(task.publish)  # noqa: S301 - pickled by `run_all`
    publish(run.notebook, run.published)


def execute(template: Path, executed: Path, parameters: dict[str, str], engine: str = "warm") -> None:
    """Run a template with papermill; a failed notebook is written, then raised.

    Args:
        template: the notebook to run; it starts in its own folder.
        executed: where the executed notebook goes.
        parameters: what papermill puts into it.
        engine: one of `ENGINES`.
    """
    from papermill import execute_notebook

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    execute_notebook(
        _literal(template),
        _literal(executed),
        parameters=parameters,
        engine_name=ENGINES[engine],
        kernel_name="python3",
        progress_bar=False,
        log_output=False,
        request_save_on_cell_execute=False,  # written once, at the end or with the error
        autosave_cell_every=0,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(template.parent)}},  # where it starts
    )


def _literal(path: Path) -> str:
    """A path as papermill takes it: braces doubled, because papermill reads them as parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def prepare(cache: Path) -> None:
    """Make the folders that Jupyter, IPython and matplotlib write to, and the kernel python3: this interpreter.

    Raises:
        FileAccessError: the folder cannot be written.
    """
    launch = ["-Xfrozen_modules=off", "-m", "ipykernel_launcher", "--log-level=ERROR", "-f", "{connection_file}"]
    spec = {"argv": [sys.executable, *launch], "display_name": "Python 3", "language": "python"}
    try:
        for folder in _PLACES.values():
            (cache / folder).mkdir(parents=True, exist_ok=True)
        _write_once(cache / "jupyter" / "kernels" / "python3" / "kernel.json", json.dumps(spec, indent=1))
    except OSError as error:
        raise FileAccessError(
            f"The folder {cache} cannot be written ({error.strerror}); check the disk and that you may write there."
        ) from error


def settle(cache: Path) -> None:
    """Point this process and its kernels at the project's own places, so that nothing is read from or written to home.

    Setting the same values again changes nothing.
    """
    prepare(cache)
    _steady()
    os.environ.update({variable: str(cache / folder) for variable, folder in _PLACES.items()})


def _steady() -> None:
    """What libraries look at as they are imported."""
    without_grammars()
    os.environ.update(
        JUPYTER_PLATFORM_DIRS="1",
        JUPYTER_NO_CONFIG="1",
        PYDEVD_DISABLE_FILE_VALIDATION="1",  # no debugger, no advice about frozen modules
        PYTHONWARNINGS="ignore",
        PYTHONHASHSEED="0",
        OMP_NUM_THREADS="1",  # several workers share the processors already
        OPENBLAS_NUM_THREADS="1",
        MPLBACKEND="agg",
    )


def _write_once(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old or the new one, never half; leave it alone where it is right."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


def _message(run: Run, error: Exception) -> str:
    """One or two sentences: which report, which section, what went wrong, which file to look at."""
    what = _what(error)
    section = _failed_section(run.notebook) if hasattr(error, "cell_index") else ""
    if section:
        return (
            f"{run.title} failed {section} ({what}); the notebook with the error is {run.notebook}, "
            "the other reports are not affected."
        )
    return f"{run.title} failed ({what}); its notebook is {run.template}, the other reports are not affected."


def _what(error: Exception) -> str:
    if isinstance(error, ToolkitError):
        return str(error).rstrip(".")
    name = getattr(error, "ename", type(error).__name__)
    text = " ".join(str(getattr(error, "evalue", error)).split())
    short = text if len(text) <= _MESSAGE_LIMIT else f"{text[:_MESSAGE_LIMIT]}..."
    return short.rstrip(".") if name.endswith("Error") and name in _OUR_ERRORS else f"{name}: {short}".rstrip(": ")


_OUR_ERRORS = {kind.__name__ for kind in ToolkitError.__subclasses__()} | {"ToolkitError"}


def _failed_section(notebook: Path) -> str:
    """Where the executed notebook stopped, by its last heading; empty where there is no notebook to look at."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return ""
    where = "at its start"
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and source.startswith("## "):
            where = f"in its section {source.splitlines()[0].removeprefix('## ').strip()!r}"
        if any(output.get("output_type") == "error" for output in cell.get("outputs", [])):
            break
    return where
