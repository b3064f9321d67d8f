"""The directory of a zip file: read here where it is in the plainest form, as spreadsheet programs write it.

Whatever is otherwise in any way is left to `zipfile`, which knows all forms and takes three times as long.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import NamedTuple

_END = struct.Struct("<4s4H2IH")
_END_MAGIC = b"PK\x05\x06"
_LARGE_MAGIC, _LARGE_SIZE = b"PK\x06\x07", 20
"""What stands before the end of a directory that has its numbers elsewhere."""
_ENTRY = struct.Struct("<4s4B4H3I5H2I")
_ENTRY_MAGIC = b"PK\x01\x02"
_NEWEST = 63
"""The version of zip files that `zipfile` reads, times ten."""
_ELSEWHERE = 0xFFFFFFFF
"""A number that says that the true one is elsewhere."""


class Entry(NamedTuple):
    """One part as the directory has it; `written_name` is its name before any program made something of it."""

    name: str
    written_name: str
    flags: int
    method: int
    checksum: int
    packed_size: int
    size: int
    header_at: int
    extra: bytes


def read_directory(content: bytes) -> list[Entry]:
    """Every part that a zip file lists, in its order. Raises whatever `zipfile` raises where it cannot be read."""
    found = _plain_directory(content)
    if found is not None:
        return found
    return [
        Entry(
            each.filename,
            each.orig_filename,
            each.flag_bits,
            each.compress_type,
            each.CRC,
            each.compress_size,
            each.file_size,
            each.header_offset,
            each.extra,
        )
        for each in zipfile.ZipFile(io.BytesIO(content)).infolist()
    ]


def _plain_directory(content: bytes) -> list[Entry] | None:
    """The same where the directory stands at the end, has no numbers elsewhere, and only plain names; else None."""
    last = len(content) - _END.size
    if last < 0:
        return None
    magic, disk, first_disk, here, count, size, at, comment = _END.unpack_from(content, last)
    if magic != _END_MAGIC or disk or first_disk or here != count or comment or at + size != last:
        return None
    if content.startswith(_LARGE_MAGIC, last - _LARGE_SIZE):
        return None
    found: list[Entry] = []
    while at < last and (each := _plain_entry(content, at, last)) is not None:
        found.append(each)
        at += _ENTRY.size + len(each.name)
    return found if at == last and len(found) == count else None


def _plain_entry(content: bytes, at: int, last: int) -> Entry | None:
    """The entry at a place; None where there is none, or more to it than a plain name."""
    begin = at + _ENTRY.size
    if begin > last:
        return None
    (
        magic,
        _,
        _,
        version,
        _,
        flags,
        method,
        _,
        _,
        checksum,
        packed_size,
        size,
        length,
        extra,
        comment,
        _,
        _,
        _,
        where,
    ) = _ENTRY.unpack_from(content, at)
    written = content[begin : begin + length]
    if magic != _ENTRY_MAGIC or version > _NEWEST or extra or comment or begin + length > last:
        return None
    if _ELSEWHERE in {packed_size, size, where} or not written.isascii() or b"\0" in written or b"\\" in written:
        return None
    name = written.decode("ascii")
    return Entry(name, name, flags, method, checksum, packed_size, size, where, b"")
