"""The one way from a file that the guard has let in to its rows, whatever kind of file it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.guards.binary import binary_sheets
from toolkit.intake.guards.separated import read_separated
from toolkit.intake.parsing.opendocument import read_open
from toolkit.intake.parsing.plain_sheets import read_plain
from toolkit.intake.parsing.sheets import SheetRows, put, read_sheets
from toolkit.intake.parsing.text import ErrorCell

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.intake.guards import Inspection

CSV_SHEET = "CSV"
"""The name of a text's only sheet: the file's own would change when an original is kept under its hash."""


def open_sheets(inspection: Inspection) -> list[SheetRows]:
    """Every sheet of a file that has passed the guard, in its order, hidden ones too.

    Args:
        inspection: what the guard found out; its `ok` is true.

    Raises:
        Exception: whatever a reader raises on a file that it cannot read, a panic of the reader among it.
    """
    try:
        return _READERS[inspection.kind](inspection)
    except (Exception, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise RuntimeError(f"the reader gave up: {error}") from error


def _office(inspection: Inspection) -> list[SheetRows]:
    if (plain := read_plain(inspection)) is not None:
        return plain
    error_parts = inspection.scan.error_parts if inspection.scan else ()
    content = inspection.package.unpacked() if inspection.package else inspection.content
    return read_sheets(content, inspection.package, error_parts)


def _binary(inspection: Inspection) -> list[SheetRows]:
    sheets = read_sheets(inspection.content, None, ())
    if inspection.package is None or inspection.scan is None or not inspection.scan.error_parts:
        return sheets
    rows = {sheet.name: sheet.rows for sheet in sheets}
    for sheet in binary_sheets(inspection.package):
        if sheet.errors and sheet.name not in rows:
            raise ValueError("an error cell stands in a sheet that the reader does not know")
        for row, column, text in sheet.errors:
            put(rows[sheet.name], row, column, ErrorCell(text))
    return sheets


def _legacy(inspection: Inspection) -> list[SheetRows]:
    from toolkit.intake.parsing.legacy import read_legacy

    return read_legacy(inspection.content)


def _open(inspection: Inspection) -> list[SheetRows]:
    return read_open(inspection.package) if inspection.package else []


def _separated(inspection: Inspection) -> list[SheetRows]:
    return [SheetRows(CSV_SHEET, [list[object](row) for row in read_separated(inspection.content)])]


_READERS: dict[str, Callable[[Inspection], list[SheetRows]]] = {
    "xlsx": _office,
    "xlsm": _office,
    "xlsb": _binary,
    "xls": _legacy,
    "ods": _open,
    "csv": _separated,
}
