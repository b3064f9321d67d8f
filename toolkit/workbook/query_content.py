"""What goes into one organisation's query workbook, worked out from the record before anything is written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.catalogue import load_framework, load_scale
from toolkit.document import how_many
from toolkit.layouts import QueryIdentity, is_reply, questions, still_open, waits_for_sender
from toolkit.records import Organisation, Outcome, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.catalogue import Framework, Scale
    from toolkit.layouts import Question, Told
    from toolkit.project import Cycle, Project, Settings
    from toolkit.records import Correction, Receipt
    from toolkit.store import Store


@dataclass(frozen=True)
class Letter:
    """All that one query workbook and its covering e-mail say."""

    settings: Settings
    cycle: Cycle
    framework: Framework
    scale: Scale
    organisation: Organisation
    receipt: Receipt
    open: tuple[Question, ...]
    told: tuple[Told, ...]

    @property
    def identity(self) -> QueryIdentity:
        """Whose questions they are, and about which return."""
        return QueryIdentity(self.organisation.organisation_id, self.cycle.id, self.receipt.sha256, self.scale.id)

    @property
    def marking(self) -> str:
        """The protective marking, with a warning where the data are synthetic."""
        about = self.settings.project
        return f"{about.marking} - SYNTHETIC DATA" if about.synthetic else about.marking

    @cached_property
    def ratings(self) -> tuple[str, ...]:
        """What the list of ratings offers."""
        return tuple(level.label for level in self.scale.levels)

    @property
    def weights(self) -> str:
        """How many questions there are of each weight, in words."""
        needed = sum(each.severity is Severity.ERROR for each in self.open)
        if needed in {0, len(self.open)}:
            one, many = (
                ("it needs an answer", "all need an answer") if needed else ("please check it", "please check all")
            )
            return one if len(self.open) == 1 else many
        parts = (
            (needed, "that needs an answer", "that need an answer"),
            (len(self.open) - needed, "to check", "to check"),
        )
        return " and ".join(f"{number} {one if number == 1 else many}" for number, one, many in parts if number)

    @property
    def count(self) -> str:
        """How many questions there are."""
        return how_many(len(self.open), "question")


def letters(
    project: Project,
    store: Store,
    corrections: Sequence[Correction],
    cycle: str | None = None,
    organisations: Iterable[str] | None = None,
) -> Iterator[tuple[str, Letter | None]]:
    """Each organisation's id with its letter; None where it has no open questions.

    Args:
        project: settings and register.
        store: its record.
        corrections: its corrections log.
        cycle: the cycle asked about; None for the latest of which something of the organisation was received.
        organisations: their ids; None for all of which something was received.
    """
    wanted = None if organisations is None else set(organisations)
    received: dict[str, dict[str, list[Receipt]]] = defaultdict(lambda: defaultdict(list))
    known = {each.id: each.issued for each in project.settings.cycles}
    for receipt in store.receipts():
        who = receipt.organisation_id
        if who and receipt.cycle in known and (wanted is None or who in wanted):
            received[who][receipt.cycle].append(receipt)
    register = {each.organisation_id: each for each in project.register()}
    for who in sorted(received.keys() | (wanted or set())):
        of_cycles = received.get(who, {})
        chosen = cycle or max(of_cycles, key=lambda each: (known[each], each), default="")
        receipts = of_cycles.get(chosen, [])
        yield who, _letter(project, store, corrections, register.get(who), receipts) if receipts else None


def _letter(
    project: Project,
    store: Store,
    corrections: Sequence[Correction],
    registered: Organisation | None,
    receipts: Sequence[Receipt],
) -> Letter | None:
    latest = {(each.sha256, each.part): each for each in receipts if each.outcome is not Outcome.DUPLICATE}
    held = [each for each in latest.values() if waits_for_sender(each)]
    who, cycle_id = receipts[0].organisation_id, receipts[0].cycle
    current = store.current_return(who, cycle_id)
    if current is None and not held:
        return None
    about = current.receipt if current else held.pop()
    return_ = current.return_ if current else None
    replies = [
        each for each in receipts if is_reply(each) and each.outcome is Outcome.ACCEPTED and each.number > about.number
    ]
    remaining, told = still_open(questions(about, return_, held), about.sha256, replies, corrections)
    if not remaining:
        return None
    cycle = project.settings.cycle(cycle_id)
    return Letter(
        project.settings,
        cycle,
        load_framework(cycle.framework, project.root),
        load_scale(cycle.scale, project.root),
        registered or _unregistered(about, return_.lead_name if return_ else "", return_.lead_email if return_ else ""),
        about,
        remaining,
        told,
    )


def _unregistered(receipt: Receipt, lead_name: str, lead_email: str) -> Organisation:
    """An organisation that has left the register, as its receipt and cover tell of it."""
    return Organisation(
        receipt.organisation_id, receipt.organisation or receipt.organisation_id, (), "", receipt.areas, receipt.tiers,
        commissioner=False, direct_services=False, lead_name=lead_name, lead_email=lead_email,
    )  # fmt: skip
