"""A sheet as drafting looks at it: the text of every cell, and how a place is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class TextSheet:
    """One sheet: its name and the text of its cells from A1 on, `""` where a cell is empty; all rows equally long."""

    name: str
    rows: tuple[tuple[str, ...], ...]

    def filled(self) -> Iterator[tuple[int, int, str]]:
        """Row, column (from 0) and text of every cell that has something in it."""
        for number, row in enumerate(self.rows):
            for column, text in enumerate(row):
                if text:
                    yield number, column, text

    def place(self, row: int, column: int) -> str:
        """A cell as a person finds it, such as `Standard 1, D7`."""
        return f"{one_line(self.name)}, {xl_rowcol_to_cell(row, column)}"


def one_line(text: str, longest: int = _LONGEST) -> str:
    """A cell's text on one line without what cannot be printed, so that no text can leave the comment it stands in."""
    line = " ".join(printable(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def printable(text: str) -> str:
    """A text with a blank for whatever cannot be printed; labels are compared as if a blank stood there."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)
