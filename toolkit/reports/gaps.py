"""Sections about gaps: essential criteria that are not met, and gaps that areas share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import comparison, tables
from toolkit.document import Blocks, Text
from toolkit.reports.sentences import are, capital, counted, criteria, excerpt, have, listed, percent

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import ColumnSpec, Table
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
        sentences = [f"No essential criterion is met by fewer than {under} of those asked {where}."]
    if others:
        sentences.append(
            f"{capital(counted(others, 'other'))} {are(others)} met by at least {under}, but not by everybody."
        )
    if few:
        sentences.append(f"{capital(counted(few, 'criterion', 'criteria'))} {have(few)} too few answers to say.")
    if not len(frame):
        return f"Every essential criterion is met by everybody who was asked {where}."
    return " ".join(sentences)


def essential_gaps(source: Source, area: str | None = None, *, everything: bool = True) -> Blocks:
    """Essential criteria that are not met by everybody; gaps first.

    Args:
        source: what to read.
        area: only this area, with the organisations that do not meet each; None for the region, without names.
        everything: also those that most meet; False for gaps alone.
    """
    frame = comparison.essential_gaps(source.snapshot, source.cycle.id, area)
    sentence = Text(essential_sentence(source, frame, area))
    shown = frame if everything else frame[frame["status"] == "gap"]
    if not len(shown):
        return Blocks((sentence,))
    return Blocks((sentence, _essential_table(source, shown, area)))


def _essential_table(source: Source, frame: pd.DataFrame, area: str | None) -> Table:
    words = {"gap": "Gap", "not everybody": "Not everybody", "too few": "Too few to say"}
    columns: list[ColumnSpec] = [
        ("criterion", "Criterion"),
        ("summary", "What it asks"),
        ("state", "State"),
        ("met", "Met", "count"),
        ("applicable", "Asked", "count"),
        ("share", "Share met", "share"),
        ("lower", "At least", "share"),
        ("upper", "At most", "share"),
    ]
    if area:
        columns.append(("not_met_by", "Not met by"))
    return tables.table(
        f"Essential criteria that are not met by everybody{f' in {area}' if area else ''}",
        frame.assign(
            summary=[source.summary_of(one) for one in frame["criterion"]],
            state=[words.get(str(one), str(one)) for one in frame["status"]],
            not_met_by=[listed_names(names) for names in frame["not_met_by"]],
        ),
        columns,
        notes=(
            (
                "Asked: essential answers due from those who returned, less not applicable. At least and at most: the "
                "share if every answer that is blank, unreadable or not returned were not met, or met."
            ),
        ),
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
    return tables.action_table(
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
        most=30,
    )


def listed_names(joined: str) -> str:
    """Names joined with "; " as a list in words."""
    return listed([name for name in str(joined).split("; ") if name])
