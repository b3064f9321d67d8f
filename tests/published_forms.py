"""One document with every kind of block, and what each form of a document prints, read back by other libraries.

`whole()`              an edition with every kind of block, numbers in every format, missing values, an empty table
`printed(form, ...)`   the tables (key figures among them) and the running text of a published file
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, cast

import openpyxl
import pandas as pd
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from lxml import html as lxml_html

from toolkit import figures
from toolkit.document import (
    Blocks,
    Column,
    Cover,
    Figure,
    Heading,
    Items,
    KeyFigure,
    KeyFigures,
    Note,
    Table,
    Text,
    cell_text,
)
from toolkit.publishing import DocumentMeta, Edition, load_theme

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.cell.cell import Cell as SheetCell

    from toolkit.document import Block

META = DocumentMeta(
    "A Synthetic Office",
    "0123456789abcdef",
    "0.2.0",
    contact="standards@example.org",
    moment=dt.datetime(2024, 7, 19, 12, 30, tzinfo=dt.UTC),
)
COVER = Cover("Board report", "Cycle 2024", (("Data cut", "19 July 2024"), ("Returns", "9 of 12")), "OFFICIAL", True)  # noqa: FBT003 - synthetic
NUMBERS = Table(
    "Every format",
    (
        Column("What"),
        Column("Count", "count"),
        Column("Share", "share"),
        Column("Difference", "points"),
        Column("Number", "number"),
        Column("Any"),
    ),
    (
        ("halves", 1234567, 0.285, 0.0415, 2.675, 5),
        ("just under", 0, 0.28499999999999996, -0.0415, -1.005, 0.1),
        ("nothing", -3, 0.0, 0.0004, -0.001, 12345.5),
        ("large", 10**15 + 1, 12.345, 1.0, 1e17, 1e-7),
        ("missing", None, None, None, float("nan"), None),
        ("text", 7, 1.0, -0.1, 0.0, "5.10"),
    ),
    notes=("Halves are rounded away from zero.", "A second note."),
    code="T7K2",
)


def edition(*blocks: Block, cover: Cover = COVER, meta: DocumentMeta = META) -> Edition:
    return Edition("board", cover, Blocks(blocks), meta, load_theme())


def chart(name: str = "Dudley") -> Figure:
    frame = pd.DataFrame({"area": [name, "Walsall"], "returned": [9, 4], "expected": [12, 5]})
    return figures.response_bars("Dudley has most to come", frame, "area", heading="Area")


def whole(name: str = "Dudley") -> Edition:
    empty = Table("Actions overdue", (Column("Due"), Column("Action")), (), empty="No action is overdue.")
    wide = Table(
        "Areas side by side",
        tuple(Column(f"Area {number}") for number in range(14)),
        tuple((name, *(f"{row} of 10" for _ in range(13))) for row in range(3)),
        notes=("A second note.",),
        missing="none asked",
    )
    return edition(
        Heading("Summary"),
        KeyFigures((KeyFigure("Returned", "76%", "13 of 17", "K1"), KeyFigure("Change", "+4.1 points", name))),
        Note(name, "warning"),
        Note("13 of 17 returned."),
        Text(name),
        Heading("Numbers"),
        NUMBERS,
        Items((name, "12.5 days"), ordered=True),
        Heading("Late", 3),
        chart(name),
        empty,
        Heading("All areas"),
        Text("What follows is wide."),
        wide,
        Items(("One", name)),
        Items(("First", "again"), ordered=True),
    )


@dataclass(frozen=True)
class Printed:
    """What a file says: tables as caption and rows (headings first) in order, and everything as one text."""

    tables: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    text: str


def wanted(blocks: Iterable[Block]) -> tuple[Printed, list[str]]:
    """The same of the blocks themselves, and each of their texts outside tables."""
    tables: list[tuple[str, Iterable[Iterable[str]]]] = []
    text: list[str] = []
    for block in blocks:
        match block:
            case KeyFigures():
                rows = [(one.label, one.value, one.detail) for one in block.figures]
                tables.append(("Key figures", (("", "", ""), *rows)))
            case Table():
                tables.append(_table(block))
            case Figure():
                text += [block.title, block.note]
                tables += [_table(block.table)] if block.table else []
            case Items():
                text += block.items
            case Heading() | Text() | Note():
                text.append(block.text)
    return Printed(tuple((_flat(caption), _flat_rows(rows)) for caption, rows in tables), ""), [
        _flat(one) for one in text
    ]


def printed(form: str, content: bytes) -> Printed:
    """What a published file says, its key figures as a table with three columns."""
    return {"html": _of_page, "docx": _of_word, "xlsx": _of_workbook}[form](content)


def _table(table: Table) -> tuple[str, tuple[tuple[str, ...], ...]]:
    rows = [
        tuple(cell_text(value, column, table.missing) for value, column in zip(row, table.columns, strict=True))
        for row in table.rows
    ]
    return table.caption, (tuple(column.name for column in table.columns), *rows) if rows else ()


def _flat(text: str) -> str:
    return " ".join(text.split())


def _flat_rows(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_flat(cell) for cell in row) for row in rows)


def _of_page(content: bytes) -> Printed:
    page = lxml_html.fromstring(content.decode("utf-8"))
    tables = []
    for one in page.xpath("//main//table | //main//dl[@class='key-figures'] | //main//*[@class='no-rows']"):
        if one.tag == "table":
            rows = [[cell.text_content() for cell in row.xpath("th|td")] for row in one.xpath(".//tr")]
            tables.append((one.findtext("caption"), rows))
        elif one.tag == "dl":
            parts = [[part.text_content() for part in box.xpath("dt|dd")] for box in one.xpath("div")]
            tables.append(("Key figures", [["", "", ""], *([*part, ""][:3] for part in parts)]))
        else:
            tables.append((one.findtext("p"), []))
    text = page.xpath("string(//main)")
    return Printed(tuple((_flat(caption), _flat_rows(rows)) for caption, rows in tables), _flat(text))


def _of_word(content: bytes) -> Printed:
    document = Document(io.BytesIO(content))
    tables, text, caption, before = [], [], "", ""
    for element in document.element.body:
        if element.tag == qn("w:tbl"):
            rows = [[_without_code(cell.text) for cell in row.cells] for row in WordTable(element, document).rows]
            if caption == "Key figures":
                rows[0] = ["", "", ""]
            tables.append((caption, rows))
            before = ""
        elif element.tag == qn("w:p"):
            said = "".join(one.text or "" for one in element.iter(qn("w:t")))
            text.append(said)
            style = element.pPr.style if element.pPr is not None else ""
            if style == "Normal" and before == "Caption":
                tables.append((caption, []))  # the sentence instead of a table without rows
            caption = _without_code(said) if style == "Caption" else caption
            before = style
    return Printed(tuple((_flat(caption), _flat_rows(rows)) for caption, rows in tables), _flat(" ".join(text)))


def _without_code(text: str) -> str:
    return re.sub(r"\s*Figure code \S+$", "", text)


def _of_workbook(content: bytes) -> Printed:
    book = openpyxl.load_workbook(io.BytesIO(content))
    tables, text = [], []
    for sheet in book.worksheets[1:]:
        if sheet.title in {"Contents", "Notes"}:
            continue
        (table,) = sheet.tables.values()
        caption = re.sub(r"( \[note \d+\])+$", "", str(sheet["A1"].value))
        rows = [[shown(cell) for cell in row] for row in sheet[table.ref]]
        text += [str(cell.value) for cell in sheet["A"]]
        if len(rows) == 2 and len(rows[1]) > 1 and set(rows[1][1:]) == {"[z]"}:
            rows = []  # the sentence instead of a table without rows
        if caption == "Key figures":
            rows = [["", "", ""], *(row[:3] for row in rows[1:])]
        tables.append((caption, rows))
    return Printed(tuple((_flat(caption), _flat_rows(rows)) for caption, rows in tables), _flat(" ".join(text)))


def shown(cell: SheetCell) -> str:
    """A cell as Excel shows it: our few number formats, halves away from zero on 15 digits."""
    if isinstance(cell.value, str):
        return "–" if cell.value == "[x]" else cell.value
    value = Decimal(f"{cast('float', cell.value):.15g}")
    parts = cell.number_format.split(";")
    part = parts[0] if len(parts) == 1 or value > 0 else parts[1] if value < 0 else parts[2]
    found = re.fullmatch(r'([+-]?)#,##0(?:\.(0+))?(%?)(?:"( points)")?', part)
    assert found, part
    sign, places, percent, unit = found[1], len(found[2] or ""), found[3], found[4] or ""
    amount = (value if len(parts) == 1 else abs(value)).scaleb(2 if percent else 0)
    return f"{sign}{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}{percent}{unit}"
