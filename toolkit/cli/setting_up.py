"""Verbs before anything is received: init, standards, issue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.desk import Desk, print_json, progress
from toolkit.document import how_many
from toolkit.records import Priority

if TYPE_CHECKING:
    from toolkit.catalogue import Criterion, Framework, Standard


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Make an empty project in DIR: settings, register, folders, notebook templates."""
    from toolkit.project import create_project

    create_project(folder)
    click.echo(
        f"{folder} is ready. Next:\n"
        f"  1. check the areas, cycles and contact in {folder / 'toolkit.toml'}\n"
        f"  2. list who should return in {folder / 'register.csv'}\n"
        f"  3. toolkit --project {folder} issue --all"
    )


@click.command()
@click.option("--framework", "framework_id", help="Which framework; without it, that of the project's current cycle.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list of standards with their criteria.")
@click.pass_obj
def standards(desk: Desk, framework_id: str | None, *, as_json: bool) -> None:
    """Show what a framework asks: its standards, criteria and priorities."""
    from toolkit.catalogue import load_framework
    from toolkit.errors import ProjectError

    root = None
    try:
        project = desk.project()
        root = project.root
        framework_id = framework_id or project.settings.current_cycle.framework
    except ProjectError:
        if framework_id is None or desk.folder:
            raise
    framework = load_framework(framework_id, root)
    if as_json:
        print_json([_standard_json(framework, standard) for standard in framework.standards])
        return
    click.echo(f"{framework.title} ({framework.published})")
    if framework.numbering == "ours":
        click.echo(f"Numbers are ours: {framework.numbering_note}")
    for standard in framework.standards:
        click.echo(f"\nStandard {standard.standard}: {standard.title}")
        click.echo(f"  {_priority_words(framework, standard)}")
        for criterion in standard.criteria:
            click.echo(f"  {criterion.criterion:<6} {criterion.text}{_condition_words(criterion)}")


def _standard_json(framework: Framework, standard: Standard) -> dict[str, Any]:
    priority = {tier: str(value) for tier, value in standard.priority.items()} if standard.priority else None
    return {
        "standard": standard.standard,
        "title": standard.title,
        "priority": priority,
        "criteria": [
            {
                "criterion": criterion.criterion,
                "summary": criterion.summary,
                "clause": criterion.clause,
                "applies_to": standard.applies_to if standard.applies_to != "everyone" else criterion.applies_to,
                "condition": criterion.condition,
                "areas": list(criterion.areas),
                "similar": list(criterion.similar),
                "wording": criterion.wording,
                "numbering": framework.numbering,
            }
            for criterion in standard.criteria
        ],
    }


def _priority_words(framework: Framework, standard: Standard) -> str:
    if standard.priority:
        names = {tier.tier: tier.name for tier in framework.tiers}
        return ", ".join(f"Tier {tier} ({names[tier]}) {value}" for tier, value in standard.priority.items())
    if standard.applies_to == "commissioners":
        return "Applies to commissioners only"
    return "A minimum requirement for all" if framework.default_priority is Priority.ESSENTIAL else "Applies to all"


def _condition_words(criterion: Criterion) -> str:
    if criterion.applies_to == "direct_services":
        return " [direct services only]"
    if criterion.condition:
        return " [conditional]"
    return " [some areas only]" if criterion.areas else ""


@click.command()
@click.option("--organisation", "organisation_ids", multiple=True, metavar="ID", help="Only this one; may be repeated.")
@click.option("--all", "everyone", is_flag=True, help="Every organisation of the register.")
@click.option("--cycle", "cycle_id", help="Which cycle; without it, the current one.")
@click.pass_obj
def issue(desk: Desk, organisation_ids: tuple[str, ...], cycle_id: str | None, *, everyone: bool) -> None:
    """Write blank audit workbooks, pre-filled from the register, into audits/issued/CYCLE/."""
    from toolkit.errors import ProjectError
    from toolkit.workbook import issue as issue_workbooks

    if everyone == bool(organisation_ids):
        raise click.UsageError("say either --all or --organisation ID")
    project = desk.project()
    cycle = project.settings.cycle(cycle_id) if cycle_id else project.settings.current_cycle
    register = project.register()
    unknown = sorted(set(organisation_ids) - {organisation.organisation_id for organisation in register})
    if unknown:
        raise ProjectError(
            f"register.csv has no organisation_id {', '.join(unknown)}; correct the id or add the organisation."
        )
    chosen = [one for one in register if everyone or one.organisation_id in organisation_ids]
    if not chosen:
        raise ProjectError(f"{project.register_file} lists nobody yet; add one line for each organisation.")
    written = sum(1 for _ in progress(issue_workbooks(project, cycle.id, chosen), len(chosen), "Issuing"))
    click.echo(f"{how_many(written, 'audit workbook')} for cycle {cycle.id} in {project.issued(cycle.id)}")
