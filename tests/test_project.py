"""Settings and register: what is right is read, what is wrong is one sentence with file, key and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.errors import FileAccessError, ProjectError
from toolkit.project import create_project, find_project, open_project

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "organisation_id,organisation,aliases,sector,areas,tiers,commissioner,direct_services,lead_name,lead_email\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return create_project(tmp_path / "mine")


def rewrite(folder: Path, old: str, new: str) -> None:
    path = folder / "toolkit.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_new_project_has_the_seven_areas_and_both_cycles(folder: Path) -> None:
    settings = open_project(folder).settings
    assert [area.name for area in settings.areas] == [
        "Birmingham",
        "Coventry",
        "Dudley",
        "Sandwell",
        "Solihull",
        "Walsall",
        "Wolverhampton",
    ]
    assert [area.code for area in settings.areas] == [f"E080000{number}" for number in range(25, 32)]
    assert settings.current_cycle.id == "2024"
    before = settings.cycle_before("2024")
    assert before is not None
    assert before.id == "2021"
    assert settings.cycle_before("2021") is None


def test_a_new_project_has_the_folders_and_templates(folder: Path) -> None:
    assert (folder / "audits" / "inbox").is_dir()
    assert (folder / "notebooks" / "templates").is_dir()
    assert open_project(folder).register() == ()


def test_a_second_project_in_the_same_folder_is_refused(folder: Path) -> None:
    with pytest.raises(ProjectError, match="holds a project already"):
        create_project(folder)


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(FileAccessError, match="choose another folder"):
        create_project(tmp_path / "taken")


def test_the_project_is_found_from_a_folder_below(folder: Path) -> None:
    assert find_project(folder / "audits" / "inbox") == folder


def test_no_project_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="toolkit init DIR"):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "key", "remedy"),
    [
        ('marking = "OFFICIAL"', 'markings = "OFFICIAL"', r"project\.markings", "remove it or correct its spelling"),
        ('name = "Dudley"', "", r"areas\[3\]\.name", "add it"),
        ('code = "E08000027"', 'code = "8000027"', r"areas\[3\]\.code", "'8000027'"),
        ("too_few = 5 ", "too_few = 0 ", r"thresholds\.too_few", "it is 0"),
        ("deadline = 2024-06-28", "deadline = 2023-06-28", r"cycles\[2\]", "deadline is before the issue date"),
        ('name = "Dudley"', 'name = "Walsall"', "the file as a whole", "Walsall appears more than once"),
        ("on = 1 ", "on = 31 ", "schedule", "1 to 28 for a month"),
        ('at = "06:00"', 'at = "6am"', r"schedule\.at", "'6am'"),
        ('"peer-review", "board"]', '"peer-review", "bored"]', r"reports\.set\[4\]", "'bored'"),
    ],
)
def test_a_wrong_setting_names_file_key_and_remedy(folder: Path, old: str, new: str, key: str, remedy: str) -> None:
    rewrite(folder, old, new)
    with pytest.raises(ProjectError, match=rf"toolkit\.toml, .*{key}.*") as caught:
        open_project(folder)
    assert remedy in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_toml_names_the_line(folder: Path) -> None:
    rewrite(folder, "[[areas]]", "[[areas]")
    with pytest.raises(ProjectError, match="line"):
        open_project(folder)


def test_another_partnership_edits_the_file_and_nothing_else(folder: Path) -> None:
    rewrite(folder, 'code = "E08000025"\nname = "Birmingham"', 'code = "E06000052"\nname = "Cornwall"')
    (folder / "register.csv").write_text(
        HEADER + "a1,Example Trust,Old Name; ET,Health,cornwall;Dudley,3;2,no,yes,,\n", encoding="utf-8-sig"
    )
    (organisation,) = open_project(folder).register()
    assert organisation.areas == ("Cornwall", "Dudley")
    assert organisation.tiers == ("2", "3")
    assert organisation.aliases == ("Old Name", "ET")
    assert organisation.direct_services
    assert not organisation.commissioner


def test_a_register_saved_by_excel_on_windows_is_read(folder: Path) -> None:
    (folder / "register.csv").write_bytes((HEADER + "a1,Caf\xe9 Project,,V,Dudley,1,no,no,,\r\n\r\n").encode("cp1252"))
    (organisation,) = open_project(folder).register()
    assert organisation.name == "Café Project"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a1,X,,S,Atlantis,1,no,no,,", "line 2, areas: .*Atlantis.* is not an area"),
        ("a1,X,,S,,1,no,no,,", "line 2, areas"),
        ("a1,X,,S,Dudley,4,no,no,,", "line 2, tiers"),
        ("a1,X,,S,Dudley,1,maybe,no,,", "line 2, commissioner: .*neither yes nor no"),
        ("a1,,,S,Dudley,1,no,no,,", "line 2, organisation: the name is empty"),
        ("../a,X,,S,Dudley,1,no,no,,", "line 2, organisation_id"),
        ("a1,X,,S,Dudley,1,no,no,,\nA1,Y,,S,Dudley,1,no,no,,", "line 3, organisation_id: A1 is there twice"),
    ],
)
def test_a_wrong_register_line_names_file_line_column(folder: Path, line: str, message: str) -> None:
    (folder / "register.csv").write_text(HEADER + line + "\n", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"register\.csv, " + message):
        open_project(folder).register()


def test_a_missing_column_is_named(folder: Path) -> None:
    (folder / "register.csv").write_text(HEADER.replace(",sector", ""), encoding="utf-8")
    with pytest.raises(ProjectError, match="the column sector is missing"):
        open_project(folder).register()
