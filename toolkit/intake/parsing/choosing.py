"""Which layout a workbook has: by its identity, by what a person decided, by what it shows; never by a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.parsing.belonging import prints_ratings
from toolkit.intake.parsing.book import Reading
from toolkit.intake.parsing.foreign_key import Key, read_key
from toolkit.intake.parsing.foreign_tables import headed
from toolkit.intake.parsing.grids import matrix_fits, survey_fits
from toolkit.intake.parsing.ratings import is_number
from toolkit.intake.parsing.text import as_text, column_letters
from toolkit.layouts import RATING_FIELDS, find_header, first_doubt, fold_label, identity_in_rows, read_line
from toolkit.records import Return

if TYPE_CHECKING:
    from toolkit.intake.parsing.book import Book
    from toolkit.intake.parsing.context import ParsingContext
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.layouts import ForeignLayout, Group, Layout

_LONGEST_MARK = 300


def choose_layout(book: Book, context: ParsingContext, decided: str = "") -> Layout | ForeignLayout | Reading:
    """The layout to read a workbook with; a held reading where several fit, or its ratings may mean another thing.

    Args:
        book: the workbook.
        context: the layouts of the project.
        decided: the id of the layout that a person decided on.
    """
    if decided:
        named = next((each for each in context.foreign if each.id == decided), None)
        return _unless_contradicted(book, named, context, "decision") if named else context.layout
    if book.said.found or any(identity_in_rows(sheet.rows) for sheet in book.sheets):
        return context.layout
    shown = [layout for layout in context.foreign if _shows(book, layout, context)]
    if not shown or _is_issued(book):
        return _as_issued(book, context)
    fitting = [layout for layout in shown if _is_explained(book, layout, context)]
    fitting = [layout for layout in fitting if not layout.shipped] or fitting
    if len(fitting) > 1:
        names = ", ".join(layout.id for layout in fitting)
        return Reading(_nothing(), hold="layout-uncertain", hold_details={"found": names})
    if fitting:
        return _unless_contradicted(book, fitting[0], context, "content")
    return _without_key(book, shown, context)


def fits(book: Book, layout: ForeignLayout, context: ParsingContext) -> bool:
    """Whether a workbook shows all that the layout's `recognise` asks for: one header, marks, a key that agrees."""
    return _shows(book, layout, context) and _is_explained(book, layout, context)


def _is_explained(book: Book, layout: ForeignLayout, context: ParsingContext) -> bool:
    """Whether the workbook says what its ratings mean, as the layout does, where the layout asks for that."""
    if not layout.recognise.key or layout.todo:
        return True
    key = _key(book, layout, context)
    return not key.missing and not key.differs


def _shows(book: Book, layout: ForeignLayout, context: ParsingContext) -> bool:
    """Whether one header has all the columns, none of it a word that rules the layout out, and the marks are there."""
    if layout.shape != "rows":
        shows = matrix_fits if layout.shape == "matrix" else survey_fits
        return shows(book, layout, context) and all(
            _has_mark(book, fold_label(each)) for each in layout.recognise.marks
        )
    wanted = set(layout.recognise.headers)
    headers = [header for _, found in headed(book.sheets, layout) for header in found if wanted <= header.named]
    if not headers:
        return False
    words = {word for header in headers for label in header.labels.values() for word in fold_label(label).split()}
    if any(fold_label(word) in words for word in layout.recognise.without):
        return False
    return all(_has_mark(book, fold_label(mark)) for mark in layout.recognise.marks)


def _has_mark(book: Book, mark: str) -> bool:
    return any(
        isinstance(cell, str) and 0 < len(cell) <= _LONGEST_MARK and fold_label(cell).startswith(mark)
        for sheet in book.sheets
        for row in sheet.rows
        for cell in row
    )


def _is_issued(book: Book) -> bool:
    """Whether it is an audit workbook of ours without its identity: a line that is printed there, or its ratings."""
    return any(
        prints_ratings(sheet) or any(isinstance(cell, str) and read_line(cell) for row in sheet.rows for cell in row)
        for sheet in book.sheets
    )


def _key(book: Book, layout: ForeignLayout, context: ParsingContext) -> Key:
    return read_key(headed(book.sheets, layout), layout, layout.scale(context.root))


def _unless_contradicted(
    book: Book, layout: ForeignLayout, context: ParsingContext, by: str
) -> ForeignLayout | Reading:
    """The layout, unless the workbook says that its ratings mean something else, or the layout is not finished."""
    if layout.todo:
        return Reading(
            _nothing(f"{layout.id}, by {by}"),
            hold="layout-unfinished",
            hold_details={"found": layout.id, "expected": "; ".join(layout.todo)},
        )
    differs = _key(book, layout, context).differs
    if differs:
        return _held("key-differs", layout, by, found=differs)
    doubt = _whose(book, layout)
    return _held("rating-column-unclear", layout, by, **doubt) if doubt else layout


def _whose(book: Book, layout: ForeignLayout) -> dict[str, str]:
    """Which column of ratings may be somebody else's or another time's, and what stands above it; empty where none."""
    for sheet, headers in headed(book.sheets, layout):
        for header in headers:
            for column, group in header.doubts.items():
                return _told(sheet, column, group, header.labels.get(column, ""))
    return {}


def _told(sheet: SheetRows, column: int, group: Group, written: str) -> dict[str, str]:
    place = f"{sheet.name} {column_letters(group.column)}{group.row + 1}"
    return {"found": f"{group.written} ({place})", "column": column_letters(column), "field": written}


def _without_key(book: Book, shown: list[ForeignLayout], context: ParsingContext) -> Layout | Reading:
    """What becomes of a workbook that lacks only the key of a layout: held where its ratings are numbers."""
    for layout in shown:
        key = _key(book, layout, context)
        if key.differs:
            return _held("key-differs", layout, "content", found=key.differs)
    for layout in shown:
        if _has_numbers(book, layout):
            missing = ", ".join(_key(book, layout, context).missing)
            return _held("key-missing", layout, "content", found=layout.title, expected=missing)
    return _as_issued(book, context)


def _as_issued(book: Book, context: ParsingContext) -> Layout | Reading:
    """The layout of the issued workbook, for one without its identity, unless its ratings may be somebody else's."""
    for sheet in book.sheets:
        header = find_header(sheet.rows, context.layout)
        if header is None:
            continue
        rated = (header.columns["rating"], *header.also.get("rating", ()))
        criterion = header.columns["criterion"]
        left = max(header.columns.get(name, criterion) for name in ("criterion", "summary", "priority"))
        doubt = first_doubt(sheet.rows, header.row, rated, left, criterion)
        if doubt is not None:
            column, group = doubt
            told = _told(sheet, column, group, as_text(sheet.rows[header.row][column]))
            return Reading(
                _nothing(f"{context.layout.id}, by content"), hold="rating-column-unclear", hold_details=told
            )
    return context.layout


def _has_numbers(book: Book, layout: ForeignLayout) -> bool:
    """Whether a number stands in a column of ratings."""
    return any(
        is_number(as_text(row[column]))
        for sheet, headers in headed(book.sheets, layout)
        for header in headers
        for name in RATING_FIELDS
        for column in header.columns_of(name)
        for row in sheet.rows[header.rows[-1] + 1 :]
    )


def _held(code: str, layout: ForeignLayout, by: str, **details: str) -> Reading:
    return Reading(_nothing(f"{layout.id}, by {by}"), hold=code, hold_details={"expected": layout.id, **details})


def _nothing(layout: str = "") -> Return:
    return Return("", "", "", "", layout, "", "", None, "", "", (), ())
