"""How an organisation of the synthetic region rates itself: a small latent model, seeded, without memory.

A level is added up from what the organisation, its kind, its areas, the topic and the cycle bring to it; two cuts make
a rating of it. Areas differ, also in how much they improve; both are dealt out anew for every seed, so that nothing is
said about any real area.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.demo.chance import chance, normal
from toolkit.records import Rating

if TYPE_CHECKING:
    from toolkit.demo.definitions import Topic
    from toolkit.demo.organisations import Member

_MET_FROM = 0.1
_PARTLY_FROM = -0.95
_THEME = 0.5
_AREA_LEVELS = (0.5, 0.3, 0.15, 0.0, -0.15, -0.3, -0.6)
_AREA_PACES = (1.6, 1.4, 1.2, 1.0, 0.8, 0.6, 0.1)
_SPREAD_OF_ORGANISATIONS = 0.5
_SPREAD_OF_AREA_THEMES = 0.5
_SPREAD_OF_TOPICS = 0.55
_SPREAD_OF_CYCLES = 0.3
_SPREAD_OF_CRITERIA = 0.2
_BLANK = 0.012
_BLANK_WHERE_CARELESS = 0.12
_CARELESS = 0.07
_NOT_APPLICABLE = 0.006


class RatingModel:
    """Ratings for one seed.

    `areas` are the project's, in order; `gains` is what each cycle adds to every level, at each area's own pace.
    """

    def __init__(self, seed: int, areas: tuple[str, ...], gains: dict[str, float]) -> None:
        self.seed = seed
        self._gains = gains
        self._area_level = _dealt(seed, "area level", areas, _AREA_LEVELS)
        self._area_pace = _dealt(seed, "area pace", areas, _AREA_PACES)

    def rating(self, member: Member, topic_id: str, topic: Topic, criterion: str, cycle: str) -> Rating:
        """What the organisation answers to a criterion of this topic in this cycle."""
        who = member.organisation.organisation_id
        stream = chance(self.seed, "answer", who, cycle, criterion)
        careless = chance(self.seed, "careless", who, cycle).random() < _CARELESS
        if stream.random() < (_BLANK_WHERE_CARELESS if careless else _BLANK):
            return Rating.BLANK
        if topic.only and member.kind_id not in topic.only:
            if chance(self.seed, "applies", who, topic_id).random() < topic.elsewhere:
                return Rating.NOT_APPLICABLE
        elif stream.random() < _NOT_APPLICABLE:
            return Rating.NOT_APPLICABLE
        level = self._level(member, topic_id, topic, cycle) + normal(stream, _SPREAD_OF_CRITERIA)
        if level > _MET_FROM:
            return Rating.MET
        return Rating.PARTLY_MET if level > _PARTLY_FROM else Rating.NOT_MET

    def _level(self, member: Member, topic_id: str, topic: Topic, cycle: str) -> float:
        who, seed = member.organisation.organisation_id, self.seed
        areas = member.organisation.areas
        level = member.kind.quality - topic.difficulty
        level += _THEME * ((topic.theme in member.kind.better) - (topic.theme in member.kind.worse))
        level += normal(chance(seed, "organisation", who), _SPREAD_OF_ORGANISATIONS)
        level += normal(chance(seed, "topic", who, topic_id), _SPREAD_OF_TOPICS)
        level += normal(chance(seed, "cycle", who, topic_id, cycle), _SPREAD_OF_CYCLES)
        level += sum(
            self._area_level[area]
            + self._area_pace[area] * self._gains[cycle]
            + normal(chance(seed, "area theme", area, topic.theme), _SPREAD_OF_AREA_THEMES)
            for area in areas
        ) / len(areas)
        return level


def _dealt(seed: int, what: str, areas: tuple[str, ...], values: tuple[float, ...]) -> dict[str, float]:
    """One value an area, in an order that the seed shuffles; more areas than values start again from the first."""
    hand = [values[place % len(values)] for place in range(len(areas))]
    chance(seed, what).shuffle(hand)
    return dict(zip(areas, hand, strict=True))
