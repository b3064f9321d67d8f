"""What organisations wrote, however much it is: which of it has letters in a row that a document has too.

The texts themselves are not kept. Of each word in them four bytes are, which say where to look; what is found there is
read again and compared.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from toolkit.disclosure.reading import SEED, Stream, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    Codes = np.ndarray[Any, np.dtype[np.uint32]]
    Places = np.ndarray[Any, np.dtype[np.int64]]

_AT_ONCE = 20_000
_FACTOR = 0x9E3779B97F4A7C15
_BITS = 22
_LETTERS = np.array([chr(code).isalnum() for code in range(128)])


class Index:
    """Where words stand in sentences that go on with the same letters as a document's.

    Args:
        sentences: can be gone through again and again.
        most: how many different sentences are told of that have the same letters.
    """

    def __init__(self, sentences: Iterable[str], most: int) -> None:
        self._sentences, self._most = sentences, most

    def holding(self, seeds: Collection[str]) -> dict[str, list[tuple[Stream, int]]]:
        """For each seed the sentences that have it where a word starts, each with that place in its run."""
        found: dict[str, list[tuple[Stream, int]]] = defaultdict(list)
        wanted = np.unique(_hashes(_codes("".join(seeds)), np.arange(len(seeds), dtype=np.int64) * SEED))
        places = iter(self._with(wanted).tolist())
        place = next(places, None)
        for at, text in enumerate(self._sentences if place is not None else ()):
            if at != place:
                continue
            sentence = Stream((("", text),))
            for start in sentence.starts:
                seed = sentence.run[start : start + SEED]
                if seed in seeds and len(found[seed]) < self._most:
                    found[seed].append((sentence, start))
            place = next(places, None)
            if place is None:
                break
        return found

    def _with(self, wanted: Codes) -> Places:
        """Which sentences, in order, have a word that goes on as one of these hashes says; of equal ones the first."""
        if not len(wanted):
            return np.zeros(0, dtype=np.int64)
        likely = np.zeros(1 << _BITS, dtype=bool)
        likely[wanted >> (32 - _BITS)] = True
        found = [np.zeros(0, dtype=np.int64)]
        for hashes, owners in self._parts:
            hits = np.flatnonzero(likely[hashes >> (32 - _BITS)])
            hits = hits[np.isin(hashes[hits], wanted)]
            found.append(np.unique(np.searchsorted(owners[0], hits, side="right") - 1 + owners[1]))
        every = np.concatenate(found)
        return every[self._first[every]]

    @cached_property
    def _parts(self) -> list[tuple[Codes, tuple[Places, int]]]:
        """Of some sentences at a time the hashes of their words, where each sentence's begin, and the first's place."""
        return self._made[0]

    @property
    def _first(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Of each sentence whether it comes for the first time."""
        return self._made[1]

    @cached_property
    def _made(self) -> tuple[list[tuple[Codes, tuple[Places, int]]], np.ndarray[Any, np.dtype[np.bool_]]]:
        left, parts, known, count = iter(self._sentences), [], [np.zeros(0, dtype=np.int64)], 0
        while some := list(islice(left, _AT_ONCE)):
            hashes, begins = _hashed(some)
            parts.append((hashes, (begins, count)))
            known.append(np.fromiter(map(hash, some), dtype=np.int64, count=len(some)))
            count += len(some)
        first = np.zeros(count, dtype=bool)
        first[np.unique(np.concatenate(known), return_index=True)[1]] = True
        return parts, first


def _hashed(texts: Sequence[str]) -> tuple[Codes, Places]:
    """The hashes of all words of some texts that go on for SEED letters, and where each text's begin among them."""
    plain = [text if text.isascii() else " ".join(word.casefold() for word in words(text)) for text in texts]
    codes = _codes("\n".join(plain))
    codes[(codes >= ord("A")) & (codes <= ord("Z"))] += ord("a") - ord("A")
    is_letter = (codes >= len(_LETTERS)) | _LETTERS[np.minimum(codes, len(_LETTERS) - 1)]
    starts = is_letter & ~np.concatenate([[False], is_letter[:-1]])
    in_run = np.cumsum(is_letter) - 1  # the place of each letter in the run of all texts
    lengths = np.fromiter(map(len, plain), dtype=np.int64, count=len(plain))
    ends = np.cumsum(lengths + 1) - 1
    letters = np.concatenate([[0], np.cumsum(is_letter)])
    run_ends = letters[np.minimum(ends, len(is_letter))]  # where each text's part of the run ends
    places = np.flatnonzero(starts)
    owner = np.searchsorted(ends, places, side="right")
    whole = in_run[places] + SEED <= run_ends[owner]
    places, owner = in_run[places[whole]], owner[whole]
    return _hashes(codes[is_letter], places), np.searchsorted(owner, np.arange(len(texts)))


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).copy()


def _hashes(codes: Codes, places: Places) -> Codes:
    """The hash of the SEED letters at each place."""
    found = np.zeros(len(places), dtype=np.uint64)
    for step in range(SEED):
        found = (found + codes[places + step]) * np.uint64(_FACTOR)
        found ^= found >> np.uint64(29)
    return (found >> np.uint64(32)).astype(np.uint32)
