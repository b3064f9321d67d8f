"""Workbooks with the answers of several organisations: a matrix, or a survey's export."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.intake.parsing.book import Book, Reading
    from toolkit.intake.parsing.context import ParsingContext
    from toolkit.layouts import ForeignLayout


def read_matrix(book: Book, layout: ForeignLayout, context: ParsingContext, cycle: str = "") -> tuple[Reading, ...]:
    """Read it."""
    raise NotImplementedError


def read_survey(book: Book, layout: ForeignLayout, context: ParsingContext, cycle: str = "") -> tuple[Reading, ...]:
    """Read it."""
    raise NotImplementedError
