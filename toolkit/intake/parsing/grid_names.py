"""What stands around the names of a matrix: a second column under one name, a word that says whose ratings they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.intake.parsing.grid_references import one_line
from toolkit.intake.parsing.text import column_letters
from toolkit.layouts import OTHER, kind_of, speaks_of_others

if TYPE_CHECKING:
    from toolkit.intake.parsing.foreign_merges import Merges
    from toolkit.intake.parsing.grid_blocks import Across, Block


def under_their_names(block: Block, merges: Merges) -> tuple[Across, ...]:
    """A block's organisations, the name carried over to a column beside it that has ratings and no name of its own.

    It is carried where it is merged over the column, or where a word stands below it there: then two columns are one
    organisation's, and nothing says which of them counts.

    Args:
        block: a matrix.
        merges: what is merged on its sheet.
    """
    found: list[Across] = []
    for each in block.across:
        before = found[-1] if found and found[-1].column == each.column - 1 else None
        if before is None or each.name or each.organisation_id or not (before.name or before.organisation_id):
            found.append(each)
            continue
        merge = merges.get((block.sheet.name, f"{column_letters(each.column)}{before.row + 1}"))
        is_merged = merge is not None and merge.row == before.row and merge.column <= before.column
        if is_merged or any(_below(block, each)):
            found.append(replace(each, name=before.name, organisation_id=before.organisation_id))
        else:
            found.append(each)
    return tuple(found)


def of_others(block: Block, across: Across) -> dict[str, str]:
    """What below an organisation's name says that its ratings are somebody else's or another time's; empty if nothing.

    Args:
        block: a matrix.
        across: the organisation's column.
    """
    for row, written in _below(block, across):
        if kind_of(written)[0] == OTHER or speaks_of_others(written):
            place = f"{block.sheet.name} {column_letters(across.column)}{row + 1}"
            return {"column": column_letters(across.column), "field": across.name, "found": f"{written} ({place})"}
    return {}


def _below(block: Block, across: Across) -> list[tuple[int, str]]:
    """The words of the header below a name, with their rows."""
    cells = [(row, one_line(block.sheet.rows[row][across.column])) for row in block.band if row > across.row]
    return [(row, written) for row, written in cells if written not in {"", across.organisation_id}]
