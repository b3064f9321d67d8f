"""What a notebook cell emits: blocks shown as HTML, carried as JSON beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.document.html import as_html
from toolkit.document.json import MIME_TYPE, read_blocks, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.document.blocks import Block


@dataclass(frozen=True)
class Blocks:
    """What one notebook cell emits: shown as HTML, and carried as JSON beside it."""

    blocks: tuple[Block, ...]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        names = ", ".join(type(block).__name__ for block in self.blocks)
        return {MIME_TYPE: to_json(self), "text/html": as_html(self), "text/plain": f"Blocks: {names}"}

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)

    def __add__(self, other: Blocks) -> Blocks:
        return Blocks(self.blocks + other.blocks)


def from_json(values: list[dict[str, Any]]) -> Blocks:
    """The blocks that `to_json` wrote. Raises KeyError or TypeError for anything else."""
    return Blocks(read_blocks(values))
