"""What each report reads of a snapshot, and the digest of that part: while it stays the same, so does the report.

The tables here say it by column and row. A test blanks everything else and gets the same reports.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from toolkit.comparison import comparisons, due_limits
from toolkit.reports.asking import asked_with
from toolkit.scoring import coded
from toolkit.store import FRAMES, MORE_FRAMES, SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from toolkit.reports.planning import Run
    from toolkit.store import Snapshot

    Mask = npt.NDArray[np.bool_]
    Coded = tuple[npt.NDArray[np.intp], list[str]]

Rows = Literal["all", "cycles", "standard", "area", "asking"]
"""Which rows: all; of the cycle and the one before; of the standard (and of all standards in the cycle before); of
organisations that serve the area; of the cycles, where the standard is the one that asks for a data set."""

_KEYS = ("cycle", "organisation_id", "standard", "criterion")
_WHO = ("cycle", "organisation_id")
_RATING = (*_WHO, "organisation", "sector", "areas", "tier", "standard", "criterion", "priority", "rating", "value")
_PEERS = ("reviewer_rating", "agreed_rating")
_TEXT = ("rating_as_written", "evidence", "action", "lead", "target_date")
_COUNTED = ("completed_on", "completed_by", "authorised_by", "criteria_expected", "criteria_answered")
_LEADS = ("lead_name", "lead_email")


@dataclass(frozen=True, slots=True)
class Read:
    """Columns of one of a snapshot's tables (none named: all of them), in some of its rows."""

    table: str
    rows: Rows
    columns: tuple[str, ...] = ()


_EVERYWHERE = (
    Read("organisations", "all"),
    Read("asked", "cycles"),
    Read("returns", "cycles", _WHO),
    Read("queries", "cycles", (*_WHO, "severity")),
)
_REGION = (
    *_EVERYWHERE,
    Read("responses", "cycles", (*_RATING, *_PEERS)),
    Read("responses", "cycles", _TEXT),
    Read("returns", "cycles", (*_COUNTED, *_LEADS)),
    Read("data_sets", "cycles"),
    Read("people_counts", "cycles"),
    Read("corrections", "cycles"),
)

READS: Mapping[str, tuple[Read, ...]] = MappingProxyType(
    {
        "deep-dive": (
            *_EVERYWHERE,
            Read("responses", "standard", (*_RATING, *_PEERS)),
            Read("responses", "standard", _TEXT),
            Read("data_sets", "asking"),
            Read("people_counts", "asking"),
            Read("corrections", "standard"),
        ),
        "area": (
            *_EVERYWHERE,
            Read("responses", "cycles", (*_RATING, *_PEERS)),
            Read("responses", "area", _TEXT),
            Read("returns", "area", (*_COUNTED, *_LEADS)),
            Read("data_sets", "cycles"),
            Read("people_counts", "cycles"),
            Read("corrections", "area"),
        ),
        "peer-review": _REGION,
        "board": _REGION,
    }
)
"""What the toolkit's own templates read, by report. Where a response stands in its file is for `toolkit trace` only."""


class Parts:
    """Digests of what runs read of one snapshot; what several read is looked at once.

    Of a snapshot that was opened no table is read whole: it is gone through some rows at a time.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._hashes: dict[tuple[str, tuple[str, ...]], npt.NDArray[np.uint64]] = {}
        self._keys: dict[str, dict[str, Coded]] = {}
        self._masks: dict[tuple[str, str, str], Mask] = {}
        self._compared: dict[str, str] = {}

    def of(self, run: Run, *, own_template: bool) -> dict[str, str]:
        """A digest for each kind of thing that a run reads: `project`, `organisations`, `responses`, ...

        Args:
            run: a run of this snapshot.
            own_template: the template is not one of the toolkit's: it may read whatever there is.
        """
        if own_template:
            return {"snapshot": self.snapshot.id}
        parameters = dict(run.parameters)
        found = {"project": self._project}
        digests: dict[str, list[str]] = {}
        for read in READS[run.report]:
            mask = self.rows(read, parameters)
            digests.setdefault(read.table, []).append(self._digest(read, mask))
            if "target_date" in read.columns:
                digests.setdefault("dates", []).append(self._passed(mask))
        if run.report == "deep-dive":
            found["comparisons"] = self._comparisons(parameters["cycle"])
        return found | {table: _sha256("".join(each)) for table, each in digests.items()}

    def rows(self, read: Read, parameters: Mapping[str, str]) -> Mask:
        """Which rows of its table a run with these parameters reads."""
        table, cycle = read.table, parameters["cycle"]
        every: Mask = np.ones(self._length(table), dtype=bool)
        if read.rows == "all" or not len(every):
            return every
        earlier = self.snapshot.settings.cycle_before(cycle)
        now, before = self._of(table, "cycle", cycle), self._of(table, "cycle", earlier.id if earlier else "")
        if read.rows == "standard":
            return before | (now & self._of(table, "standard", parameters["standard"]))
        if read.rows == "area":
            return (before | now) & self._of(table, "area", parameters["area"])
        if read.rows == "asking" and not (asked_with(self.snapshot.framework(cycle)) or "").startswith(
            f"{parameters['standard']}."
        ):
            return ~every
        return before | now

    def _of(self, table: str, what: str, value: str) -> Mask:
        """Which rows of a table are of a cycle, of a standard, or of an organisation that serves an area."""
        if (table, what, value) not in self._masks:
            codes, texts = self._coded(table, "organisation_id" if what == "area" else what)
            wanted = self._serving(value) if what == "area" else {value}
            chosen = np.array([*(text in wanted for text in texts), False], dtype=bool)  # -1, for none, is the last
            self._masks[table, what, value] = chosen[codes]
        return self._masks[table, what, value]

    def _coded(self, table: str, key: str) -> Coded:
        """A key of each row of a table, in numbers; the standard is what a criterion's reference begins with."""
        keys = self._keys_of(table)
        if key in keys:
            return keys[key]
        codes, criteria = keys["criterion"]
        return codes, [each.partition(".")[0] for each in criteria]

    def _length(self, table: str) -> int:
        return len(next(iter(self._keys_of(table).values()))[0])

    def _keys_of(self, table: str) -> dict[str, Coded]:
        """What tells of each row of a table whether a run reads it."""
        if table not in self._keys:
            columns = [name for name in _KEYS if name in (FRAMES | MORE_FRAMES)[table]]
            frame = self.snapshot.columns(table, columns)
            self._keys[table] = {name: coded(frame[name]) for name in columns}
        return self._keys[table]

    def _serving(self, area: str) -> set[str]:
        """The organisations that serve an area."""
        about = self.snapshot.organisations
        pairs = zip(about["organisation_id"].to_list(), about["areas"].to_list(), strict=True)
        return {key for key, areas in pairs if area in str(areas).split("; ")}

    def _comparisons(self, cycle: str) -> str:
        """How many comparisons with the cycle before can be made."""
        if cycle not in self._compared:
            answers = self.snapshot.with_columns(responses=("cycle", "organisation_id", "criterion", "rating"))
            self._compared[cycle] = str(comparisons(answers, cycle))
        return self._compared[cycle]

    def _digest(self, read: Read, mask: Mask) -> str:
        columns = read.columns or (FRAMES | MORE_FRAMES)[read.table]
        if (read.table, columns) not in self._hashes:
            hashes = (
                np.asarray(pd.util.hash_pandas_object(piece, index=False), dtype=np.uint64)
                for piece in self.snapshot.pieces(read.table, columns)
            )
            self._hashes[read.table, columns] = np.concatenate([np.zeros(0, dtype=np.uint64), *hashes])
        return hashlib.sha256(self._hashes[read.table, columns][mask].tobytes()).hexdigest()

    def _passed(self, mask: Mask) -> str:
        """How many target dates had passed, or were near, at the data cut: all that a report makes of the cut."""
        return ":".join(str(int((late & mask).sum())) for late in self._late) + ";"

    @cached_property
    def _late(self) -> tuple[Mask, Mask]:
        """Of each response whether its target date had passed at the data cut, and whether it was near."""
        cut, soon = due_limits(self.snapshot)
        found = [np.zeros((2, 0), dtype=bool)]
        for piece in self.snapshot.pieces("responses", ("target_date",)):
            dates = piece["target_date"].to_numpy(dtype=object)
            found.append(np.array([dates < cut, dates <= soon], dtype=bool))
        passed, near = np.concatenate(found, axis=1)
        return passed, near

    @cached_property
    def _project(self) -> str:
        """Settings, frameworks, scales, crosswalks: all that was frozen beside the tables, but not when."""
        content = json.loads((self.snapshot.folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        content.pop("data_cut")
        return _sha256(json.dumps(content, sort_keys=True))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
