"""Answers that were read but may not be what their sender meant: in the wrong column, pasted, or pointing elsewhere."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.intake.parsing.dates import means_no_date
from toolkit.intake.parsing.text import as_text
from toolkit.intake.queries import query
from toolkit.records import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.intake.parsing.context import Asking
    from toolkit.intake.parsing.ratings import RatingReader
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.records import Query, Response

_LONGEST_POINTER = 60
_LONGEST_RATING = 40
_SHORTEST_TEXT = 20
_ELSEWHERE = ("evidence", "action", "lead", "target_date", "priority")
_POINTER = re.compile(
    r"""(?:please\s+)?(?:
        ditto|idem|["\u3003\u201c\u201d]{1,2}|do\.?
        |(?:see|as|as\s+per|as\s+in|as\s+for|per|same\s+as|refer\s+to|cf\.?)\s+(?:the\s+)?(?:evidence\s+)?(?:in\s+|for\s+|at\s+)?
         (?:above|below|before|previous|preceding|earlier|last|overleaf|
            (?:(?:standard|criterion|section|ref|item|row)\s*)?\d{1,2}(?:\.\d{1,2})?)
         (?:\s+(?:answer|evidence|response|row|comment|criterion|standard|section|one)s?)?
        |(?:above|same)(?:\s+as\s+(?:above|before|previous))?
    )[\s.!)]*""",
    re.IGNORECASE | re.VERBOSE,
)


def points_elsewhere(evidence: str) -> bool:
    """Whether evidence says no more than where else to look: "as above", "see 1.2", "ditto"."""
    return len(evidence) <= _LONGEST_POINTER and _POINTER.fullmatch(evidence.strip(" (\n")) is not None


def about_pointers(responses: Iterable[Response]) -> Iterator[Query]:
    """A note for each standard with evidence that only points elsewhere; the words themselves are kept."""
    found: dict[str, list[Response]] = defaultdict(list)
    for each in responses:
        if len(each.evidence) <= _LONGEST_POINTER and points_elsewhere(each.evidence):
            found[each.standard].append(each)
    for standard, pointing in found.items():
        first = pointing[0]
        criteria = ", ".join(each.criterion for each in pointing)
        yield query("evidence-refers", sheet=first.sheet, found=first.evidence, standard=standard, of=criteria)


def about_pasted(row: TableRow, criterion: str, asking: Asking) -> Query | None:
    """A note where the evidence is the text of a criterion itself."""
    evidence = row.value("evidence")
    if not isinstance(evidence, str) or len(evidence) < _SHORTEST_TEXT or not asking.may_begin_text(evidence):
        return None
    if not asking.by_text_of(evidence):
        return None
    place = {"sheet": row.sheet, "cell": row.cell("evidence"), "found": as_text(evidence)}
    return query("evidence-is-criterion", expected="what shows it", criterion=criterion, **place)


def elsewhere(row: TableRow, response: Response, ratings: RatingReader) -> tuple[Response, Query] | None:
    """The response made unreadable, with a query, where another column has what looks like the rating that is missing.

    Only words count: a bare number, or words for "none", may be an answer of their own column.
    """
    for field in _ELSEWHERE:
        value = row.value(field)
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_RATING:
            continue
        if means_no_date(value) or not any(sign.isalpha() for sign in value) or ratings.read(value) is None:
            continue
        written = as_text(value)
        place = {"sheet": row.sheet, "cell": row.cell(field), "found": written, "criterion": response.criterion}
        told = query("rating-elsewhere", expected=row.cell("rating"), field=field.replace("_", " "), **place)
        return replace(response, rating=Rating.UNREADABLE, rating_as_written=written), told
    return None
