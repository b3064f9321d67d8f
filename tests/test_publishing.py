"""From an executed notebook to a page: complete, checked, the same bytes again, and nothing that runs or fetches."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit import figures
from toolkit.document import (
    MIME_TYPE,
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
)
from toolkit.errors import FileAccessError, PublishingError
from toolkit.publishing import (
    DocumentMeta,
    IndexEntry,
    check_html,
    collect,
    fragment_style,
    load_theme,
    publish,
    publish_index,
)

META = DocumentMeta("A Synthetic Office", "0123456789abcdef", "0.1.0", contact="standards@example.org")
COVER = Cover("Board report", "Cycle 2024", (("Data cut", "1 May 2024"),), "OFFICIAL", synthetic=True)
ATTACK = "</style></title><script>document.title='owned'</script><img src=http://127.0.0.1:9/x onerror=alert(1)>\u202e"


def chart(name: str = "Dudley") -> Figure:
    frame = pd.DataFrame({"area": [name, "Walsall"], "returned": [9, 4], "expected": [12, 5]})
    return figures.response_bars("Dudley has most to come", frame, "area", heading="Area")


def notebook(*cells: str | Blocks | dict[str, Any]) -> nbformat.NotebookNode:
    """A notebook of Markdown cells (text), report cells (blocks) and code cells with any other output (dict)."""
    made: list[dict[str, Any]] = []
    for number, content in enumerate(cells):
        cell: dict[str, Any] = {"id": f"cell-{number}", "metadata": {}, "source": content, "cell_type": "markdown"}
        if not isinstance(content, str):
            output = content if isinstance(content, dict) else shown(content)
            cell |= {"cell_type": "code", "source": "report.section()", "outputs": [output], "execution_count": 1}
        made.append(cell)
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}
    found: nbformat.NotebookNode = nbformat.from_dict(whole)  # type: ignore[no-untyped-call]  # nbformat ships no types
    return found


def shown(blocks: Blocks) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": blocks._repr_mimebundle_()}


def whole_report(name: str = "Dudley") -> nbformat.NotebookNode:
    table = Table("Actions due", (Column("Action"), Column("Days", "count")), ((name, 12),), notes=(name,))
    return notebook(
        "# Board report\n",
        Blocks((Cover("Board report", name, (("Data cut", name),), "OFFICIAL", synthetic=True),)),
        "## Summary\n\nWhat the returns\nsay in brief.",
        Blocks((KeyFigures((KeyFigure("Returned", "76%", "13 of 17"),)), Note(name, "warning"), Text(name))),
        "## Returns",
        Blocks((chart(name), Heading("Late", 3), Items((name,)))),
        Blocks((chart(name), table)),
    )


def published(tmp_path: Path, made: nbformat.NotebookNode | None = None) -> Path:
    source = tmp_path / "run.ipynb"
    nbformat.write(made or whole_report(), source)  # type: ignore[no-untyped-call]  # nbformat ships no types
    (page,) = publish(source, tmp_path / "out" / "board", meta=META)
    return page


def test_collect_takes_headings_paragraphs_and_blocks_in_order() -> None:
    found = collect(
        notebook("# Name\n## Summary\nOne\ntwo.\n\n### More", Blocks((COVER, Text("x"))), "Last <b>word</b>")
    )
    assert found.blocks == (
        Heading("Summary", 2),
        Text("One two."),
        Heading("More", 3),
        COVER,
        Text("x"),
        Text("Last <b>word</b>"),
    )


def test_a_section_that_shows_nothing_has_no_heading() -> None:
    cells = (Blocks((COVER,)), "## Silent", Blocks(()), "## Spoken", Blocks((Text("x"),)), "## Last", Blocks(()))
    assert [block.text for block in collect(notebook(*cells)) if isinstance(block, Heading)] == ["Spoken"]


def test_the_page_says_everything_that_it_must(tmp_path: Path) -> None:
    html = published(tmp_path).read_text(encoding="utf-8")
    assert check_html(html) == []
    assert '<html lang="en-GB">' in html
    assert "<title>Board report: Dudley</title>" in html
    assert html.count("<h1>") == 1
    assert html.count('<p class="marking">OFFICIAL</p>') == 2
    assert html.count("Synthetic data: made up") == 2
    assert '<li><a href="#returns">Returns</a>' in html
    assert '<li><a href="#late">Late</a></li>' in html
    assert "0123456789abcdef" in html
    assert "<p>What the returns say in brief.</p>" in html
    assert "report.section()" not in html
    assert len(html.encode()) < 100_000


def test_a_real_report_is_free_of_marking_it_does_not_have(tmp_path: Path) -> None:
    html = published(tmp_path, notebook(Blocks((Cover("Board report"), Text("x"))))).read_text(encoding="utf-8")
    assert "Synthetic data" not in html
    assert 'class="marking"' not in html


def test_same_bytes_again_and_in_another_process(tmp_path: Path) -> None:
    here = published(tmp_path)
    digest, written = hashlib.sha256(here.read_bytes()).hexdigest(), here.stat().st_mtime_ns
    assert hashlib.sha256(published(tmp_path).read_bytes()).hexdigest() == digest
    assert here.stat().st_mtime_ns == written
    program = (
        "import sys, hashlib, pathlib; sys.path.insert(0, 'tests'); import test_publishing as t;"
        "print(hashlib.sha256(t.published(pathlib.Path(sys.argv[1])).read_bytes()).hexdigest())"
    )
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        other = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / seed)],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        assert other.stdout.strip() == digest


@given(st.text(st.characters(), max_size=30) | st.just(ATTACK))
def test_hostile_text_never_breaks_a_page(text: str) -> None:
    from toolkit.publishing.page import as_page

    cover = Cover(f"Title {text}", text, ((text, text),), text, synthetic=True)
    meta = DocumentMeta(text, text, text, text, text)
    html = as_page(cover, contents=(), body="<h2>x</h2>", meta=meta, theme=load_theme()).decode()
    assert check_html(html) == []
    assert html.count("<style>") == html.count("</style>") == 1


ERROR = {"output_type": "error", "ename": "KeyError", "evalue": "'area'", "traceback": ["secret path"]}


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ((Blocks((COVER,)), ERROR), "Cell 2 of run.ipynb failed (KeyError: 'area')"),
        (("## Summary",), "No cell of run.ipynb shows a document block"),
        ((Blocks((Text("x"),)),), "must show one cover, before everything else"),
        (("## Early", Blocks((COVER,))), "must show one cover, before everything else"),
        ((Blocks((COVER, COVER)),), "must show one cover, before everything else"),
        ((Blocks((COVER, Heading("Deep", 3))),), "board.html was not published: The heading 'Deep' skips a level"),
        ((Blocks((COVER, Figure("T", "", "<svg></svg>"))),), "<svg> on line"),
    ],
)
def test_what_cannot_be_published_is_named(tmp_path: Path, cells: Any, sentence: str) -> None:  # noqa: ANN401 - cells of a notebook
    with pytest.raises(PublishingError) as raised:
        published(tmp_path, notebook(*cells))
    assert sentence in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_an_unknown_block_and_a_file_that_is_no_notebook(tmp_path: Path) -> None:
    odd = {"output_type": "display_data", "metadata": {}, "data": {MIME_TYPE: [{"block": "applet"}]}}
    with pytest.raises(PublishingError, match=r"Cell 1 of run\.ipynb shows a block"):
        published(tmp_path, notebook(odd))
    (tmp_path / "run.ipynb").write_text("not a notebook", encoding="utf-8")
    with pytest.raises(PublishingError, match="cannot be read as a notebook"):
        publish(tmp_path / "run.ipynb", tmp_path / "board", meta=META)


def test_a_page_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(FileAccessError, match="cannot be written"):
        published(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('lang="en-GB"', "", "language is en-GB"),
        ("<title>Board report: Dudley</title>", "<title></title>", "has no title"),
        ("default-src 'none'", "default-src *", "content security policy"),
        ("<h1>Board report</h1>", "", "0 first-level headings"),
        ("<h1>Board report</h1>", "<h1>A</h1><h1>B</h1>", "2 first-level headings"),
        ('<h2 id="summary">Summary</h2>', '<h2 id="summary"></h2>', "empty heading"),
        ('<h2 id="returns">Returns</h2>', '<h4 id="returns">Returns</h4>', "'Returns' skips a level"),
        ("<main", "<div", "exactly one <main>"),
        ("</main>", "<script>1</script></main>", "<script>"),
        ("</main>", "<iframe></iframe></main>", "<iframe>"),
        ("</main>", "<form></form></main>", "<form>"),
        ("<p>Dudley</p>", "<p onclick='x()'>Dudley</p>", "has the script onclick"),
        ('href="#main"', 'href="javascript:x()"', "points outside the page"),
        ('href="#main"', 'href=" java&#10;script:x()"', "points outside the page"),
        ('href="#main"', 'href="https://example.org"', "points outside the page"),
        ('href="#main"', 'href="//example.org"', "points outside the page"),
        ('href="#main"', 'href="data:text/html,x"', "points outside the page"),
        ('href="#main"', 'href="#nowhere"', "'nowhere', which is not in the page"),
        ('id="summary"', 'id="returns"', "'returns' is used more than once"),
        ('aria-labelledby="table-1"', 'aria-labelledby="table-99"', "'table-99', which is not in the page"),
        ("</main>", "<img src='x.png' alt='No description has been provided for this image'></main>", "no alternative"),
        ("</main>", "<img src='x.png'></main>", "no alternative text"),
        ("</main>", "<img src='http://example.org/x.png' alt='A map'></main>", "points outside the page"),
        ("</main>", "<svg><title>T</title></svg></main>", "not named as a picture"),
        ('role="img"', "", "not named as a picture"),
        ("<desc ", "<desc hidden=''></desc><desc ", "no alternative text"),
        ("</main>", "<table><tr><td>1</td></tr></table></main>", "has no caption"),
        ("</main>", "<table><caption>C</caption><tr><td>1</td></tr></table></main>", "no column headings"),
        ('<th scope="row"', "<th", "heading cell without scope"),
        (">Action</th>", "></th>", "empty column heading"),
        ("<figcaption id=", "<figcaption hidden></figcaption><figcaption id=", "<figure>"),
        ("<td", "<td onclick='x()'", "has the script onclick"),
        ("</td>", "<img src='x.png'></td>", "no alternative text"),
        ("</main>", "<!-<td>a</td>-<script>1</script></main>", "<script>"),
        ("</style>", "@import 'x.css';</style>", "style that fetches"),
        ("</style>", "p {background: url(x.png)}</style>", "style that fetches"),
        ("<p>Dudley</p>", "<p style='background: url(//x)'>Dudley</p>", "style that fetches"),
        ("<p>Dudley</p>", "<p>Dudley", "which is not the element that is open"),
        ('<meta name="referrer" content="no-referrer">', '<meta http-equiv="refresh" content="0">', "elsewhere"),
        ('<link rel="icon" href="data:,">', '<link rel="stylesheet" href="https://x">', "points outside the page"),
    ],
)
def test_the_check_finds_each_defect(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    html = published(tmp_path).read_text(encoding="utf-8")
    assert old in html
    problems = check_html(html.replace(old, new, 1))
    assert any(sentence in problem for problem in problems), problems


def test_the_index_lists_every_report_and_says_which_failed(tmp_path: Path) -> None:
    entries = [
        IndexEntry("Board report", "Board report", (("html", "board.html", 90_400), ("pdf", "board.pdf", 231_000))),
        IndexEntry("Deep dives", "1 Leadership & <governance>", (("html", "deep dive-1.html", 9),)),
        IndexEntry("Deep dives", "2 Policy", failure="Cell 4 failed."),
    ]
    path = publish_index(entries, tmp_path / "index.html", cover=COVER, meta=META)
    html = path.read_text(encoding="utf-8")
    assert check_html(html) == []
    assert '<a href="board.html">Board report</a>' in html
    assert '<a href="board.pdf"><span class="visually-hidden">Board report as </span>PDF, 231 KB</a>' in html
    assert '<a href="deep%20dive-1.html">1 Leadership &amp; &lt;governance&gt;</a>' in html
    assert '<li>2 Policy: <strong class="failed">not made.</strong> Cell 4 failed.</li>' in html
    assert '<h2 id="deep-dives">Deep dives</h2>' in html
    assert "1 May 2024" in html
    empty = publish_index([], tmp_path / "empty.html", cover=COVER, meta=META).read_text(encoding="utf-8")
    assert "No report has been made yet." in empty


def test_the_index_refuses_addresses_elsewhere(tmp_path: Path) -> None:
    entry = IndexEntry("Board report", "Board report", (("html", "//example.org/board.html", 1),))
    with pytest.raises(PublishingError, match="points outside the page"):
        publish_index([entry], tmp_path / "index.html", cover=COVER, meta=META)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('ink: "#0B0C0C"', 'ink: "#999999"', "not readable on"),
        ('ink: "#0B0C0C"', "ink: black", "colours.ink"),
        ("id: default", "name: default", "is wrong at id"),
        ("id: default", "id: [", "must be YAML"),
        ('warning_line: "#B35309"', 'warning_line: "#FFEEDD"', "does not show on paper"),
    ],
)
def test_a_wrong_theme_is_one_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    shipped = Path(figures.__file__).parents[1] / "data" / "themes" / "default.yaml"
    (tmp_path / "themes").mkdir()
    text = shipped.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "themes" / "own.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PublishingError, match=sentence):
        load_theme("own", tmp_path)


def test_a_project_may_have_its_own_theme(tmp_path: Path) -> None:
    shipped = Path(figures.__file__).parents[1] / "data" / "themes" / "default.yaml"
    (tmp_path / "themes").mkdir()
    text = shipped.read_text(encoding="utf-8").replace("#12436D", "#801650")
    (tmp_path / "themes" / "own.yaml").write_text(text, encoding="utf-8")
    theme = load_theme("own", tmp_path)
    assert theme.colours.heading == "#801650"
    assert "--heading: #801650" in fragment_style(theme)
    with pytest.raises(PublishingError, match='no theme "missing"'):
        load_theme("missing", tmp_path)


def test_a_form_that_stands_from_before_is_made_anew_with_the_others(tmp_path: Path) -> None:
    source = tmp_path / "run.ipynb"
    nbformat.write(whole_report("Dudley"), source)  # type: ignore[no-untyped-call]  # nbformat ships no types
    publish(source, tmp_path / "out" / "board", formats=("html", "docx"), meta=META)
    nbformat.write(whole_report("Walsall"), source)  # type: ignore[no-untyped-call]  # nbformat ships no types
    made = publish(source, tmp_path / "staged" / "board", formats=("html",), meta=META, standing=tmp_path / "out")
    assert {path.name for path in made} == {"board.html", "board.docx"}
    again = publish(source, tmp_path / "out" / "board", formats=("html",), meta=META)
    assert {path.name for path in again} == {"board.html", "board.docx"}
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in made]
