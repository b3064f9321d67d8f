"""What reports and the explorer show of free text: without personal data, for the office too.

Only `toolkit export` for the office has the texts as they were written; there somebody can see what must be removed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.store import FRAMES, MANIFEST_FILE, MORE_FRAMES, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from toolkit.store import Snapshot

_KEPT = 2
"""How many snapshots a process keeps open: the reports of one set are made of the same."""

File = tuple[str, int, int, int, int]


def open_masked(folder: Path) -> Snapshot:
    """The snapshot with personal data masked in evidence and actions, and in corrections of them.

    Raises:
        StoreError: the folder is not a sound snapshot.
    """
    snapshot = open_snapshot(folder)
    if snapshot.audience != "internal":  # a copy for others was made without it
        return snapshot
    from toolkit.reports.masks import TEXTS, masks_of

    masks = masks_of(snapshot)
    return snapshot.with_tables(**{table: _table(snapshot, table, columns, masks) for table, columns in TEXTS.items()})


def _table(snapshot: Snapshot, table: str, columns: Sequence[str], masks: pd.DataFrame) -> pd.DataFrame:
    """A table with masks in some of its columns, which are never in memory without them."""
    mine = masks[masks["table"] == table]
    every = (FRAMES | MORE_FRAMES)[table]
    rest = snapshot.columns(table, [name for name in every if name not in columns])
    texts = {column: _masked(snapshot, table, column, mine[mine["column"] == column]) for column in columns}
    return rest.assign(**texts)[list(every)]


def _masked(snapshot: Snapshot, table: str, column: str, masks: pd.DataFrame) -> pd.Series:
    import numpy as np
    import pandas as pd

    rows, shown = masks["row"].to_numpy(), masks["text"].to_numpy(dtype=object)
    pieces, start = [pd.Series(dtype="str")], 0
    for piece in snapshot.pieces(table, (column,)):
        first, last = np.searchsorted(rows, (start, start + len(piece)))
        texts = piece[column]
        if first < last:
            texts = texts.copy()
            texts.iloc[rows[first:last] - start] = shown[first:last]
        pieces.append(texts)
        start += len(piece)
    return pd.concat(pieces, ignore_index=True)


def lend_masked(folder: Path) -> Snapshot:
    """What `open_masked` opens, lent: opened once in a process for as long as its files stand as they did.

    Raises:
        StoreError: the folder is not a sound snapshot.
    """
    place = folder.resolve()
    return _opened(place, _standing(place)).lent()


@lru_cache(maxsize=_KEPT)
def _opened(folder: Path, standing: tuple[bytes, tuple[File, ...]]) -> Snapshot:
    del standing  # it is what `folder` is known by
    return open_masked(folder)


def _standing(folder: Path) -> tuple[bytes, tuple[File, ...]]:
    """What tells whether a folder is as it was: its manifest, and how each of its files stands."""
    try:
        manifest = (folder / MANIFEST_FILE).read_bytes()
        stats = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
    except OSError:
        return b"", ()  # opening it says what is wrong
    return manifest, tuple((name, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for name, s in stats)
