"""A chart as a picture, for forms that cannot show SVG."""

from __future__ import annotations

from toolkit.publishing.lettering import drawable
from toolkit.publishing.typesetting import typeset


def as_png(svg: str, width_px: int) -> bytes:
    """A chart's SVG text as PNG, `width_px` pixels wide, on white, its texts in the toolkit's own fonts.

    U+FFFD stands for a character that no such font has. The same text gives the same bytes. Raises PublishingError
    where it is no SVG.
    """
    return typeset("picture.typ", {"svg": drawable(svg)[0], "width": width_px}, "png")
