"""Random edits of an issued workbook's rows: a rating is what stands beside its reference, or it is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_workbooks import LAYOUT, answers, filled

from toolkit.intake import inspect, parse, prepare
from toolkit.intake.parsing.audit_workbook import read_audit_workbook
from toolkit.intake.parsing.book import Book
from toolkit.intake.parsing.places import place_of
from toolkit.intake.parsing.sheets import SheetRows, read_sheets
from toolkit.layouts import read_identity
from toolkit.project import open_project
from toolkit.records import Rating

if TYPE_CHECKING:
    from toolkit.intake.guards import Inspection
    from toolkit.intake.parsing.context import ParsingContext

WHO = "BIR-HSG"
SETTINGS = """
[project]
name = "Synthetic audit"
office = "Synthetic office"
contact = "audit@example.org"
synthetic = true

[[areas]]
code = "E08000025"
name = "Birmingham"

[[cycles]]
id = "2024"
framework = "wm-2024"
issued = 2024-04-08
deadline = 2024-06-28
"""
REGISTER = (
    "organisation_id,organisation,aliases,sector,areas,tiers,commissioner,direct_services,lead_name,lead_email\n"
    f"{WHO},Synthetic Housing,,Housing,Birmingham,1,no,yes,A Lead,a.lead@example.org\n"
)
REFERENCE, RATING = LAYOUT.column("criterion"), LAYOUT.column("rating")
SAID = {"Met": Rating.MET, "Partly met": Rating.PARTLY_MET, "Not met": Rating.NOT_MET}
SAID["Not applicable"] = Rating.NOT_APPLICABLE


@dataclass(frozen=True)
class Issued:
    """A filled-in workbook as it is opened, and what reading it takes."""

    inspection: Inspection
    sheets: tuple[SheetRows, ...]
    context: ParsingContext


@lru_cache(maxsize=1)
def issued() -> Issued:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "toolkit.toml").write_text(SETTINGS, encoding="utf-8")
        (root / "register.csv").write_text(REGISTER, encoding="utf-8")
        project = open_project(root)
        path = root / "return.xlsx"
        path.write_bytes(filled(project, WHO, answers(project, WHO)))
        inspection = inspect(path)
        context = prepare(project)
        (reading,) = parse(inspection, context)
        assert not reading.return_.queries, "untouched, there is nothing to ask"
        return Issued(inspection, tuple(read_sheets(inspection.content, inspection.package, ())), context)


GARBAGE: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [
            "", " ", "Met", "Not met", "1.4", "1.4, 1.5", "5.1", "5.10", 5.1, 1.4, "9.9", "Reference", "Rating", "N/A",
            "as above", "see 1.2", "Rating 2024", "Standard 1", 0.0, 1e308, -1.0, True, "x | y | Cycle 2021",
        ]
    ),
    st.text(max_size=8),
)  # fmt: skip
PLACES = (st.integers(0, 12), st.integers(0, 9))


Rows = list[list[Any]]


def insert(rows: Rows, row: int, other: int, column: int) -> None:
    del other, column
    rows.insert(row, [""] * len(rows[0]))


def delete(rows: Rows, row: int, other: int, column: int) -> None:
    del other, column
    if len(rows) > 1:
        del rows[row]


def move(rows: Rows, row: int, other: int, column: int) -> None:
    del column
    rows.insert(other, rows.pop(row))


def double(rows: Rows, row: int, other: int, column: int) -> None:
    del column
    rows.insert(other, list(rows[row]))


def blank(rows: Rows, row: int, other: int, column: int) -> None:
    del other, column
    rows[row] = [""] * len(rows[row])


def write(rows: Rows, row: int, other: int, column: int) -> None:
    """What is written there, is drawn."""


def swap(rows: Rows, row: int, other: int, column: int) -> None:
    rows[row][column], rows[other][column] = rows[other][column], rows[row][column]


def rate(rows: Rows, row: int, other: int, column: int) -> None:
    """Give a row another rating."""
    del other
    if len(rows[row]) > RATING:
        rows[row][RATING] = list(SAID)[column % len(SAID)]


def refer(rows: Rows, row: int, other: int, column: int) -> None:
    """Give a row the reference of another, without its own text."""
    del column
    rows[row][REFERENCE] = rows[other][REFERENCE]
    rows[row][LAYOUT.column("summary")] = ""


def differ(rows: Rows, row: int, other: int, column: int) -> None:
    """The same row twice, with another rating."""
    double(rows, row, other, column)
    rate(rows, other, row, column)


def insert_column(rows: Rows, row: int, other: int, column: int) -> None:
    del row, other
    for each in rows:
        each.insert(column, "")


EDITING = (insert, delete, move, double, blank, write, swap, rate, refer, differ, insert_column)
EDITS = {each.__name__: each for each in EDITING}


@st.composite
def edited(draw: st.DrawFn) -> list[SheetRows]:
    """The sheets after a few edits such as a person makes by accident."""
    sheets = [SheetRows(each.name, [list(row) for row in each.rows]) for each in issued().sheets]
    for _ in range(draw(st.integers(1, 6))):
        rows = draw(st.sampled_from([sheets[0], *sheets[2:8]])).rows
        row, other = (min(draw(PLACES[0]), len(rows) - 1) for _ in range(2))
        column = min(draw(PLACES[1]), len(rows[0]) - 1)
        edit = draw(st.sampled_from(list(EDITS)))
        EDITS[edit](rows, row, other, column)
        if edit in {"insert", "write"}:
            rows[row][column] = draw(GARBAGE)
    return sheets


def names(row: list[Any], criterion: str) -> bool:
    """Whether a row has the criterion's reference, or its text, in some form."""
    texts = {text for text, criteria in issued().context.current.asking.by_text.items() if criterion in criteria}
    words = {" ".join(cell.casefold().split()) for cell in row if isinstance(cell, str)}
    numbers = {f"{cell:g}" for cell in row if isinstance(cell, float)}
    return criterion in words or bool(words & texts) or criterion.removesuffix("0") in numbers


def rivals(sheet: SheetRows, criterion: str, place: tuple[int, int]) -> set[str]:
    """The ratings in other rows of the sheet that have the very reference where the response's own row has it.

    A row with that reference beside the text of another criterion is asked about, and is no rival.
    """
    own, column = sheet.rows[place[0]], place[1]
    at = {number for number, cell in enumerate(own) if cell == criterion}
    other = {text for text, criteria in issued().context.current.asking.by_text.items() if criterion not in criteria}
    same = [
        row
        for row in sheet.rows
        if any(row[number] == criterion for number in at)
        and (row is own or not other & {" ".join(cell.casefold().split()) for cell in row if isinstance(cell, str)})
    ]
    return {row[column].strip().casefold() for row in same if isinstance(row[column], str) and row[column] in SAID}


@given(edited())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_after_any_edit_a_rating_is_what_was_written_beside_its_reference(sheets: list[SheetRows]) -> None:
    whole = issued()
    assert whole.inspection.package is not None
    said = read_identity(whole.inspection.package.read, whole.context.layout)
    reading = read_audit_workbook(Book(whole.inspection, sheets, said), whole.context)
    count = reading.cells
    if count is not None:
        assert count.read + count.queried + sum(number for _, number in count.ignored) == count.filled
    asked = {(each.sheet, each.cell) for each in reading.return_.queries}
    for response in reading.return_.responses:
        if response.rating in SAID.values():
            written = response.rating_as_written
            assert SAID[written.capitalize()] is response.rating
            (sheet,) = (each for each in sheets if each.name == response.sheet)
            row, column = place_of(response.cell) or (-1, -1)
            assert sheet.rows[row][column].strip() == written
            assert names(sheet.rows[row], response.criterion)
            assert rivals(sheet, response.criterion, (row, column)) <= {written.casefold()}
        elif response.rating is Rating.UNREADABLE:
            assert {sheet for sheet, _ in asked} >= {response.sheet}, response


@given(edited())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_after_any_edit_no_answer_vanishes(sheets: list[SheetRows]) -> None:
    """Every word that stands in an issued rating's cell is in the return, or its cell or row is counted as queried."""
    whole = issued()
    assert whole.inspection.package is not None
    said = read_identity(whole.inspection.package.read, whole.context.layout)
    reading = read_audit_workbook(Book(whole.inspection, sheets, said), whole.context)
    if reading.cells is None or not reading.has_table:
        return
    known = {each.name for each in issued().sheets}
    told = {each.sheet for each in reading.return_.queries}
    evidence = " ".join(each.evidence for each in reading.return_.responses)
    for sheet in sheets:
        for row in sheet.rows:
            for cell in row:
                if isinstance(cell, str) and cell.startswith("Evidence for "):
                    assert cell in evidence or sheet.name in told, (sheet.name, cell)
    assert told <= known | {""}
