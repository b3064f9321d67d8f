"""What the columns of tables and charts of the same kind are counted by, for their `document.Basis`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.document import RATING_WORDS, Basis, Counted, Counting

if TYPE_CHECKING:
    from collections.abc import Mapping

RETURNS = MappingProxyType({"Returned": "returned", "Expected": "expected", "Share returned": "returned share"})
"""Columns of returns received and expected."""

DIFFERENCES = MappingProxyType[str, str | Counting](
    {
        "Organisations": "organisations",
        "In the rest": Counting("In the rest", "organisations", "rest"),
        "Difference": "difference",
        "Interval": "interval",
    }
)
"""Columns of a chart of differences from the rest of the region."""

BESIDE = MappingProxyType[str, str | Counting](
    {
        "Share met": "share",
        "Organisations": "organisations",
        "Share met in the rest": Counting("Share met in the rest", "share", "rest"),
        "Organisations in the rest": Counting("Organisations in the rest", "organisations", "rest"),
        "Difference": "difference",
        "At least": "interval",
        "At most": "interval",
    }
)
"""Columns of a table of shares here and in the rest of the region."""


def shares(
    heading: str,
    dimension: str,
    measure: str = "Share met",
    *,
    counted: Counted = "all",
    area: str | None = None,
    standard: str | None = None,
) -> Basis:
    """One row a value of a dimension: how many met, applicable, the share under the heading `measure`, and bounds."""
    return Basis.of(
        rows={heading: dimension},
        columns={"Met": "met", "Applicable": "applicable", measure: "share", "Bounds": "bounds"},
        counted=counted,
        area=area,
        standard=standard,
    )


def rating_counts(words: Mapping[str, str]) -> Basis:
    """One row a criterion: how often each rating was given, under the scale's own words."""
    named = {words.get(rating, word): str(rating) for rating, word in RATING_WORDS.items()}
    return Basis.of(rows={"Criterion": "criterion"}, columns={**named, "Responses": "responses"})


def changes(heading: str, dimension: str, before: str, after: str, *, area: str | None = None) -> Basis:
    """One row a standard or criterion: shares met in two cycles, by the organisations that answered in both."""
    return Basis.of(
        "pairs",
        rows={heading: dimension},
        columns={
            "Organisations in both": "organisations in both",
            f"Met in {before}": "met before",
            f"Met in {after}": "met after",
            "Change": "change",
            "Interval": "interval",
        },
        area=area,
    )


def single(unit: str = "answers", *, area: str | None = None, standard: str | None = None) -> Basis:
    """A list: each row is one organisation's answer to (or action on) one criterion."""
    return Basis.of(
        "actions" if unit == "actions" else "answers",
        rows={"Organisation": "organisation", "Criterion": "criterion"},
        area=area,
        standard=standard,
    )
