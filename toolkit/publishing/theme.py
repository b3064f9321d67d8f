"""How published pages look: a small YAML file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours and fonts of a published page."""


def load_theme(theme_id: str = "default", root: Path | None = None) -> Theme:
    """A theme of the toolkit, or of the project's own `themes/` folder under `root`. Raises PublishingError."""
    raise NotImplementedError
