"""The rows of a standard's table, wherever on whichever sheet it stands, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.intake.parsing.text import as_text, column_letters, is_empty
from toolkit.intake.queries import query
from toolkit.layouts import find_header, fold_label

if TYPE_CHECKING:
    from toolkit.intake.parsing.sheets import Rows, SheetRows
    from toolkit.layouts import HeaderMatch, Layout
    from toolkit.records import Query

ANSWERS = ("rating", "evidence", "action", "lead", "target_date")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table as it stands on the sheet: `row` counts from 0, `columns` maps a field to its column."""

    sheet: str
    row: int
    columns: dict[str, int]
    cells: list[Any]

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
        return any(not is_empty(self.value(field)) for field in ANSWERS)

    def first_answer(self) -> tuple[str, str]:
        """The first answer that is there: its text and its cell."""
        for field in ANSWERS:
            if not is_empty(self.value(field)):
                return as_text(self.value(field)), self.cell(field)
        return "", self.cell("criterion")


@dataclass(frozen=True, slots=True)
class SheetTable:
    """What one sheet has of a table: rows below its header or headers, and queries on what stands beside them."""

    sheet: str
    rows: tuple[TableRow, ...]
    queries: tuple[Query, ...]


def read_table(sheet: SheetRows, layout: Layout) -> SheetTable | None:
    """The table of a sheet, or None where it has none. A second header further down starts a second table."""
    header = _find_header(sheet.rows, layout)
    if header is None:
        return None
    rows: list[TableRow] = []
    queries = list(_missing_columns(sheet.name, header, layout))
    label = header.columns["criterion"]
    strays: dict[int, list[int]] = {}
    beside = _beside(header, sheet.rows)
    start = header.row
    for number in range(start + 1, len(sheet.rows)):
        cells = sheet.rows[number]
        reference = cells[label]
        if isinstance(reference, str) and fold_label(reference) in layout.headers:
            again = find_header([cells], layout)
            if again is not None:
                header, label, beside = again, again.columns["criterion"], _beside(again, sheet.rows)
                continue
        rows.append(TableRow(sheet.name, number, header.columns, cells))
        for column in beside:
            if not is_empty(cells[column]):
                strays.setdefault(column, []).append(number)
    queries.extend(_stray(sheet, start, column, numbers) for column, numbers in strays.items())
    return SheetTable(sheet.name, tuple(rows), tuple(queries))


def _find_header(rows: Rows, layout: Layout) -> HeaderMatch | None:
    """The sheet's best header. A complete one where it was issued cannot be bettered, and spares a look at the rest."""
    header = find_header(rows[: layout.table.header_row + 1], layout)
    return header if header and len(header.columns) == len(layout.columns) else find_header(rows, layout)


def _beside(header: HeaderMatch, rows: Rows) -> tuple[int, ...]:
    known = set(header.columns.values())
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
