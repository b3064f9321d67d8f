"""All checks of a return, one after the other, and what belongs to a whole return whatever is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.catalogue import asked
from toolkit.intake.validation.across import evidence_repeated, nothing_beside_ratings, similar_differ
from toolkit.intake.validation.cover import cover_queries
from toolkit.intake.validation.standards import answers_not_asked, by_standard, dates_gone_by
from toolkit.records import Rating, Response

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from toolkit.catalogue import Asked, Framework, Scale
    from toolkit.project import Settings
    from toolkit.records import Organisation, Query, Return

_UNANSWERED = (Rating.BLANK, Rating.UNREADABLE)


def validate(  # noqa: PLR0917 - the agreed order, and a day that may be left out
    return_: Return,
    framework: Framework,
    scale: Scale,
    organisation: Organisation,
    settings: Settings,
    received_on: dt.date | None = None,
) -> tuple[Query, ...]:
    """What the sender or an analyst must settle, beyond what could not be read.

    Args:
        return_: the return as parsed; its own queries are not repeated.
        framework: what its cycle asks.
        scale: the answers of its cycle.
        organisation: whose return it is, by the register.
        settings: for the area codes and the cycle's issue date.
        received_on: the day of receipt, against which dates are checked; None leaves that out.
    """
    wanted = asked(framework, organisation, settings.area_codes)
    responses = {response.criterion: response for response in return_.responses}
    counted = [responses[each.criterion] for each in wanted if each.criterion in responses]
    issued = settings.cycle(return_.cycle).issued
    bare = nothing_beside_ratings(counted)
    return (
        *cover_queries(return_, issued, received_on),
        *by_standard(framework, wanted, responses, scale, {each.code for each in bare}),
        *bare,
        *answers_not_asked(framework, wanted, responses, organisation),
        *dates_gone_by(counted, issued, received_on),
        *similar_differ(framework, wanted, responses),
        *evidence_repeated(counted),
    )


def complete(responses: Iterable[Response], wanted: Iterable[Asked]) -> tuple[Response, ...]:
    """The responses, with a blank one for every criterion that was asked and is not in the workbook at all."""
    given = tuple(responses)
    there = {response.criterion for response in given}
    return given + tuple(
        Response(each.standard, each.criterion, Rating.BLANK) for each in wanted if each.criterion not in there
    )


def is_answered(response: Response) -> bool:
    """Whether a response has a rating that could be read."""
    return response.rating not in _UNANSWERED
