"""Personal data in free text is in no report and not in the explorer; the office's own export has what was written."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reports_region import Plan, make_project, rewrite_evidence

from toolkit.comparison import answers, region
from toolkit.disclosure.personal import masked_all
from toolkit.errors import StoreError
from toolkit.explorer.choosing import Choice, responses
from toolkit.reports.masking import open_masked
from toolkit.reports.masks import masks_of
from toolkit.reports.source import open_source
from toolkit.store import FRAMES, contents_of, export, freeze, open_snapshot
from toolkit.store.freezing import write_snapshot
from toolkit.store.packing import PackedRows

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.disclosure.personal import Allowed
    from toolkit.project import Project
    from toolkit.store import Contents, Snapshot

WRITTEN = "Agreed by Sarah Jones, 07700 900123, with the whole team; the policy is on our site."
SHOWN = "Agreed by [name removed], [telephone number removed], with the whole team; the policy is on our site."
TEXTS = st.sampled_from([WRITTEN, WRITTEN.upper(), "Ask Tom Smith.", "Nobody here.", ""])


def test_reports_and_explorer_mask_what_the_export_keeps(tmp_path: Path) -> None:
    project, row = _with_a_secret(tmp_path)
    folder = freeze(project)
    seen = open_masked(folder)
    assert SHOWN in set(seen.responses["evidence"])
    assert WRITTEN not in set(seen.responses["evidence"])
    assert list(seen.corrections["value"]) == [SHOWN]
    untouched = open_snapshot(folder).responses.drop(columns=["evidence", "action"])
    pd.testing.assert_frame_equal(seen.responses.drop(columns=["evidence", "action"]), untouched)

    path, *_ = export(open_snapshot(folder), tmp_path / "out.csv")
    assert WRITTEN in path.read_text(encoding="utf-8-sig")
    chosen = responses(seen, Choice(row["cycle"], row["standard"], row["criterion"]))
    assert "[name removed]" in str(chosen)
    assert "Sarah Jones" not in str(chosen)


def test_a_process_opens_a_snapshot_once_and_no_report_spoils_it_for_the_next(tmp_path: Path) -> None:
    folder = freeze(make_project(tmp_path / "project", Plan(each_area=1)))
    first = open_source(folder, "2024", "internal").snapshot
    expected = answers(first, "2024")["state"].tolist()
    first.responses["rating"] = "met"
    first.asked["priority"] = "desired"
    read = answers(first, "2024")
    read["state"] = "met"
    second = open_source(folder, "2024", "internal").snapshot
    assert second.original is first.original is not None
    assert answers(second, "2024")["state"].tolist() == expected
    pd.testing.assert_frame_equal(second.responses, open_masked(folder).responses)
    pd.testing.assert_frame_equal(second.asked, open_masked(folder).asked)


def test_a_snapshot_that_is_damaged_while_a_process_has_it_open_is_refused(tmp_path: Path) -> None:
    folder = freeze(make_project(tmp_path / "project", Plan(each_area=1)))
    open_source(folder, "2024", "internal")
    file = folder / "responses.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"?")
    with pytest.raises(StoreError, match="is not as it was frozen"):
        open_source(folder, "2024", "internal")
    file.write_bytes(whole)
    assert open_source(folder, "2024", "internal").snapshot.id


def test_a_part_of_a_lent_snapshot_has_tables_of_its_own(tmp_path: Path) -> None:
    folder = freeze(make_project(tmp_path / "project", Plan(each_area=1)))
    whole = open_source(folder, "2024", "internal").snapshot
    everyone = region(whole, "2024").expected
    one = whole.organisations["organisation_id"].iloc[0]
    part = replace(whole, **{name: frame[frame["organisation_id"] == one] for name, frame in _frames(whole).items()})
    assert part.original is None
    assert region(part, "2024").expected == 1 < everyone


def _frames(snapshot: Snapshot) -> dict[str, pd.DataFrame]:
    return {name: getattr(snapshot, name) for name in ("responses", "asked", "organisations", "returns")}


def test_masks_are_found_once_and_kept_without_what_they_hide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = freeze(_with_a_secret(tmp_path)[0])
    shown = open_masked(folder)
    assert SHOWN in set(shown.responses["evidence"])
    (kept,) = folder.parent.with_name("masked").glob("*.parquet")
    texts = pd.read_parquet(kept)["text"]
    assert SHOWN in set(texts)
    assert not texts.str.contains("Sarah|07700").any()

    changed = pd.read_parquet(kept).assign(text="as it was kept")
    changed.to_parquet(kept, index=False)
    assert "as it was kept" in set(open_masked(folder).responses["evidence"])  # nothing was searched again

    kept.write_bytes(kept.read_bytes()[:-20])  # a file that is not whole is not believed
    pd.testing.assert_frame_equal(open_masked(folder).responses, shown.responses)

    changed.to_parquet(kept, index=False)
    monkeypatch.setattr("toolkit.reports.masks.installed", lambda: "another version")  # nor what other lists found
    pd.testing.assert_frame_equal(open_masked(folder).responses, shown.responses)
    assert [path.suffix for path in kept.parent.iterdir() if path.stem == kept.stem] == []


def test_only_texts_that_are_new_are_searched_and_all_of_them_where_other_names_are_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = _with_a_secret(tmp_path)
    open_masked(freeze(project))
    searched: list[str] = []

    def noted(texts: tuple[str, ...], allowed: Allowed) -> dict[int, str]:
        searched.extend(texts)
        return masked_all(texts, allowed)

    monkeypatch.setattr("toolkit.disclosure.personal.masked_all", noted)
    again = WRITTEN.replace("whole", "entire")
    rewrite_evidence(project, again)
    folder = freeze(project)
    kept = masks_of(open_snapshot(folder))
    assert set(searched) == {again}
    pd.testing.assert_frame_equal(kept, masks_of(_elsewhere(folder, tmp_path / "elsewhere")))

    searched.clear()
    lines = project.register_file.read_text(encoding="utf-8")
    project.register_file.write_text(lines.replace(",Walsall ", ",Walsall Sarah ", 1), encoding="utf-8")
    folder = freeze(project)
    kept = masks_of(open_snapshot(folder))
    assert len({*searched}) > 10
    pd.testing.assert_frame_equal(kept, masks_of(_elsewhere(folder, tmp_path / "elsewhere")))


@given(before=st.lists(TEXTS, max_size=9), after=st.lists(TEXTS, max_size=9))
@example(before=[WRITTEN, "Ask Tom Smith.", ""], after=["Ask Tom Smith.", WRITTEN, WRITTEN])
@settings(max_examples=15, deadline=None)
def test_masks_taken_over_are_those_that_a_search_finds(
    before: list[str], after: list[str], one: Contents, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("record")
    first, second = (write_snapshot(folder / "snapshots", _with_evidence(one, texts)) for texts in (before, after))
    masks_of(open_snapshot(first))
    shown = masks_of(open_snapshot(second))
    anew = masks_of(_elsewhere(second, folder / "elsewhere"))
    pd.testing.assert_frame_equal(shown, anew, check_dtype=False)  # they differ where there are none


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """A region of one organisation."""
    plan = Plan(each_area=1, areas=("Walsall",), everywhere=False)
    return contents_of(open_snapshot(freeze(make_project(tmp_path_factory.mktemp("one") / "project", plan))))


def _with_evidence(contents: Contents, texts: list[str]) -> Contents:
    """A response for each text, four in a row group."""
    at = FRAMES["responses"].index("evidence")
    rows = PackedRows(FRAMES["responses"])
    for number, (row, text) in enumerate(zip(contents.tables["responses"], texts, strict=False), start=1):
        rows.append((*row[:at], text, *row[at + 1 :]))
        if number % 4 == 0:
            rows.pack()
    return replace(contents, tables={**contents.tables, "responses": rows})


def test_masks_of_a_snapshot_that_stands_elsewhere_are_not_kept(tmp_path: Path) -> None:
    folder = freeze(_with_a_secret(tmp_path)[0])
    shown = open_masked(folder).responses
    elsewhere = _elsewhere(folder, tmp_path / "elsewhere").folder
    pd.testing.assert_frame_equal(open_masked(elsewhere).responses, shown)
    assert [path.name for path in elsewhere.parent.iterdir()] == [folder.name]
    shutil.rmtree(folder.parent.with_name("masked"))
    folder.parent.with_name("masked").write_text("a file, so that nothing can be kept", encoding="utf-8")
    pd.testing.assert_frame_equal(open_masked(folder).responses, shown)


def _with_a_secret(folder: Path) -> tuple[Project, pd.Series]:
    """A project with personal data in the evidence of one response, and that response as it was before."""
    project = make_project(folder / "project", Plan(each_area=1))
    return project, rewrite_evidence(project, WRITTEN)


def _elsewhere(folder: Path, place: Path) -> Snapshot:
    """A copy of a snapshot where no masks are kept: each time everything is searched."""
    return open_snapshot(shutil.copytree(folder, place / folder.name))
