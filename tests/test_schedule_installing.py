"""Schedules: when a run is due, and what installing one would do on each system."""

# ruff: noqa: DTZ001 - the schedule speaks local time
from __future__ import annotations

import datetime as dt
import shlex
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.project import Project, Schedule, create_project, open_project
from toolkit.schedule.due import in_words, is_due, last_due, next_due
from toolkit.schedule.installing import install_plan, remove_plan

if TYPE_CHECKING:
    from pathlib import Path

times = st.times().map(lambda time: f"{time.hour:02d}:{time.minute:02d}")
schedules = st.one_of(
    st.builds(lambda at: Schedule(every="day", on=None, at=at), times),
    st.builds(lambda at, on: Schedule(every="week", on=on, at=at), times, st.sampled_from(["monday", "Sunday"])),
    st.builds(lambda at, on: Schedule(every="month", on=on, at=at), times, st.integers(1, 28)),
)
moments = st.datetimes(min_value=dt.datetime(2000, 1, 1), max_value=dt.datetime(2100, 1, 1))


@given(schedules, moments)
def test_now_lies_between_the_last_and_the_next_due_moment(schedule: Schedule, now: dt.datetime) -> None:
    assert last_due(schedule, now) <= now < next_due(schedule, now)
    assert last_due(schedule, next_due(schedule, now)) == next_due(schedule, now)


@given(schedules, moments)
def test_a_run_done_now_is_not_owed_again_until_the_next_due_moment(schedule: Schedule, now: dt.datetime) -> None:
    assert not is_due(schedule, now, now)
    assert is_due(schedule, next_due(schedule, now), now)
    assert is_due(schedule, now, None)


def test_days_are_the_ones_asked_for() -> None:
    now = dt.datetime(2026, 3, 1, 5, 59)  # a Sunday, before six
    assert last_due(Schedule(every="month", on=1, at="06:00"), now) == dt.datetime(2026, 2, 1, 6)
    assert next_due(Schedule(every="month", on=1, at="06:00"), now) == dt.datetime(2026, 3, 1, 6)
    assert last_due(Schedule(every="week", on="sunday", at="06:00"), now) == dt.datetime(2026, 2, 22, 6)
    assert last_due(Schedule(every="day", on=None, at="05:59"), now) == now
    assert in_words(Schedule(every="week", on="sunday", at="06:00")) == "every week on Sunday at 06:00"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return open_project(create_project(tmp_path / "My audit 50%"))


def test_cron_keeps_other_entries_and_replaces_its_own(project: Project) -> None:
    others = "MAILTO=somebody@example.org\n5 4 * * * other\n"
    first = install_plan(project, "cron", others).commands[0].given
    assert first is not None
    assert first.startswith(others)
    again = install_plan(project, "cron", first).commands[0].given
    assert again == first
    entry = first.splitlines()[-1]
    assert entry.startswith("0 6 1 * * ")
    assert r"50\%" in entry
    assert shlex.split(entry.replace(r"\%", "%"), comments=True)[5:][-4:] == [
        "--project",
        str(project.root),
        "schedule",
        "run",
    ]
    assert remove_plan(project, "cron", first).commands[0].given == others


def test_systemd_makes_up_missed_runs_and_escapes_the_path(project: Project) -> None:
    plan = install_plan(project, "systemd")
    (service, service_text), (timer, timer_text) = plan.files
    assert service.suffix == ".service"
    assert f'"{str(project.root).replace("%", "%%")}"' in service_text
    assert "OnCalendar=*-*-01 06:00:00" in timer_text
    assert "Persistent=true" in timer_text
    assert set(remove_plan(project, "systemd").removed) == {service, timer}


@pytest.mark.parametrize(
    ("every", "on", "element"),
    [("day", None, "ScheduleByDay"), ("week", "friday", "Friday"), ("month", 9, "Day")],
)
def test_windows_task_is_valid_xml_that_says_when(
    project: Project, every: str, on: str | int | None, element: str
) -> None:
    schedule = Schedule.model_validate({"every": every, "on": on, "at": "07:30"})
    settings = project.settings.model_copy(update={"schedule": schedule})
    ((_, text),) = install_plan(Project(project.root, settings), "windows").files
    root = ET.fromstring(text.partition("\n")[2])  # noqa: S314 - our own text
    names = [node.tag.rpartition("}")[2] for node in root.iter()]
    assert element in names
    arguments = next(node.text for node in root.iter() if node.tag.endswith("Arguments"))
    assert arguments is not None
    assert f'"{project.root}"' in arguments


def test_a_plan_says_everything_it_will_do(project: Project) -> None:
    text = install_plan(project, "systemd").as_text()
    assert "every month on day 1 at 06:00" in text
    assert "systemctl --user enable --now" in text
    assert "ExecStart=" in text
