"""Where the tables of an unknown workbook are, of which shape, and what stands in their columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.layouts.drafting.headers import (
    LEAST_SURE,
    MOST_ROWS,
    Header,
    first_criterion,
    names_criterion,
    rows_header,
)
from toolkit.layouts.models import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.layouts.drafting.known import Guess, Known
    from toolkit.layouts.drafting.sheets import TextSheet

Row = tuple[str, ...]

_FEWEST_QUESTIONS, _FEWEST_NAMES = 3, 2
_FEWEST_TEXTS, _FEWEST_REFERENCES = 3, 5
"""Criteria that tables must name, where no header has a known word: a few numbers alone are no references."""


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
        elif (header := rows_header(sheet, known)) and any(map(any, sheet.rows[header.last + 1 :])):
            found["rows"].append(Table(sheet, header))
    for shape in ("survey", "matrix"):
        if found[shape]:
            return shape, tuple(found[shape])
    return "rows", _with_answers(found["rows"], known)


def _with_answers(tables: Sequence[Table], known: Known) -> tuple[Table, ...]:
    """The tables with ratings, unless others name more criteria; none where nothing but a few numbers tells of one."""
    named = {id(table): _criteria(table, known) for table in tables}
    if all(table.header.by_content for table in tables):
        texts, references = (set().union(*(found[kind] for found in named.values())) for kind in (0, 1))
        if not _are_criteria(texts, references):
            return ()
    rated = [table for table in tables if any("rating" in g.field for g in table.header.guesses.values())]
    of_all, of_rated = (len(set().union(*(set().union(*named[id(t)]) for t in some))) for some in (tables, rated))
    return tuple(rated if rated and of_rated >= of_all else tables)


def headless(sheets: Iterable[TextSheet], known: Known) -> str:
    """The first cell that names a criterion, where a sheet has criteria without a table; "" where none has."""
    for sheet in sheets:
        first = first_criterion(sheet, known)
        if first and _are_criteria(*_named([row[first[1]] for row in sheet.rows], known)):
            return sheet.place(*first)
    return ""


def _are_criteria(texts: set[str], references: set[str]) -> bool:
    return len(texts) >= _FEWEST_TEXTS or len(references) >= _FEWEST_REFERENCES


def _criteria(table: Table, known: Known) -> tuple[set[str], set[str]]:
    return _named([text for row in table.rows for text in row], known)


def _named(written: Iterable[str], known: Known) -> tuple[set[str], set[str]]:
    """The criteria that cells name by their texts, and by their references."""
    cells = {text for text in written if text}
    return (
        {criterion for text in cells for _, criterion in known.criteria_of(text)},
        {found for text in cells if (found := known.reference(text) or known.glued(text))},
    )


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


def _survey(sheet: TextSheet, known: Known) -> Table | None:
    """A row for each organisation: a header with the criteria, and below it names of the register in a column."""
    for number, row in enumerate(sheet.rows[:MOST_ROWS]):
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
    for number, row in enumerate(sheet.rows[:MOST_ROWS]):
        names = tuple(column for column, text in enumerate(row) if text and known.is_organisation(text))
        if len(names) < _FEWEST_NAMES:
            continue
        below = sheet.rows[number + 1 :]
        others = [column for column in range(len(row)) if column not in names]
        if any(names_criterion(each[column], known) for each in below for column in others):
            # Beside the names every headed column is an organisation, whether or not the register has its name.
            texts = {column: (row[column], "") for column in others if row[column]}
            guesses = {
                c: g for c, (t, _) in texts.items() if (g := known.columns.guess(t)) and g.confidence >= LEAST_SURE
            }
            strangers = tuple(c for c in texts if c > min(names) and c not in guesses)
            texts = {c: text for c, text in texts.items() if c not in strangers}
            return Table(sheet, Header(number, number, texts, guesses), names=tuple(sorted((*names, *strangers))))
    return None
