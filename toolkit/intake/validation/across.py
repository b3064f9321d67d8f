"""Checks across the standards: answers that should agree, the same evidence again and again, columns left empty."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from toolkit.document import RATING_WORDS
from toolkit.intake.queries import query
from toolkit.intake.validation.listing import criteria_counted, first_place, listed
from toolkit.intake.validation.standards import CODE_OF, TO_DO, plan_lacks
from toolkit.records import Rating

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.catalogue import Asked, Framework
    from toolkit.records import Query, Response

_LEAST_LETTERS = 40
"""Shorter evidence ("See policy", "as above") may well be the same for several criteria."""
_LEAST_CRITERIA = 3
_LOOKED_AT, _FIRST = 24, 12
"""Characters of a text, and letters of it, that tell it from most others."""
_NOT_LETTERS = str.maketrans(
    "", "", string.punctuation + string.whitespace + "\u00a0\u2018\u2019\u201c\u201d\u2013\u2014"
)
_UNANSWERED = (Rating.BLANK, Rating.UNREADABLE)


def similar_differ(framework: Framework, wanted: Sequence[Asked], responses: dict[str, Response]) -> Iterator[Query]:
    """Criteria that ask nearly the same (2024 standards: 5.4 and 11.4, 1.4 and 3.3, 1.5 and 3.4) should agree.

    Where one of the two is not answered, that is a query of its own.
    """
    seen: set[frozenset[str]] = set()
    for each in wanted:
        if each.criterion not in framework.with_similar:
            continue
        response = responses.get(each.criterion)
        if response is None or response.rating in _UNANSWERED:
            continue
        for other in framework.criterion(each.criterion).similar:
            its = responses.get(other)
            pair = frozenset((each.criterion, other))
            if its is None or its.rating in _UNANSWERED or pair in seen or its.rating is response.rating:
                continue
            seen.add(pair)
            yield query(
                "similar-differ",
                sheet=response.sheet,
                cell=response.cell,
                found=response.rating_as_written or RATING_WORDS[response.rating],
                expected=its.rating_as_written or RATING_WORDS[its.rating],
                criterion=each.criterion,
                other=f"{other} ({its.sheet}, {its.cell})" if its.cell else other,
            )


def evidence_repeated(responses: Sequence[Response]) -> Iterator[Query]:
    """The same evidence beside three criteria or more: one query for each text, with the cells."""
    alike: dict[str, list[str]] = {}
    texts = [response.evidence for response in responses]
    for begin, text in zip(_beginnings(texts), texts, strict=True):
        alike.setdefault(begin, []).append(text)
    known = {text: _letters(text) for texts in alike.values() if len(texts) >= _LEAST_CRITERIA for text in set(texts)}
    by_text: dict[str, list[Response]] = {}
    for response in responses:
        letters = known.get(response.evidence, "")
        if len(letters) >= _LEAST_LETTERS:
            by_text.setdefault(letters, []).append(response)
    for same in by_text.values():
        if len(same) >= _LEAST_CRITERIA:
            yield query(
                "evidence-repeated",
                **first_place(same),
                found=", ".join(f"{each.criterion} ({each.sheet}, {each.cell})" for each in same),
                expected="evidence for each",
                count=criteria_counted(len(same)),
            )


def _letters(text: str) -> str:
    """A text as evidence is compared: without case, punctuation and spaces."""
    return text.casefold().translate(_NOT_LETTERS)


def _beginnings(texts: Sequence[str]) -> list[str]:
    """The beginnings of that, the same for texts that are the same; it takes a twentieth of the time."""
    begins = _letters("\0".join(text[:_LOOKED_AT].replace("\0", "") for text in texts)).split("\0")
    told = zip(begins, texts, strict=True) if texts else ()
    return [(begin if len(begin) >= _FIRST else _letters(text).replace("\0", ""))[:_FIRST] for begin, text in told]


def nothing_beside_ratings(responses: Sequence[Response]) -> tuple[Query, ...]:
    """What no response of the return has: said once, not once for each standard."""
    found = []
    if not any(each.evidence for each in responses):
        met = [each for each in responses if each.rating is Rating.MET]
        found += [_said_once("evidence-missing", met)] if _of_several(met) else []
    to_do = [each for each in responses if each.rating in TO_DO]
    if _of_several(to_do):
        lacking = [word for word in CODE_OF if all(word in plan_lacks(each) for each in to_do)]
        found += [_said_once(CODE_OF[word], to_do) for word in lacking]
    return tuple(found)


def _of_several(responses: Sequence[Response]) -> bool:
    """Whether responses are of more than one standard."""
    return len({each.standard for each in responses}) > 1


def _said_once(code: str, responses: Sequence[Response]) -> Query:
    criteria = listed([each.criterion for each in responses])
    return query(code, **first_place(responses), found=criteria, count=criteria_counted(len(responses)))
