"""Compound files (OLE) and the records of Excel 97-2003 in them, written by hand."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST = 4096
"""Smaller streams are kept in another way."""


def compound(streams: Mapping[str, bytes], storages: Sequence[str] = (), size: int | None = None) -> bytes:
    """A compound file; every stream is filled up with zeros to 4096 bytes.

    Args:
        streams: their contents by name.
        storages: the names of empty folders.
        size: what the directory says of the first stream's size; None for the truth.
    """
    filled = {name: content.ljust(_SMALLEST, b"\0") for name, content in streams.items()}
    sectors = {name: -(-len(content) // SECTOR) for name, content in filled.items()}
    directory = -(-(1 + len(filled) + len(storages)) // 4)
    tables = 1
    while tables * 128 < tables + directory + sum(sectors.values()):
        tables += 1
    chain = [FAT] * tables + _chain(tables, directory)
    starts = {}
    for name, count in sectors.items():
        starts[name] = len(chain)
        chain += _chain(len(chain), count)
    chain += [FREE] * (tables * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<4I", 0, tables, tables, 0) + struct.pack("<5I", _SMALLEST, END, 0, END, 0)
    header += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    entries = [("Root Entry", 5, END, 0, 1)]
    count = len(filled) + len(storages)
    entries += [(name, 2, starts[name], len(content), 0) for name, content in filled.items()]
    entries += [(name, 1, 0, 0, 0) for name in storages]
    listed = b"".join(
        _entry(name, kind, (start, length if size is None or at != 1 else size), child, at + 1 if 0 < at < count else 0)
        for at, (name, kind, start, length, child) in enumerate(entries)
    )
    body = b"".join(content.ljust(sectors[name] * SECTOR, b"\0") for name, content in filled.items())
    return header[:SECTOR] + struct.pack(f"<{len(chain)}I", *chain) + listed.ljust(directory * SECTOR, b"\0") + body


def _chain(begin: int, count: int) -> list[int]:
    return [*range(begin + 1, begin + count), END]


def _entry(name: str, kind: int, where: tuple[int, int], child: int, right: int) -> bytes:
    text = name.encode("utf-16-le")
    made = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    made += struct.pack("<3I", FREE, right or FREE, child or FREE) + bytes(36)
    return made + struct.pack("<IQ", *where)


def biff(code: int, data: bytes = b"") -> bytes:
    """A record of Excel 97-2003."""
    return struct.pack("<2H", code, len(data)) + data


def begin(kind: int, version: int = 0x600) -> bytes:
    return biff(0x809, struct.pack("<4H2I", version, kind, 0x0DBB, 0x07CC, 0, 6))


def text_of(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def label(row: int, column: int, text: str) -> bytes:
    return biff(0x204, struct.pack("<3H", row, column, 0) + text_of(text))


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return biff(0x203, struct.pack("<3Hd", row, column, style, value))


def error(row: int, column: int, code: int) -> bytes:
    return biff(0x205, struct.pack("<3H2B", row, column, 0, code, 1))


def truth(row: int, column: int, *, value: bool) -> bytes:
    return biff(0x205, struct.pack("<3H2B", row, column, 0, value, 0))


def labels(row: int, *texts: str) -> bytes:
    return b"".join(label(row, at, text) for at, text in enumerate(texts))


END_RECORD = biff(0x0A)


def book(sheets: Sequence[bytes], extra: bytes = b"", kinds: Sequence[int] = (), hidden: Sequence[int] = ()) -> bytes:
    """The stream of a workbook: its sheets' cells, and records of the workbook as a whole."""
    names = [f"Sheet {at + 1}".encode() for at in range(len(sheets))]
    bundles = sum(4 + 8 + len(name) for name in names)
    top = begin(5) + biff(0x42, struct.pack("<H", 1200)) + extra
    at = len(top) + bundles + len(END_RECORD)
    listed = b""
    for index, (name, cells) in enumerate(zip(names, sheets, strict=True)):
        kind = kinds[index] if kinds else 0
        listed += biff(0x85, struct.pack("<I4B", at, int(index in hidden), kind, len(name), 0) + name)
        at += len(begin(0x10)) + len(cells) + len(END_RECORD)
    return top + listed + END_RECORD + b"".join(begin(0x10) + cells + END_RECORD for cells in sheets)


def xls(*sheets: bytes, extra: bytes = b"", storages: Sequence[str] = ()) -> bytes:
    """A workbook of Excel 97-2003."""
    return compound({"Workbook": book(sheets, extra)}, storages)
