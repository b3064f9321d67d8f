"""The secret of a project that pseudonyms are made with."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from toolkit.errors import FileAccessError, ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.project.settings import Project

_BYTES = 32


def pseudonym_secret(project: Project, audiences: Iterable[str]) -> bytes:
    """The project's secret (32 bytes), made at first need and readable by its owner only.

    Args:
        project: whose secret.
        audiences: those whose sets have pseudonyms.

    Raises:
        ProjectError: the file is not what was written; or it is gone, though a set with pseudonyms was published, and
            a new secret would give everybody another pseudonym.
        FileAccessError: it cannot be read or written.
    """
    path = project.pseudonym_key
    try:
        if not path.is_file():
            _refuse_second_secret(project, audiences)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_new(project)
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be read or written ({error.strerror}); check that you may, or put it back from your backup."
        ) from error
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        raise ProjectError(
            f"{path} is not the secret that was written there; put the file back from your last backup: another secret "
            "gives every organisation another pseudonym."
        )
    return secret


def _write_new(project: Project) -> None:
    """Write a new secret whole; another process that was first keeps its own."""
    path = project.pseudonym_key
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _refuse_second_secret(project: Project, audiences: Iterable[str]) -> None:
    for audience in audiences:
        for cycle in project.settings.cycles:
            folder = project.published(cycle.id, audience)
            if folder.is_dir() and any(folder.iterdir()):
                raise ProjectError(
                    f"{project.pseudonym_key} is missing, though {folder} was published with its pseudonyms; put the "
                    "file back from your last backup, or move that folder away to begin with new pseudonyms."
                )
