"""The outline of a document: an id for every heading, unique in the page, and the contents list made of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.document.blocks import Block, Heading

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a contents list: the heading's id, text and level (2 to 4)."""

    id: str
    text: str
    level: int


@dataclass
class Ids:
    """Hands out ids, each only once; `taken` are ids that the page already uses."""

    taken: set[str] = field(default_factory=set)

    def slug(self, text: str) -> str:
        """An id made of the text's letters and digits: "What it asks" gives "what-it-asks", then "what-it-asks-2"."""
        ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
        words = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
        return self._once(f"section-{words}" if words[:1].isdigit() else words[:_LONGEST].strip("-") or "section")

    def numbered(self, kind: str) -> str:
        """The next id of a kind: "table-1", "table-2"."""
        number = 1
        while f"{kind}-{number}" in self.taken:
            number += 1
        return self._once(f"{kind}-{number}")

    def _once(self, wanted: str) -> str:
        found, number = wanted, 1
        while found in self.taken:
            number += 1
            found = f"{wanted}-{number}"
        self.taken.add(found)
        return found


def outline(blocks: Iterable[Block], taken: Iterable[str] = ()) -> tuple[Entry, ...]:
    """The headings with the ids that `as_html` gives them for the same `taken`, in order."""
    ids = Ids(set(taken))
    headings = [block for block in blocks if isinstance(block, Heading)]
    return tuple(Entry(ids.slug(heading.text), heading.text, heading.level) for heading in headings)
