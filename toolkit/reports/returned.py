"""Sections about returns: how many came in, from where, and who has not sent one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit import comparison, figures, tables
from toolkit.document import Basis, Blocks, KeyFigure, Text
from toolkit.reports.bases import RETURNS
from toolkit.reports.sentences import have, out_of, percent

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import ColumnSpec, Figure, Table
    from toolkit.reports.source import Source
    from toolkit.scoring import Measures


def returned_figure(measures: Measures, *, area: str | None = None, standard: str | None = None) -> KeyFigure:
    """Returns received of those asked, as a headline figure."""
    return KeyFigure(
        "Returns received",
        percent(measures.returned / measures.expected) if measures.expected else "–",
        out_of(measures.returned, measures.expected, "organisation"),
        basis=Basis.of("returns", "returned share", area=area, standard=standard),
    )


def response_sentence(source: Source, area: str | None = None) -> str:
    """How many of the organisations asked have returned, in the region or one area."""
    expected, returned = _totals(source, area)
    where = f" in {area}" if area else ""
    if not expected:
        return f"No organisation{where} is on the register."
    if not returned:
        if expected == 1:
            return f"The one organisation asked{where} has not returned yet."
        return f"None of the {expected:,} organisations asked{where} has returned yet."
    if returned == expected:
        return f"Every organisation asked{where} has returned ({returned:,} of {expected:,})."
    return (
        f"{out_of(returned, expected, 'organisation')} asked{where} {have(returned)} returned "
        f"({percent(returned / expected)})."
    )


def response_chart(source: Source, by: str) -> Figure:
    """Returns received of those expected, by `area` or `sector`."""
    frame = comparison.response_rate(source.snapshot, source.cycle.id, by)
    return figures.response_bars(
        _rate_title(frame, by),
        frame,
        by,
        heading=by.capitalize(),
        caption=f"Returns received, by {by}",
        basis=Basis.of("returns", rows={by.capitalize(): by}, columns=RETURNS),
    )


def missing_table(source: Source, area: str | None = None, standard: str | None = None) -> Table:
    """Organisations that have not returned, whether a lead is known for them; no person is named."""
    frame = comparison.missing_returns(source.snapshot, source.cycle.id, area)
    if standard is not None:
        asked = source.asked[source.asked["standard"] == standard]["organisation_id"]
        frame = frame[frame["organisation_id"].isin(asked)]
    where = f" in {area}" if area else ""
    served: list[ColumnSpec] = [] if source.policy.pseudonymous else [("areas", "Areas")]
    return tables.table(
        f"Returns not received{where}",
        frame.assign(lead=lead_words(frame["lead_name"])),
        [("organisation", "Organisation"), ("sector", "Sector"), *served, ("lead", "Lead in the register")],
        empty="Every organisation asked has returned.",
        basis=Basis.of("returns", rows={"Organisation": "organisation"}, state="missing", area=area, standard=standard),
    )


def returns_by_standard(source: Source, standard: str) -> Blocks:
    """Who was asked about one standard and has returned, by area, and who has not."""
    asked = source.asked[source.asked["standard"] == standard]["organisation_id"].unique()
    returned = int(source.returns["organisation_id"].isin(asked).sum())
    if not len(asked):
        return Blocks((Text("No organisation on the register is asked about this standard."),))
    frame = _by_area(source, set(asked))
    return Blocks(
        (
            Text(
                f"{out_of(returned, len(asked), 'organisation')} asked about this standard {have(returned)} returned "
                f"({percent(returned / len(asked))})."
            ),
            figures.response_bars(
                _rate_title(frame, "area"),
                frame,
                "area",
                heading="Area",
                caption="Returns received, by area",
                basis=Basis.of("returns", rows={"Area": "area"}, columns=RETURNS, standard=standard),
            ),
            missing_table(source, standard=standard),
        )
    )


def lead_words(names: pd.Series) -> list[str]:
    """Whether a lead is named, without the name."""
    return ["named" if str(name).strip() else "missing" for name in names]


def _by_area(source: Source, asked: set[str]) -> pd.DataFrame:
    """Returns received and expected by area among some organisations."""
    import pandas as pd

    organisations = source.organisations
    returned = set(source.returns["organisation_id"])
    expected, back = Counter[str](), Counter[str]()
    for who, areas in zip(organisations["organisation_id"], organisations["areas"], strict=True):
        if who in asked:
            for area in set(areas.split("; ")):
                expected[area] += 1
                back[area] += who in returned
    rows = [(area, expected[area], back[area]) for area in source.settings.area_codes if expected[area]]
    return pd.DataFrame(rows, columns=["area", "expected", "returned"])


def _rate_title(frame: pd.DataFrame, by: str) -> str:
    """The chart's message: all in, none in, or the range from the lowest to the highest rate."""
    every = f"every {by}" if (frame["expected"] > 0).all() else f"every {by} with anybody to return one"
    frame = frame[frame["expected"] > 0]
    returned, expected = int(frame["returned"].sum()), int(frame["expected"].sum())
    if not returned:
        return f"No return has come in from any {by}"
    if returned == expected:
        return f"Every return has come in from {every}"
    rates = frame["returned"] / frame["expected"]
    if len(frame) == 1:
        return f"{percent(float(rates.iloc[0]))} of returns have come in"
    if percent(rates.min()) == percent(rates.max()):
        return f"{percent(rates.min())} of returns have come in from {every}"
    return f"By {by}, returns range from {percent(rates.min())} to {percent(rates.max())} of those asked"


def _totals(source: Source, area: str | None) -> tuple[int, int]:
    frame = comparison.response_rate(source.snapshot, source.cycle.id, "area" if area else None)
    row = frame[frame["area"] == area] if area else frame
    return (int(row["expected"].sum()), int(row["returned"].sum())) if len(row) else (0, 0)
