"""The shapes of a framework, a rating scale and a crosswalk, and what a framework asks of an organisation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from toolkit.records import Priority, Rating

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.records import Organisation

REFERENCE_FORM = r"^[A-Z]?[0-9]{1,3}(\.[0-9]{1,3})?$"
AREA_CODE_FORM = r"^[A-Z][0-9]{8}$"
IDENTIFIER_FORM = r"^[a-z0-9]+(-[a-z0-9]+)*$"
TIER_FORM = r"^[0-9]$"

Reference = Annotated[str, StringConstraints(strict=True, pattern=REFERENCE_FORM)]
"""A standard's or criterion's number, always text: "5.10" is not "5.1"."""

AreaCode = Annotated[str, StringConstraints(strict=True, pattern=AREA_CODE_FORM)]
"""An ONS code of a local authority area, e.g. "E08000025"."""

Identifier = Annotated[str, StringConstraints(strict=True, pattern=IDENTIFIER_FORM)]
"""What a file in the catalogue is called: lower case, digits and single hyphens, e.g. "wm-2024"."""

Words = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]

_STRENGTH = (Priority.ESSENTIAL, Priority.DESIRED, Priority.RECOMMENDED)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tier(_Frozen):
    """How close a workforce's contact with victims-survivors is (2024 standards, table of priority tiers)."""

    tier: Annotated[str, StringConstraints(strict=True, pattern=TIER_FORM)]
    name: Words
    role: Words


class Criterion(_Frozen):
    """A numbered statement in a standard.

    `summary` is ours; `clause` says where the source has it. `areas` (ONS codes) restricts it to organisations that
    serve one of them. `condition` is filled where the source itself makes it conditional. `similar` names criteria
    of the same framework that ask the same or nearly the same. `wording` is the official text of a project's overlay.
    """

    criterion: Reference
    summary: Words
    clause: Words
    applies_to: Literal["everyone", "direct_services"] = "everyone"
    condition: str = ""
    areas: tuple[AreaCode, ...] = ()
    similar: tuple[Reference, ...] = ()
    wording: str = ""

    @property
    def text(self) -> str:
        """What the issued workbook prints: the official wording where the project has it, else our summary."""
        return self.wording or self.summary


class Standard(_Frozen):
    """A numbered standard: its title, what it asks in our words, its priority per tier (None where it has none)."""

    standard: Reference
    title: Words
    asks: Words
    priority: dict[str, Literal[Priority.ESSENTIAL, Priority.DESIRED, Priority.RECOMMENDED]] | None
    applies_to: Literal["everyone", "commissioners"] = "everyone"
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]


class Framework(_Frozen):
    """A published set of standards.

    `numbering` is "ours" where the source has unnumbered bullets that we numbered. `default_priority` is what a
    standard without priorities per tier means in this framework: "essential" where the source calls all of it a minimum
    requirement, "applies" where it says no more than that it applies.
    """

    id: Identifier
    title: Words
    short_title: Words
    published: Words
    source: Words
    numbering: Literal["official", "ours"]
    numbering_note: str = ""
    default_priority: Literal[Priority.ESSENTIAL, Priority.APPLIES] = Priority.APPLIES
    tiers: tuple[Tier, ...] = ()
    standards: Annotated[tuple[Standard, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        tiers = {tier.tier for tier in self.tiers}
        references = [criterion.criterion for standard in self.standards for criterion in standard.criteria]
        for what, values in (
            ("tier", [tier.tier for tier in self.tiers]),
            ("standard", [standard.standard for standard in self.standards]),
            ("criterion", references),
        ):
            if twice := _twice(values):
                raise ValueError(f"{what} {', '.join(twice)} appears more than once")
        for standard in self.standards:
            if standard.priority is not None and set(standard.priority) != tiers:
                raise ValueError(
                    f"standard {standard.standard} must give a priority for each of the tiers "
                    f"{', '.join(sorted(tiers)) or '(the framework has none)'}, or null"
                )
            for criterion in standard.criteria:
                if "." in criterion.criterion and criterion.criterion.split(".")[0] != standard.standard:
                    raise ValueError(f"criterion {criterion.criterion} stands in standard {standard.standard}")
        self._check_similar()
        return self

    def _check_similar(self) -> None:
        similar = {c.criterion: set(c.similar) for s in self.standards for c in s.criteria}
        for reference, others in similar.items():
            for other in sorted(others):
                if other not in similar or other == reference:
                    raise ValueError(f"criterion {reference} cannot be similar to {other}")
                if reference not in similar[other]:
                    raise ValueError(f"criterion {reference} is similar to {other}, but {other} does not say so too")

    @cached_property
    def _by_criterion(self) -> dict[str, tuple[Standard, Criterion]]:
        return {c.criterion: (s, c) for s in self.standards for c in s.criteria}

    @cached_property
    def asked_before(self) -> dict[tuple[object, ...], tuple[Asked, ...]]:
        """What `asked` has found, by all of an organisation that it depends on; a register has few kinds."""
        return {}

    @cached_property
    def criteria(self) -> tuple[str, ...]:
        """Every criterion's reference, in the framework's order."""
        return tuple(self._by_criterion)

    @cached_property
    def with_similar(self) -> frozenset[str]:
        """The criteria that ask nearly the same as another."""
        return frozenset(name for name, (_, criterion) in self._by_criterion.items() if criterion.similar)

    @cached_property
    def conditional(self) -> frozenset[str]:
        """The criteria that the framework asks on a condition."""
        return frozenset(name for name, (_, criterion) in self._by_criterion.items() if criterion.condition)

    def standard(self, reference: str) -> Standard:
        """The standard with this number; KeyError where there is none."""
        return next((s for s in self.standards if s.standard == reference), None) or _missing(reference)

    def standard_of(self, criterion: str) -> Standard:
        """The standard in which a criterion stands; KeyError where there is none."""
        return self._by_criterion[criterion][0]

    def criterion(self, reference: str) -> Criterion:
        """The criterion with this reference; KeyError where there is none."""
        return self._by_criterion[reference][1]


def _twice(values: list[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})


def _missing(reference: str) -> Standard:
    raise KeyError(reference)


@dataclass(frozen=True, slots=True)
class Asked:
    """One criterion that a framework asks of an organisation, with the strongest priority among its tiers."""

    standard: str
    criterion: str
    priority: Priority


def asked(framework: Framework, organisation: Organisation, area_codes: Mapping[str, str]) -> tuple[Asked, ...]:
    """What a framework asks of an organisation, in the framework's order.

    Leaves out a commissioners' standard for others, direct-service criteria for those without direct services, and
    criteria bound to areas that the organisation does not serve. With several tiers the strongest priority counts.

    Args:
        framework: the framework in question.
        organisation: a line of the register.
        area_codes: area name to ONS code.
    """
    codes = frozenset(area_codes[name] for name in organisation.areas if name in area_codes)
    who = (organisation.commissioner, organisation.direct_services, organisation.tiers, codes)
    found = framework.asked_before.get(who)
    if found is None:
        found = framework.asked_before[who] = _asked(framework, organisation, codes)
    return found


def _asked(framework: Framework, organisation: Organisation, codes: frozenset[str]) -> tuple[Asked, ...]:
    found: list[Asked] = []
    for standard in framework.standards:
        if standard.applies_to == "commissioners" and not organisation.commissioner:
            continue
        priority = _strongest(standard, organisation.tiers, framework.default_priority)
        found.extend(
            Asked(standard.standard, criterion.criterion, priority)
            for criterion in standard.criteria
            if (criterion.applies_to == "everyone" or organisation.direct_services)
            and (not criterion.areas or codes.intersection(criterion.areas))
        )
    return tuple(found)


def _strongest(standard: Standard, tiers: tuple[str, ...], default: Priority) -> Priority:
    if standard.priority is None:
        return default
    held = [standard.priority[tier] for tier in tiers if tier in standard.priority]
    return min(held, key=_STRENGTH.index) if held else default


class ScaleLevel(_Frozen):
    """One answer of a rating scale.

    `label` is printed in the drop-down; `words` are other spellings senders use, compared without case and
    punctuation; `value` is what it counts for in attainment (0 to 1), None for not applicable.
    """

    rating: Literal[Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET, Rating.NOT_APPLICABLE]
    label: Words
    meaning: Words
    value: Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)] | None
    words: tuple[Annotated[str, StringConstraints(strict=True)], ...] = ()


class Scale(_Frozen):
    """The answers a cycle's workbook offers. What is not declared here is never guessed, a bare 0 least of all."""

    id: Identifier
    title: Words
    levels: Annotated[tuple[ScaleLevel, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _unambiguous(self) -> Self:
        seen: dict[str, int] = {}
        for place, level in enumerate(self.levels):
            if (level.value is None) != (level.rating is Rating.NOT_APPLICABLE):
                raise ValueError(f"level {level.label!r}: a level has a value, and only not applicable has null")
            for word in (level.label, *level.words):
                folded = fold(word)
                if not folded:
                    raise ValueError(f"the word {word!r} of level {level.label!r} has no letter or digit")
                if seen.setdefault(folded, place) != place:
                    raise ValueError(
                        f"the word {word!r} stands for both {self.levels[seen[folded]].label!r} and {level.label!r}"
                    )
        return self

    @cached_property
    def _by_word(self) -> dict[str, ScaleLevel]:
        return {fold(word): level for level in self.levels for word in (level.label, *level.words)}

    def level(self, written: str) -> ScaleLevel | None:
        """The level a sender's words mean, or None where the scale does not declare them.

        "3.0", which is how spreadsheets hand over a 3, finds "3"; "-3", "3?" and ">3" do not.
        """
        return self._by_word.get(fold(written))


_NUMBER = re.compile(r"([+-]?[0-9]+)(?:\.([0-9]*?)0*)?\s*(%?)")
_MEANINGFUL = "%/?"
_AROUND_SLASH = re.compile(r"\s*/\s*")


def fold(written: str) -> str:
    """A word as the scale compares it: lower case, without punctuation, with single spaces.

    "N/A" and "n / a" become "n/a", "N.A." becomes "n a", "Not-Met!" becomes "not met". Signs that change or doubt what
    is said stay ("%", "/", "?" and symbols such as "<"), and a number keeps its sign and its decimals but for closing
    noughts: "3.0" becomes "3", "100.0 %" becomes "100%", "-1" stays "-1".
    """
    text = written.casefold().replace("\N{MINUS SIGN}", "-").strip()
    if number := _NUMBER.fullmatch(text):
        whole, decimals, percent = number.groups()
        return f"{whole}.{decimals}{percent}" if decimals else f"{whole}{percent}"
    kept = "".join(_kept(character) for character in text)
    return _AROUND_SLASH.sub("/", " ".join(kept.split()))


def _kept(character: str) -> str:
    if character.isalnum() or character in _MEANINGFUL:
        return character
    category = unicodedata.category(character)
    if category == "Cf":  # invisible: soft hyphens, zero-width spaces, byte order marks
        return ""
    return character if category[0] in "MNS" else " "


class LinkType(StrEnum):
    """What the later criterion is to the earlier one.

    `equal`: both ask the same. `narrower`: all that the later one asks was already asked. `broader`: the later one asks
    more. `overlaps`: they share a part. Only equal and narrower links carry a trend.
    """

    EQUAL = "equal"
    BROADER = "broader"
    NARROWER = "narrower"
    OVERLAPS = "overlaps"


class Link(_Frozen):
    """One typed link from an earlier criterion (or standard) to a later one, with its reason."""

    earlier: Reference
    later: Reference
    type: LinkType
    reason: Words

    @property
    def carries_trend(self) -> bool:
        """Whether ratings on both ends may be compared over time."""
        return self.type in {LinkType.EQUAL, LinkType.NARROWER}


class Crosswalk(_Frozen):
    """Typed links between two frameworks.

    `criteria` links criteria; `standards` links whole standards. `unlinked_earlier` and `unlinked_later` name the
    criteria without a counterpart, so that nothing is skipped in silence. `earlier` is the side that is compared from,
    `later` the side that is compared to; `note` says so where that is not the order of publication.
    """

    id: Identifier
    earlier: Identifier
    later: Identifier
    note: Words
    standards: tuple[Link, ...]
    criteria: tuple[Link, ...]
    unlinked_earlier: tuple[Reference, ...] = ()
    unlinked_later: tuple[Reference, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.id != f"{self.earlier}-to-{self.later}":
            raise ValueError(f"the id must be {self.earlier}-to-{self.later}, after the two frameworks")
        for links in (self.standards, self.criteria):
            if twice := _twice([f"{link.earlier} to {link.later}" for link in links]):
                raise ValueError(f"the link {', '.join(twice)} appears more than once")
        for side, unlinked in (("earlier", self.unlinked_earlier), ("later", self.unlinked_later)):
            if both := sorted({getattr(link, side) for link in self.criteria} & set(unlinked)):
                raise ValueError(f"{', '.join(both)} is linked and stands in unlinked_{side} too")
            if twice := _twice(list(unlinked)):
                raise ValueError(f"{', '.join(twice)} stands in unlinked_{side} more than once")
        return self
