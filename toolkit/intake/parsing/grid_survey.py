"""A survey's export, one row an organisation, becomes a reading for each organisation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.intake.parsing.answers import doubtful_responses, read_row
from toolkit.intake.parsing.book import Reading
from toolkit.intake.parsing.dates import means_no_date
from toolkit.intake.parsing.grid_account import Account
from toolkit.intake.parsing.grid_blocks import field_of, same
from toolkit.intake.parsing.grid_columns import Columns, assign
from toolkit.intake.parsing.grid_moments import Moment, later, read_moments
from toolkit.intake.parsing.grid_references import one_line, settle_cycle
from toolkit.intake.parsing.placing import Claim
from toolkit.intake.parsing.tables import Rivals, TableRow
from toolkit.intake.parsing.text import ErrorCell, as_text, column_letters, fold, is_empty, without_unshown
from toolkit.intake.queries import query
from toolkit.records import OtherRating, Rating, Response, Return

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.intake.parsing.context import CycleContext, ParsingContext
    from toolkit.intake.parsing.grid_questions import Survey
    from toolkit.intake.parsing.ratings import RatingReader
    from toolkit.layouts import ForeignLayout
    from toolkit.records import CellCount, Query

_ABOVE = "above the table"
_HEADING = "a heading"
_NO_ANSWER = "a column that answers nothing, such as a response's number or address"
_NO_RESPONSE = "a row that is no organisation's answer"
_AGAIN = "an earlier answer of the same organisation"
_OTHERS = {"commissioner_rating": "commissioner", "moderated_rating": "moderated"}
_TEXTS = {"evidence", "action", "lead", "target_date"}
_MOST_LISTED = 12


@dataclass(slots=True)
class _Respondent:
    """One row of a survey: who answered, when by each column of dates, and what."""

    survey: Survey
    columns: Columns
    row: int
    names: tuple[str, ...]
    moments: list[Moment | None]
    responses: tuple[Response, ...] = ()
    queries: list[Query] = field(default_factory=list)
    earlier: list[_Respondent] = field(default_factory=list)

    @property
    def sheet(self) -> str:
        return self.survey.sheet.name

    @property
    def cells(self) -> list[object]:
        return self.survey.sheet.rows[self.row]

    @property
    def part(self) -> str:
        """Where its name stands, such as `Responses!B7`."""
        return f"{self.sheet}!{column_letters(self.survey.respondent['organisation'][0])}{self.row + 1}"

    def value(self, name: str) -> object:
        """What stands in the likeliest column of a field that has anything in this row."""
        return next((self.cells[c] for c in self.survey.respondent.get(name, ()) if not is_empty(self.cells[c])), "")

    def text(self, name: str) -> str:
        value = self.value(name)
        return "" if isinstance(value, ErrorCell) else one_line(without_unshown(as_text(value)))


@dataclass(frozen=True, slots=True)
class SurveyReader:
    """Reads the surveys of one workbook."""

    layout: ForeignLayout
    context: ParsingContext
    ratings: RatingReader

    def read(self, surveys: Sequence[Survey], decided: str) -> tuple[Reading, ...]:
        """A reading for each organisation, in the order of their rows; () where no row is one's answer.

        An organisation that answered again has one reading, of its latest answer, where the dates tell which that is
        or both say the same; else it has several, and a person must say which counts.

        Args:
            surveys: the tables, at least one.
            decided: the cycle that a person decided on.
        """
        account = Account(tuple(survey.sheet for survey in surveys))
        headings = [each.heading for survey in surveys for each in survey.questions]
        cycle, doubts = settle_cycle(headings, self.context, decided)
        common = list(doubts)
        found: list[_Respondent] = []
        for survey in surveys:
            columns = assign(survey, cycle.asking if cycle else None)
            common.extend(columns.queries)
            _account_for_headings(survey, columns, account)
            for each in self._respondents(survey, columns, account):
                if cycle is not None:
                    self._answer(each, cycle)
                found.append(each)
        kept = self._latest(found)
        for each in kept:
            _account_for(each, account)
            for before in each.earlier:
                account.row_ignored(before.sheet, before.row, range(len(before.cells)), _AGAIN, each.part)
                if _answers(before) != _answers(each):
                    each.queries.append(_answered_again(each, before))
        common.extend(account.left_over())
        shares = account.shares([each.part for each in kept]) if kept else {}
        return tuple(self._reading(each, cycle, [] if place else common, shares) for place, each in enumerate(kept))

    def _respondents(self, survey: Survey, columns: Columns, account: Account) -> Iterator[_Respondent]:
        """The rows that are somebody's answer; the others are accounted for."""
        rows = range(survey.header + 1, len(survey.sheet.rows))
        dates = [
            read_moments({row: survey.sheet.rows[row][column] for row in rows})
            for column in survey.respondent.get("completed_on", ())
        ]
        for row in rows:
            cells = survey.sheet.rows[row]
            written = [cells[column] for column in survey.respondent["organisation"] if not is_empty(cells[column])]
            names = tuple(dict.fromkeys(one_line(each) for each in written if not isinstance(each, ErrorCell)))
            answered = any(
                not is_empty(cells[column]) for column in (*columns.read, *columns.doubtful, *columns.unused)
            )
            if any(_is_heading(name, self.layout) for name in names) or not (written or answered):
                account.row_ignored(survey.sheet.name, row, range(len(cells)), _NO_RESPONSE)
            else:
                yield _Respondent(survey, columns, row, names, [each.get(row) for each in dates])

    def _answer(self, who: _Respondent, cycle: CycleContext) -> None:
        asking = cycle.asking
        responses = {}
        for criterion, fields in who.columns.own.items():
            responses[criterion] = self._response(who, asking.standard_of[criterion], criterion, fields)
        claims: dict[str, list[Claim]] = defaultdict(list)
        for column, criteria in who.columns.doubtful.items():
            row = TableRow(who.sheet, who.row, {"criterion": column, "rating": column}, who.cells)
            for criterion in criteria:
                claims[criterion].append(Claim(row, may_be_its_own=column in who.columns.may_be_its_own))
        doubtful, contradicted = doubtful_responses(claims, responses, asking.standard_of)
        responses |= doubtful
        who.queries.extend(contradicted)
        who.responses = tuple(responses[each] for each in asking.order if each in responses)

    def _response(self, who: _Respondent, standard: str, criterion: str, fields: dict[str, list[int]]) -> Response:
        """The response in the columns of a criterion; what stands in several columns for one text is joined."""
        places = {"criterion": next(iter(fields.values()))[0]}
        for name, columns in fields.items():
            places[name] = next((column for column in columns if not is_empty(who.cells[column])), columns[0])
        twins = tuple(column for column in fields.get("rating", ()) if column != places["rating"])
        cells = _joined(who.cells, fields)
        response, queries = read_row(
            TableRow(who.sheet, who.row, places, cells, Rivals(twins)), standard, criterion, self.ratings
        )
        who.queries.extend(queries)
        others = [self._other(who, name, columns[0]) for name, columns in fields.items() if name in _OTHERS]
        return replace(response, other_ratings=tuple(each for each in others if each is not None))

    def _other(self, who: _Respondent, name: str, column: int) -> OtherRating | None:
        """Somebody else's rating, in a column of its own."""
        value = who.cells[column]
        if is_empty(value):
            return None
        read = None if isinstance(value, ErrorCell) else self.ratings.read(value)
        cell = f"{column_letters(column)}{who.row + 1}"
        rating, written = read or (Rating.UNREADABLE, as_text(value))
        if read is None:
            labels = ", ".join(level.label for level in self.ratings.scale.levels)
            place = {"sheet": who.sheet, "cell": cell, "found": as_text(value), "expected": labels}
            who.queries.append(query("rating-not-in-scale", criterion=f"the {_OTHERS[name]} score", **place))
        return OtherRating(_OTHERS[name], rating, without_unshown(written), who.sheet, cell)

    def _latest(self, found: Sequence[_Respondent]) -> list[_Respondent]:
        """Those whose answer counts, each with the earlier ones of the same organisation that the dates put aside."""
        groups: dict[object, list[_Respondent]] = {}
        for place, each in enumerate(found):
            groups.setdefault(self._key(each) or place, []).append(each)
        aside: set[int] = set()
        for group in groups.values():
            last = next((e for e in reversed(group) if all(o is e or _supersedes(e, o) for o in group)), None)
            if last is not None:
                last.earlier = [each for each in group if each is not last]
                aside.update(id(each) for each in last.earlier)
        return [each for each in found if id(each) not in aside]

    def _key(self, who: _Respondent) -> tuple[str, ...]:
        """What the rows of one organisation have in common; () for a row that does not name one."""
        if len(who.names) != 1:
            return ()
        (name,) = who.names
        return tuple(sorted(self.context.called(name))) if name.isascii() else (fold(name),)

    def _reading(
        self, who: _Respondent, cycle: CycleContext | None, common: list[Query], shares: dict[str, CellCount]
    ) -> Reading:
        name = " and ".join(who.names[:1] if self._agree(who) else who.names)
        is_id = name.casefold() in self.context.registered
        told = [moment for moment in who.moments if moment is not None]
        return_ = Return(
            organisation_id=name if is_id else "",
            organisation="" if is_id else without_unshown(name),
            cycle=cycle.cycle if cycle else "",
            framework=cycle.asking.framework.id if cycle else "",
            layout=f"{self.layout.id}, by content",
            completed_by=who.text("completed_by"),
            authorised_by=who.text("authorised_by"),
            completed_on=told[0].date if told else None,
            lead_name=who.text("lead_name"),
            lead_email=who.text("lead_email"),
            responses=who.responses,
            queries=(*common, *_about_dates(who), *who.queries),
        )
        return Reading(return_, known_cycle=cycle is not None, part=who.part, cells=shares[who.part])

    def _agree(self, who: _Respondent) -> bool:
        return all(same(name, who.names[0], self.context) for name in who.names)


def _is_heading(name: str, layout: ForeignLayout) -> bool:
    """Whether what stands for a name is a further heading, a total, or what a survey program puts below headings."""
    return bool(field_of(name, layout)) or name.startswith('{"ImportId"')


def _supersedes(one: _Respondent, other: _Respondent) -> bool:
    """Whether one answer takes the place of another: it says the same, or is certainly later."""
    if _answers(one) == _answers(other):
        return True
    return one.survey is other.survey and later(one.moments, other.moments)


def _joined(cells: list[object], fields: dict[str, list[int]]) -> list[object]:
    """The cells of a row, with what stands in several columns for one text brought together in the first of them."""
    found = cells
    for name, columns in fields.items():
        filled = [column for column in columns if not is_empty(cells[column])]
        if name in _TEXTS and len(filled) > 1:
            found = list(found)
            found[filled[0]] = "\n".join(dict.fromkeys(as_text(cells[column]) for column in filled))
    return found


def _answers(who: _Respondent) -> dict[str, tuple[str, ...]]:
    """What a row says, criterion by criterion, wherever it stands."""
    return {
        each.criterion: (
            each.rating,
            each.rating_as_written,
            each.evidence,
            each.action,
            each.lead,
            each.target_date_as_written,
        )
        for each in who.responses
    }


def _answered_again(last: _Respondent, before: _Respondent) -> Query:
    now, then = _answers(last), _answers(before)
    different = [criterion for criterion, said in then.items() if said != now.get(criterion)]
    more = ", ..." if len(different) > _MOST_LISTED else ""
    return query(
        "answered-again",
        sheet=last.sheet,
        cell=last.part.rpartition("!")[2],
        found=before.part.rpartition("!")[2],
        organisation=last.names[0],
        other=f"different: {', '.join(different[:_MOST_LISTED])}{more}",
    )


def _about_dates(who: _Respondent) -> Iterator[Query]:
    """A query on each date that cannot be read as one."""
    columns = who.survey.respondent.get("completed_on", ())
    for column, moment in zip(columns, who.moments, strict=True):
        value = who.cells[column]
        if not is_empty(value) and moment is None and not means_no_date(as_text(value)):
            cell = f"{column_letters(column)}{who.row + 1}"
            yield query("cover-date-unclear", sheet=who.sheet, cell=cell, found=as_text(value), expected="a date")


def _account_for(who: _Respondent, account: Account) -> None:
    """Say of every cell of a row what became of it; what has no heading is left to be asked about."""
    asked = {each.cell for each in (*who.queries, *_about_dates(who)) if each.sheet == who.sheet}
    named = {column for columns in who.survey.respondent.values() for column in columns}
    for column, value in enumerate(who.cells):
        place = who.sheet, who.row, column
        if is_empty(value):
            continue
        if column in who.survey.ignored:
            account.ignored(*place, _NO_ANSWER, who.part)
        elif column in who.columns.unused or column in who.columns.doubtful:
            account.queried(*place, who.part)
        elif column in named or column in who.columns.read:
            mark = account.queried if f"{column_letters(column)}{who.row + 1}" in asked else account.read
            mark(*place, who.part)


def _account_for_headings(survey: Survey, columns: Columns, account: Account) -> None:
    name = survey.sheet.name
    for row in range(survey.first):
        account.row_ignored(name, row, range(len(survey.sheet.rows[row])), _ABOVE)
    named = {column for places in survey.respondent.values() for column in places}
    for row in range(survey.first, survey.header + 1):
        for column in named | columns.read:
            account.read(name, row, column)
        for column in (*columns.unused, *columns.doubtful):
            account.queried(name, row, column)
        account.row_ignored(name, row, survey.ignored, _HEADING)
