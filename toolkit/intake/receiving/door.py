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
from toolkit.intake.guards import Inspection, to_be_ignored
from toolkit.intake.parsing import prepare
from toolkit.intake.queries import reason
from toolkit.intake.receiving.deciding import beside_the_current
from toolkit.intake.receiving.filing import Filing
from toolkit.intake.receiving.judging import Judge, Judged, renamed
from toolkit.intake.receiving.naming import Register, with_confirmed_names
from toolkit.records import Outcome, Receipt
from toolkit.store import open_store, read_decisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from toolkit.intake.receiving.judging import Entry
    from toolkit.project import Project
    from toolkit.records import Decision, Return
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
        A receipt for each file, or for each return in it, in the order of the names on the receipts.

    Raises:
        BusyError: another process is receiving.
        ProjectError, CatalogueError, StoreError: the project, a framework or the record is wrong.
        FileAccessError: a folder cannot be read or written, or a named file does not exist.
    """
    moment = _in_seconds(received_at)
    decisions: dict[str, tuple[Decision, ...]] = {}
    log = read_decisions(project)
    for decision in log:
        decisions[decision.sha256] = (*decisions.get(decision.sha256, ()), decision)
    known = with_confirmed_names(project.register(), log)
    context = replace(prepare(project), organisations=known)
    judge = Judge(context, Register(known), project.settings, project.root, moment, decisions)
    with _lock(project):
        filing = Filing(project)
        filing.clear_drafts()
        incoming = _inbox(project) if files is None else _named(project, files)
        with open_store(project) as store:
            desk = _Desk(filing, store, judge)
            for each in incoming:
                yield from desk.take_in(each)


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
    """Takes in one judged file after the other: beside the record, into the folders."""

    filing: Filing
    store: Store
    judge: Judge

    def take_in(self, incoming: Incoming) -> tuple[Receipt, ...]:
        """One file's way; whatever is wrong with it ends on its receipts."""
        judged = self.judge.judge(incoming.path, incoming.name)
        if not judged.sha256:
            return self._unopened(judged)
        try:
            return self._take_in(incoming, judged)
        except OSError as error:
            found = error.strerror or type(error).__name__
            unopened = Inspection("", reason_code="cannot-open", found=found)
            return self._unopened(self.judge.refused(incoming.name, unopened))

    def _take_in(self, incoming: Incoming, judged: Judged) -> tuple[Receipt, ...]:
        earlier = self.store.receipts_of(judged.sha256)
        if earlier and not any(each.outcome is Outcome.HELD for each in earlier):
            return self._seen_before(incoming, judged, earlier)
        if earlier and incoming.was_held:
            judged = renamed(judged, earlier[0].file)
        pairs = [self._beside_the_record(entry) for entry in judged.entries]
        still_held = all(receipt.outcome is Outcome.HELD for receipt, _ in pairs)
        if earlier and still_held and judged.entries[0].receipt.file != earlier[0].file:
            return self._seen_before(incoming, judged, earlier)
        known = {each.part: each for each in earlier}
        new = [
            (receipt, return_)
            for receipt, return_ in pairs
            if receipt.part not in known
            or (
                known[receipt.part].outcome is Outcome.HELD
                and not _same_but_for_the_moment(receipt, known[receipt.part])
            )
        ]
        changed = {receipt.part for receipt, _ in new}
        receipts = [receipt if receipt.part in changed else known[receipt.part] for receipt, _ in pairs]
        self.filing.keep(receipts, incoming.path, judged.content, judged.kind)
        if new:
            recorded = {receipt.part: receipt for receipt in self.store.record_all(new)}
            receipts = [recorded.get(receipt.part, receipt) for receipt in receipts]
        if new or not self.filing.has_receipt(receipts[0]):
            self.filing.write_receipts(receipts)
        return self._done(incoming, tuple(receipts))

    def _beside_the_record(self, entry: Entry) -> tuple[Receipt, Return | None]:
        receipt = entry.receipt
        if entry.return_ is None:
            return receipt, None
        current = self.store.current_return(receipt.organisation_id, receipt.cycle)
        if current is not None and current.sha256 == receipt.sha256:
            current = None  # it is this very return, and the record has it
        receipt = beside_the_current(receipt, entry.return_, current, entry.counts)
        return receipt, entry.return_ if receipt.outcome is Outcome.ACCEPTED else None

    def _unopened(self, judged: Judged) -> tuple[Receipt, ...]:
        """A file that may not or must not be opened stays where it is; its receipt is written once."""
        receipt = judged.entries[0].receipt
        if not self.filing.has_receipt(receipt):
            self.filing.write_receipts(self.store.record_all([(receipt, None)]))
        return (receipt,)

    def _seen_before(self, incoming: Incoming, judged: Judged, earlier: tuple[Receipt, ...]) -> tuple[Receipt, ...]:
        """The very bytes are in the record: finish what a crash left undone, or say that they are a duplicate."""
        first = earlier[0]
        if first.file == incoming.name and not self.filing.has_receipt(first):
            self.filing.keep(earlier, incoming.path, judged.content, judged.kind)
            self.filing.write_receipts(earlier)
            return self._done(incoming, earlier)
        receipt = replace(
            first,
            file=incoming.name,
            outcome=Outcome.DUPLICATE,
            reason=reason("received-before", found=first.file, expected=str(first.outcome)),
            supersedes="",
            queries=(),
            received_at=self.judge.received_at,
            part="",
            cells=None,
        )
        if not self.filing.has_receipt(receipt):
            recorded = self._recorded_duplicate(receipt) or self.store.record_all([(receipt, None)])[0]
            self.filing.write_receipts((recorded,))
        return self._done(incoming, (receipt,))

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

    def _done(self, incoming: Incoming, receipts: tuple[Receipt, ...]) -> tuple[Receipt, ...]:
        if incoming.leaves:
            self.filing.take_from_inbox(incoming.path)
        return receipts


def _same_but_for_the_moment(receipt: Receipt, earlier: Receipt) -> bool:
    return replace(receipt, received_at=None) == replace(earlier, received_at=None)
