"""A cycle that a person decides on must ask what the rows are about; else the file waits, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from foreign_grids import HOMES, Matrix, answers_of, workbook
from foreign_workbooks import Answer, assurance, saved
from intake_workbooks import (
    HEADER,
    changed,
    column,
    drop,
    filled,
    received,
    rows,
    standards,
    take_in,
    without_identity,
)

from toolkit.catalogue import load_framework
from toolkit.cli.desk import toolkit
from toolkit.records import Outcome
from toolkit.store import check, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from openpyxl.workbook import Workbook

    from toolkit.project import Project

WHO = "COV-COM"
W24 = load_framework("wm-2024")
COLOURS = {criterion: Answer(own="Green", commissioner="Red", evidence="Seen") for criterion in W24.criteria}


def decide(project: Project, file: str, *words: str) -> Result:
    return CliRunner().invoke(toolkit, ["--project", str(project.root), "resolve", file, *words, "--why", "asked"])


def printed_for(cycle: str, *, texts: bool = True) -> Callable[[Workbook], None]:
    """No identity, another cycle in every printed line, and with `texts` or without the texts of the criteria."""

    def change(book: Workbook) -> None:
        without_identity(book)
        for sheet in standards(book):
            line = sheet.cell(HEADER - 1, 1)
            line.value = str(line.value).replace("Cycle 2024", f"Cycle {cycle}")
            for row in () if texts else rows(sheet):
                sheet.cell(row, column("summary")).value = None

    return change


@pytest.mark.parametrize("texts", [True, False])
def test_a_cycle_of_another_framework_puts_nothing_in_the_figures(texts: bool, project: Project) -> None:
    before = received(project, filled(project, WHO, cycle_id="2021", completed_on="2021-03-01"), "2021.xlsx")
    held = received(project, changed(filled(project, WHO), printed_for("2099", texts=texts)), "a.xlsx")
    assert held.reason.startswith("cycle-unknown")
    assert "cycle 2099 (Standard 1, A" in held.reason
    done = decide(project, "a.xlsx", "--cycle", "2021")
    assert done.exit_code == 1
    assert "cycle-contradicted" in done.output
    assert W24.short_title in done.output
    with open_store(project) as store:
        stored = store.current_return(WHO, "2021")
    assert stored is not None
    assert stored.sha256 == before.sha256
    assert "accepted" in decide(project, "a.xlsx", "--cycle", "2024").output
    assert check(project) == []


def test_an_identity_of_another_framework_contradicts_too(project: Project) -> None:
    def change(book: Workbook) -> None:
        for sheet in standards(book):
            sheet.cell(HEADER - 1, 1).value = str(sheet.cell(HEADER - 1, 1).value).replace("Cycle 2024", "Cycle 2021")
            for row in rows(sheet):
                sheet.cell(row, column("summary")).value = None
                if sheet.title != "Standard 1" or row > HEADER + 3:
                    sheet.cell(row, 1).value = None

    assert received(project, changed(filled(project, WHO), change), "a.xlsx").reason.startswith("cycle-unknown")
    assert "cycle-contradicted" in decide(project, "a.xlsx", "--cycle", "2021").output


def test_rows_of_another_form_are_measured_too(project: Project) -> None:
    received(project, saved(assurance(W24, "Nobody We Know", COLOURS)), "a.xlsx")
    done = decide(project, "a.xlsx", "--organisation", WHO, "--cycle", "2021")
    assert "cycle-contradicted" in done.output
    assert "accepted" in decide(project, "a.xlsx", "--cycle", "2024").output


def test_columns_of_a_matrix_all_wait(project: Project) -> None:
    drop(project, "m.xlsx", workbook(Matrix("wm-2024", answers_of("wm-2024", HOMES, "Nobody We Know")).rows()))
    assert {each.outcome for each in take_in(project)} == {Outcome.ACCEPTED, Outcome.HELD}
    drop(project, "n.xlsx", workbook(Matrix("wm-2024", answers_of("wm-2024", "Nobody", "Nobody We Know")).rows()))
    assert {each.outcome for each in take_in(project)} == {Outcome.HELD}
    done = decide(project, "n.xlsx", "--cycle", "2021")
    assert done.output.count("cycle-contradicted") == 2
