"""The document in an executed notebook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.document import MIME_TYPE, Block, Blocks, Heading, Text, from_json
from toolkit.errors import PublishingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

_SECTION = 2
"""The level of a section's heading in a template."""
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")


def collect(notebook: NotebookNode, name: str = "the notebook") -> Blocks:
    """The headings and paragraphs of the template's Markdown cells and the blocks of its code outputs, in order.

    Only headings and plain paragraphs of Markdown are known, and both are taken as text. A first-level heading is the
    template's own name and is left out: the cover has the title. `name` is for the message of the PublishingError
    that is raised where a cell failed, a block is not one of the document model's, or there are no blocks at all.
    """
    found: list[Block] = []
    emitted = 0
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "markdown":
            found += _markdown("".join(cell["source"]))
        elif cell["cell_type"] == "code":
            blocks = [block for output in cell["outputs"] for block in _output(output, f"Cell {number} of {name}")]
            emitted += len(blocks)
            found += blocks
    if not emitted:
        raise PublishingError(
            f"No cell of {name} shows a document block; run it, and end its cells with a report section."
        )
    return Blocks(tuple(_with_content(found)))


def _with_content(blocks: list[Block]) -> Iterator[Block]:
    """The blocks without section headings under which nothing stands: a section that has nothing to say shows none."""
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        ends = following is None or (isinstance(following, Heading) and following.level == _SECTION)
        if not (isinstance(block, Heading) and block.level == _SECTION and ends):
            yield block


def _output(output: dict[str, Any], where: str) -> tuple[Block, ...]:
    if output["output_type"] == "error":
        reason = " ".join(f"{output.get('ename', '')}: {output.get('evalue', '')}".split())[:200]
        raise PublishingError(f"{where} failed ({reason}); correct the cause and run the report again.")
    data = output.get("data", {}).get(MIME_TYPE)
    if data is None:
        return ()
    try:
        return from_json(data).blocks
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PublishingError(
            f"{where} shows a block that the document model does not know ({error}); run the report again."
        ) from error


def _markdown(source: str) -> list[Block]:
    blocks: list[Block] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            blocks.append(Text(" ".join(paragraph)))
            paragraph.clear()

    for line in (*source.splitlines(), ""):
        heading = _HEADING.match(line.strip())
        if heading or not line.strip():
            close()
        else:
            paragraph.append(line.strip())
        if heading and len(heading[1]) > 1:
            blocks.append(Heading(heading[2], min(len(heading[1]), 4)))
    return blocks
