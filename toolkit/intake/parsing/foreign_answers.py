"""One row of a workbook that is not ours: the organisation's own answers, others' ratings, and colours."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.intake.parsing.answers import is_silent, merge, read_row
from toolkit.intake.parsing.fills import fill_of
from toolkit.intake.parsing.text import as_text, column_letters, is_empty, without_unshown
from toolkit.intake.queries import query
from toolkit.records import OtherRating, Rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.intake.guards import Inspection
    from toolkit.intake.parsing.foreign_tables import ForeignRow
    from toolkit.intake.parsing.ratings import RatingReader
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.layouts import ForeignLayout
    from toolkit.records import Query, Response

_BY = {"commissioner_rating": "commissioner", "moderated_rating": "moderated"}
_NO_COLOUR = {"FFFFFF"}
_UNSEEN = {"xls", "xlsb", "ods"}
"""Kinds of file that have fills which cannot be read here."""
Fills = dict[tuple[str, str], str]
"""Sheet and cell to the colour it is filled with (RRGGBB)."""


def fills_of(inspection: Inspection, rows: Iterable[TableRow], layout: ForeignLayout) -> Fills:
    """The fills of the ratings and, to tell a shaded row from an answer, of the other cells of their rows.

    Empty where the layout gives colours no meaning, and for files in which fills cannot be seen. A colour without a
    meaning that most of a sheet's ratings have is how the sheet was made, and left out.
    """
    if not layout.ratings.fills:
        return {}
    rated: dict[str, dict[str, tuple[str, ...]]] = {}
    for each in rows:
        rated.setdefault(each.sheet, {})[each.cell("rating")] = _beside(each)
    found: Fills = {}
    for sheet, cells in rated.items():
        fills = fill_of(inspection, sheet, sorted({*cells, *(other for others in cells.values() for other in others)}))
        usual = Counter(fills[cell] for cell in cells if cell in fills and _meaning(fills[cell], layout) is None)
        made = {colour for colour, number in usual.items() if 2 * number > len(cells)}
        found |= {(sheet, cell): colour for cell, colour in fills.items() if colour not in made}
    return found


def _beside(row: TableRow) -> tuple[str, ...]:
    """The other cells of a row's table, by whose fills a shaded row is known."""
    return tuple(row.cell(name) for name, column in row.columns.items() if name != "rating")


def read_criterion(
    rows: list[ForeignRow], asked: tuple[str, str], ratings: RatingReader, layout: ForeignLayout, fills: Fills
) -> tuple[Response, tuple[Query, ...]]:
    """The response to a criterion (`asked`: its standard and itself) from the row it stands in, or the rows."""
    standard, criterion = asked
    queries: list[Query] = []
    responses: list[Response] = []
    for each in rows:
        response, found = read_row(each.row, standard, criterion, ratings)
        coloured, told = with_fill(response, each.row, layout, fills)
        queries.extend((*found, *told))
        responses.append(coloured)
    response = responses[0]
    if len(responses) > 1:
        response, found = merge(responses)
        queries.extend(found)
        if is_silent(response):
            response = responses[0]
    others = [_other(rows, name, criterion, ratings, queries) for name in _BY]
    return replace(response, other_ratings=tuple(each for each in others if each is not None)), tuple(queries)


def _other(
    rows: list[ForeignRow], name: str, criterion: str, ratings: RatingReader, queries: list[Query]
) -> OtherRating | None:
    """Somebody else's rating; unreadable where it is none of the scale, or said in two ways."""
    filled = [(each.row, c) for each in rows for c in each.others(name) if not is_empty(each.row.cells[c])]
    if not filled:
        return None
    read = [ratings.read(row.cells[column]) for row, column in filled]
    row, column = filled[0]
    cell = f"{column_letters(column)}{row.row + 1}"
    written = " / ".join(dict.fromkeys(without_unshown(as_text(each.cells[c])) for each, c in filled))
    said = {each[0] for each in read if each is not None}
    if len(said) == 1 and None not in read:
        return OtherRating(_BY[name], said.pop(), written, row.sheet, cell)
    labels = ", ".join(level.label for level in ratings.scale.levels)
    place = {"sheet": row.sheet, "cell": cell, "found": written, "expected": labels, "criterion": criterion}
    queries.append(query("other-rating-unclear", field=_BY[name], **place))
    return OtherRating(_BY[name], Rating.UNREADABLE, written, row.sheet, cell)


def with_fill(
    response: Response, row: TableRow, layout: ForeignLayout, fills: Fills
) -> tuple[Response, tuple[Query, ...]]:
    """The response with what its colour says: a rating where there is no word, a query where the two disagree."""
    place = {"sheet": response.sheet, "cell": response.cell, "criterion": response.criterion}
    colour = fills.get((response.sheet, response.cell), "")
    if not colour or colour in _NO_COLOUR or row.rivals or "rating" not in row.columns:
        return response, ()
    meaning = _meaning(colour, layout)
    shaded = any(fills.get((response.sheet, cell)) == colour for cell in _beside(row))
    if response.rating is Rating.BLANK:
        if meaning and not shaded:
            return replace(response, rating=meaning, rating_as_written=f"fill {colour}"), ()
        if shaded and not meaning:
            return response, ()
        told = query("fill-unclear", found=colour, expected="a word", **place)
        return replace(response, rating=Rating.UNREADABLE, rating_as_written=f"fill {colour}"), (told,)
    if meaning is None or shaded or response.rating in {Rating.UNREADABLE, meaning}:
        return response, ()
    means = f"{colour}, which means {meaning.replace('_', ' ')}"
    told = query("fill-differs", found=response.rating_as_written, expected=means, **place)
    return replace(response, rating=Rating.UNREADABLE), (told,)


def with_unseen_fills(
    responses: Mapping[str, Response], kind: str, layout: ForeignLayout
) -> tuple[dict[str, Response], tuple[Query, ...]]:
    """The responses, unreadable where a colour may stand for the rating in a file whose colours cannot be seen.

    Args:
        responses: by criterion.
        kind: what kind of file it is, such as `ods`.
        layout: whether it gives colours a meaning.
    """
    if not layout.ratings.fills or kind not in _UNSEEN or not responses:
        return dict(responses), ()
    blank = [criterion for criterion, each in responses.items() if each.rating is Rating.BLANK and each.cell]
    found = {c: replace(each, rating=Rating.UNREADABLE) if c in blank else each for c, each in responses.items()}
    count = (
        f"ratings without a word were not read: {', '.join(blank)}" if blank else "words were not compared with them"
    )
    return found, (query("fills-not-seen", found=f".{kind}", count=count),)


def _meaning(colour: str, layout: ForeignLayout) -> Rating | None:
    return next((Rating(rating) for rating, colours in layout.ratings.fills.items() if colour in colours), None)
