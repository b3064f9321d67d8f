"""Change since the cycle before, through the crosswalk, of organisations that answered in both."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.catalogue import Crosswalk, Link, LinkType
from toolkit.comparison.answers import every_answer, every_rating, serving
from toolkit.comparison.differences import CONFIDENCE, verdict
from toolkit.comparison.remembering import remembered
from toolkit.scoring import ANSWERED, paired_interval, simultaneous

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

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
    table = _change(snapshot, cycle, area)
    return table if standard is None else table.loc[table["standard"] == standard].reset_index(drop=True)


@remembered
def _change(snapshot: Snapshot, cycle: str, area: str | None) -> pd.DataFrame:
    framework = snapshot.framework(cycle)
    rows = [_about(framework, link) for link in links(snapshot, cycle)]
    pairs = _pairs(snapshot, cycle, area)
    by_link = dict(tuple(pairs.groupby(["earlier", "later"])))
    fewest = snapshot.settings.thresholds.too_few
    matched = [by_link.get((row["earlier"], row["later"]), pairs.iloc[:0]) for row in rows]
    confidence = simultaneous(CONFIDENCE, _comparisons(pairs, fewest))
    table = [
        {**row, **_counts(part), **_trend(part, bool(row["carries_trend"]), fewest, confidence)}
        for row, part in zip(rows, matched, strict=True)
    ]
    table += _unlinked(snapshot.crosswalk(cycle), framework)
    return _ordered(pd.DataFrame(table, columns=[*_ABOUT, *_FIGURES]), framework)


@remembered
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
    pairs = _pairs(snapshot, cycle, area)
    pairs = _with_weights(pairs.loc[pairs["carries_trend"]])
    fewest = snapshot.settings.thresholds.too_few
    confidence = simultaneous(CONFIDENCE, _comparisons(pairs, fewest))
    columns = ["standard", "organisation_id", "weight", "steps"]
    sums = pairs[columns].groupby(columns[:2], as_index=False).sum()
    of_pairs, of_sums = (frame["standard"].to_numpy(dtype=object) for frame in (pairs, sums))
    figures = [pairs[name].to_numpy() for name in ("weight", "before", "after")]
    each = [sums[name].to_numpy() for name in ("steps", "weight")]
    rows = []
    for standard in framework.standards:
        here = [column[of_pairs == standard.standard] for column in figures]
        by_organisation = [column[of_sums == standard.standard] for column in each]
        mine = [link for link in trends if framework.standard_of(link.later) == standard]
        about = {
            "standard": standard.standard,
            "links": len(mine),
            "criteria": len({link.later for link in mine}),
            "criteria_total": len(standard.criteria),
        }
        rows.append(about | _weighted(here, by_organisation, fewest, confidence))
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


def _pairs(snapshot: Snapshot, cycle: str, area: str | None) -> pd.DataFrame:
    """The pairs of all organisations, or of those that served an area both times."""
    pairs = _every_pair(snapshot, cycle)
    if area is None:
        return pairs
    return pairs.loc[serving(pairs["areas_before"], area) & serving(pairs["areas"], area)].reset_index(drop=True)


@remembered
def _every_pair(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    """One row per organisation and link whose both ends it answered.

    Columns: earlier, later, standard (the later one's), carries_trend, organisation_id, areas_before, before, areas,
    after (1 where met).
    """
    framework, found = snapshot.framework(cycle), links(snapshot, cycle)
    ends = pd.DataFrame([(link.earlier, link.later) for link in found], columns=["earlier", "later"], dtype="str")
    ends["standard"] = [framework.standard_of(later).standard for later in ends["later"]]
    ends["carries_trend"] = pd.Series([link.carries_trend for link in found], index=ends.index, dtype=bool)
    earlier = snapshot.settings.cycle_before(cycle)
    if earlier is None:
        return ends.assign(organisation_id="", areas_before="", before=0.0, areas="", after=0.0).iloc[:0]
    before = _met(every_rating(snapshot, earlier.id), "earlier", "before").rename(columns={"areas": "areas_before"})
    after = _met(every_answer(snapshot, cycle), "later", "after")
    everybody = sorted({*before["organisation_id"].cat.categories, *after["organisation_id"].cat.categories})
    of_both = pd.CategoricalDtype(pd.Index(everybody, dtype="str"))
    before, after = (frame.astype({"organisation_id": of_both}) for frame in (before, after))
    ends = ends.astype({"earlier": before["earlier"].dtype, "later": after["later"].dtype, "standard": "category"})
    return ends.merge(before, on="earlier").merge(after, on=["organisation_id", "later"])


def comparisons(snapshot: Snapshot, cycle: str) -> int:
    """Over how many comparisons the intervals of `change` in the region hold together; all standards count.

    Of the responses it reads cycle, organisation, criterion and rating, and makes no pairs, which takes longer.
    """
    framework, earlier = snapshot.framework(cycle), snapshot.settings.cycle_before(cycle)
    before, after = (_who_answered(snapshot, each) for each in (earlier.id if earlier else "", cycle))
    both = [
        (framework.standard_of(link.later).standard, before[link.earlier] & after[link.later])
        for link in links(snapshot, cycle)
        if link.carries_trend
    ]
    return _count(both, snapshot.settings.thresholds.too_few)


def _who_answered(snapshot: Snapshot, cycle: str) -> defaultdict[str, set[str]]:
    """Which organisations answered each criterion of a cycle."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    responses = snapshot.responses
    mine = responses.loc[(responses["cycle"] == cycle) & responses["rating"].isin(ANSWERED)]
    for criterion, organisation in zip(mine["criterion"].to_list(), mine["organisation_id"].to_list(), strict=True):
        found[criterion].add(organisation)
    return found


def _with_weights(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs with their weight, those of one organisation's answer to a later criterion adding up to 1, and step."""
    weight = 1 / pairs.groupby(["organisation_id", "later"])["later"].transform("size")
    return pairs.assign(weight=weight, steps=weight * (pairs["after"] - pairs["before"]))


def _comparisons(pairs: pd.DataFrame, fewest: int) -> int:
    """How many comparisons these pairs give."""
    trend = pairs.loc[pairs["carries_trend"]]
    who: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    columns = (trend[name].to_list() for name in ("standard", "earlier", "later", "organisation_id"))
    for *link, organisation in zip(*columns, strict=True):
        who[tuple(link)].add(organisation)
    return _count(((standard, each) for (standard, *_), each in who.items()), fewest)


def _count(both: Iterable[tuple[str, set[str]]], fewest: int) -> int:
    """How many different comparisons a cycle makes: one a link with a trend, one a standard with several of those.

    Args:
        both: for each link with a trend its standard, and which organisations answered both ends.
        fewest: with fewer organisations nothing is compared.
    """
    by_standard: defaultdict[str, list[set[str]]] = defaultdict(list)
    for standard, who in both:
        if who:
            by_standard[standard].append(who)
    one_by_one = sum(len(who) >= fewest for each in by_standard.values() for who in each)
    together = sum(len(each) > 1 and len(set().union(*each)) >= fewest for each in by_standard.values())
    return one_by_one + together


def _met(frame: pd.DataFrame, end: str, name: str) -> pd.DataFrame:
    frame = frame.loc[frame["state"].isin(ANSWERED)]
    return pd.DataFrame(
        {
            "organisation_id": frame["organisation_id"],
            "areas": frame["areas"],
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


def _weighted(
    pairs: list[NDArray[np.float64]], each: list[NDArray[np.float64]], fewest: int, confidence: float
) -> dict[str, object]:
    """The figures of one standard.

    Args:
        pairs: weight, before and after of its pairs.
        each: the sum of steps and of weights of each organisation.
        fewest: with fewer organisations there is no interval.
        confidence: of the interval.
    """
    (weight, was, is_), (steps, weights) = pairs, each
    total, before, after = (float(part.sum()) for part in (weight, weight * was, weight * is_))
    found = paired_interval(steps, weights, fewest, confidence)
    return {
        "organisations": len(steps),
        "pairs": round(total),
        "met_before": before,
        "met_after": after,
        "share_before": before / total if total else math.nan,
        "share_after": after / total if total else math.nan,
        "difference": float(steps.sum()) / total if found else math.nan,
        "lower": found.lower if found else math.nan,
        "upper": found.upper if found else math.nan,
        "verdict": verdict(found, _WORDS),
    }


def _unlinked(crosswalk: Crosswalk | None, framework: Framework) -> list[dict[str, object]]:
    """Rows for criteria without a counterpart: new ones, and those no longer asked."""
    if crosswalk is None or crosswalk.later != framework.id:
        return []
    rows = [_alone("", later, framework.standard_of(later).standard, "new") for later in crosswalk.unlinked_later]
    return rows + [_alone(earlier, "", "", "no longer asked") for earlier in crosswalk.unlinked_earlier]


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
