"""Which criterion is each row for? By its reference, by the text beside it, by the rows around it; never by a guess."""

from __future__ import annotations

import re
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
    from toolkit.layouts import ReferenceReading
    from toolkit.records import Query

_GLUED = re.compile(
    r"\s*((?:[A-Za-z]{2,12}\.?\s)?\d{1,3}[.,\u00b7]\d{1,2})(?![\d.,\u00b7/])[\s:;.)\]\u2013\u2014-]*([^\W\d_].*)",
    re.DOTALL,
)
"""A reference with text after it. A number could be part of the reference."""
_REFERENCE = re.compile(r"(?<![\d.])\d{1,3}\s?[.\u00b7]\s?\d{1,2}(?!\d)")
_RANGE = re.compile(r"\d\s*(?:-|\u2013|\u2014|\bto\b)\s*\d")
_LONGEST_LIST = 400
"""Characters in which several references can stand; more are a text."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that may have been meant for a criterion.

    `may_be_its_own` where it has the criterion's reference and nothing else (a 5.1, which may be 5.10), not that of
    several (`1.1-1.9`, over an assessment of all of them) or the text of another: what it says then counts as much as
    what the criterion's own row says.
    """

    row: TableRow
    may_be_its_own: bool


@dataclass(slots=True)
class Placed:
    """Rows by criterion, the criteria of rows that could not be placed, and the queries about those rows.

    `doubtful` maps a criterion to what claims to be for it. `queried` are the rows that a query is about,
    `silent` those that are for no criterion and have no answers. `reworded` are rows whose text, or reference, is not
    all as it is printed.
    """

    rows: dict[str, list[TableRow]] = field(default_factory=dict)
    doubtful: dict[str, list[Claim]] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)
    queried: list[TableRow] = field(default_factory=list)
    silent: list[TableRow] = field(default_factory=list)
    reworded: list[tuple[TableRow, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Candidate:
    row: TableRow
    criteria: tuple[str, ...]
    conflict: str = ""
    """The criteria that the text speaks for, where it contradicts the reference."""
    several: bool = False
    """Whether the reference names several criteria, each of which the row may be for."""


def place(tables: Iterable[Sequence[TableRow]], asking: Asking) -> Placed:
    """Find the criterion of every row.

    Args:
        tables: the rows of each sheet, in their order.
        asking: the framework.
    """
    placed = Placed()
    for rows in tables:
        printed = [_as_printed(row, asking) for row in rows]
        if all(printed):
            for criterion, row in zip(printed, rows, strict=True):
                placed.rows.setdefault(criterion, []).append(row)
            continue
        candidates = [_candidate(row, asking, placed) for row in rows]
        _settle_by_order([each for each in candidates if each is not None], asking, placed)
    return placed


def _as_printed(row: TableRow, asking: Asking) -> str:
    """The criterion of a row that has its reference and its text just as they are printed; "" for any other."""
    columns, cells = row.columns, row.cells
    if "summary" not in columns:
        return ""
    written, text = cells[columns["criterion"]], cells[columns["summary"]]
    is_printed = isinstance(written, str) and isinstance(text, str) and written in asking.by_text_of(text)
    return written if is_printed else ""


def _candidate(row: TableRow, asking: Asking, placed: Placed) -> _Candidate | None:
    """The criteria a row may be for; None (with a query, where it has answers) if there are none."""
    if printed := _as_printed(row, asking):
        return _Candidate(row, (printed,))
    written, text = row.value("criterion"), row.value("summary")
    exact = asking.by_text_of(text) if isinstance(text, str) and text else ()
    several = _several(written, asking)
    if several:
        return _Candidate(row, several, several=True)
    reading, rest = _reference(written, asking)
    if reading is None and not exact and isinstance(text, str) and is_empty(written):
        several = _several(text, asking)
        if several:
            return _Candidate(row, several, several=True)
        reading, rest = _reference(text, asking, glued=True)
        text, exact = rest or text, asking.by_text_of(rest) if rest else ()
    elif not exact and isinstance(text, str) and (bare := _reference(text, asking, glued=True)[1]):
        exact = asking.by_text_of(bare)
    named = tuple(c for c in reading.candidates if c in asking.order) if reading else ()
    told = exact or (asking.criteria_with(text) if isinstance(text, str) and text else ())
    told = told or (asking.criteria_with(rest) if rest else ())
    if not named and not told:
        _stranger(row, asking, placed, is_reference=reading is not None)
        return None
    if not exact and not is_empty(row.value("summary")):
        placed.reworded.append((row, "summary"))
    if rest and not asking.by_text_of(rest):
        placed.reworded.append((row, "criterion"))
    both = tuple(c for c in named if c in told)
    if named and told and not both:
        return _Candidate(row, named, ", ".join(told))
    return _Candidate(row, both or named or told)


def _reference(written: object, asking: Asking, *, glued: bool = False) -> tuple[ReferenceReading | None, str]:
    """The reference in a cell, and the text that is glued to it (`1.4The organisation`), if there is any.

    A letter that stands alone could be part of the reference (`1.4a`), unless it begins the text of a criterion.
    """
    reading = None if written == "" or glued else read_reference(written)
    if reading is not None or not isinstance(written, str):
        return reading, ""
    match = _GLUED.match(written)
    rest = match[2].strip() if match else ""
    if match is None or not (rest[1:2].isalpha() or asking.criteria_with(rest)):
        return None, ""
    return read_reference(match[1]), rest


def _several(written: object, asking: Asking) -> tuple[str, ...]:
    """The criteria that one cell names together (`1.4, 1.5`, `1.4-1.6`); () where it names one or none."""
    if not isinstance(written, str) or written.count(".") < 2 or len(written) > _LONGEST_LIST:  # noqa: PLR2004 - two
        return ()
    readings = [read_reference(each) for each in _REFERENCE.findall(written)]
    named = list(dict.fromkeys(each.candidates[0] for each in readings if each))
    found = [each for each in named if each in asking.order]
    if len(named) < 2 or not found or asking.criteria_with(_reference(written, asking, glued=True)[1]):  # noqa: PLR2004 - two
        return ()
    first, last = asking.order[found[0]], asking.order[found[-1]]
    if len(found) == 2 and first < last and _RANGE.search(written):  # noqa: PLR2004 - from and to
        return asking.framework.criteria[first : last + 1]
    return tuple(found)


def _stranger(row: TableRow, asking: Asking, placed: Placed, *, is_reference: bool) -> None:
    """Keep a row that is for no criterion, with a query on it unless it has nothing to say."""
    found = tuple(_about_a_stranger(row, asking, is_reference=is_reference))
    placed.queries.extend(found)
    (placed.queried if found else placed.silent).append(row)


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
    if all(map(_is_certain, candidates)):
        for each in candidates:
            placed.rows.setdefault(each.criteria[0], []).append(each.row)
        return
    certain = [asking.order[c.criteria[0]] if _is_certain(c) else None for c in candidates]
    goals = [_goal(candidate, position, certain, asking) for position, candidate in enumerate(candidates)]
    unsure = Counter(goal for goal, candidate in zip(goals, candidates, strict=True) if len(candidate.criteria) > 1)
    there = set(goals)
    for goal, candidate in zip(goals, candidates, strict=True):
        if candidate.several:
            _doubt(candidate, placed, "references-several", expected=candidate.criteria[0])
        elif candidate.conflict:
            _doubt(candidate, placed, "reference-conflict", expected=candidate.conflict)
        elif goal is None or (
            len(candidate.criteria) > 1 and (unsure[goal] > 1 or not there.issuperset(candidate.criteria))
        ):
            _doubt(candidate, placed, "reference-unclear", expected=" or ".join(candidate.criteria))
        else:
            placed.rows.setdefault(goal, []).append(candidate.row)


def _is_certain(candidate: _Candidate) -> bool:
    return len(candidate.criteria) == 1 and not candidate.conflict and not candidate.several


def _goal(candidate: _Candidate, position: int, certain: list[int | None], asking: Asking) -> str | None:
    """The criterion of a row, by its neighbours where it may be for several; None where they leave it open."""
    if candidate.conflict or candidate.several:
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
    placed.queried.append(row)
    for criterion in (*candidate.criteria, *(candidate.conflict.split(", ") if candidate.conflict else ())):
        placed.doubtful.setdefault(criterion, []).append(Claim(row, may_be_its_own=code == "reference-unclear"))
    placed.queries.append(
        query(
            code,
            sheet=row.sheet,
            cell=row.cell("criterion"),
            found=as_text(row.value("criterion")),
            expected=expected,
        )
    )
