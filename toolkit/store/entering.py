"""The one way into the corrections log, and what became of its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from toolkit.catalogue import asked, load_framework
from toolkit.errors import ProjectError, StoreError, ToolkitError
from toolkit.records import Correction, Rating, Response
from toolkit.store.correcting import corrected, corrections_of, counting, fault_of, value_of
from toolkit.store.gathering import unregistered
from toolkit.store.locking import alone
from toolkit.store.logs import append_correction, read_corrections, read_decisions
from toolkit.store.moments import in_seconds
from toolkit.store.record import open_store

if TYPE_CHECKING:
    import datetime as dt

    from toolkit.catalogue import Asked
    from toolkit.project import Project
    from toolkit.store.record import StoredReturn


@dataclass(frozen=True, slots=True)
class Logged:
    """A correction of the log, and whether it is `applied`, `replaced` by a later one, `lapsed` or `void`.

    A correction lapses when a later return takes the place of the one that it corrects, or a decision takes that out
    of the figures. It is void where the record
    has no such return, or the correction itself is wrong; `check` says what to do.
    """

    correction: Correction
    state: str

    def as_json(self) -> dict[str, Any]:
        """The correction as JSON data, its state among it."""
        found: dict[str, Any] = TypeAdapter(Correction).dump_python(self.correction, mode="json")
        return {**found, "state": self.state}


def correct(
    project: Project,
    *,
    organisation_id: str,
    criterion: str,
    field: str,
    value: str,
    why: str,
    who: str,
    cycle: str = "",
    at: dt.datetime | None = None,
    source: str = "",
) -> Correction:
    """Log a correction of one field of one response of the return that is in the figures.

    Args:
        project: whose record and log.
        organisation_id: whose return, in any case.
        criterion: a criterion that the organisation is asked.
        field: one of `correcting.FIELDS`.
        value: as in the tidy responses (design 5.4).
        why: the reason.
        who: who decided it.
        cycle: of which cycle; "" is the current one.
        at: when; None for now, or for `SOURCE_DATE_EPOCH` where that is set.
        source: file, sheet and cell of a sender's written answer, where there is one.

    Raises:
        ProjectError: an unknown cycle or organisation.
        StoreError: the organisation has no return in the figures, or the record or the log cannot be read.
        ToolkitError: the criterion is not asked, the value is wrong or the same as before, or who or why is empty.
        BusyError: another process is receiving.
        FileAccessError: the log cannot be written.
    """
    cycle_id = (project.settings.cycle(cycle) if cycle else project.settings.current_cycle).id
    for what, text in (("who made it", who), ("why", why)):
        if not text.strip():
            raise ToolkitError(f"A correction must say {what}, and this one does not; nothing was logged.")
    fault = fault_of(field, value)
    if fault:
        raise ToolkitError(f"The correction of {criterion} cannot be made: {fault}. Nothing was logged.")
    with alone(project):
        stored = _return_of(project, organisation_id, cycle_id)
        was = value_of(_response(project, stored, criterion), field)
        if was == value:
            found = f"The {_words(field)} of {criterion} in {stored.file} is {value or 'empty'} already"
            raise ToolkitError(f"{found}; nothing was logged.")
        receipt = stored.receipt
        entry = Correction(
            stored.sha256,
            receipt.organisation_id,
            cycle_id,
            criterion,
            field,
            value,
            was,
            who,
            why,
            in_seconds(at),
            source,
        )
        append_correction(project, entry)
    return entry


def corrections_logged(project: Project) -> tuple[Logged, ...]:
    """Every correction of the log, in its order, and what became of it. Raises StoreError, FileAccessError."""
    corrections = read_corrections(project)
    if not corrections:
        return ()
    with open_store(project, create=False) as store:
        returns = tuple(store.returns(current_only=False))
    applied, lapsed, sound = set[int](), set[tuple[str, str, str]](), set[int]()
    decided = {each.sha256 for each in read_decisions(project)}
    there = {(stored.sha256, stored.receipt.organisation_id, stored.receipt.cycle) for stored in returns}
    for stored in returns:
        mine = corrections_of(stored, corrections)
        sound |= {id(each) for each in mine}
        if stored.superseded:
            lapsed.add((stored.sha256, stored.receipt.organisation_id, stored.receipt.cycle))
        else:
            applied |= {id(each) for each in counting(mine).values()}
    for each in corrections:
        whose = (each.sha256, each.organisation_id, each.cycle)
        if each.sha256 in decided and whose not in there and not fault_of(each.field, each.value):
            lapsed.add(whose)
            sound.add(id(each))
    return tuple(Logged(each, _state(each, applied, lapsed, sound)) for each in corrections)


def _state(each: Correction, applied: set[int], lapsed: set[tuple[str, str, str]], sound: set[int]) -> str:
    if id(each) in applied:
        return "applied"
    if id(each) not in sound:
        return "void"
    return "lapsed" if (each.sha256, each.organisation_id, each.cycle) in lapsed else "replaced"


def _return_of(project: Project, organisation_id: str, cycle_id: str) -> StoredReturn:
    wanted = organisation_id.strip().casefold()
    with open_store(project, create=False) as store:
        known = {each.organisation_id for each in project.register()}
        known |= {receipt.organisation_id for receipt in store.receipts() if receipt.organisation_id}
        found = next((each for each in sorted(known) if each.casefold() == wanted), None)
        if found is None:
            raise ProjectError(
                f"register.csv has no organisation {organisation_id}; use an id from its first column (not the name)."
            )
        stored = store.current_return(found, cycle_id)
    if stored is None:
        raise StoreError(
            f"{found} has no return for {cycle_id} in the figures, so there is nothing to correct; `toolkit status "
            f"--cycle {cycle_id}` says who has returned."
        )
    return stored


def _response(project: Project, stored: StoredReturn, criterion: str) -> Response:
    """The response to a criterion as it is in the figures now."""
    wanted = next((each for each in _asked(project, stored) if each.criterion == criterion), None)
    if wanted is None:
        receipt = stored.receipt
        raise ToolkitError(
            f"{receipt.organisation_id} is not asked {criterion!r} in {receipt.cycle}; use a criterion of "
            f"{receipt.framework} such as those in the Reference column of its workbook."
        )
    blank = Response(wanted.standard, criterion, Rating.BLANK)
    given = next((each for each in stored.return_.responses if each.criterion == criterion), blank)
    return corrected([given], corrections_of(stored, read_corrections(project)))[0]


def _asked(project: Project, stored: StoredReturn) -> tuple[Asked, ...]:
    framework = load_framework(project.settings.cycle(stored.receipt.cycle).framework, project.root)
    registered = {each.organisation_id: each for each in project.register()}
    organisation = registered.get(stored.receipt.organisation_id) or unregistered(stored, framework)
    return tuple(asked(framework, organisation, project.settings.area_codes))


def _words(field: str) -> str:
    return field.replace("_", " ")
