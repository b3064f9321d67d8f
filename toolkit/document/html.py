"""Blocks to an HTML fragment: semantic, accessible, everything escaped."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import singledispatchmethod
from typing import TYPE_CHECKING

from toolkit.document.blocks import (
    Block,
    Cell,
    Column,
    Cover,
    Figure,
    Heading,
    Items,
    KeyFigures,
    Note,
    Table,
    Text,
    cell_text,
)
from toolkit.document.outline import Ids, outline
from toolkit.document.plain import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

SYNTHETIC = "Synthetic data: made up for training and testing. It describes no real organisation."
"""What every form says about a document whose cover is marked synthetic."""

_SHORT = 22
_WIDE = 6
_COUNTS = re.compile(r" (\(\d[\d,]* of \d[\d,]*\))")  # broken before, not inside, in narrow columns
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SVG_ID = re.compile(r"\bid=\"(fig[0-9a-f]{10})")


def as_html(blocks: Iterable[Block], taken: Iterable[str] = ()) -> str:
    """The blocks as an HTML fragment, without script or style.

    Every text is escaped; only a figure's `svg`, which `toolkit.figures` writes, is put in as it is. Ids are unique
    within the fragment and differ from those `taken` by the page around it.
    """
    page, found = set(taken), tuple(blocks)
    return _Writer([entry.id for entry in outline(found, page)], page).document(found)


def escaped(text: str) -> str:
    """The text as HTML character data: no markup, no direction override, no control character left in it."""
    return html.escape(plain_text(text), quote=True)


class _Writer:
    """Writes one fragment; remembers the ids it has used."""

    def __init__(self, heading_ids: list[str], taken: set[str]) -> None:
        self._heading_ids = iter(heading_ids)
        self._ids = Ids(taken | set(heading_ids))
        self._drawings: dict[str, int] = {}
        self._captions: set[str] = set()

    def document(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self.block(block) for block in blocks)

    @singledispatchmethod
    def block(self, block: Block) -> str:
        raise TypeError(f"{type(block).__name__} is not a block of the document model.")

    @block.register
    def _(self, block: Cover) -> str:
        parts = [f'<p class="marking">{escaped(block.marking)}</p>'] if block.marking else []
        parts.append(f"<h1>{escaped(block.title)}</h1>")
        if block.subtitle:
            parts.append(f'<p class="subtitle">{escaped(block.subtitle)}</p>')
        if block.synthetic:
            parts.append(f'<p class="synthetic">{escaped(SYNTHETIC)}</p>')
        if block.facts:
            facts = "".join(
                f"<div><dt>{escaped(label)}</dt><dd>{escaped(value)}</dd></div>" for label, value in block.facts
            )
            parts.append(f'<dl class="facts">{facts}</dl>')
        return f'<div class="cover">{"".join(parts)}</div>'

    @block.register
    def _(self, block: Heading) -> str:
        level = min(max(block.level, 2), 4)
        return f'<h{level} id="{next(self._heading_ids)}">{escaped(block.text)}</h{level}>'

    @block.register
    def _(self, block: Text) -> str:
        return f"<p>{escaped(block.text)}</p>"

    @block.register
    def _(self, block: Items) -> str:
        tag = "ol" if block.ordered else "ul"
        return f"<{tag}>{''.join(f'<li>{escaped(item)}</li>' for item in block.items)}</{tag}>" if block.items else ""

    @block.register
    def _(self, block: KeyFigures) -> str:
        figures = "".join(
            f'<div><dt>{escaped(figure.label)}</dt><dd class="value">{escaped(figure.value)}</dd>'
            + (f'<dd class="detail">{escaped(figure.detail)}</dd>' if figure.detail else "")
            + _code(figure.code, "dd")
            + "</div>"
            for figure in block.figures
        )
        return f'<dl class="key-figures">{figures}</dl>' if figures else ""

    @block.register
    def _(self, block: Note) -> str:
        word = {"information": "Note", "warning": "Warning"}[block.kind]
        text = f"<p><strong>{word}:</strong> {escaped(block.text)}</p>"
        return f'<aside role="note" class="note {block.kind}">{text}</aside>'

    @block.register
    def _(self, block: Table) -> str:
        return self._table(block)

    @block.register
    def _(self, block: Figure) -> str:
        name = self._ids.numbered("figure")
        note = f'<p class="figure-note">{escaped(block.note)}</p>' if block.note else ""
        data = (
            '<details class="figure-data" open><summary>Figures behind this chart</summary>'
            f"{self._table(replace(block.table, code=''))}</details>"
            if block.table
            else ""
        )
        return (
            f'<figure><figcaption id="{name}">{escaped(block.title)}</figcaption>'
            f'<div class="picture" role="group" tabindex="0" aria-labelledby="{name}">{self._drawing(block)}</div>'
            f"{note}{_code(block.code)}{data}</figure>"
        )

    def _drawing(self, figure: Figure) -> str:
        """The picture; where the same one stands in the page before, its ids get a suffix."""
        found = _SVG_ID.search(figure.svg)
        if not found:
            return figure.svg
        prefix = found[1]
        times = self._drawings[prefix] = self._drawings.get(prefix, 0) + 1
        return figure.svg if times == 1 else figure.svg.replace(prefix, f"{prefix}x{times}")

    def _table(self, table: Table) -> str:
        name = self._ids.numbered("table")
        notes = "".join(f'<p class="table-note">{escaped(note)}</p>' for note in table.notes) + _code(table.code)
        if not table.rows:
            return (
                f'<div class="no-rows" id="{name}"><p class="caption">{escaped(table.caption)}</p>'
                f"<p>{escaped(table.empty)}</p>{notes}</div>"
            )
        looks = [_look(column, place, table) for place, column in enumerate(table.columns)]
        columns = zip(table.columns, looks, strict=True)
        head = "".join(f'<th scope="col"{look}>{escaped(column.name)}</th>' for column, look in columns)
        body = "\n".join(f"<tr>{_row(row, table, looks)}</tr>" for row in table.rows)
        wide = ' class="wide"' if len(table.columns) > _WIDE else ""
        role = "group" if table.caption in self._captions else "region"  # a page's landmarks have names of their own
        self._captions.add(table.caption)
        return (
            f'<div class="scroll" role="{role}" tabindex="0" aria-labelledby="{name}">'
            f'<table{wide}><caption id="{name}">{escaped(table.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>{notes}"
        )


def _row(row: tuple[Cell, ...], table: Table, looks: list[str]) -> str:
    cells = []
    for place, (value, column, look) in enumerate(zip(row, table.columns, looks, strict=True)):
        text = escaped(cell_text(value, column, table.missing))
        if _RIGHT_TO_LEFT.search(text):  # a name that runs the other way does not turn its neighbours round
            text = f"<bdi>{text}</bdi>"
        if len(table.columns) > _WIDE:
            text = _COUNTS.sub(r' <span class="whole">\1</span>', text)
        if place < table.row_headers:
            cells.append(f'<th scope="row"{look}>{text}</th>')
        else:
            cells.append(f"<td{look}>{text}</td>")
    return "".join(cells)


def _code(code: str, tag: str = "p") -> str:
    return f'<{tag} class="code">Figure code {escaped(code)}</{tag}>' if code else ""


def _look(column: Column, place: int, table: Table) -> str:
    """Numbers stand at the right; a column of short texts is not broken into lines."""
    if column.format != "text":
        return ' class="number"'
    longest = max(len(cell_text(row[place], column, table.missing)) for row in table.rows)
    return ' class="short"' if longest <= _SHORT else ""
