"""What was asked beside what was answered: the one frame that every measure counts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY = ["organisation_id", "criterion"]
_ABOUT = ["organisation", "sector", "areas", "tier"]
_TEXT = ["evidence", "action", "lead", "target_date", "source_file", "source_sheet", "source_cell"]

ANSWERS = (
    "cycle",
    "organisation_id",
    "organisation",
    "sector",
    "areas",
    "tier",
    "standard",
    "criterion",
    "priority",
    "state",
    "value",
    "evidence",
    "action",
    "lead",
    "target_date",
    "source_file",
    "source_sheet",
    "source_cell",
)
"""Columns of `asked_with_answers`."""


def asked_with_answers(
    responses: pd.DataFrame, asked: pd.DataFrame, organisations: pd.DataFrame | None, cycle: str
) -> pd.DataFrame:
    """One row per organisation and criterion that a cycle asked, returned or not.

    `state` is the rating of the response (`met`, `partly_met`, `not_met`, `not_applicable`, `blank`, `unreadable`), or
    `missing` where the organisation has not returned. A criterion asked of an organisation that did return, without a
    row of its own, is `blank`. A response that nobody was asked for is kept, at the end: no row is lost.

    Args:
        responses: a snapshot's responses (tidy columns and `value`), of any cycles.
        asked: what every registered organisation was asked: cycle, organisation_id, standard, criterion, priority.
        organisations: name, sector, areas and tiers of the organisations; None leaves those of missing returns "".
        cycle: which cycle to take.

    Returns:
        The columns `ANSWERS`, in the order of `asked`; text is never null, `value` is NaN where there is none.
    """
    given = responses.loc[responses["cycle"] == cycle]
    frame = _wanted(given, asked.loc[asked["cycle"] == cycle])
    carried = [column for column in ("rating", "value", *_TEXT, *_ABOUT) if column in given.columns]
    frame = frame.merge(given[[*_KEY, *carried]], on=_KEY, how="left", sort=False)
    returned = frame["organisation_id"].isin(given["organisation_id"].unique())
    frame["state"] = frame["rating"].where(frame["rating"].notna(), np.where(returned, "blank", "missing"))
    frame["value"] = frame["value"].astype(float)
    frame["cycle"] = cycle
    frame = _with_organisations(frame, organisations)
    for column in (*_TEXT, *_ABOUT):
        frame[column] = frame[column].fillna("") if column in frame.columns else ""
    return frame[list(ANSWERS)]


def in_areas(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per area that the row's organisation serves, in a new column `area`; "" where it serves none.

    An organisation that serves several areas counts in each of them. The region is counted from the frame as it was,
    where the organisation stands once: figures of areas never add up to the region's.

    Args:
        frame: any frame with `areas`, joined with "; ".
    """
    return _one_row_each(frame, "areas", "area")


def in_tiers(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per tier of the row's organisation, in the column `tier` (joined with "; " before); "" where none."""
    return _one_row_each(frame, "tier", "tier")


def _one_row_each(frame: pd.DataFrame, source: str, column: str) -> pd.DataFrame:
    codes, joined = pd.factorize(frame[source].fillna(""))
    parts: list[Sequence[str]] = [[part.strip() for part in text.split(";")] for text in joined]
    sizes = np.array([len(part) for part in parts], dtype=int)
    rows = np.repeat(np.arange(len(frame)), sizes[codes]) if len(frame) else np.array([], dtype=int)
    values = [value for code in codes for value in parts[code]]
    return frame.iloc[rows].assign(**{column: pd.array(values, dtype="str")}).reset_index(drop=True)


def _wanted(given: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """What was asked, then what was answered though nobody asked."""
    columns = [*_KEY, "standard", "priority"]
    pairs = pd.MultiIndex.from_frame(asked[_KEY])
    unasked = ~pd.MultiIndex.from_frame(given[_KEY]).isin(pairs)
    return (
        pd.concat([asked[columns], given.loc[unasked, columns]], ignore_index=True) if unasked.any() else asked[columns]
    )


def _with_organisations(frame: pd.DataFrame, organisations: pd.DataFrame | None) -> pd.DataFrame:
    """Fill in name, sector, areas and tiers of organisations that have not returned."""
    if organisations is None:
        return frame
    known = organisations.set_index("organisation_id").rename(columns={"tiers": "tier"})
    for column in _ABOUT:
        from_register = frame["organisation_id"].map(known[column])
        frame[column] = frame[column].where(frame[column].notna(), from_register) if column in frame else from_register
    return frame
