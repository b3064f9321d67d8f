"""The templates are thin: headings and one call a cell, few parameters, outputs stored from the fixture region."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from toolkit.document import MIME_TYPE, from_json
from toolkit.reports import area_report, board_report, deep_dive, peer_review
from toolkit.reports.refresh import refresh

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "notebooks" / "templates"
REPORTS = {
    "deep_dive": deep_dive.DeepDive,
    "area": area_report.AreaReport,
    "peer_review": peer_review.PeerReview,
    "board_report": board_report.BoardReport,
}


def _cells(name: str) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads((TEMPLATES / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return cells


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _code(name: str) -> list[dict[str, Any]]:
    return [cell for cell in _cells(name) if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", REPORTS)
def test_code_is_imports_parameters_and_one_call_a_cell(name: str) -> None:
    imports, parameters, cover, *rest = _code(name)
    assert [type(part) for part in ast.parse(_source(imports)).body] == [ast.ImportFrom]
    assert parameters["metadata"]["tags"] == ["parameters"]
    assigned = ast.parse(_source(parameters)).body
    assert all(isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant) for part in assigned)
    assert len(assigned) <= 6
    assert [type(part) for part in ast.parse(_source(cover)).body] == [ast.Assign, ast.Expr]
    for cell in rest:
        (part,) = ast.parse(_source(cell)).body
        assert isinstance(part, ast.Expr)
        assert isinstance(part.value, ast.Call)
        assert not part.value.args


@pytest.mark.parametrize(("name", "report"), REPORTS.items())
def test_every_section_is_called_once_in_the_order_of_the_class(name: str, report: type) -> None:
    called = [_source(cell).splitlines()[-1].removeprefix("report.").removesuffix("()") for cell in _code(name)[2:]]
    methods = [method for method, made in vars(report).items() if callable(made) and not method.startswith("_")]
    assert sorted(called) == sorted(methods)


@pytest.mark.parametrize("name", REPORTS)
def test_every_section_stands_under_a_heading_of_its_own(name: str) -> None:
    cells = _cells(name)
    headings = [_source(cell) for cell in cells if cell["cell_type"] == "markdown"]
    assert all(heading.startswith("## ") and "\n" not in heading for heading in headings)
    assert len(set(headings)) == len(headings)
    kinds = [cell["cell_type"] for cell in cells]
    assert kinds == ["code", "code", "code", *["markdown", "code"] * len(headings)]


@pytest.mark.parametrize("name", REPORTS)
def test_stored_outputs_are_document_blocks_without_a_trace_of_the_run(name: str) -> None:
    text = (TEMPLATES / f"{name}.ipynb").read_text(encoding="utf-8")
    assert "iopub" not in text
    assert "papermill" not in text
    assert str(ROOT) not in text
    for cell in _code(name)[2:]:
        (output,) = cell["outputs"]
        assert from_json(output["data"][MIME_TYPE]).blocks
        assert "".join(output["data"]["text/html"])


def test_refreshing_gives_the_stored_outputs_again(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks" / "templates"
    folder.mkdir(parents=True)
    for name in REPORTS:
        shutil.copy(TEMPLATES / f"{name}.ipynb", folder)
    shutil.copytree(ROOT / "tests" / "fixtures", tmp_path / "tests" / "fixtures")
    for path in refresh(folder):
        stored = (TEMPLATES / path.name).read_text(encoding="utf-8")
        assert path.read_text(encoding="utf-8") == stored, f"run python -m toolkit.reports.refresh for {path.name}"
