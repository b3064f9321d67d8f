"""The content model: what goes in comes out, in JSON without loss and in HTML without ever becoming markup."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.document import (
    MIME_TYPE,
    Block,
    Blocks,
    Cell,
    Column,
    Cover,
    Figure,
    Format,
    Heading,
    Items,
    KeyFigure,
    KeyFigures,
    Note,
    Table,
    Text,
    as_html,
    cell,
    cell_text,
    from_json,
    how_many,
    outline,
    plain_text,
    points,
    points_span_of,
    share_of,
    span_of,
    tabulate,
    to_json,
)

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</caption></table><iframe src=//evil>",
    "javascript:alert(1)",
    "[link](javascript:alert(1))",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "\u202eevil\u2066 \x00\x1b[31m \ud800",
    "<!-- --><style>*{display:none}</style>",
    "=1+1",
    "A" * 300,
]
texts = st.text(st.characters(), max_size=40) | st.sampled_from(HOSTILE)
formats: st.SearchStrategy[Format] = st.sampled_from(["text", "count", "share", "points", "number"])
numbers = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 8))
    columns = tuple(Column(draw(texts), draw(formats)) for _ in range(width))
    rows = draw(st.lists(st.tuples(*[st.none() | texts | numbers] * width), max_size=4))
    notes = tuple(draw(st.lists(texts, max_size=2)))
    return Table(draw(texts), columns, tuple(rows), draw(st.integers(0, width)), notes, draw(texts), draw(texts))


blocks_of_text: st.SearchStrategy[Block] = st.one_of(
    st.builds(Cover, texts, texts, st.lists(st.tuples(texts, texts), max_size=3).map(tuple), texts, st.booleans()),
    st.builds(Heading, texts, st.integers(2, 4)),
    st.builds(Text, texts),
    st.builds(Items, st.lists(texts, max_size=3).map(tuple), st.booleans()),
    st.builds(KeyFigures, st.lists(st.builds(KeyFigure, texts, texts, texts), max_size=3).map(tuple)),
    st.builds(Note, texts, st.sampled_from(["information", "warning"])),
    tables(),
    st.builds(Figure, texts, texts, st.just("<svg></svg>"), st.none() | tables(), texts),
)
documents = st.lists(blocks_of_text, max_size=6).map(lambda blocks: Blocks(tuple(blocks)))


class Reader(HTMLParser):
    """Tags, attributes and text of a fragment, as a browser's tokeniser sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment was made of text: {data}")


def tamed(value: Any) -> Any:  # noqa: ANN401 - walks any block
    """The same blocks with every text that has something in it replaced by a harmless one."""
    if isinstance(value, str):
        return "x" if value else ""
    if isinstance(value, tuple):
        return tuple(tamed(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"format", "kind", "svg"}
        return replace(value, **{f.name: tamed(getattr(value, f.name)) for f in fields(value) if f.name not in kept})
    return value


@given(documents)
def test_json_gives_back_what_was_written(document: Blocks) -> None:
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


@given(documents)
def test_text_never_becomes_markup(document: Blocks) -> None:
    found, harmless = Reader(as_html(document)), Reader(as_html(tamed(document)))
    assert [tag for tag in found.tags if tag != "span"] == [tag for tag in harmless.tags if tag != "span"]
    assert {name for name, _ in found.attributes} <= {
        "class",
        "id",
        "scope",
        "role",
        "tabindex",
        "aria-labelledby",
        "open",
    }


@given(texts)
def test_text_is_shown_as_it_was_written(text: str) -> None:
    assert Reader(as_html(Blocks((Text(text),)))).text == plain_text(text)


@given(texts)
def test_plain_text_prints_in_every_form(text: str) -> None:
    plain = plain_text(text)
    plain.encode("utf-8")
    assert not set(plain) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x07\x1b\r")


@given(documents)
def test_ids_are_unique_and_named_things_exist(document: Blocks) -> None:
    attributes = Reader(as_html(document, taken=("main", "table-1"))).attributes
    ids = [value for name, value in attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert not {"main", "table-1"} & set(ids)
    assert {value for name, value in attributes if name == "aria-labelledby"} <= set(ids)


def test_headings_have_the_ids_of_the_outline() -> None:
    document = Blocks((Heading("What it asks"), Text("x"), Heading("What it asks", 3), Heading("2024"), Heading("<>")))
    ids = [entry.id for entry in outline(document)]
    assert ids == ["what-it-asks", "what-it-asks-2", "section-2024", "section"]
    assert [value for name, value in Reader(as_html(document)).attributes if name == "id"] == ids


def test_a_table_says_what_it_is_and_which_cells_head_it() -> None:
    columns = (Column("Area"), Column("Met", "count"), Column("Share met", "share"))
    html = as_html(Blocks((Table("Met by area", columns, (("Dudley", 1200, 0.615), ("Walsall", None, None))),)))
    assert '<div class="scroll" role="region" tabindex="0" aria-labelledby="table-1">' in html
    assert '<caption id="table-1">Met by area</caption>' in html
    assert '<th scope="col" class="number">Share met</th>' in html
    assert '<th scope="row" class="short">Dudley</th><td class="number">1,200</td><td class="number">62%</td>' in html
    assert '<th scope="row" class="short">Walsall</th><td class="number">–</td><td class="number">–</td>' in html


def test_a_table_without_rows_says_so() -> None:
    html = as_html(Blocks((Table("Overdue", (Column("Action"),), (), empty="No action is overdue."),)))
    assert "<table" not in html
    assert "No action is overdue." in html


def test_a_notebook_cell_carries_html_and_json_of_the_same_blocks() -> None:
    document = Blocks((Note("Two returns carry queries.", "warning"),)) + Blocks((Text("More"),))
    bundle = document._repr_mimebundle_()
    assert bundle["text/html"] == as_html(document)
    assert from_json(bundle[MIME_TYPE]) == document


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (0.615, "share", "62%"),
        (0.125, "share", "13%"),
        (0.285, "share", "29%"),
        (0, "share", "0%"),
        (1, "share", "100%"),
        (0.041, "points", "+4.1 points"),
        (-0.2, "points", "-20.0 points"),
        (-0.0001, "points", "0.0 points"),
        (12345, "count", "12,345"),
        (3.0, "count", "3"),
        (0.505, "number", "0.51"),
        ("5.10", "number", "5.10"),
        (None, "share", "–"),
        (float("nan"), "share", "–"),
        (float("inf"), "count", "–"),
    ],
)
def test_numbers_print_the_same_everywhere(value: Cell, kind: Format, shown: str) -> None:
    assert cell_text(value, Column("x", kind)) == shown


@given(st.floats(0, 1))
def test_a_printed_share_is_within_half_a_point(share: float) -> None:
    assert abs(int(cell_text(share, Column("x", "share")).rstrip("%")) - share * 100) <= 0.5 + 1e-9


def test_phrases() -> None:
    assert share_of(0.62, 31, 50) == "62% (31 of 50)"
    assert share_of(None, 0, 0) == "none asked"
    assert span_of(0.58, 0.71) == "58% to 71%"
    assert span_of(None, 0.71) == "–"
    assert points(0.041) == "+4.1 points"
    assert points_span_of(-0.03, 0.112) == "-3.0 to +11.2 points"
    assert how_many(1, "return") == "1 return"
    assert how_many(1200, "query", "queries") == "1,200 queries"


def test_tabulate_makes_plain_values() -> None:
    frame = pd.DataFrame(
        {
            "a": ["x", None],
            "n": [1, None],
            "s": [0.5, float("nan")],
            "d": pd.to_datetime(pd.Series(["2024-01-31", None])),
        }
    )
    table = tabulate("c", frame.to_dict("records"), [("a", "A"), ("n", "N", "count"), ("s", "S", "share"), ("d", "D")])
    assert table.rows[0][:3] == ("x", 1, 0.5)
    assert [type(value) for value in table.rows[0][:3]] == [str, int, float]
    assert table.rows[1] == (None, None, None, None)
    assert cell(True, Column("x")) == "yes"  # noqa: FBT003 - a plain value of a cell


def test_a_name_that_runs_right_to_left_stands_apart_in_its_cell() -> None:
    names = (("\u0645\u0631\u0643\u0632 (1)", "plain"),)
    page = as_html(Blocks((Table("Names", (Column("Organisation"), Column("Area")), names),)))
    assert "<bdi>\u0645\u0631\u0643\u0632 (1)</bdi></th>" in page
    assert ">plain</td>" in page
