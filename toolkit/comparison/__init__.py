"""Areas, tiers, sectors and cycles side by side; gaps, strengths, actions. DataFrames with documented columns.

Every function takes a snapshot and a cycle, reads nothing else, and returns rows in a fixed order: areas as in
`toolkit.toml`, standards and criteria as in the framework, organisations by name. A figure about no answers is NaN, a
missing text is "". An organisation that serves several areas counts in each, and once in the region: areas never add
up to the region.
"""

from toolkit.comparison.actions import DUE, actions, due_limits, previous_actions
from toolkit.comparison.answers import (
    answer_states,
    answers,
    criterion_priorities,
    missing_returns,
    region,
    response_rate,
)
from toolkit.comparison.areas import (
    area_by_criterion,
    area_by_standard,
    by_area,
    by_criterion,
    by_organisation,
    by_sector,
    by_standard,
    by_tier,
    counted_answers,
)
from toolkit.comparison.change import change, change_by_standard, comparisons, links
from toolkit.comparison.differences import (
    WeightingDependence,
    difference_from_region,
    differences_by_standard,
    weighting_dependence,
)
from toolkit.comparison.gaps import area_gaps, essential_gaps, gaps
from toolkit.comparison.learning import learning_pairs
from toolkit.comparison.lists import FourLists, four_lists
from toolkit.comparison.practice import (
    WORDS_AT_LENGTH,
    disagreement,
    good_practice,
    leads_missing,
    met_without_evidence,
    says_nothing,
)

__all__ = [
    "DUE",
    "WORDS_AT_LENGTH",
    "FourLists",
    "WeightingDependence",
    "actions",
    "answer_states",
    "answers",
    "area_by_criterion",
    "area_by_standard",
    "area_gaps",
    "by_area",
    "by_criterion",
    "by_organisation",
    "by_sector",
    "by_standard",
    "by_tier",
    "change",
    "change_by_standard",
    "comparisons",
    "counted_answers",
    "criterion_priorities",
    "difference_from_region",
    "differences_by_standard",
    "disagreement",
    "due_limits",
    "essential_gaps",
    "four_lists",
    "gaps",
    "good_practice",
    "leads_missing",
    "learning_pairs",
    "links",
    "met_without_evidence",
    "missing_returns",
    "previous_actions",
    "region",
    "response_rate",
    "says_nothing",
    "weighting_dependence",
]
