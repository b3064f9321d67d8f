"""Who belongs to the synthetic region, and its register."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.demo.chance import chance
from toolkit.demo.definitions import load_cast
from toolkit.project import REGISTER_COLUMNS
from toolkit.records import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.demo.definitions import Entry, Kind

_WITHOUT_LEAD = 0.06


@dataclass(frozen=True)
class Member:
    """An organisation of the region and what kind it is (a key of `organisations.yaml`)."""

    organisation: Organisation
    kind_id: str
    kind: Kind


def members(areas: tuple[str, ...], seed: int, count: int | None = None) -> tuple[Member, ...]:
    """The organisations of the region, in the data file's order.

    Args:
        areas: the area names of the project.
        seed: decides which organisations have no lead at present.
        count: how many; None for all. A smaller region has every sector and covers the areas evenly.
    """
    everyone = tuple(
        _member(entry, places, number, seed) for number, (entry, places) in enumerate(_expanded(areas), start=1)
    )
    return everyone if count is None or count >= len(everyone) else _choose(everyone, areas, count)


def register_csv(organisations: tuple[Organisation, ...]) -> str:
    """The text of `register.csv`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(REGISTER_COLUMNS)
    for one in organisations:
        writer.writerow(
            [
                one.organisation_id,
                one.name,
                "; ".join(one.aliases),
                one.sector,
                "; ".join(one.areas),
                "; ".join(one.tiers),
                "yes" if one.commissioner else "no",
                "yes" if one.direct_services else "no",
                one.lead_name,
                one.lead_email,
            ]
        )
    return text.getvalue()


def _expanded(areas: tuple[str, ...]) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    for entry in load_cast().organisations:
        if "{area}" not in entry.id:
            yield entry, areas if entry.areas == "all" else tuple(a for a in areas if a in entry.areas)
            continue
        for area in areas:
            yield (
                entry.model_copy(
                    update={
                        "id": entry.id.format(area=area.lower().replace(" ", "-")),
                        "name": entry.name.format(area=area),
                        "aliases": tuple(alias.format(area=area) for alias in entry.aliases),
                    }
                ),
                (area,),
            )


def _member(entry: Entry, areas: tuple[str, ...], number: int, seed: int) -> Member:
    kind = load_cast().kinds[entry.kind]
    vacant = chance(seed, "lead", entry.id).random() < _WITHOUT_LEAD
    organisation = Organisation(
        organisation_id=entry.id,
        name=entry.name,
        aliases=entry.aliases,
        sector=kind.sector,
        areas=areas,
        tiers=kind.tiers,
        commissioner=kind.commissioner,
        direct_services=kind.direct_services,
        lead_name="" if vacant else f"Lead Officer {number}",
        lead_email="" if vacant else f"lead.officer.{number}@example.org",
    )
    return Member(organisation, entry.kind, kind)


def _choose(everyone: tuple[Member, ...], areas: tuple[str, ...], count: int) -> tuple[Member, ...]:
    """The sectors in turn; from each the organisation whose areas are covered least so far."""
    covered = dict.fromkeys(areas, 0.0)
    taken: dict[str, int] = {}
    chosen: list[Member] = []
    while len(chosen) < count:
        rest = [member for member in everyone if member not in chosen]
        sector = min((m.organisation.sector for m in rest), key=lambda name: taken.get(name, 0))
        best = min(
            (m for m in rest if m.organisation.sector == sector),
            key=lambda m: sum(covered[area] for area in m.organisation.areas) / len(m.organisation.areas),
        )
        for area in best.organisation.areas:
            covered[area] += 1 / len(best.organisation.areas)
        taken[sector] = taken.get(sector, 0) + 1
        chosen.append(best)
    return tuple(member for member in everyone if member in chosen)
