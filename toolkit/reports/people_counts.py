"""The data sets (2024 standards, 9.4): counts of people, cases and incidents, for the region and for one area."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.comparison.remembering import remembered
from toolkit.disclosure.data_sets import HIDDEN, NOT_HELD, Asked, Total, mask_data_set, totals
from toolkit.document import Basis, Blocks, Heading, Items, Note, Text, day, tabulate
from toolkit.layouts import load_layout
from toolkit.records import CountState, Release
from toolkit.reports.asking import asked_with
from toolkit.reports.sentences import capital, counted, have, out_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from toolkit.document import Block, Cell, ColumnSpec
    from toolkit.layouts import Layout
    from toolkit.reports.source import Source
    from toolkit.store import Snapshot

_TOTALS = {str(CountState.NUMBER), str(CountState.FEW)}


def data_set(source: Source, *, standard: str | None = None, area: str | None = None) -> Blocks:
    """Totals of the data sets with the organisations behind them; no blocks where the cycle asks for none.

    Args:
        source: what to read; others than `internal` see what its snapshot has masked.
        standard: the standard that the page is about; no blocks where it is another that asks.
        area: the area that the page is about; None for the region alone.
    """
    criterion = asked_with(source.framework)
    if criterion is None or standard not in {None, criterion.split(".")[0]}:
        return Blocks(())
    page = _Page(source, area)
    asked = source.asked[source.asked["criterion"] == criterion]
    if area is not None:
        asked = asked[asked["organisation_id"].isin([who for who, areas in page.served.items() if area in areas])]
    where = f" in {area}" if area else ""
    what = f"Criterion {criterion} asks organisations with direct services for a data set. Sending one is optional. "
    given = page.given(area or "")
    number = int(asked["organisation_id"].nunique())
    if not given:
        return Blocks((Text(f"{what}No organisation{where} has sent one ({number:,} asked)."),))
    return Blocks(
        (
            Text(f"{what}{capital(out_of(given, number, 'organisation'))} asked{where} {have(given)} sent totals."),
            page.marking(),
            *page.tables(),
            Heading("Reading these totals", 3),
            Items(page.cautions()),
        )
    )


def published_context(source: Source, area: str) -> Blocks:
    """Figures that others have published about an area, period by period; no blocks where there are none."""
    blocks: list[Block] = []
    for each in source.snapshot.definitions.context.values():
        if each.area != area:
            continue
        records = [
            {"heading": topic.heading, "label": figure.label}
            | {period: _printed(value, figure.unit) for period, value in zip(each.periods, figure.values, strict=True)}
            for topic in each.topics
            for figure in topic.figures
        ]
        sections = ", ".join(f"“{topic.section}”" for topic in each.topics)
        columns: list[ColumnSpec] = [("heading", "Topic"), ("label", "Measure"), *((one, one) for one in each.periods)]
        blocks += [
            Text(
                f"{each.publisher} has published these figures about {area}. They come from its own sources, not from "
                "the returns, and are in no figure of this report."
            ),
            tabulate(
                f"{area}: figures published by {each.publisher}",
                records,
                columns,
                row_headers=2,
                notes=[
                    f"Source: {each.source}, sections {sections}.",
                    *([each.note] if each.note else []),
                    "Figures are printed as the source prints them; nothing was hidden or rounded for this report.",
                ],
                basis=Basis.none("Somebody else published these figures; no response is behind them."),
            ),
        ]
    return Blocks(tuple(blocks))


def for_others(
    snapshot: Snapshot, audience: str, releases: Sequence[Release], at: dt.datetime, layout: Layout | None = None
) -> PeopleCounts:
    """What an audience may see of the data sets.

    Args:
        snapshot: the internal one.
        audience: who will see it.
        releases: those of the ledger, of any cycle and audience.
        at: when.
        layout: what data sets ask for; None for that of the toolkit.
    """
    policy, asked = snapshot.settings.small_numbers, _asked(layout or load_layout())
    served = _served(snapshot.organisations)
    rows: list[tuple[str, ...]] = []
    published: list[Release] = []
    exposed: list[str] = []
    for cycle, frame in snapshot.data_sets.groupby("cycle", sort=False):
        before = [each for each in releases if each.cycle == cycle]
        records = _records(frame)
        areas = tuple(snapshot.settings.area_codes)
        masked = mask_data_set(records, served, areas, asked, policy=policy, releases=before)
        rows += [(str(cycle), area, "", "", "", "", str(_senders(records, served, area)), "0") for area in ("", *areas)]
        rows += [(str(cycle), *row) for row in masked.rows]
        exposed += masked.exposed
        words = (policy.threshold, policy.rounding, policy.zeros)
        published.append(Release(at, audience, str(cycle), snapshot.id, *words, masked.figures, masked.counts))
    return PeopleCounts(tuple(rows), tuple(published), tuple(exposed))


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    """What an audience may see of the data sets.

    rows: the table `people_counts` of its snapshot (columns as in `store.snapshots.MORE_FRAMES`), masked.
    releases: one for each cycle, to be appended to the ledger once the reports are published.
    exposed: small counts that earlier releases give away whatever is hidden now, for an analyst to know of.
    """

    rows: tuple[tuple[str, ...], ...]
    releases: tuple[Release, ...]
    exposed: tuple[str, ...] = ()


class _Page:
    """The totals of one page, from the data sets themselves or from what was masked."""

    def __init__(self, source: Source, area: str | None) -> None:
        self.source, self.area = source, area
        self.served = _served(source.organisations)
        self._masks: dict[tuple[str, str], str] = {}
        self._given: dict[str, int] = {}
        self._rows: list[Mapping[str, str]] = []
        if source.audience == "internal":
            self._rows = _sent(source.snapshot, source.cycle.id)
            areas = () if area is None else (area,)
            self._totals = totals(self._rows, self.served, areas, _asked(load_layout()))
            self._given = {one: _senders(self._rows, self.served, one) for one in ("", *areas)}
        else:
            frame = source.snapshot.people_counts
            rows = _records(frame[frame["cycle"] == source.cycle.id])
            self._given = {row["area"]: int(row["organisations"]) for row in rows if not row["measure"]}
            self._totals = tuple(map(_total, (row for row in rows if row["measure"])))
            self._masks = {(row["area"], row["measure"]): row["mask"] for row in rows}

    def given(self, area: str) -> int:
        return self._given.get(area, 0)

    def marking(self) -> Note:
        policy = self.source.settings.small_numbers
        if self.source.audience == "internal":
            return Note(
                "Confidential: these totals count people, and small numbers stand here as they were sent. Do not pass "
                "this section on; the reports for other audiences hide them.",
                "warning",
            )
        rounded = f" Totals are rounded to the nearest {policy.rounding}." if policy.rounding else ""
        from_ = "0" if policy.zeros == "hidden" else "1"
        return Note(
            f"Totals from {from_} to {policy.threshold - 1} are hidden, and with them any other total from which one "
            f"could be worked out.{rounded}"
        )

    def tables(self) -> list[Block]:
        """A table for each heading of the data set, the region's totals beside an area's."""
        region = [total for total in self._totals if not total.area]
        here = {total.measure: total for total in self._totals if total.area == self.area}
        return [
            tabulate(
                heading,
                [self._record(total, here) for total in region if total.heading == heading],
                self._columns(),
                notes=self._key([total for total in region if total.heading == heading], here),
                basis=Basis.none(
                    "Totals that organisations sent on their data set sheets; no response is behind them."
                ),
            )
            for heading in dict.fromkeys(total.heading for total in region)
        ]

    def _columns(self) -> list[ColumnSpec]:
        if self.area is None:
            return [
                ("measure", "Measure"),
                ("region", "Total in the region", "count"),
                ("behind", "Organisations", "count"),
                ("few", "Of these, sent “fewer than 5”", "count"),
            ]
        return [
            ("measure", "Measure"),
            ("here", f"{self.area}: total", "count"),
            ("behind_here", f"{self.area}: organisations", "count"),
            ("region", "Region: total", "count"),
            ("behind", "Region: organisations", "count"),
        ]

    def _record(self, total: Total, here: Mapping[str, Total]) -> dict[str, Cell]:
        own = here.get(total.measure)
        return {
            "measure": total.measure,
            "region": self._shown(total),
            "behind": total.organisations + total.few,
            "few": total.few,
            "here": self._shown(own) if own else NOT_HELD,
            "behind_here": own.organisations + own.few if own else 0,
        }

    def _shown(self, total: Total) -> Cell:
        mask = self._masks.get((total.area, total.measure), "")
        if mask or not total.organisations + total.few:
            return mask or NOT_HELD
        if total.few and not total.figure:
            return "fewer than 5" if total.few == 1 else f"{total.few} to {4 * total.few}"
        return total.figure

    def _key(self, region: Iterable[Total], here: Mapping[str, Total]) -> list[str]:
        shown = [total for each in region for total in (each, here.get(each.measure)) if total]
        words = {self._shown(total) for total in shown}
        notes = []
        if HIDDEN in words:
            notes.append(f"{HIDDEN} means confidential: a small number, or one from which it could be worked out.")
        if NOT_HELD in words:
            notes.append(f"{NOT_HELD} means not available: no organisation sent this total.")
        if any(total.few for total in shown):
            notes.append("Where organisations sent “fewer than 5”, that is not in the total.")
        return notes

    def cautions(self) -> tuple[str, ...]:
        """What the totals cannot say."""
        found = [
            (
                "A total adds up what organisations sent. Several may count the same person or incident, so it is not "
                "a number of people in the population."
            ),
            self._periods(),
            (
                "Sending a data set is optional, and some leave out totals. Where more organisations are behind a "
                "total it is larger, so areas cannot be compared, nor a measure with another, and no shares are made."
            ),
        ]
        if self.area is not None:
            found.append("An organisation that serves several areas counts with all of its total in each of them.")
        codes = self.source.queries[self.source.queries["code"].str.startswith("data-set-")]
        settle = int(codes["organisation_id"][codes["severity"] != "note"].nunique())
        if settle:
            found.append(
                f"{capital(counted(settle, 'data set'))} in the region {'has' if settle == 1 else 'have'} totals that "
                "could not be read or contradict each other; their senders have been asked."
            )
        return tuple(found)

    def _periods(self) -> str:
        rows = [row for row in self._rows if not self.area or self.area in self.served.get(row["organisation_id"], ())]
        days = {(row["organisation_id"], row["first_day"], row["last_day"]) for row in rows}
        told = sorted({(first, last) for _, first, last in days if first and last})
        silent = sum(1 for _, first, last in days if not (first and last))
        without = (
            f" {capital(counted(silent, 'data set'))} {'does' if silent == 1 else 'do'} not say." if silent else ""
        )
        if len(told) == 1:
            first, last = map(dt.date.fromisoformat, told[0])
            return f"The data sets cover {day(first)} to {day(last)}.{without}"
        if told:
            first, last = dt.date.fromisoformat(told[0][0]), dt.date.fromisoformat(max(end for _, end in told))
            return f"Periods differ between organisations, from {day(first)} at the earliest to {day(last)}.{without}"
        return "Periods may differ between organisations."


def _printed(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:,.12g}%" if unit == "percent" else f"{value:,.12g}"


def _asked(layout: Layout) -> Asked:
    asks = layout.data_set
    return Asked(
        tuple((group.heading, each) for group in asks.groups if group.kind == "counts" for each in group.measures),
        tuple((relation.wholes, relation.parts) for relation in asks.parts),
        asks.people.divisions,
    )


def _served(organisations: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    areas = (tuple(str(each).split("; ")) for each in organisations["areas"])
    return dict(zip(map(str, organisations["organisation_id"]), areas, strict=True))


def _records(frame: pd.DataFrame) -> list[Mapping[str, str]]:
    return [{str(key): str(value) for key, value in row.items()} for row in frame.to_dict("records")]


@remembered
def _sent(snapshot: Snapshot, cycle: str) -> list[Mapping[str, str]]:
    """The data sets of a cycle."""
    frame = snapshot.data_sets
    return _records(frame[frame["cycle"] == cycle])


def _senders(rows: Iterable[Mapping[str, str]], served: Mapping[str, Sequence[str]], area: str) -> int:
    """How many organisations sent any total."""
    who = {row["organisation_id"] for row in rows if row["state"] in _TOTALS}
    return sum(1 for each in who if not area or area in served.get(each, ()))


def _total(row: Mapping[str, str]) -> Total:
    figure = int(row["figure"]) if row["figure"] else 0
    return Total(row["area"], row["heading"], row["measure"], figure, int(row["organisations"]), int(row["few"]))
