"""Known people: whoever the register or the returns name, taken out of texts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.disclosure.personal.finding import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_FOLD = str.maketrans("\u0131\u0130", "ii")
"""Letters that a search without regard to capitals takes for an i, and casefold does not."""


class People:
    """Names that are found as whole words, in any case and with any blanks between.

    Args:
        names: what people are called.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for name in names:
            folded = _WORD.findall(_folded(name))
            if folded:
                self._by_first.setdefault(folded[0], []).append((name, frozenset(folded)))

    def removed_from(self, text: str) -> str:
        """The text with "[name removed]" in place of the names; of several that begin alike the longest counts."""
        words = set(_WORD.findall(_folded(text)))
        held = tuple(
            name for first in words & self._by_first.keys() for name, folded in self._by_first[first] if folded <= words
        )
        return _pattern(frozenset(held)).sub(Kind.NAME.mask, text) if held else text


def _folded(text: str) -> str:
    return (text if text.isascii() else text.translate(_FOLD)).casefold()


@lru_cache(maxsize=1000)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    parts = (r"\W+".join(_WORD.findall(name)) for name in longest_first)
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)
