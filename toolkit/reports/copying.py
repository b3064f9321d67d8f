"""A snapshot's copy for an audience: what it may not see never reaches a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.comparison import WORDS_AT_LENGTH, says_nothing
from toolkit.disclosure import Material, Pseudonyms, Withheld, disclosed, pseudonyms, withheld
from toolkit.project import AUDIENCES, AudienceName, Policy, pseudonym_secret
from toolkit.store import (
    FRAMES,
    MORE_FRAMES,
    Contents,
    Definitions,
    contents_of,
    open_snapshot,
    read_decisions,
    write_copy,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.project import Project, Settings
    from toolkit.store import Snapshot

MASK: Callable[[str, Snapshot], str] | None = None
"""What takes personal data out of a text of a snapshot; while nothing does, "masked" is as strict as "none"."""

_SHORT = "Not shown."
_LONG = "Something was written here at length, and this edition does not show what organisations wrote."


@dataclass(frozen=True)
class Copy:
    """A snapshot as one audience may see it, the policy it was made by, and the audience's pseudonyms."""

    snapshot: Snapshot
    policy: Policy
    names: Pseudonyms

    def area(self, wanted: str | None, settings: Settings) -> str | None:
        """What an area that a person at the desk names (or its ONS code) is called in the copy."""
        for area in settings.areas:
            if wanted and wanted.strip().casefold() in {area.name.casefold(), area.code.casefold()}:
                return self.names.areas.get(area.name, area.name)
        return wanted


def policy_of(settings: Settings, audience: AudienceName) -> Policy:
    """What an audience may see, as it can be kept: without something that masks, no text is shown."""
    policy = settings.audiences.of(audience)
    return policy.model_copy(update={"free_text": "none"}) if policy.free_text == "masked" and not MASK else policy


def pseudonyms_of(project: Project, snapshot: Snapshot, audience: AudienceName) -> Pseudonyms:
    """The pseudonyms that an audience's copy of a snapshot has; the project's secret is made at first need.

    Raises:
        ProjectError, FileAccessError: the secret cannot be read, or is gone.
    """
    policy = policy_of(snapshot.settings, audience)
    secret = pseudonym_secret(project, _pseudonymous(snapshot.settings)) if policy.pseudonymous else b""
    return pseudonyms(policy, audience, snapshot.organisations["organisation_id"], snapshot.settings.areas, secret)


def copy_for(project: Project, snapshot: Snapshot, audience: AudienceName) -> Copy:
    """The snapshot itself for the office; for others a copy on disk without what they may not see.

    Raises:
        ProjectError, FileAccessError: the secret of the pseudonyms, or the copy, cannot be read or written.
    """
    policy, names = policy_of(snapshot.settings, audience), pseudonyms_of(project, snapshot, audience)
    if audience == "internal":
        return Copy(snapshot, policy, names)
    seen = disclosed(material_of(snapshot), policy, names, stand_in(policy, snapshot))
    columns = FRAMES | MORE_FRAMES
    tables: dict[str, list[tuple[Any, ...]]] = {
        name: [tuple(row[column] for column in columns[name]) for row in rows] for name, rows in seen.tables.items()
    }
    audiences = seen.settings.audiences.model_copy(update={audience: policy})
    contents = Contents(
        settings=seen.settings.model_copy(update={"audiences": audiences}),
        data_cut=snapshot.data_cut,
        definitions=Definitions(seen.frameworks, seen.scales, seen.crosswalks),
        tables=tables,
        audience=audience,
    )
    return Copy(open_snapshot(write_copy(project, snapshot, contents)), policy, names)


def withheld_from(project: Project, snapshot: Snapshot, copy: Copy) -> Withheld:
    """What the audience of a copy may not see: of the snapshot, the register, and the names that somebody matched.

    Raises:
        ProjectError, FileAccessError: the register or the log of decisions cannot be read.
    """
    return withheld(
        material_of(snapshot),
        material_of(copy.snapshot),
        copy.policy,
        project.register(),
        (decision.named for decision in read_decisions(project)),
        original=snapshot.id,
    )


def stand_in(policy: Policy, snapshot: Snapshot) -> Callable[[str], str]:
    """What is put for a text: nothing for nothing, a dash for a placeholder, as little for little as much for much."""

    def masked(text: str) -> str:
        return MASK(text, snapshot) if MASK and text.strip() else text

    def hidden(text: str) -> str:
        if not text.strip():
            return ""
        if says_nothing(text):
            return "–"
        return _LONG if len(text.split()) >= WORDS_AT_LENGTH else _SHORT

    return masked if policy.free_text == "masked" else hidden


def material_of(snapshot: Snapshot) -> Material:
    """What a snapshot holds, as the room disclosure takes it."""
    columns, held, known = FRAMES | MORE_FRAMES, contents_of(snapshot), snapshot.definitions
    tables = {name: [dict(zip(columns[name], row, strict=True)) for row in rows] for name, rows in held.tables.items()}
    return Material(snapshot.settings, tables, known.frameworks, known.scales, known.crosswalks)


def _pseudonymous(settings: Settings) -> tuple[str, ...]:
    return tuple(audience for audience in AUDIENCES if settings.audiences.of(audience).pseudonymous)
