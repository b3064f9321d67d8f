"""One executed notebook to one self-contained page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import nbformat
from jinja2 import DictLoader
from nbconvert.exporters.templateexporter import TemplateExporter

from toolkit.document import SYNTHETIC, Blocks, Cover, Entry, as_html, escaped, outline
from toolkit.errors import PublishingError
from toolkit.publishing.checks import check_html
from toolkit.publishing.collecting import collect
from toolkit.publishing.style import TEMPLATE, page_style
from toolkit.publishing.theme import load_theme
from toolkit.publishing.writing import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.publishing.theme import Theme

OWN_RATINGS = (
    "The ratings are the organisations' own and have not been checked by anyone else. Every share is shown with its "
    "count and the number asked; missing, blank and not applicable answers are counted apart."
)
OWN_IDS = ("main", "contents")
"""Ids that the page around a document uses."""


@dataclass(frozen=True, slots=True)
class DocumentMeta:
    """What a page says about itself in its footer: the office, the snapshot, the toolkit's version, the method."""

    office: str
    snapshot: str
    toolkit_version: str
    method: str = OWN_RATINGS
    contact: str = ""


def publish_html(notebook_path: Path, out_path: Path, *, meta: DocumentMeta, theme: Theme | None = None) -> Path:
    """The executed notebook as one page at `out_path`, written whole or not at all.

    Title, marking and synthetic banner come from the notebook's Cover block, which must be its first. Raises
    PublishingError where a cell failed, the cover is missing, or the page fails `check_html`.
    """
    try:
        notebook = nbformat.read(notebook_path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat ships no types
    except (OSError, ValueError, nbformat.ValidationError) as error:
        raise PublishingError(f"{notebook_path} cannot be read as a notebook; run the report again.") from error
    blocks = collect(notebook, notebook_path.name)
    cover, rest = blocks.blocks[0], Blocks(blocks.blocks[1:])
    if not isinstance(cover, Cover) or any(isinstance(block, Cover) for block in rest.blocks):
        raise PublishingError(
            f"{notebook_path.name} must show one cover, before everything else; correct its template."
        )
    contents, body = outline(rest, OWN_IDS), as_html(rest, OWN_IDS)
    return write_checked(out_path, as_page(notebook, cover, contents=contents, body=body, meta=meta, theme=theme))


def as_page(
    notebook: nbformat.NotebookNode,
    cover: Cover,
    *,
    contents: tuple[Entry, ...],
    body: str,
    meta: DocumentMeta,
    theme: Theme | None,
) -> str:
    """The page of a cover, contents list and body (HTML) by nbconvert with the toolkit's own template."""
    page = {
        "title": f"{cover.title}: {cover.subtitle}" if cover.subtitle else cover.title,
        "style": page_style(theme or load_theme(), cover.title, cover.marking),
        "cover": cover,
        "meta": meta,
        "synthetic": SYNTHETIC,
        "contents": _nested(contents),
        "body": body,
    }
    exporter = TemplateExporter(  # type: ignore[no-untyped-call]  # nbconvert ships no types
        extra_loaders=[DictLoader({"page": (TEMPLATE / "page.html.j2").read_text(encoding="utf-8")})],
        template_file="page",
        filters={"text": escaped},
    )
    exporter.output_mimetype = "text/html"
    html, _ = exporter.from_notebook_node(notebook, resources={"page": page})
    return f"{html.strip()}\n"


def write_checked(path: Path, html: str) -> Path:
    """Write a page that passes `check_html`; raises PublishingError with the first thing that is wrong."""
    problems = check_html(html)
    if problems:
        more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
        raise PublishingError(
            f"{path.name} was not published: {problems[0]}{more}; correct its template and run it again."
        )
    return write_whole(path, html)


def _nested(entries: tuple[Entry, ...]) -> list[tuple[Entry, list[Entry]]]:
    """Second-level headings, each with its third-level ones."""
    contents: list[tuple[Entry, list[Entry]]] = []
    for entry in entries:
        if entry.level <= 2 or not contents:  # noqa: PLR2004 - the level below the title
            contents.append((entry, []))
        elif entry.level == 3:  # noqa: PLR2004 - the level below that
            contents[-1][1].append(entry)
    return contents
