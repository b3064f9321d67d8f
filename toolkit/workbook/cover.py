"""The cover: whose return it is, lead and contacts, sign-off, and how far each sheet is filled in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from toolkit.workbook.content import plain
from toolkit.workbook.sheet import DARK_BLUE, height, open_sheet, write, write_across

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from toolkit.layouts import CoverField
    from toolkit.workbook.content import Content
    from toolkit.workbook.sheet import GrowingSheet, Styles

_CONTENTS = (("Sheet", 26.0), ("Title", 66.0), ("Priority", 13.0), ("Criteria", 10.0), ("Rated", 10.0))
_MARGIN = 2.5


def write_cover(book: Workbook, content: Content, styles: Styles) -> None:
    """Write the cover; labels and their places are the layout's."""
    texts = content.layout.texts
    sheet = open_sheet(book, content, content.layout.sheets.cover, tab=DARK_BLUE, landscape=False)
    first = content.layout.cover_sheet.label_column
    if first:
        sheet.set_column(0, first - 1, _MARGIN)
    for offset, (_, width) in enumerate(_CONTENTS):
        sheet.set_column(first + offset, first + offset, width)
    row = _banner(sheet, content, styles)
    row = _section(sheet, content, row + 1, ("Your organisation", texts.intro), styles)
    row = _fields(sheet, content, row, "about", styles)
    row = _note(sheet, content, row, texts.correct_details, styles["note"])
    row = _section(sheet, content, row + 1, ("Lead and contacts", texts.lead_note), styles)
    row = _fields(sheet, content, row, "lead", styles)
    row = _section(sheet, content, row + 1, ("Sign-off", texts.sign_off_note), styles)
    row = _fields(sheet, content, row, "sign_off", styles)
    row = _section(sheet, content, row + 1, ("What is in this workbook", texts.contents_note), styles)
    _contents(sheet, content, row, styles)
    sheet.activate()
    sheet.set_first_sheet()


def _across(content: Content) -> tuple[int, int]:
    first = content.layout.cover_sheet.label_column
    return first, first + len(_CONTENTS) - 1


def _banner(sheet: GrowingSheet, content: Content, styles: Styles) -> int:
    about = content.settings.project
    lines = [
        (about.office, "banner_small", 22.0),
        (about.name, "banner_large", height((about.name, sum(w for _, w in _CONTENTS)), size=20) + 6),
        (f"Audit workbook, cycle {content.cycle.id}: {content.framework.title}", "banner_small", 24.0),
    ]
    for row, (text, form, tall) in enumerate(lines):
        sheet.set_row(row, tall)
        write_across(sheet, row, _across(content), plain(text), styles[form])
    sheet.set_row(3, 20)
    sheet.write_string(3, _across(content)[0], content.marking, styles["strong"])
    if not about.synthetic:
        return 4
    sheet.set_row(4, 22)
    write_across(sheet, 4, _across(content), content.layout.texts.synthetic, styles["synthetic"])
    return 5


def _section(sheet: GrowingSheet, content: Content, row: int, words: tuple[str, str], styles: Styles) -> int:
    """A heading over a rule, and a sentence below it."""
    heading, note = words
    first, last = _across(content)
    sheet.set_row(row, 20)
    sheet.write_string(row, first, heading, styles["section"])
    for column in range(first + 1, last + 1):
        sheet.write_blank(row, column, None, styles["section"])
    return _note(sheet, content, row + 1, note, styles["text"])


def _note(sheet: GrowingSheet, content: Content, row: int, note: str, form: Format) -> int:
    text = content.words(note)
    sheet.set_row(row, height((text, sum(width for _, width in _CONTENTS))) + 3)
    write_across(sheet, row, _across(content), plain(text), form)
    return row + 1


def _fields(sheet: GrowingSheet, content: Content, row: int, group: str, styles: Styles) -> int:
    """One row for each field of a group: the label, and beside it the value."""
    places = content.layout.cover_sheet
    for field in places.fields:
        if field.group != group or (field.key == "tiers" and not content.framework.tiers):
            continue
        value = content.cover_value(field.key)
        sheet.grow_from(row, height((value, _CONTENTS[1][1]), least=1.2))
        sheet.write_string(row, places.label_column, field.label, styles["field_label"])
        write(sheet, row, places.value_column, value, styles[_form(field)])
        if field.answer:
            sheet.data_validation(row, places.value_column, row, places.value_column, _rule(field))
        row += 1
    return row


def _form(field: CoverField) -> str:
    if not field.answer:
        return "field_printed"
    return "field_answer_date" if field.date else "field_answer"


def _rule(field: CoverField) -> dict[str, object]:
    message = {"input_title": field.label, "input_message": field.help}
    if not field.date:
        return {"validate": "any", **message}
    return {
        "validate": "date",
        "criteria": ">=",
        "value": dt.date(2000, 1, 1),
        "error_title": "Is this a date?",
        "error_message": "A date as day/month/year can be read best. Keep what you typed?",
        "error_type": "warning",
        **message,
    }


def _contents(sheet: GrowingSheet, content: Content, header: int, styles: Styles) -> None:
    """The list of sheets with links, and by formula how many ratings each has so far."""
    first = content.layout.cover_sheet.label_column
    criteria, rated = first + 3, first + 4
    sheet.set_row(header, 20)
    for offset, (label, _) in enumerate(_CONTENTS):
        form = "header_count" if first + offset in {criteria, rated} else "header"
        sheet.write_string(header, first + offset, label, styles[form])
    top = header + 1
    for row, part in enumerate(content.sheets, start=top):
        _link(sheet, row, first, (part.name, part.standard.title), styles)
        sheet.write_string(row, first + 2, str(part.rows[0][1]).capitalize(), styles["printed"])
        sheet.write_number(row, criteria, len(part.rows), styles["count"])
        count = _count(content, part.name, len(part.rows))
        sheet.write_formula(row, rated, count, styles["count"], content.answered(part))
    end = top + len(content.sheets)
    sheet.set_row(end, height())
    sheet.write_string(end, first, "All standards", styles["label"])
    for column in (first + 1, first + 2):
        sheet.write_blank(end, column, None, styles["label"])
    for column, total in (
        (criteria, sum(len(part.rows) for part in content.sheets)),
        (rated, sum(content.answered(part) for part in content.sheets)),
    ):
        cells = f"{xl_rowcol_to_cell(top, column)}:{xl_rowcol_to_cell(end - 1, column)}"
        sheet.write_formula(end, column, f"=SUM({cells})", styles["count_total"], total)
    others = [(content.layout.sheets.guidance, content.layout.texts.guidance[0].heading)]
    if content.has_data_set:
        others.append((content.layout.sheets.data_set, content.layout.data_set.title))
    for row, other in enumerate(others, start=end + 1):
        _link(sheet, row, first, other, styles)


def _link(sheet: GrowingSheet, row: int, column: int, named: tuple[str, str], styles: Styles) -> None:
    name, title = named
    sheet.set_row(row, height((title, _CONTENTS[1][1])))
    sheet.write_url(row, column, f"internal:'{name}'!A1", styles["link_cell"], name)
    sheet.write_string(row, column + 1, title, styles["printed"])


def _count(content: Content, sheet: str, rows: int) -> str:
    top = content.layout.table.header_row + 1
    column = content.layout.column("rating")
    cells = [xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for row in (top, top + rows - 1)]
    return f"=COUNTA('{sheet}'!{cells[0]}:{cells[1]})"
