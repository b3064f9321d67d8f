"""Frameworks, scales, crosswalks and published figures: loaded from YAML, checked against a schema, frozen.

What published figures are made of is in `toolkit.catalogue.context`, which most commands can do without.
"""

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
