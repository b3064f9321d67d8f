"""What the program imports for what is asked of it: nothing heavy that the answer does not need."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from reports_region import Plan, make_project

from toolkit.cli.report_sets import How, make_sets, seems_changed

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project

HEAVY = {
    "IPython",
    "docx",
    "gptables",
    "ipywidgets",
    "jsonschema",
    "jupyterlab",
    "lxml",
    "nbconvert",
    "nbformat",
    "numpy",
    "openpyxl",
    "pandas",
    "papermill",
    "phonenumbers",
    "pikepdf",
    "pyarrow",
    "python_calamine",
    "scipy",
    "typst",
    "xlsxwriter",
}
"""Libraries that take long to import."""

_TOLD = """
import sys
from toolkit.cli import main
sys.argv = ["toolkit", *sys.argv[1:]]
try:
    main()
finally:
    print("\\n" + " ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_project(tmp_path_factory.mktemp("starting") / "project", Plan(each_area=1, areas=("Walsall", "Dudley")))


def imported(*words: str) -> set[str]:
    """The top-level modules that are there when a command has answered."""
    told = subprocess.run([sys.executable, "-c", _TOLD, *words], capture_output=True, text=True, check=True)
    return set(told.stdout.splitlines()[-1].split())


def test_importing_the_toolkit_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import toolkit; print(*(set(sys.modules) - before))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["toolkit"]


def test_help_imports_no_library_but_the_one_that_prints_it() -> None:
    found = imported("--help")
    assert "click" in found
    assert not found & (HEAVY | {"pydantic", "sqlite3", "yaml"})


def test_the_status_needs_no_tables(project: Project) -> None:
    assert not imported("--project", str(project.root), "status") & HEAVY


def test_a_set_that_has_not_changed_is_told_without_tables_and_notebooks(project: Project, tmp_path: Path) -> None:
    del tmp_path
    make_sets(project, ["peer-review"], formats=("html",), how=How(workers=1))
    words = ("--project", str(project.root), "report", "peer-review", "--format", "html")
    assert not imported(*words) & HEAVY
    assert "pandas" in imported(*words, "--explain", "--audience", "public")


def test_workers_make_reports_and_the_command_needs_no_tables_for_it(project: Project) -> None:
    words = ("--project", str(project.root), "report", "peer-review", "--format", "html")
    make_sets(project, ["peer-review"], formats=("html",), how=How(workers=1))
    assert not imported(*words, "--force") & HEAVY


def test_a_look_at_a_project_tells_whether_there_seems_to_be_something_to_make(tmp_path: Path) -> None:
    assert not seems_changed(tmp_path)
    project = make_project(tmp_path / "project", Plan(each_area=1, areas=("Walsall", "Dudley")))
    assert seems_changed(project.root)
    make_sets(project, ["peer-review"], formats=("html",), how=How(workers=1))
    assert not seems_changed(project.root)
    frozen = (project.record / "frozen.json").stat().st_mtime_ns
    os.utime(project.register_file, ns=(frozen + 1, frozen + 1))
    assert seems_changed(project.root)
    os.utime(project.register_file, ns=(frozen, frozen))
    shutil.rmtree(project.runs)
    assert seems_changed(project.root)


@pytest.mark.skipif(sys.platform != "linux", reason="only there workers come from a server")
def test_workers_come_from_the_server_that_was_begun_for_them(project: Project) -> None:
    code = (
        "import sys; from pathlib import Path; from toolkit.cli.report_sets import How\n"
        "how = How(workers=1, force=True)\n"
        "how.begin(Path(sys.argv[1]))\n"
        "with how.executor() as executor: print(executor._context.get_start_method())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(project.root)], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "forkserver\n"
