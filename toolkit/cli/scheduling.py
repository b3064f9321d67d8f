"""The verb schedule: show, install, remove, run what is due."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, print_json
from toolkit.document import day, how_many
from toolkit.errors import NEEDS_A_PERSON

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.project import Project
    from toolkit.schedule import Plan, System


@click.group()
def schedule() -> None:
    """Show, install or remove the scheduled run, or run what is due."""


@schedule.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def show(desk: Desk, *, as_json: bool) -> None:
    """When the next run is due, what it makes, when the last one was."""
    from toolkit.schedule import in_words, is_due, last_finished, log_file, next_due

    project = desk.project()
    wanted = project.settings.schedule
    now = _local_now()
    last = last_finished(project)
    owed = is_due(wanted, now, last)
    if as_json:
        print_json(
            {
                "schedule": in_words(wanted),
                "reports": list(wanted.reports),
                "due_now": owed,
                "next_due": next_due(wanted, now).isoformat(timespec="minutes"),
                "last_run": last.isoformat(timespec="seconds") if last else None,
                "log": str(log_file(project)),
            }
        )
        return
    click.echo(f"Runs {in_words(wanted)}: receives the inbox, then makes {', '.join(wanted.reports)}.")
    click.echo(f"Last run: {_moment(last) if last else 'never'}")
    click.echo(f"Next due: {'now' if owed else _moment(next_due(wanted, now))}")
    click.echo("Change it under [schedule] in toolkit.toml; put it to work with toolkit schedule install.")


@schedule.command()
@click.option("--now", "regardless", is_flag=True, help="Run even if nothing is due.")
@click.option("--workers", type=click.IntRange(min=1), help="How many reports at once; without it, one a core.")
@click.option("--json", "as_json", is_flag=True, help="What it did, as one JSON object.")
@click.pass_obj
def run(desk: Desk, workers: int | None, *, regardless: bool, as_json: bool) -> None:
    """Receive the inbox and regenerate the listed reports, if a run is due."""
    from toolkit.cli.report_sets import How, make_reports
    from toolkit.schedule import is_due, last_finished, log_file, next_due
    from toolkit.schedule import run as run_scheduled

    project = desk.project()
    wanted = project.settings.schedule
    now = _local_now()
    if not regardless and not is_due(wanted, now, last_finished(project)):
        due = next_due(wanted, now)
        if as_json:
            print_json({"outcome": "nothing due", "next_due": due.isoformat(timespec="minutes")})
        else:
            click.echo(f"Nothing is due until {_moment(due)}; --now runs it regardless.")
        return
    finished = run_scheduled(project, lambda this, names: make_reports(this, names, how=How(workers))[0])
    if as_json:
        print_json(asdict(finished))
    else:
        received = ", ".join(f"{count} {outcome}" for outcome, count in sorted(finished.received.items())) or "nothing"
        click.echo(f"{finished.outcome}: received {received}; {how_many(finished.reports_made, 'report')} made.")
        if finished.message:
            click.echo(finished.message)
        click.echo(f"Logged in {log_file(project)}")
    if finished.outcome != "done":
        sys.exit(NEEDS_A_PERSON)


def _installing(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--yes", is_flag=True, help="Do it without asking."),
        click.option(
            "--with",
            "system",
            type=click.Choice(["cron", "systemd", "windows"]),
            help="Which scheduler; without it, the one this machine is most likely to have.",
        ),
        click.pass_obj,
    ):
        command = option(command)
    return command


@schedule.command()
@_installing
def install(desk: Desk, system: System | None, *, yes: bool) -> None:
    """Hand the schedule to the system's scheduler, after saying what that will do."""
    from toolkit.schedule import install_plan

    _carry_out(desk, install_plan, system, yes=yes)


@schedule.command()
@_installing
def remove(desk: Desk, system: System | None, *, yes: bool) -> None:
    """Take the schedule out of the system's scheduler."""
    from toolkit.schedule import remove_plan

    _carry_out(desk, remove_plan, system, yes=yes)


def _carry_out(
    desk: Desk, make_plan: Callable[[Project, System, str], Plan], system: System | None, *, yes: bool
) -> None:
    from toolkit.schedule import carry_out, crontab_now, usual_system

    chosen = system or usual_system()
    plan = make_plan(desk.project(), chosen, crontab_now() if chosen == "cron" else "")
    click.echo(plan.as_text())
    if yes or click.confirm("Do this?"):
        carry_out(plan)
        click.echo("Done.")
    else:
        click.echo("Nothing was changed.")


def _moment(moment: dt.datetime) -> str:
    return f"{day(moment)} {moment:%H:%M}"


def _local_now() -> dt.datetime:
    return dt.datetime.now().astimezone().replace(tzinfo=None)
