"""A workbook that the toolkit issued, however it was treated, becomes a Return: cover and tables, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.parsing.answers import is_silent, merge, read_row
from toolkit.intake.parsing.belonging import Belonging, belonging, ratings_of
from toolkit.intake.parsing.book import Book, Reading
from toolkit.intake.parsing.cover import read_cover
from toolkit.intake.parsing.placing import place
from toolkit.intake.parsing.ratings import Doubt, is_number
from toolkit.intake.parsing.recognising import kept_data_sets, unread_sheets
from toolkit.intake.parsing.sheets import SheetRows, mark_formulas
from toolkit.intake.parsing.tables import read_tables
from toolkit.intake.parsing.text import as_text
from toolkit.intake.queries import query
from toolkit.records import Rating, Response, Return

if TYPE_CHECKING:
    from toolkit.intake.parsing.context import CycleContext, ParsingContext
    from toolkit.intake.parsing.cover import Cover
    from toolkit.intake.parsing.placing import Placed
    from toolkit.intake.parsing.ratings import RatingReader
    from toolkit.intake.parsing.tables import SheetTable
    from toolkit.records import Query


def read_audit_workbook(book: Book, context: ParsingContext, cycle: str = "") -> Reading:
    """Read an audit workbook of ours, however it was treated, each value with its cell.

    Args:
        book: its sheets and what it says about itself.
        context: layout, frameworks and scales of the project.
        cycle: the cycle that a person decided it belongs to; "" leaves it to the workbook.
    """
    sheets = book.sheets
    tables = [read_tables(sheet, context.layout) for sheet in sheets]
    gaps = [sheet for sheet, found in zip(sheets, tables, strict=True) if any(_has_gaps(table) for table in found)]
    if gaps and book.package is not None and mark_formulas(gaps, book.package):
        tables = [read_tables(sheet, context.layout) for sheet in sheets]
    others = [sheet for sheet, found in zip(sheets, tables, strict=True) if not found]
    found = [table for each in tables for table in each]
    cover = read_cover(others, context.layout)
    told = belonging(book.said, cover, found, others, context)
    if cycle and (decided := context.cycle(cycle)) is not None:
        told.cycle, told.is_uncertain = decided, False
    notes: list[Query] = []
    responses: tuple[Response, ...] = ()
    if told.cycle is not None:
        ratings = ratings_of(told, told.cycle, others, context)
        responses = _responses(found, others, told.cycle, ratings, notes)
        if ratings.doubt is Doubt.NOUGHT and any(is_number(each.rating_as_written) for each in responses):
            told.queries.append(query("scale-unconfirmed", expected=told.cycle.scale.title))
    queries = (*cover.queries, *told.queries, *notes, *kept_data_sets(others, context.layout))
    return Reading(_return(told, cover, context, responses, queries), bool(found), told.cycle is not None)


def _has_gaps(table: SheetTable) -> bool:
    """Whether there is an empty cell, behind which a formula without a result may hide."""
    return any("" in row.cells for row in table.rows)


def _responses(
    tables: list[SheetTable],
    others: list[SheetRows],
    cycle: CycleContext,
    ratings: RatingReader,
    queries: list[Query],
) -> tuple[Response, ...]:
    """Every response in the framework's order; adds what was not understood to `queries`."""
    asking = cycle.asking
    placed = place([table.rows for table in tables], asking)
    responses: dict[str, Response] = {}
    by_row: list[Query] = list(placed.queries)
    for criterion, rows in placed.rows.items():
        standard = asking.standard_of[criterion]
        read = [read_row(row, standard, criterion, ratings) for row in rows]
        for _, found in read:
            by_row.extend(found)
        responses[criterion] = read[0][0]
        if len(read) > 1:
            responses[criterion], found = merge([response for response, _ in read])
            by_row.extend(found)
    responses |= _doubtful(placed, responses, asking.standard_of)
    queries.extend(each for table in tables for each in table.queries)
    queries.extend(by_row)
    missing = [criterion for criterion in asking.order if criterion not in responses]
    if missing:
        queries.extend(unread_sheets(others, missing, asking))
    return tuple(responses[criterion] for criterion in asking.order if criterion in responses)


def _doubtful(placed: Placed, certain: dict[str, Response], standard_of: dict[str, str]) -> dict[str, Response]:
    """An unreadable response for every criterion that a row may have been meant for, unless its own row has answers."""
    return {
        criterion: Response(
            standard_of[criterion],
            criterion,
            Rating.UNREADABLE,
            as_text(row.value("rating")),
            sheet=row.sheet,
            cell=row.cell("rating"),
        )
        for criterion, row in placed.doubtful.items()
        if row.is_answered and (criterion not in certain or is_silent(certain[criterion]))
    }


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
