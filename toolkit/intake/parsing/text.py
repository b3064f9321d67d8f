"""A cell's value as text: what the sender typed, without what no spreadsheet can show."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_EXACT = 1e15
"""Excel keeps 15 digits."""
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\u00ad")


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that is not empty though the reader shows nothing: an error such as #N/A, or a formula without a result.

    `code` is the query that says which.
    """

    text: str
    code: str = "error-cell"

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """A text as texts are compared: no case, all white space (non-breaking too) as one space, nothing invisible."""
    return " ".join(text.translate(_INVISIBLE).casefold().split())


def is_empty(value: object) -> bool:
    """Whether a cell holds nothing that can be seen."""
    if value == "":
        return True
    if not isinstance(value, str):
        return value is None
    return not (value[0].isalnum() or value.translate(_INVISIBLE).strip())


def as_text(value: object) -> str:
    """A cell's value as its sender sees it, near enough: whole numbers without .0, dates in ISO form, text trimmed."""
    if isinstance(value, str):
        text = value.strip()
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return "" if value is None else str(value)


def without_unshown(text: str) -> str:
    """The text without characters that XML, and so a spreadsheet or a report, cannot hold."""
    return _UNSHOWN.sub("", text)


def has_unshown(text: str) -> bool:
    """Whether there is anything for `without_unshown` to take out."""
    return not text.isprintable() and _UNSHOWN.search(text) is not None


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """A column counted from 0 as the sender sees it: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
