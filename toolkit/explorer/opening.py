"""Open the explorer: a copy of its notebook on a fresh snapshot, in a JupyterLab that only this machine can reach."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from toolkit.errors import ReportError
from toolkit.project import shipped_templates
from toolkit.store import freeze

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project

TEMPLATE = "explorer.ipynb"


def prepare(project: Project) -> Path:
    """A copy of the explorer's notebook that reads a fresh snapshot of the project, in `reports/.runs/explorer/`.

    Raises:
        ReportError: the template is missing.
    """
    import nbformat
    from papermill.parameterize import parameterize_notebook

    folders = (project.templates, shipped_templates())
    template = next((folder / TEMPLATE for folder in folders if (folder / TEMPLATE).is_file()), None)
    if template is None:
        raise ReportError(f"There is no template {project.templates / TEMPLATE}; copy it from the toolkit's own.")
    snapshot = freeze(project)
    notebook = nbformat.read(template, as_version=4)
    filled = parameterize_notebook(notebook, {"snapshot": snapshot.resolve().as_posix()})
    for cell in filled.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    target = project.runs / "explorer" / TEMPLATE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(nbformat.writes(filled), encoding="utf-8", newline="\n")
    return target


def lab_command(notebook: Path, *, port: int, browser: bool) -> tuple[str, ...]:
    """What starts JupyterLab on one notebook: this Python, this machine only, a token, no terminals, no update checks."""
    return (
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        f"--ServerApp.root_dir={notebook.parent}",
        "--ServerApp.terminals_enabled=False",
        f"--LabApp.default_url=/lab/tree/{notebook.name}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
    )


def open_explorer(project: Project, *, port: int = 8888, browser: bool = True) -> int:
    """Prepare the notebook and run JupyterLab until it is stopped; returns its exit code.

    Raises:
        ReportError: the template is missing.
    """
    notebook = prepare(project)
    environment = {**os.environ, "JUPYTER_PLATFORM_DIRS": "1"}
    try:
        return subprocess.run(  # noqa: S603 - our own arguments
            lab_command(notebook, port=port, browser=browser), check=False, env=environment
        ).returncode
    except KeyboardInterrupt:
        return 0
