"""What organisations of the synthetic region write into the data set (2024 standards, 9.4); all invented."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from toolkit.demo.chance import chance
from toolkit.layouts import load_layout

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from toolkit.project import Cycle
    from toolkit.records import Organisation

Answers = dict[str, tuple[str | int | dt.date, str]]

_SHARE = 0.36
"""Of the organisations with direct services: about a third fill it in."""
_SIZES = (6, 40, 180, 600, 1400)
"""About how many incidents an organisation knows of in a year."""
_LEFT_OUT, _SAID_FEW, _NOT_HELD, _CALENDAR_YEAR = 0.08, 0.35, 0.04, 0.2
_CONTRADICTING = 0.12
_SMALL = 5
_WEIGHTS = {
    "Of these: physical abuse": 0.4,
    "Of these: sexual abuse": 0.12,
    "Of these: controlling or coercive behaviour": 0.5,
    "Of these: economic abuse": 0.15,
    "Of these: stalking or harassment": 0.2,
    "Of these: so-called honour-based abuse, forced marriage, female genital mutilation": 0.01,
    "Of these: child sexual abuse": 0.02,
    "Repeat victims-survivors": 0.22,
    "Repeat offenders": 0.12,
    "Cases referred to MARAC": 0.1,
    "Risk assessments completed": 0.6,
    "Referrals to specialist services": 0.3,
    "Needs that could not be met": 0.05,
    "Disabled": 0.17,
    "Lesbian, gay or bisexual": 0.04,
}
"""About what share of the incidents, or of the people, each measure is."""
_DIVISIONS = ((9, 16, 68, 7), (81, 17, 2), (17, 9, 4, 66, 4), (24, 31, 13, 9, 8, 4, 6, 5))
"""How people divide by age, sex, ethnic group and source of referral: weights in the layout's order."""


def data_set(organisation: Organisation, cycle: Cycle, seed: int) -> Mapping[str, tuple[str | int | dt.date, str]]:
    """What an organisation writes into its data set, measure by measure; empty where it leaves the sheet alone."""
    asks = load_layout().data_set
    stream = chance(seed, cycle.id, "data set", organisation.organisation_id)
    if cycle.framework not in asks.asked_with or not organisation.direct_services or stream.random() >= _SHARE:
        return {}
    counts = _counts(stream)
    year = cycle.issued.year
    is_calendar = stream.random() < _CALENDAR_YEAR
    first, last = next(group.measures for group in asks.groups if group.kind == "period")
    found: Answers = {
        first: (dt.date(year - 1, 1 if is_calendar else 4, 1), ""),
        last: (dt.date(year - 1, 12, 31) if is_calendar else dt.date(year, 3, 31), ""),
    }
    for measure, count in counts.items():
        if stream.random() < _LEFT_OUT and measure not in asks.parts[0].wholes:
            continue
        few = 0 < count < _SMALL and stream.random() < _SAID_FEW
        is_held = stream.random() >= _NOT_HELD or measure in asks.parts[0].wholes
        found[measure] = ("fewer than 5" if few else count if is_held else "not held", "")
    if chance(seed, cycle.id, "contradiction", organisation.organisation_id).random() < _CONTRADICTING:
        whole, part = counts["Cases referred to MARAC"], "Repeat MARAC cases"
        found |= {"Cases referred to MARAC": (whole, ""), part: (whole + _SMALL, "As recorded by our case system")}
    return found


def _counts(stream: random.Random) -> dict[str, int]:
    asks = load_layout().data_set
    whole = max(4, round(stream.choice(_SIZES) * (0.6 + 0.8 * stream.random())))
    sexual = round(whole * 0.15 * (0.5 + stream.random()))
    people = max(2, round(whole * 0.7))
    unrecorded = round(people * 0.1 * stream.random())
    counts = {asks.parts[0].wholes[0]: whole - sexual, asks.parts[0].wholes[1]: sexual}
    for measure, share in _WEIGHTS.items():
        of = people if measure in asks.people.within else whole
        counts[measure] = min(of, round(of * share * (0.5 + stream.random())))
    counts["Repeat MARAC cases"] = round(counts["Cases referred to MARAC"] * 0.3 * stream.random())
    counts["Referrals accepted"] = round(counts["Referrals to specialist services"] * (0.6 + 0.4 * stream.random()))
    counts[asks.people.unrecorded] = unrecorded
    for measures, weights in zip(asks.people.divisions, _DIVISIONS, strict=True):
        drawn = stream.choices(measures, weights=weights, k=people - stream.randint(0, unrecorded))
        counts |= {measure: drawn.count(measure) for measure in measures}
    return counts
