"""Sections of a deep dive that set groups and criteria side by side: tiers, sectors, the lowest, the most disputed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import comparison, figures, tables
from toolkit.document import Basis, Blocks, Text
from toolkit.reports.bases import shares
from toolkit.reports.headline import headline, where_enough
from toolkit.reports.sentences import capital, criteria, excerpt, percent, percent_beside, share_of

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.catalogue import Standard
    from toolkit.document import Block, Table
    from toolkit.reports.source import Source

_LISTED = 3
"""How many criteria the lists of the lowest and the most disputed have."""


def by_tier_and_sector(source: Source, standard: Standard) -> Blocks:
    """The share met by tier, where the framework has tiers, and by sector."""
    found = Blocks((Text(f"{source.framework.short_title} has no tiers."),))
    if source.framework.tiers:
        names = {tier.tier: f"Tier {tier.tier}, {tier.name}" for tier in source.framework.tiers}
        frame = comparison.by_tier(source.snapshot, source.cycle.id, standard.standard)
        label = [names.get(str(tier), "No tier on the register") for tier in frame["tier"]]
        several = "An organisation with several tiers counts in each."
        found = _shares(source, "tier", standard, frame.assign(label=label), several)
    frame = comparison.by_sector(source.snapshot, source.cycle.id, standard.standard)
    return found + _shares(source, "sector", standard, frame.assign(label=frame["sector"]), "")


def lowest_and_widest(source: Source, standard: Standard) -> Blocks:
    """The criteria with the lowest share met, and those on which answers lie furthest apart."""
    choice = headline(source, standard.standard)
    frame = comparison.by_criterion(source.snapshot, source.cycle.id, standard.standard, priority="essential")
    enough = frame[(frame["n"] >= source.thresholds.too_few) & frame["share"].notna()]
    if not len(enough):
        return Blocks((Text("No criterion has enough answers to compare."),))
    lowest = enough.sort_values("share", kind="stable").head(_LISTED)
    blocks: list[Block] = [
        Text(_lowest_sentence(source, enough)),
        tables.share_table(
            "The criteria with the lowest share met",
            _described(source, lowest),
            "label",
            "Criterion",
            measure=choice.measure,
            notes=[note] if (note := nothing_essential(source, standard).strip()) else [],
            basis=shares(
                "Criterion", "criterion", choice.measure, counted="essential by criterion", standard=standard.standard
            ),
        ),
    ]
    apart = comparison.disagreement(source.snapshot, source.cycle.id, standard.standard)
    apart = apart[apart["dispersion"] > 0].sort_values("dispersion", ascending=False, kind="stable").head(_LISTED)
    if len(apart):
        blocks.append(_apart_table(_described(source, apart)))
    return Blocks(tuple(blocks))


def nothing_essential(source: Source, standard: Standard) -> str:
    """Which criteria count with all their answers because they are essential for nobody; empty where that goes without.

    Goes without saying where the whole standard sets nothing essential, or where every criterion is essential.
    """
    asked = comparison.criterion_priorities(source.snapshot, source.cycle.id)
    asked = asked[(asked["standard"] == standard.standard) & (asked["asked"] > 0)]
    without = list(asked["criterion"][asked["essential"] == 0])
    if not without or len(without) == len(asked):
        return ""
    verb, all_ = ("is", "all its") if len(without) == 1 else ("are", "all their")
    return f" {capital(criteria(without))} {verb} essential for nobody, so {all_} answers count."


def _shares(source: Source, by: str, standard: Standard, frame: pd.DataFrame, note: str) -> Blocks:
    if not len(frame) or not frame["applicable"].sum():
        return Blocks((Text(f"No answer can be shown by {by}."),))
    frame, few = where_enough(source, frame)
    enough = frame["share"].dropna()
    if not len(enough):
        return Blocks((Text(f"There are too few answers to compare by {by}."),))
    if len(enough) < 2:  # noqa: PLR2004 - a comparison has two sides
        title = f"Too few answers to compare by {by}"
    elif percent(enough.min()) == percent(enough.max()):
        title = f"Of all answers, the share met is {percent(enough.min())} in every {by} with enough of them"
    else:
        title = f"By {by}, the share met of all answers runs from {percent(enough.min())} to {percent(enough.max())}"
    return Blocks(
        (
            figures.share_bars(
                title,
                frame,
                "label",
                heading=by.capitalize(),
                caption=f"Share met of all answers, by {by}",
                note=f"{note} {few}".strip(),
                basis=shares(by.capitalize(), by, standard=standard.standard),
            ),
        )
    )


def _lowest_sentence(source: Source, frame: pd.DataFrame) -> str:
    low, gap = frame["share"].min(), source.thresholds.gap
    fewest = frame[frame["share"] == low]
    if len(fewest) == len(frame):
        return f"Every criterion that can be compared is met by {percent_beside(low, gap)} of those it applies to."
    if len(fewest) > 1:
        return f"The lowest share met is {percent_beside(low, gap)}, for {criteria(fewest['criterion'])}."
    row = fewest.iloc[0]
    asks = excerpt(source.summary_of(str(row["criterion"])), 120)
    asks = asks if asks.endswith("...") else asks.rstrip(".")
    share = share_of(int(row["met"]), int(row["applicable"]), gap)
    return f"The lowest share met is {share}, for criterion {row['criterion']} ({asks})."


def _apart_table(frame: pd.DataFrame) -> Table:
    return tables.table(
        "The criteria on which answers lie furthest apart, all answers",
        frame,
        [
            ("label", "Criterion"),
            ("met", "Met", "count"),
            ("partly_met", "Partly met", "count"),
            ("not_met", "Not met", "count"),
            ("dispersion", "Disagreement", "number"),
        ],
        notes=(
            (
                "Disagreement is 0 where everybody gave the same rating and 1 where half said met and half not met "
                "(Leik's measure)."
            ),
        ),
        basis=Basis.of(
            rows={"Criterion": "criterion"},
            columns={
                "Met": "met",
                "Partly met": "partly_met",
                "Not met": "not_met",
                "Disagreement": "disagreement",
            },
        ),
    )


def _described(source: Source, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(label=[f"{one} {excerpt(source.summary_of(one), 110)}" for one in frame["criterion"]])
