"""Find a matrix on a sheet: its header, the column of the criteria, and which columns are organisations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.intake.parsing.grid_references import GridRow, names_criterion, one_line
from toolkit.intake.parsing.text import ErrorCell, fold, is_empty
from toolkit.layouts import fold_label, speaks_of_rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.intake.parsing.context import ParsingContext
    from toolkit.intake.parsing.ratings import RatingReader
    from toolkit.intake.parsing.sheets import Rows, SheetRows
    from toolkit.layouts import ForeignLayout

_CRITERION = ("criterion", "summary")
_ANSWERS = {"rating", "commissioner_rating", "moderated_rating", "evidence", "action", "lead", "target_date"}
_ROWS_ABOVE = 2
"""Rows above the header in which sectors, names or ids may stand."""
_FEWEST_CRITERIA = 2
_FEWEST_STRANGERS = 2
"""Columns that make a matrix where the register knows none of the names, or where colours may be the answers."""


@dataclass(frozen=True, slots=True)
class Across:
    """An organisation's column: its name and id as written, and where the name stands. Rows and columns from 0.

    `others` are further names of organisations above the column, which contradict the first.
    """

    column: int
    row: int
    name: str
    organisation_id: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One matrix: from its header to the next, between two columns.

    `header` is the row of the heading over the criteria; `band` are the rows of names, ids and sectors around it.
    `labelled` maps a column that is known and not an organisation to its header; `strange` are columns that nobody
    knows and that have no rating.
    """

    sheet: SheetRows
    header: int
    band: tuple[int, ...]
    body: range
    span: range
    fields: dict[str, int]
    across: tuple[Across, ...]
    labelled: dict[int, str]
    strange: tuple[int, ...]

    def rows(self, column: int) -> list[GridRow]:
        """Its rows as the organisation in this column answers them."""
        columns = {**self.fields, "rating": column}
        return [GridRow(self.sheet.name, number, columns, self.sheet.rows[number]) for number in self.body]


def find_blocks(
    sheet: SheetRows, layout: ForeignLayout, context: ParsingContext, ratings: RatingReader | None
) -> tuple[Block, ...]:
    """Every matrix of a sheet, from top to bottom and from left to right; () where it has none.

    A header further down starts another, whose columns are its own: nothing is carried over from the one above.
    """
    headers = [
        (number, _with_criteria(sheet, number, starts, context))
        for number, cells in enumerate(sheet.rows)
        if (starts := _starts(cells, layout))
    ]
    found = []
    for place, (number, starts) in enumerate(headers):
        end = headers[place + 1][0] if place + 1 < len(headers) else len(sheet.rows)
        first = headers[place - 1][0] + 1 if place else 0
        edges = [*starts[1:], len(sheet.rows[number])]
        lefts = [0, *starts[1:]]
        for left, right in zip(lefts, edges, strict=True):
            block = _block(sheet, number, range(first, end), range(left, right), layout, context, ratings)
            if block is not None:
                found.append(block)
    return tuple(found)


def _starts(cells: list[object], layout: ForeignLayout) -> list[int]:
    """Where in a row a column of criteria is headed; several where matrices stand side by side."""
    fields = {column: field for column, cell in enumerate(cells) if (field := field_of(cell, layout)) in _CRITERION}
    wanted = "criterion" if "criterion" in fields.values() else "summary"
    return [column for column, field in fields.items() if field == wanted]


def _with_criteria(sheet: SheetRows, header: int, starts: list[int], context: ParsingContext) -> list[int]:
    """Of several columns headed like criteria those that have some, so that a standard's number beside them is none."""
    if len(starts) == 1:
        return starts
    found = []
    for column in starts:
        rows = (GridRow(sheet.name, at, {"criterion": column}, cells) for at, cells in enumerate(sheet.rows))
        if sum(1 for row in rows if row.row > header and _is_criterion(row, context)) >= _FEWEST_CRITERIA:
            found.append(column)
    return found or starts


def field_of(cell: object, layout: ForeignLayout) -> str:
    """What a header's cell is by the layout; "" where it is nothing that the layout knows."""
    known = layout.headers.get(fold_label(one_line(cell)), ()) if isinstance(cell, str) else ()
    return known[0].field if known else ""


def _block(  # noqa: PLR0917 - where it is, and what is known
    sheet: SheetRows,
    header: int,
    reach: range,
    span: range,
    layout: ForeignLayout,
    context: ParsingContext,
    ratings: RatingReader | None,
) -> Block | None:
    cells = sheet.rows[header]
    fields: dict[str, int] = {}
    for column in span:
        if (field := field_of(cells[column], layout)) in _CRITERION:
            fields.setdefault(field, column)
    fields.setdefault("criterion", fields.get("summary", span.start))
    criteria = [
        number
        for number in range(header + 1, reach.stop)
        if _is_criterion(GridRow(sheet.name, number, fields, sheet.rows[number]), context)
    ]
    if len(criteria) < _FEWEST_CRITERIA:
        return None
    band = _band(sheet, header, reach, criteria[0], span, fields, context)
    labelled = _labelled(sheet.rows, band, span, fields, layout)
    open_columns = [column for column in span if column not in labelled and column not in fields.values()]
    names = _names(sheet.rows, band, header, open_columns, context)
    across, strange = [], []
    for column in open_columns:
        found = _across(sheet.rows, band, names, column, context)
        rated = any(_is_rating(sheet.rows[number][column], ratings) for number in criteria)
        known = context.knows(found.name) or found.organisation_id.casefold() in context.registered
        if rated or (known and (found.name or found.organisation_id)):
            across.append(found)
        elif any(not is_empty(sheet.rows[number][column]) for number in (*band, *criteria)):
            strange.append(column)
    if not across:
        return None
    body = range(band[-1] + 1, reach.stop)
    return Block(sheet, header, band, body, span, fields, tuple(across), labelled, tuple(strange))


def _is_criterion(row: GridRow, context: ParsingContext) -> bool:
    return any(names_criterion(row, cycle.asking) for cycle in context.cycles)


def _is_rating(value: object, ratings: RatingReader | None) -> bool:
    if is_empty(value) or isinstance(value, ErrorCell):
        return False
    return ratings is None or ratings.read(value) is not None


def _band(  # noqa: PLR0917 - where it is, and what is known
    sheet: SheetRows,
    header: int,
    reach: range,
    first: int,
    span: range,
    fields: dict[str, int],
    context: ParsingContext,
) -> tuple[int, ...]:
    """The rows of the header: its own, those that touch it from above with more than a title, and those up to the rows.

    A row with a word under the heading of the criteria is a banner, not a row of names.
    """
    rows = sheet.rows
    above: list[int] = []
    for number in range(header - 1, max(header - 1 - _ROWS_ABOVE, reach.start - 1), -1):
        filled = [column for column in span if not is_empty(rows[number][column])]
        is_row = _is_criterion(GridRow(sheet.name, number, fields, sheet.rows[number]), context)
        if is_row or not any(column > max(fields.values()) for column in filled):
            break
        above.insert(0, number)
    below: list[int] = []
    for number in range(header + 1, first):
        filled = [column for column in span if not is_empty(rows[number][column])]
        if not filled or any(column in fields.values() for column in filled):
            break
        below.append(number)
    return (*above, header, *below)


def _labelled(
    rows: Rows, band: Iterable[int], span: range, fields: dict[str, int], layout: ForeignLayout
) -> dict[int, str]:
    found = {}
    for column in span:
        if column in fields.values():
            continue
        label = next((one_line(rows[row][column]) for row in band if field_of(rows[row][column], layout)), "")
        if label:
            found[column] = label
    return found


def _names(rows: Rows, band: tuple[int, ...], header: int, columns: list[int], context: ParsingContext) -> int:
    """The row of the names: where the register knows most of them, else where most different words stand."""

    def rank(number: int) -> tuple[int, int, bool]:
        written = [one_line(rows[number][column]) for column in columns if not is_empty(rows[number][column])]
        return sum(1 for name in written if context.knows(name)), len(set(written)), number == header

    return max(band, key=rank)


def _across(rows: Rows, band: tuple[int, ...], names: int, column: int, context: ParsingContext) -> Across:
    """The organisation of a column, by its name, or by its id in the register where one stands there."""
    cell = rows[names][column]
    name = "" if isinstance(cell, ErrorCell) else one_line(cell)
    others = []
    organisation_id = ""
    for number in band:
        written = one_line(rows[number][column])
        if written.casefold() in context.registered:
            organisation_id = organisation_id or written
            if written.casefold() != organisation_id.casefold():
                others.append(written)
        elif number != names and written and context.knows(written) and not same(written, name, context):
            others.append(written)
    if name.casefold() in context.registered:
        name = ""
    return Across(column, names, name, organisation_id, tuple(others))


def same(one: str, other: str, context: ParsingContext) -> bool:
    """Whether two names are of one organisation: the same words, or names and aliases of one in the register.

    Names in other scripts are the same only word for word, since the register is looked up by letters and digits here.
    """
    if fold(one) == fold(other):
        return True
    return one.isascii() and other.isascii() and bool(context.called(one) & context.called(other))


def matrix_in(sheet: SheetRows, layout: ForeignLayout, context: ParsingContext, ratings: RatingReader | None) -> bool:
    """Whether a sheet shows a matrix: organisations that the register knows, or several columns of ratings.

    A table with an answer's column of its own (a rating, evidence) is no matrix, whatever else it has.
    """
    for block in find_blocks(sheet, layout, context, ratings):
        if any(_heads_an_answer(label, context) for label in _labels(block)):
            continue
        known = [each for each in block.across if each.organisation_id or context.knows(each.name)]
        rated = [each for each in block.across if _mostly_rated(block, each.column, ratings)]
        in_colours = layout.ratings.fills and len(known) >= _FEWEST_STRANGERS
        if in_colours or (rated and (known or len(rated) >= _FEWEST_STRANGERS)):
            return True
    return False


def _labels(block: Block) -> Iterator[str]:
    for column in (*block.strange, *(each.column for each in block.across)):
        for number in block.band:
            cell = block.sheet.rows[number][column]
            if isinstance(cell, str) and cell.strip():
                yield one_line(cell)


def _heads_an_answer(label: str, context: ParsingContext) -> bool:
    if context.knows(label):
        return False
    folded = fold_label(label)
    ours = context.layout.headers.get(folded)
    known = {ours[0]} if ours else set()
    known |= {column.field for layout in context.foreign for column in layout.headers.get(folded, ())}
    return bool(known & _ANSWERS) or speaks_of_rating(label)


def _mostly_rated(block: Block, column: int, ratings: RatingReader | None) -> bool:
    """Whether at least half of what stands in a column is ratings."""
    filled = [row.value("rating") for row in block.rows(column) if not is_empty(row.value("rating"))]
    return bool(filled) and sum(2 for value in filled if _is_rating(value, ratings)) >= len(filled)
