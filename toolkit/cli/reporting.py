"""Verbs that show results: report, explore."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.desk import Desk, columns
from toolkit.cli.disclosing import audiences_of
from toolkit.cli.report_sets import How, ReportSet, make_sets, plan_sets
from toolkit.errors import NEEDS_A_PERSON

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.cli.publishing_set import PublishingSet
    from toolkit.reports import RunResult


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--explain", is_flag=True, help="Say why each report would be made or reused, and make none."),
        click.option("--force", is_flag=True, help="Make every report, also one that would come out as it is."),
        click.option(
            "--engine",
            type=click.Choice(["warm", "kernel"]),
            default="warm",
            show_default=True,
            help="Run cells in the workers themselves, or in an ordinary kernel for each notebook.",
        ),
        click.option("--cluster", metavar="ADDRESS", help="Run on a Dask cluster, such as tcp://HOST:8786."),
        click.option("--workers", type=click.IntRange(min=1), help="How many at once; without it, one a core."),
        click.option(
            "--audience",
            default="internal",
            show_default=True,
            help="Who may see the reports: internal, partners, public, joined with commas.",
        ),
        click.option(
            "--format",
            "formats",
            help="Which forms: html, pdf, docx, xlsx, joined with commas; without it, those of toolkit.toml.",
        ),
        click.option("--cycle", "cycle_id", help="Which cycle; without it, the current one."),
        click.pass_obj,
    ):
        command = option(command)
    return command


@click.group()
def report() -> None:
    """Run the notebook templates and publish them: deep-dive, area, peer-review, board, all."""


@report.command("deep-dive")
@click.option("--standard", metavar="N", help="Which standard; without it, every one.")
@_shared
def deep_dive(desk: Desk, *, standard: str | None, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """One standard across all organisations and areas."""
    _report(desk, ("deep-dive",), standard=standard, **options)


@report.command("area")
@click.option("--area", metavar="NAME", help="Which area (name or ONS code); without it, every one.")
@_shared
def area_report(desk: Desk, *, area: str | None, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """One area: its gaps, its organisations, whom to learn from."""
    _report(desk, ("area",), area=area, **options)


@report.command("peer-review")
@_shared
def peer_review(desk: Desk, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """All areas side by side, for peer reviewers."""
    _report(desk, ("peer-review",), **options)


@report.command("board")
@_shared
def board(desk: Desk, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """The report to the board."""
    _report(desk, ("board",), **options)


@report.command("all")
@_shared
def everything(desk: Desk, **options: Any) -> None:  # noqa: ANN401 - what `_shared` adds
    """The whole report set that toolkit.toml lists under [reports]."""
    _report(desk, (), **options)


def _report(
    desk: Desk,
    names: tuple[str, ...],  # none for the whole set
    *,
    formats: str | None,
    audience: str,
    cycle_id: str | None,
    workers: int | None,
    cluster: str | None,
    engine: str,
    force: bool,
    explain: bool,
    standard: str | None = None,
    area: str | None = None,
) -> None:
    how = How(workers, cluster, engine, force)
    if not explain:
        how.begin(desk.folder or Path.cwd())
    from toolkit.publishing import formats_of

    project = desk.project()
    names = names or project.settings.reports.set
    what: dict[str, Any] = {
        "audiences": audiences_of(audience),
        "cycle_id": cycle_id,
        "standard": standard,
        "area": area,
        "formats": formats_of(formats) if formats else None,
    }
    if explain:
        _explain(plan_sets(project, names, **what, force=force))
        return
    if tell_sets(make_sets(project, names, **what, how=how)):
        sys.exit(NEEDS_A_PERSON)


def _explain(sets: list[PublishingSet]) -> None:
    """Say for each report why it would be made, or that it would be reused."""
    for each in sets:
        if len(sets) > 1:
            click.echo(f"For {each.audience}:")
        whys = {choice.run.name: choice.why for choice in each.choices}
        click.echo(
            columns([(run.name, f"made: {whys[run.name]}" if whys[run.name] else "reused") for run in each.runs])
        )


def tell_sets(made: list[ReportSet]) -> int:
    """Print for each set how many reports were made, why any failed and what to open; returns how many failed."""
    failed = 0
    for each in made:
        if len(made) > 1:
            click.echo(f"For {each.audience}:")
        failed += tell_results(each.results)
        for sentence in each.notes:
            click.echo(f"  {sentence}")
        click.echo(f"Open {each.index}")
    return failed


def tell_results(results: list[RunResult]) -> int:
    """Print how many reports were made, why and which were reused, why any failed; returns how many were not made."""
    from toolkit.document import how_many

    by_state = {
        state: sorted((result for result in results if result.state == state), key=lambda result: result.run.name)
        for state in ("made", "reused", "failed", "not run")
    }
    words = [f"{how_many(len(by_state['made']), 'report')} made"]
    if by_state["reused"]:
        words.append(f"{len(by_state['reused'])} reused, because nothing that they read has changed")
    words += [f"{len(by_state[state])} {state}" for state in ("failed", "not run") if by_state[state]]
    lost = [*by_state["failed"], *by_state["not run"]]
    click.echo(", ".join(words) + (":" if lost else ""))
    for why in dict.fromkeys(result.why for result in by_state["made"]) if by_state["reused"] else ():
        names = [result.run.name for result in by_state["made"] if result.why == why]
        click.echo(f"  made because {why}: {', '.join(names)}")
    for result in lost:
        click.echo(f"  {result.message}")
    return len(lost)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8888, show_default=True, help="JupyterLab's port.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening a browser.")
@click.pass_obj
def explore(desk: Desk, port: int, *, no_browser: bool) -> None:
    """Open the explorer in JupyterLab, on this machine only."""
    from toolkit.explorer import open_explorer

    def tell(address: str) -> None:
        click.echo(f"The explorer is at {address}\nPress Ctrl+C here to stop it.")

    sys.exit(open_explorer(desk.project(), tell, port=port, browser=not no_browser))
