"""Where the tables of an unknown workbook are: header rows by their spellings, and what stands below them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.layouts.models import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.layouts.drafting.known import Guess, Known
    from toolkit.layouts.drafting.sheets import TextSheet

Row = tuple[str, ...]

LEAST_SURE = 60
_MOST_ROWS = 400
"""Rows of a sheet among which a header is looked for."""
_FEWEST_QUESTIONS, _FEWEST_NAMES = 3, 2
_LONGEST_HEADER = 120
_ANSWERS = {"rating", "commissioner_rating", "moderated_rating", "evidence", "action", "lead", "target_date"}
_LABELS = {"criterion", "summary"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one sheet's table: its rows (from 0), and per column the texts of its own and of the row above."""

    first: int
    last: int
    texts: dict[int, tuple[str, str]]
    guesses: dict[int, Guess]

    @property
    def score(self) -> int:
        """How much it looks like a header: the confidence of its fields, each counted once."""
        best: dict[str, int] = {}
        for guess in self.guesses.values():
            best[guess.field] = max(best.get(guess.field, 0), guess.confidence)
        return sum(best.values())


@dataclass(slots=True)
class Table:
    """A sheet's table: its header, the rows below it, and the columns of a survey's questions or a matrix's names."""

    sheet: TextSheet
    header: Header
    questions: tuple[int, ...] = ()
    names: tuple[int, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows below the header."""
        return self.sheet.rows[self.header.last + 1 :]


@dataclass(slots=True)
class Column:
    """One column of the tables, on however many sheets: how it is headed, where, and what stands in it."""

    text: str
    under: str
    place: str
    guess: Guess | None
    cells: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    sheets: int = 0


def find_tables(sheets: Iterable[TextSheet], known: Known) -> tuple[str, tuple[Table, ...]]:
    """The shape of the workbook's tables (rows, matrix, survey) and the tables; no tables where there is none."""
    found: dict[str, list[Table]] = {"survey": [], "matrix": [], "rows": []}
    for sheet in sheets:
        if table := _survey(sheet, known):
            found["survey"].append(table)
        elif table := _matrix(sheet, known):
            found["matrix"].append(table)
        elif (header := _rows_header(sheet, known)) and any(map(any, sheet.rows[header.last + 1 :])):
            found["rows"].append(Table(sheet, header))
    for shape in ("survey", "matrix"):
        if found[shape]:
            return shape, tuple(found[shape])
    rated = [table for table in found["rows"] if any("rating" in g.field for g in table.header.guesses.values())]
    return "rows", tuple(rated or found["rows"])


def columns_of(tables: Sequence[Table]) -> list[Column]:
    """The columns of all tables, those with the same header taken together, in the order in which they are met."""
    found: dict[tuple[str, str], Column] = {}
    for table in tables:
        apart = {*table.questions, *table.names}
        for place in range(len(table.sheet.rows[0])):
            text, under = table.header.texts.get(place, ("", ""))
            filled = [(number, row[place]) for number, row in enumerate(table.rows) if row[place]]
            if place in apart or not (text or filled):
                continue
            key = (fold_label(text), fold_label(under)) if text else ("", f"{table.sheet.name} {place}")
            where = table.sheet.place(table.header.last, place)
            column = found.setdefault(key, Column(text, under, where, table.header.guesses.get(place)))
            column.sheets += 1
            column.cells += [value for _, value in filled]
            column.places += [table.sheet.place(table.header.last + 1 + number, place) for number, _ in filled]
    return list(found.values())


def banners_of(tables: Sequence[Table], known: Known) -> dict[str, list[str]]:
    """How rows begin that only name a standard, such as `Key Standard {standard}`, each with its places."""
    standards = {s.standard for framework in known.frameworks for s in framework.standards}
    found: dict[str, list[str]] = {}
    for table in tables:
        for number, row in enumerate(table.rows):
            filled = {text for text in row if text}
            if len(filled) != 1:
                continue
            (text,) = filled
            match = re.match(r"([A-Za-z][A-Za-z ]{2,30}?)\s*(\d{1,2})(?!\d|\.\d)", text)
            if match and match[2] in standards:
                place = table.sheet.place(table.header.last + 1 + number, row.index(text))
                found.setdefault(f"{match[1].strip()} {{standard}}", []).append(place)
    return found


def share(cells: Sequence[str], holds: Iterable[bool]) -> float:
    """Which share of the cells something holds for; 0 where there are none."""
    return sum(holds) / len(cells) if cells else 0.0


def is_date(text: str) -> bool:
    """Whether a cell holds a date."""
    return bool(_DATE.match(text))


def _rows_header(sheet: TextSheet, known: Known) -> Header | None:
    best: Header | None = None
    for number in range(min(len(sheet.rows), _MOST_ROWS)):
        one = _one_row(sheet.rows, number, known)
        two = _two_rows(sheet.rows, number, known)
        for header in (one, two):
            if header and _is_table(header, sheet, known) and (best is None or header.score > best.score):
                best = header
    return best


def _is_table(header: Header, sheet: TextSheet, known: Known) -> bool:
    fields = {guess.field for guess in header.guesses.values()}
    if not fields & _ANSWERS or len(fields) < _FEWEST_NAMES:
        return False
    if fields & _LABELS:
        return True
    below = [row for row in sheet.rows[header.last + 1 :] if any(row)]
    return any(_names_criterion(text, known) for row in below for text in row)


def _names_criterion(text: str, known: Known) -> bool:
    return bool(text) and bool(known.reference(text) or known.glued(text) or known.has_text(text))


def _one_row(rows: Sequence[Row], number: int, known: Known) -> Header | None:
    row = rows[number]
    texts = {column: (text, "") for column, text in enumerate(row) if text and len(text) <= _LONGEST_HEADER}
    return _header(number, number, texts, known) if len(texts) >= _FEWEST_NAMES else None


def _two_rows(rows: Sequence[Row], number: int, known: Known) -> Header | None:
    """A header of two rows: something stands above several columns, or the two rows share the columns out."""
    if number + 1 >= len(rows):
        return None
    above, below = rows[number], rows[number + 1]
    filled = [len([text for text in row if text]) for row in (above, below)]
    if min(filled) < _FEWEST_NAMES or any(_names_criterion(text, known) for text in (*above, *below)):
        return None
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
    lower_means = [g for text in below if text and (g := known.columns.guess(text)) and g.confidence >= LEAST_SURE]
    return _header(number, number + 1, texts, known) if lower_means else None


def _header(first: int, last: int, texts: dict[int, tuple[str, str]], known: Known) -> Header | None:
    guesses = {
        column: guess
        for column, (text, under) in texts.items()
        if (guess := _guess(text, under, known)) and guess.confidence >= LEAST_SURE
    }
    return Header(first, last, texts, guesses) if guesses else None


def _guess(text: str, under: str, known: Known) -> Guess | None:
    """What a header means; whose a rating is, the row above may say: `Score` under `Moderation`."""
    own = known.columns.guess(text)
    if not under or own is None or own.field != "rating":
        return own
    both = known.columns.guess(f"{under} {text}")
    return both if both and (both.field.endswith("rating") or both.field == "ignored") else own


def _survey(sheet: TextSheet, known: Known) -> Table | None:
    """A row for each organisation: a header with the criteria, and below it names of the register in a column."""
    for number, row in enumerate(sheet.rows[:_MOST_ROWS]):
        questions = tuple(
            column
            for column, text in enumerate(row)
            if text and (known.reference(text) or known.glued(text) or known.has_text(text))
        )
        if len(questions) < _FEWEST_QUESTIONS or len(sheet.rows) <= number + 1:
            continue
        asked = set(questions)
        texts = {column: (text, "") for column, text in enumerate(row) if text and column not in asked}
        below = [each for each in sheet.rows[number + 1 :] if any(each)]
        labels = {c: g for c, (text, _) in texts.items() if (g := known.cover.guess(text))}
        named = any(
            share(cells, map(known.is_organisation, cells)) >= 0.5  # noqa: PLR2004 - half of them
            for column in texts
            if (cells := [each[column] for each in below if each[column]])
        )
        if below and (named or any(guess.field == "organisation" for guess in labels.values())):
            guesses = {c: g for c, g in labels.items() if g.confidence >= LEAST_SURE}
            return Table(sheet, Header(number, number, texts, guesses), questions=questions)
    return None


def _matrix(sheet: TextSheet, known: Known) -> Table | None:
    """Organisations across: names of the register in one row, and criteria below it in a column."""
    for number, row in enumerate(sheet.rows[:_MOST_ROWS]):
        names = tuple(column for column, text in enumerate(row) if text and known.is_organisation(text))
        if len(names) < _FEWEST_NAMES:
            continue
        below = sheet.rows[number + 1 :]
        others = [column for column in range(len(row)) if column not in names]
        if any(_names_criterion(each[column], known) for each in below for column in others):
            # Beside the names every headed column is an organisation, whether or not the register has its name.
            texts = {column: (row[column], "") for column in others if row[column]}
            guesses = {
                c: g for c, (t, _) in texts.items() if (g := known.columns.guess(t)) and g.confidence >= LEAST_SURE
            }
            strangers = tuple(c for c in texts if c > min(names) and c not in guesses)
            texts = {c: text for c, text in texts.items() if c not in strangers}
            return Table(sheet, Header(number, number, texts, guesses), names=tuple(sorted((*names, *strangers))))
    return None
