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


@dataclass(slots=True)
class Cover:
    """The cover's values by key, as text, and the date of completion.

    `organisations` has every name that a cover gives; there is more than one where covers of several workbooks are in
    the file. `places` has the values of each sheet that is a cover.
    """

    texts: dict[str, str] = field(default_factory=dict)
    completed_on: dt.date | None = None
    organisations: tuple[str, ...] = ()
    places: dict[str, dict[str, CoverValue]] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)


def read_cover(sheets: Iterable[SheetRows], layout: Layout) -> Cover:
    """Read the cover from the sheet that has most of its labels filled; others fill its gaps.

    Where two covers say different things the first counts, with a query; of two dates of completion neither does. An
    empty cover where no sheet has three of its labels.
    """
    places = {sheet.name: found for sheet in sheets if (found := find_cover(sheet.rows, layout))}
    covers = [_read_one(found, name, layout) for name, found in places.items()]
    covers.sort(key=lambda each: -sum(bool(text) for text in each.texts.values()))
    if not covers:
        return Cover()
    first, *others = covers
    first.places = places
    names = [each.texts.get("organisation", "") for each in covers]
    first.organisations = tuple(dict.fromkeys(name for name in names if name))
    for other in others:
        _add(first, other, layout)
    return first


def _add(cover: Cover, other: Cover, layout: Layout) -> None:
    cover.queries.extend(other.queries)
    for key, text in other.texts.items():
        own = cover.texts.get(key, "")
        if text and not own:
            cover.texts[key] = text
            if key == "completed_on":
                cover.completed_on = other.completed_on
        elif text and text != own:
            label = layout.cover_field(key).label
            cover.queries.append(query("covers-differ", found=f"{own} / {text}", expected="one answer", field=label))
            if key == "completed_on" and other.completed_on != cover.completed_on:
                cover.completed_on = None


def _read_one(values: dict[str, CoverValue], name: str, layout: Layout) -> Cover:
    cover = Cover()
    for key, value in values.items():
        place = {"sheet": name, "cell": f"{column_letters(value.column)}{value.row + 1}"}
        if isinstance(value.value, ErrorCell):
            label = layout.cover_field(key).label
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
