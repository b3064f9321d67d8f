"""Open the explorer: a copy of its notebook on a fresh snapshot, in a JupyterLab that only this machine can reach."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from toolkit.errors import FileAccessError, ReportError
from toolkit.project import shipped_templates
from toolkit.store import freeze

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.project import Project

TEMPLATE = "explorer.ipynb"
_LAB = ".lab"
_HOST = "127.0.0.1"
_PORTS_TRIED = 50
_SECONDS_TO_STOP = 15
_SWITCHED_OFF = [
    "@jupyterlab/apputils-extension:announcements",  # asks whether to fetch news
    "@jupyterlab/shortcuts-extension:shortcuts",  # takes arrow keys and letters away from the explorer's own controls
]


def prepare(project: Project) -> Path:
    """A copy of the explorer's notebook that reads a fresh snapshot of the project, in `reports/.runs/explorer/`.

    Raises:
        ReportError: the template is missing or is not a notebook.
        FileAccessError: the copy cannot be written.
        StoreError, ProjectError, CatalogueError: the project cannot be frozen.
    """
    folders = (project.templates, shipped_templates())
    template = next((folder / TEMPLATE for folder in folders if (folder / TEMPLATE).is_file()), None)
    if template is None:
        raise ReportError(f"There is no template {project.templates / TEMPLATE}; copy it from the toolkit's own.")
    try:
        notebook = json.loads(template.read_text(encoding="utf-8"))
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(f"{template} cannot be read as a notebook; copy it from the toolkit's own.") from error
    snapshot = freeze(project).resolve().as_posix()
    for cell in code:
        cell["outputs"], cell["execution_count"] = [], None
        if "parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = f"snapshot = {snapshot!r}"
    target = project.runs / "explorer" / TEMPLATE
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise FileAccessError(
            f"{target} cannot be written ({error.strerror}); close it where it is open and try again."
        ) from error
    return target


def open_explorer(project: Project, tell: Callable[[str], None], *, port: int = 8888, browser: bool = True) -> int:
    """Prepare the notebook and run JupyterLab on it until it is stopped with Ctrl+C or from its menu.

    Args:
        project: whose responses to explore.
        tell: is given one line with the address as soon as it answers.
        port: where to listen on this machine; where it is taken, the next free one.
        browser: whether to open the address in the user's browser.

    Returns:
        JupyterLab's exit code; 0 where it was stopped.

    Raises:
        ReportError: the template is missing, no port is free, or JupyterLab does not start.
        FileAccessError, StoreError, ProjectError, CatalogueError: as `prepare`.
    """
    notebook = prepare(project)
    token, free = secrets.token_hex(24), _free_port(port)
    command = lab_command(notebook, port=free, browser=browser)
    with subprocess.Popen(command, env=_environment(notebook.parent / _LAB, token)) as lab:  # noqa: S603 - ours
        try:
            _wait_until_it_answers(lab, free)
            tell(f"http://{_HOST}:{free}/lab/tree/{notebook.name}?token={token}")
            return lab.wait()
        except KeyboardInterrupt:
            return _stopped(lab)
        finally:
            if lab.poll() is None:
                lab.terminate()


def lab_command(notebook: Path, *, port: int, browser: bool) -> tuple[str, ...]:
    """What starts JupyterLab on one notebook: for this machine only, without terminals, news and update checks."""
    return (
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.ip={_HOST}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.open_browser={browser}",
        f"--ServerApp.root_dir={notebook.parent}",
        "--ServerApp.terminals_enabled=False",
        "--ServerApp.allow_root=True",  # what a container runs as
        "--ServerApp.answer_yes=True",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        f"--LabApp.app_settings_dir={notebook.parent / _LAB / 'app'}",
        f"--LabApp.default_url=/lab/tree/{notebook.name}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
    )


def _environment(lab: Path, token: str) -> dict[str, str]:
    """The user's environment, but what Jupyter reads and writes for itself is in `lab`, not the user's own."""
    from toolkit.reports.execution import settle

    settle(lab)
    (lab / "app").mkdir(parents=True, exist_ok=True)
    (lab / "app" / "page_config.json").write_text(
        json.dumps({"disabledExtensions": _SWITCHED_OFF}), encoding="utf-8", newline="\n"
    )
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONSTARTUP", "JUPYTERLAB_DIR"}}
    return kept | {
        "JUPYTER_TOKEN": token,  # not on the command line, where everybody on this machine could read it
        "JUPYTERLAB_SETTINGS_DIR": str(lab / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(lab / "workspaces"),
    }


def _free_port(first: int) -> int:
    for port in range(first, min(first + _PORTS_TRIED, 65536)):
        with socket.socket() as trial, suppress(OSError):
            trial.bind((_HOST, port))
            return int(trial.getsockname()[1])
    raise ReportError(f"No port from {first} on is free for the explorer; name another with --port.")


def _wait_until_it_answers(lab: subprocess.Popen[bytes], port: int) -> None:
    while lab.poll() is None:
        with suppress(OSError), socket.create_connection((_HOST, port), timeout=1):
            return
        time.sleep(0.1)
    raise ReportError(
        f"JupyterLab ended before it could be opened (exit code {lab.returncode}); what it said stands above, and "
        "installing the toolkit again mends most of it."
    )


def _stopped(lab: subprocess.Popen[bytes]) -> int:
    """Wait for JupyterLab, which had the same Ctrl+C, to stop its kernels and end; end it where it does not."""
    with suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
        lab.wait(timeout=_SECONDS_TO_STOP)
    return 0
