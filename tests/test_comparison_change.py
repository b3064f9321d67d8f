"""Change through the crosswalk, and actions of this cycle and the last."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_comparison_tiny import Extra, Org, tiny

from toolkit.comparison import actions, change, change_by_standard, comparisons, previous_actions
from toolkit.scoring import paired_interval, simultaneous

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot

LINKS = (("1.1", "1.1", "equal"), ("1.1", "2.10", "narrower"), ("1.2", "1.1", "overlaps"), ("1.2", "2.9", "broader"))


def rows(frame: pd.DataFrame, *columns: str) -> list[list[object]]:
    return [list(row) for row in frame[list(columns)].itertuples(index=False)]


# earlier criteria 1.1 1.2 1.3; later criteria 2.9 2.10 1.1
ORGANISATIONS = (
    Org("A", "Ash", "mmm", "nnn"),  # came to meet 1.1 and 2.10
    Org("B", "Ash", "mpm", "mmn"),  # ceased to meet 2.10
    Org("C", "Birch", "n-m", "nmn"),  # 2.10 left blank: not a pair there
    Org("D", "Birch", None, "mmm"),  # not back
    Org("E", "Ash", "mmm", None),  # new
)
ASKED = ("2.9", "2.10", "1.1")


def test_one_row_a_link_and_none_forgotten() -> None:
    found = change(tiny(ORGANISATIONS, ASKED, links=LINKS), "2024")
    assert rows(found, "earlier", "later", "type", "carries_trend", "verdict") == [
        ["", "2.1", "none", False, "new"],
        ["", "2.2", "none", False, "new"],
        ["1.2", "2.9", "broader", False, "partly comparable"],
        ["1.1", "2.10", "narrower", True, "no clear change"],
        ["1.1", "1.1", "equal", True, "no clear change"],
        ["1.2", "1.1", "overlaps", False, "partly comparable"],
        ["", "1.2", "none", False, "new"],
        ["1.3", "", "none", False, "no longer asked"],
    ]


def test_only_organisations_that_answered_twice_count() -> None:
    found = change(tiny(ORGANISATIONS, ASKED, links=LINKS), "2024")
    whole = found.loc[found["type"] == "equal"].iloc[0]  # A not to met, B met to met, C not to met
    assert whole[["organisations", "met_before", "met_after", "improved", "worsened"]].to_list() == [3, 1, 3, 2, 0]
    assert whole["difference"] == pytest.approx(2 / 3)
    by_hand = paired_interval([1, 0, 1], [1, 1, 1], 2, simultaneous(0.95, 2))
    assert by_hand is not None
    assert (whole["lower"], whole["upper"]) == pytest.approx((by_hand.lower, by_hand.upper))
    narrower = found.loc[found["type"] == "narrower"].iloc[0]  # A up, B down; C left it blank
    assert narrower[["organisations", "improved", "worsened", "difference"]].to_list() == [2, 1, 1, 0]


def test_partly_comparable_links_have_no_difference() -> None:
    found = change(tiny(ORGANISATIONS, ASKED, links=LINKS), "2024")
    no_trend = found.loc[~found["carries_trend"]]
    assert no_trend[["difference", "lower", "upper"]].isna().all().all()
    broader = found.loc[found["type"] == "broader"].iloc[0]
    assert broader[["organisations", "met_before", "met_after"]].to_list() == [3, 2, 2]


def test_change_of_one_standard_and_one_area() -> None:
    snapshot = tiny(ORGANISATIONS, ASKED, links=LINKS)
    assert change(snapshot, "2024", standard="1")["later"].tolist() == ["1.1", "1.1", "1.2"]
    assert change(snapshot, "2024", area="Birch").set_index("type").loc["equal", "verdict"] == "too few to compare"


def test_change_by_standard_counts_each_later_answer_once() -> None:
    # both earlier criteria lead to 1.1: each pair has half the weight
    links = (("1.1", "1.1", "equal"), ("1.2", "1.1", "narrower"), ("1.1", "2.10", "overlaps"))
    organisations = [Org("A", "Ash", "-mm", "nmn"), Org("B", "Ash", "-mn", "m-n")]
    found = change_by_standard(tiny(organisations, ASKED, links=links), "2024")
    row = found.iloc[1]
    assert row[["links", "criteria", "criteria_total", "organisations", "pairs"]].to_list() == [2, 1, 2, 2, 2]
    assert row[["met_before", "met_after"]].to_list() == [1.5, 1]
    # A: before (not met + met) / 2, after met; B: before met (1.2 blank), after not met
    assert (row["share_before"], row["share_after"]) == pytest.approx((1.5 / 2, 1 / 2))
    assert row["difference"] == pytest.approx(-0.5 / 2)
    assert found["verdict"][0] == "no comparable criteria"


def test_a_clear_change_is_called_better_and_its_mirror_worse() -> None:
    up = [Org(f"O{at:02}", "Ash", "--m", "n--") for at in range(20)]
    down = [Org(f"O{at:02}", "Ash", "--n", "m--") for at in range(20)]
    links = (("1.1", "1.1", "equal"),)
    better, worse = (change_by_standard(tiny(each, ASKED, links=links), "2024").iloc[1] for each in (up, down))
    assert (better["verdict"], worse["verdict"]) == ("better", "worse")
    assert (better["difference"], better["lower"]) == pytest.approx((-worse["difference"], -worse["upper"]))


def test_one_figure_has_one_interval_and_verdict_whichever_table_asks() -> None:
    # 1.1 is the only comparable criterion of its standard, standard 2 has two: 3 links and 1 standard of several
    links = (("1.1", "1.1", "equal"), ("1.2", "2.9", "equal"), ("1.3", "2.10", "equal"))
    organisations = [Org(f"O{at:02}", "Ash", "mnm", "nnm" if at < 6 else "mnn") for at in range(20)]
    snapshot = tiny(organisations, ASKED, links=links)
    whole, alone = change(snapshot, "2024"), change(snapshot, "2024", standard="1")
    by_standard = change_by_standard(snapshot, "2024")
    figures = ("met_before", "met_after", "difference", "lower", "upper", "verdict")
    (here,) = rows(alone[alone["later"] == "1.1"], *figures)
    assert rows(whole[whole["later"] == "1.1"], *figures) == [here]
    assert rows(by_standard[by_standard["standard"] == "1"], *figures) == [here]
    steps = [1.0] * 6 + [0.0] * 14
    by_hand = paired_interval(steps, [1.0] * 20, 2, simultaneous(0.95, 4))
    assert by_hand is not None
    assert here[3:5] == pytest.approx([by_hand.lower, by_hand.upper])


def test_without_a_cycle_before_or_a_crosswalk_there_is_no_change(small_snapshot: Snapshot) -> None:
    assert change(small_snapshot, "2021").empty
    assert change_by_standard(small_snapshot, "2021").empty
    assert previous_actions(small_snapshot, "2021").empty
    assert change(tiny(ORGANISATIONS, ASKED), "2024").empty


def test_the_real_crosswalk_leaves_no_criterion_out(small_snapshot: Snapshot) -> None:
    found = change(small_snapshot, "2024")
    assert set(found["later"]) - {""} == set(small_snapshot.framework("2024").criteria)
    assert set(found["earlier"]) - {""} == set(small_snapshot.framework("2021").criteria)
    assert set(found.loc[found["carries_trend"], "type"]) <= {"equal", "narrower"}
    later = [reference for reference in found["later"] if reference]
    order = small_snapshot.framework("2024").criteria
    assert later == sorted(later, key=order.index)


def test_due_status_as_at_the_data_cut() -> None:
    # the data cut of the tiny region is 31 July 2024
    dates = {"A": "2024-07-30", "B": "2024-07-31", "C": "2024-10-31", "D": "2024-11-01", "E": None, "F": "2024-01-01"}
    extras = {("2024", who, "1.1"): Extra(action="Train staff", target_date=date) for who, date in dates.items()}
    extras["2024", "G", "1.1"] = Extra(action="  ", target_date="2024-01-01")
    organisations = [Org(who, "Ash", "m" if who == "F" else "n") for who in "ABCDEFG"]
    found = actions(tiny(organisations, extras=extras), "2024")
    assert rows(found, "organisation_id", "target_date", "due") == [
        ["A", "2024-07-30", "overdue"],
        ["B", "2024-07-31", "due within 3 months"],
        ["C", "2024-10-31", "due within 3 months"],
        ["D", "2024-11-01", "later"],
        ["E", "", "no date"],
        ["F", "2024-01-01", "date passed, criterion met"],
    ]


@pytest.mark.parametrize(
    ("ratings", "result", "now"),
    [
        ("-mm", "now met", "met; met"),
        ("-mp", "still open", "met; partly_met"),
        ("-m-", "not answered", "met; blank"),
        ("-xm", "now met", "not_applicable; met"),
        ("-xx", "no longer applies", "not_applicable; not_applicable"),
        (None, "no return this cycle", ""),
    ],
)
def test_what_became_of_an_action(ratings: str | None, result: str, now: str) -> None:
    extras = {("2021", "A", "1.1"): Extra(action="Write a policy")}
    found = previous_actions(tiny([Org("A", "Ash", ratings, "n--")], ASKED, links=LINKS, extras=extras), "2024")
    assert rows(found, "criterion", "now", "rating_before", "rating_now", "comparable", "result") == [
        ["1.1", "2.10; 1.1", "not_met", now, True, result]
    ]


def test_actions_without_a_full_counterpart() -> None:
    extras = {("2021", "A", each): Extra(action="Act") for each in ("1.2", "1.3")}
    found = previous_actions(tiny([Org("A", "Ash", "mnm", "-nn")], ASKED, links=LINKS, extras=extras), "2024")
    assert rows(found, "criterion", "now", "comparable", "result") == [
        ["1.2", "2.9; 1.1", False, "now met"],
        ["1.3", "", False, "no counterpart"],
    ]


letter = st.text("mpnx-?", min_size=3, max_size=3)


@given(st.lists(st.tuples(st.none() | letter, st.none() | letter), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_change_is_the_difference_of_its_shares(pairs: list[tuple[str | None, str | None]]) -> None:
    organisations = [Org(f"O{at}", "Ash", after, before) for at, (after, before) in enumerate(pairs)]
    snapshot = tiny(organisations, ASKED, links=LINKS)
    for found in (change(snapshot, "2024"), change_by_standard(snapshot, "2024")):
        for row in found.to_dict("records"):
            if not math.isnan(row["difference"]):
                assert row["difference"] == pytest.approx(row["share_after"] - row["share_before"])
                assert row["lower"] <= row["difference"] <= row["upper"]
                assert row["organisations"] >= 2


@given(st.lists(st.tuples(st.none() | letter, st.none() | letter), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_comparisons_are_those_that_the_tables_make(pairs: list[tuple[str | None, str | None]]) -> None:
    organisations = [Org(f"O{at}", "Ash", after, before) for at, (after, before) in enumerate(pairs)]
    snapshot = tiny(organisations, ASKED, links=(*LINKS, ("1.3", "2.9", "equal")))
    by_link, by_standard = change(snapshot, "2024"), change_by_standard(snapshot, "2024").set_index("standard")
    trend = by_link[by_link["carries_trend"] & (by_link["organisations"] > 0)]
    several = trend["standard"].value_counts().loc[lambda count: count > 1].index
    fewest = snapshot.settings.thresholds.too_few
    together = by_standard.loc[several, "organisations"] >= fewest
    assert comparisons(snapshot, "2024") == (trend["organisations"] >= fewest).sum() + together.sum()
    assert comparisons(tiny(organisations, ASKED), "2024") == 0
