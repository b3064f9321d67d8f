"""A plan run with papermill: pages with the right figures, the same bytes twice, and failures that stay alone."""

from __future__ import annotations

import functools
import json
import os
from typing import TYPE_CHECKING

from reports_region import Plan, make_project, rating_of

from toolkit.catalogue import asked, load_framework
from toolkit.publishing import DocumentMeta, file_of, publish
from toolkit.records import Priority, Rating
from toolkit.reports import plan, run_all, worker_pool
from toolkit.store import freeze, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from toolkit.project import Project
    from toolkit.reports import Run, RunResult

PUBLISH = functools.partial(publish, meta=DocumentMeta(office="Office", snapshot="snapshot", toolkit_version="version"))


def end_its_worker(notebook: Path, page: Path) -> None:
    """Publishes, and for the board report ends the whole process instead."""
    if notebook.stem == "board-report":
        os._exit(3)
    PUBLISH(notebook, page)


def _runs(project: Project, *names: str, standard: str | None = None) -> tuple[Run, ...]:
    return plan(project, open_snapshot(freeze(project)), "2024", names, standard=standard)


def _results(runs: tuple[Run, ...], workers: int, publish: Callable[[Path, Path], object]) -> dict[str, RunResult]:
    with worker_pool(workers) as executor:
        return {result.run.name: result for result in run_all([(run, publish) for run in runs], executor)}


def test_a_deep_dive_becomes_a_page_with_figures_recomputed_by_hand_and_the_same_bytes_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for variable in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(home))
    project = make_project(tmp_path / "a project {with} signs", Plan(each_area=4, silent=("WAL1",)))
    runs = _runs(project, "deep-dive", standard="5")

    (result,) = _results(runs, 1, PUBLISH).values()
    assert (result.state, result.message) == ("made", "")
    page = file_of(result.run.published, "html")
    first = page.read_bytes()

    met, applicable = _essential_by_hand(project, "5")
    assert f"({met} of {applicable}) of essential answers are met" in first.decode("utf-8")
    assert "28 of 29 organisations asked about this standard have returned" in first.decode("utf-8")
    assert "Walsall service 1" in first.decode("utf-8")

    (again,) = _results(runs, 1, PUBLISH).values()
    assert again.state == "made"
    assert page.read_bytes() == first
    assert not list(home.iterdir())
    assert capfd.readouterr() == ("", "")


def _essential_by_hand(project: Project, standard: str) -> tuple[int, int]:
    framework = load_framework("wm-2024")
    ratings = [
        rating_of(organisation.organisation_id, "2024", one.criterion)
        for organisation in project.register()
        if organisation.organisation_id != "WAL1"
        for one in asked(framework, organisation, project.settings.area_codes)
        if one.standard == standard and one.priority is Priority.ESSENTIAL
    ]
    return ratings.count(Rating.MET), sum(rating is not Rating.NOT_APPLICABLE for rating in ratings)


def test_a_template_that_raises_fails_alone_and_says_where(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    template = project.templates / "board_report.ipynb"
    notebook = json.loads(template.read_text(encoding="utf-8"))
    compliance = next(cell for cell in notebook["cells"] if cell["id"] == "compliance")
    compliance["source"] = "raise ValueError('no such figure')"
    template.write_text(json.dumps(notebook), encoding="utf-8")

    results = _results(_runs(project, "board", "peer-review"), 2, PUBLISH)
    assert results["peer-review"].state == "made"
    failed = results["board-report"]
    assert failed.state == "failed"
    assert not file_of(failed.run.published, "html").exists()
    assert "no such figure" in failed.run.notebook.read_text(encoding="utf-8")
    for part in ("Board report", "'Compliance by standard'", "ValueError: no such figure", str(failed.run.notebook)):
        assert part in failed.message


def test_a_wrong_parameter_fails_with_the_toolkits_own_sentence(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    (run,) = _runs(project, "peer-review")
    (open_snapshot(freeze(project)).folder / "responses.parquet").write_bytes(b"damaged")
    (result,) = _results((run,), 1, PUBLISH).values()
    assert result.state == "failed"
    assert "is not as it was frozen" in result.message
    assert "StoreError" not in result.message


def test_a_worker_that_ends_costs_only_its_own_run(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", Plan(each_area=1))
    runs = (*_runs(project, "board", "peer-review"), *_runs(project, "deep-dive", standard="12"))
    results = _results(runs, 2, end_its_worker)
    assert {name: result.state for name, result in results.items()} == {
        "board-report": "failed",
        "peer-review": "made",
        "deep-dive-standard-12": "made",
    }
    assert "worker process ended" in results["board-report"].message
    assert file_of(results["peer-review"].run.published, "html").is_file()
