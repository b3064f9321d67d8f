"""The optional data set (2024 standards, 9.4), from a returned workbook to the record and the snapshot."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from intake_workbooks import LAYOUT, changed, current, filled, received

from toolkit.intake.parsing.totals import read_total
from toolkit.intake.receiving import rebuild
from toolkit.intake.validation import data_set_queries
from toolkit.records import CountState, DataSetCount, Severity
from toolkit.store import freeze, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook

    from toolkit.project import Project
    from toolkit.records import Receipt

WHO = "DUD-SVC"
SHEET = "Data set"


def write(wanted: dict[str, Any]) -> Callable[[Workbook], None]:
    """Write totals (and notes, in a pair) beside measures."""

    def change(book: Workbook) -> None:
        rows = {sheet_row[0].value: sheet_row for sheet_row in book[SHEET].iter_rows()}
        for measure, value in wanted.items():
            pair = value if isinstance(value, tuple) else (value, None)
            rows[measure][1].value, rows[measure][2].value = pair

    return change


PERIOD = {"First day covered": dt.date(2023, 4, 1), "Last day covered": "31 March 2024"}


def take(project: Project, wanted: dict[str, Any]) -> tuple[Receipt, dict[str, DataSetCount]]:
    receipt = received(project, changed(filled(project, WHO), write(PERIOD | wanted)))
    return receipt, {each.measure: each for each in current(project, WHO).data_set}


def about(receipt: Receipt) -> list[tuple[str, str]]:
    return [
        (each.code, each.cell) for each in receipt.queries if each.code.startswith("data-set") or each.sheet == SHEET
    ]


READ: list[tuple[object, CountState, int | None]] = [
    (12, CountState.NUMBER, 12),
    (0, CountState.NUMBER, 0),
    ("1,204", CountState.NUMBER, 1204),
    ("1 204", CountState.NUMBER, 1204),
    (" 7 ", CountState.NUMBER, 7),
    ("nil", CountState.NUMBER, 0),
    ("fewer than 5", CountState.FEW, None),
    ("Less than five", CountState.FEW, None),
    ("<5", CountState.FEW, None),
    ("1-4", CountState.FEW, None),
    ("Not held", CountState.NOT_HELD, None),
    ("N/A", CountState.NOT_HELD, None),
    ("12 approx", CountState.UNREADABLE, None),
    ("1.5", CountState.UNREADABLE, None),
    (1.5, CountState.UNREADABLE, None),
    (-3, CountState.UNREADABLE, None),
    ("1,20", CountState.UNREADABLE, None),
    ("fewer than 10", CountState.UNREADABLE, None),
    ("none held", CountState.UNREADABLE, None),
    (1e30, CountState.UNREADABLE, None),
    (True, CountState.UNREADABLE, None),
    (dt.date(2024, 1, 5), CountState.UNREADABLE, None),
    ("=6+6", CountState.UNREADABLE, None),  # its result was not saved
    ("#N/A", CountState.UNREADABLE, None),
]


def test_a_total_is_read_where_it_can_mean_one_thing(project: Project) -> None:
    measures = [each for group in LAYOUT.data_set.groups if group.kind == "counts" for each in group.measures]
    wanted = dict(zip(reversed(measures), READ, strict=False))
    receipt, found = take(project, {measure: (written, "by letter") for measure, (written, _, _) in wanted.items()})
    assert {measure: (found[measure].state, found[measure].value) for measure in wanted} == {
        measure: (state, value) for measure, (_, state, value) in wanted.items()
    }
    one = found[measures[-1]]
    assert (one.as_written, one.notes, one.sheet) == ("12", "by letter", SHEET)
    assert (one.first_day, one.last_day) == (dt.date(2023, 4, 1), dt.date(2024, 3, 31))
    unread = {found[measure].cell for measure, (_, state, _) in wanted.items() if state is CountState.UNREADABLE}
    asked = [each for each in receipt.queries if each.code == "data-set-unreadable"]
    assert {each.cell for each in asked} == unread
    assert {each.severity for each in asked} == {Severity.ERROR}


def test_every_filled_cell_of_the_sheet_is_accounted_for(project: Project) -> None:
    def remark(book: Workbook) -> None:
        write(PERIOD | {"Police": 12, "Health": "perhaps 3", "Housing": (None, "counted elsewhere")})(book)
        book[SHEET]["D9"].value = "to the side"
        book[SHEET]["A70"].value = "below"

    empty = received(project, filled(project, "SOL-NHS"), "empty.xlsx")
    assert about(empty) == []
    receipt = received(project, changed(filled(project, WHO), remark))
    assert about(receipt) == [("data-set-unreadable", "B42"), ("cell-not-read", "D9")]
    without = received(project, filled(project, WHO), "without.xlsx").cells
    assert receipt.cells is not None
    assert without is not None
    assert receipt.cells.read - without.read == 4  # two days, Police, the note
    assert receipt.cells.queried - without.queried == 3
    assert receipt.cells.filled == receipt.cells.read + receipt.cells.queried + sum(n for _, n in receipt.cells.ignored)


def test_answers_in_words_and_labels_in_other_letters_are_read(project: Project) -> None:
    def change(book: Workbook) -> None:
        write({"How their feedback was used": ("In a panel", "twice a year"), "Police": 12})(book)
        for row in book[SHEET].iter_rows():
            if row[0].value == "Police":
                row[0].value = " POLICE: "

    received(project, changed(filled(project, WHO), change))
    found = {each.measure: each for each in current(project, WHO).data_set}
    assert (found["Police"].value, found["Police"].heading) == (12, "Referral source")
    words = found["How their feedback was used"]
    assert (words.state, words.as_written, words.notes) == (CountState.WORDS, "In a panel", "twice a year")


APRIL, MARCH = dt.date(2023, 4, 1), dt.date(2024, 3, 31)
MARAC, REPEAT = "Cases referred to MARAC", "Repeat MARAC cases"
AGES, SEXES = ("Under 18", "18 to 24", "25 to 64", "65 and over"), ("Female", "Male", "Another gender")


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ({MARAC: 12, REPEAT: 12}, []),
        ({MARAC: 12, REPEAT: 13}, ["data-set-part-above-whole"]),
        ({MARAC: "fewer than 5", REPEAT: 5}, ["data-set-part-above-whole"]),
        ({MARAC: 0, REPEAT: "fewer than 5"}, ["data-set-part-above-whole"]),
        ({MARAC: "fewer than 5", REPEAT: 4}, []),
        ({MARAC: "not held", REPEAT: 400}, []),
        ({"Domestic abuse incidents": 10, "Of these: physical abuse": 30}, []),
        (dict.fromkeys(AGES, 10) | dict.fromkeys(SEXES, 20), []),
        (dict.fromkeys(AGES, 10) | dict.fromkeys(SEXES, 20) | {"Any of these not recorded": 20}, []),
        (
            dict.fromkeys(AGES, 10) | dict.fromkeys(SEXES, 20) | {"Any of these not recorded": 19},
            ["data-set-people-differ"],
        ),
        (dict.fromkeys(AGES, 10) | {"Disabled": 46, "Any of these not recorded": 5}, ["data-set-above-people"]),
    ],
)
def test_what_contradicts_itself_is_asked_about(wanted: dict[str, Any], codes: list[str]) -> None:
    given = [
        DataSetCount("", measure, *read_total(value), as_written=str(value), first_day=APRIL, last_day=MARCH)
        for measure, value in wanted.items()
    ]
    assert [each.code for each in data_set_queries(given, LAYOUT.data_set)] == codes


def test_contradictions_and_an_impossible_period_stand_on_the_receipt(project: Project) -> None:
    receipt, found = take(project, {MARAC: 12, REPEAT: 13, "First day covered": "1/4/2025"})
    asked = {each.code: (each.sheet, each.cell, each.found) for each in receipt.queries}
    assert asked["data-set-part-above-whole"] == (SHEET, found[REPEAT].cell, "13")
    assert asked["data-set-period-reversed"][2] == "2024-03-31"
    receipt = received(
        project, changed(filled(project, WHO), write({"First day covered": "spring", MARAC: 3})), "x.xlsx"
    )
    assert {"data-set-period-unreadable", "data-set-period-missing"} <= {each.code for each in receipt.queries}


def test_the_record_gives_the_data_set_back_and_a_rebuild_does_too(project: Project) -> None:
    _, found = take(project, {"Police": "1,204", "Health": "fewer than 5", "Housing": "12 approx"})
    assert rebuild(project).identical
    assert {each.measure: each for each in current(project, WHO).data_set} == found
    frame = open_snapshot(freeze(project)).data_sets
    rows = {row["measure"]: (row["state"], row["value"], row["cell"]) for row in frame.to_dict("records")}
    assert rows["Police"] == ("number", "1204", found["Police"].cell)
    assert rows["Health"] == ("few", "", found["Health"].cell)
    assert rows["Housing"][:2] == ("unreadable", "")
    assert set(frame["first_day"]) == {"2023-04-01"}


def test_a_snapshot_without_data_sets_has_no_table_for_them(project: Project) -> None:
    received(project, filled(project, WHO))
    folder = freeze(project)
    assert not (folder / "data_sets.parquet").exists()
    assert not (folder / "people_counts.parquet").exists()
    assert len(open_snapshot(folder).data_sets) == 0
