"""How worker processes start: on Linux from a server that has imported what they need, once for all of them."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import threading
from contextlib import contextmanager
from multiprocessing import forkserver
from types import ModuleType
from typing import TYPE_CHECKING

from toolkit.processes.interrupting import uninterrupted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.context import BaseContext

_WIDEST = 1 << 20
"""Bytes that Linux lets a pipe hold for anybody who asks (pipe(7)); else it holds 64 KiB."""
_begins_with: list[str] = []
"""What the server of this process has imported, which is one for all of its workers."""


def context_for(modules: tuple[str, ...]) -> BaseContext:
    """How workers start that need these modules.

    Where the server begins with other modules, they start afresh: what a worker does not need takes of its memory. So
    they do on Windows, which cannot fork, and on macOS, where it is not safe.
    """
    if sys.platform != "linux" or _begins_with not in ([], list(modules)):
        return multiprocessing.get_context("spawn")
    _begins_with[:] = modules
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_begins_with)
    return context


def start_server(context: BaseContext) -> bool:
    """Start the server of a context, without waiting for it; False where it has none.

    Server and workers do not hear Ctrl+C until somebody has them do so: they have nothing to tell of it.
    """
    if context.get_start_method() != "forkserver":
        return False
    if threading.current_thread() is not threading.main_thread():
        forkserver.ensure_running()
        return True
    with uninterrupted():
        earlier = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which what is started meanwhile keeps
        forkserver.ensure_running()
        signal.signal(signal.SIGINT, earlier)
    return True


def widen(pool: ProcessPoolExecutor) -> None:
    """Let workers hand over large answers in one go, where the system can; elsewhere nothing happens.

    Else an answer goes through a pipe in pieces, and a worker stands still until the thread that reads them has had its
    turn for each; where workers and the receiving process have all processors at work, that is a twentieth of the time.

    Args:
        pool: whose workers; what it keeps to itself is asked for its pipe, which it may call otherwise one day.
    """
    with contextlib.suppress(ImportError, AttributeError, OSError):
        from fcntl import F_SETPIPE_SZ, fcntl

        fcntl(pool._result_queue._reader, F_SETPIPE_SZ, _WIDEST)  # type: ignore[attr-defined]  # noqa: SLF001 - as above


@contextmanager
def without_main() -> Iterator[None]:
    """While processes start: they need nothing of the program that called, and would run a script of its once more."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
