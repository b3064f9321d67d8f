"""What stands around a table that is not ours: whose return it is, who completed it and when, wherever it is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.intake.parsing.cover import Cover
from toolkit.intake.parsing.dates import means_no_date, read_date
from toolkit.intake.parsing.foreign_tables import has_reference
from toolkit.intake.parsing.text import ErrorCell, as_text, column_letters, is_empty, without_unshown
from toolkit.intake.queries import query
from toolkit.layouts import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.intake.parsing.context import ParsingContext
    from toolkit.intake.parsing.foreign_tables import ForeignTable
    from toolkit.intake.parsing.sheets import Rows
    from toolkit.layouts import ForeignLayout

_LONGEST_LABEL = 80
_LONGEST_VALUE = 150


@dataclass(frozen=True, slots=True)
class _Said:
    """One value with its label: where both stand, and what the value is; `value` is "" where there is none."""

    name: str
    label: str
    value: object
    sheet: str
    row: int
    columns: tuple[tuple[int, int], ...]

    @property
    def cell(self) -> str:
        """The cell of the value."""
        row, column = self.columns[-1]
        return f"{column_letters(column)}{row + 1}"


@dataclass(slots=True)
class ForeignCover:
    """The cover as every reader gives it, and the cells it was read from, by sheet."""

    cover: Cover = field(default_factory=Cover)
    cells: dict[str, set[tuple[int, int]]] = field(default_factory=dict)


def read_foreign_cover(tables: Iterable[ForeignTable], layout: ForeignLayout, context: ParsingContext) -> ForeignCover:
    """Read the values around the tables, on whichever sheet they stand.

    The first value of each kind counts; where another says something else there is a query, of two dates neither
    counts, and two organisations are given as one name, which no register has.

    Args:
        tables: every sheet.
        layout: labels, and where a value stands.
        context: the register, in which two names may be one organisation.
    """
    found = ForeignCover()
    said: dict[str, list[_Said]] = {}
    for table in tables:
        for each in _said(table, layout):
            found.cells.setdefault(each.sheet, set()).update(each.columns)
            if not is_empty(each.value):
                said.setdefault(each.name, []).append(each)
    for name, values in said.items():
        _settle(found.cover, name, values, context)
    return found


def _said(table: ForeignTable, layout: ForeignLayout) -> Iterator[_Said]:
    heads = table.header_rows
    for number, cells in enumerate(table.sheet.rows):
        if number in heads:
            continue
        header = table.header_of(number)
        if header is not None and has_reference(cells[header.columns["criterion"]], layout):
            continue
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell and (each := _one(table, number, column, layout)):
                yield each


def _one(table: ForeignTable, number: int, column: int, layout: ForeignLayout) -> _Said | None:
    """The value of a label, if the cell is one."""
    labels, cell = layout.cover_labels, table.sheet.rows[number][column]
    name, rows, place = table.sheet.name, table.sheet.rows, (number, column)
    if key := _label(cell, labels):
        is_heading = column > 0 and _is_label(rows[number][column - 1], labels)
        for where in ("below",) if is_heading else layout.cover.places:
            goal = _beside(rows, number, column, labels) if where == "beside" else None
            if where == "below" and not (is_heading and _is_list(rows, number, column)):
                goal = _below(rows, number, column, labels, table.header_rows)
            if goal is not None:
                return _Said(key, cell.strip(), rows[goal[0]][goal[1]], name, number, (place, goal))
        return _Said(key, cell.strip(), "", name, number, (place,))
    if "after_colon" in layout.cover.places and (split := _split(cell, labels)):
        key, label, value = split
        return _Said(key, label, value, name, number, (place,))
    return None


def _label(written: str, labels: dict[str, str]) -> str:
    """The field of a label, "" where it is none; a note in brackets after it does not matter."""
    if len(written) > _LONGEST_LABEL:
        return ""
    return labels.get(fold_label(written), "") or labels.get(fold_label(written.split("(", 1)[0]), "")


def _split(written: str, labels: dict[str, str]) -> tuple[str, str, str] | None:
    """Field, label and value of a cell such as `Organisation: X`; None for prose that has a colon."""
    label, colon, value = written.partition(":")
    if not colon or not value.strip() or len(value.strip()) > _LONGEST_VALUE:
        return None
    name = _label(label, labels)
    return (name, label.strip(), value.strip()) if name else None


def _is_label(cell: object, labels: dict[str, str]) -> bool:
    return isinstance(cell, str) and bool(_label(cell, labels) or _split(cell, labels))


def _beside(rows: Rows, number: int, column: int, labels: dict[str, str]) -> tuple[int, int] | None:
    for place in range(column + 1, len(rows[number])):
        cell = rows[number][place]
        if not is_empty(cell):
            return None if _is_label(cell, labels) else (number, place)
    return None


def _below(
    rows: Rows, number: int, column: int, labels: dict[str, str], heads: frozenset[int]
) -> tuple[int, int] | None:
    under = number + 1
    if under >= len(rows) or under in heads or is_empty(rows[under][column]) or _is_label(rows[under][column], labels):
        return None
    return under, column


def _is_list(rows: Rows, number: int, column: int) -> bool:
    """Whether several values stand below a heading, of which none is the workbook's own."""
    return number + 2 < len(rows) and not is_empty(rows[number + 2][column])


def _settle(cover: Cover, name: str, values: list[_Said], context: ParsingContext) -> None:
    good: list[tuple[_Said, str]] = []
    for each in values:
        if isinstance(each.value, ErrorCell):
            told = {"sheet": each.sheet, "cell": each.cell, "found": each.value.text, "expected": each.label}
            cover.queries.append(query("cover-error-cell", field=each.label, **told))
        else:
            good.append((each, " ".join(without_unshown(as_text(each.value)).split())))
    if not good:
        return
    first, text = good[0]
    others = {_same(name, written, context): written for _, written in reversed(good)}
    others.pop(_same(name, text, context), None)
    cover.texts[name] = text
    if others:
        found = " / ".join((text, *reversed(others.values())))
        place = {"sheet": first.sheet, "cell": first.cell}
        cover.queries.append(query("covers-differ", found=found, expected="one answer", field=first.label, **place))
    if name == "organisation" and others:
        cover.texts[name] = " and ".join((text, *reversed(others.values())))
    if name == "completed_on" and not others:
        _date(cover, first, text)


def _same(name: str, written: str, context: ParsingContext) -> object:
    """What makes two values of a field the same: for organisations, who is called so."""
    return context.called(written) if name == "organisation" else written.casefold()


def _date(cover: Cover, said: _Said, written: str) -> None:
    if means_no_date(written):
        return
    cover.completed_on = read_date(said.value)
    if cover.completed_on is None:
        place = {"sheet": said.sheet, "cell": said.cell}
        cover.queries.append(query("cover-date-unclear", found=written, expected="a date", **place))
