"""A zip file's directory is read alike by us and by `zipfile`, or left to `zipfile`."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest
from hostile.collection import files
from hostile.honest import HONEST, distinct

from toolkit.intake.guards.directory import Entry, _plain_directory, read_directory

_END = 22


def by_zipfile(content: bytes) -> list[Entry]:
    return [
        Entry(*(getattr(each, name) for name in _OF_ZIPFILE))
        for each in zipfile.ZipFile(io.BytesIO(content)).infolist()
    ]


_OF_ZIPFILE = (
    "filename",
    "orig_filename",
    "flag_bits",
    "compress_type",
    "CRC",
    "compress_size",
    "file_size",
    "header_offset",
    "extra",
)


def zipped(*names: str, comment: bytes = b"") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, name * 9)
        archive.comment = comment
    return content.getvalue()


@pytest.mark.parametrize("kind", [each for each in HONEST if each in {"xlsx", "xlsm", "xlsb", "ods"}])
def test_what_programs_write_is_plain(kind: str) -> None:
    content = distinct(kind, "plain")
    assert _plain_directory(content) == by_zipfile(content)


def test_a_crafted_directory_is_read_as_zipfile_reads_it_or_left_to_it() -> None:
    contents = [each.content for each in files().values()]
    plain = [(content, found) for content in contents if (found := _plain_directory(content)) is not None]
    assert plain
    assert all(found == by_zipfile(content) for content, found in plain)


@pytest.mark.parametrize("seed", range(20))
def test_so_is_a_damaged_one(seed: int) -> None:
    chance = random.Random(seed)
    whole = zipped("one.xml", "folder/two.xml", "three.xml")
    begin = whole.find(b"PK\x01\x02")
    for _ in range(100):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(begin, len(content))] = chance.choice((0, 1, 255, chance.randrange(256)))
        found = _plain_directory(bytes(content))
        assert found is None or found == by_zipfile(bytes(content))


@pytest.mark.parametrize("name", ["caf\u00e9.xml", "back\\slash.xml", "with\0nought.xml"])
def test_names_that_programs_read_differently_are_left_to_zipfile(name: str) -> None:
    content = zipped("a.xml", name.replace("\0", "#")).replace(b"with#nought", b"with\0nought")
    assert _plain_directory(content) is None
    assert read_directory(content) == by_zipfile(content)


def test_a_comment_or_a_wrong_number_of_parts_is_left_to_zipfile() -> None:
    assert _plain_directory(zipped("a.xml", comment=b"said")) is None
    content = bytearray(zipped("a.xml", "b.xml"))
    struct.pack_into("<2H", content, len(content) - _END + 8, 1, 1)
    assert _plain_directory(bytes(content)) is None
    assert [each.name for each in read_directory(bytes(content))] == ["a.xml", "b.xml"]


def test_numbers_that_stand_elsewhere_are_left_to_zipfile() -> None:
    """The last name ends as the sign does that says so: `zipfile` would follow it."""
    sign = struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1).replace(b"\0", b"\1")
    content = zipped("a.xml", f"{'b' * 9}{sign.decode('latin-1')}")
    assert content[-_END - 20 : -_END] == sign
    assert _plain_directory(content) is None
