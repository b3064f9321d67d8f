"""The data files of the synthetic region, with their shapes: kinds, organisations, topics, what goes wrong."""

from __future__ import annotations

import datetime as dt
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toolkit.errors import CatalogueError
from toolkit.records import Outcome

_DATA = Path(__file__).parent.parent / "data" / "demo"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Model = TypeVar("_Model", bound=BaseModel)

Phrases = Annotated[tuple[str, ...], Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Frozen):
    """A kind of organisation: its register columns, how well it does, and the words it uses.

    `quality` is on the scale of the rating model (0 average, 1 about a standard deviation better); `better` and
    `worse` are themes of the topics.
    """

    sector: str
    tiers: tuple[str, ...]
    direct_services: bool
    commissioner: bool = False
    quality: float
    better: tuple[str, ...]
    worse: tuple[str, ...]
    words: dict[str, str]


class Entry(_Frozen):
    """One organisation, or with {area} in its id one for each area; `areas` is "all" or a list of names."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    areas: Literal["all"] | tuple[str, ...] = "all"


class Cast(_Frozen):
    """Who answers the audits."""

    kinds: dict[str, Kind]
    organisations: tuple[Entry, ...]


class Topic(_Frozen):
    """Something that criteria of one or both editions ask for, and what is written about it.

    `difficulty` lowers every rating (0 average, 1 much harder). `only` lists the kinds to which it applies; of the
    others a share of `elsewhere` answers not applicable, with `reason`.
    """

    theme: str
    difficulty: float
    criteria: dict[str, tuple[str, ...]]
    details: dict[str, str] = {}
    only: tuple[str, ...] = ()
    elsewhere: Share = 0
    reason: str = "Not applicable to what we do."
    met: Phrases
    partly: Phrases
    not_met: Phrases
    action: Phrases


class Tails(_Frozen):
    """Second sentences by rating, in the same words for every topic."""

    met: Phrases
    partly: Phrases
    not_met: Phrases


class Phrasebook(_Frozen):
    """What organisations write."""

    tails: Tails
    leads: Phrases
    topics: dict[str, Topic]

    @cached_property
    def _by_criterion(self) -> dict[tuple[str, str], str]:
        return {
            (framework, criterion): name
            for name, topic in self.topics.items()
            for framework, criteria in topic.criteria.items()
            for criterion in criteria
        }

    def topic_of(self, framework: str, criterion: str) -> str:
        """The topic that a criterion asks for; KeyError where the phrasebook has none."""
        return self._by_criterion[framework, criterion]


class BatchPlan(_Frozen):
    """Files that come in together: when, and what share of the cycle's returns."""

    id: str
    received_at: dt.datetime
    share: Share


class CyclePlan(_Frozen):
    """How far everybody had come by a cycle, and how its returns came in."""

    gain: float
    batches: Annotated[tuple[BatchPlan, ...], Field(min_length=1)]


class Recipe(_Frozen):
    """One kind of mess and the steps that make it."""

    mess: str
    steps: tuple[str, ...]


class Stray(_Frozen):
    """A file that never becomes a return, and what should become of it."""

    stray: str
    outcome: Outcome


class Returning(_Frozen):
    """How returns come in and what goes wrong with them."""

    share_missing: Share
    share_messy: Share
    fewest_for_strays: int
    cycles: dict[str, CyclePlan]
    file_names: Phrases
    completed_by: Phrases
    authorised_by: Phrases
    recipes: tuple[Recipe, ...]
    strays: tuple[Stray, ...]
    unknown_organisation: str
    unknown_words: Phrases
    date_texts: Phrases
    sheet_names: Phrases
    notes: Phrases
    personal_data: Phrases


@lru_cache(maxsize=1)
def load_cast() -> Cast:
    """The kinds and organisations of the region. Raises CatalogueError where the file breaks its shape."""
    return _load("organisations", Cast)


@lru_cache(maxsize=1)
def load_phrasebook() -> Phrasebook:
    """What organisations write. Raises CatalogueError where the file breaks its shape."""
    return _load("evidence", Phrasebook)


@lru_cache(maxsize=1)
def load_returning() -> Returning:
    """How returns come in. Raises CatalogueError where the file breaks its shape."""
    return _load("returning", Returning)


def _load(name: str, model: type[_Model]) -> _Model:
    path = _DATA / f"{name}.yaml"
    try:
        return model.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506 - a CSafeLoader or SafeLoader
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise CatalogueError(f"demo/{path.name} cannot be used ({error}); install the toolkit again.") from error
