"""The empty Word file that every document starts from: the toolkit's own styles, lists and settings, nothing else.

python-docx's own starting file brings 400 KB of styles, another program's name and a preview picture.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from toolkit.publishing.ooxml import packed

if TYPE_CHECKING:
    from toolkit.publishing.theme import Theme

MARGIN, SMALL_MARGIN = 100, 60
"""Space at each side of a table cell, in twentieths of a point; the second in small type."""

_TEMPLATES = Path(__file__).parents[1] / "template" / "word"
_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/document.xml": "document.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/styles.xml": "styles.xml",
}


@cache
def empty_file(theme: Theme) -> bytes:
    """A Word file with the theme's styles and no content."""
    parts = {name: (_TEMPLATES / file).read_text(encoding="utf-8") for name, file in _PARTS.items()}
    colours = {name: colour.removeprefix("#") for name, colour in theme.colours.model_dump().items()}
    parts["word/styles.xml"] = Template(parts["word/styles.xml"]).substitute(colours, margin=MARGIN)
    return packed({name: part.encode() for name, part in parts.items()})
