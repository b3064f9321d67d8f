"""Hostile in the records of binary workbooks: Excel 97-2003 (.xls) and .xlsb."""

from __future__ import annotations

import struct

from hostile.compound import END_RECORD, begin, biff, book, compound, label, labels, number, text_of, xls
from hostile.packed import (
    binary_cell,
    binary_row,
    binary_strings,
    binary_texts,
    record,
    wide,
    xlsb,
    xlsx_parts,
)

Made = dict[str, tuple[bytes, str]]
_PLAIN = labels(0, "Ref", "Said", "Words")
_STRINGS = "xl/sharedStrings.bin"
_BINARY_SHEET = "xl/worksheets/sheet1.bin"


def made() -> Made:
    """This shelf of the collection: bytes and codes, by name."""
    return _compound() | _legacy() | _texts() | _binary()


def _compound() -> Made:
    stream = book([_PLAIN])
    good = compound({"Workbook": stream})
    circle = bytearray(good)
    for sector in range(2, 8):
        struct.pack_into("<I", circle, 512 + 4 * sector, 2)
    loop = bytearray(good)
    struct.pack_into("<I", loop, 1024 + 128 + 72, 1)
    return {
        "encrypted.xlsx": (compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), "password-protected"),
        "letter.xls": (compound({"WordDocument": b"x"}), "not-a-spreadsheet"),
        "mail.xls": (compound({"__properties_version1.0": b"x"}), "not-a-spreadsheet"),
        "nothing inside.xls": (compound({"Workbook": b""}), "damaged-file"),
        "larger than it is.xls": (compound({"Workbook": stream}, size=0x7FFFFFF0), "damaged-file"),
        "largest of all.xls": (compound({"Workbook": stream}, size=0xFFFFFFFF), "damaged-file"),
        "sectors in a circle.xls": (bytes(circle), "damaged-file layout-unknown"),
        "folders in a circle.xls": (bytes(loop), "damaged-file layout-unknown"),
        "header alone.xls": (good[:512], "damaged-file"),
        "magic alone.xls": (good[:8], "damaged-file"),
    }


def _legacy() -> Made:
    corner = label(65_535, 255, "x")
    rows = b"".join(label(at, 255, "y") for at in range(0, 65_536, 16))
    overlap = bytearray(book([_PLAIN, labels(0, "z")]))
    second = overlap.rfind(begin(0x10))
    first = overlap.find(begin(0x10))
    twice = bytes(overlap).replace(struct.pack("<I", second), struct.pack("<I", first), 1)
    inside = bytes(overlap).replace(struct.pack("<I", second), struct.pack("<I", first + 20), 1)
    many = b"".join(biff(0xE0, bytes(20)) for _ in range(20_000))
    small = begin(5) + biff(0x85, struct.pack("<I4B", 0, 0, 0, 1, 0) + b"S") * 3 + END_RECORD
    return {
        "locked.xls": (xls(_PLAIN, extra=biff(0x2F, bytes(54))), "password-protected"),
        "cell far away.xls": (xls(corner), "cell-too-far"),
        "cells far away.xls": (xls(rows), "cell-too-far"),
        "wide record.xls": (
            xls(label(60_000, 0, "x") + biff(0xBD, struct.pack("<2H", 0, 0) + bytes(8_000))),
            "cell-too-far",
        ),
        "a sheet listed twice.xls": (compound({"Workbook": twice}), "unsafe-archive"),
        "a sheet inside another.xls": (compound({"Workbook": inside}), "damaged-file unsafe-archive"),
        "the workbook as a sheet.xls": (compound({"Workbook": small}), "unsafe-archive damaged-file"),
        "formats without end.xls": (xls(_PLAIN, extra=many), "too-large-inside"),
        "records without end.xls": (xls(_PLAIN + biff(0x1B6) * 1_600_000), "too-large-inside"),
        "breaks off in a cell.xls": (compound({"Workbook": book([_PLAIN])[:-12]}), "damaged-file"),
        "cell without a place.xls": (xls(biff(0x203, b"x")), "damaged-file"),
        "date 1e308.xls": (
            xls(number(0, 0, 1e308, 1) + number(0, 1, -1e308, 1), extra=_style(0) + _style(14)),
            "layout-unknown",
        ),
        "a formula without its text.xls": (
            xls(biff(0x06, struct.pack("<3H", 0, 0, 0) + bytes(6) + b"\xff\xff" + bytes(8))),
            "unreadable-file layout-unknown",
        ),
        "a text longer than its record.xls": (
            xls(biff(0x204, struct.pack("<3HHB", 0, 0, 0, 60_000, 1) + b"ab")),
            "unreadable-file layout-unknown",
        ),
        "an embedded chart that does not end.xls": (xls(_PLAIN + begin(0x20)), "damaged-file unsafe-archive"),
        "from before 1993.xls": (
            compound({"Workbook": begin(5, 0x0400) + END_RECORD}),
            "damaged-file other-spreadsheet",
        ),
    }


def _style(form: int) -> bytes:
    return biff(0xE0, struct.pack("<3H3B", 0, form, 0, 0, 0, 0) + bytes(11))


def _texts() -> Made:
    """Lists of shared texts that a reader would follow without end, and names that compute texts."""

    def shared(count: int, data: bytes) -> bytes:
        return xls(
            biff(0xFD, struct.pack("<3HI", 0, 0, 0, 0)), extra=biff(0xFC, struct.pack("<2I", count, count) + data)
        )

    backwards = struct.pack("<HBi", 4, 0x04, -11) + b"text"
    doubling = b"".join(_name(at) for at in range(40))
    return {
        "texts that are not there.xls": (shared(4_000_000_000, text_of("a")), "damaged-file"),
        "fewer texts than it says.xls": (shared(5, text_of("abcdef")), "damaged-file"),
        "texts read backwards.xls": (shared(20, backwards), "damaged-file"),
        "text longer than the list.xls": (shared(1, struct.pack("<HB", 60_000, 1) + b"abc"), "damaged-file"),
        "text that is not in the list.xls": (
            xls(biff(0xFD, struct.pack("<3HI", 0, 0, 0, 70_000))),
            "unreadable-file damaged-file",
        ),
        "names that double a text.xls": (xls(_PLAIN + labels(1, "doubling"), extra=doubling), "layout-unknown"),
    }


def _name(at: int) -> bytes:
    """A name that is its forerunner twice over; the first is a long text."""
    text = b"\x17" + bytes((250, 0)) + b"x" * 250
    before = b"\x23" + struct.pack("<IH", at, 0)
    formula = before + before + b"\x08" if at else text
    letter = f"n{at}".encode()
    return biff(
        0x18, struct.pack("<H2BHHH4B", 0, 0, len(letter), len(formula), 0, 0, 0, 0, 0, 0) + b"\0" + letter + formula
    )


def _binary() -> Made:
    plain = binary_texts(0, "Ref", "Said", "Words")
    types = xlsx_parts("", "ms-excel.sheet.binary.macroEnabled.main")["[Content_Types].xml"]
    shared = binary_cell(7, 0, struct.pack("<I", 0))
    long = binary_strings("x" * 300_000)
    rows = [binary_row(at, shared) for at in range(900)]
    broken = record(129) + record(145) + plain
    return {
        "cell far away.xlsb": (xlsb([binary_texts(1_048_575, *["x"] * 20)]), "cell-too-far"),
        "cell outside.xlsb": (xlsb([binary_texts(0xFFFFFFFF, "x")]), "cell-too-far"),
        "column outside.xlsb": (xlsb([binary_row(0, binary_cell(6, 0xFFFFFFFF, wide("x")))]), "cell-too-far"),
        "records that break off.xlsb": (xlsb([], {_BINARY_SHEET: broken + b"\x06\xff\xff\xff\x7f"}), "damaged-file"),
        "a cell that breaks off.xlsb": (xlsb([plain, record(6, b"\0\0")]), "damaged-file"),
        "a text longer than its cell.xlsb": (
            xlsb([binary_row(0, binary_cell(6, 0, struct.pack("<I", 0x7FFFFFFF) + b"ab"))]),
            "unreadable-file layout-unknown damaged-file",
        ),
        "short cells.xlsb": (xlsb([binary_row(0, record(16, bytes(12)))]), "unusual-encoding"),
        "records without end.xlsb": (xlsb([plain, record(60) * 1_600_000]), "too-large-inside"),
        "texts that are not there.xlsb": (
            xlsb([plain], {_STRINGS: binary_strings("a", said=0xFFFFFFF0)}),
            "damaged-file",
        ),
        "text that is not there.xlsb": (
            xlsb([binary_row(0, binary_cell(7, 0, struct.pack("<I", 70_000)))]),
            "damaged-file",
        ),
        "long text in many cells.xlsb": (xlsb(rows, {_STRINGS: long}), "too-large-inside"),
        "a sheet listed twice.xlsb": (xlsb([plain], sheets=2), "damaged-file unsafe-archive"),
        "no list of sheets.xlsb": (
            xlsb([plain], {"xl/workbook.bin": b""}),
            "damaged-file layout-unknown unreadable-file",
        ),
        "a list that breaks off.xlsb": (xlsb([plain], {"xl/workbook.bin": record(156, b"\0" * 8)}), "damaged-file"),
        "xml inside.xlsb": (xlsb([plain], {_BINARY_SHEET: types}), "damaged-file unreadable-file layout-unknown"),
        "a declaration.xlsb": (
            xlsb([plain], {"docProps/app.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><a/>'}),
            "unsafe-xml",
        ),
    }
