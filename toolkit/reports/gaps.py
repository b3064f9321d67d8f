"""Sections about gaps: essential criteria that are not met, and gaps that areas share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import comparison, tables
from toolkit.document import Blocks, Text
from toolkit.reports.sentences import are, capital, counted, criteria, excerpt, have, listed, percent

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Table
    from toolkit.reports.source import Source

_KINDS = {"common": "In common", "several areas": "Several areas", "single area": "One area"}


def essential_sentence(source: Source, frame: pd.DataFrame, area: str | None = None) -> str:
    """How many essential criteria are gaps, how many are met by everybody who answered."""
    where = f"in {area}" if area else "across the region"
    if not source.has_essential():
        return f"{source.framework.short_title} sets no essential criteria."
    if not len(source.returns):
        return "No return has come in yet, so no gap can be shown."
    found = list(frame["criterion"][frame["status"] == "gap"])
    others = int((frame["status"] == "not everybody").sum())
    few = int((frame["status"] == "too few").sum())
    under = percent(source.thresholds.gap)
    if found:
        sentences = [
            (
                f"{capital(counted(len(found), 'essential criterion', 'essential criteria'))} {are(len(found))} met by "
                f"fewer than {under} of those asked {where}: {listed(found, most=12)}."
            )
        ]
    else:
        enough = " with enough answers" if few else ""
        sentences = [f"No essential criterion{enough} is met by fewer than {under} of those asked {where}."]
    if others:
        sentences.append(
            f"{capital(counted(others, 'other'))} {are(others)} met by at least {under}, but not by everybody."
        )
    if few:
        sentences.append(f"{capital(counted(few, 'criterion', 'criteria'))} {have(few)} too few answers to say.")
    if not len(frame):
        return f"Every essential criterion is met by everybody who was asked {where}."
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
        tables_.append(_by_organisation(frame, area))
    return Blocks((sentence, *tables_))


def _essential_table(source: Source, frame: pd.DataFrame, area: str | None) -> Table:
    where = f" in {area}" if area else ""
    return tables.table(
        f"Essential criteria met by fewer than {percent(source.thresholds.gap)} of those asked{where}",
        frame.assign(
            summary=[source.summary_of(one) for one in frame["criterion"]],
            span=[
                f"{percent(low)} to {percent(high)}" for low, high in zip(frame["lower"], frame["upper"], strict=True)
            ],
        ),
        [
            ("criterion", "Criterion"),
            ("summary", "What it asks"),
            ("met", "Met", "count"),
            ("applicable", "Asked", "count"),
            ("share", "Share met", "share"),
            ("span", "Bounds"),
        ],
        notes=(
            (
                "Asked: essential answers due from those who returned, less not applicable. Bounds: the share if every "
                "answer that is blank, unreadable or not returned were not met, and if every one were met."
            ),
        ),
    )


def _by_organisation(frame: pd.DataFrame, area: str) -> Table:
    """Which organisation does not meet which essential criteria, those that are gaps of the area first."""
    import pandas as pd

    found: dict[str, tuple[list[str], list[str]]] = {}
    for row in frame.to_dict("records"):
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
    )


def gap_kinds(source: Source) -> Blocks:
    """Gaps that many areas share, and gaps of one area alone."""
    frame = comparison.gaps(source.snapshot, source.cycle.id)
    if not len(frame):
        return Blocks((Text("No area has a gap that its answers can show."),))
    common = list(frame["criterion"][frame["kind"] == "common"])
    single = list(frame["criterion"][frame["kind"] == "single area"])
    several = int((frame["kind"] == "several areas").sum())
    at_least = source.thresholds.common
    sentences = [
        f"{capital(counted(len(common), 'gap'))} {are(len(common))} common to {at_least} areas or more"
        + (f": {criteria(common, most=12)}." if common else "."),
        f"{capital(counted(len(single), 'gap'))} {are(len(single))} found in one area alone"
        + (f": {criteria(single, most=12)}." if single else "."),
    ]
    if several:
        sentences.append(f"{capital(counted(several, 'other'))} {are(several)} shared by two or more, but fewer areas.")
    return Blocks((Text(" ".join(sentences)), gap_table(source, frame)))


def gap_table(source: Source, frame: pd.DataFrame) -> Table:
    """Gaps with the areas that have them, essential ones first."""
    return tables.table(
        f"Criteria met by fewer than {percent(source.thresholds.gap)} of those asked in at least one area",
        frame.assign(
            summary=[excerpt(source.summary_of(one), 140) for one in frame["criterion"]],
            kind=[_KINDS.get(str(kind), str(kind)) for kind in frame["kind"]],
            areas=[listed_names(areas) for areas in frame["areas"]],
        ),
        [
            ("criterion", "Criterion"),
            ("summary", "What it asks"),
            ("priority", "Priority"),
            ("kind", "Kind"),
            ("areas", "Areas with the gap"),
            ("met", "Met in the region", "count"),
            ("applicable", "Asked", "count"),
            ("share", "Share met", "share"),
        ],
    )


def listed_names(joined: str) -> str:
    """Names joined with "; " as a list in words."""
    return listed(names_in(joined))


def names_in(joined: str) -> list[str]:
    """The names in a text that joins them with "; "."""
    return [name for name in str(joined).split("; ") if name]
