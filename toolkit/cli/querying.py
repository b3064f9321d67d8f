"""The verb of the sender: check-return."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, print_json
from toolkit.document import how_many
from toolkit.errors import NEEDS_A_PERSON
from toolkit.records import Outcome, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.intake.checking import Check
    from toolkit.layouts import Question
    from toolkit.project import Project


@click.command("check-return")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a return, as `receive --json` would give it.")
@click.pass_obj
def check_return(desk: Desk, file: Path, *, as_json: bool) -> None:
    """Check a filled-in workbook before it is sent: what would become of FILE. Nothing is stored or moved."""
    from toolkit.intake.checking import check_return

    if not file.exists() and not file.is_symlink():
        raise click.UsageError(f"there is no file {file}")
    checks = check_return(file, _project(desk))
    for check in checks:
        if as_json:
            print_json(check.receipt.as_json())
        else:
            click.echo("\n".join(_lines(check)))
    if not all(check.is_fine for check in checks):
        sys.exit(NEEDS_A_PERSON)


def _project(desk: Desk) -> Project | None:
    """The project named, or the nearest one above; None where there is none, for whoever only fills in a workbook."""
    from toolkit.project import SETTINGS_FILE

    here = Path.cwd()
    inside = any((folder / SETTINGS_FILE).is_file() for folder in (here, *here.parents))
    return desk.project() if desk.folder or inside else None


def _lines(check: Check) -> Iterator[str]:
    from toolkit.intake.checking import why_not

    receipt = check.receipt
    if check.is_reply and receipt.outcome is Outcome.ACCEPTED:
        yield f"{receipt.file} has answers to queries for {receipt.organisation}, cycle {receipt.cycle}."
    elif receipt.outcome is Outcome.ACCEPTED:
        yield (
            f"{receipt.file} would be accepted as the return of {receipt.organisation} for cycle {receipt.cycle}: "
            f"{receipt.criteria_answered} of {how_many(receipt.criteria_expected, 'criterion', 'criteria')} answered."
        )
    elif receipt.outcome is Outcome.HELD:
        yield f"{receipt.file} would be held until somebody decides. {why_not(receipt)}"
    else:
        yield f"{receipt.file} would not be read. {why_not(receipt)}"
    for severity, heading in ((Severity.ERROR, "Please settle"), (Severity.WARNING, "Please check")):
        chosen = [each for each in check.questions if each.severity is severity]
        if chosen:
            yield f"\n{heading} ({len(chosen)}):"
            yield from (_line(each) for each in chosen)
    if check.notes:
        yield f"\nFor your information ({len(check.notes)}):"
        yield from (f"  {_place(each.sheet, each.cell)}{each.message}" for each in check.notes)
    if check.is_fine and not check.is_read:
        yield "\nIt can be sent. Whether each answer can be read shows when it is received: see “What we can read”."
    elif check.is_fine:
        yield "\nThere is nothing to settle: it can be sent."


def _line(question: Question) -> str:
    return f"  {_place(question.sheet, question.cell)}{question.text}"


def _place(sheet: str, cell: str) -> str:
    place = ", ".join(part for part in (sheet, cell) if part)
    return f"{place}: " if place else ""
