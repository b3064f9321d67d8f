"""Imported, it has read what judging needs in every project: workers are forked from a server that begins with it."""

import contextlib

import toolkit.intake.receiving.working  # noqa: F401 - with all that it imports
from toolkit.disclosure.personal import load_shipped
from toolkit.errors import CatalogueError
from toolkit.intake.queries import load_queries
from toolkit.layouts import query_texts

with contextlib.suppress(CatalogueError):  # which is told when it is needed
    load_shipped()
    load_queries()
    query_texts()
