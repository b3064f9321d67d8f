"""A document as a Word file: structure that a screen reader can follow, nothing live, hostile text as text."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st
from published_forms import COVER, META, NUMBERS, chart, edition, printed, whole
from seeds import under_seeds

from toolkit.document import (
    SYNTHETIC,
    Column,
    Cover,
    Heading,
    Items,
    KeyFigure,
    KeyFigures,
    Note,
    Table,
    Text,
    plain_text,
)
from toolkit.publishing.docx import as_bytes, faults
from toolkit.publishing.docx.widths import ASIDE, UPRIGHT
from toolkit.publishing.ooxml import packed, parts_of

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A0",
    "]]></w:t></w:r><w:altChunk/>",
    "[a](http://127.0.0.1:9/x) **b** {{ 7*7 }} $ink ${x}",
    "\u202eoverride\u2066isolate",
    "nul\x00bell\x07esc\x1bvt\x0bff\x0c\ud800\ufffe",
    "x" * 40_000,
    "مجلس برمنغهام 👩‍👩‍👧 ✓",
    'INCLUDEPICTURE "http://127.0.0.1:9/x"',
    "two\nlines\tand a tab",
)


def squeezed(*texts: str) -> str:
    """Texts without spaces, of which forms may have more or fewer."""
    return "".join(plain_text("".join(texts)).split())


def opened(content: bytes) -> WordDocument:
    return Document(io.BytesIO(content))


@pytest.fixture(scope="module")
def word() -> WordDocument:
    content = as_bytes(whole())
    assert faults(content) == []
    return opened(content)


def styles(document: WordDocument) -> list[tuple[str, str]]:
    return [(one.style.name if one.style else "", one.text) for one in document.paragraphs]


def test_headings_are_headings_under_one_title(word: WordDocument) -> None:
    found = styles(word)
    assert [text for style, text in found if style == "Title"] == ["Board report"]
    assert [pair for pair in found if pair[0].startswith("Heading")] == [
        ("Heading 1", "Summary"),
        ("Heading 1", "Numbers"),
        ("Heading 2", "Late"),
        ("Heading 1", "All areas"),
        ("Heading 1", "About this document"),
    ]
    for name in ("Heading 1", "Heading 2", "Heading 3", "Caption"):
        assert word.styles[name].paragraph_format.keep_with_next


def test_the_contents_list_leads_to_every_heading(word: WordDocument) -> None:
    links = list(word.element.iter(qn("w:hyperlink")))
    targets = {
        one.get(qn("w:name")): "".join(text.text for text in one.getparent().iter(qn("w:t")))
        for one in word.element.iter(qn("w:bookmarkStart"))
    }
    said = ["".join(text.text for text in link.iter(qn("w:t"))) for link in links]
    assert said == ["Summary", "Numbers", "Late", "All areas", "About this document"]
    assert [targets[link.get(qn("w:anchor"))] for link in links] == said
    kinds = [one.get(qn("w:fldCharType")) for one in word.element.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]


def test_every_table_has_a_header_row_that_is_repeated_and_rows_that_stay_whole(word: WordDocument) -> None:
    tables = list(word.element.iter(qn("w:tbl")))
    assert len(tables) == 4  # the one without rows is a sentence
    for table in tables:
        rows = list(table.iter(qn("w:tr")))
        assert [row.find(f".//{qn('w:tblHeader')}") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
        assert table.find(f".//{qn('w:tblLook')}").get(qn("w:firstColumn")) == "1"
        assert table.find(f".//{qn('w:tblDescription')}").get(qn("w:val")).startswith("Table with")
        widths = [int(one.get(qn("w:w"))) for one in table.iter(qn("w:gridCol"))]
        assert sum(widths) <= (ASIDE if len(widths) == 14 else UPRIGHT)


def test_every_picture_has_its_alternative_text_and_is_in_the_file(word: WordDocument) -> None:
    (picture,) = word.inline_shapes
    about, figure = next(word.element.iter(qn("wp:docPr"))), chart()
    assert (about.get("descr"), about.get("title")) == (figure.alt, figure.title)
    assert picture.width.cm < 17
    (image,) = [part for part in word.part.package.iter_parts() if part.content_type == "image/png"]
    assert image.blob.startswith(b"\x89PNG")


def test_a_wide_table_stands_on_its_side_with_its_heading(word: WordDocument) -> None:
    turned = [section.orientation == WD_ORIENT.LANDSCAPE for section in word.sections]
    assert turned == [False, True, False]
    starts = [next(iter(section.iter_inner_content())) for section in word.sections]
    assert [one.text for one in starts if isinstance(one, Paragraph)] == [
        META.office,
        "All areas",
        "About this document",
    ]


def test_seven_short_columns_stand_upright_and_no_word_is_cut() -> None:
    columns = (
        Column("Criterion"),
        Column("What it asks"),
        *(Column(f"Count {number}", "count") for number in range(5)),
    )
    table = Table("Seven", columns, (("1.4", "Written protocols say how it is done. " * 4, 1, 22, 333, 4444, 55555),))
    document = opened(as_bytes(edition(Heading("Start"), table)))
    assert len(document.sections) == 1
    widths = [int(one.get(qn("w:w"))) for one in document.element.iter(qn("w:gridCol"))]
    assert sum(widths) <= UPRIGHT
    assert min(widths) > 600  # "Count" in bold, 9 points


def test_column_widths_are_the_same_whatever_order_sets_have() -> None:
    program = (
        "from toolkit.document import Column, Table\n"
        "from toolkit.publishing.docx.widths import fit\n"
        "from string import ascii_letters\n"
        "words = [letter * 15 for letter in ascii_letters]\n"
        "columns = tuple(Column(name) for name in 'abcdef')\n"
        "print(fit(Table('T', columns, tuple((word, f'{word} ' * 9, *words[:4]) for word in words))).widths)"
    )
    assert len(under_seeds(program)) == 1


def test_head_and_foot_of_every_page_say_marking_and_page(word: WordDocument) -> None:
    for section in word.sections:
        assert [one.text for one in section.header.paragraphs] == ["OFFICIAL"]
        assert [one.text for one in section.footer.paragraphs] == ["Board report – page  of ", "OFFICIAL"]
    foot = parts_of(as_bytes(whole()))["word/footer1.xml"].decode()
    assert re.findall('w:instr="([^"]*)"', foot) == [" PAGE ", " NUMPAGES "]


def test_lists_are_lists_and_numbered_ones_start_again(word: WordDocument) -> None:
    found = [(style, text) for style, text in styles(word) if style.startswith("List")]
    assert found == [
        ("List Number", "Dudley"),
        ("List Number", "12.5 days"),
        ("List Bullet", "One"),
        ("List Bullet", "Dudley"),
        ("List Number", "First"),
        ("List Number", "again"),
    ]
    numbers = [one.get(qn("w:val")) for one in word.element.iter(qn("w:numId"))]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


def test_notes_and_warnings_say_what_they_are(word: WordDocument) -> None:
    found = styles(word)
    assert ("Warning", "Warning: Dudley") in found
    assert ("Note", "Note: 13 of 17 returned.") in found


def test_the_file_says_what_it_is_and_where_it_comes_from(word: WordDocument) -> None:
    about = word.core_properties
    assert (about.title, about.author, about.last_modified_by) == ("Board report: Cycle 2024", META.office, META.office)
    assert about.language == "en-GB"
    assert about.created == about.modified == dt.datetime(2024, 7, 19, 12, 30, tzinfo=dt.UTC)
    assert "0123456789abcdef" in about.keywords
    text = "\n".join(text for _, text in styles(word))
    for said in (META.office, META.method, "snapshot 0123456789abcdef", "standards audit toolkit 0.2.0", META.contact):
        assert said in text
    assert "Data cut\t19 July 2024" in text
    assert text.count(SYNTHETIC) == 2
    assert not [name for name in parts_of(as_bytes(whole())) if "thumbnail" in name or "custom" in name]


def test_codes_are_printed_beside_their_figures(word: WordDocument) -> None:
    assert "Every format  Figure code T7K2" in [text for _, text in styles(word)]
    assert "Figure code K1" in word.tables[0].rows[1].cells[2].text


def test_a_document_without_marking_date_and_contents_is_whole() -> None:
    content = as_bytes(edition(cover=Cover("Plain"), meta=replace(META, moment=None, contact="", method="", office="")))
    assert [one for one in faults(content) if "author" not in one] == []
    assert opened(content).sections[0].header.paragraphs[0].text == ""


def test_a_row_that_is_longer_than_a_page_may_break() -> None:
    long = Table("Evidence", (Column("Who"), Column("What")), (("a", "word " * 1000), ("b", "short")))
    rows = opened(as_bytes(edition(long))).element.iter(qn("w:tr"))
    assert [row.find(f".//{qn('w:cantSplit')}") is not None for row in rows] == [True, False, True]


@settings(max_examples=15)
@given(st.text(max_size=40) | st.integers(0, len(HOSTILE) - 1))
def test_text_is_printed_as_text(chosen: str | int) -> None:
    text = HOSTILE[chosen] if isinstance(chosen, int) else chosen
    table = Table(f"x{text}", (Column(f"x{text}"), Column("B")), ((text, text),), notes=(text,), code=text[:9])
    made = edition(
        Heading("Start"),
        Heading(f"x{text}", 3),
        Text(text),
        Note(text),
        Items((text,)),
        KeyFigures((KeyFigure(text, text, text),)),
        table,
        cover=replace(COVER, title=f"x{text}", subtitle=text, facts=((text, text),), marking=text),
        meta=replace(META, office=f"x{text}", contact=text),
    )
    content = as_bytes(made)
    assert faults(content) == []
    found, texts = printed("docx", content), [text, f"x{text}"]
    assert squeezed(*(cell for row in found.tables[1][1] for cell in row)) == squeezed(
        table.columns[0].name, "B", text, text
    )
    assert all(squeezed(one) in squeezed(found.text) for one in texts)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reaches_no_part_as_markup(text: str) -> None:
    plain, hostile = (parts_of(as_bytes(edition(Text(one), NUMBERS))) for one in ("harmless", text))
    assert plain.keys() == hostile.keys()
    tags = [re.sub(rb">[^<]*<", b"><", parts["word/document.xml"]).count(b"<") for parts in (plain, hostile)]
    assert tags[1] - tags[0] in {0, 6}  # a line end and a tab are marks of their own


SPOILT = (
    ("docProps/core.xml", "<dc:title>[^<]*</dc:title>", "", "no title"),
    ("docProps/core.xml", "<dc:language>en-GB", "<dc:language>fr", "language is en-GB"),
    ("word/styles.xml", 'w:lang w:val="en-GB"', 'w:lang w:val="en-US"', "language is en-GB"),
    ("word/document.xml", 'w:val="Title"', 'w:val="Normal"', "0 titles"),
    ("word/document.xml", 'w:val="Heading1"', 'w:val="Heading3"', "skips a level"),
    ("word/document.xml", "Summary", "", "heading is empty"),
    ("word/document.xml", "<w:tblHeader/>", "", "one header row"),
    ("word/document.xml", '<w:tblDescription w:val="[^"]*"/>', "", "no caption and description"),
    ("word/document.xml", '<w:t xml:space="preserve">Share</w:t>', "", "empty column heading"),
    ("word/document.xml", "(<w:tc>)", r"\1<w:tcPr><w:gridSpan w:val='2'/></w:tcPr>", "merged cells"),
    ("word/document.xml", 'descr="[^"]*"', 'descr=""', "alternative text"),
    ("word/document.xml", "r:embed=", "r:link=", "linked instead"),
    ("word/document.xml", "TOC ", "INCLUDEPICTURE ", "INCLUDEPICTURE"),
    ("word/document.xml", 'w:anchor="_Toc00000001"', 'w:anchor="nowhere"', "does not lead"),
    ("word/document.xml", "<w:body>", "<w:body><w:altChunk/>", "altChunk"),
    (
        "word/_rels/document.xml.rels",
        'Target="media/image1.png"',
        'Target="http://x/" TargetMode="External"',
        "outside",
    ),
)


@pytest.mark.parametrize(("part", "pattern", "instead", "said"), SPOILT, ids=[one[3] for one in SPOILT])
def test_what_is_wrong_is_named(part: str, pattern: str, instead: str, said: str) -> None:
    parts = parts_of(as_bytes(whole()))
    spoilt, times = re.subn(pattern, instead, parts[part].decode("utf-8"))
    assert times
    assert any(said in one for one in faults(packed(parts | {part: spoilt.encode()})))
