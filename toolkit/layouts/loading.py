"""Read a layout from YAML; a wrong file is one sentence with file, place and remedy."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from toolkit.errors import CatalogueError
from toolkit.layouts.models import Layout

_DATA = Path(__file__).parent.parent / "data" / "layouts"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=16)
def load_layout(layout_id: str = "audit-workbook", root: Path | None = None) -> Layout:
    """A layout; a project's `layouts/ID.yaml` goes before ours.

    Raises:
        CatalogueError: the file is missing, is not YAML, or breaks the schema.
    """
    folders = ([root / "layouts"] if root else []) + [_DATA]
    path = next((folder / f"{layout_id}.yaml" for folder in folders if (folder / f"{layout_id}.yaml").is_file()), None)
    if path is None:
        raise CatalogueError(f"There is no file layouts/{layout_id}.yaml; use audit-workbook, or add the file.")
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a CSafeLoader or SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(f"layouts/{path.name} cannot be read as YAML ({error}); mend the file.") from error
    try:
        return Layout.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file as a whole"
        message = str(first["msg"]).removeprefix("Value error, ")
        raise CatalogueError(f"layouts/{path.name}, at {place}: {message}; mend that entry.") from error
