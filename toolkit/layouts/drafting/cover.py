"""The labels of the values around the table: which, and where each value stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from toolkit.layouts.drafting.known import EXACT, MOST_UNSURE
from toolkit.layouts.drafting.sheets import TextSheet, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.layouts.drafting.known import Guess, Known

_WITHOUT_VALUE, _BONUS = 20, 8

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


def find_labels(sheets: Iterable[tuple[TextSheet, range]], known: Known) -> tuple[Label, ...]:
    """The labels outside the tables, the surest of each field first.

    Args:
        sheets: each sheet with the rows that are not its table's.
        known: how labels are spelled.
    """
    found: list[Label] = []
    for sheet, rows in sheets:
        for number in rows:
            for column, text in enumerate(sheet.rows[number]):
                if text and (label := _label(sheet, number, column, known)):
                    found.append(label)
    found.sort(key=lambda label: -label.confidence)
    best: dict[str, Label] = {}
    for label in found:
        best.setdefault(label.field, label)
    return tuple(best.values())


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
