"""Rows as they were issued are read in one go: that gives what the road for all rows gives, or leaves them to it."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_workbooks import answers, filled, organisation

from toolkit.catalogue import load_framework, load_scale
from toolkit.demo.messing import STEPS, Sender, mess_up
from toolkit.disclosure.personal import Allowed, scan, scan_all
from toolkit.intake import inspect, parse, prepare
from toolkit.intake.parsing.answers import _any_row, _plain_row, read_row
from toolkit.intake.parsing.ratings import Doubt, RatingReader
from toolkit.intake.parsing.tables import ANSWERS, TableRow
from toolkit.intake.parsing.text import ErrorCell
from toolkit.layouts import load_layout

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.intake import ParsingContext, Reading
    from toolkit.project import Project

WHO = "COV-COM"
SCALES = [load_scale(each) for each in ("three-level", "zero-to-three", "one-to-three-zero-na", "rag-words")]
WORDS = [level.label for scale in SCALES for level in scale.levels]
TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "Evidence", " spaced ", "two\nlines", "cr\rhere", "\u200b", "\u00a0x", "\x07bell", "é€😀"]
    ),
    st.text(max_size=8),
)
ODD = st.one_of(
    st.integers(-2, 5),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.booleans(),
    st.just(ErrorCell("#N/A")),
    st.none(),
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2110, 1, 1)),  # noqa: DTZ001 - spreadsheets know no time zones
    st.dates(dt.date(1990, 1, 1), dt.date(2110, 1, 1)),
)
RATINGS = st.one_of(
    st.sampled_from([*WORDS, *(each.upper() for each in WORDS), *(f" {each}." for each in WORDS)]), TEXTS, ODD
)
TARGETS = st.one_of(
    st.just(""),
    st.dates(dt.date(1990, 1, 1), dt.date(2110, 1, 1)),
    st.sampled_from(["31/01/2025", "n/a", "soon"]),
    TEXTS,
    ODD,
)
READERS = [RatingReader(scale, doubt) for scale in SCALES for doubt in Doubt]


@given(
    st.tuples(RATINGS, st.one_of(TEXTS, ODD), st.one_of(TEXTS, ODD), st.one_of(TEXTS, ODD), TARGETS),
    st.sampled_from(READERS),
    st.permutations(range(6)),
    st.sets(st.sampled_from(ANSWERS[1:]), max_size=1),
)
@settings(max_examples=400, deadline=None)
def test_a_row_read_in_one_go_is_what_the_road_for_all_rows_gives(
    values: tuple[object, ...], reader: RatingReader, columns: list[int], gone: set[str]
) -> None:
    names = ("criterion", *ANSWERS)
    cells: list[object] = [""] * 6
    for column, value in zip(columns, ("1.1", *values), strict=True):
        cells[column] = value
    row = TableRow("Standard 1", 6, {n: c for n, c in zip(names, columns, strict=True) if n not in gone}, cells)
    expected = _any_row(row, "1", "1.1", reader)
    for _ in range(2):  # the second time the reader knows the rating
        assert read_row(row, "1", "1.1", reader) == expected


def test_the_lane_takes_rows_as_they_were_issued() -> None:
    cells = ["1.1", WORDS[0], "Evidence", "", "Head", dt.date(2025, 1, 31)]
    row = TableRow("Standard 1", 6, {name: at for at, name in enumerate(("criterion", *ANSWERS))}, cells)
    reader = READERS[0]
    reader.read(WORDS[0])  # it takes only ratings that it has met
    assert _plain_row(row, "1", "1.1", reader) is not None


def both(folder: Path, content: bytes, context: ParsingContext, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "return.xlsx"
    path.write_bytes(content)
    with_lane = parsed(path, context)
    with monkeypatch.context() as without:
        without.setattr("toolkit.intake.parsing.answers._plain_row", lambda *_: None)
        assert parsed(path, context) == with_lane
    assert all(each.cells for each in with_lane)


def parsed(path: Path, context: ParsingContext) -> tuple[Reading, ...]:
    inspection = inspect(path)
    assert inspection.ok
    return parse(inspection, context)


@pytest.mark.parametrize("seed", range(3))
def test_a_messy_workbook_is_read_alike_with_and_without_the_lane(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    cycle = project.settings.cycle("2024")
    given_ = answers(project, WHO, seed=seed)
    framework, scale = load_framework(cycle.framework), load_scale(cycle.scale)
    sender = Sender(chance, load_layout(), framework, scale, organisation(project, WHO), 2024, given_)
    content = filled(project, WHO, given_)
    context = prepare(project)
    both(tmp_path, content, context, monkeypatch)
    steps = tuple(chance.sample(sorted(STEPS), seed * 2 + 2))
    both(tmp_path, mess_up(content, steps, sender)[0], context, monkeypatch)


def test_a_text_that_stands_again_is_found_each_time() -> None:
    texts = ["Ask someone@example.org", "Training is done", "Sarah Jones leads"]
    allowed = Allowed.of(())
    once, thrice = scan_all(texts, allowed), scan_all(texts * 3, allowed)
    assert once
    assert thrice == {place + 3 * again: found for place, found in once.items() for again in range(3)}


SAID = (
    *("spoke", "Spoke\u2026", "rang", "log", "Log", "12", "born", "ref", "Mr", "mrs", "dot", "O'Brien", "to", "by"),
    *(
        "Sarah",
        "jones",
        "Amina",
        "May",
        "Hope",
        "Will",
        "planned",
        "reviewed",
        "caf\u00e9",
        "\u2019s",
        "someone@example.org",
    ),
)


@given(st.lists(st.lists(st.sampled_from(SAID), max_size=6).map(" ".join), max_size=12))
@settings(max_examples=200, deadline=None)
def test_texts_looked_through_together_give_what_each_gives(texts: list[str]) -> None:
    allowed = Allowed.of(())
    alone = {place: scan(text, allowed) for place, text in enumerate(texts)}
    assert scan_all(texts, allowed) == {place: found for place, found in alone.items() if found}
