"""How the numbers of reports are counted, in words and from the rows themselves: what `tracing` checks print against.

Deliberately not the code of `toolkit.scoring`: it counts the listed rows one by one, so that a trace is a second
opinion about a number and not the first one told again.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from toolkit.reports.acting import RESULT_WORDS
from toolkit.scoring import ANSWERED, APPLICABLE, PRIORITY_WEIGHTS, RATINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from toolkit.project import Thresholds

Kind = Literal["count", "share", "points", "span", "words"]
"""What prints: a whole number; "62% (31 of 50)" or a part of it; a difference; two bounds; words, not counted again."""


@dataclass(frozen=True)
class Behind:
    """The rows behind one number.

    `rows` are those of the number; `table` gives those of its whole table; `rest` those of the organisations that do
    not serve the row's area. `state` says what each row counts as: a rating or "missing", "returned", when an action is
    due, what became of it.
    """

    rows: pd.DataFrame
    table: Callable[[], pd.DataFrame]
    rest: Callable[[], pd.DataFrame]
    thresholds: Thresholds


@dataclass(frozen=True)
class Tally:
    """A number counted again: a count, or a count and what it is of; two bounds; None where there is none.

    `which` names what was counted, where that is not rows: the criteria that are gaps, the areas where one lasts.
    """

    part: float | None = None
    whole: float | None = None
    which: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """One way to count.

    Attributes:
        kind: what prints.
        formula: how, for readers.
        part: states that are counted; None for every row.
        whole: states in the denominator; None for every row. Only where `kind` is "share".
        organisations: whether organisations are counted, each once, and not rows.
        tally: counts, where counting states is not enough.
    """

    kind: Kind
    formula: str
    part: tuple[str, ...] | None = None
    whole: tuple[str, ...] | None = None
    organisations: bool = False
    tally: Callable[[Behind], Tally] | None = None

    def of(self, behind: Behind) -> Tally:
        """The number counted again."""
        if self.tally is not None:
            return self.tally(behind)
        if self.kind == "words":
            return Tally()
        part = self._size(behind.rows, self.part)
        return Tally(part, self._size(behind.rows, self.whole) if self.kind == "share" else None)

    def role(self, state: str) -> str:
        """What a row in this state does for the number: "counted", "in the denominator only", "left out"; or ""."""
        if self.kind == "words" or self.tally is not None:
            return ""
        if self.part is None or state in self.part:
            return "counted"
        of = self.kind == "share" and (self.whole is None or state in self.whole)
        return "in the denominator only" if of else "left out"

    def _size(self, rows: pd.DataFrame, states: tuple[str, ...] | None) -> int:
        which = rows["state"].isin(states) if states is not None else rows["state"].notna()
        return int(rows["organisation_id"][which].nunique() if self.organisations else which.sum())


def _bounds(rows: pd.DataFrame) -> Tally:
    counts = rows["state"].value_counts().to_dict()
    met, missing = counts.get("met", 0), counts.get("missing", 0)
    whole = sum(counts.get(state, 0) for state in APPLICABLE) + missing
    most = met + counts.get("blank", 0) + counts.get("unreadable", 0) + missing
    return Tally(met / whole, most / whole) if whole else Tally()


def _share(rows: pd.DataFrame) -> float | None:
    applicable = int(rows["state"].isin(APPLICABLE).sum())
    return int((rows["state"] == "met").sum()) / applicable if applicable else None


def _difference(behind: Behind) -> Tally:
    here, there = _share(behind.rows), _share(behind.rest())
    return Tally() if here is None or there is None else Tally(here - there)


def _attained(rows: pd.DataFrame, weighted: bool) -> Tally:
    rated = rows[rows["state"].isin(ANSWERED) & rows["value"].notna()]
    weights = [PRIORITY_WEIGHTS[one] if weighted else 1.0 for one in rated["priority"]]
    total = sum(weight * value for weight, value in zip(weights, rated["value"], strict=True))
    return Tally(total, sum(weights)) if weights else Tally()


def _is_gap(rows: pd.DataFrame, thresholds: Thresholds) -> bool | None:
    """Whether too few meet it; None where too few organisations answered to tell."""
    answered = rows[rows["state"].isin(ANSWERED)]["organisation_id"].nunique()
    share = _share(rows)
    return None if answered < thresholds.too_few or share is None else share < thresholds.gap


def _gaps(behind: Behind) -> Tally:
    found = {str(one): _is_gap(part, behind.thresholds) for one, part in behind.rows.groupby("criterion", sort=False)}
    which = tuple(one for one, gap in found.items() if gap)
    return Tally(len(which), sum(one is not None for one in found.values()), which)


def _common_gaps(behind: Behind) -> Tally:
    which, enough = [], 0
    for criterion, part in _each_area(behind.rows).groupby("criterion", sort=False):
        found = [_is_gap(here, behind.thresholds) for _, here in part.groupby("area")]
        if sum(one is True for one in found) >= behind.thresholds.common:
            which.append(str(criterion))
        enough += sum(one is not None for one in found) >= behind.thresholds.common
    return Tally(len(which), enough, tuple(which))


def _lasting_gaps(behind: Behind) -> Tally:
    parts = {str(area): part for area, part in _each_area(behind.rows).groupby("area", sort=False)}
    gaps = {area: _bounds(part).whole for area, part in parts.items() if _is_gap(part, behind.thresholds)}
    which = tuple(area for area, most in gaps.items() if most is not None and most < behind.thresholds.gap)
    return Tally(len(which), len(gaps), which)


def _each_area(rows: pd.DataFrame) -> pd.DataFrame:
    each = rows.assign(area=[areas.split("; ") for areas in rows["areas"]]).explode("area")
    return each[each["area"] != ""]


def _pairs_met(end: str) -> Callable[[Behind], Tally]:
    def tally(behind: Behind) -> Tally:
        pairs = behind.rows
        weights = 1 / pairs.groupby(["organisation_id", "later"])["later"].transform("size")
        return Tally(float((weights * pairs[end]).sum()), float(weights.sum()))

    return tally


def _change(behind: Behind) -> Tally:
    before, after = (_pairs_met(end)(behind) for end in ("before", "after"))
    if not before.whole or not after.whole:
        return Tally()
    return Tally((after.part or 0) / after.whole - (before.part or 0) / before.whole)


def _results(*results: str, same: bool) -> tuple[str, ...]:
    return tuple(RESULT_WORDS[result, same] for result in results)


_DUE = ("overdue", "due within 3 months", "later", "no date", "date passed, criterion met")

MEASURES = MappingProxyType(
    {
        "words": Measure("words", "words, not a count: made of the answers listed"),
        "interval": Measure(
            "words",
            "an interval over organisations, simultaneous with all others of its table: the method note says how; "
            "not counted again here",
        ),
        "clear differences": Measure(
            "words",
            "areas whose interval against the rest of the region leaves out zero, of those with enough organisations "
            "on both sides; not counted again here",
        ),
        "disagreement": Measure("words", "Leik's measure over met, partly met and not met; not counted again here"),
        "share": Measure("share", "rated met, of those applicable", ("met",), APPLICABLE),
        "share of answered": Measure("share", "rated met, of those answered", ("met",), ANSWERED),
        **{rating: Measure("count", f"answers: {rating.replace('_', ' ')}", (rating,)) for rating in RATINGS},
        "applicable": Measure("count", "asked of those who returned, less not applicable", APPLICABLE),
        "answered": Measure("count", "rated met, partly met or not met", ANSWERED),
        "responses": Measure("count", "answers of those who returned", RATINGS),
        "asked": Measure("count", "organisations asked, returned or not", organisations=True),
        "organisations": Measure("count", "organisations with an answer", ANSWERED, organisations=True),
        "returned": Measure("count", "organisations that returned", (*RATINGS, "returned"), organisations=True),
        "expected": Measure("count", "organisations asked, returned or not", organisations=True),
        "returned share": Measure("share", "organisations that returned, of those asked", ("returned",)),
        "bounds": Measure(
            "span",
            "met, of those applicable and missing; then with every blank, unreadable and missing answer counted as met",
            tally=lambda behind: _bounds(behind.rows),
        ),
        "attainment": Measure(
            "share",
            "the mean of what the scale gives each answer: its sum, of the number of answers",
            tally=lambda behind: _attained(behind.rows, weighted=False),
        ),
        "weighted attainment": Measure(
            "share",
            "the same, each answer weighted by its priority: the weighted sum, of the sum of weights",
            tally=lambda behind: _attained(behind.rows, weighted=True),
        ),
        "difference": Measure("points", "the share met here less the share met in the rest", tally=_difference),
        "gaps": Measure(
            "share", "criteria under the threshold of a gap, of those that enough organisations answered", tally=_gaps
        ),
        "common gaps": Measure(
            "share",
            "criteria that are a gap in several areas, of those that enough organisations of as many areas answered",
            tally=_common_gaps,
        ),
        "lasting gaps": Measure(
            "share",
            "areas where it stays a gap whatever comes in, of the areas where it is one",
            tally=_lasting_gaps,
        ),
        **{due: Measure("count", f"actions that are marked: {due}", (due,)) for due in _DUE},
        "actions": Measure("count", "actions recorded"),
        "overdue share": Measure("share", "actions overdue, of all recorded", ("overdue",)),
        "share of table": Measure(
            "share",
            "actions of this row, of all in the table",
            tally=lambda behind: Tally(len(behind.rows), len(behind.table())),
        ),
        **{
            f"{kind} criterion {what}": Measure("count", f"actions whose {kind} criterion is {what}", states)
            for kind, same in (("same", True), ("related", False))
            for what, states in (
                ("answered", _results("now met", "still open", same=same)),
                ("met", _results("now met", same=same)),
            )
        },
        "met before": Measure("share", "met in the cycle before, of answers in both", tally=_pairs_met("before")),
        "met after": Measure("share", "met in this cycle, of answers in both", tally=_pairs_met("after")),
        "change": Measure("points", "the share met in this cycle less that in the cycle before", tally=_change),
        "organisations in both": Measure(
            "count", "organisations that answered the criterion in both cycles", organisations=True
        ),
    }
)
"""What a Basis can call a measure."""
