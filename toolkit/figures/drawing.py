"""A sheet to draw on in pixels, and the SVG that it is: the same bytes every time."""

from __future__ import annotations

import hashlib
import html
import textwrap
from typing import Literal

from toolkit.document import escaped, plain_text
from toolkit.figures.palette import GREY, INK, Look

WIDTH = 560
SIZE = 13.0
SMALL = 11.5
FONTS = "Arial, 'Helvetica Neue', Helvetica, 'Liberation Sans', sans-serif"

_TILE = 72
"""How wide and high a piece of hatching is, in pixels."""

_HATCH_LINES = 6
"""How many lines of a direction cross it for each sign of a hatch."""

_HATCH_WIDTH = 0.8
_NAME = "\x00"
"""Stands for the picture's name until its content is known; `plain_text` takes this sign out of every text."""

Anchor = Literal["left", "center", "right"]
_Values = dict[str, str | float]
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def text_width(text: str, size: float = SIZE) -> float:
    """About how wide a text is, in pixels, with a little to spare (Arial's widths, by kind of character)."""
    return sum(_glyph(character) for character in text) * size * 1.06


def _glyph(character: str) -> float:
    if character in "iljtfrI.,:;'|()[]! ":
        return 0.31
    if character in "mwMW%@" or character > "\u2fff":
        return 0.9
    return 0.69 if character.isupper() else 0.55


def fold(text: str, width: float, size: float = SIZE, lines: int = 2) -> list[str]:
    """One text as at most `lines` lines that fit a width; the last ends in an ellipsis where the text is longer."""
    flat = " ".join(plain_text(text).split())
    average = text_width(flat, size) / max(len(flat), 1) or size
    return textwrap.wrap(flat, max(int(width / average), 4), max_lines=lines, placeholder="…") or [""]


class Sheet:
    """Shapes and texts by pixel, y downwards from the top left corner; what is added later lies on top."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        self.width, self.height = width, round(height)
        self._marks: list[str] = []
        self._hatchings: dict[tuple[str, str], str] = {}

    def box(self, corner: tuple[float, float], width: float, height: float, look: Look, edge: str = "none") -> None:
        """A filled rectangle from its top left corner, hatched in the look's line colour."""
        place: _Values = {"x": corner[0], "y": corner[1], "width": width, "height": height}
        edges: _Values = {} if edge == "none" else {"stroke": edge, "stroke-width": 0.8}
        if look.hatch:
            self._draw("rect", place | {"fill": look.fill})
            self._draw("rect", place | {"fill": f"url(#{self._hatched(look)})"} | edges)
        else:
            self._draw("rect", place | {"fill": look.fill} | edges)

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: str = INK, *, width: float, dashes: str = ""
    ) -> None:
        """A straight line; `dashes` are SVG's: lengths of lines and gaps by turns."""
        place: _Values = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
        look: _Values = {"stroke": colour, "stroke-width": width}
        self._draw("line", place | look | ({"stroke-dasharray": dashes} if dashes else {}))

    def dot(self, x: float, y: float, radius: float, fill: str, edge: str) -> None:
        """A circle."""
        self._draw("circle", {"cx": x, "cy": y, "r": radius, "fill": fill, "stroke": edge, "stroke-width": 1.8})

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: Anchor = "left",
        size: float = SIZE,
        colour: str = INK,
        bold: bool = False,
        turned: float = 0,
        behind: str = "",
    ) -> None:
        """One line of text whose capitals are centred on y, on a small box of the colour `behind`."""
        shown = " ".join(plain_text(text).split())
        if not shown:
            return
        if behind:
            wide = text_width(shown, size) + 2
            left = x - {"left": 0, "center": wide / 2, "right": wide}[anchor]
            self.box((left, y - size * 0.6), wide, size * 1.2, Look(behind))
        y += size * 0.36
        look: _Values = {"x": x, "y": y, "font-size": size, "fill": colour}
        if anchor != "left":
            look["text-anchor"] = _ANCHORS[anchor]
        if bold:
            look["font-weight"] = 700
        if turned:
            look["transform"] = f"rotate({_number(-turned)} {_number(x)} {_number(y)})"
        self._draw("text", look, shown)

    def whisker(self, start: float, end: float, y: float, cap: float = 5) -> None:
        """A horizontal span with caps."""
        self.line((start, y), (end, y), width=1.5)
        for x in (start, end):
            self.line((x, y - cap), (x, y + cap), width=1.5)

    def rule(self, x: float, top: float, bottom: float, label: str) -> None:
        """A dashed vertical line with its label above."""
        self.line((x, top), (x, bottom), width=1.4, dashes="5.6,4.2")
        self.text(x, top - 8, label, anchor="center", size=SMALL, bold=True)

    def ticks(self, places: list[tuple[float, str]], top: float, bottom: float) -> None:
        """Light vertical lines with their labels below."""
        for x, label in places:
            self.line((x, top), (x, bottom), "#C8CCCE", width=0.8)
            inside = text_width(label, SMALL) / 2 <= x
            self.text(
                x if inside else 0, bottom + 10, label, anchor="center" if inside else "left", size=SMALL, colour=GREY
            )

    def as_svg(self, title: str, alt: str) -> str:
        """The picture as SVG to stand in a page: named and described, ids of its own, no XML prolog."""
        hatchings = "".join(_hatching(name, *look) for look, name in self._hatchings.items())
        drawn = "".join(self._marks) + (f"<defs>{hatchings}</defs>" if hatchings else "")
        name = "fig" + hashlib.sha256(f"{title}\x00{alt}\x00{drawn}".encode()).hexdigest()[:10]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(self.width)} {self.height}" role="img" '
            f'aria-labelledby="{name}-title {name}-desc" style="font-family: {FONTS}">'
            f'<title id="{name}-title">{escaped(title)}</title><desc id="{name}-desc">{escaped(alt)}</desc>'
            f"{drawn.replace(_NAME, name)}</svg>"
        )

    def _draw(self, tag: str, attributes: _Values, text: str = "") -> None:
        self._marks.append(_element(tag, attributes, html.escape(text)))

    def _hatched(self, look: Look) -> str:
        """The id of the look's hatching."""
        return self._hatchings.setdefault((look.hatch, look.line), f"{_NAME}-hatch{len(self._hatchings) + 1}")


def _element(tag: str, attributes: _Values, inside: str = "") -> str:
    """An element as text; `inside` is SVG."""
    values = "".join(
        f' {name}="{html.escape(value) if isinstance(value, str) else _number(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{values}>{inside}</{tag}>" if inside else f"<{tag}{values}/>"


def _number(value: float) -> str:
    """To a hundredth of a pixel, as short as that can be written."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _hatching(name: str, hatch: str, colour: str) -> str:
    r"""A pattern of parallel lines that rise ("/"), fall ("\") or do both ("x"); more signs are closer lines."""
    step = _TILE / (_HATCH_LINES * len(hatch))
    shifts = [step * place - _TILE / 2 for place in range(_HATCH_LINES * len(hatch) + 1)]
    ends = []
    if hatch[0] in "/x":
        ends += [(shift, _TILE + shift, _TILE + shift, shift) for shift in shifts]
    if hatch[0] in "\\x":
        ends += [(shift, -shift, _TILE + shift, _TILE - shift) for shift in shifts]
    path = "".join("M{} {}L{} {}".format(*map(_number, line)) for line in ends)
    lines = _element("path", {"d": path, "stroke": colour, "stroke-width": _HATCH_WIDTH})
    return _element("pattern", {"id": name, "patternUnits": "userSpaceOnUse", "width": _TILE, "height": _TILE}, lines)
