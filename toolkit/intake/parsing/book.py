"""An opened workbook, and what reading it gives: the two things that every reader of a layout shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.layouts import IdentityReading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolkit.intake.guards import Inspection, Package
    from toolkit.intake.parsing.query_answers import QueryAnswers
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.intake.parsing.tables import TableRow
    from toolkit.records import CellCount, Return


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that has passed the guard: its sheets that have any cells, and the identity in its places."""

    inspection: Inspection
    sheets: list[SheetRows]
    said: IdentityReading = field(default_factory=IdentityReading)

    @property
    def package(self) -> Package | None:
        """The workbook as a zip file; None where it is of another kind."""
        return self.inspection.package


@dataclass(frozen=True, slots=True)
class Reading:
    """A return as its workbook tells it, before anybody asks whether the organisation is known.

    `has_table` is False where no sheet has the table of an audit workbook; `known_cycle` is False where the workbook
    belongs to a cycle that the project does not have, or nobody can tell to which. `hold` is the code of a reason for
    which a person must look at it first, with `hold_details`. `part` is where in the file the return stands, where the
    file has several; `cells` is what became of every filled cell. `answers` are there where the file is no return but a
    query workbook that has come back. `rows` has the rows of each criterion, where it has rows of its own.
    """

    return_: Return
    has_table: bool = True
    known_cycle: bool = True
    hold: str = ""
    hold_details: dict[str, str] = field(default_factory=dict)
    part: str = ""
    cells: CellCount | None = None
    answers: QueryAnswers | None = None
    rows: Mapping[str, Sequence[TableRow]] = field(default_factory=dict)
