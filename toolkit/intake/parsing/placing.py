"""Which criterion is each row for? By its reference, by the text beside it, by the rows around it; never by a guess."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.intake.parsing.text import as_text, is_empty
from toolkit.intake.queries import query
from toolkit.layouts import read_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.intake.parsing.context import Asking
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.records import Query


@dataclass(slots=True)
class Placed:
    """Rows by criterion, the criteria of rows that could not be placed, and the queries about those rows.

    `doubtful` maps a criterion to a row that may have been meant for it.
    """

    rows: dict[str, list[TableRow]] = field(default_factory=dict)
    doubtful: dict[str, TableRow] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)


@dataclass(slots=True)
class _Candidate:
    row: TableRow
    criteria: tuple[str, ...]
    conflict: str = ""
    """The criteria that the text speaks for, where it contradicts the reference."""


def place(tables: Iterable[Sequence[TableRow]], asking: Asking) -> Placed:
    """Find the criterion of every row.

    Args:
        tables: the rows of each sheet, in their order.
        asking: the framework.
    """
    placed = Placed()
    for rows in tables:
        candidates = [_candidate(row, asking, placed) for row in rows]
        _settle_by_order([each for each in candidates if each is not None], asking, placed)
    return placed


def _candidate(row: TableRow, asking: Asking, placed: Placed) -> _Candidate | None:
    """The criteria a row may be for; None (with a query, where it has answers) if there are none."""
    written = row.value("criterion")
    reading = read_reference(written) if written != "" else None
    named = tuple(c for c in reading.candidates if c in asking.order) if reading else ()
    text = row.value("summary")
    if named and reading and reading.certain and isinstance(text, str) and named[0] in asking.by_text_of(text):
        return _Candidate(row, named)
    told = asking.criteria_with(text) if isinstance(text, str) and text else ()
    both = tuple(c for c in named if c in told)
    if both:
        return _Candidate(row, both)
    if named and told:
        return _Candidate(row, named, ", ".join(told))
    if named or told:
        return _Candidate(row, named or told)
    placed.queries.extend(_about_a_stranger(row, asking, is_reference=reading is not None))
    return None


def _about_a_stranger(row: TableRow, asking: Asking, *, is_reference: bool) -> Iterator[Query]:
    """A query on a row that is for no criterion, unless it is empty."""
    answer, cell = row.first_answer()
    if row.above and not answer:
        return
    reference = as_text(row.value("criterion"))
    if answer and is_reference:
        place = {"sheet": row.sheet, "cell": row.cell("criterion"), "found": reference}
        yield query("criterion-unknown", expected=asking.framework.short_title, **place)
    elif answer:
        yield query("row-not-understood", sheet=row.sheet, cell=cell, found=answer)
    elif not is_reference:
        for field in ("criterion", "summary", "priority"):
            if not is_empty(row.value(field)):
                yield query("text-not-read", sheet=row.sheet, cell=row.cell(field), found=as_text(row.value(field)))
                return


def _settle_by_order(candidates: list[_Candidate], asking: Asking, placed: Placed) -> None:
    """Place the rows of one sheet; a row that may be for several criteria goes where its neighbours leave one room.

    Two such rows that would go to the same place prove that the order does not tell: neither is placed. Nor is a row
    alone: rows sorted by their numbers have 5.10 where 5.1 was, so every criterion it may be for must have a row here.
    """
    certain = [asking.order[c.criteria[0]] if len(c.criteria) == 1 and not c.conflict else None for c in candidates]
    goals = [_goal(candidate, position, certain, asking) for position, candidate in enumerate(candidates)]
    unsure = Counter(goal for goal, candidate in zip(goals, candidates, strict=True) if len(candidate.criteria) > 1)
    there = set(goals)
    for goal, candidate in zip(goals, candidates, strict=True):
        if candidate.conflict:
            _doubt(candidate, placed, "reference-conflict", expected=candidate.conflict)
        elif goal is None or (
            len(candidate.criteria) > 1 and (unsure[goal] > 1 or not there.issuperset(candidate.criteria))
        ):
            _doubt(candidate, placed, "reference-unclear", expected=" or ".join(candidate.criteria))
        else:
            placed.rows.setdefault(goal, []).append(candidate.row)


def _goal(candidate: _Candidate, position: int, certain: list[int | None], asking: Asking) -> str | None:
    """The criterion of a row, by its neighbours where it may be for several; None where they leave it open."""
    if candidate.conflict:
        return None
    if len(candidate.criteria) == 1:
        return candidate.criteria[0]
    known = [order for order in certain if order is not None]
    if not known or any(a >= b for a, b in pairwise(known)):
        return None
    before = max((order for order in certain[:position] if order is not None), default=-1)
    after = min((order for order in certain[position + 1 :] if order is not None), default=len(asking.order))
    fitting = [c for c in candidate.criteria if before < asking.order[c] < after]
    return fitting[0] if len(fitting) == 1 else None


def _doubt(candidate: _Candidate, placed: Placed, code: str, expected: str) -> None:
    row = candidate.row
    for criterion in (*candidate.criteria, *(candidate.conflict.split(", ") if candidate.conflict else ())):
        if criterion not in placed.doubtful or not placed.doubtful[criterion].is_answered:
            placed.doubtful[criterion] = row
    placed.queries.append(
        query(
            code,
            sheet=row.sheet,
            cell=row.cell("criterion"),
            found=as_text(row.value("criterion")),
            expected=expected,
        )
    )
