"""The measures of design 5.5, by hand and by property."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.scoring import (
    ANSWERS,
    MEASURES,
    PRIORITY_WEIGHTS,
    RATINGS,
    asked_with_answers,
    attainment,
    distribution,
    essential_met,
    in_areas,
    in_tiers,
    leik_dispersion,
    measures,
    measures_by,
    met_share,
)

VALUES = {"met": 1.0, "partly_met": 0.5, "not_met": 0.0}
PRIORITIES = {"1.1": "essential", "1.2": "essential", "2.1": "desired"}
Answers = dict[str, dict[str, str] | None]
"""Organisation to its ratings by criterion, None where it has not returned."""

BY_HAND: Answers = {
    "A": {"1.1": "met", "1.2": "blank", "2.1": "partly_met"},
    "B": {"1.1": "not_met", "1.2": "not_applicable", "2.1": "met"},
    "C": None,
}


def frames(answers: Answers, priorities: dict[str, str] = PRIORITIES) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Responses and asked as a snapshot has them: every organisation is asked every criterion."""
    asked = [
        ("2024", organisation, criterion.split(".")[0], criterion, priority)
        for organisation in answers
        for criterion, priority in priorities.items()
    ]
    responses = [
        (*row, (answers[row[1]] or {})[row[3]], VALUES.get((answers[row[1]] or {})[row[3]], math.nan))
        for row in asked
        if answers[row[1]] is not None
    ]
    key = ["cycle", "organisation_id", "standard", "criterion", "priority"]
    made = pd.DataFrame(responses, columns=[*key, "rating", "value"])
    text = dict.fromkeys([*key, "rating"], "str")
    return made.astype({**text, "value": "float64"}), pd.DataFrame(asked, columns=key).astype(dict.fromkeys(key, "str"))


def beside(answers: Answers, priorities: dict[str, str] = PRIORITIES) -> pd.DataFrame:
    return asked_with_answers(*frames(answers, priorities), None, "2024")


def test_essential_met_has_its_count_denominator_and_bounds() -> None:
    found = essential_met(*frames(BY_HAND), "2024")
    # asked as essential: A 2, B 2, C 2; B's 1.2 is not applicable; C is missing
    assert (found.met, found.applicable, found.not_applicable, found.missing) == (1, 3, 1, 2)
    assert (found.blank, found.unreadable, found.not_answered) == (1, 0, 1)
    assert found.share == pytest.approx(1 / 3)
    assert found.lower == pytest.approx(1 / 5)  # the blank and both missing ones not met
    assert found.upper == pytest.approx(4 / 5)  # all three met


def test_share_met_over_all_priorities() -> None:
    found = met_share(*frames(BY_HAND), "2024")
    assert (found.met, found.applicable, found.missing) == (2, 5, 3)
    assert (found.share, found.lower, found.upper) == pytest.approx((2 / 5, 2 / 8, 6 / 8))


def test_attainment_alike_and_by_priority() -> None:
    responses, _ = frames(BY_HAND)
    assert attainment(responses).mean == pytest.approx((1 + 0.5 + 0 + 1) / 4)
    weighted = attainment(responses, PRIORITY_WEIGHTS)
    assert weighted.mean == pytest.approx((3 * 1 + 2 * 0.5 + 3 * 0 + 2 * 1) / (3 + 2 + 3 + 2))
    assert weighted.answered == 4


def test_a_share_of_nothing_is_none_and_not_zero() -> None:
    found = essential_met(*frames({"A": dict.fromkeys(PRIORITIES, "not_applicable")}), "2024")
    assert (found.share, found.lower, found.upper) == (None, None, None)
    assert attainment(frames({"A": dict.fromkeys(PRIORITIES, "blank")})[0]).mean is None


def test_unreadable_is_neither_blank_nor_not_met_in_the_counts() -> None:
    row = measures(beside({"A": {"1.1": "unreadable", "1.2": "blank", "2.1": "not_met"}}))
    assert (row.unreadable, row.blank, row.not_met, row.answered, row.applicable) == (1, 1, 1, 1, 3)
    assert (row.lower, row.upper) == pytest.approx((0, 2 / 3))


def test_other_cycles_do_not_count() -> None:
    responses, asked = frames(BY_HAND)
    before = met_share(responses, asked, "2024")
    other = responses.assign(cycle="2021")
    assert met_share(pd.concat([responses, other]), pd.concat([asked, asked.assign(cycle="2021")]), "2024") == before


def test_asked_beside_answered_keeps_every_row() -> None:
    responses, asked = frames(BY_HAND)
    dropped = responses.loc[~((responses["organisation_id"] == "A") & (responses["criterion"] == "2.1"))]
    unasked = responses.head(1).assign(criterion="9.9")
    found = asked_with_answers(pd.concat([dropped, unasked]), asked, None, "2024")
    assert tuple(found.columns) == ANSWERS
    state = found.set_index(["organisation_id", "criterion"])["state"]
    assert state["A", "2.1"] == "blank"  # returned, without a row
    assert state["C", "2.1"] == "missing"  # not returned
    assert state["A", "9.9"] == "met"  # nobody asked, and not lost
    assert len(found) == 10


def test_missing_returns_take_sector_and_areas_from_the_register() -> None:
    organisations = pd.DataFrame(
        [
            ("A", "Org A", "Police", "X; Y", "1"),
            ("B", "Org B", "Health", "X", "2"),
            ("C", "Org C", "Housing", "Y", "3"),
        ],
        columns=["organisation_id", "organisation", "sector", "areas", "tiers"],
    )
    found = asked_with_answers(*frames(BY_HAND), organisations, "2024")
    missing = found.loc[found["state"] == "missing"].iloc[0]
    assert (missing["organisation"], missing["sector"], missing["areas"], missing["tier"]) == (
        "Org C",
        "Housing",
        "Y",
        "3",
    )
    assert found["evidence"].eq("").all()


def test_an_organisation_counts_in_each_of_its_areas_and_tiers() -> None:
    frame = pd.DataFrame({"areas": ["X; Y", "Y", ""], "tier": ["1;2", "", "3"], "value": [1, 2, 3]})
    assert in_areas(frame)[["area", "value"]].to_numpy().tolist() == [["X", 1], ["Y", 1], ["Y", 2], ["", 3]]
    assert in_tiers(frame)["tier"].tolist() == ["1", "2", "", "3"]
    assert in_areas(frame.iloc[:0])["area"].tolist() == []


def test_distribution_keeps_six_ratings_apart_and_groups_in_order() -> None:
    responses, _ = frames({"B": dict(zip(PRIORITIES, ("met", "unreadable", "blank"), strict=True)), "A": BY_HAND["A"]})
    found = distribution(responses, ["organisation_id"])
    assert list(found.columns) == ["organisation_id", *RATINGS]
    assert found["organisation_id"].tolist() == ["B", "A"]
    assert found[list(RATINGS)].iloc[0].tolist() == [1, 0, 0, 0, 1, 1]
    assert distribution(responses, [])[list(RATINGS)].iloc[0].tolist() == [2, 1, 0, 0, 2, 1]


def test_measures_by_group_by_hand() -> None:
    found = measures_by(beside(BY_HAND), ["standard"])
    assert found["standard"].tolist() == ["1", "2"]
    first, second = found.to_dict("records")
    assert (first["expected"], first["returned"], first["n"], first["asked"]) == (3, 2, 2, 6)
    assert (second["met"], second["applicable"], second["missing"], second["essential_applicable"]) == (1, 2, 1, 0)
    assert math.isnan(second["essential_share"])
    assert second["attainment"] == pytest.approx(0.75)


def test_a_group_is_never_mixed_with_another() -> None:
    # 5.1 and 5.10, and values that would collide if group columns were glued together
    frame = beside(
        {"A": {"5.1": "met", "5.10": "not_met"}, "A5": {"5.1": "blank", "5.10": "met"}},
        {"5.1": "essential", "5.10": "essential"},
    )
    found = measures_by(frame, ["organisation_id", "criterion"])
    assert found[["organisation_id", "criterion", "met"]].to_numpy().tolist() == [
        ["A", "5.1", 1],
        ["A", "5.10", 0],
        ["A5", "5.1", 0],
        ["A5", "5.10", 1],
    ]


def test_dispersion_by_hand() -> None:
    # all alike 0; half at either end 1; even thirds: F = 1/3, 2/3, so D = 1/3 + 1/3
    counts: list[Any] = [np.array([4, 2, 1, 0]), np.array([0, 0, 1, 0]), np.array([0, 2, 1, 0])]
    found = leik_dispersion(counts)
    assert found[:3] == pytest.approx([0, 1, 2 / 3])
    assert math.isnan(found[3])


FEW = settings(max_examples=40, deadline=None)
ratings = st.sampled_from(RATINGS)
organisations = st.dictionaries(
    st.sampled_from([f"O{at}" for at in range(8)]),
    st.none() | st.fixed_dictionaries(dict.fromkeys(PRIORITIES, ratings)),
    min_size=1,
)


@given(organisations)
@FEW
def test_bounds_hold_the_share(answers: Answers) -> None:
    found = met_share(*frames(answers), "2024")
    if found.share is not None and found.lower is not None and found.upper is not None:
        assert 0 <= found.lower <= found.share <= found.upper <= 1


@given(organisations, st.data())
@FEW
def test_bounds_hold_whatever_the_unknown_would_have_said(answers: Answers, data: st.DataObject) -> None:
    found = met_share(*frames(answers), "2024")
    told = st.sampled_from(["met", "partly_met", "not_met", "not_applicable"])
    truth: Answers = {}
    for organisation, each in answers.items():
        said = each or dict.fromkeys(PRIORITIES, "blank")
        unknown = {criterion for criterion, rating in said.items() if rating in {"blank", "unreadable"}}
        truth[organisation] = {c: data.draw(told) if c in unknown else rating for c, rating in said.items()}
    share = met_share(*frames(truth), "2024").share
    if share is not None and found.lower is not None and found.upper is not None:
        assert found.lower <= share <= found.upper


@given(organisations)
@FEW
def test_a_missing_return_widens_the_bounds_and_leaves_the_share(answers: Answers) -> None:
    before = met_share(*frames(answers), "2024")
    after = met_share(*frames({**answers, "Z": None}), "2024")
    assert after.share == before.share
    assert after.missing == before.missing + 3
    if before.lower is not None and before.upper is not None and after.lower is not None and after.upper is not None:
        assert after.lower <= before.lower
        assert after.upper >= before.upper


@given(organisations)
@FEW
def test_weights_are_irrelevant_where_all_have_one_priority(answers: Answers) -> None:
    alike = dict.fromkeys(PRIORITIES, "desired")
    row = measures(beside(answers, alike))
    assert row.attainment_weighted == (None if row.attainment is None else pytest.approx(row.attainment))


@given(organisations)
@FEW
def test_groups_agree_with_single_measures(answers: Answers) -> None:
    responses, asked = frames(answers)
    row, all_met, essential = (
        measures(beside(answers)),
        met_share(responses, asked, "2024"),
        essential_met(responses, asked, "2024"),
    )
    assert (row.met, row.applicable, row.share, row.lower, row.upper) == (
        all_met.met,
        all_met.applicable,
        all_met.share,
        all_met.lower,
        all_met.upper,
    )
    assert (row.essential_met, row.essential_share, row.essential_lower, row.essential_upper) == (
        essential.met,
        essential.share,
        essential.lower,
        essential.upper,
    )
    assert row.attainment == (None if attainment(responses).mean is None else pytest.approx(attainment(responses).mean))


@given(organisations)
@FEW
def test_counts_of_groups_add_up_to_the_whole(answers: Answers) -> None:
    frame = beside(answers)
    parts = measures_by(frame, ["organisation_id", "criterion"])
    whole = measures_by(frame, [])
    counts = [name for name in MEASURES if whole[name].dtype == "int64" and name not in {"expected", "returned", "n"}]
    assert parts[counts].sum().tolist() == whole[counts].iloc[0].tolist()
    assert whole.loc[0, "asked"] == len(frame)
