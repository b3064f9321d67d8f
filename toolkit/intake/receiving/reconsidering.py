"""A decision that was wrong, made anew: what it put in the figures is taken out, and waits as a held file does."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.errors import StoreError
from toolkit.intake.queries import reason
from toolkit.intake.receiving.filing import Filing
from toolkit.intake.receiving.judging import judge_for
from toolkit.intake.receiving.rebuilding import rebuild
from toolkit.records import QUERY_LAYOUT, Outcome
from toolkit.store import alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.records import Decision, Receipt

_SHORT = 12
_FOLLOWS = re.compile(r"\): (?:organisation|areas|tiers|criteria \w+|queries|cells|reason) (?:is|has) ")
"""A difference that only follows from another one of the same file."""


def accepted_by(receipt: Receipt, decided: Iterable[Decision]) -> Decision | None:
    """The latest of a file's decisions that put a return of it in the figures; None where none did."""
    if receipt.outcome is not Outcome.ACCEPTED or receipt.layout.startswith(QUERY_LAYOUT):
        return None
    about = [each for each in decided if each.organisation_id in {"", receipt.organisation_id}]
    named = [each for each in about if each.organisation_id]
    return next(reversed(named or about), None)


def original_of(project: Project, sha256: str) -> Path | None:
    """Where an original of an accepted return is; None where there is none."""
    return min(project.accepted("any").parent.glob(f"*/{sha256}.*"), default=None)


def changes_something(project: Project, receipts: Sequence[Receipt], decision: Decision) -> bool:
    """Whether returns in the figures would be somebody else's, or elsewhere, if this were decided on their file."""
    original = original_of(project, receipts[0].sha256)
    if original is None:
        return True
    judge = judge_for(project, receipts[0].received_at or decision.at)
    decided = (*judge.decisions.get(decision.sha256, ()), decision)
    judged = replace(judge, decisions={decision.sha256: decided}).judge(original, receipts[0].file)
    return {_what(each) for each in receipts} - {_what(each.receipt) for each in judged.entries} != set()


def _what(receipt: Receipt) -> tuple[str, ...]:
    layout = receipt.layout.partition(",")[0]
    return receipt.part, receipt.outcome, receipt.organisation_id, receipt.cycle, receipt.framework, layout


def take_back(
    project: Project,
    receipts: Sequence[Receipt],
    about: Sequence[Receipt],
    named: str,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[str, ...]:
    """Take returns out of the figures: their receipts say that they are held, and the record is made anew by that.

    What the earlier decision made of other files (a name that it confirmed, a return that was superseded) is undone
    with it. A crash leaves receipts that `rebuild` and this very call make good.

    Args:
        project: whose record.
        receipts: all receipts of the file.
        about: those of them, accepted by a decision, that are taken out.
        named: what the file calls the organisation.
        progress: called with the number of receipts gone through and of all.

    Returns:
        What is otherwise now with other files, one sentence each.

    Raises:
        StoreError: something that the record is made from is missing; nothing was changed.
        BusyError, FileAccessError, ProjectError, CatalogueError: as `rebuild`.
    """
    filing = Filing(project)
    with alone(project):
        filing.write_receipts([_waiting(each, named) if each in about else each for each in receipts])
    found = rebuild(project, replace_old=True, only_whole=True, progress=progress)
    if not found.replaced:
        with alone(project):
            filing.write_receipts(receipts)
        raise StoreError(
            f"The decision is in the log and has no effect yet, because the record cannot be made anew: "
            f"{' '.join(found.faults)} Then run the same command again."
        )
    own = about[0].sha256[:_SHORT]
    return tuple(each for each in found.differences if own not in each and not _FOLLOWS.search(each))


def _waiting(receipt: Receipt, named: str) -> Receipt:
    whose = f"{receipt.organisation}, {receipt.cycle}"
    return replace(
        receipt,
        outcome=Outcome.HELD,
        reason=reason("decided-anew", found=whose),
        organisation=named or receipt.organisation,
        areas=(),
        tiers=(),
        criteria_expected=0,
        criteria_answered=0,
        supersedes="",
    )


def keep_as_held(project: Project, receipts: Sequence[Receipt]) -> None:
    """Put the original of an accepted file where held ones wait, if it is still there."""
    original = original_of(project, receipts[0].sha256)
    if original is not None:
        with alone(project):
            held = [replace(each, outcome=Outcome.HELD) for each in receipts]
            Filing(project).keep(held, original, original.read_bytes(), original.suffix.removeprefix("."))


def forget_elsewhere(project: Project, receipts: Sequence[Receipt]) -> None:
    """Remove an original from the folders of cycles to which no accepted return of it belongs any more."""
    cycles = {each.cycle for each in receipts if each.outcome is Outcome.ACCEPTED}
    for path in project.accepted("any").parent.glob(f"*/{receipts[0].sha256}.*"):
        if path.parent.name not in cycles:
            with suppress(OSError):
                path.unlink()
