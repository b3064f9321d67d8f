"""What the ratings of an unknown workbook mean: only where the workbook says so, or the words leave no doubt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.catalogue import ScaleLevel
from toolkit.catalogue.models import fold
from toolkit.records import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.catalogue import Scale
    from toolkit.layouts.drafting.known import Known
    from toolkit.layouts.drafting.sheets import TextSheet

_KEY = re.compile(r"^\s*(?P<word>[^=:\u2013\u2014]{1,25}?)\s*(?:=|:|\u2013|\u2014|\s-\s)\s*(?P<meaning>\S.{1,150})$")
_PIECES = re.compile(r"[;\n]|,\s+(?=\S{1,12}\s*=)")
_HEAD = re.compile(r"[,;.(:\u2013\u2014]|\s-\s")
_VALUES = {Rating.MET: 1.0, Rating.PARTLY_MET: 0.5, Rating.NOT_MET: 0.0, Rating.NOT_APPLICABLE: None}
_PLAIN_SCALE = "three-level"
_MOST_WORDS, _LONGEST_WORD, _LEAST_USE = 9, 30, 1.5
_FEWEST_MEANINGS = 2
_MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the rating column: as written, how often, where first, and what the workbook's key says it means."""

    written: str
    count: int
    place: str
    meaning: str = ""
    key_place: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to write under `ratings`: a scale, or levels, or nothing, with the reason; `todo` is what is not known.

    `uses_key` where the workbook's own key was used. `alternatives` are scales of the catalogue that know every word.
    """

    words: tuple[Word, ...]
    scale: str = ""
    levels: tuple[ScaleLevel, ...] = ()
    confidence: int = 0
    why: str = ""
    uses_key: bool = False
    todo: str = ""
    alternatives: tuple[Scale, ...] = ()


NOTHING = Proposal(())


def is_vocabulary(cells: Sequence[str]) -> bool:
    """Whether a column's values are few, short, and come again."""
    words = {fold(cell) for cell in cells}
    return bool(cells) and _is_small(words, cells) and len(cells) >= _LEAST_USE * len(words)


def _is_small(words: Iterable[str], cells: Sequence[str]) -> bool:
    return len(set(words)) <= _MOST_WORDS and all(len(cell) <= _LONGEST_WORD for cell in cells)


def looks_rated(cells: Sequence[str], known: Known) -> bool:
    """Whether most of a column's cells are words or digits of some scale of the catalogue."""
    good = sum(any(scale.level(cell) for scale in known.scales) for cell in cells)
    return bool(cells) and good * 2 > len(cells)


def propose_vocabulary(
    cells: Sequence[str], places: Sequence[str], sheets: Sequence[TextSheet], known: Known
) -> Proposal:
    """What the words of the rating column mean, as far as the workbook says it.

    Args:
        cells: every filled cell of the rating's columns.
        places: where each of them stands.
        sheets: the workbook, in which the key is looked for.
        known: scales of the catalogue, and which words explain nothing without a key.
    """
    words = _words(cells, places)
    told = _key(sheets, words, known)
    words = tuple(
        [_with_key(word, told) for word in words]
        + [
            Word(name, 0, "", *found)
            for name, found in told.items()
            if fold(name) not in {fold(w.written) for w in words}
        ]
    )
    knowing = tuple(scale for scale in known.scales if words and all(scale.level(word.written) for word in words))
    if not words:
        return Proposal(words, todo="ratings: no rating is filled in; say which words are used and what they mean")
    if told and len([word for word in words if word.meaning]) == len(words):
        agreeing = [scale for scale in knowing if all(_agrees(scale, word) for word in words)]
        if len(agreeing) == 1:
            why = f"the workbook's key says the same of every word as the scale {agreeing[0].id}"
            return Proposal(words, agreeing[0].id, confidence=95, why=why, uses_key=True)
    unclear = [word for word in words if _rating(word, known) is None]
    if not unclear and len(words) >= _FEWEST_MEANINGS:
        return _declared(words, known)
    listed = unclear or list(words)
    names = ", ".join(repr(word.written) for word in listed[:_MOST_LISTED])
    more = f" and {len(listed) - _MOST_LISTED} more" if len(listed) > _MOST_LISTED else ""
    return Proposal(words, todo=f"ratings: say what {names}{more} mean", alternatives=knowing)


def _declared(words: tuple[Word, ...], known: Known) -> Proposal:
    if not any(word.meaning for word in words):
        why = "the words say themselves what they mean"
        return Proposal(words, _PLAIN_SCALE, confidence=90, why=why)
    levels = tuple(
        ScaleLevel(
            rating=rating,
            label=word.written,
            meaning=word.meaning or word.written,
            value=_VALUES[rating],
        )
        for word in words
        if (rating := _rating(word, known)) is not None
    )
    used = all(word.meaning for word in words)
    return Proposal(words, levels=levels, confidence=90, why="the workbook's key says so", uses_key=used)


def _words(cells: Sequence[str], places: Sequence[str]) -> tuple[Word, ...]:
    first: dict[str, tuple[str, str]] = {}
    for cell, place in zip(cells, places, strict=True):
        first.setdefault(fold(cell), (cell, place))
    counts = Counter(fold(cell) for cell in cells)
    return tuple(Word(*first[name][:1], count, first[name][1]) for name, count in counts.most_common())


def _with_key(word: Word, told: dict[str, tuple[str, str]]) -> Word:
    found = next((found for name, found in told.items() if fold(name) == fold(word.written)), None)
    return Word(word.written, word.count, word.place, *found) if found else word


def _rating(word: Word, known: Known) -> Rating | None:
    """What a word means: by the key where there is one for it, else by itself where it needs none."""
    by_key = _plain(word.meaning, known) if word.meaning else None
    by_word = _plain(word.written, known)
    if word.meaning and by_word is not None and by_key is not by_word:
        return None
    return by_key if word.meaning else by_word


def _plain(written: str, known: Known) -> Rating | None:
    """The rating of words that mean the same on every form: met, partly met, not met, not applicable and the like."""
    scale = next((each for each in known.scales if each.id == _PLAIN_SCALE), None)
    for text in (written, _HEAD.split(written, maxsplit=1)[0]):
        level = scale.level(text) if scale and fold(text) not in known.not_plain else None
        if level:
            return level.rating
    return None


def _agrees(scale: Scale, word: Word) -> bool:
    """Whether a scale of the catalogue gives a word the meaning that the workbook's key gives it."""
    own = scale.level(word.written)
    for text in (word.meaning, _HEAD.split(word.meaning, maxsplit=1)[0]):
        meant = scale.level(text)
        if meant is not None:
            return meant is own and fold(text) != fold(word.written)
    return False


def _key(sheets: Sequence[TextSheet], words: Sequence[Word], known: Known) -> dict[str, tuple[str, str]]:
    """Word to meaning and place, where the workbook explains at least two of its words together."""
    seen = {fold(word.written) for word in words}
    for sheet in sheets:
        for group in _groups(sheet, seen, known):
            named = {fold(word) for word, _, _ in group}
            if len(named) == len(group) and len(named & seen) >= min(_FEWEST_MEANINGS, max(1, len(seen))):
                return {word: (meaning, place) for word, meaning, place in group}
    return {}


Entry = tuple[str, str, str]


def _groups(sheet: TextSheet, seen: set[str], known: Known) -> Iterator[list[Entry]]:
    """Runs of cells that may be a key: several in one cell, one below the other, or word beside meaning."""
    below: dict[int, list[Entry]] = {}
    beside: dict[int, list[Entry]] = {}
    finished: list[list[Entry]] = []
    for number, row in enumerate(sheet.rows):
        for column, text in enumerate(row):
            place = sheet.place(number, column)
            pieces = (
                [found for piece in _PIECES.split(text) if (found := _entry(piece, place, seen, known))] if text else []
            )
            if len(pieces) > 1:
                finished.append(pieces)
            for runs, entry in (
                (below, pieces[0] if len(pieces) == 1 else None),
                (beside, _pair(row, column, place, seen, known)),
            ):
                if entry:
                    runs.setdefault(column, []).append(entry)
                elif column in runs:
                    finished.append(runs.pop(column))
    yield from (group for group in (*finished, *below.values(), *beside.values()) if len(group) >= _FEWEST_MEANINGS)


def _entry(piece: str, place: str, seen: set[str], known: Known) -> Entry | None:
    match = _KEY.match(piece)
    return (match["word"], match["meaning"].strip(), place) if match and _may_be(match["word"], seen, known) else None


def _pair(row: Sequence[str], column: int, place: str, seen: set[str], known: Known) -> Entry | None:
    """A word with a text of several letters beside it; not where more follows, as it does in the rows of a table."""
    text = row[column]
    if not text or column + 1 >= len(row) or not _may_be(text, seen, known):
        return None
    meaning = row[column + 1]
    beyond = [other for other in (*row[:column], *row[column + 2 :]) if other]
    return (text, meaning, place) if any(letter.isalpha() for letter in meaning) and not beyond else None


def _may_be(text: str, seen: set[str], known: Known) -> bool:
    return fold(text) in seen or any(scale.level(text) for scale in known.scales)
