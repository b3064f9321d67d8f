"""Which columns of a survey answer which criterion, once its framework is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.intake.parsing.grid_questions import rivals
from toolkit.intake.parsing.grid_references import names_criterion, one_line
from toolkit.intake.parsing.placing import place
from toolkit.intake.parsing.text import as_text, column_letters, is_empty
from toolkit.intake.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.intake.parsing.context import Asking
    from toolkit.intake.parsing.grid_questions import Question, Survey
    from toolkit.records import Query


@dataclass(slots=True)
class Columns:
    """What each criterion is answered in: field to its columns, the first of which counts and the others must agree.

    `doubtful` maps a column to the criteria that it may be for; `may_be_its_own` are those of them that `Claim` says so
    of. `unused` are columns of questions that were not read.
    """

    own: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    doubtful: dict[int, tuple[str, ...]] = field(default_factory=dict)
    may_be_its_own: set[int] = field(default_factory=set)
    unused: list[int] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)

    @property
    def read(self) -> set[int]:
        """Every column with answers that are read."""
        return {column for fields in self.own.values() for columns in fields.values() for column in columns}


def assign(survey: Survey, asking: Asking | None) -> Columns:
    """Give each question its criterion, with a query on every one that is none's or may be several's.

    Args:
        survey: the table.
        asking: the framework; None where nobody can tell which, and then nothing is read.
    """
    found = Columns(unused=list(survey.unknown))
    if asking is None:
        found.unused.extend(each.column for each in survey.questions)
        return found
    questions = [each for each in survey.questions if names_criterion(each.heading, asking)]
    found.unused.extend(each.column for each in survey.questions if each not in questions)
    claims: dict[tuple[str, str], list[Question]] = defaultdict(list)
    for criterion, question in _placed(questions, asking, found):
        claims[criterion, question.field].append(question)
    for (criterion, name), rival in claims.items():
        kept, dropped = rivals(rival)
        found.own.setdefault(criterion, {})[name] = [each.column for each in kept]
        found.unused.extend(each.column for each in dropped)
    found.queries.extend(_unused(survey, column) for column in sorted(found.unused))
    return found


def _placed(questions: list[Question], asking: Asking, found: Columns) -> Iterator[tuple[str, Question]]:
    """Each question with its criterion: those of ratings in their order, others by what their own heading says."""
    by_column = {each.column: each for each in questions}
    ratings = [each.heading for each in questions if each.field == "rating"]
    others = [[each.heading] for each in questions if each.field != "rating"]
    for group in (ratings, *others):
        placed = place([group], asking)
        for criterion, headings in placed.rows.items():
            for heading in headings:
                yield criterion, by_column[heading.columns["criterion"]]
        doubtful: dict[int, list[str]] = defaultdict(list)
        for criterion, claims in placed.doubtful.items():
            for claim in claims:
                column = claim.row.columns["criterion"]
                doubtful[column].append(criterion)
                found.may_be_its_own |= {column} if claim.may_be_its_own else set()
        for told in placed.queries:
            place_ = {"sheet": told.sheet, "cell": told.cell}
            found.queries.append(query("heading-unclear", found=told.found, expected=told.expected, **place_))
        for column, criteria in doubtful.items():
            found.doubtful[column] = tuple(criteria) if by_column[column].field == "rating" else ()
        lost = {h.columns["criterion"] for h in group} - found.doubtful.keys()
        lost -= {h.columns["criterion"] for headings in placed.rows.values() for h in headings}
        found.doubtful.update(dict.fromkeys(lost, ()))


def _unused(survey: Survey, column: int) -> Query:
    rows = survey.sheet.rows
    filled = sum(1 for row in rows[survey.header + 1 :] if not is_empty(row[column]))
    heading = next((row[column] for row in reversed(rows[: survey.header + 1]) if not is_empty(row[column])), "")
    return query(
        "question-not-used",
        sheet=survey.sheet.name,
        cell=f"{column_letters(column)}{survey.header + 1}",
        found=one_line(as_text(heading)),
        column=column_letters(column),
        count="1 answer was" if filled == 1 else f"{filled} answers were",
    )
