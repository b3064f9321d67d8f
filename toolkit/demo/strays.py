"""Files that are no workbook, whatever their names say."""

from __future__ import annotations

import struct

from toolkit.demo.chance import chance

_SECTOR = 512
_END_OF_CHAIN = 0xFFFFFFFE
_FREE = 0xFFFFFFFF
_FAT = 0xFFFFFFFD
_STREAM_SECTORS = 8
_NOBODY = 0xFFFFFFFF


def report_as_pdf(title: str) -> bytes:
    """A small PDF, as somebody might save under the wrong ending."""
    text = title.encode("ascii", errors="replace").replace(b"(", b"[").replace(b")", b"]")
    page = b"BT /F1 18 Tf 72 720 Td (" + text + b") Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def workbook_with_password(key: str) -> bytes:
    """A container as Excel writes one for a workbook with a password: two streams, whose contents mean nothing here.

    Args:
        key: decides the contents, so that two such files differ.

    Source: MS-CFB (the container: header, allocation table, directory) and MS-OFFCRYPTO 1.3.2 (the streams' names).
    """
    streams = ("EncryptionInfo", "EncryptedPackage")
    size = _STREAM_SECTORS * _SECTOR
    table = [_FAT, _END_OF_CHAIN]
    for number in range(len(streams)):
        first = 2 + number * _STREAM_SECTORS
        table += [*range(first + 1, first + _STREAM_SECTORS), _END_OF_CHAIN]
    table += [_FREE] * (_SECTOR // 4 - len(table))
    entries = [_entry("Root Entry", 5, child=2, start=_END_OF_CHAIN, size=0)]
    entries += [
        _entry(name, 2, left=1 if number else _NOBODY, start=2 + number * _STREAM_SECTORS, size=size)
        for number, name in enumerate(streams)
    ]
    entries.append(_entry("", 0, start=0, size=0))
    header = struct.pack(
        "<8s16sHHHHH6s9I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        *(0, 1, 1, 0, 4096, _END_OF_CHAIN, 0, _END_OF_CHAIN, 0),
    )
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    info = struct.pack("<HHI", 4, 4, 0x40).ljust(size, b"\0")
    package = chance(key).randbytes(size)
    return header + struct.pack(f"<{_SECTOR // 4}I", *table) + b"".join(entries) + info + package


def _entry(name: str, kind: int, *, left: int = _NOBODY, child: int = _NOBODY, start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le")
    length = len(letters) + 2 if name else 0
    return struct.pack("<64sHBBIII16sIQQIQ", letters, length, kind, 1, left, _NOBODY, child, b"", 0, 0, 0, start, size)
