"""What an audience may see of a snapshot: each column of each table by its rule, and nothing that has no rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.disclosure.wording import without_areas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from toolkit.catalogue import Crosswalk, Framework, Scale
    from toolkit.disclosure.pseudonyms import Pseudonyms
    from toolkit.project import Policy, Settings

Row = dict[str, Any]

OTHER_SECTORS = "Other sectors"
"""What sectors are shown as that have too few organisations to hide in."""

NAMED = "named"
"""What stands where a person is named whom the audience may not know."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a snapshot holds: its settings, its tables as rows by column, and the definitions they are read with."""

    settings: Settings
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    frameworks: Mapping[str, Framework]
    scales: Mapping[str, Scale]
    crosswalks: Mapping[str, Crosswalk]


def disclosed(material: Material, policy: Policy, names: Pseudonyms, stand_in: Callable[[str], str]) -> Material:
    """The part of a snapshot's content that an audience may see, in an order that gives nothing away.

    Counts stay as they are: a rating, a date, whether there is evidence, an action or a lead, how many queries.

    Args:
        material: everything.
        policy: what the audience may see.
        names: the audience's pseudonyms.
        stand_in: what is put for a text that came from a return (the masked text, or a sentence that says nothing).

    Returns:
        The same shape. A column without a rule in `RULES` is empty, a table without rules has no rows.
    """
    sight = _Sight(material, policy, names, stand_in)
    order = {cycle.id: at for at, cycle in enumerate(sorted(material.settings.cycles, key=lambda c: (c.issued, c.id)))}

    def place(row: Row) -> tuple[int, str]:
        return order.get(row.get("cycle", ""), -1), row["organisation_id"]

    tables = {
        name: sorted((sight.row(RULES[name], row) for row in rows), key=place) if name in RULES else []
        for name, rows in material.tables.items()
    }
    settings, codes = _settings(material.settings, names)
    frameworks, crosswalks = material.frameworks, material.crosswalks
    if names.areas:
        frameworks, crosswalks = without_areas(frameworks, crosswalks, names.areas, codes)
    return Material(settings, tables, frameworks, material.scales, crosswalks)


def coarse_sectors(organisations: Iterable[Mapping[str, Any]], smallest: int) -> dict[str, str]:
    """What each sector is shown as: its name, or "Other sectors" where it has fewer organisations than `smallest`.

    The others together are never fewer than `smallest` either, as far as there are so many organisations: a lone small
    sector takes the next larger one with it, because whoever knows the sectors could tell it by its absence.
    """
    counts = Counter(str(each["sector"]) for each in organisations)
    by_size = sorted(counts, key=lambda sector: (counts[sector], sector))
    others = [sector for sector in by_size if counts[sector] < smallest]
    while others and sum(counts[sector] for sector in others) < smallest and len(others) < len(by_size):
        others.append(by_size[len(others)])
    return {sector: OTHER_SECTORS if sector in others else sector for sector in counts}


class _Sight:
    """How one audience sees each kind of value; every method takes a value and its row."""

    def __init__(self, material: Material, policy: Policy, names: Pseudonyms, stand_in: Callable[[str], str]) -> None:
        self._policy, self._names, self._stand_in = policy, names, stand_in
        self._scales = {cycle.id: material.scales[cycle.scale] for cycle in material.settings.cycles}
        organisations = material.tables["organisations"]
        self._sectors = coarse_sectors(organisations, policy.smallest_sector) if policy.pseudonymous else {}

    def row(self, rules: Mapping[str, str], row: Mapping[str, Any]) -> Row:
        """The row as the audience sees it."""
        return {
            column: getattr(self, rules[column])(value, row) if column in rules else self.gone(value, row)
            for column, value in row.items()
        }

    def kept(self, value: Any, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever a column holds
        del row
        return value

    def gone(self, value: Any, row: Mapping[str, Any]) -> Any:  # noqa: ANN401
        del row
        return "" if isinstance(value, str) else None

    def key(self, value: str, row: Mapping[str, Any]) -> str:
        del row
        return self._names.organisations[value] if self._policy.pseudonymous else value

    def name(self, value: str, row: Mapping[str, Any]) -> str:
        return f"Organisation {self.key(row['organisation_id'], row)}" if self._policy.pseudonymous else value

    def sector(self, value: str, row: Mapping[str, Any]) -> str:
        del row
        return self._sectors.get(value, OTHER_SECTORS) if self._policy.pseudonymous else value

    def areas(self, value: str, row: Mapping[str, Any]) -> str:
        del row
        if not self._names.areas:
            return value
        return "; ".join(sorted(self._names.areas[name] for name in value.split("; ") if name in self._names.areas))

    def text(self, value: str, row: Mapping[str, Any]) -> str:
        del row
        return value if self._policy.free_text == "as written" else self._stand_in(value)

    def person(self, value: str, row: Mapping[str, Any]) -> str:
        del row
        return value if self._policy.leads else NAMED if value.strip() else ""

    def written(self, value: str, row: Mapping[str, Any]) -> str:
        """A rating as written, where it is one of the scale's own words and nothing else."""
        as_written = self._policy.free_text == "as written"
        return value if as_written or self._scales[row["cycle"]].level(value) else ""

    def corrected(self, value: str, row: Mapping[str, Any]) -> str:
        """A value before or after a correction: by the rule of the field that was corrected."""
        rule = {"rating": "kept", "target_date": "kept", "lead": "person"}.get(row["field"], "text")
        seen: str = getattr(self, rule)(value, row)
        return seen


def _settings(settings: Settings, names: Pseudonyms) -> tuple[Settings, tuple[str, ...]]:
    """The settings with areas under their pseudonyms, in the order of these, with codes that say nothing."""
    if not names.areas:
        return settings, ()
    shown = sorted(names.areas.values())
    codes = tuple(f"E{at:08}" for at in range(1, len(shown) + 1))
    kind = type(settings.areas[0])
    areas = tuple(kind(code=code, name=name) for code, name in zip(codes, shown, strict=True))
    return settings.model_copy(update={"areas": areas}), codes


_ANSWER = {
    "cycle": "kept",
    "framework": "kept",
    "organisation_id": "key",
    "standard": "kept",
    "criterion": "kept",
    "priority": "kept",
}
_WHO = {"organisation_id": "key", "organisation": "name", "sector": "sector", "areas": "areas"}

RULES: Mapping[str, Mapping[str, str]] = {
    "responses": _ANSWER
    | _WHO
    | {
        "tier": "kept",
        "rating": "kept",
        "rating_as_written": "written",
        "evidence": "text",
        "action": "text",
        "lead": "person",
        "target_date": "kept",
        "reviewer_rating": "kept",
        "agreed_rating": "kept",
        "value": "kept",
    },
    "asked": _ANSWER,
    "organisations": _WHO
    | {
        "tiers": "kept",
        "commissioner": "kept",
        "direct_services": "kept",
        "lead_name": "person",
        "lead_email": "person",
    },
    "returns": {
        "cycle": "kept",
        "organisation_id": "key",
        "completed_by": "person",
        "authorised_by": "person",
        "lead_name": "person",
        "lead_email": "person",
        "criteria_expected": "kept",
        "criteria_answered": "kept",
        "queries": "kept",
    },
    "queries": {"cycle": "kept", "organisation_id": "key", "code": "kept", "severity": "kept"},
    "corrections": {
        "cycle": "kept",
        "organisation_id": "key",
        "criterion": "kept",
        "field": "kept",
        "was": "corrected",
        "value": "corrected",
    },
    "other_ratings": {
        "cycle": "kept",
        "organisation_id": "key",
        "criterion": "kept",
        "by": "kept",
        "rating": "kept",
        "rating_as_written": "written",
    },
}
"""What becomes of each column; those not named are empty: files, hashes, sheets, cells, moments, who and why."""
