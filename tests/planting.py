"""Documents of every form with a secret planted in one place: in text, in what is beside it, and where nobody looks."""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import pikepdf
import pyarrow as pa
import xlsxwriter

from toolkit.disclosure import SnapshotTable
from toolkit.document import Blocks, Column, Cover, Figure, Heading, Items, KeyFigure, KeyFigures, Note, Table, Text
from toolkit.publishing import DocumentMeta, Edition, load_theme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MARK = "Nothingplanted"
_WORD = '<w:document xmlns:w="w"><w:body>{}</w:body></w:document>'


def edition(planted: dict[str, str] | None = None) -> Edition:
    """A document with something planted in any of its blocks, by the name of the place."""
    held = planted or {}

    def at(place: str) -> str:
        return held.get(place, "Nothing")

    table = Table(
        at("caption"), (Column(at("column")), Column("Number", "count")), ((at("cell"), 1),), notes=(at("table note"),)
    )
    svg = (
        '<svg role="img" aria-labelledby="t d" viewBox="0 0 9 9">'
        f'<title id="t">{escape(at("svg title"))}</title><desc id="d">{escape(at("svg description"))}</desc></svg>'
    )
    chart = Figure(at("figure title"), f"A chart of {at('alternative text')}", svg, table)
    blocks = (
        KeyFigures((KeyFigure(at("label"), "62%", at("detail")),)),
        Heading(at("heading")),
        Text(at("text")),
        Items((at("item"),)),
        Note(at("note")),
        chart,
        table,
    )
    cover = Cover("Report", at("subtitle"), ((at("fact name"), at("fact")),))
    meta = DocumentMeta(at("office"), "0" * 16, "1.0.0", contact=at("contact"))
    return Edition("report", cover, Blocks(blocks), meta, load_theme())


FIGURE_PLACES = ("alternative text", "svg title", "svg description")
EDITION_PLACES = (
    *FIGURE_PLACES,
    *("caption", "column", "cell", "table note", "figure title", "label", "detail", "heading", "text", "item", "note"),
    *("subtitle", "fact name", "fact", "office", "contact"),
)


def _page(body: str) -> bytes:
    return f'<!doctype html><html lang="en-GB"><head><title>Report</title></head><body>{body}</body></html>'.encode()


def _halves(secret: str) -> tuple[str, str]:
    middle = max(len(secret) // 2, 1)
    return escape(secret[:middle]), escape(secret[middle:])


HTML: dict[str, Callable[[str], bytes]] = {
    "text": lambda secret: _page(f"<p>See {escape(secret)}, please</p>"),
    "capitals": lambda secret: _page(f"<p>{escape(secret.upper())}</p>"),
    "inside tags": lambda secret: _page("<p>{}<b>{}</b></p>".format(*_halves(secret))),
    "two cells": lambda secret: _page("<td>" + "</td><td>".join(escape(secret).split(" ")) + "</td>"),
    "soft hyphen": lambda secret: _page("<p>{}&shy;{}</p>".format(*_halves(secret))),
    "line break": lambda secret: _page("<p>{}-\n  {}</p>".format(*_halves(secret))),
    "entities": lambda secret: _page("<p>" + "".join(f"&#{ord(character)};" for character in secret) + "</p>"),
    "alternative text": lambda secret: _page(f'<img alt="{escape(secret)}">'),
    "data attribute": lambda secret: _page(f'<p data-name="{escape(secret)}">x</p>'),
    "svg": lambda secret: _page(f"<svg><title>x</title><desc>{escape(secret)}</desc></svg>"),
    "comment": lambda secret: _page(f"<!-- {escape(secret)} -->"),
    "style": lambda secret: _page(f"<style>/* {secret} */ p {{ color: red }}</style>"),
    "meta": lambda secret: _page(f'<meta name="author" content="{escape(secret)}">'),
}


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _runs(secret: str) -> str:
    return "".join(f"<w:r><w:t>{escape(part)}</w:t></w:r>" for part in _halves(secret))


_PNG = b"\x89PNG\r\n\x00\x00\x00\x20tEXtComment\x00"

DOCX: dict[str, Callable[[str], bytes]] = {
    "runs": lambda secret: _zipped({"word/document.xml": _WORD.format(_runs(secret))}),
    "property": lambda secret: _zipped({"docProps/core.xml": f"<p><dc:creator>{escape(secret)}</dc:creator></p>"}),
    "comment": lambda secret: _zipped({"word/comments.xml": f"<c><w:t>{escape(secret)}</w:t></c>"}),
    "picture": lambda secret: _zipped({"word/media/image1.png": _PNG + secret.encode() + b"Kx7\x02"}),
    "alternative text": lambda secret: _zipped({"word/document.xml": f'<d><wp:docPr descr="{escape(secret)}"/></d>'}),
    "embedded": lambda secret: _zipped({"word/embeddings/sheet.xlsx": XLSX["cell"](secret)}),
    "part's name": lambda secret: _zipped({f"word/{secret.replace('/', ' ')}.xml": "<a/>"}),
}


@lru_cache(maxsize=1)
def _workbook() -> dict[str, bytes]:
    """A workbook with a mark in a cell, a hidden sheet, a sheet's name, a comment and its properties."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet("Table")
        sheet.write_string(0, 0, f"{MARK}cell")
        sheet.write_comment(0, 0, f"{MARK}comment")
        hidden = workbook.add_worksheet(f"{MARK}sheet")
        hidden.hide()
        hidden.write_string(0, 0, f"{MARK}hidden")
        workbook.set_properties({"title": f"{MARK}title"})
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _in_workbook(place: str) -> Callable[[str], bytes]:
    def plant(secret: str) -> bytes:
        mark, text = f"{MARK}{place}".encode(), escape(secret).encode()
        return _zipped({name: content.replace(mark, text) for name, content in _workbook().items()})

    return plant


XLSX: dict[str, Callable[[str], bytes]] = {
    place: _in_workbook(place) for place in ("cell", "comment", "sheet", "hidden", "title")
}


def _pdf(place: str) -> Callable[[str], bytes]:
    def plant(secret: str) -> bytes:
        document = pikepdf.new()
        document.add_blank_page(page_size=(2000, 400))
        text = secret.encode("cp1252", "replace") if place == "page" else b"Nothing"
        shown = text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        document.pages[0].Contents = document.make_stream(b"BT /F1 12 Tf 20 200 Td (" + shown + b") Tj ET")
        kind = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
        font = pikepdf.Dictionary({key: pikepdf.Name(value) for key, value in kind.items()})
        document.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        if place == "title":
            document.docinfo["/Title"] = secret
        if place == "alternative text":
            inner = pikepdf.Dictionary(S=pikepdf.Name("/Figure"), Alt=pikepdf.String(secret))
            document.Root.StructTreeRoot = document.make_indirect(pikepdf.Dictionary(K=pikepdf.Array([inner])))
        if place == "outline":
            with document.open_outline() as outline:
                outline.root.append(pikepdf.OutlineItem(secret, 0))
        if place == "metadata":
            with document.open_metadata() as metadata:
                metadata["dc:description"] = secret
        if place == "attachment":
            document.attachments["notes.txt"] = pikepdf.AttachedFileSpec(document, secret.encode())
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    return plant


PDF = {place: _pdf(place) for place in ("page", "title", "alternative text", "outline", "metadata", "attachment")}

PLACES: tuple[tuple[str, str, Callable[[str], bytes]], ...] = tuple(
    (form, place, plant)
    for form, places in {"html": HTML, "docx": DOCX, "xlsx": XLSX, "pdf": PDF}.items()
    for place, plant in places.items()
)
"""Form, place, and what makes a document of that form with a secret in that place."""


def table_of(rows: Sequence[Mapping[str, Any]]) -> SnapshotTable:
    """A table of rows by column; what a row lacks is nothing."""
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    return SnapshotTable.of(pa.table({column: [row.get(column) for row in rows] for column in columns}))
