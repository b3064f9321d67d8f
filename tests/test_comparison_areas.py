"""Areas, sectors, tiers side by side, and areas against the rest of the region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from test_comparison_tiny import AREAS, Org, tiny

from toolkit.comparison import (
    answers,
    area_by_criterion,
    area_by_standard,
    by_area,
    by_criterion,
    by_organisation,
    by_sector,
    by_standard,
    by_tier,
    criterion_priorities,
    difference_from_region,
    differences_by_standard,
    missing_returns,
    region,
    response_rate,
    weighting_dependence,
)
from toolkit.errors import ProjectError
from toolkit.project import Thresholds
from toolkit.scoring import difference_interval, ratio_covariance, ratio_estimate, simultaneous

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot

FOUR = (
    Org("A", "Yarrow; Ash", "mn", sector="Police"),
    Org("B", "Yarrow", "m-", sector="Health"),
    Org("C", "Ash", "nx", sector="Health"),
    Org("D", "Birch", None, sector="Housing"),
)


def rows(frame: pd.DataFrame, *columns: str) -> list[list[object]]:
    return [list(row) for row in frame[list(columns)].itertuples(index=False)]


def test_an_organisation_counts_in_each_area_and_once_in_the_region() -> None:
    snapshot = tiny(FOUR, ("1.1", "2.10"))
    assert rows(by_area(snapshot, "2024"), "area", "met", "applicable", "missing", "expected", "returned") == [
        ["Yarrow", 2, 4, 0, 2, 2],  # A and B
        ["Birch", 0, 0, 2, 1, 0],  # D, missing
        ["Ash", 1, 3, 0, 2, 2],  # A and C, whose 2.10 is not applicable
    ]
    whole = region(snapshot, "2024")
    assert (whole.met, whole.applicable, whole.missing, whole.share) == (2, 5, 2, 2 / 5)
    assert (whole.lower, whole.upper) == pytest.approx((2 / 7, 5 / 7))
    assert region(snapshot, "2024", area="Ash").met == 1
    assert region(snapshot, "2024", standard="2").met == 0


def test_tables_stand_in_the_order_of_project_and_framework() -> None:
    snapshot = tiny(FOUR, ("1.1", "2.10"))
    assert by_standard(snapshot, "2024")["standard"].tolist() == ["2", "1"]
    assert by_criterion(snapshot, "2024")["criterion"].tolist() == ["2.1", "2.2", "2.9", "2.10", "1.1", "1.2"]
    table = area_by_standard(snapshot, "2024")
    assert rows(table, "area", "standard")[:3] == [["Yarrow", "2"], ["Yarrow", "1"], ["Birch", "2"]]
    one = area_by_criterion(snapshot, "2024", "1")
    assert rows(one, "area", "criterion", "met", "applicable")[:2] == [["Yarrow", "1.1", 2, 2], ["Yarrow", "1.2", 0, 0]]
    assert one["share"].isna()[1]  # nobody was asked: not a share of 0


def test_by_sector_tier_and_organisation() -> None:
    snapshot = tiny(FOUR, ("1.1", "2.10"))
    assert rows(by_sector(snapshot, "2024"), "sector", "met", "applicable", "missing") == [
        ["Health", 1, 3, 0],
        ["Housing", 0, 0, 2],
        ["Police", 1, 2, 0],
    ]
    assert by_tier(snapshot, "2024").empty  # this framework has no tiers
    found = by_organisation(snapshot, "2024", area="Ash")
    assert rows(found, "organisation", "standard", "met", "returned") == [
        ["Org A", "2", 0, 1],
        ["Org A", "1", 1, 1],
        ["Org C", "2", 0, 1],
        ["Org C", "1", 0, 1],
    ]


def test_tiers_of_a_framework_that_has_them(small_snapshot: Snapshot) -> None:
    found = by_tier(small_snapshot, "2024")
    assert found["tier"].tolist() == ["1", "2", "3"]
    # tier 1 Coventry and the schools; tier 2 police, homes, NHS; tier 3 police, Coventry, Dudley
    assert rows(found, "expected", "returned") == [[2, 1], [3, 3], [3, 3]]


def test_response_rate_and_who_is_missing() -> None:
    snapshot = tiny(FOUR, ("1.1", "2.10"))
    assert rows(response_rate(snapshot, "2024"), "expected", "returned", "missing", "share") == [[4, 3, 1, 0.75]]
    assert rows(response_rate(snapshot, "2024", "area"), "area", "expected", "returned") == [
        ["Yarrow", 2, 2],
        ["Birch", 1, 0],
        ["Ash", 2, 2],
    ]
    assert response_rate(snapshot, "2024", "sector")["share"].tolist() == [1, 0, 1]
    assert missing_returns(snapshot, "2024")["organisation"].tolist() == ["Org D"]
    assert missing_returns(snapshot, "2024", "Ash").empty


def test_the_strongest_priority_that_anybody_was_asked_with(small_snapshot: Snapshot) -> None:
    found = criterion_priorities(small_snapshot, "2024").set_index("criterion")
    assert found.index.tolist() == list(small_snapshot.framework("2024").criteria)
    assert found.loc["1.1", "priority"] == "essential"
    assert found.loc["10.1", "priority"] == "applies"
    counts = rows(found.loc[["2.1"]], "essential", "desired", "asked")
    assert counts == [[5, 1, 6]]  # only the schools are tier 1 alone


def test_an_unknown_cycle_is_a_sentence() -> None:
    with pytest.raises(ProjectError, match="no cycle '1999'"):
        region(tiny(FOUR, ("1.1", "2.10")), "1999")


def test_callers_cannot_change_what_others_read() -> None:
    snapshot = tiny(FOUR, ("1.1", "2.10"))
    mine = answers(snapshot, "2024")
    mine["state"] = "met"
    assert region(snapshot, "2024").met == 2


def spread(met: dict[str, list[int]], of: int = 4) -> list[Org]:
    """One organisation a number, in an area, meeting that many of the criteria."""
    return [
        Org(f"{area}{at}", area, "m" * number + "n" * (of - number))
        for area, numbers in met.items()
        for at, number in enumerate(numbers)
    ]


CRITERIA = ("2.1", "2.2", "2.9", "2.10")


def test_an_area_stands_against_the_rest_without_those_who_serve_both() -> None:
    shared = Org("S", "Yarrow; Birch; Ash", "mmmm")
    snapshot = tiny([*spread({"Yarrow": [4, 3, 4], "Birch": [1, 0], "Ash": [1, 1]}), shared], CRITERIA)
    found = difference_from_region(snapshot, "2024").iloc[0]
    assert (found["n"], found["rest_n"]) == (4, 4)
    assert (found["met"], found["applicable"], found["rest_met"], found["rest_applicable"]) == (15, 16, 3, 16)
    assert found["difference"] == pytest.approx(12 / 16)
    by_hand = difference_interval(
        ratio_estimate([4, 3, 4, 4], [4] * 4), ratio_estimate([1, 0, 1, 1], [4] * 4), 2, simultaneous(0.95, 3)
    )
    assert by_hand is not None
    assert (found["lower"], found["upper"]) == pytest.approx((by_hand.lower, by_hand.upper))
    assert found["comparisons"] == 3


def test_verdicts() -> None:
    met = {"Yarrow": [4] * 12, "Birch": [0] * 12, "Ash": [2] * 12}
    found = difference_from_region(tiny(spread(met), CRITERIA), "2024")
    assert found["verdict"].tolist() == ["higher", "lower", "no clear difference"]
    # the verdict is what the interval shown says
    assert ((found["lower"] > 0) == (found["verdict"] == "higher")).all()
    assert ((found["upper"] < 0) == (found["verdict"] == "lower")).all()


def test_too_few_to_compare_shows_no_difference() -> None:
    snapshot = tiny(spread({"Yarrow": [4], "Birch": [0] * 6, "Ash": [0] * 6}), CRITERIA, thresholds=Thresholds())
    found = difference_from_region(snapshot, "2024")
    assert found["verdict"].tolist() == ["too few to compare", "no clear difference", "no clear difference"]
    assert found[["difference", "lower", "upper"]].iloc[0].isna().all()
    assert found["comparisons"].tolist() == [2, 2, 2]


def test_blank_returns_are_not_organisations_with_an_answer() -> None:
    blank = [Org(f"Z{at}", "Yarrow", "----") for at in range(5)]
    snapshot = tiny([*spread({"Yarrow": [4], "Birch": [0] * 6}), *blank], CRITERIA, thresholds=Thresholds())
    found = difference_from_region(snapshot, "2024").iloc[0]
    assert (found["n"], found["not_answered"], found["verdict"]) == (1, 20, "too few to compare")


def test_differences_by_standard_are_one_table() -> None:
    met = {"Yarrow": [4] * 6, "Birch": [0] * 6, "Ash": [2] * 6}
    snapshot = tiny(spread(met), CRITERIA)
    found = differences_by_standard(snapshot, "2024")
    assert rows(found, "area", "standard")[:2] == [["Yarrow", "2"], ["Yarrow", "1"]]
    assert found["comparisons"].eq(3).all()  # standard 1 was not asked of anybody
    assert found.loc[found["standard"] == "1", "verdict"].eq("too few to compare").all()
    alone = difference_from_region(snapshot, "2024", "2")
    assert_frame_equal(
        found.loc[found["standard"] == "2"].drop(columns="standard").reset_index(drop=True), alone, check_dtype=False
    )


def test_differences_of_essential_responses_only() -> None:
    priorities = dict.fromkeys(CRITERIA[1:], "desired")
    snapshot = tiny(spread({"Yarrow": [1, 1], "Birch": [4, 4]}), CRITERIA, priorities=priorities)
    found = difference_from_region(snapshot, "2024", priority="essential")
    assert rows(found, "met", "applicable")[:2] == [[2, 2], [2, 2]]


def test_a_standard_without_anything_essential_is_compared_over_all_its_answers() -> None:
    snapshot = tiny(
        spread({"Yarrow": [1, 1], "Birch": [4, 4]}), CRITERIA, priorities=dict.fromkeys(CRITERIA, "desired")
    )
    found = differences_by_standard(snapshot, "2024", "essential")
    assert rows(found.loc[found["standard"] == "2"], "met", "applicable")[:2] == [[2, 8], [8, 8]]


def test_weighting_says_where_every_answer_weighs_the_same() -> None:
    alike = tiny(spread({"Yarrow": [1, 1], "Birch": [4, 4]}), CRITERIA)
    mixed = tiny(spread({"Yarrow": [1, 1], "Birch": [4, 4]}), CRITERIA, priorities={"2.1": "desired"})
    assert weighting_dependence(alike, "2024").alike
    assert not weighting_dependence(mixed, "2024").alike


def test_an_order_that_depends_on_the_weighting_is_said_to() -> None:
    # Yarrow meets the recommended three, Birch the essential one: 3/4 against 1/4, weighted 3/6 against 3/6 and less
    organisations = [Org(f"Y{at}", "Yarrow", "nmmm") for at in range(12)]
    organisations += [Org(f"B{at}", "Birch", "mnnp") for at in range(12)]
    priorities = dict.fromkeys(CRITERIA[1:], "recommended")
    found = weighting_dependence(tiny(organisations, CRITERIA, priorities=priorities), "2024")
    assert found.areas["attainment"].tolist()[:2] == pytest.approx([3 / 4, 1.5 / 4])
    assert found.areas["attainment_weighted"].tolist()[:2] == pytest.approx([3 / 6, 3.5 / 6])
    assert rows(found.areas, "place", "place_weighted")[:2] == [[1, 2], [2, 1]]
    assert rows(found.pairs, "swaps", "verdict") == [[True, "order depends on the weighting"]]
    assert (found.swaps, found.depends, found.too_few) == (True, True, ("Ash",))
    assert found.areas["place"].isna()[2]


def test_a_swap_within_the_interval_is_not_an_order() -> None:
    organisations = [
        Org("Y1", "Yarrow", "nm"),
        Org("Y2", "Yarrow", "nm"),
        Org("B1", "Birch", "mn"),
        Org("B2", "Birch", "mn"),
    ]
    found = weighting_dependence(tiny(organisations, ("2.1", "2.2"), priorities={"2.2": "recommended"}), "2024")
    assert rows(found.pairs, "swaps", "verdict") == [[True, "cannot be told apart"]]  # a tie, then 1/4 against 3/4
    assert (found.swaps, found.depends) == (True, False)
    assert rows(found.areas, "place", "place_weighted")[:2] == [[1, 2], [1, 1]]  # ties share a place


def test_organisations_that_two_areas_share_make_their_pair_surer() -> None:
    ratings = {"Yarrow; Birch": ("mm", "nn", "mm", "nn"), "Yarrow": ("mm",), "Birch": ("nn",)}
    organisations = [Org(f"{areas}{at}", areas, r) for areas, each in ratings.items() for at, r in enumerate(each)]
    found = weighting_dependence(tiny(organisations, ("2.1", "2.2"), priorities={"2.2": "recommended"}), "2024").pairs
    # organisations: the four shared, Yarrow's, Birch's; weights 3 + 1
    one = ([4, 0, 4, 0, 4, 0], [4, 4, 4, 4, 4, 0])
    other = ([4, 0, 4, 0, 0, 0], [4, 4, 4, 4, 0, 4])
    answered = ([2, 2, 2, 2, 2, 0], [2, 2, 2, 2, 0, 2])
    by_hand = difference_interval(
        ratio_estimate(*one, answered[0]), ratio_estimate(*other, answered[1]), 2, 0.95, ratio_covariance(one, other)
    )
    assert by_hand is not None
    assert rows(found, "lower_weighted", "upper_weighted")[0] == pytest.approx([by_hand.lower, by_hand.upper])
    assert found["lower"][0] == pytest.approx(by_hand.lower)  # every organisation answers both alike


letters = st.text("mpnx-?", min_size=4, max_size=4)
served = st.lists(st.sampled_from(AREAS), min_size=1, max_size=3, unique=True).map("; ".join)
regions = st.lists(st.tuples(served, st.none() | letters), min_size=1, max_size=10).map(
    lambda each: [Org(f"O{at}", areas, ratings) for at, (areas, ratings) in enumerate(each)]
)
FEW = settings(max_examples=25, deadline=None)


@given(regions)
@FEW
def test_the_region_does_not_depend_on_who_serves_where(organisations: list[Org]) -> None:
    everywhere = [Org(org.id, "; ".join(AREAS), org.ratings) for org in organisations]
    assert region(tiny(organisations, CRITERIA), "2024") == region(tiny(everywhere, CRITERIA), "2024")
    assert_frame_equal(
        by_criterion(tiny(organisations, CRITERIA), "2024"), by_criterion(tiny(everywhere, CRITERIA), "2024")
    )


@given(regions)
@FEW
def test_tables_do_not_depend_on_the_order_of_rows(organisations: list[Org]) -> None:
    there, back = tiny(organisations, CRITERIA), tiny(organisations[::-1], CRITERIA)
    for make in (area_by_standard, by_organisation, differences_by_standard, answers):
        assert_frame_equal(make(there, "2024"), make(back, "2024"))


@given(regions)
@FEW
def test_two_areas_that_share_nobody_differ_by_opposite_amounts(organisations: list[Org]) -> None:
    alone = [Org(org.id, AREAS[at % 2], org.ratings) for at, org in enumerate(organisations)]
    found = difference_from_region(tiny(alone, CRITERIA), "2024")
    first, second = found.iloc[0], found.iloc[1]
    assert first["n"] == second["rest_n"]
    assert [first["difference"], first["lower"]] == pytest.approx(
        [-second["difference"], -second["upper"]], nan_ok=True
    )
