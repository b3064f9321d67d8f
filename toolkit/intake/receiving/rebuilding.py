"""The record made anew from what stands on disk: originals, receipts, register and the log of decisions.

Accepted originals are judged again, in the order and with the moment of their receipts; what was held, quarantined or a
duplicate is taken over as its receipt says. The new record is made beside the old one, which a crash leaves as it was.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from toolkit.errors import FileAccessError, StoreError
from toolkit.intake.receiving.answering import settle
from toolkit.intake.receiving.deciding import beside_the_current
from toolkit.intake.receiving.filing import Filing
from toolkit.intake.receiving.judging import judge_for
from toolkit.records import Outcome, Receipt
from toolkit.store import (
    Store,
    alone,
    differences,
    open_store,
    read_corrections,
    receipt_differences,
    receipt_files,
    record_file,
    tells_of_damage,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from toolkit.intake.receiving.judging import Entry, Judge
    from toolkit.project import Project
    from toolkit.records import Correction, Return

_DRAFT = "record.rebuilding.sqlite"
KEPT = "record.before-rebuild.sqlite"
"""The name of the old record, where another one took its place."""
_JOURNAL = "-journal"
_NO_MOMENT = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found and did.

    `old` is `sound`, `missing` or `damaged`. `differences` are between the old record (where it is not sound, the
    receipts on disk) and the new one, one sentence each; `faults` are those of them about what is missing on disk or
    cannot be read again. `replaced` says whether the new one is in place; `kept` is
    where the old one is then, where it was another.
    """

    old: str
    differences: tuple[str, ...]
    receipts: int
    returns: int
    replaced: bool
    kept: Path | None = None
    faults: tuple[str, ...] = ()

    @property
    def identical(self) -> bool:
        """Whether originals and logs give what was there."""
        return not self.differences


def rebuild(
    project: Project,
    *,
    only_check: bool = False,
    replace_old: bool = False,
    only_whole: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> Rebuilt:
    """Make the record anew and compare it with the one that stands.

    The new one takes its place where both are alike, or the old one is missing or damaged; else only where
    `replace_old`, and the old one is kept beside it. Receipts on disk that say something else are then written anew.

    Args:
        project: whose record.
        only_check: compare, and change nothing.
        replace_old: put the new record in place even where the old one is sound and different.
        only_whole: but not where anything that it is made from is missing.
        progress: called with the number of receipts gone through and of all.

    Raises:
        BusyError: another process is receiving.
        ProjectError, CatalogueError, StoreError, FileAccessError: something cannot be read or written.
    """
    with alone(project):
        draft = project.record / _DRAFT
        _forget(draft)
        try:
            found = _Replay(project, progress)
            with closing(Store(draft)) as new:
                recorded = new.record_all(found.pairs(new), keep_numbers=True)
                old, told = _compared(project, new, recorded, found)
            alike = not told
            faults = tuple(found.faults)
            result = Rebuilt(old, tuple(told), len(recorded), _accepted(recorded), replaced=False, faults=faults)
            if only_check or not (alike or replace_old or old != "sound") or (only_whole and faults):
                return result
            kept = _put_in_place(project, draft, keep=not alike)
            found.write_receipts(recorded)
        finally:
            _forget(draft)
        return replace(result, replaced=True, kept=kept)


def _compared(project: Project, new: Store, recorded: tuple[Receipt, ...], found: _Replay) -> tuple[str, list[str]]:
    """How the old record is, and what is otherwise than in the new one or could not be made anew."""
    path = record_file(project)
    if not path.is_file() or not path.stat().st_size:
        return "missing", [*found.faults, *receipt_differences(found.receipts, recorded, "its receipt")]
    try:
        with open_store(project, create=False) as store:
            if not store.faults():
                return "sound", [*found.faults, *differences(store, new)]
    except StoreError as error:
        if not tells_of_damage(error):
            raise
    return "damaged", [*found.faults, *receipt_differences(found.receipts, recorded, "its receipt")]


@dataclass
class _Replay:
    """Goes through what is on disk in the order in which it was received."""

    project: Project
    progress: Callable[[int, int], object] | None = None
    faults: list[str] = field(default_factory=list)
    receipts: tuple[Receipt, ...] = ()
    _files: dict[Path, tuple[Receipt, ...]] = field(default_factory=dict)
    _originals: dict[str, Path] = field(default_factory=dict)
    _accepted_parts: dict[str, frozenset[str]] = field(default_factory=dict)
    _last: tuple[object, dict[str, Entry]] = ("", {})

    def __post_init__(self) -> None:
        for each in receipt_files(self.project):
            self._files[each.path] = each.receipts
            if not each.receipts:
                self.faults.append(f"{self._told(each.path)} is not a readable receipt; put it back from your backup.")
        self.receipts = tuple(_in_order({each: None for held in self._files.values() for each in held}))
        if len({each.number for each in self.receipts} - {0}) < len(self.receipts):
            self.receipts = tuple(replace(each, number=at) for at, each in enumerate(self.receipts, start=1))
        for receipt in self.receipts:
            if receipt.outcome is Outcome.ACCEPTED:
                known_parts = self._accepted_parts.get(receipt.sha256, frozenset())
                self._accepted_parts[receipt.sha256] = known_parts | {receipt.part}
        accepted = self.project.accepted("any").parent
        self._originals = {path.stem: path for path in sorted(accepted.rglob("*.*")) if path.is_file()}
        known = {each.sha256 for each in self.receipts}
        for sha256, path in self._originals.items():
            if sha256 not in known:
                self.faults.append(f"{self._told(path)} has no receipt; move it to audits/inbox and receive it again.")

    def pairs(self, store: Store) -> Iterator[tuple[Receipt, Return | None]]:
        """Each receipt, with its return where it is accepted; what cannot be made anew is a fault and left out."""
        judge = judge_for(self.project, _NO_MOMENT)
        corrections = read_corrections(self.project)
        for done, receipt in enumerate(self.receipts, start=1):
            if receipt.outcome is not Outcome.ACCEPTED:
                yield receipt, None
            else:
                entry = self._judged_again(judge, receipt)
                if entry is not None:
                    yield _beside(store, entry, receipt.number, self.project, corrections)
            if self.progress:
                self.progress(done, len(self.receipts))

    def write_receipts(self, recorded: Iterable[Receipt]) -> None:
        """Write the receipts anew that say something else than the record; an original that is held now is kept so."""
        filing = Filing(self.project)
        by_file: dict[tuple[str, str, bool], list[Receipt]] = {}
        for receipt in recorded:
            by_file.setdefault(_file_key(receipt), []).append(receipt)
        for held in self._files.values():
            now = by_file.get(_file_key(held[0]), []) if held else []
            if not now or [(one, one.number) for one in held] == [(other, other.number) for other in now]:
                continue
            original = self._originals.get(now[0].sha256)
            if original and {each.outcome for each in now} != {each.outcome for each in held}:
                filing.keep(now, original, original.read_bytes(), original.suffix.removeprefix("."))
            filing.write_receipts(now)

    def _judged_again(self, judge: Judge, receipt: Receipt) -> Entry | None:
        path = self._originals.get(receipt.sha256)
        if path is None:
            self.faults.append(
                f"The original of {receipt.file} ({receipt.sha256}) is gone; put it back from your backup."
            )
            return None
        key = (receipt.sha256, receipt.received_at, receipt.file)
        if self._last[0] != key:
            among = self._accepted_parts.get(receipt.sha256)  # what was held did not stand in their way
            then = replace(judge, received_at=receipt.received_at or _NO_MOMENT, among=among)
            judged = then.judge(path, receipt.file)
            if judged.sha256 != receipt.sha256:
                self.faults.append(f"{self._told(path)} is not what was received; put it back from your backup.")
                return None
            self._last = (key, {each.receipt.part: each for each in judged.entries})
        entry = self._last[1].get(receipt.part)
        if entry is None:
            self.faults.append(
                f"{self._told(path)} ({receipt.file}) has no return at {receipt.part or 'its start'} now."
            )
        return entry

    def _told(self, path: Path) -> str:
        return path.relative_to(self.project.root).as_posix()


def _in_order(receipts: Iterable[Receipt]) -> list[Receipt]:
    """By number; those of earlier versions, which have none, first, by moment and name, as they were received."""
    return sorted(receipts, key=lambda each: (each.number, each.received_at or _NO_MOMENT, each.file, each.part))


def _beside(
    store: Store, entry: Entry, number: int, project: Project, corrections: tuple[Correction, ...]
) -> tuple[Receipt, Return | None]:
    """What the door decides beside the returns that are in the record by now."""
    receipt = replace(entry.receipt, number=number)
    if entry.answers is not None and receipt.outcome is Outcome.ACCEPTED:
        return settle(receipt, entry.answers, store, project)[0], None
    if entry.return_ is None:
        return receipt, None
    current = store.current_return(receipt.organisation_id, receipt.cycle)
    if current is not None and current.sha256 == receipt.sha256:
        current = None
    receipt = beside_the_current(receipt, entry.return_, current, entry.counts, corrections)
    return receipt, entry.return_ if receipt.outcome is Outcome.ACCEPTED else None


def _file_key(receipt: Receipt) -> tuple[str, str, bool]:
    return receipt.sha256, receipt.file, receipt.outcome is Outcome.DUPLICATE


def _accepted(receipts: Iterable[Receipt]) -> int:
    return sum(each.outcome is Outcome.ACCEPTED for each in receipts)


def _put_in_place(project: Project, draft: Path, *, keep: bool) -> Path | None:
    """Move the new record to where the old one is, at once; `keep` has a copy of the old one beside it first."""
    path = record_file(project)
    kept = project.record / KEPT if keep and path.is_file() else None
    try:
        if kept:
            beside = kept.with_name(f"{kept.name}.part~")
            shutil.copyfile(path, beside)
            beside.replace(kept)
        _remove(path.with_name(path.name + _JOURNAL))
        draft.replace(path)
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be replaced ({error.strerror or error}); close what has it open, check the disk and that "
            "you may write there, and run `toolkit rebuild` again."
        ) from error
    return kept


def _forget(draft: Path) -> None:
    for name in (draft.name, draft.name + _JOURNAL):
        with suppress(OSError):
            _remove(draft.with_name(name))


def _remove(path: Path) -> None:
    if os.path.lexists(path):
        path.unlink()
