"""A workbook with a row for each criterion that the toolkit did not issue becomes a Return."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.intake.parsing.answers import doubtful_responses
from toolkit.intake.parsing.book import Reading
from toolkit.intake.parsing.foreign_account import QUERIED, READ, Account
from toolkit.intake.parsing.foreign_answers import fills_of, read_criterion
from toolkit.intake.parsing.foreign_cover import read_foreign_cover
from toolkit.intake.parsing.foreign_key import read_key
from toolkit.intake.parsing.foreign_merges import not_seen
from toolkit.intake.parsing.foreign_tables import headed, read_foreign_table
from toolkit.intake.parsing.placing import Claim, place
from toolkit.intake.parsing.ratings import Doubt, RatingReader
from toolkit.intake.parsing.recognising import cycles_by_content, rows_of_another, unread_sheets
from toolkit.intake.parsing.sheets import mark_formulas
from toolkit.intake.parsing.tables import SheetTable
from toolkit.intake.parsing.text import as_text
from toolkit.intake.queries import query
from toolkit.layouts import read_reference
from toolkit.records import Response, Return

if TYPE_CHECKING:
    from toolkit.intake.parsing.book import Book
    from toolkit.intake.parsing.context import CycleContext, ParsingContext
    from toolkit.intake.parsing.cover import Cover
    from toolkit.intake.parsing.foreign_tables import ForeignRow, ForeignTable
    from toolkit.intake.parsing.placing import Placed
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.layouts import ForeignLayout
    from toolkit.records import Query

_SURE_BY_REFERENCES = 0.9
"""The share of references that a framework must have, where no wording confirms that the workbook is about it."""


def read_rows(book: Book, layout: ForeignLayout, context: ParsingContext, cycle: str = "") -> tuple[Reading, ...]:
    """Read a workbook with a row for each criterion, on one sheet or on several.

    Args:
        book: the workbook.
        layout: where everything is in it, and what its ratings mean.
        context: frameworks and register of the project.
        cycle: the cycle that a person decided it belongs to; "" leaves it to the workbook.

    Returns:
        One reading.
    """
    tables, legend = _tables(book, layout, context)
    cover = read_foreign_cover(tables, layout, context)
    work = _Work(book, layout, context, tables, Account(tables), list(cover.cover.queries))
    work.account.mark_all(legend, "key")
    work.account.mark_all(cover.cells, READ)
    found = _cycle(work, cycle)
    responses = _responses(work, found) if found is not None else ()
    cells = work.account.settle() if found is not None else None
    return_ = _return(layout, cover.cover, found, responses, (*work.queries, *work.account.queries))
    has_table = any(table.headers for table in tables)
    return (Reading(return_, has_table, found is not None, cells=cells, rows=work.placed),)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is read and with what; `account` and `queries` grow while it is."""

    book: Book
    layout: ForeignLayout
    context: ParsingContext
    tables: tuple[ForeignTable, ...]
    account: Account
    queries: list[Query]
    placed: dict[str, list[TableRow]] = field(default_factory=dict)

    @property
    def rows(self) -> list[ForeignRow]:
        """The rows of every sheet."""
        return [each for table in self.tables for each in table.rows]


def _tables(
    book: Book, layout: ForeignLayout, context: ParsingContext
) -> tuple[tuple[ForeignTable, ...], dict[str, set[tuple[int, int]]]]:
    """Every sheet's table, and the cells of the key. Formulas without a result are marked where answers could be."""
    sheets = tuple(headed(book.sheets, layout))
    if book.package is not None:
        mark_formulas([sheet for sheet, headers in sheets if headers], book.package)
    legend = read_key(sheets, layout, layout.scale(context.root)).cells
    tables = tuple(read_foreign_table(sheet, headers, layout, legend.get(sheet.name, ())) for sheet, headers in sheets)
    return tables, legend


def _cycle(work: _Work, decided: str) -> CycleContext | None:
    """The cycle that was decided on, else the one whose framework the rows are of; None where that is not certain."""
    tables = [_as_sheet_table(table) for table in work.tables]
    if decided:
        chosen = work.context.cycle(decided)
        contradicts = rows_of_another(tables, chosen, work.context) if chosen else None
        work.queries.extend([contradicts] if contradicts else [])
        return None if contradicts else chosen
    fitting = cycles_by_content(tables, work.context)
    if len(fitting) > 1:
        names = ", ".join(cycle.asking.framework.short_title for cycle in fitting)
        work.queries.append(query("framework-uncertain", found=names, expected="one framework"))
    if len(fitting) != 1:
        return None
    asking = fitting[0].asking
    rows = [each.row for each in work.rows]
    if any(asking.criteria_with(text) for row in rows if isinstance(text := row.value("summary"), str) and text):
        return fitting[0]
    references = [reading.candidates for row in rows if (reading := read_reference(row.value("criterion")))]
    known = sum(1 for candidates in references if any(each in asking.order for each in candidates))
    if known < _SURE_BY_REFERENCES * len(references):
        return None
    work.queries.append(query("rows-by-reference", expected=asking.framework.short_title))
    return fitting[0]


def _as_sheet_table(table: ForeignTable) -> SheetTable:
    return SheetTable(table.sheet.name, tuple(each.row for each in table.rows if not each.several), ())


def _responses(work: _Work, cycle: CycleContext) -> tuple[Response, ...]:
    """Every response in the framework's order; adds what was not understood to the queries."""
    asking, rows = cycle.asking, work.rows
    of_row = {(each.row.sheet, each.row.row): each for each in rows}
    placed = place([_as_sheet_table(table).rows for table in work.tables], asking)
    work.placed.update(placed.rows)
    _add_several(rows, placed, asking.order)
    ratings = _reader(work.layout, work.context)
    fills = fills_of(work.book.inspection, [each.row for each in rows], work.layout)
    responses: dict[str, Response] = {}
    found: list[Query] = []
    for criterion, on in placed.rows.items():
        here = [of_row[row.sheet, row.row] for row in on]
        told = read_criterion(here, (asking.standard_of[criterion], criterion), ratings, work.layout, fills)
        responses[criterion] = told[0]
        found.extend(told[1])
        for each in here:
            work.account.row(each, READ)
    doubtful, contradicted = doubtful_responses(placed.doubtful, responses, asking.standard_of)
    responses |= doubtful
    found.extend(contradicted)
    responses, doubts = not_seen(work.book, responses, [table.sheet for table in work.tables], work.layout)
    found.extend(doubts)
    missing = _columns_missing(work.tables, work.layout)
    work.queries.extend((*missing, *placed.queries, *_strangers(rows, placed, cycle), *found))
    _account_for(rows, work.queries, work.account)
    lost = [criterion for criterion in asking.order if criterion not in responses]
    if lost:
        others = [table.sheet for table in work.tables if not table.headers]
        work.queries.extend(unread_sheets(others, lost, asking))
    return tuple(responses[criterion] for criterion in asking.order if criterion in responses)


def _reader(layout: ForeignLayout, context: ParsingContext) -> RatingReader:
    """The reader of the layout's ratings, which remembers the words it has met."""
    return context.readers.setdefault((f"layout {layout.id}", Doubt.NONE), RatingReader(layout.scale(context.root)))


def _add_several(rows: list[ForeignRow], placed: Placed, order: dict[str, int]) -> None:
    """Rows that name several criteria are doubtful for each of them, where they have answers."""
    for each in rows:
        if not each.several:
            continue
        for criterion in each.several:
            if criterion in order:
                placed.doubtful.setdefault(criterion, []).append(Claim(each.row, may_be_its_own=False))
        if each.is_answered:
            place_ = {"sheet": each.row.sheet, "cell": each.row.cell("criterion")}
            placed.queries.append(query("references-several", found=", ".join(each.several), **place_))


def _strangers(rows: list[ForeignRow], placed: Placed, cycle: CycleContext) -> list[Query]:
    """A query on every row that has nothing but somebody else's rating, and is for no criterion."""
    known = {(row.sheet, row.row) for on in placed.rows.values() for row in on}
    known |= {(claim.row.sheet, claim.row.row) for on in placed.doubtful.values() for claim in on}
    found = []
    for each in rows:
        row = each.row
        if each.is_answered and not row.is_answered and not each.several and (row.sheet, row.row) not in known:
            place_ = {"sheet": row.sheet, "cell": row.cell("criterion"), "found": as_text(row.value("criterion"))}
            found.append(query("criterion-unknown", expected=cycle.asking.framework.short_title, **place_))
    return found


def _columns_missing(tables: tuple[ForeignTable, ...], layout: ForeignLayout) -> list[Query]:
    """A query for every sheet whose headers all lack a column that the layout asks for."""
    labels = {column.field: column.spellings[0] for column in layout.table.columns}
    return [
        query("column-missing", sheet=table.sheet.name, expected=labels[name], field=name.replace("_", " "))
        for table in tables
        for name in layout.recognise.headers
        if table.headers and not any(name in header.columns for header in table.headers)
    ]


def _account_for(rows: list[ForeignRow], queries: list[Query], account: Account) -> None:
    """Rows that were not placed: with a query on them, or without an answer."""
    asked = {(each.sheet, each.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for each in queries if each.cell}
    for each in rows:
        on = (each.row.sheet, str(each.row.row + 1))
        if (each.row.sheet, each.row.row, each.header.columns["criterion"]) in account.fates:
            continue
        account.row(each, QUERIED if on in asked else "row without an answer")


def _return(
    layout: ForeignLayout,
    cover: Cover,
    cycle: CycleContext | None,
    responses: tuple[Response, ...],
    queries: tuple[Query, ...],
) -> Return:
    return Return(
        organisation_id="",
        organisation=cover.texts.get("organisation", ""),
        cycle=cycle.cycle if cycle else "",
        framework=cycle.asking.framework.id if cycle else "",
        layout=layout.id,
        completed_by=cover.texts.get("completed_by", ""),
        authorised_by=cover.texts.get("authorised_by", ""),
        completed_on=cover.completed_on,
        lead_name=cover.texts.get("lead_name", ""),
        lead_email=cover.texts.get("lead_email", ""),
        responses=responses,
        queries=queries,
    )
