"""What is done for many organisations at once is what would be done for each alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.disclosure import Stream, Withheld
from toolkit.disclosure.leaks import Sentences
from toolkit.disclosure.personal import People
from toolkit.disclosure.pseudonyms import codes
from toolkit.disclosure.reading import SEED
from toolkit.disclosure.sentences import Index

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECES = [*["aaaa", "AAAA"] * 6, *[" ", "_", "aaa "] * 2, "\n", "1", "\u00e4aaa", "\u00df", "\u0130", "e\u0301"]
NAMES = ["Ann", "ann", "Lee", "LEE", "O'Hara", "Zo\u00eb", "\u0131da", "\u0130da", "Ida", "Strau\u00df", "STRAUSS", "-"]
LETTERS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
WORDS = st.lists(st.sampled_from(NAMES), max_size=8).map(" ".join)


@given(st.lists(WORDS, max_size=6), WORDS)
@example(["Ann", "Ann Lee"], "Was it ann  LEE or Ann-Lee, not Annlee?")
def test_known_people_are_taken_out_as_one_pattern_of_all_names_would(names: list[str], text: str) -> None:
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    parts = [part for part in (r"\W+".join(re.findall(r"\w+", name)) for name in longest_first) if part]
    expected = re.sub(rf"\b(?:{'|'.join(parts)})\b", "[name removed]", text, flags=re.IGNORECASE) if parts else text
    assert People(names).removed_from(text) == expected


@given(st.sets(st.text(min_size=1, max_size=6), max_size=60))
def test_codes_are_as_long_as_it_takes_to_tell_them_from_all_others(keys: set[str]) -> None:
    whole, found = codes(b"secret", "kind", keys, 200), codes(b"secret", "kind", keys, 1)
    for key, code in found.items():
        others = [other for one, other in whole.items() if one != key]
        assert not any(other.startswith(code) for other in others)
        assert len(code) == 1 or any(other.startswith(code[:-1]) for other in others)


@given(st.lists(st.lists(LETTERS, max_size=4), max_size=4), LETTERS, st.integers(1, 3))
@example([["the duty worker rings back", "The duty worker! rings"]], "the duty worker rings", 1)
@example([["Straße und Brücke am Fluß", "x"], ["strasse UND bru\u0308cke am"]], "strasse und brucke am fluss", 2)
def test_sentences_are_found_by_four_bytes_a_word_as_by_all_their_letters(
    parts: list[list[str]], text: str, most: int
) -> None:
    seeds = {found for _, found in _seeds(text)}
    held = Index(Sentences(lambda: parts), most).holding(seeds)
    expected: dict[str, list[tuple[str, int]]] = {}
    for sentence in dict.fromkeys(one for part in parts for one in part):
        for start, seed in _seeds(sentence):
            if seed in seeds and len(expected.setdefault(seed, [])) < most:
                expected[seed].append((sentence, start))
    assert {seed: [(each.pieces[0][1], at) for each, at in found] for seed, found in held.items()} == expected


def _seeds(text: str) -> Iterator[tuple[int, str]]:
    stream = Stream([("", text)])
    for start in stream.starts:
        if start + SEED <= len(stream.run):
            yield start, stream.run[start : start + SEED]


def test_many_names_that_begin_alike_are_all_allowed() -> None:
    names = [f"Synthetic Trust {first}{second}" for first in "abcdefgh" for second in "abcdefgh"]
    hidden = Withheld({"a person": ("Trust Ab", "Ab Lead", "Synthetic")}, allowed=tuple(names[1:]))

    def kinds(text: str) -> list[str]:
        return [leak.kind for leak in hidden.leaks([Stream([("", text)])])]

    assert kinds("It is Synthetic Trust ab.") == []
    assert kinds("It is Synthetic Trust aa.") == ["a person"]
    assert kinds("It is Synthetic Trust ab Lead.") == ["a person"]
