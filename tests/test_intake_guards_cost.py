"""What would take too much memory or time to read is turned away before it is read, however its XML is written."""

from __future__ import annotations

import io
import time
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from python_calamine import CalamineError, CalamineWorkbook

from toolkit.intake import inspect
from toolkit.intake.guards.cells import span
from toolkit.intake.guards.refusal import Refusal
from toolkit.layouts import load_layout, read_identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.intake.guards import Inspection

SHEET = "xl/worksheets/sheet1.xml"
LIST = "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FAR_ROW = '<row r="1048576">'


def workbook(sheets: int = 1, place: str = "A1") -> bytes:
    book = Workbook()
    for number in range(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        sheet[place] = "text"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def rebuilt(change: Callable[[str, bytes], tuple[str, bytes]], content: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content or workbook())) as old, zipfile.ZipFile(packed, "w", 8) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return packed.getvalue()


def with_part(part: str, xml: str | bytes) -> bytes:
    written = xml if isinstance(xml, bytes) else xml.encode()
    return rebuilt(lambda name, content: (name, written if name == part else content))


def sheet_xml(rows: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def looked_at(content: bytes, folder: Path) -> Inspection:
    path = folder / "return.xlsx"
    path.write_bytes(content)
    return inspect(path)


FAR = {
    "small letters": f'{FAR_ROW}<c r="xfd1048576"><v>1</v></c></row>',
    "after a formatted cell": f'{FAR_ROW}<c r="XFC1"/><c><v>2</v></c></row>',
    "after a comment": f'{FAR_ROW}<!-- x --><c><v>1</v></c><c r="XFC1"/><c><v>2</v></c></row>',
    "prefix with a dash": f'{FAR_ROW}<a-b:c xmlns:a-b="{MAIN}" r="XFD1048576"><a-b:v>1</a-b:v></a-b:c></row>',
    "bracket in an attribute": f'{FAR_ROW}<c x=">" r="XFD1048576"><v>1</v></c></row>',
    "after a quote": f"{FAR_ROW}<c s='1'\tr = 'XFD1048576'><v>1</v></c></row>",
    "rows without numbers": '<row r="900000"/><row><c><v>1</v></c></row>',
    "a long tag": f'{FAR_ROW}<c {" " * 900_000} r="XFD1048576"><v>1</v></c></row>',
    "an error without a value": f'{FAR_ROW}<c r="XFD1048576" t="e"/></row>',
}


@pytest.mark.parametrize("kind", FAR)
def test_a_far_cell_is_found_however_it_is_written(kind: str, tmp_path: Path) -> None:
    assert looked_at(with_part(SHEET, sheet_xml(FAR[kind])), tmp_path).reason_code == "cell-too-far"


def moved(name: str, content: bytes) -> tuple[str, bytes]:
    return name.replace("worksheets/sheet1.xml", "tabs/one.bin"), content.replace(
        b"worksheets/sheet1.xml", b"tabs/one.bin"
    )


def test_a_sheet_is_a_sheet_wherever_it_is_kept(tmp_path: Path) -> None:
    far = with_part(SHEET, sheet_xml(FAR["small letters"]))
    assert looked_at(rebuilt(moved, far), tmp_path).reason_code == "cell-too-far"
    error = with_part(SHEET, sheet_xml('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>'))
    scan = looked_at(rebuilt(moved, error), tmp_path).scan
    assert scan is not None
    assert scan.error_parts == {"xl/tabs/one.bin"}


def test_the_sheets_of_a_workbook_count_together(tmp_path: Path) -> None:
    assert looked_at(workbook(1, "T9999"), tmp_path).ok
    assert looked_at(workbook(3, "T9999"), tmp_path).reason_code == "cell-too-far"


def test_formatting_and_many_small_sheets_are_no_reason(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="XFD1" s="3"/></row><row r="1048576" s="1"><c r="A1048576" s="1"></c></row>'
    assert looked_at(with_part(SHEET, sheet_xml(rows)), tmp_path).ok
    assert looked_at(workbook(250), tmp_path).ok


def shared(cells: int, size: int, value: str = "<v>0</v>", head: str = "") -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s">{value}</c></row>' for n in range(1, cells + 1))
    texts = f'<sst xmlns="{MAIN}" {head}><si><t>{"ab" * (size // 2)}</t></si>{"<si><t>x</t></si>" * 50}</sst>'
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, sheet_xml(rows) if name == SHEET else old.read(name))
        new.writestr(LIST, texts)
    return packed.getvalue()


@pytest.mark.parametrize(
    "value",
    ["<v>0</v>", "<v>0</v><v>0</v>", "<v>7<!-- -->1</v>", "<v>zero</v>", "<v>&#48;</v>"],
    ids=["plain", "twice", "comment", "no number", "entity"],
)
def test_a_long_text_in_many_cells_is_turned_away(value: str, tmp_path: Path) -> None:
    assert looked_at(shared(2_000, 100_000, value), tmp_path).reason_code == "too-large-inside"


def test_long_texts_in_some_cells_and_short_ones_in_many_are_read(tmp_path: Path) -> None:
    assert looked_at(shared(60, 100_000), tmp_path).ok
    assert looked_at(shared(5_000, 32), tmp_path).ok


def test_a_list_of_texts_that_says_it_is_endless_is_turned_away(tmp_path: Path) -> None:
    for count in ("99999999999", "+9", ""):
        content = shared(1, 10, head=f'uniqueCount="{count}"')
        assert looked_at(content, tmp_path).reason_code == "damaged-file", count


def test_a_sheet_that_is_listed_twice_is_turned_away(tmp_path: Path) -> None:
    def twice(name: str, content: bytes) -> tuple[str, bytes]:
        return name, content.replace(b"<sheets>", b'<sheets><sheet name="again" r:id="rId1"/>')

    def by_another_name(name: str, content: bytes) -> tuple[str, bytes]:
        return name, content.replace(b"/xl/worksheets/sheet2.xml", b"Worksheets/sheet1.xml")

    book = workbook(2)
    assert looked_at(book, tmp_path).ok
    for change in (twice, by_another_name):
        assert looked_at(rebuilt(change, book), tmp_path).reason_code == "unsafe-archive"


def test_a_directory_that_programs_find_in_different_places_is_turned_away(tmp_path: Path) -> None:
    for content in (workbook() + b"\0" * 40, b"PK\x03\x04" + workbook()):
        assert looked_at(content, tmp_path).reason_code == "damaged-file"


@pytest.mark.parametrize("mark", ["<c ", '<c r="', "<mergeCell ", '<a ref="', "<row r=", "<!--", '"r = '])
def test_the_time_does_not_grow_faster_than_the_file(mark: str, tmp_path: Path) -> None:
    content = with_part(SHEET, f'<worksheet><sheetData/><mergeCells a="AAA1"/>{mark * 40_000}')
    start = time.process_time()
    looked_at(content, tmp_path)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("junk", ["<property ", '<property name="{}" ', "<property>" + " " * 10])
def test_an_identity_is_looked_for_in_a_time_that_does_not_grow_faster_than_the_file(junk: str) -> None:
    layout = load_layout()
    content = junk.format(layout.identity.property) * 20_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("docProps/custom.xml", content)
        archive.writestr("xl/workbook.xml", content.replace("property", "definedName"))
    start = time.process_time()
    assert read_identity(packed.getvalue(), layout).identity is None
    assert time.process_time() - start < 2


PLACES = st.sampled_from(["", ' r="A1"', ' r="b7"', " r='C2'", ' r="Z1200"', ' r="AB3"', ' s="1"', '  r = "D4"'])
CELLS = st.builds(
    "<{0}c{1}{2}".format,
    st.sampled_from(["", "", "x:"]),
    PLACES,
    st.sampled_from(["/>", "><v>1</v></c>", "></c>", ' t="e"><v>#N/A</v></c>', " t='str'><f>1</f><v/></c>"]),
)
ROWS = st.builds("<row{0}>{1}</row>".format, st.sampled_from(["", ' r="3"', ' r="700"']), st.lists(CELLS).map("".join))


@given(rows=st.lists(ROWS, max_size=6).map("".join))
def test_no_sheet_is_larger_than_the_guard_thinks(rows: str) -> None:
    """The rectangle that the reader makes, where it can read the sheet, against what the guard makes of its XML."""
    xml = sheet_xml(rows).encode()
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(with_part(SHEET, xml))).get_sheet_by_index(0)
        allowed = span(xml)
    except (CalamineError, Refusal):
        return
    assert sheet.end is None or (sheet.end[0] + 1) * (sheet.end[1] + 1) <= allowed
