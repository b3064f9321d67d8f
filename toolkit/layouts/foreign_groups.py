"""What stands above the columns of a table and groups them: whose ratings they are, and of which time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.layouts.models import fold_label
from toolkit.layouts.references import read_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Rows = Sequence[Sequence[object]]


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


OWN, OTHER, PLAIN, UNCLEAR = "own", "other", "plain", "unclear"
"""What a group's words make of the ratings below them: the organisation's own; somebody else's, another time's or of
something else; nothing; or nobody can say."""
_OWN = _words(
    "self own our ours your yours organisation organisations organization agency agencies provider providers service "
    "school trust setting respondent this current now present latest"
)
_COMMISSIONER = _words("commissioner commissioners ccg ccgs icb icbs opcc pcc")
_MODERATOR = _words("moderated moderation moderator moderators panel panels")
_WHO_ELSE_OR_WHEN = _words(
    "peer peers reviewer reviewers assessor assessors auditor auditors external independent inspector inspectors "
    "previous previously prior last past former earlier baseline"
)
_OF_ELSE = _words(
    "commissioning inspection inspected audited verifier verified verification validated validation validator board "
    "council partnership collator qa scrutiny challenge their theirs older old historic before initial original "
    "target targets goal expected forecast predicted projected planned desired aim risk inherent residual likelihood "
    "impact example sample guidance model next future proposed"
)
_OTHERS = _COMMISSIONER | _MODERATOR | _WHO_ELSE_OR_WHEN | _OF_ELSE
_LEANING = _words("review reviewed checked agreed assured")
"""Somebody else's, unless a word of the organisation's own stands beside them: `Self-review`."""
_PLAIN = _words(
    "a an and any are as at b be by c column columns complete completed completion d for form from given have how far "
    "in is it of on only or part please section select choose statement standard standards text the to use used what "
    "with who action actions assessed assessing assessment answer answers audit colour colours comment comments "
    "compliance criteria criterion description evidence grade grades improvement judgement "
    "judgements level levels plan plans position progress question questions rag rate rated rating ratings "
    "reference requirement requirements response responses result results return score scores scored scoring state "
    "status summary details detail information opinion overall view views year time round cycle period day month term"
)
_TITLE_WORDS = 4
_YEAR = re.compile(r"(?:19|20)\d\d(?:\d\d)?")
_ROWS_ABOVE, _ROWS_BELOW = 4, 2
_DATA = re.compile(r"\s*[A-Za-z]?\d{1,3}\s?[.\u00b7]\s?\d")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Group:
    """A text above (or just below) a header that speaks of a column; its row and column count from 0.

    `kind` is one of the four; `by` is "commissioner_rating" or "moderated_rating" where it names one of them. `reaches`
    is False for a text that comes to the column only across another column of ratings.
    """

    kind: str
    written: str
    row: int
    column: int
    by: str = ""
    reaches: bool = True


def kind_of(written: str) -> tuple[str, str]:
    """What a group's words make of the ratings below them, and the field where they name another's rating."""
    words = [word for word in fold_label(written).split() if word not in _PLAIN]
    own = [word for word in words if word in _OWN]
    others = [word for word in words if word in _OTHERS or (not own and word in _LEANING)]
    known = len(own) + len(others) + (sum(word in _LEANING for word in words) if own else 0)
    if (own and others) or known < len(words):
        return UNCLEAR, ""
    if not others:
        return (OWN, "") if own else (PLAIN, "")
    if any(word in _COMMISSIONER for word in others):
        return OTHER, "commissioner_rating"
    return OTHER, "moderated_rating" if any(word in _MODERATOR for word in others) else ""


def speaks_of_others(written: str) -> bool:
    """Whether a text has a word that makes a rating somebody else's or another time's, or a year."""
    return any(word in _OTHERS | _LEANING or _YEAR.fullmatch(word) for word in fold_label(written).split())


def rows_above(rows: Rows, header: int, criterion: int) -> tuple[int, ...]:
    """The rows above a header that may group its columns, nearest first, up to a row of answers."""
    found = []
    for number in range(header - 1, max(header - 1 - _ROWS_ABOVE, -1), -1):
        if _is_data(rows[number][criterion]):
            break
        if any(True for _ in _texts(rows[number])):
            found.append(number)
    return tuple(found)


def groups_above(  # noqa: PLR0917 - where the column is, and what is around it
    rows: Rows, header: int, column: int, left: int, rated: Sequence[int], covers: frozenset[int]
) -> Iterator[Group]:
    """Every text above a header that speaks, or may speak, of a column's ratings.

    A text over the criteria or their wording is a title, and counts only where it says nothing else than whose ratings
    these are. What stands further up, alone, or in many words is one too, unless it speaks of others. A row left free
    above the header matters only where it has one column of ratings.

    Args:
        rows: the sheet's cells.
        header: the row of the header.
        column: the rating's.
        left: the last column of the criteria and their wording.
        rated: all columns of the table with ratings.
        covers: the rows above that are a label and its value.
    """
    for place, number in enumerate(rows_above(rows, header, left)):
        texts = dict(_texts(rows[number]))
        at = max((place for place in texts if place <= column), default=None)
        if at is None:
            continue
        written = texts[at]
        is_next = number == header - 1 or (place == 0 and number == header - 2 and len(rated) > 1)
        kind, by = kind_of(written)
        is_line = number in covers or (not is_next and min(texts) <= left)
        if at <= left:
            if _is_title_of_others(written) and number not in covers:
                yield Group(OTHER, written, number, at, by)
        elif is_line or (len(texts) == 1 and (not is_next or len(fold_label(written).split()) > _TITLE_WORDS)):
            if kind == OTHER:
                yield Group(UNCLEAR if number in covers else OTHER, written, number, at, by)
        elif kind != UNCLEAR or speaks_of_others(written) or is_next:
            yield Group(kind, written, number, at, by, not any(at <= each < column for each in rated))


def groups_below(rows: Rows, header: int, column: int, criterion: int) -> Iterator[Group]:
    """Every text between a header and its first answers that speaks, or may speak, of a column's ratings."""
    for number in range(header + 1, min(header + 1 + _ROWS_BELOW, len(rows))):
        texts = dict(_texts(rows[number]))
        if criterion in texts or column not in texts:
            return
        kind, by = kind_of(texts[column])
        is_split = column + 1 in texts and _is_blank(rows[header][column + 1])
        if kind != UNCLEAR or speaks_of_others(texts[column]) or is_split:
            yield Group(kind, texts[column], number, column, by)


def _is_title_of_others(written: str) -> bool:
    words = [word for word in fold_label(written).split() if word not in _PLAIN and word not in _LEANING]
    return bool(words) and all(word in _COMMISSIONER | _MODERATOR | _WHO_ELSE_OR_WHEN for word in words)


def doubts_about(found: Mapping[int, Sequence[Group]]) -> dict[int, Group]:
    """The columns of which it is not certain that their ratings are the organisation's own, each with the reason.

    A column of somebody else's is no doubt as long as another one is left.

    Args:
        found: the columns that are headed as the own rating, each with the groups that speak of it.
    """
    said = {column: [each for each in groups if each.kind != PLAIN] for column, groups in found.items()}
    own = [column for column, groups in said.items() if all(each.kind != OTHER for each in groups)]
    if not own:
        return {column: groups[0] for column, groups in said.items()}
    named = [each for column in own for each in said[column] if each.kind == OWN]
    doubts: dict[int, Group] = {}
    for column in own:
        unclear = [each for each in said[column] if each.kind == UNCLEAR or not each.reaches]
        if unclear or (named and not said[column]):
            doubts[column] = (unclear or named)[0]
    return doubts


def first_doubt(rows: Rows, header: int, rated: Sequence[int], left: int, criterion: int) -> tuple[int, Group] | None:
    """The first of several columns for the own rating that may be somebody else's, and why; None where none may.

    For the workbook that is issued, in which every column of somebody else is one too many.

    Args:
        rows: the sheet's cells.
        header: the row of the header.
        rated: the columns headed as the own rating.
        left: the last column of the criteria and what is printed beside them.
        criterion: the column of the references.
    """
    found = {
        column: [
            *groups_above(rows, header, column, left, rated, frozenset()),
            *groups_below(rows, header, column, criterion),
        ]
        for column in rated
    }
    for column, groups in found.items():
        for group in groups:
            if group.kind == OTHER:
                return column, group
    return next(iter(doubts_about(found).items()), None)


def _texts(cells: Sequence[object]) -> Iterator[tuple[int, str]]:
    for column, cell in enumerate(cells):
        if isinstance(cell, str) and 0 < len(cell.strip()) <= _LONGEST:
            yield column, cell.strip()
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            yield column, f"{cell:g}"


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _is_data(cell: object) -> bool:
    return read_reference(cell) is not None or (isinstance(cell, str) and bool(_DATA.match(cell)))
