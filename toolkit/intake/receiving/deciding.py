"""Whose return it is, and what becomes of it: pure decisions, without a look at the disk."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.catalogue import asked, load_framework, load_scale
from toolkit.intake.queries import outcome_of, query, reason
from toolkit.intake.validation import complete, is_answered, validate
from toolkit.records import Outcome, Rating, Receipt

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from toolkit.intake.parsing import Reading
    from toolkit.project import Settings
    from toolkit.records import Organisation, Query, Response, Return
    from toolkit.store import StoredReturn


def fold_name(name: str) -> str:
    """An organisation's name as names are compared: no case, `&` as `and`, no punctuation, single spaces."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ").replace("'", "").replace("\u2019", "")
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


class Register:
    """The register as a return's organisation is looked up in it."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._by_id: dict[str, Organisation] = {}
        self._by_name: dict[str, list[Organisation]] = {}
        for organisation in organisations:
            self._by_id[organisation.organisation_id.casefold()] = organisation
            for name in {fold_name(each) for each in (organisation.name, *organisation.aliases)}:
                self._by_name.setdefault(name, []).append(organisation)

    def with_id(self, organisation_id: str) -> Organisation | None:
        """The organisation with this id, whatever its case."""
        return self._by_id.get(organisation_id.casefold())

    def called(self, name: str) -> tuple[Organisation, ...]:
        """The organisations of which this is the name or an alias."""
        return tuple(self._by_name.get(fold_name(name), ()))


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose return it is; where nobody can say, the code of the reason and what it names."""

    organisation: Organisation | None
    code: str = ""
    details: dict[str, str] = field(default_factory=dict)
    queries: tuple[Query, ...] = ()


def whose(return_: Return, register: Register) -> Whose:
    """The organisation by the workbook's identity, checked against the cover; without an identity, by exact name."""
    issued_to = register.with_id(return_.organisation_id) if return_.organisation_id else None
    name = return_.organisation
    called = register.called(name) if name else ()
    if issued_to is not None:
        if not name or issued_to in called:
            return Whose(issued_to)
        return Whose(issued_to, "organisation-conflict", {"found": name, "expected": issued_to.name})
    if len(called) > 1:
        ids = ", ".join(each.organisation_id for each in called)
        return Whose(None, "organisation-ambiguous", {"found": name, "expected": ids})
    if not called:
        return Whose(None, "organisation-unknown", {"found": name or return_.organisation_id})
    if not return_.organisation_id:
        return Whose(called[0])
    told = query("not-registered", found=return_.organisation_id, expected=called[0].name)
    return Whose(called[0], queries=(told,))


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides about returns, one after the other, as the record stands."""

    settings: Settings
    root: Path
    register: Register
    current_return: Callable[[str, str], StoredReturn | None]
    received_at: dt.datetime

    def decide(
        self, reading: Reading, file: str, sha256: str, notes: tuple[Query, ...]
    ) -> tuple[Receipt, Return | None]:
        """The receipt of a file that was read, and the return where it is accepted.

        Args:
            reading: the parsed workbook.
            file: its name.
            sha256: its hash.
            notes: queries on the file itself, such as macros.
        """
        return_ = reading.return_
        receipt = Receipt(
            file,
            sha256,
            Outcome.HELD,
            organisation=return_.organisation,
            cycle=return_.cycle,
            framework=return_.framework,
            layout=return_.layout if reading.has_table else "",
            queries=(*notes, *return_.queries),
            received_at=self.received_at,
        )
        if not reading.has_table:
            return held(receipt, "layout-unknown", expected="a header row with Reference and Rating"), None
        if not reading.known_cycle:
            found = f"cycle {return_.cycle} on {return_.framework}" if return_.cycle else "no framework of toolkit.toml"
            return held(receipt, "cycle-unknown", found=found), None
        told = whose(return_, self.register)
        receipt = replace(receipt, queries=(*receipt.queries, *told.queries))
        if told.organisation is None:
            return held(receipt, told.code, **told.details), None
        receipt, return_ = self._validated(receipt, return_, told.organisation)
        if told.code:
            return held(receipt, told.code, **told.details), None
        if not any(_says_something(response) for response in return_.responses):
            return held(receipt, "nothing-answered"), None
        return self._beside_the_current(receipt, return_)

    def _validated(self, receipt: Receipt, return_: Return, organisation: Organisation) -> tuple[Receipt, Return]:
        cycle = self.settings.cycle(return_.cycle)
        framework = load_framework(return_.framework, self.root)
        scale = load_scale(cycle.scale, self.root)
        wanted = asked(framework, organisation, self.settings.area_codes)
        found = validate(return_, framework, scale, organisation, self.settings, self.received_at.date())
        answered = {response.criterion for response in return_.responses if is_answered(response)}
        queries = (*receipt.queries, *found)
        receipt = replace(
            receipt,
            organisation_id=organisation.organisation_id,
            organisation=organisation.name,
            areas=organisation.areas,
            tiers=organisation.tiers,
            criteria_expected=len(wanted),
            criteria_answered=sum(each.criterion in answered for each in wanted),
            queries=queries,
        )
        return receipt, replace(return_, responses=complete(return_.responses, wanted), queries=queries)

    def _beside_the_current(self, receipt: Receipt, return_: Return) -> tuple[Receipt, Return | None]:
        """Accepted, unless the record has another return that is as old, and different, or younger."""
        current = self.current_return(receipt.organisation_id, receipt.cycle)
        accepted = replace(receipt, outcome=Outcome.ACCEPTED)
        if current is None:
            return accepted, return_
        new_date = effective_date(return_.completed_on, self.received_at)
        old_date = effective_date(current.completed_on, current.received_at or self.received_at)
        names = {"organisation": receipt.organisation, "cycle": receipt.cycle}
        if new_date < old_date:
            found, expected = new_date.isoformat(), old_date.isoformat()
            return held(receipt, "older-return", found=found, expected=expected, **names), None
        if new_date == old_date and _answers(return_) != _answers(current.return_):
            return held(receipt, "same-day", found=new_date.isoformat(), **names), None
        return replace(accepted, supersedes=current.sha256), return_


def held(receipt: Receipt, code: str, **details: str) -> Receipt:
    """The receipt with a reason of the catalogue and the outcome that goes with it."""
    return replace(receipt, outcome=outcome_of(code), reason=reason(code, **details))


def effective_date(completed_on: dt.date | None, received_at: dt.datetime) -> dt.date:
    """The date that decides which return is later: of completion, or of receipt where that is missing or later."""
    received_on = received_at.date()
    return completed_on if completed_on is not None and completed_on <= received_on else received_on


def _says_something(response: Response) -> bool:
    return response.rating is not Rating.BLANK or any(
        (response.evidence, response.action, response.lead, response.target_date_as_written)
    )


def _answers(return_: Return) -> dict[str, tuple[str, ...]]:
    return {
        response.criterion: (
            response.rating,
            response.rating_as_written,
            response.evidence,
            response.action,
            response.lead,
            response.target_date_as_written,
        )
        for response in return_.responses
        if _says_something(response)
    }
