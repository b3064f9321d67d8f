"""What the cover says: whose return it is, who completed and authorised it, when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.intake.parsing.dates import means_no_date, read_date
from toolkit.intake.parsing.text import ErrorCell, as_text, column_letters, without_unshown
from toolkit.intake.queries import query
from toolkit.layouts import find_cover

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.layouts import CoverValue, Layout
    from toolkit.records import Query

_FEWEST_LABELS = 3


@dataclass(slots=True)
class Cover:
    """The cover's values by key, as text, and the date of completion."""

    texts: dict[str, str] = field(default_factory=dict)
    completed_on: dt.date | None = None
    queries: list[Query] = field(default_factory=list)


def read_cover(sheets: Iterable[SheetRows], layout: Layout) -> Cover:
    """Read the cover from the sheet that has most of its labels; an empty one where no sheet has three of them."""
    best: tuple[dict[str, CoverValue], str] = ({}, "")
    for sheet in sheets:
        found = find_cover(sheet.rows, layout)
        if len(found) > len(best[0]):
            best = (found, sheet.name)
        if len(found) == len(layout.cover):
            break
    values, name = best
    cover = Cover()
    if len(values) < _FEWEST_LABELS:
        return cover
    for key, value in values.items():
        place = {"sheet": name, "cell": f"{column_letters(value.column)}{value.row + 1}"}
        label = layout.cover_field(key).label
        if isinstance(value.value, ErrorCell):
            cover.queries.append(
                query("cover-error-cell", found=value.value.text, expected=label, field=label, **place)
            )
            continue
        written = " ".join(without_unshown(as_text(value.value)).split())
        cover.texts[key] = written
        if key == "completed_on" and written and not means_no_date(written):
            cover.completed_on = read_date(value.value)
            if cover.completed_on is None:
                cover.queries.append(query("cover-date-unclear", found=written, expected="a date", **place))
    return cover
