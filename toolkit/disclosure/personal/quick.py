"""Which of many texts are worth a thorough look: one pass over all of them joined, before anything slow."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, NamedTuple

from toolkit.disclosure.personal.words import OFTEN, SAYING, folded, load_words, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.disclosure.personal.allowing import Allowed
    from toolkit.disclosure.personal.words import Words

_BETWEEN = str.maketrans(dict.fromkeys("\t\n\r\v\f" + string.punctuation, " "))
_SHORTEST_CODE = 3
_LETTERS_OF_INSURANCE = 2
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
    looked_for = _LookedFor(tuple(telling), tuple(often), tuple(saying))
    words = (*telling, *often, *saying)
    return [
        place for place, text in enumerate(usual) if "@" in text or (_has(text, words) and _may_name(text, looked_for))
    ]


class _LookedFor(NamedTuple):
    """Words of some texts: such as are telling, and such as may be, by what stands beside them."""

    telling: tuple[str, ...]
    often: tuple[str, ...]
    saying: tuple[str, ...]


def _may_name(text: str, words: _LookedFor) -> bool:
    """Whether a text has a telling word, or one that tells something by what stands beside it."""
    return (
        _has(text, words.telling)
        or (_has(text, words.often) and _BESIDE_OFTEN.search(text) is not None)
        or (_has(text, words.saying) and _says_more(text))
    )


def _has(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of the words stands in a text, be it within another."""
    return any(word in text for word in words)


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
