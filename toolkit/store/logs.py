"""The logs: what people decided and corrected, appended line by line and never edited; what is rebuilt replays them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from toolkit.errors import FileAccessError, StoreError
from toolkit.records import Correction, Decision

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project


def read_decisions(project: Project) -> tuple[Decision, ...]:
    """Every decision on a held file, in the order in which they were made. Raises StoreError, FileAccessError."""
    return read_entries(project.decisions_log, Decision)


def read_corrections(project: Project) -> tuple[Correction, ...]:
    """Every correction, in the order in which they were made. Raises StoreError, FileAccessError."""
    return read_entries(project.corrections_log, Correction)


def append_decision(project: Project, decision: Decision) -> None:
    """Add a decision to its log. Raises FileAccessError."""
    append_entry(project.decisions_log, decision)


def append_correction(project: Project, correction: Correction) -> None:
    """Add a correction to its log. Raises FileAccessError."""
    append_entry(project.corrections_log, correction)


def read_entries(path: Path, kind: type[Any]) -> tuple[Any, ...]:
    """The entries of a log; a last line without its end was never finished, and is none.

    Raises StoreError, FileAccessError.
    """
    try:
        content = path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise FileAccessError(f"{path} cannot be read ({error.strerror}); check that you may open it.") from error
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    found = []
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            found.append(adapter.validate_json(line))
        except ValidationError as error:
            raise StoreError(
                f"{path}, line {number}, is no entry of the log; put the file back from your last backup."
            ) from error
    return tuple(found)


def append_entry(path: Path, entry: Any) -> None:  # noqa: ANN401 - any dataclass that a log is made of
    """Add a line, whole and on the disk before this returns; half a line that a crash left is cut off first.

    Raises FileAccessError.
    """
    line = TypeAdapter(type(entry)).dump_json(entry) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            _cut_unfinished(file)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be written ({error.strerror}); check that you may write there."
        ) from error


def _cut_unfinished(file: Any) -> None:  # noqa: ANN401 - an open binary file
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        return
    file.seek(0)
    whole = file.read().rfind(b"\n") + 1
    if whole < size:
        file.truncate(whole)
