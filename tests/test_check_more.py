"""What `check` says beyond the files themselves: a log that lost entries, a layout that is gone or broken."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from foreign_workbooks import Answer, assurance, saved
from intake_workbooks import MOMENT, filled, received
from test_resolve import run

from toolkit.catalogue import load_framework
from toolkit.errors import CatalogueError
from toolkit.store import check, correct, freeze

if TYPE_CHECKING:
    from toolkit.project import Project

W24 = load_framework("wm-2024")


def test_a_log_of_corrections_that_is_lost_is_a_finding(project: Project) -> None:
    who = "COV-COM"
    received(project, filled(project, who), "a.xlsx")
    correct(project, organisation_id=who, criterion="1.1", field="lead", value="L", why="So.", who="A", at=MOMENT)
    freeze(project)
    assert check(project) == []
    project.corrections_log.unlink()
    (problem,) = check(project)
    assert "lacks 1 of the corrections" in problem
    assert f"{who}, 2024, 1.1, lead" in problem


def test_a_layout_that_is_gone_or_broken_is_named(project: Project) -> None:
    own = project.root / "layouts" / "board-colours.yaml"
    own.parent.mkdir()
    shipped = (files("toolkit") / "data" / "layouts" / "assurance-colours.yaml").read_text("utf-8")
    own.write_text(shipped.replace("id: assurance-colours", "id: board-colours"), "utf-8")
    given = {criterion: Answer(own="Green", commissioner="Red", evidence="Seen") for criterion in W24.criteria}
    receipt = received(project, saved(assurance(W24, "Dudley Synthetic Support", given)), "a.xlsx")
    assert receipt.layout.startswith("board-colours")
    run(project, "check")
    content = own.read_text("utf-8")
    own.unlink()
    assert "layouts/board-colours.yaml is gone, with which a.xlsx was read" in run(project, "check", code=1).output
    own.write_text(content.replace("id:", "identity:"), "utf-8")
    with pytest.raises(CatalogueError, match="board-colours"):
        run(project, "check")
