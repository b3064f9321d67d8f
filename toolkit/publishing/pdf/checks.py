"""What a PDF must be before anybody sees it: tagged, named, readable aloud, and without anything that acts.

Sources: PDF/UA-1 (ISO 14289-1: 7.1 tags and title, 7.2 language, 7.3 figures, 7.4 headings, 7.5 tables), WCAG 2.2 AA
(1.1.1, 1.3.1, 2.4.2, 2.4.5, 3.1.1), and our own rules: nothing runs, nothing is fetched, nothing is attached.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from toolkit.publishing.pdf.tagging import as_list, children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pikepdf import Dictionary, Object, Pdf

    Tag = tuple[str, Object]
    """A structure element with its kind ("/Table")."""

_LANGUAGE = "en-GB"
_HEADING = re.compile(r"/H([1-6])$")
_ACTIONS = frozenset(
    ["URI", "Launch", "JavaScript", "GoToR", "GoToE", "SubmitForm", "ImportData", "Movie", "Sound", "Rendition"]
)
_ACTIVE = {
    "/URI": "an address outside the document",
    "/JS": "a script",
    "/OpenAction": "an action when it is opened",
    "/AA": "actions of its own",
    "/EmbeddedFiles": "attached files",
    "/EF": "an attached file",
    "/XFA": "a form",
    "/AcroForm": "a form",
}
_ACTING = re.compile(rf'"/({"|".join(sorted({*_ACTIONS, *(key[1:] for key in _ACTIVE)}))})"'.encode())


def check_pdf(content: bytes) -> list[str]:
    """What is wrong with a PDF, one sentence each; empty when it may be published."""
    import pikepdf

    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PdfError:
        return ["The file cannot be opened as a PDF"]
    with pdf:
        tags = [(str(tag.S), tag) for tag in _below(pdf.Root.StructTreeRoot)] if "/StructTreeRoot" in pdf.Root else []
        structure = [*_figures(tags), *_tables(tags), *_headings(pdf, tags)] if tags else ["The PDF is not tagged"]
        return [*_head(pdf), *structure, *_active(pdf)]


def _below(parent: Object) -> Iterator[Object]:
    """Every structure element below another, in the order in which they are read."""
    for child in children(parent):
        yield child
        yield from _below(child)


def _head(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if not _within(root, "/MarkInfo", "/Marked"):
        yield "The PDF is not marked as tagged"
    if root.get("/Lang") != _LANGUAGE:
        yield f"The PDF does not say that its language is {_LANGUAGE}"
    if not str(pdf.docinfo.get("/Title", "")).strip():
        yield "The PDF has no title"
    if not _within(root, "/ViewerPreferences", "/DisplayDocTitle"):
        yield "The PDF does not show its title in the window"
    if b"pdfuaid" not in (root.Metadata.read_bytes() if "/Metadata" in root else b""):
        yield "The PDF does not claim PDF/UA-1"


def _within(root: Object, name: str, key: str) -> bool:
    return name in root and bool(root[name].get(key))


def _figures(tags: list[Tag]) -> Iterator[str]:
    for number, figure in enumerate((tag for kind, tag in tags if kind == "/Figure"), start=1):
        if not str(figure.get("/Alt", "")).strip():
            yield f"Figure {number} has no alternative text"


def _tables(tags: list[Tag]) -> Iterator[str]:
    tables: list[list[str]] = []
    for kind, tag in tags:
        if kind == "/Table":
            tables.append([])
        elif kind == "/TH" and tables:
            tables[-1].append(_scope(tag))
    for number, scopes in enumerate(tables, start=1):
        if "/Column" not in scopes:
            yield f"Table {number} has no column headings"
        if not all(scopes):
            yield f"Table {number} has a heading cell without scope"


def _scope(cell: Object) -> str:
    return next((str(found["/Scope"]) for found in as_list(cell.get("/A")) if "/Scope" in found), "")


def _headings(pdf: Pdf, tags: list[Tag]) -> Iterator[str]:
    levels = [int(found[1]) for kind, _ in tags if (found := _HEADING.match(kind))]
    if any(level > before + 1 for before, level in zip([0, *levels], levels, strict=False)):
        yield "The PDF's headings skip a level"
    with pdf.open_outline() as outline:
        if levels and not outline.root:
            yield "The PDF has headings but no bookmarks"


def _active(pdf: Pdf) -> list[str]:
    """Everything in the file that acts, by what it is; each once.

    Most files have none of the names of what acts: that is found out by their JSON, in a tenth of the time.
    """
    import pikepdf

    if not any(_ACTING.search(thing.to_json(dereference=True)) for thing in pdf.objects):
        return []
    found: dict[str, None] = {}
    for thing in pdf.objects:
        for inner in _dictionaries(thing) if isinstance(thing, pikepdf.Dictionary | pikepdf.Array) else ():
            found |= dict.fromkeys(what for key, what in _ACTIVE.items() if key in inner)
            if str(inner.get("/S", ""))[1:] in _ACTIONS:
                found[f"the action {str(inner.S)[1:]}"] = None
    return [f"The PDF has {what}, which a document that only is read must not have" for what in found]


def _dictionaries(thing: Object) -> Iterator[Dictionary]:
    """A dictionary and those written inside it or inside an array."""
    import pikepdf

    if isinstance(thing, pikepdf.Dictionary):
        yield thing
    for inner in thing.values() if isinstance(thing, pikepdf.Dictionary) else thing:
        if isinstance(inner, pikepdf.Dictionary | pikepdf.Array) and not inner.is_indirect:
            yield from _dictionaries(inner)
