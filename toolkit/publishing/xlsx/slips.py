"""A workbook of gptables in which every text and number is only put down, never read.

gptables makes links of Markdown, notes of `$$`, and refuses cells without a letter of the English alphabet. So it is
given numbered slips instead of content ("slip 17"), lays out its sheets with them, and where it writes a slip, what the
slip stands for is written: text as text, a number as a number.
"""

from __future__ import annotations

import warnings
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
from xlsxwriter.workbook import Workbook

from toolkit.publishing.xlsx.cells import Shown, words

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # gptables leaves a file of its own open when it is imported
    from gptables import Cover, GPTable, GPWorkbook, Theme
    from gptables.core.wrappers import GPWorksheet

if TYPE_CHECKING:
    import io

__all__ = ["Cover", "SlipTable", "SlipWorkbook", "SlipWorksheet", "Theme"]

_HIDE_ALL = 2
_LINK = "#0000FF"


class SlipWorkbook(GPWorkbook):  # type: ignore[misc]  # gptables ships no types
    """A workbook that knows what its slips stand for."""

    def __init__(self, target: io.BytesIO, theme: Theme) -> None:
        super().__init__(
            target,
            options={
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.set_theme(theme)
        self.slips: dict[str, Shown] = {}

    def slip(self, content: Shown | str) -> str:
        """A slip for a cell's content or a text; gptables takes it for an ordinary text."""
        name = f"slip {len(self.slips) + 1}"
        self.slips[name] = content if isinstance(content, Shown) else words(content)
        return name

    def add_worksheet(self, name: str, gridlines: str = "hide_all") -> SlipWorksheet:
        """A sheet that writes what slips stand for."""
        del gridlines
        sheet: SlipWorksheet = Workbook.add_worksheet(self, name, SlipWorksheet)
        sheet.theme, sheet._workbook = self.theme, self  # noqa: SLF001 - as gptables' own add_worksheet does
        sheet.hide_gridlines(_HIDE_ALL)
        return sheet


class SlipTable(GPTable):  # type: ignore[misc]  # gptables ships no types
    """A table whose every text is a slip."""

    @classmethod
    def of(
        cls, table: pd.DataFrame, name: str, title: str, *, above: list[str], instructions: str, legend: list[str]
    ) -> SlipTable:
        """A table; its first column heads the rows. A new one of gptables lists all looks that there are, each time."""
        made = copy(cls._blank())
        made.set_table(table, {2: 0})
        made.set_table_name(name)
        made.set_title(title)
        made.set_subtitles(above)
        made.set_instructions(instructions)
        made.set_legend(legend)
        return made

    @classmethod
    @cache
    def _blank(cls) -> SlipTable:
        return cls(pd.DataFrame({"slip 1": ["slip 2"]}), "blank", "slip 3", index_columns={2: 0})

    def __deepcopy__(self, _: object) -> SlipTable:
        """Gptables copies what it writes, because it changes notes and links in it: in slips there are none."""
        return self


class SlipWorksheet(GPWorksheet):  # type: ignore[misc]  # gptables ships no types
    """A sheet of such a workbook: the two places where gptables writes content, and two where it would read it."""

    _workbook: SlipWorkbook

    def _smart_write(self, row: int, col: int, data: object, format_dict: dict[str, Any], *args: object) -> None:
        """Every text that gptables writes goes through this."""
        content = self._workbook.slips.get(data) if isinstance(data, str) else None
        if content is None:
            super()._smart_write(row, col, data, format_dict, *args)
            return
        look = format_dict | _look(content, col)
        if content.link:
            self.write_url(row, col, content.link, self._workbook.add_format(look), str(content.value))
        elif isinstance(content.value, str):
            self.write_string(row, col, content.value, self._workbook.add_format(look))
        else:
            self.write_number(row, col, content.value, self._workbook.add_format(look))

    def _reference_annotations(self, *_: object) -> None:
        """Gptables looks for `$$` in every text: there is none in a slip."""

    def _parse_urls(self, *_: object) -> None:
        """Gptables looks for links in every text: there is none in a slip."""

    def _write_table_elements(self, pos: list[int], gptable: SlipTable, auto_width: object) -> list[int]:
        """The table itself: gptables takes 20 ms for each here, to find out looks that our slips know already."""
        del auto_width
        first, left, last, right = gptable.data_range
        names = gptable.table.columns.tolist()
        for row, cells in enumerate([names, *gptable.table.to_numpy().tolist()], start=first):
            look = self.theme.data_format if row > first else self.theme.column_heading_format
            for col, cell in enumerate(cells):
                self._smart_write(row, col, cell, look)
        headings = [
            {
                "header": content.value,
                "header_format": self._workbook.add_format(self.theme.column_heading_format | _look(content, col)),
            }
            for col, content in enumerate(map(self._workbook.slips.__getitem__, names))
        ]
        options = {"autofilter": False, "columns": headings, "style": None, "name": gptable.table_name}
        self.add_table(first, left, last, right, options)
        return [last + 1, pos[1]]


def _look(content: Shown, col: int) -> dict[str, Any]:
    """Numbers, and headings over numbers, stand at the right; links look like links."""
    look: dict[str, Any] = {"align": "right" if content.right else "left", "indent": 1 if col or content.right else 0}
    if content.format:
        look["num_format"] = content.format
    return look | ({"underline": True, "font_color": _LINK} if content.link else {})
