"""Ctrl+C kept waiting while locks are taken: one that is interrupted there stays closed, and the program never ends."""

from __future__ import annotations

import contextlib
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from types import FrameType

_P = ParamSpec("_P")
_T = TypeVar("_T")
_R = TypeVar("_R")


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
    """Threads for what makes a disk wait; what they were given is done, whenever Ctrl+C comes.

    Args:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self._count = count

    def in_shares(self, work: Callable[[Sequence[_T]], _R], items: Sequence[_T]) -> list[_R]:
        """Work done with all items, a share of them in each thread; what it gives for each share. Raises its errors."""
        shares = [items[start :: self._count] for start in range(min(self._count, len(items)))]
        if len(items) <= 1:
            return [work(each) for each in shares]
        return [answer_of(each) for each in [self.submit(work, share) for share in shares]]

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Give them something to do."""
        with uninterrupted():
            return super().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End them."""
        with uninterrupted():
            super().shutdown(wait, cancel_futures=cancel_futures)
