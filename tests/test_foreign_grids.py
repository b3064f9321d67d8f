"""Matrices and surveys' exports: several organisations in one file, each with its own answers or a question."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from foreign_grids import (
    CYCLE_OF,
    FRAMEWORKS,
    HOMES,
    POLICE,
    SUPPORT,
    Matrix,
    Survey,
    seeded,
    with_all_frameworks,
    workbook,
)
from intake_workbooks import MOMENT, codes, current, drop, take_in
from toolkit.records import Outcome, Rating

if TYPE_CHECKING:
    from toolkit.project import Project
    from toolkit.records import Receipt

IDS = {POLICE: "WM-POL", HOMES: "BIR-HSG", SUPPORT: "DUD-SVC"}


@pytest.fixture
def region(project: Project) -> Project:
    return with_all_frameworks(project)


def several(project: Project, content: bytes, name: str = "collated.xlsx") -> list[Receipt]:
    """Drop a file with several returns in the inbox and receive it."""
    drop(project, name, content)
    return take_in(project)


def ratings(project: Project, organisation_id: str, cycle: str) -> dict[str, Rating]:
    return {each.criterion: each.rating for each in current(project, organisation_id, cycle).responses}


def answers_of(framework: str, *names: str) -> dict[str, dict[str, Rating]]:
    return {name: seeded(framework, name) for name in names}


def asked_of(found: dict[str, Rating], given: dict[str, Rating]) -> dict[str, Rating]:
    """What was given, as far as it was asked or answered."""
    return {criterion: given[criterion] for criterion in found}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("reference", ["text", "number", "glued", "official"])
def test_a_matrix_gives_each_organisation_its_own_column(region: Project, framework: str, reference: str) -> None:
    given = answers_of(framework, POLICE, HOMES, SUPPORT)
    receipts = several(region, workbook(Matrix(framework, given, reference).rows()))
    assert [(r.organisation, r.outcome, r.part) for r in receipts] == [
        (name, Outcome.ACCEPTED, f"Sheet1!{letter}3") for name, letter in zip(given, "CDE", strict=True)
    ], [r.reason for r in receipts]
    for name, answers in given.items():
        found = ratings(region, IDS[name], CYCLE_OF[framework])
        assert {c: r for c, r in found.items()} == {c: answers[c] for c in found}
        assert set(found) >= {c for c, r in answers.items() if r is not Rating.BLANK}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("heading", ["text", "number", "glued", "official"])
def test_a_survey_gives_each_organisation_its_own_row(region: Project, framework: str, heading: str) -> None:
    given = answers_of(framework, POLICE, HOMES, SUPPORT)
    before = {"Timestamp": ["2024-06-14 09:30:00"] * 3, "IP address": ["192.0.2.1"] * 3}
    receipts = several(region, workbook(Survey(framework, list(given.items()), heading, before=before).rows()))
    assert [(r.organisation, r.outcome, r.part) for r in receipts] == [
        (name, Outcome.ACCEPTED, f"Sheet1!C{row}") for row, name in enumerate(given, start=2)
    ], [r.reason for r in receipts]
    for name, answers in given.items():
        found = ratings(region, IDS[name], CYCLE_OF[framework])
        assert found == {c: answers[c] for c in found}
        assert set(found) >= {c for c, r in answers.items() if r is not Rating.BLANK}
