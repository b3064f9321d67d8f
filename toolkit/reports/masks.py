"""Where personal data stands in a snapshot's free text, and what is shown there: found once, and kept.

What is kept are masked texts and their places, beside the snapshots, which have the texts themselves. It is known by
all that it hangs on: every byte of the snapshot, with the names that are allowed in it, and the toolkit with its lists.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
from filelock import FileLock

from toolkit.errors import StoreError
from toolkit.store import MANIFEST_FILE, SNAPSHOTS_FOLDER, installed, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.disclosure.personal import Allowed
    from toolkit.store import Snapshot

TEXTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"responses": ("evidence", "action"), "corrections": ("was", "value")}
)
"""Columns of free text, by table."""

Names = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]
Masked = tuple["Snapshot", pd.DataFrame]

_COLUMNS = ("table", "column", "row", "text")
_FOLDER = "masked"


def masks_of(snapshot: Snapshot) -> pd.DataFrame:
    """What is shown in place of each text with personal data: table, column, row (from 0) and the masked text.

    It is found once, however many processes ask at the same time, where it can be kept: in the record's folder. Of
    another snapshot's folder it is found each time. Only texts are searched that the snapshot before did not have.
    """
    path = _path(snapshot.folder)
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
                kept = _found(snapshot, _before(snapshot, path.parent))
                _keep(kept, path)
            return kept
    except (OSError, NotImplementedError):  # it cannot be kept there, or the file system knows no locks
        return _found(snapshot) if kept is None else kept


def _before(snapshot: Snapshot, folder: Path) -> Masked | None:
    """The snapshot whose masks were kept last, and they, where the same toolkit searched it with the same names."""
    newest = max(folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns, default=None)
    if newest is None:
        return None
    before = folder.with_name(SNAPSHOTS_FOLDER) / newest.name.partition("-")[0]
    try:
        masks = _kept(newest) if _path(before) == newest else None
        earlier = open_snapshot(before)
    except (OSError, StoreError):  # it has been taken away, or damaged
        return None
    return None if masks is None or _names(earlier) != _names(snapshot) else (earlier, masks)


def _found(snapshot: Snapshot, before: Masked | None = None) -> pd.DataFrame:
    """The masks of a snapshot, of which only texts are searched that did not stand at about the same place before."""
    rows = [row for table in TEXTS for row in _in_table(snapshot, table, _shown_before(table, before))]
    return pd.DataFrame(rows, columns=[*_COLUMNS])


def _in_table(snapshot: Snapshot, table: str, known: Iterator[dict[str, str]]) -> Iterator[tuple[str, str, int, str]]:
    """The masks of a table, some rows at a time; `known` says what is shown for texts that were searched before."""
    names = _names(snapshot)
    for rows, columns in _texts(snapshot, table):
        shown = next(known, {})
        for column, texts in columns.items():
            shown |= _searched(tuple(dict.fromkeys(text for text in texts if text not in shown)), names)
            yield from (
                (table, column, row, shown[text]) for row, text in zip(rows, texts, strict=True) if shown[text] != text
            )


def _shown_before(table: str, before: Masked | None) -> Iterator[dict[str, str]]:
    """What is shown for each text of an earlier snapshot's table, some rows at a time."""
    if before is None:
        return
    snapshot, masks = before
    mine = masks[masks["table"] == table]
    shown = dict(zip(zip(mine["column"], mine["row"], strict=True), mine["text"], strict=True))
    for rows, columns in _texts(snapshot, table):
        yield {
            text: shown.get((column, row), text)
            for column, texts in columns.items()
            for row, text in zip(rows, texts, strict=True)
        }


def _texts(snapshot: Snapshot, table: str) -> Iterator[tuple[list[int], dict[str, list[str]]]]:
    """The rows of a table and its free texts by column, some rows at a time; of corrections those of a text."""
    before, field = 0, ("field",) if table == "corrections" else ()
    for piece in snapshot.pieces(table, (*TEXTS[table], *field)):
        chosen = piece[piece["field"].isin(TEXTS["responses"])] if field else piece
        yield (chosen.index + before).tolist(), {column: chosen[column].tolist() for column in TEXTS[table]}
        before += len(piece)


def _searched(texts: tuple[str, ...], names: Names) -> dict[str, str]:
    """What is shown for each of these texts; what searches is not imported for none."""
    if not texts:
        return {}
    from toolkit.disclosure.personal import masked_all

    masks = masked_all(texts, _allowed(names))
    return {text: masks.get(place, text) for place, text in enumerate(texts)}


def _names(snapshot: Snapshot) -> Names:
    """Areas with their codes, and names of organisations and of the office: what is no person although it reads so."""
    about = snapshot.settings.project
    named = (*snapshot.organisations["organisation"], about.name, about.office, about.marking)
    return tuple(snapshot.settings.area_codes.items()), named


@lru_cache(maxsize=1)
def _allowed(names: Names) -> Allowed:
    from toolkit.disclosure.personal import Allowed

    areas, named = names
    return Allowed.of((), dict(areas), named)


def _path(folder: Path) -> Path | None:
    """Where the masks of a snapshot's folder are kept; None where it does not stand in a project's record."""
    if folder.parent.name != SNAPSHOTS_FOLDER:
        return None
    key = hashlib.sha256(installed().encode("ascii") + (folder / MANIFEST_FILE).read_bytes()).hexdigest()
    return folder.parent.with_name(_FOLDER) / f"{folder.name}-{key[:32]}.parquet"


def _kept(path: Path) -> pd.DataFrame | None:
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            kept: pd.DataFrame = file.read().to_pandas()
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
