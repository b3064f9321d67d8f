"""A return measured against what was asked: one query for each gap, with its place; never an exception."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

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
        "lead-missing",
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
    given["1.1"] = replace(given["1.1"], rating=Rating.NOT_APPLICABLE, rating_as_written="N/A", evidence="", cell="D6")
    given["1.2"] = replace(given["1.2"], evidence="", cell="D7")
    found = queries(project, return_of(given.values()))
    assert [(each.cell, each.found) for each in found["not-applicable-unexplained"]] == [("D6", "N/A")]
    assert [(each.cell, each.found) for each in found["met-without-evidence"]] == [("D7", "1.2")]


def test_a_target_date_before_the_issue_date(project: Project) -> None:
    given = all_met(project)
    given["1.1"] = replace(given["1.1"], target_date=dt.date(2023, 9, 30), cell="D6")
    (early,) = queries(project, return_of(given.values()))["target-date-early"]
    assert (early.found, early.expected) == ("2023-09-30", "2024-04-08")


def test_similar_criteria_with_different_answers(project: Project) -> None:
    given = all_met(project)
    given["11.4"] = replace(given["11.4"], rating=Rating.NOT_MET, rating_as_written="Not met")
    (differ,) = queries(project, return_of(given.values()))["similar-differ"]
    assert (differ.found, differ.expected) == ("Met", "Not met")
    assert "5.4" in differ.message
    assert "11.4" in differ.message


def test_answers_that_were_not_asked(project: Project) -> None:
    found = queries(project, return_of(all_met(project).values()), who="SAN-SCH")
    assert any("10.1" in each.message for each in found["not-asked"])
    assert all(each.severity is Severity.NOTE for each in found["not-asked"])


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
