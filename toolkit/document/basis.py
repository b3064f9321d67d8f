"""What stands behind a figure: which rows of a snapshot, and how each of its numbers is counted from them.

The section that makes a figure says so in words; `toolkit.reports.tracing` reads them and counts again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Unit = Literal["answers", "returns", "actions", "earlier actions", "pairs", "none"]
"""What is counted: what each organisation was asked and answered; who has returned; the actions of this cycle; those of
the cycle before; answers to linked criteria in both cycles; nothing."""

Counted = Literal["all", "essential", "essential by criterion", "essential by standard", "essential by cycle"]
"""Which answers count: all, the essential ones, or the essential ones and all where a criterion, a standard or the
cycle has nothing essential."""

Scope = Literal["row", "region", "rest", "others"]
"""Whose: the row's own; the whole region's; that of those who do not serve the row's area; that of the others there."""


@dataclass(frozen=True, slots=True)
class Counting:
    """How one column's numbers are counted: `measure` is a word of `toolkit.reports.counting`.

    `counted` is as in `Basis`, and the same as there where it is empty.
    """

    column: str
    measure: str
    scope: Scope = "row"
    counted: Counted | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a key figure, table or chart is made of.

    Attributes:
        unit: what is counted.
        where: dimensions and the values that they may have ("area", ("Dudley",)); every one must hold.
        counted: which answers count.
        measure: what the number is, for a key figure and for the columns that `across` names.
        rows: the columns that say which row it is, and the dimension that each is a value of ("Area", "area").
        columns: the columns with numbers, and how these are counted.
        across: the dimension of which the headings of all other columns are values; "" where they hold text.
        reason: why there is nothing behind it, where `unit` is "none".
    """

    unit: Unit
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    counted: Counted = "all"
    measure: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    columns: tuple[Counting, ...] = ()
    across: str = ""
    reason: str = ""

    @classmethod
    def of(
        cls,
        unit: Unit = "answers",
        measure: str = "",
        *,
        counted: Counted = "all",
        rows: Mapping[str, str] | None = None,
        columns: Mapping[str, str | Counting] | None = None,
        across: str = "",
        **where: str | tuple[str, ...] | None,
    ) -> Basis:
        """The same in fewer words: `where` as arguments (None for all), `columns` as heading and measure."""
        return cls(
            unit,
            tuple((key, (one,) if isinstance(one, str) else one) for key, one in where.items() if one is not None),
            counted,
            measure,
            tuple((rows or {}).items()),
            tuple(Counting(column, how) if isinstance(how, str) else how for column, how in (columns or {}).items()),
            across,
        )

    @classmethod
    def none(cls, reason: str) -> Basis:
        """Nothing was counted; `reason` says what it is made of instead."""
        return cls("none", reason=reason)


def read_basis(value: dict[str, Any] | None) -> Basis | None:
    """The basis of its JSON fields. Raises TypeError for anything else."""
    if value is None:
        return None
    return Basis(
        **{
            **value,
            "where": tuple((key, tuple(values)) for key, values in value["where"]),
            "rows": tuple((column, dimension) for column, dimension in value["rows"]),
            "columns": tuple(Counting(**column) for column in value["columns"]),
        }
    )
