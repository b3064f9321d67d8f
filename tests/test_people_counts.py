"""Counts of people in reports: true ones marked for the office, masked ones for others, and what others published."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from toolkit.catalogue import load_context
from toolkit.document import Note, Table, as_html
from toolkit.errors import CatalogueError, StoreError
from toolkit.project import open_project
from toolkit.records import CountState, DataSetCount, Release
from toolkit.reports import area_report, deep_dive
from toolkit.reports.people_counts import for_others
from toolkit.reports.source import Source
from toolkit.store import append_release, check, freeze, open_snapshot, open_store, read_releases
from toolkit.store.snapshots import MORE_FRAMES

if TYPE_CHECKING:
    from conftest import Filled

    from toolkit.document import Blocks
    from toolkit.project import Project
    from toolkit.store import Snapshot

NOW = dt.datetime(2024, 7, 1, 9, tzinfo=dt.UTC)
REFERRAL = "Referral source"


def given(**values: int | None) -> tuple[DataSetCount, ...]:
    """A data set with totals by source of referral; None is "fewer than 5"."""
    return tuple(
        DataSetCount(REFERRAL, measure, CountState.FEW if value is None else CountState.NUMBER, value, str(value))
        for measure, value in values.items()
    )


def frozen(project: Project, filled: Filled, sets: dict[str, tuple[DataSetCount, ...]]) -> Snapshot:
    with open_store(project) as store:
        for number, (who, counts) in enumerate(sets.items()):
            stored = store.current_return(who, "2024")
            if stored is None:
                receipt, return_ = filled(who, "2024", seed=number)
                store.record(receipt, replace(return_, data_set=counts))
    return open_snapshot(freeze(project))


def seen_by_others(snapshot: Snapshot, releases: tuple[Release, ...] = ()) -> tuple[Snapshot, Release]:
    """The snapshot as other audiences have it, as far as counts of people go."""
    counts = for_others(snapshot, "public", releases, NOW)
    assert not counts.exposed
    (release,) = counts.releases
    frame = pd.DataFrame(counts.rows, columns=list(MORE_FRAMES["people_counts"]))
    return replace(snapshot, people_counts=frame, data_sets=snapshot.data_sets.iloc[:0]), release


def page(snapshot: Snapshot, audience: str, area: str | None = None) -> Blocks:
    source = Source(snapshot, snapshot.settings.cycle("2024"), audience)
    if area is None:
        return deep_dive.DeepDive(source, source.standard("9")).data_set()
    return area_report.AreaReport(source, area).data_set()


def referrals(blocks: Blocks) -> dict[object, tuple[object, ...]]:
    (table,) = (block for block in blocks if isinstance(block, Table) and block.caption == REFERRAL)
    return {row[0]: row[1:] for row in table.rows}


@pytest.fixture
def snapshot(project: Project, filled: Filled) -> Snapshot:
    sets = {
        "DUD-SVC": given(Self=40, Police=3, Health=12, Housing=None),
        "SOL-NHS": given(Self=2, Police=9, Health=30, Housing=8),
        "WM-POL": (),
    }
    return frozen(project, filled, sets)


def test_the_office_sees_true_totals_with_the_organisations_behind_them_marked_confidential(snapshot: Snapshot) -> None:
    blocks = page(snapshot, "internal")
    assert referrals(blocks)["Self"] == (42, 2, 0)
    assert referrals(blocks)["Police"] == (12, 2, 0)
    assert referrals(blocks)["Housing"] == (8, 2, 1)
    assert referrals(blocks)["Education"] == ("[x]", 0, 0)
    (note,) = (block for block in blocks if isinstance(block, Note))
    assert "Confidential" in note.text
    assert "2 of 2 organisations asked have sent totals" in as_html(blocks)
    assert "sent “fewer than 5”, that is not in the total" in as_html(blocks)


def test_an_area_has_its_own_totals_beside_the_region_and_one_that_sent_none_says_so(snapshot: Snapshot) -> None:
    assert referrals(page(snapshot, "internal", "Dudley"))["Police"] == (3, 1, 12, 2)
    assert referrals(page(snapshot, "internal", "Dudley"))["Housing"] == ("fewer than 5", 1, 8, 2)
    assert "No organisation in Walsall has sent one" in as_html(page(snapshot, "internal", "Walsall"))


def test_others_see_no_small_number_nor_what_it_could_be_worked_out_from(snapshot: Snapshot) -> None:
    others, _ = seen_by_others(snapshot)
    dudley, birmingham = (referrals(page(others, "public", area)) for area in ("Dudley", "Birmingham"))
    assert dudley["Police"][0] == "[c]"  # 3 people
    assert "[c]" in {dudley["Police"][2], birmingham["Police"][0]}, "12 less 9 is 3"
    assert birmingham["Self"][0] == "[c]"  # 2 people
    assert dudley["Housing"][0] == "[c]"  # written as fewer than 5
    assert (dudley["Health"][0], dudley["Health"][2]) == (12, 42), "nothing is hidden where nothing is small"
    text = as_html(page(others, "public", "Dudley"))
    assert "Confidential:" not in text
    assert "[c] means confidential" in text
    assert "small numbers stand here" not in text


def test_standards_and_cycles_that_ask_for_no_data_set_have_no_such_section(snapshot: Snapshot) -> None:
    source = Source(snapshot, snapshot.settings.cycle("2024"), "internal")
    assert deep_dive.DeepDive(source, source.standard("5")).data_set().blocks == ()
    earlier = Source(snapshot, snapshot.settings.cycle("2021"), "internal")
    assert area_report.AreaReport(earlier, "Dudley").data_set().blocks == ()


def test_a_late_return_cannot_be_told_by_what_the_total_grew(project: Project, filled: Filled) -> None:
    first = frozen(project, filled, {"DUD-SVC": given(Police=40)})
    others, release = seen_by_others(first)
    assert referrals(page(others, "public"))["Police"] == (40, 1, 0)
    assert append_release(project, release)
    late = frozen(project, filled, {"SOL-NHS": given(Police=3)})
    unaware, _ = seen_by_others(late)
    assert referrals(page(unaware, "public"))["Police"][0] == 43
    aware, second = seen_by_others(late, read_releases(project, "2024"))
    assert referrals(page(aware, "public"))["Police"][0] == "[c]", "43 less the 40 of the earlier release is 3"
    assert append_release(project, second)
    again, third = seen_by_others(late, read_releases(project, "2024"))
    assert again.people_counts.equals(aware.people_counts)
    assert not append_release(project, third), "the same once more is no new release"
    assert len(read_releases(project, "2024")) == 2
    assert read_releases(project, "2021") == ()


def test_a_ledger_that_cannot_be_read_is_said(project: Project) -> None:
    project.releases_log.parent.mkdir(parents=True, exist_ok=True)
    project.releases_log.write_text("{}\n", encoding="utf-8")
    with pytest.raises(StoreError, match="line 1"):
        read_releases(project, "2024")
    assert any("releases.jsonl" in problem for problem in check(project))


def test_the_policy_of_the_project_decides(project: Project, filled: Filled) -> None:
    path = project.root / "toolkit.toml"
    text = (
        path.read_text(encoding="utf-8")
        .replace("threshold = 5 ", "threshold = 10 ")
        .replace("rounding = 0", "rounding = 5")
    )
    path.write_text(text.replace('zeros = "shown"', 'zeros = "hidden"'), encoding="utf-8")
    sets = {"DUD-SVC": given(Self=43, Police=7, Health=0)}
    others, _ = seen_by_others(frozen(open_project(project.root), filled, sets))
    found = referrals(page(others, "public"))
    assert (found["Self"][0], found["Police"][0], found["Health"][0]) == (45, "[c]", "[c]")
    note = next(block for block in page(others, "public") if isinstance(block, Note))
    assert "from 0 to 9" in note.text
    assert "nearest 5" in note.text


def test_published_figures_stand_beside_their_area_with_their_source(snapshot: Snapshot) -> None:
    source = Source(snapshot, snapshot.settings.cycle("2024"), "internal")
    blocks = area_report.AreaReport(source, "Wolverhampton").published_context()
    (table,) = (block for block in blocks if isinstance(block, Table))
    assert [column.name for column in table.columns][2:] == ["2016/17", "2017/18"]
    rows = {str(row[1]): row[2:] for row in table.rows}
    assert rows["Domestic violence incidents reported to the police"] == ("6,031", "6,251")
    assert rows["Share of these cases referred by others than the police"] == ("31%", "37%")
    assert "Safer Wolverhampton Partnership" in table.notes[0]
    assert area_report.AreaReport(source, "Dudley").published_context().blocks == ()


CONTEXT = """
id: ours
title: A strategy
publisher: A board
source: A board, A strategy
area: Dudley
periods: ["2023"]
topics:
  - {heading: Topic, section: Section 1, figures: [{label: Cases, values: [12]}]}
"""


def test_a_project_has_context_of_its_own_or_none(project: Project, filled: Filled) -> None:
    folder = project.root / "context"
    folder.mkdir()
    (folder / "ours.yaml").write_text(CONTEXT, encoding="utf-8")
    path = project.root / "toolkit.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"wolverhampton-2019-2022"', '"ours"'), encoding="utf-8")
    snapshot = frozen(open_project(project.root), filled, {"DUD-SVC": ()})
    assert list(snapshot.definitions.context) == ["ours"]
    path.write_text(text.replace('"wolverhampton-2019-2022"', ""), encoding="utf-8")
    assert not open_snapshot(freeze(open_project(project.root))).definitions.context
    for old, new, told in (
        ("values: [12]", "values: [12, 13]", "2 values"),
        ("values: [12]", "unit: percent, values: [120]", "above 100"),
        ("publisher: A board\n", "", "publisher"),
    ):
        (folder / "ours.yaml").write_text(CONTEXT.replace(old, new), encoding="utf-8")
        with pytest.raises(CatalogueError, match=told):
            load_context("ours", project.root)
    with pytest.raises(CatalogueError, match="no file"):
        load_context("nobody", project.root)


def test_the_method_note_says_what_is_a_count_of_people(snapshot: Snapshot) -> None:
    source = Source(snapshot, snapshot.settings.cycle("2024"), "internal")
    text = as_html(deep_dive.DeepDive(source, source.standard("9")).limits())
    assert "ratings are not counts of people" in text
    assert "1 to 4 are hidden" in text
