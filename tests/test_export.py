"""The three forms of the export hold the same 23 columns and the same text, and nothing in them is live."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolkit.errors import FileAccessError, StoreError, ToolkitError
from toolkit.store import TIDY_COLUMNS, Snapshot, export, freeze, open_snapshot, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Filled

    from toolkit.project import Project

CONTRACT = (
    "cycle, framework, organisation_id, organisation, sector, areas, tier, standard, criterion, priority, rating, "
    "rating_as_written, evidence, action, lead, target_date, reviewer_rating, agreed_rating, source_file, "
    "source_sha256, source_sheet, source_cell, received_at"
)
LIVE = ["=1+1", "+44 121 000", "-1", "@SUM(A1)", "http://example.org/x", "mailto:a@example.org", "{=1}", '=cmd|"/c"!A1']


def _with_evidence(project: Project, filled: Filled, texts: list[str]) -> Snapshot:
    receipt, return_ = filled("WM-POL", "2024")
    responses = tuple(
        replace(response, evidence=texts[at] if at < len(texts) else "")
        for at, response in enumerate(return_.responses)
    )
    with open_store(project) as store:
        store.record(receipt, replace(return_, responses=responses))
    return open_snapshot(freeze(project))


def _read_csv(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def _read_xlsx(path: Path, sheet: str = "Responses") -> list[list[str]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows()
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in rows]


def _frame(path: Path) -> pd.DataFrame:
    if path.suffix == ".xlsx":
        return pd.DataFrame(pd.read_excel(path, engine="calamine"))
    return pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)


def _expected(snapshot: Snapshot) -> list[list[str]]:
    return [list(TIDY_COLUMNS), *snapshot.responses[list(TIDY_COLUMNS)].to_numpy().tolist()]


def test_the_columns_are_those_of_the_contract() -> None:
    assert ", ".join(TIDY_COLUMNS) == CONTRACT


def test_csv_holds_every_value(small_snapshot: Snapshot, tmp_path: Path) -> None:
    export(small_snapshot, tmp_path / "out.csv")
    content = (tmp_path / "out.csv").read_bytes()
    assert content.startswith((",".join(TIDY_COLUMNS) + "\n").encode())
    assert b"\r" not in content
    assert _read_csv(tmp_path / "out.csv") == _expected(small_snapshot)


def test_parquet_holds_every_value(small_snapshot: Snapshot, tmp_path: Path) -> None:
    export(small_snapshot, tmp_path / "out.parquet")
    frame = pd.read_parquet(tmp_path / "out.parquet")
    pd.testing.assert_frame_equal(frame, small_snapshot.responses[list(TIDY_COLUMNS)].astype("str"))


def test_xlsx_holds_every_value_as_text(small_snapshot: Snapshot, tmp_path: Path) -> None:
    export(small_snapshot, tmp_path / "out.xlsx")
    assert _read_xlsx(tmp_path / "out.xlsx") == _expected(small_snapshot)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Responses"]
    criteria = [cell.value for cell in sheet["I"]]
    assert "5.10" in criteria
    assert "5.1" in criteria
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:W{len(small_snapshot.responses) + 1}"


def test_xlsx_says_what_it_is(small_snapshot: Snapshot, tmp_path: Path) -> None:
    export(small_snapshot, tmp_path / "out.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert workbook.properties.title == f"Responses: {small_snapshot.settings.project.name}"
    with zipfile.ZipFile(tmp_path / "out.xlsx") as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<oddHeader>&amp;COFFICIAL - synthetic data</oddHeader>" in sheet


def test_nothing_a_sender_wrote_is_live_in_xlsx(project: Project, filled: Filled, tmp_path: Path) -> None:
    export(_with_evidence(project, filled, LIVE), tmp_path / "out.xlsx")
    column = TIDY_COLUMNS.index("evidence")
    cells = [row[column] for row in openpyxl.load_workbook(tmp_path / "out.xlsx")["Responses"].iter_rows()]
    assert [cell.value for cell in cells[1 : len(LIVE) + 1]] == LIVE
    assert {cell.data_type for cell in cells[: len(LIVE) + 1]} == {"s"}
    with zipfile.ZipFile(tmp_path / "out.xlsx") as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def _is_live(text: str) -> bool:
    """Whether a spreadsheet program would run a value of a .csv."""
    return text[:1] in set("=+@\t\r") or (text[:1] == "-" and text[1:2].strip() != "")


def _not_live(text: str) -> str:
    """As .csv has it: an apostrophe before what would run, and before what has apostrophes there already."""
    return f"'{text}" if _is_live(text.lstrip("'")) else text


def _undone(text: str) -> str:
    """What was written, by what .csv has."""
    return text[1:] if text.startswith("'") and _is_live(text.lstrip("'")) else text


def test_csv_keeps_the_text_as_it_was_written_but_never_live(project: Project, filled: Filled, tmp_path: Path) -> None:
    texts = [
        *LIVE,
        *(f"'{text}" for text in LIVE),
        "it's",
        "- an item",
        'a "quoted", text',
        "two\nlines",
        "two\r\nlines",
        "lone\rreturn",
        " spaces ",
        "e\u0301 \U0001f642",
        "\x00",
    ]
    snapshot = _with_evidence(project, filled, texts)
    export(snapshot, tmp_path / "out.csv")
    found = [row[TIDY_COLUMNS.index("evidence")] for row in _read_csv(tmp_path / "out.csv")]
    assert found[1 : len(texts) + 1] == [_not_live(text) for text in texts]
    assert list(map(_undone, found[1 : len(texts) + 1])) == texts
    assert not any(map(_is_live, found))


def test_xlsx_leaves_out_what_xml_cannot_hold(project: Project, filled: Filled, tmp_path: Path) -> None:
    snapshot = _with_evidence(project, filled, ["a\x00b\x0bc\ufffe", "two\r\nlines", "tab\there", "_x0041_"])
    export(snapshot, tmp_path / "out.xlsx")
    found = [row[TIDY_COLUMNS.index("evidence")] for row in _read_xlsx(tmp_path / "out.xlsx")]
    assert found[1:4] == ["abc", "two\nlines", "tab\there"]
    with zipfile.ZipFile(tmp_path / "out.xlsx") as package:
        assert b"_x005F_x0041_" in package.read("xl/sharedStrings.xml")


@pytest.mark.parametrize("text", ["long " * 20_000, "\U0001f642" * 20_000])
def test_a_text_too_long_for_a_cell_goes_on_in_its_own_sheet(
    project: Project, filled: Filled, tmp_path: Path, text: str
) -> None:
    export(_with_evidence(project, filled, ["short", text]), tmp_path / "out.xlsx")
    column = TIDY_COLUMNS.index("evidence")
    first = _read_xlsx(tmp_path / "out.xlsx")[2][column]
    note = ' [continued in the sheet "Long texts"]'
    assert first.endswith(note)
    header, *rest = _read_xlsx(tmp_path / "out.xlsx", "Long texts")
    assert header == ["row", "column", "text"]
    assert {tuple(row[:2]) for row in rest} == {("3", "evidence")}
    assert first.removesuffix(note) + "".join(row[2] for row in rest) == text


@pytest.mark.parametrize("text", ["x" * 32_767, "\U0001f642" * 16_383])
def test_the_longest_text_a_cell_can_hold_stays_in_it(
    project: Project, filled: Filled, tmp_path: Path, text: str
) -> None:
    export(_with_evidence(project, filled, [text]), tmp_path / "out.xlsx")
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames == ["Responses", "Other ratings"]
    assert _read_xlsx(tmp_path / "out.xlsx")[1][TIDY_COLUMNS.index("evidence")] == text


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx", ".CSV"])
def test_the_same_snapshot_gives_the_same_bytes(small_snapshot: Snapshot, tmp_path: Path, suffix: str) -> None:
    first, second = tmp_path / f"one{suffix}", tmp_path / "deep" / "folder" / f"two{suffix}"
    ones, twos = export(small_snapshot, first), export(small_snapshot, second)
    assert (ones[0], twos[0]) == (first, second)
    assert [path.read_bytes() for path in ones] == [path.read_bytes() for path in twos]
    assert sorted(second.parent.iterdir()) == sorted(twos)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_a_project_without_returns_exports_the_header(project: Project, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    export(open_snapshot(freeze(project)), path)
    frame = _frame(path)
    assert list(frame.columns) == list(TIDY_COLUMNS)
    assert frame.empty


@pytest.mark.parametrize("name", ["out.ods", "out", "out.csv.gz"])
def test_another_ending_is_refused(small_snapshot: Snapshot, tmp_path: Path, name: str) -> None:
    with pytest.raises(ToolkitError, match=r"\.csv, \.parquet or \.xlsx"):
        export(small_snapshot, tmp_path / name)
    assert list(tmp_path.glob("out*")) == []


def test_a_snapshot_that_changes_while_it_is_exported_leaves_nothing(small_project: Project, tmp_path: Path) -> None:
    snapshot = open_snapshot(freeze(small_project))
    table = snapshot.folder / "responses.parquet"
    table.write_bytes(table.read_bytes()[:-200])
    with pytest.raises(StoreError, match="has changed while it was read"):
        export(snapshot, tmp_path / "out.csv")
    assert list(tmp_path.glob("*out.csv*")) == []


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(small_snapshot: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(FileAccessError, match=r"out\.csv cannot be written"):
        export(small_snapshot, tmp_path / "out.csv")
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(FileAccessError):
        export(small_snapshot, tmp_path / "file" / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "out.csv", "project"]


ANY = st.text(st.characters(exclude_categories=["Cs"]))
NEARLY_LIVE = st.tuples(st.text("'=+-@\t\r\n ", max_size=4), ANY).map("".join)


def test_any_text_survives_csv_and_parquet_and_none_is_live_in_csv(small_snapshot: Snapshot, tmp_path: Path) -> None:
    @settings(max_examples=60)
    @given(texts=st.lists(st.one_of(ANY, NEARLY_LIVE), min_size=1, max_size=6))
    @example(texts=["=", "'=", "''=", "'", "-", "-\t", "'-1", "\r", "'\r\n"])
    def holds(texts: list[str]) -> None:
        rows = small_snapshot.responses.head(len(texts)).assign(evidence=pd.array(texts, dtype="str"))
        snapshot = replace(small_snapshot, responses=rows)
        for name in ("out.csv", "out.parquet"):
            export(snapshot, tmp_path / name)
        column = TIDY_COLUMNS.index("evidence")
        found = [row[column] for row in _read_csv(tmp_path / "out.csv")[1:]]
        assert found == [_not_live(text) for text in texts]
        assert not any(map(_is_live, found))
        assert list(map(_undone, found)) == texts
        assert pd.read_parquet(tmp_path / "out.parquet")["evidence"].tolist() == texts

    holds()
