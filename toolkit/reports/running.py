"""Run a plan over an executor: every run gets a result, and none can stop the others."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, as_completed
from typing import TYPE_CHECKING

from toolkit.reports.execution import RunResult, make, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from toolkit.reports.planning import Run


def worker_pool(workers: int) -> ProcessPoolExecutor:
    """A standard pool of worker processes, started afresh (spawn) so that it behaves alike on Windows and Linux."""
    return ProcessPoolExecutor(max_workers=max(workers, 1), mp_context=multiprocessing.get_context("spawn"))


def run_all(runs: Sequence[Run], executor: Executor, publish: Callable[[Path, Path], object]) -> Iterator[RunResult]:
    """Make every report of a plan; results come as they are ready, one for each run.

    Where a worker dies (out of memory, killed), the runs it took with it are made one after another in a worker of
    their own, and only a run that kills its worker again is counted as failed.

    Args:
        runs: what `plan` gave.
        executor: any `concurrent.futures.Executor` whose workers see the same folders.
        publish: a function of an importable module that makes a document (second path, without ending) of an executed
            notebook (first).
    """
    for cache in {run.cache for run in runs}:
        prepare(cache)  # here, so that workers starting together find it done
    pickled = pickle.dumps(publish)
    futures: dict[Future[RunResult], Run] = {}
    orphans: list[Run] = []
    try:
        for run in runs:
            try:
                futures[executor.submit(make, run, pickled)] = run
            except BrokenExecutor:
                orphans.append(run)
        for future in as_completed(futures):
            try:
                result = future.result()
            except BrokenExecutor:
                orphans.append(futures[future])
            else:
                yield result
    finally:
        for future in futures:
            future.cancel()
    yield from _one_by_one(orphans, pickled)


def _one_by_one(runs: Sequence[Run], pickled: bytes) -> Iterator[RunResult]:
    pool = worker_pool(1)
    try:
        for run in sorted(runs, key=lambda one: one.name):
            try:
                result = pool.submit(make, run, pickled).result()
            except BrokenExecutor:
                pool.shutdown(wait=False)
                pool = worker_pool(1)
                result = RunResult(
                    run,
                    "failed",
                    0.0,
                    f"{run.title} failed because its worker process ended (out of memory, or stopped from outside); "
                    "close other programs and run the report again, the other reports are not affected.",
                )
            yield result
    finally:
        pool.shutdown(wait=False)
