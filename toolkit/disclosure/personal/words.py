"""The words that the scan knows (`toolkit/data/personal/`): names, places, ordinary words, and signs of a name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from toolkit.errors import CatalogueError

_DATA = Path(__file__).parents[2] / "data" / "personal"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
"""A word as the scan sees it, in a text that has gone through `plain`."""
SAYING = frozenset(
    word
    for small in ("dob", "born", "birth", "ref", "log", "crime", "dot", "spoke", "rang", "phoned", "mr", "mrs", "o")
    for word in (small, small.title(), small.upper())
)
"""Words that say that a number or a name follows, also where they are ordinary."""
_USUAL: dict[str | int, str | int] = {
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"),
    **{0xFF01 + each: 0x21 + each for each in range(0x5E)},
    **{first + each: ord("0") + each for first in (0x0660, 0x06F0, 0x0966, 0x09E6) for each in range(10)},
}
_PLAIN = str.maketrans(_USUAL)
OFTEN = frozenset("Will May April June Long Deep Jan Hope Victoria Christian Charity".split())  # noqa: SIM905 - a word list
"""First names that ordinary texts have with a capital: nothing to look behind, but where a capital follows at once."""
_SHORTEST_INFLECTED = 4
_NO_MARK = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "s", "\u0131": "i"})


class _Around(BaseModel):
    """What stands around a name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    titles: frozenset[str]
    after_titles: frozenset[str]
    strong_cues: frozenset[str]
    weak_cues: frozenset[str]
    person_verbs: frozenset[str]
    sure_verbs: frozenset[str]
    before_places: frozenset[str]
    named_after: frozenset[str]
    sentence_starters: frozenset[str]
    particles: frozenset[str]
    streets: frozenset[str]
    times: frozenset[str]
    eponym_nouns: frozenset[str]
    surname_ends: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """All words, folded (small letters, no accents). A name that is also a word is in `maybe_*`, else in the other."""

    first: frozenset[str]
    last: frozenset[str]
    maybe_first: frozenset[str]
    maybe_last: frozenset[str]
    ordinary: frozenset[str]
    phrases: tuple[str, ...]
    around: _Around

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name, certain or not."""
        return self.first | self.last | self.maybe_first | self.maybe_last


def plain(text: str) -> str:
    """The text with unusual spaces, hyphens, apostrophes and digits as usual ones, each in its place."""
    return text if text.isascii() else text.translate(_PLAIN)


def folded(word: str) -> str:
    """A word in small letters without accents."""
    small = word.lower()
    if small.isascii():
        return small
    parts = unicodedata.normalize("NFKD", small.translate(_NO_MARK))
    return "".join(each for each in parts if not unicodedata.combining(each))


@lru_cache(maxsize=1)
def load_words() -> Words:
    """The shipped words. Raises CatalogueError where a file is missing or breaks its shape."""
    try:
        around = _Around.model_validate(yaml.load(_read("words.yaml"), Loader=_Loader))  # noqa: S506 - a CSafeLoader or SafeLoader
        maybe_first, maybe_last = (_folded(part) for part in _read("ambiguous-names.txt").split("# -- surnames"))
        first, last = _folded(_read("first-names.txt")), _folded(_read("surnames.txt"))
        phrases = tuple(line for name in ("places.txt", "known.txt") for line in _lines(_read(name)))
        ordinary = _inflected(_folded(_read("ordinary.txt"))) | around.named_after
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError, ValidationError) as error:
        raise CatalogueError(f"toolkit/data/personal breaks its shape ({error}); put its files back.") from error
    first, last = first - maybe_first, last - maybe_last
    return Words(first, last, maybe_first, maybe_last, ordinary - first - last, phrases, around)


def _inflected(words: frozenset[str]) -> frozenset[str]:
    """Words with their usual endings."""
    found = set(words)
    for word in words:
        if len(word) >= _SHORTEST_INFLECTED:
            stem = word.removesuffix("e")
            found.update((f"{word}s", f"{stem}ed", f"{stem}ing", f"{word}ly"))
            if word.endswith("y"):
                found.update((f"{word[:-1]}ies", f"{word[:-1]}ied"))
    return frozenset(found)


def _read(name: str) -> str:
    return (_DATA / name).read_text(encoding="utf-8")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _folded(text: str) -> frozenset[str]:
    return frozenset(folded(word) for line in _lines(text) for word in line.split())
