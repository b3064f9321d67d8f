"""Bars from 0 to 100%: shares with their bounds, and how many returns came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.document import ColumnSpec, Figure, Table, how_many, no_share, percent, share_of, span_of, tabulate
from toolkit.figures.data import alternative, rows_of, short
from toolkit.figures.drawing import SMALL, Sheet
from toolkit.figures.palette import GREY, INK, MID_BLUE, Look
from toolkit.figures.rows import BAR, Rows

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Basis

_BESIDE = 132
_AXIS = 24
_LONGEST_LIST = 420
QUARTERS = (0, 0.25, 0.5, 0.75, 1)


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar; `share` is None where it is not drawn."""

    label: str
    part: int
    whole: int
    share: float | None
    lower: float | None = None
    upper: float | None = None
    nothing: str = "none asked"

    @property
    def span(self) -> str:
        return "–" if self.share is None else span_of(self.lower, self.upper)

    def words(self) -> str:
        return f"{short(self.label)}: {share_of(self.share, self.part, self.whole, self.nothing)}"


def share_bars(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    met: str = "met",
    applicable: str = "applicable",
    share: str = "share",
    lower: str | None = "lower",
    upper: str | None = "upper",
    measure: str = "Share met",
    span: str = "Bounds",
    reference: tuple[str, float] | None = None,
    too_few: int = 0,
    caption: str = "",
    note: str = "",
    basis: Basis | None = None,
) -> Figure:
    """One bar per row: the share (0 to 1), beside it "31 of 50", and a whisker from `lower` to `upper`.

    `heading` names what the rows are ("Standard"). `measure` and `span` name the share and the whisker in chart and
    table. `reference` draws a labelled line ("Region", 0.61). A row with fewer than `too_few` applicable, or
    without a share, gets words instead of a bar; the columns `asked` and `returned` tell why there is none. Pass None
    for `lower` and `upper` where there is no whisker.
    """
    bars = [
        _Bar(
            row.text(label),
            row.count(met),
            row.count(applicable),
            row.number(share) if row.count(applicable) >= max(too_few, 1) else None,
            row.number(lower),
            row.number(upper),
            no_share(row.count("asked"), row.count("returned")),
        )
        for row in rows_of(frame)
    ]
    whiskers = lower is not None and upper is not None
    columns: list[ColumnSpec] = [
        ("label", heading),
        ("met", "Met", "count"),
        ("applicable", "Applicable", "count"),
        ("share", measure, "share"),
        ("span", span),
    ]
    data = tabulate(
        caption or f"{measure} by {heading.lower()}",
        [{"label": b.label, "met": b.part, "applicable": b.whole, "share": b.share, "span": b.span} for b in bars],
        columns if whiskers else columns[:-1],
        notes=[f"No share is given where fewer than {too_few} are applicable."] if too_few > 1 else [],
    )
    ends = f"Whiskers show the {span.lower()}." if whiskers else ""
    subject = f"{measure} by {heading.lower()}"
    return _figure(title, bars, data, subject=subject, whiskers=ends, reference=reference, note=note, basis=basis)


def response_bars(
    title: str,
    frame: pd.DataFrame,
    label: str,
    *,
    heading: str,
    returned: str = "returned",
    expected: str = "expected",
    caption: str = "",
    note: str = "",
    basis: Basis | None = None,
) -> Figure:
    """One bar per row: returns received out of returns expected, printed as "9 of 12"."""
    bars = [
        _Bar(row.text(label), got, due, got / due if due else None)
        for row in rows_of(frame)
        for got, due in [(row.count(returned), row.count(expected))]
    ]
    data = tabulate(
        caption or f"Returns received by {heading.lower()}",
        [{"label": b.label, "returned": b.part, "expected": b.whole, "share": b.share} for b in bars],
        [
            ("label", heading),
            ("returned", "Returned", "count"),
            ("expected", "Expected", "count"),
            ("share", "Share returned", "share"),
        ],
    )
    return _figure(title, bars, data, subject=f"Returns received by {heading.lower()}", note=note, basis=basis)


def _figure(
    title: str,
    bars: list[_Bar],
    data: Table,
    *,
    subject: str,
    whiskers: str = "",
    reference: tuple[str, float] | None = None,
    note: str,
    basis: Basis | None,
) -> Figure:
    drawn = [bar for bar in bars if bar.share is not None]
    alt = alternative(
        f"Bar chart, {subject[0].lower()}{subject[1:]}, {how_many(len(bars), 'bar')}.",
        _values(drawn),
        f"{reference[0]}: {percent(reference[1])}." if reference else "",
        f"Without a share: {', '.join(short(bar.label) for bar in bars if bar.share is None)}."
        if len(drawn) < len(bars)
        else "",
        whiskers,
    )
    key = f"{whiskers} Beside each bar: the share, and how many are met of those applicable." if whiskers else ""
    return Figure(title, alt, _drawing(bars, reference).as_svg(title, alt), data, note or key, basis=basis)


def _values(bars: list[_Bar]) -> str:
    """Every value in the chart's order, or the range where they are too many: nobody is named first or last."""
    each = f"{'; '.join(bar.words() for bar in bars)}." if bars else ""
    if len(each) <= _LONGEST_LIST:
        return each
    low, high = (percent(pick(bar.share or 0 for bar in bars)) for pick in (min, max))
    return f"From {low} to {high}." if low != high else f"{low} each."


def _drawing(bars: list[_Bar], reference: tuple[str, float] | None) -> Sheet:
    rows = Rows([bar.label for bar in bars], top=22 if reference else 4, beside=_BESIDE)
    sheet = Sheet(rows.bottom + _AXIS)
    sheet.ticks([(rows.at(share), percent(share)) for share in QUARTERS], rows.top, rows.bottom)
    rows.label(sheet)
    for bar, middle in zip(bars, rows.middles, strict=True):
        beside = f"{bar.part:,} of {bar.whole:,}"
        if bar.share is None:
            words = f"too few: {beside}" if bar.whole else bar.nothing
            sheet.text(rows.left + 6, middle, words, size=SMALL, colour=GREY, behind="#FFFFFF")
            continue
        width = max(rows.at(bar.share) - rows.left, 1)
        sheet.box((rows.left, middle - BAR / 2), width, BAR, Look(MID_BLUE))
        if bar.lower is not None and bar.upper is not None and bar.lower != bar.upper:
            sheet.whisker(rows.at(bar.lower), rows.at(bar.upper), middle)
        sheet.text(rows.right + 50, middle, percent(bar.share), anchor="right", bold=True)
        sheet.text(rows.right + 58, middle, beside, size=SMALL)
    sheet.line((rows.left, rows.top), (rows.left, rows.bottom), INK, width=1)
    if reference:
        sheet.rule(rows.at(reference[1]), rows.top, rows.bottom, f"{reference[0]} {percent(reference[1])}")
    return sheet
