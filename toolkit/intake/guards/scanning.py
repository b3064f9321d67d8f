"""A look through the XML of every part, before a reader trusts it: declarations, encodings, far cells, error cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.intake.guards.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.intake.guards.package import Package

MOST_CELLS = 2_000_000
"""Rows times columns that a sheet may span: the reader allocates every cell of the rectangle."""
_KEPT = 512
"""Bytes of the previous piece that are looked at again, so that nothing hides on a boundary."""

_SHAPE = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'\t\n\r", b"A" * 26 + b"0" * 10 + b'"   ')
_SHAPELESS = bytes(sorted(set(range(256)) - set(b"rb =\"'\t\n\r&:<ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")))
_FAR = re.compile(rb' r *= *" *(?:AA|A?0000|&)')
_FAR_MERGE = re.compile(rb":A(?:AA?0|0000)")
"""Where a far cell shows when letters are written as A, digits as 0, the rest left out (b tells r from rgb)."""
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']\s*\$?([A-Z]{1,3})\$?(\d{1,8})["'][^>]*>(<?/?)""")
_ROW_OF_UNNAMED_CELLS = re.compile(
    rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d{1,12})["'][^>]*(?<!/)>\s*<(?:\w+:)?c\b(?![^>]*\sr\s*=)"""
)
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*["'][^"':]*:([A-Z]{1,3})(\d{1,8})["']""")
_ERROR_MARK = re.compile(rb"""t\s*=\s*["']e["']""")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_PLAIN = {"utf-8", "us-ascii", "ascii", "utf8"}
_ELEMENT = re.compile(rb"<[A-Za-z_]")
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY", b"<!ELEMENT", b"<!ATTLIST", b"<!NOTATION")


@dataclass(frozen=True, slots=True)
class Scan:
    """What the look through the parts found: sheets with error cells, macros, links to other files."""

    error_parts: frozenset[str]
    macros: bool
    links: bool


def scan(package: Package) -> Scan:
    """Unpack every part within its limits and look at its XML. Raises Refusal where a part is not safe to read."""
    errors: set[str] = set()
    for name in package.names:
        lower = name.casefold()
        is_read = lower.endswith((".xml", ".rels", ".vml")) and not lower.startswith("customxml/")
        is_sheet = is_read and "sheets/" in lower and not lower.endswith(".rels")
        first = in_prolog = True
        reach = (1, 1)
        for piece in _pieces(package, name):
            if is_read and first:
                _refuse_encodings(name, piece)
            if is_read and in_prolog:
                in_prolog = _refuse_declarations(name, piece)
            if is_sheet:
                reach = _reach(name, piece, reach)
                if _has_errors(piece):
                    errors.add(name)
            first = False
    names = [name.casefold() for name in package.names]
    return Scan(
        frozenset(errors),
        any(name.endswith("vbaproject.bin") for name in names),
        any("externallinks/" in name for name in names),
    )


def _pieces(package: Package, name: str) -> Iterator[bytes]:
    before = b""
    for piece in package.chunks(name):
        yield before + piece if before else piece
        before = piece[-_KEPT:]


def _refuse_declarations(name: str, piece: bytes) -> bool:
    """Refuse a document type, which can only stand before the first element; whether that element is still to come."""
    root = _ELEMENT.search(piece)
    prolog = piece[: root.start()] if root else piece
    if b"<!" in prolog and any(mark in prolog for mark in _DECLARATIONS):
        raise Refusal("unsafe-xml", f"a document type or entity in {name}")
    return root is None


def _refuse_encodings(name: str, piece: bytes) -> None:
    if piece.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in piece[:_KEPT]:
        raise Refusal("unusual-encoding", f"{name} in UTF-16 or UTF-32")
    declared = _ENCODING.match(piece.removeprefix(b"\xef\xbb\xbf")[:_KEPT])
    if declared and declared[1].decode("ascii", errors="replace").casefold() not in _PLAIN:
        raise Refusal("unusual-encoding", f"{name} in {declared[1].decode('ascii', errors='replace')}")


def _has_errors(piece: bytes) -> bool:
    """Whether a sheet has cells of the type "error", also where attributes are in single quotes."""
    return (b'"e"' in piece or b"='" in piece[:1024]) and _ERROR_MARK.search(piece) is not None


def _reach(name: str, piece: bytes, reach: tuple[int, int]) -> tuple[int, int]:
    """The furthest row and column up to the end of this piece. Raises Refusal where a sheet spans too many cells."""
    shape = piece.translate(_SHAPE, _SHAPELESS)
    if not _FAR.search(shape) and not _FAR_MERGE.search(shape):
        return max(reach[0], 999), max(reach[1], 26)
    return _exact_reach(name, piece, reach)


def _exact_reach(name: str, piece: bytes, reach: tuple[int, int]) -> tuple[int, int]:
    """Only cells with something in them count: formatting alone takes no room when the sheet is read."""
    rows, columns = reach
    for match in _CELL.finditer(piece):
        if match[3] != b"</" and not match[0].endswith(b"/>"):
            rows, columns = max(rows, int(match[2])), max(columns, _number(match[1]))
    for match in _MERGE.finditer(piece):
        rows, columns = max(rows, int(match[2])), max(columns, _number(match[1]))
    for match in _ROW_OF_UNNAMED_CELLS.finditer(piece):
        rows = max(rows, int(match[1]))
    if rows * columns > MOST_CELLS:
        raise Refusal("cell-too-far", f"{name.rsplit('/', 1)[-1]} reaches row {rows:,} and column {columns:,}")
    return rows, columns


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
