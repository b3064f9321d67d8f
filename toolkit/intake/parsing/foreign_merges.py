"""Cells that are merged: one value that a sender meant for several cells, of which only the first holds it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.intake.parsing.foreign_answers import with_unseen_fills
from toolkit.intake.parsing.sheets import parts_by_sheet
from toolkit.intake.parsing.text import column_letters, is_empty
from toolkit.intake.queries import query
from toolkit.records import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.intake.guards import Inspection
    from toolkit.intake.parsing.book import Book
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.layouts import ForeignLayout
    from toolkit.records import Query, Response

_MERGE = re.compile(r"""<(?:\w+:)?mergeCell\b[^<>]*\bref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']""")
_MOST_CELLS = 4096
"""More in one merge are a title or a ruled-off page."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range as it is written (`C3:C5`), with its first cell; row and column count from 0."""

    written: str
    row: int
    column: int


Merges = dict[tuple[str, str], Merge]
"""Sheet and cell to the merge that covers the cell, for all cells but a merge's first."""


def merges_of(inspection: Inspection, sheets: Iterable[SheetRows]) -> Merges:
    """What the merged cells of sheets cover; empty for files in which that cannot be seen.

    Args:
        inspection: a file that has passed the guard.
        sheets: those to look at.
    """
    package = inspection.package
    if package is None or inspection.kind not in {"xlsx", "xlsm"}:
        return {}
    parts = parts_by_sheet(package)
    found: Merges = {}
    for sheet in sheets:
        part = parts.get(sheet.name, "")
        xml = package.read(part) if part in package else b""
        if b"mergeCell" not in xml:
            continue
        for first, top, last, bottom in _MERGE.findall(xml.decode("utf-8", errors="replace")):
            left, right, above, below = _number(first), _number(last), int(top), int(bottom)
            if (right - left + 1) * (below - above + 1) > _MOST_CELLS:
                continue
            merge = Merge(f"{first}{top}:{last}{bottom}", above - 1, left - 1)
            cells = ((r, c) for r in range(above, below + 1) for c in range(left, right + 1))
            for row, column in cells:
                if (row, column) != (above, left):
                    found[sheet.name, f"{column_letters(column - 1)}{row}"] = merge
    return found


def with_merges(
    responses: Mapping[str, Response], merges: Merges, sheets: Iterable[SheetRows]
) -> tuple[dict[str, Response], tuple[Query, ...]]:
    """The responses, unreadable where the cell of a rating is merged into another one that has something in it.

    One query for each merge, on its first cell, with the criteria whose ratings were not read.

    Args:
        responses: by criterion.
        merges: what is merged on the sheets.
        sheets: the sheets.
    """
    rows = {sheet.name: sheet.rows for sheet in sheets}
    found = dict(responses)
    lost: dict[tuple[str, Merge], list[str]] = {}
    for criterion, each in responses.items():
        merge = merges.get((each.sheet, each.cell))
        if merge is None or each.rating is not Rating.BLANK or each.sheet not in rows:
            continue
        if is_empty(rows[each.sheet][merge.row][merge.column]):
            continue
        found[criterion] = replace(each, rating=Rating.UNREADABLE, rating_as_written=f"merged {merge.written}")
        lost.setdefault((each.sheet, merge), []).append(criterion)
    return found, tuple(
        query(
            "merged-not-followed",
            sheet=sheet,
            cell=f"{column_letters(merge.column)}{merge.row + 1}",
            found=merge.written,
            count=", ".join(criteria),
        )
        for (sheet, merge), criteria in lost.items()
    )


def not_seen(
    book: Book, responses: Mapping[str, Response], sheets: Iterable[SheetRows], layout: ForeignLayout
) -> tuple[dict[str, Response], tuple[Query, ...]]:
    """The responses, unreadable where a blank rating may be one that its cell does not show: merged, or a colour.

    Args:
        book: the workbook.
        responses: by criterion.
        sheets: those with a table.
        layout: whether it gives colours a meaning.
    """
    tables = list(sheets)
    found, merged = with_merges(responses, merges_of(book.inspection, tables), tables)
    found, unseen = with_unseen_fills(found, book.inspection.kind, layout)
    return found, (*merged, *unseen)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
