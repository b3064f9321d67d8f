"""The issued workbook in LibreOffice: it prints, and it is still ours after being saved there."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from toolkit.layouts import find_header, load_layout, read_identity
from toolkit.workbook import issue

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project

pytestmark = pytest.mark.office


def _convert(soffice: str, path: Path, kind: str, folder: Path) -> Path:
    profile = (folder / "profile").as_uri()
    command = [
        soffice,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(folder),
    ]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=180)
    return folder / f"{path.stem}.{kind}"


def test_it_survives_being_saved_by_libreoffice(project: Project, soffice: str, tmp_path: Path) -> None:
    path = next(issue(project, "2024", project.register()))
    content = _convert(soffice, path, "xlsx", tmp_path).read_bytes()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    reading = read_identity(content, load_layout(), sheets.values())
    assert set(reading.found) == {"property", "defined name", "sheet"}
    assert reading.identity is not None
    assert reading.identity.organisation_id == "WM-POL"
    header = find_header(sheets["Standard 5"], load_layout())
    assert header is not None
    references = [row[header.columns["criterion"]] for row in sheets["Standard 5"][header.row + 1 :]]
    assert references == [f"5.{number}" for number in range(1, 11)]
    resaved = openpyxl.load_workbook(io.BytesIO(content))
    assert resaved["Identity"].sheet_state == "hidden"
    rules = [rule.formula1 for rule in resaved["Standard 5"].data_validations.dataValidation if rule.type == "list"]
    assert rules == ['"Met,Partly met,Not met,Not applicable"']


def test_it_prints(project: Project, soffice: str, tmp_path: Path) -> None:
    path = next(issue(project, "2024", project.register()))
    printed = _convert(soffice, path, "pdf", tmp_path).read_bytes()
    assert printed.startswith(b"%PDF")
    assert len(printed) > 20_000
