"""The content model that a notebook emits: typed blocks, serialisable, shown as HTML in the notebook itself."""

from toolkit.document.basis import Basis, Counted, Counting
from toolkit.document.blocks import (
    Block,
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
from toolkit.document.codes import with_codes
from toolkit.document.emitting import Blocks, from_json
from toolkit.document.html import SYNTHETIC, as_html, escaped
from toolkit.document.json import MIME_TYPE, to_json
from toolkit.document.outline import Entry, outline
from toolkit.document.phrases import (
    MONTHS,
    RATING_WORDS,
    day,
    how_many,
    no_share,
    percent,
    points,
    points_span_of,
    share_of,
    span_of,
)
from toolkit.document.plain import plain_text
from toolkit.document.tabulation import ColumnSpec, cell, tabulate

__all__ = [
    "MIME_TYPE",
    "MONTHS",
    "RATING_WORDS",
    "SYNTHETIC",
    "Basis",
    "Block",
    "Blocks",
    "Cell",
    "Column",
    "ColumnSpec",
    "Counted",
    "Counting",
    "Cover",
    "Entry",
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
    "cell",
    "cell_text",
    "day",
    "escaped",
    "from_json",
    "how_many",
    "no_share",
    "outline",
    "percent",
    "plain_text",
    "points",
    "points_span_of",
    "share_of",
    "span_of",
    "tabulate",
    "to_json",
    "with_codes",
]
