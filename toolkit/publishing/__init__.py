"""Executed notebooks to published documents, and the checks before anything is published."""

from toolkit.publishing.checks import check_html
from toolkit.publishing.collecting import collect
from toolkit.publishing.edition import DocumentMeta, Edition, parameters, read_blocks, read_edition
from toolkit.publishing.forms import FORMS, file_of, formats_of, forms_to_make, publish
from toolkit.publishing.index import IndexEntry, publish_index
from toolkit.publishing.releasing import cleared, put_out, refuse_leaks, sweep
from toolkit.publishing.statement import STATEMENT, publish_statement
from toolkit.publishing.style import fragment_style
from toolkit.publishing.theme import Theme, load_theme

__all__ = [
    "FORMS",
    "STATEMENT",
    "DocumentMeta",
    "Edition",
    "IndexEntry",
    "Theme",
    "check_html",
    "cleared",
    "collect",
    "file_of",
    "formats_of",
    "forms_to_make",
    "fragment_style",
    "load_theme",
    "parameters",
    "publish",
    "publish_index",
    "publish_statement",
    "put_out",
    "read_blocks",
    "read_edition",
    "refuse_leaks",
    "sweep",
]
