"""How published pages look: colours and fonts in a small YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from toolkit.errors import PublishingError
from toolkit.figures.palette import contrast

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
_SHIPPED = Path(__file__).parents[1] / "data" / "themes"
_READABLE = 4.5
_VISIBLE = 3.0


class Colours(BaseModel):
    """The colours of a page, as "#rrggbb"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paper: Colour
    ink: Colour
    muted: Colour
    heading: Colour
    link: Colour
    line: Colour
    panel: Colour
    warning: Colour
    warning_line: Colour
    focus: Colour

    @model_validator(mode="after")
    def _readable(self) -> Self:
        """WCAG 2.2: text 4.5 to 1 (1.4.3) on everything it stands on, borders that mean something 3 to 1 (1.4.11)."""
        for name in ("ink", "muted", "heading", "link"):
            for ground in ("paper", "panel", "warning"):
                if contrast(getattr(self, name), getattr(self, ground)) < _READABLE:
                    raise ValueError(f"the colour {name} is not readable on {ground} (contrast under {_READABLE})")
        if contrast(self.warning_line, self.paper) < _VISIBLE:
            raise ValueError(f"the colour warning_line does not show on paper (contrast under {_VISIBLE})")
        if contrast(self.ink, self.focus) < _READABLE:
            raise ValueError(f"the colour ink is not readable on focus (contrast under {_READABLE})")
        return self


class Theme(BaseModel):
    """Colours and fonts of a published page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    fonts: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ,\"'-]+$")]
    colours: Colours


def load_theme(theme_id: str = "default", root: Path | None = None) -> Theme:
    """A theme of the project's own `themes/` folder under `root`, or of the toolkit. Raises PublishingError."""
    folders = [root / "themes"] if root else []
    for folder in (*folders, _SHIPPED):
        path = folder / f"{theme_id}.yaml"
        if path.is_file():
            return _read(path)
    raise PublishingError(
        f'There is no theme "{theme_id}"; put themes/{theme_id}.yaml in the project or use "default".'
    )


def _read(path: Path) -> Theme:
    try:
        return Theme.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PublishingError(
            f"The theme {path} is wrong at {where or 'colours'}: {first['msg']}; correct it."
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PublishingError(f"The theme {path} cannot be read; it must be YAML in UTF-8.") from error
