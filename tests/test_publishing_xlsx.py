"""A document's tables as a workbook: the Analysis Function's checklist, nothing live, shown as printed elsewhere."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_forms import COVER, META, NUMBERS, edition, printed, shown, whole
from test_publishing_docx import HOSTILE

from toolkit.document import (
    Column,
    Cover,
    Figure,
    Format,
    Heading,
    KeyFigure,
    KeyFigures,
    Table,
    Text,
    cell_text,
    plain_text,
)
from toolkit.publishing.ooxml import packed, parts_of
from toolkit.publishing.xlsx import as_bytes, faults

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook.workbook import Workbook


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def book() -> Workbook:
    content = as_bytes(whole())
    assert faults(content) == []
    return opened(content)


def column(book: Workbook, sheet: str, letter: str = "A") -> list[object]:
    return [cell.value for cell in book[sheet][letter]]


def test_sheets_have_short_names_in_the_order_of_the_document(book: Workbook) -> None:
    assert book.sheetnames == [
        "Cover",
        "Contents",
        "Notes",
        "1 Key figures",
        "2 Every format",
        "3 Returns received by area",
        "4 Actions overdue",
        "5 Areas side by side",
    ]
    assert book.active is book["Cover"]


def test_the_cover_says_what_it_is_how_to_read_it_and_whom_to_ask(book: Workbook) -> None:
    said = column(book, "Cover")
    assert said[0] == "Board report"
    for text in (
        "Marking: OFFICIAL",
        "Data cut: 19 July 2024",
        "Figures from: snapshot 0123456789abcdef",
        META.contact,
    ):
        assert text in said
    assert any(str(text).startswith("[x] not available") for text in said)
    assert any("Synthetic data" in str(text) for text in said)


def test_the_contents_lead_to_every_sheet(book: Workbook) -> None:
    (table,) = book["Contents"].tables.values()
    rows = book["Contents"][table.ref][1:]
    assert [row[0].value for row in rows] == book.sheetnames[2:]
    assert [row[0].hyperlink.location for row in rows] == [f"'{name}'!A1" for name in book.sheetnames[2:]]
    assert [row[1].value for row in rows[1:3]] == ["Summary", "Numbers"]
    assert rows[2][3].value == "T7K2"


def test_notes_have_numbers_and_the_same_note_the_same_number(book: Workbook) -> None:
    (table,) = book["Notes"].tables.values()
    rows = [[cell.value for cell in row] for row in book["Notes"][table.ref][1:]]
    assert rows == [["[note 1]", "Halves are rounded away from zero."], ["[note 2]", "A second note."]]
    assert book["2 Every format"]["A1"].value == "Every format [note 1] [note 2]"
    assert book["5 Areas side by side"]["A1"].value == "Areas side by side [note 2]"


def test_what_is_missing_is_marked_and_the_mark_explained(book: Workbook) -> None:
    (table,) = book["2 Every format"].tables.values()
    missing = [cell.value for cell in book["2 Every format"][table.ref][5]]
    assert missing == ["missing", *["[x]"] * 5]
    assert any(str(text).startswith("[x] not available") for text in column(book, "2 Every format"))
    assert not any("[x]" in str(text) for text in column(book, "1 Key figures"))
    assert "No action is overdue." in column(book, "4 Actions overdue")


def test_numbers_are_numbers_and_text_stays_text(book: Workbook) -> None:
    (table,) = book["2 Every format"].tables.values()
    rows = [[cell.value for cell in row] for row in book["2 Every format"][table.ref][1:]]
    assert rows[0] == ["halves", 1234567, 0.29, 4.2, 2.68, 5]
    assert rows[5] == ["text", 7, 1, -10, 0, "5.10"]
    assert rows[3][1] == "1,000,000,000,000,001"  # more digits than Excel keeps
    assert book["1 Key figures"]["B8"].value == 0.76


def test_the_file_has_its_properties_and_no_more(book: Workbook) -> None:
    about = book.properties
    assert (about.title, about.creator) == ("Board report: Cycle 2024", META.office)
    assert about.created == about.modified == dt.datetime(2024, 7, 19, 12, 30)  # noqa: DTZ001 - openpyxl's are without
    assert book.defined_names == {}


def test_a_document_without_tables_is_a_workbook_that_says_so() -> None:
    content = as_bytes(edition(Text("only text"), cover=Cover("Plain"), meta=replace(META, moment=None, contact="")))
    assert faults(content) == []
    assert opened(content).sheetnames == ["Cover", "Contents"]


def test_headings_that_are_alike_or_empty_get_names_of_their_own() -> None:
    table = Table("T", (Column("Met"), Column("met"), Column(""), Column("MET")), (("a", "b", "c", "d"),))
    content = as_bytes(edition(table))
    assert faults(content) == []
    (found,) = opened(content)["1 T"].tables.values()
    assert [one.name for one in found.tableColumns] == ["Met", "met (2)", "Column 3", "MET (3)"]


def test_a_text_longer_than_excel_holds_is_cut_and_says_so() -> None:
    for text in ("x" * 40_000, "👩" * 20_000):
        content = as_bytes(edition(Table("T", (Column("A"), Column("B")), ((text, 1),))))
        found = opened(content)["1 T"]["A7"].value or opened(content)["1 T"]["A6"].value
        assert len(found.encode("utf-16-le")) // 2 <= 32_767
        assert found.startswith(text[:16_000])
        assert found.endswith("in the report's other forms)")


@settings(max_examples=15)
@given(st.text(max_size=40) | st.integers(0, len(HOSTILE) - 1))
def test_text_is_written_as_text_and_nothing_is_live(chosen: str | int) -> None:
    text = HOSTILE[chosen] if isinstance(chosen, int) else chosen
    made = edition(
        Heading(text),
        KeyFigures((KeyFigure(text, text, text, text),)),
        Table(text, (Column(text), Column("B")), ((text, text), ("row", "1")), notes=(text,), empty=text, code=text),
        Table(text, (Column(text),), (), empty=text),
        Figure(text, text, "<svg/>", Table(text, (Column(text),), ((text,),)), note=text),
        cover=replace(COVER, title=f"x{text}", subtitle=text, facts=((text, text),), marking=text),
        meta=replace(META, office=f"x{text}", contact=text, method=text),
    )
    content = as_bytes(made)
    assert faults(content) == []
    caption, rows = printed("xlsx", content).tables[1]
    plain = plain_text(text)
    if not re.search(r"\[note \d+\]$", plain):
        assert caption[:32_000] == " ".join(plain.split())[:32_000]
    assert rows[1][0] == (" ".join(plain.split()) or "–") or len(text) > 32_767
    parts = parts_of(content)
    assert not any(mark in part for part in parts.values() for mark in (b"<f>", b"<f ", b"TargetMode"))


@given(
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.integers(-4000, 4000).map(lambda number: number / 2000),
    st.sampled_from(("text", "count", "share", "points", "number")),
)
@settings(max_examples=150)
def test_a_number_is_shown_as_every_form_prints_it(value: float, kind: Format) -> None:
    from toolkit.publishing.xlsx.cells import shown as as_cell

    cell = as_cell(value, Column("A", kind), "–")
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    sheet["A1"] = cell.value
    if cell.format:
        sheet["A1"].number_format = cell.format
    assert shown(sheet["A1"]) == cell_text(value, Column("A", kind))


@pytest.mark.office
def test_libreoffice_shows_what_every_form_prints(soffice: str, tmp_path: Path) -> None:
    (tmp_path / "board.xlsx").write_bytes(as_bytes(edition(NUMBERS)))
    as_shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", as_shown, "--outdir", str(tmp_path), "board.xlsx"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, timeout=120)
    (file,) = tmp_path.glob("*Every format.csv")
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))[-len(NUMBERS.rows) :]
    expected = [
        [cell_text(value, one, "[x]") for value, one in zip(row, NUMBERS.columns, strict=True)] for row in NUMBERS.rows
    ]
    assert rows == expected


SPOILT = (
    ("docProps/core.xml", "<dc:title>[^<]*</dc:title>", "", "no title"),
    ("xl/workbook.xml", 'name="Contents"', 'name="Contents" state="hidden"', "is hidden"),
    ("xl/workbook.xml", 'name="Notes"', 'name="contents"', "same name"),
    ("xl/workbook.xml", "<workbookView ", '<workbookView activeTab="2" ', "first sheet"),
    ("xl/workbook.xml", "<sheets>", "<externalReferences/><sheets>", "externalReferences"),
    ("xl/workbook.xml", "_xlnm.Print_Titles", "Lookup", "the name 'Lookup'"),
    ("xl/worksheets/sheet4.xml", "<v>0.76</v>", "<f>1+1</f><v>2</v>", "<f>"),
    ("xl/worksheets/sheet4.xml", "<sheetData>", "<mergeCells/><sheetData>", "mergeCells"),
    ("xl/worksheets/sheet4.xml", "<v>0.76</v>", "", "empty cell"),
    ("xl/worksheets/sheet4.xml", "<tableParts.*</tableParts>", "", "0 tables"),
    ("xl/worksheets/sheet4.xml", '<row r="2"(.*?)</row>', "", "blank row"),
    ("xl/worksheets/sheet4.xml", "<sheetView ", '<sheetView topLeftCell="C9" ', "open at A1"),
    ("xl/worksheets/sheet4.xml", "<row ", '<row hidden="1" ', "hidden row"),
    ("xl/worksheets/sheet2.xml", 'location="[^"]*"', "", "does not stay"),
    ("xl/tables/table4.xml", 'ref="A', 'headerRowCount="0" ref="A', "header row"),
    (
        "xl/worksheets/_rels/sheet4.xml.rels",
        "</Rel",
        '<Relationship Id="r9" Target="http://x/" TargetMode="External"/></Rel',
        "outside",
    ),
)


@pytest.mark.parametrize(("part", "pattern", "instead", "said"), SPOILT, ids=[one[3] for one in SPOILT])
def test_what_is_wrong_is_named(part: str, pattern: str, instead: str, said: str) -> None:
    parts = parts_of(as_bytes(whole()))
    spoilt, times = re.subn(pattern, instead, parts[part].decode("utf-8"))
    assert times
    assert any(said in one for one in faults(packed(parts | {part: spoilt.encode()})))


def test_a_part_that_no_table_needs_is_named() -> None:
    parts = parts_of(as_bytes(whole()))
    assert any("vbaProject" in one for one in faults(packed(parts | {"xl/vbaProject.bin": b"x"})))
