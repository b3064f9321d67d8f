"""What kind of file it is, by its first bytes, so that the sender gets a useful answer; never by its extension."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import olefile

from toolkit.intake.guards.refusal import Refusal

if TYPE_CHECKING:
    from toolkit.intake.guards.package import Package

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

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
_FEWEST_COLUMNS = 3

_MAIN_TYPES = (
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"spreadsheetml.template.main+xml", "xlsx"),
    (b"ms-excel.sheet.macroEnabled.main+xml", "xlsm"),
    (b"ms-excel.template.macroEnabled.main+xml", "xlsm"),
)
_OTHER_TYPES = (
    (b"ms-excel.sheet.binary.macroEnabled.main", "other-spreadsheet", "a binary Excel workbook (.xlsb)"),
    (b"wordprocessingml", "not-a-spreadsheet", "a Word document"),
    (b"presentationml", "not-a-spreadsheet", "a PowerPoint presentation"),
)


def refuse_by_first_bytes(content: bytes) -> None:
    """Turn away what is not a zip file. Raises Refusal with the kind of file in words."""
    if content.startswith(ZIP):
        return
    if content.startswith(OLE):
        raise _ole(content)
    for magic, kind in _NOT_SPREADSHEETS:
        if content.startswith(magic):
            raise Refusal("not-a-spreadsheet", kind)
    raise _text(content[:_TEXT_SAMPLE])


def _ole(content: bytes) -> Refusal:
    """A password-protected workbook and a workbook from before 2007 have the same outer form."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            streams = {entry[0].casefold() for entry in ole.listdir()}
    except Exception as error:  # noqa: BLE001 - olefile raises many kinds on a damaged file; all mean the same here
        return Refusal("damaged-file", f"an old Office file that cannot be read: {type(error).__name__}")
    if "encryptedpackage" in streams:
        return Refusal("password-protected", "an encrypted workbook")
    if streams & {"workbook", "book"}:
        return Refusal("other-spreadsheet", "a workbook of Excel 97-2003 (.xls)")
    if "worddocument" in streams:
        return Refusal("not-a-spreadsheet", "a Word 97-2003 document")
    return Refusal("not-a-spreadsheet", "an old Office file, such as an e-mail or a document")


def _text(sample: bytes) -> Refusal:
    start = sample.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    lines = [line for line in sample.splitlines() if line.strip()]
    kinds = (
        (sample.startswith((b"\xff\xfe", b"\xfe\xff")), "other-spreadsheet", "a text file"),
        (b"\x00" in sample, "not-a-spreadsheet", "of a kind that the toolkit does not know"),
        (start.startswith(_WEB_PAGE), "not-a-spreadsheet", "a web page"),
        (b"excel.sheet" in sample.lower(), "other-spreadsheet", "an XML spreadsheet of 2003"),
        (start.startswith(b"<"), "not-a-spreadsheet", "an XML file"),
        (
            bool(lines) and any(lines[0].count(mark) >= _FEWEST_COLUMNS - 1 for mark in (b",", b";", b"\t")),
            "other-spreadsheet",
            "a text file with separated values (.csv)",
        ),
    )
    return next(
        (Refusal(code, found) for fits, code, found in kinds if fits), Refusal("not-a-spreadsheet", "a text file")
    )


def workbook_kind(package: Package) -> str:
    """`xlsx` or `xlsm`, as the list of content types says. Raises Refusal for any other kind of zip file."""
    if "mimetype" in package and b"opendocument.spreadsheet" in package.read("mimetype")[:200]:
        raise Refusal("other-spreadsheet", "an OpenDocument spreadsheet (.ods)")
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
