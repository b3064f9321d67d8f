"""The questions that a query workbook asks: a return's queries, each tied to the one response its answer is for."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.document import day
from toolkit.layouts.query_workbook import query_texts
from toolkit.records import QUERY_LAYOUT, Outcome, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.layouts.query_workbook import Ask
    from toolkit.records import Correction, Query, Receipt, Response, Return

TAKEN, CONFIRMED, KEPT = "answer-taken", "answer-confirmed", "answer-kept"
"""The codes with which the receipt of a filled query workbook says what became of an answer."""

_WEIGHTS = (Severity.ERROR, Severity.WARNING)
_FIELDS = {"evidence": "evidence", "action": "action", "lead": "lead", "target date": "target_date"}
_ISO_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_ROW = re.compile(r"[A-Z]{1,3}(\d+)")


@dataclass(frozen=True, slots=True)
class Question:
    """One question to a sender.

    `key` stays the same for as long as the query does. `criterion` and `field` say which response the answer is for,
    both empty where it is not for exactly one; `field` is one of those of `Correction`.
    """

    key: str
    severity: Severity
    criterion: str
    field: str
    sheet: str
    cell: str
    found: str
    expected: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a sender has told already: to which question, in which words, and the code of what became of it."""

    question: Question
    said: str
    code: str


def questions(receipt: Receipt, return_: Return | None, held: Iterable[Receipt] = ()) -> tuple[Question, ...]:
    """Every question about a return that its sender can answer, most important first.

    Args:
        receipt: the receipt of the return that is in the figures, or of the held one.
        return_: the return; None where it is held.
        held: receipts of held returns of the same organisation and cycle beside it.
    """
    places = _Places(return_.responses if return_ else ())
    found = [question for each in (receipt, *held) for question in _about_waiting(each)]
    for query in () if is_blank(receipt) else receipt.queries:
        if query.severity in _WEIGHTS:
            found.extend(_from_query(query, places))
    unique: dict[str, Question] = {}
    for question in found:
        unique.setdefault(question.key, question)
    return tuple(sorted(unique.values(), key=lambda each: _WEIGHTS.index(each.severity)))


def still_open(
    asked: Sequence[Question], sha256: str, replies: Iterable[Receipt], corrections: Iterable[Correction]
) -> tuple[tuple[Question, ...], tuple[Told, ...]]:
    """The questions that still need an answer, and what the sender has told already.

    A remark alone closes a question, but not one about a rating that is missing from the figures.

    Args:
        asked: all questions about the return.
        sha256: the return's hash.
        replies: receipts of the filled query workbooks about it, in their order.
        corrections: the corrections log.
    """
    corrected = {(each.criterion, each.field) for each in corrections if each.sha256 == sha256}
    told: dict[tuple[str, str, str], Told] = {}
    by_key = {question.key: question for question in asked}
    for reply in replies:
        for query in reply.queries:
            question = by_key.get(query.expected.removeprefix("question "))
            if question is not None and query.code in {TAKEN, CONFIRMED, KEPT}:
                told[question.key, query.code, query.found] = Told(question, query.found, query.code)
    closed = {
        each.question.key
        for each in told.values()
        if each.code != KEPT or each.question.field != "rating" or each.question.severity is not Severity.ERROR
    }
    remaining = tuple(
        each
        for each in asked
        if each.key not in closed and not (each.field and (each.criterion, each.field) in corrected)
    )
    return remaining, tuple(told.values())


def is_reply(receipt: Receipt) -> bool:
    """Whether a receipt is that of a filled query workbook."""
    return receipt.layout.startswith(QUERY_LAYOUT)


def waits_for_sender(receipt: Receipt) -> bool:
    """Whether a return is held for a reason about which its sender, known for certain, can tell something."""
    return receipt.outcome is Outcome.HELD and _code(receipt) in query_texts().holds


def is_blank(receipt: Receipt) -> bool:
    """Whether nothing at all is answered in a return: then there is nothing else to ask about it."""
    return receipt.outcome is Outcome.HELD and _code(receipt) == "nothing-answered"


class _Places:
    """A return's responses by cell and, where a row has only one, by row."""

    def __init__(self, responses: Sequence[Response]) -> None:
        self.by_criterion = {each.criterion: each for each in responses}
        cells = Counter((each.sheet, each.cell) for each in responses if each.cell)
        rows = Counter((each.sheet, _row(each.cell)) for each in responses if each.cell)
        self._by_cell = {(r.sheet, r.cell): r for r in responses if cells[r.sheet, r.cell] == 1}
        self._by_row = {(r.sheet, _row(r.cell)): r for r in responses if rows[r.sheet, _row(r.cell)] == 1}

    def listed(self, found: str) -> tuple[Response, ...]:
        """The responses whose criteria a query lists; where its list is cut short, all of the same kind."""
        named = tuple(self.by_criterion[c] for c in re.split(r",\s*", found) if c in self.by_criterion)
        if not named or not found.endswith("..."):
            return named
        first = named[0]
        kind = (first.standard, first.rating, bool(first.sheet))
        return tuple(r for r in self.by_criterion.values() if (r.standard, r.rating, bool(r.sheet)) == kind)

    def at(self, query: Query) -> Response | None:
        """The one response that the query's cell belongs to; None where there is none, or there are several."""
        if not query.cell:
            return None
        return self._by_cell.get((query.sheet, query.cell)) or self._by_row.get((query.sheet, _row(query.cell)))


def _row(cell: str) -> str:
    place = _ROW.fullmatch(cell)
    return place[1] if place else cell


def _about_waiting(receipt: Receipt) -> Iterator[Question]:
    """The question about why a return waits, where its sender can help."""
    if waits_for_sender(receipt):
        code, file = _code(receipt), f"file {receipt.file}"
        text = query_texts().holds[code]
        yield Question(_key(code, receipt.sha256), Severity.ERROR, "", "", "", "", file, "your words", text)


def _code(receipt: Receipt) -> str:
    return receipt.reason.partition(":")[0]


def _from_query(query: Query, places: _Places) -> Iterator[Question]:
    ask = query_texts().ask(query.code)
    if not ask.send:
        return
    listed = places.listed(query.found) if ask.each else ()
    if listed:
        for response in listed:
            yield _question(query, ask, response, response.sheet or query.sheet, response.cell)
    else:
        response_there = places.at(query) if ask.about and not ask.each else None
        yield _question(query, ask, response_there, query.sheet, query.cell)


def _question(query: Query, ask: Ask, response: Response | None, sheet: str, cell: str) -> Question:
    field = _FIELDS.get(query.expected, "rating") if ask.about == "named" else ask.about
    criterion = response.criterion if response else ""
    told = _ISO_DATE.sub(_in_words, query.found) if ask.dates else query.found
    found = told if ask.quote and not (ask.each and response) else ""
    details = {
        "criterion": criterion or "this row",
        "field": field.replace("_", " ") or "answer",
        "found": told,
        "expected": query.expected,
        "message": query.message,
    }
    return Question(
        _key(query.code, criterion, sheet, cell, query.found),
        query.severity,
        criterion,
        field if response else "",
        sheet,
        cell,
        found,
        query.expected,
        ask_text(ask.ask, query.message, details),
    )


def _in_words(written: re.Match[str]) -> str:
    try:
        return day(dt.date.fromisoformat(written[0]))
    except ValueError:
        return written[0]


def ask_text(ask: str, message: str, details: Mapping[str, str]) -> str:
    """The words in which a query is put to the sender."""
    return ask.format_map(details) if ask else message


def _key(*parts: str) -> str:
    """A short name with a letter in front, so that no spreadsheet takes it for a number."""
    return "q" + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:8]
