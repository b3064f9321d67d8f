"""Reports say which answers were corrected, with before, after, why and when, where the page is about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from toolkit.document import Blocks, Table, to_json
from toolkit.records import Rating
from toolkit.reports import area_report, deep_dive
from toolkit.store import correct, freeze, open_store

if TYPE_CHECKING:
    from conftest import Filled

    from toolkit.project import Project

AT = datetime(2024, 9, 2, 10, 0, tzinfo=UTC)
CAPTION = "Answers corrected since they were received"


@pytest.fixture
def two_returns(project: Project, filled: Filled) -> Project:
    with open_store(project) as store:
        for who in ("BIR-HSG", "WM-POL"):
            store.record(*filled(who, "2024", ratings=dict.fromkeys(("1.1", "1.2", "5.1"), Rating.MET)))
    return project


def _correct(project: Project, criterion: str, field: str, value: str) -> None:
    correct(
        project,
        organisation_id="BIR-HSG",
        criterion=criterion,
        field=field,
        value=value,
        why="<b>Told</b> so.",
        who="A Analyst",
        at=AT,
    )


def _tables(blocks: Blocks, caption: str) -> list[Table]:
    return [each for each in blocks.blocks if isinstance(each, Table) and each.caption == caption]


def _deep_dive(project: Project, standard: str) -> Blocks:
    return deep_dive.open_report(freeze(project), "2024", standard).limits()


def test_the_method_lists_what_was_corrected_on_the_pages_it_is_about(two_returns: Project) -> None:
    _correct(two_returns, "1.1", "rating", "not_met")
    _correct(two_returns, "1.1", "target_date", "2025-03-31")
    _correct(two_returns, "5.1", "lead", "Sam Secret")
    (table,) = _tables(_deep_dive(two_returns, "1"), CAPTION)
    who = "Birmingham Synthetic Homes"
    assert table.rows == (
        (who, "1.1", "Rating", "Met", "Not met", "<b>Told</b> so.", "2 September 2024"),
        (who, "1.1", "Target date", "empty", "31 March 2025", "<b>Told</b> so.", "2 September 2024"),
    )
    assert "1 answer was corrected" in str(to_json(_deep_dive(two_returns, "1")))
    fifth = _deep_dive(two_returns, "5")
    assert [row[2:5] for row in _tables(fifth, CAPTION)[0].rows] == [("Lead", "missing", "named")]
    assert "Secret" not in str(to_json(fifth))
    assert not _tables(_deep_dive(two_returns, "2"), CAPTION)


def test_an_area_report_lists_those_of_the_organisations_that_serve_it(two_returns: Project) -> None:
    _correct(two_returns, "1.1", "rating", "not_met")
    snapshot = str(freeze(two_returns))
    for area, found in (("Birmingham", 1), ("Walsall", 0)):
        report = area_report.open_report(snapshot, "2024", area)
        assert len(_tables(report.limits(), CAPTION)) == found


def test_a_table_of_answers_marks_the_corrected_ones(two_returns: Project) -> None:
    _correct(two_returns, "1.2", "evidence", "")
    blocks = deep_dive.open_report(freeze(two_returns), "2024", "1").without_evidence()
    (table,) = _tables(blocks, "Rated met without evidence")
    assert any("Birmingham Synthetic Homes, 1.2" in note for note in table.notes)


def test_without_corrections_nothing_is_said(two_returns: Project) -> None:
    assert "corrected" not in str(to_json(_deep_dive(two_returns, "1")))
