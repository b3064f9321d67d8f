"""A workbook with a row for each criterion that the toolkit did not issue becomes a Return."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.intake.parsing.book import Book, Reading
    from toolkit.intake.parsing.context import ParsingContext
    from toolkit.layouts import ForeignLayout


def read_rows(book: Book, layout: ForeignLayout, context: ParsingContext, cycle: str = "") -> tuple[Reading, ...]:
    """Read it."""
    raise NotImplementedError
