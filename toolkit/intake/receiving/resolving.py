"""A person's decision on a file: found, checked, written to the log, and the file taken in again with it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.errors import CatalogueError, FileAccessError, ProjectError
from toolkit.intake.receiving.door import receive
from toolkit.intake.receiving.filing import REASON
from toolkit.intake.receiving.naming import Register, fold_name, with_confirmed_names
from toolkit.intake.receiving.reconsidering import (
    accepted_by,
    changes_something,
    forget_elsewhere,
    keep_as_held,
    take_back,
)
from toolkit.layouts import AUDIT_WORKBOOK, load_foreign_layouts
from toolkit.records import Decision, Outcome
from toolkit.store import append_decision, in_seconds, is_waiting, open_store, read_decisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.records import Organisation, Receipt

_LEAST_OF_A_HASH = 6
_SHORT_HASH = 16
_COUNTABLE = {"same-day", "older-return", "set-aside"}
"""Codes of reasons that a decision to count the return settles."""
_ABOUT_THE_NAME = {"organisation-unknown", "organisation-conflict"}
"""Codes of reasons that a name stands behind; where one of them is settled, the name is worth remembering."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose; what is empty they left open.

    `organisation` is an id of the register; in its place `area` chooses, among organisations of the same name, the one
    that serves it. `named` is the name in the file that the choice is about, where the file has several returns.
    `counts` is "yes" or "no", as in a Decision. `this_file_only` keeps the name from being known from now on.
    """

    organisation: str = ""
    named: str = ""
    area: str = ""
    cycle: str = ""
    layout: str = ""
    counts: str = ""
    this_file_only: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was decided, what became of the returns in the file, and which other held files have the same name.

    `before` are the receipts of returns that an earlier decision had put in the figures, and that this one took out;
    `others` says what that changed about other files.
    """

    decision: Decision
    receipts: tuple[Receipt, ...]
    same_name: tuple[str, ...] = ()
    before: tuple[Receipt, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def still_waits(self) -> bool:
        """Whether something in the file still waits for a decision."""
        return any(is_waiting(receipt) for receipt in self.receipts)


def resolve(
    project: Project,
    wanted: str,
    choice: Choice,
    *,
    who: str,
    why: str,
    at: dt.datetime | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Resolved:
    """Log a decision on a held file, or anew on one that a decision put in the figures, and take the file in again.

    The moment of receipt stays the one at which the file came. After a crash the same call finishes the work: a
    decision that the log has already is not added again.

    Args:
        project: whose held files, register, settings and layouts.
        wanted: the file: its path, its name there or on its receipt, or the first letters of its SHA-256 (six or
            more), as far as nothing else is called so.
        choice: what was decided.
        who: who decided.
        why: their reason.
        at: the moment of the decision; None for now, or for `SOURCE_DATE_EPOCH` where that is set.
        progress: where the record must be made anew, called with the number of receipts gone through and of all.

    Raises:
        FileAccessError: no such file is held, several are, it is no longer as it was received, or the decision would
            change nothing.
        ProjectError: the organisation, name, area or cycle is not one of the project's.
        CatalogueError: there is no such layout.
        BusyError, StoreError: as `receive`; the decision is in the log by then.
    """
    receipts = _receipts(project)
    log = read_decisions(project)
    if (unfinished := _unfinished(project, wanted, receipts, log)) is not None:
        return unfinished
    file = _file(wanted, receipts, log)
    earlier = [each for each in log if each.sha256 == file[0].sha256]
    decision = replace(_decision(project, file, choice, log), who=who, why=why, at=in_seconds(at))
    before = _in_the_figures(file, decision, earlier)
    if before and not changes_something(project, before, decision):
        raise FileAccessError(
            f"{before[0].file} is in the figures as that already ({before[0].organisation}, {before[0].cycle}), so "
            "there is nothing to decide anew."
        )
    path = None if before else _kept(project, file)
    if not earlier or replace(earlier[-1], at=decision.at) != decision:
        append_decision(project, decision)
    others = take_back(project, file, before, decision.named, progress) if before else ()
    found = tuple(receive(project, [path or _kept(project, file)], file[0].received_at))
    if before:
        forget_elsewhere(project, found)
    return Resolved(decision, found, _same_name(decision, receipts), before, others)


def _receipts(project: Project) -> dict[str, tuple[Receipt, ...]]:
    """By hash: how every received file stands, with the receipts of its copies after that."""
    with open_store(project, create=False) as store:
        everything = [each for each in store.receipts() if each.sha256]
        copies = [each for each in everything if each.outcome is Outcome.DUPLICATE]
        standing = {each.sha256: store.receipts_of(each.sha256) for each in everything}
    return {sha256: (*found, *(each for each in copies if each.sha256 == sha256)) for sha256, found in standing.items()}


def _file(wanted: str, receipts: dict[str, tuple[Receipt, ...]], log: tuple[Decision, ...]) -> tuple[Receipt, ...]:
    """The returns in the one file that is meant: one that is held, else one that a decision put in the figures."""
    meant = {sha256: _standing(receipts[sha256]) for sha256 in _meant(wanted, receipts)}
    found = {sha256: each for sha256, each in meant.items() if any(one.outcome is Outcome.HELD for one in each)}
    found = found or {
        sha256: each
        for sha256, each in meant.items()
        if any(accepted_by(one, [two for two in log if two.sha256 == sha256]) for one in each)
    }
    if len(found) > 1:
        ids = ", ".join(f"{each[0].file} ({sha256[:_SHORT_HASH]})" for sha256, each in sorted(found.items()))
        raise FileAccessError(f"{wanted} may mean {ids}; give the first letters of the SHA-256 that is meant.")
    if found:
        return next(iter(found.values()))
    if meant:
        first = next(iter(meant.values()))[0]
        instead = (
            "it was accepted for what it says itself. If an answer in it is wrong, log it with `toolkit correct`; if "
            "its organisation is, mend register.csv, or decide anew on the file with which its name became known, and "
            "run `toolkit rebuild --replace`"
            if first.outcome is Outcome.ACCEPTED
            else "`toolkit status` lists what waits for a decision"
        )
        raise FileAccessError(f"{first.file} is {first.outcome}, not held, so there is nothing to decide; {instead}.")
    least = f" (of a SHA-256, give {_LEAST_OF_A_HASH} letters or more)" if _is_short_hash(wanted) else ""
    raise FileAccessError(
        f"No held file is called {wanted}{least}; `toolkit status` lists what waits for a decision, and what is still "
        "in the inbox must be received first."
    )


def _standing(receipts: Iterable[Receipt]) -> tuple[Receipt, ...]:
    """The receipts of a file without those of its copies."""
    return tuple(each for each in receipts if each.outcome is not Outcome.DUPLICATE)


def _is_short_hash(wanted: str) -> bool:
    return len(wanted) < _LEAST_OF_A_HASH and not wanted.casefold().strip("0123456789abcdef")


def _in_the_figures(file: tuple[Receipt, ...], decision: Decision, earlier: list[Decision]) -> tuple[Receipt, ...]:
    """The returns in the figures that a decision is about; () where it is about a held one."""
    by_name = {_called(each, earlier): each for each in file}
    if decision.named:
        about = [by_name[decision.named]] if decision.named in by_name else []
    else:
        about = [] if decision.counts and any(each.outcome is Outcome.HELD for each in file) else list(file)
    return tuple(each for each in about if each.outcome is Outcome.ACCEPTED)


def _called(receipt: Receipt, decided: Iterable[Decision]) -> str:
    """What a return is called in its file, as far as that is known: an accepted one has the register's name."""
    by = accepted_by(receipt, decided)
    return by.named if by and by.named and by.organisation_id else receipt.organisation


def _unfinished(
    project: Project, wanted: str, receipts: dict[str, tuple[Receipt, ...]], log: tuple[Decision, ...]
) -> Resolved | None:
    """What a crash after the record was written left undone, finished; None where there is nothing of the kind."""
    for sha256 in _meant(wanted, receipts):
        decided = [each for each in log if each.sha256 == sha256]
        is_held = any(each.outcome is Outcome.HELD for each in receipts[sha256])
        left = None if is_held or not decided else _waits_at(project, sha256)
        if left is not None:
            return Resolved(decided[-1], tuple(receive(project, [left])))
    return None


def _meant(wanted: str, receipts: dict[str, tuple[Receipt, ...]]) -> list[str]:
    return [sha256 for sha256, found in receipts.items() if _is_meant(wanted, sha256, found)]


def _is_meant(wanted: str, sha256: str, receipts: Iterable[Receipt]) -> bool:
    name = wanted.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(REASON)
    short = sha256[:_SHORT_HASH]
    if len(wanted) >= _LEAST_OF_A_HASH and sha256.startswith(wanted.casefold()):
        return True
    if name.startswith(f"{short}-"):  # the file where it waits, or its receipt
        return True
    return any(wanted == each.file or name == each.file.rsplit("/", 1)[-1] for each in receipts)


def _kept(project: Project, file: tuple[Receipt, ...]) -> Path:
    """The held file itself, as it was received; one that was in the figures is put there first."""
    receipt = file[0]
    kept = _waits_at(project, receipt.sha256)
    if kept is None:
        keep_as_held(project, file)
        kept = _waits_at(project, receipt.sha256)
    if kept is None:
        raise FileAccessError(
            f"{receipt.file} is no longer in {project.held}; put it in the inbox again, run receive, then decide."
        )
    try:
        with kept.open("rb") as original:
            found = hashlib.file_digest(original, "sha256").hexdigest()
    except OSError as error:
        raise FileAccessError(f"{kept} cannot be read ({error.strerror}); check that you may open it.") from error
    if found != receipt.sha256:
        raise FileAccessError(
            f"{kept} has been changed since it was received; move it to the inbox to receive it as a new file."
        )
    return kept


def _waits_at(project: Project, sha256: str) -> Path | None:
    kept = (path for path in project.held.glob(f"{sha256[:_SHORT_HASH]}-*") if not path.name.endswith(REASON))
    return min(kept, default=None)


def _decision(project: Project, file: tuple[Receipt, ...], choice: Choice, log: tuple[Decision, ...]) -> Decision:
    """The choice as the log has it, every id of it checked; without who, why and when."""
    if choice.cycle:
        project.settings.cycle(choice.cycle)
    if choice.layout:
        _check_layout(project, choice.layout)
    sha256 = file[0].sha256
    decided = [each for each in log if each.sha256 == sha256]
    named, about = _named(file, choice, decided)
    _check_counts(choice, about)
    of_others = [each for each in log if each.sha256 != sha256]
    register = project.register()
    organisation = _organisation(project, choice, named, Register(with_confirmed_names(register, of_others)))
    says_who = _says_who(about[0], Register(register))
    for each in decided:  # what is decided anew was called something in the file when it was decided first
        if each.organisation_id and each.organisation_id == about[0].organisation_id and named:
            named, says_who = each.named, not each.this_file_only
    return Decision(
        sha256=sha256,
        file=file[0].file,
        who="",
        why="",
        at=dt.datetime.min.replace(tzinfo=dt.UTC),
        named=named,
        organisation_id=organisation.organisation_id if organisation else "",
        cycle=choice.cycle,
        layout=choice.layout,
        counts=choice.counts,
        this_file_only=bool(organisation) and (choice.this_file_only or not says_who),
    )


def _check_counts(choice: Choice, about: Iterable[Receipt]) -> None:
    """Refuse to count what waits for something else: it would change nothing."""
    waiting = [each for each in about if each.outcome is Outcome.HELD]
    codes = {each.reason.partition(":")[0] for each in waiting}
    if choice.counts != "yes" or not waiting or codes & _COUNTABLE:
        return
    if not (choice.organisation or choice.area or choice.cycle or choice.layout):
        raise FileAccessError(
            f"{waiting[0].file} does not wait for somebody to say that it counts, so --counts would change nothing. "
            f"It waits because: {waiting[0].reason.partition(': ')[2]}"
        )


def _check_layout(project: Project, layout: str) -> None:
    known = [AUDIT_WORKBOOK, *(each.id for each in load_foreign_layouts(project.root))]
    if layout not in known:
        raise CatalogueError(
            f"There is no layout {layout}; use one of {', '.join(known)}, or add layouts/{layout}.yaml."
        )


def _named(file: tuple[Receipt, ...], choice: Choice, decided: list[Decision]) -> tuple[str, tuple[Receipt, ...]]:
    """The name, as the file has it, that the choice is about, and the returns; "" where that is the file as a whole."""
    held = tuple(each for each in file if each.outcome is Outcome.HELD)
    known: dict[str, Receipt] = {each.organisation: each for each in reversed(held)}
    open_ = dict(known) or {_called(each, decided): each for each in file if accepted_by(each, decided)}
    if choice.named:
        again = [(each.named, one) for each in decided for one in file if _is_about(each, one)]
        known.update({name: each for name, each in again if name not in known})
        known.update({each.organisation: each for each in file if accepted_by(each, decided)})
        found = next((name for name in known if fold_name(name) == fold_name(choice.named)), None)
        if found is None:
            told = ", ".join(each or "(no name)" for each in known)
            raise ProjectError(f'{file[0].file} has no held return of "{choice.named}"; it has those of {told}.')
        return found, (known[found],)
    if not (choice.organisation or choice.area):
        return "", tuple(open_.values())
    if len(open_) > 1:
        told = ", ".join(each or "(no name)" for each in open_)
        raise ProjectError(f"{file[0].file} has held returns of {told}; say which one with --named.")
    return next(iter(open_.items()))[0], tuple(open_.values())


def _is_about(decision: Decision, receipt: Receipt) -> bool:
    """Whether a decision said by name whose this return is."""
    return bool(decision.named) and decision.organisation_id == receipt.organisation_id != ""


def _organisation(project: Project, choice: Choice, named: str, register: Register) -> Organisation | None:
    if choice.organisation:
        chosen = register.with_id(choice.organisation)
        if chosen is None:
            raise ProjectError(
                f"register.csv has no organisation_id {choice.organisation}; correct the id or add the organisation."
            )
        return chosen
    if not choice.area:
        return None
    areas = {area.casefold(): area for area in project.settings.area_codes}
    area = areas.get(choice.area.casefold())
    if area is None:
        raise ProjectError(f"toolkit.toml has no area {choice.area}; use one of {', '.join(areas.values())}.")
    called = register.called(named)
    if not called:
        raise ProjectError(
            f'The register has no organisation called "{named}", in {area} or elsewhere; name the right one with '
            "--organisation."
            if named
            else "The file names no organisation, so --area cannot choose among several; use --organisation."
        )
    serving = [each for each in called if area in each.areas]
    if len(serving) != 1:
        ids = ", ".join(each.organisation_id for each in serving or called)
        how_many_serve = "more than one serves" if serving else "none serves"
        raise ProjectError(
            f'Of the organisations called "{named}" in the register, {how_many_serve} {area} ({ids}); name the right '
            "one with --organisation."
        )
    return serving[0]


def _says_who(receipt: Receipt, register: Register) -> bool:
    """Whether the name in the file says from now on who it is from.

    Not one that `register.csv` gives to somebody, and not what a workbook that contradicts itself was called.
    """
    if receipt.reason.partition(":")[0] not in _ABOUT_THE_NAME or not fold_name(receipt.organisation):
        return False
    contradicting = any(
        each.code == "identity-conflict" or (each.code == "sheet-of-another" and each.found in receipt.organisation)
        for each in receipt.queries
    )
    return not contradicting and not register.called(receipt.organisation)


def _same_name(decision: Decision, receipts: dict[str, tuple[Receipt, ...]]) -> tuple[str, ...]:
    """Other files that wait under the name that has become known, by the start of their hash."""
    if not decision.organisation_id or decision.this_file_only:
        return ()
    name = fold_name(decision.named)
    return tuple(
        sorted(
            f"{each.file} ({sha256[:_SHORT_HASH]})"
            for sha256, found in receipts.items()
            for each in found
            if sha256 != decision.sha256 and is_waiting(each) and fold_name(each.organisation) == name
        )
    )
