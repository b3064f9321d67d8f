"""What a deep dive says is true of its own page: titles name every tie, limits count the page's own organisations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from reports_region import Plan, make_snapshot

from toolkit.catalogue import load_framework
from toolkit.comparison import answers
from toolkit.document import Blocks, Figure, Items, KeyFigures, Table, Text, percent
from toolkit.reports import deep_dive
from toolkit.reports.method import limits_and_method
from toolkit.reports.returned import response_chart, response_sentence
from toolkit.reports.sentences import listed
from toolkit.reports.source import open_source

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.store import Snapshot

STANDARDS = [one.standard for one in load_framework("wm-2024").standards]
TWO_AREAS = """
[project]
name = "Audit of two areas"
office = "Office"
contact = "audit@example.net"

[[areas]]
code = "E08000030"
name = "Walsall"

[[areas]]
code = "E08000027"
name = "Dudley"

[[cycles]]
id = "2024"
framework = "wm-2024"
scale = "zero-to-three"
issued = 2024-04-08
deadline = 2024-06-28
"""


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make_snapshot(tmp_path_factory.mktemp("region") / "project", Plan(silent=("WAL1", "DUD0")))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Three organisations of one area, nobody in the other, numbers for ratings."""
    plan = Plan(areas=("Walsall",), each_area=3, everywhere=False, returning=("2024",), settings=TWO_AREAS)
    return make_snapshot(tmp_path_factory.mktemp("three") / "project", plan)


def figure_of(made: Blocks) -> Figure:
    return next(block for block in made.blocks if isinstance(block, Figure))


def table_of(figure: Figure) -> Table:
    assert figure.table is not None
    return figure.table


def text_of(made: Blocks) -> str:
    return " ".join(
        sentence
        for block in made.blocks
        for sentence in ((block.text,) if isinstance(block, Text) else block.items if isinstance(block, Items) else ())
    )


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_distributions_title_names_every_criterion_at_either_end(region: Snapshot, standard: str) -> None:
    figure = figure_of(deep_dive.open_report(region.folder, "2024", standard).by_criterion())
    names = [column.name for column in table_of(figure).columns]
    shares: dict[str, list[str]] = {}
    for row in table_of(figure).rows:
        counts = dict(zip(names, row, strict=True))
        share = percent(int(counts["Met"] or 0) / (int(counts["Responses"] or 0) - int(counts["Not applicable"] or 0)))
        shares.setdefault(share, []).append(str(row[0]))
    said = re.fullmatch(
        r"(?:Of all answers, the share|Share) met runs from (\S+%) in (.+) to (\S+%) in (.+)", figure.title
    )
    assert said
    for share, named in ((said[1], said[2]), (said[3], said[4])):
        if share in shares and not named.endswith("criteria"):
            assert re.findall(r"\d+\.\d+", named) == shares[share]


@pytest.mark.parametrize("standard", [one for one in STANDARDS if one not in {"8", "10"}])  # few are asked
def test_the_area_title_counts_the_areas_under_the_threshold(region: Snapshot, standard: str) -> None:
    figure = figure_of(deep_dive.open_report(region.folder, "2024", standard).area_by_criterion())
    under = {
        str(row[0]): sum(
            int(cell[1]) / int(cell[2]) < 0.5
            for cell in (re.match(r"\d+% \((\d+) of (\d+)\)", str(one)) for one in row[1:])
            if cell
        )
        for row in table_of(figure).rows
    }
    said = re.fullmatch(r"(\d+)(?: of 7| to (\d+))? areas are under 50% on criteri(?:on|a) (.+)", figure.title)
    if said:
        named = re.findall(r"\d+\.\d+", said[3])
        assert {under[one] for one in named} >= {int(said[1]), int(said[2] or said[1])}
        assert all(int(said[1]) <= under[one] <= int(said[2] or said[1]) for one in named)
    else:
        assert max(under.values()) < 4 or "criteria" in figure.title


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_lowest_criterion_is_quoted_whole_or_cut_with_an_ellipsis(region: Snapshot, standard: str) -> None:
    made = text_of(deep_dive.open_report(region.folder, "2024", standard).lowest())
    said = re.fullmatch(r"The lowest share met is .+, for criteri(?:a .+|on (\S+) \((.*)\))\.", made)
    assert said
    if said[1]:
        whole = next(
            one.text
            for each in load_framework("wm-2024").standards
            for one in each.criteria
            if one.criterion == said[1]
        )
        assert said[2] == whole.rstrip(".") or said[2].endswith(" ...")


def test_limits_count_what_the_page_is_about(region: Snapshot) -> None:
    source = open_source(region.folder, "2024", "internal")
    frame = source.asked
    for standard in ("5", "10"):
        made = text_of(deep_dive.open_report(region.folder, "2024", standard).limits())
        asked = set(frame["organisation_id"][frame["standard"] == standard])
        missing = len(asked & {"WAL1", "DUD0"})
        assert f"{missing} of {len(asked)} organisations asked about standard {standard} ha" in made
        assert f"Of {int((source.responses['standard'] == standard).sum()):,} responses, " in made
    walsall = text_of(limits_and_method(source, area="Walsall"))
    assert "1 of 7 organisations of Walsall has not returned. Bounds show how low and how high" in walsall
    assert "once it does." in walsall
    assert "2 of 43 organisations have not returned." in text_of(limits_and_method(source))


def test_too_few_answers_are_not_a_zero(three: Snapshot) -> None:
    made = deep_dive.open_report(three.folder, "2024", "1").in_brief()
    figures = next(block for block in made.blocks if isinstance(block, KeyFigures)).figures
    shown = {one.label: (one.value, one.detail) for one in figures}
    assert shown["Criteria under 50% met"] == ("–", "too few answers")


def test_ratings_that_are_numbers_are_told_from_counts(three: Snapshot) -> None:
    report = deep_dive.open_report(three.folder, "2024", "1")
    figure = figure_of(report.by_criterion())
    assert "Rated 3" in [column.name for column in table_of(figure).columns]
    assert re.search(r"\d+ rated 3, \d+ rated 2 or 1, \d+ rated 0", figure.alt)
    assert "(3 counts 1, 2 counts 0.67, 1 counts 0.33, 0 counts 0)" in text_of(report.limits())


def test_areas_without_organisations_have_not_returned_everything(three: Snapshot) -> None:
    source = open_source(three.folder, "2024", "internal")
    assert response_chart(source, "area").title == "Every return has come in from every area with anybody to return one"


def test_one_organisation_is_not_none_of_the_one(tmp_path: Path) -> None:
    plan = Plan(areas=("Walsall",), each_area=1, everywhere=False, returning=())
    source = open_source(make_snapshot(tmp_path / "project", plan).folder, "2024", "internal")
    assert response_sentence(source) == "The one organisation asked has not returned yet."


def test_criteria_under_the_threshold_count_essential_answers(region: Snapshot) -> None:
    """Standard 8 is essential for some and desired for others: the brief, its heat table and the lowest agree."""
    report = deep_dive.open_report(region.folder, "2024", "8")
    frame = answers(region, "2024", "8")
    frame = frame[(frame["priority"] == "essential") & ~frame["state"].isin(["missing", "not_applicable"])]
    met = {
        str(one): (int((part["state"] == "met").sum()), len(part))
        for one, part in frame.groupby("criterion", sort=False)
    }
    low = [one for one, (part, whole) in met.items() if part / whole < 0.5]
    assert f"{'Criteria' if len(low) > 1 else 'Criterion'} {listed(low)} " in text_of(report.in_brief())
    table = next(block for block in report.lowest().blocks if isinstance(block, Table))
    assert [(row[1], row[2]) for row in table.rows] == [met[str(row[0]).split()[0]] for row in table.rows]
    assert "Essential met" in [column.name for column in table.columns]
    assert "all answers" in figure_of(report.tiers_and_sectors()).title
