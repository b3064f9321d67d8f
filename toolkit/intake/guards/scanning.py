"""A look through every part before a reader trusts it: declarations, encodings, sheets, and what they will cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.intake.guards.cells import is_light, weigh
from toolkit.intake.guards.plain import PlainSheet, has_after_sign, plain_sheet
from toolkit.intake.guards.refusal import Refusal

if TYPE_CHECKING:
    from toolkit.intake.guards.package import Package

LARGEST_XML = 60_000_000
"""Bytes of XML that the sheets and the list of shared texts may have in all; an audit's have some hundred thousand."""

_SHEET, _STRINGS = "sheet", "strings"
_START = 512
_ENCODING = re.compile(rb"""^\s*<\?xml[^<>]*?encoding\s*=\s*["']([^"']+)["']""")
_DOCTYPE = re.compile(rb"!(?<=<!)DOCTYPE")
_PLAIN = {"utf-8", "us-ascii", "ascii", "utf8"}
_USUAL = b'<?xml version="1.0" encoding="UTF-8"'
_SHEET_ID = re.compile(rb"""id(?<=[:\s"']id)\s*=\s*["']([^"']*)""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_TARGET = re.compile(rb"""Target\s*=\s*["']/?([^"']*)""")
_DDE_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^<>]*>[^<]{0,500}(?:\||&#0*124;|&#x0*7c;)[^<]{0,2000}!", re.IGNORECASE)
_DDE_LINK = b"ddeLink"


@dataclass(frozen=True, slots=True)
class Scan:
    """What the look through a workbook found; nothing of it is ever followed or run.

    `error_parts` are the parts with error cells (the reader shows those as empty), `formula_parts` the sheets of an
    .xlsx or .xlsm file that have formulas; whether there are macros, links to
    other files, embedded objects, DDE links or formulas (which ask another program), connections to outside data.
    `plain` are the sheets of an .xlsx or .xlsm file, taken apart, where all of them are plain.
    """

    error_parts: frozenset[str] = frozenset()
    macros: bool = False
    links: bool = False
    embedded: bool = False
    dde: bool = False
    connections: bool = False
    formula_parts: frozenset[str] = frozenset()
    plain: dict[str, PlainSheet] | None = None


def scan(package: Package) -> Scan:
    """Unpack every part within its limits and look at its XML. Raises Refusal where a part is not safe to read.

    What is a sheet is told from the content: the reader follows the workbook's list, to whatever part it names.
    """
    sheets: dict[str, bytes] = {}
    strings: dict[str, bytes] = {}
    size = 0
    dde = False
    for name in package.names:
        content = package.read(name)
        kind = (_looked_at_before if package.may_be_common(name) else _looked_at)(name, content)
        if kind:
            size += len(content)
            (sheets if kind is _SHEET else strings)[name] = content
        if size > LARGEST_XML:
            raise Refusal("too-large-inside", f"sheets of more than {LARGEST_XML // 1_000_000} MB")
        is_link = "externallinks/" in name.casefold() and _DDE_LINK in content
        dde = dde or is_link or (kind is _SHEET and _has_dde_formula(content))
    plain = {name: sheet for name, xml in sheets.items() if (sheet := plain_sheet(xml)) is not None}
    if len(plain) == len(sheets) and is_light(plain.values(), strings):
        formulas = frozenset(name for name, sheet in plain.items() if sheet.has_formulas)
        return inventory(package, frozenset(), formulas, plain, dde=dde)
    formulas = frozenset(name for name, xml in sheets.items() if _has_formulas(xml))
    return inventory(package, weigh(sheets, strings), formulas, dde=dde)


def _looked_at(name: str, content: bytes) -> str:
    """What a part is to the reader: a sheet, the shared texts, or neither. Raises Refusal where it is not safe."""
    lower = name.casefold()
    kind = _SHEET if b"sheetData" in content else _STRINGS if lower.endswith("sharedstrings.xml") else ""
    if kind or _is_markup(lower):
        refuse_unusual(name, content)
        _refuse_repetitions(lower, content)
    return kind


_looked_at_before = lru_cache(maxsize=64)(_looked_at)
"""The same for parts that many workbooks have in common, to the byte."""


def _has_formulas(xml: bytes) -> bool:
    """Whether a sheet has formulas; the long look only where its tags have prefixes."""
    return b"</f>" in xml or (b"<sheetData" not in xml and _FORMULA.search(xml) is not None)


def _is_markup(lower: str) -> bool:
    return lower.endswith((".xml", ".rels", ".vml")) and not lower.startswith("customxml/")


def _has_dde_formula(content: bytes) -> bool:
    """Whether a formula asks another program, as `cmd|' /c calc'!A0` does."""
    return (b"|" in content or b"#" in content) and _DDE_FORMULA.search(content) is not None


_MACROS = ("vbaproject.bin", "macrosheets/", "dialogsheets/")
_LINKS = ("externallinks/",)
_EMBEDDED = ("embeddings/", "activex/", "oleobject", "ctrlprops/")
_CONNECTIONS = ("connections.", "querytables/", "querytable", "xl/model/", "webextensions/")


def inventory(
    package: Package,
    error_parts: frozenset[str],
    formula_parts: frozenset[str] = frozenset(),
    plain: dict[str, PlainSheet] | None = None,
    *,
    dde: bool = False,
) -> Scan:
    """What an Office workbook has besides its sheets, by the names of its parts, with what was found in them."""
    names = "\n".join(package.names).casefold()

    def has(marks: tuple[str, ...]) -> bool:
        return any(mark in names for mark in marks)

    besides = (has(_MACROS), has(_LINKS), has(_EMBEDDED), dde, has(_CONNECTIONS))
    return Scan(error_parts, *besides, formula_parts, plain)


def refuse_unusual(name: str, content: bytes) -> None:
    """Refuse a part of XML with declarations, or in an encoding in which its reader would see nothing."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content.find(b"\x00", 0, _START) >= 0:
        raise Refusal("unusual-encoding", f"{name} in UTF-16 or UTF-32")
    is_usual = content.startswith(_USUAL)
    declared = None if is_usual else _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf")[:_START])
    if declared and declared[1].decode("ascii", errors="replace").casefold() not in _PLAIN:
        raise Refusal("unusual-encoding", f"{name} in {declared[1].decode('ascii', errors='replace')}")
    if has_after_sign(_DOCTYPE, content):
        raise Refusal("unsafe-xml", f"a document type or entity in {name}")


def _refuse_repetitions(lower: str, content: bytes) -> None:
    """Refuse a list of sheets with the same part twice: a small file could have one sheet read a million times."""
    if lower.endswith("workbook.xml"):
        found = _SHEET_ID.findall(content)
    elif lower.endswith(("workbook.xml.rels", "workbook.bin.rels")):
        folder = lower.rpartition("_rels/")[0].encode()
        found = [target.lower().replace(b"\\", b"/").removeprefix(folder) for target in _TARGET.findall(content)]
    else:
        return
    if len(set(found)) < len(found):
        raise Refusal("unsafe-archive", "the workbook lists a sheet twice")


def scan_parts(package: Package) -> None:
    """The same look at every part of a workbook whose sheets are kept otherwise. Raises Refusal."""
    for name in package.names:
        content = package.read(name)
        lower = name.casefold()
        if _is_markup(lower) or lower.endswith(".rdf"):
            refuse_unusual(name, content)
            _refuse_repetitions(lower, content)
