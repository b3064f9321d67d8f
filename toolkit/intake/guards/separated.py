"""A text with separated values (.csv, or .txt from a spreadsheet): its encoding, its separator, its size."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.intake.guards.cells import MOST_CELLS, MOST_TAGS
from toolkit.intake.guards.kinds import BYTE_ORDER_MARKS
from toolkit.intake.guards.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

SEPARATORS = (",", ";", "\t", "|")
"""Tried in this order; the first of those that fit best is taken."""

_SAMPLE = 25
"""Lines at the start that tell the separator."""
_SAMPLE_TEXT = 200_000
_FEWEST_COLUMNS = 3
_NAMED = re.compile(r"\s*sep=([,;\t|])\s*?(?:\r\n|\r|\n)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MOST_CONTROL = 100
"""One control character in so many is a slip; more are no text."""
_END = "\ue000 the end"


def read_separated(content: bytes) -> list[list[str]]:
    """The lines of a text with separated values, every one as long as the longest; all values are text.

    Raises:
        Refusal: it is no text, has no columns, or is too large.
    """
    text = _decoded(content)
    separator, text = _separator(text)
    if text.count(separator) + text.count("\n") + text.count("\r") > MOST_TAGS:
        raise Refusal("too-large-inside", "too many values")
    rows: list[list[str]] = []
    widest = 0
    for row in _rows(text, separator):
        rows.append(row)
        widest = max(widest, len(row))
        if len(rows) * widest > MOST_CELLS:
            raise Refusal("cell-too-far", f"the text reaches line {len(rows):,} and column {widest:,}")
    if not rows or rows.pop() != [_END]:
        raise Refusal("damaged-file", "a quotation mark opens a value that never closes")
    while rows and not any(rows[-1]):
        rows.pop()
    for row in rows:
        row.extend([""] * (widest - len(row)))
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 that says so, or else what Western Windows writes. Raises Refusal for what is no text."""
    unknown = Refusal("not-a-spreadsheet", "of a kind that the toolkit does not know")
    is_wide = content.startswith(BYTE_ORDER_MARKS)
    if not is_wide and b"\x00" in content:
        raise unknown
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding).removesuffix("\x1a")
        except UnicodeDecodeError:
            continue
        if "\x00" in text or sum(1 for _ in _CONTROL.finditer(text)) * _MOST_CONTROL > len(text):
            raise unknown
        return text
    raise unknown


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without a first line that only names it (`sep=;`)."""
    named = _NAMED.match(text)
    if named:
        return named[1], text[named.end() :]
    sample = text[:_SAMPLE_TEXT]
    found = max(SEPARATORS, key=lambda mark: _lines_in_columns(sample, mark))
    if _lines_in_columns(sample, found) < 2:  # noqa: PLR2004 - a header and a line: one sentence has commas too
        raise Refusal("not-a-spreadsheet", "a text file")
    return found, text


def _lines_in_columns(sample: str, separator: str) -> int:
    """How many of the first lines have the same number of values, three or more."""
    widths: Counter[int] = Counter()
    with suppress(csv.Error):
        for row in islice(csv.reader(_lines(sample), delimiter=separator), _SAMPLE):
            widths[len(row)] += 1
    return max((times for width, times in widths.items() if width >= _FEWEST_COLUMNS), default=0)


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    """Every line, and one more that is swallowed where a quotation mark was never closed."""
    try:
        yield from csv.reader(_lines(text), delimiter=separator)
    except csv.Error as error:
        raise Refusal("too-large-inside", f"a value of more than {csv.field_size_limit():,} characters") from error


def _lines(text: str) -> Iterator[str]:
    yield from io.StringIO(text if text.endswith(("\n", "\r")) else f"{text}\n", newline="")
    yield _END
