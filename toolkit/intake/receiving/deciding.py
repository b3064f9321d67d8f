"""Whose return it is, and what becomes of it: pure decisions, without a look at the disk."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.document import RATING_WORDS, how_many
from toolkit.intake.queries import outcome_of, query, reason
from toolkit.intake.receiving.naming import fold_name
from toolkit.records import Rating, Response
from toolkit.store.correcting import corrected, corrections_of, counting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.intake.receiving.naming import Register
    from toolkit.records import Correction, Decision, Organisation, Query, Receipt, Return
    from toolkit.store import StoredReturn


_JOINING = re.compile(r"\s*(?:[/;,+\n]|\s(?:and|&)\s)\s*", re.IGNORECASE)
_OF_THE_HASH = 12
"""How much of a file's hash a reason gives: enough to name the file in a command."""


def decisions_about(
    return_: Return, register: Register, decided: Iterable[Decision], *, alone: bool
) -> tuple[Decision, ...]:
    """Those of a file's decisions that are about this return, in their order.

    Where the file has only this return, every decision is about it. Among several, one that names a name is about the
    return with that name, or with another name of the same organisation, and one that names none says nothing about
    whose they are.

    Args:
        return_: the return as read.
        register: who is called what.
        decided: the decisions on its file.
        alone: whether the file has no other return.
    """
    if alone:
        return tuple(decided)
    name = return_.organisation
    called = register.called(name)
    return tuple(
        each if each.named else replace(each, organisation_id="")
        for each in decided
        if not each.named
        or fold_name(each.named) == fold_name(name)
        or (len(called) == 1 and called == register.called(each.named))
    )


def counts_of(decided: Iterable[Decision]) -> str:
    """Whether a person decided that a return counts ("yes"), or that it does not ("no"); the latest decision holds."""
    return next((each.counts for each in reversed(tuple(decided)) if each.counts), "")


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
        decided: the decisions about this return.
    """
    chosen = next((each.organisation_id for each in reversed(decided) if each.organisation_id), "")
    if (organisation := register.with_id(chosen) if chosen else None) is not None:
        return Whose(organisation)
    issued_to = register.with_id(return_.organisation_id) if return_.organisation_id else None
    name = return_.organisation
    if issued_to is not None:
        if not name or issued_to in register.called(name):
            return Whose(issued_to)
        details = {"found": name, "expected": issued_to.name, "other": issued_to.organisation_id}
        return Whose(issued_to, "organisation-conflict", details)
    return _by_name(return_, register)


def _by_name(return_: Return, register: Register) -> Whose:
    name = return_.organisation
    called = register.called(name) if name else ()
    if len(called) > 1:
        ids = ", ".join(f"{each.organisation_id} in {' and '.join(each.areas)}" for each in called)
        return Whose(None, "organisation-ambiguous", {"found": name, "expected": ids})
    if not called and (joined := _joined(name, register)):
        return Whose(None, "organisation-joined", {"found": " / ".join(joined)})
    if not called:
        return Whose(None, "organisation-unknown", _unknown(return_, register))
    if not return_.organisation_id:
        return Whose(called[0])
    told = query("not-registered", found=return_.organisation_id, expected=called[0].name)
    return Whose(called[0], queries=(told,))


def _joined(name: str, register: Register) -> tuple[str, ...]:
    """The names of the register that are joined in a name, such as two that a cover gives; () where it is not so."""
    for mark in _JOINING.finditer(name):
        first, rest = name[: mark.start()], name[mark.end() :]
        if register.called(first) and (others := (rest,) if register.called(rest) else _joined(rest, register)):
            return (first.strip(), *(each.strip() for each in others))
    return ()


def _unknown(return_: Return, register: Register) -> dict[str, str]:
    """What the return is called, and what in the register comes close to it, for a person to decide."""
    name = return_.organisation or return_.organisation_id
    close = register.closest(return_.organisation) if return_.organisation else ()
    told = [f"{each.name} ({each.organisation_id}, {per_cent}%)" for each, per_cent in close]
    expected = f"The closest {'is' if len(told) == 1 else 'are'} {', '.join(told)}" if told else "Nothing comes close"
    return {
        "found": f'the register has no organisation called "{name}"' if name else "the file names no organisation",
        "expected": expected if name else "Look into it, or ask its sender",
        "other": close[0][0].organisation_id if close else "ID",
    }


def beside_the_current(
    receipt: Receipt,
    return_: Return,
    current: StoredReturn | None,
    counts: str = "",
    corrections: Iterable[Correction] = (),
) -> Receipt:
    """The receipt of a return that could be accepted, beside the one that is in the figures.

    Accepted, unless the record has another return that is as old, and different, or younger. Where it takes the place
    of another, what changed between what was in the figures and what is now stands among its queries.

    Args:
        receipt: an accepting receipt.
        return_: its return.
        current: the return of the same organisation and cycle that is in the figures.
        counts: "yes" where a person decided that this one counts.
        corrections: the corrections log.
    """
    if current is None:
        return receipt
    received_at = receipt.received_at or dt.datetime.now(dt.UTC)
    if counts != "yes":
        new_date = effective_date(return_.completed_on, received_at)
        old_date = effective_date(current.completed_on, current.received_at or received_at)
        if new_date < old_date:
            found, expected = new_date.isoformat(), old_date.isoformat()
            return held(receipt, "older-return", found=found, expected=expected)
        if new_date == old_date and _answers(return_) != _answers(current.return_):
            return held(receipt, "same-day", found=new_date.isoformat())
    lapsed = corrections_of(current, corrections)
    before = replace(current.return_, responses=corrected(current.return_.responses, lapsed))
    told = (*what_changed(return_, before), *_lapsed(lapsed))
    return replace(receipt, supersedes=current.sha256, queries=(*receipt.queries, *told))


def _lapsed(corrections: Iterable[Correction]) -> Iterator[Query]:
    counted = counting(corrections)
    if counted:
        found = ", ".join(f"{criterion} {field.replace('_', ' ')}" for criterion, field in counted)
        yield query(
            "corrections-lapsed", found=found, count=how_many(len(counted), "correction lapses", "corrections lapse")
        )


def set_aside(receipt: Receipt, decided: tuple[Decision, ...]) -> Receipt:
    """The receipt of a return of which a person decided that it does not count, with their reason."""
    why = next((each.why for each in reversed(decided) if each.counts), "")
    return held(receipt, "set-aside", found=why)


def what_changed(new: Return, old: Return) -> tuple[Query, ...]:
    """What a return changes in the one that it takes the place of: at most two queries, none where nothing changed.

    `changed-since` (a note) counts the ratings, texts and dates that differ and names the ratings; `answer-withdrawn`
    (a warning) names the criteria that had a rating and are blank now.

    Args:
        new: the later return.
        old: the return that it supersedes.
    """
    before = {response.criterion: response for response in old.responses}
    after = {response.criterion: response for response in new.responses}
    pairs = [
        (before.get(each) or _nothing_on(after[each]), after.get(each) or _nothing_on(before[each]))
        for each in dict.fromkeys((*after, *before))
    ]
    return (*_changed_since(pairs), *_withdrawn(pairs))


def _changed_since(pairs: Iterable[tuple[Response, Response]]) -> Iterator[Query]:
    ratings, texts, dates = [], 0, 0
    for was, now in pairs:
        if was.rating is not now.rating:
            ratings.append(f"{was.criterion} {RATING_WORDS[was.rating]} to {RATING_WORDS[now.rating]}")
        texts += (was.evidence != now.evidence) + (was.action != now.action) + (was.lead != now.lead)
        dates += _target(was) != _target(now)
    counted = [(len(ratings), "rating"), (texts, "text"), (dates, "date")]
    told = ", ".join(how_many(number, one) for number, one in counted if number)
    if told:
        yield query("changed-since", found=f"{told}: {'; '.join(ratings)}" if ratings else told)


def _withdrawn(pairs: Iterable[tuple[Response, Response]]) -> Iterator[Query]:
    gone = [
        now for was, now in pairs if was.rating not in {Rating.BLANK, Rating.UNREADABLE} and now.rating is Rating.BLANK
    ]
    if gone:
        found = ", ".join(each.criterion for each in gone)
        count = how_many(len(gone), "criterion that was", "criteria that were")
        yield query("answer-withdrawn", sheet=gone[0].sheet, cell=gone[0].cell, found=found, count=count)


def _nothing_on(response: Response) -> Response:
    return Response(response.standard, response.criterion, Rating.BLANK)


def _target(response: Response) -> str:
    return response.target_date.isoformat() if response.target_date else response.target_date_as_written


def held(receipt: Receipt, code: str, **details: str) -> Receipt:
    """The receipt with a reason of the catalogue and the outcome that goes with it."""
    named = {"file": receipt.sha256[:_OF_THE_HASH], "cycle": receipt.cycle, "organisation": receipt.organisation}
    return replace(receipt, outcome=outcome_of(code), reason=reason(code, **named | details))


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
