"""Fill colours are told where they are certain, and never made up."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import changed, column, filled, row_of
from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import GradientFill, PatternFill
from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.styles.differential import DifferentialStyle

from toolkit.intake import inspect
from toolkit.intake.parsing.fills import fill_of, has_rag_fills, rag_colour

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.styles.fills import Fill

    from toolkit.intake import Inspection
    from toolkit.project import Project

SHEET = "Ratings & more"


def solid(colour: Color | str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def workbook(fills: dict[str, Fill]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    book.create_sheet("Other")["A1"].fill = solid("FFABCDEF")
    sheet["A1"] = "words"
    for cell, fill in fills.items():
        sheet[cell].fill = fill
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def inspected(tmp_path: Path, content: bytes) -> Inspection:
    path = tmp_path / "some.xlsx"
    path.write_bytes(content)
    found = inspect(path)
    assert found.ok, found.reason_code
    return found


def rewritten(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()).encode() if name == part else text)
    return saved.getvalue()


def test_fills_are_told_by_cell_and_only_for_the_cells_asked_about(tmp_path: Path) -> None:
    found = inspected(
        tmp_path,
        workbook(
            {"B2": solid("FFFF0000"), "C3": solid("00FFC000"), "AA10": solid("FF00B050"), "D4": solid("FF123456")}
        ),
    )
    assert fill_of(found, SHEET, ["B2", "C3", "AA10", "A1", "Z9"]) == {"B2": "FF0000", "C3": "FFC000", "AA10": "00B050"}
    assert fill_of(found, "Other", ["A1"]) == {"A1": "ABCDEF"}
    assert fill_of(found, "No such sheet", ["A1"]) == {}
    assert fill_of(found, SHEET, []) == {}


@pytest.mark.parametrize("number", [2, 3, 10, 17, 42, 52, 53])
def test_a_colour_by_number_is_that_of_the_standard_list(number: int, tmp_path: Path) -> None:
    found = inspected(tmp_path, workbook({"B2": solid(Color(indexed=number))}))
    assert fill_of(found, SHEET, ["B2"]) == {"B2": COLOR_INDEX[number][2:]}


def test_a_workbook_s_own_list_of_colours_goes_before_the_standard_one(tmp_path: Path) -> None:
    def own(styles: str) -> str:
        colours = '<colors><indexedColors><rgbColor rgb="00112233"/><rgbColor rgb="00445566"/></indexedColors></colors>'
        return re.sub("<colors>.*</colors>|(?=</styleSheet>)", colours, styles, count=1)

    content = workbook({"B2": solid(Color(indexed=1)), "B3": solid(Color(indexed=9))})
    found = inspected(tmp_path, rewritten(content, "xl/styles.xml", own))
    assert fill_of(found, SHEET, ["B2", "B3"]) == {"B2": "445566"}


@pytest.mark.parametrize(
    ("theme", "tint", "colour"),
    [
        (0, 0.0, "FFFFFF"),
        (1, 0.0, "000000"),
        (4, 0.0, "4F81BD"),
        (5, 0.0, "C0504D"),
        (4, 0.4, "95B3D7"),
        (5, -0.25, "953735"),
    ],
)
def test_a_theme_colour_is_that_of_the_workbook_s_theme(theme: int, tint: float, colour: str, tmp_path: Path) -> None:
    found = inspected(tmp_path, workbook({"B2": solid(Color(theme=theme, tint=tint))}))
    told = fill_of(found, SHEET, ["B2"])["B2"]
    wanted, got = (bytes.fromhex(each) for each in (colour, told))
    assert all(abs(a - b) <= 1 for a, b in zip(wanted, got, strict=True)), told


@pytest.mark.parametrize(
    "fill",
    [
        PatternFill("lightUp", fgColor="FFFF0000"),
        GradientFill(stop=("FFFF0000", "FF00FF00")),
        solid(Color(theme=40)),
        solid(Color(indexed=64)),
        solid(Color(auto=True)),
        PatternFill(),
    ],
)
def test_a_colour_that_is_not_certain_is_left_out(fill: Fill, tmp_path: Path) -> None:
    assert fill_of(inspected(tmp_path, workbook({"B2": fill})), SHEET, ["B2"]) == {}


@pytest.mark.parametrize("styles", ["<styleSheet", "<styleSheet xmlns='http://x'/>", ""])
def test_styles_that_cannot_be_read_give_no_colours(styles: str, tmp_path: Path) -> None:
    content = rewritten(workbook({"B2": solid("FFFF0000")}), "xl/styles.xml", lambda _: styles)
    found = inspected(tmp_path, content)
    assert fill_of(found, SHEET, ["B2"]) == {}
    assert not has_rag_fills(found)


def test_parts_with_prefixes_and_of_the_strict_kind_are_read_too(tmp_path: Path) -> None:
    def prefixed(text: str) -> str:
        text = text.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        return re.sub(r"<(/?)(?=\w+[\s>/])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")

    content = workbook({"B2": solid("FFFF0000")})
    for part in ("xl/styles.xml", "xl/worksheets/sheet1.xml"):
        content = rewritten(content, part, prefixed)
    found = inspected(tmp_path, content)
    assert fill_of(found, SHEET, ["B2"]) == {"B2": "FF0000"}
    assert has_rag_fills(found)


@pytest.mark.parametrize(
    ("rgb", "word"),
    [
        ("FF0000", "red"), ("C00000", "red"), ("FFC7CE", "red"), ("FF5050", "red"),
        ("FFC000", "amber"), ("FFEB9C", "amber"), ("FFFF00", "amber"), ("ED7D31", "amber"), ("FFF2CC", "amber"),
        ("00B050", "green"), ("92D050", "green"), ("C6EFCE", "green"), ("E2EFDA", "green"), ("006100", "green"),
        ("FFFFFF", ""), ("F6F6F6", ""), ("808080", ""), ("000000", ""), ("100000", ""),
        ("E3EDF6", ""), ("12436D", ""), ("2073BC", ""), ("28A197", ""), ("7030A0", ""),
    ],
)  # fmt: skip
def test_red_amber_and_green_are_told_in_their_common_shades(rgb: str, word: str) -> None:
    assert rag_colour(rgb) == word


def test_an_issued_workbook_has_no_such_fills_and_one_that_was_coloured_has(project: Project, tmp_path: Path) -> None:
    content = filled(project, "COV-COM")
    assert not has_rag_fills(inspected(tmp_path, content))
    assert not has_rag_fills(inspected(tmp_path, changed(content, lambda book: book.active)))

    def conditional(book: Workbook) -> None:
        rule = Rule("cellIs", dxf=DifferentialStyle(fill=PatternFill(bgColor="FF00B050")), operator="equal")
        rule.formula = ['"Met"']
        book.worksheets[3].conditional_formatting.add("D6:D20", rule)

    assert not has_rag_fills(inspected(tmp_path, changed(content, conditional)))

    def colour(book: Workbook) -> None:
        sheet, row = row_of(book, "5.10")
        sheet.cell(row, column("rating")).fill = solid("FFFFC7CE")

    found = inspected(tmp_path, changed(content, colour))
    assert has_rag_fills(found)
    assert fill_of(found, "Standard 5", ["D15", "D14"])["D15"] == "FFC7CE"


def test_a_red_of_the_theme_counts_as_red(tmp_path: Path) -> None:
    assert has_rag_fills(inspected(tmp_path, workbook({"B2": solid(Color(theme=5))})))
    assert not has_rag_fills(inspected(tmp_path, workbook({"B2": solid(Color(theme=4))})))
