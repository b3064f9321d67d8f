"""The index page of a report set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from toolkit.document import Blocks, Heading, escaped, outline
from toolkit.publishing.forms import refuse_faults
from toolkit.publishing.page import OWN_IDS, as_page, faults
from toolkit.publishing.theme import load_theme
from toolkit.publishing.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from toolkit.document import Cover
    from toolkit.publishing.edition import DocumentMeta
    from toolkit.publishing.theme import Theme


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One report of the set: its kind as a heading ("Deep dives"), title, and its files by form, relative to the index.

    `files` maps a form ("html", "pdf") to the file's name and size in bytes, in the order in which they are shown.
    `failure` is the sentence that says why there is no file.
    """

    kind: str
    title: str
    files: tuple[tuple[str, str, int], ...] = ()
    failure: str = ""


def publish_index(
    entries: Sequence[IndexEntry],
    out_path: Path,
    *,
    cover: Cover,
    meta: DocumentMeta,
    statement: str = "",
    theme: Theme | None = None,
) -> Path:
    """The page that lists every report of the set by kind, failed ones with the reason; written whole or not at all.

    `cover` gives title, marking, synthetic banner and facts (cycle, data cut). `statement` is the file name of the
    set's accessibility statement, which the page links to.
    """
    kinds = dict.fromkeys(entry.kind for entry in entries)
    blocks = Blocks(tuple(Heading(kind) for kind in kinds))
    contents = outline(blocks, OWN_IDS)
    parts = [
        f'<h2 id="{heading.id}">{escaped(kind)}</h2>\n{_list([entry for entry in entries if entry.kind == kind])}'
        for kind, heading in zip(kinds, contents, strict=True)
    ]
    body = "\n".join(parts) or "<p>No report has been made yet.</p>"
    if statement:
        body += f'\n<p><a href="{escaped(quote(statement))}">Accessibility statement</a></p>'
    page = as_page(cover, contents=contents, body=body, meta=meta, theme=theme or load_theme())
    refuse_faults(faults(page), out_path.name)
    return write_whole(out_path, page)


def _list(entries: list[IndexEntry]) -> str:
    return f"<ul>{''.join(f'<li>{_line(entry)}</li>' for entry in entries)}</ul>"


def _line(entry: IndexEntry) -> str:
    title = escaped(entry.title)
    if entry.failure or not entry.files:
        reason = f" {escaped(entry.failure)}" if entry.failure else ""
        return f'{title}: <strong class="failed">not made.</strong>{reason}'
    (_, page, _), *others = entry.files
    links = [f'<a href="{escaped(quote(page))}">{title}</a>']
    links += [
        f'<a href="{escaped(quote(name))}"><span class="visually-hidden">{title} as </span>{form.upper()}, '
        f"{_size(size)}</a>"
        for form, name, size in others
    ]
    return " ".join((links[0], *(f'<span class="form">{link}</span>' for link in links[1:])))


def _size(size: int) -> str:
    """A file's size for readers, never less than 1 KB."""
    return f"{max(round(size / 1000), 1):,} KB"
