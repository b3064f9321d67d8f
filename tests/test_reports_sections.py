"""Every section says something true in every project: full, empty, first cycle, one area, no commissioners."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from reports_region import ALL_AREAS, Plan, make_project, make_snapshot, rating_of

from toolkit.catalogue import asked, load_framework
from toolkit.document import Blocks, Cover, Figure, Items, KeyFigures, Note, Table, Text, to_json
from toolkit.errors import ReportError
from toolkit.records import Priority, Rating
from toolkit.reports import area_report, board_report, deep_dive, peer_review
from toolkit.store import freeze, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.document import Block
    from toolkit.project import Project
    from toolkit.store import Snapshot

PEOPLE = ("Person-Example", "Alex Example", "Sam Sample", "Carson-Example", "Long-Example", "@example.org")
ONE_AREA = """
[project]
name = "Audit of one area"
office = "Office"
contact = "audit@example.net"

[[areas]]
code = "E08000030"
name = "Walsall"

[[cycles]]
id = "2024"
framework = "wm-2024"
issued = 2024-04-08
deadline = 2024-06-28
"""


class Report(Protocol):
    def figures_from(self) -> Blocks: ...


def sections(report: Report) -> dict[str, Blocks]:
    names = [name for name, made in vars(type(report)).items() if callable(made) and not name.startswith("_")]
    return {name: getattr(report, name)() for name in names}


def some_reports(snapshot: Snapshot, cycle: str) -> Iterator[Report]:
    for standard in ("1", "8", "10"):  # priorities for all, for some, and none (2024); one in three carries a trend
        yield deep_dive.open_report(snapshot.folder, cycle, standard)
    for area in dict.fromkeys(("Walsall", next(iter(snapshot.settings.area_codes)))):
        yield area_report.open_report(snapshot.folder, cycle, area)
    yield peer_review.open_report(snapshot.folder, cycle)
    yield board_report.open_report(snapshot.folder, cycle)


LEFT_OUT = {"data_set", "published_context"}
"""Sections that are left out, heading and all, where they have nothing to say."""


def blocks_of(snapshot: Snapshot, cycle: str) -> Iterator[tuple[str, Block]]:
    for report in some_reports(snapshot, cycle):
        for name, made in sections(report).items():
            assert made.blocks or name in LEFT_OUT, f"{type(report).__name__}.{name} shows nothing"
            for block in made.blocks:
                yield f"{type(report).__name__}.{name}", block


def sentences_of(block: Block) -> Iterator[str]:
    if isinstance(block, Text | Note):
        yield block.text
    elif isinstance(block, Items):
        yield from block.items
    elif isinstance(block, Table):
        yield from (block.caption, block.empty, *block.notes)
    elif isinstance(block, Figure):
        yield from (block.title, block.alt, block.note)
    elif isinstance(block, KeyFigures):
        yield from (text for one in block.figures for text in (one.label, one.value, one.detail))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Snapshot]:
    project = make_project(tmp_path_factory.mktemp("sections") / "project", Plan(silent=("WAL1", "DUD0")))
    return project, open_snapshot(freeze(project))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((Plan(each_area=2, returning=()), "2024"), id="no-return-at-all"),
        pytest.param((Plan(each_area=2, returning=("2021",)), "2024"), id="no-return-this-cycle"),
        pytest.param((Plan(each_area=2, returning=("2021",)), "2021"), id="first-cycle-without-tiers"),
        pytest.param((Plan(each_area=2, returning=("2024",)), "2024"), id="no-return-before"),
        pytest.param((Plan(each_area=0, returning=("2021", "2024")), "2024"), id="one-organisation-everywhere"),
        pytest.param((Plan(each_area=0, everywhere=False, returning=()), "2024"), id="empty-register"),
        pytest.param((Plan(areas=("Walsall", "Dudley"), each_area=6), "2024"), id="areas-without-organisations"),
        pytest.param(
            (Plan(areas=("Walsall",), each_area=7, everywhere=False, returning=("2024",), settings=ONE_AREA), "2024"),
            id="a-single-area",
        ),
    ],
)
def odd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, str]:
    plan, cycle = request.param
    return make_snapshot(tmp_path_factory.mktemp("odd") / "project", plan), cycle


def test_odd_projects_get_plain_sentences_and_never_a_hole(odd: tuple[Snapshot, str]) -> None:
    for where, block in blocks_of(*odd):
        _check(where, block)


@pytest.mark.parametrize("cycle", ["2021", "2024"])
def test_every_section_of_a_full_region_is_whole(full: tuple[Project, Snapshot], cycle: str) -> None:
    for where, block in blocks_of(full[1], cycle):
        _check(where, block)


_FAULTS = re.compile(r"\bnan\b|\bNone\b(?! of)|[{}]|  |\b1 (organisations|returns|answers|criteria|actions)\b")


def _check(where: str, block: Block) -> None:
    for sentence in sentences_of(block):
        assert not _FAULTS.search(sentence), (where, sentence)
    if isinstance(block, Text):
        assert block.text.strip().endswith((".", ":")), (where, block.text)
        assert block.text[0].isupper() or block.text[0].isdigit(), (where, block.text)
    if isinstance(block, Table):
        assert block.rows or block.empty != "Nothing to show.", (where, block.caption)
    if isinstance(block, Figure):
        assert block.title
        assert len(block.alt) > 20  # an alternative text made of data is longer than a label
        assert block.table is not None
        assert block.table.rows, where
        assert block.svg.startswith("<svg")


def test_nobody_is_named_but_organisations_are(full: tuple[Project, Snapshot]) -> None:
    for report in some_reports(full[1], "2024"):
        for name, made in sections(report).items():
            content = json.dumps(to_json(Blocks(tuple(b for b in made.blocks if not isinstance(b, Cover)))))
            assert not [person for person in PEOPLE if person in content], (type(report).__name__, name)
    area = area_report.open_report(full[1].folder, "2024", "Walsall")
    assert "Walsall service 1" in json.dumps(to_json(area.not_returned()))


def _by_hand(project: Project, standard: str | None = None, area: str | None = None) -> Counter[Rating]:
    """Essential ratings of those who returned, each organisation once."""
    framework = load_framework("wm-2024")
    return Counter(
        rating_of(organisation.organisation_id, "2024", one.criterion)
        for organisation in project.register()
        if organisation.organisation_id not in {"WAL1", "DUD0"} and (area is None or area in organisation.areas)
        for one in asked(framework, organisation, project.settings.area_codes)
        if one.priority is Priority.ESSENTIAL and (standard is None or one.standard == standard)
    )


def _headline(made: Blocks) -> str:
    figures = next(block for block in made.blocks if isinstance(block, KeyFigures))
    return next(one.detail for one in figures.figures if one.label == "Essential met")


@pytest.mark.parametrize("standard", ["1", "5", "8"])
def test_a_deep_dives_headline_is_what_counting_by_hand_gives(full: tuple[Project, Snapshot], standard: str) -> None:
    counts = _by_hand(full[0], standard)
    applicable = counts.total() - counts[Rating.NOT_APPLICABLE]
    made = deep_dive.open_report(full[1].folder, "2024", standard).in_brief()
    assert _headline(made).startswith(f"{counts[Rating.MET]} of {applicable} answers")


def test_an_areas_headline_counts_those_who_serve_it(full: tuple[Project, Snapshot]) -> None:
    counts = _by_hand(full[0], area="Walsall")
    applicable = counts.total() - counts[Rating.NOT_APPLICABLE]
    made = area_report.open_report(full[1].folder, "2024", "Walsall").in_brief()
    assert _headline(made).startswith(f"{counts[Rating.MET]} of {applicable} answers")


def test_the_boards_headline_counts_every_organisation_once(full: tuple[Project, Snapshot]) -> None:
    counts = _by_hand(full[0])
    applicable = counts.total() - counts[Rating.NOT_APPLICABLE]
    made = board_report.open_report(full[1].folder, "2024").summary()
    assert _headline(made).startswith(f"{counts[Rating.MET]:,} of {applicable:,} answers")


def test_the_distribution_by_criterion_is_what_was_answered(full: tuple[Project, Snapshot]) -> None:
    project, snapshot = full
    made = deep_dive.open_report(snapshot.folder, "2024", "5").by_criterion()
    figure = next(block for block in made.blocks if isinstance(block, Figure))
    assert figure.table is not None
    returned = [one for one in project.register() if one.organisation_id not in {"WAL1", "DUD0"}]
    for row in figure.table.rows:
        counts = Counter(rating_of(one.organisation_id, "2024", str(row[0])) for one in returned)
        shown: dict[str, Any] = dict(zip([column.name for column in figure.table.columns], row, strict=True))
        assert shown["Met"] == counts[Rating.MET]
        assert shown["Unreadable"] == counts[Rating.UNREADABLE]
        assert shown["Left blank"] == counts[Rating.BLANK]
        assert shown["Not applicable"] == counts[Rating.NOT_APPLICABLE]


def test_standard_10_counts_all_answers_because_it_sets_nothing_essential(full: tuple[Project, Snapshot]) -> None:
    made = deep_dive.open_report(full[1].folder, "2024", "10").essential()
    assert any("nothing essential" in sentence for block in made.blocks for sentence in sentences_of(block))


def test_areas_are_shown_in_the_order_of_the_project_file(full: tuple[Project, Snapshot]) -> None:
    made = deep_dive.open_report(full[1].folder, "2024", "5").essential()
    figure = next(block for block in made.blocks if isinstance(block, Figure))
    assert figure.table is not None
    assert [row[0] for row in figure.table.rows] == ALL_AREAS.split(";")


def test_the_last_section_says_what_the_figures_were_made_from(full: tuple[Project, Snapshot]) -> None:
    for report in some_reports(full[1], "2024"):
        table = next(block for block in report.figures_from().blocks if isinstance(block, Table))
        told = {str(row[0]): str(row[1]) for row in table.rows}
        assert told["Snapshot"] == full[1].id
        assert told["Returns counted"] == "41"
        assert re.fullmatch(r"\d+\.\d+\.\d+", told["Toolkit version"])


def test_words_from_a_return_stay_data(full: tuple[Project, Snapshot]) -> None:
    made = deep_dive.open_report(full[1].folder, "2024", "5").actions()
    actions = next(block for block in made.blocks if isinstance(block, Table))
    assert any("<b>now</b>" in str(cell) for row in actions.rows for cell in row)
    assert "&lt;b&gt;now" in made._repr_mimebundle_()["text/html"]
    assert "<b>now" not in made._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("audience", "told"),
    [("partners", "for the audience internal"), ("public", "for the audience internal"), ("everybody", "no audience")],
)
def test_a_snapshot_with_names_is_for_the_office_alone(
    full: tuple[Project, Snapshot], audience: str, told: str
) -> None:
    with pytest.raises(ReportError, match=told):
        board_report.open_report(full[1].folder, "2024", audience)


def test_an_unknown_standard_or_area_is_one_sentence(full: tuple[Project, Snapshot], tmp_path: Path) -> None:
    del tmp_path
    with pytest.raises(ReportError, match=r"has no standard '5\.10'; use one of 1, 2, "):
        deep_dive.open_report(full[1].folder, "2024", "5.10")
    with pytest.raises(ReportError, match=r"no area 'Atlantis' in toolkit\.toml; use one of Birmingham, "):
        area_report.open_report(full[1].folder, "2024", "Atlantis")
