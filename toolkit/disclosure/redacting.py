"""What an audience may see of a snapshot: each column of each table by its rule, and nothing that has no rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.disclosure.columns import SnapshotTable, beside, constant, each, is_text
from toolkit.disclosure.wording import without_areas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pyarrow as pa

    from toolkit.catalogue import Crosswalk, Framework, Scale
    from toolkit.disclosure.pseudonyms import Pseudonyms
    from toolkit.project import Policy, Settings

OTHER_SECTORS = "Other sectors"
"""What sectors are shown as that have too few organisations to hide in."""

NAMED = "named"
"""What stands where a person is named whom the audience may not know."""

_KEYS = ("cycle", "organisation_id", "field")
"""Columns that say how another is seen, or where its row stands."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a snapshot holds: its settings, its tables, and the definitions they are read with."""

    settings: Settings
    tables: Mapping[str, SnapshotTable]
    frameworks: Mapping[str, Framework]
    scales: Mapping[str, Scale]
    crosswalks: Mapping[str, Crosswalk]


def disclosed(
    material: Material, policy: Policy, names: Pseudonyms, stand_in: Callable[[Sequence[str]], Iterable[str]]
) -> Material:
    """The part of a snapshot's content that an audience may see, in an order that gives nothing away.

    Counts stay as they are: a rating, a date, whether there is evidence, an action or a lead, how many queries.

    Args:
        material: everything.
        policy: what the audience may see.
        names: the audience's pseudonyms.
        stand_in: what is put for texts that came from a return (the masked text, or a sentence that says nothing), one
            for each.

    Returns:
        The same shape. A column without a rule in `RULES` is empty, a table without rules has no rows.
    """
    import pyarrow as pa

    sight = _Sight(material, policy, names, stand_in)
    none = SnapshotTable.of(pa.table({}))
    tables = {
        name: SnapshotTable.of(sight.table(RULES[name], table)) if name in RULES else none
        for name, table in material.tables.items()
    }
    settings, codes = _settings(material.settings, names)
    frameworks, crosswalks = material.frameworks, material.crosswalks
    if names.areas:
        frameworks, crosswalks = without_areas(frameworks, crosswalks, names.areas, codes)
    return Material(settings, tables, frameworks, material.scales, crosswalks)


def coarse_sectors(sectors: Iterable[str], smallest: int) -> dict[str, str]:
    """What each sector is shown as: its name, or "Other sectors" where it has fewer organisations than `smallest`.

    The others together are never fewer than `smallest` either, as far as there are so many organisations: a lone small
    sector takes the next larger one with it, because whoever knows the sectors could tell it by its absence.

    Args:
        sectors: of each organisation.
        smallest: how many organisations are enough to hide in.
    """
    counts = Counter(sectors)
    by_size = sorted(counts, key=lambda sector: (counts[sector], sector))
    others = [sector for sector in by_size if counts[sector] < smallest]
    while others and sum(counts[sector] for sector in others) < smallest and len(others) < len(by_size):
        others.append(by_size[len(others)])
    return {sector: OTHER_SECTORS if sector in others else sector for sector in counts}


class _Sight:
    """How one audience sees each kind of value; every rule takes a column of some rows, and the rows."""

    def __init__(
        self,
        material: Material,
        policy: Policy,
        names: Pseudonyms,
        stand_in: Callable[[Sequence[str]], Iterable[str]],
    ) -> None:
        self._policy, self._names, self._stand_in = policy, names, stand_in
        cycles = sorted(material.settings.cycles, key=lambda cycle: (cycle.issued, cycle.id))
        self._order = {cycle.id: at for at, cycle in enumerate(cycles)}
        self._scales = {cycle.id: material.scales[cycle.scale] for cycle in cycles}
        about = material.tables["organisations"].rows()
        smallest = policy.smallest_sector
        self._sectors = coarse_sectors((str(one["sector"]) for one in about), smallest) if policy.pseudonymous else {}

    def table(self, rules: Mapping[str, str], table: SnapshotTable) -> pa.Table:
        """The table as the audience sees it, a column and some rows at a time, in the order of cycles and ids."""
        import pyarrow as pa

        keys = [name for name in _KEYS if name in table.columns]
        columns = []
        for name in table.columns:
            see = getattr(self, rules.get(name, "gone"))
            wanted = tuple(dict.fromkeys((name, *keys)))
            chunks = [see(batch.column(0), batch) for batch in table.batches(wanted)]
            columns.append(pa.chunked_array(chunks) if chunks else pa.chunked_array([], pa.large_string()))
        seen = pa.table(dict(zip(table.columns, columns, strict=True)))
        return self._in_order(seen.unify_dictionaries())

    def _in_order(self, seen: pa.Table) -> pa.Table:
        import numpy as np

        def ranks(column: str, rank: Callable[[Sequence[str]], Iterable[int]]) -> np.ndarray[Any, np.dtype[np.int64]]:
            values = seen.column(column).combine_chunks().dictionary_encode()
            of_text = np.fromiter(rank(values.dictionary.to_pylist()), dtype=np.int64)
            found: np.ndarray[Any, np.dtype[np.int64]] = of_text[values.indices.to_numpy()]
            return found

        def of_names(texts: Sequence[str]) -> Iterable[int]:
            places = {text: place for place, text in enumerate(sorted(texts))}
            return (places[text] for text in texts)

        if not seen.num_rows:
            return seen
        by = [ranks("organisation_id", of_names)]
        if "cycle" in seen.column_names:
            by.append(ranks("cycle", lambda texts: (self._order.get(text, -1) for text in texts)))
        order = np.lexsort(by)
        return seen if (order == np.arange(len(order))).all() else seen.take(order)

    def kept(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        del rows
        return values

    def gone(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        return constant("" if is_text(values) else None, rows.num_rows)

    def key(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        del rows
        return each(values, self._keys)

    def _keys(self, ids: Sequence[str]) -> list[str]:
        return [self._names.organisations[one] for one in ids] if self._policy.pseudonymous else list(ids)

    def name(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        if not self._policy.pseudonymous:
            return values
        return each(rows.column("organisation_id"), lambda ids: [f"Organisation {one}" for one in self._keys(ids)])

    def sector(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        del rows
        if not self._policy.pseudonymous:
            return values
        return each(values, lambda texts: [self._sectors.get(one, OTHER_SECTORS) for one in texts])

    def areas(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        del rows
        return each(values, lambda texts: map(self._areas, texts)) if self._names.areas else values

    def _areas(self, joined: str) -> str:
        return "; ".join(sorted(self._names.areas[name] for name in joined.split("; ") if name in self._names.areas))

    def text(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        del rows
        if self._policy.free_text == "as written":
            return values
        return each(values, self._stand_in, to_few=self._policy.free_text == "none")

    def person(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        del rows
        if self._policy.leads:
            return values
        return each(values, lambda texts: [NAMED if one.strip() else "" for one in texts], to_few=True)

    def written(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        """Ratings as written, where they are one of the scale's own words and nothing else."""
        if self._policy.free_text == "as written":
            return values
        return beside(
            values,
            rows.column("cycle"),
            lambda cycle, texts: [one if self._scales[cycle].level(one) else "" for one in texts],
        )

    def corrected(self, values: pa.Array, rows: pa.RecordBatch) -> pa.Array:
        """Values before or after a correction: by the rule of the field that was corrected."""
        rules = {"rating": "kept", "target_date": "kept", "lead": "person"}

        def of_field(field: str, texts: Sequence[str]) -> Iterable[str]:
            import pyarrow as pa

            see = getattr(self, rules.get(field, "text"))
            seen: list[str] = see(pa.array(texts, pa.large_string()), rows).to_pylist()
            return seen

        return beside(values, rows.column("field"), of_field)


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
