"""How published documents look, and whose they are: colours, fonts, name and logo in a small YAML file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from toolkit.errors import PublishingError
from toolkit.figures.palette import contrast

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
_SHIPPED = Path(__file__).parents[1] / "data" / "themes"
_READABLE = 4.5
_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST = 100_000
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


class Logo(BaseModel):
    """A picture in the head of a document: a PNG file beside the theme's, and the words that stand for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\.png$")]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]


class Theme(BaseModel):
    """Colours and fonts of a document, and the name and logo of whoever publishes it.

    `publisher` is empty where the project's office publishes under its own name. `logo_png` is the logo's content.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    fonts: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ,\"'-]+$")]
    colours: Colours
    publisher: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    logo: Logo | None = None
    logo_png: Annotated[bytes, Field(exclude=True, repr=False)] = b""


def load_theme(theme_id: str = "default", root: Path | None = None) -> Theme:
    """A theme of the project's own `themes/` folder under `root`, or of the toolkit. Raises PublishingError."""
    own = root / "themes" / f"{theme_id}.yaml" if root else None
    if own and own.is_file():
        return _read(own)
    shipped = _shipped()
    if theme_id in shipped:
        return shipped[theme_id]
    raise PublishingError(
        f'There is no theme "{theme_id}"; put themes/{theme_id}.yaml in the project or use "default".'
    )


@cache
def _shipped() -> dict[str, Theme]:
    """The toolkit's own themes by id."""
    return {path.stem: _read(path) for path in _SHIPPED.glob("*.yaml")}


def _read(path: Path) -> Theme:
    try:
        theme = Theme.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PublishingError(
            f"The theme {path} is wrong at {where or 'colours'}: {first['msg']}; correct it."
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PublishingError(f"The theme {path} cannot be read; it must be YAML in UTF-8.") from error
    return theme.model_copy(update={"logo_png": _png(path.parent / theme.logo.file)}) if theme.logo else theme


def _png(path: Path) -> bytes:
    """A logo's content. Raises PublishingError where it is not a PNG of at most 100 KB."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PublishingError(f"The logo {path} cannot be read ({error.strerror}); put it beside its theme.") from error
    if not content.startswith(_PNG) or len(content) > _LARGEST:
        raise PublishingError(f"The logo {path} must be a PNG of at most {_LARGEST // 1000} KB; save it as one.")
    return content
