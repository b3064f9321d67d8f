"""How wide a text is in Arial, for columns that are neither cut nor too wide."""

from __future__ import annotations

from functools import cache

from toolkit.publishing.typesetting import FONTS


def width(text: str, size: float, *, bold: bool = False) -> float:
    """A text's width on one line, in points; `size` is the type's. A character that Arial has not counts as a square."""
    known = _advances(bold=bold)
    return sum(known.get(character, 1.0) for character in text) * size


@cache
def _advances(*, bold: bool) -> dict[str, float]:
    """How wide each character is, as a part of the type's size: Liberation Sans has Arial's widths."""
    from fontTools.ttLib import TTFont

    with TTFont(FONTS / f"LiberationSans-{'Bold' if bold else 'Regular'}.ttf") as font:
        size, widths = font["head"].unitsPerEm, font["hmtx"].metrics
        return {chr(code): widths[name][0] / size for code, name in font.getBestCmap().items()}
