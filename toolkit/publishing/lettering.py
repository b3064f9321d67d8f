"""What the shipped fonts can print, and how wide it comes out."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from toolkit.document import plain_text
from toolkit.publishing.typesetting import FONTS

if TYPE_CHECKING:
    from pathlib import Path

SUBSTITUTE = "\ufffd"
"""Stands for a character that no shipped font has."""

_FAMILIES = {"LiberationSans": "-Regular", "DejaVuSans": ""}  # and what their regular fonts' names end in
_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_MARKS = ("Mn", "Mc", "Me")
_JOINER, _BYTE_ORDER = "\u200d", "\ufeff"
_UNKNOWN_WIDTH = 0.7


def printable(text: str) -> tuple[str, str]:
    """The text as the shipped fonts can print it, and the characters that they have not, each once in order.

    Directions and control characters are dealt with as in every form (see `plain_text`). What no font has is shown as
    U+FFFD; signs that are never seen, such as variation selectors, are left out.
    """
    plain = _BREAKS.sub("\n", plain_text(text)).replace("\t", " ").replace(_BYTE_ORDER, "")
    if _standing_alone().issuperset(plain):
        return plain, ""
    shown, missing = zip(*(_cluster(cluster) for cluster in clusters(plain)), strict=True)
    return "".join(shown), "".join(dict.fromkeys("".join(missing)))


def drawable(svg: str, *, first_family: bool = False) -> tuple[str, str]:
    """A picture's SVG text as `printable` gives it, without marks that do not make one character with their letter.

    Typst cannot say in a picture's text what the two stand for, and PDF/UA-1 wants that said. A mark never joins what
    is markup: ">" and U+0338 stay apart from being "≯". With `first_family` only what Liberation Sans has is kept.
    """
    shown, missing = printable(svg)
    if first_family:
        others = dict.fromkeys(sign for sign in shown if sign not in _charted()[0] | {SUBSTITUTE})
        shown, missing = shown.translate(dict.fromkeys(map(ord, others), SUBSTITUTE)), missing + "".join(others)
    if not any(_joins(sign) for sign in set(shown)):
        return shown, missing
    return "".join(_drawn(cluster) for cluster in clusters(shown)), missing


def _drawn(cluster: str) -> str:
    return cluster[0] if cluster[0].isascii() and not cluster[0].isalnum() else unicodedata.normalize("NFC", cluster)[0]


def clusters(text: str) -> list[str]:
    """The text in pieces that are set in one font: a letter with its marks, signs joined by a joiner."""
    found: list[str] = []
    for sign in text:
        if found and (_joins(sign) or (found[-1].endswith(_JOINER) and not sign.isascii())):
            found[-1] += sign
        else:
            found.append(sign)
    return found


@lru_cache(maxsize=10_000)
def width(text: str, *, bold: bool = False) -> float:
    """How wide a line of text is, in em: times the size in points it is points."""
    return sum(map(_signs(bold=bold).__getitem__, text))


def _joins(sign: str) -> bool:
    return unicodedata.category(sign) in _MARKS or sign == _JOINER


@lru_cache(maxsize=10_000)
def _cluster(cluster: str) -> tuple[str, str]:
    """A cluster as it can be printed, and what is missing of it."""
    seen = "".join(sign for sign in cluster if not _invisible(sign)) or ""
    fonts = _charted()
    for font in fonts:
        if all(sign in font for sign in seen) or all(sign in font for sign in unicodedata.normalize("NFC", seen)):
            return seen, ""
    font = next((font for font in fonts if seen[0] in font), frozenset[str]())
    return f"{seen[0] if font else ''}{SUBSTITUTE}", "".join(sign for sign in seen if sign not in font)


def _invisible(sign: str) -> bool:
    """Whether a sign only steers the signs beside it and no font has anything for it."""
    steers = unicodedata.category(sign) == "Cf" or unicodedata.name(sign, "").startswith("VARIATION SELECTOR")
    return steers and not any(sign in font for font in _charted())


@cache
def _charted() -> tuple[frozenset[str], ...]:
    """The characters that each family has in regular and bold; a line's end counts as one of them."""
    pairs = zip(_faces(bold=False), _faces(bold=True), strict=True)
    return tuple(frozenset(regular) & frozenset(bold) | {"\n"} for regular, bold in pairs)


@cache
def _standing_alone() -> frozenset[str]:
    """The characters of the first family that join no other."""
    return frozenset(sign for sign in _charted()[0] if not _joins(sign))


class _Signs(dict[str, float]):
    """How wide a character is in the first family that gives it a width."""

    def __missing__(self, sign: str) -> float:
        return _UNKNOWN_WIDTH


@cache
def _signs(*, bold: bool) -> _Signs:
    first, second = _faces(bold=bold)
    return _Signs(second | {sign: width for sign, width in first.items() if width})


@cache
def _faces(*, bold: bool) -> tuple[dict[str, float], ...]:
    """The widths of each family's characters, in em."""
    return tuple(_widths(FONTS / f"{family}{'-Bold' if bold else suffix}.ttf") for family, suffix in _FAMILIES.items())


def _widths(path: Path) -> dict[str, float]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        advances, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {chr(code): advances[glyph][0] / em for code, glyph in font.getBestCmap().items()}
