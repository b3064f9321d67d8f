"""One document as a tagged PDF that claims PDF/UA-1 (ISO 14289-1): set by typst, row headings marked afterwards."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.document import Blocks
from toolkit.errors import PublishingError
from toolkit.publishing.pdf.checks import check_pdf
from toolkit.publishing.pdf.tagging import with_row_headings
from toolkit.publishing.pdf.values import row_headings, values_of
from toolkit.publishing.typesetting import typeset

if TYPE_CHECKING:
    from toolkit.publishing.edition import Edition

_TEMPLATE = "document.typ"
_LONGEST = 60


def as_bytes(edition: Edition) -> bytes:
    """The document as a PDF; the same edition gives the same bytes.

    Raises PublishingError where typst refuses it (no alternative text, headings that skip a level); the sentence names
    the block.
    """
    try:
        return _made(edition)
    except PublishingError:
        try:
            return _made(edition, plain=True)
        except PublishingError as error:
            raise PublishingError(f"{edition.name} cannot be made a PDF at {_refused(edition)}: {error}") from error


def faults(content: bytes) -> list[str]:
    """What is wrong with a PDF, one sentence each; empty when it may be published."""
    return check_pdf(content)


def _made(edition: Edition, *, plain: bool = False) -> bytes:
    values = values_of(edition, plain=plain)
    return with_row_headings(typeset(_TEMPLATE, values, "pdf", edition.meta.moment), row_headings(values))


def _refused(edition: Edition) -> str:
    """The first block that typst refuses, in words: that without which it takes all the blocks before."""
    blocks = edition.blocks.blocks

    def stops(count: int) -> bool:
        try:
            _made(replace(edition, blocks=Blocks(blocks[:count])), plain=True)
        except PublishingError:
            return True
        return False

    count = bisect_left(range(len(blocks)), x=True, key=stops)
    if count == 0:
        return "its cover"
    block = blocks[count - 1]
    named = (getattr(block, name, "") for name in ("title", "caption", "text"))
    name = " ".join(next((name for name in named if name), "").split())
    return f"the {type(block).__name__.lower()} {name[:_LONGEST]!r}"
