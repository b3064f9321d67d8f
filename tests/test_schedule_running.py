"""The scheduled run: inbox first, then reports, once, under a lock, with a line in the log whatever happens."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_workbooks import current, drop, filled

from toolkit.errors import BusyError, FileAccessError, ReportError
from toolkit.reports import Run, RunResult
from toolkit.schedule import last_finished, log_file, run

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project


def result(project: Project, name: str, message: str = "") -> RunResult:
    page = project.published("2024", "internal") / f"{name}.html"
    this = Run(name, name, name, page, (), page.with_suffix(".ipynb"), page, project.runs)
    return RunResult(this, "failed" if message else "made", 0.1, message)


def make_all(project: Project, names: tuple[str, ...]) -> list[RunResult]:
    return [result(project, name) for name in names]


def logged(project: Project) -> list[dict[str, object]]:
    return [json.loads(line) for line in log_file(project).read_text(encoding="utf-8").splitlines()]


def test_the_inbox_is_received_before_the_listed_reports_are_made(project: Project) -> None:
    drop(project, "police.xlsx", filled(project, "WM-POL"))
    asked: list[tuple[str, ...]] = []

    def make(this: Project, names: tuple[str, ...]) -> list[RunResult]:
        assert current(this, "WM-POL").organisation_id == "WM-POL"
        asked.append(names)
        return make_all(this, names)

    before = dt.datetime.now().astimezone().replace(tzinfo=None, microsecond=0)
    finished = run(project, make)
    assert asked == [("board",)]
    assert (finished.outcome, finished.received, finished.reports_made) == ("done", {"accepted": 1}, 1)
    assert logged(project) == [asdict(finished)]
    last = last_finished(project)
    assert last is not None
    assert before <= last <= dt.datetime.now().astimezone().replace(tzinfo=None)
    assert run(project, make_all).received == {}


def test_a_file_that_needs_somebody_does_not_stop_the_reports(project: Project) -> None:
    drop(project, "return.xlsx", b"%PDF-1.7 not a workbook")
    finished = run(project, make_all)
    assert (finished.outcome, finished.received, finished.reports_made) == ("needs a person", {"quarantined": 1}, 1)


def test_a_failed_report_is_told_and_does_not_undo_the_others(project: Project) -> None:
    finished = run(project, lambda this, _: [result(this, "board"), result(this, "area", "The area report failed.")])
    assert (finished.outcome, finished.reports_made, finished.reports_failed) == ("needs a person", 1, 1)
    assert finished.message == "The area report failed."
    assert last_finished(project) is not None


def test_a_run_that_made_nothing_is_still_owed(project: Project) -> None:
    finished = run(project, lambda this, _: [result(this, "board", "The board report failed.")])
    assert finished.outcome == "failed"
    assert last_finished(project) is None


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ReportError("There is no template; copy it."), "There is no template; copy it."),
        (RuntimeError("out of luck"), "RuntimeError: out of luck"),
        (KeyboardInterrupt(), "KeyboardInterrupt: "),
    ],
)
def test_whatever_goes_wrong_is_logged_and_raised(project: Project, error: BaseException, message: str) -> None:
    drop(project, "police.xlsx", filled(project, "WM-POL"))

    def make(this: Project, names: tuple[str, ...]) -> list[RunResult]:
        del this, names
        raise error

    with pytest.raises(type(error)):
        run(project, make)
    (line,) = logged(project)
    assert (line["outcome"], line["message"], line["received"]) == ("failed", message, {"accepted": 1})
    assert last_finished(project) is None
    assert run(project, make_all).outcome == "done"


def test_two_runs_never_work_at_once(project: Project) -> None:
    refused: list[str] = []

    def make(this: Project, names: tuple[str, ...]) -> list[RunResult]:
        with pytest.raises(BusyError) as busy:
            run(this, make_all)
        refused.append(str(busy.value))
        return make_all(this, names)

    assert run(project, make).outcome == "done"
    assert refused == [
        f"Another scheduled run of {project.root} is under way; let it finish, its line will be in {log_file(project)}."
    ]
    assert len(logged(project)) == 1


def test_a_line_cut_short_by_a_crash_spoils_neither_the_one_before_nor_the_next(project: Project) -> None:
    run(project, make_all)
    first = last_finished(project)
    with log_file(project).open("a", encoding="utf-8") as log:
        log.write('{"started": "2031-01-01T06:00:00+00:00", "outcome": "do')
    assert last_finished(project) == first
    run(project, make_all)
    lines = log_file(project).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert json.loads(lines[0])["outcome"] == json.loads(lines[2])["outcome"] == "done"
    assert last_finished(project) is not None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(), st.lists(st.sampled_from(["3", "null", '{"outcome": 1, "started": 2}', "[]"])).map(str)))
def test_no_log_is_too_broken_to_be_read_and_added_to(tmp_path: Path, project: Project, content: bytes | str) -> None:
    del tmp_path
    log_file(project).parent.mkdir(exist_ok=True)
    log_file(project).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert last_finished(project) is None
    run(project, make_all)
    assert last_finished(project) is not None


def test_a_log_that_cannot_be_written_is_one_sentence(project: Project) -> None:
    log_file(project).mkdir(parents=True)
    with pytest.raises(FileAccessError, match=r"schedule\.log cannot be written \(.+\); close it where it is open"):
        run(project, make_all)
    with pytest.raises(FileAccessError, match=r"schedule\.log cannot be read"):
        last_finished(project)
