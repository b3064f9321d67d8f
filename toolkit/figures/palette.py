"""Colours of charts, and the contrast between them.

Government Analysis Function palette. Colour is never the only carrier of a meaning: every rating has its own lightness
and hatching too, every value is printed, and no colour says "good" or "bad".
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.records import Rating

INK = "#0B0C0C"
PAPER = "#FFFFFF"
DARK_BLUE = "#12436D"
MID_BLUE = "#2073BC"
LIGHT_BLUE = "#6BACE6"
PALE_BLUE = "#DCEBF8"
ORANGE = "#F46A25"
GREY = "#505A5F"
LIGHT_GREY = "#D3D6D8"

STEPS: tuple[tuple[float, str], ...] = ((0.25, PALE_BLUE), (0.5, LIGHT_BLUE), (0.75, MID_BLUE), (2.0, DARK_BLUE))
"""Sequential shades of a share: each up to, not including, its bound."""


@dataclass(frozen=True, slots=True)
class Look:
    r"""How an area of a chart is filled: its colour, and hatching of the colour `line`.

    Hatching rises ("/"), falls ("\") or does both ("x"); the more signs ("xxxx"), the closer its lines.
    """

    fill: str
    hatch: str = ""
    line: str = INK


RATING_LOOKS: dict[Rating, Look] = {
    Rating.MET: Look(DARK_BLUE),
    Rating.PARTLY_MET: Look("#A8D0F2"),
    Rating.NOT_MET: Look(ORANGE, "///", "#7A2E08"),
    Rating.NOT_APPLICABLE: Look("#E6E8E9"),
    Rating.BLANK: Look(PAPER, "\\\\\\", "#8A9499"),
    Rating.UNREADABLE: Look(PAPER, "xxxx", GREY),
}
TOO_FEW = Look(PAPER, "///", "#A9AFB2")


def shade(share: float) -> str:
    """The sequential shade of a share, 0 to 1, by the whole percentage that is printed on it."""
    return next(colour for bound, colour in STEPS if share < bound - 0.005)


def readable_on(fill: str) -> str:
    """Black or white, whichever contrasts more with the fill."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours "#rrggbb", 1 to 21 (WCAG 2.2, 1.4.3; text needs 4.5, graphics 3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2 definition, sRGB)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004 - sRGB's own constants
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
