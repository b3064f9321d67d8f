"""Gaps, strengths, learning pairs, the four lists, evidence, disagreement, leads."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_comparison_tiny import AREAS, Extra, Org, tiny

from toolkit.comparison import (
    area_gaps,
    disagreement,
    essential_gaps,
    four_lists,
    gaps,
    good_practice,
    leads_missing,
    learning_pairs,
    met_without_evidence,
)
from toolkit.project import Thresholds

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot

THREE = Thresholds(too_few=3, strength=0.75, gap=0.5, common=2)


def rows(frame: pd.DataFrame, *columns: str) -> list[list[object]]:
    return [list(row) for row in frame[list(columns)].itertuples(index=False)]


def area(name: str, *ratings: str, sectors: tuple[str, ...] = ("Health",)) -> list[Org]:
    """Organisations of one area, named after it and numbered; sectors in turn."""
    return [
        Org(f"{name[0]}{at}", name, each, sector=sectors[at % len(sectors)]) for at, each in enumerate(ratings, start=1)
    ]


# criteria:               2.1   2.10  1.1        met of four organisations
YARROW = area("Yarrow", "mnm", "mnm", "mnp", "mnm")  # 4, 0, 3
BIRCH = area("Birch", "nnm", "nnm", "pmm", "mmm", sectors=("Health", "Housing"))  # 1, 2, 4
ASH = area("Ash", "mn-", "mn-", "nnm", "nnm")  # 2, 0, 2 of four, two blank
PRIORITIES = {"2.1": "desired"}
ASKED = ("2.1", "2.10", "1.1")


def test_status_of_each_area_and_criterion() -> None:
    found = area_gaps(tiny([*YARROW, *BIRCH, *ASH], ASKED, priorities=PRIORITIES, thresholds=THREE), "2024")
    assert rows(found, "area", "criterion", "met", "applicable", "status") == [
        ["Yarrow", "2.1", 4, 4, "strength"],
        ["Yarrow", "2.10", 0, 4, "gap"],
        ["Yarrow", "1.1", 3, 4, "strength"],  # 0.75 is at the threshold
        ["Birch", "2.1", 1, 4, "gap"],
        ["Birch", "2.10", 2, 4, "no gap"],  # 0.5 is not below 0.5
        ["Birch", "1.1", 4, 4, "strength"],
        ["Ash", "2.1", 2, 4, "no gap"],
        ["Ash", "2.10", 0, 4, "gap"],
        ["Ash", "1.1", 2, 4, "too few"],  # two answers, two blanks
    ]
    assert found.loc[found["status"] == "gap", "holds"].all()


def test_a_gap_made_of_blanks_does_not_hold() -> None:
    snapshot = tiny(area("Yarrow", "m", "n", "n", "-", "-", "-"), thresholds=THREE)
    assert rows(area_gaps(snapshot, "2024"), "share", "status", "not_answered", "holds") == [[1 / 6, "gap", 3, False]]


def test_a_gap_that_missing_returns_could_close_does_not_hold() -> None:
    ratings = ["m", "n", "n", "n"]
    known = tiny([*area("Yarrow", *ratings), Org("Z", "Yarrow", None)], thresholds=THREE)
    unknown = tiny([*area("Yarrow", *ratings), *(Org(f"Z{at}", "Yarrow", None) for at in range(2))], thresholds=THREE)
    for snapshot, holds in ((known, True), (unknown, False)):  # 2 of 5 at most; 3 of 6 at most
        assert rows(essential_gaps(snapshot, "2024"), "status", "holds") == [["gap", holds]]
        assert rows(gaps(snapshot, "2024"), "n_areas", "n_hold") == [[1, int(holds)]]


def _essential_for(snapshot: Snapshot, organisations: set[str]) -> Snapshot:
    """The same region where everything is essential for these organisations and desired of the others."""
    frames = {
        name: getattr(snapshot, name).assign(
            priority=[
                "essential" if one in organisations else "desired" for one in getattr(snapshot, name)["organisation_id"]
            ]
        )
        for name in ("asked", "responses")
    }
    return dataclasses.replace(snapshot, **frames)


def test_essential_answers_alone_decide_wherever_a_criterion_is_essential_for_somebody() -> None:
    organisations = [*area("Yarrow", "m", "m", "n", "n", "n", "n"), *area("Birch", "n", "n", "n", "m", "m", "m")]
    snapshot = _essential_for(tiny(organisations, thresholds=THREE), {"Y1", "Y2", "Y3", "B1", "B2", "B3"})
    each, board = area_gaps(snapshot, "2024"), essential_gaps(snapshot, "2024")
    assert rows(each, "area", "met", "applicable", "status") == [["Yarrow", 2, 3, "no gap"], ["Birch", 0, 3, "gap"]]
    assert rows(board, "met", "applicable", "status") == [[2, 6, "gap"]]
    assert rows(gaps(snapshot, "2024"), "priority", "met", "applicable") == [["essential", 2, 6]]
    for one in ("Yarrow", "Birch"):
        beside = each.loc[each["area"] == one]
        assert rows(essential_gaps(snapshot, "2024", one), "met", "applicable") == rows(beside, "met", "applicable")
    pairs = learning_pairs(snapshot, "2024")
    assert rows(pairs, "area", "met", "applicable", "why") == [["Birch", 0, 3, "gap"]]
    assert rows(four_lists(snapshot, "2024").areas_in_common, "criterion") == []


def test_all_answers_count_where_a_criterion_is_essential_for_nobody() -> None:
    snapshot = _essential_for(tiny(area("Yarrow", "m", "n", "n"), thresholds=THREE), set())
    assert rows(gaps(snapshot, "2024"), "priority", "met", "applicable") == [["desired", 1, 3]]


def test_gaps_essential_first_then_common() -> None:
    snapshot = tiny([*YARROW, *BIRCH, *ASH], ASKED, priorities=PRIORITIES, thresholds=THREE)
    assert rows(gaps(snapshot, "2024"), "criterion", "priority", "kind", "areas", "n_areas", "met", "applicable") == [
        ["2.10", "essential", "common", "Yarrow; Ash", 2, 2, 12],
        ["2.1", "desired", "single area", "Birch", 1, 7, 12],
    ]


def test_areas_with_too_few_answers_are_named_beside_a_gap() -> None:
    snapshot = tiny([*YARROW, *area("Birch", "nnn", "nnn")], ASKED, thresholds=THREE)
    found = gaps(snapshot, "2024")
    assert rows(found, "criterion", "areas", "areas_too_few") == [["2.10", "Yarrow", "Birch"]]


def test_essential_gaps_name_who_does_not_meet_them() -> None:
    snapshot = tiny([*YARROW, *BIRCH, *ASH], ASKED, priorities=PRIORITIES, thresholds=THREE)
    found = essential_gaps(snapshot, "2024", "Yarrow")
    assert rows(found, "criterion", "met", "applicable", "status", "not_met_by") == [
        ["2.10", 0, 4, "gap", "Org Y1; Org Y2; Org Y3; Org Y4"],
        ["1.1", 3, 4, "not everybody", "Org Y3"],
    ]
    few = essential_gaps(snapshot, "2024", "Ash", "1")
    assert rows(few, "criterion", "status", "not_answered", "not_met_by") == [["1.1", "too few", 2, ""]]


def test_an_area_that_has_not_returned_is_too_few_and_not_without_gaps() -> None:
    found = essential_gaps(tiny([Org("A", "Ash", None)]), "2024", "Ash")
    assert rows(found, "criterion", "missing", "status") == [["1.1", 1, "too few"]]
    assert rows(found, "lower", "upper") == [[0, 1]]


def test_learning_pairs_by_criterion_are_alphabetical_and_name_whom_to_ask() -> None:
    long = Extra(evidence="Our policy was reviewed with survivors in May and every member of staff was trained")
    extras = {("2024", who, "2.1"): long for who in ("Y1", "Y2", "Y3", "Y4", "A1", "S")}
    both = Org("S", "Yarrow; Birch", "mmm")  # serves Birch itself: nobody there needs telling to talk to it
    snapshot = tiny([*YARROW, *BIRCH, *ASH, both], ASKED, priorities=PRIORITIES, thresholds=THREE, extras=extras)
    found = learning_pairs(snapshot, "2024", "criterion")
    assert rows(found, "area", "criterion", "why", "learn_from", "talk_to", "talk_to_count") == [
        ["Yarrow", "2.10", "gap", "", "", 0],  # a common gap: nobody has a strength there
        ["Birch", "2.1", "gap", "Yarrow", "Org Y1; Org Y2; Org Y3", 4],
        ["Ash", "2.10", "gap", "", "", 0],
    ]
    assert learning_pairs(snapshot, "2024", "criterion", "Birch")["area"].tolist() == ["Birch"]


def test_learning_pairs_by_standard_follow_gaps_and_clear_differences() -> None:
    strong = [*area("Yarrow", *["mmm"] * 15), *area("Birch", *["mmm"] * 15)]
    weak = area("Ash", *["nmm", "mnm", "nmm"] * 5)  # standard 2: half met, a gap of none, yet clearly lower
    found = learning_pairs(tiny([*strong, *weak], ASKED, thresholds=THREE), "2024")
    assert rows(found, "area", "standard", "why", "met", "applicable", "learn_from", "from_met", "from_applicable") == [
        ["Ash", "2", "lower than the rest of the region", 15, 30, "Birch", 30, 30],
        ["Ash", "2", "lower than the rest of the region", 15, 30, "Yarrow", 30, 30],
    ]


def test_four_lists_by_who_can_act() -> None:
    found = four_lists(tiny([*YARROW, *BIRCH, *ASH], ASKED, priorities=PRIORITIES, thresholds=THREE), "2024")
    # 2.1: region 7 of 12 is below 0.75 and Yarrow has 4 of 4; 1.1: region 9 of 12 is at 0.75, so no strength to share
    assert rows(found.strengths, "criterion", "areas", "met", "applicable", "region_met", "region_applicable") == [
        ["2.1", "Yarrow", 4, 4, 7, 12]
    ]
    assert rows(found.areas_in_common, "criterion", "areas") == [["2.10", "Yarrow; Ash"]]
    # 2.1 in Birch: three of two sectors do not meet it
    assert rows(found.partnership_issues, "area", "criterion", "met", "applicable", "organisations", "sectors") == [
        ["Birch", "2.1", 1, 4, 3, "Health; Housing"]
    ]
    # 1.1 in Yarrow: only Y3 is not there; 2.1 is not essential
    assert rows(found.single_organisation_issues, "organisation", "areas", "criterion", "rating", "peers") == [
        ["Org Y3", "Yarrow", "1.1", "partly_met", 3]
    ]


def test_an_organisation_alone_in_two_areas_is_one_issue() -> None:
    alone = Org("S", "Ash; Yarrow", "n")
    snapshot = tiny([alone, *area("Yarrow", "m", "m"), *area("Ash", "m", "m")], thresholds=THREE)
    found = four_lists(snapshot, "2024").single_organisation_issues
    assert rows(found, "organisation", "areas", "peers_met", "peers") == [["Org S", "Yarrow; Ash", 4, 4]]


def test_a_gap_within_one_sector_is_no_partnership_issue() -> None:
    snapshot = tiny([*area("Yarrow", "n", "n", "n"), *area("Birch", "m", "m", "m")], thresholds=THREE)
    assert four_lists(snapshot, "2024").partnership_issues.empty


def test_met_without_evidence_tells_empty_from_placeholder() -> None:
    said = {"Y1": "", "Y2": " As above. ", "Y3": "Policy, section 4", "Y4": "-"}
    extras = {("2024", who, "1.1"): Extra(evidence=text) for who, text in said.items()}
    snapshot = tiny([*area("Yarrow", "m", "m", "m", "m", "n")], extras=extras)
    assert rows(met_without_evidence(snapshot, "2024"), "organisation", "why") == [
        ["Org Y1", "empty"],
        ["Org Y2", "placeholder"],
        ["Org Y4", "placeholder"],
    ]


def test_good_practice_is_met_with_words_where_many_do_not_meet_it() -> None:
    long = "one two three four five six seven eight nine ten eleven twelve"
    said = {"Y1": long, "Y2": long.removesuffix(" twelve"), "Y3": long}
    extras = {("2024", who, each): Extra(evidence=text) for who, text in said.items() for each in ("2.1", "1.1")}
    snapshot = tiny(area("Yarrow", "mm", "mm", "nm"), ("2.1", "1.1"), extras=extras, thresholds=THREE)
    found = good_practice(snapshot, "2024")  # 1.1 is met by all, so there is nothing to teach
    assert rows(found, "organisation", "criterion", "region_met", "region_applicable") == [["Org Y1", "2.1", 2, 3]]
    assert found["region_share"].tolist() == [pytest.approx(2 / 3)]


def test_disagreement_needs_enough_answers() -> None:
    snapshot = tiny(area("Yarrow", "m-", "n-", "mn", "nm"), ("2.1", "1.1"), thresholds=THREE)
    found = disagreement(snapshot, "2024").set_index("criterion")
    assert found.loc["2.1", "dispersion"] == 1
    assert found["dispersion"].isna().to_dict() == {
        "2.1": False, "2.2": True, "2.9": True, "2.10": True, "1.1": True, "1.2": True,
    }  # fmt: skip


def test_leads_that_nobody_named() -> None:
    snapshot = tiny([Org("A", "Ash", "m", lead=" "), Org("B", "Birch", "m"), Org("C", "Ash", None, lead="")])
    assert rows(leads_missing(snapshot, "2024"), "organisation", "missing") == [["Org A", "name"]]
    assert leads_missing(snapshot, "2024", "Birch").empty


letters = st.text("mpnx-?", min_size=3, max_size=3)
served = st.lists(st.sampled_from(AREAS), min_size=1, max_size=3, unique=True).map("; ".join)
sectors = st.sampled_from(["Health", "Police"])
regions = st.lists(st.tuples(served, st.none() | letters, sectors), min_size=1, max_size=10).map(
    lambda each: [Org(f"O{at}", areas, ratings, sector=sector) for at, (areas, ratings, sector) in enumerate(each)]
)


@given(regions)
@settings(max_examples=25, deadline=None)
def test_lists_agree_with_the_table_of_gaps(organisations: list[Org]) -> None:
    snapshot = tiny(organisations, ASKED, priorities=PRIORITIES, thresholds=THREE)
    each, found, lists = area_gaps(snapshot, "2024"), gaps(snapshot, "2024"), four_lists(snapshot, "2024")
    listed = [(name, row["criterion"]) for row in found.to_dict("records") for name in row["areas"].split("; ")]
    gap = each.loc[each["status"] == "gap"]
    assert sorted(listed) == sorted(zip(gap["area"], gap["criterion"], strict=True))
    local = set(zip(lists.partnership_issues["area"], lists.partnership_issues["criterion"], strict=True))
    assert local <= set(listed)
    assert not {criterion for _, criterion in local} & set(lists.areas_in_common["criterion"])
    assert (lists.strengths["share"] >= THREE.strength).all() or lists.strengths["areas"].str.contains(";").any()
    assert (lists.single_organisation_issues["peers_met"] >= THREE.too_few - 1).all()
    learning_pairs(snapshot, "2024", "criterion")
    essential_gaps(snapshot, "2024")
