"""A snapshot: a frozen, content-addressed copy of what the figures are made of, and nothing else is read for them."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from toolkit.catalogue import Crosswalk, Framework, Scale
from toolkit.errors import StoreError
from toolkit.project import Settings
from toolkit.store.data_sets import COLUMNS as DATA_SET_COLUMNS
from toolkit.store.reading import batches_of, let_go, read, read_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

    from toolkit.catalogue.context import ContextFigures

FORMAT = 1
"""The version of a snapshot's files; another one is frozen anew."""

TIDY_COLUMNS = (
    "cycle",
    "framework",
    "organisation_id",
    "organisation",
    "sector",
    "areas",
    "tier",
    "standard",
    "criterion",
    "priority",
    "rating",
    "rating_as_written",
    "evidence",
    "action",
    "lead",
    "target_date",
    "reviewer_rating",
    "agreed_rating",
    "source_file",
    "source_sha256",
    "source_sheet",
    "source_cell",
    "received_at",
)
"""The columns of tidy responses, in the order of the contract (design 5.4)."""

FRAMES: dict[str, tuple[str, ...]] = {
    "responses": (*TIDY_COLUMNS, "value"),
    "asked": ("cycle", "framework", "organisation_id", "standard", "criterion", "priority"),
    "organisations": (
        "organisation_id",
        "organisation",
        "sector",
        "areas",
        "tiers",
        "commissioner",
        "direct_services",
        "lead_name",
        "lead_email",
    ),
    "returns": (
        "cycle",
        "organisation_id",
        "source_file",
        "source_sha256",
        "received_at",
        "completed_on",
        "completed_by",
        "authorised_by",
        "lead_name",
        "lead_email",
        "criteria_expected",
        "criteria_answered",
        "queries",
        "supersedes",
    ),
    "queries": (
        "cycle",
        "organisation_id",
        "source_file",
        "code",
        "severity",
        "sheet",
        "cell",
        "found",
        "expected",
        "message",
    ),
}
"""The tables that every snapshot has, and their columns."""

PEOPLE_COUNT_COLUMNS = ("cycle", "area", "heading", "measure", "figure", "mask", "organisations", "few")
"""The columns of totals of data sets, all text; `area` is empty for the region, `figure` where it is masked."""

MORE_FRAMES: dict[str, tuple[str, ...]] = {
    "corrections": ("cycle", "organisation_id", "criterion", "field", "was", "value", "who", "why", "at"),
    "other_ratings": ("cycle", "organisation_id", "criterion", "by", "rating", "rating_as_written", "sheet", "cell"),
    "data_sets": DATA_SET_COLUMNS,
    "people_counts": PEOPLE_COUNT_COLUMNS,
}
"""Tables that a snapshot has where they have rows. `corrections` says what the responses were before and are now.

`data_sets` has what each organisation gave (2024 standards, 9.4); a snapshot for other audiences than `internal` has
`people_counts` in its place, which is masked.
"""

_COLUMNS = FRAMES | MORE_FRAMES

DTYPES = {
    "value": "float64",
    "commissioner": "bool",
    "direct_services": "bool",
    "criteria_expected": "int64",
    "criteria_answered": "int64",
    "queries": "int64",
}
"""Columns that are not text."""

CATEGORIES: dict[str, tuple[str, ...]] = {
    "responses": tuple(name for name in TIDY_COLUMNS if name not in {"evidence", "action", "lead", "target_date"}),
    "asked": FRAMES["asked"],
}
"""Columns whose few texts stand in many rows: categories of pandas, in the order of their text, once they are read."""

SETTINGS_FILE = "settings.json"
MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Definitions:
    """The frameworks, scales and crosswalks in force at the freeze, by id (crosswalks by `EARLIER-to-LATER`).

    `context` has the published figures that are shown beside areas, by id.
    """

    frameworks: Mapping[str, Framework]
    scales: Mapping[str, Scale]
    crosswalks: Mapping[str, Crosswalk]
    context: Mapping[str, ContextFigures] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A frozen copy of the record.

    id: the first 16 hex digits of the content's SHA-256, and the name of its folder in the record.
    data_cut: when the latest return in it was received; the first moment of the latest cycle where there is none.
    responses: one row per organisation, cycle and asked criterion of every current return: TIDY_COLUMNS and `value`
        (what the rating counts for on its scale, 0 to 1; NaN where it is not applicable, blank or unreadable).
    asked: what every organisation was asked, returned or not.
    organisations, returns, queries: the register, the current returns, and the queries they carry.
    corrections: one row per field of a response that was corrected, the values before and now as in the responses.
    other_ratings: what a commissioner or a moderator gave, where their column stands beside the organisation's own.
    data_sets: one row per total of an organisation's data set, counts of people among them; internal.
    people_counts: totals of data sets, small numbers masked; only in a snapshot for another audience.
    audience: who may see it; a copy for others than `internal` lacks what they may not see.
    original: the snapshot that this one was lent from; None where it is its own.

    Text is `str`, and categories of it in the columns of `CATEGORIES`. Tables that are counted once a snapshot
    (`comparison`) are counted from the original, so its frames must not be changed in place; `lent` is for readers who
    might.
    """

    id: str
    folder: Path
    settings: Settings
    data_cut: datetime
    responses: pd.DataFrame
    asked: pd.DataFrame
    organisations: pd.DataFrame
    returns: pd.DataFrame
    queries: pd.DataFrame
    corrections: pd.DataFrame
    other_ratings: pd.DataFrame
    data_sets: pd.DataFrame
    people_counts: pd.DataFrame
    definitions: Definitions = field(repr=False)
    audience: str = "internal"
    original: Snapshot | None = field(init=False, default=None, repr=False)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> pd.DataFrame:
            """A table that `open_snapshot` left where it is."""
            if name not in _COLUMNS:
                raise AttributeError(name)
            object.__setattr__(self, name, _table(self.folder, name, _COLUMNS[name]))
            return getattr(self, name)

    def columns(self, table: str, names: Sequence[str]) -> pd.DataFrame:
        """Some columns of a table; where the table was not read yet, only these are read, and they are not kept."""
        held: pd.DataFrame | None = self.__dict__.get(table)
        return held[list(names)] if held is not None else _table(self.folder, table, names)

    def batches(self, table: str, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The same, some rows at a time, as Arrow has them; texts may be coded, each batch having its own codes."""
        held: pd.DataFrame | None = self.__dict__.get(table)
        path = self.folder / f"{table}.parquet"
        if held is not None:
            yield from batches_of(held[list(names)])
        elif table in FRAMES or path.is_file():
            with _as_it_was(self.folder):
                yield from read_batches(path, names, CATEGORIES.get(table, ()))

    def pieces(self, table: str, names: Sequence[str]) -> Iterator[pd.DataFrame]:
        """The same as frames; coded texts are categories."""
        return (batch.to_pandas() for batch in self.batches(table, names))

    def with_columns(self, **columns: Sequence[str]) -> Snapshot:
        """The same snapshot with only some columns of some tables, by table; the other tables are as they are here."""
        return self.with_tables(**{table: self.columns(table, names) for table, names in columns.items()})

    def with_tables(self, **tables: pd.DataFrame) -> Snapshot:
        """The same snapshot with other tables in the place of some, which are not read for it."""
        changed = object.__new__(Snapshot)
        for name, value in (self.__dict__ | {"original": None} | tables).items():
            object.__setattr__(changed, name, value)
        return changed

    def put_down(self) -> None:
        """Let go of the tables of a snapshot that was opened; they are read again when they are asked for."""
        held = [self.__dict__.pop(name, None) for name in _COLUMNS]
        if any(frame is not None for frame in held):
            del held
            let_go()

    def lent(self) -> Snapshot:
        """The same snapshot with frames of its own: whatever a reader does to them stays with that reader."""
        frames = {name: getattr(self, name).copy(deep=False) for name in _COLUMNS}
        copy = replace(self, **frames)
        object.__setattr__(copy, "original", self.original or self)
        return copy

    def framework(self, cycle_id: str) -> Framework:
        """The framework a cycle asked. Raises ProjectError for an unknown cycle."""
        return self.definitions.frameworks[self.settings.cycle(cycle_id).framework]

    def scale(self, cycle_id: str) -> Scale:
        """The rating scale of a cycle. Raises ProjectError for an unknown cycle."""
        return self.definitions.scales[self.settings.cycle(cycle_id).scale]

    def crosswalk(self, cycle_id: str) -> Crosswalk | None:
        """The links from the framework of the cycle before; None where there is no such cycle or crosswalk.

        Raises ProjectError for an unknown cycle.
        """
        earlier = self.settings.cycle_before(cycle_id)
        if earlier is None:
            return None
        return self.definitions.crosswalks.get(f"{earlier.framework}-to-{self.settings.cycle(cycle_id).framework}")


def open_snapshot(folder: Path) -> Snapshot:
    """Read a snapshot, checked against its manifest; no project is needed.

    Raises:
        StoreError: the folder is not a snapshot, a file of it was changed, or another version of the toolkit wrote it.
    """
    from toolkit.catalogue.context import ContextFigures

    faults = snapshot_faults(folder)
    if faults:
        raise StoreError(faults[0])
    manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    content = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
    if content["format"] != FORMAT:
        raise StoreError(f"The snapshot {folder} was written by another version of the toolkit; make the reports anew.")
    snapshot = object.__new__(Snapshot)  # without its tables, which are read when they are asked for
    about = {
        "id": str(manifest.get("content_sha256", folder.name))[:16],
        "folder": folder,
        "settings": Settings.model_validate(content["settings"]),
        "data_cut": datetime.fromisoformat(content["data_cut"]),
        "audience": content.get("audience", "internal"),
        "definitions": Definitions(
            frameworks={key: Framework.model_validate(each) for key, each in content["frameworks"].items()},
            scales={key: Scale.model_validate(each) for key, each in content["scales"].items()},
            crosswalks={key: Crosswalk.model_validate(each) for key, each in content["crosswalks"].items()},
            context={key: ContextFigures.model_validate(each) for key, each in content.get("context", {}).items()},
        ),
    }
    for name, value in about.items():
        object.__setattr__(snapshot, name, value)
    return snapshot


def _table(folder: Path, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """Columns of a table of a snapshot's folder, which was found sound. Raises StoreError where it is gone since."""
    import pandas as pd

    path = folder / f"{name}.parquet"
    if name in MORE_FRAMES and not path.is_file():
        return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
    with _as_it_was(folder):
        return read(path, columns, CATEGORIES.get(name, ()))


@contextmanager
def _as_it_was(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"The snapshot {folder} has changed while it was read; make the reports anew.") from error


def snapshot_faults(folder: Path) -> list[str]:
    """What is wrong with a snapshot's files, one sentence each; empty where it is sound."""
    try:
        manifest: Any = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        listed = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return [f"The snapshot {folder} has no readable {MANIFEST_FILE}; delete the folder and make the reports anew."]
    expected = {SETTINGS_FILE, *(f"{name}.parquet" for name in FRAMES)}
    found = []
    for name in sorted(expected | set(listed)):
        path = folder / name
        if not path.is_file():
            found.append(f"The snapshot {folder} lacks {name}; delete the folder and make the reports anew.")
        elif sha256_of(path) != listed.get(name):
            found.append(
                f"{path} is not as it was frozen; delete the snapshot's folder {folder.name} and make the reports anew."
            )
    return found


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
