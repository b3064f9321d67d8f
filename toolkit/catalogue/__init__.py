"""Frameworks, scales, crosswalks and published figures: loaded from YAML, checked against a schema, frozen."""

from toolkit.catalogue.context import ContextFigure, ContextFigures, ContextTopic
from toolkit.catalogue.loading import (
    framework_ids,
    load_context,
    load_crosswalk,
    load_framework,
    load_scale,
    scale_ids,
)
from toolkit.catalogue.models import (
    Asked,
    Criterion,
    Crosswalk,
    Framework,
    Link,
    LinkType,
    Scale,
    ScaleLevel,
    Standard,
    Tier,
    asked,
)

__all__ = [
    "Asked",
    "ContextFigure",
    "ContextFigures",
    "ContextTopic",
    "Criterion",
    "Crosswalk",
    "Framework",
    "Link",
    "LinkType",
    "Scale",
    "ScaleLevel",
    "Standard",
    "Tier",
    "asked",
    "framework_ids",
    "load_context",
    "load_crosswalk",
    "load_framework",
    "load_scale",
    "scale_ids",
]
