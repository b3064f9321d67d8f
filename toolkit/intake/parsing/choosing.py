"""Which layout a workbook has: by its identity, by what a person decided, by what it shows; never by a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.parsing.book import Reading
from toolkit.intake.parsing.grids import matrix_fits, survey_fits
from toolkit.layouts import identity_in_rows
from toolkit.records import Return

if TYPE_CHECKING:
    from toolkit.intake.parsing.book import Book
    from toolkit.intake.parsing.context import ParsingContext
    from toolkit.layouts import ForeignLayout, Layout


def choose_layout(book: Book, context: ParsingContext, decided: str = "") -> Layout | ForeignLayout | Reading:
    """The layout to read a workbook with; a held reading where several fit equally well.

    Args:
        book: the workbook.
        context: the layouts of the project.
        decided: the id of the layout that a person decided on.
    """
    if decided:
        named = next((each for each in context.foreign if each.id == decided), None)
        return _finished(named) if named else context.layout
    if book.said.found or any(identity_in_rows(sheet.rows) for sheet in book.sheets):
        return context.layout
    fitting = [layout for layout in context.foreign if fits(book, layout, context)]
    if not fitting:
        return context.layout
    if len(fitting) > 1:
        names = ", ".join(layout.id for layout in fitting)
        return Reading(_nothing(), hold="layout-uncertain", hold_details={"found": names})
    return _finished(fitting[0])


def fits(book: Book, layout: ForeignLayout, context: ParsingContext) -> bool:
    """Whether a workbook shows all that the layout's `recognise` asks for."""
    if layout.shape == "matrix":
        return matrix_fits(book, layout, context)
    if layout.shape == "survey":
        return survey_fits(book, layout, context)
    return False


def _finished(layout: ForeignLayout) -> ForeignLayout | Reading:
    """The layout, or a held reading where a person has still to say what its ratings or columns mean."""
    if not layout.todo:
        return layout
    details = {"found": layout.id, "expected": "; ".join(layout.todo)}
    return Reading(_nothing(), hold="layout-unfinished", hold_details=details)


def _nothing() -> Return:
    return Return("", "", "", "", "", "", "", None, "", "", (), ())
