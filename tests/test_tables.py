"""Display tables from data frames: shares with count and denominator, ratings, returns, two-way tables."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.document import Column, cell_text
from toolkit.records import Rating
from toolkit.tables import action_table, matrix_table, rating_table, response_table, share_table, table

SHARES = pd.DataFrame(
    {
        "area": ["Dudley", "Walsall"],
        "met": [31, 0],
        "applicable": [50, 0],
        "share": [0.62, float("nan")],
        "lower": [0.58, float("nan")],
        "upper": [0.71, float("nan")],
    }
)


def test_shares_stand_beside_count_and_denominator() -> None:
    found = share_table("Met by area", SHARES, "area", "Area", measure="Essential met", notes=["One note."])
    assert [column.name for column in found.columns] == ["Area", "Met", "Applicable", "Essential met", "Bounds"]
    assert found.rows == (("Dudley", 31, 50, 0.62, "58% to 71%"), ("Walsall", 0, 0, None, "–"))
    assert found.notes == ("One note.",)
    without = share_table("Met by area", SHARES, "area", "Area", lower=None, upper=None)
    assert [column.name for column in without.columns] == ["Area", "Met", "Applicable", "Share met"]


def test_ratings_stay_six_and_add_up() -> None:
    frame = pd.DataFrame({"criterion": ["5.1", "5.10"], "met": [3, 1], "blank": [1, 2], "unreadable": [0, 1]})
    found = rating_table("Ratings", frame, "criterion", "Criterion", words={Rating.MET: "Fully met"})
    names = [column.name for column in found.columns]
    assert names == [
        "Criterion",
        "Fully met",
        "Partly met",
        "Not met",
        "Not applicable",
        "Blank",
        "Unreadable",
        "Responses",
    ]
    assert found.rows == (("5.1", 3, 0, 0, 0, 1, 0, 4), ("5.10", 1, 0, 0, 0, 2, 1, 4))


def test_returns_of_nobody_expected_have_no_rate() -> None:
    frame = pd.DataFrame({"sector": ["Police", "Other"], "returned": [9, 0], "expected": [12, 0]})
    found = response_table("Returns", frame, "sector", "Sector")
    assert found.rows == (("Police", 9, 12, 0.75), ("Other", 0, 0, None))


def test_two_way_table_keeps_order_and_says_where_nothing_was_asked() -> None:
    frame = pd.DataFrame(
        {
            "standard": ["10", "9", "9"],
            "area": ["Walsall", "Dudley", "Walsall"],
            "met": [1, 31, 0],
            "applicable": [4, 50, 0],
            "asked": [4, 50, 12],
            "returned": [1, 9, 0],
            "share": [0.25, 0.62, float("nan")],
        }
    )
    found = matrix_table("Both", frame, "standard", "area", "Standard")
    assert [column.name for column in found.columns] == ["Standard", "Walsall", "Dudley"]
    assert found.rows == (("10", "25% (1 of 4)", "none asked"), ("9", "no return", "62% (31 of 50)"))


def test_a_long_list_says_what_it_leaves_out() -> None:
    frame = pd.DataFrame({"action": [f"Action {number}" for number in range(25)]})
    found = action_table("Actions", frame, [("action", "Action")], most=20)
    assert len(found.rows) == 20
    assert found.notes[0].startswith("The first 20 of 25;")
    assert action_table("Actions", frame, [("action", "Action")], most=25).notes == ()


def test_any_frame_and_an_unknown_column() -> None:
    found = table("Change", pd.DataFrame({"a": ["x"], "d": [-0.031]}), [("a", "A"), ("d", "Change", "points")])
    assert found.columns[1] == Column("Change", "points")
    assert cell_text(found.rows[0][1], found.columns[1]) == "-3.1 points"
    with pytest.raises(KeyError):
        table("Change", pd.DataFrame({"a": ["x"]}), [("b", "B")])
