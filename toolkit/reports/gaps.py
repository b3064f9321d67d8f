"""Sections about gaps: essential criteria that are not met, and gaps that areas share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit import comparison, tables
from toolkit.document import Basis, Blocks, Counted, KeyFigure, Text
from toolkit.records import Priority
from toolkit.reports.bases import BESIDE, shares
from toolkit.reports.headline import count_figure
from toolkit.reports.sentences import (
    are,
    capital,
    counted,
    criteria,
    excerpt,
    have,
    listed,
    percent,
    percent_beside,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from toolkit.document import ColumnSpec, Table
    from toolkit.reports.source import Source

_KINDS = {"common": "In common", "several areas": "Several areas", "single area": "One area"}


def essential_figure(source: Source, frame: pd.DataFrame, area: str | None = None) -> KeyFigure:
    """How many essential criteria are gaps, of those that have enough answers to tell."""
    enough, total = _judged(source, area)
    found = int((frame["status"] == "gap").sum())
    basis = Basis.of(measure="gaps", counted="essential", area=area)
    things = ("essential criterion", "essential criteria")
    return count_figure("Essential gaps", found, enough, total, things, basis=basis)


def essential_sentence(source: Source, frame: pd.DataFrame, area: str | None = None) -> str:
    """How many essential criteria are gaps, how many of these stay so, how many are met by everybody who answered."""
    where = f"in {area}" if area else "across the region"
    if not source.has_essential():
        return f"{source.framework.short_title} sets no essential criteria."
    if not len(source.returns):
        return "No return has come in yet, so no gap can be shown."
    if not len(frame):
        return _nothing_unmet(source, where, area)
    gap = frame[frame["status"] == "gap"]
    others = int((frame["status"] == "not everybody").sum())
    few = int((frame["status"] == "too few").sum())
    if not _judged(source, area)[0]:
        return f"There are too few answers to say which essential criteria are gaps {where}."
    under = percent(source.thresholds.gap)
    if len(gap):
        number = capital(counted(len(gap), "essential criterion", "essential criteria"))
        sentences = [
            f"{number} {are(len(gap))} under {under} met {where}: {listed(gap['criterion'], most=12)}.",
            _how_sure(len(gap), int(gap["holds"].sum()), under),
        ]
    else:
        enough = " with enough answers" if few else ""
        sentences = [f"No essential criterion{enough} is under {under} met {where}."]
    if others:
        number = capital(counted(others, "other essential criterion", "other essential criteria"))
        number = number if len(gap) else capital(counted(others, "essential criterion", "essential criteria"))
        sentences.append(f"{number} {are(others)} at {under} or more, but not met by everybody.")
    if few:
        sentences.append(
            f"{capital(counted(few, 'essential criterion', 'essential criteria'))} {have(few)} too few answers to say."
        )
    return " ".join(sentences)


def essential_gaps(source: Source, area: str | None = None) -> Blocks:
    """Essential criteria that too few meet; for one area also which of its organisations do not meet which.

    Args:
        source: what to read.
        area: only this area; None for the region, without names.
    """
    frame = comparison.essential_gaps(source.snapshot, source.cycle.id, area)
    sentence = Text(essential_sentence(source, frame, area))
    found = frame[frame["status"] == "gap"]
    tables_ = [_essential_table(source, found, area)] if len(found) else []
    if area and len(frame):
        tables_.append(_by_organisation(source, frame, area))
    return Blocks((sentence, *tables_))


def gap_kinds(source: Source) -> Blocks:
    """Gaps that many areas share, and gaps of one area alone."""
    each = comparison.area_gaps(source.snapshot, source.cycle.id)
    frame = comparison.gaps(source.snapshot, source.cycle.id)
    if not len(frame):
        enough = (each["status"] != "too few").any()
        words = "No area has a gap that its answers can show." if enough else "There are too few answers to show gaps."
        return Blocks((Text(words),))
    areas = list(dict.fromkeys(each["area"]))
    sentence = _kinds_sentence(source, frame) if len(areas) > 1 else _one_areas_sentence(frame, areas[0])
    return Blocks((Text(sentence), gap_table(source, frame)))


def common_figure(source: Source, frame: pd.DataFrame) -> KeyFigure:
    """How many gaps areas have in common, of the criteria on which enough areas have enough answers."""
    each = comparison.area_gaps(source.snapshot, source.cycle.id)
    at_least = source.thresholds.common
    enough = each["criterion"][each["status"] != "too few"].value_counts()
    found = int((frame["kind"] == "common").sum())
    figure = count_figure(
        "Gaps in common",
        found,
        int((enough >= at_least).sum()),
        each["criterion"].nunique(),
        ("criterion", "criteria"),
        basis=Basis.of(measure="common gaps", counted="essential by criterion"),
    )
    where = f"in {at_least} areas or more"
    return figure if figure.value == "–" else replace(figure, detail=f"{figure.detail}, {where}")


def gap_table(source: Source, frame: pd.DataFrame) -> Table:
    """Gaps with the areas that have them, essential ones first."""
    return tables.table(
        f"Criteria under {percent(source.thresholds.gap)} met in at least one area",
        frame.assign(
            summary=[excerpt(source.summary_of(one), 140) for one in frame["criterion"]],
            kind=[_KINDS.get(str(kind), str(kind)) for kind in frame["kind"]],
            areas=[listed_names(areas) for areas in frame["areas"]],
            sure=[f"{hold} of {areas}" for hold, areas in zip(frame["n_hold"], frame["n_areas"], strict=True)],
            share=shown_shares(source, frame["share"]),
        ),
        [
            ("criterion", "Criterion"),
            ("summary", "What it asks"),
            ("priority", "Priority"),
            ("kind", "Kind"),
            ("areas", "Areas with the gap"),
            ("sure", "Whatever is outstanding"),
            ("met", "Met in the region", "count"),
            ("applicable", "Applicable", "count"),
            ("share", "Share met", "share"),
        ],
        notes=(
            answers_note(source),
            (
                "Whatever is outstanding: in how many of these areas the share stays under "
                f"{percent(source.thresholds.gap)} even if every outstanding answer turns out met."
            ),
        ),
        basis=Basis.of(
            rows={"Criterion": "criterion"},
            columns={
                "Whatever is outstanding": "lasting gaps",
                "Met in the region": "met",
                "Applicable": "applicable",
                "Share met": "share",
            },
            counted="essential by criterion",
        ),
    )


def interval_note(frame: pd.DataFrame) -> str:
    """What the intervals of a table of differences promise: one family, however many of them are shown."""
    number = int(frame["comparisons"].iloc[0]) if len(frame) else 0
    if number == 1:
        return "The line shows the 95% interval. A difference is clear only where it leaves out zero."
    return (
        f"The lines are wide enough for all {number:,} comparisons of areas to hold together in 95 of 100 cases. A "
        "difference is clear only where the line leaves out zero."
    )


def beside_table(
    source: Source,
    caption: str,
    frame: pd.DataFrame,
    keys: list[ColumnSpec],
    *,
    differences: bool = False,
    area: str | None = None,
) -> Table:
    """Shares met of areas and of the rest of the region, with counts; no share where too few organisations answered.

    Args:
        source: what to read.
        caption: what the table shows.
        frame: from `comparison.difference_from_region` or `differences_by_standard`.
        keys: the columns that name the rows.
        differences: show verdict, difference and interval too.
        area: the area that all rows are of, where no key names it.
    """
    shown = frame.copy()
    for side in ("", "rest_"):
        enough = frame[f"{side}n"] >= source.thresholds.too_few
        pairs = zip(frame[f"{side}met"], frame[f"{side}applicable"], enough, strict=True)
        shown[f"{side}shown"] = [
            shown_share(source, int(met), int(applicable)) if known or not applicable else "too few"
            for met, applicable, known in pairs
        ]
    columns: list[ColumnSpec] = [
        *keys,
        ("shown", "Share met"),
        ("n", "Organisations", "count"),
        ("rest_shown", "Share met in the rest"),
        ("rest_n", "Organisations in the rest", "count"),
    ]
    if differences:
        columns += [
            ("verdict", "Than the rest"),
            ("difference", "Difference", "points"),
            ("lower", "At least", "points"),
            ("upper", "At most", "points"),
        ]
    few = f"Too few: fewer than {source.thresholds.too_few} organisations answered."
    rows = {spec[1]: spec[0] for spec in keys}
    counted_: Counted = "essential by standard" if "standard" in rows.values() else "essential by cycle"
    basis = Basis.of(rows=rows, columns=BESIDE, counted=counted_, area=area)
    return tables.table(
        caption, shown, columns, row_headers=len(keys), notes=(f"{answers_note(source)} {few}",), basis=basis
    )


def answers_note(source: Source) -> str:
    """Which answers gaps, strengths and standings count: the one sentence under every such table."""
    if not source.has_essential():
        return "All answers count, because nothing essential is asked."
    return "Essential answers count; where nothing essential is asked, all answers do."


def shown_shares(source: Source, shares: Iterable[float]) -> list[float | str]:
    """Shares for a column of a table, with a decimal where whole per cent would cross the threshold of gap or strength.

    The table prints the others itself.
    """
    limits = (source.thresholds.gap, source.thresholds.strength)
    texts = ((share, percent_beside(share, *limits)) for share in shares)
    return [share if text == percent(share) else text for share, text in texts]


def shown_share(source: Source, met: int, applicable: int) -> str:
    """A share with count and denominator, the share as `shown_shares` has it; "–" where nothing applies."""
    if not applicable:
        return "–"
    share = percent_beside(met / applicable, source.thresholds.gap, source.thresholds.strength)
    return f"{share} ({met:,} of {applicable:,})"


def listed_names(joined: str) -> str:
    """Names joined with "; " as a list in words."""
    return listed(names_in(joined))


def names_in(joined: str) -> list[str]:
    """The names in a text that joins them with "; "."""
    return [name for name in str(joined).split("; ") if name]


def _judged(source: Source, area: str | None) -> tuple[int, int]:
    """How many essential criteria have enough answers to be called a gap or none, and how many there are."""
    table = comparison.by_criterion(source.snapshot, source.cycle.id, area=area, priority="essential")
    priorities = comparison.criterion_priorities(source.snapshot, source.cycle.id)
    essential = priorities["criterion"][priorities["priority"] == str(Priority.ESSENTIAL)]
    table = table[table["criterion"].isin(essential) & (table["asked"] > 0)]
    return int((table["n"] >= source.thresholds.too_few).sum()), len(table)


def _nothing_unmet(source: Source, where: str, area: str | None) -> str:
    """Every essential answer that came in is met: said of those that came in, and of nobody else."""
    measures = comparison.region(source.snapshot, source.cycle.id, None, area)
    if not measures.essential_applicable:
        return f"No essential criterion applies to an organisation that has returned {where}."
    silent = measures.expected - measures.returned
    missing = f"; {counted(silent, 'organisation')} {have(silent)} not returned" if silent else ""
    return f"Every essential criterion is met by every organisation that has returned {where}{missing}."


def _how_sure(gaps: int, sure: int, under: str) -> str:
    """How many gaps stay gaps whatever comes in."""
    if sure == gaps:
        stays = "It stays" if gaps == 1 else "All of them stay"
        return f"{stays} under {under} whatever the outstanding answers turn out to be."
    if not sure:
        could = "It could" if gaps == 1 else "Each of them could"
        return f"{could} still reach {under} if every outstanding answer turns out met."
    stay = "stays" if sure == 1 else "stay"
    others = "other" if gaps - sure == 1 else f"other {gaps - sure}"
    return (
        f"{sure} of them {stay} under {under} whatever the outstanding answers turn out to be; the {others} could "
        "still reach it."
    )


def _essential_table(source: Source, frame: pd.DataFrame, area: str | None) -> Table:
    where = f" in {area}" if area else ""
    under = percent(source.thresholds.gap)
    return tables.table(
        f"Essential criteria under {under} met{where}",
        frame.assign(
            summary=[source.summary_of(one) for one in frame["criterion"]],
            share=shown_shares(source, frame["share"]),
            span=[
                f"{percent_beside(low, source.thresholds.gap)} to {percent_beside(high, source.thresholds.gap)}"
                for low, high in zip(frame["lower"], frame["upper"], strict=True)
            ],
            sure=[f"stays under {under}" if holds else f"could reach {under}" for holds in frame["holds"]],
        ),
        [
            ("criterion", "Criterion"),
            ("summary", "What it asks"),
            ("met", "Met", "count"),
            ("applicable", "Applicable", "count"),
            ("share", "Share met", "share"),
            ("span", "Bounds"),
            ("sure", "With outstanding answers"),
        ],
        notes=(
            (
                "Applicable: essential answers due from those who returned, less not applicable. Bounds: the share if "
                "every answer that is blank, unreadable or not returned were not met, and if every one were met."
            ),
        ),
        basis=shares("Criterion", "criterion", counted="essential", area=area),
    )


def _by_organisation(source: Source, frame: pd.DataFrame, area: str) -> Table:
    """Which organisation does not meet which essential criteria, those that are gaps of the area first."""
    import pandas as pd

    place = {criterion: at for at, criterion in enumerate(source.framework.criteria)}
    found: dict[str, tuple[list[str], list[str]]] = {}
    for row in sorted(frame.to_dict("records"), key=lambda row: place[row["criterion"]]):
        for name in names_in(row["not_met_by"]):
            found.setdefault(name, ([], []))[0 if row["status"] == "gap" else 1].append(str(row["criterion"]))
    rows = [
        {"organisation": name, "gaps": ", ".join(gaps), "others": ", ".join(others)}
        for name, (gaps, others) in sorted(found.items())
    ]
    return tables.table(
        f"Essential criteria that each organisation of {area} does not meet",
        pd.DataFrame(rows, columns=["organisation", "gaps", "others"]),
        [
            ("organisation", "Organisation"),
            ("gaps", "Gaps of the area"),
            ("others", "Other essential criteria"),
        ],
        notes=("Not met means rated partly met or not met. Organisations are in the order of their names.",),
        empty="Every organisation that answered meets every essential criterion.",
        basis=Basis.of(
            rows={"Organisation": "organisation"}, counted="essential", state=("partly_met", "not_met"), area=area
        ),
    )


def _kinds_sentence(source: Source, frame: pd.DataFrame) -> str:
    common, single = (list(frame["criterion"][frame["kind"] == kind]) for kind in ("common", "single area"))
    several = int((frame["kind"] == "several areas").sum())
    sentences = [
        f"{capital(counted(len(common), 'gap'))} {are(len(common))} common to {source.thresholds.common} areas or more"
        + (f": {criteria(common, most=12)}." if common else "."),
        f"{capital(counted(len(single), 'gap'))} {are(len(single))} found in one area alone"
        + (f": {criteria(single, most=12)}." if single else "."),
    ]
    if several:
        sentences.append(f"{capital(counted(several, 'other'))} {are(several)} shared by two or more, but fewer areas.")
    return " ".join(sentences)


def _one_areas_sentence(frame: pd.DataFrame, area: str) -> str:
    number = capital(counted(len(frame), "criterion", "criteria"))
    what = "is a gap" if len(frame) == 1 else "are gaps"
    return f"{number} {what} in {area}, the only area with organisations on the register."
