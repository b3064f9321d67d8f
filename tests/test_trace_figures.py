"""Every figure of the four templates says what it is made of, and its numbers can be counted again from that."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from reports_region import Plan, make_snapshot

from toolkit.document import Basis, Blocks, Column, Figure, KeyFigure, KeyFigures, Table
from toolkit.errors import ReportError
from toolkit.publishing import read_blocks
from toolkit.reports import area_report, board_report, deep_dive, peer_review
from toolkit.reports.counting import MEASURES
from toolkit.reports.tracing import Check, name_of, trace
from toolkit.store import Snapshot, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.document import Block

ROOT = Path(__file__).parent.parent
TEMPLATES = ("deep_dive", "area", "peer_review", "board_report")
Traceable = KeyFigure | Table | Figure


def figures_of(blocks: Iterable[Block]) -> Iterator[Traceable]:
    for block in blocks:
        match block:
            case KeyFigures():
                yield from block.figures
            case Table() | Figure():
                yield block


@cache
def fixture() -> Snapshot:
    return open_snapshot(ROOT / "tests" / "fixtures" / "region" / "snapshot")


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    plan = Plan(areas=("Birmingham", "Dudley", "Walsall", "Coventry"), each_area=8, silent=("WAL1", "DUD0"))
    return make_snapshot(tmp_path_factory.mktemp("trace") / "project", plan)


def all_checks(snapshot: Snapshot, figures: Iterable[Traceable]) -> list[tuple[str, Check]]:
    return [(name_of(one), check) for one in figures for check in trace(snapshot, "2024", one).checks]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_figure_of_a_template_has_a_basis_a_code_and_numbers_that_can_be_counted_again(template: str) -> None:
    figures = list(figures_of(read_blocks(ROOT / "notebooks" / "templates" / f"{template}.ipynb")))
    assert figures
    assert [name_of(one) for one in figures if one.basis is None] == []
    assert len({one.code for one in figures}) == len(figures)
    for one in figures:
        _is_covered(one)
    checks = all_checks(fixture(), figures)
    assert [check for check in checks if check[1].agrees is False] == []
    assert sum(check.agrees is True for _, check in checks) > 0.7 * len(checks) > 100


def _is_covered(one: Traceable) -> None:
    """No column of numbers is left out of the basis."""
    basis = one.basis
    assert basis is not None
    if basis.unit == "none":
        assert basis.reason.endswith(".")
        return
    if isinstance(one, KeyFigure):
        assert basis.measure in MEASURES
        return
    table = one.table if isinstance(one, Figure) else one
    assert table is not None
    names = {column.name for column in table.columns}
    counted = {column.column: column.measure for column in basis.columns}
    assert set(counted.values()) <= set(MEASURES)
    assert {column for column, _ in basis.rows} <= names
    words = names - set(counted) - {column for column, _ in basis.rows}
    assert basis.across or not {column.name for column in table.columns if column.format != "text"} & words
    assert not basis.across or basis.measure in MEASURES
    if not basis.across:
        texts = [str(value) for row in table.rows for value, column in _pairs(row, table) if column.name in words]
        assert not any(" of " in text and text.split(" of ")[0].isdigit() for text in texts), name_of(one)


def _pairs(row: tuple[object, ...], table: Table) -> list[tuple[object, Column]]:
    return list(zip(row, table.columns, strict=True))


def test_the_figures_of_a_whole_region_with_change_gaps_in_common_and_missing_returns_can_be_counted_again(
    region: Snapshot,
) -> None:
    peer, area = (
        peer_review.open_report(region.folder, "2024"),
        area_report.open_report(region.folder, "2024", "Dudley"),
    )
    dive, board = (
        deep_dive.open_report(region.folder, "2024", "5"),
        board_report.open_report(region.folder, "2024"),
    )
    sections: list[Blocks] = [
        *(peer.in_brief(), peer.weighting(), peer.gaps(), peer.learning_pairs(), peer.four_lists()),
        *(area.beside_the_region(), area.change(), dive.change(), dive.good_practice(), board.previous_actions()),
    ]
    checks = all_checks(region, figures_of(block for section in sections for block in section))
    assert [check for check in checks if check[1].agrees is False] == []
    agreed = {check.formula for _, check in checks if check.agrees}
    wanted = [
        *("common gaps", "lasting gaps", "met before", "met after", "change", "difference"),
        *("attainment", "weighted attainment", "share of answered", "share of table"),
    ]
    assert [name for name in wanted if MEASURES[name].formula not in agreed] == []


def test_one_cell_lists_its_rows_with_file_sheet_and_cell_and_what_each_counts_for(region: Snapshot) -> None:
    (matrix,) = figures_of(board_report.open_report(region.folder, "2024").appendix_areas())
    traced = trace(region, "2024", matrix, ["Standard 5"], "walsall")
    (check,) = traced.checks
    assert (check.row, check.column, check.agrees) == ("5", "Walsall", True)
    rows = traced.rows
    assert set(rows["standard"]) == {"5"}
    assert set(rows["priority"]) == {"essential"}
    met = rows[rows["counts"] == "counted"]
    denominator = rows[rows["counts"].isin(["counted", "in the denominator only"])]
    assert set(met["rating"]) == {"met"}
    assert check.printed.endswith(f"({len(met)} of {len(denominator)})")
    missing = rows[rows["rating"] == "not returned"]
    assert set(missing["organisation_id"]) == {"WAL1"}
    assert set(missing["file"]) == set(missing["cell"]) == {""}
    returned = rows[rows["rating"] != "not returned"]
    assert set(returned["sheet"]) == {"Standard 5"}
    by_key = {(one["cycle"], one["organisation_id"], one["criterion"]): one for one in _responses(region)}
    for row in returned.to_dict("records"):
        response = by_key[row["cycle"], row["organisation_id"], row["criterion"]]
        given = (row["rating"], row["as_written"], row["file"], row["sheet"], row["cell"], row["sha256"])
        names = ["rating", "rating_as_written", "source_file", "source_sheet", "source_cell", "source_sha256"]
        assert given == tuple(response[name] for name in names)


def _responses(snapshot: Snapshot) -> list[dict[Any, Any]]:
    return snapshot.responses.to_dict("records")


def test_a_change_lists_the_answers_of_both_cycles(region: Snapshot) -> None:
    change = next(figures_of(board_report.open_report(region.folder, "2024").change()))
    assert isinstance(change, Figure)
    assert change.table is not None
    traced = trace(region, "2024", change, [str(change.table.rows[0][0])])
    assert set(traced.rows["cycle"]) == {"2021", "2024"}
    assert set(traced.rows["rating"]) <= {"met", "partly_met", "not_met"}


def test_a_number_that_is_not_so_is_told(region: Snapshot) -> None:
    first, *_ = figures_of(board_report.open_report(region.folder, "2024").summary())
    assert isinstance(first, KeyFigure)
    (right,) = trace(region, "2024", first).checks
    share, met = first.value, first.detail.split(" of ")[0]
    for wrong in (
        replace(first, value="99%"),
        replace(first, detail=first.detail.replace(met, f"{int(met.replace(',', '')) + 1:,}")),
    ):
        (check,) = trace(region, "2024", wrong).checks
        assert check.agrees is False
        assert check.counted == right.counted
    assert right.agrees is True
    assert share in right.counted


def test_rows_columns_and_figures_that_cannot_be_told_get_a_sentence(region: Snapshot) -> None:
    report = board_report.open_report(region.folder, "2024")
    (matrix,) = figures_of(report.appendix_areas())
    key = next(figures_of(report.summary()))
    for figure, rows, column, words in (
        (matrix, ["Standard 99"], "", "has no row 'Standard 99'; it has 1; 2; 3"),
        (matrix, [], "Cov and", "has no column 'Cov and'; it has Standard; Birmingham"),
        (key, ["5"], "", "is one number, without rows or columns"),
        (replace(key, basis=None), [], "", "was made before figures could be traced; make the report anew"),
    ):
        with pytest.raises(ReportError, match=words):
            trace(region, "2024", figure, rows, column)


def test_what_counts_nothing_says_so(region: Snapshot) -> None:
    table = Table("Titles", (Column("Title"),), (("Safety",),), basis=Basis.none("The framework says so."))
    traced = trace(region, "2024", table)
    assert (len(traced.rows), traced.checks, traced.reason) == (0, (), "The framework says so.")
