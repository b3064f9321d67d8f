"""The labels of the values around the table: which, and where each value stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from toolkit.layouts.drafting.headers import MOST_ROWS, is_date
from toolkit.layouts.drafting.known import EXACT, MOST_UNSURE
from toolkit.layouts.drafting.sheets import TextSheet, one_line
from toolkit.layouts.models import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.layouts.drafting.known import Guess, Known

_WITHOUT_VALUE, _BONUS = 20, 8
LABEL_ACTIVE = 80
"""Per cent from which a label of the cover is proposed as an entry."""
_OF_NAME, _OF_NEAR_NAME, _OF_SEVERAL, _OF_DATE, _OF_ANY = 85, 70, 50, 60, 35
"""Per cent for a label that only its value tells: one name of the register, nearly one, several, a date, any text."""
_LONGEST_LABEL, _LONGEST_VALUE = 80, 100

Where = Literal["beside", "below", "after_colon"]


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its field, spelling, where its value stands and what that is, and how sure."""

    field: str
    spelling: str
    where: Where
    value: str
    place: str
    confidence: int
    others: tuple[tuple[str, int], ...] = ()
    why: str = ""


def find_labels(sheets: Iterable[tuple[TextSheet, range]], known: Known) -> tuple[Label, ...]:
    """The labels outside the tables, the surest of each field first; then those that only their values tell.

    Args:
        sheets: each sheet with the rows that are not its table's.
        known: how labels are spelled.
    """
    found: list[Label] = []
    places = tuple(sheets)
    for sheet, rows in places:
        for number in rows:
            for column, text in enumerate(sheet.rows[number]):
                if text and (label := _label(sheet, number, column, known)):
                    found.append(label)
    found.sort(key=lambda label: -label.confidence)
    best: dict[str, Label] = {}
    for label in found:
        best.setdefault(label.field, label)
    told = labels_by_value(places, tuple(best.values()), known)
    taken = {label.place for label in told}
    labels = (label for label in best.values() if label.confidence >= LABEL_ACTIVE or label.place not in taken)
    return (*labels, *told)


def _label(sheet: TextSheet, number: int, column: int, known: Known) -> Label | None:
    text = sheet.rows[number][column]
    before, colon, after = text.partition(":")
    if colon and after.strip():
        guess = known.cover.guess(before)
        if guess:
            return Label(
                guess.field,
                before.strip(),
                "after_colon",
                one_line(after),
                sheet.place(number, column),
                _sure(guess, after.strip(), known),
                guess.others,
            )
        return None
    guess = known.cover.guess(text.rstrip(" :"))
    if guess is None:
        return None
    right = next((cell for cell in sheet.rows[number][column + 1 :] if cell), "")
    beside = "" if right and known.cover.fields_of(right.rstrip(" :")) else right
    below = sheet.rows[number + 1][column] if number + 1 < len(sheet.rows) else ""
    if below and (known.cover.guess(below.rstrip(" :")) or ":" in below):
        below = ""
    where: Where = "below" if below and not beside else "beside"
    value = beside or below
    place, sure = sheet.place(number, column), _sure(guess, value, known)
    return Label(guess.field, text.strip(), where, one_line(value), place, sure, guess.others)


def _sure(guess: Guess, value: str, known: Known) -> int:
    """How sure a label is: surer where its value fits it, less sure where there is none."""
    if not value:
        return guess.confidence - _WITHOUT_VALUE
    if guess.field != "organisation" or not known.is_organisation(value):
        return guess.confidence
    return 99 if guess.confidence >= EXACT else min(MOST_UNSURE, guess.confidence + _BONUS)


def labels_by_value(
    sheets: Iterable[tuple[TextSheet, range]], labels: Iterable[Label], known: Known
) -> tuple[Label, ...]:
    """Labels of unknown words: of the organisation, where its name stands at them or may stand, and of a date.

    Args:
        sheets: each sheet with the rows that are not its table's.
        labels: the labels that are known by their words.
        known: the register.
    """
    given = {label.field: label for label in labels}
    pairs = [pair for sheet, rows in sheets for number in rows[:MOST_ROWS] for pair in _pairs(sheet, number, known)]
    dates = [each for each in pairs if is_date(each[2])] if "completed_on" not in given else []
    dated = tuple(_told("completed_on", dates[0], _OF_DATE, "a date") for _ in dates[:1])
    sure = given.get("organisation")
    if sure and (sure.confidence >= LABEL_ACTIVE or known.is_organisation(sure.value)):
        return dated
    named: dict[str, _Pair] = {}
    for each in pairs:
        if known.is_organisation(each[2]):
            named.setdefault(fold_label(each[0]), each)
    if named:
        return (*(_of_name(each, len(named), known) for each in named.values()), *dated)
    texts = [each for each in pairs if not is_date(each[2]) and any(letter.isalpha() for letter in each[2])]
    texts = [] if sure else texts[:1]
    return (*(_told("organisation", each, _OF_ANY, "the first text with a label") for each in texts), *dated)


_Pair = tuple[str, "Where", str, str]


def _told(field: str, pair: _Pair, confidence: int, why: str) -> Label:
    spelling, where, value, place = pair
    return Label(field, spelling, where, one_line(value), place, confidence, why=why)


def _of_name(pair: _Pair, labels: int, known: Known) -> Label:
    is_exact = known.is_name(pair[2])
    confidence = _OF_SEVERAL if labels > 1 else _OF_NAME if is_exact else _OF_NEAR_NAME
    return _told("organisation", pair, confidence, f"{'' if is_exact else 'nearly '}a name of the register")


def _pairs(sheet: TextSheet, number: int, known: Known) -> Iterator[_Pair]:
    """Label, where its value stands, value and place of everything in a row that may be a value with a label."""
    row = sheet.rows[number]
    for column, text in enumerate(row):
        label, colon, value = text.partition(":")
        if colon and value.strip() and not is_date(text):
            if _may_label(label, known):
                yield label.strip(), "after_colon", value.strip(), sheet.place(number, column)
            continue
        if not text or len(text) > _LONGEST_VALUE or text.endswith((":", "?")) or known.cover.fields_of(text):
            continue
        left = max((place for place in range(column) if row[place]), default=-1)
        above = sheet.rows[number - 1][column] if number else ""
        if left >= 0 and _may_label(row[left], known):
            yield row[left].strip(), "beside", text, sheet.place(number, left)
        elif left < 0 and _may_label(above, known) and (above.endswith((":", "?")) or known.is_organisation(text)):
            yield above.strip(), "below", text, sheet.place(number - 1, column)


def _may_label(text: str, known: Known) -> bool:
    """Whether a cell may be the label of a value that nothing else labels."""
    return (
        bool(fold_label(text))
        and len(text) <= _LONGEST_LABEL
        and any(letter.isalpha() for letter in text)
        and not is_date(text)
        and not known.is_organisation(text)
        and not set(known.cover.fields_of(text.rstrip(" :"))) - {"organisation"}
    )
