"""What reports and the explorer show of free text: without personal data, for the office too.

Only `toolkit export` for the office has the texts as they were written; there somebody can see what must be removed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.store import MANIFEST_FILE, open_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from toolkit.disclosure.personal import Allowed
    from toolkit.store import Snapshot

_TEXTS = ("evidence", "action")
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
    from toolkit.disclosure.personal import Allowed

    about = snapshot.settings.project
    named = (*snapshot.organisations["organisation"], about.name, about.office, about.marking)
    allowed = Allowed.of((), snapshot.settings.area_codes, named)
    responses = snapshot.responses.assign(**{each: _masked(snapshot.responses[each], allowed) for each in _TEXTS})
    of_text = snapshot.corrections["field"].isin(_TEXTS)
    changed = {
        each: snapshot.corrections[each].where(~of_text, _masked(snapshot.corrections[each], allowed))
        for each in ("was", "value")
    }
    return replace(snapshot, responses=responses, corrections=snapshot.corrections.assign(**changed))


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


def _masked(texts: pd.Series, allowed: Allowed) -> pd.Series:
    """The texts with what is found in them masked; each text is looked at once."""
    from toolkit.disclosure.personal import masked_all

    different = tuple(dict.fromkeys(texts))
    shown = {different[place]: text for place, text in masked_all(different, allowed).items()}
    if not shown:
        return texts
    return texts.mask(texts.isin(shown), texts.map(shown))
