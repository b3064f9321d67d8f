"""Hostile or wrong as a whole: other kinds of file, texts that are no tables, markers and empty files."""

from __future__ import annotations

import gzip

from hostile.honest import distinct
from hostile.packed import packed

Made = dict[str, tuple[bytes, str]]
_TYPES = b"<Types>application/vnd.openxmlformats-officedocument.%s.main+xml</Types>"


def made() -> Made:
    """This shelf of the collection: bytes and codes, by name."""
    return _others() | _texts()


def _others() -> Made:
    other = "not-a-spreadsheet"
    return {
        "empty.xlsx": (b"", "empty-file"),
        "~$return.xlsx": (b"\x05owner" + bytes(160), "owner-file"),
        "one byte.xlsx": (b"P", other),
        "noughts.xlsx": (bytes(5_000), other),
        "too big.xlsx": (b"PK\x03\x04" + bytes(25_000_000), "too-big"),
        "document.xlsx": (packed({"[Content_Types].xml": _TYPES % b"wordprocessingml.document"}), other),
        "presentation.xlsx": (packed({"[Content_Types].xml": _TYPES % b"presentationml.presentation"}), other),
        "book.ods": (packed({"mimetype": b"application/epub+zip"}), other),
        "archive.xlsx": (packed({"a.txt": b"a"}), other),
        "program.xlsx": (b"MZ\x90\0" + bytes(200), other),
        "unix program.xls": (b"\x7fELF" + bytes(200), other),
        "packed.xlsx": (gzip.compress(distinct("xlsx", "gzip"), mtime=0), other),
        "portable.xls": (b"%PDF-1.7\n%%EOF", other),
        "rich text.xls": (b"{\\rtf1 words}", other),
        "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(50), other),
        "web page.xls": (b"<html><table><tr><td>Ref<td>Rating<td>Evidence</table></html>", other),
        "xml of 2003.xls": (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
            "other-spreadsheet",
        ),
        "flat.ods": (b'<?xml version="1.0"?><office:document office:mimetype="x"/>', other),
        "any xml.csv": (b"<a>1,2,3\n1,2,3\n</a>", other),
    }


def _texts() -> Made:
    plain = "Ref,Said,Words\n1.1,{},x\n"
    return {
        "letter.csv": (
            b"Dear all, please find attached, as agreed, the audit.\nMany thanks, and best wishes",
            "not-a-spreadsheet",
        ),
        "noughts.csv": (plain.format("a\0b").encode(), "not-a-spreadsheet"),
        "utf-16 without a mark.csv": (plain.format("wide").encode("utf-16-le"), "not-a-spreadsheet"),
        "half utf-16.csv": (plain.format("odd").encode("utf-16") + b"x", "not-a-spreadsheet"),
        "noise.csv": (bytes((at * 7919 + at // 13) % 251 + 1 for at in range(9_000)), "not-a-spreadsheet"),
        "control characters.csv": ((plain.format("\x07" * 90)).encode(), "not-a-spreadsheet"),
        "open quotation mark.csv": (
            (plain.format("x") * 3 + '2.1,"never closed,x\n3.1,a,b\n').encode(),
            "damaged-file",
        ),
        "huge value.csv": ((plain.format("y") * 3 + "x" * 200_000 + ",y,z\n").encode(), "too-large-inside"),
        "wide and long.csv": ((plain.format("wide") * 3 + "," * 20_000 + "\n" + "a\n" * 100).encode(), "cell-too-far"),
        "values without end.csv": (plain.format("many").encode() + b"a,b,c\n" * 600_000, "too-large-inside"),
        "lines without end.csv": (plain.format("lines").encode() + b"\n" * 1_600_000, "too-large-inside"),
        "formulas.csv": (plain.format("=cmd|' /c calc'!A0").encode() * 2, "layout-unknown"),
        "separator named.csv": (b"sep=;\nRef;Said;Words\n1.1;sep;x\n", "layout-unknown"),
        "utf-16.csv": (plain.format("utf-16").encode("utf-16"), "layout-unknown"),
        "windows.txt": (plain.format("caf\xe9 \x80").replace(",", "\t").encode("latin-1"), "layout-unknown"),
    }
