"""How worker processes start: on Linux from a server that has imported what they need, once for all of them."""

from __future__ import annotations

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
    from multiprocessing.context import BaseContext

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


@contextmanager
def without_main() -> Iterator[None]:
    """While processes start: they need nothing of the program that called, and would run a script of its once more."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
