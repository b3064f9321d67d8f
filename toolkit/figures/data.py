"""A frame's rows as plain values, and the words about them that go into alternative text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from toolkit.document import Column, cell, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

T = TypeVar("T")

_LONGEST_ALT = 590
_LONGEST_NAME = 48


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a frame; missing numbers are None."""

    values: dict[Any, Any]

    def text(self, key: str | None) -> str:
        """The text in a column; empty where there is no column or no value."""
        value = cell(self.values[key], Column("")) if key is not None else None
        return "" if value is None else str(value)

    def number(self, key: str | None) -> float | None:
        """The number in a column; None where there is no column or no number."""
        value = cell(self.values[key], Column("", "number")) if key is not None else None
        return float(value) if isinstance(value, int | float) else None

    def count(self, key: str) -> int:
        """The whole number in a column; 0 where the frame has no such column or no value."""
        value = cell(self.values.get(key), Column("", "count"))
        return value if isinstance(value, int) else 0


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """The frame's rows in order."""
    return [Row(record) for record in frame.to_dict("records")]


def short(text: str) -> str:
    """A name cut to what an alternative text can carry."""
    flat = " ".join(plain_text(text).split())
    return flat if len(flat) <= _LONGEST_NAME else flat[: _LONGEST_NAME - 1].rstrip() + "…"


def alternative(*sentences: str) -> str:
    """Sentences as one alternative text of fewer than 600 characters; sentences that no longer fit are left out."""
    text = ""
    for sentence in filter(None, sentences):
        longer = f"{text} {sentence}".strip()
        if len(longer) <= _LONGEST_ALT:
            text = longer
    return text


def extremes(
    items: Sequence[T],
    value: Callable[[T], float],
    words: Callable[[T], str],
    *,
    highest: str = "Highest",
    lowest: str = "Lowest",
) -> str:
    """Sentences with the highest and the lowest item; ties are counted, and where all are equal it says so."""
    if not items:
        return ""
    top, bottom = max(map(value, items)), min(map(value, items))
    if top == bottom:
        return f"All the same, such as {words(items[0])}." if len(items) > 1 else f"{words(items[0])}."
    return " ".join(
        f"{name}: {words(tied[0])}{f' and {len(tied) - 1} more the same' if len(tied) > 1 else ''}."
        for name, tied in (
            (highest, [item for item in items if value(item) == top]),
            (lowest, [item for item in items if value(item) == bottom]),
        )
    )
