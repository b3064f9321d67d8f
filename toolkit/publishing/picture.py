"""A chart as a picture, for forms that cannot show SVG."""

from __future__ import annotations

from toolkit.publishing.typesetting import typeset


def as_png(svg: str, width_px: int) -> bytes:
    """A chart's SVG text as PNG, `width_px` pixels wide, on white; its texts are in the toolkit's own fonts.

    The same text gives the same bytes. Raises PublishingError where it is no SVG.
    """
    return typeset("picture.typ", {"svg": svg, "width": width_px}, "png")
