"""Issue, fill in, receive, export gives back what was filled in, for every framework and every scale."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from intake_workbooks import HEADER, LAYOUT, MOMENT, changed, column, drop, rows, standards, take_in

from toolkit.catalogue import asked, framework_ids, load_framework, load_scale, scale_ids
from toolkit.project import open_project
from toolkit.records import Outcome
from toolkit.store import export, freeze, open_snapshot
from toolkit.workbook import issue

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from toolkit.catalogue import Scale

SETTINGS = """
[project]
name = "Synthetic audit"
office = "Synthetic office"
contact = "audit@example.org"
synthetic = true

[[areas]]
code = "E08000025"
name = "Birmingham"

[[areas]]
code = "E08000026"
name = "Coventry"

[[cycles]]
id = "2024"
framework = "{framework}"
scale = "{scale}"
issued = 2024-04-08
deadline = 2024-06-28
"""
REGISTER = """\
organisation_id,organisation,aliases,sector,areas,tiers,commissioner,direct_services,lead_name,lead_email
ORG,Synthetic & Sons,,Health,{areas},{tiers},{commissioner},{direct},A Lead,a@example.org
"""
FIELDS = ("rating", "evidence", "action", "lead", "target_date")

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), include_characters="\n"), max_size=60
).filter(lambda text: "_x" not in text)
"""What a person may type; `_x0041_` is how a spreadsheet writes down a letter, so nobody can type it as such."""
numerals = st.from_regex(r"\A[=+@-]?[0-9]{1,3}([.,][0-9]{1,2})?\Z")
texts = st.one_of(st.just(""), words, words, numerals, st.just("=HYPERLINK(1)"), st.just("#N/A as text"))


@st.composite
def organisations(draw: st.DrawFn) -> dict[str, str]:
    return {
        "areas": ";".join(draw(st.lists(st.sampled_from(["Birmingham", "Coventry"]), min_size=1, unique=True))),
        "tiers": ";".join(sorted(draw(st.lists(st.sampled_from("123"), min_size=1, unique=True)))),
        "commissioner": draw(st.sampled_from(["yes", "no"])),
        "direct": draw(st.sampled_from(["yes", "no"])),
    }


Typed = dict[str, str]
"""What is typed in one row; a rating is the number of a way to write it, counted round."""

cells = st.fixed_dictionaries(
    {
        "rating": st.integers(0, 40).map(str),
        **dict.fromkeys(("evidence", "action", "lead"), texts),
        "target_date": st.one_of(st.just(""), st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)).map(str)),
    }
)
EVERYBODY = {"areas": "Birmingham;Coventry", "tiers": "1;2;3", "commissioner": "yes", "direct": "yes"}
FOUND = [
    {"rating": "1", "evidence": "=", "action": "'=1", "lead": "- an item", "target_date": "2024-02-29"},
    {"rating": "0", "evidence": "+44 121", "action": "@x", "lead": "-1,5", "target_date": ""},
]
"""What a .csv has to put an apostrophe before, and a form that spreadsheets also write."""


@pytest.mark.parametrize("scale_id", scale_ids())
@pytest.mark.parametrize("framework_id", framework_ids())
@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(typed=st.lists(cells, min_size=1, max_size=40), who=organisations())
@example(typed=FOUND, who=EVERYBODY)
def test_what_was_filled_in_comes_back(
    framework_id: str, scale_id: str, typed: list[Typed], who: dict[str, str]
) -> None:
    scale = load_scale(scale_id)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "toolkit.toml").write_text(SETTINGS.format(framework=framework_id, scale=scale_id), "utf-8")
        (root / "register.csv").write_text(REGISTER.format(**who), "utf-8")
        project = open_project(root)
        (organisation,) = project.register()
        (path,) = issue(project, "2024", [organisation])
        filled_in: dict[str, Typed] = {}
        drop(project, "return.xlsx", changed(path.read_bytes(), lambda book: fill(book, scale, typed, filled_in)))
        (receipt,) = take_in(project, MOMENT)
        frame = _exported(project.root, receipt.outcome)
    expected = asked(load_framework(framework_id), organisation, project.settings.area_codes)
    assert [each.criterion for each in expected] == list(filled_in)
    if receipt.outcome is Outcome.HELD:
        assert receipt.reason.startswith("nothing-answered")
        assert not any(text.strip() for written in filled_in.values() for text in written.values())
        return
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert [each.criterion for each in expected] == list(frame["criterion"])
    for row in frame.to_dict("records"):
        written = filled_in[row["criterion"]]
        level = scale.level(written["rating"])
        assert row["rating"] == (str(level.rating) if level else "blank")
        assert row["rating_as_written"] == written["rating"].strip()
        assert {field: row[field] for field in FIELDS[1:]} == {field: written[field].strip() for field in FIELDS[1:]}
        assert row["source_sheet"] == LAYOUT.sheets.standard.format(standard=row["standard"])
        assert int(row["source_cell"][1:]) > HEADER


def fill(book: Workbook, scale: Scale, typed: list[Typed], filled_in: dict[str, Typed]) -> None:
    """Type the rows into the workbook, again and again to its end, and note what stands at which criterion."""
    ratings = ["", *(word for level in scale.levels for word in (level.label, *level.words))]
    number = 0
    for sheet in standards(book):
        for row in rows(sheet):
            line = typed[number % len(typed)]
            rating = ratings[(int(line["rating"]) + number // len(typed)) % len(ratings)]
            written = {field: "" if scale.level(text) else text for field, text in line.items()} | {"rating": rating}
            filled_in[str(sheet.cell(row, 1).value)] = written
            for field, text in written.items():
                cell = sheet.cell(row, column(field))
                cell.value = dt.date.fromisoformat(text) if field == "target_date" and text else text or None
                if field != "target_date" and text:
                    cell.data_type = "s"  # typed with an apostrophe before it, where it looks like a formula
            number += 1


def _exported(root: Path, outcome: Outcome) -> pd.DataFrame:
    """The export in the form that holds every text as it was written; test_export.py has what .csv does to some."""
    if outcome is not Outcome.ACCEPTED:
        return pd.DataFrame()
    export(open_snapshot(freeze(open_project(root))), root / "out.parquet")
    return pd.read_parquet(root / "out.parquet")
