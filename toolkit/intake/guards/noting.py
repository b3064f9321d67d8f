"""What a workbook brings along besides its sheets, as notes on the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.queries import query

if TYPE_CHECKING:
    from toolkit.intake.guards.inspection import Inspection
    from toolkit.records import Query

_NOTES = (
    ("macros", "macros-ignored", "macros"),
    ("links", "links-ignored", "links to other files"),
    ("embedded", "embedded-ignored", "embedded objects"),
    ("dde", "dde-ignored", "formulas or links that ask another program"),
    ("connections", "connections-ignored", "connections to outside data"),
)


def notes(inspection: Inspection) -> tuple[Query, ...]:
    """A query for everything in the workbook that is never followed or run: macros, links, embedded objects, DDE."""
    return tuple(
        query(code, found=found, expected="none")
        for name, code, found in _NOTES
        if getattr(inspection.scan, name, False)
    )
