"""Whose return it is, and what becomes of it: pure decisions, without a look at the disk."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.intake.queries import outcome_of, query, reason
from toolkit.records import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.records import Decision, Organisation, Query, Receipt, Response, Return
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


def _decided(return_: Return, register: Register, decided: tuple[Decision, ...]) -> Organisation | None:
    name = fold_name(return_.organisation)
    about = [each for each in decided if each.organisation_id and (not each.named or fold_name(each.named) == name)]
    return register.with_id(about[-1].organisation_id) if about else None


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose return it is; where nobody can say, the code of the reason and what it names."""

    organisation: Organisation | None
    code: str = ""
    details: dict[str, str] = field(default_factory=dict)
    queries: tuple[Query, ...] = ()


def whose(return_: Return, register: Register, decided: tuple[Decision, ...] = ()) -> Whose:
    """The organisation a person decided on; else by the workbook's identity, checked against the cover; else by name.

    Args:
        return_: the return as read.
        register: who should return.
        decided: the decisions on its file; one that names a name is only about the return with that name.
    """
    chosen = _decided(return_, register, decided)
    if chosen is not None:
        return Whose(chosen)
    issued_to = register.with_id(return_.organisation_id) if return_.organisation_id else None
    name = return_.organisation
    called = register.called(name) if name else ()
    if issued_to is not None:
        if not name or issued_to in called:
            return Whose(issued_to)
        return Whose(issued_to, "organisation-conflict", {"found": name, "expected": issued_to.name})
    return _by_name(return_, called)


def _by_name(return_: Return, called: tuple[Organisation, ...]) -> Whose:
    name = return_.organisation
    if len(called) > 1:
        ids = ", ".join(each.organisation_id for each in called)
        return Whose(None, "organisation-ambiguous", {"found": name, "expected": ids})
    if not called:
        return Whose(None, "organisation-unknown", {"found": name or return_.organisation_id})
    if not return_.organisation_id:
        return Whose(called[0])
    told = query("not-registered", found=return_.organisation_id, expected=called[0].name)
    return Whose(called[0], queries=(told,))


def beside_the_current(receipt: Receipt, return_: Return, current: StoredReturn | None, counts: str = "") -> Receipt:
    """The receipt of a return that could be accepted, beside the one that is in the figures.

    Accepted, unless the record has another return that is as old, and different, or younger.

    Args:
        receipt: an accepting receipt.
        return_: its return.
        current: the return of the same organisation and cycle that is in the figures.
        counts: "yes" where a person decided that this one counts, "no" where it does not.
    """
    received_at = receipt.received_at or dt.datetime.now(dt.UTC)
    names = {"organisation": receipt.organisation, "cycle": receipt.cycle}
    if counts == "no":
        return held(receipt, "set-aside", **names)
    if current is None:
        return receipt
    if not counts:
        new_date = effective_date(return_.completed_on, received_at)
        old_date = effective_date(current.completed_on, current.received_at or received_at)
        if new_date < old_date:
            found, expected = new_date.isoformat(), old_date.isoformat()
            return held(receipt, "older-return", found=found, expected=expected, **names)
        if new_date == old_date and _answers(return_) != _answers(current.return_):
            return held(receipt, "same-day", found=new_date.isoformat(), **names)
    return replace(receipt, supersedes=current.sha256)


def held(receipt: Receipt, code: str, **details: str) -> Receipt:
    """The receipt with a reason of the catalogue and the outcome that goes with it."""
    return replace(receipt, outcome=outcome_of(code), reason=reason(code, **details))


def effective_date(completed_on: dt.date | None, received_at: dt.datetime) -> dt.date:
    """The date that decides which return is later: of completion, or of receipt where that is missing or later."""
    received_on = received_at.date()
    return completed_on if completed_on is not None and completed_on <= received_on else received_on


def says_something(response: Response) -> bool:
    """Whether a response says anything at all."""
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
        if says_something(response)
    }
