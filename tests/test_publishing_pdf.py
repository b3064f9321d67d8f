"""A document as a PDF: tagged, named, the same bytes again, every number in it, and hostile text as text."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pandas as pd
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import figures
from toolkit.document import (
    SYNTHETIC,
    Block,
    Blocks,
    Column,
    Cover,
    Figure,
    Heading,
    Items,
    KeyFigure,
    KeyFigures,
    Note,
    Table,
    Text,
    cell_text,
    plain_text,
)
from toolkit.errors import PublishingError
from toolkit.publishing import DocumentMeta, Edition, load_theme, publish, read_edition
from toolkit.publishing.lettering import SUBSTITUTE, printable
from toolkit.publishing.pdf import as_bytes, faults

if TYPE_CHECKING:
    from collections.abc import Iterator

META = DocumentMeta(
    "A Synthetic Office",
    "0123456789abcdef",
    "0.2.0",
    contact="standards@example.org",
    moment=dt.datetime(2024, 7, 19, tzinfo=dt.UTC),
)
COVER = Cover("Report to the board", "All areas", (("Data cut", "19 July 2024"),), "OFFICIAL", synthetic=True)
TEMPLATES = [
    Path(__file__).parents[1] / "notebooks" / "templates" / f"{name}.ipynb"
    for name in ("board_report", "peer_review", "area", "deep_dive")
]
A4, MARGIN = 595.3, 55.0
NUMBERS = Column("Organisations", "count")


def edition(*blocks: Block, cover: Cover = COVER) -> Edition:
    return Edition("board-report", cover, Blocks(blocks), META, load_theme())


def chart(name: str = "Dudley") -> Figure:
    frame = pd.DataFrame({"area": [name, "Walsall"], "returned": [9, 4], "expected": [12, 5]})
    return replace(figures.response_bars("Dudley has most to come", frame, "area", heading="Area"), code="F7K2")


def whole(name: str = "Dudley") -> Edition:
    table = Table("Actions due", (Column("Action"), NUMBERS), ((name, 12), ("Other", 3)), notes=(name,), code="T9Q1")
    return edition(
        Heading("Summary"),
        KeyFigures((KeyFigure("Returned", "76%", "13 of 17", "K3X8"), KeyFigure(name, "1,204"))),
        Note(name, "warning"),
        Note("Shares come with counts."),
        Text(name),
        Heading("Returns"),
        Heading("By area", 3),
        chart(plain_text(name)),
        Items((name, "second")),
        Items(("first", name), ordered=True),
        table,
        Table("Nothing late", (Column("Action"),), (), empty="No action is late."),
    )


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def tagged(parent: pikepdf.Object, kind: str) -> Iterator[pikepdf.Object]:
    """The structure elements of a kind, in order."""
    below = parent.get("/K")
    for child in list(below) if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            if kind == child.S:
                yield child
            yield from tagged(child, kind)


def scope(cell: pikepdf.Object) -> str:
    return next(str(found.Scope) for found in cell.A if "/Scope" in found)


def text_of(content: bytes, pdftotext: str) -> str:
    """Its text without spaces: where a line is broken is a matter of paper."""
    made = subprocess.run([pdftotext, "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return "".join(made.stdout.decode("utf-8").split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def rightmost(content: bytes, pdftotext: str) -> float:
    """How far its text reaches to the right, in points."""
    made = subprocess.run([pdftotext, "-bbox", "-", "-"], input=content, capture_output=True, check=True)
    return max(float(found) for found in re.findall(rb'xMax="([0-9.]+)"', made.stdout))


def test_a_document_has_no_faults_and_says_what_it_is() -> None:
    content = as_bytes(whole())
    assert faults(content) == []
    with opened(content) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.docinfo.Title == "Report to the board: All areas"
        assert pdf.docinfo.Author == "A Synthetic Office"
        assert "domestic abuse" in str(pdf.docinfo.Keywords)
        assert str(pdf.docinfo.CreationDate).startswith("D:20240719")
        with pdf.open_metadata() as described:
            assert described["pdfuaid:part"] == "1"
            assert described["dc:title"] == "Report to the board: All areas"


def test_headings_are_bookmarks_and_a_contents_list() -> None:
    with opened(as_bytes(whole())) as pdf:
        with pdf.open_outline() as outline:
            assert [(item.title, [inner.title for inner in item.children]) for item in outline.root] == [
                ("Summary", []),
                ("Returns", ["By area"]),
            ]
        assert len(list(tagged(pdf.Root.StructTreeRoot, "/TOCI"))) == 3
        assert [str(kind.S) for kind in tagged(pdf.Root.StructTreeRoot, "/H1")] == ["/H1", "/H1"]


def test_pictures_have_their_alternative_text() -> None:
    with opened(as_bytes(whole())) as pdf:
        assert [str(found.Alt) for found in tagged(pdf.Root.StructTreeRoot, "/Figure")] == [chart().alt]


def test_heading_cells_say_whether_they_head_a_column_or_a_row() -> None:
    columns = (Column("Organisation"), Column("Area"), NUMBERS)
    rows = tuple((f"Organisation {number}", "Dudley", number) for number in range(90))
    with opened(as_bytes(edition(Table("Over pages", columns, rows, row_headers=2)))) as pdf:
        (table,) = tagged(pdf.Root.StructTreeRoot, "/Table")
        assert len(pdf.pages) > 2
        assert [scope(cell) for cell in tagged(table, "/TH")] == ["/Column"] * 3 + ["/Row"] * 180
        assert len(list(tagged(table, "/TD"))) == 90
        assert not any("/Headers" in found for cell in tagged(table, "/TD") for found in cell.A)


def test_a_long_table_has_its_headings_on_every_page(pdftotext: str) -> None:
    rows = tuple((f"Organisation {number}", number) for number in range(90))
    content = as_bytes(edition(Table("Over pages", (Column("Organisation name"), NUMBERS), rows)))
    pages = subprocess.run([pdftotext, "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    with opened(content) as pdf:
        count = len(pdf.pages)
    assert count == 3
    assert pages.count("Organisation name") == count
    assert pages.count(f"of {count}\n") >= count
    assert pages.count("OFFICIAL") == 2 * count, "the marking stands above and below"


def test_a_document_prints_all_its_parts(pdftotext: str) -> None:
    text = text_of(as_bytes(whole()), pdftotext)
    for said in (
        SYNTHETIC,
        "A Synthetic Office",
        "19 July 2024",
        "Contents",
        "Warning: Dudley",
        "Note: Shares come with counts.",
        "76%",
        "13 of 17",
        "Figure code K3X8",
        "Figure code F7K2",
        "Figure code T9Q1",
        "No action is late.",
        "snapshot 0123456789abcdef",
        "standards audit toolkit 0.2.0",
        META.method,
        "standards@example.org",
        "Page 1 of",
    ):
        assert squeezed(said) in text, said


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_number_of_a_report_is_in_its_pdf(path: Path, pdftotext: str) -> None:
    report = read_edition(path, meta=META)
    content = as_bytes(report)
    assert faults(content) == []
    text = text_of(content, pdftotext)
    tables = [block.table if isinstance(block, Figure) else block for block in report.blocks]
    cells = [
        cell_text(value, column, table.missing)
        for table in tables
        if isinstance(table, Table)
        for row in table.rows
        for value, column in zip(row, table.columns, strict=True)
    ]
    panels = [figure for block in report.blocks if isinstance(block, KeyFigures) for figure in block.figures]
    shown = [part for figure in panels for part in (figure.label, figure.value, figure.detail)]
    assert [part for part in (*cells, *shown) if squeezed(part) not in text] == []


def test_the_same_edition_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    source = TEMPLATES[0]
    (path,) = publish(source, tmp_path / "board", formats=("pdf",), meta=META)
    program = (
        "import datetime as dt, hashlib, sys; from pathlib import Path;"
        "from toolkit.publishing import DocumentMeta, read_edition; from toolkit.publishing.pdf import as_bytes;"
        f"meta = DocumentMeta({META.office!r}, {META.snapshot!r}, {META.toolkit_version!r}, contact={META.contact!r},"
        "moment=dt.datetime(2024, 7, 19, tzinfo=dt.UTC));"
        "print(hashlib.sha256(as_bytes(read_edition(Path(sys.argv[1]), meta=meta))).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-c", program, str(source)]
    other = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert other.stdout.strip() == hashlib.sha256(path.read_bytes()).hexdigest()


def test_no_moment_gives_no_date_and_the_same_bytes() -> None:
    undated = replace(whole(), meta=replace(META, moment=None))
    content = as_bytes(undated)
    with opened(content) as pdf:
        assert "/CreationDate" not in pdf.docinfo
    assert content == as_bytes(undated)


HOSTILE = (
    '#eval("1+1") #read("/etc/passwd") $x^2$ *bold* _it_ `raw` @label <label> = Heading \\ // comment',
    "[link](javascript:alert(1)) ![x](http://127.0.0.1:9/x.png) **bold** | a | b |",
    "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    '=HYPERLINK("http://127.0.0.1") /URI (x) /JavaScript',
    "'quotes' \"double\" -- --- ... ~ fi ffl",
    "\ufeffback\u202eturned \u2066isolated\u2069 \u200f\u200e",
    "control \x00\x07\x1b\x7f signs and \ud800 half",
    "العربية مكتوبة بين English words",
    "e\u0301 n\u0303 \u05d0\u05b8 ☎\ufe0f \u2764\ufe0f",
    "中文 日本語 한국어 👩‍👩‍👧 \U0001d518 ￿",
    "tab\there\nline\r\nline\u2028line\u2029line\x85line",
    " ",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_out_as_text(text: str, pdftotext: str) -> None:
    content = as_bytes(whole(f"Dudley {text}"))
    assert faults(content) == []
    expected = squeezed(printable(text)[0])
    if expected.isascii():
        shown = text_of(content, pdftotext)
        assert shown.count(expected) >= 5, "as a note, a paragraph, an item, a cell and a table's note"


@pytest.mark.parametrize("text", ["W" * 200, "standards-audit." * 30, "é" * 99, "a.b@example.org" * 9])
def test_long_words_are_broken_at_the_edge(text: str, pdftotext: str) -> None:
    columns = tuple(Column(f"Column {number}") for number in range(6))
    table = Table(text, columns, ((text, "b", text, "d", "e", "f"),), notes=(text,), code="T1")
    blocks = (Heading(text), Text(text), Items((text,)), Note(text), KeyFigures((KeyFigure(text, text, text),) * 4))
    content = as_bytes(edition(*blocks, table, cover=Cover(text, text, ((text, text),), text)))
    assert faults(content) == []
    assert rightmost(content, pdftotext) <= A4 - MARGIN
    assert text_of(content, pdftotext).count(text[0]) > 12 * text.count(text[0])


def test_evidence_of_one_very_long_word_runs_over_pages(pdftotext: str) -> None:
    content = as_bytes(edition(Table("T", (Column("A"), Column("Evidence"), NUMBERS), (("b", "x" * 5_000, 7),))))
    assert faults(content) == []
    assert rightmost(content, pdftotext) <= A4 - MARGIN
    assert text_of(content, pdftotext).count("x") >= 5_000


def test_a_character_that_no_font_has_is_replaced_and_noted(pdftotext: str) -> None:
    text = text_of(as_bytes(edition(Text("Example 中 Centre"), Table("T", (Column("中"),), (("文",),)))), pdftotext)
    assert squeezed(f"Example {SUBSTITUTE} Centre") in text
    assert squeezed(f"2 characters that this document's fonts do not have: U+4E2D, U+6587. {SUBSTITUTE} stands") in text


def test_a_mixture_that_typst_cannot_tag_in_a_picture_does_not_stop_the_report(pdftotext: str) -> None:
    mixed = replace(chart(), svg=chart().svg.replace("Dudley", "\u2d5fÓ 中"))
    text = text_of(as_bytes(edition(Text("Plain Ó"), mixed)), pdftotext)
    assert "PlainÓ" in text
    assert "U+4E2D,U+2D5F" in text


@settings(max_examples=25)
@given(text=st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    table = Table(text, (Column(text), Column("B")), ((text, text),), notes=(text,))
    content = as_bytes(edition(Heading(f"A {text}"), Text(text), Items((text,)), table, cover=Cover(f"C {text}", text)))
    assert content.startswith(b"%PDF")


@settings(max_examples=300)
@given(st.text())
def test_what_is_printable_is_printable_as_it_is(text: str) -> None:
    shown, missing = printable(text)
    assert printable(shown)[0] == shown
    assert not set(missing) & set(shown)
    if plain_text(text).isascii():
        assert squeezed(shown) == squeezed(plain_text(text))


@pytest.mark.parametrize("count", [1, 7, 9, 14, 30])
def test_tables_of_any_width_stay_on_the_page(count: int, pdftotext: str) -> None:
    columns = (Column("Organisation"), *(Column(f"S{number}") for number in range(1, count)))
    rows = tuple(
        (f"Dudley Council – Children's Services {row} (synthetic)", *(f"{row} of 10" for _ in columns[1:]))
        for row in range(12)
    )
    content = as_bytes(edition(Heading("Wide"), Text("Led in."), Table("Wide", columns, rows)))
    with opened(content) as pdf:
        sheet = max(float(page.mediabox[2]) for page in pdf.pages)
    assert rightmost(content, pdftotext) <= sheet - MARGIN
    assert (sheet > A4) == (count == 30), "the page is turned where the table needs it"


def test_a_turned_page_takes_the_headings_along(pdftotext: str) -> None:
    columns = tuple(Column(f"Column number {number}") for number in range(16))
    table = Table("Wide", columns, (tuple(f"some words {number}" for number in range(16)),))
    content = as_bytes(edition(Text("Before."), Heading("Turned"), Text("Led in."), table, Text("After.")))
    pages = subprocess.run([pdftotext, "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    _, turned, last, _ = pages.split("\f")
    assert "Turned" in turned
    assert "Led in." in turned
    assert "After." in last


@pytest.mark.parametrize(
    ("blocks", "named"),
    [
        ((Heading("One"), Figure("A chart", " ", chart().svg)), "the figure 'A chart': .*alt text"),
        ((Heading("One"), Text("x"), Heading("Deep", 4), Text("y")), "the heading 'Deep': .*heading level"),
        ((Text("x"), Figure("A chart", "Words", "<svg"), Text("y")), "the figure 'A chart': .*SVG"),
    ],
)
def test_what_typst_refuses_names_its_block(blocks: tuple[Block, ...], named: str) -> None:
    with pytest.raises(PublishingError, match=f"board-report cannot be made a PDF at {named}"):
        as_bytes(edition(*blocks))


def spoiled(spoil: str) -> bytes:  # noqa: C901, PLR0912 - one case a fault
    """A good document with one thing taken from it or put into it."""
    with opened(as_bytes(whole())) as pdf:
        root, tags = pdf.Root, pdf.Root.StructTreeRoot
        match spoil:
            case "tags":
                del root.StructTreeRoot
            case "marked":
                del root.MarkInfo
            case "language":
                root.Lang = pikepdf.String("fr")
            case "title":
                del pdf.docinfo.Title
            case "window":
                del root.ViewerPreferences
            case "claim":
                del root.Metadata
            case "alternative":
                del next(tagged(tags, "/Figure")).Alt
            case "headings":
                for cell in tagged(tags, "/TH"):
                    cell.S = pikepdf.Name.TD
            case "scope":
                next(tagged(tags, "/TH")).A = pikepdf.Array()
            case "level":
                next(tagged(tags, "/H2")).S = pikepdf.Name.H4
            case "bookmarks":
                del root.Outlines
            case "address":
                action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("http://127.0.0.1:9"))
                link = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action, Rect=[0, 0, 1, 1])
                pdf.pages[0].Annots = pikepdf.Array([link])
            case "launch":
                root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("x"))
            case "script":
                root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(S=pikepdf.Name.JavaScript))
            case "attached":
                pdf.attachments["x.txt"] = b"x"
        made = io.BytesIO()
        pdf.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        ("tags", "not tagged"),
        ("marked", "not marked as tagged"),
        ("language", "en-GB"),
        ("title", "no title"),
        ("window", "does not show its title"),
        ("claim", "PDF/UA-1"),
        ("alternative", "Figure 1 has no alternative text"),
        ("headings", "Table 1 has no column headings"),
        ("scope", "Table 1 has a heading cell without scope"),
        ("level", "skip a level"),
        ("bookmarks", "no bookmarks"),
        ("address", "the action URI"),
        ("launch", "the action Launch"),
        ("script", "the action JavaScript"),
        ("attached", "attached file"),
    ],
)
def test_a_fault_is_found(spoil: str, fault: str) -> None:
    assert any(fault in found for found in faults(spoiled(spoil)))


def test_what_is_no_pdf_is_a_fault() -> None:
    assert faults(b"<html>") == ["The file cannot be opened as a PDF"]


def test_html_and_pdf_are_published_together(tmp_path: Path) -> None:
    notebook = nbformat.read(TEMPLATES[0], as_version=4)  # type: ignore[no-untyped-call]  # nbformat ships no types
    source = tmp_path / "run.ipynb"
    nbformat.write(notebook, source)  # type: ignore[no-untyped-call]  # nbformat ships no types
    made = publish(source, tmp_path / "out" / "board", formats=("html", "pdf"), meta=META)
    assert [path.name for path in made] == ["board.html", "board.pdf"]
