"""The verb resolve: a decision on a held file, logged with who and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, logged_in, print_json
from toolkit.errors import NEEDS_A_PERSON

if TYPE_CHECKING:
    from toolkit.intake.receiving.resolving import Resolved


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
@click.option("--counts/--set-aside", default=None, help="Whether it counts beside another, or is set aside.")
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
    counts: bool | None,
    as_json: bool,
) -> None:
    """Decide what a held file needs, and take it in again.

    FILE_OR_SHA is the file in audits/held, its name, its receipt, or the first letters of its SHA-256.
    """
    from toolkit.intake.receiving.resolving import Choice
    from toolkit.intake.receiving.resolving import resolve as decide

    counted = "" if counts is None else "yes" if counts else "no"
    if organisation and area:
        raise click.UsageError("give --organisation or --area, not both")
    if not (organisation or area or cycle or layout or counted):
        raise click.UsageError(
            "say what is decided: --organisation, --area, --cycle, --layout, --counts or --set-aside"
        )
    if not why.strip():
        raise click.UsageError("give the reason in words: --why TEXT")
    choice = Choice(organisation, named, area, cycle, layout, counted, this_file_only)
    found = decide(desk.project(), file, choice, who=(who or logged_in()).strip(), why=why.strip())
    if as_json:
        for receipt in found.receipts:
            print_json(receipt.as_json())
    else:
        click.echo(_told(found))
    if found.still_waits:
        sys.exit(NEEDS_A_PERSON)


def _told(found: Resolved) -> str:
    decision = found.decision
    lines = [f"Decided by {decision.who}: {decision.why}"]
    for receipt in found.receipts:
        whose = f" ({receipt.organisation}, {receipt.cycle})" if receipt.organisation_id else ""
        lines.append(f"  {receipt.outcome}: {receipt.file}{whose}" + (f" – {receipt.reason}" if receipt.reason else ""))
    if decision.organisation_id and decision.named and not decision.this_file_only:
        lines.append(f'From now on "{decision.named}" is known as {decision.organisation_id}.')
    if found.same_name:
        lines.append(
            f"Also waiting under this name, each to be taken in with `toolkit receive` and its path in audits/held: "
            f"{', '.join(found.same_name)}"
        )
    return "\n".join(lines)
