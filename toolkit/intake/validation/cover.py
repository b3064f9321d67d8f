"""The cover of a return: who completed and authorised it, who leads, and when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.intake.queries import query
from toolkit.records import Rating

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from toolkit.records import Query, Return

_ASKS_FOR_A_LEAD = {"wm-2024": "9.3"}
"""The criterion of a framework that asks for a named lead and for the OPCC to be told (2024 standards, 9.3)."""
_EMAIL = re.compile(r"[^\s@<>();,]+@[^\s@<>();,.]+(\.[^\s@<>();,.]+)+")


def cover_queries(return_: Return, issued: dt.date, received_on: dt.date | None) -> Iterator[Query]:
    """What is missing or wrong on the cover.

    Args:
        return_: the return as parsed.
        issued: when its cycle's audit was issued.
        received_on: the day of receipt; None leaves out what is compared with it.
    """
    yield from _lead(return_)
    if not return_.completed_by:
        yield query("completed-by-missing", expected="a name")
    if not return_.authorised_by:
        yield query("authorised-by-missing", expected="a name")
    completed = return_.completed_on
    if completed is None:
        if not any(each.code == "cover-date-unclear" for each in return_.queries):
            yield query("completed-on-missing", expected="a date")
    elif completed < issued:
        yield query("completed-on-early", found=completed.isoformat(), expected=issued.isoformat())
    elif received_on is not None and completed > received_on:
        yield query("completed-on-late", found=completed.isoformat(), expected=received_on.isoformat())


def _lead(return_: Return) -> Iterator[Query]:
    if not return_.lead_name:
        criterion = _ASKS_FOR_A_LEAD.get(return_.framework, "")
        answer = next((each for each in return_.responses if each.criterion == criterion), None)
        if answer is not None and answer.rating is Rating.MET:
            yield query(
                "lead-contradicts",
                sheet=answer.sheet,
                cell=answer.cell,
                found=answer.rating_as_written,
                expected="a name",
                criterion=criterion,
            )
        else:
            clause = f" (criterion {criterion})" if criterion else ""
            yield query("lead-missing", expected=f"who represents it in strategic meetings{clause}")
    if return_.lead_email and not _EMAIL.search(return_.lead_email):
        yield query("lead-email-unclear", found=return_.lead_email, expected="an e-mail address")
