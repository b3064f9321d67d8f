"""`toolkit trace`, as an auditor types it: from a figure of a published page to its responses and cells."""

from __future__ import annotations

import csv
import json
import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from reports_region import Plan, make_project, rating_of

from toolkit.cli.desk import toolkit
from toolkit.errors import ProjectError, ReportError
from toolkit.records import Rating
from toolkit.reports.tracing import LISTED
from toolkit.store import correct

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small region, one of its answers corrected, with the report of one area; then moved to another folder."""
    first = make_project(
        tmp_path_factory.mktemp("trace") / "first", Plan(areas=("Walsall", "Dudley"), silent=("WAL1",))
    )
    assert rating_of("WAL0", "2024", "1.1") is not Rating.NOT_MET
    correct(
        first,
        organisation_id="WAL0",
        criterion="1.1",
        field="rating",
        value="not_met",
        why="=told by telephone",
        who="A Analyst",
        at=datetime(2024, 9, 2, 10, 0, tzinfo=UTC),
    )
    runner = CliRunner()
    done = runner.invoke(toolkit, ["--project", str(first.root), "report", "area", "--area", "Walsall"])
    assert done.exit_code == 0, done.output
    moved = first.root.with_name("moved")
    first.root.rename(moved)
    return type(first)(moved, first.settings)


def run(project: Project, *words: str) -> Result:
    return CliRunner().invoke(toolkit, ["--project", str(project.root), "trace", *words])


def told(project: Project, *words: str) -> str:
    done = run(project, *words)
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.output


def as_json(project: Project, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(project, *words, "--json"))
    return found


def page(project: Project) -> Path:
    return project.published("2024", "internal") / "area-walsall.html"


def essential_code(project: Project) -> str:
    found = re.search(r"Essential met</dt>.*?Figure code (\w+)<", page(project).read_text(encoding="utf-8"))
    assert found
    return found[1]


def test_the_code_on_the_page_alone_finds_the_figure_counts_it_again_and_names_cells(made: Project) -> None:
    code = essential_code(made)
    output = told(made, code.lower())
    assert output.startswith(f"Essential met\narea-walsall, figure {code}, cycle 2024, snapshot ")
    (printed,) = re.findall(r"printed:  (\d+% \((\d+) of (\d+) answers\))", output)
    assert f"counted:  {printed[1]} of {printed[2]} (" in output
    assert "agrees" in output
    assert "how:      rated met, of those applicable" in output
    assert f"\n  {printed[1]} counted: {printed[1]} met\n" in output
    assert re.search(r"Walsall service 2 +1\.1 +essential .* +WAL2-2024\.xlsx +Standard 1!D8 ", output)
    assert "more; --out FILE.csv or FILE.xlsx for all of them." in output


def test_a_caption_a_file_and_a_code_mean_the_same_figure(made: Project) -> None:
    code = essential_code(made)
    expected = as_json(made, code)
    assert expected["report"] == "area-walsall"
    assert expected == as_json(made, "area-walsall", "essential m") == as_json(made, "area-walsall", code)
    assert expected == as_json(made, str(page(made)), code) == as_json(made, "area-walsall.html", code)


def test_a_cell_of_a_table_is_every_answer_that_it_counts_by_the_rule_of_the_region(made: Project) -> None:
    found = as_json(made, "area-walsall", "All answers", "--row", "Walsall service 3", "--column", "Standard 5")
    (check,) = found["checks"]
    ratings = {row["criterion"]: row["rating"] for row in found["rows"]}
    assert ratings == {one: str(rating_of("WAL3", "2024", one)) for one in ratings}
    met = sum(rating == "met" for rating in ratings.values())
    applicable = sum(rating != "not_applicable" for rating in ratings.values())
    assert (check["printed"], check["agrees"]) == (f"{met} of {applicable}", True)
    assert {row["sha256"] for row in found["rows"]} == {found["rows"][0]["sha256"]}
    assert len(found["rows"][0]["sha256"]) == 64


def test_a_row_shows_each_of_its_numbers_and_a_table_says_whether_all_agree(made: Project) -> None:
    row = told(made, "area-walsall", "All answers", "--row", "Walsall service 3")
    assert "numbers counted again from the rows below: all agree with what is printed." in row
    assert re.search(r"Walsall service 3 +S5 +(\d+ of \d+) +\1 \(\d+%\) +agrees", row)
    table = told(made, "area-walsall", "All answers")
    assert "more; --row and --column choose, --json gives all." in table
    missing = told(made, "area-walsall", "Returns not received")
    assert "It holds words and no number that is counted." in missing
    assert re.search(r"Walsall service 1 +not returned", missing)


def test_a_correction_shows_beside_the_cell_that_still_says_otherwise(made: Project) -> None:
    found = as_json(made, "area-walsall", "Essential met")
    (row,) = [row for row in found["rows"] if (row["organisation_id"], row["criterion"]) == ("WAL0", "1.1")]
    was = str(rating_of("WAL0", "2024", "1.1"))
    assert row["rating"] == "not_met"
    assert row["counts"] == "in the denominator only"
    assert row["corrected"] == f"rating: {was} became not_met (A Analyst: =told by telephone)"
    assert row["cell"].startswith("D")


def test_all_rows_go_to_a_file_in_which_nothing_is_live(made: Project, tmp_path: Path) -> None:
    rows = as_json(made, "area-walsall", "Essential met")["rows"]
    output = told(made, "area-walsall", "Essential met", "--out", str(tmp_path / "trace.csv"))
    assert output.endswith(f"{len(rows)} rows in {tmp_path / 'trace.csv'} (internal: names organisations)\n")
    with (tmp_path / "trace.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows
    told(made, "area-walsall", "Essential met", "--out", str(tmp_path / "trace.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "trace.xlsx")["Trace"]
    assert [cell.value for cell in sheet[1]] == list(LISTED)
    assert sheet.max_row == len(rows) + 1
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
    done = run(made, "area-walsall", "Essential met", "--out", str(tmp_path / "trace.pdf"))
    assert "end the name in .csv or .xlsx" in str(done.exception)


def test_a_report_alone_lists_its_figures_with_their_codes(made: Project) -> None:
    lines = told(made, "area-walsall").splitlines()
    assert lines[0].split() == ["code", "figure", "section"]
    assert re.fullmatch(rf"{essential_code(made)} +Essential met +In brief", lines[1])
    printed = set(re.findall(r"Figure code (\w+)<", page(made).read_text(encoding="utf-8")))
    assert {line.split()[0] for line in lines[1:]} == printed
    titles = told(made, "area-walsall", "What the figures were made from")
    assert "Nothing was counted for it. It names the snapshot" in titles


def test_a_page_that_says_something_else_than_its_responses_needs_a_person(made: Project, tmp_path: Path) -> None:
    other = tmp_path / "project"
    shutil.copytree(made.root, other)
    notebook = other / "reports" / ".runs" / "2024" / "internal" / "area-walsall.ipynb"
    text = notebook.read_text(encoding="utf-8")
    (met, of) = re.findall(r'"detail": "(\d+) of (\d+) answers"', text)[0]
    wrong = text.replace(f'"detail": "{met} of {of} answers"', f'"detail": "{int(met) + 1} of {of} answers"')
    notebook.write_text(wrong, encoding="utf-8")
    done = run(type(made)(other, made.settings), "area-walsall", "Essential met")
    assert done.exit_code == 1
    assert f"counted:  {met} of {of} (" in done.output
    assert "does NOT agree" in done.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["area-dudley", "Essential met"], "no report 'area-dudley' among those made; use one of area-walsall"),
        (["area-walsall", "Nothing of the kind"], "no figure 'Nothing of the kind'; `toolkit trace area-walsall`"),
        (["area-walsall", "Essential"], "has 4 figures 'Essential': .* Essential met; .* use the code"),
        (["CCCCCC"], "No report made here has a figure CCCCCC"),
        (["area-walsall", "Essential met", "--row", "5"], "is one number, without rows or columns"),
        (["area-walsall", "All answers", "--row", "Walsall service"], "has 5 rows 'Walsall service'"),
        (["area-walsall", "Essential met", "--cycle", "2021"], "No report of cycle 2021 has been made here"),
    ],
)
def test_what_cannot_be_found_gets_a_sentence(made: Project, words: list[str], sentence: str) -> None:
    done = run(made, *words)
    assert isinstance(done.exception, ReportError), done.output
    assert re.search(sentence, str(done.exception)), str(done.exception)


def test_an_unknown_cycle_and_a_snapshot_that_is_gone_get_a_sentence(made: Project, tmp_path: Path) -> None:
    assert isinstance(run(made, "area-walsall", "--cycle", "1999").exception, ProjectError)
    other = tmp_path / "project"
    shutil.copytree(made.root, other)
    shutil.rmtree(other / "audits" / "record" / "snapshots")
    done = run(type(made)(other, made.settings), "area-walsall", "Essential met")
    assert re.search("The snapshot .* which area-walsall was made from, is gone", str(done.exception))
