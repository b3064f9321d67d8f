"""Stacked bars of the six ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.document import RATING_WORDS, Figure, how_many, percent, tabulate
from toolkit.figures.data import Row, alternative, extremes, rows_of, short
from toolkit.figures.drawing import SMALL, WIDTH, Sheet, text_width
from toolkit.figures.palette import INK, RATING_LOOKS, readable_on
from toolkit.figures.rows import BAR, Rows
from toolkit.records import Rating

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from toolkit.document import Basis

_BESIDE = 64
_SWATCH = 14


def stacked_ratings(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    words: Mapping[str, str] | None = None,
    caption: str = "",
    note: str = "",
    basis: Basis | None = None,
) -> Figure:
    """One bar per row, divided by rating; the frame has a column of counts for each rating ("met", "partly_met", ...).

    A rating without a column counts 0 and a rating that nobody gave is left out of the key. `words` are the scale's own
    words for the ratings. The bar's length is the share of all responses in the row; the numbers in it are counts. The
    shares in the alternative text leave out not applicable, as every share met does.
    """
    rows = rows_of(frame)
    named = {rating: (words or {}).get(rating, word) for rating, word in RATING_WORDS.items()}
    sums = {rating: sum(row.count(rating) for row in rows) for rating in named}
    given = [rating for rating in named if sums[rating]]
    total = sum(sums.values())
    alt = alternative(
        f"Stacked bar chart of ratings by {heading.lower()}, {how_many(len(rows), 'bar')}.",
        f"Of {how_many(total, 'response')}: {', '.join(f'{sums[r]:,} {named[r].lower()}' for r in given)}."
        if total
        else "No responses.",
        extremes(
            [row for row in rows if _applicable(row)],
            lambda row: row.count(Rating.MET) / _applicable(row),
            lambda row: (
                f"{short(row.text(label))}, {percent(row.count(Rating.MET) / _applicable(row))} "
                f"({row.count(Rating.MET):,} of {_applicable(row):,})"
            ),
            highest=f"Highest share {named[Rating.MET].lower()} of those applicable",
            lowest="Lowest",
        ),
    )
    data = tabulate(
        caption or f"Ratings by {heading.lower()}",
        [
            {"label": row.text(label), "total": _size(row)} | {rating: row.count(rating) for rating in named}
            for row in rows
        ],
        [("label", heading), *((rating, named[rating], "count") for rating in named), ("total", "Responses", "count")],
    )
    sheet = _drawing([(row.text(label), row) for row in rows], {rating: named[rating] for rating in given})
    return Figure(
        title, alt, sheet.as_svg(title, alt), data, note or "Numbers in the bars are counts of responses.", basis=basis
    )


def _size(row: Row) -> int:
    return sum(row.count(rating) for rating in RATING_WORDS)


def _applicable(row: Row) -> int:
    return _size(row) - row.count(Rating.NOT_APPLICABLE)


def _drawing(bars: list[tuple[str, Row]], named: dict[Rating, str]) -> Sheet:
    places, top = _key_places(named)
    rows = Rows([label for label, _ in bars], top=top, beside=_BESIDE)
    sheet = Sheet(rows.bottom + 4)
    for (rating, word), (x, y) in zip(named.items(), places, strict=True):
        sheet.box((x, y), _SWATCH, _SWATCH, RATING_LOOKS[rating], INK)
        sheet.text(x + _SWATCH + 6, y + _SWATCH / 2, word)
    rows.label(sheet)
    for (_, row), middle in zip(bars, rows.middles, strict=True):
        total, start = _size(row), rows.left
        for rating in named:
            number = row.count(rating)
            if not number:
                continue
            width, look = number / total * (rows.right - rows.left), RATING_LOOKS[rating]
            sheet.box((start, middle - BAR / 2), width, BAR, look, INK)
            if text_width(f"{number:,}", SMALL) + 4 <= width:
                behind = look.fill if look.hatch else ""
                ink = readable_on(look.fill)
                at = start + width / 2
                sheet.text(at, middle, f"{number:,}", anchor="center", size=SMALL, colour=ink, behind=behind)
            start += width
        sheet.text(rows.right + 8, middle, f"n = {total:,}" if total else "none", size=SMALL)
    return sheet


def _key_places(named: dict[Rating, str]) -> tuple[list[tuple[float, float]], float]:
    """The corner of each swatch, and where the rows may start below the key."""
    places, x, y = [], 0.0, 2.0
    for word in named.values():
        width = _SWATCH + 6 + text_width(word) + 12
        if x and x + width > WIDTH + 12:
            x, y = 0.0, y + 22
        places.append((x, y))
        x += width
    return places, y + _SWATCH + 10
