"""Which of many texts are worth a thorough look: one pass over all of them joined, before anything slow."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from toolkit.disclosure.personal.words import OFTEN, SAYING, folded, load_words, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.disclosure.personal.allowing import Allowed
    from toolkit.disclosure.personal.words import Words

_BETWEEN = str.maketrans(dict.fromkeys("\t\n\r\v\f" + string.punctuation, " "))
_SHORTEST_CODE = 3
_LETTERS_OF_INSURANCE = 2
_NOTHING = {0}
_COMMON_CAPITALS = frozenset({"A", "I", "GPs", "IDVAs", "ISVAs"})
_AFTER_SAYING = "|".join(rf"(?<={each} .)" for each in ("spoke to", "spoke with", "client", "survivor", "victim", "by"))
_REST_OF_OFTEN = "|".join(sorted(rf"(?<={each[0]}){each[1:]}" for each in OFTEN))
_BESIDE_OFTEN = re.compile(
    rf"[{''.join(sorted({each[0] for each in OFTEN}))}]"
    rf"(?:(?<!\w.)(?:{_REST_OF_OFTEN})(?: [A-Z]|'s )|(?:{_AFTER_SAYING})(?:{_REST_OF_OFTEN})\b(?! [0-9]))"
)
"""What makes it worth a look where a name stands that ordinary texts have often.

Begins with a sign that few places have, at which the search arrives quickly, and looks back from there.
"""
_SAID_WORDS = ("spoke", "Spoke", "rang", "Rang", "phoned", "Phoned", "mr", "Mr", "dot", "DOT", "Dot", "O'")
_SAID = re.compile(r"\b(?:[Ss]poke|[Rr]ang|[Pp]honed|[Mm]rs?|dot|DOT|Dot)\b|\bO'")
_DIGIT = re.compile("[0-9]")


def worth_a_look(texts: Sequence[str], allowed: Allowed) -> list[int]:
    """The places, in `texts`, of those that may hold personal data."""
    joined = plain("\n".join(dict.fromkeys(texts)))  # many say the same: a text once more has no other words
    strange = set(joined.translate(_BETWEEN).split()) - allowed.harmless
    often, saying = strange & OFTEN, strange & SAYING
    known = load_words()
    telling = {word for word in strange - often - saying if _is_telling(word, known)}
    if not telling and not often and not saying and "@" not in joined:
        return []
    usual = texts if joined.isascii() else [plain(text) for text in texts]
    marks = _Marks(telling, often, saying)
    return [place for place, text in enumerate(usual) if "@" in text or _may_name(text, marks)]


class _Marks(dict[str, int]):
    """Which of some sets of words have one that a word holds, or is, as bits: looked up once, however many texts."""

    def __init__(self, *sets: set[str]) -> None:
        super().__init__()
        self._sets = [(words, sorted({len(word) for word in words})) for words in sets]

    def __missing__(self, word: str) -> int:
        found = (
            any(word[at : at + length] in words for length in lengths for at in range(len(word) - length + 1))
            for words, lengths in self._sets
        )
        self[word] = sum(held << bit for bit, held in enumerate(found))
        return self[word]


def _may_name(text: str, marks: _Marks) -> bool:
    """Whether a text has a telling word, or one that tells something by what stands beside it."""
    found = set(map(marks.__getitem__, text.translate(_BETWEEN).split()))
    if found <= _NOTHING:
        return False
    telling, often, saying = (any(each >> bit & 1 for each in found) for bit in range(3))
    return telling or (often and _BESIDE_OFTEN.search(text) is not None) or (saying and _says_more(text))


def _says_more(text: str) -> bool:
    """Whether a text with a word that says that something follows has a digit, or a word that says it is a name."""
    if _DIGIT.search(text):
        return True
    return any(word in text for word in _SAID_WORDS) and _SAID.search(text) is not None


def _is_telling(word: str, known: Words) -> bool:
    """Whether a word that is not known as harmless may be part of a name or a number."""
    if not word.isalpha():
        return len(word) >= _SHORTEST_CODE
    if word.islower():
        return word in known.first or word in known.last or word in known.around.titles or not word.isascii()
    if word.isupper() and len(word) > _LETTERS_OF_INSURANCE:
        small = folded(word)
        return small in known.first or small in known.last or small in known.around.titles
    return word not in _COMMON_CAPITALS
