"""Verbs that replay what people decided: correct, rebuild."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, columns, logged_in, print_json
from toolkit.document import day, how_many

if TYPE_CHECKING:
    from collections.abc import Sequence

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
