"""What each audience may see: the verb audiences, and the export for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from toolkit.cli.desk import Desk, columns

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import AudienceName, Project
    from toolkit.store import Snapshot


def export_for(project: Project, out: Path, audience: str) -> tuple[Snapshot, tuple[Path, ...]]:
    """Write the tidy responses as an audience may see them, searched for leaks first where it is not the office.

    Returns:
        The snapshot that was written (for others than the office a copy), and the files.

    Raises:
        PublishingError: a file would say what the audience may not see; none is written.
    """
    import tempfile
    from pathlib import Path

    from toolkit.publishing import refuse_leaks
    from toolkit.reports import audience_named, copy_for, withheld_from
    from toolkit.store import export, freeze, open_snapshot

    snapshot = open_snapshot(freeze(project))
    copy = copy_for(project, snapshot, audience_named(audience))
    if copy.snapshot.audience != "internal":
        with tempfile.TemporaryDirectory() as folder:
            hidden = withheld_from(project, snapshot, copy)
            for path in export(copy.snapshot, Path(folder) / out.name):
                refuse_leaks(path.name, path.read_bytes(), hidden, audience)
    return copy.snapshot, export(copy.snapshot, out)


def audiences_of(text: str) -> tuple[str, ...]:
    """The audiences that a text such as "internal,public" names, each once. Raises ReportError for an unknown one."""
    from toolkit.reports import audience_named

    return tuple(
        dict.fromkeys(audience_named(part.strip().lower()) for part in text.split(",") if part.strip() or not text)
    )


def audience_words(snapshot: Snapshot) -> str:
    """For whom a set is, and whom it therefore names."""
    from toolkit.reports.source import Source

    return Source(snapshot, snapshot.settings.current_cycle, snapshot.audience).audience_words


@click.command()
@click.option(
    "--show", "audience", metavar="AUDIENCE", help="Whose pseudonyms are whose: internal, never to be passed on."
)
@click.pass_obj
def audiences(desk: Desk, audience: str | None) -> None:
    """Say what each audience may see, and with --show what its pseudonyms stand for."""
    from toolkit.project import AUDIENCES

    project = desk.project()
    if audience is None:
        rows = [_policy_row(project, name) for name in AUDIENCES]
        head = ("Audience", "Organisations", "Areas", "Free text", "People", "Reports")
        click.echo(columns([head, *rows]))
        click.echo("Change it under [audiences] in toolkit.toml.")
        return
    click.echo(_key(project, audience))


def _policy_row(project: Project, name: AudienceName) -> tuple[str, ...]:
    kept = project.settings.audiences.of(name)
    people = "named" if kept.leads else "not named"
    return (name, kept.organisations, kept.areas, kept.free_text, people, ", ".join(kept.reports))


def _key(project: Project, audience: str) -> str:
    from toolkit.reports import audience_named, pseudonyms_of
    from toolkit.store import freeze, open_snapshot

    snapshot = open_snapshot(freeze(project))
    names = pseudonyms_of(project, snapshot, audience_named(audience))
    if not names.organisations:
        return f"The audience {audience} sees organisations and areas under their own names."
    known = dict(zip(snapshot.organisations["organisation_id"], snapshot.organisations["organisation"], strict=True))
    rows = sorted((f"Organisation {code}", key, known[key]) for key, code in names.organisations.items())
    places = sorted((shown, project.settings.area_codes[name], name) for name, shown in names.areas.items())
    return columns([("Pseudonym", "Id or code", "Name"), *places, *rows])
