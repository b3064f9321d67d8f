"""Where a number stands: a table's row and column by what somebody calls them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.errors import ReportError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolkit.document import Basis, Table

_NAMED = 12
"""How many rows a message names."""


def find_row(name: str, table: Table, basis: Basis, wanted: Sequence[str]) -> int:
    """The row of which every wanted text is (or begins) a header, or another cell that says which row it is.

    Raises:
        ReportError: there is no such row, or several.
    """
    keys = {column for column, _ in basis.rows}
    places = [at for at, column in enumerate(table.columns) if column.name in keys or at < table.row_headers]
    found = set(range(len(table.rows)))
    for text in wanted:
        found &= _best([[str(row[at]) for at in places] for row in table.rows], text)
    if len(found) == 1:
        return found.pop()
    words = " and ".join(map(repr, wanted))
    labels = [row_label(table, basis, line) for line in sorted(found) or range(len(table.rows))]
    known = "; ".join(labels[:_NAMED]) + ("; ..." if len(labels) > _NAMED else "")
    if found:
        raise ReportError(f"{name!r} has {len(found)} rows {words}; give --row more of it, or twice: {known}.")
    raise ReportError(f"{name!r} has no row {words}; it has {known or 'none'}.")


def find_column(table: Table, wanted: str) -> int:
    """The column whose heading is or begins with a text.

    Raises:
        ReportError: there is no such column, or several.
    """
    found = _best([[column.name] for column in table.columns], wanted)
    if len(found) != 1:
        known = "; ".join(column.name for column in table.columns)
        many = "several columns" if found else "no column"
        raise ReportError(f"{table.caption!r} has {many} {wanted!r}; it has {known}.")
    return found.pop()


def row_label(table: Table, basis: Basis, line: int) -> str:
    """What says which row it is: "Dudley, 5"."""
    names = [column.name for column in table.columns]
    said = [names.index(column) for column, _ in basis.rows] or [0]
    return ", ".join(str(table.rows[line][at]) for at in said)


def _best(each: list[list[str]], wanted: str) -> set[int]:
    """The places of those with a text that is the wanted one; else begins with it and a blank; else begins with it."""
    texts = _forms(wanted)
    tests: tuple[Callable[[str, str], bool], ...] = (
        str.__eq__,
        lambda text, start: text.startswith(f"{start} "),
        str.startswith,
    )
    for test in tests:
        found = {
            at
            for at, names in enumerate(each)
            if any(test(form, text) for name in names for form in _forms(name) for text in texts)
        }
        if found:
            return found
    return set()


def _forms(text: str) -> set[str]:
    """The text in small letters, and without "Standard", "S" or "Tier" before a number."""
    plain = " ".join(text.casefold().split())
    return {plain, re.sub(r"^(?:standard |tier |s)(?=\d)", "", plain)}
