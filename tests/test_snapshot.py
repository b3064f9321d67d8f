"""A snapshot has every asked criterion of every current return once, is named by its content, and stands alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from toolkit.catalogue import asked, load_framework
from toolkit.errors import FileAccessError, ProjectError, StoreError
from toolkit.project import open_project
from toolkit.records import Organisation, Rating, Response
from toolkit.store import TIDY_COLUMNS, Snapshot, freeze, open_snapshot, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Filled, Pair

    from toolkit.project import Project


def _record(project: Project, *pairs: Pair) -> None:
    with open_store(project) as store:
        for receipt, return_ in pairs:
            store.record(receipt, return_)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _asked(project: Project, organisation: Organisation, cycle_id: str) -> list[tuple[str, str, str, str]]:
    framework = load_framework(project.settings.cycle(cycle_id).framework)
    return [
        (cycle_id, organisation.organisation_id, each.criterion, str(each.priority))
        for each in asked(framework, organisation, project.settings.area_codes)
    ]


def test_there_is_one_row_for_every_asked_criterion_of_every_current_return(
    small_project: Project, small_snapshot: Snapshot, small_returns: tuple[Pair, ...]
) -> None:
    register = {organisation.organisation_id: organisation for organisation in small_project.register()}
    expected = [
        row
        for receipt, _ in sorted(small_returns, key=lambda pair: (pair[0].cycle, pair[0].organisation_id))
        for row in _asked(small_project, register[receipt.organisation_id], receipt.cycle)
    ]
    frame = small_snapshot.responses
    found = frame[["cycle", "organisation_id", "criterion", "priority"]].itertuples(index=False, name=None)
    assert list(found) == expected
    assert list(frame.columns) == [*TIDY_COLUMNS, "value"]


def test_a_row_carries_what_was_answered_and_where(small_snapshot: Snapshot, small_returns: tuple[Pair, ...]) -> None:
    answers = {
        (receipt.cycle, receipt.organisation_id, response.criterion): (receipt, response)
        for receipt, return_ in small_returns
        for response in return_.responses
    }
    for row in small_snapshot.responses.to_dict("records"):
        receipt, response = answers[row["cycle"], row["organisation_id"], row["criterion"]]
        assert (row["rating"], row["rating_as_written"]) == (response.rating, response.rating_as_written)
        assert (row["evidence"], row["action"], row["lead"]) == (response.evidence, response.action, response.lead)
        assert row["target_date"] == (response.target_date.isoformat() if response.target_date else "")
        assert (row["source_sheet"], row["source_cell"]) == (response.sheet, response.cell)
        assert (row["source_file"], row["source_sha256"]) == (receipt.file, receipt.sha256)
        assert receipt.received_at is not None
        assert row["received_at"] == receipt.received_at.isoformat()
        assert row["areas"] == "; ".join(receipt.areas)
        assert row["tier"] == "; ".join(receipt.tiers)
        assert (row["reviewer_rating"], row["agreed_rating"]) == ("", "")


def test_text_is_text_and_never_null(small_snapshot: Snapshot) -> None:
    for frame in (
        small_snapshot.responses,
        small_snapshot.asked,
        small_snapshot.organisations,
        small_snapshot.returns,
        small_snapshot.queries,
    ):
        numbers = {"value", "commissioner", "direct_services", "criteria_expected", "criteria_answered", "queries"}
        for column in set(frame.columns) - numbers:
            dtype = frame[column].dtype
            text = dtype.categories.dtype if isinstance(dtype, pd.CategoricalDtype) else dtype
            assert isinstance(text, pd.StringDtype), column
            assert frame[column].notna().all(), column


def test_5_10_is_not_5_1(small_snapshot: Snapshot) -> None:
    references = set(small_snapshot.responses.query("cycle == '2024'")["criterion"])
    assert {"5.1", "5.10"} <= references


def test_the_value_is_what_the_rating_counts_for(small_snapshot: Snapshot) -> None:
    worth = {"met": 1.0, "partly_met": 0.5, "not_met": 0.0}
    frame = small_snapshot.responses
    assert set(frame["rating"]) == {rating.value for rating in Rating}
    for rating, values in frame.groupby("rating")["value"]:
        if rating in worth:
            assert set(values) == {worth[str(rating)]}
        else:
            assert values.isna().all()


def test_where_levels_share_a_rating_the_words_decide_the_value(project: Project, filled: Filled) -> None:
    (project.root / "scales").mkdir()
    levels = [("Full", "met", 1), ("Mostly", "partly_met", 0.75), ("Hardly", "partly_met", 0.25), ("No", "not_met", 0)]
    lines = [f'- {{rating: {r}, label: "{label}", meaning: "{label}.", value: {v}}}' for label, r, v in levels]
    text = "id: four-level\ntitle: Four levels\nlevels:\n" + "\n".join(lines) + "\n"
    (project.root / "scales" / "four-level.yaml").write_text(text, encoding="utf-8")
    settings = (project.root / "toolkit.toml").read_text(encoding="utf-8")
    (project.root / "toolkit.toml").write_text(settings.replace('"three-level"', '"four-level"'), encoding="utf-8")
    receipt, return_ = filled("BIR-HSG", "2024")
    words = ["Mostly", "hardly", "perhaps", "Full"]
    ratings = [Rating.PARTLY_MET, Rating.PARTLY_MET, Rating.PARTLY_MET, Rating.MET]
    responses = tuple(
        replace(response, rating=rating, rating_as_written=word)
        for response, rating, word in zip(return_.responses, ratings, words, strict=False)
    )
    _record(project, (receipt, replace(return_, responses=responses)))
    values = open_snapshot(freeze(open_project(project.root))).responses["value"].tolist()[:4]
    assert values[:2] == [0.75, 0.25]
    assert pd.isna(values[2])
    assert values[3] == 1.0


def test_an_asked_criterion_without_a_row_is_blank_and_without_a_cell(project: Project, filled: Filled) -> None:
    receipt, return_ = filled("BIR-HSG", "2024")
    kept = tuple(response for response in return_.responses if response.standard != "3")
    _record(project, (receipt, replace(return_, responses=kept)))
    frame = open_snapshot(freeze(project)).responses
    missing = frame[frame["standard"] == "3"]
    assert len(missing) == len(return_.responses) - len(kept) > 0
    assert set(missing["rating"]) == {"blank"}
    assert set(missing["source_sheet"]) | set(missing["source_cell"]) == {""}
    assert set(missing["source_file"]) == {receipt.file}


def test_an_answer_that_was_not_asked_for_stays_out(project: Project, filled: Filled) -> None:
    receipt, return_ = filled("BIR-HSG", "2024")
    extra = Response("10", "10.1", Rating.MET, "Met", sheet="Standard 10", cell="D6")
    _record(project, (receipt, replace(return_, responses=(*return_.responses, extra))))
    frame = open_snapshot(freeze(project)).responses
    assert "10.1" not in set(frame["criterion"])
    assert len(frame) == len(return_.responses)


def test_a_superseded_return_stays_out(project: Project, filled: Filled) -> None:
    first, later = filled("BIR-HSG", "2024", seed=1), filled("BIR-HSG", "2024", seed=2)
    _record(project, first, (replace(later[0], supersedes=first[0].sha256), later[1]))
    snapshot = open_snapshot(freeze(project))
    assert set(snapshot.responses["source_sha256"]) == {later[0].sha256}
    assert snapshot.returns["supersedes"].tolist() == [first[0].sha256]
    assert set(snapshot.queries["source_file"]) <= {later[0].file}


def test_asked_names_every_registered_organisation_in_every_cycle(
    small_project: Project, small_snapshot: Snapshot
) -> None:
    expected = [
        row
        for cycle in ("2021", "2024")
        for organisation in sorted(small_project.register(), key=lambda each: each.organisation_id)
        for row in _asked(small_project, organisation, cycle)
    ]
    frame = small_snapshot.asked[["cycle", "organisation_id", "criterion", "priority"]]
    assert list(frame.itertuples(index=False, name=None)) == expected
    assert small_snapshot.organisations["organisation_id"].tolist() == sorted(
        organisation.organisation_id for organisation in small_project.register()
    )


def test_returns_count_their_own_rows(small_snapshot: Snapshot, small_returns: tuple[Pair, ...]) -> None:
    receipts = {(receipt.cycle, receipt.organisation_id): receipt for receipt, _ in small_returns}
    for row in small_snapshot.returns.to_dict("records"):
        receipt = receipts[row["cycle"], row["organisation_id"]]
        assert row["criteria_expected"] == receipt.criteria_expected
        assert row["criteria_answered"] == receipt.criteria_answered
        assert row["queries"] == len(receipt.queries)
    assert len(small_snapshot.queries) == small_snapshot.returns["queries"].sum() > 0


def test_the_data_cut_is_when_the_latest_return_was_received(
    small_snapshot: Snapshot, small_returns: tuple[Pair, ...]
) -> None:
    assert small_snapshot.data_cut == max(receipt.received_at for receipt, _ in small_returns if receipt.received_at)
    assert small_snapshot.data_cut.tzinfo is not None


def test_a_project_without_returns_can_be_frozen(project: Project) -> None:
    snapshot = open_snapshot(freeze(project))
    assert snapshot.data_cut == datetime(2024, 4, 8, tzinfo=UTC)
    assert snapshot.responses.empty
    assert list(snapshot.responses.columns) == [*TIDY_COLUMNS, "value"]
    assert isinstance(snapshot.responses["rating"].cat.categories.dtype, pd.StringDtype)
    assert len(snapshot.organisations) == 6


def test_the_same_content_is_the_same_folder_left_untouched(small_project: Project) -> None:
    folder = freeze(small_project)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert freeze(small_project) == folder
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert len(folder.name) == 16


def test_the_order_of_arrival_changes_nothing(
    project: Project, small_returns: tuple[Pair, ...], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(project.root, other)
    _record(project, *small_returns)
    _record(open_project(other), *reversed(small_returns))
    first, second = freeze(project), freeze(open_project(other))
    assert first.name == second.name
    assert _bytes(first) == _bytes(second)


def test_another_answer_is_another_snapshot_and_both_stay(project: Project, filled: Filled) -> None:
    _record(project, filled("BIR-HSG", "2024"))
    first = freeze(project)
    content = _bytes(first)
    _record(project, filled("WM-POL", "2024"))
    second = freeze(project)
    assert first.name != second.name
    assert _bytes(first) == content


def test_a_snapshot_needs_no_project(small_project: Project, tmp_path: Path) -> None:
    folder = freeze(small_project)
    moved = tmp_path / "elsewhere" / folder.name
    shutil.copytree(folder, moved)
    shutil.rmtree(small_project.root)
    snapshot = open_snapshot(moved)
    assert snapshot.id == folder.name
    assert snapshot.settings == small_project.settings
    assert snapshot.settings.project.synthetic
    assert snapshot.framework("2024") == load_framework("wm-2024")
    assert snapshot.scale("2021").id == "three-level"
    crosswalk = snapshot.crosswalk("2024")
    assert crosswalk is not None
    assert (crosswalk.earlier, crosswalk.later) == ("wm-2015", "wm-2024")
    assert snapshot.crosswalk("2021") is None
    with pytest.raises(ProjectError, match="no cycle"):
        snapshot.framework("1999")


def test_an_organisation_that_left_the_register_stays_with_what_its_return_says(small_project: Project) -> None:
    before = open_snapshot(freeze(small_project)).responses
    lines = (small_project.root / "register.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("COV-COM", "DUD-SVC"))]
    (small_project.root / "register.csv").write_text("".join(kept), encoding="utf-8")
    snapshot = open_snapshot(freeze(small_project))
    after = snapshot.responses
    apart = [column for column in after.columns if column != "sector"]
    pd.testing.assert_frame_equal(before[apart], after[apart])
    gone = snapshot.organisations.query("organisation_id == 'COV-COM'")[["organisation", "sector", "areas", "tiers"]]
    assert gone.to_numpy().tolist() == [["Coventry Synthetic Commissioners", "Other", "Coventry", "1; 3"]]
    assert set(snapshot.asked.query("organisation_id == 'DUD-SVC'")["cycle"]) == {"2021", "2024"}


def test_returns_of_a_cycle_that_the_project_no_longer_has_are_left_out(small_project: Project) -> None:
    text = (small_project.root / "toolkit.toml").read_text(encoding="utf-8")
    start, end = text.index("[[cycles]]"), text.rindex("[[cycles]]")
    (small_project.root / "toolkit.toml").write_text(text[:start] + text[end:], encoding="utf-8")
    snapshot = open_snapshot(freeze(open_project(small_project.root)))
    assert set(snapshot.responses["cycle"]) == {"2024"}


@pytest.mark.parametrize("name", ["responses.parquet", "settings.json"])
def test_a_changed_file_is_refused_and_freezing_again_mends_it(small_project: Project, name: str) -> None:
    folder = freeze(small_project)
    content = _bytes(folder)
    (folder / name).write_bytes(content[name] + b" ")
    with pytest.raises(StoreError, match=f"{name}.* not as it was frozen"):
        open_snapshot(folder)
    assert freeze(small_project) == folder
    assert _bytes(folder) == content


def test_a_folder_that_is_no_snapshot_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no readable manifest\.json"):
        open_snapshot(tmp_path)


def test_the_manifest_says_what_was_frozen(small_project: Project) -> None:
    folder = freeze(small_project)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["content_sha256"].startswith(folder.name)
    assert set(manifest["files"]) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert manifest["toolkit"]


def test_a_place_that_cannot_be_written_is_named(small_project: Project) -> None:
    (small_project.record / "snapshots").write_text("in the way", encoding="utf-8")
    with pytest.raises(FileAccessError, match="snapshots"):
        freeze(small_project)


def test_received_at_is_in_utc_whatever_the_clock_said(project: Project, filled: Filled) -> None:
    receipt, return_ = filled("BIR-HSG", "2024")
    summer = datetime.fromisoformat("2024-06-03T10:15:00+01:00")
    _record(project, (replace(receipt, received_at=summer), return_))
    snapshot = open_snapshot(freeze(project))
    assert set(snapshot.responses["received_at"]) == {"2024-06-03T09:15:00+00:00"}
    assert snapshot.data_cut == summer
    assert snapshot.returns["completed_on"].map(date.fromisoformat).tolist() == [return_.completed_on]
