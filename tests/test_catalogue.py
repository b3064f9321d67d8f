"""The frameworks as data, and what they ask of an organisation."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.catalogue import Framework, asked, framework_ids, load_framework
from toolkit.records import Organisation, Priority

AREA_CODES = {
    "Birmingham": "E08000025",
    "Coventry": "E08000026",
    "Dudley": "E08000027",
    "Sandwell": "E08000028",
    "Solihull": "E08000029",
    "Walsall": "E08000030",
    "Wolverhampton": "E08000031",
}
ACCREDITABLE = ("Birmingham", "Solihull", "Walsall")
INCORPORATING = ("Coventry", "Dudley", "Sandwell", "Wolverhampton")

# The table of the 2024 standards: essential, desired or recommended for tiers 1, 2 and 3.
PRIORITIES = {
    "1": "EEE",
    "2": "DEE",
    "3": "EEE",
    "4": "DEE",
    "5": "REE",
    "6": "EEE",
    "7": "EEE",
    "8": "RDE",
    "9": "REE",
    "10": None,
    "11": "REE",
    "12": "REE",
}
LETTERS = {"E": Priority.ESSENTIAL, "D": Priority.DESIRED, "R": Priority.RECOMMENDED}


def organisation(
    areas: tuple[str, ...] = ("Coventry",),
    tiers: tuple[str, ...] = ("3",),
    *,
    commissioner: bool = False,
    direct_services: bool = False,
) -> Organisation:
    return Organisation(
        organisation_id="org-1",
        name="Example Organisation",
        aliases=(),
        sector="Housing",
        areas=areas,
        tiers=tiers,
        commissioner=commissioner,
        direct_services=direct_services,
        lead_name="",
        lead_email="",
    )


def references(framework: Framework, org: Organisation) -> set[str]:
    return {item.criterion for item in asked(framework, org, AREA_CODES)}


def priorities(framework: Framework, org: Organisation) -> dict[str, Priority]:
    return {item.standard: item.priority for item in asked(framework, org, AREA_CODES)}


@pytest.mark.parametrize(
    ("framework_id", "counts"),
    [
        ("wm-2024", [6, 6, 4, 5, 10, 2, 7, 4, 5, 6, 4, 3]),
        ("wm-2015", [4, 9, 5, 7, 5, 13, 14, 5, 8, 4, 3]),
        ("wolverhampton-2018", [16]),
    ],
)
def test_each_framework_has_its_standards_and_criteria_in_order(framework_id: str, counts: list[int]) -> None:
    framework = load_framework(framework_id)
    assert [len(standard.criteria) for standard in framework.standards] == counts
    assert framework.criteria == tuple(
        f"{number}.{place}" for number, count in enumerate(counts, 1) for place in range(1, count + 1)
    )


def test_the_frameworks_that_come_with_the_toolkit_are_listed() -> None:
    assert framework_ids() == ("wm-2015", "wm-2024", "wolverhampton-2018")


def test_the_priorities_of_the_2024_edition_are_those_of_its_tables() -> None:
    standards = load_framework("wm-2024").standards
    found = {
        standard.standard: None
        if standard.priority is None
        else "".join(standard.priority[tier][0].upper() for tier in ("1", "2", "3"))
        for standard in standards
    }
    assert found == PRIORITIES


def test_a_reference_ending_in_a_nought_is_not_its_shorter_namesake() -> None:
    framework = load_framework("wm-2024")
    assert framework.criterion("5.10").summary != framework.criterion("5.1").summary
    assert framework.criteria.index("5.10") - framework.criteria.index("5.1") == 9
    with pytest.raises(KeyError):
        framework.criterion("5.100")


def test_only_some_criteria_are_for_everyone() -> None:
    framework = load_framework("wm-2024")
    every = [criterion for standard in framework.standards for criterion in standard.criteria]
    assert [c.criterion for c in every if c.applies_to == "direct_services"] == ["9.1", "9.4"]
    assert [c.criterion for c in every if c.condition] == ["12.1"]
    assert [s.standard for s in framework.standards if s.applies_to == "commissioners"] == ["10"]


def test_criteria_that_ask_nearly_the_same_name_each_other() -> None:
    framework = load_framework("wm-2024")
    pairs = {(reference, other) for reference in framework.criteria for other in framework.criterion(reference).similar}
    one_way = {("5.4", "11.4"), ("1.4", "3.3"), ("1.5", "3.4")}
    assert pairs == one_way | {(b, a) for a, b in one_way}


def test_frameworks_without_tiers_are_a_minimum_requirement_with_our_numbers() -> None:
    for framework_id in ("wm-2015", "wolverhampton-2018"):
        framework = load_framework(framework_id)
        assert framework.tiers == ()
        assert {standard.priority for standard in framework.standards} == {None}
        assert (framework.numbering, bool(framework.numbering_note)) == ("ours", True)
        assert set(priorities(framework, organisation(tiers=())).values()) == {Priority.ESSENTIAL}


def test_every_criterion_has_a_clause_that_says_where_it_stands() -> None:
    for reference in load_framework("wm-2024").criteria:
        assert load_framework("wm-2024").criterion(reference).clause == f"2024 standards, {reference}"
    for framework_id in framework_ids():
        framework = load_framework(framework_id)
        clauses = [framework.criterion(reference).clause for reference in framework.criteria]
        assert len(set(clauses)) == len(clauses)


def test_summaries_are_short_and_differ() -> None:
    for framework_id in framework_ids():
        framework = load_framework(framework_id)
        summaries = [framework.criterion(reference).summary for reference in framework.criteria]
        assert len(set(summaries)) == len(summaries)
        for summary in summaries:
            assert 6 <= len(summary.split()) <= 27, summary
            assert summary.endswith("."), summary


def test_the_commissioning_standard_is_asked_of_commissioners_only() -> None:
    framework = load_framework("wm-2024")
    without = asked(framework, organisation(direct_services=True), AREA_CODES)
    with_it = asked(framework, organisation(direct_services=True, commissioner=True), AREA_CODES)
    assert len(without) == 56
    assert len(with_it) == 62
    extra = [item for item in with_it if item not in without]
    assert {item.standard for item in extra} == {"10"}
    assert {item.priority for item in extra} == {Priority.APPLIES}


def test_direct_service_criteria_are_asked_of_direct_services_only() -> None:
    framework = load_framework("wm-2024")
    difference = references(framework, organisation(direct_services=True)) - references(framework, organisation())
    assert difference == {"9.1", "9.4"}


def test_in_2015_the_data_commitment_is_asked_of_everyone_and_the_data_of_direct_services() -> None:
    framework = load_framework("wm-2015")
    difference = references(framework, organisation(direct_services=True)) - references(framework, organisation())
    assert difference == {f"8.{n}" for n in range(1, 6)} | {f"9.{n}" for n in range(1, 8)}
    assert "9.8" in references(framework, organisation())


@pytest.mark.parametrize("tier", ["1", "2", "3"])
def test_one_tier_takes_the_priority_of_its_column(tier: str) -> None:
    found = priorities(load_framework("wm-2024"), organisation(tiers=(tier,)))
    expected = {standard: LETTERS[row[int(tier) - 1]] for standard, row in PRIORITIES.items() if row}
    assert found == expected


@given(st.lists(st.sampled_from("123"), min_size=1, max_size=3, unique=True))
def test_of_several_tiers_the_strongest_priority_counts_whatever_their_order(tiers: list[str]) -> None:
    found = priorities(load_framework("wm-2024"), organisation(tiers=tuple(tiers)))
    for standard, row in PRIORITIES.items():
        if row:
            letters = {row[int(tier) - 1] for tier in tiers}
            strongest = next(letter for letter in "EDR" if letter in letters)
            assert found[standard] == LETTERS[strongest]


def test_an_organisation_without_a_tier_is_told_only_that_the_standards_apply() -> None:
    found = priorities(load_framework("wm-2024"), organisation(tiers=()))
    assert set(found.values()) == {Priority.APPLIES}


@pytest.mark.parametrize("area", ACCREDITABLE)
def test_three_areas_want_perpetrator_programmes_accreditable_by_respect(area: str) -> None:
    found = references(load_framework("wm-2015"), organisation((area,)))
    assert {r for r in found if r.startswith("7.")} == {"7.1", "7.3", "7.4", "7.14"}


@pytest.mark.parametrize("area", INCORPORATING)
def test_four_areas_want_the_respect_principles_incorporated(area: str) -> None:
    found = references(load_framework("wm-2015"), organisation((area,)))
    assert {r for r in found if r.startswith("7.")} == {f"7.{n}" for n in range(2, 15)}


def test_an_organisation_that_serves_all_areas_is_asked_both() -> None:
    found = references(load_framework("wm-2015"), organisation(tuple(AREA_CODES), direct_services=True))
    assert found == set(load_framework("wm-2015").criteria)


def test_the_areas_of_standard_7_are_the_region_without_rest_or_overlap() -> None:
    framework = load_framework("wm-2015")
    accreditable, incorporating = framework.criterion("7.1").areas, framework.criterion("7.2").areas
    assert sorted(accreditable) == [AREA_CODES[area] for area in ACCREDITABLE]
    assert sorted(incorporating) == [AREA_CODES[area] for area in INCORPORATING]
    assert sorted(accreditable + incorporating) == sorted(AREA_CODES.values())


@given(
    areas=st.sets(st.sampled_from(sorted(AREA_CODES)), min_size=1),
    tiers=st.sets(st.sampled_from("123")),
    commissioner=st.booleans(),
    direct_services=st.booleans(),
    framework_id=st.sampled_from(framework_ids()),
)
def test_what_is_asked_stands_once_in_the_frameworks_order(
    areas: set[str], tiers: set[str], commissioner: bool, direct_services: bool, framework_id: str
) -> None:
    framework = load_framework(framework_id)
    org = organisation(
        tuple(sorted(areas)), tuple(sorted(tiers)), commissioner=commissioner, direct_services=direct_services
    )
    found = asked(framework, org, AREA_CODES)
    assert [item.criterion for item in found] == [r for r in framework.criteria if r in references(framework, org)]
    for item in found:
        assert framework.standard_of(item.criterion).standard == item.standard


@pytest.mark.parametrize("framework_id", framework_ids())
def test_a_framework_survives_being_stored_as_json(framework_id: str) -> None:
    framework = load_framework(framework_id)
    assert Framework.model_validate_json(framework.model_dump_json()) == framework


@pytest.mark.parametrize("framework_id", ["wm-2024", "wm-2015", "wolverhampton-2018"])
def test_no_word_is_broken_at_a_hyphen(framework_id: str) -> None:
    assert re.findall(r"\w+- \w+", load_framework(framework_id).model_dump_json()) == []
