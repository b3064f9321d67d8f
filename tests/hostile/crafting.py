"""Changes that make an honest file a hostile one: lying zip headers, overlaps, cuts, turned bits."""

from __future__ import annotations

import io
import random
import struct
import zipfile

ENTRY = struct.Struct("<4s6H3I5H2I")
"""An entry of a zip file's directory, up to the name."""
_SIZES = 7, 8, 9
_NAME, _EXTRA, _COMMENT, _OFFSET = 10, 11, 12, 16


def entries(content: bytes) -> dict[str, int]:
    """Where the directory's entries are, by the name of the part."""
    found = {}
    at = content.find(b"PK\x01\x02")
    while content[at : at + 4] == b"PK\x01\x02":
        fields = ENTRY.unpack_from(content, at)
        begin = at + ENTRY.size
        found[content[begin : begin + fields[_NAME]].decode("utf-8", "replace")] = at
        at = begin + fields[_NAME] + fields[_EXTRA] + fields[_COMMENT]
    return found


def lying(content: bytes, part: str, field: str, value: int) -> bytes:
    """One field of a part's directory entry changed: crc, packed, size, offset, flags or method."""
    places = {"flags": (8, "<H"), "method": (10, "<H"), "crc": (16, "<I"), "packed": (20, "<I")}
    places |= {"size": (24, "<I"), "offset": (42, "<I")}
    at, form = places[field]
    made = bytearray(content)
    struct.pack_into(form, made, entries(content)[part] + at, value)
    return bytes(made)


def value_of(content: bytes, part: str, field: str) -> int:
    """A field of a part's directory entry: size, packed or offset."""
    fields = ENTRY.unpack_from(content, entries(content)[part])
    return int(fields[{"packed": _SIZES[1], "size": _SIZES[2], "offset": _OFFSET}[field]])


def renamed_inside(content: bytes, part: str, name: str) -> bytes:
    """A part whose own header gives it another name, of the same length, than the directory does."""
    made = bytearray(content)
    begin = value_of(content, part, "offset") + 30
    made[begin : begin + len(part)] = name.encode()
    return bytes(made)


def with_second_names(content: bytes) -> bytes:
    """Every part named once more, in the way of the extra field that some programs follow."""
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            name = f"other/{entry.filename}".encode()
            entry.extra = struct.pack("<2HBI", 0x7075, 5 + len(name), 1, 0) + name
            new.writestr(entry, old.read(entry.filename))
    return saved.getvalue()


def cut(content: bytes, share: float) -> bytes:
    """The beginning of a file."""
    return content[: int(len(content) * share)]


def turned(content: bytes, seed: int, bits: int = 6) -> bytes:
    """A file with some bits turned over."""
    chance = random.Random(seed)
    made = bytearray(content)
    for _ in range(bits):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)
