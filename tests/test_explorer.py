"""The explorer without a browser: what a choice shows, what redraws, and the notebook it opens."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import validate

from toolkit.document import Figure, Table, Text
from toolkit.errors import ReportError
from toolkit.explorer import prepare
from toolkit.explorer.choosing import Choice, picture, responses
from toolkit.explorer.opening import lab_command
from toolkit.explorer.widgets import Explorer, explore
from toolkit.project import open_project
from toolkit.store import Snapshot, freeze, open_snapshot

if TYPE_CHECKING:
    from toolkit.document import Blocks
    from toolkit.project import Project

REGION = Path(__file__).parent / "fixtures" / "region" / "snapshot"
SNAPSHOT = open_snapshot(REGION)
AREAS = tuple(SNAPSHOT.settings.area_codes)
SECTORS = tuple(sorted(set(SNAPSHOT.organisations["sector"])))


def table_of(blocks: Blocks) -> Table:
    return next(block for block in blocks.blocks if isinstance(block, Table))


def texts_of(blocks: Blocks) -> str:
    return " ".join(block.text for block in blocks.blocks if isinstance(block, Text))


choices = st.builds(
    Choice,
    cycle=st.just("2024"),
    standard=st.just("5"),
    criterion=st.sampled_from(["5.1", "5.10"]),
    areas=st.lists(st.sampled_from(AREAS), unique=True, max_size=3).map(tuple),
    sector=st.sampled_from(["", *SECTORS]),
    tier=st.sampled_from(["", "1", "2", "3"]),
    search=st.sampled_from(["", "policy", "POLICY  training", "example", "(", "no such words anywhere"]),
)


@settings(deadline=None, max_examples=60)
@given(choices)
def test_exactly_the_chosen_organisations_are_listed(choice: Choice) -> None:
    asked = SNAPSHOT.asked[(SNAPSHOT.asked["cycle"] == "2024") & (SNAPSHOT.asked["criterion"] == choice.criterion)]
    given_ = SNAPSHOT.responses[SNAPSHOT.responses["cycle"] == "2024"]
    given_ = given_[given_["criterion"] == choice.criterion].set_index("organisation_id")
    expected = []
    for one in SNAPSHOT.organisations.to_dict("records"):
        key = one["organisation_id"]
        written = given_.loc[key, ["evidence", "action"]].tolist() if key in given_.index else []
        wanted = (
            key in set(asked["organisation_id"])
            and (not choice.areas or set(choice.areas) & set(one["areas"].split("; ")))
            and choice.sector in {"", one["sector"]}
            and (not choice.tier or choice.tier in one["tiers"].split("; "))
            and all(
                word in "\n".join([one["organisation"], *written]).lower() for word in choice.search.lower().split()
            )
        )
        if wanted:
            expected.append(one["organisation"])
    shown = table_of(responses(SNAPSHOT, choice))
    assert sorted(str(row[0]) for row in shown.rows) == sorted(expected)
    assert shown.caption.startswith(f"Criterion {choice.criterion}: {len(expected)} of ")


def test_every_rating_and_evidence_is_the_one_that_was_received() -> None:
    held = SNAPSHOT.responses[(SNAPSHOT.responses["cycle"] == "2024") & (SNAPSHOT.responses["criterion"] == "5.10")]
    words = {"met": "Met", "partly_met": "Partly met", "not_met": "Not met", "not_applicable": "Not applicable"}
    words |= {"blank": "Left blank", "unreadable": "Unreadable"}
    received = {row["organisation"]: (words[row["rating"]], row["evidence"]) for row in held.to_dict("records")}
    shown = {row[0]: row[1:3] for row in table_of(responses(SNAPSHOT, Choice("2024", "5", "5.10"))).rows}
    assert {name: row for name, row in shown.items() if row[0] != "No return"} == received
    assert set(shown.values()) - set(received.values()) == {("No return", "")}


def test_the_picture_has_the_chosen_areas_and_every_criterion() -> None:
    figure = picture(SNAPSHOT, Choice("2024", "5", "5.1", areas=("Dudley", "Walsall"))).blocks[-1]
    assert isinstance(figure, Figure)
    assert figure.table is not None
    assert [column.name for column in figure.table.columns] == ["Criterion", "Dudley", "Walsall"]
    assert [row[0] for row in figure.table.rows] == [f"5.{number}" for number in range(1, 11)]


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (Choice("2024", "5", "5.1", areas=("Dudley",), sector="Health"), "No organisation on the register is in this"),
        (Choice("2024", "10", "10.1"), "None of them has answered this standard"),
    ],
)
def test_a_choice_with_nothing_to_draw_says_so(choice: Choice, sentence: str) -> None:
    assert sentence in texts_of(picture(SNAPSHOT, choice))
    assert (
        table_of(responses(SNAPSHOT, choice)).empty == "No organisation in this choice was asked about this criterion."
    )


def test_a_search_without_finds_says_so() -> None:
    shown = table_of(responses(SNAPSHOT, Choice("2024", "5", "5.1", search="xyzzy")))
    assert shown.rows == ()
    assert "has all of these words" in shown.empty


def test_before_any_return_the_explorer_says_that_nobody_has_returned(project: Project) -> None:
    snapshot = open_snapshot(freeze(project))
    assert texts_of(picture(snapshot, Choice("2024", "1", "1.1"))).startswith(
        "0 of 6 organisations in this choice have"
    )
    assert {row[1] for row in table_of(responses(snapshot, Choice("2024", "1", "1.1"))).rows} == {"No return"}


def test_a_new_cycle_brings_its_standards_and_criteria_and_one_redrawing() -> None:
    explorer = Explorer(REGION)
    assert explorer.choice == Choice("2024", "1", "1.1")
    explorer.standard.value = "12"
    assert explorer.choice == Choice("2024", "12", "12.1")
    explorer.criterion.value = "12.3"
    drawn: list[str] = []
    for part in (explorer.picture, explorer.responses):
        part.observe(lambda change: drawn.append(change["new"]), names="value")
    explorer.cycle.value = "2021"
    assert explorer.choice == Choice("2021", "1", "1.1")
    assert len(explorer.standard.options) == 11
    assert len(drawn) == 2
    explorer.search.value = "policy"
    assert len(drawn) == 3


def test_every_standard_and_criterion_of_every_cycle_can_be_chosen() -> None:
    explorer = Explorer(REGION)
    for cycle in ("2021", "2024"):
        explorer.cycle.value = cycle
        for _, standard in explorer.standard.options:
            explorer.standard.value = standard
            for _, criterion in explorer.criterion.options:
                explorer.criterion.value = criterion
                assert f"Criterion {criterion}: " in explorer.responses.value
            assert f"Standard {standard}: " in explorer.picture.value


def test_what_stands_in_one_page_has_ids_of_its_own() -> None:
    explorer = Explorer(REGION)
    ids = re.findall(r'\bid="([^"]+)"', explorer.picture.value + explorer.responses.value)
    assert len(ids) == len(set(ids)) > 3


def test_text_from_returns_is_never_markup(small_snapshot: Snapshot) -> None:
    attack = "<img src=x onerror=alert(1)>"
    frame = small_snapshot.responses
    frame.loc[frame["criterion"] == "1.1", "evidence"] = attack
    html = table_of(responses(small_snapshot, Choice("2024", "1", "1.1")))
    assert attack in {row[2] for row in html.rows}
    explorer = Explorer(small_snapshot.folder)
    explorer._snapshot = small_snapshot  # noqa: SLF001 - a snapshot on disk cannot be changed
    explorer.search.value = "img"
    assert "&lt;img src=x" in explorer.responses.value
    assert "<img" not in explorer.responses.value


def test_a_snapshot_that_is_gone_is_one_sentence_in_the_notebook(tmp_path: Path) -> None:
    shown = explore(tmp_path / "gone").children[-1].value
    assert "Warning:" in shown
    assert "gone has no readable manifest.json" in shown


def test_the_copy_reads_a_fresh_snapshot_and_has_no_outputs(small_project: Project) -> None:
    notebook = prepare(small_project)
    assert notebook == small_project.runs / "explorer" / "explorer.ipynb"
    copy = json.loads(notebook.read_text(encoding="utf-8"))
    validate(copy)
    snapshot = freeze(small_project).as_posix()
    assert [cell["source"] for cell in copy["cells"] if "parameters" in cell["metadata"].get("tags", [])] == [
        f"snapshot = {snapshot!r}"
    ]
    assert all(cell["outputs"] == [] for cell in copy["cells"] if cell["cell_type"] == "code")
    before = notebook.read_bytes()
    assert prepare(small_project).read_bytes() == before


def test_a_broken_template_of_the_projects_own_is_one_sentence(small_project: Project) -> None:
    small_project.templates.mkdir(parents=True)
    (small_project.templates / "explorer.ipynb").write_text("not a notebook", encoding="utf-8")
    with pytest.raises(ReportError, match=r"explorer\.ipynb cannot be read as a notebook; copy it from"):
        prepare(small_project)


def test_the_shipped_template_is_thin() -> None:
    template = Path(__file__).parents[1] / "notebooks" / "templates" / "explorer.ipynb"
    cells = json.loads(template.read_text(encoding="utf-8"))["cells"]
    code = [line for cell in cells if cell["cell_type"] == "code" for line in cell["source"]]
    assert cells[0]["cell_type"] == "markdown"
    assert "**Run > Run All Cells**" in "".join(cells[0]["source"])
    assert not any(re.match(r"\s*(def|class|for|if|lambda)\b", line) for line in code)


def test_jupyterlab_is_for_this_machine_only_and_asks_nobody_for_news(small_project: Project) -> None:
    command = lab_command(prepare(small_project), port=8888, browser=False)
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--LabApp.news_url=None" in command
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in command
    assert not any("token" in part for part in command)
    assert open_project(small_project.root).root.as_posix() in " ".join(command).replace("\\", "/")
