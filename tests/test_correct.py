"""`toolkit correct` changes what is in the figures, never what was received, and everybody can see it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.cli.desk import toolkit
from toolkit.errors import BusyError, ProjectError, StoreError, ToolkitError
from toolkit.records import Correction, Rating, Response
from toolkit.store import (
    FIELDS,
    RATINGS,
    alone,
    append_correction,
    correct,
    corrected,
    corrections_logged,
    fault_of,
    freeze,
    open_snapshot,
    open_store,
    read_corrections,
    status,
)

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from conftest import Filled, Pair

    from toolkit.project import Project

AT = datetime(2024, 9, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def one_return(project: Project, filled: Filled) -> Pair:
    pair = filled("BIR-HSG", "2024", ratings={"1.1": Rating.MET, "5.10": Rating.UNREADABLE, "5.1": Rating.NOT_MET})
    with open_store(project) as store:
        store.record(*pair)
    return pair


def _run(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(toolkit, ["--project", str(project.root), "correct", *arguments])


def _correct(project: Project, criterion: str, field: str, value: str, why: str = "Read out on the telephone.") -> None:
    correct(
        project,
        organisation_id="BIR-HSG",
        criterion=criterion,
        field=field,
        value=value,
        why=why,
        who="A Analyst",
        at=AT,
    )


def _row(project: Project, criterion: str) -> dict[str, Any]:
    frame = open_snapshot(freeze(project)).responses
    rows = frame[(frame["organisation_id"] == "BIR-HSG") & (frame["criterion"] == criterion)].to_dict("records")
    assert len(rows) == 1
    return {str(key): value for key, value in rows[0].items()}


@pytest.mark.usefixtures("one_return")
def test_a_correction_is_in_the_figures_and_the_record_stays(project: Project) -> None:
    before, record = _row(project, "5.10"), (project.record / "record.sqlite").read_bytes()
    found = _run(
        project, "--organisation", "bir-hsg", "--criterion", "5.10", "--rating", "partly_met", "--why", "By telephone."
    )
    assert found.exit_code == 0, found.output
    assert "5.10" in found.output
    assert '"unreadable"' in found.output
    after = _row(project, "5.10")
    assert {key for key in before if before[key] != after[key] and not pd.isna(after[key])} == {"rating", "value"}
    assert (after["rating"], after["value"]) == ("partly_met", 0.5)
    assert after["rating_as_written"] == before["rating_as_written"]
    assert _row(project, "5.1")["rating"] == "not_met"
    assert (project.record / "record.sqlite").read_bytes() == record


def test_the_log_says_who_when_why_what_was_and_of_which_file(project: Project, one_return: Pair) -> None:
    _correct(project, "1.1", "evidence", "=HYPERLINK(1)")
    assert read_corrections(project) == (
        Correction(
            one_return[0].sha256,
            "BIR-HSG",
            "2024",
            "1.1",
            "evidence",
            "=HYPERLINK(1)",
            "",
            "A Analyst",
            "Read out on the telephone.",
            AT,
        ),
    )


@pytest.mark.usefixtures("one_return")
def test_the_latest_correction_of_a_field_counts_and_says_what_was_before_it(project: Project) -> None:
    _correct(project, "1.1", "rating", "not_met")
    _correct(project, "1.1", "rating", "partly_met")
    _correct(project, "1.1", "target_date", "2025-03-31")
    row = _row(project, "1.1")
    assert (row["rating"], row["target_date"]) == ("partly_met", "2025-03-31")
    assert [each.was for each in read_corrections(project)] == ["met", "not_met", ""]
    frame = open_snapshot(freeze(project)).corrections
    assert frame[["criterion", "field", "was", "value"]].to_numpy().tolist() == [
        ["1.1", "rating", "met", "partly_met"],
        ["1.1", "target_date", "", "2025-03-31"],
    ]
    assert [each.state for each in corrections_logged(project)] == ["replaced", "applied", "applied"]


@pytest.mark.usefixtures("one_return")
def test_a_correction_that_is_taken_back_leaves_the_snapshot_as_it_was(project: Project) -> None:
    before = freeze(project)
    _correct(project, "1.1", "rating", "not_met")
    assert freeze(project) != before
    _correct(project, "1.1", "rating", "met")
    assert freeze(project) == before
    assert not (before / "corrections.parquet").exists()


def test_a_correction_lapses_when_a_later_return_supersedes(project: Project, filled: Filled, one_return: Pair) -> None:
    _correct(project, "1.1", "rating", "not_met")
    later, return_ = filled("BIR-HSG", "2024", ratings={"1.1": Rating.MET}, seed=7)
    with open_store(project) as store:
        store.record(replace(later, supersedes=one_return[0].sha256), return_)
    assert _row(project, "1.1")["rating"] == "met"
    assert open_snapshot(freeze(project)).corrections.empty
    found = _run(project, "--list")
    assert (found.exit_code, "lapsed" in found.output) == (0, True)
    assert [each["state"] for each in json.loads(_run(project, "--list", "--json").output)] == ["lapsed"]


@pytest.mark.usefixtures("one_return")
def test_status_counts_an_answer_that_was_corrected(project: Project) -> None:
    def answered() -> int:
        return next(
            each.criteria_answered
            for each in status(project, "2024").organisations
            if each.organisation_id == "BIR-HSG"
        )

    before = answered()
    _correct(project, "5.10", "rating", "met")
    assert answered() == before + 1
    assert open_snapshot(freeze(project)).returns["criteria_answered"].tolist() == [before + 1]


REFUSED: dict[str, tuple[dict[str, str], type[Exception], str]] = {
    "an unknown organisation": ({"organisation_id": "NOBODY"}, ProjectError, "no organisation NOBODY"),
    "an organisation without a return": ({"organisation_id": "SAN-SCH"}, StoreError, "has no return for 2024"),
    "an unknown cycle": ({"cycle": "1999"}, ProjectError, "no cycle '1999'"),
    "a cycle without a return": ({"cycle": "2021"}, StoreError, "has no return for 2021"),
    "a criterion that does not exist": ({"criterion": "5.100"}, ToolkitError, "is not asked '5.100'"),
    "a criterion that others are asked": ({"criterion": "10.1"}, ToolkitError, "is not asked '10.1'"),
    "a rating that is none": ({"value": "good"}, ToolkitError, "'good' is none of met"),
    "a rating that cannot be chosen": ({"value": "unreadable"}, ToolkitError, "'unreadable' is none of met"),
    "a field that is none": ({"field": "sector"}, ToolkitError, "'sector' is none of"),
    "a day that is none": ({"field": "target_date", "value": "2025-02-31"}, ToolkitError, "no date"),
    "a date in another form": ({"field": "target_date", "value": "20250331"}, ToolkitError, "write 2025-03-31"),
    "the value that is there": ({"value": "met"}, ToolkitError, "is met already"),
    "no reason": ({"why": " "}, ToolkitError, "must say why"),
    "nobody": ({"who": ""}, ToolkitError, "must say who"),
}


@pytest.mark.usefixtures("one_return")
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_corrected_is_refused_and_not_logged(project: Project, case: str) -> None:
    changed, error, words = REFUSED[case]
    wanted = {
        "organisation_id": "BIR-HSG",
        "criterion": "1.1",
        "field": "rating",
        "value": "not_met",
        "why": "A reason.",
        "who": "A Analyst",
    }
    with pytest.raises(error, match=words):
        correct(project, **(wanted | changed))  # type: ignore[arg-type]  # at is not among them
    assert read_corrections(project) == ()


def test_nothing_is_corrected_while_another_process_receives(project: Project, one_return: Pair) -> None:
    del one_return
    with alone(project), pytest.raises(BusyError):
        _correct(project, "1.1", "rating", "not_met")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--organisation", "BIR-HSG", "--criterion", "1.1", "--why", "x"),
        ("--organisation", "BIR-HSG", "--criterion", "1.1", "--rating", "met"),
        ("--organisation", "BIR-HSG", "--rating", "met", "--why", "x"),
        ("--organisation", "BIR-HSG", "--criterion", "1.1", "--rating", "met", "--lead", "L", "--why", "x"),
        ("--organisation", "BIR-HSG", "--criterion", "1.1", "--rating", "good", "--why", "x"),
    ],
)
def test_half_a_command_is_wrong_usage(project: Project, arguments: tuple[str, ...]) -> None:
    assert _run(project, *arguments).exit_code == 2


def test_the_command_line_offers_what_can_be_corrected() -> None:
    shown = CliRunner().invoke(toolkit, ["correct", "--help"]).output
    assert "|".join(RATINGS) in "".join(shown.split())
    assert all(f"--{field.replace('_', '-')} " in shown for field in FIELDS)


@pytest.mark.usefixtures("one_return")
@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_the_export_shows_corrections_beside_the_columns_of_the_contract(
    project: Project, tmp_path: Path, ending: str
) -> None:
    _correct(project, "1.1", "rating", "not_met", why="=1+1")
    out = tmp_path / f"out.{ending}"
    found = CliRunner().invoke(toolkit, ["--project", str(project.root), "export", "--out", str(out)])
    assert (found.exit_code, "1 correction in" in found.output) == (0, True), found.output
    if ending == "xlsx":
        cells = openpyxl.load_workbook(out)["Corrections"].iter_rows()
        rows = [[str(cell.value) for cell in row] for row in cells]
        assert {cell.data_type for row in openpyxl.load_workbook(out)["Corrections"].iter_rows() for cell in row} == {
            "s"
        }
    else:
        with (tmp_path / "out.corrections.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert (tmp_path / "out.other-ratings.csv").is_file()
    assert rows[0] == ["cycle", "organisation_id", "criterion", "field", "was", "value", "who", "why", "at"]
    why = "=1+1" if out.suffix == ".xlsx" else "'=1+1"
    assert rows[1:] == [
        ["2024", "BIR-HSG", "1.1", "rating", "met", "not_met", "A Analyst", why, "2024-09-02T10:00:00+00:00"]
    ]


@pytest.mark.usefixtures("one_return")
def test_an_export_without_corrections_leaves_no_earlier_ones_beside_it(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    command = ["--project", str(project.root), "export", "--out", str(out)]
    CliRunner().invoke(toolkit, command)
    assert not (tmp_path / "out.corrections.csv").exists()
    _correct(project, "1.1", "rating", "not_met")
    CliRunner().invoke(toolkit, command)
    _correct(project, "1.1", "rating", "met")
    CliRunner().invoke(toolkit, command)
    assert len((tmp_path / "out.corrections.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_other_ratings_stand_in_the_snapshot_apart_from_the_own(project: Project, one_return: Pair) -> None:
    frame = open_snapshot(freeze(project)).other_ratings
    expected = [
        [one_return[0].cycle, "BIR-HSG", each.criterion, other.by, other.rating, other.rating_as_written, other.cell]
        for each in one_return[1].responses
        for other in each.other_ratings
    ]
    columns = ["cycle", "organisation_id", "criterion", "by", "rating", "rating_as_written", "cell"]
    assert frame[columns].to_numpy().tolist() == expected
    assert expected


@pytest.mark.usefixtures("one_return")
def test_an_entry_that_was_edited_into_nonsense_changes_nothing(project: Project) -> None:
    before = freeze(project)
    _correct(project, "1.1", "rating", "not_met")
    wrong = replace(read_corrections(project)[0], value="=1+1")
    project.corrections_log.unlink()
    append_correction(project, wrong)
    assert freeze(project) == before
    assert [each.state for each in corrections_logged(project)] == ["void"]


VALUES = {
    "rating": st.sampled_from(RATINGS),
    "target_date": st.dates().map(str) | st.just(""),
    **dict.fromkeys(("evidence", "action", "lead"), st.text(max_size=12)),
}
CHANGES = st.lists(
    st.sampled_from(FIELDS).flatmap(
        lambda field: st.tuples(st.sampled_from(["1.1", "5.1", "5.10"]), st.just(field), VALUES[field])
    ),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_what_counts_is_the_latest_whatever_came_before(changes: list[tuple[str, str, str]]) -> None:
    responses = [Response(ref.split(".")[0], ref, Rating.UNREADABLE, "perhaps") for ref in ("1.1", "5.1", "5.10")]
    log = [Correction("a" * 64, "BIR-HSG", "2024", *change, "", "A", "B", AT) for change in changes]
    assert not any(fault_of(each.field, each.value) for each in log)
    found = corrected(responses, log)
    latest = {(criterion, field): value for criterion, field, value in changes}
    for before, after in zip(responses, found, strict=True):
        for field in FIELDS:
            expected = latest.get((before.criterion, field))
            now = getattr(after, field)
            if expected is None:
                assert now == getattr(before, field)
            else:
                assert ("" if now is None else str(now)) == expected
        assert (after.rating_as_written, after.sheet, after.cell) == (before.rating_as_written, "", "")
    assert corrected(found, log) == found
