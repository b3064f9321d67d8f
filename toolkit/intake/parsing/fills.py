"""The fill colours of cells, for where senders answer in colour: read from a workbook's styles and its sheets' XML.

The reader of values knows nothing of fills. What stands here looks at two parts of the zip file and at the one sheet
that is asked about; only a colour that is certain is given.
"""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from toolkit.intake.parsing.sheets import parts_by_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.intake.guards import Inspection, Package

_STYLES, _THEME = "xl/styles.xml", "xl/theme/theme1.xml"
_FILLS = re.compile(rb"<(?:\w+:)?fills\b.*?</(?:\w+:)?fills>", re.DOTALL)
_CELL = re.compile(r"<(?:\w+:)?c\s([^<>]*)>")
_PLACE = re.compile(r"""\br\s*=\s*["']([A-Z]{1,3}\d{1,7})["']""")
_STYLE = re.compile(r"""\bs\s*=\s*["'](\d{1,6})["']""")
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
_BASIC = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
_INDEXED = (
    *_BASIC,
    *_BASIC,
    *("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080"),
    *("9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF"),
    *("000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF"),
    *("00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99"),
    *("3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696"),
    *("003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333"),
)
"""The colours that files name by number, where they bring no list of their own (ECMA-376, 18.8.27)."""

_LEAST_COLOUR = 0.08
"""How far the strongest of red, green and blue must stand out for a fill to be more than grey or white."""
_DARKEST = 0.1
_HUES = ((15, "red"), (70, "amber"), (170, "green"), (340, ""), (361, "red"))
"""Up to which hue, in degrees, a colour has its name; yellow and orange count as amber, blue as none."""


def rag_colour(rgb: str) -> str:
    """What a fill is called where people rate in colours: "red", "amber" or "green"; "" where it is none of these.

    Args:
        rgb: six hexadecimal digits, RRGGBB.
    """
    red, green, blue = (int(rgb[place : place + 2], 16) / 255 for place in (0, 2, 4))
    if max(red, green, blue) - min(red, green, blue) < _LEAST_COLOUR or max(red, green, blue) < _DARKEST:
        return ""
    hue = colorsys.rgb_to_hsv(red, green, blue)[0] * 360
    return next(name for most, name in _HUES if hue < most)


def has_rag_fills(inspection: Inspection) -> bool:
    """Whether any cell of a workbook can be filled red, amber or green; False where its styles cannot be told.

    Cheap, so that ordinary returns pay next to nothing. Conditional formatting is not looked at: it is what the
    workbook makes of an answer, not an answer.
    """
    package = inspection.package
    if package is None or _STYLES not in package:
        return False
    styles = package.read(_STYLES)
    start, end = styles.find(b"<fills"), styles.find(b"</fills>")
    if not 0 <= start < end:
        found = _FILLS.search(styles)
        start, end = found.span() if found else (0, 0)
    fills = styles[start:end].removesuffix(b"</fills>") + b"</fills>"
    return end > 0 and _may_be_rag(fills, package.read(_THEME) if b"theme=" in fills and _THEME in package else b"")


def fill_of(inspection: Inspection, sheet: str, cells: Iterable[str]) -> dict[str, str]:
    """The fill colours of cells, as RRGGBB.

    Args:
        inspection: an .xlsx or .xlsm file that has passed the guard; for any other kind the answer is empty.
        sheet: the sheet's name as the sender sees it.
        cells: which cells to look at, such as `D7`.

    Returns:
        The colour of every one of them that has a plain fill whose colour is certain. Cells without a fill, with a
        pattern or a gradient, or with a colour that only the spreadsheet program knows are left out.
    """
    package, wanted = inspection.package, frozenset(cells)
    if package is None or not wanted or _STYLES not in package:
        return {}
    part = parts_by_sheet(package).get(sheet, "")
    colours = _colours_by_style(package)
    if part not in package or not any(colours):
        return {}
    found: dict[str, str] = {}
    for tag in _CELL.finditer(package.read(part).decode("utf-8", errors="replace")):
        place, style = _PLACE.search(tag[1]), _STYLE.search(tag[1])
        if place and style and place[1] in wanted and int(style[1]) < len(colours) and colours[int(style[1])]:
            found[place[1]] = colours[int(style[1])]
    return found


@lru_cache(maxsize=256)
def _may_be_rag(fills: bytes, theme: bytes) -> bool:
    try:
        root = ET.fromstring(_unprefixed(fills))  # noqa: S314 - the guard lets in no document type, so no entity
    except ET.ParseError:
        return True
    colours = _theme_colours(theme)
    found = (_colour(fill, colours, _INDEXED) for fill in root.iterfind("{*}fill"))
    indexed = any(each.get("indexed", "64") not in {"64", "65"} for each in root.iter("{*}fgColor"))
    return indexed or any(rgb and rag_colour(rgb) for rgb in found)


def _unprefixed(xml: bytes) -> bytes:
    """A piece of a part, whose prefixes were declared further up, as XML that stands alone."""
    return re.sub(rb"(</?)\w+:", rb"\1", xml)


def _colours_by_style(package: Package) -> tuple[str, ...]:
    """The colour of each cell style, "" where it has none or it is not certain."""
    try:
        styles = ET.fromstring(package.read(_STYLES))  # noqa: S314 - the guard lets in no document type
    except ET.ParseError:
        return ()
    theme = _theme_colours(package.read(_THEME) if _THEME in package else b"")
    own = tuple(_hex(each.get("rgb", "")) for each in styles.iterfind("{*}colors/{*}indexedColors/{*}rgbColor"))
    fills = [_colour(fill, theme, own or _INDEXED) for fill in styles.iterfind("{*}fills/{*}fill")]
    places = [each.get("fillId", "0") for each in styles.iterfind("{*}cellXfs/{*}xf")]
    return tuple(fills[int(place)] if place.isdigit() and int(place) < len(fills) else "" for place in places)


def _colour(fill: ET.Element, theme: Mapping[int, str], indexed: tuple[str, ...]) -> str:
    pattern = fill.find("{*}patternFill")
    front = pattern.find("{*}fgColor") if pattern is not None and pattern.get("patternType") == "solid" else None
    if front is None:
        return ""
    said = {name: front.get(name, "") for name in ("rgb", "theme", "indexed")}
    colour = _hex(said["rgb"])
    if not colour and said["theme"].isdigit():
        colour = theme.get(int(said["theme"]), "")
    elif not colour and said["indexed"].isdigit() and int(said["indexed"]) < len(indexed):
        colour = indexed[int(said["indexed"])]
    return _tinted(colour, front.get("tint", "")) if colour else ""


def _hex(written: str) -> str:
    match = _RGB.fullmatch(written)
    return match[1].upper() if match else ""


@lru_cache(maxsize=32)
def _theme_colours(xml: bytes) -> dict[int, str]:
    """The theme's colours by the number that fills use for them."""
    try:
        scheme = ET.fromstring(xml).find(".//{*}clrScheme") if xml else None  # noqa: S314 - no document type
    except ET.ParseError:
        scheme = None
    found: dict[int, str] = {}
    for place, name in enumerate(_THEME_ORDER) if scheme is not None else ():
        for said in scheme.iterfind(f"{{*}}{name}/*") if scheme is not None else ():
            found[place] = _hex(said.get("lastClr", "") or said.get("val", ""))
    return found


def _tinted(rgb: str, tint: str) -> str:
    """A colour made darker (down to -1) or lighter (up to 1); "" where the tint is no number of that range."""
    try:
        amount = float(tint or 0)
    except ValueError:
        return ""
    if not -1 <= amount <= 1:
        return ""
    red, green, blue = (int(rgb[place : place + 2], 16) / 255 for place in (0, 2, 4))
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + amount) if amount < 0 else light * (1 - amount) + amount
    return "".join(f"{round(255 * each):02X}" for each in colorsys.hls_to_rgb(hue, light, strength))
