"""The scheduled run: receive the inbox, regenerate the listed reports, once, under a lock, with a line in the log."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from toolkit.errors import BusyError, FileAccessError, ToolkitError
from toolkit.intake.receiving import receive
from toolkit.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.reports import RunResult


@dataclass(frozen=True)
class Finished:
    """One line of the log.

    `outcome`: "done"; "needs a person" (files held or quarantined, some reports failed); "failed" (no report was made,
    so that the run is still due).
    `received` counts files by outcome; times are ISO 8601 with the local offset.
    """

    started: str
    finished: str
    outcome: str
    received: dict[str, int]
    reports_made: int
    reports_failed: int
    message: str


def log_file(project: Project) -> Path:
    """Where each scheduled run leaves its line (JSON, one object a line)."""
    return project.root / "reports" / "schedule.log"


def last_finished(project: Project) -> dt.datetime | None:
    """When the last run that made reports started, in local time without zone; None where none has.

    Raises:
        FileAccessError: there is a log, but it cannot be read.
    """
    path = log_file(project)
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileAccessError(f"{path} cannot be read ({error.strerror}); check that you may open it.") from error
    for line in reversed(lines):
        try:
            entry = json.loads(line)
            if entry["outcome"] != "failed":
                return dt.datetime.fromisoformat(entry["started"]).astimezone().replace(tzinfo=None)
        except (ValueError, KeyError, TypeError):
            continue  # a line cut short by a crash: the one before it counts
    return None


def run(project: Project, make_reports: Callable[[Project, tuple[str, ...]], Sequence[RunResult]]) -> Finished:
    """Receive the inbox and regenerate the reports that `[schedule]` lists; one line in the log, whatever happens.

    Args:
        project: whose schedule to run.
        make_reports: makes the named reports for the current cycle and returns a result for each.

    Raises:
        BusyError: another scheduled run of this project is under way.
        FileAccessError: the lock or the log cannot be written.
        ToolkitError: nothing could be made; the log says why.
    """
    path = project.record / "schedule.lock"
    lock = FileLock(path, timeout=0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise BusyError(
            f"Another scheduled run of {project.root} is under way; let it finish, its line will be in "
            f"{log_file(project)}."
        ) from error
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be written ({error.strerror}); check that you may write there."
        ) from error
    try:
        return _run(project, make_reports)
    finally:
        lock.release()


def _run(project: Project, make_reports: Callable[[Project, tuple[str, ...]], Sequence[RunResult]]) -> Finished:
    started = _now()
    received: Counter[str] = Counter()
    try:
        received.update(str(receipt.outcome) for receipt in receive(project))
        results = make_reports(project, project.settings.schedule.reports)
    except BaseException as error:  # also Ctrl+C and what nobody foresaw: an unattended run always leaves its line
        message = str(error) if isinstance(error, ToolkitError) else f"{type(error).__name__}: {error}"
        _log(project, Finished(started, _now(), "failed", dict(received), 0, 0, message))
        raise
    failed = [result.message for result in results if result.state in {"failed", "not run"}]
    waiting = received[Outcome.HELD] + received[Outcome.QUARANTINED]
    nothing = bool(failed) and len(failed) == len(results)
    finished = Finished(
        started=started,
        finished=_now(),
        outcome="failed" if nothing else "needs a person" if failed or waiting else "done",
        received=dict(received),
        reports_made=len(results) - len(failed),
        reports_failed=len(failed),
        message=" ".join(failed),
    )
    _log(project, finished)
    return finished


def _now() -> str:
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")


def _log(project: Project, finished: Finished) -> None:
    """Add a line; where a crash cut the last one short, the new one does not continue it."""
    path = log_file(project)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as log:
            end = log.seek(0, os.SEEK_END)
            log.seek(max(end - 1, 0))
            whole = log.read() in {b"", b"\n"}
            line = json.dumps(asdict(finished), ensure_ascii=False) + "\n"
            log.write(("" if whole else "\n").encode() + line.encode("utf-8", "replace"))
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be written ({error.strerror}); close it where it is open, and check your rights."
        ) from error
