"""`toolkit schedule`: what it says, what it runs, and what it hands to the system's scheduler, after asking."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from intake_workbooks import drop, filled

from toolkit.cli.desk import toolkit
from toolkit.errors import ScheduleError
from toolkit.schedule import log_file

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from toolkit.project import Project

OTHERS = b"MAILTO=somebody@example.org\n# caf\xe9 at \x0bnoon\n5 4 * * * other\n"
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the system's program is a shell script")


def schedule(project: Project, *arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(toolkit, ["--project", str(project.root), "schedule", *arguments], input=answer)


def program(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program of our own before the system's."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def tab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crontab in a file, behind a program that behaves like cron's."""
    held = tmp_path / "tab"
    script = (
        f"if [ \"$1\" = -l ]; then cat '{held}' 2>/dev/null || {{ echo 'no crontab for you' >&2; exit 1; }}; "
        f"else cat > '{held}'; fi"
    )
    program(tmp_path / "bin", "crontab", script, monkeypatch)
    return held


def finish_now(project: Project) -> None:
    """A log that says that a run has just been done."""
    line = {"started": dt.datetime.now().astimezone().isoformat(), "outcome": "done"}
    log_file(project).parent.mkdir(exist_ok=True)
    log_file(project).write_text(json.dumps(line) + "\n", encoding="utf-8")


def test_show_says_what_when_and_what_was(project: Project) -> None:
    shown = schedule(project, "show").output
    assert "Runs every month on day 1 at 06:00: receives the inbox, then makes board." in shown
    assert "Last run: never" in shown
    assert "Next due: now" in shown
    finish_now(project)
    held = json.loads(schedule(project, "show", "--json").output)
    assert held["due_now"] is False
    assert held["reports"] == ["board"]
    assert dt.datetime.fromisoformat(held["last_run"]) < dt.datetime.fromisoformat(held["next_due"])
    assert "Last run: never" not in schedule(project, "show").output


def test_run_does_nothing_when_nothing_is_due(project: Project) -> None:
    finish_now(project)
    before = log_file(project).read_bytes()
    done = schedule(project, "run")
    assert done.exit_code == 0
    assert done.output.startswith("Nothing is due until ")
    assert json.loads(schedule(project, "run", "--json").output)["outcome"] == "nothing due"
    assert log_file(project).read_bytes() == before


def test_run_receives_and_makes_the_board_report(project: Project) -> None:
    drop(project, "police.xlsx", filled(project, "WM-POL"))
    drop(project, "letter.xlsx", b"%PDF-1.7 not a workbook")
    command = [sys.executable, "-m", "toolkit", "--project", str(project.root), "schedule", "run", "--workers", "1"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, encoding="utf-8", check=False)
    finished = json.loads(done.stdout)
    assert finished["outcome"] == "needs a person", done.stderr
    assert finished["received"] == {"accepted": 1, "quarantined": 1}
    assert (finished["reports_made"], finished["reports_failed"]) == (1, 0)
    assert done.returncode == 1
    assert [json.loads(line) for line in log_file(project).read_text(encoding="utf-8").splitlines()] == [finished]
    assert (project.published("2024", "internal") / "board-report.html").is_file()
    again = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert again.stdout.startswith("Nothing is due until ")
    assert again.returncode == 0


@posix
def test_nothing_is_installed_without_agreement(project: Project, tab: Path) -> None:
    tab.write_bytes(OTHERS)
    asked = schedule(project, "install", "--with", "cron", answer="n\n")
    assert "Runs every month on day 1 at 06:00 with cron, while the machine is on." in asked.output
    assert "5 4 * * * other" in asked.output
    assert asked.output.endswith("Nothing was changed.\n")
    assert tab.read_bytes() == OTHERS
    assert schedule(project, "install", "--with", "cron", answer="").exit_code != 0
    assert tab.read_bytes() == OTHERS


@posix
@pytest.mark.parametrize("others", [OTHERS, b"", None])
def test_cron_gets_one_entry_and_loses_only_that(project: Project, tab: Path, others: bytes | None) -> None:
    if others is not None:
        tab.write_bytes(others)
    assert schedule(project, "install", "--with", "cron", answer="y\n").output.endswith("Done.\n")
    installed = tab.read_bytes()
    assert installed.startswith(others or b"0 6 1 * * ")
    assert installed.count(b"schedule run") == 1
    assert schedule(project, "install", "--with", "cron", "--yes").exit_code == 0
    assert tab.read_bytes() == installed
    assert schedule(project, "remove", "--with", "cron", "--yes").exit_code == 0
    assert tab.read_bytes() == (others or b"")


@posix
def test_a_crontab_that_cannot_be_seen_is_never_overwritten(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "written"
    script = f"if [ \"$1\" = -l ]; then echo 'disk trouble' >&2; exit 1; else cat > '{written}'; fi"
    program(tmp_path / "bin", "crontab", script, monkeypatch)
    refused = schedule(project, "install", "--with", "cron", "--yes").exception
    assert isinstance(refused, ScheduleError)
    assert "crontab refused (disk trouble)" in str(refused)
    assert not written.exists()


def test_a_scheduler_that_is_not_there_is_one_sentence(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = schedule(project, "install", "--with", "cron", "--yes").exception
    assert isinstance(refused, ScheduleError)
    assert str(refused).startswith("There is no crontab on this machine; choose another scheduler")


@posix
def test_systemd_units_are_written_enabled_disabled_and_removed(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    program(tmp_path / "bin", "systemctl", f"echo \"$@\" >> '{tmp_path / 'calls'}'", monkeypatch)
    units = tmp_path / "config" / "systemd" / "user"
    assert schedule(project, "install", "--with", "systemd", "--yes").exit_code == 0
    service, timer = sorted(units.iterdir())
    assert (service.suffix, timer.suffix) == (".service", ".timer")
    assert schedule(project, "remove", "--with", "systemd", "--yes").exit_code == 0
    assert list(units.iterdir()) == []
    assert (tmp_path / "calls").read_text(encoding="utf-8").splitlines() == [
        "--user daemon-reload",
        f"--user enable --now {timer.name}",
        f"--user disable --now {timer.name}",
    ]


@posix
def test_a_refusing_scheduler_is_quoted(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "schtasks", "echo 'Access is denied.' >&2; exit 5", monkeypatch)
    refused = schedule(project, "install", "--with", "windows", "--yes").exception
    assert isinstance(refused, ScheduleError)
    assert "schtasks refused (Access is denied.)" in str(refused)
    (task,) = project.record.glob("*.xml")
    assert task.read_bytes()[:2] in {b"\xff\xfe", b"\xfe\xff"}
