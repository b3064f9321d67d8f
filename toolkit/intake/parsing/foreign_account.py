"""What became of every filled cell of the sheets with a table that is not ours; nothing is lost in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.intake.parsing.text import as_text, column_letters, is_empty
from toolkit.intake.queries import query
from toolkit.layouts import RATING_FIELDS, fold_label
from toolkit.records import CellCount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.intake.parsing.foreign_tables import ForeignRow, ForeignTable
    from toolkit.records import Query

READ, QUERIED = "read", "queried"
"""How a cell ended; anything else is the reason for which it was ignored."""
_READ_FIELDS = ("criterion", "summary", *RATING_FIELDS, "evidence", "action", "lead", "target_date")


@dataclass(slots=True)
class Account:
    """The filled cells of the sheets with a table, each with how it ended."""

    tables: tuple[ForeignTable, ...]
    fates: dict[tuple[str, int, int], str] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)

    def mark(self, sheet: str, row: int, column: int, fate: str) -> None:
        """How a cell ended; what was said first stays, but for a query."""
        if fate == QUERIED:
            self.fates[sheet, row, column] = fate
        else:
            self.fates.setdefault((sheet, row, column), fate)

    def mark_all(self, cells: dict[str, set[tuple[int, int]]], fate: str) -> None:
        """The same for many cells, by sheet."""
        for sheet, places in cells.items():
            for row, column in places:
                self.mark(sheet, row, column, fate)

    def row(self, row: ForeignRow, fate: str) -> None:
        """What a row's cells came to; columns that are not read are for `settle`."""
        for name in _READ_FIELDS:
            for column in row.header.columns_of(name):
                self.mark(row.row.sheet, row.row.row, column, fate)

    def settle(self) -> CellCount:
        """The count; a query for every column and every place in which something was left over."""
        filled: Counter[str] = Counter()
        for table in self.tables:
            if not table.headers:
                continue
            self._printed(table)
            left = [place for place in _filled(table) if (table.sheet.name, *place) not in self.fates]
            self._left_over(table, left)
            filled.update(self.fates[table.sheet.name, row, column] for row, column in _filled(table))
        ignored = tuple(sorted((why, number) for why, number in filled.items() if why not in {READ, QUERIED}))
        return CellCount(filled.total(), filled[READ], ignored, filled[QUERIED])

    def _printed(self, table: ForeignTable) -> None:
        """Headers and banners; columns that the layout knows and does not read; what stands above the table."""
        first = table.headers[0].rows[0]
        heads = table.header_rows
        for row, column in _filled(table):
            header = table.header_of(row)
            if row in heads:
                self.mark(table.sheet.name, row, column, "header")
            elif row in table.banners:
                self.mark(table.sheet.name, row, column, "banner")
            elif header is not None and column in header.ignored:
                self.mark(table.sheet.name, row, column, f"column {fold_label(header.labels[column])}")
            elif row < first:
                self.mark(table.sheet.name, row, column, "above the table")

    def _left_over(self, table: ForeignTable, left: Iterable[tuple[int, int]]) -> None:
        by_column: dict[int, list[int]] = {}
        for row, column in left:
            by_column.setdefault(column, []).append(row)
            self.mark(table.sheet.name, row, column, QUERIED)
        for column, rows in by_column.items():
            header = table.header_of(rows[0]) or table.headers[0]
            letters, first = column_letters(column), table.sheet.rows[rows[0]][column]
            self.queries.append(
                query(
                    "column-undeclared",
                    sheet=table.sheet.name,
                    cell=f"{letters}{rows[0] + 1}",
                    found=header.labels.get(column, "") or as_text(first),
                    column=letters,
                    count="1 cell was" if len(rows) == 1 else f"{len(rows)} cells were",
                )
            )


def _filled(table: ForeignTable) -> Iterable[tuple[int, int]]:
    for number, cells in enumerate(table.sheet.rows):
        for column, cell in enumerate(cells):
            if not is_empty(cell):
                yield number, column
