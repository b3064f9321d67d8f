"""Nothing is run twice, and nothing stale is kept: what is reused is what would be made."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image
from reports_region import Plan, make_project, make_snapshot, return_of

import toolkit as toolkit_package
from toolkit.cli.desk import toolkit
from toolkit.cli.publishing_set import PublishingSet
from toolkit.cli.report_sets import How, make_sets
from toolkit.document import as_html
from toolkit.project import open_project
from toolkit.records import Decision, Rating
from toolkit.reports import (
    Ingredients,
    Made,
    area_report,
    board_report,
    choose,
    deep_dive,
    peer_review,
    plan,
    record_of,
    worker_pool,
    write_made,
)
from toolkit.reports.reads import READS, Parts
from toolkit.store import append_decision, freeze, open_snapshot, open_store

if TYPE_CHECKING:
    from toolkit.document import Blocks
    from toolkit.project import Project
    from toolkit.reports import Run, RunResult
    from toolkit.store import Snapshot

FEW = Plan(each_area=1, areas=("Walsall", "Dudley"))


def made(
    project: Project,
    *names: str,
    force: bool = False,
    formats: tuple[str, ...] = ("html",),
    standard: str | None = None,
) -> dict[str, str]:
    """Why each report of the set was made, "" where it was reused."""
    how, wanted = How(workers=2, force=force), names or ("board", "area", "deep-dive")
    (found,) = make_sets(project, wanted, how=how, formats=formats, standard=standard)
    assert {result.state for result in found.results} <= {"made", "reused"}, [r.message for r in found.results]
    assert all(bool(result.why) == (result.state == "made") for result in found.results)
    return {result.run.name: result.why for result in found.results}


def remade(project: Project, *names: str, formats: tuple[str, ...] = ("html",)) -> set[str]:
    return {name for name, why in made(project, *names, formats=formats).items() if why}


def files(project: Project) -> dict[str, bytes]:
    folder = project.published("2024", "internal")
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".html"}


def figures(page: bytes) -> str:
    """A page without the snapshot and the day that it names."""
    return re.sub(r"\b[0-9a-f]{16}\b|\b\d{1,2} July 20\d\d\b", "…", page.decode("utf-8"))


def resubmit(project: Project, organisation_id: str, standard: str, at: datetime, **changes: object) -> None:
    """The organisation sends its return again, with its first answer to a standard changed."""
    who = next(each for each in project.register() if each.organisation_id == organisation_id)
    receipt, sent = return_of(project, "2024", who)
    first = next(each for each in sent.responses if each.standard == standard)
    responses = tuple(replace(each, **changes) if each is first else each for each in sent.responses)  # type: ignore[arg-type]  # by name
    with open_store(project) as store:
        current = next(
            stored
            for stored in store.returns()
            if (stored.receipt.organisation_id, stored.receipt.cycle) == (organisation_id, "2024")
        )
        again = replace(
            receipt,
            sha256=hashlib.sha256(f"{at}{changes}".encode()).hexdigest(),
            file="again.xlsx",
            received_at=at,
            supersedes=current.sha256,
        )
        store.record(again, replace(sent, responses=responses))


def test_a_set_is_reused_until_something_that_it_reads_changes(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", FEW)
    whole = {"board-report", *(f"deep-dive-standard-{n:02}" for n in range(1, 13))}
    first = made(project)
    assert set(first.values()) == {"it has not been made before"}
    assert whole < set(first)
    pages = files(project)
    assert remade(project) == set()
    assert files(project) == pages

    day = datetime(2024, 7, 1, 9, 30, tzinfo=UTC)
    resubmit(project, "WAL0", "5", day, evidence="Now in other words, and at greater length than before.")
    assert remade(project) == {"board-report", "area-walsall", "deep-dive-standard-05"}
    resubmit(project, "WAL0", "5", day.replace(hour=10), rating=Rating.NOT_MET, rating_as_written="not met")
    changed = made(project)
    areas = {name for name in first if name.startswith("area-")}
    assert {name for name, why in changed.items() if why} == {"board-report", "deep-dive-standard-05", *areas}
    assert changed["deep-dive-standard-05"] == "responses have changed"

    kept = files(project)
    assert set(made(project, force=True).values()) == {"--force was given"}
    for name, page in files(project).items():
        assert figures(page) == figures(kept[name]), name
    assert remade(project) == set()


def test_time_that_passes_makes_what_is_overdue_anew_and_nothing_else(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", FEW)
    made(project, standard="7")
    resubmit(project, "DUD0", "7", datetime(2024, 7, 2, 9, 0, tzinfo=UTC))
    assert set(made(project, standard="7").values()) == {""}
    resubmit(project, "DUD0", "7", datetime(2025, 6, 20, 9, 0, tzinfo=UTC))
    later = made(project, standard="7")
    assert later["board-report"] == "target dates have come nearer or passed"
    kept = files(project)
    made(project, standard="7", force=True)
    for name, page in files(project).items():
        assert re.sub(r"20 June 2025", "…", figures(page)) == re.sub(r"20 June 2025", "…", figures(kept[name])), name


def test_what_was_touched_or_is_wanted_in_another_form_is_made_anew(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", FEW)
    made(project, "board")
    folder = project.published("2024", "internal")
    page = folder / "board-report.html"
    right = page.read_bytes()
    page.write_bytes(right + b"<p>By hand</p>")
    assert made(project, "board") == {"board-report": "its HTML is gone or was changed"}
    assert page.read_bytes() == right
    page.unlink()
    assert made(project, "board") == {"board-report": "its HTML is gone or was changed"}
    assert made(project, "board", formats=("xlsx",)) == {"board-report": "it has not been made as XLSX"}
    assert (page.read_bytes(), (folder / "board-report.xlsx").is_file()) == (right, True)
    assert remade(project, "board", formats=("html",)) == set()

    settings = (project.root / "toolkit.toml").read_text(encoding="utf-8")
    contact = re.sub(r'contact = "[^"]*"', 'contact = "audit@example.org"', settings)
    (project.root / "toolkit.toml").write_text(contact, encoding="utf-8")
    (why,) = made(open_project(project.root), "board").values()
    assert why == "theme, marking or contact has changed"

    template = project.templates / "board_report.ipynb"
    notebook = json.loads(template.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    template.write_text(json.dumps(notebook), encoding="utf-8")
    assert remade(open_project(project.root), "board") == set()
    notebook["cells"][-1]["source"] += "\n# by us"
    template.write_text(json.dumps(notebook), encoding="utf-8")
    assert made(open_project(project.root), "board") == {"board-report": "its template has changed"}


def test_a_theme_whose_logo_has_changed_makes_reports_anew(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", FEW)
    shipped = Path(toolkit_package.__file__).parent / "data" / "themes" / "default.yaml"
    themes = project.root / "themes"
    themes.mkdir(exist_ok=True)
    words = shipped.read_text(encoding="utf-8") + "\nlogo:\n  file: ours.png\n  text: Our own office\n"
    (themes / "default.yaml").write_text(words, encoding="utf-8")
    for colour in ("#12436D", "#801650"):
        logo = io.BytesIO()
        Image.new("RGB", (40, 20), colour).save(logo, "PNG")
        (themes / "ours.png").write_bytes(logo.getvalue())
        assert len(remade(project, "peer-review")) == 1
        assert remade(project, "peer-review") == set()


def test_a_template_that_is_edited_while_it_runs_is_run_again(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", FEW)
    snapshot = open_snapshot(freeze(project))
    (run,) = plan(project, snapshot, "2024", ["peer-review"])
    ingredients = Ingredients(snapshot, "look")
    choose([run], ingredients, forms={run.name: ()}, places=())
    template = json.loads(run.template.read_text(encoding="utf-8"))
    template["cells"][-1]["source"] += "\n# meanwhile"
    run.template.write_text(json.dumps(template), encoding="utf-8")
    run.notebook.parent.mkdir(parents=True)
    run.notebook.write_text("{}", encoding="utf-8")
    write_made(record_of(run), Made(snapshot.id, snapshot.id, ingredients.of(run), {}))
    (choice,) = choose([run], Ingredients(snapshot, "look"), forms={run.name: ()}, places=())
    assert choice.why == "its template has changed"


def test_what_a_worker_finds_in_a_snapshot_is_what_is_found_here(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", FEW)
    snapshot = open_snapshot(freeze(project))
    runs = plan(project, snapshot, "2024")
    here = [Ingredients(snapshot, "look").of(run) for run in runs]
    with worker_pool(1) as pool:
        asked = Ingredients(snapshot, "look")
        asked.look_at(runs, pool)
        assert [asked.of(run) for run in runs] == here
        lost = Ingredients(snapshot, "look")
        with pytest.raises(BrokenExecutor):
            pool.submit(os._exit, 1).result()
        lost.look_at(runs, pool)
        assert [lost.of(run) for run in runs] == here


def test_an_own_template_reads_whatever_it_likes(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", FEW)
    template = project.templates / "deep_dive.ipynb"
    notebook = json.loads(template.read_text(encoding="utf-8"))
    notebook["cells"][-1]["source"] += "\n# by us"
    template.write_text(json.dumps(notebook), encoding="utf-8")
    made(project, "deep-dive", standard="5")
    resubmit(project, "WAL0", "6", datetime(2024, 7, 1, 9, 30, tzinfo=UTC), evidence="Other words than before.")
    assert made(project, "deep-dive", standard="5") == {"deep-dive-standard-05": "the snapshot has changed"}


def test_what_an_interrupted_run_made_is_put_out_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path / "project", FEW)
    taken: list[str] = []
    entered = PublishingSet.taken

    def then_stop(self: PublishingSet, result: RunResult) -> RunResult:
        found = entered(self, result)
        taken.append(found.run.name)
        if len(taken) == 2:
            raise KeyboardInterrupt
        return found

    with monkeypatch.context() as patch:
        patch.setattr(PublishingSet, "taken", then_stop)
        with pytest.raises(KeyboardInterrupt):
            made(project, "board", "area")
    folder = project.published("2024", "internal")
    assert not folder.exists() or not list(folder.iterdir())
    found = made(project, "board", "area")
    assert {name for name, why in found.items() if not why} == set(taken)
    assert {f"{name}.html" for name in found} <= set(files(project))
    assert not list((project.runs / "2024" / "internal" / "staged").iterdir())


def test_what_waits_is_searched_for_names_that_somebody_matched_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path / "project", FEW)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(PublishingSet, "put_out", stop)
        with pytest.raises(KeyboardInterrupt):
            make_sets(project, ("peer-review",), audiences=("public",), formats=("html",))
    waiting = project.runs / "2024" / "public" / "staged" / "peer-review.html"
    name = "Learning pairs"
    assert name in waiting.read_text(encoding="utf-8")
    decided = datetime(2024, 8, 1, tzinfo=UTC)
    append_decision(project, Decision("0" * 64, "a.xlsx", "A", "their old name", decided, name, "WAL0"))

    (found,) = make_sets(project, ("peer-review",), audiences=("public",), formats=("html",))
    ((state, message),) = [(result.state, result.message) for result in found.results]
    assert state == "failed"
    assert "peer-review.html" in message
    assert not waiting.exists()
    assert not (project.published("2024", "public") / "peer-review.html").exists()


def test_the_desk_explains_forces_and_tells_apart(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", FEW)

    def said(*words: str) -> str:
        told = CliRunner().invoke(toolkit, ["--project", str(project.root), "report", *words], catch_exceptions=False)
        assert told.exit_code == 0
        return told.output

    assert "peer-review  made: it has not been made before" in said("peer-review", "--explain")
    assert not project.published("2024", "internal").exists()
    assert "1 report made\n" in said("peer-review")
    assert "0 reports made, 1 reused, because nothing that they read has changed" in said("peer-review")
    assert "peer-review  reused" in said("peer-review", "--explain")
    assert "peer-review  made: --force was given" in said("peer-review", "--explain", "--force")
    assert "1 report made\n" in said("peer-review", "--force", "--engine", "kernel")


Spoil = Callable[[pd.DataFrame], pd.Series]
SECTIONS: dict[str, Callable[..., Any]] = {
    "deep-dive": deep_dive.open_report,
    "area": area_report.open_report,
    "peer-review": peer_review.open_report,
    "board": board_report.open_report,
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make_snapshot(tmp_path_factory.mktemp("region") / "project", Plan(each_area=2, silent=("WAL1",)))


def runs_of(snapshot: Snapshot, cycle: str) -> tuple[Run, ...]:
    return plan(open_project(snapshot.folder.parents[3]), snapshot, cycle)


def shown(run: Run, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a report's sections show of a snapshot."""
    monkeypatch.setattr("toolkit.reports.source.lend_masked", lambda _: snapshot)
    parameters = dict(run.parameters)
    opened = SECTIONS[run.report](**parameters)
    notebook = json.loads(run.template.read_text(encoding="utf-8"))
    calls = re.findall(r"^report\.(\w+)\(\)$", "\n".join("".join(c["source"]) for c in notebook["cells"]), re.MULTILINE)
    assert len(calls) > 8
    return "\n".join(_html(getattr(opened, call)()) for call in calls)


def _html(blocks: Blocks) -> str:
    return as_html(blocks)


def without_what_is_not_read(snapshot: Snapshot, run: Run, spoil: Spoil) -> Snapshot:
    """The snapshot with every value that a run does not read changed to another."""
    parts, parameters = Parts(snapshot), dict(run.parameters)
    frames = {}
    for table in ("responses", "asked", "organisations", "returns", "queries", "corrections", "other_ratings"):
        frame = getattr(snapshot, table)
        read = {column: np.zeros(len(frame), dtype=bool) for column in frame.columns}
        for each in READS[run.report]:
            if each.table == table:
                for column in each.columns or frame.columns:
                    read[column] |= parts.rows(each, parameters)
        frames[table] = frame.assign(**{name: _spoilt(frame, name, kept, spoil) for name, kept in read.items()})
    return replace(snapshot, **frames)


def _spoilt(frame: pd.DataFrame, name: str, kept: np.ndarray[Any, np.dtype[np.bool_]], spoil: Spoil) -> pd.Series:
    column = frame[name]
    if kept.all() or name in {"cycle", "organisation_id", "criterion", "standard"}:
        return column  # which rows there are follows from the register, the frameworks and who returned
    if pd.api.types.is_numeric_dtype(column):
        return column.where(kept, 0)
    texts = column.astype("str")
    other = spoil(frame) if name == "rating" else "desired" if name == "priority" else "spoilt; 2020-01-01"
    spoilt = texts.where(kept, other)
    return spoilt.astype("category") if isinstance(column.dtype, pd.CategoricalDtype) else spoilt


def turned(frame: pd.DataFrame) -> pd.Series:
    """Every answer the other way round; what is no answer stays none."""
    ratings = frame["rating"].astype("str")
    return ratings.map(lambda rating: {"met": "not_met", "not_met": "met", "partly_met": "met"}.get(rating, rating))


def blank_for_one(frame: pd.DataFrame) -> pd.Series:
    """One organisation answers nothing."""
    return frame["rating"].astype("str").mask((frame["organisation_id"] == "POL").to_numpy(dtype=bool), "blank")


@pytest.mark.parametrize("spoil", [turned, blank_for_one])
@pytest.mark.parametrize("cycle", ["2021", "2024"])
def test_reports_read_nothing_but_what_is_declared(
    snapshot: Snapshot, cycle: str, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [run for run in runs_of(snapshot, cycle) if run.report != "area" or run.name == "area-walsall"]
    same = 0
    for run in runs:
        less = without_what_is_not_read(snapshot, run, spoil)
        if Parts(less).of(run, own_template=False) == Parts(snapshot).of(run, own_template=False):
            assert shown(run, less, monkeypatch) == shown(run, snapshot, monkeypatch), run.name
            same += 1
    assert same == len(runs) or spoil is blank_for_one


def test_every_read_value_is_in_the_digest(snapshot: Snapshot) -> None:
    for run in {run.report: run for run in runs_of(snapshot, "2024")}.values():
        before = Parts(snapshot).of(run, own_template=False)
        for each in READS[run.report]:
            frame, mask = getattr(snapshot, each.table), Parts(snapshot).rows(each, dict(run.parameters))
            if not mask.any():
                continue
            row = int(np.flatnonzero(mask)[-1])
            for column in set(each.columns or frame.columns) - {"cycle", "organisation_id", "standard", "criterion"}:
                if pd.api.types.is_numeric_dtype(frame[column]):
                    values = frame[column].astype(float)
                    values.iloc[row] = -1.0
                else:
                    values = frame[column].astype("str")
                    values.iloc[row] = "other"
                changed = replace(snapshot, **{each.table: frame.assign(**{column: values})})
                assert Parts(changed).of(run, own_template=False) != before, (run.name, each.table, column)
