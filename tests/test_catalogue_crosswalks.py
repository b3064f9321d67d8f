"""Crosswalks: nothing forgotten, and no trend where two criteria do not ask the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.catalogue import LinkType, load_crosswalk, load_framework
from toolkit.errors import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = [("wm-2015", "wm-2024"), ("wolverhampton-2018", "wm-2024"), ("wolverhampton-2018", "wm-2015")]

FRAMEWORK = """
id: {id}
title: Small
short_title: Small
published: "2020"
source: Nobody
numbering: official
standards:
  - standard: "1"
    title: One
    asks: Something.
    priority: null
    criteria:
      - {{criterion: "1.1", summary: First., clause: a}}
      - {{criterion: "1.10", summary: Tenth., clause: b}}
"""
CROSSWALK = """
id: old-to-new
earlier: old
later: new
note: Two small frameworks.
standards:
  - {earlier: "1", later: "1", type: equal, reason: The same.}
criteria:
  - {earlier: "1.1", later: "1.1", type: equal, reason: The same.}
unlinked_earlier: ["1.10"]
unlinked_later: ["1.10"]
"""


def small_project(root: Path, crosswalk: str) -> Path:
    for folder in ("frameworks", "crosswalks"):
        (root / folder).mkdir(exist_ok=True)
    for name in ("old", "new"):
        (root / "frameworks" / f"{name}.yaml").write_text(FRAMEWORK.format(id=name), encoding="utf-8")
    (root / "crosswalks" / "old-to-new.yaml").write_text(crosswalk, encoding="utf-8")
    return root


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_every_criterion_is_linked_or_listed_as_unlinked(earlier: str, later: str) -> None:
    crosswalk = load_crosswalk(earlier, later)
    assert crosswalk is not None
    assert {link.earlier for link in crosswalk.criteria} | set(crosswalk.unlinked_earlier) == set(
        load_framework(earlier).criteria
    )
    assert {link.later for link in crosswalk.criteria} | set(crosswalk.unlinked_later) == set(
        load_framework(later).criteria
    )


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_every_link_gives_a_reason_and_the_walk_a_note(earlier: str, later: str) -> None:
    crosswalk = load_crosswalk(earlier, later)
    assert crosswalk is not None
    assert len(crosswalk.note.split()) > 20
    for link in (*crosswalk.standards, *crosswalk.criteria):
        assert link.reason.endswith(".")
        assert len(link.reason.split()) >= 6


def test_only_four_criteria_carry_a_trend_from_2015_to_2024() -> None:
    crosswalk = load_crosswalk("wm-2015", "wm-2024")
    assert crosswalk is not None
    assert [(link.earlier, link.later) for link in crosswalk.criteria if link.carries_trend] == [
        ("2.3", "3.3"),
        ("3.4", "4.5"),
        ("4.1", "5.3"),
        ("4.4", "5.5"),
    ]


@pytest.mark.parametrize("later", ["wm-2015", "wm-2024"])
def test_the_protocol_carries_no_trend(later: str) -> None:
    crosswalk = load_crosswalk("wolverhampton-2018", later)
    assert crosswalk is not None
    assert not [link for link in crosswalk.criteria if link.carries_trend]


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_a_criterion_that_carries_a_trend_has_one_counterpart(earlier: str, later: str) -> None:
    crosswalk = load_crosswalk(earlier, later)
    assert crosswalk is not None
    carrying = [link for link in crosswalk.criteria if link.carries_trend]
    assert len({link.earlier for link in carrying}) == len({link.later for link in carrying}) == len(carrying)


def test_equal_and_narrower_carry_a_trend_and_the_others_do_not(tmp_path: Path) -> None:
    for kind in LinkType:
        text = CROSSWALK.replace('later: "1.1", type: equal', f'later: "1.1", type: {kind}')
        crosswalk = load_crosswalk("old", "new", small_project(tmp_path, text))
        assert crosswalk is not None
        assert crosswalk.criteria[0].carries_trend is (kind in {LinkType.EQUAL, LinkType.NARROWER})


def test_where_nobody_drew_a_crosswalk_there_is_none() -> None:
    assert load_crosswalk("wm-2024", "wm-2015") is None
    assert load_crosswalk("wm-2024", "wm-2024") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unlinked_later: ["1.10"]', "unlinked_later: []", "says nothing about 1.10 of new"),
        ('unlinked_earlier: ["1.10"]', "unlinked_earlier: []", "says nothing about 1.10 of old"),
        (
            'unlinked_later: ["1.10"]',
            'unlinked_later: ["1.10", "1.1"]',
            "1.1 is linked and stands in unlinked_later too",
        ),
        ('unlinked_later: ["1.10"]', 'unlinked_later: ["1.10", "1.2"]', "names 1.2, not in new"),
        (
            'unlinked_later: ["1.10"]',
            "unlinked_later: [1.10]",
            "1.10 stands without quotes and would be read as the number 1.1",
        ),
        (
            'later: "1.1", type: equal',
            'later: "1.1", type: same',
            "'same' is not one of 'equal', 'broader', 'narrower' or 'overlaps'",
        ),
        ('later: "1", type', 'later: "2", type', "names standard 2, not in new"),
        (
            "criteria:\n",
            'criteria:\n  - {earlier: "1.1", later: "1.1", type: broader, reason: More.}\n',
            "the link 1.1 to 1.1 appears more than once",
        ),
        (", reason: The same.}\nunlinked", "}\nunlinked", "criteria link 1.1 to 1.1, reason: this key is missing"),
        ("later: new", "later: newer", "the id must be old-to-newer"),
    ],
)
def test_a_wrong_crosswalk_is_refused_in_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CROSSWALK
    with pytest.raises(CatalogueError) as caught:
        load_crosswalk("old", "new", small_project(tmp_path, CROSSWALK.replace(old, new)))
    sentence = str(caught.value)
    assert sentence.startswith("crosswalks/old-to-new.yaml")
    assert said in sentence
    assert sentence.endswith(".")
