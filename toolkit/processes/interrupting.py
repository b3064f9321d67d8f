"""Ctrl+C kept waiting while locks are taken: one that is interrupted there stays closed, and the program never ends."""

from __future__ import annotations

import contextlib
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from types import FrameType

_P = ParamSpec("_P")
_T = TypeVar("_T")


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl+C comes at the end of the block; another thread than the main one is never interrupted anyhow."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)

    earlier = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if earlier is None else earlier)
        if came:
            signal.raise_signal(signal.SIGINT)


def answer_of(future: Future[_T]) -> _T:
    """What a future has come to. Waiting for it can be interrupted, and leaves its lock alone."""
    ended: SimpleQueue[object] = SimpleQueue()
    with uninterrupted():
        if future.done():
            return future.result()
        future.add_done_callback(ended.put)
    ended.get()
    with uninterrupted():
        return future.result()


class Writers(ThreadPoolExecutor):
    """Threads that write; what they were given is written, whenever Ctrl+C comes."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Give them something to do."""
        with uninterrupted():
            return super().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End them."""
        with uninterrupted():
            super().shutdown(wait, cancel_futures=cancel_futures)
