"""The search of what was written for what its audience may not see."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.disclosure.reading import SEED, Stream, capital, squeezed, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from toolkit.disclosure.sentences import Index

    Written = Mapping[str, list[tuple[Stream, int]]]

WORDS, CHARACTERS = 5, 25
"""From how many words in a row, or letters in a row, something is somebody's sentence: 25 letters are 30 characters."""

_HEAD = 3
"""Letters by which names are looked up; none is shorter."""

_ALONE = 7
"""Letters that a name needs where it is looked for among letters that are no words."""

_MOST = 64
"""How many sentences are compared that have the same letters there."""

_FAR = 200

_FEWEST = 16
"""Letters below which even five words are everybody's ("as set out in the")."""

_DIGITS = 9
"""By how many of its last digits a telephone number is known, so that +44 and 0 are the same."""


class Sentences:
    """Texts that are gone through again and again, and are not in memory all at once.

    Args:
        parts: gives them, some at a time and always the same; a text may come several times.
    """

    def __init__(self, parts: Callable[[], Iterable[Sequence[str]]]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[str]:
        return (text for part in self._parts() for text in part)


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that the audience may not see: where it stands and what kind of thing it is, not what it says."""

    place: str
    kind: str


@dataclass(frozen=True)
class Withheld:
    """What an audience may not see.

    names: whole names by what they are the name of ("an organisation"), found as whole words however they are written.
    sentences: what organisations wrote.
    numbers: telephone numbers, digits only.
    allowed: texts that the audience may see even where a name stands in them: those of frameworks, the office's name.
    own_words: words that the toolkit's own sentences use; a name that is one of them is found only with its capital.
    """

    names: Mapping[str, tuple[str, ...]]
    sentences: tuple[str, ...] | Sentences = ()
    numbers: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    own_words: frozenset[str] = frozenset()

    def leaks(self, streams: Iterable[Stream]) -> list[Leak]:
        """What of it stands in a document, in the order of its streams; empty where nothing does."""
        found: dict[Leak, None] = {}
        read = [(stream, self._allowed(stream)) for stream in streams]
        written = self._index.holding({seed for each in read for _, seed in _seeds(*each)}) if self.sentences else {}
        for stream, allowed in read:
            for leak in (*self._named(stream, allowed), *_said(stream, allowed, written), *self._dialled(stream)):
                found[leak] = None
        return list(found)

    @cached_property
    def _index(self) -> Index:
        from toolkit.disclosure.sentences import Index

        return Index(self.sentences, _MOST)

    @cached_property
    def _by_letters(self) -> dict[str, tuple[str, int]]:
        """Each name's letters to its kind and how it is capitalised where it is one of our own words, else -1."""
        found: dict[str, tuple[str, int]] = {}
        for kind, names in self.names.items():
            for name in names:
                letters, held = squeezed(name), words(name)
                ours = len(held) == 1 and letters in self.own_words
                if len(letters) >= _HEAD:
                    found.setdefault(letters, (kind, capital(held[0]) if ours else -1))
        return found

    @cached_property
    def _lengths(self) -> dict[str, tuple[int, ...]]:
        """How long names are, by their first letters."""
        found: dict[str, set[int]] = defaultdict(set)
        for letters in self._by_letters:
            found[letters[:_HEAD]].add(len(letters))
        return {head: tuple(sorted(lengths)) for head, lengths in found.items()}

    def _named(self, stream: Stream, allowed: list[int]) -> Iterator[Leak]:
        run, names, lengths, ends = stream.run, self._by_letters, self._lengths, stream.ends
        for start in stream.starts:
            for length in lengths.get(run[start : start + _HEAD], ()):
                found = names.get(run[start : start + length])
                if found is None or start + length not in ends or allowed[start] >= start + length:
                    continue
                if length < _ALONE and not stream.whole_words:
                    continue
                kind, capitals = found
                if capitals < 0 or (stream.prose and stream.capital_at(start) >= max(capitals, 1)):
                    yield Leak(stream.place(start), kind)

    def _dialled(self, stream: Stream) -> Iterator[Leak]:
        for place, digits in stream.numbers() if self._ends_of_numbers else ():
            ends = {digits[at : at + _DIGITS] for at in range(len(digits) - _DIGITS + 1)}
            if ends & self._ends_of_numbers:
                yield Leak(place, "a telephone number")

    @cached_property
    def _ends_of_numbers(self) -> frozenset[str]:
        return frozenset(number[-_DIGITS:] for number in self.numbers if len(number) >= _DIGITS)

    @cached_property
    def _permitted(self) -> dict[str, _Permitted]:
        """Allowed texts by their first letters."""
        found: dict[str, list[str]] = defaultdict(list)
        for letters in {squeezed(text) for text in self.allowed} - {""}:
            found[letters[:SEED]].append(letters)
        return {seed: _Permitted(runs) for seed, runs in found.items()}

    @cached_property
    def _permitted_lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(seed) for seed in self._permitted}))

    def _allowed(self, stream: Stream) -> list[int]:
        """For each place of the run, how far an allowed text reaches that covers it; whole, or its first part."""
        run, reach = stream.run, [0] * (len(stream.run) + 1)
        for start in stream.starts:
            for length in self._permitted_lengths:
                permitted = self._permitted.get(run[start : start + length])
                if permitted is not None:
                    reach[start] = max(reach[start], permitted.reach(stream, start))
        for at in range(1, len(reach)):
            reach[at] = max(reach[at], reach[at - 1])
        return reach


class _Permitted:
    """Allowed texts that begin alike: names of organisations may all do."""

    def __init__(self, runs: Iterable[str]) -> None:
        self._sorted = sorted(runs)
        self._whole = frozenset(self._sorted)
        self._lengths = sorted({len(run) for run in self._sorted}, reverse=True)

    def reach(self, stream: Stream, start: int) -> int:
        """How far one of them reaches in a stream: whole up to the end of a word, or its first part; 0 for none."""
        run, ends = stream.run, stream.ends
        here = run[start : start + self._lengths[0]]
        place = bisect_right(self._sorted, here)  # what begins most like it stands beside it
        first = max(_together(here, each) for each in self._sorted[max(place - 1, 0) : place + 1])
        whole = (one for one in self._lengths if start + one in ends and here[:one] in self._whole)
        length = max(first if first >= CHARACTERS else 0, next(whole, 0))
        return start + length if length else 0


def _seeds(stream: Stream, allowed: list[int]) -> Iterator[tuple[int, str]]:
    """Where words start in a stream, but for what is allowed, and the letters from there on."""
    run = stream.run
    for start in stream.starts:
        if allowed[start] < start + SEED <= len(run):
            yield start, run[start : start + SEED]


def _said(stream: Stream, allowed: list[int], written: Written) -> Iterator[Leak]:
    """What stands in a stream of sentences that organisations wrote."""
    run, seen = stream.run, 0
    for start, seed in _seeds(stream, allowed):
        if start < seen:
            continue
        for sentence, place in written.get(seed, ()):
            before, after = _alike(run, start, sentence.run, place)
            first, last = _uncovered(allowed, start - before, start + after)
            if first < last and _is_theirs(sentence, place + first - start, place + last - start):
                seen = start + after
                yield Leak(stream.place(start), "what an organisation wrote")
                break


def _is_theirs(sentence: Stream, start: int, end: int) -> bool:
    """Whether so much of a sentence is enough to know it by."""
    letters = end - start
    return letters >= CHARACTERS or (letters >= _FEWEST and _whole_words(sentence, start, end) >= WORDS)


def _alike(run: str, start: int, other: str, place: int) -> tuple[int, int]:
    """How many letters before and after a place in each are the same, up to `_FAR`."""
    after = _together(run[start : start + _FAR], other[place : place + _FAR])
    mine, theirs = run[max(start - _FAR, 0) : start][::-1], other[max(place - _FAR, 0) : place][::-1]
    return _together(mine, theirs), after


def _together(one: str, other: str) -> int:
    """How many letters two runs have in common from their start."""
    if other.startswith(one):
        return len(one)
    return next((at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), len(other))


def _uncovered(allowed: list[int], start: int, end: int) -> tuple[int, int]:
    """The part of a run that no allowed text covers from its start or up to its end."""
    first = min(max(start, allowed[start]), end)
    return first, next((at for at in range(first, end) if allowed[at] >= end), end)


def _whole_words(sentence: Stream, start: int, end: int) -> int:
    """How many words of a sentence lie whole in a part of it."""
    last = max((one for one in sentence.ends if one <= end), default=start)
    return sentence.words_in(start, max(last, start))
