"""One document as one self-contained page."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING

from toolkit.document import SYNTHETIC, Entry, as_html, escaped, outline
from toolkit.publishing.checks import check_html
from toolkit.publishing.style import TEMPLATE, page_style

if TYPE_CHECKING:
    from jinja2 import Template

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
    """The page of a cover, contents list and body (HTML) in the toolkit's own template."""
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
    return f"{compile_template().render(page=page).strip()}\n".encode()


@cache
def compile_template() -> Template:
    """The toolkit's own template, compiled once in a process."""
    from jinja2 import Environment

    environment = Environment(autoescape=False)  # noqa: S701 - the template says which texts are escaped, and how
    environment.filters["text"] = escaped
    return environment.from_string((TEMPLATE / "page.html.j2").read_text(encoding="utf-8"))


def _nested(entries: tuple[Entry, ...]) -> list[tuple[Entry, list[Entry]]]:
    """Second-level headings, each with its third-level ones."""
    contents: list[tuple[Entry, list[Entry]]] = []
    for entry in entries:
        if entry.level <= 2 or not contents:  # noqa: PLR2004 - the level below the title
            contents.append((entry, []))
        elif entry.level == 3:  # noqa: PLR2004 - the level below that
            contents[-1][1].append(entry)
    return contents
