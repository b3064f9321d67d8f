"""One standard's sheet: what it asks, and a row for each criterion with the cells for the answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from toolkit.workbook.content import plain
from toolkit.workbook.sheet import MID_BLUE, PALE_BLUE, height, open_sheet, write, write_across

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

    from toolkit.catalogue import Criterion, Standard
    from toolkit.layouts import TableColumn
    from toolkit.workbook.content import Content, Sheet
    from toolkit.workbook.sheet import GrowingSheet, Styles

RATINGS_ROW = 3
"""In which row (counted from 0) the guidance sheet's table of ratings has its header."""

_LONGEST_LIST = 255  # letters Excel holds in a list of its own
_LEAST_LINES = 4


def write_standard(book: Workbook, content: Content, part: Sheet, styles: Styles) -> None:
    """Write one standard's sheet; its labels and places are the layout's."""
    table = content.layout.table
    sheet = open_sheet(book, content, part.name, tab=MID_BLUE, landscape=True)
    for offset, column in enumerate(table.columns):
        sheet.set_column(table.first_column + offset, table.first_column + offset, column.width)
    _write_heading(sheet, content, part, styles)
    sheet.set_row(table.header_row, 30)
    for offset, column in enumerate(table.columns):
        sheet.write_string(table.header_row, table.first_column + offset, column.label, styles["header"])
    first = table.header_row + 1
    for row, (criterion, priority) in enumerate(part.rows, start=first):
        printed = {
            "criterion": criterion.criterion,
            "summary": _asked(content, criterion),
            "priority": str(priority).capitalize(),
        }
        _write_row(sheet, content, row, printed, styles)
    last = first + len(part.rows) - 1
    _guide_answers(sheet, book, content, first, last)
    sheet.freeze_panes(first, table.first_column + 1)
    sheet.repeat_rows(table.header_row)
    sheet.set_zoom(85)
    sheet.set_selection(first, content.layout.column("rating"), first, content.layout.column("rating"))


def _write_heading(sheet: GrowingSheet, content: Content, part: Sheet, styles: Styles) -> None:
    table = content.layout.table
    across = (table.first_column, table.first_column + len(table.columns) - 1)
    width = sum(column.width for column in table.columns)
    title = f"{part.name}: {part.standard.title}"
    asks = part.standard.asks
    sheet.set_row(0, height((title, width), size=14) + 8)
    write_across(sheet, 0, across, title, styles["banner"])
    sheet.set_row(1, height((asks, width)) + 3)
    write_across(sheet, 1, across, asks, styles["text"])
    sheet.set_row(2, 17)
    sheet.write_string(2, across[0], _priorities(content, part.standard), styles["strong"])
    cover = content.layout.sheets.cover
    sheet.write_url(2, across[1], f"internal:'{cover}'!A1", styles["link"], f"Back to {cover.lower()}")
    sheet.set_row(3, 17)
    line = f"{content.marking}   |   {content.organisation.name}   |   Cycle {content.cycle.id}"
    sheet.write_string(3, across[0], plain(line), styles["line"])


def _priorities(content: Content, standard: Standard) -> str:
    """The line that says how strongly a standard binds each tier of the organisation; nothing without tiers."""
    if not content.framework.tiers:
        return ""
    if standard.priority is None:
        texts = content.layout.texts
        only = f" {texts.commissioners_only}" if standard.applies_to == "commissioners" else ""
        return f"{texts.no_priority}{only}"
    held = [tier for tier in content.framework.tiers if tier.tier in content.organisation.tiers]
    said = [f"Tier {tier.tier} {tier.name}: {standard.priority[tier.tier]}" for tier in held]
    return "Priority for your tiers:  " + ";  ".join(said) if said else ""


def _asked(content: Content, criterion: Criterion) -> str:
    if not criterion.condition:
        return plain(criterion.text)
    return plain(f"{criterion.text}\n{content.words(content.layout.texts.condition, condition=criterion.condition)}")


def _write_row(sheet: GrowingSheet, content: Content, row: int, printed: dict[str, str], styles: Styles) -> None:
    table = content.layout.table
    texts: list[tuple[str | dt.date, float]] = []
    for offset, column in enumerate(table.columns):
        place = table.first_column + offset
        if column.field == "criterion":
            sheet.write_string(row, place, printed["criterion"], styles["reference"])
            continue
        value: str | dt.date = (
            content.answer(printed["criterion"], column.field) if column.answer else printed[column.field]
        )
        write(sheet, row, place, value, styles[_form(column)])
        texts.append((value, column.width))
    sheet.grow_from(row, height(*texts, least=_LEAST_LINES))


def _form(column: TableColumn) -> str:
    if not column.answer:
        return "printed"
    return "answer_date" if column.date else "answer"


def _guide_answers(sheet: GrowingSheet, book: Workbook, content: Content, first: int, last: int) -> None:
    """Input messages on all answer cells, the rating list, a date check that only warns, and the two blue hints."""
    for column in content.layout.columns:
        if column.answer:
            place = content.layout.column(column.field)
            rule = {"input_title": column.label, "input_message": column.help, **_rule(content, column)}
            sheet.data_validation(first, place, last, place, rule)
    rating, action = content.layout.column("rating"), content.layout.column("action")
    hint = book.add_format({"bg_color": PALE_BLUE})
    sheet.conditional_format(first, rating, last, rating, {"type": "blanks", "format": hint})
    chosen = xl_rowcol_to_cell(first, rating, col_abs=True)
    empty = f"LEN({xl_rowcol_to_cell(first, action, col_abs=True)})=0"
    wanted = ",".join(f'{chosen}&""={_quoted(label)}' for label in content.labels_with_action)
    if wanted:
        rule = {"type": "formula", "criteria": f"=AND({empty},OR({wanted}))", "format": hint}
        sheet.conditional_format(first, action, last, action, rule)
    references = f"{xl_rowcol_to_cell(first, content.layout.column('criterion'))}:" + xl_rowcol_to_cell(
        last, content.layout.column("criterion")
    )
    sheet.ignore_errors({"number_stored_as_text": references})


def _rule(content: Content, column: TableColumn) -> dict[str, object]:
    if column.field == "rating":
        return {
            "validate": "list",
            "source": _rating_list(content),
            "error_title": "Please choose from the list",
            "error_message": f"The rating must be one of the {len(content.labels)} answers in the list.",
        }
    if column.date:
        return {
            "validate": "date",
            "criteria": ">=",
            "value": dt.date(2000, 1, 1),
            "error_title": "Is this a date?",
            "error_message": "A date as day/month/year can be read best. Keep what you typed?",
            "error_type": "warning",
        }
    return {"validate": "any"}


def _rating_list(content: Content) -> list[str] | str:
    """The labels themselves; where Excel could not hold them in a list, the cells of the guidance sheet."""
    labels = content.labels
    if len(",".join(labels)) <= _LONGEST_LIST and not any("," in label or '"' in label for label in labels):
        return list(labels)
    first, last = RATINGS_ROW + 1, RATINGS_ROW + len(labels)
    return f"='{content.layout.sheets.guidance}'!$B${first + 1}:$B${last + 1}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
