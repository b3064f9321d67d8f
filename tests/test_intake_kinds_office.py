"""An audit workbook that LibreOffice saved as another kind of spreadsheet is read as if nothing had happened."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import answers, by_criterion, changed, codes, column, current, filled, received, row_of, told

from toolkit.intake.guards import inspect
from toolkit.intake.parsing.opening import open_sheets
from toolkit.records import Outcome, Rating

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from toolkit.project import Project

WHO = "DUD-SVC"
pytestmark = pytest.mark.office


def saved_as(kind: str, content: bytes, soffice: str, folder: Path) -> bytes:
    path = folder / "return.xlsx"
    path.write_bytes(content)
    command = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", folder / "out", path], check=True, capture_output=True, timeout=180)
    return (folder / "out" / f"return.{kind}").read_bytes()


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_saved_as_another_kind(kind: str, project: Project, soffice: str, tmp_path: Path) -> None:
    def fail(book: Workbook) -> None:
        sheet, row = row_of(book, "2.1")
        sheet.cell(row, column("rating")).value = "=NA()"

    content = saved_as(kind, changed(filled(project, WHO), fail), soffice, tmp_path)
    receipt = received(project, content, "return.xlsx")
    assert (receipt.outcome, receipt.organisation_id, receipt.cycle) == (Outcome.ACCEPTED, WHO, "2024")
    assert "error-cell" in codes(receipt)
    assert (project.accepted("2024") / f"{receipt.sha256}.{kind}").read_bytes() == content
    read, given = by_criterion(current(project, WHO)), answers(project, WHO)
    assert read.pop("2.1").rating is Rating.UNREADABLE
    del given["2.1"]
    assert told(read) == told(given)


def test_its_first_sheet_saved_as_text(project: Project, soffice: str, tmp_path: Path) -> None:
    path = tmp_path / "return.csv"
    path.write_bytes(saved_as("csv", filled(project, WHO), soffice, tmp_path))
    inspection = inspect(path)
    assert (inspection.ok, inspection.kind) == (True, "csv")
    (sheet,) = open_sheets(inspection)
    assert any("Dudley Synthetic Support" in row for row in sheet.rows)
