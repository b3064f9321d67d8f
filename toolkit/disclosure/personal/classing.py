"""The words of a text, each with what it may be: a name for certain, perhaps, an ordinary word, or allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.disclosure.personal.words import TOKEN, folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.disclosure.personal.allowing import Allowed
    from toolkit.disclosure.personal.words import Words

SHORTEST = 3
"""Letters of a word in small letters, or of one that nobody knows, that may be a name."""
_OWNED = frozenset({"'s", "'S"})


class Word(NamedTuple):
    """A word of a text: where it is, how it is written, and what it may be."""

    start: int
    end: int
    text: str
    small: str
    is_cap: bool
    is_upper: bool
    is_initial: bool
    first: bool
    last: bool
    maybe_first: bool
    maybe_last: bool
    ordinary: bool
    barred: bool

    @property
    def sure(self) -> bool:
        """A name that is nothing else."""
        return self.first or self.last

    @property
    def maybe(self) -> bool:
        """A name that is a word or a place too."""
        return self.maybe_first or self.maybe_last

    @property
    def unknown(self) -> bool:
        """A word with a capital that is neither a name nor an ordinary word."""
        plain = not (self.sure or self.maybe or self.ordinary or self.barred or self.is_upper)
        return self.is_cap and plain and len(self.small) >= SHORTEST

    @property
    def namey(self) -> bool:
        """Whether it may be part of a name as it is written."""
        if self.barred:
            return False
        if self.is_initial:
            return True
        if self.is_upper:
            return self.sure and len(self.small) >= SHORTEST
        return self.is_cap and (self.sure or self.maybe or self.unknown)


def read_words(text: str, allowed: Allowed, taken: Sequence[tuple[int, int]], known: Words) -> list[Word]:
    """Every word of a text; those of allowed phrases, and in passages taken already, are barred."""
    found = [(match.start(), match.end() - (2 if match[0][-2:] in _OWNED else 0)) for match in TOKEN.finditer(text)]
    small = [folded(text[start:end]) for start, end in found]
    whole = [
        folded(text[start : start + 2 + end - start]) if text[end : end + 2] in _OWNED else word
        for (start, end), word in zip(found, small, strict=True)
    ]
    barred = _barred(small, whole, allowed)
    barred |= {
        place for place, (start, end) in enumerate(found) if any(start < last and end > first for first, last in taken)
    }
    return [
        _word(text, *span, word, known, barred=place in barred)
        for place, (span, word) in enumerate(zip(found, small, strict=True))
    ]


def _barred(small: list[str], whole: list[str], allowed: Allowed) -> set[int]:
    """The places of words that belong to an allowed phrase."""
    phrases = allowed.by_first_word
    barred: set[int] = set()
    for place, word in enumerate(small):
        for phrase in (*phrases.get(word, ()), *(phrases.get(whole[place], ()) if whole[place] != word else ())):
            span = range(place, place + len(phrase))
            if span.stop <= len(small) and all(
                one in {small[at], whole[at]} for one, at in zip(phrase, span, strict=True)
            ):
                barred.update(span)
                break
    return barred


def _word(text: str, start: int, end: int, small: str, known: Words, *, barred: bool) -> Word:
    written = text[start:end]
    is_upper = len(written) > 1 and written.isupper()
    is_cap = written[0].isupper()
    parts = [part for part in small.split("-") if part]
    ordinary = small in known.ordinary
    if len(parts) > 1:
        ordinary = any(part in known.ordinary and part not in known.names for part in parts)
    joined = len(parts) > 1 and not ordinary and is_cap
    first = small in known.first or (joined and parts[0] in known.first)
    last = small in known.last or (joined and parts[-1] in known.last)
    return Word(
        start,
        end,
        written,
        small,
        is_cap,
        is_upper,
        len(written) == 1 and is_cap,
        first,
        last,
        small in known.maybe_first or (joined and parts[0] in known.maybe_first),
        small in known.maybe_last or (joined and parts[-1] in known.maybe_last),
        ordinary,
        barred,
    )
