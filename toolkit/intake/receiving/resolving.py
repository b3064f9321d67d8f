"""A person's decision on a held file: found, checked, written to the log, and the file taken in again with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.errors import CatalogueError, FileAccessError, ProjectError
from toolkit.intake.receiving.door import receive
from toolkit.intake.receiving.filing import REASON
from toolkit.intake.receiving.naming import Register, fold_name, with_confirmed_names
from toolkit.layouts import AUDIT_WORKBOOK, load_foreign_layouts
from toolkit.records import Decision, Outcome
from toolkit.store import append_decision, is_waiting, open_store, read_decisions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.records import Organisation, Receipt

_LEAST_OF_A_HASH = 6
_SHORT_HASH = 16
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
    """What was decided, what became of the returns in the file, and which other held files have the same name."""

    decision: Decision
    receipts: tuple[Receipt, ...]
    same_name: tuple[str, ...] = ()

    @property
    def still_waits(self) -> bool:
        """Whether something in the file still waits for a decision."""
        return any(is_waiting(receipt) for receipt in self.receipts)


def resolve(
    project: Project, wanted: str, choice: Choice, *, who: str, why: str, at: dt.datetime | None = None
) -> Resolved:
    """Log a decision on a held file and take the file in again.

    The moment of receipt stays the one at which the file came. After a crash the same call finishes the work: a
    decision that the log has already is not added again.

    Args:
        project: whose held files, register, settings and layouts.
        wanted: the held file: its path, its name there or on its receipt, or the first letters of its SHA-256 (six or
            more), as far as nothing else is called so.
        choice: what was decided.
        who: who decided.
        why: their reason.
        at: the moment of the decision; None for now, or for `SOURCE_DATE_EPOCH` where that is set.

    Raises:
        FileAccessError: no such file is held, several are, or it is no longer as it was received.
        ProjectError: the organisation, name, area or cycle is not one of the project's.
        CatalogueError: there is no such layout.
        BusyError, StoreError: as `receive`; the decision is in the log by then.
    """
    receipts = _receipts(project)
    log = read_decisions(project)
    if (unfinished := _unfinished(project, wanted, receipts, log)) is not None:
        return unfinished
    held = _held(wanted, receipts)
    path = _kept(project, held[0])
    earlier = [each for each in log if each.sha256 == held[0].sha256]
    decision = replace(_decision(project, held, choice, log), who=who, why=why, at=_in_seconds(at))
    if not earlier or replace(earlier[-1], at=decision.at) != decision:
        append_decision(project, decision)
    found = tuple(receive(project, [path], held[0].received_at))
    return Resolved(decision, found, _same_name(decision, receipts))


def _receipts(project: Project) -> dict[str, tuple[Receipt, ...]]:
    """By hash: how every received file stands, with the receipts of its copies after that."""
    with open_store(project, create=False) as store:
        everything = [each for each in store.receipts() if each.sha256]
        copies = [each for each in everything if each.outcome is Outcome.DUPLICATE]
        standing = {each.sha256: store.receipts_of(each.sha256) for each in everything}
    return {sha256: (*found, *(each for each in copies if each.sha256 == sha256)) for sha256, found in standing.items()}


def _held(wanted: str, receipts: dict[str, tuple[Receipt, ...]]) -> tuple[Receipt, ...]:
    """The held returns of the one file that is meant."""
    meant = _meant(wanted, receipts)
    held = {
        sha256: found
        for sha256 in meant
        if (found := tuple(each for each in receipts[sha256] if each.outcome is Outcome.HELD))
    }
    if len(held) > 1:
        ids = ", ".join(f"{found[0].file} ({sha256[:_SHORT_HASH]})" for sha256, found in sorted(held.items()))
        raise FileAccessError(f"{wanted} may mean {ids}; give the first letters of the SHA-256 that is meant.")
    if held:
        return next(iter(held.values()))
    if meant:
        first = receipts[meant[0]][0]
        raise FileAccessError(
            f"{first.file} is {first.outcome}, not held, so there is nothing to decide; "
            "`toolkit status` lists what waits for a decision."
        )
    raise FileAccessError(
        f"No held file is called {wanted}; `toolkit status` lists what waits for a decision, and what is still in the "
        "inbox must be received first."
    )


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


def _kept(project: Project, receipt: Receipt) -> Path:
    """The held file itself, as it was received."""
    kept = _waits_at(project, receipt.sha256)
    if kept is None:
        raise FileAccessError(
            f"{receipt.file} is no longer in {project.held}; put it in the inbox again, run receive, then decide."
        )
    try:
        with kept.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
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


def _decision(project: Project, held: tuple[Receipt, ...], choice: Choice, log: tuple[Decision, ...]) -> Decision:
    """The choice as the log has it, every id of it checked; without who, why and when."""
    if choice.cycle:
        project.settings.cycle(choice.cycle)
    if choice.layout:
        _check_layout(project, choice.layout)
    sha256 = held[0].sha256
    named = _named(held, choice)
    of_others = [each for each in log if each.sha256 != sha256]
    register = project.register()
    organisation = _organisation(project, choice, named, Register(with_confirmed_names(register, of_others)))
    about = next(each for each in held if not named or each.organisation == named)
    says_who = _says_who(about, Register(register))
    for each in log:  # what is decided anew was called something in the file when it was decided first
        if each.sha256 == sha256 and each.organisation_id and each.organisation_id == about.organisation_id and named:
            named, says_who = each.named, not each.this_file_only
    return Decision(
        sha256=sha256,
        file=held[0].file,
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


def _check_layout(project: Project, layout: str) -> None:
    known = [AUDIT_WORKBOOK, *(each.id for each in load_foreign_layouts(project.root))]
    if layout not in known:
        raise CatalogueError(
            f"There is no layout {layout}; use one of {', '.join(known)}, or add layouts/{layout}.yaml."
        )


def _named(held: tuple[Receipt, ...], choice: Choice) -> str:
    """The name, as the file has it, that the choice is about; "" where it is about the file as a whole."""
    names = list(dict.fromkeys(each.organisation for each in held))
    if choice.named:
        found = next((each for each in names if fold_name(each) == fold_name(choice.named)), None)
        if found is None:
            told = ", ".join(each or "(no name)" for each in names)
            raise ProjectError(f'{held[0].file} has no held return of "{choice.named}"; it has those of {told}.')
        return found
    if not (choice.organisation or choice.area):
        return ""
    if len(names) > 1:
        raise ProjectError(f"{held[0].file} has held returns of {', '.join(names)}; say which one with --named.")
    return names[0]


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
    serving = [each for each in register.called(named) if area in each.areas]
    if len(serving) != 1:
        ids = ", ".join(each.organisation_id for each in serving) or "none"
        raise ProjectError(
            f'Of the organisations called "{named}" in the register, not one but {ids} serve {area}; '
            "name the right one with --organisation."
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


def _in_seconds(moment: dt.datetime | None) -> dt.datetime:
    if moment is None:
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        moment = dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch.isdigit() else dt.datetime.now(dt.UTC)
    return moment.astimezone(dt.UTC).replace(microsecond=0)
