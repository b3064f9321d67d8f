"""What becomes of one file, as far as the file, the register and earlier decisions say: pure, without the record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.catalogue import asked
from toolkit.intake.guards import Facts, Inspection, facts_of, inspect, notes
from toolkit.intake.parsing import parse, prepare
from toolkit.intake.queries import outcome_of, reason
from toolkit.intake.receiving.answering import begin_reply
from toolkit.intake.receiving.deciding import counts_of, decisions_about, held, says_something, set_aside, whose
from toolkit.intake.receiving.naming import Register, with_confirmed_names
from toolkit.intake.validation import (
    complete,
    data_set_queries,
    is_answered,
    personal_data,
    validate,
    without_personal_data,
)
from toolkit.records import Decision, Outcome, Receipt
from toolkit.store import pack, read_decisions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from toolkit.intake.parsing import ParsingContext, Reading
    from toolkit.intake.parsing.query_answers import QueryAnswers
    from toolkit.project import Project, Settings
    from toolkit.records import Organisation, Query, Return
    from toolkit.store import PackedReturn


class _PanicError(Exception):
    """The reader gave up in a way of its own, which is no Exception."""


@dataclass(frozen=True)  # without slots it travels between processes in a fifth of the time
class Entry:
    """One organisation's part of a file: its receipt, and the return where it could be accepted.

    `counts` is "yes" where a person decided that it counts, whatever other return there is. `answers` are those of a
    query workbook that has come back, to be settled beside the record. `packed` is the return as workers send it.
    """

    receipt: Receipt
    return_: Return | None = None
    counts: str = ""
    answers: QueryAnswers | None = None
    packed: PackedReturn | None = None

    def as_packed(self) -> Entry:
        """The same with its return packed: smaller to send, and ready for the record."""
        return self if self.return_ is None else replace(self, return_=None, packed=pack(self.return_))


@dataclass(frozen=True)  # without slots it travels between processes in a fifth of the time
class Judged:
    """A file's hash (empty where it was not opened), kind and bytes, and what becomes of each return in it.

    `facts` are those of the file when it was read. `was_odd` where the reader ended in a way that may have harmed its
    process.
    """

    sha256: str
    kind: str
    content: bytes
    entries: tuple[Entry, ...]
    facts: Facts | None = None
    was_odd: bool = False


@dataclass(frozen=True)
class Judge:
    """Judges files, one by one; may be sent to another process.

    `decisions` are those on held files, by hash; the latest counts. `held_since` has when a held file came first, by
    hash: that stays the moment of its receipt, however often it is looked at again. `among` are the parts of a file of
    which no two may be one organisation's; None for all of them.
    """

    context: ParsingContext
    register: Register
    settings: Settings
    root: Path
    received_at: dt.datetime
    decisions: dict[str, tuple[Decision, ...]] = field(default_factory=dict)
    held_since: dict[str, dt.datetime] = field(default_factory=dict)
    among: frozenset[str] | None = None

    def judge(self, path: Path, name: str) -> Judged:
        """Guard, read and validate a file; whatever is wrong with it ends on its receipts.

        Args:
            path: where the file is.
            name: what it is called on its receipts.
        """
        inspection = inspect(path)
        since = self.held_since.get(inspection.sha256, self.received_at)
        judge = self if since == self.received_at else replace(self, received_at=since)
        return judge.judge_inspected(inspection, name)

    def judge_inspected(self, inspection: Inspection, name: str) -> Judged:
        """The same for a file that the guard has looked at, as at `received_at`."""
        if not inspection.ok:
            return self.refused(name, inspection)
        decided = self.decisions.get(inspection.sha256, ())
        try:
            readings = _read(inspection, self.context, decided)
        except Exception as error:  # noqa: BLE001 - the one edge that owns it: bad data never raises past receiving
            found = f"{type(error).__name__}: {error}"
            refused = self.refused(name, replace(inspection, reason_code="unreadable-file", found=found))
            return replace(refused, was_odd=isinstance(error, MemoryError | _PanicError))
        noted = notes(inspection)
        alone = len(readings) == 1
        entries = []
        for reading in readings:
            about = decisions_about(reading.return_, self.register, decided, alone=alone)
            entry = self._entry(reading, name, inspection.sha256, noted, about)
            entries.append(Entry(set_aside(entry.receipt, about)) if counts_of(about) == "no" else entry)
        return _judged(inspection, _once_each(entries, self.among))

    def refused(self, name: str, inspection: Inspection) -> Judged:
        """A file that the guard, or a reader, turned away."""
        code = inspection.reason_code
        receipt = Receipt(
            name,
            inspection.sha256,
            outcome_of(code),
            reason(code, found=inspection.found, expected=inspection.expected),
            received_at=self.received_at,
        )
        return _judged(inspection, (Entry(receipt),))

    def _entry(
        self, reading: Reading, file: str, sha256: str, notes: tuple[Query, ...], decided: tuple[Decision, ...]
    ) -> Entry:
        """The receipt of one return, and the return where nothing but the record can speak against it."""
        return_ = reading.return_
        receipt = Receipt(
            file,
            sha256,
            Outcome.HELD,
            organisation=return_.organisation,
            cycle=return_.cycle,
            framework=return_.framework,
            layout=return_.layout if reading.has_table else "",
            queries=(*notes, *without_personal_data(return_.queries, self.context.allowed)),
            received_at=self.received_at,
            part=reading.part,
            cells=reading.cells,
        )
        code, details = _in_doubt(reading)
        if code:
            return Entry(held(receipt, code, **details))
        if reading.answers is not None:
            return Entry(begin_reply(receipt, reading.answers, self.register, self.settings), answers=reading.answers)
        told = whose(return_, self.register, decided)
        if told.queries:
            receipt = replace(receipt, queries=(*receipt.queries, *told.queries))
        if told.organisation is None:
            return Entry(held(receipt, told.code, **told.details))
        receipt, return_ = self._validated(receipt, reading, told.organisation)
        if told.code:
            receipt = replace(receipt, organisation=reading.return_.organisation)
            return Entry(held(receipt, told.code, **told.details))
        if not any(says_something(response) for response in return_.responses):
            return Entry(held(receipt, "nothing-answered"))
        return Entry(receipt, return_, counts_of(decided))

    def _validated(self, receipt: Receipt, reading: Reading, organisation: Organisation) -> tuple[Receipt, Return]:
        """The receipt of a return that is accepted unless something is said against it, and the return, complete."""
        return_ = reading.return_
        cycle = self.context.cycle(return_.cycle)
        assert cycle is not None, "the parser names only cycles that it knows"  # noqa: S101 - a wrong program
        framework, scale = cycle.asking.framework, cycle.scale
        wanted = asked(framework, organisation, self.settings.area_codes)
        found = validate(return_, framework, scale, organisation, self.settings, self.received_at.date())
        found += personal_data(return_, reading.rows, self.context.allowed)
        answered = {response.criterion for response in return_.responses if is_answered(response)}
        found += tuple(data_set_queries(return_.data_set, self.context.layout.data_set))
        queries = (*receipt.queries, *found)
        receipt = replace(
            receipt,
            outcome=Outcome.ACCEPTED,
            organisation_id=organisation.organisation_id,
            organisation=organisation.name,
            areas=organisation.areas,
            tiers=organisation.tiers,
            criteria_expected=len(wanted),
            criteria_answered=sum(each.criterion in answered for each in wanted),
            queries=queries,
        )
        return receipt, replace(return_, responses=complete(return_.responses, wanted), queries=())


def judge_for(project: Project, received_at: dt.datetime) -> Judge:
    """The judge of a project's returns: its settings, register and layouts as they are, and the decisions made so far.

    Args:
        project: the project.
        received_at: the moment that its receipts name (UTC, whole seconds).

    Raises:
        ProjectError, CatalogueError, StoreError, FileAccessError: one of these cannot be read or is wrong.
    """
    decisions: dict[str, tuple[Decision, ...]] = {}
    log = read_decisions(project)
    for decision in log:
        decisions[decision.sha256] = (*decisions.get(decision.sha256, ()), decision)
    known = with_confirmed_names(project.register(), log)
    context = prepare(project, known)
    return Judge(context, Register(known), project.settings, project.root, received_at, decisions)


def identified(path: Path) -> Inspection:
    """The hash and bytes of a file that nobody may look into; without a hash where it cannot be read at all."""
    facts = facts_of(path)
    try:
        content = path.read_bytes()
    except OSError:
        return Inspection("")
    return Inspection(hashlib.sha256(content).hexdigest(), content=content, facts=facts)


def _judged(inspection: Inspection, entries: tuple[Entry, ...]) -> Judged:
    return Judged(inspection.sha256, inspection.kind, inspection.content, entries, inspection.facts)


def _in_doubt(reading: Reading) -> tuple[str, dict[str, str]]:
    """The code and details of what keeps a reading from being anybody's return; "" where nothing does."""
    return_ = reading.return_
    if reading.hold:
        return reading.hold, reading.hold_details
    if not reading.has_table:
        return "layout-unknown", {"expected": "a header row with Reference and Rating"}
    if not reading.known_cycle:
        return "cycle-unknown", {"found": _named_cycle(return_)}
    return "", {}


def _named_cycle(return_: Return) -> str:
    """What a workbook says about its cycle, where that does not tell which it is."""
    if return_.cycle:
        return f"cycle {return_.cycle} on {return_.framework}"
    printed = [each for each in return_.queries if each.code == "sheet-of-another-cycle"]
    if printed:
        return ", ".join(f"cycle {each.found} ({each.sheet}, {each.cell})" for each in printed)
    several = [each.found for each in return_.queries if each.code in {"framework-uncertain", "identity-conflict"}]
    return f"more than one ({'; '.join(several)})" if several else "no framework of toolkit.toml"


def _once_each(entries: Sequence[Entry], among: frozenset[str] | None) -> tuple[Entry, ...]:
    """The entries, with all of an organisation's held where the file has several for one cycle."""
    whose = [
        (each.receipt.organisation_id, each.receipt.cycle)
        if each.return_ and (among is None or each.receipt.part in among)
        else None
        for each in entries
    ]
    parts: dict[tuple[str, str], list[str]] = {}
    for who, entry in zip(whose, entries, strict=True):
        if who is not None:
            parts.setdefault(who, []).append(entry.receipt.part)
    return tuple(
        Entry(
            held(
                entry.receipt,
                "organisation-twice",
                organisation=entry.receipt.organisation,
                cycle=entry.receipt.cycle,
                found=", ".join(parts[who]),
            )
        )
        if who is not None and len(parts[who]) > 1
        else entry
        for who, entry in zip(whose, entries, strict=True)
    )


def as_packed(judged: Judged) -> Judged:
    """A judged file with its returns packed."""
    return replace(judged, entries=tuple(entry.as_packed() for entry in judged.entries))


def renamed(judged: Judged, name: str) -> Judged:
    """The same under another file name."""
    entries = tuple(replace(entry, receipt=replace(entry.receipt, file=name)) for entry in judged.entries)
    return replace(judged, entries=entries)


def _read(inspection: Inspection, context: ParsingContext, decided: tuple[Decision, ...]) -> tuple[Reading, ...]:
    """Parse, with a panic of the reader (which is no Exception) turned into one."""
    cycle = next((each.cycle for each in reversed(decided) if each.cycle), "")
    layout = next((each.layout for each in reversed(decided) if each.layout), "")
    try:
        return parse(inspection, context, cycle, layout)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        if isinstance(error, Exception):
            raise
        raise _PanicError(str(error)) from error
