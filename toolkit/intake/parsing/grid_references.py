"""References in a grid: in a cell of their own, glued to the text, or as the heading of a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.intake.parsing.recognising import cycles_by_content, rows_of_another
from toolkit.intake.parsing.tables import SheetTable, TableRow
from toolkit.intake.parsing.text import as_text, is_empty
from toolkit.intake.queries import query
from toolkit.layouts import read_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.intake.parsing.context import Asking, CycleContext, ParsingContext
    from toolkit.records import Query

_GLUED = re.compile(
    r"""^[\s'"(\[]*
        (?:(?:ref(?:erence)?|criteri(?:on|a)|standard|question|clause)\b[\s.:#-]*)?
        (?P<reference>[A-Za-z]?\d{1,3}(?:\s?[.\u00b7]\s?[1-9]\d{0,2})?)(?![\d%])(?![.\u00b7]\d)
        [\s.:;,)\]\u2013\u2014-]*(?P<text>.*)$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_QUESTION_NUMBER = re.compile(r"^\s*Q?\d{1,3}\s*[.:)]?\s+(?=\D?\d{1,3}\.\d)", re.IGNORECASE)
_ANOTHER = re.compile(r"^\W*(?:(?:and|or|to)\b\W*)?[A-Za-z]?\d{1,3}\.\d", re.IGNORECASE)

_SURE_BY_REFERENCES = 0.9
"""The share of references that a framework must have, where no wording confirms that the answers are about it."""


def split_reference(written: str) -> tuple[str, str] | None:
    """The reference at the start of a text and the text after it (`1.4The organisation`); None where there is none.

    A question's number before the reference (`Q3. 1.1 ...`) is left out. Two references in one text are none, for
    nobody can tell which of them the answers are for; nor is a clause of a criterion (`5.1.2`).
    """
    match = _GLUED.match(_QUESTION_NUMBER.sub("", written, count=1))
    if match is None or _ANOTHER.match(match["text"]):
        return None
    return match["reference"], match["text"].strip()


@dataclass(slots=True)
class GridRow(TableRow):
    """A row of a matrix as one organisation answers it; reference and text may stand in one cell."""

    def value(self, field: str) -> Any:  # noqa: ANN401 - a cell holds whatever the sender put there
        """As in any table, but the reference without the text that is glued to it, and the text without it."""
        written = TableRow.value(self, field)
        if field == "criterion" and isinstance(written, str) and (parts := split_reference(written)):
            return parts[0]
        if field != "summary" or not is_empty(written):
            return written
        glued = TableRow.value(self, "criterion")
        parts = split_reference(glued) if isinstance(glued, str) else None
        return parts[1] if parts else glued


@dataclass(slots=True)
class Heading(TableRow):
    """The heading of a survey's column, as if it were the row of a criterion: reference, text, and an answer below it.

    `sample` is the first answer in the column. Without a reference only the very text of a criterion counts as one.
    """

    reference: object = ""
    text: str = ""
    sample: object = ""

    def value(self, field: str) -> Any:  # noqa: ANN401 - a cell holds whatever the sender put there
        """The reference, the text, or the sample for any answer."""
        return {"criterion": self.reference, "summary": self.text, "rating": self.sample}.get(field, "")

    @property
    def column(self) -> int:
        """The column that it heads, counted from 0."""
        return self.columns["criterion"]


def names_criterion(row: TableRow, asking: Asking) -> bool:
    """Whether a row has the reference or the text of a criterion of the framework."""
    reading = read_reference(row.value("criterion"))
    if reading is not None and any(each in asking.order for each in reading.candidates):
        return True
    text = row.value("summary")
    return isinstance(text, str) and bool(asking.criteria_with(text))


def settle_cycle(
    rows: Iterable[TableRow], context: ParsingContext, decided: str
) -> tuple[CycleContext | None, tuple[Query, ...]]:
    """The cycle that a person decided on, else the one whose framework the rows are of; None where several may be."""
    chosen = context.cycle(decided) if decided else None
    given = list(rows)
    table = SheetTable("", tuple(given), ())
    if chosen is not None:
        contradicts = rows_of_another([table], chosen, context)
        return (None, (contradicts,)) if contradicts else (chosen, ())
    fitting = cycles_by_content([table], context)
    if len(fitting) == 1:
        return _by_references(fitting[0], given)
    if not fitting:
        return None, ()
    found = ", ".join(each.asking.framework.short_title for each in fitting)
    return None, (query("framework-uncertain", found=found, expected="one framework"),)


def _by_references(cycle: CycleContext, rows: list[TableRow]) -> tuple[CycleContext | None, tuple[Query, ...]]:
    """The cycle, where a text confirms it, or nearly all of the references are its framework's."""
    asking = cycle.asking
    if any(asking.criteria_with(text) for row in rows if isinstance(text := row.value("summary"), str) and text):
        return cycle, ()
    references = [reading.candidates for row in rows if (reading := read_reference(row.value("criterion")))]
    known = sum(1 for candidates in references if any(each in asking.order for each in candidates))
    if known < _SURE_BY_REFERENCES * len(references):
        return None, ()
    return cycle, (query("rows-by-reference", expected=asking.framework.short_title),)


def one_line(value: object) -> str:
    """A cell's text on one line."""
    return " ".join(as_text(value).split())
