"""The document in an executed notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from toolkit.document import Blocks


def collect(notebook: NotebookNode) -> Blocks:
    """The headings and paragraphs of the template's Markdown cells and the blocks of its code outputs, in order.

    Raises PublishingError where a cell failed or the notebook has no document blocks.
    """
    raise NotImplementedError
