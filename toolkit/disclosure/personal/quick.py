"""Which of many texts are worth a thorough look: one pass over all of them joined, before anything slow."""

from __future__ import annotations

import re
import string
from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING

from toolkit.disclosure.personal.words import OFTEN, SAYING, folded, load_words, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.disclosure.personal.allowing import Allowed
    from toolkit.disclosure.personal.words import Words

_SEPARATING = b"\t\n\r\v\f\x1c\x1d\x1e\x1f" + string.punctuation.encode()
_BETWEEN = bytes.maketrans(_SEPARATING, b" " * len(_SEPARATING))
"""In UTF-8, where these signs are what they are in ASCII: bytes are cut up in two thirds of the time."""
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
_NAMING = frozenset("spoke Spoke rang Rang phoned Phoned mr Mr mrs Mrs dot DOT Dot O".split())  # noqa: SIM905 - a word list
"""Of the words that say that something follows, those that say that it is a name or an address."""
_SAID = re.compile(r"\b(?:[Ss]poke|[Rr]ang|[Pp]honed|[Mm]rs?|dot|DOT|Dot)\b|\bO'")
_DIGIT = re.compile("[0-9]")


def worth_a_look(texts: Sequence[str], allowed: Allowed) -> list[int]:
    """The places, in `texts`, of those that may hold personal data."""
    different = list(dict.fromkeys(texts))  # many say the same: a text once more has no other words
    joined = plain("\n".join(different))
    written = joined.encode("utf-8", "surrogatepass")
    unknown = set(written.translate(_BETWEEN).split()) - allowed.harmless
    strange = {word.decode("utf-8", "surrogatepass") for word in unknown}
    often, saying = strange & OFTEN, strange & SAYING
    known = load_words()
    telling = {word for word in strange - often - saying if _is_telling(word, known)}
    ends = list(accumulate(len(text) + 1 for text in different))
    found = _holding(("@", *telling), joined, ends)
    found |= {place for place in _holding(often, joined, ends) - found if _is_beside(plain(different[place]))}
    if saying & _NAMING or any(map(joined.__contains__, string.digits)):
        says_more = _says_more if saying & _NAMING else _DIGIT.search  # a sign at its end, as in "spoke…", is telling
        found |= {place for place in _holding(saying, joined, ends) - found if says_more(plain(different[place]))}
    worth = {different[place] for place in found}
    return [place for place, text in enumerate(texts) if text in worth] if worth else []


def _holding(words: Iterable[str], joined: str, ends: Sequence[int]) -> set[int]:
    """Which texts have one of the words, be it within another.

    Args:
        words: the words.
        joined: all texts, joined by a sign each.
        ends: where each is over, with that sign.
    """
    found: set[int] = set()
    for word in words:
        at = joined.find(word)
        while at >= 0:
            place = bisect(ends, at)
            found.add(place)
            at = joined.find(word, ends[place])
    return found


def _is_beside(text: str) -> bool:
    """Whether something beside a name that ordinary texts have often makes it worth a look."""
    return _BESIDE_OFTEN.search(text) is not None


def _says_more(text: str) -> bool:
    """Whether a text with a word that says that something follows has a digit, or a word that says it is a name."""
    return _DIGIT.search(text) is not None or _SAID.search(text) is not None


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
