"""What every form of a document is made from: one executed notebook's blocks, and what is known about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.document import Blocks, Cover, with_codes
from toolkit.document.notebooks import read_notebook
from toolkit.errors import PublishingError
from toolkit.publishing.collecting import collect
from toolkit.publishing.theme import load_theme

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from toolkit.publishing.theme import Theme

OWN_RATINGS = (
    "The ratings are the organisations' own and have not been checked by anyone else. Every share is shown with its "
    "count and the number asked; missing, blank and not applicable answers are counted apart."
)


@dataclass(frozen=True, slots=True)
class DocumentMeta:
    """What a document says about itself: the office, the snapshot, the toolkit's version, the method, a contact.

    `moment` is the data cut, the only date that a file's properties may carry, so that the same snapshot gives the same
    bytes; None where there is none.
    """

    office: str
    snapshot: str
    toolkit_version: str
    method: str = OWN_RATINGS
    contact: str = ""
    moment: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """One document, ready to be written in any form: its cover, the blocks after it, its meta and its theme."""

    name: str
    cover: Cover
    blocks: Blocks
    meta: DocumentMeta
    theme: Theme

    @property
    def title(self) -> str:
        """Title and subtitle in one line, as file properties have it."""
        return f"{self.cover.title}: {self.cover.subtitle}" if self.cover.subtitle else self.cover.title

    @property
    def publisher(self) -> str:
        """Whose document it is: the theme's publisher, or else the project's office."""
        return self.theme.publisher or self.meta.office


def read_edition(notebook_path: Path, *, meta: DocumentMeta, theme: Theme | None = None) -> Edition:
    """The document in an executed notebook.

    Raises PublishingError where the file is no notebook, a cell failed, or its first block is not its one cover.
    """
    blocks = read_blocks(notebook_path)
    cover, rest = blocks.blocks[0], Blocks(blocks.blocks[1:])
    if not isinstance(cover, Cover) or any(isinstance(block, Cover) for block in rest.blocks):
        raise PublishingError(
            f"{notebook_path.name} must show one cover, before everything else; correct its template."
        )
    return Edition(notebook_path.stem, cover, rest, meta, theme or load_theme())


def read_blocks(notebook_path: Path) -> Blocks:
    """All blocks of an executed notebook, its figures with the codes that every form prints.

    Raises PublishingError where the file is no notebook, or a cell failed.
    """
    return with_codes(notebook_path.stem, collect(read_notebook(notebook_path), notebook_path.name))


def parameters(notebook_path: Path) -> dict[str, str]:
    """What a notebook was run with, by papermill's own account: the snapshot's folder, the cycle, the audience...

    Raises PublishingError where the file is no notebook; empty where papermill did not run it.
    """
    return dict(read_notebook(notebook_path)["metadata"].get("papermill", {}).get("parameters", {}))
