"""Run one notebook with papermill, in this process's own kernel, and publish it: what one worker does."""

from __future__ import annotations

import json
import logging
import os
import pickle
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from toolkit.errors import FileAccessError, ToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.reports.planning import Run

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
    """What became of one run: made or failed, how long it took in seconds, and what to tell the user when it failed."""

    run: Run
    state: Literal["made", "failed"]
    seconds: float
    message: str = ""


def make(run: Run, pickled_publish: bytes) -> RunResult:
    """Execute a run's template and publish the result; whatever goes wrong becomes the result's message.

    Args:
        run: what to execute.
        pickled_publish: turns an executed notebook (first path) into a document (second path, no ending). It comes
            pickled because what it imports must find the places of `settle`, which comes first.
    """
    started = time.perf_counter()
    try:
        _make(run, pickled_publish)
    except Exception as error:  # noqa: BLE001 - the edge that keeps one report from stopping the others
        return RunResult(run, "failed", time.perf_counter() - started, _message(run, error))
    return RunResult(run, "made", time.perf_counter() - started)


def _make(run: Run, pickled_publish: bytes) -> None:
    run.notebook.parent.mkdir(parents=True, exist_ok=True)
    run.published.parent.mkdir(parents=True, exist_ok=True)
    settle(run.cache)
    with tempfile.TemporaryDirectory(dir=run.cache, prefix="run-") as folder:
        half_done = Path(folder) / run.notebook.name
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # libraries' advice to developers, not for a user's terminal
                execute(run.template, half_done, dict(run.parameters))
        finally:
            if half_done.is_file():
                half_done.replace(run.notebook)
    publish: Callable[[Path, Path], object] = pickle.loads(pickled_publish)  # noqa: S301 - pickled by `run_all`
    publish(run.notebook, run.published)


def execute(template: Path, executed: Path, parameters: dict[str, str]) -> None:
    """Run a template with papermill and its ordinary kernel engine; a failed notebook is written, then raised."""
    from papermill import execute_notebook

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    execute_notebook(
        _literal(template),
        _literal(executed),
        parameters=parameters,
        kernel_name="python3",
        progress_bar=False,
        log_output=False,
        request_save_on_cell_execute=False,  # written once, at the end or with the error
        autosave_cell_every=0,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(template.parent)}},  # where the kernel starts
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
    os.environ.update({variable: str(cache / folder) for variable, folder in _PLACES.items()})
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
