"""What an organisation writes into its audit workbook: rating, evidence, action, lead, target date."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING

from toolkit.demo.chance import chance
from toolkit.demo.definitions import load_phrasebook
from toolkit.records import Rating, Response

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from toolkit.catalogue import Asked, Scale
    from toolkit.demo.definitions import Topic
    from toolkit.demo.organisations import Member
    from toolkit.demo.ratings import RatingModel
    from toolkit.project import Cycle

_TAILS = {Rating.MET: 0.75, Rating.PARTLY_MET: 0.6, Rating.NOT_MET: 0.5}
_WITH_EVIDENCE = {Rating.MET: 0.94, Rating.PARTLY_MET: 0.93, Rating.NOT_MET: 0.8, Rating.NOT_APPLICABLE: 0.88}
_AS_ABOVE = 0.015
_AS_A_LIST = 0.06
_WITH_ACTION = {Rating.PARTLY_MET: 0.86, Rating.NOT_MET: 0.8}
_WITH_LEAD = 0.88
_WITH_DATE = 0.84
_MONTHS = (1, 2, 3, 3, 5, 5, 6, 8, 8, 9, 11, 12, 12, 14, 18)
_MONTH_NAMES = "January February March April May June July August September October November December"
_SENTENCE = re.compile(r"(^|[.?!:] |\n- )([a-z])")


def answers(
    model: RatingModel, member: Member, cycle: Cycle, scale: Scale, items: Sequence[Asked]
) -> dict[str, Response]:
    """An organisation's responses to what it was asked, by criterion; an unanswered one is `blank` and empty.

    Args:
        model: decides the ratings; its seed also decides the words.
        member: who answers.
        cycle: when, and from which framework; dates and months in the texts follow from it.
        scale: whose labels are written.
        items: the criteria that the organisation was asked.
    """
    phrasebook = load_phrasebook()
    found: dict[str, Response] = {}
    for item in items:
        topic_id = phrasebook.topic_of(cycle.framework, item.criterion)
        topic = phrasebook.topics[topic_id]
        rating = model.rating(member, topic_id, topic, item.criterion, cycle.id)
        stream = chance(model.seed, "words", member.organisation.organisation_id, cycle.id, item.criterion)
        found[item.criterion] = _response(item, rating, _Writer(stream, member, topic, item.criterion, cycle), scale)
    return found


def _response(item: Asked, rating: Rating, writer: _Writer, scale: Scale) -> Response:
    if rating is Rating.BLANK:
        return Response(item.standard, item.criterion, rating)
    label = next(level.label for level in scale.levels if level.rating == rating)
    action, lead, target = writer.plan(rating)
    return Response(
        standard=item.standard,
        criterion=item.criterion,
        rating=rating,
        rating_as_written=label,
        evidence=writer.evidence(rating),
        action=action,
        lead=lead,
        target_date=target,
        target_date_as_written=target.isoformat() if target else "",
    )


class _Writer:
    """Words for one answer, from one stream of chance."""

    def __init__(self, stream: random.Random, member: Member, topic: Topic, criterion: str, cycle: Cycle) -> None:
        self._stream = stream
        self._topic = topic
        self._cycle = cycle
        self._words = member.kind.words
        self._detail = topic.details.get(criterion, "this")

    def evidence(self, rating: Rating) -> str:
        """A sentence or two on what shows the rating; sometimes nothing, seldom "As above"."""
        if self._stream.random() >= _WITH_EVIDENCE[rating]:
            return ""
        if rating is Rating.NOT_APPLICABLE:
            return self._filled(self._topic.reason)
        if rating is Rating.MET and self._stream.random() < _AS_ABOVE:
            return "As above."
        tails = load_phrasebook().tails
        first, more = {
            Rating.MET: (self._topic.met, tails.met),
            Rating.PARTLY_MET: (self._topic.partly, tails.partly),
            Rating.NOT_MET: (self._topic.not_met, tails.not_met),
        }[rating]
        sentences = [self._filled(self._stream.choice(first))]
        if self._stream.random() < _TAILS[rating]:
            sentences.append(self._filled(self._stream.choice(more)))
        if len(sentences) > 1 and self._stream.random() < _AS_A_LIST:
            return "\n".join(f"- {sentence}" for sentence in sentences)
        return " ".join(sentences)

    def plan(self, rating: Rating) -> tuple[str, str, dt.date | None]:
        """Action, lead (a post) and target date (the end of a month after the deadline)."""
        if self._stream.random() >= _WITH_ACTION.get(rating, 0.0):
            return "", "", None
        action = self._filled(self._stream.choice(self._topic.action))
        lead = self._stream.choice(load_phrasebook().leads) if self._stream.random() < _WITH_LEAD else ""
        months = self._stream.choice(_MONTHS)
        return action, lead, _month_end(self._cycle.deadline, months) if self._stream.random() < _WITH_DATE else None

    def _filled(self, phrase: str) -> str:
        stream = self._stream
        text = phrase.format(
            **self._words,
            detail=self._detail,
            month=_month_words(_month_end(self._cycle.issued, -stream.randint(1, 14))),
            n=stream.randint(12, 60),
            few=stream.randint(3, 9),
            share=stream.randint(74, 98),
            low=stream.randint(32, 68),
            version=f"version {stream.randint(1, 6)}.{stream.randint(0, 4)}",
        )
        return _SENTENCE.sub(lambda match: match[1] + match[2].upper(), text)


def _month_words(day: dt.date) -> str:
    """A month as people write it, whatever the system's language."""
    return f"{_MONTH_NAMES.split()[day.month - 1]} {day.year}"


def _month_end(day: dt.date, months: int) -> dt.date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])
