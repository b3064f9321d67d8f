"""What goes into one organisation's audit workbook, worked out before anything is written."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.catalogue import asked
from toolkit.document import day
from toolkit.layouts import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.catalogue import Criterion, Framework, Scale, Standard
    from toolkit.layouts import Layout
    from toolkit.project import Cycle, Settings
    from toolkit.records import Organisation, Priority, Rating, Response

_LARGEST_CELL = 32_767
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def plain(text: str) -> str:
    """Text as a cell can hold it: no characters that XML forbids, line feeds only, at most 32,767 UTF-16 units."""
    clean = _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(clean) * 2 <= _LARGEST_CELL:
        return clean
    return clean.encode("utf-16-le")[: _LARGEST_CELL * 2].decode("utf-16-le", errors="ignore")


@dataclass(frozen=True)
class Sheet:
    """One standard's sheet: its name, and the criteria that the organisation is asked, each with its priority."""

    name: str
    standard: Standard
    rows: tuple[tuple[Criterion, Priority], ...]


@dataclass(frozen=True)
class Content:
    """Everything that one workbook says."""

    framework: Framework
    scale: Scale
    organisation: Organisation
    cycle: Cycle
    settings: Settings
    layout: Layout
    answers: Mapping[str, Response]
    cover_answers: Mapping[str, str]
    data_set_answers: Mapping[str, tuple[str | int | dt.date, str]] = field(default_factory=dict)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """A sheet for each standard that applies to the organisation, in the framework's order."""
        rows: dict[str, list[tuple[Criterion, Priority]]] = {}
        for item in asked(self.framework, self.organisation, self.settings.area_codes):
            rows.setdefault(item.standard, []).append((self.framework.criterion(item.criterion), item.priority))
        return tuple(
            Sheet(
                self.layout.sheets.standard.format(standard=reference), self.framework.standard(reference), tuple(asks)
            )
            for reference, asks in rows.items()
        )

    @cached_property
    def has_data_set(self) -> bool:
        """Whether the organisation is asked the criterion that asks for a data set."""
        wanted = self.layout.data_set.asked_with.get(self.framework.id)
        return any(criterion.criterion == wanted for sheet in self.sheets for criterion, _ in sheet.rows)

    @property
    def identity(self) -> Identity:
        """Whose workbook it is, for which cycle, and what it was made with."""
        return Identity(
            self.organisation.organisation_id, self.cycle.id, self.framework.id, self.scale.id, self.layout.id
        )

    @property
    def marking(self) -> str:
        """The protective marking, with a warning where the data are synthetic."""
        about = self.settings.project
        return f"{about.marking} - SYNTHETIC DATA" if about.synthetic else about.marking

    def words(self, text: str, **more: str) -> str:
        """A text of the layout with its names in braces filled in."""
        return text.format(
            office=self.settings.project.office,
            contact=self.settings.project.contact,
            deadline=day(self.cycle.deadline),
            source=self.framework.title,
            lead_clause=self.layout.texts.lead_clause.get(self.framework.id, ""),
            **more,
        )

    def cover_value(self, key: str) -> str | dt.date:
        """What stands in a cover field: from `cover_answers`, else from the register, else nothing."""
        written = self.cover_answers.get(key, self._from_register.get(key, ""))
        return _as_date(written) if self.layout.cover_field(key).date else plain(written)

    @cached_property
    def _from_register(self) -> dict[str, str]:
        held = [tier for tier in self.framework.tiers if tier.tier in self.organisation.tiers]
        return {
            "organisation": self.organisation.name,
            "areas": "; ".join(self.organisation.areas),
            "tiers": "; ".join(f"{tier.tier} {tier.name}" for tier in held),
            "lead_name": self.organisation.lead_name,
            "lead_email": self.organisation.lead_email,
        }

    def answer(self, criterion: str, field: str) -> str | dt.date:
        """What stands in an answer cell: the given response's words, or nothing."""
        response = self.answers.get(criterion)
        if response is None:
            return ""
        if field == "target_date":
            return response.target_date or plain(response.target_date_as_written)
        if field == "rating":
            return plain(response.rating_as_written) or self._label(response.rating)
        return plain(str(getattr(response, field)))

    def _label(self, rating: Rating) -> str:
        return next((level.label for level in self.scale.levels if level.rating is rating), "")

    def answered(self, sheet: Sheet) -> int:
        """How many ratings of a sheet are filled in."""
        return sum(1 for criterion, _ in sheet.rows if self.answer(criterion.criterion, "rating"))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What the rating list offers."""
        return tuple(level.label for level in self.scale.levels)

    @cached_property
    def labels_with_action(self) -> tuple[str, ...]:
        """The answers after which an action is expected: applicable and not fully met."""
        return tuple(level.label for level in self.scale.levels if level.value is not None and level.value < 1)


def _as_date(written: str) -> str | dt.date:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        return plain(written)
