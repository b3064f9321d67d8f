"""The key of a workbook that is not ours: where it says itself what its ratings mean, and whether the layout agrees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.intake.parsing.foreign_tables import has_reference
from toolkit.intake.parsing.text import as_text, column_letters, is_empty
from toolkit.layouts import RATING_FIELDS, fold_label
from toolkit.records import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.catalogue import Scale, ScaleLevel
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.layouts import ForeignHeader, ForeignLayout

_LONGEST = 600
_LONGEST_MEANING = 160
_PAIR = 2
"""Filled cells of a row that has a label and its meaning and nothing else."""
_OPENING = " \t\r\n\"'\u2018\u201c([|"
_COLOURS = ("red", "amber", "green", "grey", "gray", "yellow", "orange")
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:appendix|chapter|clause|figure|item|note|page|paragraph|part|phase|question|section|stage|standard|step|"
    r"table|tier|week|year)\s*$",
    re.IGNORECASE,
)
"""What stands before a number that is no rating: `Tier 1 = Universal`."""
_PLAIN_COLOURS = {"red", "amber", "green"}
"""Their order is known to everybody; a key that says it in words we do not know does not make them doubtful."""
_BEFORE = (
    r"(?:^|[\n;(\[|]|(?<!\d)[,/.]|\s(?=[\w%]+\s*=)|"
    r"\b(?:and|or|where|with|score|scores|scoring|rating|ratings|key|scale|if)\b:?)"
    r"\s*[\"'\u2018\u201c]?"
)
_CELLS = r"(?:\s+(?:box|boxes|cell|cells|rag|rating|ratings|shading|squares?))?"
_AFTER = r"[\"'\u2019\u201d]?\s*(=|:|-|\u2013|\u2014|\bmeans\b|\bis for\b|\bfor\b)\s*"
_TURNED = re.compile(rf"\s*([^=\n]{{3,{_LONGEST_MEANING}}}?)\s*=\s*({'|'.join(_COLOURS)})[\s.]*", re.IGNORECASE)
_UNANSWERED = re.compile(
    r"\b(?:no (?:answer|assessment|data|information|rating|reply|response|return|submission)|awaiting|awaited|missing|"
    r"not (?:yet )?(?:answered|assessed|completed|known|provided|rated|received|returned|reviewed|submitted)|"
    r"to be (?:answered|assessed|completed|confirmed|decided|rated|reviewed)|unanswered|unknown|unrated|tbc)\b"
)
"""What takes an answer back: nobody who writes it means a rating."""
_CLAUSE = re.compile(r"[,;.(\u2013]|\s-\s")
_NOT = re.compile(r"\b(?:no|not|never|without|none|lack|lacks|yet|un\w+|non)\b")
_MEANINGS = (
    (Rating.NOT_APPLICABLE, r"(?:not applicable|not relevant|does not apply|doesnt apply|n a|na)"),
    (
        Rating.NOT_MET,
        (
            r"(?:not (?:yet )?(?:met|in place|compliant|achieved|started|evidenced|implemented|at all)|unmet|"
            r"no evidence|non ?compliant|no progress|nothing (?:is )?in place|does not meet|doesnt meet)"
        ),
    ),
    (
        Rating.PARTLY_MET,
        (
            r"(?:partly|partially|partial|part met|in part|mostly|largely|in progress|under ?way|begun|started|"
            r"working towards|developing|in development)"
        ),
    ),
    (Rating.MET, r"(?:fully|met|in full|in place|compliant|achieved|embedded|implemented|in full)"),
)
_PATTERNS = tuple((rating, re.compile(rf"\b{pattern}\b")) for rating, pattern in _MEANINGS)


@dataclass(frozen=True, slots=True)
class _Entry:
    label: str
    meaning: str
    rating: Rating | None
    is_strong: bool
    is_first: bool
    sheet: str
    row: int
    columns: tuple[int, ...]


@dataclass(slots=True)
class Key:
    """What a workbook says of its ratings.

    `missing` are the labels that nothing explains though something must; `differs` says where it contradicts the
    layout, empty where it does not. `cells` maps a sheet to row and column of every cell of the key.
    """

    missing: tuple[str, ...] = ()
    differs: str = ""
    cells: dict[str, set[tuple[int, int]]] = field(default_factory=dict)


def read_key(sheets: Iterable[tuple[SheetRows, tuple[ForeignHeader, ...]]], layout: ForeignLayout, scale: Scale) -> Key:
    """The workbook's own key, compared with what the layout declares.

    Args:
        sheets: every sheet with its headers.
        layout: which kind of workbook it is.
        scale: what the layout declares.
    """
    found = list(sheets)
    key = Key()
    explained: set[str] = set()
    for sheet, headers in found:
        entries = list(_entries(sheet, headers, layout, _labels(scale)))
        if not _is_key(entries, scale):
            continue
        for entry in entries:
            key.cells.setdefault(sheet.name, set()).update((entry.row, column) for column in entry.columns)
            level = scale.level(entry.label)
            agrees = level is not None and entry.rating is level.rating
            if agrees:
                explained.add(_label(entry.label, scale))
            elif _contradicts(entry, scale) and not key.differs:
                place = f"{sheet.name} {column_letters(entry.columns[0])}{entry.row + 1}"
                key.differs = f"{entry.label} = {entry.meaning} ({place})"
    explained |= _by_range(found, scale, key)
    key.missing = tuple(label for label in _to_be_explained(scale) if label not in explained)
    return key


def what_it_means(written: str) -> Rating | None:
    """The rating that a short explanation speaks of, by its first clause, else as a whole; None where it is unclear."""
    for part in (_CLAUSE.split(written.strip(), maxsplit=1)[0], written):
        if (rating := _classified(fold_label(part))) is not None:
            return rating
    return None


def _classified(text: str) -> Rating | None:
    left, found = text, []
    for rating, pattern in _PATTERNS:
        if not pattern.search(left):
            continue
        if rating is Rating.MET and Rating.PARTLY_MET in found:
            continue
        left = pattern.sub(" ", left)
        if rating in {Rating.PARTLY_MET, Rating.MET} and _NOT.search(left):
            return None
        found.append(rating)
    return found[0] if len(found) == 1 else None


def _labels(scale: Scale) -> str:
    words = {w for level in scale.levels for w in (level.label, *level.words) if w.isalpha() and " " not in w}
    return "|".join(sorted({re.escape(each) for each in (*words, *_COLOURS)}, key=lambda each: (-len(each), each)))


def _entries(
    sheet: SheetRows, headers: tuple[ForeignHeader, ...], layout: ForeignLayout, words: str
) -> Iterator[_Entry]:
    pattern = re.compile(rf"{_BEFORE}(?P<label>\d{{1,3}}%?|{words}){_CELLS}{_AFTER}", re.IGNORECASE)
    alone = re.compile(rf"\d{{1,3}}%?|{words}", re.IGNORECASE)
    for number, cells in enumerate(sheet.rows):
        header = next((each for each in reversed(headers) if each.rows[0] <= number), None)
        answers = _answer_columns(header, cells, layout) if header and number not in header.rows else frozenset()
        for column, cell in enumerate(cells):
            if column in answers or is_empty(cell):
                continue
            text = as_text(cell)
            filled = [place for place, each in enumerate(cells) if not is_empty(each)]
            is_pair = len(filled) == _PAIR
            other = filled[-1] if is_pair and column == filled[0] else column + 1
            beside = cells[other] if other < len(cells) and other not in answers else ""
            if alone.fullmatch(text) and isinstance(beside, str) and 0 < len(beside) <= _LONGEST_MEANING:
                is_first = is_pair and not alone.fullmatch(beside.strip())
                yield _entry(text, beside, sheet.name, number, (column, other), is_first=is_first)
            elif isinstance(cell, str) and len(text) <= _LONGEST:
                yield from _in_text(text, pattern, sheet.name, number, column)


def _answer_columns(header: ForeignHeader, cells: Sequence[object], layout: ForeignLayout) -> frozenset[int]:
    """The columns of a row in which something other than a key stands: in a matrix or a survey, all of them."""
    place = header.columns.get("criterion")
    if layout.shape != "survey" and (place is None or not has_reference(cells[place], layout)):
        return frozenset()
    if layout.shape != "rows":
        return frozenset(range(len(cells)))
    return frozenset(column for name in header.columns for column in header.columns_of(name)) | frozenset(
        header.ignored
    )


def _in_text(text: str, pattern: re.Pattern[str], sheet: str, row: int, column: int) -> Iterator[_Entry]:
    turned = _TURNED.fullmatch(text)
    if turned is not None:
        yield _entry(turned[2], turned[1], sheet, row, (column,), is_strong=True)
        return
    marks = list(pattern.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)] * bool(marks)
    for mark, end in zip(marks, ends, strict=True):
        meaning = text[mark.end() : end].split("\n", maxsplit=1)[0].strip(" ,;.)]\"'")
        if mark["label"].isdigit() and _OF_SOMETHING_ELSE.search(text[: mark.start("label")]):
            continue
        if meaning and not meaning[0].isdigit() and len(meaning) <= _LONGEST_MEANING:
            is_first = not text[: mark.start("label")].strip(_OPENING)
            is_strong = mark[2].casefold() in {"=", "means"}
            yield _entry(mark["label"], meaning, sheet, row, (column,), is_strong=is_strong, is_first=is_first)


def _entry(
    label: str,
    meaning: str,
    sheet: str,
    row: int,
    columns: tuple[int, ...],
    *,
    is_strong: bool = False,
    is_first: bool = False,
) -> _Entry:
    return _Entry(label, meaning, what_it_means(meaning), is_strong, is_first, sheet, row, columns)


def _is_key(entries: list[_Entry], scale: Scale) -> bool:
    """Whether what looks like explanations on one sheet is a key: two are understood, or one is unmistakable.

    One is unmistakable also where nobody understands what it says, if it is about an answer of the scale: it may take
    back what the layout declares.
    """
    understood = [entry for entry in entries if entry.rating is not None]
    if len({entry.label.casefold() for entry in understood}) > 1 or any(entry.is_strong for entry in understood):
        return True
    return any(_is_about_the_scale(entry, scale) for entry in entries)


def _is_about_the_scale(entry: _Entry, scale: Scale) -> bool:
    if entry.is_strong:
        return scale.level(entry.label) is not None
    return entry.is_first and entry.label.casefold() in _COLOURS and scale.level(entry.label) is not None


def _contradicts(entry: _Entry, scale: Scale) -> bool:
    """Whether an entry says something else than the scale: of one of its levels, or of one that it does not have."""
    level = scale.level(entry.label)
    if level is None:
        return entry.rating is not None or (entry.is_strong and entry.label.isdigit())
    if entry.rating is None:
        if _UNANSWERED.search(fold_label(entry.meaning)):
            return True
        is_doubtful = entry.is_strong or not entry.label[0].isdigit()
        return is_doubtful and entry.label.casefold() not in _PLAIN_COLOURS
    return entry.rating is not level.rating


def _by_range(sheets: Iterable[tuple[SheetRows, tuple[ForeignHeader, ...]]], scale: Scale, key: Key) -> set[str]:
    """The numbers that a header such as `Score (0-3)` explains; a nought only where it is the bottom of the scale."""
    digits = {int(level.label): level for level in scale.levels if level.label.isdigit()}
    explained: set[str] = set()
    for sheet, headers in sheets:
        for header in headers:
            for name in RATING_FIELDS:
                for column in header.columns_of(name):
                    span = header.ranges.get(column)
                    if span is None:
                        continue
                    if span not in _spans(digits):
                        place = f"{sheet.name} {column_letters(column)}{header.rows[-1] + 1}"
                        key.differs = key.differs or f"{header.labels[column]} ({place})"
                    explained |= {
                        level.label
                        for number, level in digits.items()
                        if span[0] <= number <= span[1] and not (number == 0 and level.value is None)
                    }
    return explained


def _spans(digits: dict[int, ScaleLevel]) -> set[tuple[int, int]]:
    """The ranges that speak of these numbers; a 0 that is not applicable may be left out."""
    numbers = sorted(digits)
    if len(numbers) < 2:  # noqa: PLR2004 - a range has two ends
        return set()
    spans = {(numbers[0], numbers[-1])}
    if numbers[0] == 0 and digits[0].value is None:
        spans.add((numbers[1], numbers[-1]))
    return spans


def _label(written: str, scale: Scale) -> str:
    level = scale.level(written)
    return level.label if level else written


def _to_be_explained(scale: Scale) -> list[str]:
    """The labels that do not speak for themselves."""
    return [level.label for level in scale.levels if what_it_means(level.label) is not level.rating]
