"""The header of a table with a row for each criterion: by its words, else by the criteria that stand below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.layouts.models import fold_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.layouts.drafting.known import Guess, Known
    from toolkit.layouts.drafting.sheets import TextSheet

Row = tuple[str, ...]

LEAST_SURE = 60
MOST_ROWS = 400
"""Rows of a sheet among which a header is looked for."""
_FARTHEST_UP = 12
"""Rows above the first criterion among which its header is looked for."""
_FEWEST = 2
_LONGEST_HEADER = 120
_ANSWERS = {"rating", "commissioner_rating", "moderated_rating", "evidence", "action", "lead", "target_date"}
_LABELS = {"criterion", "summary"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./](?:\d{2}|\d{4})$")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one sheet's table: its rows (from 0), and per column the texts of its own and of the row above.

    `by_content` where only what stands below tells that it is one.
    """

    first: int
    last: int
    texts: dict[int, tuple[str, str]]
    guesses: dict[int, Guess]
    by_content: bool = False

    @property
    def score(self) -> int:
        """How much it looks like a header: the confidence of its fields, each counted once."""
        best: dict[str, int] = {}
        for guess in self.guesses.values():
            best[guess.field] = max(best.get(guess.field, 0), guess.confidence)
        return sum(best.values())


def is_date(text: str) -> bool:
    """Whether a cell holds a date."""
    return bool(_DATE.match(text))


def names_criterion(text: str, known: Known) -> bool:
    """Whether a cell has a criterion's reference, its text, or both."""
    return bool(text) and bool(known.reference(text) or known.glued(text) or known.has_text(text))


def first_criterion(sheet: TextSheet, known: Known) -> tuple[int, int] | None:
    """Row and column of the first criterion, in the column that names the most; None where no cell names one."""
    found: dict[int, list[int]] = {}
    for number, row in enumerate(sheet.rows[:MOST_ROWS]):
        for column, text in enumerate(row):
            if names_criterion(text, known):
                found.setdefault(column, []).append(number)
    if not found:
        return None
    column = min(found, key=lambda each: (-len(found[each]), each))
    return found[column][0], column


def rows_header(sheet: TextSheet, known: Known) -> Header | None:
    """The header of a sheet that has a row for each criterion; None where it has none."""
    spelled = _by_spelling(sheet, known)
    if spelled and any(guess.field in _LABELS for guess in spelled.guesses.values()):
        return spelled
    told = _by_content(sheet, known)
    return spelled if told is None or (spelled and spelled.last == told.last) else told


def _by_content(sheet: TextSheet, known: Known) -> Header | None:
    """The nearest row above the first criterion that heads its column and most others that are filled."""
    first = first_criterion(sheet, known)
    if first is None:
        return None
    top, place = first
    rows = [row for row in sheet.rows[top:MOST_ROWS] if names_criterion(row[place], known)]
    used = {column for row in rows for column, text in enumerate(row) if text}
    for number in range(top - 1, max(top - 1 - _FARTHEST_UP, -1), -1):
        row, above = sheet.rows[number], sheet.rows[number - 1] if number else ()
        if row[place]:
            start, texts = number, {column: (text, "") for column, text in enumerate(row) if text}
        elif above and above[place] and any(row):
            start, texts = number - 1, _shared_out(above, row)
        else:
            continue
        if _may_head({column: text for column, (text, _) in texts.items()}, used, known):
            short = {column: each for column, each in texts.items() if len(each[0]) <= _LONGEST_HEADER}
            return Header(start, number, short, _guesses(short, known), by_content=True)
    return None


def _may_head(filled: dict[int, str], used: set[int], known: Known) -> bool:
    """Whether a row may be a header: several words, over half of the columns in use, and none that is an answer."""
    if len(set(filled.values())) < _FEWEST or len(used & set(filled)) * 2 < len(used):
        return False
    if any(names_criterion(text, known) or known.is_organisation(text) or is_date(text) for text in filled.values()):
        return False
    return sum(bool(fold_label(text)) and not text.isdigit() for text in filled.values()) * 2 > len(filled)


def _by_spelling(sheet: TextSheet, known: Known) -> Header | None:
    best: Header | None = None
    for number in range(min(len(sheet.rows), MOST_ROWS)):
        one = _one_row(sheet.rows, number, known)
        two = _two_rows(sheet.rows, number, known)
        for header in (one, two):
            if header and _is_table(header, sheet, known) and (best is None or header.score > best.score):
                best = header
    return best


def _is_table(header: Header, sheet: TextSheet, known: Known) -> bool:
    fields = {guess.field for guess in header.guesses.values()}
    if not fields & _ANSWERS or len(fields) < _FEWEST:
        return False
    if fields & _LABELS:
        return True
    below = [row for row in sheet.rows[header.last + 1 :] if any(row)]
    return any(names_criterion(text, known) for row in below for text in row)


def _one_row(rows: Sequence[Row], number: int, known: Known) -> Header | None:
    row = rows[number]
    texts = {column: (text, "") for column, text in enumerate(row) if text and len(text) <= _LONGEST_HEADER}
    return _header(number, number, texts, known) if len(texts) >= _FEWEST else None


def _two_rows(rows: Sequence[Row], number: int, known: Known) -> Header | None:
    """A header of two rows: something stands above several columns, or the two rows share the columns out."""
    if number + 1 >= len(rows):
        return None
    above, below = rows[number], rows[number + 1]
    filled = [len([text for text in row if text]) for row in (above, below)]
    if min(filled) < _FEWEST or any(names_criterion(text, known) for text in (*above, *below)):
        return None
    texts = _shared_out(above, below)
    lower_means = [g for text in below if text and (g := known.columns.guess(text)) and g.confidence >= LEAST_SURE]
    return _header(number, number + 1, texts, known) if lower_means else None


def _shared_out(above: Row, below: Row) -> dict[int, tuple[str, str]]:
    """Per column what a header of two rows says, and what stands above that."""
    texts: dict[int, tuple[str, str]] = {}
    over = ""
    for column, (upper, lower) in enumerate(zip(above, below, strict=True)):
        over = upper or (over if lower else "")
        if lower and len(lower) <= _LONGEST_HEADER:
            texts[column] = (lower, over if len(over) <= _LONGEST_HEADER else "")
        elif upper:
            over = ""
            if len(upper) <= _LONGEST_HEADER:
                texts[column] = (upper, "")
    return texts


def _header(first: int, last: int, texts: dict[int, tuple[str, str]], known: Known) -> Header | None:
    guesses = _guesses(texts, known)
    return Header(first, last, texts, guesses) if guesses else None


def _guesses(texts: dict[int, tuple[str, str]], known: Known) -> dict[int, Guess]:
    return {
        column: guess
        for column, (text, under) in texts.items()
        if (guess := _guess(text, under, known)) and guess.confidence >= LEAST_SURE
    }


def _guess(text: str, under: str, known: Known) -> Guess | None:
    """What a header means; whose a rating is, the row above may say: `Score` under `Moderation`."""
    own = known.columns.guess(text)
    if not under or own is None or own.field != "rating":
        return own
    both = known.columns.guess(f"{under} {text}")
    return both if both and (both.field.endswith("rating") or both.field == "ignored") else own
