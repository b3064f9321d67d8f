"""The texts of frameworks and crosswalks for those who may not know which area is which."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.catalogue import Crosswalk, Framework

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KEPT = ("id", "title", "short_title", "published", "source")
"""Of a framework: what the publication is called and where it is found is no secret."""


def without_areas(
    frameworks: Mapping[str, Framework], crosswalks: Mapping[str, Crosswalk], areas: Iterable[str], codes: Iterable[str]
) -> tuple[dict[str, Framework], dict[str, Crosswalk]]:
    """Frameworks and crosswalks whose texts say "some areas" where they named areas.

    Criteria that are asked in some areas only stay so, without saying in which: each is bound to all of `codes`.
    """
    named = _listed(areas)
    every = tuple(codes)

    def neutral(value: Any) -> Any:  # noqa: ANN401 - whatever a definition holds
        if isinstance(value, str):
            return named.sub("some areas", value)
        if isinstance(value, dict):
            return {
                key: (list(every) if held else held) if key == "areas" else neutral(held) for key, held in value.items()
            }
        return [neutral(each) for each in value] if isinstance(value, list) else value

    def framework(each: Framework) -> Framework:
        held = each.model_dump(mode="json")
        return Framework.model_validate(neutral(held) | {name: held[name] for name in _KEPT})

    return (
        {key: framework(each) for key, each in frameworks.items()},
        {key: Crosswalk.model_validate(neutral(each.model_dump(mode="json"))) for key, each in crosswalks.items()},
    )


def _listed(areas: Iterable[str]) -> re.Pattern[str]:
    """One area's name, or several of them joined by commas, "and" or "or"."""
    one = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(areas, key=len, reverse=True))
    return re.compile(rf"\b(?:{one})\b(?:(?:\s*,\s*(?:and|or)?|\s+and|\s+or|\s*&)\s*\b(?:{one})\b)*", re.IGNORECASE)
