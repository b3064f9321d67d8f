"""A look through every part before a reader trusts it: declarations, encodings, sheets, and what they will cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.intake.guards.cells import weigh
from toolkit.intake.guards.refusal import Refusal

if TYPE_CHECKING:
    from toolkit.intake.guards.package import Package

LARGEST_XML = 60_000_000
"""Bytes of XML that the sheets and the list of shared texts may have in all; an audit's have some hundred thousand."""

_START = 512
_ENCODING = re.compile(rb"""^\s*<\?xml[^<>]*?encoding\s*=\s*["']([^"']+)["']""")
_PLAIN = {"utf-8", "us-ascii", "ascii", "utf8"}
_SHEET_ID = re.compile(rb"""[:\s"']id\s*=\s*["']([^"']*)""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_TARGET = re.compile(rb"""Target\s*=\s*["']/?([^"']*)""")


@dataclass(frozen=True, slots=True)
class Scan:
    """What the look through the parts found: sheets with error cells or formulas, macros, links to other files."""

    error_parts: frozenset[str]
    macros: bool
    links: bool
    formula_parts: frozenset[str] = frozenset()


def scan(package: Package) -> Scan:
    """Unpack every part within its limits and look at its XML. Raises Refusal where a part is not safe to read.

    What is a sheet is told from the content: the reader follows the workbook's list, to whatever part it names.
    """
    sheets: dict[str, bytes] = {}
    strings: dict[str, bytes] = {}
    size = 0
    for name in package.names:
        content = package.read(name)
        lower = name.casefold()
        is_sheet = b"sheetData" in content
        is_strings = lower.endswith("sharedstrings.xml")
        if is_sheet or is_strings or (lower.endswith((".xml", ".rels", ".vml")) and not lower.startswith("customxml/")):
            _refuse_encodings(name, content)
            if b"<!DOCTYPE" in content:
                raise Refusal("unsafe-xml", f"a document type or entity in {name}")
            _refuse_repetitions(lower, content)
        if is_sheet or is_strings:
            size += len(content)
            (sheets if is_sheet else strings)[name] = content
        if size > LARGEST_XML:
            raise Refusal("too-large-inside", f"sheets of more than {LARGEST_XML // 1_000_000} MB")
    errors = weigh(sheets, strings)
    names = [name.casefold() for name in package.names]
    return Scan(
        errors,
        any(name.endswith("vbaproject.bin") for name in names),
        any("externallinks/" in name for name in names),
        frozenset(name for name, xml in sheets.items() if _has_formulas(xml)),
    )


def _has_formulas(xml: bytes) -> bool:
    """Whether a sheet has formulas; the long look only where its tags have prefixes."""
    return b"</f>" in xml or (b"<sheetData" not in xml and _FORMULA.search(xml) is not None)


def _refuse_encodings(name: str, content: bytes) -> None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:_START]:
        raise Refusal("unusual-encoding", f"{name} in UTF-16 or UTF-32")
    declared = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf")[:_START])
    if declared and declared[1].decode("ascii", errors="replace").casefold() not in _PLAIN:
        raise Refusal("unusual-encoding", f"{name} in {declared[1].decode('ascii', errors='replace')}")


def _refuse_repetitions(lower: str, content: bytes) -> None:
    """Refuse a list of sheets with the same part twice: a small file could have one sheet read a million times."""
    if lower.endswith("workbook.xml"):
        found = _SHEET_ID.findall(content)
    elif lower.endswith("workbook.xml.rels"):
        folder = lower.rpartition("_rels/")[0].encode()
        found = [target.lower().replace(b"\\", b"/").removeprefix(folder) for target in _TARGET.findall(content)]
    else:
        return
    if len(set(found)) < len(found):
        raise Refusal("unsafe-archive", "the workbook lists a sheet twice")
