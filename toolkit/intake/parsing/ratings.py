"""One rating on one scale, read only where neither the scale nor the column is in doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from toolkit.intake.parsing.text import ErrorCell, as_text, column_letters, is_empty
from toolkit.intake.queries import query
from toolkit.records import Rating

if TYPE_CHECKING:
    from toolkit.catalogue import Scale
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.records import Query

_PLAIN_WORDS = re.compile(r"""[A-Za-z0-9\s.,;:!'"()\[\]/%&*_-]*""")
_SIGNS = re.compile(r"[\W_]*")
_NUMBER = re.compile(r"[\W_]*(\d+(?:\.\d*)?)\s*%?[\W_]*")
_TYPOGRAPHY = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\u00ad")
_ON_EVERY_SCALE = {
    "met": Rating.MET,
    "fully met": Rating.MET,
    "partly met": Rating.PARTLY_MET,
    "partially met": Rating.PARTLY_MET,
    "not met": Rating.NOT_MET,
    "not applicable": Rating.NOT_APPLICABLE,
    "n/a": Rating.NOT_APPLICABLE,
}
"""Words that mean the same on every scale."""


class Doubt(StrEnum):
    """How far it is uncertain that a workbook was printed with the scale that its ratings are read on.

    `nought`: nothing in it confirms the scale, so a 0, which is the bottom of one scale and not applicable on another,
    is not read. `scale`: it was printed with another scale, so only words that mean the same on every scale are read.
    """

    NONE = ""
    NOUGHT = "nought"
    SCALE = "scale"


@dataclass
class RatingReader:
    """Reads ratings on one scale; the words it has met are remembered."""

    scale: Scale
    doubt: Doubt = Doubt.NONE
    known: dict[Any, tuple[Rating, str] | None] = field(default_factory=dict)

    def read(self, value: Any) -> tuple[Rating, str] | None:  # noqa: ANN401 - a cell holds whatever the sender put there
        """The rating and what was written for it, or None where the scale does not declare it or is itself in doubt.

        A number is read as its digits (2.0 as "2"), a part of one as a percentage where the scale has percentages.
        Signs that the scale does not use, such as `?` or `½`, make an answer unreadable.
        """
        key = (type(value), value)
        if key not in self.known:
            self.known[key] = self._look_up(value)
        return self.known[key]

    def _look_up(self, value: object) -> tuple[Rating, str] | None:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        written = as_text(value)
        spellings = [written]
        if isinstance(value, float) and 0 < value < 1:
            spellings.append(f"{value * 100:.6g}%")
        for spelling in spellings:
            plain = spelling.translate(_TYPOGRAPHY).translate(_INVISIBLE)
            if _may_be_another_number(plain) or not _PLAIN_WORDS.fullmatch(plain):
                continue
            level = self.scale.level(plain)
            if level is not None and not self._doubts(plain, level.rating):
                return level.rating, spelling if isinstance(value, float) else written
        return None

    def _doubts(self, written: str, rating: Rating) -> bool:
        if self.doubt is Doubt.SCALE:
            words = " ".join(written.casefold().strip(" .!").split())
            return _ON_EVERY_SCALE.get(words) is not rating
        number = _NUMBER.fullmatch(written)
        return self.doubt is Doubt.NOUGHT and number is not None and float(number[1]) == 0

    def would_read(self, value: object) -> bool:
        """Whether the value is an answer of the scale, and only doubt about the scale keeps it from being read."""
        return self.doubt is not Doubt.NONE and RatingReader(self.scale).read(value) is not None


def _may_be_another_number(written: str) -> bool:
    """Whether it may be a number below nought, or a part of one: its digits alone would say something else.

    A dash says so wherever it stands among the signs around a number, and at the beginning of anything.
    """
    before, after = (_SIGNS.match(text)[0] for text in (written, written[::-1]))  # type: ignore[index]  # matches ""
    ends_with_digit = written[: len(written) - len(after)][-1:].isdigit()
    begins_with_digit = written[len(before) :][:1].isdigit()
    return (
        written.startswith("-")
        or (begins_with_digit and ("-" in before or before.rstrip().endswith((".", ","))))
        or (ends_with_digit and "-" in after)
    )


def is_number(written: str) -> bool:
    """Whether an answer is a bare number or percentage."""
    return _NUMBER.fullmatch(written) is not None


def clash(row: TableRow, criterion: str, ratings: RatingReader) -> tuple[str, Query] | None:
    """What was written, and a query, where more than one column could have a row's rating and they do not agree.

    An empty cell does not agree with an answer; what is no answer of the scale counts only under the printed header.
    """
    own = row.columns["rating"]
    others = [c for c in row.rivals.twins if not is_empty(row.cells[c])]
    others += [c for c in (*row.rivals.named, *row.rivals.unnamed) if _rating(row.cells[c], ratings) is not None]
    if not others:
        return None
    says = sorted({*others, *([] if is_empty(row.cells[own]) else [own])})
    different = {_rating(row.cells[c], ratings) or as_text(row.cells[c]).casefold() for c in (own, *others)}
    if len(different) == 1:
        return None
    found = ", ".join(f"{as_text(row.cells[c])} in {column_letters(c)}{row.row + 1}" for c in says)
    place = {"sheet": row.sheet, "cell": row.cell("rating"), "criterion": criterion}
    written = " / ".join(as_text(row.cells[c]) for c in says)
    return written, query("ratings-differ", found=found, expected="one rating", **place)


def _rating(value: object, ratings: RatingReader) -> Rating | None:
    if is_empty(value) or isinstance(value, ErrorCell):
        return None
    read = ratings.read(value)
    return read[0] if read else None
