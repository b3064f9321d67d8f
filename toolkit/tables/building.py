"""Frames to tables: shares with count and denominator, ratings, returns, two-way tables, and lists of anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.document import RATING_WORDS, Column, cell, no_share, share_of, span_of, tabulate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from toolkit.document import Basis, ColumnSpec, Table


def table(
    caption: str,
    frame: pd.DataFrame,
    columns: Sequence[ColumnSpec],
    *,
    row_headers: int = 1,
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
    basis: Basis | None = None,
) -> Table:
    """Any frame as a table: `columns` are (frame column, heading) or (frame column, heading, format).

    Formats are "text", "count", "share" (0 to 1), "points" (a difference of shares), "number". Raises KeyError where
    the frame has no such column. Here and below, `basis` is what the table is made of, by which it can be traced.
    """
    records = _records(frame[list(dict.fromkeys(spec[0] for spec in columns))])
    return tabulate(caption, records, columns, row_headers=row_headers, notes=notes, empty=empty, basis=basis)


def share_table(
    caption: str,
    frame: pd.DataFrame,
    label: str,
    heading: str,
    *,
    met: str = "met",
    applicable: str = "applicable",
    share: str = "share",
    lower: str | None = "lower",
    upper: str | None = "upper",
    measure: str = "Share met",
    span: str = "Bounds",
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
    basis: Basis | None = None,
) -> Table:
    """Shares, always with count and denominator: the label, "Met", "Applicable", the share, and its bounds as text."""
    records = [
        {
            "label": record[label],
            "met": record[met],
            "applicable": record[applicable],
            "share": record[share],
            "span": span_of(_number(record, lower), _number(record, upper)),
        }
        for record in _records(frame)
    ]
    columns: list[ColumnSpec] = [
        ("label", heading),
        ("met", "Met", "count"),
        ("applicable", "Applicable", "count"),
        ("share", measure, "share"),
        ("span", span),
    ]
    shown = columns if lower is not None and upper is not None else columns[:-1]
    return tabulate(caption, records, shown, notes=notes, empty=empty, basis=basis)


def rating_table(
    caption: str,
    frame: pd.DataFrame,
    label: str,
    heading: str,
    *,
    words: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
    basis: Basis | None = None,
) -> Table:
    """How often each of the six ratings was given, one row per group, with the total; missing columns count 0."""
    named = {rating: (words or {}).get(rating, word) for rating, word in RATING_WORDS.items()}
    records = []
    for record in _records(frame):
        counts: dict[str, object] = {str(rating): _count(record, rating) for rating in named}
        total = sum(_count(record, rating) for rating in named)
        records.append({"label": record[label], "total": total} | counts)
    columns: list[ColumnSpec] = [
        ("label", heading),
        *((str(rating), word, "count") for rating, word in named.items()),
        ("total", "Responses", "count"),
    ]
    return tabulate(caption, records, columns, notes=notes, empty=empty, basis=basis)


def response_table(
    caption: str,
    frame: pd.DataFrame,
    label: str,
    heading: str,
    *,
    returned: str = "returned",
    expected: str = "expected",
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
    basis: Basis | None = None,
) -> Table:
    """Returns received and expected, one row per group, with the rate."""
    records = []
    for record in _records(frame):
        got, due = _count(record, returned), _count(record, expected)
        records.append({"label": record[label], "got": got, "due": due, "share": got / due if due else None})
    columns: list[ColumnSpec] = [
        ("label", heading),
        ("got", "Returned", "count"),
        ("due", "Expected", "count"),
        ("share", "Share returned", "share"),
    ]
    return tabulate(caption, records, columns, notes=notes, empty=empty, basis=basis)


def matrix_table(
    caption: str,
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    heading: str,
    *,
    met: str = "met",
    applicable: str = "applicable",
    share: str = "share",
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
    basis: Basis | None = None,
) -> Table:
    """A long frame as a two-way table of "62% (31 of 50)"; rows and columns in order of first appearance.

    A cell without a denominator says why: the frame's columns `asked` and `returned` tell whether anything was asked.
    """
    grid: dict[str, dict[str, str]] = {}
    for record in _records(frame):
        nothing = no_share(_count(record, "asked"), _count(record, "returned"))
        found = share_of(_number(record, share), _count(record, met), _count(record, applicable), nothing)
        grid.setdefault(str(record[rows]), {})[str(record[columns])] = found
    across = list(dict.fromkeys(column for line in grid.values() for column in line))
    keys = [f"column {place}" for place in range(len(across))]
    records = [
        {"row": name} | {key: line.get(column, "none asked") for key, column in zip(keys, across, strict=True)}
        for name, line in grid.items()
    ]
    shown: list[ColumnSpec] = [("row", heading), *zip(keys, across, strict=True)]
    return tabulate(caption, records, shown, notes=notes, empty=empty, basis=basis)


def action_table(
    caption: str,
    frame: pd.DataFrame,
    columns: Sequence[ColumnSpec],
    *,
    most: int = 20,
    rest: str = "toolkit export writes every response",
    notes: Sequence[str] = (),
    empty: str = "Nothing to show.",
    basis: Basis | None = None,
) -> Table:
    """The first `most` rows of a long list; a note says of how many they are, and `rest` where all are."""
    left = len(frame) - most
    more = f"The first {most} of {len(frame):,}{f'; {rest}' if rest else ''}." if left > 0 else ""
    found = [*([more] if more else []), *notes]
    return table(caption, frame.head(most), columns, notes=found, empty=empty, basis=basis)


def _records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    names = list(frame.columns)
    values = (frame[name].to_numpy(dtype=object).tolist() for name in names)  # texts one by one would be slow
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _number(record: dict[Any, Any], key: str | None) -> float | None:
    value = cell(record[key], Column("", "number")) if key is not None else None
    return float(value) if isinstance(value, int | float) else None


def _count(record: dict[Any, Any], key: str) -> int:
    value = cell(record.get(key), Column("", "count"))
    return value if isinstance(value, int) else 0
