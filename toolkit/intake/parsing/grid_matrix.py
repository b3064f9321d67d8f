"""A matrix, criteria down and organisations across, becomes a reading for each organisation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from toolkit.intake.parsing.answers import doubtful_responses, merge, read_row
from toolkit.intake.parsing.book import Reading
from toolkit.intake.parsing.dates import means_no_date, read_date
from toolkit.intake.parsing.foreign_answers import Fills, fills_of, with_fill
from toolkit.intake.parsing.foreign_merges import merges_of, not_seen
from toolkit.intake.parsing.grid_account import Account
from toolkit.intake.parsing.grid_blocks import Across, Block, field_of
from toolkit.intake.parsing.grid_names import of_others, under_their_names
from toolkit.intake.parsing.grid_references import names_criterion, one_line, settle_cycle
from toolkit.intake.parsing.placing import place
from toolkit.intake.parsing.recognising import unread_sheets
from toolkit.intake.parsing.text import ErrorCell, as_text, column_letters, is_empty, without_unshown
from toolkit.intake.queries import query
from toolkit.layouts import fold_label
from toolkit.records import Response, Return

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.intake.parsing.book import Book
    from toolkit.intake.parsing.context import CycleContext, ParsingContext
    from toolkit.intake.parsing.grid_references import GridRow
    from toolkit.intake.parsing.ratings import RatingReader
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.layouts import ForeignLayout
    from toolkit.records import Query

_ABOVE = "above the table"
_HEADING = "a heading"
_NO_ORGANISATION = "a column or row that is no organisation's, such as a total"


@dataclass(slots=True)
class _Column:
    """An organisation in the matrix: its column in each block that has it, and what its answers become."""

    places: list[tuple[Block, Across]]
    responses: tuple[Response, ...] = ()
    queries: list[Query] = field(default_factory=list)
    signed: dict[str, object] = field(default_factory=dict)
    fills: Fills = field(default_factory=dict)

    @property
    def across(self) -> Across:
        return self.places[0][1]

    @property
    def part(self) -> str:
        """Where its name stands, such as `Answers!C4`."""
        block, across = self.places[0]
        return f"{block.sheet.name}!{column_letters(across.column)}{across.row + 1}"


@dataclass(frozen=True, slots=True)
class MatrixReader:
    """Reads the blocks of one workbook."""

    book: Book
    layout: ForeignLayout
    context: ParsingContext
    ratings: RatingReader

    def read(self, blocks: Sequence[Block], decided: str) -> tuple[Reading, ...]:
        """A reading for each organisation, in the order of their columns.

        Args:
            blocks: the matrices, at least one.
            decided: the cycle that a person decided on.
        """
        account = Account(tuple({id(block.sheet): block.sheet for block in blocks}.values()))
        rows = [row for block in blocks for row in block.rows(block.across[0].column)]
        rows = [row for row in rows if any(not is_empty(row.cells[each]) for each in _across(blocks, row))]
        cycle, doubts = settle_cycle(rows, self.context, decided)
        columns = self._columns(blocks)
        common = list(doubts)
        for column in columns:
            if cycle is not None:
                self._answer(column, cycle, account)
            for block, across in column.places:
                for row in block.rows(across.column) if cycle is None else ():
                    account.queried(row.sheet, row.row, across.column, column.part)
                account.read(block.sheet.name, across.row, across.column, column.part)
        for block in blocks:
            common.extend(self._beside(block, cycle, account))
        others = [sheet for sheet in self.book.sheets if all(sheet is not each for each in account.sheets)]
        if cycle is not None:
            there = {response.criterion for column in columns for response in column.responses}
            common.extend(unread_sheets(others, [c for c in cycle.asking.order if c not in there], cycle.asking))
        common.extend(account.left_over())
        shares = account.shares([column.part for column in columns])
        return tuple(
            replace(self._reading(column, cycle, [] if place else common), cells=shares[column.part])
            for place, column in enumerate(columns)
        )

    def _columns(self, blocks: Sequence[Block]) -> list[_Column]:
        """The organisations; one that has a column in several blocks is one, unless two blocks answer the same."""
        found: list[_Column] = []
        named: dict[tuple[str, str], list[_Column]] = {}
        merges = merges_of(self.book.inspection, {id(block.sheet): block.sheet for block in blocks}.values())
        for block in blocks:
            for across in under_their_names(block, merges):
                alike = named.setdefault((across.name, across.organisation_id), [])
                own = next((each for each in alike if _goes_on(each, block, across)), None)
                if own is not None:
                    own.places.append((block, across))
                else:
                    found.append(_Column([(block, across)]))
                    alike.append(found[-1])
        return found

    def _answer(self, column: _Column, cycle: CycleContext, account: Account) -> None:
        """Read a column's answers, and account for each of its cells."""
        asking, part = cycle.asking, column.part
        answered = [row for block, across in column.places for row in block.rows(across.column)]
        column.fills = fills_of(self.book.inspection, answered, self.layout)
        rows: list[list[GridRow]] = []
        for block, across in column.places:
            own = []
            for row in block.rows(across.column):
                if names_criterion(row, asking):
                    own.append(row)
                elif not is_empty(row.value("rating")):
                    own.extend(self._sort_out(row, column, account))
            rows.append(own)
        placed = place(rows, asking)
        column.queries.extend(placed.queries)
        responses = {
            criterion: self._response(found, asking.standard_of[criterion], criterion, column, account)
            for criterion, found in placed.rows.items()
        }
        doubtful, contradicted = doubtful_responses(placed.doubtful, responses, asking.standard_of)
        responses |= doubtful
        column.queries.extend(contradicted)
        responses, doubts = not_seen(self.book, responses, [block.sheet for block, _ in column.places], self.layout)
        column.queries.extend(doubts)
        for row in (row for own in rows for row in own if not is_empty(row.value("rating"))):
            if (row.sheet, row.row, row.columns["rating"]) not in account.fates:
                account.queried(row.sheet, row.row, row.columns["rating"], part)
        column.responses = tuple(responses[each] for each in asking.order if each in responses)

    def _sort_out(self, row: GridRow, column: _Column, account: Account) -> list[GridRow]:
        """A row with an answer that names no criterion: a date or a total is dealt with here, the rest is a query."""
        label = one_line(row.value("summary")) or one_line(row.value("criterion"))
        meaning = self._cover_field(label)
        place = row.sheet, row.row, row.columns["rating"]
        if meaning:
            column.queries.extend(self._sign(row, meaning, column))
            account.read(*place, column.part)
        elif field_of(label, self.layout) == "ignored":
            account.ignored(*place, _NO_ORGANISATION, column.part)
        else:
            return [row]
        return []

    def _sign(self, row: GridRow, meaning: str, column: _Column) -> Iterator[Query]:
        value = row.value("rating")
        column.signed.setdefault(meaning, value)
        written = as_text(value)
        if isinstance(value, ErrorCell) or (
            meaning == "completed_on" and read_date(value) is None and not means_no_date(written)
        ):
            code = "cover-error-cell" if isinstance(value, ErrorCell) else "cover-date-unclear"
            place = {"sheet": row.sheet, "cell": row.cell("rating"), "found": written}
            yield query(code, expected="a date", field=meaning.replace("_", " "), **place)

    def _cover_field(self, label: str) -> str:
        folded = fold_label(label)
        fields = self.layout.cover.fields
        return next((name for name, labels in fields.items() if folded in {fold_label(each) for each in labels}), "")

    def _response(
        self, rows: Sequence[TableRow], standard: str, criterion: str, column: _Column, account: Account
    ) -> Response:
        read = []
        for row in rows:
            response, queries = read_row(row, standard, criterion, self.ratings)
            response, told = with_fill(response, row, self.layout, column.fills)
            queries = (*queries, *told)
            column.queries.extend(queries)
            if not is_empty(row.value("rating")):
                mark = account.queried if queries else account.read
                mark(row.sheet, row.row, row.columns["rating"], column.part)
            read.append(response)
        merged, queries = merge(read)
        column.queries.extend(queries)
        return merged

    def _beside(self, block: Block, cycle: CycleContext | None, account: Account) -> Iterable[Query]:
        """Account for what is no organisation's answer; queries on columns that nobody knows."""
        sheet = block.sheet
        for number in range(block.band[0]):
            account.row_ignored(sheet.name, number, block.span, _ABOVE)
        for number in block.band:
            named = {each.column for each in block.across if each.row == number}
            account.row_ignored(sheet.name, number, set(block.span) - named - set(block.strange), _HEADING)
        for row in block.rows(block.across[0].column):
            label = one_line(row.value("summary")) or one_line(row.value("criterion"))
            is_read = cycle is None or names_criterion(row, cycle.asking) or bool(self._cover_field(label))
            is_total = field_of(label, self.layout) == "ignored"
            is_bare = all(is_empty(row.cells[each.column]) for each in block.across)
            for column in block.fields.values():
                if is_read:
                    account.read(sheet.name, row.row, column)
                elif is_total or is_bare:
                    account.ignored(sheet.name, row.row, column, _NO_ORGANISATION if is_total else _HEADING)
                else:
                    account.queried(sheet.name, row.row, column)
            account.row_ignored(sheet.name, row.row, block.labelled, _NO_ORGANISATION)
        for column in block.strange:
            yield _about_a_column(block, column, account)

    def _reading(self, column: _Column, cycle: CycleContext | None, common: list[Query]) -> Reading:
        across = column.across
        written = {
            name: one_line(without_unshown(as_text(value)))
            for name, value in column.signed.items()
            if not isinstance(value, ErrorCell)
        }
        return_ = Return(
            organisation_id=across.organisation_id,
            organisation=" and ".join(each for each in (without_unshown(across.name), *across.others) if each),
            cycle=cycle.cycle if cycle else "",
            framework=cycle.asking.framework.id if cycle else "",
            layout=f"{self.layout.id}, by content",
            completed_by=written.get("completed_by", ""),
            authorised_by=written.get("authorised_by", ""),
            completed_on=read_date(column.signed.get("completed_on", "")),
            lead_name=written.get("lead_name", ""),
            lead_email=written.get("lead_email", ""),
            responses=column.responses,
            queries=(*common, *column.queries),
        )
        doubt = next((told for block, each in column.places if (told := of_others(block, each))), {})
        hold = "rating-column-unclear" if doubt else ""
        return Reading(return_, known_cycle=cycle is not None, part=column.part, hold=hold, hold_details=doubt)


def _goes_on(column: _Column, block: Block, across: Across) -> bool:
    """Whether a column goes on with what another block has of the same name, without an answer to the same."""
    if not (across.name or across.organisation_id) or across.others or column.across.others:
        return False
    if any(each is block for each, _ in column.places):
        return False
    answered = {key for each, place in column.places for key in _answered(each, place)}
    return answered.isdisjoint(_answered(block, across))


def _across(blocks: Sequence[Block], row: GridRow) -> set[int]:
    """The columns in which organisations answer a row."""
    return {
        each.column
        for block in blocks
        if block.sheet.name == row.sheet and row.row in block.body
        for each in block.across
    }


def _answered(block: Block, across: Across) -> set[str]:
    """What the rows that an organisation answers are called, as far as two blocks must not answer the same."""
    return {
        fold_label(f"{one_line(row.value('criterion'))} {one_line(row.value('summary'))}")
        for row in block.rows(across.column)
        if not is_empty(row.value("rating"))
    }


def _about_a_column(block: Block, column: int, account: Account) -> Query:
    filled = [number for number in (*block.band, *block.body) if not is_empty(block.sheet.rows[number][column])]
    for number in filled:
        account.queried(block.sheet.name, number, column)
    cell = block.sheet.rows[filled[0]][column]
    count = len([number for number in filled if number not in block.band])
    return query(
        "column-no-organisation",
        sheet=block.sheet.name,
        cell=f"{column_letters(column)}{filled[0] + 1}",
        found=cell.text if isinstance(cell, ErrorCell) else as_text(cell),
        column=column_letters(column),
        count="1 cell was" if count == 1 else f"{count} cells were",
    )
