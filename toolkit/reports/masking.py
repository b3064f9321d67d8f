"""What reports and the explorer show of free text: without personal data, for the office too.

Only `toolkit export` for the office has the texts as they were written; there somebody can see what must be removed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.store import open_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from toolkit.disclosure.personal import Allowed
    from toolkit.store import Snapshot

_TEXTS = ("evidence", "action")


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


def _masked(texts: pd.Series, allowed: Allowed) -> pd.Series:
    """The texts with what is found in them masked; each text is looked at once."""
    from toolkit.disclosure.personal import masked, scan_all

    different = tuple(dict.fromkeys(texts))
    shown = {different[place]: masked(different[place], allowed) for place in scan_all(different, allowed)}
    return texts.replace(shown) if shown else texts
