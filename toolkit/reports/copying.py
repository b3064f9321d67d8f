"""A snapshot's copy for an audience: what it may not see never reaches a notebook.

What makes copies is imported when one is made: the office's reports are made of the snapshot itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from toolkit.project import AUDIENCES, AudienceName, Policy, pseudonym_secret
from toolkit.store import (
    FRAMES,
    MORE_FRAMES,
    BatchedRows,
    Contents,
    Definitions,
    in_seconds,
    open_snapshot,
    read_decisions,
    read_releases,
    write_copy,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from toolkit.disclosure import Material, Pseudonyms, Withheld
    from toolkit.project import Project, Settings
    from toolkit.records import Organisation
    from toolkit.reports.people_counts import PeopleCounts
    from toolkit.store import Snapshot

_SHORT = "Not shown."
_LONG = "Something was written here at length, and this edition does not show what organisations wrote."


@dataclass(frozen=True)
class Copy:
    """A snapshot as one audience may see it, the policy it was made by, and its pseudonyms of areas, where it has any.

    `counts` is what it may see of counts of people; None for the office, which sees them as they are.
    """

    snapshot: Snapshot
    policy: Policy
    areas: Mapping[str, str] = field(default_factory=dict)
    counts: PeopleCounts | None = None

    def area(self, wanted: str | None, settings: Settings) -> str | None:
        """What an area that a person at the desk names (or its ONS code) is called in the copy."""
        for area in settings.areas:
            if wanted and wanted.strip().casefold() in {area.name.casefold(), area.code.casefold()}:
                return self.areas.get(area.name, area.name)
        return wanted


def pseudonyms_of(project: Project, snapshot: Snapshot, audience: AudienceName) -> Pseudonyms:
    """The pseudonyms that an audience's copy of a snapshot has; the project's secret is made at first need.

    Raises:
        ProjectError, FileAccessError: the secret cannot be read, or is gone.
    """
    from toolkit.disclosure import pseudonyms

    policy = snapshot.settings.audiences.of(audience)
    secret = pseudonym_secret(project, _pseudonymous(snapshot.settings)) if policy.pseudonymous else b""
    return pseudonyms(policy, audience, snapshot.organisations["organisation_id"], snapshot.settings.areas, secret)


def copy_for(project: Project, snapshot: Snapshot, audience: AudienceName) -> Copy:
    """The snapshot itself for the office; for others a copy on disk without what they may not see.

    Raises:
        ProjectError, FileAccessError: the secret of the pseudonyms, or the copy, cannot be read or written.
    """
    policy = snapshot.settings.audiences.of(audience)
    if audience == "internal":
        return Copy(snapshot, policy)
    from toolkit.disclosure import disclosed

    names = pseudonyms_of(project, snapshot, audience)
    material = material_of(snapshot)
    seen = disclosed(material, policy, names, stand_in(policy, material, project.register()))
    columns = FRAMES | MORE_FRAMES
    tables: dict[str, Collection[tuple[Any, ...]]] = {
        name: BatchedRows(partial(table.batches, columns[name])) if table.columns else ()
        for name, table in seen.tables.items()
    }
    counts = _counts(project, snapshot, audience)
    tables["people_counts"] = [(cycle, names.areas.get(area, area), *rest) for cycle, area, *rest in counts.rows]
    audiences = seen.settings.audiences.model_copy(update={audience: policy})
    contents = Contents(
        settings=seen.settings.model_copy(update={"audiences": audiences}),
        data_cut=snapshot.data_cut,
        definitions=Definitions(
            seen.frameworks,
            seen.scales,
            seen.crosswalks,
            {} if names.areas else snapshot.definitions.context,  # it names its area
        ),
        tables=tables,
        audience=audience,
    )
    return Copy(open_snapshot(write_copy(project, snapshot, contents)), policy, names.areas, counts)


def _counts(project: Project, snapshot: Snapshot, audience: AudienceName) -> PeopleCounts:
    """Counts of people with small numbers hidden, so that no earlier release gives them away either."""
    from toolkit.layouts import load_layout
    from toolkit.reports.people_counts import for_others

    releases = [each for cycle in snapshot.settings.cycles for each in read_releases(project, cycle.id)]
    return for_others(snapshot, audience, releases, in_seconds(), load_layout(root=project.root))


def withheld_from(project: Project, snapshot: Snapshot, copy: Copy) -> Withheld:
    """What the audience of a copy may not see: of the snapshot, the register, and the names that somebody matched.

    Raises:
        ProjectError, FileAccessError: the register or the log of decisions cannot be read.
    """
    from toolkit.disclosure import withheld

    return withheld(
        material_of(snapshot),
        material_of(copy.snapshot),
        copy.policy,
        project.register(),
        (decision.named for decision in read_decisions(project)),
        original=snapshot.id,
    )


def stand_in(
    policy: Policy, material: Material, register: Iterable[Organisation]
) -> Callable[[Sequence[str]], Iterable[str]]:
    """What is put for texts where they may not be seen as they were written, one for each.

    Masked: the text without personal data, and without anybody whom the register or the returns name. Hidden: nothing
    for nothing, a dash for a placeholder, as little for little as much for much.
    """
    from toolkit.comparison import WORDS_AT_LENGTH, says_nothing
    from toolkit.disclosure import people_of
    from toolkit.disclosure.personal import Allowed, People, masked_all

    registered, about = tuple(register), material.settings.project
    allowed = Allowed.of(registered, material.settings.area_codes, (about.name, about.office, about.marking))
    people = People(people_of(material, registered))

    def without_personal_data(texts: Sequence[str]) -> list[str]:
        shown = masked_all(texts, allowed)
        return [people.removed_from(shown.get(place, text)) for place, text in enumerate(texts)]

    def hidden(text: str) -> str:
        if not text.strip():
            return ""
        if says_nothing(text):
            return "–"
        return _LONG if len(text.split()) >= WORDS_AT_LENGTH else _SHORT

    return without_personal_data if policy.free_text == "masked" else partial(map, hidden)


def material_of(snapshot: Snapshot) -> Material:
    """What a snapshot holds, as the room disclosure takes it: its tables are read as they are gone through."""
    from toolkit.disclosure import Material, SnapshotTable

    known = snapshot.definitions
    tables = {
        name: SnapshotTable(columns, partial(snapshot.batches, name))
        for name, columns in (FRAMES | MORE_FRAMES).items()
    }
    return Material(snapshot.settings, tables, known.frameworks, known.scales, known.crosswalks)


def _pseudonymous(settings: Settings) -> tuple[str, ...]:
    return tuple(audience for audience in AUDIENCES if settings.audiences.of(audience).pseudonymous)
