"""Hand the schedule to the system's own scheduler: cron, systemd user timers or Windows Task Scheduler.

A plan says everything that will be done before anything is done: files written, commands run.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape

from toolkit.document import MONTHS
from toolkit.errors import ScheduleError
from toolkit.schedule.due import WEEKDAYS, in_words

if TYPE_CHECKING:
    from toolkit.project import Project

System = Literal["cron", "systemd", "windows"]


@dataclass(frozen=True)
class Command:
    """A program to run: its arguments, and what it is given on standard input, if anything."""

    arguments: tuple[str, ...]
    given: str | None = None


@dataclass(frozen=True)
class Plan:
    """What installing or removing a schedule will do, in order: files written, commands run, files removed."""

    system: System
    summary: str
    files: tuple[tuple[Path, str], ...] = ()
    commands: tuple[Command, ...] = ()
    removed: tuple[Path, ...] = ()

    def as_text(self) -> str:
        """The plan for a person to read before agreeing; bytes that are not text, as old crontabs have, show as "?"."""
        lines = [self.summary]
        for path, content in self.files:
            lines += [f"Writes {path}:", *(f"    {line}" for line in content.splitlines())]
        for command in self.commands:
            lines.append(f"Runs {shlex.join(command.arguments)}" + (" with:" if command.given is not None else ""))
            lines += [f"    {line}" for line in (command.given or "").splitlines()]
        lines += [f"Removes {path}" for path in self.removed]
        return "\n".join(lines).encode("utf-8", "replace").decode("utf-8")


def usual_system() -> System:
    """What this machine is most likely to have: Task Scheduler on Windows, systemd where it runs, else cron."""
    if sys.platform == "win32":
        return "windows"
    return "systemd" if Path("/run/systemd/system").is_dir() else "cron"


def install_plan(project: Project, system: System, crontab: str = "") -> Plan:
    """What installing this project's schedule will do.

    Args:
        project: whose `[schedule]` to install.
        system: which scheduler.
        crontab: for cron, the lines already there, which are kept.
    """
    if system == "cron":
        return _install_cron(project, crontab)
    return _install_systemd(project) if system == "systemd" else _install_windows(project)


def remove_plan(project: Project, system: System, crontab: str = "") -> Plan:
    """What removing this project's schedule will do; other people's entries are kept."""
    name = _name(project)
    summary = f"Stops the scheduled run of {project.root} ({system})."
    if system == "cron":
        return Plan(system, summary, commands=(Command(("crontab", "-"), _without(crontab, name)),))
    if system == "systemd":
        timer, service = _units(name)
        return Plan(
            system,
            summary,
            commands=(Command(("systemctl", "--user", "disable", "--now", timer.name)),),
            removed=(timer, service),
        )
    return Plan(
        system,
        summary,
        commands=(Command(("schtasks", "/Delete", "/F", "/TN", name)),),
        removed=(_task_file(project),),
    )


def carry_out(plan: Plan) -> None:
    """Do what a plan says, in order, up to the first step that fails. Raises ScheduleError for that one."""
    try:
        for path, content in plan.files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-16" if path.suffix == ".xml" else "utf-8")
        for command in plan.commands:
            _run(command)
        for path in plan.removed:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ScheduleError(f"{error.filename} cannot be written ({error.strerror}); check that you may.") from error


def crontab_now() -> str:
    """The user's crontab as it is, empty where there is none.

    Raises:
        ScheduleError: cron is not installed, or does not show the crontab (which must not be taken for an empty one).
    """
    listed = _finished(Command(("crontab", "-l")))
    if listed.returncode == 0:
        return listed.stdout
    if re.search("no crontab|no such file", listed.stderr, re.IGNORECASE):
        return ""
    raise ScheduleError(_refusal("crontab", listed))


def _run(command: Command) -> None:
    done = _finished(command)
    if done.returncode != 0:
        raise ScheduleError(_refusal(command.arguments[0], done))


def _finished(command: Command) -> subprocess.CompletedProcess[str]:
    """A system program's answer, in plain English and with any bytes kept, so that a crontab goes back as it came."""
    name, *arguments = command.arguments
    program = shutil.which(name)
    if program is None:
        raise ScheduleError(
            f"There is no {name} on this machine; choose another scheduler with --with cron, systemd or windows."
        )
    return subprocess.run(  # noqa: S603 - a plan's own commands, shown to the user first
        [program, *arguments],
        input=command.given or "",
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="surrogateescape",
        env=os.environ | {"LC_ALL": "C"},
    )


def _refusal(program: str, done: subprocess.CompletedProcess[str]) -> str:
    said = " ".join((done.stderr or done.stdout or "it did not say why").split())
    return (
        f"{program} refused ({said}), and nothing after that was done; ask whoever keeps this machine, "
        "or choose another scheduler with --with."
    )


def run_command(project: Project) -> tuple[str, ...]:
    """What the scheduler runs: this Python, whatever folder it starts in, and this project's `schedule run`."""
    return (sys.executable, "-P", "-m", "toolkit", "--project", str(project.root), "schedule", "run")


def _name(project: Project) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", project.root.name.lower()).strip("-") or "project"
    return f"standards-audit-{slug}-{hashlib.sha256(str(project.root).encode()).hexdigest()[:8]}"


def _install_cron(project: Project, crontab: str) -> Plan:
    schedule, name = project.settings.schedule, _name(project)
    hour, minute = (int(part) for part in schedule.at.split(":"))
    day = str(schedule.on) if schedule.every == "month" else "*"
    weekday = str((WEEKDAYS.index(str(schedule.on).lower()) + 1) % 7) if schedule.every == "week" else "*"
    command = shlex.join(run_command(project)).replace("%", r"\%")
    entry = f"{minute} {hour} {day} * {weekday} {command} # {name}\n"
    summary = f"Runs {in_words(schedule)} with cron, while the machine is on."
    return Plan("cron", summary, commands=(Command(("crontab", "-"), _without(crontab, name) + entry),))


def _without(crontab: str, name: str) -> str:
    lines = crontab.removesuffix("\n").split("\n") if crontab else []
    return "".join(f"{line}\n" for line in lines if not line.endswith(f"# {name}"))


def _units(name: str) -> tuple[Path, Path]:
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return settings / "systemd" / "user" / f"{name}.timer", settings / "systemd" / "user" / f"{name}.service"


def _install_systemd(project: Project) -> Plan:
    schedule, name = project.settings.schedule, _name(project)
    day = f"*-*-{int(schedule.on or 1):02d}" if schedule.every == "month" else "*-*-*"
    weekday = f"{str(schedule.on)[:3].capitalize()} " if schedule.every == "week" else ""
    command = " ".join('"' + re.sub(r'(["\\])', r"\\\1", part) + '"' for part in run_command(project))
    timer, service = _units(name)
    description = f"Standards audit: {project.settings.project.name}".replace("%", "%%")
    return Plan(
        "systemd",
        f"Runs {in_words(schedule)} with a systemd user timer while you are signed in (always, once you have run "
        "`loginctl enable-linger`); a missed run is made up.",
        files=(
            (
                service,
                (
                    f"[Unit]\nDescription={description}\n\n[Service]\nType=oneshot\n"
                    f"ExecStart={command.replace('%', '%%').replace('$', '$$')}\nSuccessExitStatus=1\n"
                ),
            ),
            (
                timer,
                (
                    f"[Unit]\nDescription={description}\n\n[Timer]\nOnCalendar={weekday}{day} {schedule.at}:00\n"
                    "Persistent=true\n\n[Install]\nWantedBy=timers.target\n"
                ),
            ),
        ),
        commands=(
            Command(("systemctl", "--user", "daemon-reload")),
            Command(("systemctl", "--user", "enable", "--now", timer.name)),
        ),
    )


def _task_file(project: Project) -> Path:
    return project.record / "schedule-task.xml"


def _install_windows(project: Project) -> Plan:
    schedule = project.settings.schedule
    python, *arguments = run_command(project)
    every = {
        "day": "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>",
        "week": "<ScheduleByWeek><WeeksInterval>1</WeeksInterval>"
        f"<DaysOfWeek><{str(schedule.on).capitalize()} /></DaysOfWeek></ScheduleByWeek>",
        "month": f"<ScheduleByMonth><DaysOfMonth><Day>{schedule.on}</Day></DaysOfMonth><Months>"
        + "".join(f"<{month} />" for month in MONTHS)
        + "</Months></ScheduleByMonth>",
    }[schedule.every]
    first = f"{project.settings.current_cycle.issued}T{schedule.at}:00"
    task = (
        '<?xml version="1.0" encoding="UTF-16"?>\n'
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\n'
        f"  <Triggers><CalendarTrigger><StartBoundary>{first}</StartBoundary>{every}</CalendarTrigger></Triggers>\n"
        "  <Settings><StartWhenAvailable>true</StartWhenAvailable>"
        "<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>"
        "<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>"
        "<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy></Settings>\n"
        f"  <Actions><Exec><Command>{escape(python)}</Command>"
        f"<Arguments>{escape(subprocess.list2cmdline(arguments))}</Arguments></Exec></Actions>\n"
        "</Task>\n"
    )
    path = _task_file(project)
    return Plan(
        "windows",
        f"Runs {in_words(schedule)} with Task Scheduler while you are signed in; a missed run is made up.",
        files=((path, task),),
        commands=(Command(("schtasks", "/Create", "/F", "/TN", _name(project), "/XML", str(path))),),
    )
