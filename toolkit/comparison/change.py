"""Change since the cycle before, through the crosswalk, of organisations that answered in both."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.catalogue import Crosswalk, Link, LinkType
from toolkit.comparison.answers import answers
from toolkit.comparison.differences import CONFIDENCE, verdict
from toolkit.scoring import ANSWERED, paired_interval, simultaneous

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.catalogue import Framework
    from toolkit.store import Snapshot

_NO_LINK = "none"
_WORDS = ("better", "worse", "change")
_ABOUT = ["earlier", "later", "standard", "type", "carries_trend", "reason"]
_FIGURES = [
    "organisations",
    "met_before",
    "met_after",
    "share_before",
    "share_after",
    "improved",
    "worsened",
    "difference",
    "lower",
    "upper",
    "verdict",
]
_BY_STANDARD = [
    "standard",
    "links",
    "criteria",
    "criteria_total",
    "organisations",
    "pairs",
    "met_before",
    "met_after",
    "share_before",
    "share_after",
    "difference",
    "lower",
    "upper",
    "verdict",
]


def links(snapshot: Snapshot, cycle: str) -> tuple[Link, ...]:
    """The links from the cycle before to this one, in the later framework's order.

    Where both cycles asked the same framework, each criterion is linked to itself as equal. None at all where there is
    no cycle before, or nobody has drawn a crosswalk.
    """
    earlier = snapshot.settings.cycle_before(cycle)
    if earlier is None:
        return ()
    framework = snapshot.framework(cycle)
    if earlier.framework == framework.id:
        reason = "The same criterion of the same edition."
        return tuple(
            Link(earlier=reference, later=reference, type=LinkType.EQUAL, reason=reason)
            for reference in framework.criteria
        )
    crosswalk = snapshot.crosswalk(cycle)
    before, after = snapshot.framework(earlier.id).criteria, framework.criteria
    found = crosswalk.criteria if crosswalk else ()
    return tuple(sorted(found, key=lambda link: (after.index(link.later), before.index(link.earlier))))


def change(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """One row per crosswalk link, in the later framework's order, then criteria that are no longer asked.

    Only organisations that answered (met, partly met or not met) both ends are counted: neither who returned nor
    what was left blank can look like a change. An earlier criterion that is linked to several later ones is compared
    with each, in a row of its own.

    Only equal and narrower links carry a trend. A narrower criterion asks less than the earlier one: a fall is a fall,
    but a rise may come from that alone, and a report should say so (`type`). Broader and overlapping links are "partly
    comparable": their shares stand side by side without a difference. The interval is `scoring.paired_interval`,
    simultaneous over every comparison of the cycle (of criteria and of standards, whichever standard is asked for), so
    that one figure has one interval and one verdict wherever it is printed.

    Args:
        snapshot: what to read.
        cycle: the later cycle.
        standard: only links to this standard of the later framework.
        area: only organisations that serve this area.

    Returns:
        Empty where there is no cycle before or no crosswalk. Columns: earlier, later ("" where there is no
        counterpart), standard (the later one's, "" where no longer asked), type (equal, narrower, broader, overlaps,
        "none"), carries_trend, reason, organisations (that answered both), met_before, met_after, share_before,
        share_after, improved, worsened (organisations that came to meet it, or ceased to), difference, lower, upper
        (NaN where there is no trend or too few), verdict ("better", "worse", "no clear change", "too few to compare",
        "partly comparable", "new", "no longer asked").
    """
    found = links(snapshot, cycle)
    framework = snapshot.framework(cycle)
    rows = [_about(framework, link) for link in found if standard in {None, framework.standard_of(link.later).standard}]
    pairs = _pairs(snapshot, cycle, found, area)
    by_link = dict(tuple(pairs.groupby(["earlier", "later"])))
    fewest = snapshot.settings.thresholds.too_few
    matched = [by_link.get((row["earlier"], row["later"]), pairs.iloc[:0]) for row in rows]
    confidence = simultaneous(CONFIDENCE, _comparisons(pairs, fewest))
    table = [
        {**row, **_counts(part), **_trend(part, bool(row["carries_trend"]), fewest, confidence)}
        for row, part in zip(rows, matched, strict=True)
    ]
    table += _unlinked(snapshot.crosswalk(cycle), framework, standard)
    return _ordered(pd.DataFrame(table, columns=[*_ABOUT, *_FIGURES]), framework)


def change_by_standard(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """By standard of the later framework, over the links that carry a trend.

    Each organisation's answer to a later criterion counts once: where several earlier criteria lead to it, each of
    those pairs has its part of the weight. An earlier criterion with several later ones stands before each of them.
    Organisations are the units of the interval (`scoring.paired_interval`), simultaneous over the same comparisons as
    in `change`: a standard with a single comparable criterion has that criterion's interval and verdict.

    Returns:
        Columns: standard, links (that carry a trend), criteria (with such a link), criteria_total (in the standard),
        organisations (that answered both ends of one or more), pairs (answers to a later criterion with an earlier
        one), met_before, met_after (of those pairs; before can be a fraction where several earlier criteria lead to
        one), share_before, share_after, difference, lower, upper, verdict ("better", "worse", "no clear change", "too
        few to compare", "no comparable criteria"). One row per standard; none where there is no cycle before.
    """
    framework = snapshot.framework(cycle)
    if snapshot.settings.cycle_before(cycle) is None:
        return pd.DataFrame(columns=_BY_STANDARD)
    trends = [link for link in links(snapshot, cycle) if link.carries_trend]
    pairs = _pairs(snapshot, cycle, trends, area)
    pairs["weight"] = 1 / pairs.groupby(["organisation_id", "later"])["later"].transform("size")
    parts = {standard.standard: pairs.loc[pairs["standard"] == standard.standard] for standard in framework.standards}
    fewest = snapshot.settings.thresholds.too_few
    confidence = simultaneous(CONFIDENCE, _comparisons(pairs, fewest))
    rows = []
    for standard in framework.standards:
        mine = [link for link in trends if framework.standard_of(link.later) == standard]
        about = {
            "standard": standard.standard,
            "links": len(mine),
            "criteria": len({link.later for link in mine}),
            "criteria_total": len(standard.criteria),
        }
        rows.append(about | _weighted(parts[standard.standard], fewest, confidence))
        if not mine:
            rows[-1]["verdict"] = "no comparable criteria"
    return pd.DataFrame(rows, columns=_BY_STANDARD)


def _about(framework: Framework, link: Link) -> dict[str, object]:
    return {
        "earlier": link.earlier,
        "later": link.later,
        "standard": framework.standard_of(link.later).standard,
        "type": str(link.type),
        "carries_trend": link.carries_trend,
        "reason": link.reason,
    }


def _pairs(snapshot: Snapshot, cycle: str, found: Sequence[Link], area: str | None) -> pd.DataFrame:
    """One row per organisation and link whose both ends it answered.

    Columns: earlier, later, standard (the later one's), carries_trend, organisation_id, before, after (1 where met).
    """
    framework = snapshot.framework(cycle)
    ends = pd.DataFrame([(link.earlier, link.later) for link in found], columns=["earlier", "later"], dtype="str")
    ends["standard"] = [framework.standard_of(later).standard for later in ends["later"]]
    ends["carries_trend"] = pd.Series([link.carries_trend for link in found], index=ends.index, dtype=bool)
    earlier = snapshot.settings.cycle_before(cycle)
    if earlier is None:
        return ends.assign(organisation_id="", before=0.0, after=0.0).iloc[:0]
    before = _met(answers(snapshot, earlier.id, area=area), "earlier", "before")
    after = _met(answers(snapshot, cycle, area=area), "later", "after")
    return ends.merge(before, on="earlier").merge(after, on=["organisation_id", "later"])


def comparisons(snapshot: Snapshot, cycle: str) -> int:
    """Over how many comparisons the intervals of `change` in the region hold together; all standards count."""
    found = links(snapshot, cycle)
    return _comparisons(_pairs(snapshot, cycle, found, None), snapshot.settings.thresholds.too_few) if found else 0


def _comparisons(pairs: pd.DataFrame, fewest: int) -> int:
    """How many different comparisons a cycle makes: one a link with a trend, one a standard with several of those."""
    trend = pairs.loc[pairs["carries_trend"]]
    by_link = trend.groupby(["standard", "earlier", "later"]).size()
    several = by_link.groupby("standard").size() > 1
    enough = trend.groupby("standard")["organisation_id"].nunique() >= fewest
    return int((by_link >= fewest).sum()) + int((several & enough).sum())


def _met(frame: pd.DataFrame, end: str, name: str) -> pd.DataFrame:
    frame = frame.loc[frame["state"].isin(ANSWERED)]
    return pd.DataFrame(
        {
            "organisation_id": frame["organisation_id"],
            end: frame["criterion"],
            name: (frame["state"] == "met").astype(float),
        }
    )


def _counts(part: pd.DataFrame) -> dict[str, object]:
    n, before, after = len(part), part["before"], part["after"]
    return {
        "organisations": n,
        "met_before": int(before.sum()),
        "met_after": int(after.sum()),
        "share_before": float(before.mean()) if n else math.nan,
        "share_after": float(after.mean()) if n else math.nan,
        "improved": int((after > before).sum()),
        "worsened": int((after < before).sum()),
    }


def _trend(part: pd.DataFrame, carries_trend: bool, fewest: int, confidence: float) -> dict[str, object]:
    nothing = dict.fromkeys(("difference", "lower", "upper"), math.nan)
    if not carries_trend:
        return {**nothing, "verdict": "partly comparable"}
    steps = part["after"] - part["before"]
    found = paired_interval(steps, [1.0] * len(part), fewest, confidence)
    if found is None:
        return {**nothing, "verdict": verdict(None, _WORDS)}
    return {
        "difference": float(steps.mean()),
        "lower": found.lower,
        "upper": found.upper,
        "verdict": verdict(found, _WORDS),
    }


def _weighted(part: pd.DataFrame, fewest: int, confidence: float) -> dict[str, object]:
    """The figures of one standard; weights of an organisation's answer to a later criterion add up to 1."""
    weight = part["weight"]
    total, before, after = (
        float(part_of.sum()) for part_of in (weight, weight * part["before"], weight * part["after"])
    )
    sums = pd.DataFrame(
        {
            "organisation_id": part["organisation_id"],
            "steps": weight * (part["after"] - part["before"]),
            "pairs": weight,
        }
    )
    each = sums.groupby("organisation_id").sum()
    found = paired_interval(each["steps"], each["pairs"], fewest, confidence)
    return {
        "organisations": len(each),
        "pairs": round(total),
        "met_before": before,
        "met_after": after,
        "share_before": before / total if total else math.nan,
        "share_after": after / total if total else math.nan,
        "difference": float(each["steps"].sum()) / total if found else math.nan,
        "lower": found.lower if found else math.nan,
        "upper": found.upper if found else math.nan,
        "verdict": verdict(found, _WORDS),
    }


def _unlinked(crosswalk: Crosswalk | None, framework: Framework, standard: str | None) -> list[dict[str, object]]:
    """Rows for criteria without a counterpart: new ones, and (where no standard is asked for) those no longer asked."""
    if crosswalk is None or crosswalk.later != framework.id:
        return []
    rows = [
        _alone("", later, framework.standard_of(later).standard, "new")
        for later in crosswalk.unlinked_later
        if standard in {None, framework.standard_of(later).standard}
    ]
    if standard is None:
        rows += [_alone(earlier, "", "", "no longer asked") for earlier in crosswalk.unlinked_earlier]
    return rows


def _alone(earlier: str, later: str, standard: str, why: str) -> dict[str, object]:
    return {
        "earlier": earlier,
        "later": later,
        "standard": standard,
        "type": _NO_LINK,
        "carries_trend": False,
        "reason": "",
        **dict.fromkeys(("organisations", "met_before", "met_after", "improved", "worsened"), 0),
        "verdict": why,
    }


def _ordered(table: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    place = {reference: at for at, reference in enumerate(framework.criteria)}
    order = table["later"].map(place).fillna(len(place)).astype(int).sort_values(kind="stable")
    return table.loc[order.index].reset_index(drop=True)
