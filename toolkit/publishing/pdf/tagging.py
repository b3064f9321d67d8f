"""Row headings in a PDF's tags: typst 0.15 marks column headings alone."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pikepdf import Object


def with_row_headings(content: bytes, row_headings: Sequence[int]) -> bytes:
    """The PDF with the first cells of each body row marked as headings of their row (TH, scope Row).

    The lists of headings that typst gives each cell name column headings only, and programs that read them out look no
    further (ISO 32000-1, 14.8.5.7): they are taken out, so that the headings' scopes hold.

    Args:
        content: a PDF of typst's.
        row_headings: how many cells of each table, in order.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        tables = elements(pdf.Root.StructTreeRoot, "/Table")
        for table, count in zip(tables, row_headings, strict=True):
            for row in (row for body in elements(table, "/TBody") for row in elements(body, "/TR")):
                for place, cell in enumerate(children(row)):
                    _mark(cell, heading=place < count)
        made = io.BytesIO()
        pdf.save(
            made,
            deterministic_id=True,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return made.getvalue()


def _mark(cell: Object, *, heading: bool) -> None:
    import pikepdf

    if heading:
        cell.S = pikepdf.Name.TH
    for attributes in as_list(cell.get("/A")):
        if attributes.get("/O") == "/Table":
            if "/Headers" in attributes:
                del attributes.Headers
            if heading:
                attributes.Scope = pikepdf.Name.Row


def elements(parent: Object, kind: str) -> Iterator[Object]:
    """The structure elements of a kind below another, in order; not those inside one another."""
    for child in children(parent):
        if child.get("/S") == kind:
            yield child
        else:
            yield from elements(child, kind)


def children(parent: Object) -> list[Object]:
    """The structure elements right below another."""
    import pikepdf

    return [child for child in as_list(parent.get("/K")) if isinstance(child, pikepdf.Dictionary) and "/S" in child]


def as_list(value: Object | None) -> list[Object]:
    """What may be one thing or an array of things, as a list."""
    import pikepdf

    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]
