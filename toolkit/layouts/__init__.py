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
from toolkit.layouts.foreign_groups import Group, first_doubt
from toolkit.layouts.foreign_headers import RATING_FIELDS, ForeignHeader, find_foreign_headers
from toolkit.layouts.identity import Identity, IdentityReading, identity_in_rows, parse_identity, read_identity
from toolkit.layouts.loading import load_layout
from toolkit.layouts.models import CoverField, Layout, TableColumn, fold_label, speaks_of_rating
from toolkit.layouts.query_workbook import (
    QueryColumn,
    QueryIdentity,
    parse_query_identity,
    query_texts,
    read_query_identities,
)
from toolkit.layouts.questions import (
    CONFIRMED,
    KEPT,
    TAKEN,
    Question,
    Told,
    ask_text,
    is_reply,
    questions,
    still_open,
    waits_for_sender,
)
from toolkit.layouts.references import ReferenceReading, read_reference

__all__ = [
    "AUDIT_WORKBOOK",
    "CONFIRMED",
    "KEPT",
    "RATING_FIELDS",
    "TAKEN",
    "CoverField",
    "CoverValue",
    "ForeignColumn",
    "ForeignHeader",
    "ForeignLayout",
    "Group",
    "HeaderMatch",
    "Identity",
    "IdentityReading",
    "Layout",
    "PrintedLine",
    "QueryColumn",
    "QueryIdentity",
    "Question",
    "ReferenceReading",
    "TableColumn",
    "Told",
    "ask_text",
    "find_cover",
    "find_foreign_headers",
    "find_header",
    "first_doubt",
    "fold_label",
    "identity_in_rows",
    "is_reply",
    "load_foreign_layouts",
    "load_layout",
    "parse_identity",
    "parse_query_identity",
    "query_texts",
    "questions",
    "read_identity",
    "read_line",
    "read_query_identities",
    "read_reference",
    "speaks_of_rating",
    "still_open",
    "waits_for_sender",
]
