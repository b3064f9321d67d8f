"""Answers to queries beside the record: which become corrections, which are kept, and which cannot be read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.catalogue import load_scale
from toolkit.intake.parsing.dates import read_date
from toolkit.intake.parsing.ratings import Doubt, RatingReader
from toolkit.intake.parsing.text import ErrorCell, as_text, without_unshown
from toolkit.intake.queries import query
from toolkit.intake.receiving.deciding import held
from toolkit.layouts import questions, waits_for_sender
from toolkit.records import Correction, Outcome, Rating, Receipt
from toolkit.store import append_correction, read_corrections

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.catalogue import Scale
    from toolkit.intake.parsing.query_answers import Answer, QueryAnswers
    from toolkit.intake.receiving.naming import Register
    from toolkit.layouts import Question
    from toolkit.project import Project, Settings
    from toolkit.records import Query, Response
    from toolkit.store import Store

_SHORT_HASH = 16
_OF_THE_HASH = 12


def begin_reply(receipt: Receipt, answers: QueryAnswers, register: Register, settings: Settings) -> Receipt:
    """The receipt of a filled query workbook as far as it can be told without the record: held where it is in doubt.

    Args:
        receipt: what is known of the file.
        answers: what was read in it.
        register: who should return.
        settings: the project's cycles.
    """
    if len(answers.identities) > 1:
        named = ", ".join(f"{each.organisation_id} {each.cycle} {each.sha256[:8]}" for each in answers.identities)
        return held(receipt, "queries-conflict", found=named)
    identity = answers.identities[0]
    organisation = register.with_id(identity.organisation_id)
    cycle = next((each for each in settings.cycles if each.id == identity.cycle), None)
    if organisation is None or cycle is None:
        return held(receipt, "queries-misplaced", found=identity.organisation_id, cycle=identity.cycle)
    receipt = replace(
        receipt,
        organisation_id=organisation.organisation_id,
        organisation=organisation.name,
        areas=organisation.areas,
        tiers=organisation.tiers,
        framework=cycle.framework,
    )
    if not answers.answers:
        return held(receipt, "queries-unanswered")
    return replace(receipt, outcome=Outcome.ACCEPTED)


def settle(
    receipt: Receipt, answers: QueryAnswers, store: Store, project: Project
) -> tuple[Receipt, tuple[Correction, ...]]:
    """The receipt of a filled query workbook beside the record, and the corrections its answers make.

    An answer to a question about exactly one field of one response corrects it; any other is kept on the receipt as
    what the sender says. What cannot be read is a query. The same file gives the same, however often it is asked.

    Args:
        receipt: an accepting receipt of `begin_reply`.
        answers: what was read in the file.
        store: the record.
        project: scales and corrections log.
    """
    identity = answers.identities[0]
    current = store.current_return(receipt.organisation_id, receipt.cycle)
    about = store.receipts_about(receipt.organisation_id, receipt.cycle)
    if current is None or current.sha256 != identity.sha256:
        return _not_in_the_figures(receipt, answers, about), ()
    waiting = [each for each in about if waits_for_sender(each)]
    asked = questions(current.receipt, current.return_, waiting)
    scale = load_scale(project.settings.cycle(receipt.cycle).scale, project.root)
    ratings = RatingReader(scale, Doubt.NONE if scale.id == identity.scale else Doubt.SCALE)
    log = _earlier(receipt, read_corrections(project))
    desk = _Replies(
        receipt,
        answers.answered_by or receipt.organisation,
        {each.key: each for each in asked},
        {each.criterion: each for each in current.return_.responses},
        current.sha256,
        ratings,
        scale,
        log,
    )
    queries, corrections, unplaced = desk.settle(answers.answers)
    cells = receipt.cells
    if cells is not None:
        cells = replace(cells, read=cells.read - unplaced, queried=cells.queried + unplaced)
    return replace(receipt, queries=(*receipt.queries, *queries), cells=cells), tuple(corrections)


def _not_in_the_figures(receipt: Receipt, answers: QueryAnswers, about: Iterable[Receipt]) -> Receipt:
    """The receipt of answers about a return that waits itself, with what they say, or that has been superseded."""
    sha256 = answers.identities[0].sha256
    waiting = next((each for each in about if each.sha256 == sha256 and each.outcome is Outcome.HELD), None)
    if waiting is None:
        return held(receipt, "queries-outdated", organisation=receipt.organisation, cycle=receipt.cycle)
    said = (without_unshown(as_text(part)) for each in answers.answers for part in (each.value, each.comment))
    found = " / ".join(dict.fromkeys(part for part in said if part))
    return held(receipt, "queries-waiting", found=found, expected=waiting.file, other=waiting.sha256[:_OF_THE_HASH])


def append_new(project: Project, corrections: Sequence[Correction]) -> None:
    """Add the corrections that the log does not have from the same cell of the same file. Raises FileAccessError."""
    if not corrections:
        return
    known = {_place(each) for each in read_corrections(project)}
    for each in corrections:
        if _place(each) not in known:
            append_correction(project, each)


def _earlier(receipt: Receipt, log: Iterable[Correction]) -> tuple[Correction, ...]:
    """The corrections that were there when the file was received, whenever this is asked."""
    moment = receipt.received_at or dt.datetime.now(dt.UTC)
    before = takewhile(lambda each: _mark(receipt) not in each.source, log)
    return tuple(each for each in before if each.at.timestamp() <= moment.timestamp())


def _mark(receipt: Receipt) -> str:
    """How the source of a correction names a file whatever it is called."""
    return f"({receipt.sha256[:_SHORT_HASH]}), "


def _place(correction: Correction) -> tuple[str, ...]:
    """Which cell of which file says what about which field: the same again is the same correction."""
    _, _, place = correction.source.rpartition(" (")
    return correction.sha256, correction.criterion, correction.field, correction.value, place


@dataclass(frozen=True)
class _Replies:
    """Settles the answers of one file."""

    receipt: Receipt
    who: str
    asked: dict[str, Question]
    responses: dict[str, Response]
    sha256: str
    ratings: RatingReader
    scale: Scale
    log: tuple[Correction, ...]

    def settle(self, answers: Iterable[Answer]) -> tuple[list[Query], list[Correction], int]:
        """Queries, corrections, and how many filled cells belong to no question."""
        by_key: dict[str, list[Answer]] = defaultdict(list)
        for answer in answers:
            by_key[answer.key].append(answer)
        queries: list[Query] = []
        corrections: list[Correction] = []
        unplaced = 0
        for key, given in by_key.items():
            question = self.asked.get(key)
            first = given[0]
            if question is None:
                for each in given:
                    unplaced += (each.value != "") + bool(each.comment)
                    cell = each.cell if each.value != "" else each.comment_cell
                    queries.append(query("answer-unplaced", sheet=each.sheet, cell=cell, found=each.key))
            elif len({(as_text(each.value), each.comment) for each in given}) > 1:
                queries.append(query("answers-differ", sheet=first.sheet, cell=first.cell, found=key))
            else:
                self._one(question, first, queries, corrections)
        return queries, corrections, unplaced

    def _one(self, question: Question, answer: Answer, queries: list[Query], corrections: list[Correction]) -> None:
        kept = answer.comment
        if answer.value != "" and not question.field:
            said = "" if isinstance(answer.value, ErrorCell) else without_unshown(as_text(answer.value))
            kept = " / ".join(part for part in (said, kept) if part)
        elif answer.value != "":
            value = self._value(question, answer.value)
            if value is None:
                queries.append(self._unclear(question, answer))
            else:
                queries.append(self._take(question, question.field, value, (answer.sheet, answer.cell), corrections))
                if value == Rating.NOT_APPLICABLE and kept and not self._was(question.criterion, "evidence"):
                    place = (answer.sheet, answer.comment_cell)
                    queries.append(self._take(question, "evidence", kept, place, corrections))
                    kept = ""
        if kept:
            cell = answer.comment_cell if answer.comment else answer.cell
            expected = f"question {question.key}"
            queries.append(query("answer-kept", sheet=answer.sheet, cell=cell, found=kept, expected=expected))

    def _take(
        self, question: Question, field: str, value: str, at: tuple[str, str], corrections: list[Correction]
    ) -> Query:
        """Correct a field by what stands in a cell; say so, or that it says nothing new."""
        sheet, cell = at
        was = self._was(question.criterion, field)
        details = {"field": field.replace("_", " "), "criterion": question.criterion}
        place = {"sheet": sheet, "cell": cell, "found": self._shown(field, value)}
        expected = f"question {question.key}"
        if value == was:
            return query("answer-confirmed", expected=expected, **place, **details)
        corrections.append(
            Correction(
                self.sha256,
                self.receipt.organisation_id,
                self.receipt.cycle,
                question.criterion,
                field,
                value,
                was,
                self.who,
                f"Answer to the question: {question.text}",
                self.receipt.received_at or dt.datetime.now(dt.UTC),
                f"{self.receipt.file} {_mark(self.receipt)}{sheet}!{cell}",
            )
        )
        return query("answer-taken", expected=expected, **place, **details)

    def _value(self, question: Question, written: object) -> str | None:
        """The answer as a tidy response has it; None where it cannot be read."""
        if isinstance(written, ErrorCell):
            return None
        if question.field == "rating":
            read = self.ratings.read(written)
            return str(read[0]) if read else None
        if question.field == "target_date":
            date = read_date(written)
            return date.isoformat() if date else None
        return without_unshown(as_text(written)).strip() or None

    def _unclear(self, question: Question, answer: Answer) -> Query:
        labels = ", ".join(level.label for level in self.scale.levels)
        return query(
            "answer-unclear",
            sheet=answer.sheet,
            cell=answer.cell,
            found=as_text(answer.value),
            expected={"rating": labels, "target_date": "a date such as 30/06/2025"}.get(question.field, "words"),
            field=question.field.replace("_", " "),
            criterion=question.criterion,
        )

    def _was(self, criterion: str, field: str) -> str:
        """What a field says before this file: as corrected last, else as in the return."""
        for each in reversed(self.log):
            if (each.sha256, each.criterion, each.field) == (self.sha256, criterion, field):
                return each.value
        response = self.responses[criterion]
        value = getattr(response, field)
        return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)

    def _shown(self, field: str, value: str) -> str:
        """A value as the sender would say it."""
        if field != "rating":
            return value
        return next((level.label for level in self.scale.levels if str(level.rating) == value), value)
