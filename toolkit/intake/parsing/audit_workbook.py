"""A workbook that the toolkit issued, however it was treated, becomes a Return: cover and tables, row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.intake.parsing.answers import doubtful_responses, is_silent, merge, read_row
from toolkit.intake.parsing.audit_cells import account_for, sheets_apart
from toolkit.intake.parsing.behind_cells import about_comments, about_formulas, sheets_with_formulas
from toolkit.intake.parsing.belonging import Belonging, belonging, ratings_of
from toolkit.intake.parsing.book import Book, Reading
from toolkit.intake.parsing.colours import with_colours
from toolkit.intake.parsing.cover import read_cover
from toolkit.intake.parsing.data_set import DataSetReading, read_data_set
from toolkit.intake.parsing.placing import place
from toolkit.intake.parsing.ratings import Doubt, is_number
from toolkit.intake.parsing.recognising import rows_of_another, unread_sheets
from toolkit.intake.parsing.remarks import about_pasted, about_pointers, elsewhere
from toolkit.intake.parsing.sheets import mark_formulas
from toolkit.intake.parsing.tables import KnownHeaders, read_tables
from toolkit.intake.queries import query
from toolkit.records import Rating, Response, Return

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.intake.parsing.context import Asking, CycleContext, ParsingContext
    from toolkit.intake.parsing.cover import Cover
    from toolkit.intake.parsing.placing import Placed
    from toolkit.intake.parsing.ratings import RatingReader
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.intake.parsing.tables import SheetTable, TableRow
    from toolkit.records import Query


def read_audit_workbook(book: Book, context: ParsingContext, cycle: str = "") -> Reading:
    """Read an audit workbook of ours, however it was treated, each value with its cell.

    Args:
        book: its sheets and what it says about itself.
        context: layout, frameworks and scales of the project.
        cycle: the cycle that a person decided it belongs to; "" leaves it to the workbook.
    """
    sheets = book.sheets
    tables, formulas = _tables(book, context)
    others = [sheet for sheet, found in zip(sheets, tables, strict=True) if not found]
    found = [table for each in tables for table in each]
    cover = read_cover(others, context.layout)
    told = belonging(book.said, cover, found, others, context)
    if cycle and (decided := context.cycle(cycle)) is not None:
        contradicts = rows_of_another(found, decided, context, told.identity.framework if told.identity else "")
        told.cycle, told.is_uncertain = None if contradicts else decided, False
        told.queries.extend([contradicts] if contradicts else [])
    notes: list[Query] = []
    responses: tuple[Response, ...] = ()
    cells, rows, data_set = None, {}, DataSetReading()
    if told.cycle is not None:
        ratings = ratings_of(told, told.cycle, others, context)
        placed = place([table.rows for table in found], told.cycle.asking)
        rows = placed.rows
        responses = _responses(placed, found, told.cycle, ratings, notes)
        responses, coloured = with_colours(responses, book.inspection)
        notes.extend(coloured)
        there = {response.criterion for response in responses}
        missing = [criterion for criterion in told.cycle.asking.order if criterion not in there]
        notes.extend(unread_sheets(others, missing, told.cycle.asking) if missing else ())
        if ratings.doubt is Doubt.NOUGHT and any(is_number(each.rating_as_written) for each in responses):
            told.queries.append(query("scale-unconfirmed", expected=told.cycle.scale.title))
        notes.extend(about_pointers(responses))
        notes.extend(about_formulas(book.inspection, formulas, (row for rows in placed.rows.values() for row in rows)))
        notes.extend(_about_hidden(sheets, responses))
        printed = context.printed(told.cycle.asking)
        so_far = (*cover.queries, *told.queries, *notes)
        account = account_for(sheets, found, placed, cover, printed=printed, queries=so_far)
        notes.extend(account.settle())
        notes.extend(sheets_apart(others, account, printed, notes))
        data_set = read_data_set(book, others, context.layout, printed)
        cells = data_set.with_cells(account.count())
    notes.extend(about_comments(book.inspection, sheets))
    queries = (*cover.queries, *told.queries, *notes, *data_set.queries)
    return_ = replace(_return(told, cover, context, responses, queries), data_set=data_set.counts)
    return Reading(return_, bool(found), told.cycle is not None, cells=cells, rows=rows)


def _tables(book: Book, context: ParsingContext) -> tuple[list[tuple[SheetTable, ...]], frozenset[str]]:
    """The tables of each sheet, formulas without a result marked in them, and the sheets with tables and formulas."""
    known = KnownHeaders(above=context.above)
    tables = [read_tables(sheet, context.layout, known) for sheet in book.sheets]
    with_table = (sheet for sheet, found in zip(book.sheets, tables, strict=True) if found)
    formulas = sheets_with_formulas(book.inspection, with_table)
    if formulas and book.package is not None and mark_formulas(formulas, book.package):
        tables = [read_tables(sheet, context.layout) for sheet in book.sheets]
    return tables, frozenset(sheet.name for sheet in formulas)


def _responses(
    placed: Placed, tables: list[SheetTable], cycle: CycleContext, ratings: RatingReader, queries: list[Query]
) -> tuple[Response, ...]:
    """Every response in the framework's order; adds what was not understood to `queries`."""
    asking = cycle.asking
    responses: dict[str, Response] = {}
    by_row: list[Query] = list(placed.queries)
    for criterion, rows in placed.rows.items():
        standard = asking.standard_of[criterion]
        read = [_read(row, standard, criterion, ratings, asking) for row in rows]
        for _, found in read:
            by_row.extend(found)
        responses[criterion] = read[0][0]
        if len(read) > 1:
            responses[criterion], found = merge([response for response, _ in read])
            by_row.extend(found)
    doubtful, contradicted = doubtful_responses(placed.doubtful, responses, asking.standard_of)
    responses |= doubtful
    queries.extend(each for table in tables for each in table.queries)
    queries.extend((*by_row, *contradicted))
    return tuple(responses[criterion] for criterion in asking.order if criterion in responses)


def _read(
    row: TableRow, standard: str, criterion: str, ratings: RatingReader, asking: Asking
) -> tuple[Response, tuple[Query, ...]]:
    """The response in a row, with what is remarkable about where its answers stand."""
    response, queries = read_row(row, standard, criterion, ratings)
    if response.rating is Rating.BLANK and (told := elsewhere(row, response, ratings)) is not None:
        response, queries = told[0], (*queries, told[1])
    pasted = about_pasted(row, criterion, asking)
    return response, queries if pasted is None else (*queries, pasted)


def _about_hidden(sheets: list[SheetRows], responses: tuple[Response, ...]) -> Iterator[Query]:
    """A note for every hidden sheet that has answers."""
    for sheet in sheets:
        if sheet.hidden:
            number = sum(1 for each in responses if each.sheet == sheet.name and not is_silent(each))
            if number:
                yield query("answers-hidden", sheet=sheet.name, found="a hidden sheet", count=str(number))


def _return(
    told: Belonging, cover: Cover, context: ParsingContext, responses: tuple[Response, ...], queries: tuple[Query, ...]
) -> Return:
    identity, cycle = told.identity, told.cycle
    named_cycle, framework = "", ""
    if cycle is not None:
        named_cycle, framework = cycle.cycle, cycle.asking.framework.id
    elif identity is not None and not told.is_uncertain:
        named_cycle, framework = identity.cycle, identity.framework
    return Return(
        organisation_id=identity.organisation_id if identity else "",
        organisation=told.organisation,
        cycle=named_cycle,
        framework=framework,
        layout=f"{context.layout.id}, by {'identity' if identity else 'content'}",
        completed_by=cover.texts.get("completed_by", ""),
        authorised_by=cover.texts.get("authorised_by", ""),
        completed_on=cover.completed_on,
        lead_name=cover.texts.get("lead_name", ""),
        lead_email=cover.texts.get("lead_email", ""),
        responses=responses,
        queries=queries,
    )
