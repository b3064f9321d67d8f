"""Figures that others have published about an area: facts with their source, shown beside it and never added up."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from toolkit.catalogue.models import Identifier

Words = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ContextFigure(_Frozen):
    """One measure, a value for each period, as the source prints them; None where it prints none.

    `label` is ours. `unit` is a count, or a percentage from 0 to 100.
    """

    label: Words
    unit: Literal["count", "percent"] = "count"
    values: tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, ...]


class ContextTopic(_Frozen):
    """Figures that stand in one section of the source."""

    heading: Words
    section: Words
    figures: Annotated[tuple[ContextFigure, ...], Field(min_length=1)]


class ContextFigures(_Frozen):
    """One source's figures about one area, in the periods that it prints side by side."""

    id: Identifier
    title: Words
    publisher: Words
    source: Words
    area: Words
    periods: Annotated[tuple[Words, ...], Field(min_length=1)]
    note: str = ""
    topics: Annotated[tuple[ContextTopic, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _a_value_for_each_period(self) -> Self:
        for topic in self.topics:
            for figure in topic.figures:
                if len(figure.values) != len(self.periods):
                    raise ValueError(
                        f"{figure.label} has {len(figure.values)} values and there are {len(self.periods)} periods"
                    )
                if figure.unit == "percent" and any(value is not None and value > 100 for value in figure.values):  # noqa: PLR2004 - per cent
                    raise ValueError(f"{figure.label} is a percentage above 100")
        return self
