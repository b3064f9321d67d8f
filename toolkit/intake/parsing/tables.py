"""The rows of a standard's table, wherever on whichever sheet it stands, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from toolkit.intake.parsing.text import as_text, column_letters, fold, is_empty
from toolkit.intake.queries import query
from toolkit.layouts import HeaderMatch, find_header, read_line, read_reference, speaks_of_rating

if TYPE_CHECKING:
    from toolkit.intake.parsing.sheets import Rows, SheetRows
    from toolkit.layouts import Layout, PrintedLine
    from toolkit.records import Query

ANSWERS = ("rating", "evidence", "action", "lead", "target_date")
_FEWEST_SIDE_BY_SIDE = 4
"""Columns that make a second table beside the first, rather than a second word for the same column."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """Other columns that could be the rating's.

    `twins` have the printed header too; `named` have another word for it; `unnamed` have a header that says nothing to
    us, and matter only where the printed one is gone.
    """

    twins: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    unnamed: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.twins or self.named or self.unnamed)


_NO_RIVALS = Rivals()


@dataclass(slots=True)  # not frozen: there are thousands, and a frozen one takes three times as long to make
class TableRow:
    """One row of a table as it stands on the sheet: `row` counts from 0, `columns` maps a field to its column.

    `above` is True where it stands above the sheet's first header, among the words printed there.
    """

    sheet: str
    row: int
    columns: dict[str, int]
    cells: list[Any]
    rivals: Rivals = _NO_RIVALS
    above: bool = False

    def value(self, field: str) -> Any:  # noqa: ANN401 - a cell holds whatever the sender put there
        """What stands in a field's cell, `""` where the table has no such column."""
        column = self.columns.get(field)
        return self.cells[column] if column is not None else ""

    def cell(self, field: str) -> str:
        """The cell of a field as the sender sees it, such as `D7`; the reference's where there is no such column."""
        return f"{column_letters(self.columns.get(field, self.columns['criterion']))}{self.row + 1}"

    @property
    def is_answered(self) -> bool:
        """Whether any answer cell has something in it."""
        return any(not is_empty(self.value(name)) for name in ANSWERS)

    def first_answer(self) -> tuple[str, str]:
        """The first answer that is there: its text and its cell."""
        for name in ANSWERS:
            if not is_empty(self.value(name)):
                return as_text(self.value(name)), self.cell(name)
        return "", self.cell("criterion")


@dataclass(frozen=True, slots=True)
class SheetTable:
    """What one sheet has of a table: rows around its header or headers, and queries on what stands beside them.

    `lines` are the printed lines that say whose sheet it is, each with its cell. `headers` maps the row of each header
    to its columns of the table. `beside` is True for a second or third table on the same sheet.
    """

    sheet: str
    rows: tuple[TableRow, ...]
    queries: tuple[Query, ...]
    lines: tuple[tuple[PrintedLine, str], ...] = ()
    headers: dict[int, frozenset[int]] = field(default_factory=dict)
    beside: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    """The columns of one table, for as long as its header holds."""

    columns: dict[str, int]
    rivals: Rivals

    @property
    def all_columns(self) -> tuple[int, ...]:
        """Every column that is the table's."""
        return (*self.columns.values(), *self.rivals.twins)


Lines = list[tuple["PrintedLine", int]]
"""Printed lines of a row, each with its column."""
_MOST_ABOVE, _LONGEST_ABOVE = 1000, 500


@dataclass(frozen=True, slots=True)
class KnownHeaders:
    """Rows that were looked at: what each is as a header; which lines are printed in those above one, None if more is.

    The rows above a header may be remembered beyond a workbook: they are few, and never more than a thousand.
    """

    headers: dict[tuple[Any, ...], HeaderMatch | None] = field(default_factory=dict)
    above: dict[tuple[Any, ...], Lines | None] = field(default_factory=dict)

    def remember(self, row: tuple[Any, ...], lines: Lines | None) -> None:
        """Remember what is printed in a row above a header."""
        if len(self.above) >= _MOST_ABOVE:
            self.above.clear()
        self.above[row] = lines


def read_tables(sheet: SheetRows, layout: Layout, known: KnownHeaders | None = None) -> tuple[SheetTable, ...]:
    """The tables of a sheet; several where they stand side by side, none where there is no header.

    A second header further down starts a second table; rows above the first header belong to that header, as they do
    when somebody has sorted the sheet with its header.

    Args:
        sheet: the sheet.
        layout: what headers are called.
        known: the headers of other sheets of the workbook, so that the same header is understood once.
    """
    known = KnownHeaders() if known is None else known
    issued = _as_issued(sheet, layout, known)
    return search_tables(sheet, layout, known) if issued is None else (issued,)


def _as_issued(sheet: SheetRows, layout: Layout, known: KnownHeaders) -> SheetTable | None:
    """The table of a sheet that is built as it was issued; None where it may be otherwise, and must be searched.

    All columns and no other are there, the one header stands where it was issued, only printed words above it and
    only rows with references below.
    """
    rows, at = sheet.rows, layout.table.header_row
    header = _header(rows[at], layout, known) if len(rows) > at else None
    if header is None or header.also or not len(header.columns) == len(layout.columns) == len(rows[at]):
        return None
    if header.columns["rating"] not in header.printed:
        return None
    columns, label = header.columns, header.columns["criterion"]
    lines: list[tuple[PrintedLine, str]] = []
    for number, cells in enumerate(rows[:at]):
        printed = _printed_above(cells, label, layout, known)
        if printed is None:
            return None
        lines.extend((line, f"{column_letters(column)}{number + 1}") for line, column in printed)
    below: list[TableRow] = []
    for number in range(at + 1, len(rows)):
        cells = rows[number]
        if _begins_row(cells[label]):
            below.append(TableRow(sheet.name, number, columns, cells))
        elif cells.count("") < len(cells):
            return None
    return SheetTable(sheet.name, tuple(below), (), tuple(lines), {at: frozenset(columns.values())})


def _printed_above(cells: list[Any], label: int, layout: Layout, known: KnownHeaders) -> Lines | None:
    """The printed lines in a row above the header; None where more stands in it than is printed there.

    Looked up where the same row of texts has been met before: it is the same in many workbooks.
    """
    key = (label, *cells)
    if key in known.above:
        return known.above[key]
    there = _filled(cells)
    has_more = (
        _begins_row(cells[label])
        or (len(there) >= len(layout.table.required) and layout.may_have_header(cells))
        or _may_be_an_answer(cells[label], there, _back(layout))
    )
    found = None if has_more else _lines(there)
    if all(isinstance(cell, str) and len(cell) <= _LONGEST_ABOVE for cell in cells):  # texts: 1 is True to a dictionary
        known.remember(key, found)
    return found


def search_tables(sheet: SheetRows, layout: Layout, known: KnownHeaders) -> tuple[SheetTable, ...]:
    """What `read_tables` gives, whatever has become of the sheet."""
    header = _find_header(sheet.rows, layout, known)
    if header is None:
        return ()
    windows = _windows(header, sheet.rows, header.row, layout)
    tables: list[list[TableRow]] = [[] for _ in windows]
    queries = list(_missing_columns(sheet.name, header, layout))
    lines: list[tuple[PrintedLine, str]] = []
    headers: dict[int, frozenset[int]] = {}
    beside = _beside(windows, sheet.rows)
    strays: dict[int, list[int]] = {}
    above, back, fewest = True, _back(layout), len(layout.table.required)
    label = header.columns["criterion"]
    for number, cells in enumerate(sheet.rows):
        there = _filled(cells) if above else []
        if not _begins_row(cells[label]):
            filled = len(cells) - cells.count("")
            if not filled:
                continue
            again = _header(cells, layout, known) if filled >= fewest else None
            if again is not None:
                windows, label, above = _windows(again, sheet.rows, number, layout), again.columns["criterion"], False
                beside = _beside(windows, sheet.rows)
                headers[number] = frozenset(column for window in windows for column in window.all_columns)
                continue
            lines.extend((line, f"{column_letters(column)}{number + 1}") for line, column in _lines(_filled(cells)))
        for place, window in enumerate(windows):
            if not above or _may_be_an_answer(cells[window.columns["criterion"]], there, back):
                row = TableRow(sheet.name, number, window.columns, cells, window.rivals, above)
                tables[min(place, len(tables) - 1)].append(row)
        for column in () if above else beside:
            if not is_empty(cells[column]):
                strays.setdefault(column, []).append(number)
    queries.extend(_stray(sheet, header.row, column, numbers) for column, numbers in strays.items())
    first, *others = tables
    return (
        SheetTable(sheet.name, tuple(first), tuple(queries), tuple(lines), headers),
        *(SheetTable(sheet.name, tuple(rows), (), beside=True) for rows in others),
    )


def _begins_row(reference: object) -> bool:
    """Whether a cell begins as the reference of a row does; what does not may be one, too."""
    return isinstance(reference, str) and reference[:1].isdigit()


def _filled(cells: list[Any]) -> list[tuple[int, Any]]:
    """The cells of a row that hold anything, each with its column."""
    return [(column, cell) for column, cell in enumerate(cells) if cell != ""]


def _back(layout: Layout) -> str:
    return fold(f"Back to {layout.sheets.cover}")


def _find_header(rows: Rows, layout: Layout, known: KnownHeaders) -> HeaderMatch | None:
    """The sheet's best header. A complete one where it was issued cannot be bettered, and spares a look at the rest."""
    if not layout.may_have_header(chain.from_iterable(rows)):
        return None
    best: HeaderMatch | None = None
    row = 0
    fewest, issued, complete = len(layout.table.required), layout.table.header_row, len(layout.columns)
    for number, cells in enumerate(rows):
        if len(cells) - cells.count("") >= fewest:
            match = _header(cells, layout, known)
            if match is not None and (best is None or len(match.columns) > len(best.columns)):
                best, row = match, number
        if number == issued and best is not None and len(best.columns) == complete:
            break
    return None if best is None else HeaderMatch(row, best.columns, best.also, best.printed)


def _header(cells: list[Any], layout: Layout, known: KnownHeaders) -> HeaderMatch | None:
    """What a row is as a header, as if it were a sheet's first, looked up where the same row has been met before."""
    key = tuple(cells)
    if key not in known.headers:
        known.headers[key] = find_header([cells], layout)
    return known.headers[key]


def _windows(header: HeaderMatch, rows: Rows, number: int, layout: Layout) -> tuple[_Window, ...]:
    """The table under a header; two or more where the same row has the headers of tables side by side."""
    cells = rows[number]
    starts = sorted({header.columns["criterion"], *header.also.get("criterion", ())})
    if len(starts) > 1:
        ends = [*starts[1:], len(cells)]
        starts[0] = 0
        parts = [
            find_header([[""] * start + list(cells[start:end])], layout)
            for start, end in zip(starts, ends, strict=True)
        ]
        found = [part for part in parts if part is not None and len(part.columns) >= _FEWEST_SIDE_BY_SIDE]
        if len(found) == len(starts):
            return tuple(
                _window(part, cells, rows[number + 1 :], range(start, end))
                for part, start, end in zip(found, starts, ends, strict=True)
            )
    return (_window(header, cells, rows[number + 1 :] if header.also else [], range(len(cells))),)


def _window(header: HeaderMatch, cells: list[Any], below: Rows, columns: range) -> _Window:
    """One table's columns. Of two columns with the printed header of the rating, one with nothing in it is none."""
    own, also = header.columns["rating"], header.also.get("rating", ())
    if own in header.printed:
        if not also:
            return _Window(header.columns, _NO_RIVALS)
        printed = [c for c in (own, *also) if c in header.printed]
        first = next((c for c in printed if any(not is_empty(row[c]) for row in below)), own)
        twins = tuple(c for c in printed if c != first)
        named = tuple(c for c in also if c not in printed and speaks_of_rating(cells[c]))
        return _Window({**header.columns, "rating": first}, Rivals(twins, named))
    known = {*header.columns.values(), *(column for places in header.also.values() for column in places)}
    return _Window(header.columns, Rivals((), also, tuple(column for column in columns if column not in known)))


def _may_be_an_answer(criterion: object, there: list[tuple[int, Any]], back: str) -> bool:
    """Whether a row above the header is more than one of the lines that are printed there."""
    if len(there) <= 1 and is_empty(criterion):
        return False
    filled = [cell for _, cell in there if not is_empty(cell)]
    if len(filled) > 1:
        return not any(isinstance(cell, str) and fold(cell) == back for cell in filled)
    return bool(filled) and read_reference(criterion) is not None


def _lines(there: list[tuple[int, Any]]) -> Lines:
    """The printed lines in a row, each with its column."""
    return [
        (line, column)
        for column, cell in there
        if isinstance(cell, str) and "|" in cell and (line := read_line(cell)) is not None
    ]


def _beside(windows: tuple[_Window, ...], rows: Rows) -> tuple[int, ...]:
    known = {column for window in windows for column in window.all_columns}
    return tuple(column for column in range(len(rows[0])) if column not in known)


def _missing_columns(sheet: str, header: HeaderMatch, layout: Layout) -> list[Query]:
    return [
        query("column-missing", sheet=sheet, expected=column.label, field=column.label.casefold())
        for column in layout.columns
        if column.answer and column.field not in header.columns
    ]


def _stray(sheet: SheetRows, header_row: int, column: int, numbers: list[int]) -> Query:
    """One query for a column that is not the workbook's, at its first cell, with what stands there."""
    letters = column_letters(column)
    title = as_text(sheet.rows[header_row][column]) or as_text(sheet.rows[numbers[0]][column])
    count = "1 cell was" if len(numbers) == 1 else f"{len(numbers)} cells were"
    return query(
        "column-not-read", sheet=sheet.name, cell=f"{letters}{numbers[0] + 1}", found=title, column=letters, count=count
    )
