"""Workbooks that LibreOffice has re-saved are read as if nothing had happened."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from intake_workbooks import (
    answers,
    by_criterion,
    changed,
    column,
    current,
    filled,
    received,
    row_of,
    told,
    without_identity,
)

from toolkit.records import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from toolkit.project import Project

WHO = "DUD-SVC"
pytestmark = pytest.mark.office


def resaved(soffice: str, folder: Path, contents: dict[str, bytes], ending: str = "xlsx") -> dict[str, bytes]:
    """What LibreOffice makes of workbooks when it opens and saves them."""
    (folder / "in").mkdir()
    paths = []
    for name, content in contents.items():
        path = folder / "in" / f"{name}.xlsx"
        path.write_bytes(content)
        paths.append(str(path))
    profile = (folder / "profile").as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", ending]
    subprocess.run([*command, "--outdir", str(folder / "out"), *paths], check=True, capture_output=True, timeout=180)
    return {name: (folder / "out" / f"{name}.{ending}").read_bytes() for name in contents}


def test_read_as_it_was_filled_in(project: Project, soffice: str, tmp_path: Path) -> None:
    def errors(book: Workbook) -> None:
        sheet, row = row_of(book, "2.1")
        sheet.cell(row, column("rating")).value = "=NA()"
        sheet.cell(row + 1, column("rating")).value = None

    whole = filled(project, WHO)
    saved = resaved(
        soffice,
        tmp_path,
        {"whole": whole, "errors": changed(whole, errors), "nameless": changed(whole, without_identity)},
    )
    receipt = received(project, saved["whole"], "whole.xlsx")
    assert (receipt.outcome, receipt.layout) == (Outcome.ACCEPTED, "audit-workbook, by identity"), receipt.reason
    assert told(by_criterion(current(project, WHO))) == told(answers(project, WHO))

    nameless = received(project, saved["nameless"], "nameless.xlsx")
    assert (nameless.outcome, nameless.layout) == (Outcome.ACCEPTED, "audit-workbook, by content"), nameless.reason
    assert nameless.supersedes == receipt.sha256

    held = received(project, saved["errors"], "errors.xlsx")
    assert held.reason.startswith("same-day")
    assert {each.found for each in held.queries if each.code == "error-cell"} == {"#N/A"}


def test_an_opendocument_copy_is_read_as_well(project: Project, soffice: str, tmp_path: Path) -> None:
    saved = resaved(soffice, tmp_path, {"return": filled(project, WHO)}, "ods")
    receipt = received(project, saved["return"], "return.ods")
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert told(by_criterion(current(project, WHO))) == told(answers(project, WHO))
