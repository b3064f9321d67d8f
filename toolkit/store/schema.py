"""The tables of the record, and the one place that opens a database file and turns its troubles into sentences."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from toolkit.errors import StoreError
from toolkit.store.data_sets import TABLE as DATA_SETS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA_VERSION = 3
PATIENCE = 5.0
"""Seconds to wait for another process to let go of the record."""

_DAMAGE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}

_TABLES = """
CREATE TABLE receipts (
    receipt_id INTEGER PRIMARY KEY,
    file TEXT NOT NULL, sha256 TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
    organisation_id TEXT NOT NULL, organisation TEXT NOT NULL, areas TEXT NOT NULL,
    cycle TEXT NOT NULL, framework TEXT NOT NULL, layout TEXT NOT NULL, tiers TEXT NOT NULL,
    criteria_expected INTEGER NOT NULL, criteria_answered INTEGER NOT NULL,
    supersedes TEXT NOT NULL, received_at TEXT,
    cells TEXT NOT NULL DEFAULT '', part TEXT NOT NULL DEFAULT ''
);
CREATE INDEX receipts_by_sha256 ON receipts (sha256);
CREATE INDEX receipts_by_file ON receipts (file);
CREATE TABLE returns (
    return_id INTEGER PRIMARY KEY REFERENCES receipts (receipt_id),
    sha256 TEXT NOT NULL, for_organisation TEXT NOT NULL, for_cycle TEXT NOT NULL, superseded INTEGER NOT NULL,
    organisation_id TEXT NOT NULL, organisation TEXT NOT NULL, cycle TEXT NOT NULL, framework TEXT NOT NULL,
    layout TEXT NOT NULL, completed_by TEXT NOT NULL, authorised_by TEXT NOT NULL, completed_on TEXT,
    lead_name TEXT NOT NULL, lead_email TEXT NOT NULL,
    UNIQUE (sha256, for_organisation, for_cycle)
);
CREATE UNIQUE INDEX one_current_return ON returns (for_organisation, for_cycle) WHERE NOT superseded;
CREATE INDEX returns_by_organisation ON returns (for_organisation, for_cycle);
CREATE TABLE responses (
    return_id INTEGER NOT NULL REFERENCES returns (return_id), position INTEGER NOT NULL,
    standard TEXT NOT NULL, criterion TEXT NOT NULL, rating TEXT NOT NULL, rating_as_written TEXT NOT NULL,
    evidence TEXT NOT NULL, action TEXT NOT NULL, lead TEXT NOT NULL,
    target_date TEXT, target_date_as_written TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
    other_ratings TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (return_id, position)
) WITHOUT ROWID;
CREATE TABLE queries (
    receipt_id INTEGER NOT NULL REFERENCES receipts (receipt_id), holder TEXT NOT NULL, position INTEGER NOT NULL,
    code TEXT NOT NULL, severity TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
    found TEXT NOT NULL, expected TEXT NOT NULL, message TEXT NOT NULL,
    PRIMARY KEY (receipt_id, holder, position)
) WITHOUT ROWID;
"""

_SETTLED = """
SELECT held.receipt_id FROM receipts AS held JOIN receipts AS later ON later.file = held.file
WHERE later.receipt_id > held.receipt_id AND (held.sha256 = '' OR (
    held.outcome = 'held' AND later.sha256 = held.sha256 AND later.outcome <> 'duplicate'))
"""
"""Receipts whose place a later one has taken, which version 1 kept."""

_CHANGES = {
    1: (
        "ALTER TABLE receipts ADD COLUMN cells TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE receipts ADD COLUMN part TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE responses ADD COLUMN other_ratings TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX receipts_by_file ON receipts (file)",
        "CREATE INDEX returns_by_organisation ON returns (for_organisation, for_cycle)",
        f"DELETE FROM queries WHERE receipt_id IN ({_SETTLED})",  # noqa: S608 - the text stands above
        f"DELETE FROM receipts WHERE receipt_id IN ({_SETTLED})",  # noqa: S608 - the text stands above
    ),
    2: (DATA_SETS,),
}
"""What makes a record of each earlier version one of the next."""


def connect(path: Path | None) -> sqlite3.Connection:
    """A connection to the record, its tables made where the file is new; `None` is an empty record in memory.

    The rollback journal is kept (not WAL): a project may stand on a network drive, where WAL does not work, and the
    record stays one file that can be copied. TRUNCATE spares a directory sync per file received. `synchronous` is
    FULL: a receipt that was reported has reached the disk.

    Raises:
        StoreError: the file is locked, is not a record of ours, or was written by a newer toolkit.
    """
    if path is not None:
        _make_folder(path.parent)
    with sentences(path):
        connection = sqlite3.connect(path or ":memory:", timeout=PATIENCE, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be made ({error.strerror}); check that you may write there."
        ) from error


def _prepare(connection: sqlite3.Connection, path: Path | None) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version == 0:
        connection.execute("PRAGMA journal_mode = TRUNCATE")
        with transaction(connection):
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])  # another may have been first
            if version == 0:
                _make_tables(connection, path)
                version = SCHEMA_VERSION
    if 0 < version < SCHEMA_VERSION:
        with transaction(connection):
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            for earlier in range(version, SCHEMA_VERSION):
                for statement in _CHANGES[earlier]:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            version = SCHEMA_VERSION
    if version > SCHEMA_VERSION:
        raise StoreError(f"{path} was written by a newer toolkit (record version {version}); update this toolkit.")
    connection.execute("PRAGMA journal_mode = TRUNCATE")


def _make_tables(connection: sqlite3.Connection, path: Path | None) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise StoreError(f"{path} is a database of some other program; move it away and run again.")
    for statement in (*_TABLES.split(";"), DATA_SETS):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.execute("COMMIT")


@contextmanager
def sentences(path: Path | None) -> Iterator[None]:
    """Turn what SQLite raises into a StoreError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_sentence(path, error)) from error


def tells_of_damage(error: StoreError) -> bool:
    """Whether it is the file that is at fault, and not who else has it open or may write there."""
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF in _DAMAGE


def _sentence(path: Path | None, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"{path} is in use by another program; close it, or wait until it has finished, and run again."
    if primary in _DAMAGE:
        return f"{path} is damaged ({error}); run `toolkit rebuild`, or put back the copy from your last backup."
    if primary in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return f"{path} cannot be opened for writing ({error}); check that you may write there."
    if primary == sqlite3.SQLITE_FULL:
        return f"{path} cannot grow because the disk is full; free some space and run again."
    return f"{path} cannot be used ({error}); run `toolkit check` to see what is wrong with it."
