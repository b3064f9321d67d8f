"""A sheet to draw on in pixels, and the SVG that comes of it: matplotlib without pyplot, the same bytes every time.

Matplotlib is imported where something is drawn: publishing needs this room's colours and draws nothing.
"""

from __future__ import annotations

import hashlib
import io
import re
import textwrap
import warnings
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree as ET

from toolkit.document import escaped, plain_text
from toolkit.figures.palette import GREY, INK, Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.artist import Artist

WIDTH = 560
SIZE = 13.0
SMALL = 11.5
FONTS = "Arial, 'Helvetica Neue', Helvetica, 'Liberation Sans', sans-serif"

_SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "standards-audit-toolkit",
    "text.parse_math": False,
    "text.usetex": False,
    "font.family": ["DejaVu Sans"],  # for measuring only; it comes with matplotlib, so it is the same everywhere
    "hatch.linewidth": 0.8,
}
_DPI = 72  # so that a point is a pixel

Anchor = Literal["left", "center", "right"]


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
        self._marks: list[Callable[[], Artist]] = []

    def box(self, corner: tuple[float, float], width: float, height: float, look: Look, edge: str = "none") -> None:
        """A filled rectangle from its top left corner, hatched in the look's line colour."""
        from matplotlib.patches import Rectangle

        place: dict[str, Any] = {"xy": corner, "width": width, "height": height}
        if look.hatch:
            self._marks.append(lambda: Rectangle(**place, facecolor=look.fill, linewidth=0))
            hatching: dict[str, Any] = {"hatch": look.hatch, "edgecolor": look.line, "linewidth": 0}
            self._marks.append(lambda: Rectangle(**place, facecolor="none", **hatching))
        fill = "none" if look.hatch else look.fill
        self._marks.append(lambda: Rectangle(**place, facecolor=fill, edgecolor=edge, linewidth=0.8))

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: str = INK, **style: Any) -> None:  # noqa: ANN401 - matplotlib's own options
        """A straight line; `style` is matplotlib's: `linewidth`, `linestyle`."""
        from matplotlib.lines import Line2D

        xs, ys = (start[0], end[0]), (start[1], end[1])
        self._marks.append(lambda: Line2D(xs, ys, color=colour, solid_capstyle="butt", **style))

    def dot(self, x: float, y: float, radius: float, fill: str, edge: str) -> None:
        """A circle."""
        from matplotlib.patches import Circle

        self._marks.append(lambda: Circle((x, y), radius, facecolor=fill, edgecolor=edge, linewidth=1.8))

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
        from matplotlib.text import Text

        shown = " ".join(plain_text(text).split())
        if behind:
            wide = text_width(shown, size) + 2
            left = x - {"left": 0, "center": wide / 2, "right": wide}[anchor]
            self.box((left, y - size * 0.6), wide, size * 1.2, Look(behind))
        style: dict[str, Any] = {
            "ha": anchor,
            "va": "baseline",
            "size": size,
            "color": colour,
            "rotation_mode": "anchor",
        }
        weight = "bold" if bold else "normal"
        self._marks.append(lambda: Text(x, y + size * 0.36, shown, weight=weight, rotation=turned, **style))

    def whisker(self, start: float, end: float, y: float, cap: float = 5) -> None:
        """A horizontal span with caps."""
        self.line((start, y), (end, y), linewidth=1.5)
        for x in (start, end):
            self.line((x, y - cap), (x, y + cap), linewidth=1.5)

    def rule(self, x: float, top: float, bottom: float, label: str) -> None:
        """A dashed vertical line with its label above."""
        self.line((x, top), (x, bottom), linewidth=1.4, linestyle=(0, (4, 3)))
        self.text(x, top - 8, label, anchor="center", size=SMALL, bold=True)

    def ticks(self, places: list[tuple[float, str]], top: float, bottom: float) -> None:
        """Light vertical lines with their labels below."""
        for x, label in places:
            self.line((x, top), (x, bottom), "#C8CCCE", linewidth=0.8)
            inside = text_width(label, SMALL) / 2 <= x
            self.text(
                x if inside else 0, bottom + 10, label, anchor="center" if inside else "left", size=SMALL, colour=GREY
            )

    def as_svg(self, title: str, alt: str) -> str:
        """The picture as SVG to stand in a page: named and described, ids of its own, no XML prolog."""
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure as Picture

        settings: dict[Any, Any] = {key: mpl.rcParamsDefault[key] for key in mpl.rcParamsDefault if key != "backend"}
        with warnings.catch_warnings(), mpl.rc_context(settings | _SETTINGS):
            warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
            picture = Picture(figsize=(self.width / _DPI, self.height / _DPI), dpi=_DPI, frameon=False)
            axes = picture.add_axes((0, 0, 1, 1))
            axes.set_axis_off()
            axes.set(xlim=(0, self.width), ylim=(self.height, 0))
            for order, mark in enumerate(self._marks):
                artist = mark()
                artist.set(zorder=order, clip_on=False)
                axes.add_artist(artist)
            file = io.BytesIO()
            FigureCanvasSVG(picture)
            picture.savefig(file, format="svg", metadata={"Date": None})
        return _standing_in_a_page(file.getvalue().decode("utf-8"), title, alt, self.width, self.height)


def _standing_in_a_page(svg: str, title: str, alt: str, width: float, height: float) -> str:
    """The SVG of matplotlib without prolog and page-wide style, its ids made unique by content."""
    picture = ET.fromstring(svg)  # noqa: S314 - matplotlib wrote it a moment ago
    used = set(re.findall(r"url\(#([\w-]+)\)", "".join(" ".join(e.attrib.values()) for e in picture.iter())))
    marks = [mark for child in picture for mark in _marks(child, used)]
    body = "".join(ET.tostring(mark, encoding="unicode") for mark in marks)
    name = "fig" + hashlib.sha256(f"{title}\x00{alt}\x00{body}".encode()).hexdigest()[:10]
    for mark in [element for top in marks for element in top.iter()]:
        for key, value in mark.attrib.items():
            mark.set(key, f"{name}-{value}" if key == "id" else value.replace("url(#", f"url(#{name}-"))
    body = "".join(ET.tostring(mark, encoding="unicode") for mark in marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" style="font-family: {FONTS}; stroke-linejoin: round">'
        f'<title id="{name}-title">{escaped(title)}</title><desc id="{name}-desc">{escaped(alt)}</desc>{body}</svg>'
    )


def _marks(element: ET.Element, used: set[str]) -> list[ET.Element]:
    """The element, tidied, or what is in it where it is only a group."""
    element.tag = element.tag.rpartition("}")[2]
    if element.tag in {"metadata", "style"}:
        return []
    inside = [mark for child in element for mark in _marks(child, used)]
    if element.tag == "g" or (element.tag == "defs" and not inside):
        return inside
    element[:] = inside
    element.tail = None
    element.text = element.text if element.tag == "text" else None
    if element.get("id") not in used:
        element.attrib.pop("id", None)
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for key, value in (("d", " ".join(element.get("d", "").split())), ("style", element.get("style", ""))):
        if value:
            element.set(key, re.sub(r"font-family: [^;]*; ?", "", value))
    return [element]
