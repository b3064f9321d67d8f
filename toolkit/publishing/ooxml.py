"""Office packages (Word and Excel files): their parts, and the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_MOMENT = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
"""The date in a file's properties where a document has none: the earliest that a zip can carry."""

_FIRST = "[Content_Types].xml"
_CORE = "docProps/core.xml"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ALREADY_SMALL = (".png", ".jpeg", ".jpg")


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a zip whose bytes depend on the parts alone: fixed times, content types first, names sorted."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name in sorted(parts, key=lambda one: (one != _FIRST, one)):
            entry = zipfile.ZipInfo(name, NO_MOMENT.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(_ALREADY_SMALL) else zipfile.ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, parts[name])
    return target.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def parsed(part: bytes) -> etree._Element:
    """A part as XML; nothing outside it is read, no entity is followed."""
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def outside(parts: Mapping[str, bytes]) -> list[str]:
    """What the package points to outside itself, one sentence each: linked files, pictures, web addresses."""
    return [
        f"The part {name} points outside the file with {link.get('Target', '')[:60]!r}"
        for name in sorted(parts)
        if name.endswith(".rels")
        for link in parsed(parts[name]).iter(_RELATIONSHIP)
        if link.get("TargetMode", "Internal") != "Internal"
    ]


def properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The package's properties by their local name: "title", "creator", "created", "language"."""
    if _CORE not in parts:
        return {}
    core = parsed(parts[_CORE])
    return {etree.QName(one).localname: (one.text or "").strip() for one in core if isinstance(one.tag, str)}
