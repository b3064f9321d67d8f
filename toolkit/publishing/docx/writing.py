"""The blocks of an edition as a Word file."""

from __future__ import annotations

import io
import re
from functools import singledispatchmethod
from typing import TYPE_CHECKING

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu
from docx.text.paragraph import Paragraph

from toolkit.document import (
    SYNTHETIC,
    Block,
    Figure,
    Heading,
    Items,
    KeyFigures,
    Note,
    Table,
    Text,
    outline,
    plain_text,
)
from toolkit.publishing.docx.foundation import empty_file
from toolkit.publishing.docx.fragments import (
    bookmarked,
    code_run,
    contents_list,
    field,
    paragraph,
    run,
    section_end,
    tab,
)
from toolkit.publishing.docx.sections import sections
from toolkit.publishing.docx.tables import key_figures, table_pieces
from toolkit.publishing.docx.widths import ASIDE, UPRIGHT
from toolkit.publishing.ooxml import NO_MOMENT, packed, parts_of
from toolkit.publishing.picture import as_png

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

    from toolkit.publishing.edition import Edition

ABOUT = "About this document"
"""The heading over what a document says of its own origin."""

_IN_CONTENTS = (2, 3)
_PIXEL = 9525  # in English Metric Units, 96 to the inch
_SHARPNESS = 2
_TALLEST = {False: 800, True: 460}
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_AFTER_TABLE = 200
_SHORT = 800
_LOGO = 508_000
"""How high a logo is, in English Metric Units: 40 points."""
_LONGEST_PROPERTY = 255


def as_bytes(edition: Edition) -> bytes:
    """The document as a Word file: the same edition gives the same bytes."""
    document = Document(io.BytesIO(empty_file(edition.theme)))
    _set_properties(document, edition)
    _set_margins(document, edition)
    _Writer(document).write(edition)
    target = io.BytesIO()
    document.save(target)
    return packed(parts_of(target.getvalue()))


class _Writer:
    """Puts an edition into an empty document, block by block."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._body = document.element.body
        self._bookmarks = self._lists = 0
        self._landscape = self._under_table = False

    def write(self, edition: Edition) -> None:
        last = self._body[-1]  # the last section's properties
        marks = _marks(last)
        if edition.theme.logo:
            self._add(paragraph("Picture"))
            words = edition.theme.logo.text
            self._place(edition.theme.logo_png, words, words, "Logo", height=Emu(_LOGO))
        self._add(*_cover(edition), *_contents(edition))
        turns = sections((*edition.blocks, Heading(ABOUT)))
        for place, (landscape, blocks) in enumerate(turns):
            self._landscape = landscape
            for block in blocks:
                self.block(block)
            if place < len(turns) - 1:
                self._end_section(section_end(landscape=landscape, marks=marks))
        self._add(*_provenance(edition))
        self._body.remove(last)
        self._body.append(_elements(section_end(landscape=self._landscape, marks=marks))[0])

    @singledispatchmethod
    def block(self, block: Block) -> None:
        raise TypeError(f"{type(block).__name__} is not a block of the document model.")

    @block.register
    def _(self, block: Heading) -> None:
        self._bookmarks += 1
        name = _bookmark(self._bookmarks)
        style = f"Heading{min(max(block.level, 2), 4) - 1}"
        self._add(paragraph(style, bookmarked(name, self._bookmarks, run(block.text)), keep_next=True))

    @block.register
    def _(self, block: Text) -> None:
        self._prose("Normal", run(block.text))

    @block.register
    def _(self, block: Note) -> None:
        word = {"information": "Note", "warning": "Warning"}[block.kind]
        style = {"information": "Note", "warning": "Warning"}[block.kind]
        self._prose(style, run(f"{word}: ", "Strong"), run(block.text), keep_lines=len(block.text) < _SHORT)

    @block.register
    def _(self, block: Items) -> None:
        number = self._new_list() if block.ordered and block.items else 0
        for item in block.items:
            self._prose("ListNumber" if block.ordered else "ListBullet", run(item), list_number=number)

    @block.register
    def _(self, block: KeyFigures) -> None:
        if block.figures:
            self._add(paragraph("Caption", run("Key figures"), keep_next=True), key_figures(block.figures))

    @block.register
    def _(self, block: Table) -> None:
        self._add(*table_pieces(block))

    @block.register
    def _(self, block: Figure) -> None:
        code = [run("  ", "FigureCode"), code_run(block.code)] if block.code else []
        self._add(paragraph("Caption", run(block.title), *code, keep_next=True))
        self._add(paragraph("Picture", keep_next=bool(block.note)))
        self._draw(block)
        if block.note:
            self._add(paragraph("TableNote", run(block.note)))
        if block.table:
            self._add(*table_pieces(block.table))

    def _draw(self, figure: Figure) -> None:
        """The figure's picture in the last paragraph, with its alternative text."""
        found = _SIZE.search(figure.svg)
        width, height = (float(found[1]), float(found[2])) if found else (560.0, 400.0)
        png = as_png(figure.svg, round(width * _SHARPNESS))
        shown = min(1.0, _TALLEST[self._landscape] / height) * width
        self._place(png, figure.title, figure.alt, "Chart", width=Emu(round(shown * _PIXEL)))

    def _place(self, png: bytes, title: str, alt: str, name: str, **size: Emu) -> None:
        """A picture in the last paragraph, with its alternative text; `size` is its width or its height."""
        holder = Paragraph(self._body[-1], self._document._body)  # noqa: SLF001 - python-docx gives a paragraph's parent no other way
        inline = holder.add_run().add_picture(io.BytesIO(png), **size)._inline  # noqa: SLF001 - its only way to alternative text
        inline.docPr.set("title", plain_text(title))
        inline.docPr.set("descr", plain_text(alt))
        inline.docPr.set("name", f"{name} {inline.docPr.get('id')}")

    def _prose(self, style: str, *runs: str, keep_lines: bool = False, list_number: int = 0) -> None:
        """Running text: on a page on its side its lines are no longer than on an upright one."""
        self._add(
            paragraph(
                style,
                *runs,
                keep_lines=keep_lines,
                list_number=list_number,
                space_before=_AFTER_TABLE if self._under_table else 0,
                right_indent=ASIDE - UPRIGHT if self._landscape else 0,
            )
        )

    def _new_list(self) -> int:
        """A numbering that starts at 1 again."""
        numbering = self._document.part.numbering_part.element
        number = max(int(one.get(qn("w:numId"))) for one in numbering.findall(qn("w:num"))) + 1
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="1"/>'
                '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            )
        )
        return number

    def _end_section(self, end: str) -> None:
        if self._under_table:
            self._add(paragraph("TableNote"))
        self._body[-1].find(qn("w:pPr")).append(_elements(end)[0])

    def _add(self, *pieces: str) -> None:
        for element in _elements(*pieces):
            self._body.append(element)
            self._under_table = element.tag == qn("w:tbl")


def _marks(section: BaseOxmlElement) -> str:
    """A section's references to its header and footer, as text."""
    kinds = ("headerReference", "footerReference")
    return "".join(
        f'<w:{kind} w:type="default" r:id="{one.get(qn("r:id"))}"/>'
        for kind in kinds
        for one in section.findall(qn(f"w:{kind}"))
    )


def _elements(*pieces: str) -> list[BaseOxmlElement]:
    """Pieces of WordprocessingML as elements."""
    return list(parse_xml(f"<w:body {nsdecls('w', 'r')}>{''.join(pieces)}</w:body>"))


def _cover(edition: Edition) -> list[str]:
    cover = edition.cover
    return [
        *([paragraph("Office", run(edition.publisher))] if edition.publisher else []),
        paragraph("Title", run(cover.title), keep_next=True),
        *([paragraph("Subtitle", run(cover.subtitle))] if cover.subtitle else []),
        *([paragraph("Synthetic", run(SYNTHETIC))] if cover.synthetic else []),
        *(_fact(label, value) for label, value in cover.facts),
    ]


def _contents(edition: Edition) -> list[str]:
    """The second and third level's headings as links; the bookmarks are numbered as `_Writer` numbers them."""
    entries = [*outline(edition.blocks), *outline([Heading(ABOUT)])]
    lines = [
        (_bookmark(number), entry.text, entry.level - 1)
        for number, entry in enumerate(entries, start=1)
        if entry.level in _IN_CONTENTS
    ]
    return [paragraph("TOCHeading", run("Contents"), keep_next=True), *contents_list(lines)]


def _provenance(edition: Edition) -> list[str]:
    meta = edition.meta
    facts = (
        ("Figures from", f"snapshot {meta.snapshot}"),
        ("Made with", f"standards audit toolkit {meta.toolkit_version}"),
        ("Method", meta.method),
        ("Contact", meta.contact),
    )
    return [
        *(_fact(label, value) for label, value in facts if value),
        *([paragraph("Synthetic", run(SYNTHETIC))] if edition.cover.synthetic else []),
    ]


def _fact(label: str, value: str) -> str:
    return paragraph("Fact", run(label, "Strong"), tab(), run(value))


def _bookmark(number: int) -> str:
    """The name of a heading's bookmark, of the kind that Word itself gives to what a table of contents points to."""
    return f"_Toc{number:08d}"


def _set_margins(document: WordDocument, edition: Edition) -> None:
    """The marking at the head and foot of every page, and the title and page number at its foot."""
    marking, section = edition.cover.marking, document.sections[0]
    marked = paragraph("Header", run(marking, "Strong")) if marking else paragraph("Header")
    title = " ".join(edition.cover.title.split())
    numbered = paragraph("Footer", run(f"{title} – page "), field("PAGE"), run(" of "), field("NUMPAGES"))
    for margin, lines in ((section.header, [marked]), (section.footer, [numbered, *([marked] if marking else [])])):
        margin.is_linked_to_previous = False
        element = margin._element  # noqa: SLF001 - fields have no other way in
        for child in list(element):
            element.remove(child)
        for line in _elements(*lines):
            element.append(line)


def _set_properties(document: WordDocument, edition: Edition) -> None:
    about, meta = document.core_properties, edition.meta
    moment = (meta.moment or NO_MOMENT).replace(tzinfo=None, microsecond=0)
    about.title = _property(edition.title)
    about.subject = _property(edition.cover.subtitle)
    about.author = about.last_modified_by = _property(edition.publisher)
    about.keywords = _property(f"snapshot {meta.snapshot}, standards audit toolkit {meta.toolkit_version}")
    about.category = _property(edition.cover.marking)
    about.comments = SYNTHETIC if edition.cover.synthetic else ""
    about.language = "en-GB"
    about.created = about.modified = moment
    about.revision = 1


def _property(text: str) -> str:
    return " ".join(plain_text(text).split())[:_LONGEST_PROPERTY]
