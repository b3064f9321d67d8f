"""Totals of a data set that contradict each other, and a period that cannot be: queries, and nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.queries import query
from toolkit.records import CountState, DataSetCount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.layouts.models import DataSet
    from toolkit.records import Query

_FEW = (1, 4)
"""What "fewer than 5" leaves open."""


def data_set_queries(counts: Sequence[DataSetCount], asked: DataSet) -> Iterator[Query]:
    """What is contradictory in a data set, whatever "fewer than 5" may stand for.

    Args:
        counts: the data set as parsed.
        asked: which measures are parts of which, and which divide the same people.
    """
    if not counts:
        return
    by_measure = {each.measure: each for each in counts}
    yield from _period(counts)
    for relation in asked.parts:
        wholes = [by_measure[each] for each in relation.wholes if _tells(by_measure.get(each))]
        if len(wholes) == len(relation.wholes):
            most = sum(_most(each) for each in wholes)
            for part in (by_measure[each] for each in relation.parts if _tells(by_measure.get(each))):
                if _least(part) > most:
                    names = " and ".join(each.measure.lower() for each in wholes)
                    yield _about("data-set-part-above-whole", part, expected=f"{most:,}", other=names)
    yield from _people(by_measure, asked)


def _people(by_measure: dict[str, DataSetCount], asked: DataSet) -> Iterator[Query]:
    """The same people divided in several ways add up to the same, but for those not recorded."""
    people = asked.people
    unrecorded = by_measure.get(people.unrecorded)
    divided = [[by_measure[m] for m in each if _tells(by_measure.get(m))] for each in people.divisions]
    whole = [found for found, each in zip(divided, people.divisions, strict=True) if len(found) == len(each)]
    if not whole or not _tells(unrecorded) or unrecorded is None:
        return
    largest = max(sum(map(_most, each)) for each in whole) + _most(unrecorded)
    fewest = max(whole, key=lambda each: sum(map(_least, each)))
    if any(sum(map(_most, each)) + _most(unrecorded) < sum(map(_least, fewest)) for each in whole):
        sums = "; ".join(f"{sum(map(_most, each)):,} ({each[0].measure} and so on)" for each in whole)
        yield query(
            "data-set-people-differ",
            sheet=fewest[0].sheet,
            cell=fewest[0].cell,
            found=sums,
            expected=people.unrecorded,
        )
    for count in (by_measure[each] for each in people.within if _tells(by_measure.get(each))):
        if _least(count) > largest:
            yield _about("data-set-above-people", count, expected=f"{largest:,}")


def _period(counts: Sequence[DataSetCount]) -> Iterator[Query]:
    first, last = counts[0].first_day, counts[0].last_day
    totals = [each for each in counts if each.state in {CountState.NUMBER, CountState.FEW}]
    if first and last and last < first:
        place = {"sheet": counts[0].sheet, "found": last.isoformat(), "expected": first.isoformat()}
        yield query("data-set-period-reversed", **place)
    elif totals and not (first and last):
        yield query("data-set-period-missing", sheet=counts[0].sheet, expected="two dates")


def _about(code: str, count: DataSetCount, *, expected: str, **details: str) -> Query:
    told = {"found": count.as_written, "field": count.measure, **details}
    return query(code, sheet=count.sheet, cell=count.cell, expected=expected, **told)


def _tells(count: DataSetCount | None) -> bool:
    return count is not None and count.state in {CountState.NUMBER, CountState.FEW}


def _least(count: DataSetCount) -> int:
    return count.value if count.value is not None else _FEW[0]


def _most(count: DataSetCount) -> int:
    return count.value if count.value is not None else _FEW[1]
