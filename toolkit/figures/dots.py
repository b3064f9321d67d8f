"""Dots: before and after, and differences with their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.document import Figure, how_many, percent, points, points_span_of, tabulate
from toolkit.figures.bars import QUARTERS
from toolkit.figures.data import Row, alternative, rows_of, short
from toolkit.figures.drawing import SMALL, WIDTH, Sheet, fold, text_width
from toolkit.figures.palette import DARK_BLUE, GREY, INK, MID_BLUE, PAPER
from toolkit.figures.rows import Rows

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Basis, Table

_BESIDE = 152
_AXIS = 24
_RADIUS = 6


@dataclass(frozen=True, slots=True)
class _Change:
    label: str
    before: float | None
    after: float | None
    met: tuple[float | None, float | None]
    of: float | None
    n: float | None
    span: str
    verdict: str

    @property
    def both(self) -> bool:
        return self.before is not None and self.after is not None

    @property
    def size(self) -> float:
        return round((self.after or 0) - (self.before or 0), 12)

    def words(self) -> str:
        return f"{short(self.label)}, {percent(self.before)} to {percent(self.after)}"

    def traced(self) -> tuple[str | None, str | None]:
        """Both shares with what they are made of: "56% (99 of 177)"; nothing where they cannot be compared."""
        if not self.both:
            return None, None
        shares = zip((self.before, self.after), self.met, strict=True)
        first, second = (
            f"{percent(share)} ({round(met or 0, 1):,.12g} of {self.of or 0:,.0f})" for share, met in shares
        )
        return first, second


def change_dots(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    periods: tuple[str, str],
    before: str = "before",
    after: str = "after",
    met: tuple[str, str] = ("met_before", "met_after"),
    of: str = "pairs",
    n: str = "organisations",
    span: tuple[str, str] = ("lower", "upper"),
    verdict: str = "verdict",
    caption: str = "",
    note: str = "",
    basis: Basis | None = None,
) -> Figure:
    """One line per row from the share before (hollow) to the share after (filled); `periods` name them.

    Where either share is missing the row says the verdict ("too few to compare", "partly comparable") instead. The
    table prints each share with its numerator and denominator: `met` (before and after) and `of` (answers in both
    cycles). `n` is the column with the number of organisations in both, `span` those with the change's interval.
    """
    changes = [
        _Change(
            row.text(label),
            row.number(before),
            row.number(after),
            (row.number(met[0]), row.number(met[1])),
            row.number(of),
            row.number(n),
            points_span_of(row.number(span[0]), row.number(span[1])),
            row.text(verdict),
        )
        for row in rows_of(frame)
    ]
    alt = _change_alt(changes, periods, heading)
    data = _change_table(changes, periods, heading, caption)
    return Figure(title, alt, _change_drawing(changes, periods).as_svg(title, alt), data, note, basis=basis)


def _change_alt(changes: list[_Change], periods: tuple[str, str], heading: str) -> str:
    drawn = [change for change in changes if change.both]
    return alternative(
        f"Dot chart of shares met in {periods[0]} and {periods[1]}, "
        f"{how_many(len(changes), 'row')}, one for each {heading.lower()}.",
        _moves("rise", [change for change in drawn if change.size > 0]),
        _moves("fall", [change for change in drawn if change.size < 0]),
        f"Up in {sum(c.size > 0 for c in drawn)}, down in {sum(c.size < 0 for c in drawn)}, "
        f"level in {sum(c.size == 0 for c in drawn)}."
        if drawn
        else "",
        f"Not compared: {len(changes) - len(drawn)}." if len(drawn) < len(changes) else "",
    )


def _change_table(changes: list[_Change], periods: tuple[str, str], heading: str, caption: str) -> Table:
    return tabulate(
        caption or f"Share met in {periods[0]} and {periods[1]} by {heading.lower()}",
        [
            {
                "label": c.label,
                "n": c.n,
                "before": c.traced()[0],
                "after": c.traced()[1],
                "size": c.size if c.both else None,
                "span": c.span,
                "verdict": c.verdict,
            }
            for c in changes
        ],
        [
            ("label", heading),
            ("n", "Organisations in both", "count"),
            ("before", f"Met in {periods[0]}"),
            ("after", f"Met in {periods[1]}"),
            ("size", "Change", "points"),
            ("span", "Interval"),
            ("verdict", "Reading"),
        ],
    )


def _moves(kind: str, changes: list[_Change]) -> str:
    """The largest and the smallest rise (or fall), the first in the chart's order where several are as large."""
    if not changes:
        return ""
    if len(changes) == 1:
        return f"Only {kind}: {changes[0].words()}."
    largest, smallest = (pick(changes, key=lambda change: abs(change.size)) for pick in (max, min))
    if largest.size == smallest.size:
        return f"Every {kind} is {points(abs(largest.size)).removeprefix('+')}, as in {largest.words()}."
    return f"Largest {kind}: {largest.words()}. Smallest {kind}: {smallest.words()}."


def _change_drawing(changes: list[_Change], periods: tuple[str, str]) -> Sheet:
    rows = Rows([change.label for change in changes], top=28, beside=_BESIDE, tall=any(c.verdict for c in changes))
    sheet = Sheet(rows.bottom + _AXIS)
    sheet.dot(8, 9, _RADIUS, PAPER, DARK_BLUE)
    sheet.text(20, 9, periods[0])
    second = 20 + text_width(periods[0]) + 24
    sheet.dot(second, 9, _RADIUS, DARK_BLUE, DARK_BLUE)
    sheet.text(second + 12, 9, periods[1])
    inset = Inset(rows, _RADIUS + 2)
    sheet.ticks([(inset.at(share), percent(share)) for share in QUARTERS], rows.top, rows.bottom)
    rows.label(sheet)
    for change, middle in zip(changes, rows.middles, strict=True):
        if change.before is None or change.after is None:
            _beside(sheet, rows, middle, "", change.verdict or "not compared")
            continue
        ends = inset.at(change.before), inset.at(change.after)
        sheet.line((ends[0], middle), (ends[1], middle), MID_BLUE, width=3)
        sheet.dot(ends[0], middle, _RADIUS, PAPER, DARK_BLUE)
        sheet.dot(ends[1], middle, _RADIUS - 1, DARK_BLUE, DARK_BLUE)
        _beside(sheet, rows, middle, f"{percent(change.before)} to {percent(change.after)}", change.verdict)
    return sheet


@dataclass(frozen=True, slots=True)
class _Difference:
    label: str
    difference: float | None
    lower: float | None
    upper: float | None
    verdict: str
    n: int
    rest: int

    def words(self) -> str:
        return f"{short(self.label)} {points(self.difference)} ({points_span_of(self.lower, self.upper)})"


def difference_dots(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    difference: str = "difference",
    lower: str = "lower",
    upper: str = "upper",
    n: str = "n",
    rest_n: str = "rest_n",
    verdict: str = "verdict",
    against: str = "the rest of the region",
    caption: str = "",
    note: str = "",
    basis: Basis | None = None,
) -> Figure:
    """One dot per row: a difference of shares (-1 to 1) with its interval beside a line at zero.

    A row without an interval prints its verdict ("too few to compare") and no dot. The alternative text gives the range
    and every row in the frame's order, and calls none the highest or lowest: a difference is no ranking.
    """
    dots = [_difference(row, (label, difference, lower, upper, verdict, n, rest_n)) for row in rows_of(frame)]
    drawn = [dot for dot in dots if dot.difference is not None]
    clear = sum((dot.lower or 0) > 0 or (dot.upper or 0) < 0 for dot in drawn)
    alt = alternative(
        f"Dot chart of differences from {against}, {how_many(len(dots), 'row')}, one for each {heading.lower()}.",
        _range(drawn),
        f"Intervals clear of zero: {clear} of {len(drawn)}." if drawn else "",
        f"Too few to compare: {len(dots) - len(drawn)}." if len(drawn) < len(dots) else "",
        f"By {heading.lower()}: {'; '.join(dot.words() for dot in drawn)}." if drawn else "",
    )
    data = tabulate(
        caption or f"Difference from {against} by {heading.lower()}",
        [
            {
                "label": d.label,
                "n": d.n,
                "rest": d.rest,
                "difference": d.difference,
                "interval": points_span_of(d.lower, d.upper),
                "verdict": d.verdict,
            }
            for d in dots
        ],
        [
            ("label", heading),
            ("n", "Organisations", "count"),
            ("rest", "In the rest", "count"),
            ("difference", "Difference", "points"),
            ("interval", "Interval"),
            ("verdict", "Reading"),
        ],
    )
    return Figure(title, alt, _difference_drawing(dots, against).as_svg(title, alt), data, note, basis=basis)


def _range(drawn: list[_Difference]) -> str:
    found = sorted(dot.difference for dot in drawn if dot.difference is not None)
    ends = [points(found[0]), points(found[-1])] if len(found) > 1 else []
    return f"Differences run from {ends[0]} to {ends[1]}." if len(set(ends)) > 1 else ""


def _difference(row: Row, keys: tuple[str, str, str, str, str, str, str]) -> _Difference:
    label, difference, lower, upper, verdict, n, rest = keys
    low, high = row.number(lower), row.number(upper)
    size = row.number(difference) if low is not None and high is not None else None
    return _Difference(row.text(label), size, low, high, row.text(verdict), row.count(n), row.count(rest))


def _difference_drawing(dots: list[_Difference], against: str) -> Sheet:
    rows = Rows([dot.label for dot in dots], top=22, beside=_BESIDE, tall=any(dot.verdict for dot in dots))
    sheet = Sheet(rows.bottom + _AXIS)
    ends = [abs(value) for dot in dots for value in (dot.lower, dot.upper) if value is not None]
    reach = min(max(math.ceil(max(ends, default=0.1) * 10 - 1e-9) / 10, 0.1), 1)
    inset = Inset(rows, _RADIUS + 8, -reach, reach)
    places = [
        (inset.at(side), f"{side * 100:+.0f}" if side else "0") for side in (-reach, -reach / 2, 0, reach / 2, reach)
    ]
    sheet.ticks(places, rows.top, rows.bottom)
    sheet.rule(inset.at(0), rows.top, rows.bottom, f"same as {against}")
    rows.label(sheet)
    for dot, middle in zip(dots, rows.middles, strict=True):
        if dot.difference is None or dot.lower is None or dot.upper is None:
            _beside(sheet, rows, middle, "", dot.verdict or "too few to compare")
            continue
        sheet.whisker(inset.at(dot.lower), inset.at(dot.upper), middle)
        sheet.dot(inset.at(dot.difference), middle, _RADIUS - 1, DARK_BLUE, DARK_BLUE)
        _beside(sheet, rows, middle, points(dot.difference), dot.verdict)
    return sheet


class Inset:
    """Values to x, so that dots at the ends of the scale stay inside the rows."""

    def __init__(self, rows: Rows, margin: float, low: float = 0, high: float = 1) -> None:
        self._left, self._wide = rows.left + margin, rows.right - rows.left - 2 * margin
        self._low, self._high = low, high

    def at(self, value: float) -> float:
        """The x of a value; what lies beyond the scale stays at its end."""
        inside = min(max(value, self._low), self._high)
        return self._left + self._wide * (inside - self._low) / (self._high - self._low)


def _beside(sheet: Sheet, rows: Rows, middle: float, value: str, verdict: str) -> None:
    """The value in bold and below it the verdict, at the right of a row."""
    x = rows.right + 12
    lines = [(value, True)] if value else []
    lines += [(line, False) for line in fold(verdict, WIDTH - x, SMALL, 1 if value else 2)] if verdict else []
    for place, (line, bold) in enumerate(lines):
        y = middle + 15 * (place - (len(lines) - 1) / 2)
        sheet.text(x, y, line, bold=bold, size=SMALL if not bold else 13, colour=INK if bold else GREY)
