"""From a printed figure back to the rows behind it, and whether its numbers can be counted from them again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from toolkit.document import Counting, Figure, KeyFigure, Table, cell_text
from toolkit.errors import ReportError
from toolkit.reports.agreement import agrees, in_words
from toolkit.reports.behind import chosen, once_each, rows_of, values_named
from toolkit.reports.counting import MEASURES, Behind, Measure
from toolkit.reports.places import find_column, find_row, row_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from toolkit.document import Basis
    from toolkit.reports.behind import Condition
    from toolkit.store import Snapshot

LISTED = (
    "cycle",
    "organisation_id",
    "organisation",
    "standard",
    "criterion",
    "priority",
    "rating",
    "as_written",
    "counts",
    "note",
    "corrected",
    "file",
    "sheet",
    "cell",
    "sha256",
)
"""Columns of `Traced.rows`."""


@dataclass(frozen=True, slots=True)
class Check:
    """One number: where it stands, what is printed, how it is counted, what the rows give, and whether both agree.

    `agrees` is None where nothing is printed that could be counted again, such as words, an interval, "too few".
    """

    row: str
    column: str
    printed: str
    formula: str
    counted: str
    agrees: bool | None


@dataclass(frozen=True)
class Traced:
    """A figure traced.

    Attributes:
        name: its caption, title or label.
        rows: one row a response, return or action, with the columns `LISTED`; the file's SHA-256 in full.
        checks: its numbers counted again from these rows.
        reason: why there are no rows, where nothing was counted.
    """

    name: str
    rows: pd.DataFrame
    checks: tuple[Check, ...]
    reason: str = ""


def name_of(block: KeyFigure | Table | Figure) -> str:
    """What a figure is called: its label, caption or title."""
    match block:
        case KeyFigure():
            return block.label
        case Table():
            return block.caption
        case Figure():
            return block.title


def trace(
    snapshot: Snapshot,
    cycle: str,
    block: KeyFigure | Table | Figure,
    rows: Sequence[str] = (),
    column: str = "",
) -> Traced:
    """List what is behind a figure, or behind one row or cell of its table, and count its numbers again.

    Args:
        snapshot: what the report was made from.
        cycle: the report's cycle.
        block: the figure, from the executed notebook.
        rows: the beginnings of the row's headers (one for each that is needed to tell it); none for the whole table.
        column: the beginning of a column's heading; empty for all.

    Raises:
        ReportError: the figure says nothing about what is behind it, or there is no such row or column, or several.
    """
    if block.basis is None:
        raise ReportError(f"{name_of(block)!r} was made before figures could be traced; make the report anew.")
    if block.basis.unit == "none":
        return Traced(name_of(block), _listed(snapshot, None, None), (), block.basis.reason)
    tracer = _Tracer(snapshot, cycle, block.basis)
    if isinstance(block, KeyFigure):
        if rows or column:
            raise ReportError(f"{block.label!r} is one number, without rows or columns; leave out --row and --column.")
        return tracer.key_figure(block)
    table = block.table if isinstance(block, Figure) else block
    if table is None:
        raise ReportError(f"{name_of(block)!r} has no table to trace.")
    return tracer.table(name_of(block), table, tuple(rows), column)


class _Tracer:
    """Traces the numbers of one figure."""

    def __init__(self, snapshot: Snapshot, cycle: str, basis: Basis) -> None:
        self._snapshot, self._basis = snapshot, basis
        self._frame = cache(lambda counted: rows_of(snapshot, cycle, basis.unit, counted))
        self._chosen = cache(self._choose)  # numbers of one row, or of one column, are made of the same rows

    def key_figure(self, block: KeyFigure) -> Traced:
        detail = block.detail if block.detail.startswith("of ") else f"({block.detail})" if block.detail else ""
        measure = MEASURES[self._basis.measure]
        behind = self._behind(())
        check = _check("", "", f"{block.value} {detail}".strip(), measure, behind)
        return Traced(block.label, _listed(self._snapshot, behind.rows, measure), (check,))

    def table(self, name: str, table: Table, wanted: tuple[str, ...], heading: str) -> Traced:
        places = [find_column(table, heading)] if heading else list(range(len(table.columns)))
        lines = [find_row(name, table, self._basis, wanted)] if wanted else list(range(len(table.rows)))
        rows = {line: self._row(table, line) for line in lines}
        counted = {at: how for at in places if (how := self._how(table.columns[at].name))}
        cells = {(line, at): self._cell(rows[line], how) for line in lines for at, how in counted.items()}
        checks = tuple(
            _check(
                row_label(table, self._basis, line),
                table.columns[at].name,
                cell_text(table.rows[line][at], table.columns[at], table.missing),
                MEASURES[counted[at].measure],
                behind,
            )
            for (line, at), behind in cells.items()
        )
        if len(cells) == 1 and wanted and heading:
            ((_, at), behind) = next(iter(cells.items()))
            return Traced(name, _listed(self._snapshot, behind.rows, MEASURES[counted[at].measure]), checks)
        parts = [behind.rows for behind in cells.values()] if heading and cells else []
        parts = parts or [self._behind(row).rows for row in rows.values()]
        return Traced(name, _listed(self._snapshot, self._together(parts), None), checks)

    def _how(self, heading: str) -> Counting | None:
        """How a column's numbers are counted; None for a column of words or of row headers."""
        found = next((one for one in self._basis.columns if one.column == heading), None)
        if found or not self._basis.across or heading in dict(self._basis.rows):
            return found
        return Counting(heading, self._basis.measure)

    def _cell(self, row: tuple[Condition, ...], how: Counting) -> Behind:
        behind = self._behind(row, how.scope, how.counted)
        if not self._basis.across or how in self._basis.columns:
            return behind
        across = values_named(self._frame(self._basis.counted), self._basis.across, how.column)
        return replace(behind, rows=chosen(behind.rows, [across]))

    def _behind(self, row: tuple[Condition, ...], scope: str = "row", counted: str = "") -> Behind:
        counted = counted or self._basis.counted
        return Behind(
            self._chosen(counted, row, scope),
            lambda: self._chosen(counted, (), "row"),
            lambda: self._chosen(counted, row, "rest"),
            self._snapshot.settings.thresholds,
        )

    def _choose(self, counted: str, row: tuple[Condition, ...], scope: str) -> pd.DataFrame:
        found = chosen(self._frame(counted), (*self._basis.where, *row), scope)
        return once_each(found, self._basis.unit)

    def _row(self, table: Table, line: int) -> tuple[Condition, ...]:
        frame = self._frame(self._basis.counted)
        names = [column.name for column in table.columns]
        return tuple(
            values_named(frame, dimension, str(table.rows[line][names.index(column)]))
            for column, dimension in self._basis.rows
        )

    def _together(self, parts: list[pd.DataFrame]) -> pd.DataFrame:
        """All rows of the parts, each once, in their order."""
        import pandas as pd

        if not parts:
            return self._chosen(self._basis.counted, (), "row")
        found = pd.concat(parts)
        found = found[~found.index.duplicated()].sort_index()
        return once_each(found, self._basis.unit)


def _check(row: str, column: str, printed: str, measure: Measure, behind: Behind) -> Check:
    tally = measure.of(behind)
    return Check(row, column, printed, measure.formula, in_words(measure, tally), agrees(measure, tally, printed))


def _listed(snapshot: Snapshot, rows: pd.DataFrame | None, measure: Measure | None) -> pd.DataFrame:
    """The rows for readers, in their order."""
    import pandas as pd

    if rows is None:
        return pd.DataFrame(columns=list(LISTED))
    corrected = _corrections(snapshot)
    records = [_record(row, measure, corrected) for row in rows[_READ].to_dict("records")]
    if "earlier" in rows.columns:
        records += _earlier_ends(snapshot, rows, corrected)
    return pd.DataFrame(records, columns=list(LISTED))


_READ = [
    "cycle",
    "organisation_id",
    "organisation",
    "standard",
    "criterion",
    "priority",
    "rating",
    "state",
    "note",
    "rating_as_written",
    "source_file",
    "source_sheet",
    "source_cell",
    "source_sha256",
]


def _record(row: dict[Any, Any], measure: Measure | None, corrected: dict[tuple[str, str, str], str]) -> dict[str, str]:
    missing = row["rating"] == "missing"
    return {
        "cycle": row["cycle"],
        "organisation_id": row["organisation_id"],
        "organisation": row["organisation"],
        "standard": row["standard"],
        "criterion": row["criterion"],
        "priority": row["priority"],
        "rating": "not returned" if missing else row["rating"],
        "as_written": row["rating_as_written"],
        "counts": measure.role(row["state"]) if measure else "",
        "note": row["note"] or ("" if missing or row["rating"] else _returned(row["state"])),
        "corrected": corrected.get((row["cycle"], row["organisation_id"], row["criterion"]), ""),
        "file": row["source_file"],
        "sheet": row["source_sheet"],
        "cell": row["source_cell"],
        "sha256": row["source_sha256"],
    }


def _returned(state: str) -> str:
    return "not returned" if state == "missing" else state


def _earlier_ends(
    snapshot: Snapshot, pairs: pd.DataFrame, corrected: dict[tuple[str, str, str], str]
) -> list[dict[str, str]]:
    """The answers of the cycle before to which the later ones are compared, each once."""
    if not len(pairs):
        return []
    before = snapshot.settings.cycle_before(str(pairs["cycle"].iloc[0]))
    frame = rows_of(snapshot, before.id if before else "", "answers")
    wanted = set(zip(pairs["organisation_id"], pairs["earlier"], strict=True))
    return [
        _record(row, None, corrected)
        for row in frame[_READ].to_dict("records")
        if (row["organisation_id"], row["criterion"]) in wanted
    ]


def _corrections(snapshot: Snapshot) -> dict[tuple[str, str, str], str]:
    """What was corrected of each response, in words."""
    found: dict[tuple[str, str, str], str] = {}
    for one in snapshot.corrections.to_dict("records"):
        key = (str(one["cycle"]), str(one["organisation_id"]), str(one["criterion"]))
        words = f"{one['field']}: {one['was'] or 'empty'} became {one['value'] or 'empty'} ({one['who']}: {one['why']})"
        found[key] = f"{found[key]}; {words}" if key in found else words
    return found
