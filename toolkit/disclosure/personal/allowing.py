"""What may stand in a text although it reads like a person: organisations, places, laws and programmes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from toolkit.disclosure.personal.words import SAYING, TOKEN, folded, load_words, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        said = [*load_words().phrases, *areas, *office]
        for each in organisations:
            said += [each.name, *each.aliases, *each.areas]
        phrases = (tuple(folded(word) for word in TOKEN.findall(plain(phrase))) for phrase in said)
        return cls(frozenset(each for each in phrases if each and sum(map(len, each)) >= _SHORTEST))

    @cached_property
    def by_first_word(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """The phrases by their first word, longest first."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for phrase in self.phrases:
            found.setdefault(phrase[0], []).append(phrase)
        return {word: tuple(sorted(each, key=lambda one: (-len(one), one))) for word, each in found.items()}

    @cached_property
    def harmless(self) -> frozenset[str]:
        """Words, as they are written, behind which no name needs to be looked for."""
        words = load_words()
        known = {part for phrase in self.phrases for word in phrase for part in word.replace("'", "-").split("-")}
        small = words.ordinary | (known - words.names)
        sure = words.first | words.last
        capital = {each.title() for each in small - words.maybe_first - words.around.streets}
        numbers = (
            {str(each) for each in range(100)}
            | {f"0{each}" for each in range(10)}
            | {str(each) for each in range(1900, 2100)}
        )
        ordinals = {f"{each}{end}" for each in range(1, 32) for end in ("st", "nd", "rd", "th")}
        short = {each.upper() for each in small if 1 < len(each) <= _LONGEST_ABBREVIATION}
        titles = {form for each in words.around.titles for form in (each, each.title(), each.upper())}
        return frozenset(
            (short | small | words.maybe_first | words.maybe_last | _SAID_OFTEN | capital | numbers | ordinals)
            - sure
            - SAYING
            - titles
        )
