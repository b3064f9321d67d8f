"""One executed notebook to one self-contained page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.publishing.theme import Theme


@dataclass(frozen=True, slots=True)
class DocumentMeta:
    """What a page says about itself in its footer: the office, the snapshot, the toolkit's version, the method."""

    office: str
    snapshot: str
    toolkit_version: str
    method: str = ""
    contact: str = ""


def publish_html(notebook_path: Path, out_path: Path, *, meta: DocumentMeta, theme: Theme | None = None) -> Path:
    """The executed notebook as one page at `out_path`, written whole or not at all.

    Title, marking and synthetic banner come from the notebook's Cover block, which must be its first. Raises
    PublishingError where a cell failed, the cover is missing, or the page fails `check_html`.
    """
    raise NotImplementedError
