"""A text as the search for leaks reads it: words without case, accents and whatever stands between them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
SEED = 12
"""Letters that must agree before the rest is compared."""

_DIGITS = re.compile(r"\d(?:[\s().+/\-\u2010-\u2015]*\d){8,}")


@dataclass(frozen=True)
class Stream:
    """Pieces of a document that are read one after the other, each with its place.

    `prose` is text for readers; what is not (file names, ids, properties) is written without regard to capitals.
    Where `whole_words` is not to be had (pictures, other binary parts), a word may begin and end anywhere.
    """

    pieces: Sequence[tuple[str, str]]
    prose: bool = True
    whole_words: bool = True

    @cached_property
    def _words(self) -> tuple[str, list[int], list[int], list[int], list[int]]:
        """Letters and digits run together; where words start and end in that; capitals; which piece each is from."""
        run: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        capitals: list[int] = []
        firsts: list[int] = []
        length = 0
        for _, text in self.pieces:
            firsts.append(length)
            for word in _WORD.findall(plain(text)):
                folded = word.casefold()
                run.append(folded)
                starts.append(length)
                length += len(folded)
                ends.append(length)
                capitals.append(capital(word))
        return "".join(run), starts, ends, capitals, firsts

    @property
    def run(self) -> str:
        """All letters and digits, folded, without anything between them."""
        return self._words[0]

    @property
    def starts(self) -> Sequence[int]:
        """Where words start in the run."""
        return self._words[1] if self.whole_words else range(len(self.run))

    @cached_property
    def ends(self) -> frozenset[int]:
        """Where words end in the run."""
        return frozenset(self._words[2] if self.whole_words else range(len(self.run) + 1))

    def words_in(self, start: int, end: int) -> int:
        """How many words begin in a part of the run."""
        starts = self._words[1]
        return bisect_right(starts, end - 1) - bisect_right(starts, start - 1)

    def capital_at(self, start: int) -> int:
        """How the word that starts there is capitalised, as `capital` counts."""
        return self._words[3][bisect_right(self._words[1], start) - 1]

    def place(self, start: int) -> str:
        """Where in the document a part of the run stands."""
        return self.pieces[max(bisect_right(self._words[4], start) - 1, 0)][0]

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Runs of nine digits or more, whatever stands between them, each with its place."""
        for place, text in self.pieces:
            for found in _DIGITS.findall(plain(text)):
                yield place, "".join(character for character in found if character.isdigit())
        if len(self.pieces) > 1:
            for found in _DIGITS.findall("\n".join(text for _, text in self.pieces)):
                yield "the text", "".join(character for character in found if character.isdigit())


def plain(text: str) -> str:
    """The text without accents, ligatures and characters that are not seen."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", _UNSEEN.sub("", text))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def capital(word: str) -> int:
    """2 for a word in capitals (or digits), 1 for one that begins with a capital, 0 for any other."""
    if word == word.upper():
        return 2
    return 1 if word[0].isupper() else 0


def squeezed(text: str) -> str:
    """A text's letters and digits, folded, as they stand in the run of a stream."""
    return "".join(word.casefold() for word in _WORD.findall(plain(text)))


def words(text: str) -> list[str]:
    """A text's words, as they are capitalised."""
    return _WORD.findall(plain(text))
