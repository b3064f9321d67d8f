"""The account of an audit workbook of ours: what became of every cell of its tables and its cover."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from toolkit.intake.parsing.accounting import QUERIED, READ, UNSETTLED, Account
from toolkit.intake.parsing.printed import PRINTED, PrintedWords, filled_cells
from toolkit.intake.parsing.tables import ANSWERS
from toolkit.intake.parsing.text import as_text, is_empty
from toolkit.intake.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.intake.parsing.cover import Cover
    from toolkit.intake.parsing.placing import Placed
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.intake.parsing.tables import SheetTable, TableRow
    from toolkit.layouts import CoverValue
    from toolkit.records import Query

HEADING = "heading"
SAME_RATING = "the same rating once more"
NO_ANSWERS = "row of another criterion, without answers"
NOT_KEPT = "cover detail that stays in the original"

_KEPT = frozenset({"organisation", "completed_by", "authorised_by", "completed_on", "lead_name", "lead_email"})
"""What the record keeps of a cover."""
_PRIORITIES = frozenset({"", "Essential", "Desired", "Recommended", "Applies"})
_LONGEST_HEADING = 80


def account_for(
    sheets: Sequence[SheetRows],
    tables: Sequence[SheetTable],
    placed: Placed,
    cover: Cover,
    *,
    printed: PrintedWords,
    queries: Iterable[Query],
) -> Account:
    """What became of every cell of the sheets that have a table and of the covers.

    Args:
        sheets: every sheet of the workbook.
        tables: the tables.
        placed: which row was taken for which criterion.
        cover: what the covers say.
        printed: the words that the workbook prints itself.
        queries: all queries so far that name cells.
    """
    by_name = {sheet.name: sheet for sheet in sheets}
    with_table = {table.sheet for table in tables}
    account = Account(sheet for sheet in sheets if sheet.name in with_table or sheet.name in cover.places)
    found = list(queries)
    shared = frozenset(table.sheet for table in tables if table.beside)
    _rows(account, placed, shared, found)
    for table in tables:
        if not table.beside:
            _around(account, by_name[table.sheet], table, placed, printed)
    for name, places in cover.places.items():
        _cover(account, by_name[name], places, printed)
    account.covered_by(found)
    return account


def _rows(account: Account, placed: Placed, shared: frozenset[str], queries: Sequence[Query]) -> None:
    """The rows of the tables; `shared` are the sheets on which tables stand side by side."""
    differing = {(each.sheet, each.cell) for each in queries if each.code == "ratings-differ"}
    seen: dict[int, tuple[str, ...]] = {}
    for rows in placed.rows.values():
        for row in rows:
            fates = seen.get(id(row.columns))
            if fates is None or row.above or row.rivals.twins:
                differs = bool(differing) and (row.sheet, row.cell("rating")) in differing
                fates = seen[id(row.columns)] = _fates(row, differs=differs)
            _say(account, row, fates, shared)
            priority = row.value("priority")
            if priority not in _PRIORITIES and not (isinstance(priority, str) and _is_priority(priority)):
                account.unsettle(row.sheet, row.row, row.columns["priority"])
    for row in placed.silent:
        if not row.above:
            own = row.columns.values()
            _say(account, row, tuple(NO_ANSWERS if c in own else QUERIED for c in range(len(row.cells))), shared)
    for row in placed.queried:
        if row.sheet in shared:
            _say(account, row, (QUERIED,), shared)
        else:
            account.query_row(row.sheet, row.row)
    for row, field in placed.reworded:
        account.unsettle(row.sheet, row.row, row.columns[field])


def _fates(row: TableRow, *, differs: bool) -> tuple[str, ...]:
    """What became of each column of a row that is a criterion's; a column that is not ours has a query of its own."""
    fates = [UNSETTLED if row.above else QUERIED] * (len(row.cells) + 1)
    for field, column in row.columns.items():
        fates[column] = READ if field in ANSWERS or field == "criterion" else PRINTED
    for column in row.rivals.twins:
        fates[column] = QUERIED if differs else SAME_RATING
    return tuple(fates)


def _say(account: Account, row: TableRow, fates: tuple[str, ...], shared: frozenset[str]) -> None:
    if row.sheet not in shared:
        account.row(row.sheet, row.row, fates)
        return
    if not row.above:
        account.row(row.sheet, row.row, (QUERIED,))
    for column in (*row.columns.values(), *row.rivals.twins):
        account.cell(fates[min(column, len(fates) - 1)], row.sheet, row.row, column)


def _is_priority(written: str) -> bool:
    return is_empty(written) or written.strip().capitalize() in _PRIORITIES


def _around(account: Account, sheet: SheetRows, table: SheetTable, placed: Placed, printed: PrintedWords) -> None:
    """The headers, and what stands above the first of them: words that were printed there, or somebody's own."""
    for number in table.headers:
        account.ignore_row(HEADING, sheet.name, number)
        cells = sheet.rows[number]
        if any(isinstance(cell, str) and len(cell) > _LONGEST_HEADING for cell in cells):
            long = (column for column, cell in enumerate(cells) if len(as_text(cell)) > _LONGEST_HEADING)
            for column in long:
                account.unsettle(sheet.name, number, column)
    first = min(table.headers, default=0)
    own = {row.row for row in placed.silent if row.above and row.sheet == sheet.name}
    for number, cells in enumerate(sheet.rows[:first]):
        if number in own or not account.knows(sheet.name, number):
            account.row(sheet.name, number, printed.reasons(cells))


def _cover(account: Account, sheet: SheetRows, places: dict[str, CoverValue], printed: PrintedWords) -> None:
    values: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for key, value in places.items():
        if value.column < len(sheet.rows[value.row]):
            values[value.row].append((value.column, READ if key in _KEPT else NOT_KEPT))
    for number, cells in enumerate(sheet.rows):
        fates = printed.reasons(cells, values.get(number, ()))
        if UNSETTLED in fates and any(map(printed.begins_contents, cells)):
            told = zip(cells, fates, strict=False)
            fates = tuple(PRINTED if isinstance(cell, int | float) else fate for cell, fate in told)
        account.row(sheet.name, number, fates)


def sheets_apart(
    sheets: Iterable[SheetRows], account: Account, printed: PrintedWords, told: Iterable[Query]
) -> Iterator[Query]:
    """A note for every sheet that has something to see, is none that was issued, and that nothing was read from."""
    named = {each.sheet for each in told}
    for sheet in sheets:
        if not account.has(sheet.name) and sheet.name not in named and not printed.is_own(sheet):
            cells = list(filled_cells(sheet))
            if cells:
                count = "1 filled cell" if len(cells) == 1 else f"{len(cells)} filled cells"
                yield query("sheet-without-table", sheet=sheet.name, found=as_text(cells[0][2]), count=count)
