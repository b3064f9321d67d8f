"""The peer review's four lists: what stands out, sorted by who can act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import comparison, tables
from toolkit.document import Basis, Blocks, Counting, Heading, Text
from toolkit.reports import gaps
from toolkit.reports.sentences import are, capital, counted, excerpt, percent

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.comparison import FourLists
    from toolkit.document import ColumnSpec
    from toolkit.reports.source import Source

_MET = {"Met": "met", "Applicable": "applicable", "Share met": "share"}


def four_lists(source: Source) -> Blocks:
    """Strengths to share, areas in common, single-organisation issues, partnership issues."""
    each = comparison.area_gaps(source.snapshot, source.cycle.id)
    if (each["status"] == "too few").all():
        return Blocks((Text("There are too few answers to say what stands out."),))
    lists = comparison.four_lists(source.snapshot, source.cycle.id)
    return _strengths(source, lists) + _in_common(source, lists) + _single(source, lists) + _partnership(source, lists)


def _strengths(source: Source, lists: FourLists) -> Blocks:
    counts = zip(lists.strengths["region_met"], lists.strengths["region_applicable"], strict=True)
    frame = lists.strengths.assign(region=[gaps.shown_share(source, *map(int, pair)) for pair in counts])
    return _list(
        source,
        "Strengths to share",
        frame,
        f"{capital(counted(len(frame), 'criterion', 'criteria'))} {are(len(frame))} a strength of some area.",
        [
            ("criterion", "Criterion"),
            ("summary", "What it asks"),
            ("areas", "Areas"),
            ("met", "Met there", "count"),
            ("applicable", "Applicable there", "count"),
            ("share", "Share met there", "share"),
            ("region", "Met in the region"),
        ],
        empty=f"On no criterion does an area reach {percent(source.thresholds.strength)} while the region as a whole "
        "stays under it.",
        basis=Basis.of(
            rows={"Criterion": "criterion", "Areas": "areas"},
            columns={
                "Met there": "met",
                "Applicable there": "applicable",
                "Share met there": "share",
                "Met in the region": Counting("Met in the region", "share", "region"),
            },
            counted="essential by criterion",
        ),
    )


def _in_common(source: Source, lists: FourLists) -> Blocks:
    frame = lists.areas_in_common
    return _list(
        source,
        "Areas in common",
        frame,
        f"{capital(counted(len(frame), 'criterion', 'criteria'))} {are(len(frame))} a gap in "
        f"{source.thresholds.common} areas or more: worth tackling together.",
        [
            ("criterion", "Criterion"),
            ("summary", "What it asks"),
            ("priority", "Priority"),
            ("areas", "Areas"),
            ("met", "Met", "count"),
            ("applicable", "Applicable", "count"),
            ("share", "Share met", "share"),
        ],
        empty=f"No gap is common to {source.thresholds.common} areas or more.",
        basis=Basis.of(rows={"Criterion": "criterion"}, columns=_MET, counted="essential by criterion"),
    )


def _single(source: Source, lists: FourLists) -> Blocks:
    issues = lists.single_organisation_issues
    pairs = zip(issues["peers_met"], issues["peers"], strict=True)
    frame = issues.assign(
        rating=[source.rating_words.get(str(one), str(one)) for one in issues["rating"]],
        areas=[source.areas_served(str(areas)) for areas in issues["areas"]],
        others=[f"{met} of {peers}" for met, peers in pairs],
    )
    others = "Others there that meet it"
    return _list(
        source,
        "Single-organisation issues",
        frame,
        f"In {counted(len(frame), 'case')} one organisation falls behind its peers: a matter for it alone.",
        [
            ("organisation", "Organisation"),
            ("criterion", "Criterion"),
            ("summary", "What it asks"),
            ("rating", "Its rating"),
            ("areas", "Areas where it stands alone"),
            ("others", others),
        ],
        empty="No organisation falls behind its peers on its own.",
        basis=Basis.of(
            rows={
                "Organisation": "organisation",
                "Criterion": "criterion",
                "Areas where it stands alone": "areas",
            },
            columns={others: Counting(others, "share of answered", "others")},
            counted="essential",
            state=("partly_met", "not_met"),
        ),
    )


def _partnership(source: Source, lists: FourLists) -> Blocks:
    frame = lists.partnership_issues
    return _list(
        source,
        "Partnership issues",
        frame,
        f"In {counted(len(frame), 'case')} organisations of several sectors in an area share a gap: a matter for the "
        "partnership.",
        [
            ("area", "Area"),
            ("criterion", "Criterion"),
            ("summary", "What it asks"),
            ("priority", "Priority"),
            ("met", "Met", "count"),
            ("applicable", "Applicable", "count"),
            ("share", "Share met", "share"),
            ("sectors", "Sectors"),
        ],
        empty="No gap is shared by organisations of several sectors in an area.",
        basis=Basis.of(rows={"Area": "area", "Criterion": "criterion"}, columns=_MET, counted="essential by criterion"),
    )


def _list(
    source: Source,
    title: str,
    frame: pd.DataFrame,
    sentence: str,
    columns: list[ColumnSpec],
    *,
    empty: str,
    basis: Basis,
) -> Blocks:
    if not len(frame):
        return Blocks((Heading(title, 3), Text(empty)))
    shown = frame.assign(summary=[excerpt(source.summary_of(one), 120) for one in frame["criterion"]])
    for column in ("areas", "sectors"):
        if column in shown.columns:
            shown[column] = [gaps.listed_names(names) for names in shown[column]]
    if "share" in shown.columns:
        shown["share"] = gaps.shown_shares(source, shown["share"])
    notes = (gaps.answers_note(source),)
    made = tables.action_table(title, shown, columns, most=20, rest=source.rest, notes=notes, basis=basis)
    return Blocks((Heading(title, 3), Text(sentence), made))
