"""Verbs that replay what people decided: correct, rebuild."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, columns, logged_in, print_json, ticker
from toolkit.cli.taking_in import query_workbooks
from toolkit.document import day, how_many
from toolkit.errors import NEEDS_A_PERSON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.intake.receiving import Rebuilt
    from toolkit.records import Correction
    from toolkit.store import Logged

_FIELDS = ("rating", "evidence", "action", "lead", "target_date")
_RATINGS = ("met", "partly_met", "not_met", "not_applicable", "blank")
_SHORT = 40


@click.command()
@click.option("--organisation", "organisation_id", metavar="ID", help="Whose return, by its id in register.csv.")
@click.option("--criterion", metavar="REF", help="Which response, such as 5.10.")
@click.option("--cycle", "cycle_id", help="Which cycle; without it, the current one.")
@click.option("--rating", type=click.Choice(_RATINGS), help="What the rating should be.")
@click.option("--evidence", metavar="TEXT", help='What the evidence should be ("" for none; so for the next ones).')
@click.option("--action", metavar="TEXT", help="What the action should be.")
@click.option("--lead", metavar="TEXT", help="Who the lead should be.")
@click.option("--target-date", metavar="DATE", help="What the target date should be, as year-month-day.")
@click.option("--why", metavar="TEXT", help="The reason, for whoever asks later.")
@click.option("--who", metavar="NAME", help="Who decided it; without it, who is logged in here.")
@click.option("--list", "listing", is_flag=True, help="Show all corrections, and which still apply.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, or with --list a list of them.")
@click.pass_obj
def correct(desk: Desk, /, *, listing: bool, as_json: bool, **given: str | None) -> None:
    """Log a correction to one response; the original stays as it is."""
    from toolkit.store import correct as log_correction
    from toolkit.store import corrections_logged

    if listing:
        found = corrections_logged(desk.project())
        if as_json:
            print_json([each.as_json() for each in found])
        else:
            click.echo(_listed(found))
        return
    field, value = _what(given)
    for option in ("organisation_id", "criterion", "why"):
        if not given[option]:
            raise click.UsageError(f"name --{option.removesuffix('_id')}; `toolkit correct --help` says what each is.")
    correction = log_correction(
        desk.project(),
        organisation_id=str(given["organisation_id"]),
        criterion=str(given["criterion"]),
        field=field,
        value=value,
        why=str(given["why"]),
        who=given["who"] or logged_in(),
        cycle=given["cycle_id"] or "",
    )
    if as_json:
        from toolkit.store import Logged

        print_json(Logged(correction, "applied").as_json())
    else:
        click.echo(_told(correction))
    to_send = query_workbooks(desk.project())
    if to_send and not as_json:
        click.echo(to_send)


def _what(given: dict[str, str | None]) -> tuple[str, str]:
    """The field that is corrected, and its value: exactly one."""
    fields = [(field, value) for field in _FIELDS if (value := given[field]) is not None]
    if len(fields) != 1:
        options = ", ".join(f"--{field.replace('_', '-')}" for field in _FIELDS)
        raise click.UsageError(f"name one of {options}; for two changes, run the command twice.")
    return fields[0]


def _told(one: Correction) -> str:
    return (
        f"{one.organisation_id}, {one.cycle}, {one.criterion}: the {one.field.replace('_', ' ')} was "
        f"{_value(one.was)} and is now {_value(one.value)} ({one.who}: {one.why}).\n"
        "The original stays as it is. The correction belongs to this return and lapses when a later one supersedes "
        "it. Reports show it when they are made anew: toolkit report all"
    )


def _value(text: str) -> str:
    return f'"{text}"' if text else "empty"


def _listed(found: Sequence[Logged]) -> str:
    if not found:
        return "No correction was logged."
    rows = [
        (
            one.state,
            one.correction.cycle,
            one.correction.organisation_id,
            one.correction.criterion,
            one.correction.field,
            _short(one.correction.was),
            _short(one.correction.value),
            day(one.correction.at),
            one.correction.who,
            _short(one.correction.why),
        )
        for one in found
    ]
    applied = sum(one.state == "applied" for one in found)
    header = ("State", "Cycle", "Organisation", "Criterion", "Field", "Was", "Corrected to", "On", "By", "Why")
    return (
        columns([header, *rows])
        + f"\n\n{how_many(len(found), 'correction')}, {applied} applied. A lapsed one belonged to a return that a "
        "later one superseded; a replaced one was followed by another of the same field."
    )


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHORT else f"{plain[: _SHORT - 1]}…"


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Only compare; change nothing.")
@click.option("--replace", "replace_old", is_flag=True, help="Put the new record in place even where it is different.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def rebuild(desk: Desk, *, only_check: bool, replace_old: bool, as_json: bool) -> None:
    """Make the record anew from the originals, receipts and logs, and compare it with the one that stands."""
    from toolkit.intake.receiving import rebuild as make_anew

    if only_check and replace_old:
        raise click.UsageError("--check changes nothing and --replace does; use one of them.")
    found = make_anew(
        desk.project(), only_check=only_check, replace_old=replace_old, progress=ticker("Reading originals")
    )
    if as_json:
        print_json(
            {
                "identical": found.identical,
                "record": found.old,
                "replaced": found.replaced,
                "kept": str(found.kept or ""),
                "receipts": found.receipts,
                "returns": found.returns,
                "differences": found.differences,
            }
        )
    else:
        click.echo(_rebuilt(found, only_check=only_check))
    if not found.identical:
        sys.exit(NEEDS_A_PERSON)


def _rebuilt(found: Rebuilt, *, only_check: bool) -> str:
    made = f"{how_many(found.receipts, 'receipt')} and {how_many(found.returns, 'accepted return')}"
    lines = [f"  {each}" for each in found.differences]
    compared = "the record" if found.old == "sound" else f"the receipts on disk (the record is {found.old})"
    if found.identical:
        lines.append(f"identical: originals, receipts and logs give {made}, the same as {compared}.")
    else:
        lines.append(
            f"different from {compared}: {how_many(len(found.differences), 'difference')}, listed above ({made} anew)."
        )
    if found.replaced:
        kept = f" The old one is kept as {found.kept}." if found.kept else ""
        lines.append(f"The new record is in place.{kept} Run toolkit check to see that all is well.")
    elif only_check:
        lines.append("Nothing was changed.")
    else:
        lines.append(
            "The record was left as it is. Where the new one is right, run toolkit rebuild --replace; the old one is "
            "then kept beside it."
        )
    return "\n".join(lines)
