"""What corrections make of the responses of a return. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.records import Correction, Rating, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.store.record import StoredReturn

FIELDS = ("rating", "evidence", "action", "lead", "target_date")
"""What of a response can be corrected, as the tidy responses name it."""

RATINGS = tuple(str(rating) for rating in Rating if rating is not Rating.UNREADABLE)
"""What a rating can be corrected to; what nobody can read is not a correction."""


def fault_of(field: str, value: str) -> str:
    """What is wrong with a correction of this field to this value, in words; "" where nothing is."""
    if field not in FIELDS:
        return f"{field!r} is none of {', '.join(FIELDS)}"
    if field == "rating" and value not in RATINGS:
        return f"{value!r} is none of {', '.join(RATINGS)}"
    if field == "target_date" and value:
        try:
            read = dt.date.fromisoformat(value)
        except ValueError:
            return f"{value!r} is no date as year-month-day, such as 2025-03-31"
        if read.isoformat() != value:
            return f"{value!r} is not written as year-month-day; write {read.isoformat()}"
    return ""


def value_of(response: Response, field: str) -> str:
    """One of FIELDS of a response, as the tidy responses have it."""
    value = getattr(response, field)
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")


def corrections_of(stored: StoredReturn, corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """The corrections of this return, and of no other one of the organisation, that can be applied."""
    receipt = stored.receipt
    mine = (stored.sha256, receipt.organisation_id, receipt.cycle)
    return tuple(
        each
        for each in corrections
        if (each.sha256, each.organisation_id, each.cycle) == mine and not fault_of(each.field, each.value)
    )


def counting(corrections: Iterable[Correction]) -> dict[tuple[str, str], Correction]:
    """The latest correction of each criterion's field."""
    return {(each.criterion, each.field): each for each in corrections}


def corrected(responses: Iterable[Response], corrections: Iterable[Correction]) -> tuple[Response, ...]:
    """The responses of a return as its corrections leave them, the latest of a field counting.

    What the sender wrote (`rating_as_written`, `target_date_as_written`) and the cell it came from stay.

    Args:
        responses: as parsed.
        corrections: those of this return (`corrections_of`), in the order of the log.
    """
    changes: dict[str, dict[str, Any]] = {}
    for (criterion, field), each in counting(corrections).items():
        changes.setdefault(criterion, {})[field] = _typed(field, each.value)
    return tuple(replace(each, **changes[each.criterion]) if each.criterion in changes else each for each in responses)


def _typed(field: str, value: str) -> object:
    if field == "rating":
        return Rating(value)
    if field == "target_date":
        return dt.date.fromisoformat(value) if value else None
    return value
