"""The table of data sets in the record: the totals of each return that has any, to rows and back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from toolkit.records import CountState, DataSetCount
from toolkit.store.rows import text

if TYPE_CHECKING:
    import sqlite3

    from toolkit.records import Return

TABLE = """
CREATE TABLE data_sets (
    return_id INTEGER NOT NULL REFERENCES returns (return_id), position INTEGER NOT NULL,
    heading TEXT NOT NULL, measure TEXT NOT NULL, state TEXT NOT NULL, value INTEGER, as_written TEXT NOT NULL,
    notes TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL, first_day TEXT, last_day TEXT,
    PRIMARY KEY (return_id, position)
) WITHOUT ROWID
"""

COLUMNS = (
    "cycle",
    "organisation_id",
    "heading",
    "measure",
    "state",
    "value",
    "as_written",
    "notes",
    "sheet",
    "cell",
    "first_day",
    "last_day",
)
"""The columns of a snapshot's data sets, all text; `value` and the days are empty where there are none."""


def add_data_set(connection: sqlite3.Connection, return_id: int, return_: Return) -> None:
    """Add a return's data set; to be called within the transaction that adds the return."""
    if return_.data_set:
        connection.executemany(
            "INSERT INTO data_sets VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            [(return_id, at, *_row(count)) for at, count in enumerate(return_.data_set)],
        )


def data_set_of(connection: sqlite3.Connection, return_id: int) -> tuple[DataSetCount, ...]:
    """A return's data set; () where it has none."""
    found = connection.execute("SELECT * FROM data_sets WHERE return_id = ? ORDER BY position", (return_id,))
    return tuple(_count(row[2:]) for row in found)


def snapshot_row(count: DataSetCount) -> tuple[str, ...]:
    """A count in the order of COLUMNS after `organisation_id`."""
    return tuple("" if value is None else str(value) for value in _row(count))


def _row(count: DataSetCount) -> tuple[Any, ...]:
    return (
        count.heading,
        count.measure,
        str(count.state),
        count.value,
        text(count.as_written),
        text(count.notes),
        text(count.sheet),
        count.cell,
        count.first_day.isoformat() if count.first_day else None,
        count.last_day.isoformat() if count.last_day else None,
    )


def _count(row: tuple[Any, ...]) -> DataSetCount:
    heading, measure, state, value, as_written, notes, sheet, cell, first, last = row
    days = (date.fromisoformat(day) if day else None for day in (first, last))
    return DataSetCount(heading, measure, CountState(state), value, as_written, notes, sheet, cell, *days)
