"""A workbook becomes a Return: its sheets, its identity, its cover, its tables, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.catalogue import load_scale
from toolkit.errors import CatalogueError
from toolkit.intake.guards import Package
from toolkit.intake.parsing.answers import RatingReader, merge, read_row
from toolkit.intake.parsing.cover import read_cover
from toolkit.intake.parsing.placing import place
from toolkit.intake.parsing.recognising import framework_by_content, unread_sheets
from toolkit.intake.parsing.sheets import SheetRows, read_sheets
from toolkit.intake.parsing.tables import read_table
from toolkit.intake.parsing.text import as_text
from toolkit.intake.queries import query
from toolkit.layouts import read_identity
from toolkit.records import Rating, Response, Return

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.intake.parsing.context import CycleContext, ParsingContext
    from toolkit.intake.parsing.cover import Cover
    from toolkit.intake.parsing.placing import Placed
    from toolkit.intake.parsing.tables import SheetTable
    from toolkit.layouts import Identity
    from toolkit.records import Query


@dataclass(frozen=True, slots=True)
class Reading:
    """A return as its workbook tells it, before anybody asks whether the organisation is known.

    `has_table` is False where no sheet has the table of an audit workbook; `known_cycle` is False where the workbook
    belongs to a cycle that the project does not have.
    """

    return_: Return
    has_table: bool
    known_cycle: bool


def parse(
    content: bytes,
    context: ParsingContext,
    package: Package | None = None,
    error_parts: Iterable[str] = (),
) -> Reading:
    """Read an audit workbook of ours, however it was treated, each value with its cell.

    Args:
        content: the bytes of a workbook that has passed the guard.
        context: layout, frameworks and scales of the project.
        package: the same bytes as the guard unpacked them; unpacked here where it is not given.
        error_parts: parts with error cells, as the guard found them.

    Raises:
        Exception: whatever the reader raises on a file it cannot read; `receiving` is the edge that owns it.
    """
    package = package or Package(content)
    sheets = [sheet for sheet in read_sheets(content, package, error_parts) if sheet.rows]
    tables = [read_table(sheet, context.layout) for sheet in sheets]
    others = [sheet for sheet, table in zip(sheets, tables, strict=True) if table is None]
    found = [table for table in tables if table is not None]
    said = read_identity(package.archive, context.layout, [sheet.rows for sheet in others])
    identity = said.identity
    cycle = _cycle(identity, found, context)
    cover = read_cover(others, context.layout)
    notes = list(cover.queries)
    if said.conflict:
        ids = ", ".join(sorted({f"{each.organisation_id} {each.cycle}" for each in said.found.values()}))
        notes.append(query("identity-conflict", found=ids, expected="one organisation and cycle"))
    if cycle is None:
        responses: tuple[Response, ...] = ()
    else:
        responses = _responses(found, others, cycle, _ratings(identity, cycle, context), notes)
    return Reading(_return(identity, cycle, cover, context, responses, tuple(notes)), bool(found), cycle is not None)


def _cycle(identity: Identity | None, tables: list[SheetTable], context: ParsingContext) -> CycleContext | None:
    """The cycle a workbook answers: as its identity says, else the one whose framework its rows are of."""
    if identity is not None:
        named = context.cycle(identity.cycle)
        return named if named and named.asking.framework.id == identity.framework else None
    return framework_by_content(tables, context)


def _ratings(identity: Identity | None, cycle: CycleContext, context: ParsingContext) -> RatingReader:
    """The scale that was printed in the workbook, which may not be the cycle's any more."""
    if identity is None or identity.scale == cycle.scale.id:
        return context.ratings(cycle.scale)
    try:
        return context.ratings(load_scale(identity.scale, context.root))
    except CatalogueError:
        return context.ratings(cycle.scale)


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
    """An unreadable response for every criterion that a row may have been meant for."""
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
        if criterion not in certain and row.is_answered
    }


def _return(  # noqa: PLR0917 - all that a return is put together from
    identity: Identity | None,
    cycle: CycleContext | None,
    cover: Cover,
    context: ParsingContext,
    responses: tuple[Response, ...],
    queries: tuple[Query, ...],
) -> Return:
    named_cycle, framework = "", ""
    if cycle is not None:
        named_cycle, framework = cycle.cycle, cycle.asking.framework.id
    elif identity is not None:
        named_cycle, framework = identity.cycle, identity.framework
    return Return(
        organisation_id=identity.organisation_id if identity else "",
        organisation=cover.texts.get("organisation", ""),
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
