"""Responses to measures: pure functions on DataFrames, each with its formula and source."""

from toolkit.scoring.answers import ANSWERS, asked_with_answers, coded, in_areas, in_tiers
from toolkit.scoring.dispersion import leik_dispersion
from toolkit.scoring.intervals import (
    Estimate,
    Interval,
    difference_interval,
    interval,
    paired_interval,
    ratio_covariance,
    ratio_estimate,
    simultaneous,
)
from toolkit.scoring.measures import (
    ANSWERED,
    APPLICABLE,
    MEASURES,
    PRIORITY_WEIGHTS,
    RATINGS,
    Attainment,
    EssentialMet,
    Measures,
    attainment,
    distribution,
    essential_met,
    measures,
    measures_by,
    met_share,
)
from toolkit.scoring.student import t_quantile

__all__ = [
    "ANSWERED",
    "ANSWERS",
    "APPLICABLE",
    "MEASURES",
    "PRIORITY_WEIGHTS",
    "RATINGS",
    "Attainment",
    "EssentialMet",
    "Estimate",
    "Interval",
    "Measures",
    "asked_with_answers",
    "attainment",
    "coded",
    "difference_interval",
    "distribution",
    "essential_met",
    "in_areas",
    "in_tiers",
    "interval",
    "leik_dispersion",
    "measures",
    "measures_by",
    "met_share",
    "paired_interval",
    "ratio_covariance",
    "ratio_estimate",
    "simultaneous",
    "t_quantile",
]
