"""Pieces of WordprocessingML (ECMA-376 part 1, section 17) as text. Every text of a block passes `character_data`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape

from toolkit.document import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

Align = Literal["left", "right", "center"]


def character_data(text: str) -> str:
    """The text as XML character data or attribute value: no markup, no direction override, no control character."""
    return escape(plain_text(text), {'"': "&quot;"})


def run(text: str, style: str = "", *, bold: bool = False) -> str:
    """A run of text; line ends and tabs stay, markup is text."""
    look = (f'<w:rStyle w:val="{style}"/>' if style else "") + ("<w:b/><w:bCs/>" if bold else "")
    pieces = "<w:br/>".join(
        "<w:tab/>".join(
            f'<w:t xml:space="preserve">{character_data(piece)}</w:t>' if piece else "" for piece in line.split("\t")
        )
        for line in plain_text(text).split("\n")
    )
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{pieces}</w:r>"


def tab() -> str:
    """A run that goes to the next tab stop."""
    return "<w:r><w:tab/></w:r>"


def paragraph(
    style: str,
    *runs: str,
    keep_next: bool = False,
    keep_lines: bool = False,
    list_number: int = 0,
    space_before: int = 0,
    right_indent: int = 0,
    align: Align = "left",
) -> str:
    """A paragraph of runs in a style (its id).

    `list_number` is the numbering that it belongs to where that is not its style's; `space_before` and `right_indent`
    are in twentieths of a point.
    """
    properties = "".join(
        (
            f'<w:pStyle w:val="{style}"/>',
            "<w:keepNext/>" if keep_next else "",
            "<w:keepLines/>" if keep_lines else "",
            f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{list_number}"/></w:numPr>' if list_number else "",
            f'<w:spacing w:before="{space_before}"/>' if space_before else "",
            f'<w:ind w:right="{right_indent}"/>' if right_indent else "",
            f'<w:jc w:val="{align}"/>' if align != "left" else "",
        )
    )
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def code_run(code: str) -> str:
    """The short code of a figure, printed small; empty where there is none."""
    return run(f"Figure code {code}", "FigureCode") if code else ""


def bookmarked(name: str, number: int, inside: str) -> str:
    """Runs that an internal link can point to."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inside}<w:bookmarkEnd w:id="{number}"/>'


def link_to(bookmark: str, text: str) -> str:
    """A link to a place in the same document."""
    return f'<w:hyperlink w:anchor="{bookmark}" w:history="1">{run(text, "Hyperlink")}</w:hyperlink>'


def field(instruction: Literal["PAGE", "NUMPAGES"]) -> str:
    """A page number or the number of pages, which Word keeps up to date by itself."""
    return f'<w:fldSimple w:instr=" {instruction} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def contents_list(entries: Sequence[tuple[str, str, int]]) -> list[str]:
    """A table of contents whose lines (bookmark, text, level 1 or 2) stand in it already: Word need not update it.

    The switches: outline levels 1 and 2, lines are links, no page numbers (only Word's own layout knows them).
    """
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\n \\h </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    last = len(entries) - 1
    return [
        paragraph(f"TOC{level}", begin if not place else "", link_to(bookmark, text), end if place == last else "")
        for place, (bookmark, text, level) in enumerate(entries)
    ]


def section_end(*, landscape: bool, marks: str = "") -> str:
    """An A4 section's properties; `marks` are its references to header and footer, which later sections inherit."""
    size = (
        '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>' if landscape else '<w:pgSz w:w="11906" w:h="16838"/>'
    )
    sides = '<w:pgMar w:top="1304" w:right="1134" w:bottom="1247" w:left="1134"'
    margins = f'{sides} w:header="567" w:footer="510" w:gutter="0"/>'
    return f'<w:sectPr>{marks}<w:type w:val="nextPage"/>{size}{margins}</w:sectPr>'
