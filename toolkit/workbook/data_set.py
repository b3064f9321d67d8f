"""The optional data-set sheet: totals only, for organisations that are asked for a data set (2024 standards, 9.4)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from toolkit.workbook.content import plain
from toolkit.workbook.sheet import DARK_GREY, height, open_sheet, write, write_across

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

    from toolkit.workbook.content import Content
    from toolkit.workbook.sheet import GrowingSheet, Styles

_HEADER_ROW = 3


def write_data_set(book: Workbook, content: Content, styles: Styles) -> None:
    """Write the data-set sheet; what it asks for is the layout's."""
    data_set = content.layout.data_set
    columns = data_set.columns
    sheet = open_sheet(book, content, content.layout.sheets.data_set, tab=DARK_GREY, landscape=True)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
    across = (0, len(columns) - 1)
    sheet.set_row(0, 32)
    write_across(sheet, 0, across, data_set.title, styles["banner"])
    note = content.words(data_set.note)
    sheet.set_row(1, height((note, sum(column.width for column in columns))) + 3)
    write_across(sheet, 1, across, note, styles["text"])
    sheet.write_string(2, 0, content.marking, styles["line"])
    sheet.set_row(_HEADER_ROW, 24)
    for number, column in enumerate(columns):
        sheet.write_string(_HEADER_ROW, number, column.label, styles["header"])
    row = _HEADER_ROW + 1
    for group in data_set.groups:
        sheet.set_row(row, 19)
        sheet.write_string(row, 0, group.heading, styles["group"])
        for number in range(1, len(columns)):
            sheet.write_blank(row, number, None, styles["group"])
        for measure in group.measures:
            row += 1
            sheet.grow_from(row, height((measure, columns[0].width)))
            sheet.write_string(row, 0, measure, styles["field_printed"])
            total, notes = content.data_set_answers.get(measure, ("", ""))
            for number, value in enumerate((total, notes, *[""] * len(columns))[: len(columns) - 1], start=1):
                _write_answer(sheet, row, number, value, styles)
        row += 1
    for number, column in enumerate(columns):
        if column.help:
            rule = {"validate": "any", "input_title": column.label, "input_message": column.help}
            sheet.data_validation(_HEADER_ROW + 1, number, row - 1, number, rule)
    sheet.freeze_panes(_HEADER_ROW + 1, 1)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_selection(_HEADER_ROW + 2, 1, _HEADER_ROW + 2, 1)


def _write_answer(sheet: GrowingSheet, row: int, column: int, value: str | int | dt.date, styles: Styles) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, styles["field_answer"])
    else:
        form = styles["field_answer_date" if isinstance(value, dt.date) else "field_answer"]
        write(sheet, row, column, plain(value) if isinstance(value, str) else value, form)
