"""Totals of the organisations' data sets (2024 standards, 9.4), and the same with small numbers masked. Pure.

What is never published are the counts that organisations gave. Every total is a sum of them, and a total that an
earlier release published is one more: a return that came in between is what the two differ by.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.disclosure.small_numbers import Fact, Figure, Masks, is_small, protect, shown, told_by, told_by_hiding
from toolkit.project import SmallNumbers
from toolkit.records import CountState, Release, ReleasedCount, ReleasedFigure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

HIDDEN, NOT_HELD = "[c]", "[x]"
"""The shorthand of published tables: confidential, not available (Analysis Function)."""

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a data set asks for: every measure that counts, with its heading, in order, and how measures hang together.

    `parts` pairs wholes with what is part of them; `divisions` each count the same people once.
    """

    measures: tuple[tuple[str, str], ...]
    parts: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    divisions: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """One measure in one area ("" is the region): the sum of the numbers given, and by how many organisations.

    `few` organisations wrote "fewer than 5", which is in no sum; `organisations` are those behind the sum.
    """

    area: str
    heading: str
    measure: str
    figure: int
    organisations: int
    few: int


@dataclass(frozen=True, slots=True)
class Masked:
    """The totals of one cycle as others see them.

    rows: those of a snapshot's `people_counts`, after `cycle`.
    figures, counts: what the ledger of releases keeps: what is published, and what is behind it.
    exposed: small counts that earlier releases give away, whatever is hidden now.
    """

    rows: tuple[Row, ...]
    figures: tuple[ReleasedFigure, ...]
    counts: tuple[ReleasedCount, ...]
    exposed: tuple[str, ...] = ()


def totals(
    rows: Iterable[Mapping[str, str]], served: Mapping[str, Sequence[str]], areas: Sequence[str], asked: Asked
) -> tuple[Total, ...]:
    """Every measure for the region and for each area, in the order asked; a return counts in each area it serves.

    Args:
        rows: data sets of one cycle, as a snapshot has them.
        served: organisation to the areas that it serves.
        areas: the areas in their order.
        asked: what the data set asks for.
    """
    held: dict[str, list[tuple[str, int | None]]] = defaultdict(list)
    for row in rows:
        if row["state"] in {CountState.NUMBER, CountState.FEW}:
            value = int(row["value"]) if row["state"] == CountState.NUMBER else None
            held[row["measure"]].append((row["organisation_id"], value))
    found = []
    for area in ("", *areas):
        for heading, measure in asked.measures:
            here = [value for who, value in held[measure] if not area or area in served.get(who, ())]
            numbers = [value for value in here if value is not None]
            found.append(Total(area, heading, measure, sum(numbers), len(numbers), len(here) - len(numbers)))
    return tuple(found)


def mask_data_set(
    rows: Iterable[Mapping[str, str]],
    served: Mapping[str, Sequence[str]],
    areas: Sequence[str],
    asked: Asked,
    *,
    policy: SmallNumbers,
    releases: Sequence[Release] = (),
) -> Masked:
    """The totals of one cycle as other audiences than `internal` may see them.

    Args:
        rows: data sets of the cycle, as a snapshot has them.
        served: organisation to the areas that it serves.
        areas: the areas in their order.
        asked: what the data set asks for.
        policy: the project's.
        releases: what was published of this cycle before, in order.
    """
    rows = tuple(rows)
    counts = tuple(_counts(rows, served))
    found = totals(rows, served, areas, asked)
    masks = _masks(counts, found, asked, policy, releases)
    published, figures = [], []
    for total in found:
        mask, figure = _published(total, masks, policy)
        text = "" if figure is None else str(figure)
        behind = (str(total.organisations), str(total.few))
        published.append((total.area, total.heading, total.measure, text, mask, *behind))
        if total.organisations:
            figures.append(ReleasedFigure(total.area, total.measure, figure))
    return Masked(tuple(published), tuple(figures), counts, masks.exposed)


def _published(total: Total, masks: Masks, policy: SmallNumbers) -> tuple[str, int | None]:
    if not total.organisations and not total.few:
        return NOT_HELD, None
    if _key(total.area, total.measure) in masks.hidden or (total.few and is_small(max(total.figure, 1), policy)):
        return HIDDEN, None
    return "", shown(total.figure, policy)


def _key(area: str, measure: str) -> str:
    return f"{area}|{measure}"


def _counts(rows: Iterable[Mapping[str, str]], served: Mapping[str, Sequence[str]]) -> Iterator[ReleasedCount]:
    for row in rows:
        if row["state"] == CountState.NUMBER:
            who = row["organisation_id"]
            yield ReleasedCount(who, tuple(served.get(who, ())), row["measure"], int(row["value"]))


def _masks(
    counts: Sequence[ReleasedCount],
    found: Sequence[Total],
    asked: Asked,
    policy: SmallNumbers,
    releases: Sequence[Release],
) -> Masks:
    now = _Edition(counts, {})
    editions = [*(_Edition(each.counts, {(f.area, f.measure): f for f in each.figures}) for each in releases), now]
    policies = [SmallNumbers(threshold=e.threshold, rounding=e.rounding, zeros=e.zeros) for e in releases]
    lots = _lots(asked)
    figures, derived, facts = [], [], []
    for measures in lots:
        groups = _Groups(editions, measures)
        for at, (edition, old) in enumerate(zip(editions, policies, strict=False)):
            told = groups.earlier(at, edition, old)
            facts += told[0]
            derived += told[1]
        for total in found:
            if total.measure in measures and total.organisations:
                of = groups.sum_of(len(editions) - 1, total.area, total.measure)
                figures.append(Figure(_key(total.area, total.measure), of, total.figure))
        derived += [each for each in groups.alone() if is_small(each.value, policy)]
        facts += groups.parts(asked)
        areas = tuple(dict.fromkeys(total.area for total in found))
        facts += groups.same_people(asked, areas)
        derived += [each for each in groups.remainders(asked, areas) if is_small(each.value, policy) and each.value]
    return protect(figures, policy, derived=derived, facts=facts)


def _lots(asked: Asked) -> list[frozenset[str]]:
    """Measures that hang together, each lot apart."""
    lots = [{measure} for _, measure in asked.measures]
    for joined in (
        *({*wholes, *parts} for wholes, parts in asked.parts),
        {m for each in asked.divisions for m in each},
    ):
        touched = [lot for lot in lots if lot & joined]
        lots = [lot for lot in lots if not lot & joined] + ([set().union(*touched)] if touched else [])
    return [frozenset(lot) for lot in lots]


class _Edition:
    """One release, or what is about to be one: who gave which count, and what is published of it."""

    def __init__(self, counts: Iterable[ReleasedCount], figures: Mapping[tuple[str, str], ReleasedFigure]) -> None:
        self.figures = figures
        self.areas: dict[str, tuple[str, ...]] = {}
        self.values: dict[str, dict[str, int]] = defaultdict(dict)
        for each in counts:
            self.areas[each.organisation_id] = each.areas
            self.values[each.organisation_id][each.measure] = each.value


class _Groups:
    """Organisations that no reader can tell apart by sums: the same areas, and the same measures in every release.

    A count that is the same in two releases is taken for the same, as a reader would.
    """

    def __init__(self, editions: Sequence[_Edition], measures: frozenset[str]) -> None:
        self._editions = editions
        self._measures = sorted(measures)
        members: dict[tuple[object, ...], list[str]] = defaultdict(list)
        for who in sorted({who for edition in editions for who in edition.values}):
            signature = self._signature(who)
            if any(any(at is not None for at in of_measure) for of_measure in signature[1]):
                members[signature].append(who)
        self._members = [(signature, tuple(who)) for signature, who in members.items()]

    def _signature(self, who: str) -> tuple[tuple[object, ...], tuple[tuple[int | None, ...], ...]]:
        areas = tuple(tuple(sorted(edition.areas.get(who, ()))) for edition in self._editions)
        return areas, tuple(self._versions(who, measure) for measure in self._measures)

    def _versions(self, who: str, measure: str) -> tuple[int | None, ...]:
        """Which of its values an organisation has in each release; None where it has none."""
        values = [edition.values[who].get(measure) if who in edition.values else None for edition in self._editions]
        order = list(dict.fromkeys(value for value in values if value is not None))
        return tuple(None if value is None else order.index(value) for value in values)

    def _count(self, group: int, measure: str, at: int) -> str | None:
        """The name of the count that a group has in a release."""
        version = self._versions(self._members[group][1][0], measure)[at]
        return None if version is None else f"{measure}|{group}|{version}"

    def _value(self, group: int, measure: str, at: int) -> int:
        return sum(self._editions[at].values[who][measure] for who in self._members[group][1])

    def _in(self, at: int, area: str, group: int) -> bool:
        return not area or area in self._editions[at].areas.get(self._members[group][1][0], ())

    def sum_of(self, at: int, area: str, measure: str) -> dict[str, int]:
        """The counts of which a total of a release is the sum."""
        groups = [group for group in range(len(self._members)) if self._in(at, area, group)]
        return {count: 1 for group in groups if (count := self._count(group, measure, at)) is not None}

    def _sum(self, at: int, area: str, measure: str) -> int:
        there = (group for group in range(len(self._members)) if self._in(at, area, group))
        return sum(self._value(group, measure, at) for group in there if self._count(group, measure, at) is not None)

    def earlier(self, at: int, edition: _Edition, policy: SmallNumbers) -> tuple[list[Fact], list[Figure]]:
        """What a release told of its totals, and the totals that it hid."""
        facts, hidden = [], []
        for (area, measure), each in edition.figures.items():
            if measure not in self._measures:
                continue
            of = self.sum_of(at, area, measure)
            if each.figure is not None:
                facts.append(Fact(of, *told_by(each.figure, policy)))
            else:
                value = self._sum(at, area, measure)
                facts.append(Fact(of, least=min(told_by_hiding(policy), value)))  # 0 where others wrote "fewer than 5"
                if value or policy.zeros == "hidden":
                    hidden.append(Figure(f"release {at}: {_key(area, measure)}", of, value))
        return facts, hidden

    def alone(self) -> Iterator[Figure]:
        """What each group counts: a difference of totals may be just that."""
        for group in range(len(self._members)):
            for measure in self._measures:
                named = {self._count(group, measure, at): at for at in range(len(self._editions))}
                for count, at in named.items():
                    if count is not None:
                        yield Figure(f"count {count}", {count: 1}, self._value(group, measure, at))

    def parts(self, asked: Asked) -> Iterator[Fact]:
        """In no group is a part larger than its wholes, where all of them were given and it is so."""
        for at, group, wholes, part in self._related(asked):
            names = [self._count(group, whole, at) for whole in wholes]
            name = self._count(group, part, at)
            sums = sum(self._value(group, whole, at) for whole in wholes) - self._value(group, part, at)
            if name is not None and sums >= 0:
                yield Fact({name: -1} | {each: 1 for each in names if each is not None}, least=0)

    def _related(self, asked: Asked) -> Iterator[tuple[int, int, tuple[str, ...], str]]:
        for at in range(len(self._editions)):
            for group in range(len(self._members)):
                for wholes, parts in asked.parts:
                    if wholes[0] in self._measures and all(self._count(group, each, at) for each in wholes):
                        for part in parts:
                            if self._count(group, part, at) is not None:
                                yield at, group, wholes, part

    def remainders(self, asked: Asked, areas: Sequence[str]) -> Iterator[Figure]:
        """What a total has beyond a part of it: "97 of 100" tells of 3."""
        at = len(self._editions) - 1
        here = [(wholes, parts) for wholes, parts in asked.parts if wholes[0] in self._measures]
        for area in areas:
            for wholes, parts in here:
                of_wholes: dict[str, int] = {}
                for each in wholes:
                    of_wholes |= self.sum_of(at, area, each)
                whole = sum(self._sum(at, area, each) for each in wholes)
                for part in parts:
                    of = of_wholes | dict.fromkeys(self.sum_of(at, area, part), -1)
                    yield Figure(f"rest {_key(area, part)}", of, whole - self._sum(at, area, part))

    def same_people(self, asked: Asked, areas: Sequence[str]) -> Iterator[Fact]:
        """Divisions of the same people that the same organisations gave, and that add up to the same.

        A reader may count on it: how many organisations are behind each total is published.
        """
        here = [each for each in asked.divisions if each and each[0] in self._measures]
        for at in range(len(self._editions)):
            for area in areas:
                alike: dict[tuple[object, int], list[tuple[str, ...]]] = defaultdict(list)
                for each in here:
                    givers = {self._givers(at, area, measure) for measure in each}
                    if len(givers) == 1:
                        alike[givers.pop(), sum(self._sum(at, area, m) for m in each)].append(each)
                for (_, number), ones in alike.items():
                    for one, other in pairwise(ones) if number else ():
                        of: dict[str, int] = {}
                        for sign, each in ((1, one), (-1, other)):
                            for measure in each:
                                of |= dict.fromkeys(self.sum_of(at, area, measure), sign)
                        yield Fact(of, 0, 0)

    def _givers(self, at: int, area: str, measure: str) -> frozenset[int]:
        there = (group for group in range(len(self._members)) if self._in(at, area, group))
        return frozenset(group for group in there if self._count(group, measure, at) is not None)
