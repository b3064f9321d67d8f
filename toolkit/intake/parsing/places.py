"""Places of cells as senders see them: `D7` from row and column, and back; many of them in few words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.intake.parsing.text import column_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_LONGEST_LIST = 12


def place_of(cell: str) -> tuple[int, int] | None:
    """Row and column, counted from 0, of a cell such as `D7`; None where it is no place of one cell."""
    match = _CELL.fullmatch(cell)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def cell_at(row: int, column: int) -> str:
    """The cell at a row and a column, counted from 0, as its sender sees it."""
    return f"{column_letters(column)}{row + 1}"


def listed(places: Sequence[tuple[int, int]]) -> str:
    """Cells in few words: neighbours in a row or a column as a run (`B3:E3`), a long list cut short."""
    runs = _runs(sorted(places))
    names = [cell_at(*first) if first == last else f"{cell_at(*first)}:{cell_at(*last)}" for first, last in runs]
    more = f" and {len(names) - _LONGEST_LIST} more" if len(names) > _LONGEST_LIST else ""
    return ", ".join(names[:_LONGEST_LIST]) + more


def _runs(places: Sequence[tuple[int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Runs along rows, then those of one cell each along columns, by their first cells."""
    along: list[list[tuple[int, int]]] = []
    for row, column in places:
        if along and along[-1][-1] == (row, column - 1):
            along[-1].append((row, column))
        else:
            along.append([(row, column)])
    found = [(run[0], run[-1]) for run in along if len(run) > 1]
    down: list[list[tuple[int, int]]] = []
    for row, column in sorted((run[0] for run in along if len(run) == 1), key=lambda place: (place[1], place[0])):
        if down and down[-1][-1] == (row - 1, column):
            down[-1].append((row, column))
        else:
            down.append([(row, column)])
    return sorted([*found, *((run[0], run[-1]) for run in down)])
