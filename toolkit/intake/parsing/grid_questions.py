"""The columns of a survey's export: which are about the organisation, which answer a criterion, which are neither."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.intake.parsing.grid_blocks import field_of
from toolkit.intake.parsing.grid_references import Heading, names_criterion, one_line, split_reference
from toolkit.intake.parsing.text import is_empty
from toolkit.layouts import fold_label, read_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.intake.parsing.context import ParsingContext
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.layouts import ForeignLayout

ANSWERS = ("rating", "evidence", "action", "lead", "target_date", "commissioner_rating", "moderated_rating")
RESPONDENT = (
    "organisation",
    "areas",
    "completed_by",
    "authorised_by",
    "completed_on",
    "lead_name",
    "lead_email",
)
_FIELDS = {*ANSWERS, "ignored"}
_FEWEST_CRITERIA = 3
_HEADER_BY_ROW = 20
_QUESTION_NUMBER = re.compile(r"^\s*Q?\d{1,3}\s*[.:)]\s*", re.IGNORECASE)
_SUFFIX = re.compile(
    r"^(?P<text>.*?)\s*(?:[-\u2013\u2014:|/>]\s*|[\[(]\s*)(?P<suffix>[^-\u2013\u2014:|/>\[\]()]{2,60}?)\s*[\])]?\s*$"
)
_PREFIX = re.compile(
    r"^(?P<prefix>[^\d]{3,40}?)\s*(?:\bfor\b|\bof\b|[-\u2013\u2014:(])?\s*(?P<reference>[A-Za-z]?\d{1,3}\.\d{1,3})\s*\)?$"
)


@dataclass(frozen=True, slots=True)
class Question:
    """A column that answers a criterion: its heading, which field of the response it has, and how sure its heading is.

    `is_plain` is True where nothing but the reference, the criterion's own text or the name of the field stands there.
    """

    heading: Heading
    field: str
    is_plain: bool

    @property
    def column(self) -> int:
        """The column, counted from 0."""
        return self.heading.column


@dataclass(slots=True)
class Survey:
    """The table of a survey: its header's first and last row, and its columns by what they are, counted from 0.

    `respondent` maps a field to its columns, the likeliest first. `ignored` are known and not read; `unknown` are
    questions that are no criterion's.
    """

    sheet: SheetRows
    first: int
    header: int
    questions: list[Question] = field(default_factory=list)
    respondent: dict[str, tuple[int, ...]] = field(default_factory=dict)
    ignored: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def find_survey(sheet: SheetRows, layout: ForeignLayout, context: ParsingContext) -> Survey | None:
    """The survey on a sheet: a row of headings of which one asks for the organisation and several are criteria's."""
    for number, cells in enumerate(sheet.rows[:_HEADER_BY_ROW]):
        if not any(field_of(cell, layout) == "organisation" for cell in cells):
            continue
        survey = _survey(sheet, number, layout, context)
        headings = [each.heading for each in survey.questions]
        most = max(len({_key(h) for h in headings if names_criterion(h, cycle.asking)}) for cycle in context.cycles)
        if most >= _FEWEST_CRITERIA:
            return survey
    return None


def _key(heading: Heading) -> str:
    return f"{heading.reference} {heading.text}"


def _survey(sheet: SheetRows, number: int, layout: ForeignLayout, context: ParsingContext) -> Survey:
    last = min(number + layout.table.header_rows - 1, len(sheet.rows) - 1)
    survey = Survey(sheet, number, last)
    places: list[tuple[str, int, int]] = []
    over = ""
    for column, cell in enumerate(sheet.rows[number]):
        over = one_line(cell) or (over if last > number else "")
        under = sheet.rows[last][column] if last > number else ""
        if is_empty(cell) and is_empty(under):
            continue
        field = field_of(cell, layout) or (field_of(under, layout) if is_empty(cell) else "")
        if field in RESPONDENT:
            label = one_line(cell) or one_line(under)
            places.append((field, _rank(label, layout), column))
        elif field == "ignored":
            survey.ignored.append(column)
        else:
            sample = next((row[column] for row in sheet.rows[last + 1 :] if not is_empty(row[column])), "")
            question = _question(
                sheet.name, number, column, cell if is_empty(under) else (over, under), sample, layout, context
            )
            if question is None or question.field == "ignored":
                (survey.unknown if question is None else survey.ignored).append(column)
            else:
                survey.questions.append(question)
    for name, _, column in sorted(places):
        survey.respondent[name] = (*survey.respondent.get(name, ()), column)
    return survey


def _rank(label: str, layout: ForeignLayout) -> int:
    """How early among its spellings the layout has a label: the likeliest stand first."""
    folded = fold_label(label)
    column = layout.headers[folded][0]
    return [fold_label(spelling) for spelling in column.spellings].index(folded)


def _question(  # noqa: PLR0917 - a place, what stands there, and what is known
    sheet: str,
    row: int,
    column: int,
    written: object,
    sample: object,
    layout: ForeignLayout,
    context: ParsingContext,
) -> Question | None:
    """What a heading asks, as far as any framework of the project is concerned; None where it asks nothing known."""
    reference, text, field, is_plain = _parts(written, layout, context)
    if not (is_empty(reference) and not text):
        places = {"criterion": column, "rating": column}
        heading = Heading(sheet, row, places, [], reference=reference, text=text, sample=sample)
        if any(names_criterion(heading, cycle.asking) for cycle in context.cycles):
            return Question(heading, field, is_plain)
    return None


def _parts(written: object, layout: ForeignLayout, context: ParsingContext) -> tuple[object, str, str, bool]:
    """Reference, text, field and plainness of a heading; no reference and no text where it has neither."""
    if isinstance(written, tuple):
        over, under = written
        return _two_rows(over, under, layout, context)
    if not isinstance(written, str):
        return (written if read_reference(written) else ""), "", "rating", True
    line = one_line(written)
    parts = split_reference(line)
    if parts is not None and _is_known(parts[0], context):
        text, field = _field(parts[1], layout, context)
        return parts[0], text, field or "rating", bool(field) or not text or _is_text(text, context)
    return _without_reference(line, layout, context)


def _two_rows(
    over: str, under: object, layout: ForeignLayout, context: ParsingContext
) -> tuple[object, str, str, bool]:
    """A heading of two rows: the question above, and perhaps the name of a field below it."""
    below = field_of(under, layout)
    if not over:
        return _parts(under, layout, context)
    reference, text, field, is_plain = _parts(over, layout, context)
    return (reference, text, below, is_plain) if below in _FIELDS else (reference, text, field, False)


def _without_reference(line: str, layout: ForeignLayout, context: ParsingContext) -> tuple[object, str, str, bool]:
    """A heading that is a criterion's text, or has its reference at the end."""
    for variant in (line, _QUESTION_NUMBER.sub("", line)):
        text, field = _field(variant, layout, context)
        if _is_text(text, context):
            return "", text, field or "rating", True
    before = _PREFIX.match(line)
    field = field_of(before["prefix"], layout) if before else ""
    return (before["reference"], "", field, True) if before and field in _FIELDS else ("", "", "", False)


def _field(text: str, layout: ForeignLayout, context: ParsingContext) -> tuple[str, str]:
    """A text without the name of a field at its end (`... - Evidence`), and the field; "" where none stands there."""
    if (whole := field_of(text, layout)) in _FIELDS:
        return "", whole
    if _is_text(text, context):
        return text, ""
    match = _SUFFIX.match(text)
    field = field_of(match["suffix"], layout) if match else ""
    return (match["text"], field) if match and field in _FIELDS else (text, "")


def _is_known(reference: str, context: ParsingContext) -> bool:
    reading = read_reference(reference)
    return reading is not None and any(
        each in cycle.asking.order for each in reading.candidates for cycle in context.cycles
    )


def _is_text(text: str, context: ParsingContext) -> bool:
    return bool(text) and any(cycle.asking.by_text_of(text) for cycle in context.cycles)


def rivals(questions: Iterable[Question]) -> tuple[list[Question], list[Question]]:
    """Of the questions for one field of one criterion, those that count and those that do not.

    One whose heading is plain counts before those with other words after the reference, which may ask anything; where
    several are left, they all count, and must agree.
    """
    found = list(questions)
    plain = [each for each in found if each.is_plain]
    return (plain, [each for each in found if not each.is_plain]) if plain else (found, [])
