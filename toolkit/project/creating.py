"""Make an empty project: settings, register, folders and the notebook templates."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from toolkit.errors import FileAccessError, ProjectError
from toolkit.project.settings import REGISTER_FILE, SETTINGS_FILE

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = ("audits/inbox", "reports", "layouts", "wording")


def create_project(folder: Path, *, settings: str | None = None, register: str | None = None) -> Path:
    """Make a project in `folder`: `toolkit.toml`, `register.csv`, `audits/inbox/`, `notebooks/templates/` and the rest.

    Args:
        folder: where; it may exist, but not hold a project already.
        settings: the text of `toolkit.toml`; without it, the seven West Midlands areas and the 2021 and 2024 cycles.
        register: the text of `register.csv`; without it, its heading line.

    Returns:
        The project's folder.

    Raises:
        ProjectError: there is a project in the folder already.
        FileAccessError: the folder cannot be written.
    """
    if (folder / SETTINGS_FILE).exists():
        raise ProjectError(f"{folder} holds a project already ({SETTINGS_FILE}); name another folder.")
    starter = files("toolkit") / "data" / "project"
    try:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name, text in ((SETTINGS_FILE, settings), (REGISTER_FILE, register)):
            content = text if text is not None else (starter / name).read_text(encoding="utf-8")
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
        copy_templates(folder / "notebooks" / "templates")
    except OSError as error:
        raise FileAccessError(f"{folder} cannot be written ({error.strerror}); choose another folder.") from error
    return folder


def shipped_templates() -> Path:
    """Where the toolkit's own templates are: inside an installed package, or beside a source checkout's."""
    with as_file(files("toolkit")) as package:
        installed = package / "data" / "templates"
        return installed if installed.is_dir() else package.parent / "notebooks" / "templates"


def copy_templates(target: Path) -> None:
    """Copy the shipped notebook templates into a project; templates already there are left alone."""
    target.mkdir(parents=True, exist_ok=True)
    for source in sorted(shipped_templates().glob("*.ipynb")):
        if not (target / source.name).exists():
            shutil.copyfile(source, target / source.name)
