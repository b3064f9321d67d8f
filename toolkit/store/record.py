"""The record: every receipt, and every accepted return with its responses and queries, in one SQLite file."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Self

from toolkit.errors import StoreError
from toolkit.records import QUERY_LAYOUT, Outcome, Query, Receipt, Return
from toolkit.store import rows
from toolkit.store.data_sets import add_data_set, data_set_of
from toolkit.store.schema import connect, sentences, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path
    from types import TracebackType

    from toolkit.project import Project

RECORD_FILE = "record.sqlite"
_ROWS_AT_ONCE = 32
"""Rows of one statement; SQLite lets it have 999 values at least."""


@dataclass(frozen=True, slots=True)
class StoredReturn:
    """An accepted return as the record has it, with the receipt of its file."""

    receipt: Receipt
    return_: Return
    superseded: bool

    @property
    def sha256(self) -> str:
        """The hash of the original."""
        return self.receipt.sha256

    @property
    def file(self) -> str:
        """The name under which it was received."""
        return self.receipt.file

    @property
    def completed_on(self) -> date | None:
        """The date on the cover, None where there is none to be read."""
        return self.return_.completed_on

    @property
    def received_at(self) -> datetime | None:
        """When it was received."""
        return self.receipt.received_at


@dataclass(frozen=True, slots=True)
class Standing:
    """What the receipt of a return in the figures says, counted: the answers given, the queries of each severity."""

    organisation_id: str
    received_at: datetime | None
    criteria_answered: int
    errors: int
    warnings: int
    notes: int


@lru_cache(maxsize=2 * _ROWS_AT_ONCE)
def _insert(table: str, many: int, columns: int) -> str:
    """The statement that adds so many rows to a table of ours."""
    row = f"({','.join('?' * columns)})"
    return f"INSERT INTO {table} VALUES {','.join([row] * many)}"  # noqa: S608 - the name is one of ours


def record_file(project: Project) -> Path:
    """Where a project's record lies."""
    return project.record / RECORD_FILE


def open_store(project: Project, *, create: bool = True) -> Store:
    """The project's record, to be used in a `with` block.

    Args:
        project: whose record.
        create: False leaves the disk alone: where there is no record yet, an empty one in memory is read.

    Raises:
        StoreError: the record is locked, damaged, written by a newer toolkit, or missing although files were received.
    """
    path = record_file(project)
    if not (path.is_file() and path.stat().st_size) and any(project.receipts.glob("*.json")):
        raise StoreError(
            f"{path} is missing although files were received; run `toolkit rebuild` to make it anew from the originals "
            "and receipts, or put it back from your last backup."
        )
    return Store(path if create or path.is_file() else None)


class Store:
    """An open record: the receipts as they stand on disk, and the returns of the accepted ones.

    A file's receipt takes the place of the one that held it, or that said it could not be opened; every other receipt
    stays. The latest that is not `duplicate` says what became of a file.

    Args:
        path: the database file, made where there is none; None is an empty record in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection = connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def record(self, receipt: Receipt, return_: Return | None) -> None:
        """Add a receipt, and the return where it was accepted, all or nothing.

        The return counts for the organisation and cycle of the receipt, whatever its own cover says. With
        `receipt.supersedes` (a SHA-256) the earlier return stays in the record and out of the figures. Half a
        surrogate pair in a text (file names can hold one) is recorded as U+FFFD.

        Raises:
            StoreError: the outcome and the return do not fit together, the same return is there already, or the
                organisation has another current return for the cycle that `supersedes` does not name.
        """
        self.record_all([(receipt, return_)])

    def record_all(
        self, pairs: Iterable[tuple[Receipt, Return | rows.PackedReturn | None]], *, keep_numbers: bool = False
    ) -> tuple[Receipt, ...]:
        """Add several receipts, with their returns, in one transaction: all or nothing, as `record` does for one.

        Args:
            pairs: each is taken when the one before is in, so that what makes them can ask this record.
            keep_numbers: the receipts have the numbers that they are to keep.

        Returns:
            The receipts with the numbers under which they were taken in.
        """
        numbered = []
        with sentences(self._path), transaction(self._connection):
            for receipt, return_ in pairs:
                has_one = receipt.outcome is Outcome.ACCEPTED and not receipt.layout.startswith(QUERY_LAYOUT)
                if has_one != (return_ is not None):
                    raise StoreError(
                        f"The receipt of {receipt.file} says {receipt.outcome} with{'' if return_ else 'out'} a "
                        "return, but an accepted file has one and no other does; report this as a fault of the toolkit."
                    )
                self._let_go_of_earlier(receipt)
                number = self._add_receipt(receipt, receipt.number if keep_numbers else None)
                self._add_queries(number, "receipt", receipt.queries)
                if return_ is not None:
                    packed = rows.pack(return_) if isinstance(return_, Return) else return_
                    self._add_return(number, receipt, packed)
                    self._add_queries(number, "return", packed.head.queries)
                numbered.append(replace(receipt, number=number))
        return tuple(numbered)

    def receipts_of(self, sha256: str) -> tuple[Receipt, ...]:
        """What became of the file with this hash: its latest receipt, or one for each organisation in it.

        () where it was never received. Receipts of copies (`duplicate`) are left out.
        """
        found = self._receipts(
            "SELECT * FROM receipts WHERE sha256 = ? AND outcome <> 'duplicate' ORDER BY receipt_id", (sha256,)
        )
        latest = {receipt.part: receipt for receipt in found}
        return tuple(sorted(latest.values(), key=lambda receipt: receipt.number))

    def receipt(self, sha256: str) -> Receipt | None:
        """The latest of `receipts_of`; None where there is none."""
        return next(reversed(self.receipts_of(sha256)), None)

    def receipts(self, after: int = 0) -> Iterator[Receipt]:
        """Every receipt with a number above `after`, in the order in which they were recorded."""
        yield from self._receipts("SELECT * FROM receipts WHERE receipt_id > ? ORDER BY receipt_id", (after,))

    def receipts_alone(self, after: int = 0) -> Iterator[Receipt]:
        """The same without their queries, which are most of a record."""
        for row in self._rows("SELECT * FROM receipts WHERE receipt_id > ? ORDER BY receipt_id", (after,)):
            yield rows.receipt_of(row[1:], (), row[0])

    def standing(self, cycle: str) -> tuple[Standing, ...]:
        """How each return stands that counts for a cycle, by organisation; counted by the database."""
        found = self._rows(
            "SELECT for_organisation, received_at, criteria_answered, "
            "coalesce(sum(severity = 'error'), 0), coalesce(sum(severity = 'warning'), 0), "
            "coalesce(sum(severity = 'note'), 0) "
            "FROM returns JOIN receipts ON receipts.receipt_id = return_id "
            "LEFT JOIN queries ON queries.receipt_id = return_id AND holder = 'receipt' "
            "WHERE NOT superseded AND for_cycle = ? GROUP BY return_id ORDER BY for_organisation",
            (cycle,),
        )
        return tuple(
            Standing(organisation, datetime.fromisoformat(moment) if moment else None, *counts)
            for organisation, moment, *counts in found
        )

    def receipts_about(self, organisation_id: str, cycle: str) -> tuple[Receipt, ...]:
        """The latest receipts, copies left out, of all that an organisation sent for a cycle."""
        found = self._receipts(
            "SELECT * FROM receipts WHERE organisation_id = ? AND cycle = ? AND outcome <> 'duplicate' "
            "ORDER BY receipt_id",
            (organisation_id, cycle),
        )
        return tuple({(receipt.sha256, receipt.part): receipt for receipt in found}.values())

    def duplicate(self, sha256: str, file: str) -> Receipt | None:
        """The receipt of a copy, by its bytes and name; None where there is none."""
        found = self._receipts(
            "SELECT * FROM receipts WHERE sha256 = ? AND outcome = 'duplicate' AND file = ?", (sha256, rows.text(file))
        )
        return next(iter(found), None)

    def last_number(self) -> int:
        """The number of the latest receipt; 0 where there is none."""
        return int(self._rows("SELECT coalesce(max(receipt_id), 0) FROM receipts", ())[0][0])

    def held_since(self) -> dict[str, datetime]:
        """When each file that is held came first, by its hash."""
        found = self._rows(
            "SELECT sha256, min(received_at) FROM receipts "
            "WHERE outcome = 'held' AND sha256 <> '' AND received_at IS NOT NULL GROUP BY sha256",
            (),
        )
        return {str(sha256): datetime.fromisoformat(moment) for sha256, moment in found}

    def current_return(self, organisation_id: str, cycle: str) -> StoredReturn | None:
        """The return that counts for an organisation and cycle; None where there is none."""
        found = self._returns(
            "SELECT * FROM returns WHERE for_organisation = ? AND for_cycle = ? AND NOT superseded",
            (organisation_id, cycle),
        )
        return next(iter(found), None)

    def returns_of(self, organisation_id: str, cycle: str) -> tuple[StoredReturn, ...]:
        """Every return of an organisation for a cycle, an earlier one before the one that supersedes it."""
        found = self._returns(
            "SELECT * FROM returns WHERE for_organisation = ? AND for_cycle = ? ORDER BY return_id",
            (organisation_id, cycle),
        )
        return tuple(found)

    def returns(self, current_only: bool = True) -> Iterator[StoredReturn]:
        """Accepted returns by cycle and organisation, an earlier one before the one that supersedes it."""
        yield from self._returns(
            "SELECT * FROM returns WHERE NOT superseded ORDER BY for_cycle, for_organisation"
            if current_only
            else "SELECT * FROM returns ORDER BY for_cycle, for_organisation, return_id",
            (),
        )

    def current_returns(self, cycle: str) -> Iterator[StoredReturn]:
        """The returns that count for a cycle, by organisation, each read when it is its turn."""
        yield from self._returns(
            "SELECT * FROM returns WHERE for_cycle = ? AND NOT superseded ORDER BY for_organisation", (cycle,)
        )

    def faults(self) -> tuple[str, ...]:
        """What SQLite itself finds wrong with the file, in its words; empty where it is sound."""
        lines = [str(row[0]) for row in self._rows("PRAGMA quick_check(10)", ())]
        loose = self._rows("PRAGMA foreign_key_check", ())
        return (*(line for line in lines if line != "ok"), *(f"a row of {row[0]} belongs to nothing" for row in loose))

    def _let_go_of_earlier(self, receipt: Receipt) -> None:
        """Remove the receipts in whose place this one stands, here as on disk.

        Those are of the same name: that it could not be opened; and of the same bytes too: that it, or the whole of a
        file of which this is a part, was held.
        """
        a_part = rows.text(receipt.part)
        settles = receipt.outcome is not Outcome.DUPLICATE
        earlier = self._connection.execute(
            "SELECT receipt_id FROM receipts WHERE file = ? AND (sha256 = '' OR "
            "(? AND outcome = 'held' AND sha256 = ? AND (part = ? OR part = '' OR ? = '')))",
            (rows.text(receipt.file), settles, receipt.sha256, a_part, a_part),
        )
        for found in earlier.fetchall():
            self._connection.execute("DELETE FROM queries WHERE receipt_id = ?", found)
            self._connection.execute("DELETE FROM receipts WHERE receipt_id = ?", found)

    def _add_receipt(self, receipt: Receipt, number: int | None) -> int:
        cursor = self._connection.execute(
            "INSERT INTO receipts VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", (number, *rows.receipt_row(receipt))
        )
        return int(cursor.lastrowid or 0)

    def _add_return(self, return_id: int, receipt: Receipt, packed: rows.PackedReturn) -> None:
        key = (receipt.organisation_id, receipt.cycle)
        if receipt.supersedes:
            self._connection.execute(
                "UPDATE returns SET superseded = 1 WHERE sha256 = ? AND for_organisation = ? AND for_cycle = ?",
                (receipt.supersedes, *key),
            )
        try:
            self._connection.execute(
                "INSERT INTO returns VALUES (?,?,?,?,0,?,?,?,?,?,?,?,?,?,?)",
                (return_id, receipt.sha256, *key, *rows.return_row(packed.head)),
            )
        except sqlite3.IntegrityError as error:
            raise StoreError(
                f"{self._path} already has a return of {receipt.organisation_id} for {receipt.cycle} that "
                f"{receipt.file} does not say it supersedes; run `toolkit check`."
            ) from error
        self._add_all("responses", [(return_id, at, *row) for at, row in enumerate(packed.responses)])
        add_data_set(self._connection, return_id, packed.head)

    def _add_queries(self, receipt_id: int, holder: str, queries: tuple[Query, ...]) -> None:
        self._add_all("queries", [(receipt_id, holder, at, *rows.query_row(query)) for at, query in enumerate(queries)])

    def _add_all(self, table: str, found: list[rows.Row]) -> None:
        """Add rows to a table, several at once: the database takes them in two thirds of the time."""
        for start in range(0, len(found), _ROWS_AT_ONCE):
            some = found[start : start + _ROWS_AT_ONCE]
            self._connection.execute(_insert(table, len(some), len(some[0])), [*chain.from_iterable(some)])

    def _rows(self, statement: str, values: tuple[object, ...]) -> list[rows.Row]:
        with sentences(self._path):
            return self._connection.execute(statement, values).fetchall()

    def _receipts(self, statement: str, values: tuple[object, ...]) -> Iterator[Receipt]:
        for row in self._rows(statement, values):
            yield rows.receipt_of(row[1:], self._queries(row[0], "receipt"), row[0])

    def _returns(self, statement: str, values: tuple[object, ...]) -> Iterator[StoredReturn]:
        for row in self._rows(statement, values):
            receipts = self._receipts("SELECT * FROM receipts WHERE receipt_id = ?", row[:1])
            responses = self._rows("SELECT * FROM responses WHERE return_id = ? ORDER BY position", row[:1])
            return_ = rows.return_of(
                row[5:],
                tuple(rows.response_of(response[2:]) for response in responses),
                self._queries(row[0], "return"),
            )
            return_ = replace(return_, data_set=data_set_of(self._connection, row[0]))
            yield StoredReturn(next(receipts), return_, superseded=bool(row[4]))

    def _queries(self, receipt_id: int, holder: str) -> tuple[Query, ...]:
        found = self._rows(
            "SELECT * FROM queries WHERE receipt_id = ? AND holder = ? ORDER BY position", (receipt_id, holder)
        )
        return tuple(rows.query_of(row[3:]) for row in found)
