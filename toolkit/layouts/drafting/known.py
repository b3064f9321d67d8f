"""What drafting compares a workbook with: spellings of known layouts, frameworks, scales, names of the register."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from rapidfuzz import fuzz, process

from toolkit.catalogue import framework_ids, load_framework, load_scale, scale_ids
from toolkit.layouts.foreign import load_foreign_layouts
from toolkit.layouts.loading import load_layout
from toolkit.layouts.models import fold_label, speaks_of_rating
from toolkit.layouts.references import read_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.catalogue import Framework, Scale

_SEEN = Path(__file__).parent.parent.parent / "data" / "drafting" / "spellings.yaml"
_NOTE = re.compile(r"[\n(\[]")
_GLUED = re.compile(r"^\s*([A-Za-z]?\d{1,3}\.\d{1,3})[\s.:)-]*(?=[^\d\s.])")
EXACT, WITH_NOTE, OF_TWO, SPEAKS, MOST_UNSURE = 95, 88, 60, 65, 90
"""Confidence in per cent: a known spelling; one with a note behind it; one of two fields; a header that has the word
rating; the most that anything but a known spelling may have."""
_LEAST, _SHORTEST, _CLEAR = 72, 5, 14
_LONGEST_LABEL = 80
_LEAST_TEXT = 12
_NEAR_NAME = 92


@dataclass(frozen=True, slots=True)
class Guess:
    """What a header may mean: the likeliest field, how sure (per cent), the spelling it is like, and other fields."""

    field: str
    confidence: int
    like: str
    others: tuple[tuple[str, int], ...] = ()


class Spellings:
    """Guesses what a header or label means, by how it is spelled."""

    def __init__(self, known: Mapping[str, Iterable[str]], of_others: Iterable[str] = ()) -> None:
        self._of_others = frozenset(of_others)
        self._fields: dict[str, tuple[str, ...]] = {}
        for field, spellings in known.items():
            for spelling in spellings:
                folded = fold_label(spelling)
                if folded and field not in self._fields.get(folded, ()):
                    self._fields[folded] = (*self._fields.get(folded, ()), field)
        self._all = tuple(self._fields)
        self._made: dict[str, Guess | None] = {}

    def fields_of(self, written: str) -> tuple[str, ...]:
        """The fields of which this is a known spelling."""
        return self._fields.get(fold_label(written), ())

    def guess(self, written: str) -> Guess | None:
        """What a text may mean; None where it is like no spelling. Only a known spelling is surer than 90 per cent."""
        if written not in self._made:
            self._made[written] = self._guess(written) if len(written) <= _LONGEST_LABEL else None
        return self._made[written]

    def _guess(self, written: str) -> Guess | None:
        folded = fold_label(written)
        if not folded:
            return None
        fields = self._fields.get(folded, ())
        if fields:
            return self._of(fields, EXACT, written)
        start = _NOTE.split(written.strip(), maxsplit=1)[0]
        guess = None
        if fold_label(start) != folded and (fields := self._fields.get(fold_label(start), ())):
            guess = self._of(fields, WITH_NOTE, start)
        guess = guess or self._like(folded)
        if self._of_others and guess is None and speaks_of_rating(written):
            guess = Guess("rating", SPEAKS, "Rating")
        if guess and guess.field == "rating" and self._of_others & set(folded.split()):
            return Guess("ignored", OF_TWO, guess.like, (("rating", OF_TWO - 20),))
        return guess

    @staticmethod
    def _of(fields: tuple[str, ...], confidence: int, like: str) -> Guess:
        if len(fields) == 1:
            return Guess(fields[0], confidence, like)
        return Guess(fields[0], OF_TWO, like, tuple((field, OF_TWO) for field in fields[1:]))

    def _like(self, folded: str) -> Guess | None:
        """By the likest spelling; less sure where another field's spelling is nearly as like."""
        if len(folded) < _SHORTEST:
            return None
        best: dict[str, tuple[float, str]] = {}
        for spelling, score, _ in process.extract(folded, self._all, scorer=fuzz.ratio, limit=12, score_cutoff=_LEAST):
            for field in self._fields[spelling]:
                if field not in best:
                    best[field] = (score, spelling)
        if not best:
            return None
        ranked = sorted(best.items(), key=lambda each: (-each[1][0], each[0]))
        (field, (score, spelling)), others = ranked[0], ranked[1:]
        lead = score - others[0][1][0] if others else _CLEAR
        confidence = min(MOST_UNSURE, int(score - max(0, _CLEAR - lead)))
        return Guess(field, confidence, spelling, tuple((name, int(s)) for name, (s, _) in others))


@dataclass(frozen=True)
class Known:
    """All that a workbook is compared with."""

    columns: Spellings
    cover: Spellings
    frameworks: tuple[Framework, ...]
    scales: tuple[Scale, ...]
    not_plain: frozenset[str]
    names: tuple[str, ...]
    """Every name and alias of the register, folded."""
    areas: tuple[str, ...]
    """The names of the areas, folded."""
    issued: frozenset[str]
    """Folded texts that the workbooks the toolkit issues have, which can mark no other kind."""

    @cached_property
    def references(self) -> frozenset[str]:
        """The references of all frameworks."""
        return frozenset(reference for framework in self.frameworks for reference in framework.criteria)

    @cached_property
    def _texts(self) -> dict[str, dict[str, str]]:
        return {
            framework.id: {
                fold_label(text): c.criterion
                for s in framework.standards
                for c in s.criteria
                for text in (c.summary, c.text)
            }
            for framework in self.frameworks
        }

    @cached_property
    def _openings(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for texts in self._texts.values():
            for text in texts:
                found[text[:_LEAST_TEXT]].append(text)
        return {opening: tuple(texts) for opening, texts in found.items()}

    def has_text(self, written: str) -> bool:
        """Whether a text is, or begins with, what a criterion of some framework says."""
        return any(self.criteria_of(written))

    def criteria_of(self, written: str) -> tuple[tuple[str, str], ...]:
        """Framework and criterion of every criterion with whose text this begins, a reference before it aside."""
        glued = _GLUED.match(written)
        folded = fold_label(written[glued.end() :] if glued else written)
        starts = [text for text in self._openings.get(folded[:_LEAST_TEXT], ()) if folded.startswith(text)]
        return tuple((name, texts[text]) for name, texts in self._texts.items() for text in starts if text in texts)

    def reference(self, written: str) -> str | None:
        """The reference in a cell that has nothing else, where some framework has it."""
        reading = read_reference(written)
        return next((each for each in reading.candidates if each in self.references), None) if reading else None

    def glued(self, written: str) -> str | None:
        """The reference that stands before a text in the same cell, where some framework has it."""
        match = _GLUED.match(written)
        return match[1].upper() if match and match[1].upper() in self.references else None

    def is_name(self, written: str) -> bool:
        """Whether this is exactly a name or alias of the register, case and punctuation aside."""
        return _fold_name(written) in self.names

    def is_organisation(self, written: str) -> bool:
        """Whether this is a name or alias of the register, or near enough for a proposal."""
        folded = _fold_name(written)
        if folded in self.names:
            return True
        near = len(folded) >= _LEAST_TEXT and process.extractOne(
            folded, self.names, scorer=fuzz.ratio, score_cutoff=_NEAR_NAME
        )
        return bool(near)

    def names_somebody(self, written: str) -> bool:
        """Whether a name of the register or of an area stands somewhere in the text."""
        folded = f" {_fold_name(written)} "
        return any(f" {name} " in folded for name in (*self.names, *self.areas))


@lru_cache(maxsize=1)
def _seen() -> dict[str, Any]:
    seen: dict[str, Any] = yaml.safe_load(_SEEN.read_text(encoding="utf-8"))
    return seen


def _fold_name(name: str) -> str:
    return fold_label(name.replace("&", " and "))


def know(root: Path | None = None, names: Iterable[str] = (), areas: Iterable[str] = (), without: str = "") -> Known:
    """What the toolkit and a project know. Raises CatalogueError where a layout, framework or scale is wrong.

    Args:
        root: the project's folder.
        names: names and aliases of the organisations in the register.
        areas: names of the areas.
        without: the id of a layout that is left out, because it is drafted anew.
    """
    columns, cover = _spellings(root, without)
    frameworks = tuple(load_framework(each, root) for each in framework_ids(root))
    return Known(
        Spellings(columns, _seen()["of_others"]),
        Spellings(cover),
        frameworks,
        tuple(load_scale(each, root) for each in scale_ids(root)),
        frozenset(_seen()["not_plain"]),
        tuple(sorted({folded for name in names if (folded := _fold_name(name))})),
        tuple(sorted({folded for name in areas if (folded := _fold_name(name))})),
        _printed(root, frameworks),
    )


def _printed(root: Path | None, frameworks: Iterable[Framework]) -> frozenset[str]:
    """Folded texts that the toolkit prints itself."""
    issued = load_layout(root=root)
    texts = [c.label for c in issued.columns] + [f.label for f in issued.cover] + [issued.data_set.title]
    texts += issued.texts.model_dump(exclude={"guidance", "lead_clause"}).values()
    texts += [text for f in frameworks for s in f.standards for text in (s.title, *(c.text for c in s.criteria))]
    return frozenset(folded for text in texts if (folded := fold_label(text)))


def _spellings(root: Path | None, without: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Every spelling that is known, by field: of columns, and of labels on a cover."""
    columns: dict[str, list[str]] = {field: [] for field in _seen()["columns"]}
    cover: dict[str, list[str]] = {field: [] for field in _seen()["cover"]}
    for field, spellings in _of_layouts(root, without):
        for known in (columns, cover):
            if field in known:
                known[field].extend(spellings)
    for known, seen in ((columns, _seen()["columns"]), (cover, _seen()["cover"])):
        for field, spellings in seen.items():
            known[field].extend(spellings)
    return columns, cover


def _of_layouts(root: Path | None, without: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Field and spellings of every column and label of the layouts that are known."""
    issued = load_layout(root=root)
    for column in issued.columns:
        yield "ignored" if column.field == "priority" else column.field, (column.label, *column.spellings)
    for label in issued.cover:
        yield label.key, (label.label, *label.spellings)
    for layout in load_foreign_layouts(root):
        if layout.id == without:
            continue
        for part in layout.table.columns:
            yield part.field, part.spellings
        yield from layout.cover.fields.items()
