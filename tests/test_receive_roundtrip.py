"""Issue, fill in, receive, export gives back what was filled in, for every framework and every scale."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_workbooks import HEADER, LAYOUT, MOMENT, changed, column, drop, rows, standards, take_in

from toolkit.catalogue import asked, framework_ids, load_framework, load_scale, scale_ids
from toolkit.project import open_project
from toolkit.records import Outcome
from toolkit.store import export, freeze, open_snapshot
from toolkit.workbook import issue

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

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


@pytest.mark.parametrize("scale_id", scale_ids())
@pytest.mark.parametrize("framework_id", framework_ids())
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), who=organisations())
def test_what_was_filled_in_comes_back(
    framework_id: str, scale_id: str, data: st.DataObject, who: dict[str, str]
) -> None:
    scale = load_scale(scale_id)
    words = texts.filter(lambda text: scale.level(text) is None)  # a rating in another column is a question
    answer = st.one_of(st.just(""), *(st.sampled_from((level.label, *level.words)) for level in scale.levels))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "toolkit.toml").write_text(SETTINGS.format(framework=framework_id, scale=scale_id), "utf-8")
        (root / "register.csv").write_text(REGISTER.format(**who), "utf-8")
        project = open_project(root)
        (organisation,) = project.register()
        (path,) = issue(project, "2024", [organisation])
        filled_in: dict[str, dict[str, str]] = {}

        def fill(book: Workbook) -> None:
            for sheet in standards(book):
                for row in rows(sheet):
                    typed = {
                        "rating": data.draw(answer),
                        **{field: data.draw(words) for field in ("evidence", "action", "lead")},
                        "target_date": data.draw(
                            st.one_of(st.just(""), st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)).map(str))
                        ),
                    }
                    filled_in[str(sheet.cell(row, 1).value)] = typed
                    for field, text in typed.items():
                        cell = sheet.cell(row, column(field))
                        cell.value = dt.date.fromisoformat(text) if field == "target_date" and text else text or None
                        if field != "target_date" and text:
                            cell.data_type = "s"  # typed with an apostrophe before it, where it looks like a formula

        drop(project, "return.xlsx", changed(path.read_bytes(), fill))
        (receipt,) = take_in(project, MOMENT)
        frame = _exported(project.root, receipt.outcome)
    expected = asked(load_framework(framework_id), organisation, project.settings.area_codes)
    assert [each.criterion for each in expected] == list(filled_in)
    if receipt.outcome is Outcome.HELD:
        assert receipt.reason.startswith("nothing-answered")
        assert not any(text.strip() for typed in filled_in.values() for text in typed.values())
        return
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    assert [each.criterion for each in expected] == list(frame["criterion"])
    for row in frame.to_dict("records"):
        typed = filled_in[row["criterion"]]
        level = scale.level(typed["rating"])
        assert row["rating"] == (str(level.rating) if level else "blank")
        assert row["rating_as_written"] == typed["rating"].strip()
        assert {field: row[field] for field in FIELDS[1:]} == {field: typed[field].strip() for field in FIELDS[1:]}
        assert row["source_sheet"] == LAYOUT.sheets.standard.format(standard=row["standard"])
        assert int(row["source_cell"][1:]) > HEADER


def _exported(root: Path, outcome: Outcome) -> pd.DataFrame:
    if outcome is not Outcome.ACCEPTED:
        return pd.DataFrame()
    export(open_snapshot(freeze(open_project(root))), root / "out.csv")
    return pd.read_csv(root / "out.csv", dtype=str, keep_default_na=False)
