"""What a Word file must be before anybody sees it: complete, accessible in its structure, and self-contained.

Sources: WCAG 2.2 AA (1.1.1 text alternatives, 1.3.1 structure, 2.4.2 title, 2.4.6 headings, 3.1.1 language), and our
own rules: nothing fetched from anywhere, no field but page numbers and contents.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from toolkit.publishing.ooxml import outside, parsed, parts_of, properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DOCUMENT, _STYLES = "word/document.xml", "word/styles.xml"
_FIELDS = frozenset({"PAGE", "NUMPAGES", "TOC"})
_FOREIGN = ("altChunk", "object", "pict", "control", "subDoc", "attachedTemplate", "mailMerge")
_NO_TEXT = re.compile(r"^\s*(no description.*|image|figure|chart|untitled|)\s*$", re.IGNORECASE)
_LONGEST = 60
_OWN_STYLE = f"{_W}pPr/{_W}pStyle"
_linked = etree.XPath("//*[@r:link]", namespaces={"r": _R[1:-1]})


def faults(content: bytes) -> list[str]:
    """What is wrong with a Word file, one sentence each; empty when it may be published."""
    parts = parts_of(content)
    words = {name: parsed(parts[name]) for name in sorted(parts) if name.startswith("word/") and name.endswith(".xml")}
    document = words[_DOCUMENT]
    return [
        *_wrong_properties(parts, words[_STYLES]),
        *_wrong_headings(document),
        *_wrong_tables(document),
        *_wrong_pictures(document),
        *outside(parts),
        *(found for name, part in words.items() for found in (*_wrong_fields(part, name), *_foreign(part, name))),
        *_wrong_links(document),
    ]


def _text(element: etree._Element) -> str:
    return "".join(one.text or "" for one in element.iter(f"{_W}t")).strip()


def _style(paragraph: etree._Element) -> str:
    found = next(paragraph.iterfind(_OWN_STYLE), None)
    return "" if found is None else found.get(f"{_W}val", "")


def _wrong_properties(parts: Mapping[str, bytes], styles: etree._Element) -> Iterator[str]:
    known = properties(parts)
    languages = {one.get(f"{_W}val") for one in styles.iter(f"{_W}lang")}
    if languages != {"en-GB"} or known.get("language") != "en-GB":
        yield "The document does not say that its language is en-GB"
    for name, what in (("title", "title"), ("creator", "author"), ("created", "date")):
        if not known.get(name):
            yield f"The document's properties have no {what}"


def _wrong_headings(document: etree._Element) -> Iterator[str]:
    named = [(_style(one), _text(one)) for one in document.iter(f"{_W}p")]
    titles = sum(style == "Title" for style, _ in named)
    if titles != 1:
        yield f"The document has {titles} titles instead of one"
    before = 0
    for style, text in named:
        if style == "Title" and not text:
            yield "The document's title is empty"
        if not style.startswith("Heading"):
            continue
        level = int(style.removeprefix("Heading"))
        if not text:
            yield "A heading is empty"
        if level > before + 1:
            yield f"The heading {text[:_LONGEST]!r} skips a level"
        before = level


def _wrong_tables(document: etree._Element) -> Iterator[str]:
    for number, table in enumerate(document.iter(f"{_W}tbl"), start=1):
        found = table.find(f"{_W}tblPr/{_W}tblCaption")
        caption = "" if found is None else found.get(f"{_W}val", "").strip()
        named = f"Table {number} {caption[:_LONGEST]!r}"
        rows = table.findall(f"{_W}tr")
        heads = [row.find(f"{_W}trPr/{_W}tblHeader") is not None for row in rows]
        if not caption or table.find(f"{_W}tblPr/{_W}tblDescription") is None:
            yield f"{named} has no caption and description"
        if heads[:1] != [True] or any(heads[1:]):
            yield f"{named} does not have its one header row"
        elif not all(_text(cell) for cell in rows[0].findall(f"{_W}tc")):
            yield f"{named} has an empty column heading"
        if len({len(row.findall(f"{_W}tc")) for row in rows}) != 1 or any(
            found is not None for kind in ("gridSpan", "vMerge") for found in (table.find(f".//{_W}{kind}"),)
        ):
            yield f"{named} has merged cells"


def _wrong_pictures(document: etree._Element) -> Iterator[str]:
    for number, drawing in enumerate(document.iter(f"{_W}drawing"), start=1):
        about = drawing.find(f".//{_WP}docPr")
        if about is None or _NO_TEXT.match(about.get("descr", "")) or not about.get("title", "").strip():
            yield f"Picture {number} has no title and alternative text"
    for _ in _linked(document):
        yield "A picture is linked instead of being in the document"


def _wrong_fields(part: etree._Element, name: str) -> Iterator[str]:
    codes = [one.text or "" for one in part.iter(f"{_W}instrText", f"{_W}delInstrText")]
    codes += [one.get(f"{_W}instr", "") for one in part.iter(f"{_W}fldSimple")]
    for code in codes:
        if next(iter(code.split()), "") not in _FIELDS:
            yield f"The part {name} has the field {code.strip()[:_LONGEST]!r}; only page numbers and contents may be"


def _foreign(part: etree._Element, name: str) -> Iterator[str]:
    found = {etree.QName(one).localname for one in part.iter(*(f"{_W}{kind}" for kind in _FOREIGN))}
    for kind in _FOREIGN:
        if kind in found:
            yield f"The part {name} has a <{kind}>, which a document that fetches nothing must not have"


def _wrong_links(document: etree._Element) -> Iterator[str]:
    known = {one.get(f"{_W}name") for one in document.iter(f"{_W}bookmarkStart")}
    for link in document.iter(f"{_W}hyperlink"):
        if link.get(f"{_R}id") is not None or link.get(f"{_W}anchor") not in known:
            yield f"The link {_text(link)[:_LONGEST]!r} does not lead to a place in the document"
