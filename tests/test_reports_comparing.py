"""Boards, peer reviews and area reports say the same of the same criterion, and nothing that the answers cannot."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from test_comparison_tiny import Org, tiny

from toolkit.document import Blocks, Items, KeyFigures, Table, Text
from toolkit.project import Thresholds
from toolkit.reports.area_report import AreaReport
from toolkit.reports.board_report import BoardReport
from toolkit.reports.gaps import shown_share, shown_shares
from toolkit.reports.learning import good_practice
from toolkit.reports.peer_review import PeerReview
from toolkit.reports.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

THREE = Thresholds(too_few=3, strength=0.8, gap=0.5, common=2)
TEMPLATES = Path(__file__).parents[1] / "notebooks" / "templates"


def source(organisations: Sequence[Org], asked: Sequence[str] = ("1.1",), essential: str = "YBA") -> Source:
    """A tiny region in which everything is essential for organisations whose id starts with one of these letters."""
    made = tiny(organisations, asked, thresholds=THREE)
    frames = {
        name: getattr(made, name).assign(
            priority=[
                "essential" if str(one)[0] in essential else "desired" for one in getattr(made, name)["organisation_id"]
            ]
        )
        for name in ("asked", "responses")
    }
    snapshot = dataclasses.replace(made, **frames)
    return Source(snapshot, snapshot.settings.cycle("2024"), "internal")


def area(name: str, *ratings: str | None, letter: str = "") -> list[Org]:
    key = letter or name[0]
    sectors = ("Health", "Police")
    return [Org(f"{key}{at}", name, each, sector=sectors[at % 2]) for at, each in enumerate(ratings)]


def table(blocks: Blocks, caption: str) -> list[dict[str, object]]:
    found = next(one for one in blocks.blocks if isinstance(one, Table) and one.caption.startswith(caption))
    return [dict(zip([column.name for column in found.columns], row, strict=True)) for row in found.rows]


def text(blocks: Blocks) -> str:
    parts = [
        one.text if isinstance(one, Text) else " ".join(one.items)
        for one in blocks.blocks
        if isinstance(one, Text | Items)
    ]
    return " ".join(parts)


def figure(blocks: Blocks, label: str) -> tuple[str, str]:
    figures = next(one for one in blocks.blocks if isinstance(one, KeyFigures))
    return next((one.value, one.detail) for one in figures.figures if one.label == label)


# Essential answers: Yarrow 1 of 4, Birch 0 of 3. Desired ones (Z): 6 of 6 in Yarrow.
MIXED = [*area("Yarrow", "m", "n", "n", "n"), *area("Birch", "n", "n", "n"), *area("Yarrow", *"mmmmmm", letter="Z")]


def test_every_report_has_the_same_counts_for_an_essential_criterion() -> None:
    region = source(MIXED)
    board, peer = BoardReport(region), PeerReview(region)
    rows = [
        table(board.essential_gaps(), "Essential criteria under 50%")[0],
        table(board.appendix_criteria(), "Standard 1")[0],
        table(peer.four_lists(), "Areas in common")[0],
    ]
    assert [(row["Met"], row["Applicable"]) for row in rows] == [(1, 7)] * 3
    kinds = table(peer.gaps(), "Criteria under 50%")[0]
    assert (kinds["Met in the region"], kinds["Applicable"], kinds["Priority"]) == (1, 7, "essential")
    own = AreaReport(region, "Yarrow")
    gap = table(own.essential_gaps(), "Essential criteria under 50%")[0]
    assert (gap["Met"], gap["Applicable"]) == (1, 4)
    pairs = [row["Share met"] for row in table(peer.learning_pairs(), "Whom each area")]
    assert pairs == ["25% (1 of 4)", "0% (0 of 3)"]
    cells = [row for row in table(own.learn_from(), "Whom Yarrow") if row["Standard"] == "1"]
    beside = [row for row in table(own.beside_the_region(), "Share met in Yarrow and") if row["Standard"] == "1"]
    appendix = [row for row in table(board.appendix_areas(), "Essential met") if row["Standard"] == "1"]
    assert [cells[0]["Share met"], beside[0]["Share met"], appendix[0]["Yarrow"]] == ["25% (1 of 4)"] * 3


def test_tables_of_all_answers_say_so() -> None:
    region = source(MIXED)
    assert table(PeerReview(region).weighting(), "All answers: ")
    assert table(AreaReport(region, "Yarrow").organisations(), "All answers: ")


def test_a_share_never_prints_on_the_other_side_of_its_threshold() -> None:
    region = source(MIXED)
    assert shown_share(region, 86, 173) == "49.7% (86 of 173)"
    assert shown_share(region, 87, 173) == "50.3% (87 of 173)"
    assert shown_share(region, 31, 50) == "62% (31 of 50)"
    assert shown_shares(region, [0.62, 86 / 173, 0.5, 0.797]) == [0.62, "49.7%", 0.5, "79.7%"]


def test_gaps_say_how_many_stay_gaps() -> None:
    sure, open_ = area("Yarrow", "nn", "nn", "nn", "nm"), area("Birch", "nn", "nm", "n-", "m-")
    made = BoardReport(source([*sure, *open_], ("2.1", "1.1"))).essential_gaps()
    assert "1 of them stays under 50% whatever the outstanding answers turn out to be; the other could" in text(made)
    words = {row["Criterion"]: row["With outstanding answers"] for row in table(made, "Essential criteria under")}
    assert words == {"2.1": "stays under 50%", "1.1": "could reach 50%"}


def test_too_few_prints_no_share() -> None:
    region = source([*area("Yarrow", "n", "n"), *area("Birch", "m", "n", "n", "n")])
    rows = table(PeerReview(region).weighting(), "All answers")
    assert [row["Unweighted"] for row in rows] == [None, 0.25, None]
    appendix = BoardReport(source([*area("Yarrow", "mm", "m-", "m-")], ("2.1", "1.1"))).appendix_criteria()
    assert [(row["Met"], row["Share met"]) for row in table(appendix, "Standard 1")] == [(1, None), (0, None)]
    three = [*area("Yarrow", "nn", "n-", "n-"), *area("Birch", "mm", "mm", "mm"), *area("Ash", "mm", "mm", "mm")]
    own = AreaReport(source(three, ("2.1", "1.1")), "Yarrow")
    beside = {row["Standard"]: row["Share met"] for row in table(own.beside_the_region(), "Share met in Yarrow and")}
    assert beside == {"2": "0% (0 of 3)", "1": "too few"}
    standing = {row["Standard"]: (row["Share met"], row["Standing"]) for row in table(own.learn_from(), "Whom")}
    assert standing == {"2": ("0% (0 of 3)", "under 50%"), "1": ("–", "too few")}


def test_nobody_is_called_strong_on_one_or_two_criteria() -> None:
    asked = ("2.1", "2.2", "2.9", "1.1", "1.2")
    low = [*area("Yarrow", "nnnnn", "nnnnn", "nnnnn"), *area("Birch", "mmmmm", "nnnnn", "nnnnn")]
    rows = table(AreaReport(source(low, asked), "Yarrow").learn_from(), "Whom")
    assert {row["Standard"]: row["Organisations to talk to"] for row in rows} == {"2": "Org B0", "1": "none"}


def test_no_standard_under_the_threshold_is_a_sentence_and_no_table() -> None:
    made = AreaReport(source([*area("Yarrow", "m", "m", "m"), *area("Birch", "n", "n", "n")]), "Yarrow").learn_from()
    assert text(made) == "Yarrow has no standard under 50%."
    assert not [one for one in made.blocks if isinstance(one, Table)]


def test_a_gap_is_not_called_below_the_others() -> None:
    region = source([*area("Yarrow", "n", "n", "n"), *area("Birch", "n", "n", "n")])
    words = text(PeerReview(region).learning_pairs()) + text(AreaReport(region, "Yarrow").learn_from())
    assert "2 areas are under 50% on at least one standard: 2 cases in all. No area reaches 80% there." in words
    assert "In Yarrow fewer than 50% of essential answers are met on standard 1. No area reaches 80% on it." in words
    assert "below" not in words


def test_a_single_area_is_not_compared_with_others() -> None:
    region = source(area("Yarrow", "n", "n", "n"))
    peer, own = PeerReview(region), AreaReport(region, "Yarrow")
    assert text(peer.learning_pairs()) == "Yarrow has no other area to learn from."
    assert text(peer.gaps()) == "1 criterion is a gap in Yarrow, the only area with organisations on the register."
    assert "area reaches" not in text(own.learn_from())
    assert "There are no answers from other areas" in text(peer.differences())
    assert figure(peer.in_brief(), "Gaps in common")[0] == "–"


def test_few_answers_are_no_reassuring_zero() -> None:
    region = source([*area("Yarrow", "n", "n")])
    for made in (BoardReport(region).summary(), AreaReport(region, "Yarrow").in_brief()):
        assert figure(made, "Essential gaps") == ("–", "too few answers")
    assert figure(PeerReview(region).in_brief(), "Gaps in common") == ("–", "too few answers")
    assert text(BoardReport(region).essential_gaps()).startswith("There are too few answers to say")
    assert text(PeerReview(region).four_lists()) == "There are too few answers to say what stands out."


def test_everybody_means_those_who_returned() -> None:
    made = text(BoardReport(source(area("Yarrow", "m", "m", "m", None))).essential_gaps())
    assert made == (
        "Every essential criterion is met by every organisation that has returned across the region; 1 organisation "
        "has not returned."
    )


def test_criteria_stand_in_the_order_of_the_framework() -> None:
    asked = ("2.1", "2.10", "1.1")  # the framework's order; 2.10 is a gap, the others are not
    made = AreaReport(source(area("Yarrow", "nnn", "mnm", "mnm", "mnm"), asked), "Yarrow").essential_gaps()
    rows = table(made, "Essential criteria that each")
    assert (rows[0]["Gaps of the area"], rows[0]["Other essential criteria"]) == ("2.10", "2.1, 1.1")
    both = AreaReport(source(area("Yarrow", "nnn", "nn-", "mn-"), asked), "Yarrow").essential_gaps()
    assert table(both, "Essential criteria that each")[0]["Gaps of the area"] == "2.1, 2.10"


def test_equal_weights_are_said_to_change_nothing() -> None:
    alike = [*area("Yarrow", "m", "m", "m"), *area("Birch", "n", "n", "n")]
    assert "every answer counts the same" in text(PeerReview(source(alike)).weighting())


def test_strengths_and_single_issues_show_whole_counts_and_areas() -> None:
    lists = PeerReview(source([*area("Yarrow", "m", "m", "m"), *area("Birch", "n", "m", "m")])).four_lists()
    issue = table(lists, "Single-organisation issues")[0]
    assert (issue["Areas where it stands alone"], issue["Others there that meet it"]) == ("Birch", "2 of 2")
    uneven = PeerReview(source([*area("Yarrow", "m", "m", "m"), *area("Birch", "n", "n", "n")])).four_lists()
    assert table(uneven, "Strengths to share")[0]["Met in the region"] == "50% (3 of 6)"


def test_no_strength_is_said_as_the_rule_is() -> None:
    made = PeerReview(source([*area("Yarrow", "m", "m", "m"), *area("Birch", "m", "m", "m")])).four_lists()
    assert "while the region as a whole stays under it" in text(made)


def test_no_clear_difference_is_one_sentence() -> None:
    made = PeerReview(source([*area("Yarrow", "m", "n", "m"), *area("Birch", "n", "m", "m")])).differences()
    assert text(made).endswith(
        "On no single standard does an area clearly differ from the rest (2 comparisons possible)."
    )
    rows = table(made, "Share met in each area")
    assert rows[0]["Share met"] == "67% (2 of 3)"


def test_decisions_and_steps_point_to_what_can_be_done() -> None:
    low = BoardReport(source([*area("Yarrow", "nnm", "nnm", "nmm", None)], ("2.1", "2.2", "1.1")))
    decisions, steps = text(low.decisions()), text(low.next_steps())
    assert "name a lead and a date for each of the 2 criteria in the table under Essential gaps;" in decisions
    assert "ask the 1 organisation listed in the appendix for its return, which was due on 1 March 2024" in decisions
    assert "Start with the deep dive into standard 2, where fewer than 50% of essential answers are met." in steps


def test_good_practice_shows_the_regions_counts() -> None:
    from test_comparison_tiny import Extra

    long = Extra(evidence=" ".join(["word"] * 12))
    made = tiny(area("Yarrow", "m", "n", "n"), thresholds=THREE, extras={("2024", "Y0", "1.1"): long})
    blocks = good_practice(Source(made, made.settings.cycle("2024"), "internal"), "1")
    assert table(blocks, "Good practice")[0]["Met in the region"] == "33% (1 of 3)"


def test_intervals_are_said_to_hold_together() -> None:
    met = [*area("Yarrow", "mm", "mn", "mm"), *area("Birch", "nm", "mm", "nm")]
    made = AreaReport(source(met, ("2.1", "1.1")), "Yarrow").beside_the_region()
    notes = [getattr(one, "note", "") for one in made.blocks]
    assert any("all 4 comparisons of areas to hold together" in note for note in notes)


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_headings_are_true_of_every_standard(template: Path) -> None:
    cells = json.loads(template.read_text(encoding="utf-8"))["cells"]
    headings = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    assert "## Essential criteria met" not in headings  # standard 10 has none
