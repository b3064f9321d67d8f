"""The rows of a file of any kind that the guard lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.parsing.sheets import SheetRows, read_sheets

if TYPE_CHECKING:
    from toolkit.intake.guards import Inspection


def open_sheets(inspection: Inspection) -> list[SheetRows]:
    """Every sheet, in the file's order."""
    error_parts = inspection.scan.error_parts if inspection.scan else ()
    return read_sheets(inspection.content, inspection.package, error_parts)
