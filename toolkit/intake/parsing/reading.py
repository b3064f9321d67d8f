"""A file that has passed the guard becomes one Return, or several: its sheets, its layout, and the reader for that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.intake.parsing.audit_workbook import read_audit_workbook
from toolkit.intake.parsing.book import Book, Reading
from toolkit.intake.parsing.choosing import choose_layout
from toolkit.intake.parsing.foreign_rows import read_rows
from toolkit.intake.parsing.grids import read_matrix, read_survey
from toolkit.intake.parsing.opening import open_sheets
from toolkit.intake.parsing.query_answers import read_query_answers
from toolkit.layouts import ForeignLayout, IdentityReading, read_identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.intake.guards import Inspection
    from toolkit.intake.parsing.context import ParsingContext

_READERS: dict[str, Callable[[Book, ForeignLayout, ParsingContext, str], tuple[Reading, ...]]] = {
    "rows": read_rows,
    "matrix": read_matrix,
    "survey": read_survey,
}


def parse(inspection: Inspection, context: ParsingContext, cycle: str = "", layout: str = "") -> tuple[Reading, ...]:
    """Read a returned workbook, each value with its cell.

    Args:
        inspection: the file, which has passed the guard.
        context: layouts, frameworks and scales of the project.
        cycle: the cycle that a person decided it belongs to; "" leaves it to the workbook.
        layout: the layout that a person decided it has; "" leaves it to the workbook.

    Returns:
        One reading for each organisation in the file; at least one.

    Raises:
        Exception: whatever a reader raises on a file it cannot read; `receiving` is the edge that owns it.
    """
    sheets = [sheet for sheet in open_sheets(inspection) if sheet.rows]
    package = inspection.package
    said = read_identity(package.read, context.layout) if package is not None else IdentityReading()
    book = Book(inspection, sheets, said)
    if (reply := read_query_answers(book)) is not None:
        return (reply,)
    chosen = choose_layout(book, context, layout)
    if isinstance(chosen, Reading):
        return (chosen,)
    if isinstance(chosen, ForeignLayout):
        how = f"{chosen.id}, by {'decision' if layout else 'content'}"
        readings = _READERS[chosen.shape](book, chosen, context, cycle)
        readings = tuple(replace(each, return_=replace(each.return_, layout=how)) for each in readings)
    else:
        readings = (read_audit_workbook(book, context, cycle),)
    return _unless_contradicted(readings, cycle)


def _unless_contradicted(readings: tuple[Reading, ...], decided: str) -> tuple[Reading, ...]:
    """The readings, all held where the rows are not those that the cycle asks which a person decided on."""
    queries = (query for reading in readings for query in reading.return_.queries)
    told = next((query for query in queries if query.code == "rows-of-another"), None)
    if told is None:
        return readings
    details = {"found": told.found, "expected": told.expected, "other": decided}
    return tuple(replace(each, hold="cycle-contradicted", hold_details=details) for each in readings)
