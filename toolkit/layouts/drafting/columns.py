"""What a column of an unknown workbook is: by its header, checked against what stands below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.layouts.drafting.headers import is_date
from toolkit.layouts.drafting.known import EXACT, MOST_UNSURE
from toolkit.layouts.drafting.sheets import one_line
from toolkit.layouts.drafting.tables import share
from toolkit.layouts.drafting.vocabulary import is_vocabulary, looks_rated
from toolkit.layouts.models import fold_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.layouts.drafting.known import Known
    from toolkit.layouts.drafting.tables import Column

ACTIVE = 75
"""Per cent from which a column is proposed as an entry and not as a comment."""
RATINGS = ("rating", "commissioner_rating", "moderated_rating")
_BY_CONTENT, _DOUBTFUL, _CONTRADICTED = 85, 55, 40
_MOST, _FEW, _ENOUGH = 0.6, 0.2, 3
_BONUS = 6
_NEAR = 12
_ON_MOST_ROWS = 0.8
_NAME = re.compile(r"[A-Z][\w'\u2019-]*\.?(?:\s[A-Z][\w'\u2019-]*\.?){1,3}")
_LIKELY: dict[str, tuple[tuple[str, int], ...]] = {
    "dates": (("target_date", 60),),
    "words on most rows": (("rating", 50),),
    "names on most rows": (("rating", 45), ("lead", 40)),
    "words": (("rating", 40), ("action", 30)),
    "one word on most rows": (("rating", 35), ("evidence", 30)),
    "names": (("lead", 45),),
    "text": (("evidence", 40), ("action", 35)),
}
"""What a column under an unknown header may be, by what stands in it, with per cent: never enough for an entry."""
_SURE = {"criterion", "summary", "organisation"}
"""Fields whose cells say more than a header does."""


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """One column and what it is proposed to be: field, confidence in per cent, evidence in words, alternatives.

    `is_active` where it is proposed as an entry; else it stands as a comment.
    """

    field: str
    text: str
    under: str
    place: str
    confidence: int
    evidence: str
    column: Column
    others: tuple[tuple[str, int], ...] = ()
    is_active: bool = False

    @property
    def spelling(self) -> str:
        """The header as a layout can spell it."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Content:
    """What a column holds: shares of its cells, and whether its values look like ratings."""

    references: float
    glued: float
    texts: float
    dates: float
    organisations: float
    is_vocabulary: bool
    looks_rated: bool
    count: int
    values: int
    names: float

    def told(self) -> str:
        """The content in words, for the comment beside the entry."""
        parts = [
            f"{round(100 * part)} per cent of its cells {words}"
            for part, words in (
                (self.references, "are references"),
                (self.glued, "begin with a reference"),
                (self.texts, "have a criterion's text"),
                (self.dates, "are dates"),
                (self.organisations, "are names of the register"),
            )
            if part >= _FEW
        ]
        if self.looks_rated:
            parts.append("its cells are words or digits of a scale")
        elif self.is_vocabulary:
            parts.append("its values are few and come again")
        return "; ".join(parts) or ("empty" if not self.count else "free text")


def content_of(cells: Sequence[str], known: Known) -> Content:
    """What stands in a column."""
    return Content(
        share(cells, (known.reference(cell) is not None for cell in cells)),
        share(cells, (known.glued(cell) is not None for cell in cells)),
        share(cells, map(known.has_text, cells)),
        share(cells, map(is_date, cells)),
        share(cells, map(known.is_organisation, cells)),
        is_vocabulary(cells),
        looks_rated(cells, known),
        len(cells),
        len(set(map(fold_label, cells))),
        share(cells, (_NAME.fullmatch(cell) is not None for cell in cells)),
    )


def propose_columns(columns: Sequence[Column], known: Known, *, by_content: bool = False) -> tuple[ProposedColumn, ...]:
    """Each column with what it may be; of two for one field the surer is an entry, of two ratings as sure neither.

    Args:
        columns: the columns of all tables.
        known: what they are compared with.
        by_content: whether a column under an unknown header is proposed by what stands in it.
    """
    contents = [content_of(column.cells, known) for column in columns]
    rows = max((_criteria(each) for each in contents), default=0) if by_content else 0
    proposed = [_judged(column, content, rows) for column, content in zip(columns, contents, strict=True)]
    proposed = _one_for_evidence(_with_a_rating(proposed))
    sure = [each for each in proposed if each.text and each.confidence >= ACTIVE and fold_label(each.text)]
    best: dict[str, ProposedColumn] = {}
    for each in sorted(sure, key=lambda each: -each.confidence):
        best.setdefault(each.field, each)
    return tuple(_settled(each, best, proposed) for each in proposed)


def _with_a_rating(proposed: list[ProposedColumn]) -> list[ProposedColumn]:
    """Where a column that is elsewhere not read looks most like the rating, it may be; one word on all rows is none."""
    best = max((each.confidence for each in proposed if each.field == "rating"), default=0)
    found = []
    for each in proposed:
        as_rating = dict(each.others).get("rating", 0)
        if each.field == "ignored" and each.confidence >= EXACT and as_rating > best:
            each = replace(each, field="rating", confidence=as_rating, others=(("ignored", _CONTRADICTED),))  # noqa: PLW2901 - what it is now
        found.append(each)
    best = max((each.confidence for each in found if each.field == "rating"), default=0)
    first, *further = _LIKELY["text"]
    return [
        replace(each, field=first[0], confidence=first[1], others=tuple(further))
        if ((each.field, each.confidence), *each.others) == _LIKELY["one word on most rows"] and each.confidence < best
        else each
        for each in found
    ]


def _one_for_evidence(proposed: list[ProposedColumn]) -> list[ProposedColumn]:
    """Of several columns of unknown text the first may be the evidence, those after it the actions."""
    found, has_evidence = [], False
    for each in proposed:
        likely = ((each.field, each.confidence), *each.others) == _LIKELY["text"]
        if likely and has_evidence:
            (evidence, confidence), (action, less) = _LIKELY["text"]
            found.append(replace(each, field=action, confidence=confidence, others=((evidence, less),)))
        else:
            found.append(each)
        has_evidence = has_evidence or each.field == "evidence"
    return found


def _settled(each: ProposedColumn, best: dict[str, ProposedColumn], proposed: list[ProposedColumn]) -> ProposedColumn:
    if each.field == "ignored":
        return replace(each, is_active=each in best.values() or each.confidence >= ACTIVE)
    first = best.get(each.field)
    if first is None:
        return each
    if each.field == "rating":
        rivals = [
            o for o in proposed if o.field == "rating" and o is not first and o.confidence > first.confidence - _NEAR
        ]
        if rivals and (each is first or each in rivals):
            where = ", ".join(f'"{one_line(o.text)}"' for o in (first, *rivals) if o is not each)
            return replace(each, confidence=_DOUBTFUL, evidence=f"{each.evidence}; but so may {where} be")
    if each is first or _same_meaning(each, first):
        return replace(each, is_active=True)
    return each


def _same_meaning(each: ProposedColumn, first: ProposedColumn) -> bool:
    """Whether it is the same column on another sheet, spelled differently: they never stand on one sheet together."""
    mine = {place.rpartition(",")[0] for place in (each.place, *each.column.places)}
    others = {place.rpartition(",")[0] for place in (first.place, *first.column.places)}
    return each.confidence >= ACTIVE and not mine & others


def _criteria(content: Content) -> int:
    """How many cells of a column name criteria."""
    return round(content.count * max(content.references, content.glued, content.texts))


def _likely(content: Content, rows: int) -> tuple[tuple[str, int], ...]:
    """What a column may be by what stands in it, in a table that has as many rows of criteria; the likeliest first."""
    if not rows or not content.count:
        return ()
    if content.dates >= _MOST:
        return _LIKELY["dates"]
    is_on_most, is_named = content.count >= _ON_MOST_ROWS * rows, content.names >= _MOST and not content.looks_rated
    if content.is_vocabulary and is_on_most:
        if content.values > 1:
            return _LIKELY["names on most rows" if is_named else "words on most rows"]
        return _LIKELY["names" if is_named else "one word on most rows"]
    if is_named:
        return _LIKELY["names"]
    return _LIKELY["words" if content.is_vocabulary and content.values > 1 else "text"]


def _judged(column: Column, content: Content, rows: int) -> ProposedColumn:
    guess = column.guess
    field, confidence = (guess.field, guess.confidence) if guess else ("", 0)
    others = guess.others if guess else ()
    header = f'header "{one_line(column.text)}"' if column.text else "no header"
    like = f' is like "{one_line(guess.like)}"' if guess and confidence < EXACT else ""
    by_content = _field_by_content(content, column)
    if by_content and by_content != field and (by_content in _SURE or not field):
        others = ((field, min(confidence, _DOUBTFUL)), *others) if field else others
        field, confidence = by_content, _BY_CONTENT if by_content != "rating" else _DOUBTFUL
        like = ""
    elif field:
        confidence = _checked(field, confidence, content)
        if field == by_content and field in _SURE:
            confidence = max(confidence, _BY_CONTENT)
    likely = _likely(content, rows) if confidence < ACTIVE or field == "ignored" else ()
    is_somebody_s = "rating" in dict(others)
    if likely and (not field or (field == "ignored" and confidence < EXACT and not is_somebody_s)):
        likely = (*likely, *([(field, min(confidence, _DOUBTFUL))] if field else []))
        (field, confidence), *further = likely
        likely = tuple(further)
    others = (*others, *(each for each in likely if each[0] not in dict(others)))
    return ProposedColumn(
        field or "ignored",
        column.text,
        column.under,
        column.place,
        confidence or _CONTRADICTED,
        f"{column.place}: {header}{like}; {content.told()}",
        column,
        tuple(each for each in others if each[0] != field),
    )


def _field_by_content(content: Content, column: Column) -> str:
    if content.organisations >= _MOST:
        return "organisation"
    if content.count < _ENOUGH:
        return ""
    if (content.references >= _MOST and not content.is_vocabulary) or content.glued >= _MOST:
        return "criterion"
    if content.texts >= _MOST:
        return "summary"
    return "rating" if not column.guess and content.looks_rated and content.is_vocabulary else ""


def _checked(field: str, confidence: int, content: Content) -> int:
    """The confidence of a header, after a look at what stands below it."""
    if content.count < _ENOUGH:
        return min(confidence, MOST_UNSURE) if field in RATINGS else confidence
    fits, contradicts = {
        "criterion": (content.references + content.glued >= _MOST, content.references + content.glued < _FEW),
        "summary": (content.texts >= _MOST, content.dates >= _MOST or content.looks_rated),
        "target_date": (content.dates >= _MOST, content.looks_rated or content.texts >= _MOST),
    }.get(
        field,
        (content.looks_rated, not content.is_vocabulary and not content.looks_rated)
        if field in RATINGS
        else (False, field != "ignored" and (content.references >= _MOST or content.texts >= _MOST)),
    )
    if contradicts:
        return min(confidence, _CONTRADICTED)
    if fits:
        return min(99, confidence + 4) if confidence >= EXACT else min(MOST_UNSURE, confidence + _BONUS)
    return confidence
