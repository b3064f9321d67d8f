"""What kind of file it is, by its first bytes, so that the sender gets a useful answer; never by its extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.guards.refusal import Refusal

if TYPE_CHECKING:
    from toolkit.intake.guards.package import Package

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""With which a text in UTF-16 begins."""

_NOT_SPREADSHEETS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"BM", "a picture"),
    (b"{\\rtf", "a rich text document"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
)
_WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<table", b"<body")
_TEXT_SAMPLE = 4096

_MAIN_TYPES = (
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"spreadsheetml.template.main+xml", "xlsx"),
    (b"ms-excel.sheet.macroEnabled.main+xml", "xlsm"),
    (b"ms-excel.template.macroEnabled.main+xml", "xlsm"),
    (b"ms-excel.sheet.binary.macroEnabled.main", "xlsb"),
)
_OTHER_TYPES = (
    (b"wordprocessingml", "not-a-spreadsheet", "a Word document"),
    (b"presentationml", "not-a-spreadsheet", "a PowerPoint presentation"),
)


def family(content: bytes) -> str:
    """`zip`, `ole` or `text`: what a file is on the outside. Raises Refusal with the kind of file in words."""
    if content.startswith(ZIP):
        return "zip"
    if content.startswith(OLE):
        return "ole"
    for magic, kind in _NOT_SPREADSHEETS:
        if content.startswith(magic):
            raise Refusal("not-a-spreadsheet", kind)
    _refuse_marked_up(content[:_TEXT_SAMPLE])
    return "text"


def _refuse_marked_up(sample: bytes) -> None:
    start = sample.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith(_WEB_PAGE):
        raise Refusal("not-a-spreadsheet", "a web page")
    if start.startswith(b"<") and b"excel.sheet" in sample.lower():
        raise Refusal("other-spreadsheet", "an XML spreadsheet of 2003")
    if start.startswith(b"<"):
        raise Refusal("not-a-spreadsheet", "an XML file")


def workbook_kind(package: Package) -> str:
    """`xlsx`, `xlsm`, `xlsb` or `ods`, as its list of content types says. Raises Refusal for any other zip file."""
    if "mimetype" in package and b"opendocument.spreadsheet" in package.read("mimetype")[:200]:
        return "ods"
    if "mimetype" in package:
        raise Refusal("not-a-spreadsheet", "an OpenDocument or e-book file")
    if "[Content_Types].xml" not in package:
        raise Refusal("not-a-spreadsheet", "a zip archive")
    types = package.read("[Content_Types].xml")
    for mark, kind in _MAIN_TYPES:
        if mark in types:
            return kind
    for mark, code, found in _OTHER_TYPES:
        if mark in types:
            raise Refusal(code, found)
    raise Refusal("not-a-spreadsheet", "an Office file of another kind")
