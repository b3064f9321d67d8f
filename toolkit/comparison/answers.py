"""What a cycle asked and what came of it, with the orders in which everything is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.remembering import remembered
from toolkit.records import Priority
from toolkit.scoring import Measures, asked_with_answers, coded, in_areas, measures

if TYPE_CHECKING:
    from toolkit.store import Snapshot

_STRENGTH = (Priority.ESSENTIAL, Priority.DESIRED, Priority.APPLIES, Priority.RECOMMENDED)
"""From the strongest; `applies` stands where its weight does (`scoring.PRIORITY_WEIGHTS`)."""


def answers(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """One row per organisation and criterion that the cycle asked, returned or not.

    Args:
        snapshot: what to read.
        cycle: the cycle's id.
        standard: only this standard.
        area: only organisations that serve this area.

    Returns:
        The columns of `scoring.asked_with_answers`: cycle, organisation_id, organisation, sector, areas, tier,
        standard, criterion, priority, state, value, evidence, action, lead, target_date, source_file, source_sheet,
        source_cell; texts are in categories but for evidence, action, lead and target_date. `state` is one of the six
        ratings, or "missing" where the organisation has not returned. In framework order, then by organisation.

    Raises:
        ProjectError: the snapshot's settings have no such cycle.
    """
    return only(every_answer(snapshot, cycle), standard, area)


def answer_states(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """Of `answers` only organisation_id, areas, standard and state, which is quicker."""
    return only(every_answer(snapshot, cycle)[["organisation_id", "areas", "standard", "state"]], standard, area)


@remembered
def region(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> Measures:
    """All measures of the whole region (each organisation once), one standard, or the organisations of one area."""
    columns = ["organisation_id", "areas", "standard", "priority", "state", "value"]
    return measures(only(every_answer(snapshot, cycle)[columns], standard, area))


@remembered
def criterion_priorities(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """How strongly each criterion was asked of the register's organisations, returned or not; in framework order.

    Returns:
        Columns: standard, criterion, priority (the strongest that anybody was asked it with, "" where nobody was
        asked), asked (organisations), then of them essential, desired, recommended, applies.
    """
    framework = snapshot.framework(cycle)
    asked = snapshot.asked.loc[snapshot.asked["cycle"] == cycle]
    found = asked[["criterion", "priority"]].value_counts().to_dict()
    counts = pd.DataFrame(
        {str(each): [found.get((one, str(each)), 0) for one in framework.criteria] for each in Priority},
        index=list(framework.criteria),
    )
    strongest = pd.Series("", index=counts.index, dtype="str")
    for priority in reversed(_STRENGTH):
        strongest = strongest.where(counts[str(priority)] == 0, str(priority))
    return pd.DataFrame(
        {
            "standard": [framework.standard_of(reference).standard for reference in framework.criteria],
            "criterion": list(framework.criteria),
            "priority": strongest.to_numpy(),
            "asked": counts.sum(axis=1).to_numpy(),
            **{str(each): counts[str(each)].to_numpy() for each in Priority},
        }
    )


@remembered
def response_rate(snapshot: Snapshot, cycle: str, by: str | None = None) -> pd.DataFrame:
    """Returns received of those expected, by `area` (order of toolkit.toml), `sector` (alphabetical), or in one row.

    An organisation that serves several areas is expected in each, so areas add up to more than the region.

    Returns:
        Columns: the group (`area` or `sector`) if any, expected, returned, missing, share (returned / expected).
    """
    each = _organisations(snapshot, cycle)
    if by == "area":
        each = in_areas(each)
    keys = [by] if by else []
    one = each.assign(expected=1, returned=each["returned"].astype("int64"))
    columns = ["expected", "returned"]
    if by:
        table = one.groupby(by)[columns].sum()
        order = area_names(snapshot) if by == "area" else sorted(table.index)
        table = table.reindex(order, fill_value=0).rename_axis(by).reset_index()
    else:
        table = one[columns].sum().to_frame().T
    table["missing"] = table["expected"] - table["returned"]
    table["share"] = table["returned"] / table["expected"].where(table["expected"] > 0)
    return table[[*keys, *columns, "missing", "share"]]


def missing_returns(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Organisations that were asked and have not returned, by name.

    Returns:
        Columns: organisation_id, organisation, sector, areas, lead_name, lead_email (from the register).
    """
    return only(_missing_returns(snapshot, cycle), None, area)


@remembered
def _missing_returns(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    each = _organisations(snapshot, cycle)
    each = each.loc[~each["returned"]]
    leads = snapshot.organisations[["organisation_id", "lead_name", "lead_email"]].fillna("")
    found = each.drop(columns="returned").merge(leads, on="organisation_id", how="left")
    return found.sort_values(["organisation", "organisation_id"], ignore_index=True)


def only(frame: pd.DataFrame, standard: str | None, area: str | None) -> pd.DataFrame:
    """The rows of one standard, of organisations that serve one area; all where neither is named."""
    if standard is not None:
        frame = frame.loc[frame["standard"] == standard]
    if area is not None:
        frame = frame.loc[serves(frame, area)]
    return frame.reset_index(drop=True)


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with text in place of categories."""
    named = [str(name) for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)]
    return frame.assign(**{name: _text(frame[name]) for name in named}) if named else frame


def _text(column: pd.Series) -> pd.Series:
    texts = column.cat.categories.astype("str").array
    return pd.Series(texts.take(column.cat.codes.to_numpy(), allow_fill=True), index=column.index)


def area_names(snapshot: Snapshot) -> list[str]:
    """The areas in the order of toolkit.toml."""
    return [area.name for area in snapshot.settings.areas]


def serves(frame: pd.DataFrame, area: str) -> pd.Series:
    """Whether the organisation of each row serves an area."""
    return serving(frame["areas"], area)


def serving(areas: pd.Series, area: str) -> pd.Series:
    """Whether each of these joined areas has an area among them."""
    codes, texts = coded(areas)
    served = np.array([area in text.split("; ") for text in texts], dtype=bool)
    return pd.Series(served[codes], index=areas.index)


@remembered
def every_answer(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """All `answers` of a cycle."""
    return _in_order(snapshot, cycle, snapshot.responses)


def every_rating(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """The same with "" for what organisations wrote, which takes most of the memory; made anew each time."""
    written = [name for name in ("evidence", "action", "lead", "target_date") if name in snapshot.responses]
    return _in_order(snapshot, cycle, snapshot.responses.drop(columns=written))


def _in_order(snapshot: Snapshot, cycle: str, responses: pd.DataFrame) -> pd.DataFrame:
    framework = snapshot.framework(cycle)
    frame = asked_with_answers(responses, snapshot.asked, snapshot.organisations, cycle)
    place = {reference: at for at, reference in enumerate(framework.criteria)}
    codes, criteria = coded(frame["criterion"])
    places = np.array([place.get(reference, len(place)) for reference in criteria], dtype=int)[codes]
    names, ids = (coded(frame[column])[0] for column in ("organisation", "organisation_id"))
    return frame.take(np.lexsort((ids, names, places))).reset_index(drop=True)


@remembered
def _organisations(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """One row per organisation asked: organisation_id, organisation, sector, areas, returned."""
    columns = ["organisation_id", "organisation", "sector", "areas"]
    frame = every_answer(snapshot, cycle)[[*columns, "state"]].drop_duplicates("organisation_id")
    return as_text(frame[columns]).assign(returned=frame["state"] != "missing")
