"""Where a received file, its reason and its receipt are kept: every write whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from toolkit.errors import FileAccessError
from toolkit.intake.receiving.taking import remove
from toolkit.records import Outcome, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from toolkit.processes.interrupting import Writers
    from toolkit.project import Project
    from toolkit.records import Receipt

_UNSAFE = re.compile(r"[^\w.() -]+")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST = 80
"""Bytes of a file name that are kept: a letter may take four, and 255 is the most that a name may have in all."""
_LONGEST_ENDING = 10
_OF_THE_FOLDER = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ENOENT}
_SHORT_HASH = 16
REASON = ".reason.txt"
DRAFT = ".part~"
"""How the name of a file ends while it is written; `safe_name` lets no other file end so."""


@dataclass(frozen=True, slots=True)
class ToWrite:
    """A file to be written: where, and its bytes; without bytes it is copied from its `source`.

    instead_of: what it takes the place of under another name, and which is removed once it is there.
    """

    path: Path
    content: bytes
    source: Path | None = None
    instead_of: Path | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """Writes into a project's folders.

    Raises FileAccessError with a sentence where disk or folder does not allow it, OSError where it is the one file that
    cannot be read or written.

    project: whose folders.
    disk: threads that bring files to disk at the same time; without them it is done one after the other.
    """

    project: Project
    disk: Writers | None = None

    def refuse_where_nothing_can_be_written(self) -> None:
        """Try every folder that a file may go to, so that nothing is begun which cannot be finished."""
        project = self.project
        for folder in (project.receipts, project.held, project.quarantine, project.accepted("any").parent):
            trial = folder / f"trial{DRAFT}"
            self._write_whole([ToWrite(trial, b"")])
            remove(trial)

    def clear_drafts(self) -> None:
        """Remove what a crash left half written."""
        folders = (self.project.receipts, self.project.held, self.project.quarantine)
        for folder in (*folders, self.project.accepted("any").parent):
            for draft in folder.rglob(f"*{DRAFT}") if folder.is_dir() else ():
                remove(draft)

    def keep(self, receipts: Sequence[Receipt], source: Path, content: bytes, kind: str) -> None:
        """Keep the original as `originals` says."""
        self._write_whole(self.originals(receipts, source, content, kind))

    def originals(self, receipts: Sequence[Receipt], source: Path, content: bytes, kind: str) -> list[ToWrite]:
        """What is to be written that the original is kept, and is not yet.

        It is kept under the folder of each of its outcomes, byte for byte, with the reason beside it.

        Args:
            receipts: what became of it; several where it has the returns of several organisations.
            source: the file as it came; it is left where it is.
            content: its bytes where they have been read; else the file itself is copied.
            kind: the ending of an accepted original, such as `xlsx`.
        """
        cycles = sorted({each.cycle for each in receipts if each.outcome is Outcome.ACCEPTED})
        targets = [self.project.accepted(cycle) / f"{receipts[0].sha256}.{kind}" for cycle in cycles]
        wanted = [ToWrite(target, content, source) for target in targets if not target.is_file()]
        refused = [each for each in receipts if each.outcome in {Outcome.HELD, Outcome.QUARANTINED}]
        if not refused:
            return wanted
        first = refused[0]
        folder = self.project.held if first.outcome is Outcome.HELD else self.project.quarantine
        short = first.sha256[:_SHORT_HASH]
        kept = next((path for path in self._files(folder, short) if not path.name.endswith(REASON)), None)
        target = kept or folder / f"{short}-{safe_name(first.file)}"
        if kept is None:
            wanted.append(ToWrite(target, content, source))
        reasons = "\n".join(dict.fromkeys(each.reason.partition(": ")[2] for each in refused))
        text = f"{first.file}\nwas {first.outcome}.\n\n{reasons}\n"
        return [*wanted, ToWrite(target.with_name(target.name + REASON), text.encode("utf-8"))]

    def receipt_file(self, receipt: Receipt) -> Path:
        """Where the receipt of a file is, by its hash and name; a file that was not opened has no hash."""
        return self.project.receipts / f"{receipt.sha256[:_SHORT_HASH] or 'unopened'}-{slug(receipt.file)}.json"

    def has_receipt(self, receipt: Receipt) -> bool:
        """Whether the file of this hash and name has its receipt on disk."""
        return self.receipt_file(receipt).is_file()

    def tells(self, receipts: Sequence[Receipt]) -> bool:
        """Whether the receipt on disk says what became of each return of a file, as these do."""
        try:
            found = json.loads(self.receipt_file(receipts[0]).read_text(encoding="utf-8"))
            told = [(each["outcome"], each["reason"]) for each in (found if isinstance(found, list) else [found])]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return told == [(str(each.outcome), each.reason) for each in receipts]

    def write_receipts(self, *files: Sequence[Receipt]) -> None:
        """Write the receipt of each file: the object of `receive --json`, when it was received, its number and cells.

        A file with several returns has a list of such objects.
        """
        self._write_whole([self._receipt_of(receipts) for receipts in files])

    def _receipt_of(self, receipts: Sequence[Receipt]) -> ToWrite:
        first = receipts[0]
        found = [_on_disk(each) for each in receipts]
        text = found[0] if len(found) == 1 else "[" + ",\n".join(found) + "]"
        unopened = self.project.receipts / f"unopened-{slug(first.file)}.json" if first.sha256 else None
        return ToWrite(self.receipt_file(first), f"{text}\n".encode(), instead_of=unopened)

    def held(self) -> frozenset[str]:
        """What is in the held folder, each file by the beginning of its name, for `let_go_of_held`."""
        try:
            return frozenset(path.name[:_SHORT_HASH] for path in self.project.held.iterdir())
        except OSError:
            return frozenset()

    def let_go_of_held(self, sha256: str, among: frozenset[str]) -> None:
        """Remove what waited in the held folder, when nothing of it is held any more.

        Args:
            sha256: the hash of the file.
            among: what is held, as `held` tells.
        """
        if sha256[:_SHORT_HASH] not in among:
            return
        waiting = self._files(self.project.held, sha256[:_SHORT_HASH])
        for path in sorted(waiting, key=lambda path: not path.name.endswith(REASON)):  # the file itself last
            remove(path)

    def write(self, files: Sequence[ToWrite]) -> dict[Path, OSError]:
        """Write beside, let it reach the disk, move into place: there is never half a file under a name.

        Many together take less than one after the other: disks are slow, and bring several to rest at once.

        Returns:
            Those that cannot be written for a reason of their own, by path; the others are there.

        Raises:
            FileAccessError: disk or folder does not allow it. Some may be there.
        """
        drafts = [_Draft(each) for each in files]
        try:
            for step, do in ((_Draft.begin, _each), (_Draft.sync, self._some_at_once), (_Draft.move, _each)):
                do(step, [each for each in drafts if each.error is None])
        finally:
            for each in drafts:
                each.clear()
        return {each.wanted.path: each.error for each in drafts if each.error is not None}

    def _write_whole(self, files: Sequence[ToWrite]) -> None:
        for error in self.write(files).values():
            raise error

    def _some_at_once(self, step: Callable[[_Draft], None], drafts: Sequence[_Draft]) -> None:
        if self.disk is None:
            _each(step, drafts)
        else:
            self.disk.in_shares(partial(_each, step), drafts)

    @staticmethod
    def _files(folder: Path, short: str) -> Iterator[Path]:
        return folder.glob(f"{short}-*") if folder.is_dir() else iter(())


def _on_disk(receipt: Receipt) -> str:
    """One receipt as JSON, a line for each of its values and for each of its queries."""
    values: dict[str, Any] = {
        **replace(receipt, queries=()).as_json(),
        "received_at": receipt.received_at.isoformat(timespec="seconds") if receipt.received_at else "",
        "number": receipt.number,
        "part": receipt.part,
        "cells": receipt.cells.as_json() if receipt.cells else None,
    }
    del values["queries"]
    queries = [_QUERY % tuple(map(_text, _of_query(each))) for each in receipt.queries]
    lines = [f' "{name}": {_written(each)}' for name, each in values.items()]
    lines.append(' "queries": [' + ",".join(queries) + "]")
    return "{\n" + ",\n".join(lines) + "\n}"


def _written(value: object) -> str:
    """A value as JSON. Most are texts and numbers, for which no encoder need be made."""
    if isinstance(value, str):
        return _text(value)
    return str(value) if type(value) is int else _json(value)


_OF_QUERY = [each.name for each in fields(Query)]
_of_query = attrgetter(*_OF_QUERY)
_QUERY = "\n  {" + ", ".join(f'"{name}": %s' for name in _OF_QUERY) + "}"
"""A query as JSON, as `Query.as_json` has it."""
_json = json.JSONEncoder(ensure_ascii=False).encode
_text = json.encoder.encode_basestring
"""A text as JSON."""


def safe_name(name: str) -> str:
    """A file name that every system can have: its last part, without odd characters, shortened before its ending."""
    last = _UNSAFE.sub("_", name.rsplit("/", 1)[-1]).rstrip(" .")
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending.encode()) > _LONGEST_ENDING:
        return _cut(last) or "file"
    return f"{_cut(stem)}.{ending}"


def _cut(text: str) -> str:
    return text.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore")


@lru_cache(maxsize=256)
def slug(name: str) -> str:
    """A file name for a receipt, different for different names whatever their case, folder and punctuation."""
    plain = _NOT_IN_SLUG.sub("-", name.casefold()).strip("-")[:_LONGEST]
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


@dataclass(slots=True)
class _Draft:
    """A file on its way to its name, step by step.

    path: where it is while it is not whole.
    file: the draft while it has not got its name.
    error: what is wrong with this file alone.
    """

    wanted: ToWrite
    path: Path = field(init=False)
    file: BinaryIO | None = None
    error: OSError | None = None

    def __post_init__(self) -> None:
        """Name the draft."""
        self.path = self.wanted.path.with_name(f"{self.wanted.path.name}{DRAFT}")

    def begin(self) -> None:
        """Write it."""
        self.file = _begun(self.path)
        if self.wanted.content or self.wanted.source is None:
            self.file.write(self.wanted.content)
        else:
            _copy(self.wanted.source, self.file)
        self.file.flush()

    def sync(self) -> None:
        """Let it reach the disk."""
        if self.file is not None:
            os.fsync(self.file.fileno())
            self.file.close()

    def move(self) -> None:
        """Give it its name."""
        self.path.replace(self.wanted.path)
        self.file = None
        if self.wanted.instead_of is not None:
            remove(self.wanted.instead_of)

    def clear(self) -> None:
        """Remove what did not come to its name."""
        if self.file is not None:
            with contextlib.suppress(OSError):
                self.file.close()
            remove(self.path)


def _each(step: Callable[[_Draft], None], drafts: Sequence[_Draft]) -> None:
    """Take one step with each; what is wrong with one alone is kept with it. Raises FileAccessError."""
    for draft in drafts:
        try:
            step(draft)
        except OSError as error:
            if error.errno in _OF_THE_FOLDER:
                raise FileAccessError(
                    f"{draft.wanted.path} cannot be written ({error.strerror or error}); check the disk and that you "
                    "may write there, then receive again."
                ) from error
            draft.error = error


def _begun(draft: Path) -> BinaryIO:
    """A new file to write to, in a new folder if need be."""
    try:
        return draft.open("wb")
    except FileNotFoundError:
        draft.parent.mkdir(parents=True, exist_ok=True)
        return draft.open("wb")


def _copy(source: Path, file: BinaryIO) -> None:
    """Copy what was too large to be held in memory; where it cannot be read any more, only this file is at fault."""
    try:
        original = source.open("rb")
    except OSError as error:
        raise OSError(errno.EIO, error.strerror or "cannot be read") from error
    with original:
        shutil.copyfileobj(original, file)
