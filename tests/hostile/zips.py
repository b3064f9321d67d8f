"""Hostile as zip files: bombs, lies in the directory, names that lead elsewhere, two files in one."""

from __future__ import annotations

import zipfile

from hostile.crafting import lying, renamed_inside, value_of, with_second_names
from hostile.honest import distinct
from hostile.packed import SHEET, packed, row, sheet_xml, xlsx, xlsx_parts

Made = dict[str, tuple[bytes, str]]
_NOUGHT = b"\0" * 30_000_000
_SPACES = b" " * 30_000_000


def made() -> Made:
    """This shelf of the collection: bytes and codes, by name."""
    return _bombs() | _lies() | _names() | _polyglots()


def _nested(depth: int) -> bytes:
    inner = packed({"0": _NOUGHT})
    for _ in range(depth):
        inner = packed({f"{at}.zip": inner for at in range(10)})
    return inner


def _bombs() -> Made:
    honest = sheet_xml(row(1, "x"))
    spaced = honest.replace(b"<sheetData>", b"<sheetData>" + _SPACES)
    return {
        "bomb in a picture.xlsx": (xlsx("", {"xl/media/image1.png": _NOUGHT}), "too-large-inside"),
        "bomb in a sheet.xlsx": (xlsx("", {SHEET: spaced}), "too-large-inside"),
        "bomb of many small parts.xlsx": (
            xlsx("", {f"xl/media/{at}.bin": b"\0" * 900_000 for at in range(60)}),
            "too-large-inside",
        ),
        "bomb of many parts.xlsx": (xlsx("", {f"x/{at}": b"x" for at in range(2_500)}), "too-large-inside"),
        "bomb in a bomb.xlsx": (xlsx("", {"xl/embeddings/package.zip": _nested(3)}), "layout-unknown too-large-inside"),
        "bomb that is no workbook.xlsx": (_nested(1), "not-a-spreadsheet too-large-inside"),
        "bomb that hides its size.xlsx": (
            lying(xlsx("", {"xl/media/image1.png": _NOUGHT}), "xl/media/image1.png", "size", 1_000),
            "unsafe-archive",
        ),
        "bomb in the content types.xlsx": (
            lying(xlsx("", {"[Content_Types].xml": _SPACES}), "[Content_Types].xml", "size", 500),
            "unsafe-archive",
        ),
        "bomb in an ods.ods": (
            packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": _SPACES}),
            "too-large-inside",
        ),
    }


def _lies() -> Made:
    plain = xlsx(row(1, "a", "lie"), {"xl/media/image1.png": b"picture " * 9, "xl/media/image2.png": b"other " * 9})
    picture = "xl/media/image2.png"
    first = value_of(plain, "xl/media/image1.png", "offset")
    return {
        "lie about a size.xlsx": (lying(plain, picture, "size", 10_000_000), "damaged-file too-large-inside"),
        "lie about all sizes.xlsx": (lying(plain, picture, "size", 0xFFFFFFFF), "damaged-file too-large-inside"),
        "lie about a packed size.xlsx": (lying(plain, picture, "packed", 900_000), "damaged-file unsafe-archive"),
        "lie about a checksum.xlsx": (lying(plain, picture, "crc", 1), "damaged-file"),
        "lie about a place.xlsx": (lying(plain, picture, "offset", 7), "damaged-file"),
        "lie about a place outside.xlsx": (lying(plain, picture, "offset", 0x7FFFFFFF), "damaged-file unsafe-archive"),
        "overlapping parts.xlsx": (lying(plain, picture, "offset", first), "unsafe-archive"),
        "encrypted part.xlsx": (lying(plain, picture, "flags", 1), "password-protected"),
        "strongly encrypted part.xlsx": (lying(plain, picture, "flags", 0x41), "password-protected"),
        "unknown packing.xlsx": (lying(plain, picture, "method", 99), "unsafe-archive damaged-file"),
        "packed with bzip2.xlsx": (packed(xlsx_parts(row(1, "bzip2")), zipfile.ZIP_BZIP2), "unsafe-archive"),
        "packed with lzma.xlsx": (packed(xlsx_parts(row(1, "lzma")), zipfile.ZIP_LZMA), "unsafe-archive"),
        "two names for a part.xlsx": (renamed_inside(plain, picture, "xl/media/image3.png"), "unsafe-archive"),
        "second names.xlsx": (with_second_names(plain), "unsafe-archive"),
        "no parts at all.xlsx": (packed({}), "not-a-spreadsheet damaged-file"),
    }


def _names() -> Made:
    names = {
        "leads up": "../../../evil.xml",
        "leads up with backslashes": "..\\..\\evil.xml",
        "leads to the root": "/etc/evil.xml",
        "leads to a drive": "C:/evil.xml",
        "leads to a stream of a file": "xl/a.xml:evil",
        "two cases": "XL/WORKBOOK.XML",
        "ends in a nought": "xl/evil.xml\0.png",
    }
    return {
        f"name that {name}.xlsx": (xlsx(row(1, name), {part: b"<a/>"}), "unsafe-archive")
        for name, part in names.items()
    }


def _polyglots() -> Made:
    def honest(mark: str) -> bytes:
        return distinct("xlsx", mark)

    return {
        "pdf and workbook.xlsx": (b"%PDF-1.7\n" + honest("pdf"), "not-a-spreadsheet"),
        "picture and workbook.xlsx": (b"GIF89a" + honest("gif"), "not-a-spreadsheet"),
        "program and workbook.xlsx": (b"MZ\x90\0" + honest("exe"), "not-a-spreadsheet"),
        "web page and workbook.xlsx": (b"<html><script>1</script></html>" + honest("html"), "not-a-spreadsheet"),
        "text and workbook.csv": (b"a,b,c\n1,2,3\n" + honest("text"), "not-a-spreadsheet"),
        "workbook and text.xlsx": (honest("appended") + b"\na,b,c\n", "damaged-file"),
        "workbook with a comment.xlsx": (honest("comment")[:-2] + b"\x05\0words", "damaged-file"),
        "workbook in a workbook.xlsx": (honest("outer") + honest("inner"), "damaged-file unsafe-archive"),
        "old workbook and new.xlsx": (distinct("xls", "both") + honest("both"), "layout-unknown damaged-file"),
    }
