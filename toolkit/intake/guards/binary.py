"""A binary workbook of Excel (.xlsb): its zip parts hold records instead of XML, walked before a reader trusts them.

The reader shows an error cell as an empty one, so the walk notes where they are.
"""

from __future__ import annotations

import html
import re
import struct
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.intake.guards.cells import MOST_CELLS, MOST_TAGS, MOST_TEXT
from toolkit.intake.guards.refusal import Refusal
from toolkit.intake.guards.scanning import Scan, inventory, scan_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.intake.guards.package import Package

_WORKBOOK, _RELATIONS, _STRINGS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels", "xl/sharedstrings.bin"
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^<>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

_ROW, _BUNDLE, _BEGIN_STRINGS, _STRING = 0, 156, 159, 19
_BEGIN_DATA, _END_DATA = 145, 146
_ERROR, _SHARED, _FORMULA_ERROR = 3, 7, 11
_CELLS = frozenset(range(1, 12))
_SHORT_CELLS = frozenset(range(12, 19))
_BLANK = 1
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_NUMBER = struct.Struct("<I")
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


@dataclass(frozen=True, slots=True)
class BinarySheet:
    """One sheet: its name, its part, how far its cells reach, its error cells as (row, column, text), from 0."""

    name: str
    part: str
    rows: int
    columns: int
    errors: tuple[tuple[int, int, str], ...]
    texts: Counter[int]
    """How often each shared text is used."""


def scan_binary(package: Package) -> Scan:
    """Walk the records of every sheet. Raises Refusal where one is not safe to read."""
    scan_parts(package)
    sheets = binary_sheets(package)
    uses: Counter[int] = Counter()
    cells = 0
    for sheet in sheets:
        uses.update(sheet.texts)
        cells += sheet.rows * sheet.columns
        if cells > MOST_CELLS:
            place = f"{sheet.name} reaches row {sheet.rows:,} and column {sheet.columns:,}"
            raise Refusal("cell-too-far", place)
    lengths = _text_lengths(package)
    if max(uses, default=-1) >= len(lengths):
        raise Refusal("damaged-file", "a cell has a text that is not in its list of texts")
    total = sum(times * lengths[at] for at, times in uses.items())
    if total > MOST_TEXT:
        raise Refusal("too-large-inside", f"long texts that many cells share, {total // 1_000_000:,} MB")
    return inventory(package, frozenset(sheet.part for sheet in sheets if sheet.errors))


def binary_sheets(package: Package) -> list[BinarySheet]:
    """The sheets that the workbook lists. Raises Refusal where their records are not sound."""
    parts = {name.replace("\\", "/").casefold(): name for name in package.names}
    if _WORKBOOK not in parts or _RELATIONS not in parts:
        raise Refusal("damaged-file", "it has no list of sheets")
    targets = _targets(package.read(parts[_RELATIONS]).decode("utf-8", errors="replace"))
    sheets: list[BinarySheet] = []
    for code, data in _records(package.read(parts[_WORKBOOK])):
        if code != _BUNDLE:
            continue
        key, after = _wide_text(data, 8)
        name, _ = _wide_text(data, after)
        target = targets.get(key, "").replace("\\", "/").casefold()
        part = next((parts[each] for each in (target.lstrip("/"), f"xl/{target}") if each in parts), "")
        if not part or any(part == sheet.part for sheet in sheets):
            raise Refusal("damaged-file", f"the sheet {name!r} is not where the workbook says")
        sheets.append(_walk(name, part, package.read(part)))
    return sheets


def _targets(xml: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _RELATION.finditer(xml):
        attributes = {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(match[1])}
        found[attributes.get("Id", "")] = attributes.get("Target", "")
    return found


def _walk(name: str, part: str, content: bytes) -> BinarySheet:
    rows = columns = row = 0
    errors: list[tuple[int, int, str]] = []
    uses: Counter[int] = Counter()
    for code, data in _records(content):
        if code == _ROW:
            row = _number(data, 0)
        elif code in _SHORT_CELLS:
            raise Refusal("unusual-encoding", f"{part} with cells in their short form")
        if code not in _CELLS:
            continue
        column = _number(data, 0)
        if row >= _LAST_ROW or column >= _LAST_COLUMN:
            raise Refusal("cell-too-far", f"{name} reaches row {row + 1:,} and column {column + 1:,}")
        if code == _BLANK:
            continue
        rows, columns = max(rows, row + 1), max(columns, column + 1)
        if code in {_ERROR, _FORMULA_ERROR}:
            errors.append((row, column, _ERRORS.get(data[8] if len(data) > 8 else 0, "#ERROR")))  # noqa: PLR2004 - after column and style
        elif code == _SHARED:
            uses[_number(data, 8)] += 1
    return BinarySheet(name, part, rows, columns, tuple(errors), uses)


def _text_lengths(package: Package) -> list[int]:
    """The lengths of the shared texts; as many as their list says there are."""
    part = next((name for name in package.names if name.replace("\\", "/").casefold() == _STRINGS), "")
    if not part:
        return []
    said, lengths = 0, []
    for code, data in _records(package.read(part)):
        if code == _BEGIN_STRINGS:
            said = _number(data, 4)
        elif code == _STRING:
            lengths.append(len(data) // 2)
    if said != len(lengths):
        raise Refusal("damaged-file", f"{part} does not hold as many texts as it says")
    return lengths


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and data of every record of a part."""
    at = count = 0
    while at < len(content):
        try:
            code, at = _variable(content, at, 2)
            length, at = _variable(content, at, 4)
        except IndexError as error:
            raise Refusal("damaged-file", "its records break off") from error
        count += 1
        if count > MOST_TAGS:
            raise Refusal("too-large-inside", f"more than {MOST_TAGS:,} records")
        if at + length > len(content):
            raise Refusal("damaged-file", "its records break off")
        yield code, content[at : at + length]
        at += length


def _variable(content: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of one to `most` bytes of seven bits each, and where it ends."""
    number = 0
    for place in range(most):
        byte = content[at + place]
        number |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            break
    return number, at + place + 1


def _number(data: bytes, at: int) -> int:
    if at + _NUMBER.size > len(data):
        raise Refusal("damaged-file", "a record of it breaks off")
    return int(_NUMBER.unpack_from(data, at)[0])


def _wide_text(data: bytes, at: int) -> tuple[str, int]:
    length = _number(data, at)
    begin = at + _NUMBER.size
    if length == 0xFFFFFFFF:  # noqa: PLR2004 - how the format writes "no text"
        return "", begin
    if begin + 2 * length > len(data):
        raise Refusal("damaged-file", "a name of it breaks off")
    return data[begin : begin + 2 * length].decode("utf-16-le", errors="replace"), begin + 2 * length
