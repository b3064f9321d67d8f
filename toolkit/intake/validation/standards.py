"""Each standard of a return: one query for each kind of gap, rather than one for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.queries import query
from toolkit.intake.validation.listing import criteria_counted, first_place, listed, of_standards
from toolkit.records import Priority, Rating

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Sequence

    from toolkit.catalogue import Asked, Framework, Scale
    from toolkit.records import Organisation, Query, Response

TO_DO = (Rating.PARTLY_MET, Rating.NOT_MET)
"""Ratings after which an action, who leads it and by when are asked for."""
_NO_ANSWERS = (Rating.BLANK, Rating.NOT_APPLICABLE)


def by_standard(
    framework: Framework,
    wanted: Sequence[Asked],
    responses: dict[str, Response],
    scale: Scale,
    said: Collection[str],
) -> Iterator[Query]:
    """Sheets and rows that are missing, blanks, and ratings without what belongs beside them.

    Args:
        framework: what was asked.
        wanted: the part of it that was asked of this organisation.
        responses: the responses by criterion.
        scale: the answers of the cycle.
        said: codes of what was already said of the return as a whole.
    """
    items_of: dict[str, list[Asked]] = {}
    for each in wanted:
        items_of.setdefault(each.standard, []).append(each)
    not_applicable = next((level.label for level in scale.levels if level.rating is Rating.NOT_APPLICABLE), "")
    for standard, items in items_of.items():
        there = [responses[each.criterion] for each in items if each.criterion in responses]
        if not there:
            count = criteria_counted(len(items))
            yield query("sheet-missing", expected=f"standard {standard}", standard=standard, count=count)
            continue
        missing = [each.criterion for each in items if each.criterion not in responses]
        if missing:
            yield query("rows-missing", sheet=there[0].sheet, found=listed(missing), standard=standard)
        ratings = [each.rating for each in there]
        if Rating.BLANK in ratings:
            yield from _blanks(standard, items, responses, not_applicable)
        if Rating.NOT_APPLICABLE in ratings:
            yield from _not_applicable(framework, standard, items, responses)
        if "evidence-missing" not in said:
            yield from _met_without_evidence(standard, there)
        yield from _without_a_plan(standard, there, said)


def _blanks(
    standard: str, items: Sequence[Asked], responses: dict[str, Response], not_applicable: str
) -> Iterator[Query]:
    for code, chosen in (
        ("essential-blank", [each for each in items if each.priority is Priority.ESSENTIAL]),
        ("other-blank", [each for each in items if each.priority is not Priority.ESSENTIAL]),
    ):
        there = [responses[each.criterion] for each in chosen if each.criterion in responses]
        gaps = [each for each in there if each.rating is Rating.BLANK]
        if gaps:
            yield query(
                code,
                **first_place(gaps),
                found=listed([r.criterion for r in gaps]),
                expected=not_applicable,
                standard=standard,
                count=str(len(gaps)),
                of=str(len(chosen)),
            )


def _not_applicable(
    framework: Framework, standard: str, items: Sequence[Asked], responses: dict[str, Response]
) -> Iterator[Query]:
    """Essential criteria marked as not applicable; where the standards make one conditional, that is an answer."""
    essential = [each.criterion for each in items if each.priority is Priority.ESSENTIAL]
    marked = [
        response
        for criterion in essential
        if (response := responses.get(criterion)) is not None
        and response.rating is Rating.NOT_APPLICABLE
        and criterion not in framework.conditional
    ]
    if not marked:
        return
    for code, chosen in (
        ("not-applicable-unexplained", [each for each in marked if not _says_something(each.evidence)]),
        ("not-applicable-essential", [each for each in marked if _says_something(each.evidence)]),
    ):
        if chosen:
            yield query(
                code,
                **first_place(chosen),
                found=listed([each.criterion for each in chosen]),
                expected="a reason",
                standard=standard,
                count=criteria_counted(len(chosen), "is", "are"),
            )


def _met_without_evidence(standard: str, there: Sequence[Response]) -> Iterator[Query]:
    bare = [each for each in there if each.rating is Rating.MET and not _says_something(each.evidence)]
    if bare:
        yield query(
            "met-without-evidence",
            **first_place(bare),
            found=listed([each.criterion for each in bare]),
            expected="evidence",
            standard=standard,
            count=criteria_counted(len(bare), "is", "are"),
        )


def _without_a_plan(standard: str, there: Sequence[Response], said: Collection[str]) -> Iterator[Query]:
    """Criteria that are not fully met, and lack an action, who leads it, or by when; what all lack is said once."""
    to_do = [each for each in there if each.rating in TO_DO]
    lacking = [(each, [word for word in plan_lacks(each) if CODE_OF[word] not in said]) for each in to_do]
    gaps = [(each, words) for each, words in lacking if words]
    if gaps:
        yield query(
            "plan-incomplete",
            **first_place([each for each, _ in gaps]),
            found="; ".join(f"{each.criterion}: {', '.join(words)}" for each, words in gaps),
            expected="action, lead, target date",
            standard=standard,
            count=criteria_counted(len(gaps), "is", "are"),
        )


CODE_OF = {"action": "actions-missing", "lead": "leads-missing", "target date": "target-dates-missing"}
"""What a plan has, and the code of the query that says that no response of a return has it."""


def plan_lacks(response: Response) -> list[str]:
    """What is missing beside a rating that says that something is to be done: action, lead, target date."""
    if response.rating not in TO_DO:
        return []
    has_date = response.target_date is not None or response.target_date_as_written
    if response.action and response.lead and has_date:
        return []
    given = {"action": response.action, "lead": response.lead, "target date": has_date}
    return [word for word, is_there in given.items() if not is_there]


def answers_not_asked(
    framework: Framework, wanted: Sequence[Asked], responses: dict[str, Response], organisation: Organisation
) -> Iterator[Query]:
    """Answers to what others are asked: one query for each standard and reason. Not applicable is the right answer."""
    expected = {each.criterion for each in wanted}
    known = set(framework.criteria)
    strange = [each for each in responses.values() if each.criterion not in expected and each.rating not in _NO_ANSWERS]
    for standard, answers in of_standards(strange).items():
        by_code: dict[str, list[Response]] = {}
        for each in answers:
            code = _why_not_asked(framework, each.criterion, organisation) if each.criterion in known else "not-asked"
            by_code.setdefault(code, []).append(each)
        for code, chosen in by_code.items():
            yield query(
                code,
                **first_place(chosen),
                found=listed([each.criterion for each in chosen]),
                expected="no answer",
                standard=standard,
                organisation=organisation.name,
            )


def _why_not_asked(framework: Framework, criterion: str, organisation: Organisation) -> str:
    if framework.standard_of(criterion).applies_to == "commissioners" and not organisation.commissioner:
        return "commissioners-only"
    if framework.criterion(criterion).applies_to == "direct_services" and not organisation.direct_services:
        return "direct-services-only"
    return "not-asked"


def dates_gone_by(responses: Sequence[Response], issued: dt.date, received_on: dt.date | None) -> Iterator[Query]:
    """Target dates before the audit was issued, and such as had gone by at receipt with the criterion still not met."""
    told = issued if received_on is None else max(issued, received_on)
    gone_by: dict[str, list[tuple[Response, dt.date]]] = {}
    for each in responses:
        if each.target_date is not None and each.target_date < told:
            gone_by.setdefault(each.standard, []).append((each, each.target_date))
    for standard, dated in gone_by.items():
        early = [(each, date) for each, date in dated if date < issued]
        passed = [
            (each, date)
            for each, date in dated
            if each.rating in TO_DO and received_on is not None and issued <= date < received_on
        ]
        for code, chosen, limit in (("target-date-early", early, issued), ("target-date-passed", passed, received_on)):
            if chosen and limit is not None:
                yield query(
                    code,
                    **first_place([each for each, _ in chosen]),
                    found=", ".join(f"{each.criterion} {date.isoformat()}" for each, date in chosen),
                    expected=limit.isoformat(),
                    standard=standard,
                )


def _says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it; a dash says nothing."""
    return text[:1].isalnum() or any(each.isalnum() for each in text)
