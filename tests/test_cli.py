"""The command line, as a user and a scheduler meet it: verbs, JSON, exit codes, one sentence for an error."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from toolkit.cli import main
from toolkit.cli.desk import columns
from toolkit.demo import make_region
from toolkit.store import TIDY_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

REGISTER = """\
organisation_id,organisation,aliases,sector,areas,tiers,commissioner,direct_services,lead_name,lead_email
north,North Example Refuge (synthetic),North Refuge,Specialist services,Dudley,3,no,yes,Lead Officer 1,l1@example.org
south,South Example School (synthetic),,Education,Dudley;Walsall,1,no,no,,
"""
RECEIPT_KEYS = [
    "file",
    "sha256",
    "outcome",
    "reason",
    "organisation_id",
    "organisation",
    "areas",
    "cycle",
    "framework",
    "layout",
    "tiers",
    "criteria_expected",
    "criteria_answered",
    "supersedes",
    "queries",
]


def run(*words: str | Path, folder: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1719500000"},
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def as_begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("begun")
    run("init", "mine", folder=folder)
    (folder / "mine" / "register.csv").write_text(REGISTER, encoding="utf-8")
    return folder / "mine"


@pytest.fixture
def project(as_begun: Path, tmp_path: Path) -> Path:
    return shutil.copytree(as_begun, tmp_path / "mine")


def fill(workbook: Path, rating: str, target: Path) -> None:
    """Answer every criterion as a person would, in the cells under the headings."""
    book = openpyxl.load_workbook(workbook)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            headings = {str(cell.value): cell.column for cell in row if cell.value}
            if {"Reference", "Rating", "Evidence"} <= set(headings):
                for number in range((row[0].row or 0) + 1, sheet.max_row + 1):
                    if sheet.cell(number, headings["Reference"]).value:
                        sheet.cell(number, headings["Rating"]).value = rating
                        sheet.cell(number, headings["Evidence"]).value = "Policy, reviewed each year"
    book.save(target)


def test_from_an_empty_project_to_an_exported_table(project: Path) -> None:
    said = run("issue", "--all", folder=project).stdout
    assert "2 audit workbooks for cycle 2024" in said
    issued = project / "audits" / "issued" / "2024"
    fill(issued / "north.xlsx", "Met", project / "audits" / "inbox" / "north return.xlsx")
    (project / "audits" / "inbox" / "letter.pdf").write_bytes(b"%PDF-1.7 not a spreadsheet")

    lines = run("receive", "--json", folder=project, code=1).stdout.splitlines()
    letter, north = [json.loads(line) for line in lines]
    assert list(north) == RECEIPT_KEYS
    assert (letter["file"], letter["outcome"]) == ("letter.pdf", "quarantined")
    assert letter["reason"]
    assert (north["file"], north["outcome"], north["organisation_id"]) == ("north return.xlsx", "accepted", "north")
    assert (north["cycle"], north["framework"], north["areas"]) == ("2024", "wm-2024", ["Dudley"])
    assert north["criteria_expected"] == north["criteria_answered"] == 56  # 62 less Standard 10

    status = json.loads(run("status", "--json", folder=project).stdout)
    assert status["region"]["expected"] == 2
    assert status["region"]["returned"] == 1
    assert "South Example School" in run("status", folder=project).stdout

    run("export", "--out", "tidy.csv", folder=project)
    with (project / "tidy.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == TIDY_COLUMNS
    assert len(rows) == 56
    assert {row["rating"] for row in rows} == {"met"}
    assert [row["criterion"] for row in rows if row["standard"] == "5"][-2:] == ["5.9", "5.10"]
    assert rows[0]["priority"] == "essential"
    assert json.loads(run("check", "--json", folder=project).stdout) == []


def test_receiving_again_changes_nothing(project: Path) -> None:
    run("issue", "--organisation", "north", folder=project)
    returned = project / "north.xlsx"
    fill(project / "audits" / "issued" / "2024" / "north.xlsx", "Partly met", returned)
    run("receive", returned, folder=project)

    def everything() -> dict[str, bytes]:
        files = (path for path in (project / "audits").rglob("*") if path.is_file() and path.suffix != ".lock")
        return {path.as_posix(): path.read_bytes() for path in files}

    before = everything()
    again = json.loads(run("receive", "--json", returned, folder=project).stdout)
    assert again["outcome"] == "duplicate"
    assert run("receive", folder=project).stdout.startswith("The inbox is empty")
    assert everything() == before


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("status",), 11, "toolkit.toml"),
        (("init",), 2, "DIR"),
        (("standards", "--framework", "wm-1066"), 12, "wm-2024"),
        (("frobnicate",), 2, "frobnicate"),
    ],
)
def test_outside_a_project_an_error_is_one_sentence(
    tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    assert says in run(*words, folder=tmp_path, code=code).stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("issue",), 2, "--all"),
        (("issue", "--organisation", "west"), 11, "west"),
        (("issue", "--all", "--cycle", "1999"), 11, "1999"),
        (("receive", "nowhere.xlsx"), 2, "nowhere.xlsx"),
        (("export", "--out", "x.docx"), 10, ".csv"),
        (("report", "deep-dive", "--standard", "13"), 15, "13"),
        (("report", "area", "--area", "Atlantis"), 15, "Atlantis"),
        (("report", "board", "--audience", "everybody"), 15, "internal, partners, public"),
        (("export", "--out", "x.csv", "--audience", "all"), 15, "internal, partners, public"),
        (("report", "area", "--audience", "public"), 15, "[audiences.public]"),
        (("audiences", "--show", "nobody"), 15, "internal, partners, public"),
        (("report", "board", "--format", "odt"), 16, "html, pdf, docx, xlsx"),
    ],
)
def test_in_a_project_an_error_is_one_sentence(
    *,
    as_begun: Path,
    words: tuple[str, ...],
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(as_begun)
    monkeypatch.setattr(sys, "argv", ["toolkit", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == code, said
    assert says in said
    assert "Traceback" not in said
    if code >= 10:
        assert len(said.strip().splitlines()) == 1


def test_standards_as_json_keep_the_contract(tmp_path: Path) -> None:
    found = json.loads(run("standards", "--framework", "wm-2024", "--json", folder=tmp_path).stdout)
    assert [len(one["criteria"]) for one in found] == [6, 6, 4, 5, 10, 2, 7, 4, 5, 6, 4, 3]
    assert found[7]["priority"] == {"1": "recommended", "2": "desired", "3": "essential"}
    assert found[9]["priority"] is None
    assert found[4]["criteria"][9]["criterion"] == "5.10"


def test_demo_refuses_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine", encoding="utf-8")
    run("demo", "full", folder=tmp_path, code=11)
    assert (tmp_path / "full" / "letter.txt").read_text(encoding="utf-8") == "mine"


def test_report_all_publishes_the_set_twice_alike(tmp_path: Path) -> None:
    region = make_region(tmp_path / "small", organisations=14)
    inbox = region.root / "audits" / "inbox"
    for file in region.batches[-1].files:
        (inbox / file.name).write_bytes(file.read_bytes())
    settings = region.root / "toolkit.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace('["deep-dive", "area", "peer-review", "board"]', '["peer-review", "board"]').replace(
            '["html", "pdf", "docx", "xlsx"]', '["html", "xlsx"]'
        ),
        "utf-8",
    )
    subprocess.run([sys.executable, "-m", "toolkit", "receive"], cwd=region.root, capture_output=True, check=False)
    said = run("report", "all", "--workers", "2", folder=region.root).stdout
    assert "2 reports made" in said
    pages = region.root / "reports" / "2024" / "internal"
    first = {page.name: page.read_bytes() for page in pages.iterdir()}
    own = {"index.html", "accessibility-statement.html"}
    assert set(first) == own | {
        f"{name}.{form}" for name in ("peer-review", "board-report") for form in ("html", "xlsx")
    }
    run("report", "all", folder=region.root)
    assert {page.name: page.read_bytes() for page in pages.iterdir()} == first


def test_plain_tables_align() -> None:
    assert (
        columns([("Area", "Asked"), ("Dudley", "7"), ("Walsall", "12")])
        == "Area     Asked\nDudley       7\nWalsall     12"
    )
