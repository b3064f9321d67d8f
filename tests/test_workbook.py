"""The issued audit workbook, looked at with the two libraries that will read it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import os
import re
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from toolkit.catalogue import Framework, Scale, ScaleLevel, asked, framework_ids, load_framework, load_scale
from toolkit.layouts import Identity, find_cover, find_header, load_layout, read_identity
from toolkit.project import Cycle, Settings, open_project
from toolkit.records import Organisation, Rating, Response
from toolkit.workbook import audit_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook

ROOT = Path(__file__).parent.parent
LAYOUT = load_layout()
SETTINGS = open_project(ROOT).settings
SCALE = load_scale("three-level")
HOUSING = Organisation(
    "BIR-HSG", "Synthetic Homes", (), "Housing", ("Birmingham", "Solihull"), ("1", "3"), commissioner=False,
    direct_services=True, lead_name="Sam Example", lead_email="sam@example.org",
)  # fmt: skip
COMMISSIONER = dataclasses.replace(HOUSING, commissioner=True)


def _cycle(framework: str = "wm-2024", scale: str = "three-level") -> Cycle:
    return Cycle(id="2024", framework=framework, scale=scale, issued=dt.date(2024, 4, 8), deadline=dt.date(2024, 6, 28))


def _issue(
    organisation: Organisation = COMMISSIONER,
    framework: str = "wm-2024",
    scale: Scale = SCALE,
    project: Settings = SETTINGS,
    **more: Any,  # noqa: ANN401 - answers and cover_answers, as audit_workbook takes them
) -> bytes:
    cycle = _cycle(framework, scale.id)
    return audit_workbook(load_framework(framework), scale, organisation, cycle, project, **more)


def _open(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def _sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _answers(content: bytes) -> dict[str, dict[str, Any]]:
    """Every row of every standard sheet by its reference, read by the layout alone."""
    found: dict[str, dict[str, Any]] = {}
    for rows in _sheets(content).values():
        header = find_header(rows, LAYOUT)
        if header is None:
            continue
        for row in rows[header.row + 1 :]:
            found[row[header.columns["criterion"]]] = {field: row[at] for field, at in header.columns.items()}
    return found


def _parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def _formulas(content: bytes) -> list[str]:
    """The function that each live formula of the workbook begins with."""
    sheets = [text for name, text in _parts(content).items() if name.startswith("xl/worksheets/")]
    return [formula for text in sheets for formula in re.findall(r"<f>(\w*)", text)]


@pytest.fixture(scope="module")
def book() -> Workbook:
    return _open(_issue())


def test_the_same_bytes_twice() -> None:
    assert _issue() == _issue()


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_the_same_bytes_in_another_process(seed: str) -> None:
    program = (
        "import sys, hashlib; sys.path.insert(0, 'tests'); import test_workbook as t;"
        "print(hashlib.sha256(t._issue()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland"}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == hashlib.sha256(_issue()).hexdigest()


@pytest.mark.parametrize("framework", framework_ids())
@pytest.mark.parametrize("organisation", [HOUSING, COMMISSIONER], ids=["housing", "commissioner"])
def test_every_framework_is_issued_with_exactly_what_is_asked(framework: str, organisation: Organisation) -> None:
    definition = load_framework(framework)
    wanted = asked(definition, organisation, SETTINGS.area_codes)
    read = _answers(_issue(organisation, framework))
    assert [(reference, row["priority"]) for reference, row in read.items()] == [
        (item.criterion, str(item.priority).capitalize()) for item in wanted
    ]
    assert all(row["summary"].startswith(definition.criterion(reference).text) for reference, row in read.items())
    assert all(row["rating"] == row["evidence"] == row["action"] == "" for row in read.values())


def test_one_sheet_for_each_standard_that_applies() -> None:
    standards = [str(number) for number in range(1, 13) if number != 10]
    names = ["Cover", "Guidance", *(f"Standard {standard}" for standard in standards), "Data set", "Identity"]
    assert _open(_issue(HOUSING)).sheetnames == names


def test_references_are_text(book: Workbook) -> None:
    cells = [row[0] for row in book["Standard 5"].iter_rows(min_row=6, max_col=1)]
    assert [cell.value for cell in cells] == [f"5.{number}" for number in range(1, 11)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}


def test_the_rating_list_and_the_input_messages(book: Workbook) -> None:
    rules = {str(rule.sqref): rule for rule in book["Standard 1"].data_validations.dataValidation}
    assert set(rules) == {"D6:D11", "E6:E11", "F6:F11", "G6:G11", "H6:H11"}
    assert rules["D6:D11"].type == "list"
    assert rules["D6:D11"].formula1 == '"Met,Partly met,Not met,Not applicable"'
    assert rules["H6:H11"].type == "date"
    assert rules["H6:H11"].errorStyle == "warning"
    assert all(rule.promptTitle and rule.prompt for rule in rules.values())


def test_labels_that_a_list_cannot_hold_come_from_the_guidance_sheet() -> None:
    levels = [(Rating.MET, "Met, in full", 1.0), (Rating.NOT_MET, 'Not "met"', 0.0)]
    scale = Scale(
        id="odd", title="Odd", levels=tuple(ScaleLevel(rating=r, label=n, meaning=n, value=v) for r, n, v in levels)
    )
    made = _open(_issue(scale=scale))
    rule = next(r for r in made["Standard 1"].data_validations.dataValidation if r.type == "list")
    assert rule.formula1 == "'Guidance'!$B$5:$B$6"
    assert [row[0].value for row in made["Guidance"]["B5:B6"]] == ["Met, in full", 'Not "met"']


def test_answer_cells_are_unlocked_and_the_rest_is_protected_without_a_password(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
    standard = book["Standard 5"]
    assert not standard.protection.formatColumns
    assert not standard.protection.formatRows
    for row in standard.iter_rows(min_row=1, max_row=15):
        for cell in row:
            answer = (cell.row or 0) >= 6 and (cell.column or 0) >= 4
            assert cell.protection.locked is not answer
    unlocked = {row[1].value for row in book["Cover"].iter_rows(max_col=3) if not row[2].protection.locked}
    assert unlocked == {field.label for field in LAYOUT.cover if field.answer}
    assert not book["Data set"]["B6"].protection.locked


def test_frozen_header_and_print_set_up(book: Workbook) -> None:
    sheet = book["Standard 3"]
    assert sheet.freeze_panes == "B6"
    assert sheet.print_title_rows == "$5:$5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    printed = _parts(_issue())["xl/worksheets/sheet5.xml"]
    assert '<pageSetUpPr fitToPage="1"/>' in printed
    assert 'fitToHeight="0"' in printed
    assert "&amp;C&amp;BOFFICIAL&amp;R" in printed
    assert "&amp;R&amp;8 Page &amp;P of &amp;N</oddFooter>" in printed


def test_rows_grow_with_what_is_typed() -> None:
    sheet = _parts(_issue())["xl/worksheets/sheet3.xml"]
    assert '<row r="5" spans="1:8" ht="30" customHeight="1">' in sheet
    assert '<row r="6" spans="1:8" ht="57.75">' in sheet


def test_document_properties(book: Workbook) -> None:
    properties = book.properties
    assert properties.title is not None
    assert properties.title.endswith("audit workbook 2024, Synthetic Homes")
    assert properties.creator == SETTINGS.project.office
    assert properties.created == properties.modified == dt.datetime(2024, 4, 8)  # noqa: DTZ001 - as openpyxl gives it
    assert properties.category == "OFFICIAL"


def test_identity_in_three_places(book: Workbook) -> None:
    content = _issue()
    expected = Identity("BIR-HSG", "2024", "wm-2024", "three-level", "audit-workbook")
    reading = read_identity(content, LAYOUT, _sheets(content).values())
    assert reading.found == {"property": expected, "defined name": expected, "sheet": expected}
    assert book["Identity"].sheet_state == "veryHidden"


def test_no_macros_links_or_scripts() -> None:
    assert not [name for name in _parts(_issue()) if "vba" in name.lower() or "external" in name.lower()]


def test_the_cover_is_filled_from_the_register_and_the_given_answers() -> None:
    content = _issue(cover_answers={"completed_by": "A. Person", "completed_on": "2024-06-14", "authorised_by": "soon"})
    cover = {key: found.value for key, found in find_cover(_sheets(content)["Cover"], LAYOUT).items()}
    assert set(cover) == {field.key for field in LAYOUT.cover}
    assert cover["organisation"] == "Synthetic Homes"
    assert cover["areas"] == "Birmingham; Solihull"
    assert cover["tiers"] == "1 Universal; 3 Specialist"
    assert (cover["lead_name"], cover["lead_email"]) == ("Sam Example", "sam@example.org")
    assert (cover["completed_by"], cover["completed_on"], cover["authorised_by"]) == (
        "A. Person",
        dt.date(2024, 6, 14),
        "soon",
    )


def test_the_cover_counts_ratings_and_shows_the_count_at_once() -> None:
    answers = {ref: Response("5", ref, Rating.MET) for ref in ("5.1", "5.10")} | {
        "5.2": Response("5", "5.2", Rating.BLANK)
    }
    content = _issue(HOUSING, answers=answers)
    rows = _sheets(content)["Cover"]
    assert [row[4:6] for row in rows if row[1] == "Standard 5"] == [[10.0, 2.0]]
    assert [row[4:6] for row in rows if row[1] == "All standards"] == [[56.0, 2.0]]
    formulas = [cell.value for row in _open(content)["Cover"].iter_rows() for cell in row if cell.data_type == "f"]
    assert "=COUNTA('Standard 5'!$D$6:$D$15)" in formulas


def test_a_framework_without_tiers_has_no_tier_line() -> None:
    content = _issue(framework="wm-2015")
    sheets = _sheets(content)
    assert "tiers" not in find_cover(sheets["Cover"], LAYOUT)
    assert sheets["Standard 1"][2][0] == ""
    assert "Data set" not in sheets


def test_the_tier_line_gives_each_of_its_tiers() -> None:
    sheets = _sheets(_issue())
    assert sheets["Standard 5"][2][0] == (
        "Priority for your tiers:  Tier 1 Universal: recommended;  Tier 3 Specialist: essential"
    )
    assert "commissioners" in sheets["Standard 10"][2][0]


def test_the_data_set_is_only_for_those_who_are_asked_for_it() -> None:
    assert "Data set" in _sheets(_issue(HOUSING))
    assert "Data set" not in _sheets(_issue(dataclasses.replace(HOUSING, direct_services=False)))


def test_synthetic_data_say_so_on_every_sheet() -> None:
    about = SETTINGS.project.model_copy(update={"synthetic": True, "marking": "OFFICIAL-SENSITIVE"})
    content = _issue(project=SETTINGS.model_copy(update={"project": about}))
    sheets = [text for name, text in _parts(content).items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 16
    assert [text.count("&amp;C&amp;BOFFICIAL-SENSITIVE - SYNTHETIC DATA&amp;R") for text in sheets] == [2] * 15 + [0]
    made = _open(content)
    shown = [row[1].value for row in made["Cover"].iter_rows(max_col=2)]
    assert LAYOUT.texts.synthetic in shown
    real = [cell for row in _sheets(_issue())["Cover"] for cell in row if isinstance(cell, str)]
    assert not [text for text in real if "synthetic data" in text.lower()]


HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://example.org","x")',
    "+1",
    "@SUM(A1)",
    "{=1}",
    "http://example.org",
    "&P&G & Sons",
    "\x00\x1f",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    kept = text.strip("\x00\x1f")
    definition = load_framework("wm-2024").model_dump(mode="json")
    definition["standards"][0]["criteria"][0]["wording"] = kept or "x"
    who = dataclasses.replace(HOUSING, name=text, lead_name=text, lead_email=text)
    answer = Response("1", "1.1", Rating.MET, text, text, text, text, None, text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        content = audit_workbook(
            Framework.model_validate(definition),
            SCALE,
            who,
            _cycle(),
            SETTINGS,
            {"1.1": answer},
            {"completed_by": text},
        )
    assert set(_formulas(content)) == {"COUNTA", "SUM"}
    parts = _parts(content)
    assert not [name for name in parts if name.startswith("xl/worksheets/_rels")]
    assert all(" r:id=" not in text for name, text in parts.items() if name.startswith("xl/worksheets/"))
    assert _answers(content)["1.1"] == {
        "criterion": "1.1",
        "summary": kept or "x",
        "priority": "Essential",
        "rating": kept or "Met",
        "evidence": kept,
        "action": kept,
        "lead": kept,
        "target_date": kept,
    }


@settings(max_examples=25, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80),
    st.sampled_from([level.label for level in SCALE.levels]),
    st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)),
)
def test_answers_come_back_as_they_were_given(text: str, rating: str, day: dt.date) -> None:
    given_ = Response("5", "5.10", Rating.MET, rating, text, f"{text}\nline", text, day)
    read = _answers(_issue(HOUSING, answers={"5.10": given_}))["5.10"]
    assert read["rating"] == rating
    assert read["evidence"] == read["lead"] == text
    assert read["action"] == f"{text}\nline"
    assert read["target_date"] == day


def test_a_rating_without_words_is_written_as_the_scale_says_and_no_rating_as_nothing() -> None:
    answers = {f"5.{n}": Response("5", f"5.{n}", rating) for n, rating in enumerate(Rating, start=1)}
    read = _answers(_issue(HOUSING, answers=answers))
    assert [read[f"5.{n}"]["rating"] for n in range(1, 7)] == ["Met", "Partly met", "Not met", "Not applicable", "", ""]


def test_an_evidence_text_longer_than_a_cell_is_cut_not_lost() -> None:
    read = _answers(_issue(HOUSING, answers={"5.1": Response("5", "5.1", Rating.MET, "", "\U0001f600" * 40_000)}))
    assert read["5.1"]["evidence"] == "\U0001f600" * 16_383
