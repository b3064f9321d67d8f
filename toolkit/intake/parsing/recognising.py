"""What a workbook without an identity is: which framework its rows are of; and sheets that mention criteria in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.intake.queries import query
from toolkit.layouts import read_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.intake.parsing.context import Asking, CycleContext, ParsingContext
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.intake.parsing.tables import SheetTable, TableRow
    from toolkit.records import Query

_LONGEST_LIST = 8
_SURE_BY_REFERENCES = 0.9
"""The share of references that a framework must have for rows to be its own by them."""


def cycles_by_content(tables: Iterable[SheetTable], context: ParsingContext) -> tuple[CycleContext, ...]:
    """The cycles whose frameworks the rows may be of, by their texts, else by their references; none where none fits.

    Texts count before references, because the editions share most of their numbers: where no text tells them apart,
    several may fit equally. Of the cycles on one framework the current one is named, else the latest.
    """
    told = _Told([row for table in tables for row in table.rows])
    ranks = {cycle.cycle: told.rank(cycle.asking) for cycle in context.cycles}
    best = max(ranks.values())
    if best == (0, 0):
        return ()
    fitting: dict[str, CycleContext] = {}
    for cycle in context.cycles:
        framework = cycle.asking.framework.id
        if ranks[cycle.cycle] == best and fitting.get(framework) is not context.current:
            fitting[framework] = cycle
    return tuple(fitting.values())


def rows_of_another(
    tables: Iterable[SheetTable], decided: CycleContext, context: ParsingContext, issued_for: str = ""
) -> Query | None:
    """A query where the rows are plainly not those that the cycle asks which a person decided on; else None.

    By their texts; where no text is of either framework, by references that are not its own, or by the identity.

    Args:
        tables: the rows.
        decided: the cycle that was decided on.
        context: the cycles of the project.
        issued_for: the framework in the workbook's identity; "" where it has none.
    """
    tables = tuple(tables)
    told = _Told([row for table in tables for row in table.rows])
    texts, known = told.rank(decided.asking)
    other = next(iter(cycles_by_content(tables, context)), decided)
    other_texts, other_known = told.rank(other.asking)
    own = decided.asking.framework
    is_another = other_texts > texts or (
        texts == other_texts == 0 and known < _SURE_BY_REFERENCES * len(told.references) <= other_known
    )
    found = other.asking.framework if is_another else None
    if found is None and not texts and issued_for not in {"", own.id}:
        found = next((each.asking.framework for each in context.cycles if each.asking.framework.id == issued_for), None)
    if found is None or found.id == own.id:
        return None
    return query("rows-of-another", found=found.short_title, expected=own.short_title)


class _Told:
    """The texts and references in rows, and how many of them a framework has."""

    def __init__(self, rows: Iterable[TableRow]) -> None:
        values = [(row.value("summary"), read_reference(row.value("criterion"))) for row in rows]
        self.texts = [text for text, _ in values if isinstance(text, str) and text]
        self.references = [reading.candidates for _, reading in values if reading]

    def rank(self, asking: Asking) -> tuple[int, int]:
        return (
            sum(1 for text in self.texts if asking.criteria_with(text)),
            sum(1 for candidates in self.references if any(c in asking.order for c in candidates)),
        )


def unread_sheets(sheets: Iterable[SheetRows], missing: Iterable[str], asking: Asking) -> Iterator[Query]:
    """A query for every sheet without a table that has the text of criteria which are nowhere else."""
    wanted = set(missing)
    for sheet in sheets:
        found: list[str] = []
        for row in sheet.rows:
            for cell in row:
                if isinstance(cell, str) and len(cell) > 1:
                    found.extend(c for c in asking.by_text_of(cell) if c in wanted and c not in found)
        if found:
            more = ", ..." if len(found) > _LONGEST_LIST else ""
            yield query(
                "sheet-not-read",
                sheet=sheet.name,
                found=", ".join(found[:_LONGEST_LIST]) + more,
                expected="Reference, What is asked, Rating, ...",
            )
