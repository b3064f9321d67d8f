"""Which blocks stand on upright pages and which on pages on their side."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from toolkit.document import Figure, Heading, Items, Note, Table, Text
from toolkit.publishing.docx.widths import fit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.document import Block

_LEADING = (Heading, Text, Items, Note)


def sections(blocks: Iterable[Block]) -> list[tuple[bool, list[Block]]]:
    """The blocks in runs, each with whether its pages lie on their side.

    A table that needs such a page takes what leads to it along, up to its heading, so that no heading stays behind; the
    pages stand upright again from the next heading.
    """
    turned = [pair for chapter in _chapters(blocks) for pair in _turned(chapter)]
    return [
        (landscape, [block for _, block in run]) for landscape, run in groupby(turned, key=lambda pair: pair[0])
    ] or [(False, [])]


def _chapters(blocks: Iterable[Block]) -> list[list[Block]]:
    """The blocks of each heading; headings that follow one another belong together."""
    chapters: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Heading) and chapters[-1] and not isinstance(chapters[-1][-1], Heading):
            chapters.append([])
        chapters[-1].append(block)
    return chapters


def _turned(chapter: list[Block]) -> list[tuple[bool, Block]]:
    first = next((place for place, block in enumerate(chapter) if _is_wide(block)), len(chapter))
    if all(isinstance(block, _LEADING) for block in chapter[:first]) and first < len(chapter):
        first = 0
    return [(place >= first, block) for place, block in enumerate(chapter)]


def _is_wide(block: Block) -> bool:
    table = block.table if isinstance(block, Figure) else block
    return isinstance(table, Table) and bool(table.rows) and fit(table).landscape
