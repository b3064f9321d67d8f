"""Where everything is in an audit workbook: labels, places, identity; found by content, not by position."""

from toolkit.layouts.finding import (
    CoverValue,
    HeaderMatch,
    PrintedLine,
    find_cover,
    find_header,
    read_line,
)
from toolkit.layouts.foreign import AUDIT_WORKBOOK, ForeignColumn, ForeignLayout, load_foreign_layouts
from toolkit.layouts.foreign_headers import RATING_FIELDS, ForeignHeader, find_foreign_headers
from toolkit.layouts.identity import Identity, IdentityReading, identity_in_rows, parse_identity, read_identity
from toolkit.layouts.loading import load_layout
from toolkit.layouts.models import CoverField, Layout, TableColumn, fold_label, speaks_of_rating
from toolkit.layouts.references import ReferenceReading, read_reference

__all__ = [
    "AUDIT_WORKBOOK",
    "RATING_FIELDS",
    "CoverField",
    "CoverValue",
    "ForeignColumn",
    "ForeignHeader",
    "ForeignLayout",
    "HeaderMatch",
    "Identity",
    "IdentityReading",
    "Layout",
    "PrintedLine",
    "ReferenceReading",
    "TableColumn",
    "find_cover",
    "find_foreign_headers",
    "find_header",
    "fold_label",
    "identity_in_rows",
    "load_foreign_layouts",
    "load_layout",
    "parse_identity",
    "read_identity",
    "read_line",
    "read_reference",
    "speaks_of_rating",
]
