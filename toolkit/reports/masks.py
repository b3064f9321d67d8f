"""Where personal data stands in a snapshot's free text, and what is shown there: found once, and kept.

What is kept are masked texts and their places, beside the snapshots, which have the texts themselves. It is known by
all that it hangs on: every byte of the snapshot, with the names that are allowed in it, and the toolkit with its lists.
"""

from __future__ import annotations

import hashlib
import os
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
from filelock import FileLock

from toolkit.store import MANIFEST_FILE, SNAPSHOTS_FOLDER, installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.disclosure.personal import Allowed
    from toolkit.store import Snapshot

TEXTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"responses": ("evidence", "action"), "corrections": ("was", "value")}
)
"""Columns of free text, by table."""

_COLUMNS = ("table", "column", "row", "text")
_FOLDER = "masked"


def masks_of(snapshot: Snapshot) -> pd.DataFrame:
    """What is shown in place of each text with personal data: table, column, row (from 0) and the masked text.

    It is found once, however many processes ask at the same time, where it can be kept: in the record's folder. Of
    another snapshot's folder it is found each time.
    """
    path = _path(snapshot)
    if path is None:
        return _found(snapshot)
    kept = _kept(path)
    if kept is not None:
        return kept
    try:
        path.parent.mkdir(exist_ok=True)
        with FileLock(path.with_suffix(".lock")):  # another process may be finding it
            kept = _kept(path)
            if kept is None:
                kept = _found(snapshot)
                _keep(kept, path)
            return kept
    except (OSError, NotImplementedError):  # it cannot be kept there, or the file system knows no locks
        return _found(snapshot) if kept is None else kept


def _found(snapshot: Snapshot) -> pd.DataFrame:
    from toolkit.disclosure.personal import Allowed

    about = snapshot.settings.project
    named = (*snapshot.organisations["organisation"], about.name, about.office, about.marking)
    allowed = Allowed.of((), snapshot.settings.area_codes, named)
    return pd.DataFrame([row for table in TEXTS for row in _in_table(snapshot, table, allowed)], columns=[*_COLUMNS])


def _in_table(snapshot: Snapshot, table: str, allowed: Allowed) -> Iterator[tuple[str, str, int, str]]:
    """The masks of a table, some rows at a time; of corrections those of a text."""
    from toolkit.disclosure.personal import masked_all

    before, field = 0, ("field",) if table == "corrections" else ()
    for piece in snapshot.pieces(table, (*TEXTS[table], *field)):
        chosen = piece[piece["field"].isin(TEXTS["responses"])] if field else piece
        rows = (chosen.index + before).tolist()
        for column in TEXTS[table]:
            texts = chosen[column].tolist()
            different = tuple(dict.fromkeys(texts))  # each is looked at once
            shown = {different[place]: text for place, text in masked_all(different, allowed).items()}
            yield from (
                (table, column, row, shown[text]) for row, text in zip(rows, texts, strict=True) if text in shown
            )
        before += len(piece)


def _path(snapshot: Snapshot) -> Path | None:
    """Where the masks of a snapshot are kept; None where it does not stand in a project's record."""
    folder = snapshot.folder
    if folder.parent.name != SNAPSHOTS_FOLDER:
        return None
    key = hashlib.sha256(installed().encode("ascii") + (folder / MANIFEST_FILE).read_bytes()).hexdigest()
    return folder.parent.with_name(_FOLDER) / f"{folder.name}-{key[:32]}.parquet"


def _kept(path: Path) -> pd.DataFrame | None:
    import pyarrow.parquet as pq

    try:
        kept: pd.DataFrame = pq.read_table(path, page_checksum_verification=True).to_pandas()
    except (OSError, ValueError):
        return None
    return kept


def _keep(masks: pd.DataFrame, path: Path) -> None:
    """Write masks at once and whole, and take away those that other versions of the toolkit found in the snapshot."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = dict(zip(_COLUMNS, (pa.string(), pa.string(), pa.int64(), pa.string()), strict=True))
    draft = path.with_suffix(f".{os.getpid()}")
    table = pa.Table.from_pandas(masks, schema=pa.schema(list(kinds.items())), preserve_index=False)
    pq.write_table(table, draft, compression="zstd", write_page_checksum=True)
    draft.replace(path)
    snapshot = path.name.partition("-")[0]
    for other in path.parent.glob(f"{snapshot}-*"):
        if other.stem != path.stem:
            other.unlink(missing_ok=True)
