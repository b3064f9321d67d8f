"""Files judged in worker processes: long-lived, limited in memory and time, replaced after anything odd.

A file may be built to make its reader run for ever, fill the memory or end. Whatever happens to a worker happens to
nothing else: its files are judged again one by one, each in a process of its own, and the one that ends that is
quarantined.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import islice
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Self

import psutil

from toolkit.errors import ToolkitError
from toolkit.intake.receiving.judging import as_packed, identified
from toolkit.processes.interrupting import answer_of, uninterrupted
from toolkit.processes.starting import context_for, start_server, widen, without_main

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from multiprocessing.queues import SimpleQueue
    from pathlib import Path
    from types import TracebackType

    from toolkit.intake.guards import Inspection
    from toolkit.intake.receiving.judging import Judge, Judged

MOST_MEMORY = 1 << 30
"""Bytes that a worker may have."""
MOST_SECONDS = 60.0
"""For one file; the slowest that the guard lets in takes a few."""
_MOST_WORKERS = 8
_FEWEST_FILES_EACH = 8
"""Files for which it is worth starting another worker."""
_GROUP = 8
_GROUPS_AHEAD = 4
"""For each worker: what it has to do while the receiving process waits for the disk."""
_BETWEEN_LOOKS = 0.2
_BEGINS_WITH = ("toolkit.intake.receiving.loaded",)
_LOST = (BrokenProcessPool, MemoryError)
"""What a worker that ended, or had no room left for an answer, leaves instead of one."""

Wanted = tuple["Path", str]
"""A file, and its name on the receipt."""

_mine: list[tuple[Judge, float]] = []
"""The judge of this process and the seconds it may take for a file, where it is a worker."""
_sinks: list[int] = []


def workers_for(files: int, wanted: int | None = None) -> int:
    """How many workers serve so many files: as wanted, else one for each processor, fewer for few files."""
    if wanted is not None:
        return max(1, wanted)
    processors = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, min(processors, _MOST_WORKERS, files // _FEWEST_FILES_EACH))


def get_ready() -> None:
    """Start what workers come from, without waiting for it."""
    start_server(context_for(_BEGINS_WITH))


class Workers:
    """Worker processes that judge files; to be used in a `with` block.

    Args:
        judge: what they judge with.
        count: how many there are.
        most_memory: bytes that each may have.
        most_seconds: that each may take for one file.
    """

    def __init__(
        self, judge: Judge, count: int, *, most_memory: int = MOST_MEMORY, most_seconds: float = MOST_SECONDS
    ) -> None:
        self._judge = judge
        self._count = count
        self._limits = (most_memory, most_seconds)
        self._packed = pickle.dumps(judge, pickle.HIGHEST_PROTOCOL)
        self._pool: ProcessPoolExecutor | None = None
        self._watch: _Watch | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def judged(self, files: Iterable[Wanted]) -> Iterator[Judged]:
        """What becomes of each file, in their order. Only a few are under way at a time, however many there are."""
        remaining = iter(files)
        under_way: deque[tuple[list[Wanted], Future[list[Judged]]]] = deque()
        while True:
            while len(under_way) < self._count * _GROUPS_AHEAD and (group := list(islice(remaining, _GROUP))):
                under_way.append((group, self._submit(group)))
            if not under_way:
                return
            group, future = under_way.popleft()
            try:
                found = answer_of(future)
            except _LOST:
                waiting = [group, *(each for each, _ in under_way)]
                under_way.clear()
                for each in waiting:
                    yield from self._one_by_one(each)
                continue
            yield from found
            if any(each.was_odd for each in found):
                waiting = [each for each, _ in under_way]
                under_way.clear()
                self._stop()
                under_way.extend((each, self._submit(each)) for each in waiting)

    def _one_by_one(self, group: Sequence[Wanted]) -> Iterator[Judged]:
        """Each file in a process of its own, so that it is known which one ends it; twice, as others may end one."""
        for path, name in group:
            yield self._alone(path, name) or self._alone(path, name) or self._judge.refused(name, _stopped(path))
        self._stop()

    def _alone(self, path: Path, name: str) -> Judged | None:
        """A file judged in a new process; None where it ended that too."""
        self._stop()
        self._start(1)
        try:
            answer_of(self._submit([]))
        except _LOST as error:
            raise ToolkitError(
                "Files cannot be read: the process that reads them does not start. Close other programs and run "
                "again; if it stays so, set the toolkit up anew."
            ) from error
        try:
            (judged,) = answer_of(self._submit([(path, name)]))
        except _LOST:
            return None
        return judged

    def _submit(self, group: list[Wanted]) -> Future[list[Judged]]:
        pool = self._pool or self._start(self._count)
        try:
            with uninterrupted(), without_main():
                return pool.submit(_judge_all, group)
        except (BrokenProcessPool, OSError, EOFError) as error:
            failed: Future[list[Judged]] = Future()
            failed.set_exception(BrokenProcessPool(str(error)))
            return failed

    def _start(self, count: int) -> ProcessPoolExecutor:
        context = context_for(_BEGINS_WITH)
        with uninterrupted():
            start_server(context)
            pids: SimpleQueue[int] = context.SimpleQueue()
            self._watch = _Watch(pids, self._limits[0])
            self._pool = ProcessPoolExecutor(
                count, mp_context=context, initializer=_begin, initargs=(self._packed, *self._limits, pids)
            )
            widen(self._pool)
        return self._pool

    def _stop(self) -> None:
        with uninterrupted():
            if self._pool is not None:
                self._pool.shutdown(wait=True, cancel_futures=True)
            if self._watch is not None:
                self._watch.stop()
            self._pool = self._watch = None


def _begin(packed: bytes, most_memory: int, most_seconds: float, pids: SimpleQueue[int]) -> None:
    """Set a worker up: it leaves with its parent, takes no more memory than it may, is silent, is not interrupted."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(_nowhere(), 2)  # readers in Rust tell there why they panic
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    pids.put(os.getpid())
    _mine[:] = [(pickle.loads(packed), most_seconds)]  # noqa: S301 - packed by the parent
    _limit_memory(most_memory)
    gc.freeze()
    gc.disable()  # it would look a hundred times at what one return needs; `_judge_all` calls for it


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _limit_memory(most: int) -> None:
    """Where the platform has a limit of its own; elsewhere the parent looks after its workers (`_Watch`)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _judge_all(group: list[Wanted]) -> list[Judged]:
    """Judge some files. Files that take too long end the process: the clock needs nobody's leave to do so."""
    ((judge, most_seconds),) = _mine
    gc.collect(0)  # where all is: what was there before is frozen, and the answers of the last group are gone
    gc.freeze()  # what is still there is remembered for good: the next call need not look at it
    faulthandler.dump_traceback_later(most_seconds * (len(group) or 1), exit=True, file=_nowhere())
    try:
        return [as_packed(judge.judge(path, name)) for path, name in group]
    finally:
        faulthandler.cancel_dump_traceback_later()


def _nowhere() -> int:
    if not _sinks:
        _sinks.append(os.open(os.devnull, os.O_WRONLY))
    return _sinks[0]


def _stopped(path: Path) -> Inspection:
    """What is said of a file that ends whatever process reads it."""
    return replace(identified(path), reason_code="reader-stopped", found="it took too much memory or time")


class _Watch:
    """Ends workers that have more memory than they may, where the platform does not do so itself."""

    def __init__(self, pids: SimpleQueue[int], most_memory: int) -> None:
        self._pids = pids
        self._most = most_memory
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._done.set()
        self._thread.join()
        self._pids.close()

    def _run(self) -> None:
        workers: list[psutil.Process] = []
        while not self._done.wait(_BETWEEN_LOOKS):
            while not self._pids.empty():
                with contextlib.suppress(psutil.Error):
                    workers.append(psutil.Process(self._pids.get()))
            for worker in workers:
                with contextlib.suppress(psutil.Error):
                    if worker.memory_info().rss > self._most:
                        worker.kill()
