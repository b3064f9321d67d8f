"""What is not a safe spreadsheet is turned away before anything opens it, with a code that tells the sender why."""

from __future__ import annotations

import io
import os
import struct
import sys
import zipfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from toolkit.intake import inspect
from toolkit.intake.guards import LARGEST_FILE, to_be_ignored
from toolkit.intake.queries import load_queries, outcome_of
from toolkit.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@lru_cache(maxsize=1)
def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B3"] = "text"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def repacked(
    parts: dict[str, bytes | None], *, method: int = zipfile.ZIP_DEFLATED, change: Callable[[str], str] = str
) -> bytes:
    """The workbook with parts added, replaced, or (None) left out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(packed, "w", method) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(change(name), old.read(name))
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return packed.getvalue()


def sheet_xml(data: str, prolog: str = "<?xml version='1.0' encoding='UTF-8'?>") -> bytes:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{prolog}<worksheet xmlns="{namespace}"><sheetData>{data}</sheetData></worksheet>'.encode()


def with_sheet(data: str, prolog: str = "<?xml version='1.0' encoding='UTF-8'?>") -> bytes:
    return repacked({"xl/worksheets/sheet1.xml": sheet_xml(data, prolog)})


def overlapping() -> bytes:
    """Two directory entries that share one part's bytes."""
    content = bytearray(repacked({"a.xml": b"<a/>", "b.xml": b"<b/>"}))
    first = content.find(b"PK\x01\x02")
    offsets = {}
    at = first
    while content[at : at + 4] == b"PK\x01\x02":
        name_length, extra, comment = struct.unpack_from("<3H", content, at + 28)
        offsets[bytes(content[at + 46 : at + 46 + name_length])] = at
        at += 46 + name_length + extra + comment
    (where,) = struct.unpack_from("<I", content, offsets[b"a.xml"] + 42)
    struct.pack_into("<I", content, offsets[b"b.xml"] + 42, where)
    return bytes(content)


def bomb() -> bytes:
    return repacked({"xl/media/big.bin": b"\0" * 40_000_000})


def lying_bomb() -> bytes:
    """A part that unpacks to far more than the directory says."""
    content = bytearray(repacked({"xl/worksheets/sheet1.xml": b" " * 5_000_000}))
    size = struct.pack("<I", 5_000_000)
    while (at := content.find(size)) >= 0:
        struct.pack_into("<I", content, at, 1000)
    return bytes(content)


def ole(stream: str) -> bytes:
    """A compound file with one empty stream: enough for its kind to be told."""
    sector = 512
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<4I", 0, 1, 1, 0) + struct.pack("<5I", 4096, end, 0, end, 0) + struct.pack("<I", 0)
    header += struct.pack("<I", free) * 108
    table = struct.pack("<2I", fat, end) + struct.pack("<I", free) * 126

    def entry(name: str, kind: int, child: int) -> bytes:
        text = name.encode("utf-16-le")
        record = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
        record += struct.pack("<3I", free, free, child) + bytes(36) + struct.pack("<IQ", end, 0)
        return record

    directory = (entry("Root Entry", 5, 1) + entry(stream, 2, free)).ljust(sector, b"\0")
    return header + table + directory


HOSTILE = {
    "empty": (b"", "empty-file"),
    "pdf": (b"%PDF-1.7 ...", "not-a-spreadsheet"),
    "web page": (b"\n<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>", "not-a-spreadsheet"),
    "picture": (b"\x89PNG\r\n\x1a\n", "not-a-spreadsheet"),
    "words": (b"Dear all, please find attached.", "not-a-spreadsheet"),
    "noise": (b"\x01\x00\x02\x00", "not-a-spreadsheet"),
    "csv of noughts": (b"Reference,Rating,Evidence\n1.1,Met,\x00\n", "not-a-spreadsheet"),
    "xml 2003": (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "other-spreadsheet"),
    "docx": (
        repacked({"[Content_Types].xml": b"<Types>application/vnd.x.wordprocessingml.document.main+xml</Types>"}),
        "not-a-spreadsheet",
    ),
    "xlsb without sheets": (
        repacked({"[Content_Types].xml": b"<Types>application/vnd.ms-excel.sheet.binary.macroEnabled.main</Types>"}),
        "damaged-file",
    ),
    "ods without content": (repacked({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "damaged-file"),
    "zip": (repacked({"[Content_Types].xml": None}), "not-a-spreadsheet"),
    "encrypted": (ole("EncryptedPackage"), "password-protected"),
    "xls without sheets": (ole("Workbook"), "damaged-file"),
    "doc": (ole("WordDocument"), "not-a-spreadsheet"),
    "broken ole": (ole("Workbook")[:300], "damaged-file"),
    "truncated": (workbook()[:-500], "damaged-file"),
    "cut in the middle": (workbook()[:2000], "damaged-file"),
    "traversal": (repacked({"../../evil.xml": b"<a/>"}), "unsafe-archive"),
    "absolute": (repacked({"/etc/evil.xml": b"<a/>"}), "unsafe-archive"),
    "drive": (repacked({"C:\\evil.xml": b"<a/>"}), "unsafe-archive"),
    "names in two cases": (repacked({"XL/WORKBOOK.XML": b"<a/>"}), "unsafe-archive"),
    "unusual method": (repacked({}, method=zipfile.ZIP_BZIP2), "unsafe-archive"),
    "overlap": (overlapping(), "unsafe-archive"),
    "bomb": (bomb(), "too-large-inside"),
    "lying bomb": (lying_bomb(), "unsafe-archive"),
    "many parts": (repacked({f"x/{n}.xml": b"<a/>" for n in range(2500)}), "too-large-inside"),
    "dtd": (with_sheet("", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'), "unsafe-xml"),
    "dtd after a long comment": (with_sheet("", f"<!--{' ' * 3_000}--><!DOCTYPE a []>"), "unsafe-xml"),
    "utf-16": (repacked({"xl/worksheets/sheet1.xml": sheet_xml("").decode().encode("utf-16")}), "unusual-encoding"),
    "declared utf-16": (with_sheet("", '<?xml version="1.0" encoding="UTF-16"?>'), "unusual-encoding"),
    "far column": (with_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "cell-too-far"),
    "far row, odd spacing": (with_sheet("<row r = '900000'><c r\n= 'Z900000'><v>1</v></c></row>"), "cell-too-far"),
    "far row of unnamed cells": (with_sheet('<row r="1000000000"><c><v>1</v></c></row>'), "cell-too-far"),
    "wide and long": (
        with_sheet('<row r="1"><c r="ZZ1"><v>1</v></c></row><row r="99999"><c r="A99999"><v>1</v></c></row>'),
        "cell-too-far",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_it_is_turned_away_with_the_reason(kind: str, tmp_path: Path) -> None:
    content, code = HOSTILE[kind]
    path = tmp_path / "return.xlsx"
    path.write_bytes(content)
    inspection = inspect(path)
    assert (inspection.ok, inspection.reason_code) == (False, code), inspection.found
    assert len(inspection.sha256) == 64
    assert inspection.content == b""
    assert outcome_of(code) is Outcome.QUARANTINED
    assert load_queries()[code].remedy


def test_a_huge_merge_is_turned_away(tmp_path: Path) -> None:
    merge = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    xml = sheet_xml("").replace(b"</worksheet>", merge)
    path = tmp_path / "merged.xlsx"
    path.write_bytes(repacked({"xl/worksheets/sheet1.xml": xml}))
    assert inspect(path).reason_code == "cell-too-far"


@pytest.mark.parametrize(
    "data",
    [
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1048576" spans="1:3" s="2" customFormat="1"/>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="3"/></row><row r="1048576"><c r="B1048576" s="1"></c></row>',
    ],
    ids=["plain", "formatted last row", "formatted far cells"],
)
def test_formatting_far_away_is_no_reason(data: str, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(with_sheet(data))
    assert inspect(path).ok


def test_a_workbook_is_let_in_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "return.doc"
    path.write_bytes(workbook())
    inspection = inspect(path)
    assert (inspection.ok, inspection.kind, inspection.content) == (True, "xlsx", workbook())


def test_macros_and_links_are_noted(tmp_path: Path) -> None:
    types = zipfile.ZipFile(io.BytesIO(workbook())).read("[Content_Types].xml")
    macro = types.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    path = tmp_path / "return.xlsm"
    added: dict[str, bytes | None] = {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<a/>"}
    path.write_bytes(repacked({"[Content_Types].xml": macro, **added}))
    inspection = inspect(path)
    assert inspection.kind == "xlsm"
    assert inspection.scan is not None
    assert inspection.scan.macros
    assert inspection.scan.links


def test_error_cells_are_found(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    for data in ('<c r="A1" t="e"><v>#N/A</v></c>', "<c r='A1' t='e'><v>#N/A</v></c>"):
        path.write_bytes(with_sheet(f'<row r="1">{data}</row>'))
        scan = inspect(path).scan
        assert scan is not None
        assert scan.error_parts == {"xl/worksheets/sheet1.xml"}


def test_an_owner_file_and_a_file_too_big(tmp_path: Path) -> None:
    owner = tmp_path / "~$return.xlsx"
    owner.write_bytes(b"\x05user" + bytes(160))
    assert inspect(owner).reason_code == "owner-file"
    big = tmp_path / "big.xlsx"
    with big.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    inspection = inspect(big)
    assert inspection.reason_code == "too-big"
    assert len(inspection.sha256) == 64


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders, and links need rights")
def test_links_and_pipes_are_not_opened(tmp_path: Path) -> None:
    target = tmp_path / "real.xlsx"
    target.write_bytes(workbook())
    link, pipe = tmp_path / "link.xlsx", tmp_path / "pipe.xlsx"
    link.symlink_to(target)
    os.mkfifo(pipe)
    for path in (link, pipe, tmp_path):
        inspection = inspect(path)
        assert (inspection.reason_code, inspection.sha256) == ("not-a-file", "")


def test_a_missing_file_cannot_be_opened(tmp_path: Path) -> None:
    assert inspect(tmp_path / "gone.xlsx").reason_code == "cannot-open"
    assert outcome_of("cannot-open") is Outcome.HELD


def test_what_systems_leave_in_folders_is_none_of_ours() -> None:
    assert all(map(to_be_ignored, (".gitkeep", ".DS_Store", "Thumbs.db", "desktop.ini", "._return.xlsx")))
    assert not any(map(to_be_ignored, ("return.xlsx", "~$return.xlsx", "thumbs.xlsx")))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_the_guard_never_raises(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Bytes of a workbook turned over, cut or put in: every outcome is an answer, never an exception."""
    content = bytearray(workbook())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    path = tmp_path_factory.getbasetemp() / "mutated.xlsx"
    path.write_bytes(bytes(content))
    inspection = inspect(path)
    assert inspection.ok or inspection.reason_code in load_queries()


def test_what_the_guard_lets_in_is_whole(tmp_path: Path) -> None:
    content = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        entry = archive.getinfo("xl/workbook.xml")
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    other = packed.compress(b"<x/>") + packed.flush()
    start = entry.header_offset + 30 + len(entry.filename)
    content[start : start + len(other)] = other
    path = tmp_path / "swapped.xlsx"
    path.write_bytes(bytes(content))
    assert inspect(path).reason_code == "damaged-file"
