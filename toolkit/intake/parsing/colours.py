"""Answers given, or contradicted, by the colour of the rating's cell: asked about, for no layout says what it means."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.intake.parsing.fills import fill_of, has_rag_fills, rag_colour
from toolkit.intake.queries import query
from toolkit.records import Rating

if TYPE_CHECKING:
    from toolkit.intake.guards import Inspection
    from toolkit.records import Query, Response

_CONTRADICTS = {(Rating.MET, "red"), (Rating.NOT_MET, "green")}


def with_colours(
    responses: tuple[Response, ...], inspection: Inspection
) -> tuple[tuple[Response, ...], tuple[Query, ...]]:
    """The responses, unreadable where only a colour stands for a rating, and a query for each such cell.

    A colour that all the ratings' cells have in common is the workbook's own and says nothing.

    Args:
        responses: each with the cell its rating came from.
        inspection: the file.
    """
    if not has_rag_fills(inspection):
        return responses, ()
    cells: dict[str, list[str]] = defaultdict(list)
    for each in responses:
        if each.sheet:
            cells[each.sheet].append(each.cell)
    fills = {(sheet, cell): rgb for sheet in cells for cell, rgb in fill_of(inspection, sheet, cells[sheet]).items()}
    if len(set(fills.values())) == 1 and len(fills) > 1 and len(fills) == sum(map(len, cells.values())):
        return responses, ()
    found, queries = list(responses), []
    for number, each in enumerate(responses):
        colour = rag_colour(fills.get((each.sheet, each.cell), "FFFFFF"))
        place = {"sheet": each.sheet, "cell": each.cell, "found": colour, "criterion": each.criterion}
        if colour and each.rating is Rating.BLANK:
            found[number] = replace(each, rating=Rating.UNREADABLE)
            queries.append(query("rating-by-colour", expected="a rating in words", **place))
        elif (each.rating, colour) in _CONTRADICTS:
            queries.append(query("word-against-colour", expected=each.rating_as_written, **place))
    return tuple(found), tuple(queries)
