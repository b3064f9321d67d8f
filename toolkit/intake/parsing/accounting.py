"""What became of every filled cell: read, ignored with a reason, or covered by a query; nothing is left over.

The account counts from the rows as they were opened, not from what a reader says it has seen. Readers tell it what they
did with a row or a cell; whatever nobody has accounted for becomes a query, so the totals add up by construction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain, repeat, zip_longest
from typing import TYPE_CHECKING

from toolkit.intake.parsing.places import listed, place_of
from toolkit.intake.parsing.text import as_text, is_empty
from toolkit.intake.queries import query
from toolkit.records import CellCount

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.records import Query

READ = "read"
QUERIED = "queried"
NOTHING_SHOWN = "nothing that can be seen"
"""Why a cell counts as ignored that holds only spaces."""
UNSETTLED = ""
"""Nobody has said what became of the cell."""
_NOBODY_SAID = (UNSETTLED,)


class Account:
    """The cells of some sheets and what became of each.

    A cell's fate is `READ`, `QUERIED`, or a reason for which it was ignored, in words such as "heading". What is said
    of a cell goes before what is said of its row; what is said later, before what was said earlier.
    """

    def __init__(self, sheets: Iterable[SheetRows]) -> None:
        self._sheets = {sheet.name: sheet for sheet in sheets}
        self._rows: dict[str, dict[int, tuple[str, ...]]] = {name: {} for name in self._sheets}
        self._cells: dict[str, dict[int, dict[int, str]]] = {name: {} for name in self._sheets}

    def row(self, sheet: str, row: int, fates: tuple[str, ...]) -> None:
        """Say what became of a whole row, column by column; columns beyond the last fate share that one.

        Cheap: the fates of one table's rows can be one tuple.
        """
        self._rows[sheet][row] = fates

    def has(self, sheet: str) -> bool:
        """Whether the sheet is one of those that are accounted for."""
        return sheet in self._sheets

    def knows(self, sheet: str, row: int) -> bool:
        """Whether anybody has said what became of a row as a whole."""
        return row in self._rows[sheet]

    def cell(self, fate: str, sheet: str, row: int, column: int) -> None:
        """Say what became of a cell: `READ`, `QUERIED`, `UNSETTLED`, or why it was ignored.

        Rows and columns count from 0. What is said of sheets without an account is let pass.
        """
        if sheet in self._cells:
            self._cells[sheet].setdefault(row, {})[column] = fate

    def read(self, sheet: str, row: int, column: int) -> None:
        """A cell's value is in the return."""
        self.cell(READ, sheet, row, column)

    def ignore(self, reason: str, sheet: str, row: int, column: int) -> None:
        """A cell is none of the answers, for a reason such as "heading"."""
        self.cell(reason, sheet, row, column)

    def ignore_row(self, reason: str, sheet: str, row: int) -> None:
        """None of a row's cells is an answer."""
        if sheet in self._rows:
            self._rows[sheet][row] = (reason,)

    def query(self, sheet: str, row: int, column: int) -> None:
        """A cell is covered by a query."""
        self.cell(QUERIED, sheet, row, column)

    def query_row(self, sheet: str, row: int) -> None:
        """All of a row's cells are covered by a query."""
        if sheet in self._rows:
            self._rows[sheet][row] = (QUERIED,)
            self._cells[sheet].pop(row, None)

    def unsettle(self, sheet: str, row: int, column: int) -> None:
        """A cell is not what its row was said to be; unless somebody settles it, it becomes a query."""
        self.cell(UNSETTLED, sheet, row, column)

    def covered_by(self, queries: Iterable[Query]) -> None:
        """Count every cell that a query names as covered by it."""
        for each in queries:
            if each.sheet in self._cells and (place := place_of(each.cell)) is not None:
                self.cell(QUERIED, each.sheet, *place)

    def settle(self) -> tuple[Query, ...]:
        """A query for each sheet that has cells which nobody has accounted for; they count as covered by it."""
        queries = []
        for name, sheet in self._sheets.items():
            left = self._unsettled(sheet)
            for row, column in left:
                self.cell(QUERIED, name, row, column)
            if left:
                row, column = left[0]
                queries.append(
                    query(
                        "cell-not-read",
                        sheet=name,
                        cell=listed(left[:1]),
                        found=as_text(sheet.rows[row][column]),
                        count="1 cell was" if len(left) == 1 else f"{len(left)} cells were",
                        of=listed(left),
                    )
                )
        return tuple(queries)

    def count(self) -> CellCount:
        """How many cells are filled, and what became of them; call it when all is settled.

        Rows that share their fates are counted together, column by column.
        """
        totals: Counter[str] = Counter()
        alike: dict[tuple[str, ...], list[Sequence[object]]] = defaultdict(list)
        for name, sheet in self._sheets.items():
            rows, cells = self._rows[name], self._cells[name]
            for number, values in enumerate(sheet.rows):
                fates = rows.get(number, _NOBODY_SAID)
                if number in cells or UNSETTLED in fates:
                    totals.update(self._fates(name, number, values))
                elif len(fates) == 1:
                    totals[fates[0]] += len(values) - values.count("")
                else:
                    alike[fates].append(values)
        for fates, together in alike.items():
            by_column = zip(chain(fates, repeat(fates[-1])), zip_longest(*together, fillvalue=""), strict=False)
            for fate, column in by_column:
                totals[fate] += len(column) - column.count("")
        filled = totals.total()
        read, queried = totals.pop(READ, 0), totals.pop(QUERIED, 0) + totals.pop(UNSETTLED, 0)
        ignored = sorted((fate, number) for fate, number in totals.items() if number)
        return CellCount(filled, read, tuple(ignored), queried)

    def _fates(self, name: str, number: int, values: Sequence[object]) -> list[str]:
        return [self._fate(name, number, column, value) for column, value in enumerate(values) if value != ""]

    def _fate(self, name: str, row: int, column: int, value: object) -> str:
        fates = self._rows[name].get(row, _NOBODY_SAID)
        fate = fates[column] if column < len(fates) else fates[-1]
        fate = self._cells[name].get(row, {}).get(column, fate)
        return fate or (NOTHING_SHOWN if is_empty(value) else UNSETTLED)

    def _unsettled(self, sheet: SheetRows) -> list[tuple[int, int]]:
        rows, cells = self._rows[sheet.name], self._cells[sheet.name]
        return [
            (number, column)
            for number, values in enumerate(sheet.rows)
            if number in cells or UNSETTLED in rows.get(number, _NOBODY_SAID)
            for column, value in enumerate(values)
            if value != "" and not self._fate(sheet.name, number, column, value)
        ]
