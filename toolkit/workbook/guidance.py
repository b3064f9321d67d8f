"""The guidance sheet: what each rating means, how to fill in the workbook, tiers, where the wording is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.workbook.sheet import DARK_GREY, height, open_sheet, write_across
from toolkit.workbook.standard import RATINGS_ROW

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

    from toolkit.workbook.content import Content
    from toolkit.workbook.sheet import GrowingSheet, Styles

_NAME, _TEXT = 1, 2
_WIDTHS = (2.5, 26.0, 100.0)


def write_guidance(book: Workbook, content: Content, styles: Styles) -> None:
    """Write the guidance sheet; the table of ratings comes first, in a fixed place."""
    sheet = open_sheet(book, content, content.layout.sheets.guidance, tab=DARK_GREY, landscape=False)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 32)
    write_across(sheet, 0, (_NAME, _TEXT), f"Guidance: {content.framework.short_title}", styles["banner"])
    row = _section(sheet, RATINGS_ROW - 1, "The ratings", styles)
    row = _table(
        sheet,
        row,
        ("Rating", "What it means"),
        [(level.label, level.meaning) for level in content.scale.levels],
        styles,
    )
    for section in content.layout.texts.guidance:
        row = _lines(sheet, row + 1, section.heading, [content.words(line) for line in section.lines], styles)
    row = _section(sheet, row + 1, "The columns of each standard sheet", styles)
    helped = [(column.label, column.help) for column in content.layout.columns if column.answer]
    row = _table(sheet, row, ("Column", "What to write"), helped, styles)
    if content.framework.tiers:
        row = _section(sheet, row + 1, "Tiers", styles)
        tiers = [(f"{tier.tier} {tier.name}", tier.role) for tier in content.framework.tiers]
        row = _table(sheet, row, ("Tier", "Who it is for"), tiers, styles)
    _lines(sheet, row + 1, "About the wording", _wording(content), styles)


def _wording(content: Content) -> list[str]:
    criteria = [criterion for sheet in content.sheets for criterion, _ in sheet.rows]
    official = bool(criteria) and all(criterion.wording for criterion in criteria)
    texts = content.layout.texts
    lines = [content.words(texts.wording_official if official else texts.wording_summary)]
    return [*lines, content.framework.numbering_note] if content.framework.numbering_note else lines


def _section(sheet: GrowingSheet, row: int, heading: str, styles: Styles) -> int:
    sheet.set_row(row, 20)
    sheet.write_string(row, _NAME, heading, styles["section"])
    sheet.write_blank(row, _TEXT, None, styles["section"])
    return row + 1


def _lines(sheet: GrowingSheet, row: int, heading: str, lines: list[str], styles: Styles) -> int:
    row = _section(sheet, row, heading, styles)
    for line in lines:
        sheet.set_row(row, height((line, sum(_WIDTHS[_NAME:]))))
        write_across(sheet, row, (_NAME, _TEXT), line, styles["text"])
        row += 1
    return row


def _table(sheet: GrowingSheet, row: int, header: tuple[str, str], rows: list[tuple[str, str]], styles: Styles) -> int:
    for offset, label in enumerate(header):
        sheet.write_string(row, _NAME + offset, label, styles["header"])
    for number, (name, text) in enumerate(rows, start=row + 1):
        sheet.set_row(number, height((name, _WIDTHS[_NAME]), (text, _WIDTHS[_TEXT])))
        sheet.write_string(number, _NAME, name, styles["field_label"])
        sheet.write_string(number, _TEXT, text, styles["field_printed"])
    return row + len(rows) + 1
