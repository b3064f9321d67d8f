"""What was asked beside what was answered: the one frame that every measure counts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Coded = tuple[NDArray[np.intp], list[str]]

_KEY = ["organisation_id", "criterion"]
_ABOUT = ["organisation", "sector", "areas", "tier"]
_TEXT = ["evidence", "action", "lead", "target_date"]
_PLACE = ["source_file", "source_sheet", "source_cell"]

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
        The columns `ANSWERS`, in the order of `asked`; text is never null, `value` is NaN where there is none. But for
        evidence, action, lead and target date, text is in categories of pandas, in the order of their text.
    """
    given = responses.loc[responses["cycle"] == cycle]
    frame = _wanted(given, asked.loc[asked["cycle"] == cycle])
    carried = [column for column in ("rating", "value", *_TEXT, *_PLACE, *_ABOUT) if column in given.columns]
    right = given[carried].assign(pair=_pairs(given, frame))
    frame = frame.assign(pair=_pairs(frame, frame)).merge(right, on="pair", how="left", sort=False)
    returned = frame["organisation_id"].isin(given["organisation_id"].unique())
    parts = {column: [coded(frame[column])] for column in (*_KEY, "standard", "criterion", "priority")}
    parts |= {column: [coded(frame[column])] if column in carried else [] for column in (*_ABOUT, *_PLACE)}
    for column in _ABOUT:
        parts[column] += _registered(frame["organisation_id"], organisations, column)
    parts["state"] = [coded(frame["rating"]), (returned.to_numpy().astype(np.intp), ["missing", "blank"])]
    parts["cycle"] = [(np.zeros(len(frame), dtype=np.intp), [cycle])]
    found: dict[str, pd.Series | pd.Categorical] = {name: _texts(len(frame), each) for name, each in parts.items()}
    for column in _TEXT:
        found[column] = frame[column].fillna("") if column in carried else pd.Series("", frame.index, dtype="str")
    found["value"] = frame["value"].astype(float)
    return pd.DataFrame({column: found[column] for column in ANSWERS})


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


def coded(column: pd.Series) -> tuple[NDArray[np.intp], list[str]]:
    """A column of few texts as numbers: each row's place in the list of its texts (-1 where it has none), and these.

    The texts of a column of categories are in the order of the categories, others in that of their first row.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.intp), list(column.cat.categories)
    codes, texts = pd.factorize(column)
    return codes.astype(np.intp, copy=False), list(texts)


def _one_row_each(frame: pd.DataFrame, source: str, column: str) -> pd.DataFrame:
    codes, joined = coded(frame[source])
    parts = [[part.strip() for part in text.split(";")] for text in (*joined, "")]  # -1, where there is none, is last
    texts = sorted({part for each in parts for part in each})
    place = {text: at for at, text in enumerate(texts)}
    sizes = np.array([len(each) for each in parts])[codes]
    starts = np.cumsum([0, *(len(each) for each in parts)])[:-1][codes]
    every = np.array([place[part] for each in parts for part in each])
    rows = np.repeat(np.arange(len(frame)), sizes)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    values = pd.Categorical.from_codes(every[starts[rows] + within], pd.Index(texts, dtype="str"))
    return frame.iloc[rows].assign(**{column: values}).reset_index(drop=True)


def _wanted(given: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """What was asked, then what was answered though nobody asked."""
    columns = [*_KEY, "standard", "priority"]
    unasked = ~np.isin(_pairs(given, asked), _pairs(asked, asked))
    return (
        pd.concat([asked[columns], given.loc[unasked, columns]], ignore_index=True) if unasked.any() else asked[columns]
    )


def _pairs(frame: pd.DataFrame, known: pd.DataFrame) -> NDArray[np.intp]:
    """A number for the organisation and criterion of each row, the same as in `known`; those not there have others."""
    numbers = np.zeros(len(frame), dtype=np.intp)
    for column in _KEY:
        codes, texts = coded(frame[column])
        place = {text: at for at, text in enumerate(coded(known[column])[1])}
        for text in texts:
            place.setdefault(text, len(place))
        numbers = numbers * 2**31 + np.array([place[text] for text in texts], dtype=np.intp)[codes]
    return numbers


def _registered(who: pd.Series, organisations: pd.DataFrame | None, column: str) -> list[Coded]:
    """What the register says of each row's organisation, where there is a register."""
    if organisations is None:
        return []
    told = organisations["tiers" if column == "tier" else column]
    known = {key: text for key, text in zip(organisations["organisation_id"], told, strict=True) if pd.notna(text)}
    codes, texts = coded(who)
    place = {text: at for at, text in enumerate(dict.fromkeys(known.values()))}
    return [(np.array([place[known[each]] if each in known else -1 for each in texts], dtype=np.intp)[codes], [*place])]


def _texts(rows: int, parts: Sequence[Coded]) -> pd.Categorical:
    """The first text that each row has in these parts, "" where it has none."""
    texts = sorted({"", *(text for _, each in parts for text in each)})
    place = {text: at for at, text in enumerate(texts)}
    found = np.full(rows, -1, dtype=np.intp)
    for codes, each in parts:
        numbers = np.array([*(place[text] for text in each), -1], dtype=np.intp)[codes]  # -1, for none, is the last
        found = np.where(found < 0, numbers, found)
    return pd.Categorical.from_codes(np.where(found < 0, place[""], found), pd.Index(texts, dtype="str"))
