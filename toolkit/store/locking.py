"""One process at a time writes the record, the logs and the folders of received files."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from toolkit.errors import BusyError, FileAccessError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.project import Project

LOCK_FILE = "receive.lock"


@contextmanager
def alone(project: Project) -> Iterator[None]:
    """Hold the project's lock, that of `receive`.

    Raises:
        BusyError: another process has it.
        FileAccessError: the folder of the record cannot be written.
    """
    from filelock import FileLock, Timeout

    path = project.record / LOCK_FILE
    lock = FileLock(path, timeout=0, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise BusyError(
            f"Another toolkit process is receiving files ({path}); wait until it has finished and run again."
        ) from error
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be written ({error.strerror}); check that you may write there."
        ) from error
    try:
        yield
    finally:
        lock.release()
