"""The optional data set of an audit workbook (2024 standards, 9.4): every total with its cell, nothing guessed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from toolkit.intake.parsing.accounting import READ, UNSETTLED, Account
from toolkit.intake.parsing.behind_cells import sheets_with_formulas
from toolkit.intake.parsing.dates import read_date
from toolkit.intake.parsing.places import cell_at
from toolkit.intake.parsing.printed import LABEL, PRINTED
from toolkit.intake.parsing.sheets import mark_formulas
from toolkit.intake.parsing.text import as_text, fold, is_empty, without_unshown
from toolkit.intake.parsing.totals import read_total
from toolkit.intake.queries import query
from toolkit.layouts import fold_label
from toolkit.records import CellCount, CountState, DataSetCount

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from toolkit.intake.parsing.book import Book
    from toolkit.intake.parsing.printed import PrintedWords
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.layouts import Layout
    from toolkit.layouts.models import DataSetGroup
    from toolkit.records import Query


@dataclass(frozen=True, slots=True)
class DataSetReading:
    """What the data-set sheets of a workbook say, and what became of each of their cells."""

    counts: tuple[DataSetCount, ...] = ()
    queries: tuple[Query, ...] = ()
    cells: CellCount | None = None

    def with_cells(self, others: CellCount) -> CellCount:
        """The account of the other sheets and of these together."""
        if self.cells is None:
            return others
        ignored = sorted((Counter(dict(others.ignored)) + Counter(dict(self.cells.ignored))).items())
        return CellCount(
            others.filled + self.cells.filled,
            others.read + self.cells.read,
            tuple(ignored),
            others.queried + self.cells.queried,
        )


def read_data_set(book: Book, sheets: Iterable[SheetRows], layout: Layout, printed: PrintedWords) -> DataSetReading:
    """Every total, note and answer in words of the data-set sheet; nothing where it is as it was issued.

    Args:
        book: the workbook.
        sheets: those of its sheets that have no table.
        layout: what the data set asks for.
        printed: the words that the workbook prints itself.
    """
    measures = layout.measures
    asked = [sheet for sheet in sheets if not measures.isdisjoint(chain.from_iterable(sheet.rows))]
    formulas = sheets_with_formulas(book.inspection, asked)
    if formulas and book.package is not None:
        mark_formulas(formulas, book.package)  # a formula without a result looks empty
    issued = 3 + len(layout.data_set.columns) + sum(1 + len(group.measures) for group in layout.data_set.groups)
    filled = [sheet for sheet in asked if sum(len(row) - row.count("") for row in sheet.rows) != issued]
    if not filled:
        return DataSetReading()
    reader = _Reader(layout, printed, Account(filled))
    for sheet in filled:
        reader.read(sheet)
    return reader.reading()


@dataclass(slots=True)
class _Columns:
    """Where labels, totals and notes stand on a sheet."""

    label: int
    total: int
    notes: int

    def value(self, row: Sequence[object], column: int) -> object:
        return row[column] if column < len(row) else ""


@dataclass
class _Reader:
    layout: Layout
    printed: PrintedWords
    account: Account
    _found: dict[str, DataSetCount] = field(default_factory=dict)
    _queries: list[Query] = field(default_factory=list)
    _days: dict[int, dt.date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        groups = self.layout.data_set.groups
        self._groups = {fold_label(measure): (group, measure) for group in groups for measure in group.measures}
        self._period = [measure for group in groups if group.kind == "period" for measure in group.measures]
        data_set = self.layout.data_set
        columns = (column.label for column in data_set.columns)
        own = (data_set.title, data_set.note, *columns, *(group.heading for group in groups))
        self._own = frozenset(map(fold, own))

    def read(self, sheet: SheetRows) -> None:
        columns = self._columns(sheet)
        for number, row in enumerate(sheet.rows):
            label = columns.value(row, columns.label)
            known = self._groups.get(fold_label(label)) if isinstance(label, str) and label else None
            self.account.row(sheet.name, number, self._fates(row, columns, is_measure=known is not None))
            if known is not None:
                self._line(sheet, number, columns, known)

    def _columns(self, sheet: SheetRows) -> _Columns:
        """By the header; where it is gone, beside the first measure."""
        wanted = [fold_label(column.label) for column in self.layout.data_set.columns[:3]]
        for row in sheet.rows:
            words = [fold_label(cell) if isinstance(cell, str) else "" for cell in row]
            if wanted[0] in words and wanted[1] in words:
                label, total = words.index(wanted[0]), words.index(wanted[1])
                return _Columns(label, total, words.index(wanted[2]) if wanted[2] in words else total + 1)
        label = next(at for row in sheet.rows for at, cell in enumerate(row) if cell in self.layout.measures)
        return _Columns(label, label + 1, label + 2)

    def _fates(self, row: Sequence[object], columns: _Columns, *, is_measure: bool) -> tuple[str, ...]:
        fates = {columns.label: LABEL, columns.total: READ, columns.notes: READ} if is_measure else {}
        return tuple(fates.get(at, self._printed(cell)) for at, cell in enumerate(row)) or (PRINTED,)

    def _printed(self, cell: object) -> str:
        if not isinstance(cell, str):
            return UNSETTLED
        return PRINTED if fold(cell) in self._own else self.printed.reason(cell) or UNSETTLED

    def _line(self, sheet: SheetRows, number: int, columns: _Columns, known: tuple[DataSetGroup, str]) -> None:
        group, measure = known
        row = sheet.rows[number]
        total, notes = columns.value(row, columns.total), columns.value(row, columns.notes)
        if is_empty(total) and is_empty(notes):
            return
        count = DataSetCount(
            group.heading,
            measure,
            CountState.WORDS,
            as_written=_plain(total),
            notes=_plain(notes),
            sheet=sheet.name,
            cell=cell_at(number, columns.total),
        )
        if measure in self._found:
            self._ask("data-set-repeated", count)
            self.account.query_row(sheet.name, number)
            return
        if group.kind == "period":
            self._day(count, total)
        elif group.kind == "counts":
            state, value = read_total(total)
            count = replace(count, state=state, value=value)
            if state is CountState.UNREADABLE:
                self._ask("data-set-unreadable", count)
        self._found[measure] = count

    def _day(self, count: DataSetCount, value: object) -> None:
        day = read_date(value)
        if day is not None:
            self._days[self._period.index(count.measure)] = day
        elif not is_empty(value):
            self._ask("data-set-period-unreadable", count, field=count.measure.lower())

    def _ask(self, code: str, count: DataSetCount, **details: str) -> None:
        told = {"found": count.as_written, "field": count.measure, **details}
        self._queries.append(query(code, sheet=count.sheet, cell=count.cell, expected="a whole number", **told))

    def reading(self) -> DataSetReading:
        first, last = self._days.get(0), self._days.get(1)
        self.account.covered_by(self._queries)
        queries = (*self._queries, *self.account.settle())
        counts = tuple(replace(count, first_day=first, last_day=last) for count in self._in_order())
        return DataSetReading(counts, queries, self.account.count())

    def _in_order(self) -> Iterable[DataSetCount]:
        """As the layout lists the measures, whatever order the sender put them into."""
        return (self._found[measure] for _, measure in self._groups.values() if measure in self._found)


def _plain(value: object) -> str:
    return "" if is_empty(value) else without_unshown(as_text(value))
