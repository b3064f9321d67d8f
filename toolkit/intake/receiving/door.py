"""The door: files of the inbox, or named ones, go through guard, parser, validation and record, one after the other.

What survives a crash: the original is kept first, then the record is written in one transaction, then the receipt, and
only then is the file taken from the inbox. A file that is still in the inbox is received again, and finished.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from toolkit.errors import BusyError, FileAccessError
from toolkit.intake.guards import Inspection, inspect, to_be_ignored
from toolkit.intake.parsing import Reading, parse, prepare
from toolkit.intake.queries import outcome_of, query, reason
from toolkit.intake.receiving.deciding import Decider, Register
from toolkit.intake.receiving.filing import Filing
from toolkit.records import Outcome, Query, Receipt
from toolkit.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from toolkit.intake.parsing import ParsingContext
    from toolkit.project import Project
    from toolkit.records import Return
    from toolkit.store import Store

LOCK_FILE = "receive.lock"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that has come: where it is, its name on the receipt, whether it leaves its place when it is received.

    A file that `was_held` is one that waits with the held ones, and is looked at again.
    """

    path: Path
    name: str
    leaves: bool
    was_held: bool = False


def receive(
    project: Project, files: Iterable[Path] | None = None, received_at: dt.datetime | None = None
) -> Iterator[Receipt]:
    """Take in the inbox, or the named files, one by one.

    A named file outside the inbox is copied and stays where it is. Running again changes nothing.

    Args:
        project: whose inbox, register, settings and record.
        files: the files to take in; None for everything in the inbox and its folders.
        received_at: the moment of receipt; None for now, or for `SOURCE_DATE_EPOCH` where that is set.

    Yields:
        A receipt for each file, in the order of the names on the receipts.

    Raises:
        BusyError: another process is receiving.
        ProjectError, CatalogueError, StoreError: the project, a framework or the record is wrong.
        FileAccessError: a folder cannot be read or written, or a named file does not exist.
    """
    moment = _in_seconds(received_at)
    register = Register(project.register())
    context = prepare(project)
    with _lock(project):
        filing = Filing(project)
        filing.clear_drafts()
        incoming = _inbox(project) if files is None else _named(project, files)
        with open_store(project) as store:
            decider = Decider(project.settings, project.root, register, store.current_return, moment)
            desk = _Desk(filing, store, context, decider)
            for each in incoming:
                yield desk.take_in(each)


def _in_seconds(moment: dt.datetime | None) -> dt.datetime:
    if moment is None:
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        moment = dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch.isdigit() else dt.datetime.now(dt.UTC)
    aware = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    return aware.replace(microsecond=0)


def _lock(project: Project) -> _Lock:
    return _Lock(project.record / LOCK_FILE)


class _Lock:
    """The project's receive lock, held for as long as files are taken in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path, timeout=0, thread_local=False)

    def __enter__(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise BusyError(
                f"Another toolkit process is receiving files ({self._path}); wait until it has finished and run again."
            ) from error
        except OSError as error:
            raise FileAccessError(
                f"{self._path} cannot be written ({error.strerror}); check that you may write there."
            ) from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def inbox_files(project: Project) -> tuple[Path, ...]:
    """What `receive` would take in from the inbox now, in its order. Raises FileAccessError."""
    return tuple(each.path for each in _inbox(project))


def _inbox(project: Project) -> list[Incoming]:
    found = [
        Incoming(path, _printable(path.relative_to(project.inbox).as_posix()), leaves=True)
        for path in _walk(project.inbox)
    ]
    return sorted(found, key=lambda each: each.name)


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below a folder; links are not followed, what is none of ours is left out."""
    try:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in os.scandir(folder)]
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileAccessError(f"{folder} cannot be read ({error.strerror}); check that you may open it.") from error
    for name, is_folder in entries:
        if to_be_ignored(name):
            continue
        if is_folder:
            yield from _walk(folder / name)
        else:
            yield folder / name


def _named(project: Project, files: Iterable[Path]) -> list[Incoming]:
    inbox, held = project.inbox.resolve(), project.held.resolve()
    found: dict[Path, Incoming] = {}
    for file in files:
        if not os.path.lexists(file):
            raise FileAccessError(f"There is no file {file}; check the name, or leave it out to receive the inbox.")
        path = file.parent.resolve() / file.name
        if path.is_dir() and not path.is_symlink():
            raise FileAccessError(f"{file} is a folder; name the files in it, or put them in {project.inbox}.")
        if path.is_relative_to(inbox):
            found[path] = Incoming(path, _printable(path.relative_to(inbox).as_posix()), leaves=True)
        elif path.parent == held:
            found[path] = Incoming(
                path, _printable(path.name.partition("-")[2] or path.name), leaves=False, was_held=True
            )
        else:
            found[path] = Incoming(path, _printable(path.name), leaves=False)
    return sorted(found.values(), key=lambda each: each.name)


def _printable(name: str) -> str:
    """A file name as text: what a system keeps in no known encoding is shown as U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Desk:
    """Takes in one file after the other."""

    filing: Filing
    store: Store
    context: ParsingContext
    decider: Decider

    def take_in(self, incoming: Incoming) -> Receipt:
        """One file's way; whatever is wrong with it ends on its receipt."""
        inspection = inspect(incoming.path)
        if not inspection.sha256:
            return self._unopened(incoming, inspection)
        try:
            return self._take_in(incoming, inspection)
        except OSError as error:
            found = error.strerror or type(error).__name__
            return self._unopened(incoming, Inspection("", reason_code="cannot-open", found=found))

    def _take_in(self, incoming: Incoming, inspection: Inspection) -> Receipt:
        earlier = self.store.receipt(inspection.sha256)
        if earlier is not None and earlier.outcome is not Outcome.HELD:
            return self._seen_before(incoming, inspection, earlier)
        if earlier is not None and incoming.was_held:
            incoming = replace(incoming, name=earlier.file)
        receipt, return_ = self._judge(incoming, inspection)
        if earlier is not None and receipt.outcome is Outcome.HELD and incoming.name != earlier.file:
            return self._seen_before(incoming, inspection, earlier)
        if earlier is not None and _same_but_for_the_moment(receipt, earlier):
            receipt = earlier
        self.filing.keep(receipt, incoming.path, inspection.content, inspection.kind)
        if receipt is not earlier:
            self.store.record(receipt, return_)
        if receipt is not earlier or not self.filing.has_receipt(receipt):
            self.filing.write_receipt(receipt)
        return self._done(incoming, receipt)

    def _judge(self, incoming: Incoming, inspection: Inspection) -> tuple[Receipt, Return | None]:
        if not inspection.ok:
            return self._refused(incoming, inspection), None
        try:
            reading = _read(inspection, self.context)
        except Exception as error:  # noqa: BLE001 - the one edge that owns it: bad data never raises past receiving
            found = f"{type(error).__name__}: {error}"
            return self._refused(incoming, replace(inspection, reason_code="unreadable-file", found=found)), None
        return self.decider.decide(reading, incoming.name, inspection.sha256, _notes(inspection))

    def _refused(self, incoming: Incoming, inspection: Inspection) -> Receipt:
        code = inspection.reason_code
        return Receipt(
            incoming.name,
            inspection.sha256,
            outcome_of(code),
            reason(code, found=inspection.found, expected=inspection.expected),
            received_at=self.decider.received_at,
        )

    def _unopened(self, incoming: Incoming, inspection: Inspection) -> Receipt:
        """A file that may not or must not be opened stays where it is; its receipt is written once."""
        receipt = self._refused(incoming, inspection)
        if not self.filing.has_receipt(receipt):
            self.store.record(receipt, None)
            self.filing.write_receipt(receipt)
        return receipt

    def _seen_before(self, incoming: Incoming, inspection: Inspection, earlier: Receipt) -> Receipt:
        """The very bytes are in the record: finish what a crash left undone, or say that they are a duplicate."""
        own = replace(earlier, file=incoming.name)
        if earlier.file == incoming.name and not self.filing.has_receipt(earlier):
            self.filing.keep(earlier, incoming.path, inspection.content, inspection.kind)
            self.filing.write_receipt(earlier)
            return self._done(incoming, earlier)
        receipt = replace(
            own,
            outcome=Outcome.DUPLICATE,
            reason=reason("received-before", found=earlier.file, expected=str(earlier.outcome)),
            supersedes="",
            queries=(),
            received_at=self.decider.received_at,
        )
        if not self.filing.has_receipt(receipt):
            recorded = self._recorded_duplicate(receipt)
            if recorded is None:
                self.store.record(receipt, None)
            self.filing.write_receipt(recorded or receipt)
        return self._done(incoming, receipt)

    def _recorded_duplicate(self, receipt: Receipt) -> Receipt | None:
        """The receipt of this duplicate, where a crash came between record and receipt file."""
        return next(
            (
                each
                for each in self.store.receipts()
                if (each.sha256, each.file, each.outcome) == (receipt.sha256, receipt.file, receipt.outcome)
            ),
            None,
        )

    def _done(self, incoming: Incoming, receipt: Receipt) -> Receipt:
        if incoming.leaves:
            self.filing.take_from_inbox(incoming.path)
        return receipt


def _read(inspection: Inspection, context: ParsingContext) -> Reading:
    """Parse, with a panic of the reader (which is no Exception) turned into one."""
    error_parts = inspection.scan.error_parts if inspection.scan else ()
    try:
        return parse(inspection.content, context, inspection.package, error_parts)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        if isinstance(error, Exception):
            raise
        raise RuntimeError(str(error)) from error


def _notes(inspection: Inspection) -> tuple[Query, ...]:
    found: list[Query] = []
    if inspection.scan and inspection.scan.macros:
        found.append(query("macros-ignored", found="macros", expected="none"))
    if inspection.scan and inspection.scan.links:
        found.append(query("links-ignored", found="links to other files", expected="none"))
    return tuple(found)


def _same_but_for_the_moment(receipt: Receipt, earlier: Receipt) -> bool:
    return replace(receipt, received_at=None) == replace(earlier, received_at=None)
