"""Rating scales: which words mean which level, and that nothing undeclared is guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.catalogue import load_scale, scale_ids
from toolkit.errors import CatalogueError
from toolkit.records import Rating

if TYPE_CHECKING:
    from pathlib import Path

SCALE = """
id: own
title: Own
levels:
  - {rating: met, label: "Yes", meaning: It is, value: 1, words: [y]}
  - {rating: not_met, label: "No", meaning: It is not, value: 0, words: [n]}
"""


def own_scale(root: Path, text: str) -> Path:
    (root / "scales").mkdir(exist_ok=True)
    (root / "scales" / "own.yaml").write_text(text, encoding="utf-8")
    return root


def rating(scale_id: str, written: str) -> Rating | None:
    level = load_scale(scale_id).level(written)
    return level.rating if level else None


def test_the_scales_that_come_with_the_toolkit() -> None:
    assert scale_ids() == ("one-to-three-zero-na", "rag-words", "three-level", "zero-to-three")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Met", Rating.MET),
        ("  MET. ", Rating.MET),
        ("Yes", Rating.MET),
        ("fully-met", Rating.MET),
        ("Fully compliant", Rating.MET),
        ("GREEN", Rating.MET),
        ("Achieved", Rating.MET),
        ("in place", Rating.MET),
        ("Met\N{NO-BREAK SPACE}", Rating.MET),
        ("\N{ZERO WIDTH SPACE}Met", Rating.MET),
        ("Partially met", Rating.PARTLY_MET),
        ("partly", Rating.PARTLY_MET),
        ("In progress", Rating.PARTLY_MET),
        ("Amber", Rating.PARTLY_MET),
        ("some", Rating.PARTLY_MET),
        ("no", Rating.NOT_MET),
        ("Non-compliant", Rating.NOT_MET),
        ("Not in place", Rating.NOT_MET),
        ("red", Rating.NOT_MET),
        ("N/A", Rating.NOT_APPLICABLE),
        ("n / a", Rating.NOT_APPLICABLE),
        ("N.A.", Rating.NOT_APPLICABLE),
        ("NA", Rating.NOT_APPLICABLE),
        ("Not Applicable", Rating.NOT_APPLICABLE),
        ("Doesn\N{RIGHT SINGLE QUOTATION MARK}t apply", Rating.NOT_APPLICABLE),
    ],
)
def test_the_default_scale_knows_the_words_senders_use(written: str, meant: Rating) -> None:
    assert rating("three-level", written) is meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "-",
        "0",
        "1",
        "2",
        "3",
        "0.0",
        "100%",
        "met?",
        "Met / not met",
        "not",
        "see evidence",
        "?",
        "amber/green",
    ],
)
def test_what_the_default_scale_does_not_declare_is_not_guessed(written: str) -> None:
    assert rating("three-level", written) is None


def test_word_scales_declare_no_bare_digit() -> None:
    for scale_id in ("three-level", "rag-words"):
        words = [word for level in load_scale(scale_id).levels for word in (level.label, *level.words)]
        assert not [word for word in words if any(character.isdigit() for character in word)]


def test_a_nought_is_the_bottom_of_one_scale_and_not_applicable_in_another() -> None:
    assert rating("zero-to-three", "0") is Rating.NOT_MET
    assert rating("one-to-three-zero-na", "0") is Rating.NOT_APPLICABLE
    assert rating("one-to-three-zero-na", "1") is Rating.NOT_MET


def test_two_middle_levels_keep_their_own_values_and_share_no_word() -> None:
    scale = load_scale("zero-to-three")
    assert [(level.label, level.value) for level in scale.levels] == [
        ("3", 1),
        ("2", 0.67),
        ("1", 0.33),
        ("0", 0),
        ("Not applicable", None),
    ]
    assert scale.level("partly met") is None


@pytest.mark.parametrize("scale_id", ["zero-to-three", "one-to-three-zero-na"])
def test_numbers_as_spreadsheets_store_them_find_their_level(scale_id: str) -> None:
    scale = load_scale(scale_id)
    for digit in "0123":
        assert scale.level(digit) is scale.level(f"{digit}.0") is scale.level(f" {digit}.00 ") is not None
    for wrong in (
        "-1",
        "\N{MINUS SIGN}1",
        "+3",
        "1.5",
        "2.01",
        "1-3",
        "2/3",
        ">2",
        "<2",
        "~2",
        "2?",
        "3%",
        "10",
        "30",
        "1 2",
    ):
        assert scale.level(wrong) is None, wrong


@pytest.mark.parametrize(
    ("written", "label"),
    [("100%", "Yes"), ("100.0 %", "Yes"), ("100", None), ("1", None), ("0%", "No"), ("0", None), ("0.50", "No")],
)
def test_a_percentage_is_not_its_number(tmp_path: Path, written: str, label: str | None) -> None:
    text = SCALE.replace("[y]", '["100%"]').replace("[n]", '["0%", "0.5"]')
    level = load_scale("own", own_scale(tmp_path, text)).level(written)
    assert (level.label if level else None) == label


@pytest.mark.parametrize("scale_id", scale_ids())
def test_a_scale_reads_all_it_prints_and_declares_in_any_case(scale_id: str) -> None:
    scale = load_scale(scale_id)
    for level in scale.levels:
        for word in (level.label, *level.words):
            for written in (word, word.upper(), f" {word}. ", word.replace(" ", "  ")):
                assert scale.level(written) is level


@pytest.mark.parametrize("scale_id", scale_ids())
def test_values_fall_from_met_to_not_met(scale_id: str) -> None:
    scale = load_scale(scale_id)
    values = {kind: [lv.value for lv in scale.levels if lv.rating is kind] for kind in Rating}
    assert values[Rating.MET] == [1]
    assert values[Rating.NOT_MET] == [0]
    assert values[Rating.NOT_APPLICABLE] == [None]
    assert all(value is not None and 0 < value < 1 for value in values[Rating.PARTLY_MET])


@given(st.text(), st.sampled_from(scale_ids()))
def test_any_text_is_a_declared_word_or_nothing(written: str, scale_id: str) -> None:
    scale = load_scale(scale_id)
    level = scale.level(written)
    assert level is None or level in scale.levels
    assert scale.level(f"\t{written.upper()}\n") in (level, scale.level(written.upper()))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("words: [n]", "words: [Y!]", "'Y!' stands for both 'Yes' and 'No'"),
        ('label: "No"', 'label: "Yes"', "'Yes' stands for both 'Yes' and 'Yes'"),
        ("words: [n]", 'words: ["--"]', "'--' of level 'No' has no letter or digit"),
        ("value: 0,", "value: null,", "only not applicable has null"),
        ("rating: not_met", "rating: not_applicable", "only not applicable has null"),
        ("value: 0,", "value: 2,", "less than or equal to 1"),
        ("value: 0,", "value: true,", "'true' is not a number"),
        ("value: 0,", 'value: "0",', "'0' is not a number"),
        (
            "rating: not_met",
            "rating: blank",
            "'blank' is not one of 'met', 'partly_met', 'not_met' or 'not_applicable'",
        ),
        ("words: [n]", "words: [no]", 'no stands without quotes and would be read as yes or no; write "no"'),
        ("words: [n]", "words: [0]", '0 stands without quotes and would be read as the number 0; write "0"'),
        ("id: own", "id: other", "has the id other; give file and id the same name"),
    ],
)
def test_an_ambiguous_or_wrong_scale_is_refused_in_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SCALE
    with pytest.raises(CatalogueError) as caught:
        load_scale("own", own_scale(tmp_path, SCALE.replace(old, new)))
    sentence = str(caught.value)
    assert sentence.startswith("scales/own.yaml")
    assert said in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_project_may_bring_its_own_scale_and_is_seen_to_change_it(tmp_path: Path) -> None:
    root = own_scale(tmp_path, SCALE)
    assert "own" in scale_ids(root)
    assert "own" not in scale_ids()
    before = load_scale("own", root)
    assert load_scale("own", root) is before
    own_scale(tmp_path, SCALE.replace("[y]", "[y, quite]"))
    level = load_scale("own", root).level("quite")
    assert before.level("quite") is None
    assert level is not None
    assert level.rating is Rating.MET
