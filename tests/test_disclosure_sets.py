"""Sets for several audiences from one run: names only where they may be, and a document that leaks is not published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from reports_region import Plan, make_project, rewrite_evidence

from toolkit.cli.desk import toolkit
from toolkit.cli.report_sets import make_sets
from toolkit.reports import board_report, copy_for, deep_dive, pseudonyms_of
from toolkit.reports.peer_review import open_report as open_peer_review
from toolkit.store import check, freeze, open_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.document import Blocks
    from toolkit.project import Project
    from toolkit.store import Snapshot


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Snapshot]:
    project = make_project(tmp_path_factory.mktemp("region") / "project", Plan(each_area=5, silent=("WAL1",)))
    return project, open_snapshot(freeze(project))


def words_of(blocks: Blocks) -> str:
    return str(blocks._repr_mimebundle_()["text/html"])


def leaking(project: Project, text: str) -> None:
    """The board report's template shows a text that somebody typed into it."""
    template = project.templates / "board_report.ipynb"
    notebook = json.loads(template.read_text(encoding="utf-8"))
    summary = next(cell for cell in notebook["cells"] if cell["id"] == "summary-heading")
    summary["source"] = f"## Summary\n\nAs {text} asked."
    template.write_text(json.dumps(notebook), encoding="utf-8")


def test_each_audience_has_its_set_and_what_leaks_is_in_none_of_them(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    leaking(project, "Walsall service 0")
    internal, public = make_sets(project, ["board"], audiences=["internal", "public"])

    assert [result.state for result in internal.results] == ["made"]
    assert "Walsall service 0" in (internal.index.parent / "board-report.html").read_text(encoding="utf-8")

    (failed,) = public.results
    assert failed.state == "failed"
    for part in ("board-report.html was not published", "an area, which the audience public may not see, and 1 more"):
        assert part in failed.message
    assert {path.name for path in public.index.parent.iterdir()} == {"index.html", "accessibility-statement.html"}
    index = public.index.read_text(encoding="utf-8")
    assert "Board report: <strong" in index
    assert "was not published" not in index
    assert "Public: organisations and areas have pseudonyms" in index
    assert not any(name in index for name in ("Walsall", "Alex Example", str(project.root)))
    assert not list((project.runs / "2024" / "public" / "staged").iterdir())
    assert not [problem for problem in check(project) if "copies" in problem or "snapshot" in problem]

    (project.templates / "board_report.ipynb").unlink()
    (again,) = make_sets(project, ["board"], audiences=["public"])
    assert [result.state for result in again.results] == ["made"]
    page = (again.index.parent / "board-report.html").read_text(encoding="utf-8")
    notebook = (project.runs / "2024" / "public" / "board-report.ipynb").read_text(encoding="utf-8")
    for name in (*(area for area in project.settings.area_codes), "POL", "Example Police", "Alex Example"):
        assert name not in page
        assert name not in notebook
    assert all(shown in page for shown in pseudonyms_of(project, _frozen(project), "public").areas.values())


def _frozen(project: Project) -> Snapshot:
    return open_snapshot(freeze(project))


def test_sections_for_the_public_say_what_is_not_shown(region: tuple[Project, Snapshot]) -> None:
    folder = copy_for(*region, "public").snapshot.folder
    dive = deep_dive.open_report(folder, "2024", "5", "public")
    assert "this edition does not show what organisations wrote" in words_of(dive.good_practice())
    assert "What the actions are is not shown" in words_of(dive.actions())
    assert ">Action<" not in words_of(dive.actions())
    assert ">Areas<" not in words_of(dive.returns())
    assert "toolkit export" not in words_of(dive.without_evidence()) + words_of(dive.figures_from())
    assert "may recognise it by these numbers" in words_of(dive.limits())
    peers = open_peer_review(folder, "2024", "public")
    assert "Organisations to talk to" not in words_of(peers.learning_pairs())
    assert "in the order of their pseudonyms" in words_of(peers.area_by_standard())
    assert "project file" not in "".join(words_of(getattr(peers, part)()) for part in ("weighting", "four_lists"))


def test_sections_for_partners_name_organisations_and_nobody(region: tuple[Project, Snapshot]) -> None:
    copy = copy_for(*region, "partners").snapshot
    board = board_report.open_report(copy.folder, "2024", "partners")
    assert "Partners: organisations and areas are named, no person is" in words_of(board.cover())
    assert "Walsall service 1" in words_of(board.appendix_not_returned())
    assert "project file" in words_of(board.appendix_areas())
    assert set(copy.responses["lead"]) == {"", "named"}
    assert set(copy.organisations["lead_email"]) == {"", "named"}


def test_the_desk_names_audiences_shows_pseudonyms_and_exports_for_them(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    snapshot = _frozen(project)
    desk = ("--project", str(project.root))

    def said(*words: str) -> str:
        return CliRunner().invoke(toolkit, [*desk, *words], catch_exceptions=False).output

    assert [line.split()[0] for line in said("audiences").splitlines()[1:4]] == ["internal", "partners", "public"]
    shown = said("audiences", "--show", "public")
    names = pseudonyms_of(project, snapshot, "public")
    assert len(shown.splitlines()) == 1 + 7 + len(snapshot.organisations)
    assert f"{names.areas['Walsall']}  " in shown
    assert "own names" in said("audiences", "--show", "partners")

    for name in ("x.csv", "x.parquet", "x.xlsx"):
        assert "Public: organisations and areas have pseudonyms" in said(
            "export", "--audience", "public", "--out", str(tmp_path / name)
        )
    text = (tmp_path / "x.csv").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 1 + len(snapshot.responses)
    assert not any(name in text for name in (*project.settings.area_codes, "POL", "Robin", "trained on it", ".xlsx"))


def test_partners_read_what_was_written_without_anybodys_name_or_number(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    texts = sorted(set(_frozen(project).responses["evidence"]) - {""})
    assert texts
    written = "Alex Example and Amina Begum agreed it with the Domestic Abuse Lead; ring 07700 900123."
    row = rewrite_evidence(project, written)
    copy = copy_for(project, _frozen(project), "partners").snapshot
    seen = copy.responses.set_index(["cycle", "organisation_id", "criterion"])["evidence"]
    shown = seen[row["cycle"], row["organisation_id"], row["criterion"]]
    assert shown == (
        "[name removed] and [name removed] agreed it with the Domestic Abuse Lead; ring [telephone number removed]."
    )
    assert set(texts) & set(copy.responses["evidence"])
