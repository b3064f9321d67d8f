"""The content model that a notebook emits: typed blocks, serialisable, shown as HTML in the notebook itself."""

from toolkit.document.blocks import (
    Block,
    Blocks,
    Cell,
    Column,
    Cover,
    Figure,
    Format,
    Heading,
    Items,
    KeyFigure,
    KeyFigures,
    Note,
    Table,
    Text,
    cell_text,
)
from toolkit.document.html import as_html
from toolkit.document.json import MIME_TYPE, from_json, to_json

__all__ = [
    "MIME_TYPE",
    "Block",
    "Blocks",
    "Cell",
    "Column",
    "Cover",
    "Figure",
    "Format",
    "Heading",
    "Items",
    "KeyFigure",
    "KeyFigures",
    "Note",
    "Table",
    "Text",
    "as_html",
    "cell_text",
    "from_json",
    "to_json",
]
