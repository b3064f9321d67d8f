"""Records to a Table: every value becomes a plain Python value, and what is not a number becomes None."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING, Any

from toolkit.document.blocks import Cell, Column, Format, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolkit.document.basis import Basis

ColumnSpec = tuple[str, str] | tuple[str, str, Format]
"""Where a column's values are (the record's key), its heading, and its format ("text" where none is given)."""


def tabulate(
    caption: str,
    records: Iterable[Mapping[Any, object]],
    columns: Sequence[ColumnSpec],
    *,
    row_headers: int = 1,
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
    missing: str = "–",
    basis: Basis | None = None,
) -> Table:
    """The records as a table with these columns, in this order. Raises KeyError where a record has no such key."""
    shown = tuple(Column(spec[1], spec[2] if len(spec) == 3 else "text") for spec in columns)  # noqa: PLR2004 - the spec's length
    rows = tuple(
        tuple(cell(record[spec[0]], column) for spec, column in zip(columns, shown, strict=True)) for record in records
    )
    return Table(
        caption,
        shown,
        rows,
        row_headers=row_headers,
        notes=tuple(notes),
        empty=empty,
        missing=missing,
        basis=basis,
    )


def cell(value: object, column: Column) -> Cell:
    """A cell's plain value for a column.

    numpy's numbers become int or float; None, NaN, NaT and pandas.NA become None; anything else its text.
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case numbers.Integral():
            return int(value)
        case numbers.Real():
            number = float(value)
            whole = column.format == "count"
            return None if not math.isfinite(number) else round(number) if whole else number
        case None:
            return None
        case _:
            text = str(value)
            return None if not isinstance(value, str) and text in {"<NA>", "NaT", "nan", "NaN"} else text
