"""Small workbooks of every zipped kind, written by hand and byte for byte the same each time."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
Parts = dict[str, bytes]


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with the same bytes whenever it is made."""
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", method) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo("placeholder", (2024, 6, 1, 0, 0, 0))
            info.filename = info.orig_filename = name
            info.compress_type = method
            archive.writestr(info, content)
    return saved.getvalue()


def row(number: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in enumerate(texts)
    )
    return f'<row r="{number}">{cells}</row>'


def sheet_xml(data: str, prolog: str = _PROLOG, after: str = "") -> bytes:
    return f'{prolog}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{after}</worksheet>'.encode()


def strings_xml(items: str, count: int) -> bytes:
    return f'{_PROLOG}<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">{items}</sst>'.encode()


def _relations(*targets: tuple[str, str]) -> bytes:
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{_PROLOG}<Relationships xmlns="{_RELATIONS}">{lines}</Relationships>'.encode()


def xlsx_parts(data: str, kind: str = "openxmlformats-officedocument.spreadsheetml.sheet.main+xml") -> Parts:
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    overrides = f'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.{kind}"/>'
    sheet = '<sheet name="One" sheetId="1" r:id="rId1"/>'
    return {
        "[Content_Types].xml": f'{_PROLOG}<Types xmlns="{types}">{overrides}</Types>'.encode(),
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'{_PROLOG}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheet}</sheets></workbook>'.encode()
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")
        ),
        STRINGS: strings_xml("<si><t>shared</t></si>", 1),
        "xl/styles.xml": (
            f'{_PROLOG}<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            f"</styleSheet>".encode()
        ),
        SHEET: sheet_xml(data),
    }


def xlsx(data: str = "", parts: Mapping[str, bytes] | None = None) -> bytes:
    """An Excel workbook with one sheet, its parts replaced or added to."""
    return packed({**xlsx_parts(data), **(parts or {})})


_CONTENT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">{before}'
    "<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
)
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def content_xml(body: str, prolog: str = _PROLOG, before: str = "") -> bytes:
    return (prolog + _CONTENT.format(body=body, before=before)).encode()


def ods_table(rows: str, name: str = "One", attributes: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{rows}</table:table>'


def ods_row(*texts: str, attributes: str = "") -> str:
    cells = "".join(ods_cell(f"<text:p>{text}</text:p>", 'office:value-type="string"') for text in texts)
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


def ods_cell(inside: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


def ods(body: str, parts: Mapping[str, bytes] | None = None) -> bytes:
    """An OpenDocument spreadsheet with the given tables, its parts replaced or added to."""
    manifest = f"{_PROLOG}<manifest/>".encode()
    return packed(
        {"mimetype": ODS_TYPE, "META-INF/manifest.xml": manifest, "content.xml": content_xml(body), **(parts or {})}
    )


def record(code: int, data: bytes = b"") -> bytes:
    """A record of a binary workbook: type and length in bytes of seven bits."""
    kind = bytes((code,)) if code < 0x80 else bytes((code & 0x7F | 0x80, code >> 7))
    size, length = bytearray(), len(data)
    while True:
        size.append(length & 0x7F | (0x80 if length > 0x7F else 0))
        length >>= 7
        if not length:
            return kind + bytes(size) + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_cell(code: int, column: int, data: bytes = b"") -> bytes:
    return record(code, struct.pack("<2I", column, 0) + data)


def binary_row(number: int, *cells: bytes) -> bytes:
    return record(0, struct.pack("<I", number) + bytes(13)) + b"".join(cells)


def binary_texts(number: int, *texts: str) -> bytes:
    return binary_row(number, *(binary_cell(6, at, wide(text)) for at, text in enumerate(texts)))


def xlsb(rows: Iterable[bytes], parts: Mapping[str, bytes] | None = None, sheets: int = 1) -> bytes:
    """A binary Excel workbook with one sheet (listed as often as `sheets` says), its parts replaced or added to."""
    found = xlsx_parts("", "ms-excel.sheet.binary.macroEnabled.main")
    listed = b"".join(
        record(156, struct.pack("<2I", 0, 1 + at) + wide("rId1") + wide(f"One{at or ''}")) for at in range(sheets)
    )
    kept = {name: found[name] for name in ("[Content_Types].xml",)}
    data = (
        record(129)
        + record(148, struct.pack("<4I", 0, 9, 0, 9))
        + record(145)
        + b"".join(rows)
        + record(146)
        + record(130)
    )
    return packed(
        {
            **kept,
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": record(131) + record(143) + listed + record(144) + record(132),
            "xl/_rels/workbook.bin.rels": _relations(
                ("worksheet", "worksheets/sheet1.bin"), ("sharedStrings", "sharedStrings.bin")
            ),
            "xl/worksheets/sheet1.bin": data,
            "xl/sharedStrings.bin": binary_strings("shared"),
            **(parts or {}),
        }
    )


def binary_strings(*texts: str, said: int | None = None) -> bytes:
    count = len(texts) if said is None else said
    items = b"".join(record(19, b"\x00" + wide(text)) for text in texts)
    return record(159, struct.pack("<2I", count, count)) + items + record(160)
