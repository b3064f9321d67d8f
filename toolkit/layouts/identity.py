"""The identity of an issued workbook, kept in three places, so that a return is known however it was treated.

Places: a custom document property, a defined name, and a very hidden sheet (LibreOffice keeps all three, and demotes
very hidden to hidden). All three hold one line of text: `standards-audit|organisation|cycle|framework|scale|layout`.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.layouts.models import Layout

_MARK = "standards-audit"
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PARTS = 5
_LONGEST = 400
_LARGEST_PART = 1_000_000
_PROPERTY = re.compile(r"<(?:\w+:)?property\s([^<>]*)>\s*<[^<>]*>([^<]*)<")
_DEFINED_NAME = re.compile(r"<(?:\w+:)?definedName\s([^<>]*)>([^<]*)<")
"""Both take no longer than the part is long: neither can run on over the next tag."""

ReadPart = Callable[[str], bytes]
"""Gives a part of a workbook by its name; KeyError where there is none."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose workbook it is, for which cycle, and what it was made with: ids of register, settings and data files."""

    organisation_id: str
    cycle: str
    framework: str
    scale: str
    layout: str

    def as_text(self) -> str:
        """The line that is written in each of the three places."""
        return f"{_MARK}|{self.organisation_id}|{self.cycle}|{self.framework}|{self.scale}|{self.layout}"


@dataclass(frozen=True, slots=True)
class IdentityReading:
    """What the three places say: `found` maps "property", "defined name", "sheet" to the identity read there."""

    found: dict[str, Identity] = field(default_factory=dict)

    @property
    def identity(self) -> Identity | None:
        """The identity where at least one place has it and no two disagree, else None."""
        return None if self.conflict else next(iter(self.found.values()), None)

    @property
    def conflict(self) -> bool:
        """Whether two places name different identities: the workbook was put together from several."""
        return len(set(self.found.values())) > 1


def parse_identity(text: str) -> Identity | None:
    """The identity in a line of text, or None where it is not one."""
    if len(text) > _LONGEST or _MARK not in text:
        return None
    mark, *parts = (part.strip() for part in text.strip().strip('="').split("|"))
    if mark != _MARK or len(parts) != _PARTS or not all(_PART.fullmatch(part) for part in parts):
        return None
    return Identity(*parts)


def read_identity(
    content: bytes | ReadPart, layout: Layout, sheets: Iterable[Sequence[Sequence[object]]] = ()
) -> IdentityReading:
    """What a workbook says about whose it is.

    Property and defined name are read from two small parts of the zip file, without opening the workbook. Never raises
    for a broken file: that is for the guard to say.

    Args:
        content: an .xlsx file's bytes, or what gives the parts of one that is open.
        layout: what the places are called.
        sheets: the rows of sheets that may be the hidden one; any sheet may be given, whatever its name is now.
    """
    found: dict[str, Identity] = {}
    try:
        if isinstance(content, bytes):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found = _from_parts(lambda name: _read_in(archive, name), layout)
        else:
            found = _from_parts(content, layout)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        found = {}
    for rows in sheets:
        identity = identity_in_rows(rows)
        if identity:
            found["sheet"] = identity
            break
    return IdentityReading(found)


def identity_in_rows(rows: Sequence[Sequence[object]]) -> Identity | None:
    """The identity on a sheet's first rows, or None: how the very hidden sheet is known whatever it is called."""
    for row in rows[:5]:
        for cell in row:
            if isinstance(cell, str) and _MARK in cell:
                identity = parse_identity(cell)
                if identity:
                    return identity
    return None


def lines_in_places(read: ReadPart, property_name: str, defined_name: str) -> Iterator[tuple[str, str]]:
    """Place ("property" or "defined name") and text of every custom property and defined name of the given names."""
    for place, part, pattern, name in (
        ("property", "docProps/custom.xml", _PROPERTY, property_name),
        ("defined name", "xl/workbook.xml", _DEFINED_NAME, defined_name),
    ):
        text = _part(read, part)
        for match in pattern.finditer(text) if name in text else ():
            if name in match[1] and _is_named(name).search(match[1]):
                yield place, html.unescape(match[2])


@lru_cache(maxsize=8)
def _is_named(name: str) -> re.Pattern[str]:
    return re.compile(rf'(?:^|\s)name="{re.escape(name)}"')


def _from_parts(read: ReadPart, layout: Layout) -> dict[str, Identity]:
    found: dict[str, Identity] = {}
    for place, line in lines_in_places(read, layout.identity.property, layout.identity.defined_name):
        identity = parse_identity(line)
        if identity:
            found.setdefault(place, identity)
    return found


def _part(read: ReadPart, name: str) -> str:
    try:
        return read(name)[:_LARGEST_PART].decode("utf-8", errors="replace")
    except KeyError:
        return ""


def _read_in(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_LARGEST_PART)
