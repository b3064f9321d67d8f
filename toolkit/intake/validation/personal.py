"""Personal data in free text: a query for each cell that has any, which names the kind and never the datum."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.disclosure.personal import masked, scan_all
from toolkit.intake.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from toolkit.disclosure.personal import Allowed, Found
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.records import Query, Response, Return

_QUOTING = frozenset(
    {
        "cell-not-read",
        "column-not-read",
        "comment-kept",
        "criterion-unknown",
        "date-unclear",
        "evidence-is-criterion",
        "evidence-refers",
        "formula-result",
        "rating-elsewhere",
        "rating-not-in-scale",
        "rating-scale-unsure",
        "reference-unclear",
        "row-not-understood",
        "rows-disagree",
        "sheet-without-table",
        "text-not-read",
    }
)
"""Queries that quote what a sender wrote where anything may stand; those on the cover quote what it asks for."""


def personal_data(return_: Return, rows: Mapping[str, Sequence[TableRow]], allowed: Allowed) -> tuple[Query, ...]:
    """A query for each evidence or action in which something was found; a lead's name is asked for, and is none.

    Args:
        return_: the return as parsed.
        rows: the rows of each criterion, for the cells; where it has none, the cell of its rating is named.
        allowed: what reads like a person and is none.
    """
    texts = [text for each in return_.responses for text in (each.evidence, each.action)]
    found = scan_all(texts, allowed)
    return tuple(
        told
        for place, each in sorted(found.items())
        for told in _of_response(return_.responses[place // 2], ("evidence", "action")[place % 2], each, rows, allowed)
    )


def _of_response(
    response: Response,
    field: str,
    found: tuple[Found, ...],
    rows: Mapping[str, Sequence[TableRow]],
    allowed: Allowed,
) -> Iterator[Query]:
    mine = rows.get(response.criterion, ())
    by_row = scan_all([str(row.value(field)) for row in mine], allowed) if len(mine) > 1 else {}
    places = [(mine[place], each) for place, each in by_row.items()] or [(row, found) for row in mine[:1]]
    cells = [(row.sheet, row.cell(field), each) for row, each in places]
    for sheet, cell, each in cells or [(response.sheet, response.cell, found)]:
        about = {"field": field, "criterion": response.criterion, "expected": field}
        yield query("personal-data", sheet=sheet, cell=cell, found=_kinds(each), **about)


def without_personal_data(queries: Sequence[Query], allowed: Allowed) -> tuple[Query, ...]:
    """The queries with what they quote masked, and for each that quoted something personal a query that says so."""
    quoted = [each.found if each.code in _QUOTING else "" for each in queries]
    found = scan_all(quoted, allowed) if any(quoted) else {}
    if not found:
        return tuple(queries)
    told = []
    for place, each in enumerate(queries):
        if place in found:
            shown = masked(each.found, allowed)
            told.append(replace(each, found=shown, message=each.message.replace(each.found, shown)))
            told.append(query("personal-data-elsewhere", sheet=each.sheet, cell=each.cell, found=_kinds(found[place])))
        else:
            told.append(each)
    return tuple(told)


def _kinds(found: Iterable[Found]) -> str:
    """What was found, each kind once."""
    return ", ".join(dict.fromkeys(each.kind.value for each in found))
