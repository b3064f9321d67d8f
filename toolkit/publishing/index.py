"""The index page of a report set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    raise NotImplementedError
