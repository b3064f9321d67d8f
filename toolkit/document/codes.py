"""A short code for every key figure, table and chart of a document, by which it can be traced."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

from toolkit.document.blocks import Block, Figure, Heading, KeyFigures, Table
from toolkit.document.emitting import Blocks

LETTERS = "CDFGHJKMNPQRTVWXYZ"
"""What a code begins with: no vowel, so that it is never a word, and no letter that looks like a digit."""

SIGNS = f"{LETTERS}234679"
LENGTH = 6


def with_codes(report: str, blocks: Blocks) -> Blocks:
    """The blocks with a code for each key figure, table and chart; a chart and its own table share one.

    A code is made of the report's name, the headings above, the kind and its number under these headings: never of a
    caption, which may name somebody. So it is the same for every audience and from meeting to meeting, as long as the
    same figures stand under the heading.

    Args:
        report: the report's file stem ("board-report").
        blocks: the whole document in order.
    """
    coder = _Coder(report)
    return Blocks(tuple(coder.coded(block) for block in blocks))


class _Coder:
    """Hands out the codes of one document, each only once."""

    def __init__(self, report: str) -> None:
        self._report = report
        self._headings: dict[int, str] = {}
        self._numbers: Counter[tuple[str, ...]] = Counter()
        self._taken: set[str] = set()

    def coded(self, block: Block) -> Block:
        match block:
            case Heading():
                self._headings = {level: text for level, text in self._headings.items() if level < block.level}
                self._headings[block.level] = block.text
            case KeyFigures():
                return replace(
                    block, figures=tuple(replace(one, code=self._next("key figure")) for one in block.figures)
                )
            case Table():
                return replace(block, code=self._next("table"))
            case Figure():
                code = self._next("figure")
                return replace(block, code=code, table=replace(block.table, code=code) if block.table else None)
        return block

    def _next(self, kind: str) -> str:
        place = (self._report, *self._headings.values(), kind)
        while True:
            self._numbers[place] += 1
            code = _code("\n".join((*place, str(self._numbers[place]))))
            if code not in self._taken:
                self._taken.add(code)
                return code


def _code(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    number, first = divmod(number, len(LETTERS))
    signs = [LETTERS[first]]
    for _ in range(LENGTH - 1):
        number, place = divmod(number, len(SIGNS))
        signs.append(SIGNS[place])
    return "".join(signs)
