"""A workbook as the zip file it is: its directory checked before anything is unpacked, its parts within limits."""

from __future__ import annotations

import io
import struct
import zipfile
from functools import lru_cache
from itertools import pairwise
from typing import cast

from toolkit.intake.guards.refusal import Refusal

try:
    from isal import isal_zlib as zlib
except ImportError:  # it has no wheels for some machines
    import zlib  # type: ignore[no-redef]

MOST_ENTRIES = 2000
LARGEST_TOTAL = 300_000_000
HIGHEST_RATIO = 250
"""Unpacked to packed size; real workbooks stay under 60, and deflate could reach 1032."""
_RATIO_MATTERS_FROM = 1_000_000
_REMEMBERED = 2_000_000
"""Bytes, unpacked, that a package keeps of what was read of it; an audit's parts have some hundred thousand in all."""
_SHORT_PACKED, _SHORT, _REMEMBERED_SHORT = 4_000, 50_000, 64
"""Bytes of short parts, packed and unpacked, and how many of them are remembered beyond their package."""
_SHEETS = "xl/worksheets/"

_UNPACKING_ERROR = cast("type[Exception]", zlib.error)
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_LOCAL_MAGIC = b"PK\x03\x04"
_ENCRYPTED = 0x1 | 0x40
_ENTRY = struct.Struct("<4s6H3I5H2I")
_ENTRY_MAGIC = b"PK\x01\x02"
_END = struct.Struct("<4s4H2IH")
_END_MAGIC = b"PK\x05\x06"
_EXTRA = struct.Struct("<2H")
_UNICODE_NAME = 0x7075
_VERSION, _UTF8_NAME, _FIRST_DAY = 20, 0x800, 0x21
"""In every header that is written: the version of plain zip files, names in UTF-8, 1 January 1980."""


class Package:
    """The parts of a zip file whose directory has passed the checks.

    Raises:
        Refusal: the directory is damaged, or built as no spreadsheet program builds one.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
        except Exception as error:
            raise Refusal("damaged-file", f"its directory cannot be read: {error}") from error
        self._check_end()
        if len(entries) > MOST_ENTRIES:
            raise Refusal("too-large-inside", f"{len(entries)} parts")
        total = sum(entry.file_size for entry in entries)
        if total > LARGEST_TOTAL or total > HIGHEST_RATIO * len(content):
            raise Refusal("too-large-inside", f"{total // 1_000_000} MB")
        self._parts: dict[str, tuple[zipfile.ZipInfo, int]] = {}
        self._is_small = total <= _REMEMBERED
        self._whole: dict[str, bytes] = {}
        self._check(entries)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    @property
    def names(self) -> tuple[str, ...]:
        """The parts' names, in the order of the directory."""
        return tuple(self._parts)

    def read(self, name: str) -> bytes:
        """A whole part, unpacked within its size. Raises Refusal where it is damaged or not as large as it says.

        KeyError where there is no such part.
        """
        if name in self._whole:
            return self._whole[name]
        entry, start = self._parts[name]
        packed = memoryview(self._content)[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_STORED:
            whole = bytes(packed)
        elif self.may_be_common(name):
            whole = _known(entry.filename, bytes(packed), entry.file_size)
        else:
            whole = _inflated(entry.filename, packed, entry.file_size)
        if len(whole) != entry.file_size or zlib.crc32(whole) != entry.CRC:
            raise Refusal("damaged-file", f"the part {name} is not whole")
        if self._is_small:
            self._whole[name] = whole
        return whole

    def may_be_common(self, name: str) -> bool:
        """Whether it is worth while to remember a part: it is short, and no sheet, which differs in every workbook."""
        entry, _ = self._parts[name]
        return entry.compress_size <= _SHORT_PACKED and entry.file_size <= _SHORT and _SHEETS not in name

    def unpacked(self) -> bytes:
        """A zip file of the same parts with nothing packed: spares a reader to unpack them again.

        The file as it came where that is large.
        """
        if not self._is_small:
            return self._content
        local: list[bytes] = []
        directory: list[bytes] = []
        offset = 0
        for part, (entry, _) in self._parts.items():
            whole, name = self.read(part), entry.orig_filename.encode()
            size = len(whole)
            facts = (_UTF8_NAME, zipfile.ZIP_STORED, 0, _FIRST_DAY, entry.CRC, size, size, len(name), 0)
            directory += _ENTRY.pack(_ENTRY_MAGIC, _VERSION, _VERSION, *facts, 0, 0, 0, 0, offset), name
            local += _LOCAL_HEADER.pack(_LOCAL_MAGIC, _VERSION, *facts), name, whole
            offset += _LOCAL_HEADER.size + len(name) + size
        count, size = len(self._parts), sum(map(len, directory))
        return b"".join((*local, *directory, _END.pack(_END_MAGIC, 0, 0, count, count, size, offset, 0)))

    def _check_end(self) -> None:
        """The directory must reach the end of the file, so that every program finds the same one."""
        magic, *_, size, start, comment = _END.unpack(self._content[-_END.size :])
        if magic != _END_MAGIC or comment or start + size != len(self._content) - _END.size:
            raise Refusal("damaged-file", "its directory is not at its end")

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        seen: set[str] = set()
        spans: list[tuple[int, int]] = []
        for entry in entries:
            name = entry.filename
            folded = name.casefold()
            if folded in seen:
                raise Refusal("unsafe-archive", f"the part {name} is there twice")
            seen.add(folded)
            if _leads_out(entry.orig_filename):
                raise Refusal("unsafe-archive", f"the part {name} points outside the file")
            if entry.flag_bits & _ENCRYPTED:
                raise Refusal("password-protected", "an encrypted zip archive")
            if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise Refusal("unsafe-archive", f"the part {name} is packed in an unusual way")
            if entry.file_size > _RATIO_MATTERS_FROM and entry.file_size > HIGHEST_RATIO * entry.compress_size:
                raise Refusal("too-large-inside", f"the part {name} unpacks to {entry.file_size // 1_000_000} MB")
            start = self._data_start(entry)
            spans.append((entry.header_offset, start + entry.compress_size))
            self._parts[name] = (entry, start)
        spans.sort()
        for (_, end), (begin, _) in pairwise(spans):
            if begin < end:
                raise Refusal("unsafe-archive", "its parts overlap")
        if spans and spans[-1][1] > len(self._content):
            raise Refusal("damaged-file", "it breaks off")

    def _data_start(self, entry: zipfile.ZipInfo) -> int:
        """Where a part's bytes begin; its own header must agree with the directory."""
        header = self._content[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size or not header.startswith(_LOCAL_MAGIC):
            raise Refusal("damaged-file", f"the part {entry.filename} is not where the directory says")
        *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        begin = entry.header_offset + _LOCAL_HEADER.size
        name = self._content[begin : begin + name_length].decode("utf-8", errors="replace")
        if (name != entry.orig_filename and name.isascii()) or _has_second_name(entry.extra):
            raise Refusal("unsafe-archive", f"the part {entry.filename} has two names")
        return int(begin + name_length + extra_length)


def _inflated(part: str, packed: bytes | memoryview, size: int) -> bytes:
    """A part unpacked within the size that the directory says. Raises Refusal where it has another."""
    unpacker = zlib.decompressobj(-15)
    try:
        whole: bytes = unpacker.decompress(packed, size + 1)
    except _UNPACKING_ERROR as error:
        raise Refusal("damaged-file", f"the part {part} cannot be unpacked") from error
    if len(whole) > size:
        raise Refusal("unsafe-archive", f"the part {part} is larger than it says")
    if not unpacker.eof:
        raise Refusal("damaged-file", f"the part {part} breaks off")
    return whole


_known = lru_cache(maxsize=_REMEMBERED_SHORT)(_inflated)
"""The same for short parts, of which workbooks that were issued alike have many in common, packed alike."""


def _leads_out(name: str) -> bool:
    if ":" in name or "\x00" in name or name.startswith(("/", "\\")):
        return True
    return ".." in name and ".." in name.replace("\\", "/").split("/")


def _has_second_name(extra: bytes) -> bool:
    """Whether a directory entry names its part once more, which some programs follow and some do not."""
    while len(extra) >= _EXTRA.size:
        kind, size = _EXTRA.unpack_from(extra)
        if kind == _UNICODE_NAME:
            return True
        extra = extra[_EXTRA.size + size :]
    return False
