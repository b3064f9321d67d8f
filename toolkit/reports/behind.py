"""The rows that a Basis names, each with the cell it came from: answers, returns, actions, answers in both cycles."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit import comparison
from toolkit.reports.acting import RESULT_WORDS
from toolkit.scoring import ANSWERED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from toolkit.document import Counted
    from toolkit.store import Snapshot

Condition = tuple[str, tuple[str, ...]]
"""A dimension and the values that it may have."""

_DROPPED = {
    "row": (),
    "region": ("area", "organisation", "state"),
    "rest": ("area",),
    "others": ("organisation", "state"),
}
"""The conditions that do not hold for whom a number compares with."""

_CELL = ["rating_as_written", "source_file", "source_sha256", "source_sheet", "source_cell"]
_ENDS = ["earlier", "later", "link", "before", "after"]
_COLUMNS = [
    "cycle",
    "organisation_id",
    "organisation",
    "sector",
    "areas",
    "tier",
    "standard",
    "criterion",
    "priority",
    "rating",
    "value",
    "state",
    "note",
]
_KEY = ["cycle", "organisation_id", "criterion"]


@lru_cache(maxsize=16)
def rows_of(snapshot: Snapshot, cycle: str, unit: str, counted: Counted = "all") -> pd.DataFrame:
    """All rows of a unit (`document.basis.Unit`), of one cycle.

    Returns:
        Columns: cycle, organisation_id, organisation, sector, areas, tier, standard, criterion, priority, rating,
        value, state (what the row counts as, `counting.Behind`), note, rating_as_written, source_file, source_sha256,
        source_sheet, source_cell. For pairs also earlier, later, link, before, after, and rows of the later answer.
        Not to be changed by those who read it.
    """
    make: dict[str, Callable[[], pd.DataFrame]] = {
        "answers": lambda: _answers(snapshot, cycle, counted),
        "returns": lambda: _returns(_answers(snapshot, cycle, counted)),
        "actions": lambda: _actions(snapshot, cycle),
        "earlier actions": lambda: _earlier_actions(snapshot, cycle),
        "pairs": lambda: _pairs(snapshot, cycle),
    }
    frame = make[unit]()
    frame = frame[[column for column in (*_COLUMNS, *_CELL, *_ENDS) if column in frame.columns]]
    return frame.astype({column: object for column in frame.columns if frame[column].dtype in {"str", "category"}})


def once_each(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """One row an organisation where returns are counted; all rows otherwise."""
    if unit != "returns":
        return frame
    blank = dict.fromkeys(("standard", "criterion", "priority", "rating", "rating_as_written"), "")
    return frame.drop_duplicates("organisation_id").assign(**blank, source_sheet="", source_cell="")


def chosen(frame: pd.DataFrame, conditions: Iterable[Condition], scope: str = "row") -> pd.DataFrame:
    """The rows for which every condition holds, or those that they are compared with (`document.basis.Scope`)."""
    conditions = tuple(conditions)
    for dimension, values in conditions:
        if dimension not in _DROPPED[scope]:
            frame = frame[holds(frame, dimension, values)]
    for other, dimension in (("rest", "area"), ("others", "organisation")):
        if scope == other:
            for named, values in conditions:
                if named == dimension:
                    frame = frame[~holds(frame, dimension, values)]
    return frame


def holds(frame: pd.DataFrame, dimension: str, values: tuple[str, ...]) -> pd.Series:
    """Whether each row has one of the values; an organisation has all the areas and tiers that it serves."""
    if dimension == "organisation":
        return frame["organisation_id"].isin(values)
    if dimension in {"area", "tier"}:
        column = frame["areas" if dimension == "area" else "tier"]
        found = {text: bool(set(text.split("; ")) & set(values)) for text in column.unique()}
        return column.map(found).astype(bool)
    return frame[dimension].isin(values)


def values_named(frame: pd.DataFrame, dimension: str, text: str) -> Condition:
    """What a table's cell names: "Standard 5" is the standard 5, "4.5 (was 3.4)" a criterion, "A and B" two areas."""
    if dimension == "organisation":
        pairs = frame[["organisation_id", "organisation"]].drop_duplicates().itertuples(index=False)
        found = tuple(str(key) for key, name in pairs if text in {name, key, f"{name} ({key})"})
        return dimension, found
    if dimension in {"area", "areas"}:
        known = {area for areas in frame["areas"].unique() for area in areas.split("; ")}
        ends = r"(?:^|, | and |$)"
        named = tuple(sorted(one for one in known if one and re.search(f"{ends}{re.escape(one)}{ends}", text)))
        return "area", (text,) if text in known else named if dimension == "areas" else ()
    if dimension == "tier":
        known = {tier for tiers in frame["tier"].unique() for tier in tiers.split("; ")}
        return dimension, ("",) if text.startswith("No tier") else _first(known, text)
    if dimension in {"standard", "criterion", "link"}:
        return dimension, _first(set(frame[dimension].unique()), text)
    return dimension, (text,)


def _first(known: set[str], text: str) -> tuple[str, ...]:
    """The longest known value that the text is, or begins with: bare, or after "Standard ", "Tier " or "S"."""
    for value in sorted(known, key=len, reverse=True):
        if value and re.match(rf"(?:Standard |Tier |S)?{re.escape(value)}(?:$|[ ,(])", text):
            return (value,)
    return ()


def _answers(snapshot: Snapshot, cycle: str, counted: Counted) -> pd.DataFrame:
    if counted == "all":
        frame = comparison.answers(snapshot, cycle)
    elif counted == "essential":
        frame = comparison.answers(snapshot, cycle)
        frame = frame[frame["priority"] == "essential"]
    else:
        per = {"essential by criterion": "criterion", "essential by standard": "standard"}.get(counted, "")
        frame = comparison.counted_answers(snapshot, cycle, per)  # type: ignore[arg-type]  # one of its three words
    frame = frame.assign(rating=frame["state"].astype("str"), state=frame["state"].astype("str"), note="")
    return _with_cells(snapshot, frame)


def _returns(frame: pd.DataFrame) -> pd.DataFrame:
    state = frame["state"].where(frame["state"] == "missing", "returned")
    files = frame[frame["source_file"] != ""].drop_duplicates("organisation_id").set_index("organisation_id")
    found = {column: frame["organisation_id"].map(files[column]).fillna("") for column in _CELL[1:3]}
    return frame.assign(state=state, **found)


def _actions(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    frame = comparison.actions(snapshot, cycle)
    note = [f"{due}{f', {date}' if date else ''}" for due, date in zip(frame["due"], frame["target_date"], strict=True)]
    frame = frame.assign(cycle=cycle, state=frame["due"], note=note, tier="", value=0.0)
    return _with_cells(snapshot, frame)


def _earlier_actions(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    frame = comparison.previous_actions(snapshot, cycle)
    before = snapshot.settings.cycle_before(cycle)
    words = [
        RESULT_WORDS[result, bool(same)] for result, same in zip(frame["result"], frame["comparable"], strict=True)
    ]
    note = [
        f"{word}{f' ({later}: {now})' if later and now else ''}"
        for word, later, now in zip(words, frame["now"], frame["rating_now"], strict=True)
    ]
    about = dict.fromkeys(("sector", "tier", "priority"), "")
    frame = frame.assign(**about, cycle=before.id if before else "", rating=frame["rating_before"], value=0.0)
    return _with_cells(snapshot, frame.assign(state=words, note=note))


def _pairs(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """Answers to linked criteria in both cycles, over links that carry a trend."""
    import pandas as pd

    earlier = snapshot.settings.cycle_before(cycle)
    after = _rated(rows_of(snapshot, cycle, "answers"))
    if earlier is None:
        return after.iloc[:0].assign(earlier="", later="", link="", before=0.0, after=0.0)
    before = _rated(rows_of(snapshot, earlier.id, "answers"))[["organisation_id", "criterion", "met", "areas"]]
    found = [link for link in comparison.links(snapshot, cycle) if link.carries_trend]
    same = earlier.framework == snapshot.settings.cycle(cycle).framework
    ends = pd.DataFrame(
        [(one.earlier, one.later, one.later if same else f"{one.later} (was {one.earlier})") for one in found],
        columns=["earlier", "later", "link"],
        dtype="str",
    )
    before = before.rename(columns={"criterion": "earlier", "met": "before", "areas": "areas_before"})
    after = after.assign(later=after["criterion"]).rename(columns={"met": "after"})
    pairs = ends.merge(before, on="earlier").merge(after, on=["organisation_id", "later"])
    both = zip(pairs["areas_before"], pairs["areas"], strict=True)
    served = ["; ".join(area for area in now.split("; ") if area in then.split("; ")) for then, now in both]
    return pairs.assign(areas=pd.Series(served, index=pairs.index, dtype="str"))


def _rated(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame[frame["state"].isin(ANSWERED)]
    return frame.assign(met=(frame["state"] == "met").astype(float))


def _with_cells(snapshot: Snapshot, frame: pd.DataFrame) -> pd.DataFrame:
    """Each row with the cell that it was written in; "" where nothing was returned."""
    cells = snapshot.responses[[*_KEY, *_CELL]].astype("str")
    kept = frame[[column for column in frame.columns if column not in _CELL]]
    found = kept.astype(dict.fromkeys(_KEY, "str")).merge(cells, on=_KEY, how="left", sort=False)
    return found.fillna(dict.fromkeys(_CELL, ""))
