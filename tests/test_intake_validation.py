"""A return measured against what was asked: one query for each gap, with its place; never an exception."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_workbooks import answers, organisation

from toolkit.catalogue import load_framework, load_scale
from toolkit.intake import load_queries, validate
from toolkit.records import Query, Rating, Response, Return, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.project import Project

WHO = "COV-COM"
RECEIVED = dt.date(2024, 6, 20)


def return_of(responses: Iterable[Response], **changes: object) -> Return:
    whole = Return(
        organisation_id=WHO,
        organisation="Coventry Synthetic Commissioners",
        cycle="2024",
        framework="wm-2024",
        layout="audit-workbook",
        completed_by="S Writer",
        authorised_by="S Signer",
        completed_on=dt.date(2024, 6, 14),
        lead_name="A Lead",
        lead_email="a@example.org",
        responses=tuple(responses),
        queries=(),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # fields of the record


def queries(project: Project, return_: Return, who: str = WHO) -> dict[str, list[Query]]:
    found: dict[str, list[Query]] = {}
    for each in validate(
        return_,
        load_framework("wm-2024"),
        load_scale("three-level"),
        organisation(project, who),
        project.settings,
        RECEIVED,
    ):
        found.setdefault(each.code, []).append(each)
    return found


def all_met(project: Project) -> dict[str, Response]:
    return {
        criterion: replace(
            response, rating=Rating.MET, rating_as_written="Met", sheet=f"Standard {response.standard}", cell="D6"
        )
        for criterion, response in answers(project, WHO).items()
    }


def test_a_complete_return_has_no_queries(project: Project) -> None:
    assert queries(project, return_of(all_met(project).values())) == {}


def test_the_cover_is_checked(project: Project) -> None:
    bare = return_of(
        all_met(project).values(),
        completed_by="",
        authorised_by="",
        lead_name="",
        completed_on=None,
    )
    assert set(queries(project, bare)) == {
        "completed-by-missing",
        "authorised-by-missing",
        "lead-contradicts",
        "completed-on-missing",
    }
    early = replace(bare, completed_on=dt.date(2014, 6, 14))
    late = replace(bare, completed_on=dt.date(2024, 6, 21))
    assert queries(project, early)["completed-on-early"][0].found == "2014-06-14"
    assert queries(project, late)["completed-on-late"][0].expected == "2024-06-20"


def test_blanks_are_one_query_for_each_standard(project: Project) -> None:
    given = all_met(project)
    for criterion in ("5.2", "5.10", "8.1"):
        given[criterion] = replace(given[criterion], rating=Rating.BLANK, rating_as_written="")
    found = queries(project, return_of(given.values()))
    (essential,) = [each for each in found["essential-blank"] if "standard 5" in each.message]
    assert essential.found == "5.2, 5.10"
    assert "2 of 10" in essential.message
    assert (essential.sheet, essential.severity) == ("Standard 5", Severity.ERROR)


def test_missing_standards_and_rows(project: Project) -> None:
    given = [r for c, r in all_met(project).items() if r.standard != "4" and c != "6.2"]
    found = queries(project, return_of(given))
    assert [each.expected for each in found["sheet-missing"]] == ["standard 4"]
    assert [each.found for each in found["rows-missing"]] == ["6.2"]
    assert "essential-blank" not in found


def test_what_is_not_applicable_needs_a_reason_and_what_is_met_evidence(project: Project) -> None:
    given = all_met(project)
    for criterion, evidence, cell in (("1.1", "", "D6"), ("1.3", " - ", "D8"), ("1.4", "We hold no data.", "D9")):
        given[criterion] = replace(
            given[criterion],
            rating=Rating.NOT_APPLICABLE,
            rating_as_written="N/A",
            evidence=evidence,
            cell=cell,
        )
    given["1.2"] = replace(given["1.2"], evidence="", cell="D7")
    found = queries(project, return_of(given.values()))
    assert [(each.cell, each.found) for each in found["not-applicable-unexplained"]] == [("D6", "1.1, 1.3")]
    assert [(each.cell, each.found) for each in found["not-applicable-essential"]] == [("D9", "1.4")]
    assert found["not-applicable-unexplained"][0].severity is Severity.WARNING
    assert found["not-applicable-essential"][0].severity is Severity.NOTE
    assert [(each.cell, each.found) for each in found["met-without-evidence"]] == [("D7", "1.2")]


def test_where_the_standards_make_it_conditional_not_applicable_is_an_answer(project: Project) -> None:
    given = all_met(project)
    given["12.1"] = replace(given["12.1"], rating=Rating.NOT_APPLICABLE, rating_as_written="N/A", evidence="")
    assert queries(project, return_of(given.values())) == {}


def test_a_target_date_before_the_issue_date(project: Project) -> None:
    given = all_met(project)
    given["1.1"] = replace(given["1.1"], target_date=dt.date(2023, 9, 30), cell="D6")
    given["1.2"] = replace(given["1.2"], target_date=dt.date(2024, 4, 7), cell="D7")
    (early,) = queries(project, return_of(given.values()))["target-date-early"]
    assert (early.cell, early.found, early.expected) == ("D6", "1.1 2023-09-30, 1.2 2024-04-07", "2024-04-08")


@pytest.mark.parametrize(
    ("rating", "date", "asked"),
    [
        (Rating.NOT_MET, dt.date(2024, 6, 19), True),
        (Rating.PARTLY_MET, dt.date(2024, 4, 8), True),
        (Rating.NOT_MET, dt.date(2024, 6, 20), False),
        (Rating.MET, dt.date(2024, 6, 19), False),
    ],
)
def test_a_target_date_that_had_gone_by_at_receipt(
    rating: Rating, date: dt.date, asked: bool, project: Project
) -> None:
    given = all_met(project)
    given["2.3"] = replace(given["2.3"], rating=rating, rating_as_written="x", target_date=date)
    found = queries(project, return_of(given.values()))
    assert [each.found for each in found.get("target-date-passed", [])] == ([f"2.3 {date}"] if asked else [])


def test_what_is_not_met_has_an_action_a_lead_and_a_date(project: Project) -> None:
    given = all_met(project)
    for criterion, lacking in (
        ("3.1", {"action": ""}),
        ("3.2", {"lead": "", "target_date": None, "target_date_as_written": ""}),
        ("3.3", {"target_date": None, "target_date_as_written": "ongoing"}),
    ):
        given[criterion] = replace(given[criterion], rating=Rating.PARTLY_MET, rating_as_written="Partly", **lacking)
    given["1.4"] = replace(given["1.4"], rating=Rating.PARTLY_MET)
    found = queries(project, return_of(given.values()))
    (plan,) = found["plan-incomplete"]
    assert plan.found == "3.1: action; 3.2: lead, target date"
    assert (plan.sheet, plan.severity) == ("Standard 3", Severity.NOTE)


def test_a_column_that_nobody_filled_in_is_said_once(project: Project) -> None:
    given = {
        criterion: replace(
            response,
            evidence="",
            lead="",
            rating=Rating.NOT_MET if criterion.endswith(".1") else Rating.MET,
        )
        for criterion, response in all_met(project).items()
    }
    found = queries(project, return_of(given.values()))
    assert [each.found for each in found["leads-missing"]] == [
        "1.1, 2.1, 3.1, 4.1, 5.1, 6.1, 7.1, 8.1, 10.1, 11.1, 12.1"
    ]
    assert len(found["evidence-missing"]) == 1
    assert not {"met-without-evidence", "plan-incomplete", "actions-missing"} & set(found)


def test_similar_criteria_with_different_answers(project: Project) -> None:
    given = all_met(project)
    for one, other in (("5.4", "11.4"), ("1.4", "3.3"), ("1.5", "3.4")):
        given = all_met(project)
        given[other] = replace(given[other], rating=Rating.NOT_MET, rating_as_written="Not met")
        (differ,) = queries(project, return_of(given.values()))["similar-differ"]
        assert (differ.found, differ.expected, differ.severity) == ("Met", "Not met", Severity.WARNING)
        assert f"{one} and {other} (Standard {other.partition('.')[0]}, D6)" in differ.message


@pytest.mark.parametrize("rating", [Rating.BLANK, Rating.UNREADABLE])
def test_a_similar_criterion_that_is_not_answered_does_not_differ(rating: Rating, project: Project) -> None:
    given = all_met(project)
    given["11.4"] = replace(given["11.4"], rating=rating, rating_as_written="")
    assert "similar-differ" not in queries(project, return_of(given.values()))
    given["5.4"] = replace(given["5.4"], rating=rating, rating_as_written="")
    assert "similar-differ" not in queries(project, return_of(given.values()))


def test_the_same_evidence_again_and_again_is_one_query_with_its_cells(project: Project) -> None:
    given = all_met(project)
    text = "Our policy was reviewed by the board in March and is on the intranet."
    for criterion, cell, said in (("1.1", "D6", text), ("5.10", "D15", f" {text.upper()}!"), ("8.2", "D7", text)):
        given[criterion] = replace(given[criterion], evidence=said, cell=cell)
    for criterion in ("2.1", "2.2", "2.3"):
        given[criterion] = replace(given[criterion], evidence="See the policy, as above.")
    for criterion in ("6.1", "6.2"):
        given[criterion] = replace(given[criterion], evidence="Staff were trained in June, and all of them came to it.")
    (repeated,) = queries(project, return_of(given.values()))["evidence-repeated"]
    assert repeated.found == "1.1 (Standard 1, D6), 5.10 (Standard 5, D15), 8.2 (Standard 8, D7)"
    assert "3 criteria" in repeated.message
    assert repeated.severity is Severity.WARNING


def test_evidence_is_the_same_whatever_stands_before_its_first_letters(project: Project) -> None:
    given = all_met(project)
    text = "Staff were trained in June, and all of them came to it."
    for criterion, written in zip(
        ("1.1", "2.1", "3.1"), (text, f"{'- ' * 20}{text.upper()}", f"\n{text}"), strict=True
    ):
        given[criterion] = replace(given[criterion], evidence=written)
    given["4.1"] = replace(given["4.1"], evidence=text.replace("came to it", "came back from it"))
    (repeated,) = queries(project, return_of(given.values()))["evidence-repeated"]
    assert re.findall(r"[0-9]+\.[0-9]+", repeated.found) == ["1.1", "2.1", "3.1"]


def test_answers_of_others_say_for_whom_they_are(project: Project) -> None:
    found = queries(project, return_of(all_met(project).values()), who="SAN-SCH")
    (commissioners,) = found["commissioners-only"]
    assert commissioners.found == "10.1, 10.2, 10.3, 10.4, 10.5, 10.6"
    assert "Sandwell Synthetic Schools" in commissioners.message
    assert "not-asked" not in found
    direct = [replace(each, standard="9") for each in all_met(project).values()][:2]
    given = [replace(direct[0], criterion="9.1"), replace(direct[1], criterion="9.4", rating=Rating.NOT_APPLICABLE)]
    assert [each.found for each in queries(project, return_of(given))["direct-services-only"]] == ["9.1"]
    assert all(each.severity is Severity.WARNING for each in found["commissioners-only"])


def test_criteria_of_other_areas_are_not_counted(project: Project) -> None:
    framework = load_framework("wm-2015")
    (bound, *_) = [c for s in framework.standards for c in s.criteria if c.areas and "E08000026" not in c.areas]
    standard = framework.standard_of(bound.criterion).standard
    response = Response(standard, bound.criterion, Rating.MET, "Met", sheet="S", cell="D6")
    return_ = return_of([response], framework="wm-2015", cycle="2021")
    found = validate(
        return_,
        framework,
        load_scale("three-level"),
        organisation(project, WHO),
        project.settings,
        RECEIVED,
    )
    (told,) = [each for each in found if each.code == "not-asked"]
    assert (told.found, told.severity) == (bound.criterion, Severity.NOTE)


def test_the_lead_that_9_3_asks_for(project: Project) -> None:
    given = all_met(project)
    met = queries(project, return_of(given.values(), lead_name=""))
    assert [each.found for each in met["lead-contradicts"]] == ["Met"]
    assert "lead-missing" not in met
    given["9.3"] = replace(given["9.3"], rating=Rating.NOT_MET)
    (missing,) = queries(project, return_of(given.values(), lead_name=""))["lead-missing"]
    assert "criterion 9.3" in missing.message


@pytest.mark.parametrize(
    ("written", "fine"),
    [
        ("", True),
        ("a.lead@example.org", True),
        ("A Lead <a.lead@nhs.example.org>", True),
        ("a.lead(at)example.org", False),
        ("a lead@example", False),
        ("@example.org", False),
        ("0121 496 0000", False),
    ],
)
def test_an_e_mail_address_that_is_none(written: str, fine: bool, project: Project) -> None:
    found = queries(project, return_of(all_met(project).values(), lead_email=written))
    assert ("lead-email-unclear" not in found) is fine


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 61), st.sampled_from(Rating), st.booleans()), max_size=80))
def test_it_never_raises_and_never_invents_a_code(project: Project, drawn: list[tuple[int, Rating, bool]]) -> None:
    responses = list(all_met(project).values())
    chosen = [
        replace(
            responses[at % len(responses)],
            rating=rating,
            rating_as_written="" if rating is Rating.BLANK else str(rating),
            evidence="x" if full else "",
            target_date=dt.date(1, 1, 1) if full else None,
        )
        for at, rating, full in drawn
    ]
    return_ = return_of(chosen)
    assert set(queries(project, return_)) <= set(load_queries())
