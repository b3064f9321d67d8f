"""Plain sheets, read in one go: the same as the reader of everything gives, or nothing at all."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.intake.guards import inspect
from toolkit.intake.guards import plain as guard
from toolkit.intake.guards.plain import plain_sheet
from toolkit.intake.parsing.plain_sheets import read_plain
from toolkit.intake.parsing.sheets import read_sheets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.intake.guards import Inspection
    from toolkit.intake.parsing.sheets import SheetRows

FORMATS = (
    "",
    "General",
    "@",
    "0",
    "0%",
    "dd/mm/yyyy",
    "d mmm yyyy",
    "yyyy-mm-dd",
    "dd/mm/yyyy hh:mm",
    "h:mm",
    "[h]:mm",
)
NUMBERS = (0, 1, 59, 60, 61, 61.5, 36526, 45000, 45000.25, 2_958_465, 2_958_466, -3, 1e-7, 5.1, 1e21)
TEXTS = (
    "a & b < c > d",
    "\"quoted\" 'so'",
    "  spaces  ",
    " ",
    "line\nline",
    "tab\there",
    "\u00a0\u200bé€😀",
    "=1+1",
    "&amp;",
)


def book(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    fill(workbook)
    workbook.close()
    return content.getvalue()


def inspected(folder: Path, content: bytes) -> Inspection:
    path = folder / "return.xlsx"
    path.write_bytes(content)
    inspection = inspect(path)
    assert inspection.ok, inspection
    return inspection


def told(sheets: list[SheetRows]) -> list[tuple[object, ...]]:
    return [(s.name, s.hidden, [[(type(cell), cell) for cell in row] for row in s.rows]) for s in sheets]


def compared(inspection: Inspection) -> bool:
    """Whether it was read as plain; then it must be what the reader of everything reads."""
    plain = read_plain(inspection)
    if plain is not None:
        assert told(plain) == told(read_sheets(inspection.content, inspection.package, ()))
    return plain is not None


def ordinary(workbook: xlsxwriter.Workbook) -> None:
    first, second, third = (workbook.add_worksheet(name) for name in ("Cover", "Standard 1", "Identity"))
    for row, text in enumerate(TEXTS):
        first.write_string(row * 3, row % 4, text)
    date = workbook.add_format({"num_format": "dd/mm/yyyy"})
    second.write_datetime(4, 7, dt.datetime(2025, 1, 31), date)  # noqa: DTZ001 - spreadsheets know no time zones
    second.write_number(5, 1, 5.1)
    second.write_blank(40, 20, None, date)
    second.write_formula(6, 1, "=COUNTA(A1:A9)", None, 6)
    second.merge_range(8, 0, 8, 3, "merged")
    third.write_string(0, 0, "standards-audit|x")
    third.very_hidden()


def test_an_ordinary_workbook_is_plain_and_read_as_the_reader_of_everything_reads_it(tmp_path: Path) -> None:
    inspection = inspected(tmp_path, book(ordinary))
    assert compared(inspection)
    assert inspection.scan
    assert inspection.scan.formula_parts == {"xl/worksheets/sheet2.xml"}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("format_", FORMATS)
def test_a_number_is_what_it_is_or_left_to_the_other_reader(tmp_path: Path, number: float, format_: str) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_string(0, 0, "text")
        sheet.write_number(1, 1, number, workbook.add_format({"num_format": format_}) if format_ else None)

    compared(inspected(tmp_path, book(fill)))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_text_is_what_it_is_or_left_to_the_other_reader(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, text)

    compared(inspected(tmp_path_factory.mktemp("texts"), book(fill)))


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            whole = old.read(name)
            if name == part:
                assert change(whole) != whole
                whole = change(whole)
            new.writestr(name, whole)
    return out.getvalue()


SHEET, STRINGS, STYLES = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/styles.xml"
NOT_PLAIN = {
    "an error cell": (SHEET, rb"<c r=\"B6\"><v>5.1</v>", b'<c r="B6" t="e"><v>#N/A</v>'),
    "an error cell without a value": (SHEET, rb"<c r=\"B6\"><v>5.1</v></c>", b'<c r="B6" t="e"/>'),
    "a truth value": (SHEET, rb"<c r=\"B6\"><v>5.1</v>", b'<c r="B6" t="b"><v>1</v>'),
    "a text in its cell": (SHEET, rb"<c r=\"B6\"><v>5.1</v>", b'<c r="B6" t="inlineStr"><is><t>5.1</t></is>'),
    "a formula without a result": (SHEET, rb"<v>6</v>", b""),
    "a shared formula": (SHEET, rb"<f>", b'<f t="shared" si="0">'),
    "a cell without a place": (SHEET, rb"<c r=\"B6\">", b"<c>"),
    "a hidden tag": (SHEET, rb"<c r=\"B6\"><v>5.1</v></c>", b'<!-- <c r="B6"><v>5.1</v></c></row> -->'),
    "a comment before the cells": (SHEET, rb"<sheetData>", b"<!-- <sheetData></sheetData> --><sheetData>"),
    "cells twice": (SHEET, rb"</sheetData>", b"</sheetData><sheetData></sheetData>"),
    "other quotes": (SHEET, rb"r=\"B6\"", b"r='B6'"),
    "a prefix": (SHEET, rb"<(/?)(row|c|v)\b", rb"<\1x:\2"),
    "a far cell": (SHEET, rb"r=\"B6\"", b'r="AB6"'),
    "rows out of order": (SHEET, rb"r=\"B6\"", b'r="B99"'),
    "a text in pieces": (STRINGS, rb"<si><t>merged</t>", b"<si><r><t>mer</t></r><r><t>ged</t></r>"),
    "an encoded sign": (STRINGS, rb"merged", b"mer&#65;ged"),
    "a carriage return": (STRINGS, rb"merged", b"mer\rged"),
    "a sign of Excel's": (STRINGS, rb"merged", b"mer_x000D_ged"),
    "fewer texts than cells use": (STRINGS, rb"<si><t>merged</t></si>", b""),
    "another format for dates": (STYLES, rb"dd/mm/yyyy", b"[$-809]dddd"),
    "styles in a comment": (STYLES, rb"<cellXfs", b"<!-- <cellXfs --><cellXfs"),
    "days from 1904": ("xl/workbook.xml", rb"<workbookPr", b'<workbookPr date1904="1"'),
    "another list of sheets": ("xl/workbook.xml", rb"<sheets>", b"<!-- <sheets></sheets> --><sheets>"),
}


@pytest.mark.parametrize("what", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_the_other_reader(tmp_path: Path, what: str) -> None:
    part, old, new = NOT_PLAIN[what]
    inspection = inspected(tmp_path, changed(book(ordinary), part, lambda whole: re.sub(old, new, whole, count=0)))
    assert read_plain(inspection) is None


def test_a_sheet_of_many_tags_takes_no_longer_than_it_is_long() -> None:
    cell = b'<c r="A1" s="1"><f>1</f>'
    assert plain_sheet(b"<sheetData>" + cell * 100_000 + b"</sheetData>") is None
    assert plain_sheet(b"<sheetData>" + b"<row " * 100_000 + b"</sheetData>") is None


A1, A2, VALUE, END = b'<c r="A1" s="1">', b'<c r="A2">', b"<v>5</v></c>", b"</row>"
NOT_TO_THE_LETTER = {
    "tags the wrong way round": A1 + b"</v></c>5<v>" + A2,
    "a value in a value": A1 + b"<v><v>5</v></c></v></c>",
    "a value without a cell": VALUE + A1 + VALUE,
    "a cell that does not end": A1 + VALUE + A2,
    "a text between cells": A1 + VALUE + b"text" + A2 + VALUE,
    "a value that is no number": A1 + b"<v>five</v></c>",
    "something after the last": A1 + VALUE + b"<odd/>",
}


@pytest.mark.parametrize("what", NOT_TO_THE_LETTER)
def test_a_list_of_cells_is_plain_to_the_letter_or_not_at_all(what: str) -> None:
    for _ in range(2):  # what was seen before is no more plain for that
        assert plain_sheet(b"<sheetData>" + A1 + VALUE + A2 + VALUE + END + b"</sheetData>") is not None
        assert plain_sheet(b"<sheetData>" + NOT_TO_THE_LETTER[what] + b"</sheetData>") is None


@pytest.mark.parametrize("declared", [b"<!-- -->", b"'Cover'!A1 <!-- -->", b"! !<!ELEMENT x>"])
def test_a_declaration_is_seen_whatever_stands_before_it(declared: bytes) -> None:
    cells = b"<sheetData>" + A1 + VALUE + b"</sheetData>"
    assert plain_sheet(b"<head>'Cover'!A1 < !</head>" + cells) is not None
    assert plain_sheet(declared + cells) is None
    assert plain_sheet(cells + declared) is None


@pytest.mark.parametrize("where", ["before the cells", "after them"])
def test_a_merge_far_away_is_seen_wherever_it_stands(where: str) -> None:
    merges = b'<mergeCells><mergeCell ref="A1:H2"/><mergeCell ref="A1:%s"/></mergeCells>'
    cells = b"<sheetData>" + A1 + VALUE + b"</sheetData>"
    for corner, is_far in ((b"H9", False), (b"AA9", True), (b"H999", True)):
        told = merges % corner
        sheet = plain_sheet(told + cells if where == "before the cells" else cells + told)
        assert sheet is not None
        assert sheet.merges_far is is_far


def test_what_stands_between_values_is_remembered_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_MOST_BETWEEN", 50)
    remembered = guard._places  # noqa: SLF001 - it shows nowhere else
    long = b"<row " + b"x" * 500 + b">"
    for number in range(1, 200):
        place = b'<c r="B%d">' % number
        sheet = plain_sheet(b"<sheetData>" + place + VALUE + long + place + VALUE + b"</sheetData>")
        assert sheet is not None
        assert sheet.places == [(number - 1, 1, b"")] * 2
        assert len(remembered) <= 50
        assert all(len(each) <= 400 for each in remembered)
