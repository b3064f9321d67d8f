"""An edition's tables as a workbook: cover, contents, notes, then one table a sheet."""

from __future__ import annotations

import io
from math import ceil
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.document import SYNTHETIC, plain_text
from toolkit.publishing import lettering
from toolkit.publishing.ooxml import NO_MOMENT
from toolkit.publishing.xlsx.cells import SHORTHAND, Shown, words
from toolkit.publishing.xlsx.sheets import Notes, Sheet, sheets_of
from toolkit.publishing.xlsx.slips import Cover, SlipTable, SlipWorkbook, Theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.publishing.edition import Edition
    from toolkit.publishing.theme import Theme as PageTheme
    from toolkit.publishing.xlsx.slips import SlipWorksheet

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
_ONE_TABLE = "This sheet has one table."
_HOW_TO_READ = (
    "Each sheet has one table. The contents sheet lists them in the order of the report and leads to each.",
    "Numbers are kept as they are printed in the report: a share as a percentage, a difference in percentage points.",
    "Notes are marked [note 1] and stand on the notes sheet.",
    "The text of the report and its charts are in its other forms.",
)
_A4 = 9
_LONGEST_PROPERTY = 255
_LONGEST_MARGIN = 200
_SIZE = 12
_CHARACTER = 5.25  # points: Excel counts a column's width in digits of 7 pixels
_MARGIN, _PADDING = 3.0, 2.0
_NARROW, _LONGEST_NUMBER, _WIDE = 11.0, 15.0, 62.0
_COVER_WIDTH = 88
_LINE, _SPACE, _HEADING, _HIGHEST = 1.25, 3, 34, 409
_WORDS_DO_NOT_FILL = 1.05
_MEASURED = 200


def as_bytes(edition: Edition) -> bytes:
    """The document's tables as a workbook: the same edition gives the same bytes."""
    target = io.BytesIO()
    book = SlipWorkbook(target, _theme(edition.theme))
    _set_properties(book, edition)
    notes = Notes()
    sheets = sheets_of(edition.blocks, notes)
    _write_cover(book, edition)
    for number, sheet in enumerate((_contents(sheets, notes), *_notes(notes), *sheets)):
        _write(book, sheet, f"table_{number}", edition)
    for page in book.worksheets():
        _set_print(page, edition)
    book.close()
    return target.getvalue()


def _theme(theme: PageTheme) -> Theme:
    """The look of gptables' own sheets in the colours of the page's theme."""
    heading = {"bold": True, "font_color": theme.colours.heading}
    text = {"text_wrap": True, "valign": "top"}
    cell = text | {"bottom": 1, "bottom_color": theme.colours.line}
    return Theme(
        {
            "global": {"font_size": _SIZE, "font_name": "Arial", "font_color": theme.colours.ink},
            "cover_title": {"font_size": 18, "text_wrap": True, **heading},
            "cover_subtitle": {"font_size": 14, "valign": "bottom", **heading},
            "cover_text": text,
            "title": {"font_size": 16, **heading},
            "subtitle": {},
            "instructions": {},
            "scope": {"font_color": theme.colours.muted},
            "column_heading": {
                "bold": True,
                "bottom": 2,
                "bg_color": theme.colours.panel,
                "text_wrap": True,
                "valign": "bottom",
            },
            "index_1": cell,
            "index_2": cell,
            "index_3": cell,
            "data": cell,
            "source": {"font_color": theme.colours.muted},
            "legend": {},
            "description_order": ["instructions", "legend", "source", "scope"],
        }
    )


def _write_cover(book: SlipWorkbook, edition: Edition) -> None:
    """The first sheet: what the workbook is, how to read it, whom to ask."""
    parts = _cover_texts(edition)
    slips = {name: [book.slip(text) for text in texts] or None for name, texts in parts.items()}
    page: SlipWorksheet = book.add_worksheet(COVER)
    title = edition.cover.title
    page.write_cover(Cover(title=book.slip(title), cover_label=COVER, width=_COVER_WIDTH, **slips))
    heights = [_height([title], [_COVER_WIDTH], 18)]
    for texts in filter(None, parts.values()):
        heights += [_HEADING, *(_height([text], [_COVER_WIDTH]) for text in texts)]
    _set_heights(page, 0, heights)


def _cover_texts(edition: Edition) -> dict[str, list[str]]:
    """The texts of the cover under gptables' three headings."""
    cover, meta = edition.cover, edition.meta
    intro = [
        cover.subtitle,
        f"Marking: {cover.marking}" if cover.marking else "",
        SYNTHETIC if cover.synthetic else "",
        *(f"{label}: {value}" for label, value in cover.facts),
    ]
    about = [
        *_HOW_TO_READ,
        *(f"{symbol} {meaning}." for symbol, meaning in SHORTHAND.items()),
        f"Method: {meta.method}" if meta.method else "",
        f"Figures from: snapshot {meta.snapshot}",
        f"Made with: standards audit toolkit {meta.toolkit_version}",
    ]
    texts = {"intro": intro, "about": about, "contact": [edition.publisher, meta.contact]}
    return {name: [text for text in found if text] for name, found in texts.items()}


def _contents(sheets: Sequence[Sheet], notes: Notes) -> Sheet:
    """The list of sheets, each with a link to it."""
    coded = any(sheet.code for sheet in sheets)
    listed = [
        *([(NOTES, "About the workbook", "Notes to the tables", "")] if notes.texts else []),
        *((sheet.name, sheet.section, sheet.title, sheet.code) for sheet in sheets),
    ]
    rows = tuple(
        (
            Shown(name, link=f"internal:'{name}'!A1"),
            words(section),
            words(title),
            *([words(code)] if coded else []),
        )
        for name, section, title, code in listed or [(COVER, "About the workbook", "The report has no tables", "")]
    )
    headings = ("Sheet", "Section of the report", "Table", *(["Figure code"] if coded else []))
    return Sheet(CONTENTS, CONTENTS, headings, rows)


def _notes(notes: Notes) -> Iterator[Sheet]:
    if notes.texts:
        rows = tuple((Shown(f"[note {number}]"), words(text)) for number, text in enumerate(notes.texts, start=1))
        yield Sheet(NOTES, NOTES, ("Note", "Text"), rows)


def _write(book: SlipWorkbook, sheet: Sheet, table_name: str, edition: Edition) -> None:
    first_row = sheet.rows[0]
    names = [
        book.slip(Shown(heading, right=cell.right)) for heading, cell in zip(sheet.headings, first_row, strict=True)
    ]
    frame = pd.DataFrame([[book.slip(cell) for cell in row] for row in sheet.rows], columns=names, dtype=object)
    above = [
        *([f"Chart in the report: {sheet.chart}"] if sheet.chart else []),
        *([f"Section of the report: {sheet.section}"] if sheet.section else []),
        *([f"Figure code {sheet.code}"] if sheet.code else []),
        *([f"Marking: {edition.cover.marking}"] if edition.cover.marking else []),
        *([SYNTHETIC] if edition.cover.synthetic else []),
    ]
    legend = [f"{symbol} {SHORTHAND[symbol]}" for symbol in sheet.shorthand]
    notes = " Notes are on the notes sheet." if "[note " in sheet.title else ""
    page: SlipWorksheet = book.add_worksheet(sheet.name)
    table = SlipTable.of(
        frame,
        table_name,
        book.slip(sheet.title),
        above=[book.slip(text) for text in above],
        instructions=book.slip(_ONE_TABLE + notes),
        legend=[book.slip(text) for text in legend],
    )
    page.write_gptable(table, auto_width=False)
    widths = [
        _width(heading, column) for heading, column in zip(sheet.headings, zip(*sheet.rows, strict=True), strict=True)
    ]
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    first: int = table.data_range[0]
    rows = [[str(cell.value) for cell in row] for row in sheet.rows]
    _set_heights(page, first, [_height(sheet.headings, widths, bold=True), *(_height(row, widths) for row in rows)])
    page.repeat_rows(first)


def _width(heading: str, cells: Sequence[Shown]) -> float:
    """A column's width in characters of Excel's: its longest text on one line, or a limit where it is wrapped."""
    words = max((_characters(word, bold=True) for word in heading.split()), default=0)
    lines = (_characters(line) for cell in cells if not cell.format for line in str(cell.value).split("\n"))
    numbers = (_LONGEST_NUMBER if "points" in cell.format else _NARROW for cell in cells if cell.format)
    return min(max(_NARROW, words, *lines, *numbers), _WIDE)


def _characters(text: str, size: float = _SIZE, *, bold: bool = False) -> float:
    return round(lettering.width(text[:_MEASURED], bold=bold) * size / _CHARACTER + _MARGIN, 1)


def _height(texts: Sequence[str], widths: Sequence[float], size: float = _SIZE, *, bold: bool = False) -> float:
    """A row's height in points: Excel and LibreOffice do not both find it themselves."""
    lines = (
        sum(
            _lines(lettering.width(line, bold=bold) * size, (width - _PADDING) * _CHARACTER)
            for line in text.split("\n")
        )
        for text, width in zip(texts, widths, strict=True)
    )
    return min(max(lines) * size * _LINE + _SPACE, _HIGHEST)


def _lines(needed: float, given: float) -> int:
    """On how many lines a text is wrapped; 1 where it fits as it is."""
    return 1 if needed <= given + 1 else ceil(needed * _WORDS_DO_NOT_FILL / given)


def _set_heights(page: SlipWorksheet, first: int, heights: Sequence[float]) -> None:
    for row, height in enumerate(heights, start=first):
        page.set_row(row, height)


def _set_properties(book: SlipWorkbook, edition: Edition) -> None:
    meta = edition.meta
    texts = {
        "title": edition.title,
        "subject": edition.cover.subtitle,
        "author": edition.publisher,
        "company": edition.publisher,
        "category": edition.cover.marking,
        "keywords": f"snapshot {meta.snapshot}, standards audit toolkit {meta.toolkit_version}",
        "comments": SYNTHETIC if edition.cover.synthetic else "",
    }
    created = (meta.moment or NO_MOMENT).replace(tzinfo=None, microsecond=0)
    book.set_properties({name: _line(text, _LONGEST_PROPERTY) for name, text in texts.items()} | {"created": created})
    book.set_size(1500, 900)


def _set_print(page: SlipWorksheet, edition: Edition) -> None:
    """On paper: A4, tables on its side, one page wide, the marking above, title and page number below."""
    cover = page.get_name() == COVER
    if not cover:
        page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 1 if cover else 0)
    marking = _line(edition.cover.marking, _LONGEST_MARGIN).replace("&", "&&")
    title = _line(edition.cover.title, _LONGEST_MARGIN).replace("&", "&&")
    page.set_header(f'&C&"Arial,Bold"{marking}' if marking else "")
    page.set_footer(f'&L&"Arial,Regular"{title}&R&"Arial,Regular"Page &P of &N')


def _line(text: str, longest: int) -> str:
    return " ".join(plain_text(text).split())[:longest]
