"""What became of every filled cell of a file with the answers of several organisations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.intake.parsing.text import as_text, column_letters, is_empty
from toolkit.intake.queries import query
from toolkit.records import CellCount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.records import Query

_READ, _QUERIED = "", "?"
"""How a cell ended; everything else is the reason for which it was ignored."""


@dataclass(slots=True)
class Account:
    """Every filled cell of the sheets with answers, how it ended, and in which organisation's share it is.

    A cell that is about no one organisation (a reference, a title, a total) is in the share of the first, so that the
    shares add up to the file. The first fate that a cell is given stays, but for a query, which comes before all.
    """

    sheets: tuple[SheetRows, ...]
    fates: dict[tuple[str, int, int], tuple[str, str]] = field(default_factory=dict)

    def read(self, sheet: str, row: int, column: int, part: str = "") -> None:
        """The cell was read, for an organisation's part or, with "", for all."""
        self.fates.setdefault((sheet, row, column), (_READ, part))

    def ignored(self, sheet: str, row: int, column: int, why: str, part: str = "") -> None:
        """The cell was not read, and why not."""
        self.fates.setdefault((sheet, row, column), (why, part))

    def queried(self, sheet: str, row: int, column: int, part: str = "") -> None:
        """A query is about the cell."""
        self.fates[sheet, row, column] = (_QUERIED, part)

    def row_ignored(self, sheet: str, row: int, columns: Iterable[int], why: str, part: str = "") -> None:
        """Nothing in these columns of a row was read, and why not."""
        for column in columns:
            self.ignored(sheet, row, column, why, part)

    def left_over(self) -> tuple[Query, ...]:
        """A query for each sheet on the filled cells that nobody has accounted for, which it then accounts for."""
        found = []
        for sheet in self.sheets:
            left = [
                (row, column)
                for row, cells in enumerate(sheet.rows)
                for column, cell in enumerate(cells)
                if not is_empty(cell) and (sheet.name, row, column) not in self.fates
            ]
            for row, column in left:
                self.queried(sheet.name, row, column)
            if left:
                row, column = left[0]
                found.append(
                    query(
                        "cells-not-placed",
                        sheet=sheet.name,
                        cell=f"{column_letters(column)}{row + 1}",
                        found=as_text(sheet.rows[row][column]),
                        count="1 cell belongs" if len(left) == 1 else f"{len(left)} cells belong",
                    )
                )
        return tuple(found)

    def shares(self, parts: Iterable[str]) -> dict[str, CellCount]:
        """Each part's share; what belongs to none of them is in that of the first."""
        wanted = list(parts)
        fates: dict[str, Counter[str]] = {part: Counter() for part in wanted}
        filled = {
            (sheet.name, row, column)
            for sheet in self.sheets
            for row, cells in enumerate(sheet.rows)
            for column, cell in enumerate(cells)
            if not is_empty(cell)
        }
        for place in filled & self.fates.keys():
            fate, part = self.fates[place]
            fates[part if part in fates else wanted[0]][fate] += 1
        return {part: _count(found) for part, found in fates.items()}


def _count(fates: Counter[str]) -> CellCount:
    ignored = tuple(sorted((why, number) for why, number in fates.items() if why not in {_READ, _QUERIED}))
    return CellCount(fates.total(), fates[_READ], ignored, fates[_QUERIED])
