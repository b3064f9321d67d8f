"""Records to the rows of the record's tables and back, without loss."""

from __future__ import annotations

import json
import marshal
import re
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from toolkit.records import CellCount, OtherRating, Outcome, Query, Rating, Receipt, Response, Return, Severity

Row = tuple[Any, ...]

_HALF_PAIR = re.compile("[\ud800-\udfff]")


def receipt_row(receipt: Receipt) -> Row:
    """A receipt without its queries, in the order of the table's columns after `receipt_id`."""
    return (
        text(receipt.file),
        receipt.sha256,
        str(receipt.outcome),
        text(receipt.reason),
        text(receipt.organisation_id),
        text(receipt.organisation),
        json.dumps(receipt.areas),
        text(receipt.cycle),
        text(receipt.framework),
        text(receipt.layout),
        json.dumps(receipt.tiers),
        receipt.criteria_expected,
        receipt.criteria_answered,
        receipt.supersedes,
        receipt.received_at.isoformat() if receipt.received_at else None,
        json.dumps(receipt.cells.as_json()) if receipt.cells else "",
        text(receipt.part),
    )


def receipt_of(row: Row, queries: tuple[Query, ...], number: int = 0) -> Receipt:
    """The receipt that `receipt_row` made this row of."""
    return Receipt(
        file=row[0],
        sha256=row[1],
        outcome=Outcome(row[2]),
        reason=row[3],
        organisation_id=row[4],
        organisation=row[5],
        areas=tuple(json.loads(row[6])),
        cycle=row[7],
        framework=row[8],
        layout=row[9],
        tiers=tuple(json.loads(row[10])),
        criteria_expected=row[11],
        criteria_answered=row[12],
        supersedes=row[13],
        queries=queries,
        received_at=datetime.fromisoformat(row[14]) if row[14] else None,
        number=number,
        part=row[16],
        cells=_cells(row[15]),
    )


def return_row(return_: Return) -> Row:
    """A return without its responses and queries, in the order of the table's columns after `superseded`."""
    return (
        text(return_.organisation_id),
        text(return_.organisation),
        text(return_.cycle),
        text(return_.framework),
        text(return_.layout),
        text(return_.completed_by),
        text(return_.authorised_by),
        _iso(return_.completed_on),
        text(return_.lead_name),
        text(return_.lead_email),
    )


def return_of(row: Row, responses: tuple[Response, ...], queries: tuple[Query, ...]) -> Return:
    """The return that `return_row` made this row of."""
    return Return(
        organisation_id=row[0],
        organisation=row[1],
        cycle=row[2],
        framework=row[3],
        layout=row[4],
        completed_by=row[5],
        authorised_by=row[6],
        completed_on=_date(row[7]),
        lead_name=row[8],
        lead_email=row[9],
        responses=responses,
        queries=queries,
    )


@dataclass(frozen=True)  # without slots it travels in a fifth of the time
class PackedReturn:
    """A return whose responses are rows already, marshalled: as it travels from a worker to the record, cheaply."""

    head: Return
    content: bytes

    @property
    def responses(self) -> tuple[Row, ...]:
        """The rows of its responses."""
        found: tuple[Row, ...] = marshal.loads(self.content)  # noqa: S302 - made by `pack`, in a process of ours
        return found

    def unpacked(self) -> Return:
        """The return itself."""
        return replace(self.head, responses=tuple(response_of(row) for row in self.responses))


def pack(return_: Return) -> PackedReturn:
    """The return with its responses as rows."""
    rows = tuple(map(response_row, return_.responses))
    return PackedReturn(replace(return_, responses=()), marshal.dumps(rows))


def response_row(response: Response) -> Row:
    """A response in the order of the table's columns after `position`."""
    words = _words_of(response)
    if not "".join(words).isascii():
        words = tuple(map(text, words))
    standard, criterion, as_written, evidence, action, lead, date_as_written, sheet, cell = words
    return (
        standard,
        criterion,
        str(response.rating),
        as_written,
        evidence,
        action,
        lead,
        _iso(response.target_date) if response.target_date else None,
        date_as_written,
        sheet,
        cell,
        json.dumps([astuple(each) for each in response.other_ratings]) if response.other_ratings else "",
    )


_words_of = attrgetter(
    "standard",
    "criterion",
    "rating_as_written",
    "evidence",
    "action",
    "lead",
    "target_date_as_written",
    "sheet",
    "cell",
)


def response_of(row: Row) -> Response:
    """The response that `response_row` made this row of."""
    return Response(
        standard=row[0],
        criterion=row[1],
        rating=Rating(row[2]),
        rating_as_written=row[3],
        evidence=row[4],
        action=row[5],
        lead=row[6],
        target_date=_date(row[7]),
        target_date_as_written=row[8],
        sheet=row[9],
        cell=row[10],
        other_ratings=tuple(
            OtherRating(by, Rating(rating), *rest) for by, rating, *rest in (json.loads(row[11]) if row[11] else ())
        ),
    )


def query_row(query: Query) -> Row:
    """A query in the order of the table's columns after `position`."""
    code, sheet, cell, found, expected, message = words = _words_of_query(query)
    if not "".join(words).isascii():
        code, sheet, cell, found, expected, message = map(text, words)
    return code, str(query.severity), sheet, cell, found, expected, message


_words_of_query = attrgetter("code", "sheet", "cell", "found", "expected", "message")


def query_of(row: Row) -> Query:
    """The query that `query_row` made this row of."""
    return Query(row[0], Severity(row[1]), *row[2:])


def _cells(written: str) -> CellCount | None:
    if not written:
        return None
    found = json.loads(written)
    return CellCount(found["filled"], found["read"], tuple(found["ignored"].items()), found["queried"])


def text(value: str) -> str:
    """The text as UTF-8 can hold it: half a surrogate pair (file names may have one) becomes U+FFFD."""
    return value if value.isascii() else _HALF_PAIR.sub("\ufffd", value)


@lru_cache(maxsize=1024)
def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
