"""A workbook of Excel 97-2003 (.xls): the stream of records in its compound file, walked before a reader trusts it.

The reader gets the very stream that was walked, with every record that holds no sheet, cell, text or date made
unknown to it: what it does not see (names that compute texts, drawings, embedded charts) cannot hurt it.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import olefile

from toolkit.intake.guards.cells import MOST_CELLS, MOST_TAGS
from toolkit.intake.guards.refusal import Refusal
from toolkit.intake.guards.scanning import Scan

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = struct.Struct("<2H")
_PLACE = struct.Struct("<2H")
_SHEET = struct.Struct("<I2B")
_COUNTS = struct.Struct("<2I")

_BOF, _EOF, _BOUNDSHEET, _SST, _CONTINUE, _FILEPASS = 0x0809, 0x0A, 0x85, 0xFC, 0x3C, 0x2F
_MULRK, _SUPBOOK, _FORMAT, _XF = 0xBD, 0x1AE, 0x41E, 0xE0
_GLOBALS, _WORKSHEET = 0x05, 0x10
_VERSIONS = (0x0500, 0x0600)
_CELLS = frozenset({0x203, 0x27E, _MULRK, 0xFD, 0x204, 0xD6, 0x06, 0x206, 0x406, 0x205})
"""NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING, FORMULA (three forms), BOOLERR."""
_TABLES = frozenset({_BOUNDSHEET, _SST, _FORMAT, _XF, 0x42, 0x22})
"""Of the workbook as a whole; CODEPAGE and DATEMODE too."""
_FORMULA_PARTS = frozenset({0x207, 0x221, 0x4BC, 0x236, 0x37, 0x36})
"""STRING, ARRAY, SHRFMLA and TABLEOP: what stands between a formula and its result."""
_CONNECTIONS = frozenset({0x876, 0x1AD, 0xDC})
_UNKNOWN = 0xE1
"""The type of a record that the reader passes over."""
_MOST = {_FORMAT: 10_000, _XF: 10_000, _BOUNDSHEET: 2_000}
_MOST_TEXTS = 1_000_000
_MACRO_SHEETS = frozenset({1, 6})
_INTERNAL = (b"\x01\x04", b"\x01\x3a", b"\x01\x00")
"""Of a SUPBOOK: this workbook, an add-in, nothing."""
_DDE_MARK, _PATH_MARK = b"\x03", b"\x01"
"""Between program and topic; at the beginning of the path of a file, in which the other stands between folders."""


def look_through(content: bytes) -> Scan:
    """Decide whether a compound file is a workbook that may be read. Raises Refusal."""
    return _Walk(content).scan()


def neutral_stream(content: bytes) -> bytes:
    """The records that a reader needs of a workbook that has passed `look_through`. Raises Refusal."""
    return bytes(_Walk(content).stream)


@dataclass(slots=True)
class _Outside:
    """What the compound file holds besides the workbook."""

    stream: bytearray
    macros: bool
    embedded: bool


def _opened(content: bytes) -> _Outside:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            entries = [[part.casefold() for part in entry] for entry in ole.listdir(streams=True, storages=True)]
            names = {entry[0] for entry in entries}
            _refuse_other_kinds(names)
            stream = "workbook" if "workbook" in names else "book"
            _refuse_false_size(max(ole.get_size(stream), getattr(ole.root, "size", 0)), content)
            records = bytearray(ole.openstream(stream).read())
    except Refusal:
        raise
    except Exception as error:
        found = f"an old Office file that cannot be read: {type(error).__name__}"
        raise Refusal("damaged-file", found) from error
    return _Outside(
        records,
        any(part in {"_vba_project_cur", "_vba_project", "vba"} for entry in entries for part in entry),
        any(name.startswith("mbd") or name == "\x01ole10native" for name in names),
    )


def _refuse_other_kinds(streams: set[str]) -> None:
    """A password-protected workbook, a letter and a workbook from before 2007 have the same outer form."""
    if "encryptedpackage" in streams:
        raise Refusal("password-protected", "an encrypted workbook")
    if streams & {"workbook", "book"}:
        return
    if "worddocument" in streams:
        raise Refusal("not-a-spreadsheet", "a Word 97-2003 document")
    raise Refusal("not-a-spreadsheet", "an old Office file, such as an e-mail or a document")


def _refuse_false_size(size: int, content: bytes) -> None:
    """A stream can go round in circles within the file for as long as its size says."""
    if size > len(content):
        raise Refusal("damaged-file", "a part of it is larger than the file")


@dataclass(slots=True)
class _Found:
    """What the records told: sheets by where they begin, and what there is to be noted."""

    begins: list[int] = field(default_factory=list)
    times: dict[int, int] = field(default_factory=dict)
    macros: bool = False
    links: bool = False
    dde: bool = False
    connections: bool = False


class _Walk:
    """Goes through every record once, and makes those unknown that no reader needs."""

    def __init__(self, content: bytes) -> None:
        outside = _opened(content)
        self.stream = outside.stream
        self._outside = outside
        self._found = _Found()
        self._records = 0
        end = self._globals()
        begins = sorted(self._found.begins)
        if not begins:
            raise Refusal("damaged-file", "it lists no sheet")
        if len(set(begins)) < len(begins) or begins[0] < end:
            raise Refusal("unsafe-archive", "the workbook lists a sheet twice")
        cells = 0
        for begin, limit in zip(begins, [*begins[1:], len(self.stream)], strict=True):
            rows, columns = self._sheet(begin, limit)
            cells += rows * columns
            if cells > MOST_CELLS:
                raise Refusal("cell-too-far", f"a sheet reaches row {rows:,} and column {columns:,}")

    def scan(self) -> Scan:
        """What the look through the records found."""
        found = self._found
        return Scan(
            frozenset(),
            macros=found.macros or self._outside.macros,
            links=found.links,
            embedded=self._outside.embedded,
            dde=found.dde,
            connections=found.connections,
        )

    def _each(self, begin: int) -> Iterator[tuple[int, int, int]]:
        """Type, where its data begin and their length of every record, from one on."""
        stream = self.stream
        while begin + _HEAD.size <= len(stream):
            code, length = _HEAD.unpack_from(stream, begin)
            start = begin + _HEAD.size
            begin = start + length
            self._records += 1
            if begin > len(stream):
                break
            if self._records > MOST_TAGS:
                raise Refusal("too-large-inside", f"more than {MOST_TAGS:,} records")
            yield code, start, length
        raise Refusal("damaged-file", "a sheet of it breaks off")

    def _begin(self, begin: int, wanted: int) -> Iterator[tuple[int, int, int]]:
        records = self._each(begin)
        code, start, length = next(records)
        version, kind = _PLACE.unpack_from(self.stream, start) if length >= _PLACE.size else (0, 0)
        if code != _BOF or version not in _VERSIONS or kind != wanted:
            raise Refusal("damaged-file", "a sheet of it does not begin as a sheet does")
        return records

    def _globals(self) -> int:
        """Walk the workbook as a whole; where it ends."""
        records = self._begin(0, _GLOBALS)
        texts: list[tuple[int, int]] = []
        last = 0
        for code, start, length in records:
            if code == _FILEPASS:
                raise Refusal("password-protected", "an encrypted workbook of Excel 97-2003")
            if code == _EOF:
                break
            self._note(code, start, length)
            if code == _SST or (code == _CONTINUE and last == _SST):
                texts.append((start, length))
                code = _SST  # noqa: PLW2901 - what follows it is its own
            elif code not in _TABLES:
                self._make_unknown(start)
            self._refuse_too_many(code)
            last = code
        if texts:
            _refuse_false_texts([bytes(self.stream[begin : begin + length]) for begin, length in texts])
        return start + length

    def _refuse_too_many(self, code: int) -> None:
        if code in _MOST:
            self._found.times[code] = self._found.times.get(code, 0) + 1
            if self._found.times[code] > _MOST[code]:
                raise Refusal("too-large-inside", f"more than {_MOST[code]:,} sheets or formats")

    def _note(self, code: int, start: int, length: int) -> None:
        found, data = self._found, self.stream[start : start + length]
        if code == _BOUNDSHEET and length > _SHEET.size:
            begin, _, kind = _SHEET.unpack_from(data)
            if kind == 0:
                found.begins.append(begin)
            found.macros = found.macros or kind in _MACRO_SHEETS
        elif code == _SUPBOOK and data[2:4] not in _INTERNAL:
            path = data[5:]
            asks_program = _DDE_MARK in path and not path.startswith(_PATH_MARK)
            found.dde = found.dde or asks_program
            found.links = found.links or not asks_program
        elif code in _CONNECTIONS:
            found.connections = True

    def _sheet(self, begin: int, limit: int) -> tuple[int, int]:
        """Walk one sheet; the rows and columns that its cells reach."""
        rows = columns = depth = 0
        for code, start, length in self._begin(begin, _WORKSHEET):
            if start + length > limit:
                break
            if code == _BOF:
                depth += 1
            if code in _CELLS and not depth:
                if length < _PLACE.size + 2:
                    raise Refusal("damaged-file", "a cell of it breaks off")
                row, column = _PLACE.unpack_from(self.stream, start)
                width = (length - 6) // 6 if code == _MULRK else 1
                rows, columns = max(rows, row + 1), max(columns, column + width)
            elif code == _EOF and not depth:
                return rows, columns
            elif depth or not (code in _FORMULA_PARTS or code == _CONTINUE):
                self._make_unknown(start)
                depth -= code == _EOF
            if code in _CONNECTIONS:
                self._found.connections = True
        raise Refusal("unsafe-archive", "its sheets overlap")

    def _make_unknown(self, start: int) -> None:
        self.stream[start - _HEAD.size : start - _HEAD.size + 2] = _UNKNOWN.to_bytes(2, "little")


def _refuse_false_texts(pieces: list[bytes]) -> None:
    """Walk the list of shared texts as the reader does: forwards only, within the file, no more than it says."""
    if len(pieces[0]) < _COUNTS.size:
        raise Refusal("damaged-file", "its list of texts breaks off")
    _, wanted = _COUNTS.unpack_from(pieces[0])
    if wanted > min(_MOST_TEXTS, sum(map(len, pieces))):
        raise Refusal("damaged-file", "it does not hold as many texts as it says")
    at, pos = 0, _COUNTS.size
    try:
        for _ in range(wanted):
            at, pos = _after_text(pieces, at, pos)
    except (IndexError, struct.error) as error:
        raise Refusal("damaged-file", "its list of texts breaks off") from error


def _after_text(pieces: list[bytes], at: int, pos: int) -> tuple[int, int]:
    """Where the next text begins: which piece, and where in it."""
    data = pieces[at]
    wanted, options = struct.unpack_from("<HB", data, pos)
    pos += 3
    runs = skipped = 0
    if options & 0x08:
        (runs,) = struct.unpack_from("<H", data, pos)
        pos += 2
    if options & 0x04:
        (skipped,) = struct.unpack_from("<I", data, pos)
        pos += 4
    while True:
        wide = options & 0x01
        got = min((len(data) - pos) >> wide, wanted)
        if got < 0:
            raise IndexError
        pos += got << wide
        wanted -= got
        if not wanted:
            break
        at += 1
        data = pieces[at]
        options, pos = data[0], 1
    pos += 4 * runs + skipped
    while pos >= len(pieces[at]) and at + 1 < len(pieces):
        pos -= len(pieces[at])
        at += 1
    if pos > len(pieces[at]):
        raise IndexError
    return at, pos
