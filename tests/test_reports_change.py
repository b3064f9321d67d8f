"""What reports say about change and about the actions of the cycle before: traceable, and no more than is known."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from test_comparison_tiny import Extra, Org, tiny

from toolkit.document import Figure, Table, Text
from toolkit.project import Thresholds
from toolkit.reports.acting import previous_actions
from toolkit.reports.changing import change_by_standard, change_in_standard
from toolkit.reports.source import Source

if TYPE_CHECKING:
    from toolkit.document import Blocks
    from toolkit.store import Snapshot

OTHER = "The other standard asks something different from 2021, so no change is shown."
ASKED = ("2.9", "2.10", "1.1")
"""Later criteria, in the order of the organisations' letters; the earlier ones are 1.1 1.2 1.3."""


def source(snapshot: Snapshot) -> Source:
    return Source(snapshot, snapshot.settings.cycle("2024"), "internal")


def sentences(blocks: Blocks) -> list[str]:
    return [block.text for block in blocks.blocks if isinstance(block, Text)]


def tables(blocks: Blocks) -> list[Table]:
    shown = [block.table if isinstance(block, Figure) else block for block in blocks.blocks]
    return [block for block in shown if isinstance(block, Table)]


def region(*links: tuple[str, str, str], number: int = 6, too_few: int = 5) -> Source:
    """`number` organisations; a third of them came to meet later 1.1 since earlier 1.1, nobody ceased to."""
    organisations = [Org(f"O{at}", "Ash", "mmm" if at % 3 == 0 else "mmn", "nnn") for at in range(number)]
    return source(tiny(organisations, ASKED, links=links, thresholds=Thresholds(too_few=too_few, common=2)))


def test_the_one_comparable_criterion_is_told_with_its_counts() -> None:
    found = change_in_standard(region(("1.1", "1.1", "equal")), "1")
    assert sentences(found)[0] == (
        "Only criterion 1.1 asks the same as in 2021: of 6 organisations that answered in both cycles, 33% (2) meet it "
        "now and 0% (0) did then, no clear change. Criterion 1.2 is new."
    )
    assert tables(found)[0].rows[0][:4] == ("1.1 (was 1.1)", 6, "0% (0 of 6)", "33% (2 of 6)")


def test_too_few_for_the_one_comparable_criterion() -> None:
    found = change_in_standard(region(("1.1", "1.1", "narrower"), number=3), "1")
    assert sentences(found)[0] == (
        "Only criterion 1.1 asks less than in 2021; too few organisations answered it in both cycles to compare (3). "
        "Criterion 1.2 is new."
    )


def test_several_comparable_criteria_are_named_with_their_reading() -> None:
    found = change_in_standard(region(("1.2", "2.9", "equal"), ("1.3", "2.10", "narrower"), number=40), "2")
    assert sentences(found)[0].startswith(
        "Criteria 2.9 and 2.10 ask the same as in 2021 or less: 2.9 (was 1.2) and 2.10 (was 1.3) clearly better."
    )


def test_the_same_framework_calls_a_criterion_by_one_name() -> None:
    letters = [Org(f"O{at}", "Ash", "nnn", "nnn") for at in range(6)]
    snapshot = tiny(letters, ("1.1", "1.2", "1.3"), thresholds=Thresholds(too_few=5, common=2))
    early, late = snapshot.settings.cycles
    both = dataclasses.replace(
        snapshot,
        settings=snapshot.settings.model_copy(
            update={"cycles": (early, late.model_copy(update={"framework": "early"}))}
        ),
        responses=snapshot.responses.assign(framework="early"),
        asked=snapshot.asked.assign(framework="early"),
    )
    found = change_in_standard(source(both), "1")
    assert "was" not in "".join(str(row[0]) for row in tables(found)[0].rows)
    assert tables(found)[0].rows[0][0] == "1.1"


@pytest.mark.parametrize(
    ("links", "number", "said"),
    [
        (
            (("1.1", "1.1", "equal"),),
            6,
            "Only 1 of 6 criteria can be compared with 2021. On that one, standard 1 shows no clear change. " + OTHER,
        ),
        (
            (("1.1", "1.1", "equal"),),
            3,
            "Too few organisations answered standard 1 in both cycles to compare with 2021. " + OTHER,
        ),
        (
            (("1.1", "1.1", "equal"), ("1.2", "2.9", "equal")),
            3,
            "Too few organisations answered in both cycles to compare any standard with 2021.",
        ),
        (
            (("1.1", "1.1", "overlaps"),),
            6,
            "No criterion asks the same as in 2021 or less, so no change is shown.",
        ),
    ],
)
def test_why_standards_show_no_change_is_said_once(
    links: tuple[tuple[str, str, str], ...], number: int, said: str
) -> None:
    assert sentences(change_by_standard(region(*links, number=number))) == [said]


def test_shares_by_standard_are_of_answers_and_print_them() -> None:
    found = change_by_standard(region(("1.2", "2.9", "equal"), ("1.3", "2.10", "equal")))
    assert tables(found)[0].rows[0][:4] == ("Standard 2 (2 of 4 criteria)", 6, "0% (0 of 12)", "100% (12 of 12)")


def previous(links: tuple[tuple[str, str, str], ...] = ()) -> Blocks:
    """Actions on earlier 1.1 (2 of 3 now met) and 1.2 (3 of 3 met where it leads)."""
    organisations = [Org(who, "Ash", ratings, "nnn") for who, ratings in zip("ABC", ("mmm", "mmm", "mmn"), strict=True)]
    acts = {("2021", who, each): Extra(action="Act") for who in "ABC" for each in ("1.1", "1.2")}
    return previous_actions(source(tiny(organisations, ASKED, links=links, extras=acts)))


def test_actions_on_a_related_criterion_are_not_called_met() -> None:
    found = previous((("1.1", "1.1", "equal"), ("1.2", "2.9", "broader")))
    assert sentences(found)[0] == (
        "6 actions are on record from the 2021 cycle. Of 3 actions whose criterion still asks the same or less and was "
        "answered, 2 are now met. For 3 others only a related criterion can be checked; 3 of these are met."
    )
    reviewed, by_standard = tables(found)
    assert [row[:2] for row in reviewed.rows] == [
        ("Criterion met now", 2),
        ("Criterion not yet met", 1),
        ("A related criterion met now", 3),
    ]
    assert [row[2:] for row in by_standard.rows] == [(6, 3, 2, 3, 3)]


def test_actions_followed_over_related_criteria_only() -> None:
    found = previous((("1.2", "2.9", "overlaps"),))
    assert sentences(found)[0].endswith("For 3 actions only a related criterion can be checked; 3 of these are met.")


def test_without_a_crosswalk_no_action_is_called_dropped() -> None:
    found = previous()
    assert not tables(found)
    assert "Nobody has drawn a crosswalk" in sentences(found)[0]


def test_no_return_of_the_cycle_before_is_not_called_no_action() -> None:
    found = previous_actions(source(tiny([Org("A", "Ash", "mmm")], ASKED, links=(("1.1", "1.1", "equal"),))))
    assert sentences(found) == ["The snapshot holds no return of the 2021 cycle, so no earlier action is known."]
