"""Workbooks with the answers of several organisations: a matrix, or a survey's export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.parsing.book import Reading
from toolkit.intake.parsing.grid_blocks import find_blocks, matrix_in
from toolkit.intake.parsing.grid_matrix import MatrixReader
from toolkit.intake.parsing.grid_questions import find_survey
from toolkit.intake.parsing.grid_survey import SurveyReader
from toolkit.intake.parsing.ratings import RatingReader
from toolkit.intake.parsing.sheets import mark_formulas
from toolkit.records import Return

if TYPE_CHECKING:
    from toolkit.intake.parsing.book import Book
    from toolkit.intake.parsing.context import ParsingContext
    from toolkit.layouts import ForeignLayout


def read_matrix(book: Book, layout: ForeignLayout, context: ParsingContext, cycle: str = "") -> tuple[Reading, ...]:
    """Read a matrix: criteria down, organisations across, a rating in each cell.

    Args:
        book: its sheets.
        layout: how its columns are headed and what its ratings mean.
        context: frameworks and register of the project.
        cycle: the cycle that a person decided it belongs to; "" leaves it to the workbook.

    Returns:
        One reading for each organisation's column, in their order; `part` is the cell of its name.
    """
    _mark(book)
    ratings = RatingReader(layout.scale(context.root))
    blocks = [block for sheet in book.sheets for block in find_blocks(sheet, layout, context, ratings)]
    return MatrixReader(book, layout, context, ratings).read(blocks, cycle) if blocks else (_nothing(layout),)


def read_survey(book: Book, layout: ForeignLayout, context: ParsingContext, cycle: str = "") -> tuple[Reading, ...]:
    """Read a survey's export: one row an organisation, a column for each question.

    Args:
        book: its sheets.
        layout: how its columns are headed and what its ratings mean.
        context: frameworks and register of the project.
        cycle: the cycle that a person decided it belongs to; "" leaves it to the workbook.

    Returns:
        One reading for each organisation, in the order of the rows; `part` is the cell of its name.
    """
    _mark(book)
    ratings = RatingReader(layout.scale(context.root))
    surveys = [found for sheet in book.sheets if (found := find_survey(sheet, layout, context)) is not None]
    read = SurveyReader(layout, context, ratings).read(surveys, cycle) if surveys else ()
    return read or (_nothing(layout),)


def matrix_fits(book: Book, layout: ForeignLayout, context: ParsingContext) -> bool:
    """Whether a sheet shows criteria down and, across, organisations with ratings as the layout declares them.

    Where nobody has said yet what the ratings mean, whatever stands there may be one.
    """
    ratings = RatingReader(layout.scale(context.root)) if layout.ratings.is_declared else None
    return any(matrix_in(sheet, layout, context, ratings) for sheet in book.sheets)


def survey_fits(book: Book, layout: ForeignLayout, context: ParsingContext) -> bool:
    """Whether a sheet has a row of headings that asks for the organisation and for several criteria."""
    return any(find_survey(sheet, layout, context) is not None for sheet in book.sheets)


def _mark(book: Book) -> None:
    """Show formulas whose results were not saved, which look like empty cells."""
    if book.package is not None:
        mark_formulas(book.sheets, book.package)


def _nothing(layout: ForeignLayout) -> Reading:
    return Reading(Return("", "", "", "", f"{layout.id}, by decision", "", "", None, "", "", (), ()), has_table=False)
