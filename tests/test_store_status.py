"""The status of a cycle: who has returned, what is open, each organisation in its areas and once in the region."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from toolkit.errors import ProjectError
from toolkit.records import Outcome, Query, Receipt, Severity
from toolkit.store import GroupStatus, open_store, status

if TYPE_CHECKING:
    from conftest import Filled

    from toolkit.project import Project


def _query(severity: Severity) -> Query:
    return Query("any-code", severity, "Standard 1", "D6", "perhaps", "a rating", "Not a rating.")


def test_who_has_returned_and_who_has_not(small_project: Project) -> None:
    found = status(small_project, "2024")
    assert [each.organisation_id for each in found.not_returned] == ["SAN-SCH"]
    assert [each.organisation_id for each in found.returned] == ["WM-POL", "BIR-HSG", "COV-COM", "DUD-SVC", "SOL-NHS"]
    assert found.unregistered == ()
    assert (found.region.expected, found.region.returned) == (6, 5)
    missing = found.not_returned[0]
    assert missing.criteria_expected > 0
    assert (missing.criteria_answered, missing.received_at, missing.queries) == (0, "", 0)


def test_cycles_stay_apart(small_project: Project) -> None:
    found = status(small_project, "2021")
    assert [each.organisation_id for each in found.not_returned] == ["SAN-SCH", "SOL-NHS"]
    assert found.framework == "wm-2015"


def test_an_organisation_counts_in_each_of_its_areas_and_once_in_the_region(project: Project, filled: Filled) -> None:
    receipt, return_ = filled("WM-POL", "2024")
    severities = [Severity.ERROR, Severity.ERROR, Severity.WARNING, Severity.NOTE]
    with open_store(project) as store:
        store.record(replace(receipt, queries=tuple(map(_query, severities))), return_)
    found = status(project, "2024")
    assert found.region == GroupStatus("Region", expected=6, returned=1, errors=2, warnings=1, notes=1)
    by_area = {group.name: group for group in found.by_area}
    assert list(by_area) == [area.name for area in project.settings.areas]
    assert by_area["Birmingham"] == GroupStatus("Birmingham", expected=3, returned=1, errors=2, warnings=1, notes=1)
    assert by_area["Walsall"] == GroupStatus("Walsall", expected=1, returned=1, errors=2, warnings=1, notes=1)
    by_sector = {group.name: group for group in found.by_sector}
    assert by_sector["Police"] == GroupStatus("Police", expected=1, returned=1, errors=2, warnings=1, notes=1)
    assert by_sector["Health"] == GroupStatus("Health", expected=1, returned=0, errors=0, warnings=0, notes=0)


def test_queries_of_a_superseded_return_are_no_longer_open(project: Project, filled: Filled) -> None:
    first, later = filled("BIR-HSG", "2024", seed=1), filled("BIR-HSG", "2024", seed=2)
    with open_store(project) as store:
        store.record(replace(first[0], queries=(_query(Severity.ERROR),)), first[1])
        store.record(replace(later[0], supersedes=first[0].sha256, queries=(_query(Severity.NOTE),)), later[1])
    found = status(project, "2024")
    assert (found.region.returned, found.region.errors, found.region.notes) == (1, 0, 1)


def test_held_files_of_the_cycle_or_of_none_are_listed_until_they_are_settled(project: Project, filled: Filled) -> None:
    receipt, return_ = filled("BIR-HSG", "2024")
    held = [
        Receipt("b.xlsx", "b" * 64, Outcome.HELD, reason="cycle-unknown: It says 1999."),
        Receipt("a.xlsx", "a" * 64, Outcome.HELD, reason="organisation-unknown: Nobody knows it.", cycle="2024"),
        Receipt("c.xlsx", "c" * 64, Outcome.HELD, reason="organisation-unknown: Nobody knows it.", cycle="2021"),
        Receipt("locked.xlsx", "", Outcome.HELD, reason="cannot-open: It is open elsewhere."),
        Receipt("open.xlsx", "", Outcome.HELD, reason="cannot-open: It is open elsewhere."),
        replace(receipt, outcome=Outcome.HELD, reason="nothing-answered: It is blank.", queries=()),
    ]
    with open_store(project) as store:
        for each in held:
            store.record(each, None)
        store.record(receipt, return_)
        store.record(Receipt("again.xlsx", "a" * 64, Outcome.DUPLICATE), None)
        store.record(Receipt("locked.xlsx", receipt.sha256, Outcome.DUPLICATE), None)
    found = status(project, "2024")
    assert [each.file for each in found.held] == ["a.xlsx", "b.xlsx", "open.xlsx"]
    assert found.held[0].reason == "organisation-unknown: Nobody knows it."


def test_one_that_returned_and_left_the_register_is_said_to_be_unregistered(small_project: Project) -> None:
    lines = (small_project.root / "register.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("COV-COM")]
    (small_project.root / "register.csv").write_text("".join(kept), encoding="utf-8")
    found = status(small_project, "2024")
    assert [each.organisation for each in found.unregistered] == ["Coventry Synthetic Commissioners"]
    assert (found.region.expected, found.region.returned) == (5, 4)
    assert {group.name: group.expected for group in found.by_area}["Coventry"] == 1


def test_a_project_that_received_nothing_has_a_status(project: Project) -> None:
    found = status(project, "2024")
    assert (found.region.expected, found.region.returned) == (6, 0)
    assert not project.record.exists()


def test_the_status_is_json(small_project: Project) -> None:
    content = json.loads(json.dumps(status(small_project, "2024").as_json()))
    assert content["deadline"] == "2024-06-28"
    assert content["region"]["returned"] == 5
    assert content["organisations"][0]["organisation_id"] == "WM-POL"


def test_an_unknown_cycle_is_named(project: Project) -> None:
    with pytest.raises(ProjectError, match="1999"):
        status(project, "1999")
