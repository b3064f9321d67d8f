"""Issuing into a project: which files appear, what is left alone, what is said when a folder cannot be written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from toolkit.errors import FileAccessError, ProjectError
from toolkit.project import open_project
from toolkit.workbook import issue

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project


def test_one_workbook_for_each_organisation(project: Project) -> None:
    register = project.register()
    paths = list(issue(project, "2024", register))
    assert paths == [project.root / "audits" / "issued" / "2024" / f"{o.organisation_id}.xlsx" for o in register]
    assert sorted(path.name for path in project.issued("2024").iterdir()) == sorted(path.name for path in paths)
    assert CalamineWorkbook.from_path(paths[0]).sheet_names[:3] == ["Cover", "Guidance", "Standard 1"]


def test_paths_come_one_by_one(project: Project) -> None:
    running = issue(project, "2024", project.register())
    next(running)
    assert len(list(project.issued("2024").iterdir())) == 1


def test_an_unchanged_workbook_is_left_alone_and_a_changed_one_replaced(project: Project) -> None:
    register = project.register()[:2]
    first, second = issue(project, "2024", register)
    wanted = second.read_bytes()
    second.write_bytes(b"something else")
    os.utime(first, (1, 1))
    list(issue(project, "2024", register))
    assert first.stat().st_mtime == 1
    assert second.read_bytes() == wanted


def test_official_wording_of_the_project_is_printed(project: Project) -> None:
    (project.root / "wording").mkdir()
    (project.root / "wording" / "wm-2024.yaml").write_text('"5.10": "Official words for 5.10."\n', encoding="utf-8")
    path = next(issue(project, "2024", project.register()))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Standard 5").to_python()
    assert [row[1] for row in rows if row[0] == "5.10"] == ["Official words for 5.10."]


def test_a_folder_that_cannot_be_written_is_one_sentence(project: Project) -> None:
    project.issued("2024").parent.mkdir(parents=True)
    project.issued("2024").write_text("in the way", encoding="utf-8")
    with pytest.raises(FileAccessError, match=r"cannot be written .*; close it if it is open in another program"):
        list(issue(project, "2024", project.register()))


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(project: Project) -> None:
    organisation = project.register()[0]
    (project.issued("2024") / f"{organisation.organisation_id}.xlsx" / "inside").mkdir(parents=True)
    with pytest.raises(FileAccessError):
        list(issue(project, "2024", [organisation]))
    assert [path.name for path in project.issued("2024").iterdir()] == [f"{organisation.organisation_id}.xlsx"]


def test_an_unknown_cycle_is_one_sentence(project: Project) -> None:
    with pytest.raises(ProjectError, match="has no cycle '1999'"):
        list(issue(project, "1999", project.register()))


def test_another_projects_settings_are_printed(project: Project, tmp_path: Path) -> None:
    settings = (project.root / "toolkit.toml").read_text(encoding="utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (other / "toolkit.toml").write_text(
        settings.replace("standards-audit@example.org", "us@example.net"), encoding="utf-8"
    )
    path = next(issue(open_project(other), "2024", project.register()))
    text = [cell for row in CalamineWorkbook.from_path(path).get_sheet_by_name("Cover").to_python() for cell in row]
    assert any(isinstance(cell, str) and "us@example.net by 28 June 2024" in cell for cell in text)
