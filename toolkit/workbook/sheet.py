"""What all sheets of a workbook share: formats, paper, protection, and rows that grow with what is typed."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from xlsxwriter.worksheet import Worksheet

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from toolkit.project import Settings
    from toolkit.records import Organisation

FONT: Final = "Arial"
FONT_SIZE: Final = 10
DARK_BLUE: Final = "#12436D"  # Analysis Function palette
MID_BLUE: Final = "#2073BC"
PALE_BLUE: Final = "#E3EDF6"
DARK_GREY: Final = "#3D3D3D"
PALE_GREY: Final = "#F6F6F6"
RULE: Final = "#A6A6A6"
A4: Final = 9

_LINE = 13.0  # points a line of 10-point Arial takes
_LETTERS_PER_WIDTH = 1.15  # average letters to one unit of column width
_INDENT = 2.0  # units of column width that a cell's inner margins take
_TALLEST = 405.0  # points; Excel's own limit is 409

_CELL = {"text_wrap": True, "valign": "top", "border": 1, "border_color": RULE, "align": "left", "indent": 1}
_ANSWER = {**_CELL, "locked": False}
_PRINTED = {**_CELL, "bg_color": PALE_GREY}
_BANNER = {"font_color": "white", "bg_color": DARK_BLUE, "valign": "vcenter", "align": "left", "indent": 1}
_FORMATS: dict[str, dict[str, Any]] = {
    "banner": {**_BANNER, "bold": True, "font_size": 14, "text_wrap": True},
    "banner_large": {**_BANNER, "bold": True, "font_size": 18, "text_wrap": True},
    "banner_small": {**_BANNER, "font_size": 11, "text_wrap": True},
    "synthetic": {"bold": True, "font_color": DARK_BLUE, "border": 2, "border_color": DARK_BLUE, "valign": "vcenter",
                  "indent": 1},
    "section": {"bold": True, "font_size": 13, "font_color": DARK_BLUE, "bottom": 2, "bottom_color": DARK_BLUE},
    "text": {"text_wrap": True, "valign": "vcenter"},
    "line": {"font_color": DARK_GREY, "valign": "vcenter"},
    "strong": {"bold": True, "valign": "vcenter"},
    "note": {"text_wrap": True, "valign": "vcenter", "font_color": DARK_GREY, "italic": True},
    "link": {"font_color": DARK_BLUE, "underline": 1, "valign": "vcenter"},
    "link_cell": {**_CELL, "font_color": DARK_BLUE, "underline": 1},
    "header": {**_CELL, "bold": True, "font_color": "white", "bg_color": DARK_BLUE, "valign": "vcenter"},
    "header_count": {**_CELL, "bold": True, "font_color": "white", "bg_color": DARK_BLUE, "valign": "vcenter",
                     "align": "right"},
    "group": {"bold": True, "font_color": DARK_BLUE, "bg_color": PALE_BLUE, "border": 1, "border_color": RULE,
              "indent": 1, "valign": "vcenter"},
    "label": {**_PRINTED, "bold": True, "font_color": DARK_BLUE},
    "reference": {**_PRINTED, "bold": True, "num_format": "@"},
    "printed": _PRINTED,
    "count": {**_PRINTED, "align": "right", "num_format": "0"},
    "count_total": {**_PRINTED, "align": "right", "num_format": "0", "bold": True},
    "answer": _ANSWER,
    "answer_date": {**_ANSWER, "num_format": "dd/mm/yyyy", "align": "left"},
    "field_label": {**_PRINTED, "bold": True, "font_color": DARK_BLUE, "valign": "vcenter"},
    "field_printed": {**_PRINTED, "valign": "vcenter"},
    "field_answer": {**_ANSWER, "valign": "vcenter"},
    "field_answer_date": {**_ANSWER, "num_format": "dd/mm/yyyy", "align": "left", "valign": "vcenter"},
}  # fmt: skip


class Marked(Protocol):
    """What the paper of every sheet names: the project, the organisation and the protective marking."""

    @property
    def settings(self) -> Settings:
        """For the name of the project."""

    @property
    def organisation(self) -> Organisation:
        """Whose workbook it is."""

    @property
    def marking(self) -> str:
        """The protective marking."""


class Styles:
    """The formats of one workbook by name, each made when first asked for."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            properties = {"font_name": FONT, "font_size": FONT_SIZE, **_FORMATS[name]}
            self._made[name] = self._book.add_format(properties)
        return self._made[name]


class GrowingSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter ships no types
    """A sheet on which some rows have a height to begin with and still grow with what is typed into them.

    XlsxWriter marks every height as the user's own choice, and spreadsheet programs then never change it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._growing: set[int] = set()

    def grow_from(self, row: int, height: float) -> None:
        """Give a row its first height in points."""
        self.set_row(row, height)
        self._growing.add(row + 1)

    def _xml_start_tag_unencoded(self, tag: str, attributes: list[tuple[str, Any]] | None = None) -> None:
        if tag == "row" and attributes and attributes[0][1] in self._growing:
            attributes = [pair for pair in attributes if pair[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes or [])


def open_sheet(book: Workbook, content: Marked, name: str, *, tab: str, landscape: bool) -> GrowingSheet:
    """A new sheet with paper, page header and footer, and protection without a password.

    Columns and rows may be resized on the protected sheet; nothing else of the printed part may be changed.
    """
    sheet: GrowingSheet = book.add_worksheet(name, worksheet_class=GrowingSheet)
    sheet.set_tab_color(tab)
    sheet.hide_gridlines(2)
    sheet.set_paper(A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    about = content.settings.project
    sheet.set_header(
        f"&L&8 {_in_margin(about.name, 80)}&C&B{_in_margin(content.marking, 60)}&R&8 {_in_margin(name, 31)}"
    )
    sheet.set_footer(
        f"&L&8 {_in_margin(content.organisation.name, 80)}&C&B{_in_margin(content.marking, 60)}&R&8 Page &P of &N"
    )
    sheet.protect("", {"format_columns": True, "format_rows": True})
    return sheet


def _in_margin(text: str, longest: int) -> str:
    """Text that a page header prints as it is: there an ampersand starts an instruction."""
    return " ".join(re.sub(r"\s*&\s*", " and ", text).split())[:longest]


def height(*cells: tuple[str | dt.date, float], least: float = 1.0, size: float = FONT_SIZE) -> float:
    """Points that a row needs for wrapped texts, each with the width of its column; at least so many lines."""
    needed = max((_lines(text, width * FONT_SIZE / size) for text, width in cells if isinstance(text, str)), default=1)
    return min(max(least, needed) * _LINE * size / FONT_SIZE + 6, _TALLEST)


def _lines(text: str, width: float) -> int:
    letters = max((width - _INDENT) * _LETTERS_PER_WIDTH, 1)
    return sum(max(1, math.ceil(len(part) / letters)) for part in text.split("\n"))


def write(sheet: GrowingSheet, row: int, column: int, value: str | dt.date, form: Format) -> None:
    """Write text as text whatever it begins with, a date as a date, and nothing as an empty cell."""
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, form)
    elif value:
        sheet.write_string(row, column, value, form)
    else:
        sheet.write_blank(row, column, None, form)


def write_across(sheet: GrowingSheet, row: int, columns: tuple[int, int], text: str, form: Format) -> None:
    """Write a text over several columns of one row, above or below a table, never in one."""
    sheet.merge_range(row, columns[0], row, columns[1], "", form)
    sheet.write_string(row, columns[0], text, form)
