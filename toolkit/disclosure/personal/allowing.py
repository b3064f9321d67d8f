"""What may stand in a text although it reads like a person: organisations, places, laws and programmes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Self

from toolkit.disclosure.personal.words import SAYING, TOKEN, folded, load_words, plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from toolkit.records import Organisation

_SHORTEST = 2
_LONGEST_ABBREVIATION = 6
_SAID_OFTEN = frozenset({"s", "t", "Q1", "Q2", "Q3", "Q4"})


@dataclass(frozen=True)
class Allowed:
    """Phrases that are no person, each as its folded words; those that come with the toolkit are among them."""

    phrases: frozenset[tuple[str, ...]] = field(repr=False)

    @classmethod
    def of(cls, organisations: Iterable[Organisation], areas: Iterable[str] = (), office: Iterable[str] = ()) -> Self:
        """What a project allows.

        Args:
            organisations: the register: names, aliases, areas.
            areas: names of areas.
            office: what the project's own office and marking are called.
        """
        said = [*areas, *office]
        for each in organisations:
            said += [each.name, *each.aliases, *each.areas]
        return cls(_shipped() | _phrases(said))

    @cached_property
    def by_first_word(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """The phrases by their first word, longest first."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for phrase in self.phrases:
            found.setdefault(phrase[0], []).append(phrase)
        return {word: tuple(sorted(each, key=lambda one: (-len(one), one))) for word, each in found.items()}

    @cached_property
    def harmless(self) -> frozenset[bytes]:
        """Words, as they are written in UTF-8, behind which no name needs to be looked for."""
        return _always_harmless() | _harmless(_words_of(self.phrases - _shipped()))


def _phrases(said: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """The folded words of each phrase; what is too short to be one is left out."""
    phrases = (tuple(folded(word) for word in TOKEN.findall(plain(phrase))) for phrase in said)
    return frozenset(each for each in phrases if each and sum(map(len, each)) >= _SHORTEST)


@lru_cache(maxsize=1)
def _shipped() -> frozenset[tuple[str, ...]]:
    """The phrases that come with the toolkit."""
    return _phrases(load_words().phrases)


@lru_cache(maxsize=1)
def _always_harmless() -> frozenset[bytes]:
    """Words that are harmless in every project."""
    words = load_words()
    numbers = (
        {str(each) for each in range(100)}
        | {f"0{each}" for each in range(10)}
        | {str(each) for each in range(1900, 2100)}
    )
    ordinals = {f"{each}{end}" for each in range(1, 32) for end in ("st", "nd", "rd", "th")}
    names_too = words.maybe_first | words.maybe_last
    return _harmless(words.ordinary | _words_of(_shipped()), names_too | _SAID_OFTEN | numbers | ordinals)


def _words_of(phrases: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """The words of phrases, and the parts of those that are compound, unless they are names."""
    known = {part for phrase in phrases for word in phrase for part in word.replace("'", "-").split("-")}
    return frozenset(known - load_words().names)


def _harmless(small: frozenset[str], as_written: AbstractSet[str] = frozenset()) -> frozenset[bytes]:
    """Words in small letters as they may be written, and others as they are, without those behind which a name stands.

    They are told in UTF-8. What is said of a word does not depend on the others: those of a project may be added to
    those of the toolkit.
    """
    words = load_words()
    capital = {each.title() for each in small - words.maybe_first - words.around.streets}
    short = {each.upper() for each in small if 1 < len(each) <= _LONGEST_ABBREVIATION}
    titles = {form for each in words.around.titles for form in (each, each.title(), each.upper())}
    harmless = (small | short | capital | as_written) - words.first - words.last - SAYING - titles
    return frozenset(map(str.encode, harmless))


def load_shipped() -> None:
    """Make ready what all projects have in common. Raises CatalogueError where a file of the toolkit is damaged."""
    _always_harmless()
