"""Judged files beside the record: what they become there, and their way into the folders, a few at a time.

What survives a crash: the originals are kept first, then the record is written in one transaction, then the receipts,
and only then are the files taken from the inbox (`taking.py`). A file that is still in the inbox is received again, and
finished.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.intake.guards import Inspection
from toolkit.intake.queries import reason
from toolkit.intake.receiving.answering import append_new, settle
from toolkit.intake.receiving.deciding import beside_the_current
from toolkit.intake.receiving.judging import renamed
from toolkit.records import Outcome, Receipt
from toolkit.store import read_corrections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from toolkit.intake.receiving.filing import Filing, ToWrite
    from toolkit.intake.receiving.judging import Entry, Judge, Judged
    from toolkit.intake.receiving.taking import Taken
    from toolkit.records import Correction
    from toolkit.store import PackedReturn, Store

_MOST_WAITING = 32


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that has come: where it is, its name on the receipt, its path in the inbox.

    Without a path in the inbox it stays where it is when it is received. A file that `was_held` is one that waits with
    the held ones, and is looked at again.
    """

    path: Path
    name: str
    place: Path | None = None
    was_held: bool = False


@dataclass(slots=True)
class _Settled:
    """A file whose receipts are decided: those that are new, with their returns, and those that the record has."""

    incoming: Incoming
    judged: Judged
    receipts: list[Receipt]
    new: list[tuple[Receipt, PackedReturn | None]]
    corrections: tuple[Correction, ...] = ()
    cannot_open: Judged | None = None

    @property
    def touches(self) -> set[tuple[str, ...]]:
        """What another file must not have in common with it while it is not recorded: bytes, or whose return it is."""
        whose = {(receipt.organisation_id, receipt.cycle) for receipt, _ in self.new if receipt.organisation_id}
        return {(self.judged.sha256,), *whose}


@dataclass(slots=True)
class Desk:
    """Takes in judged files, in order; a few wait until they are written together."""

    filing: Filing
    store: Store
    judge: Judge
    taken: Taken
    waiting: list[_Settled] = field(default_factory=list)
    touched: set[tuple[str, ...]] = field(default_factory=set)
    log: tuple[Correction, ...] | None = None

    def take_in(self, incoming: Incoming, judged: Judged) -> Iterator[Receipt]:
        """One file's way; whatever is wrong with it ends on its receipts. Yields the receipts that are finished."""
        touches = {(judged.sha256,), *((e.receipt.organisation_id, e.receipt.cycle) for e in judged.entries)}
        if len(self.waiting) >= _MOST_WAITING or not judged.sha256 or touches & self.touched:
            yield from self.finish()
        if not judged.sha256:
            yield from self._unopened(judged)
            return
        earlier = self.store.receipts_of(judged.sha256)
        if earlier and incoming.was_held:
            incoming, judged = replace(incoming, name=earlier[0].file), renamed(judged, earlier[0].file)
        if earlier and not any(each.outcome is Outcome.HELD for each in earlier):
            yield from self._again(incoming, judged, earlier)
            return
        if earlier and incoming.name != earlier[0].file:
            yield from self._copy_of_held(incoming, judged, earlier)
            return
        settled = self._settle(incoming, judged, earlier)
        self.waiting.append(settled)
        self.touched |= settled.touches

    def finish(self) -> Iterator[Receipt]:
        """Write what waits: originals, record, receipts; then take the files from the inbox."""
        waiting, self.waiting = self.waiting, []
        self.touched.clear()
        self._keep(waiting)
        for each in waiting:
            append_new(self.filing.project, each.corrections)
            self.log = None if each.corrections else self.log
        recorded = iter(self.store.record_all([pair for each in waiting for pair in each.new]))
        for each in waiting:
            numbered = {receipt.part: receipt for receipt in (next(recorded) for _ in each.new)}
            each.receipts = [numbered.get(receipt.part, receipt) for receipt in each.receipts]
        self._write_receipts(waiting)
        held = self.filing.held()
        for each in waiting:
            if each.cannot_open:
                yield from self._unopened(each.cannot_open)
            else:
                yield from self._done(each.incoming, each.judged, each.receipts, held)

    def _settle(self, incoming: Incoming, judged: Judged, earlier: Sequence[Receipt]) -> _Settled:
        """The receipts of a file beside the record; what the record has already is not new."""
        known = {receipt.part: receipt for receipt in earlier}
        settled = _Settled(incoming, judged, [], [])
        for entry in judged.entries:
            receipt, return_ = self._beside_the_record(entry)
            if entry.answers is not None and receipt.outcome is Outcome.ACCEPTED:
                receipt, settled.corrections = settle(receipt, entry.answers, self.store, self.filing.project)
            there = known.get(receipt.part)
            if there and (there.outcome is not Outcome.HELD or _same_but_for_the_moment(receipt, there)):
                settled.receipts.append(there)
            else:
                settled.receipts.append(receipt)
                settled.new.append((receipt, return_))
        return settled

    def _beside_the_record(self, entry: Entry) -> tuple[Receipt, PackedReturn | None]:
        receipt = entry.receipt
        packed = entry.packed
        if packed is None:
            return receipt, None
        current = self.store.current_return(receipt.organisation_id, receipt.cycle)
        if current is not None and current.sha256 == receipt.sha256:
            current = None  # it is this very return, and the record has it
        return_ = packed.head if current is None else packed.unpacked()
        receipt = beside_the_current(receipt, return_, current, entry.counts, self._corrections() if current else ())
        return receipt, packed if receipt.outcome is Outcome.ACCEPTED else None

    def _corrections(self) -> tuple[Correction, ...]:
        """The corrections log, read once until something is added."""
        if self.log is None:
            self.log = read_corrections(self.filing.project)
        return self.log

    def _keep(self, waiting: Sequence[_Settled]) -> None:
        """Keep the originals; one that cannot be read any more is said to be so, and nothing of it is recorded."""
        wanted = [self._kept(each.incoming, each.judged, each.receipts) for each in waiting]
        failed = self.filing.write([one for each in wanted for one in each])
        for settled, files in zip(waiting, wanted, strict=True):
            for error in [failed[one.path] for one in files if one.path in failed][:1]:
                settled.cannot_open, settled.new = self._cannot_open(settled.incoming, error), []
                settled.corrections = ()

    def _kept(self, incoming: Incoming, judged: Judged, receipts: Sequence[Receipt]) -> list[ToWrite]:
        return self.filing.originals(receipts, incoming.path, judged.content, judged.kind)

    def _cannot_open(self, incoming: Incoming, error: OSError) -> Judged:
        found = error.strerror or type(error).__name__
        return self.judge.refused(incoming.name, Inspection("", reason_code="cannot-open", found=found))

    def _unopened(self, judged: Judged) -> Iterator[Receipt]:
        """A file that may not or must not be opened stays where it is; its receipt is written once."""
        receipt = judged.entries[0].receipt
        if not self.filing.has_receipt(receipt):
            self.filing.write_receipts(self.store.record_all([(receipt, None)]))
        yield receipt

    def _write_receipts(self, waiting: Sequence[_Settled]) -> None:
        untold = [
            each.receipts
            for each in waiting
            if not each.cannot_open and (each.new or not self.filing.tells(each.receipts))
        ]
        self.filing.write_receipts(*untold)

    def _copy_of_held(self, incoming: Incoming, judged: Judged, earlier: Sequence[Receipt]) -> Iterator[Receipt]:
        """A copy of a held file: what has changed since is settled for the file itself; the copy is a duplicate."""
        yield from self.finish()
        first = earlier[0].file
        settled = self._settle(Incoming(incoming.path, first), renamed(judged, first), earlier)
        if settled.new:
            self.waiting.append(settled)
            yield from self.finish()
        yield from self._again(incoming, judged, self.store.receipts_of(judged.sha256))

    def _again(self, incoming: Incoming, judged: Judged, earlier: Sequence[Receipt]) -> Iterator[Receipt]:
        """The very bytes are in the record."""
        yield from self.finish()
        try:
            yield from self._seen_before(incoming, judged, earlier)
        except OSError as error:
            yield from self._unopened(self._cannot_open(incoming, error))

    def _seen_before(self, incoming: Incoming, judged: Judged, earlier: Sequence[Receipt]) -> Iterator[Receipt]:
        """Finish what a crash left undone, or say that it is a duplicate."""
        first = earlier[0]
        if first.file == incoming.name and (incoming.was_held or not self.filing.tells(earlier)):
            self.filing.keep(earlier, incoming.path, judged.content, judged.kind)
            self.filing.write_receipts(earlier)
            yield from self._done(incoming, judged, earlier, self.filing.held())
            return
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
            known = self.store.duplicate(receipt.sha256, receipt.file)  # a crash came before its receipt was written
            recorded = known or self.store.record_all([(receipt, None)])[0]
            self.filing.write_receipts((recorded,))
        yield from self._done(incoming, judged, (receipt,), self.filing.held())

    def _done(
        self, incoming: Incoming, judged: Judged, receipts: Sequence[Receipt], held: frozenset[str]
    ) -> Iterator[Receipt]:
        if all(each.outcome in {Outcome.ACCEPTED, Outcome.QUARANTINED} for each in receipts):
            self.filing.let_go_of_held(receipts[0].sha256, held)
        if incoming.place is not None:
            self.taken.take(incoming.path, incoming.place, judged.facts)
        yield from receipts


def _same_but_for_the_moment(receipt: Receipt, earlier: Receipt) -> bool:
    return replace(receipt, received_at=None) == replace(earlier, received_at=None)
