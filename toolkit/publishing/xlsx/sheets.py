"""The sheets of a document's workbook: one for each table, in the document's order, and the notes that they share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.document import Column, Figure, Heading, KeyFigures, Table, plain_text
from toolkit.publishing.xlsx.cells import NOT_APPLICABLE, SHORTHAND, Shown, number, shown, units, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.document import Block

KEY_FIGURES = "Key figures"
_LONGEST_NAME = 31
_LONGEST_HEADING = 255
_TOP_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, what stands above its table, and the table (column headings, which differ, and rows).

    `section` is where the table stands in the report; `chart` is the title of the chart that is drawn from it.
    """

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]
    section: str = ""
    chart: str = ""
    code: str = ""

    @property
    def shorthand(self) -> tuple[str, ...]:
        """The symbols that its cells use."""
        texts = {cell.value for row in self.rows for cell in row if isinstance(cell.value, str)}
        return tuple(symbol for symbol in SHORTHAND if symbol in texts)


@dataclass
class Notes:
    """The notes of a workbook, each with its number; the same text has the same number."""

    texts: list[str] = field(default_factory=list)

    def marks(self, texts: Iterable[str]) -> str:
        """The marks " [note 1] [note 2]" for these notes, which are kept."""
        marks = ""
        for text in texts:
            if text not in self.texts:
                self.texts.append(text)
            marks += f" [note {self.texts.index(text) + 1}]"
        return marks


def sheets_of(blocks: Iterable[Block], notes: Notes) -> list[Sheet]:
    """The document's tables, charts' tables and key figures as sheets; their notes go into `notes`."""
    found: list[Sheet] = []
    path: list[Heading] = []
    for block in blocks:
        if isinstance(block, Heading):
            path = [*(one for one in path if one.level < block.level), block]
        section = " – ".join(_line(one.text) for one in path)
        if isinstance(block, KeyFigures) and block.figures:
            found.append(_key_figures(block, len(found) + 1, section))
        elif isinstance(block, Table):
            found.append(_sheet(block, len(found) + 1, section, notes))
        elif isinstance(block, Figure) and block.table:
            found.append(_sheet(block.table, len(found) + 1, section, notes, block))
    return found


def _sheet(table: Table, place: int, section: str, notes: Notes, figure: Figure | None = None) -> Sheet:
    texts = [*([figure.note] if figure and figure.note else []), *table.notes]
    rows = [
        tuple(shown(value, column, table.missing) for value, column in zip(row, table.columns, strict=True))
        for row in table.rows
    ] or [(words(table.empty), *[Shown(NOT_APPLICABLE)] * (len(table.columns) - 1))]
    return Sheet(
        name=_name(place, table.caption),
        title=_line(table.caption) + notes.marks(texts),
        headings=_headings(table.columns),
        rows=tuple(rows),
        section=section,
        chart=_line(figure.title) if figure else "",
        code=table.code or (figure.code if figure else ""),
    )


def _key_figures(block: KeyFigures, place: int, section: str) -> Sheet:
    coded = any(figure.code for figure in block.figures)
    rows = tuple(
        (
            words(figure.label),
            number(figure.value),
            words(figure.detail),
            *([words(figure.code) if figure.code else Shown(NOT_APPLICABLE)] if coded else []),
        )
        for figure in block.figures
    )
    headings = ("Key figure", "Value", "Counts", *(["Figure code"] if coded else []))
    return Sheet(_name(place, KEY_FIGURES), KEY_FIGURES, headings, rows, section)


def _name(place: int, caption: str) -> str:
    """A sheet's name: its number and as many words of the caption as fit; letters and digits of any script only."""
    letters = "".join(letter if letter.isalnum() else " " for letter in plain_text(caption).replace("'", ""))
    name = f"{place}"
    for word in letters.split():
        if units(f"{name} {word}") > _LONGEST_NAME:
            break
        name += f" {word}"
    return name


def _headings(columns: Sequence[Column]) -> tuple[str, ...]:
    """Headings that differ from one another, as Excel's tables want them, whatever their case."""
    taken: set[str] = set()
    found = []
    for place, column in enumerate(columns, start=1):
        plain = _line(column.name)[: _LONGEST_HEADING - 10] or f"Column {place}"
        heading, times = plain, 1
        while heading.casefold() in taken or heading.lower() in taken:
            times += 1
            heading = f"{plain} ({times})"
        taken |= {heading.casefold(), heading.lower()}
        found.append(heading)
    return tuple(found)


def _line(text: str) -> str:
    return " ".join(plain_text(text).split())
