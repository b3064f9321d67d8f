"""One document as one self-contained page."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING

from toolkit.document import SYNTHETIC, Entry, as_html, escaped, outline
from toolkit.document.notebooks import empty_notebook, without_grammars
from toolkit.publishing.checks import check_html
from toolkit.publishing.style import TEMPLATE, page_style

if TYPE_CHECKING:
    from nbconvert.exporters.templateexporter import TemplateExporter

    from toolkit.document import Cover
    from toolkit.publishing.edition import DocumentMeta, Edition
    from toolkit.publishing.theme import Theme

OWN_IDS = ("main", "contents")
"""Ids that the page around a document uses."""


def as_bytes(edition: Edition) -> bytes:
    """The document as a page: HTML in UTF-8, self-contained, without script."""
    contents, body = outline(edition.blocks, OWN_IDS), as_html(edition.blocks, OWN_IDS)
    return as_page(edition.cover, contents=contents, body=body, meta=edition.meta, theme=edition.theme)


def faults(content: bytes) -> list[str]:
    """What is wrong with a page, one sentence each; empty when it may be published."""
    return check_html(content.decode("utf-8"))


def as_page(
    cover: Cover,
    *,
    contents: tuple[Entry, ...],
    body: str,
    meta: DocumentMeta,
    theme: Theme,
) -> bytes:
    """The page of a cover, contents list and body (HTML) by nbconvert with the toolkit's own template."""
    page = {
        "title": f"{cover.title}: {cover.subtitle}" if cover.subtitle else cover.title,
        "style": page_style(theme, cover.title, cover.marking),
        "theme": theme,
        "logo": base64.b64encode(theme.logo_png).decode("ascii"),
        "cover": cover,
        "meta": meta,
        "synthetic": SYNTHETIC,
        "contents": _nested(contents),
        "body": body,
    }
    html, _ = _exporter().from_notebook_node(empty_notebook(), resources={"page": page})
    return f"{html.strip()}\n".encode()


def compile_template() -> None:
    """Do now what the first page of a process would have to wait for."""
    _exporter().template  # noqa: B018 - compiled when it is asked for


@cache
def _exporter() -> TemplateExporter:
    """Nbconvert with the toolkit's own template, which is compiled once."""
    without_grammars()
    from jinja2 import DictLoader
    from nbconvert.exporters.templateexporter import TemplateExporter

    exporter = TemplateExporter(  # type: ignore[no-untyped-call]  # nbconvert ships no types
        extra_loaders=[DictLoader({"page": (TEMPLATE / "page.html.j2").read_text(encoding="utf-8")})],
        template_file="page",
        filters={"text": escaped},
    )
    exporter.output_mimetype = "text/html"
    return exporter


def _nested(entries: tuple[Entry, ...]) -> list[tuple[Entry, list[Entry]]]:
    """Second-level headings, each with its third-level ones."""
    contents: list[tuple[Entry, list[Entry]]] = []
    for entry in entries:
        if entry.level <= 2 or not contents:  # noqa: PLR2004 - the level below the title
            contents.append((entry, []))
        elif entry.level == 3:  # noqa: PLR2004 - the level below that
            contents[-1][1].append(entry)
    return contents
