"""Run a plan over an executor: every run gets a result, and none can stop the others."""

from __future__ import annotations

import pickle
import tempfile
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from toolkit.processes.interrupting import uninterrupted
from toolkit.processes.starting import context_for, start_server, without_main
from toolkit.reports.execution import RunResult, Task, look_ahead, make, prepare, warm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from toolkit.reports.planning import Run

    Publish = Callable[[Path, Path], object]


_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Pool(ProcessPoolExecutor):
    """Processes whose start is not broken off in the middle."""

    def __init__(self, workers: int, also: tuple[str, ...]) -> None:
        self._context = context_for(("toolkit.reports.loaded", *also, "toolkit.reports.frozen"))
        super().__init__(workers, mp_context=self._context)

    def start(self) -> bool:
        """Start what the processes come from, without waiting for it; False where they come from nowhere."""
        return start_server(self._context)

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Give them something to do."""
        with uninterrupted(), without_main():
            self.start()
            return super().submit(fn, *args, **kwargs)


def worker_pool(workers: int, also: tuple[str, ...] = ()) -> ProcessPoolExecutor:
    """A standard pool of worker processes, which on Linux have imported what runs need, and some modules more."""
    return _Pool(max(workers, 1), also)


def warm_up(executor: Executor, workers: int, cache: Path, also: tuple[str, ...] = ()) -> None:
    """Have imported what runs need, and some modules more, while the caller finds out what to run."""
    prepare(cache)
    if isinstance(executor, _Pool) and executor.start():
        return  # to give its workers something to do would be to wait until it is ready
    for _ in range(workers):
        executor.submit(warm, cache, also)


def open_ahead(executor: Executor, workers: int, cache: Path, folder: Path) -> None:
    """Have so many workers open a snapshot while the caller finds out what to run; what goes wrong their runs tell."""
    for _ in range(workers):
        executor.submit(look_ahead, cache, folder)


def run_all(
    runs: Sequence[tuple[Run, Publish]],
    executor: Executor,
    *,
    engine: str = "warm",
    limit: float | None = None,
    workers: int = 1,
) -> Iterator[RunResult]:
    """Make every report of a plan; results come as they are ready, one for each run.

    Where a worker dies (out of memory, killed, out of time), the runs that were under way are made one after another in
    a worker of their own, and only a run that kills its worker again is counted as failed; the others go on in a new
    pool.

    Args:
        runs: what `plan` gave, in the order in which they should start, each with a function of an importable module
            that makes a document (second path, without ending) of an executed notebook (first).
        executor: any `concurrent.futures.Executor` whose workers see the same folders.
        engine: what runs the cells, one of `ENGINES`.
        limit: seconds that one run may take; None for as long as it takes.
        workers: how many processes a new pool has, where the given one broke.
    """
    for cache in {run.cache for run, _ in runs}:
        prepare(cache)  # here, so that workers starting together find it done
    if not runs:
        return
    with tempfile.TemporaryDirectory(dir=runs[0][0].cache, prefix="under-way-") as folder:
        tasks = [
            Task(run, pickle.dumps(publish), engine, limit, Path(folder) / str(number))
            for number, (run, publish) in enumerate(runs)
        ]
        lost: list[Task] = []
        yield from _through(executor, tasks, lost)
        while lost:
            guilty = [task for task in lost if task.mark.exists()] or lost
            waiting = [task for task in lost if task not in guilty]
            yield from _alone(guilty)
            lost = []
            if waiting:
                with worker_pool(min(workers, len(waiting))) as pool:
                    yield from _through(pool, waiting, lost)


def _through(executor: Executor, tasks: Iterable[Task], lost: list[Task]) -> Iterator[RunResult]:
    """The results of what an executor could make; what it took with it when it broke is added to `lost`."""
    futures = {}
    try:
        for task in tasks:
            try:
                futures[executor.submit(make, task)] = task
            except BrokenExecutor:
                lost.append(task)
        for future in as_completed(futures):
            task = futures[future]
            try:
                result = future.result()
            except BrokenExecutor:
                lost.append(task)
            except CancelledError:
                yield replace(task.failed(f"{task.run.title} was not run, {_GONE}."), state="not run")
            except Exception as error:  # noqa: BLE001 - another kind of executor gives a run up in its own words
                yield task.failed(f"{task.run.title} failed ({type(error).__name__}: {error}); {_OTHERS}.")
            else:
                yield result
    finally:
        for future in futures:
            future.cancel()


def _alone(tasks: Iterable[Task]) -> Iterator[RunResult]:
    """Each in a worker of its own; one that was out of time is not tried again."""
    for task in sorted(tasks, key=lambda each: each.run.name):
        if task.ran_out_of_time:
            yield task.failed(_out_of_time(task))
            continue
        with worker_pool(1) as pool:
            try:
                yield pool.submit(make, task).result()
            except BrokenExecutor:
                yield task.failed(
                    _out_of_time(task)
                    if task.ran_out_of_time
                    else f"{task.run.title} failed because its worker process ended (out of memory, or stopped from "
                    f"outside); close other programs and run the report again, {_OTHERS}."
                )


def _out_of_time(task: Task) -> str:
    return (
        f"{task.run.title} was stopped after {task.limit:g} seconds, which is as long as time_limit under [reports] in "
        f"toolkit.toml lets a report run; look for what takes so long in {task.run.template}, or raise the limit, "
        f"{_OTHERS}."
    )


_OTHERS = "the other reports are not affected"
_GONE = "because its workers are gone; start them again and run the same command, which makes what is missing"
