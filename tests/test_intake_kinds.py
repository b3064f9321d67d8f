"""Every kind of spreadsheet that is safe is read, its values as the sender sees them, error cells told from empty."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest
from hostile.compound import biff, book, compound, error, label, labels, number, truth, xls
from hostile.honest import HONEST
from hostile.packed import (
    binary_cell,
    binary_row,
    binary_texts,
    ods,
    ods_cell,
    ods_row,
    ods_table,
    packed,
    row,
    xlsb,
    xlsx,
    xlsx_parts,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.intake.guards import Inspection, inspect, notes
from toolkit.intake.parsing.opening import open_sheets
from toolkit.intake.parsing.sheets import SheetRows
from toolkit.intake.parsing.text import ErrorCell
from toolkit.intake.queries import load_queries

if TYPE_CHECKING:
    from pathlib import Path


def looked_at(content: bytes, folder: Path) -> Inspection:
    path = folder / "return"
    path.write_bytes(content)
    return inspect(path)


def opened(content: bytes, folder: Path) -> list[SheetRows]:
    inspection = looked_at(content, folder)
    assert inspection.ok, (inspection.reason_code, inspection.found)
    return open_sheets(inspection)


@pytest.mark.parametrize("kind", HONEST)
def test_the_kind_is_told_from_the_content(kind: str, tmp_path: Path) -> None:
    inspection = looked_at(HONEST[kind]("x"), tmp_path)
    assert (inspection.ok, inspection.kind) == (True, kind)
    assert (inspection.package is None) is (kind in {"xls", "csv"})
    texts = [value for sheet in open_sheets(inspection) for each in sheet.rows for value in each]
    assert texts[:2] == ["Ref", "Said"]
    assert "x" in texts


@pytest.mark.parametrize("kind", HONEST)
def test_text_is_kept_to_the_letter(kind: str, tmp_path: Path) -> None:
    for text in ("5.10", "=1+1", "Apr-21", "31.02.2025", "  on  going ", "caf\u00e9 \u20ac", "007", "TRUE"):
        rows = opened(HONEST[kind](text), tmp_path)[0].rows
        assert [str(value).strip() for value in rows[1]][:2] == ["1.1", text.strip()]
        assert isinstance(rows[1][1], str)


def test_a_sheet_is_a_rectangle_from_the_first_cell_on(tmp_path: Path) -> None:
    sheets = opened(xls(label(2, 1, "x") + label(0, 3, "y")), tmp_path)
    assert sheets == [SheetRows("Sheet 1", [["", "", "", "y"], [""] * 4, ["", "x", "", ""]])]
    gap = ods_cell("", 'table:number-columns-repeated="2"') + ods_cell("<text:p>x</text:p>")
    trailing = ods_cell("", 'table:number-columns-repeated="16381"')
    line = f"<table:table-row>{gap}{trailing}</table:table-row>"
    empty = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    assert opened(ods(ods_table(line + empty)), tmp_path) == [SheetRows("One", [["", "", "x"]])]


STYLES = b"".join(biff(0xE0, struct.pack("<3H3B", 0, form, 0, 0, 0, 0) + bytes(11)) for form in (0, 14, 20, 22))


def test_values_of_excel_97_2003(tmp_path: Path) -> None:
    cells = (
        number(0, 0, 45_000, 1),
        number(0, 1, 0.5, 2),
        number(0, 2, 45_000.5, 3),
        number(0, 3, 1e308, 1),
        number(0, 4, 5.1),
        truth(0, 5, value=False),
        *(error(1, at, code) for at, code in enumerate((0x2A, 0x07, 0x17))),
    )
    (sheet,) = opened(xls(b"".join(cells), extra=STYLES), tmp_path)
    moments = [dt.date(2023, 3, 15), dt.time(12), dt.datetime(2023, 3, 15, 12, 0)]  # noqa: DTZ001 - a cell has no zone
    assert sheet.rows[0] == [*moments, 1e308, 5.1, False]
    assert sheet.rows[1][:3] == [ErrorCell("#N/A"), ErrorCell("#DIV/0!"), ErrorCell("#REF!")]


def test_values_of_a_binary_workbook(tmp_path: Path) -> None:
    result = struct.pack("<d", 2.0) + bytes(6)
    rows = [
        binary_texts(0, "a"),
        binary_row(
            4,
            binary_cell(11, 1, b"\x07" + bytes(6)),
            binary_cell(5, 2, struct.pack("<d", 5.1)),
            binary_cell(9, 3, result),
        ),
        binary_row(6, binary_cell(3, 5, b"\x2a")),
    ]
    (sheet,) = opened(xlsb(rows), tmp_path)
    assert sheet.rows[4] == ["", ErrorCell("#DIV/0!"), 5.1, 2.0, "", ""]
    assert sheet.rows[6] == ["", "", "", "", "", ErrorCell("#N/A")]
    assert sum(value != "" for each in sheet.rows for value in each) == 5


def test_values_of_an_open_document(tmp_path: Path) -> None:
    cells = {
        'office:value-type="float" office:value="5.1"|5.10': "5.10",
        'office:value-type="float" office:value="3"|3.00': 3.0,
        'office:value-type="percentage" office:value="0.5"|50%': 0.5,
        'office:value-type="date" office:date-value="2025-06-30"|30/06/25': dt.date(2025, 6, 30),
        'office:value-type="date" office:date-value="2025-02-31"|31/02/25': "31/02/25",
        'office:value-type="time" office:time-value="PT09H30M00S"|9:30': dt.time(9, 30),
        'office:value-type="time" office:time-value="PT90H30M00S"|90:30': "90:30",
        'office:value-type="boolean" office:boolean-value="true"|WAHR': True,
        'table:formula="of:=TRUE()" office:value-type="float" office:value="1"|TRUE': True,
        'table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"|#N/A': (
            ErrorCell("#N/A")
        ),
        'table:formula="of:=1/0" office:value-type="float" office:value="0"|Err:502': ErrorCell("Err:502"),
        'table:formula="of:=A1"|': "",
        'office:value-type="string"|two <text:s/>spaces<text:line-break/>and <text:span>more</text:span>': (
            "two  spaces\nand more"
        ),
        'office:value-type="string"|said<office:annotation><text:p>a comment</text:p></office:annotation>': "said",
        'office:value-type="string"|a</text:p><text:p>b': "a\nb",
    }
    made = ""
    for written in cells:
        attributes, _, inside = written.partition("|")
        made += ods_cell(f"<text:p>{inside}</text:p>" if inside else "", attributes)
    (sheet,) = opened(ods(ods_table(f"<table:table-row>{made}{ods_row('end')[17:]}")), tmp_path)
    assert sheet.rows == [[*cells.values(), "end"]]


def test_a_formula_that_nobody_calculated_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    cells = ods_cell("", 'table:formula="of:=A9"') + ods_cell("<text:p>x</text:p>")
    (sheet,) = opened(ods(ods_table(f"<table:table-row>{cells}</table:table-row>")), tmp_path)
    assert sheet.rows == [[ErrorCell("=A9", "formula-not-calculated"), "x"]]


def test_what_is_repeated_is_read_as_often(tmp_path: Path) -> None:
    cell = ods_cell("<text:p>x</text:p>", 'table:number-columns-repeated="3"')
    rows = f'<table:table-row table:number-rows-repeated="2">{cell}</table:table-row>' + ods_row("end")
    assert opened(ods(ods_table(rows)), tmp_path)[0].rows == [["x"] * 3, ["x"] * 3, ["end", "", ""]]


def test_only_the_cells_of_a_sheet_are_read(tmp_path: Path) -> None:
    deleted = f"<table:tracked-changes>{ods_cell('<text:p>deleted</text:p>')}</table:tracked-changes>"
    shape = "<draw:frame><draw:text-box><text:p>a shape</text:p></draw:text-box></draw:frame>"
    cell = ods_cell(f"{shape}<text:p>seen</text:p>")
    copy = ods_table(ods_row("of another file"), "'file:///c:/other.ods'#$Sheet1")
    body = deleted + ods_table(f"<table:table-row>{cell}</table:table-row>") + copy
    assert opened(ods(body), tmp_path) == [SheetRows("One", [["seen"]])]


def test_hidden_sheets_are_read_and_said_to_be_hidden(tmp_path: Path) -> None:
    stream = book([labels(0, "a"), labels(0, "b")], hidden=[1])
    properties = '<style:table-properties table:display="false"/>'
    style = f'<style:style style:name="ta2" style:family="table">{properties}</style:style>'
    content = ods(ods_table(ods_row("a")) + ods_table(ods_row("b"), "Two", 'table:style-name="ta2"'))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("content.xml").replace(b"<office:body>", f"{style}<office:body>".encode())
    both = b'<sheet name="Two" sheetId="2" state="veryHidden" r:id="rId9"/></sheets>'
    parts = xlsx_parts(row(1, "a"))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", both)
    listed = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = listed.replace(
        b"</Relationships>",
        listed[listed.find(b"<Relationship ") :]
        .partition(b"/>")[0]
        .replace(b"rId1", b"rId9")
        .replace(b"sheet1", b"sheet2")
        + b"/></Relationships>",
    )
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b">a<", b">b<")
    for each in (compound({"Workbook": stream}), ods("", {"content.xml": xml}), packed(parts)):
        assert [(sheet.rows, sheet.hidden) for sheet in opened(each, tmp_path)] == [([["a"]], False), ([["b"]], True)]


def test_strict_workbooks_are_read_like_others(tmp_path: Path) -> None:
    dates = '<c r="A2" t="d"><v>2025-06-30</v></c><c r="B2" t="e"><v>#N/A</v></c>'
    strict = {
        name: content.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006", b"http://purl.oclc.org/ooxml/spreadsheetml"
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument"
        )
        for name, content in xlsx_parts(row(1, "a") + f'<row r="2">{dates}</row>').items()
    }
    assert strict != xlsx_parts("")
    expected = [SheetRows("One", [["a", ""], [dt.date(2025, 6, 30), ErrorCell("#N/A")]])]
    assert opened(packed(strict), tmp_path) == expected


SEPARATED = {
    "plain": b"Ref,Said,Words\n5.10,Met,x\n",
    "a mark": b"\xef\xbb\xbfRef,Said,Words\n5.10,Met,x",
    "semicolons": b"Ref;Said;Words\r\n5.10;Met;x\r\n",
    "tabs": b"Ref\tSaid\tWords\n5.10\tMet\tx\n",
    "a named separator": b"sep=|\r\nRef|Said|Words\r\n5.10|Met|x\r\n",
    "old line ends": b"Ref,Said,Words\r5.10,Met,x\r",
    "quotation marks": b'"Ref","Said","Words"\n"5.10","Met","x"\n',
    "utf-16": "Ref\tSaid\tWords\n5.10\tMet\tx\n".encode("utf-16"),
    "empty lines after": b"Ref,Said,Words\n5.10,Met,x\n,,\n\n",
    "an end sign": b"Ref,Said,Words\n5.10,Met,x\n\x1a",
}


@pytest.mark.parametrize("way", SEPARATED)
def test_separated_values_are_read_however_they_are_written(way: str, tmp_path: Path) -> None:
    assert opened(SEPARATED[way], tmp_path) == [SheetRows("CSV", [["Ref", "Said", "Words"], ["5.10", "Met", "x"]])]


def test_a_separator_in_a_value_and_a_line_in_a_value(tmp_path: Path) -> None:
    content = 'Ref;Said;Words\n1.1;"a; b, c, d, e, f";x\n1.2;"one\ntwo";\u00a35\n\n1.3;;\n'.encode("cp1252")
    assert opened(content, tmp_path)[0].rows == [
        ["Ref", "Said", "Words"],
        ["1.1", "a; b, c, d, e, f", "x"],
        ["1.2", "one\ntwo", "\u00a35"],
        ["", "", ""],
        ["1.3", "", ""],
    ]


@settings(max_examples=60)
@given(
    table=st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    ),
    separator=st.sampled_from(",;\t"),
)
def test_what_is_written_as_csv_is_read_back(
    table: list[list[str]], separator: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [["Ref", "Said", "Words"], ["1.1", "Met", "x"], *table, ["9.9", "end", "y"]]
    text = "\n".join(separator.join('"' + value.replace('"', '""') + '"' for value in each) for each in rows)
    assert opened(f"\ufeff{text}".encode(), tmp_path_factory.getbasetemp())[0].rows == rows


BROUGHT = {
    "macros": (xlsx(row(1, "a"), {"xl/vbaProject.bin": b"x"}), "macros-ignored"),
    "old macros": (xlsx(row(1, "a"), {"xl/macrosheets/sheet1.xml": b"<a/>"}), "macros-ignored"),
    "macros of xls": (xls(labels(0, "a"), storages=["_VBA_PROJECT_CUR"]), "macros-ignored"),
    "old macros of xls": (
        compound({"Workbook": book([labels(0, "a"), labels(0, "b")], kinds=[0, 1])}),
        "macros-ignored",
    ),
    "macros of ods": (ods(ods_table(ods_row("a")), {"Basic/Standard/Module1.xml": b"<a/>"}), "macros-ignored"),
    "links": (xlsx(row(1, "a"), {"xl/externalLinks/externalLink1.xml": b"<a/>"}), "links-ignored"),
    "links of xls": (xls(labels(0, "a"), extra=biff(0x1AE, b"\1\0\x08\0\0\1c\3a.xls")), "links-ignored"),
    "links of ods": (
        ods(ods_table(f"<table:table-source/>{ods_row('a')}")),
        "links-ignored",
    ),
    "objects": (xlsx(row(1, "a"), {"xl/embeddings/oleObject1.bin": b"x"}), "embedded-ignored"),
    "objects of xls": (xls(labels(0, "a"), storages=["MBD0001A2B3"]), "embedded-ignored"),
    "objects of xlsb": (xlsb([binary_texts(0, "a")], {"xl/embeddings/a.docx": b"x"}), "embedded-ignored"),
    "a dde formula": (
        xlsx('<row r="1"><c r="A1"><f>cmd|\' /c calc\'!A0</f><v>1</v></c></row>'),
        "dde-ignored",
    ),
    "a dde formula in disguise": (
        xlsx('<row r="1"><c r="A1"><f>cmd&#x7C;\' /c calc\'!A0</f><v>1</v></c></row>'),
        "dde-ignored",
    ),
    "a dde link of xls": (xls(labels(0, "a"), extra=biff(0x1AE, b"\0\0\x05\0\0cmd\3x")), "dde-ignored"),
    "a dde link of ods": (
        ods(f"{ods_table(ods_row('a'))}<table:dde-links><table:dde-link/><office:dde-source/></table:dde-links>"),
        "dde-ignored",
    ),
    "connections": (xlsx(row(1, "a"), {"xl/connections.xml": b"<a/>"}), "connections-ignored"),
    "connections of xls": (xls(labels(0, "a") + biff(0x1AD, bytes(8))), "connections-ignored"),
}


@pytest.mark.parametrize("what", BROUGHT)
def test_what_a_workbook_brings_along_is_noted_and_its_cells_are_read(what: str, tmp_path: Path) -> None:
    content, code = BROUGHT[what]
    inspection = looked_at(content, tmp_path)
    assert code in {note.code for note in notes(inspection)}
    assert any("a" in each or 1.0 in each for each in open_sheets(inspection)[0].rows)


@pytest.mark.parametrize("kind", sorted(set(HONEST) - {"xlsm"}))
def test_a_plain_workbook_has_nothing_to_be_noted(kind: str, tmp_path: Path) -> None:
    assert notes(looked_at(HONEST[kind]("x"), tmp_path)) == ()


@settings(max_examples=150)
@given(data=st.data(), kind=st.sampled_from(sorted(HONEST)))
def test_no_file_makes_the_guard_raise(
    data: st.DataObject, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Bytes turned over, cut or put in: an answer of the guard, or an exception that the edge can catch."""
    content = bytearray(HONEST[kind]("x"))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    inspection = looked_at(bytes(content), tmp_path_factory.getbasetemp())
    assert inspection.ok or inspection.reason_code in load_queries()
    if inspection.ok:
        try:
            sheets = open_sheets(inspection)
        except Exception:  # noqa: BLE001 - a damaged file may be unreadable, which receiving says
            return
        assert all(len(each) == len(sheet.rows[0]) for sheet in sheets for each in sheet.rows)
