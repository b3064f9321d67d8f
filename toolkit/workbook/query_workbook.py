"""Write one organisation's query workbook as bytes: the same questions give the same bytes."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from xlsxwriter.workbook import Workbook

from toolkit.document import day
from toolkit.layouts import CONFIRMED, KEPT, TAKEN, query_texts
from toolkit.workbook.content import plain
from toolkit.workbook.sheet import DARK_BLUE, DARK_GREY, MID_BLUE, Styles, height, open_sheet, write, write_across
from toolkit.workbook.writing import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.layouts import QueryColumn, Question
    from toolkit.workbook.query_content import Letter
    from toolkit.workbook.sheet import GrowingSheet

_WIDTHS = (2.5, 30.0, 84.0)
_LABEL, _VALUE = 1, 2
_LONGEST_LIST = 255
"""Letters that Excel holds in a list of its own."""
_LEAST_LINES = 3
_BECAME = {
    TAKEN: "Taken over into your return",
    CONFIRMED: "It is what we had read; nothing was changed",
    KEPT: "Kept with the question; no figure was changed",
}
_ANSWER_FORMS = {"answer": "answer", "comment": "answer"}
_WANTED = {"target_date": "A date, such as 30/06/2025", "": "Your own words"}


def query_workbook(letter: Letter) -> bytes:
    """An .xlsx workbook with an organisation's open questions and room to answer; text is never a formula."""
    stream = io.BytesIO()
    book = Workbook(stream, options())
    styles = Styles(book)
    _describe(book, letter)
    first_rating = _write_cover(book, letter, styles)
    _write_questions(book, letter, styles, first_rating)
    if letter.told:
        _write_told(book, letter, styles)
    _write_identity(book, letter)
    book.close()
    return stream.getvalue()


def _describe(book: Workbook, letter: Letter) -> None:
    about, received_at = letter.settings.project, letter.receipt.received_at
    created = received_at.replace(tzinfo=None) if received_at else dt.datetime.combine(letter.cycle.issued, dt.time())
    book.set_size(1500, 900)
    book.set_properties(
        {
            "title": plain(f"{about.name}: questions to {letter.organisation.name}, {letter.cycle.id}"),
            "subject": letter.framework.title,
            "author": about.office,
            "company": about.office,
            "category": letter.marking,
            "created": created,
        }
    )


def _write_cover(book: Workbook, letter: Letter, styles: Styles) -> int:
    """Write the cover; the row (from 0) in which its list of ratings begins."""
    texts, about = query_texts(), letter.settings.project
    sheet = open_sheet(book, letter, texts.sheets.cover, tab=DARK_BLUE, landscape=False)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    lines = (
        (about.office, "banner_small", 22.0),
        (texts.cover.title, "banner_large", 32.0),
        (about.name, "banner_small", 22.0),
    )
    for row, (text, form, tall) in enumerate(lines):
        sheet.set_row(row, tall)
        write_across(sheet, row, (_LABEL, _VALUE), plain(text), styles[form])
    sheet.write_string(3, _LABEL, letter.marking, styles["strong"])
    received_at = letter.receipt.received_at
    row = _pairs(
        sheet,
        5,
        (
            ("Organisation", letter.organisation.name),
            ("Audit", f"{letter.framework.title}, cycle {letter.cycle.id}"),
            ("File we received", letter.receipt.file),
            ("Received on", day(received_at.date()) if received_at else ""),
            ("Questions", f"{letter.count}: {letter.weights}"),
            ("Whom to ask", f"{about.office}, {about.contact}"),
        ),
        styles,
    )
    row = _answered_by(sheet, row + 1, styles)
    row = _heading(sheet, row + 1, "How to answer", styles)
    details = {
        "questions": texts.sheets.questions, "place": texts.label("place"), "answer": texts.label("answer"),
        "comment": texts.label("comment"), "contact": about.contact,
    }  # fmt: skip
    for number, line in enumerate(texts.cover.how, start=1):
        text = f"{number}.  {line.format_map(details)}"
        sheet.set_row(row, height((text, sum(_WIDTHS[1:]))) + 2)
        write_across(sheet, row, (_LABEL, _VALUE), plain(text), styles["text"])
        row += 1
    row = _heading(sheet, row + 1, texts.cover.rating, styles)
    _pairs(sheet, row, [(level.label, level.meaning) for level in letter.scale.levels], styles)
    sheet.activate()
    sheet.set_first_sheet()
    return row


def _heading(sheet: GrowingSheet, row: int, text: str, styles: Styles) -> int:
    sheet.set_row(row, 20)
    sheet.write_string(row, _LABEL, text, styles["section"])
    sheet.write_blank(row, _VALUE, None, styles["section"])
    return row + 1


def _pairs(sheet: GrowingSheet, row: int, pairs: Sequence[tuple[str, str]], styles: Styles) -> int:
    for label, value in pairs:
        sheet.set_row(row, height((plain(value), _WIDTHS[_VALUE]), (label, _WIDTHS[_LABEL])))
        sheet.write_string(row, _LABEL, plain(label), styles["field_label"])
        write(sheet, row, _VALUE, plain(value), styles["field_printed"])
        row += 1
    return row


def _answered_by(sheet: GrowingSheet, row: int, styles: Styles) -> int:
    """The two cells in which the sender says who answered, and when."""
    cover = query_texts().cover
    row = _heading(sheet, row, "Your answers", styles)
    for label, form in ((cover.answered_by, "field_answer"), (cover.answered_on, "field_answer_date")):
        sheet.set_row(row, 20)
        sheet.write_string(row, _LABEL, label, styles["field_label"])
        sheet.write_blank(row, _VALUE, None, styles[form])
        row += 1
    return row


def _write_questions(book: Workbook, letter: Letter, styles: Styles, first_rating: int) -> None:
    """The table of questions from A1 on: one row each, no merged cells, answer cells open."""
    texts = query_texts()
    sheet = open_sheet(book, letter, texts.sheets.questions, tab=MID_BLUE, landscape=True)
    rows = [_cells(letter, number, each) for number, each in enumerate(letter.open, start=1)]
    _table(sheet, texts.columns, texts.sheets.questions, len(rows), styles)
    for row, (question, cells) in enumerate(zip(letter.open, rows, strict=True), start=1):
        for column, each in enumerate(texts.columns):
            form = _ANSWER_FORMS.get(each.field, "reference" if each.field in {"number", "key"} else "printed")
            if each.field == "answer" and question.field == "target_date":
                form = "answer_date"
            write(sheet, row, column, cells[each.field], styles[form])
            rule = _rule(letter, question, first_rating) if each.field == "answer" else None
            if rule:
                sheet.data_validation(row, column, row, column, rule)
        sheet.grow_from(row, height(*((cells[c.field], c.width) for c in texts.columns), least=_LEAST_LINES))
    sheet.ignore_errors({"number_stored_as_text": f"A2:J{len(rows) + 1}"})


def _cells(letter: Letter, number: int, question: Question) -> dict[str, str]:
    place = "\n".join(part for part in (question.sheet, question.cell and f"cell {question.cell}") if part)
    about = "Your return as a whole" if not question.sheet else f"Sheet {question.sheet}"
    if question.criterion in letter.framework.criteria:
        about = f"{question.criterion}  {letter.framework.criterion(question.criterion).summary}"
    if question.field == "rating":
        wanted = "One of: " + ", ".join(letter.ratings)
    else:
        wanted = _WANTED.get(question.field, "Your own words")
    words = {
        "number": str(number),
        "weight": query_texts().weights[question.severity],
        "about": about,
        "place": place or "The whole return",
        "found": question.found or ("Nothing" if question.field else ""),
        "text": question.text,
        "wanted": wanted,
        "answer": "",
        "comment": "",
        "key": question.key,
    }
    return {field: plain(text) for field, text in words.items()}


def _rule(letter: Letter, question: Question, first_rating: int) -> dict[str, object] | None:
    """The list of ratings, or a date check that only warns; None for an answer in words."""
    if question.field == "rating":
        return {
            "validate": "list",
            "source": _rating_list(letter, first_rating),
            "input_title": "Your answer",
            "input_message": "Choose from the list.",
            "error_title": "Please choose from the list",
            "error_message": "Only an answer of the list can be read. Anything else can stand in the comment.",
        }
    if question.field == "target_date":
        return {
            "validate": "date",
            "criteria": ">=",
            "value": dt.date(2000, 1, 1),
            "input_title": "Your answer",
            "input_message": "A date, such as 30/06/2025.",
            "error_title": "Is this a date?",
            "error_message": "A date as day/month/year can be read best. Keep what you typed?",
            "error_type": "warning",
        }
    return None


def _rating_list(letter: Letter, first_rating: int) -> list[str] | str:
    """The labels themselves; where Excel could not hold them in a list, the cells of the cover."""
    labels = letter.ratings
    if len(",".join(labels)) <= _LONGEST_LIST and not any("," in label or '"' in label for label in labels):
        return list(labels)
    return f"='{query_texts().sheets.cover}'!$B${first_rating + 1}:$B${first_rating + len(labels)}"


def _write_told(book: Workbook, letter: Letter, styles: Styles) -> None:
    """What the sender has answered before, and what became of it."""
    texts = query_texts()
    sheet = open_sheet(book, letter, texts.sheets.answered, tab=DARK_GREY, landscape=True)
    columns = texts.answered_columns
    _table(sheet, columns, "Answered", len(letter.told), styles)
    for row, told in enumerate(letter.told, start=1):
        about = _cells(letter, 0, told.question)["about"]
        cells = [plain(text) for text in (about, told.question.text, told.said, _BECAME[told.code])]
        for column, text in enumerate(cells):
            write(sheet, row, column, text, styles["printed"])
        sheet.grow_from(row, height(*((text, columns[at].width) for at, text in enumerate(cells))))
    sheet.ignore_errors({"number_stored_as_text": f"A2:D{len(letter.told) + 1}"})


def _table(sheet: GrowingSheet, columns: Sequence[QueryColumn], name: str, rows: int, styles: Styles) -> None:
    """A real table with a header row that stays in sight and is printed on every page."""
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
    sheet.set_row(0, 32)
    sheet.add_table(
        0,
        0,
        rows,
        len(columns) - 1,
        {
            "name": name,
            "autofilter": False,
            "style": None,
            "columns": [{"header": column.label, "header_format": styles["header"]} for column in columns],
        },
    )
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_selection(0, 0, 0, 0)


def _write_identity(book: Workbook, letter: Letter) -> None:
    """The identity in its three places: document property, defined name, very hidden sheet."""
    texts, line = query_texts(), letter.identity.as_text()
    book.set_custom_property(texts.identity.property, line, "text")
    book.define_name(texts.identity.defined_name, f'="{line}"')
    sheet = book.add_worksheet(texts.sheets.identity)
    sheet.write_string(0, 0, line)
    sheet.protect("")
    sheet.very_hidden()
