"""A return measured against what its organisation was asked: queries, never an exception, never only the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.catalogue import asked
from toolkit.intake.queries import query
from toolkit.records import Priority, Rating, Response

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.catalogue import Asked, Framework, Scale
    from toolkit.project import Settings
    from toolkit.records import Organisation, Query, Return

_UNANSWERED = {Rating.BLANK, Rating.UNREADABLE}
_MOST_LISTED = 12


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
        received_on: the day of receipt, against which the date of completion is checked.
    """
    wanted = asked(framework, organisation, settings.area_codes)
    responses = {response.criterion: response for response in return_.responses}
    issued = settings.cycle(return_.cycle).issued
    return (
        *_cover(return_, issued, received_on),
        *_by_standard(wanted, responses, scale),
        *_by_response(wanted, responses, issued),
        *_similar(framework, wanted, responses),
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


def _cover(return_: Return, issued: dt.date, received_on: dt.date | None) -> Iterator[Query]:
    if not return_.lead_name:
        yield query("lead-missing", expected="a name")
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


def _by_standard(wanted: Sequence[Asked], responses: dict[str, Response], scale: Scale) -> Iterator[Query]:
    """One query for each standard and kind of gap, rather than one for each row."""
    not_applicable = next((level.label for level in scale.levels if level.rating is Rating.NOT_APPLICABLE), "")
    by_standard: dict[str, list[Asked]] = {}
    for each in wanted:
        by_standard.setdefault(each.standard, []).append(each)
    for standard, items in by_standard.items():
        there = [responses[each.criterion] for each in items if each.criterion in responses]
        if not there:
            yield query(
                "sheet-missing", expected=f"standard {standard}", standard=standard, count=_criteria(len(items))
            )
            continue
        missing = [each.criterion for each in items if each.criterion not in responses]
        if missing:
            yield query("rows-missing", sheet=there[0].sheet, found=_listed(missing), standard=standard)
        blank = {r.criterion for r in there if r.rating is Rating.BLANK}
        for code, chosen in (
            ("essential-blank", [each for each in items if each.priority is Priority.ESSENTIAL]),
            ("other-blank", [each for each in items if each.priority is not Priority.ESSENTIAL]),
        ):
            gaps = [responses[each.criterion] for each in chosen if each.criterion in blank]
            if gaps:
                yield query(
                    code,
                    sheet=gaps[0].sheet,
                    cell=gaps[0].cell,
                    found=_listed([r.criterion for r in gaps]),
                    expected=not_applicable,
                    standard=standard,
                    count=str(len(gaps)),
                    of=str(len(chosen)),
                )
        bare = [r for r in there if r.rating is Rating.MET and not r.evidence]
        if bare:
            yield query(
                "met-without-evidence",
                sheet=bare[0].sheet,
                cell=bare[0].cell,
                found=_listed([r.criterion for r in bare]),
                expected="evidence",
                standard=standard,
                count=_criteria(len(bare), "is", "are"),
            )


def _by_response(wanted: Sequence[Asked], responses: dict[str, Response], issued: dt.date) -> Iterator[Query]:
    priorities = {each.criterion: each.priority for each in wanted}
    for criterion, response in responses.items():
        place = {"sheet": response.sheet, "cell": response.cell, "criterion": criterion}
        priority = priorities.get(criterion)
        if priority is None:
            if response.rating is not Rating.BLANK:
                yield query("not-asked", found=response.rating_as_written, expected="no answer", **place)
            continue
        unexplained = response.rating is Rating.NOT_APPLICABLE and not response.evidence
        if unexplained and priority is Priority.ESSENTIAL:
            yield query("not-applicable-unexplained", found=response.rating_as_written, expected="a reason", **place)
        if response.target_date is not None and response.target_date < issued:
            yield query(
                "target-date-early", found=response.target_date.isoformat(), expected=issued.isoformat(), **place
            )


def _similar(framework: Framework, wanted: Sequence[Asked], responses: dict[str, Response]) -> Iterator[Query]:
    """Criteria that ask nearly the same (2024 standards: 5.4 and 11.4, 1.4 and 3.3, 1.5 and 3.4) should agree."""
    seen: set[frozenset[str]] = set()
    for each in wanted:
        response = responses.get(each.criterion)
        if response is None or not is_answered(response):
            continue
        for other in framework.criterion(each.criterion).similar:
            its = responses.get(other)
            pair = frozenset((each.criterion, other))
            if its is None or not is_answered(its) or pair in seen or its.rating is response.rating:
                continue
            seen.add(pair)
            yield query(
                "similar-differ",
                sheet=response.sheet,
                cell=response.cell,
                found=response.rating_as_written,
                expected=its.rating_as_written,
                criterion=each.criterion,
                other=other,
            )


def _listed(criteria: Sequence[str]) -> str:
    return ", ".join(criteria[:_MOST_LISTED]) + (", ..." if len(criteria) > _MOST_LISTED else "")


def _criteria(number: int, one: str = "", many: str = "") -> str:
    return f"1 criterion {one}".strip() if number == 1 else f"{number} criteria {many}".strip()
