"""The index page of a report set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import nbformat

from toolkit.document import Blocks, Heading, escaped, outline
from toolkit.publishing.page import OWN_IDS, as_page, write_checked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from toolkit.document import Cover
    from toolkit.publishing.page import DocumentMeta
    from toolkit.publishing.theme import Theme


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One report of the set: its kind as a heading ("Deep dives"), title, and its page, relative to the index.

    `failure` is the sentence that says why there is no page; then `href` is empty.
    """

    kind: str
    title: str
    href: str = ""
    failure: str = ""


def publish_index(
    entries: Sequence[IndexEntry],
    out_path: Path,
    *,
    cover: Cover,
    meta: DocumentMeta,
    theme: Theme | None = None,
) -> Path:
    """The page that lists every report of the set by kind, failed ones with the reason; written whole or not at all.

    `cover` gives title, marking, synthetic banner and facts (cycle, data cut).
    """
    kinds = dict.fromkeys(entry.kind for entry in entries)
    blocks = Blocks(tuple(Heading(kind) for kind in kinds))
    contents = outline(blocks, OWN_IDS)
    parts = [
        f'<h2 id="{heading.id}">{escaped(kind)}</h2>\n{_list([entry for entry in entries if entry.kind == kind])}'
        for kind, heading in zip(kinds, contents, strict=True)
    ]
    body = "\n".join(parts) or "<p>No report has been made yet.</p>"
    notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]  # nbformat ships no types
    page = as_page(notebook, cover, contents=contents, body=body, meta=meta, theme=theme)
    return write_checked(out_path, page)


def _list(entries: list[IndexEntry]) -> str:
    return f"<ul>{''.join(f'<li>{_line(entry)}</li>' for entry in entries)}</ul>"


def _line(entry: IndexEntry) -> str:
    title = escaped(entry.title)
    if entry.failure or not entry.href:
        reason = f" {escaped(entry.failure)}" if entry.failure else ""
        return f'{title}: <strong class="failed">not made.</strong>{reason}'
    return f'<a href="{escaped(quote(entry.href))}">{title}</a>'
