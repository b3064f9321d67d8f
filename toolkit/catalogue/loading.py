"""Find and load frameworks, crosswalks and scales: a project's own files first, then those of the toolkit.

What was loaded is kept until its file changes, so that asking again costs next to nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.catalogue.models import IDENTIFIER_FORM, Crosswalk, Framework, Scale
from toolkit.catalogue.reading import place_of, read_model, read_yaml
from toolkit.errors import CatalogueError

if TYPE_CHECKING:
    from toolkit.catalogue.context import ContextFigures

_DATA = Path(__file__).parent.parent / "data"


def framework_ids(root: Path | None = None) -> tuple[str, ...]:
    """The frameworks that come with the toolkit and, with `root`, those of a project."""
    return _ids("frameworks", root)


def scale_ids(root: Path | None = None) -> tuple[str, ...]:
    """The rating scales that come with the toolkit and, with `root`, those of a project."""
    return _ids("scales", root)


def load_framework(framework_id: str, root: Path | None = None) -> Framework:
    """A framework, with the project's official wording laid over it where there is some.

    Args:
        framework_id: e.g. `wm-2024`.
        root: a project's folder; its `frameworks/ID.yaml` goes before ours, its `wording/ID.yaml` (criterion to text)
            is laid over.

    Raises:
        CatalogueError: the file is missing or breaks the schema, or the wording names an unknown criterion.
    """
    path = _find("frameworks", framework_id, root)
    overlay = root / "wording" / f"{framework_id}.yaml" if root else None
    if overlay and overlay.is_file():
        return _worded_framework(path, _stamp(path), overlay, _stamp(overlay))
    return _framework(path, _stamp(path))


def load_scale(scale_id: str, root: Path | None = None) -> Scale:
    """A rating scale; a project's `scales/ID.yaml` goes before ours.

    Raises:
        CatalogueError: the file is missing or breaks the schema.
    """
    path = _find("scales", scale_id, root)
    return _scale(path, _stamp(path))


def load_crosswalk(earlier: str, later: str, root: Path | None = None) -> Crosswalk | None:
    """The crosswalk between two frameworks, or None where nobody has drawn one.

    Raises:
        CatalogueError: the file breaks the schema, names an unknown criterion or standard, or forgets a criterion.
    """
    path = _look("crosswalks", f"{earlier}-to-{later}", root)
    if path is None:
        return None
    crosswalk = _crosswalk(path, _stamp(path))
    _check_links(path, crosswalk, load_framework(earlier, root), load_framework(later, root))
    return crosswalk


def load_context(context_id: str, root: Path | None = None) -> ContextFigures:
    """Published figures about an area; a project's `context/ID.yaml` goes before ours.

    Raises:
        CatalogueError: the file is missing or breaks the schema.
    """
    path = _find("context", context_id, root)
    return _context(path, _stamp(path))


def _folders(kind: str, root: Path | None) -> list[Path]:
    return ([root / kind] if root else []) + [_DATA / kind]


def _ids(kind: str, root: Path | None) -> tuple[str, ...]:
    return tuple(sorted({path.stem for folder in _folders(kind, root) for path in folder.glob("*.yaml")}))


def _look(kind: str, name: str, root: Path | None) -> Path | None:
    if not re.fullmatch(IDENTIFIER_FORM, name):
        return None
    paths = [folder / f"{name}.yaml" for folder in _folders(kind, root)]
    return next((path for path in paths if path.is_file()), None)


def _find(kind: str, name: str, root: Path | None) -> Path:
    path = _look(kind, name, root)
    if path is None:
        known = ", ".join(_ids(kind, root))
        raise CatalogueError(f"There is no file {kind}/{name}.yaml; use one of {known}, or add the file.")
    return path


_Stamp = tuple[int, int]


def _stamp(path: Path) -> _Stamp:
    """What changes when a file changes: its time of modification in nanoseconds and its size in bytes."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=64)
def _framework(path: Path, _as_of: _Stamp) -> Framework:
    framework = read_model(path, Framework)
    _check_id(path, framework.id)
    return framework


@lru_cache(maxsize=64)
def _scale(path: Path, _as_of: _Stamp) -> Scale:
    scale = read_model(path, Scale)
    _check_id(path, scale.id)
    return scale


@lru_cache(maxsize=64)
def _context(path: Path, _as_of: _Stamp) -> ContextFigures:
    from toolkit.catalogue.context import ContextFigures

    context = read_model(path, ContextFigures)
    _check_id(path, context.id)
    return context


@lru_cache(maxsize=64)
def _crosswalk(path: Path, _as_of: _Stamp) -> Crosswalk:
    crosswalk = read_model(path, Crosswalk)
    _check_id(path, crosswalk.id)
    return crosswalk


def _check_id(path: Path, found: str) -> None:
    if found != path.stem:
        raise CatalogueError(f"{place_of(path)} has the id {found}; give file and id the same name.")


@lru_cache(maxsize=64)
def _worded_framework(path: Path, as_of: _Stamp, overlay: Path, _overlay_as_of: _Stamp) -> Framework:
    framework = _framework(path, as_of)
    texts = _wording(overlay, framework)
    content = framework.model_dump()
    for standard in content["standards"]:
        for criterion in standard["criteria"]:
            criterion["wording"] = texts.get(criterion["criterion"], criterion["wording"]).strip()
    return Framework.model_validate(content)


def _wording(overlay: Path, framework: Framework) -> dict[str, str]:
    texts = read_yaml(overlay)
    if texts is None:
        return {}
    if not isinstance(texts, dict):
        raise CatalogueError(f'{place_of(overlay)} must be lines of criterion: text ("5.10": "..."); mend the file.')
    if unknown := [reference for reference in texts if reference not in framework.criteria]:
        raise CatalogueError(
            f"{place_of(overlay)} has text for {', '.join(unknown)}, which {framework.id} does not have; "
            "correct the reference."
        )
    if strange := [reference for reference, text in texts.items() if not isinstance(text, str)]:
        raise CatalogueError(
            f"{place_of(overlay)} has no text for {', '.join(strange)}; put the official wording there, in quotes."
        )
    return texts


def _check_links(path: Path, crosswalk: Crosswalk, earlier: Framework, later: Framework) -> None:
    where = place_of(path)
    for framework, side, unlinked in (
        (earlier, "earlier", crosswalk.unlinked_earlier),
        (later, "later", crosswalk.unlinked_later),
    ):
        named = {getattr(link, side) for link in crosswalk.criteria}.union(unlinked)
        if unknown := sorted(named.difference(framework.criteria)):
            raise CatalogueError(f"{where} names {', '.join(unknown)}, not in {framework.id}; correct the reference.")
        if forgotten := [reference for reference in framework.criteria if reference not in named]:
            raise CatalogueError(
                f"{where} says nothing about {', '.join(forgotten)} of {framework.id}; link or list as unlinked_{side}."
            )
        numbers = {standard.standard for standard in framework.standards}
        if strange := sorted({getattr(link, side) for link in crosswalk.standards} - numbers):
            raise CatalogueError(f"{where} names standard {', '.join(strange)}, not in {framework.id}; correct it.")
