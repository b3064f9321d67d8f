"""Whatever is done to a matrix or a survey: no wrong rating, no other organisation's, no cell without a fate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from foreign_grids import COLOURS, CYCLE_OF, FRAMEWORKS, HOMES, POLICE, SUPPORT, WORDS, Matrix, Survey, seeded, workbook
from foreign_grids import with_all_frameworks as all_frameworks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.intake.guards import inspect
from toolkit.intake.parsing import Reading, parse, prepare
from toolkit.records import Rating

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.intake.parsing import ParsingContext
    from toolkit.project import Project

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = (POLICE, HOMES, SUPPORT, "Unheard Of", "Coventry Synthetic Commissioners")
CERTAIN = {Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET, Rating.NOT_APPLICABLE}
JUNK: list[Any] = [
    None,
    "",
    0,
    1,
    3,
    5.1,
    "?",
    "Blue",
    "=1+1",
    "as above",
    "Green?",
    "not sure",
    "N/K",
    "\u2713",
    "Met/Not met",
]


@pytest.fixture
def context(project: Project) -> ParsingContext:
    return prepare(all_frameworks(project))


def read(content: bytes, folder: Path, context: ParsingContext, cycle: str = "") -> tuple[Reading, ...]:
    path = folder / "grid.xlsx"
    path.write_bytes(content)
    return parse(inspect(path), context, cycle)


def assert_accounted_for(readings: tuple[Reading, ...], rows: list[list[Any]]) -> None:
    filled = sum(1 for row in rows for cell in row if cell not in {None, ""})
    counts = [each.cells for each in readings if each.cells is not None]
    assert sum(each.filled for each in counts) == filled
    assert all(each.filled == each.read + each.queried + sum(n for _, n in each.ignored) for each in counts)


def assert_true(
    readings: tuple[Reading, ...], written: dict[tuple[str, str], set[Any]], words: dict[Rating, Any]
) -> None:
    """Every rating that was read is the only one that was written for that criterion by that organisation."""
    for reading in readings:
        for response in reading.return_.responses:
            if response.rating in CERTAIN:
                said = written[response.criterion, reading.return_.organisation] - {None, ""}
                assert said == {words[response.rating]}, (response, said)


@st.composite
def matrices(draw: st.DrawFn) -> tuple[str, list[str], list[list[Any]], dict[tuple[str, str], set[Any]]]:
    """A matrix with junk in cells, rows shuffled, repeated, lost and blank; and all that was written in it."""
    framework = draw(st.sampled_from(FRAMEWORKS))
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, len(NAMES)))]
    answers = {name: seeded(framework, name, draw(st.integers(0, 99))) for name in names}
    every = list(answers[names[0]])
    junk = st.dictionaries(
        st.tuples(st.sampled_from(every), st.sampled_from(names)), st.sampled_from(JUNK), max_size=12
    )
    changed = draw(junk)
    style = draw(st.sampled_from(["text", "number", "bare number", "glued", "official", "alone"]))
    rows = Matrix(framework, answers, style, changed=changed).rows()
    written = {
        (criterion, name): {changed.get((criterion, name), COLOURS[answers[name][criterion]])}
        for name in names
        for criterion in every
    }
    body = [(row, each) for row, each in zip(_rated(rows), every, strict=True)]
    top = rows[:3]
    if draw(st.booleans()):
        body = draw(st.permutations(body))
    lost = draw(st.integers(0, len(body) // 2))
    body = body[lost:]
    for again in draw(st.lists(st.sampled_from(body), max_size=3)):
        other = [*again[0][:2], *(draw(st.sampled_from([*COLOURS.values(), "?"])) for _ in names)]
        for name, cell in zip(names, other[2:], strict=True):
            written[again[1], name].add(cell)
        body.insert(draw(st.integers(0, len(body))), (other, again[1]))
    lines = [row for row, _ in body]
    beside: list[list[Any]] = [[], ["Standard 3: something"], ["Total", "", *(3 for _ in names)]]
    for extra in draw(st.lists(st.sampled_from(beside), max_size=4)):
        lines.insert(draw(st.integers(0, len(lines))), extra)
    return CYCLE_OF[framework], names, [*top, *lines], written


def _rated(rows: list[list[Any]]) -> list[list[Any]]:
    return [row for row in rows[3:] if len(row) > 1]


@SLOW
@given(made=matrices())
def test_a_matrix_is_read_right_or_not_at_all(
    made: tuple[str, list[str], list[list[Any]], dict[tuple[str, str], set[Any]]],
    tmp_path: Path,
    context: ParsingContext,
) -> None:
    cycle, names, rows, written = made
    readings = read(workbook(rows), tmp_path, context, cycle)
    if not readings[0].has_table:
        return
    assert [each.return_.organisation for each in readings] == [
        n for n in names if n in {r.return_.organisation for r in readings}
    ]
    assert_true(readings, written, COLOURS)
    assert_accounted_for(readings, rows)


@st.composite
def surveys(draw: st.DrawFn) -> tuple[str, list[list[Any]], dict[tuple[str, str], set[Any]]]:
    """A survey with junk in cells, columns shuffled, repeated and lost; and all that was written in it."""
    framework = draw(st.sampled_from(FRAMEWORKS))
    names = list(draw(st.permutations(NAMES))[: draw(st.integers(1, len(NAMES)))])
    answers = [(name, seeded(framework, name, draw(st.integers(0, 99)))) for name in names]
    every = list(answers[0][1])
    places = st.tuples(st.sampled_from(every), st.integers(0, len(names) - 1))
    changed = draw(st.dictionaries(places, st.sampled_from(JUNK), max_size=12))
    style = draw(st.sampled_from(["text", "number", "glued", "official"]))
    rows = Survey(framework, answers, style, changed=changed).rows()
    written = {
        (criterion, name): {changed.get((criterion, place), WORDS[given_[criterion]])}
        for place, (name, given_) in enumerate(answers)
        for criterion in every
    }
    columns = [[row[at] for row in rows] for at in range(len(rows[0]))]
    named, asked = columns[0], list(zip(columns[1:], every, strict=True))
    if draw(st.booleans()):
        asked = draw(st.permutations(asked))
    asked = list(asked[draw(st.integers(0, len(asked) // 2)) :])
    for again in draw(st.lists(st.sampled_from(asked), max_size=3)):
        other = [again[0][0], *(draw(st.sampled_from([*WORDS.values(), "?"])) for _ in names)]
        for name, cell in zip(names, other[1:], strict=True):
            written[again[1], name].add(cell)
        asked.insert(draw(st.integers(0, len(asked))), (other, again[1]))
    found = [column for column, _ in asked]
    extra = [
        ["Response ID", *range(len(names))],
        ["Anything else?", *("No" for _ in names)],
        ["", *("Met" for _ in names)],
    ]
    for column in [named, *draw(st.lists(st.sampled_from(extra), max_size=3))]:
        found.insert(draw(st.integers(0, len(found))), column)
    return CYCLE_OF[framework], [list(row) for row in zip(*found, strict=True)], written


@SLOW
@given(made=surveys())
def test_a_survey_is_read_right_or_not_at_all(
    made: tuple[str, list[list[Any]], dict[tuple[str, str], set[Any]]], tmp_path: Path, context: ParsingContext
) -> None:
    cycle, rows, written = made
    readings = read(workbook(rows), tmp_path, context, cycle)
    if not readings[0].has_table:
        return
    assert_true(readings, written, WORDS)
    assert_accounted_for(readings, rows)
