"""The verb resolve: a decision on a held file, logged with who and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, logged_in, print_json, ticker
from toolkit.cli.taking_in import query_workbooks
from toolkit.document import how_many
from toolkit.errors import NEEDS_A_PERSON

if TYPE_CHECKING:
    from toolkit.intake.receiving.resolving import Resolved

_MOST_TOLD = 20


@click.command()
@click.argument("file", metavar="FILE_OR_SHA")
@click.option("--why", required=True, help="The reason, for whoever asks later.")
@click.option("--who", help="Who decided; without it, the name you are logged in with.")
@click.option(
    "--organisation", default="", metavar="ID", help="Whose return it is: an organisation_id of register.csv."
)
@click.option("--area", default="", metavar="NAME", help="Of organisations with the same name, the one in this area.")
@click.option("--named", default="", metavar="NAME", help="Which return is meant, by the name in the file.")
@click.option("--this-file-only", is_flag=True, help="Do not know the name in the file from now on.")
@click.option("--cycle", default="", metavar="ID", help="Which cycle of toolkit.toml it belongs to.")
@click.option("--layout", default="", metavar="ID", help="Which layout reads it.")
@click.option("--counts", is_flag=True, help="It counts, in place of another return of the organisation.")
@click.option("--set-aside", is_flag=True, help="It does not count, and waits no longer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and return, as receive has them.")
@click.pass_obj
def resolve(
    desk: Desk,
    file: str,
    *,
    why: str,
    who: str | None,
    organisation: str,
    area: str,
    named: str,
    cycle: str,
    layout: str,
    this_file_only: bool,
    counts: bool,
    set_aside: bool,
    as_json: bool,
) -> None:
    """Decide what a held file needs, and take it in again; or decide anew on one that a decision put in the figures.

    FILE_OR_SHA is the file in audits/held, its name, its receipt, or the first letters (six or more) of its SHA-256.
    """
    from toolkit.intake.receiving.resolving import Choice
    from toolkit.intake.receiving.resolving import resolve as decide

    if counts and set_aside:
        raise click.UsageError("give --counts or --set-aside, not both")
    counted = "yes" if counts else "no" if set_aside else ""
    if organisation and area:
        raise click.UsageError("give --organisation or --area, not both")
    if not (organisation or area or cycle or layout or counted):
        raise click.UsageError(
            "say what is decided: --organisation, --area, --cycle, --layout, --counts or --set-aside"
        )
    if not why.strip():
        raise click.UsageError("give the reason in words: --why TEXT")
    choice = Choice(organisation, named, area, cycle, layout, counted, this_file_only)
    project, who = desk.project(), (who or logged_in()).strip()
    found = decide(project, file, choice, who=who, why=why.strip(), progress=ticker("Making the record anew"))
    if as_json:
        for receipt in found.receipts:
            print_json(receipt.as_json())
    else:
        click.echo(_told(found))
    to_send = query_workbooks(project, (each.organisation_id for each in (*found.before, *found.receipts)))
    if to_send and not as_json:
        click.echo(to_send)
    if found.still_waits:
        sys.exit(NEEDS_A_PERSON)


def _told(found: Resolved) -> str:
    decision = found.decision
    lines = [f"Decided by {decision.who}: {decision.why}"]
    lines.extend(f"  no longer in the figures as {r.organisation}, {r.cycle}: {r.file}" for r in found.before)
    for receipt in found.receipts:
        whose = f" ({receipt.organisation}, {receipt.cycle})" if receipt.organisation_id else ""
        lines.append(f"  {receipt.outcome}: {receipt.file}{whose}" + (f" – {receipt.reason}" if receipt.reason else ""))
    if decision.organisation_id and decision.named and not decision.this_file_only:
        lines.append(f'From now on "{decision.named}" is known as {decision.organisation_id}.')
    if found.others:
        lines.append(f"What else is otherwise now ({how_many(len(found.others), 'difference')}):")
        lines.extend(f"  {each}" for each in found.others[:_MOST_TOLD])
        if len(found.others) > _MOST_TOLD:
            lines.append("  and more; the record as it was is beside the new one, record.before-rebuild.sqlite")
    if found.same_name:
        lines.append(
            f"Also waiting under this name, each to be taken in with `toolkit receive` and its path in audits/held: "
            f"{', '.join(found.same_name)}"
        )
    return "\n".join(lines)
