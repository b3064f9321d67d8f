"""An edition as the JSON values that the template is fed with."""

from __future__ import annotations

import re
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Any

from toolkit.document import (
    SYNTHETIC,
    Block,
    Figure,
    Heading,
    Items,
    KeyFigures,
    Note,
    Table,
    Text,
    cell_text,
    how_many,
)
from toolkit.publishing.lettering import SUBSTITUTE, clusters, drawable, printable, width
from toolkit.publishing.pdf.columns import ABOVE, BELOW, LANDSCAPE, PORTRAIT, WHOLE, Layout, layout_of

if TYPE_CHECKING:
    from toolkit.publishing.edition import Edition

MEASURE = 420.0
"""How wide a paragraph is, in points: about 80 characters."""

BODY = 10.5
_HEADINGS = {2: 15.0, 3: 12.0, 4: 10.5}
_TITLE, _SUBTITLE = 24.0, 13.0
_PANELS = 4
_SUBJECTS = ("audit", "standards", "domestic abuse", "sexual assault and abuse", "self-assessment")
_WHOLE_TABLE, _WHOLE_ROW, _CAPTION = 250.0, 250.0, 42.0
_RUNNING, _MARKING, _CODE = 150.0, 200.0, 50.0
_LISTED = 12
_PARAGRAPHS = 2
_CHUNK = 3
_WORD_PARTS = re.compile(r"(?<=[-/–—])(?=\D)")

Said = str | list[str | list[str]]
"""A text: as it is, or in pieces, of which a list is a word that may be broken only between its chunks."""


def _logo(edition: Edition, writer: _Writer) -> dict[str, Any] | None:
    """The theme's logo as the template takes it: a PNG's bytes, and the words that stand for it."""
    logo = edition.theme.logo
    return {"png": list(edition.theme.logo_png), "text": writer.line(logo.text)} if logo else None


def values_of(edition: Edition, *, plain: bool = False) -> dict[str, Any]:
    """What `document.typ` prints: every text is a string in it, every length a number of points.

    `plain` leaves out what the first font has not: typst cannot tag every mixture of scripts, most of all in pictures.
    """
    cover, meta, writer = edition.cover, edition.meta, _Writer(plain=plain)
    headings = [block for block in edition.blocks if isinstance(block, Heading)]
    values = {
        "name": writer.line(edition.title),
        "office": writer.line(edition.publisher),
        "keywords": [*_SUBJECTS, *(["synthetic data"] if cover.synthetic else [])],
        "dated": meta.moment is not None,
        "running": writer.short(cover.title, _RUNNING, 8),
        "marking": writer.short(cover.marking, _MARKING, 10),
        "synthetic": SYNTHETIC if cover.synthetic else "",
        "cover": {
            "office": writer.said(edition.publisher, MEASURE, BODY),
            "logo": _logo(edition, writer),
            "title": writer.said(cover.title, PORTRAIT, _TITLE, bold=True),
            "subtitle": writer.said(cover.subtitle, PORTRAIT, _SUBTITLE),
            "facts": [[writer.said(part, PORTRAIT / 2 - 20, BODY, bold=True) for part in fact] for fact in cover.facts],
        },
        "contents": len(headings) > 1,
        "colours": edition.theme.colours.model_dump(),
        "sizes": {
            "body": BODY,
            "title": _TITLE,
            "subtitle": _SUBTITLE,
            "measure": MEASURE,
            "above": ABOVE,
            "below": BELOW,
            "headings": list(_HEADINGS.values()),
        },
        "pages": _pages([writer.block(block) for block in edition.blocks]),
    }
    return {**values, "about": _about(edition, writer)}


def row_headings(values: dict[str, Any]) -> list[int]:
    """How many cells of each row are headings, table by table as they are printed."""
    blocks = [block for page in values["pages"] for block in page["blocks"]]
    tables = (block["table"] if block["kind"] == "figure" else block for block in blocks)
    return [table["row_headers"] for table in tables if table and table["kind"] == "table" and table["rows"]]


def _about(edition: Edition, writer: _Writer) -> list[list[Said]]:
    meta = edition.meta
    facts = [
        ("Figures from", f"snapshot {meta.snapshot}"),
        ("Made with", f"standards audit toolkit {meta.toolkit_version}"),
        ("Method", meta.method),
        ("Contact", meta.contact),
    ]
    if writer.missing:
        codes = ", ".join(f"U+{ord(sign):04X}" for sign in writer.missing[:_LISTED])
        more = f" and {len(writer.missing) - _LISTED} more" if len(writer.missing) > _LISTED else ""
        signs = how_many(len(writer.missing), "character")
        facts.append(
            (
                "Not printed",
                f"{signs} that this document's fonts do not have: {codes}{more}. {SUBSTITUTE} stands there.",
            )
        )
    return [[label, writer.said(text, PORTRAIT - 100, BODY)] for label, text in facts if text]


def _pages(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks by the way their page is turned; what leads to a turned table from its heading on turns with it."""
    pages: list[dict[str, Any]] = []
    for block in blocks:
        turned = block.get("room") == LANDSCAPE
        if not pages or pages[-1]["turned"] != turned:
            leading = _leading(pages[-1]["blocks"]) if pages and turned else []
            pages.append({"turned": turned, "blocks": leading})
        pages[-1]["blocks"].append(block)
    return [page for page in pages if page["blocks"]]


def _leading(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Takes the last headings and at most two paragraphs under them from the blocks."""
    start = len(blocks)
    while start and blocks[start - 1]["kind"] == "text" and len(blocks) - start < _PARAGRAPHS:
        start -= 1
    if not start or blocks[start - 1]["kind"] != "heading":
        return []
    while start and blocks[start - 1]["kind"] == "heading":
        start -= 1
    taken = blocks[start:]
    del blocks[start:]
    return taken


class _Writer:
    """Writes blocks as values; remembers which characters no font has."""

    def __init__(self, *, plain: bool = False) -> None:
        self.missing = ""
        self._plain = plain

    def line(self, text: str) -> str:
        """The text as one line."""
        return " ".join(self._printable(text).split())

    def short(self, text: str, room: float, size: float) -> str:
        """The text as one line that fits the room, with an ellipsis where it is longer."""
        line = shown = self.line(text)
        while width(shown, bold=True) * size > room:
            line = line[: int(len(line) * 0.9)]
            shown = f"{line}…"
        return shown

    def said(self, text: str, room: float, size: float, *, bold: bool = False) -> Said:
        """The text, with words that are wider than the room in chunks and with counts that are not broken."""
        plain = self._printable(text)
        if width(plain, bold=bold) * size <= room and not WHOLE.search(plain):
            return plain
        pieces: list[str | list[str]] = []
        for piece in re.split(rf"({WHOLE.pattern}|\s+)", plain):
            if WHOLE.fullmatch(piece) and width(piece, bold=bold) * size <= room:
                pieces.append([piece])
            elif width(piece, bold=bold) * size <= room or piece.isspace():
                pieces.append(piece)
            else:
                parts = _WORD_PARTS.split(piece)
                pieces += [part if width(part, bold=bold) * size <= room else _chunks(part) for part in parts]
        if all(isinstance(piece, str) for piece in pieces):
            return plain
        return [piece for piece in pieces if piece]

    @singledispatchmethod
    def block(self, block: Block) -> dict[str, Any]:
        raise TypeError(f"{type(block).__name__} is not a block of the document model.")

    @block.register
    def _(self, block: Heading) -> dict[str, Any]:
        level = min(max(block.level, 2), 4)
        return {
            "kind": "heading",
            "level": level - 1,
            "text": self.said(self.line(block.text), PORTRAIT, _HEADINGS[level], bold=True),
        }

    @block.register
    def _(self, block: Text) -> dict[str, Any]:
        return {"kind": "text", "text": self.said(block.text, MEASURE, BODY)}

    @block.register
    def _(self, block: Items) -> dict[str, Any]:
        items = [self.said(item, MEASURE - 24, BODY) for item in block.items]
        return {"kind": "items", "items": items, "ordered": block.ordered}

    @block.register
    def _(self, block: KeyFigures) -> dict[str, Any]:
        count = len(block.figures)
        abreast = count if count <= _PANELS else -(-count // -(-count // _PANELS))
        room = PORTRAIT / max(abreast, 1) - 30
        figures = [
            {
                "label": self.said(figure.label, room, 9.5, bold=True),
                "value": self.said(figure.value, room, 21, bold=True),
                "detail": self.said(figure.detail, room, 9),
                "code": self.short(figure.code, _CODE, 8),
            }
            for figure in block.figures
        ]
        return {"kind": "key-figures", "figures": figures, "abreast": abreast}

    @block.register
    def _(self, block: Note) -> dict[str, Any]:
        word = {"information": "Note", "warning": "Warning"}[block.kind]
        text = self.said(block.text, MEASURE - 40, BODY)
        return {"kind": "note", "warning": block.kind == "warning", "word": word, "text": text}

    @block.register
    def _(self, block: Figure) -> dict[str, Any]:
        return {
            "kind": "figure",
            "title": self.said(block.title, MEASURE, BODY, bold=True),
            "alt": self._printable(block.alt).strip(),
            "svg": self._noted(drawable(block.svg, first_family=self._plain)),
            "note": self.said(block.note, MEASURE, 9),
            "code": self.short(block.code, _CODE, 8),
            "table": self.block(block.table) if block.table else None,
        }

    @block.register
    def _(self, block: Table) -> dict[str, Any]:
        table: dict[str, Any] = {
            "kind": "table",
            "caption": self.said(block.caption, MEASURE, BODY, bold=True),
            "notes": [self.said(note, MEASURE, 9) for note in block.notes],
            "code": self.short(block.code, _CODE, 8),
            "empty": self.said(block.empty, MEASURE, BODY),
            "row_headers": block.row_headers,
            "rows": [],
        }
        return {**table, **self._laid_out(block, layout_of(block))} if block.rows else table

    def _laid_out(self, table: Table, layout: Layout) -> dict[str, Any]:
        size = layout.size
        head = [
            self.said(column.name, layout.inner(place), size, bold=True) for place, column in enumerate(table.columns)
        ]
        rows = [
            [
                self.said(cell_text(value, column, table.missing), layout.inner(place), size)
                for place, (value, column) in enumerate(zip(row, table.columns, strict=True))
            ]
            for row in table.rows
        ]
        return {
            "room": layout.room,
            "size": size,
            "gap": layout.gap,
            "widths": layout.widths,
            "numbers": [column.format != "text" for column in table.columns],
            "head": head,
            "rows": rows,
            "breaks": [height > _WHOLE_ROW for height in layout.heights[1:]],
            "whole": layout.height <= _WHOLE_TABLE,
            "start": _CAPTION + min(sum(layout.heights[:3]), _WHOLE_ROW),
        }

    def _printable(self, text: str) -> str:
        return self._noted(drawable(text, first_family=True) if self._plain else printable(text))

    def _noted(self, found: tuple[str, str]) -> str:
        shown, missing = found
        self.missing = "".join(dict.fromkeys(self.missing + missing))
        return shown


def _chunks(word: str) -> list[str]:
    """A word in chunks between which it may be broken; a letter and its marks stay together."""
    signs = clusters(word)
    return ["".join(signs[start : start + _CHUNK]) for start in range(0, len(signs), _CHUNK)]
