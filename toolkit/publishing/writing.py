"""Writing a published file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from toolkit.errors import FileAccessError


def write_whole(path: Path, content: bytes) -> Path:
    """Write the bytes by way of a new file beside the old one; the same bytes are left alone.

    Raises FileAccessError where the folder or file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.read_bytes() == content:
            return path
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be written ({error.strerror}); close it where it is open and try again."
        ) from error
    return path
