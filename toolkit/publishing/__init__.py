"""Executed notebooks to published documents, and the checks before anything is published."""

from toolkit.publishing.checks import check_html
from toolkit.publishing.collecting import collect
from toolkit.publishing.index import IndexEntry, publish_index
from toolkit.publishing.page import DocumentMeta, publish_html
from toolkit.publishing.style import fragment_style
from toolkit.publishing.theme import Theme, load_theme

__all__ = [
    "DocumentMeta",
    "IndexEntry",
    "Theme",
    "check_html",
    "collect",
    "fragment_style",
    "load_theme",
    "publish_html",
    "publish_index",
]
