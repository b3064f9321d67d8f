"""The plan lists every report once, and a wrong name is one sentence that says what to use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reports_region import Plan, make_project, make_snapshot

from toolkit.errors import ProjectError, ReportError, ToolkitError
from toolkit.project import open_project
from toolkit.reports import REPORT_NAMES, plan
from toolkit.store import freeze, open_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.store import Snapshot


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Snapshot]:
    project = make_project(tmp_path_factory.mktemp("planning") / "project", Plan(each_area=1))
    return project, open_snapshot(freeze(project))


def test_the_whole_set_is_a_deep_dive_a_standard_a_report_an_area_and_two_for_all(
    region: tuple[Project, Snapshot],
) -> None:
    runs = plan(*region, "2024")
    counts = {name: sum(run.report == name for run in runs) for name in REPORT_NAMES}
    assert counts == {"deep-dive": 12, "area": 7, "peer-review": 1, "board": 1}
    assert len({run.published for run in runs}) == len({run.notebook for run in runs}) == len(runs)
    assert all(run.published.parent == region[0].published("2024", "internal") for run in runs)


def test_the_2015_edition_has_eleven_deep_dives(region: tuple[Project, Snapshot]) -> None:
    assert [dict(run.parameters)["standard"] for run in plan(*region, "2021", ["deep-dive"])] == [
        str(number) for number in range(1, 12)
    ]


def test_a_run_names_snapshot_cycle_subject_and_audience(region: tuple[Project, Snapshot]) -> None:
    project, snapshot = region
    (run,) = plan(project, snapshot, "2024", ["deep-dive"], standard="5")
    assert dict(run.parameters) == {
        "snapshot": snapshot.folder.resolve().as_posix(),
        "cycle": "2024",
        "standard": "5",
        "audience": "internal",
    }
    assert run.name == "deep-dive-standard-05"
    assert run.notebook == project.runs / "2024" / "internal" / "deep-dive-standard-05.ipynb"


@pytest.mark.parametrize("wanted", ["walsall", " Walsall ", "E08000030"])
def test_an_area_is_found_by_name_in_any_case_or_by_code(region: tuple[Project, Snapshot], wanted: str) -> None:
    (run,) = plan(*region, "2024", ["area"], area=wanted)
    assert (run.name, dict(run.parameters)["area"]) == ("area-walsall", "Walsall")


@pytest.mark.parametrize(
    ("cycle", "names", "choice", "told"),
    [
        ("2024", ["league-table"], {}, "deep-dive, area, peer-review, board"),
        ("2024", ["deep-dive"], {"standard": "13"}, "11, 12"),
        ("2024", ["deep-dive"], {"standard": "5.1"}, "'5.1'"),
        ("2024", ["area"], {"area": "Atlantis"}, "Walsall, Wolverhampton"),
        ("1999", ["board"], {}, "2021, 2024"),
        ("2024", ["board"], {"audience": "everybody"}, "internal, partners, public"),
        ("2024", ["board"], {"audience": "public"}, "for the audience internal, not for public"),
    ],
)
def test_a_wrong_name_is_one_sentence_with_what_to_use(
    region: tuple[Project, Snapshot], cycle: str, names: list[str], choice: dict[str, str], told: str
) -> None:
    with pytest.raises(ToolkitError) as caught:
        plan(*region, cycle, names, **choice)  # type: ignore[arg-type]  # the choices are keyword arguments by name
    sentence = str(caught.value)
    assert isinstance(caught.value, ReportError | ProjectError)
    assert told in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_areas_whose_names_differ_only_in_signs_get_files_of_their_own(tmp_path: Path) -> None:
    settings = """
[project]
name = "Audit"
office = "Office"
contact = "audit@example.org"

[[areas]]
code = "E08000001"
name = "North & South"

[[areas]]
code = "E08000002"
name = "North/South"

[[cycles]]
id = "2024"
framework = "wm-2024"
issued = 2024-04-08
deadline = 2024-06-28
"""
    twins = Plan(areas=("North & South", "North/South"), each_area=0, returning=("2024",), settings=settings)
    snapshot = make_snapshot(tmp_path / "project", twins)
    runs = plan(open_project(tmp_path / "project"), snapshot, "2024", ["area"])
    assert [run.name for run in runs] == ["area-E08000001", "area-E08000002"]
