"""Write the workbooks of a cycle into the project, one for each organisation."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.catalogue import load_framework, load_scale
from toolkit.errors import FileAccessError
from toolkit.workbook.writing import audit_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.project import Project
    from toolkit.records import Organisation


def issue(project: Project, cycle_id: str, organisations: Iterable[Organisation]) -> Iterator[Path]:
    """Write audits/issued/CYCLE/ORGANISATION_ID.xlsx for each organisation, and say so one by one.

    A file whose bytes would not change is left alone. A file is replaced whole or not at all.

    Args:
        project: where to write, and the settings.
        cycle_id: a cycle of `toolkit.toml`.
        organisations: lines of the register.

    Yields:
        The path of each workbook, written or left alone.

    Raises:
        ProjectError: there is no such cycle.
        CatalogueError: the cycle's framework or scale is wrong.
        FileAccessError: the folder or a file cannot be written.
    """
    cycle = project.settings.cycle(cycle_id)
    framework = load_framework(cycle.framework, project.root)
    scale = load_scale(cycle.scale, project.root)
    folder = project.issued(cycle_id)
    for organisation in organisations:
        content = audit_workbook(framework, scale, organisation, cycle, project.settings)
        path = folder / f"{organisation.organisation_id}.xlsx"
        try:
            replace_file(path, content)
        except OSError as error:
            raise FileAccessError(
                f"{path} cannot be written ({error.strerror or error}); close it if it is open in another program, and "
                "check that you may write to that folder."
            ) from error
        yield path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; one whose bytes would not change is left alone. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_bytes() == content:
        return
    handle, name = tempfile.mkstemp(prefix="~", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
