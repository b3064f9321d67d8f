"""What drafting makes of headers, words and hostile cells: never too sure, never a meaning that nobody gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from drafting_workbooks import CRITERIA, TEXTS
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from toolkit.layouts import ForeignLayout, fold_label, load_layout
from toolkit.layouts.drafting import TextSheet, as_yaml, know, propose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.layouts.drafting import Draft

KNOWN = know(names=["Synthetic Police", "Dudley Synthetic Support"], areas=["Dudley"])
HEADERS = {
    spelling: "ignored" if column.field == "priority" else column.field
    for column in load_layout().columns
    for spelling in (column.label, *column.spellings)
}
LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz ")


@st.composite
def misspelt(draw: st.DrawFn) -> tuple[str, str]:
    """A known header with one to three letters left out, doubled, changed, swapped or put in, and what it means."""
    spelling = draw(st.sampled_from(sorted(HEADERS)))
    written = spelling
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(written) - 1)))
        letter = draw(LETTERS)
        written = draw(
            st.sampled_from(
                [
                    written[:at] + written[at + 1 :],
                    written[:at] + letter + written[at:],
                    written[:at] + letter + written[at + 1 :],
                    written[:at] + written[at : at + 2][::-1] + written[at + 2 :],
                ]
            )
        )
    return written, HEADERS[spelling]


@settings(max_examples=1000)
@given(misspelt())
def test_a_misspelt_header_is_never_taken_for_another_field_with_certainty(case: tuple[str, str]) -> None:
    written, field = case
    assume(fold_label(written) not in {fold_label(known) for known, other in HEADERS.items() if other != field})
    assume(KNOWN.columns.fields_of(written) in {(), (field,)})  # it has not become a known word for another field
    guess = KNOWN.columns.guess(written)
    assert guess is None or guess.field == field or guess.confidence <= 90


@pytest.mark.parametrize(
    "written",
    [
        "Peer rating",
        "Previous rating",
        "Rating (moderated)",
        "Rating agreed by panel",
        "Commissioner rating",
        "Risk rating",
    ],
)
def test_a_rating_of_somebody_else_is_never_the_sender_s_own(written: str) -> None:
    guess = KNOWN.columns.guess(written)
    assert guess is None or guess.field != "rating"


def sheet(*rows: Sequence[str], name: str = "Answers") -> TextSheet:
    """A sheet of these rows, made equally long."""
    longest = max(len(row) for row in rows)
    return TextSheet(name, tuple((*row, *[""] * (longest - len(row))) for row in rows))


def table(words: Sequence[str], header: str = "Own rating") -> TextSheet:
    """A table with one of the words in each row."""
    rows = [(c, TEXTS[c], words[place % len(words)]) for place, c in enumerate(CRITERIA[:30])]
    return sheet(("Criteria assurance questionnaire",), (), ("Ref", "Question", header), *rows)


def loaded(draft: Draft) -> ForeignLayout:
    """The drafted file as it is loaded."""
    return ForeignLayout.model_validate(yaml.safe_load(as_yaml(draft, "drafted", "their form.xlsx")))


@pytest.mark.parametrize(
    "words",
    [
        ["0", "1", "2", "3"],
        ["1", "2", "3"],
        ["A", "B", "C", "D"],
        ["Green", "Amber", "Red"],
        ["Yes", "No"],
        ["Outstanding", "Good", "Requires improvement", "Inadequate"],
        ["50%", "75%", "100%"],
        ["Met", "Not met", "0"],
    ],
)
def test_words_that_the_workbook_does_not_explain_get_no_meaning(words: list[str]) -> None:
    layout = loaded(propose([table(words)], KNOWN))
    assert not layout.ratings.is_declared
    assert any(line.startswith("ratings:") for line in layout.todo)


@pytest.mark.parametrize(
    ("key", "nought"),
    [
        (("0 = Not met", "1 = Begun", "2 = Mostly met", "3 = Met"), "not_met"),
        (("0 = Not applicable", "1 = Not met", "2 = Partly met", "3 = Fully met"), "not_applicable"),
    ],
)
def test_a_nought_means_what_the_key_says(key: tuple[str, ...], nought: str) -> None:
    guidance = sheet(*((line,) for line in key), name="Guidance")
    layout = loaded(propose([guidance, table(["0", "1", "2", "3"])], KNOWN))
    level = layout.scale().level("0")
    assert level is not None
    assert level.rating == nought
    assert layout.recognise.key


@pytest.mark.parametrize(
    "key",
    [
        ("3 = Good", "2 = Fair", "1 = Poor", "0 = None"),
        ("3 = Fully met", "2 = Met in part or in whole", "1 = Not met", "0 = ?"),
        ("0 = Not met", "3 = Met"),
    ],
)
def test_a_key_that_is_not_understood_in_full_declares_nothing(key: tuple[str, ...]) -> None:
    guidance = sheet(*((line,) for line in key), name="Guidance")
    layout = loaded(propose([guidance, table(["0", "1", "2", "3"])], KNOWN))
    assert not layout.ratings.is_declared
    assert layout.todo


def test_evidence_that_looks_like_a_key_is_none() -> None:
    rows = [
        (c, "FPN"[place % 3], f"{'FPN'[place % 3]}: {['Not met', 'Fully met', 'Partly met'][place % 3]}")
        for place, c in enumerate(CRITERIA[:30])
    ]
    layout = loaded(propose([sheet(("Ref", "Rating", "Evidence"), *rows)], KNOWN))
    assert not layout.ratings.is_declared


def test_two_columns_that_may_be_the_rating_are_left_to_the_analyst() -> None:
    rows = [(c, "Met", "Not met", "x") for c in CRITERIA[:20]]
    layout = loaded(propose([sheet(("Ref", "Self assessment", "Self rating", "Evidence"), *rows)], KNOWN))
    assert "rating" not in {column.field for column in layout.table.columns}
    assert any("which column" in line for line in layout.todo)


def test_no_cell_can_leave_its_comment_or_its_quotes() -> None:
    hostile = 'Rating"]}\nid: other\n# \u2028ratings: {scale: rag-words}\x85'
    rows = [(c, f"{TEXTS[c]}\nshape: matrix", "Met") for c in CRITERIA[:20]]
    book = [
        sheet(("Title: \ntodo: []\u2029x", hostile), ("Ref", "Question", "Rating", hostile), *rows, name='a"\nid: b'),
    ]
    text = as_yaml(propose(book, KNOWN), "drafted", "name\nid: x.xlsx")
    layout = ForeignLayout.model_validate(yaml.safe_load(text))
    assert layout.id == "drafted"
    assert layout.shape == "rows"
    assert all(line.isprintable() for line in text.split("\n"))


NOT_IN_YAML = "\x00\x07\x08\x0b\x0c\x1b\x1c\x1e\x1f\x7f\x80\x85\x9f\u2028\u2029\ud800\udfff\ufeff\ufffe\uffff"
"""What YAML forbids, or takes as the end of a line where a comment goes on."""
WORDS = st.sampled_from(
    [
        *CRITERIA[:12],
        *list(TEXTS.values())[:6],
        *sorted(HEADERS),
        "Met",
        "0",
        "3",
        "Green",
        "",
        "",
        "",
        "0 = Not met",
        "Organisation: Synthetic Police",
        "Synthetic Police",
        "Dudley Synthetic Support",
        "2024-05-01",
        "Key Standard 1",
    ]
)


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A word that drafting knows, with something in, before or after it that cannot stand in a YAML file."""
    word = draw(WORDS)
    at = draw(st.integers(0, len(word)))
    return word[:at] + draw(st.text(NOT_IN_YAML, min_size=1, max_size=2)) + word[at:]


CELLS = st.one_of(WORDS, spoilt(), st.text(max_size=20))
GRIDS = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width).map(tuple), min_size=1, max_size=14).map(
        tuple
    )
)


def beside_a_score(*, under: str = "Action", header: str = "Score") -> list[tuple[tuple[str, ...], ...]]:
    """A table of few rows with one header between two others, and what stands above that."""
    row = ("1.1", "1.1", "1.1")
    return [(row, ("Action", under, "Action"), ("Action", header, "Action"), row)]


@settings(max_examples=300)
@given(st.lists(GRIDS, min_size=1, max_size=2))
@example(beside_a_score(under="\x1f"))
@example(beside_a_score(under="\x85id: other\u2028shape: matrix"))
@example(beside_a_score(header="Sc\x00ore"))
@example(beside_a_score(header="\ufeffScore\x1f(0-3)\ud800"))
def test_whatever_the_cells_hold_the_draft_loads_and_is_the_same_again(
    grids: list[tuple[tuple[str, ...], ...]],
) -> None:
    sheets = [TextSheet(f"Sheet{place}", rows) for place, rows in enumerate(grids)]
    draft = propose(sheets, KNOWN)
    if not draft.shape:
        return
    text = as_yaml(draft, "drafted", "form")
    assert all(line.isprintable() for line in text.split("\n"))
    layout = loaded(draft)
    assert layout.todo or layout.ratings.is_declared
    assert all(
        each.field in {column.field for column in layout.headers[fold_label(each.text)]}
        for each in draft.active
        if fold_label(each.text)
    )
    assert text == as_yaml(propose(sheets, KNOWN), "drafted", "form")


def test_the_row_above_says_whose_score_it_is() -> None:
    rows = [(f"{c} {TEXTS[c]}", "3", "2", "Shown in policy") for c in CRITERIA[:20]]
    book = [
        sheet(
            ("Borough assurance exercise",),
            ("0 = Not met; 1 = Begun; 2 = Mostly met; 3 = Met",),
            ("What we ask", "Self assessment", "Moderation", "Evidence"),
            ("", "Score", "Score", ""),
            *rows,
        )
    ]
    layout = loaded(propose(book, KNOWN))
    found = {(column.field, column.under) for column in layout.table.columns if column.spellings == ("Score",)}
    assert found == {("rating", "Self assessment"), ("moderated_rating", "Moderation")}
    assert layout.table.header_rows == 2
    assert [line.partition(":")[0] for line in layout.todo] == ["cover"]


UNKNOWN = st.text("bcdfghjklmnpqrstvwxz", min_size=6, max_size=12).filter(
    lambda word: KNOWN.columns.guess(word) is None
)


@settings(max_examples=60)
@given(
    headers=st.lists(UNKNOWN, min_size=5, max_size=5, unique=True),
    order=st.permutations(range(5)),
    words=st.lists(st.text("aeioubdgk", min_size=1, max_size=9), min_size=2, max_size=5, unique=True),
    titles=st.integers(0, 4),
)
def test_under_unknown_headers_the_criteria_are_found_and_nothing_is_a_rating_for_sure(
    headers: list[str], order: list[int], words: list[str], titles: int
) -> None:
    assume(len({fold_label(word) for word in words}) == len(words))
    rows = [(c, TEXTS[c], words[place % len(words)], f"Seen in minute {place}", "") for place, c in enumerate(CRITERIA)]
    shuffled = [tuple(row[place] for place in order) for row in (tuple(headers), *rows)]
    draft = propose([sheet(*[("A checklist of ours",)] * titles, *shuffled)], KNOWN)
    assert draft.recognised[0] == ("wm-2024", 62, 62)
    assert {each.text: each.field for each in draft.active} == {headers[0]: "criterion", headers[1]: "summary"}
    layout = loaded(draft)
    assert not layout.ratings.is_declared
    assert any(f"“{headers[2]}”" in line for line in layout.todo)
