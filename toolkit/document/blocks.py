"""The blocks of a document. Text in a block is data: never Markdown, never HTML."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from math import isfinite
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from toolkit.document.basis import Basis

Cell = str | int | float | None
"""A table cell's value: text, a count, a share (0 to 1) or difference, or None for "nothing to show"."""

Format = Literal["text", "count", "share", "points", "number"]
"""How a column prints: text; whole number; share 0 to 1 as a percentage; signed percentage points; two decimals."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The head of a document: title, subtitle and labelled facts such as cycle, data cut, marking, contact."""

    title: str
    subtitle: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    marking: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading, level 2 to 4 (level 1 is the cover's title)."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of short texts."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One headline figure: what it is, its value as printed ("62%"), and its count and denominator in words.

    `code` is the short code that is printed small beside it, by which it can be traced; empty where there is none.
    `basis` says what it is made of; it is never printed.
    """

    label: str
    value: str
    detail: str = ""
    code: str = ""
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A row of headline figures."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: heading and how its cells print."""

    name: str
    format: Format = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption, one header row, and its first `row_headers` columns as row headers.

    `empty` is the sentence shown instead when there are no rows. `missing` is printed for a cell that is None.
    `code` and `basis` are as in KeyFigure.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_headers: int = 1
    notes: tuple[str, ...] = ()
    empty: str = "Nothing to show."
    missing: str = "–"
    code: str = ""
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart: a title that states its message, alternative text made from its data, and the picture as SVG text.

    `svg` is written by `toolkit.figures` alone and never contains text from a return that is not escaped. `table` is
    the chart's data, printed nearby. `code` and `basis` are as in KeyFigure; the table has the same code and
    goes by its chart's basis.
    """

    title: str
    alt: str
    svg: str
    table: Table | None = None
    note: str = ""
    code: str = ""
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence set apart: information, or a warning such as "synthetic data"."""

    text: str
    kind: Literal["information", "warning"] = "information"


Block = Cover | Heading | Text | Items | KeyFigures | Table | Figure | Note


def cell_text(value: Cell, column: Column, missing: str = "–") -> str:
    """A cell as every form prints it, so that forms cannot differ: 0.615 as "62%", 0.041 points as "+4.1 points".

    Halves round away from zero, so that 1 of 8 prints as "13%"; a difference that rounds to nothing is "0.0 points".
    """
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return missing
    if isinstance(value, str):
        return value
    match column.format:
        case "share":
            text = f"{_rounded(value, 0, shift=2):,}%"
        case "points":
            points = _rounded(value, 1, shift=2)
            text = f"{points:+,} points" if points else "0.0 points"
        case "number":
            text = f"{_rounded(value, 2):,}"
        case "count" if isinstance(value, float):
            text = f"{_rounded(value, 0):,}"
        case _:
            text = f"{value:,}" if isinstance(value, int) else f"{value:,.12g}"
    return text


def _rounded(value: float, places: int, shift: int = 0) -> Decimal:
    """The value times 10 to the `shift` as a reader would round it, never a negative zero.

    Twelve digits are taken first, so that 28.499999999999996 is 28.5.
    """
    with localcontext(prec=400):  # more digits than the largest float has
        exact = Decimal(f"{value:.12g}").scaleb(shift).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return exact or abs(exact)
