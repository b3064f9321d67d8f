"""The accessibility statement of a report set (Public Sector Bodies Accessibility Regulations 2018, regulation 8)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from toolkit.document import Block, Blocks, Cover, Heading, Items, Text, day
from toolkit.errors import PublishingError
from toolkit.publishing.edition import Edition
from toolkit.publishing.forms import checked
from toolkit.publishing.theme import load_theme
from toolkit.publishing.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.publishing.edition import DocumentMeta
    from toolkit.publishing.theme import Theme

STATEMENT = "accessibility-statement"
"""The stem of the statement's file in a report set."""

_FILE = f"{STATEMENT}.yaml"
_SHIPPED = Path(__file__).parents[1] / "data" / "texts" / _FILE
_NAMES = {"html": "web pages", "pdf": "PDF", "docx": "Word documents", "xlsx": "spreadsheets"}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str
    text: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    forms: dict[str, str] = {}


class _Statement(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    sections: Annotated[tuple[_Section, ...], Field(min_length=1)]


def publish_statement(
    folder: Path,
    *,
    cover: Cover,
    meta: DocumentMeta,
    forms: Iterable[str],
    theme: Theme | None = None,
    root: Path | None = None,
) -> Path:
    """Write the statement of a report set into its folder, as a page.

    Args:
        folder: the set's folder.
        cover: of the set's index; its title names the set.
        meta: office, contact and data cut of the set.
        forms: the forms that the set has been published in.
        theme: how it looks; None for the toolkit's own.
        root: a project whose `texts/accessibility-statement.yaml` goes before the toolkit's own.

    Raises:
        PublishingError: the text is wrong, or the page fails its check.
        FileAccessError: the page cannot be written.
    """
    statement, there = _load(root), [form for form in _NAMES if form in set(forms)]
    words = {
        "office": meta.office,
        "contact": meta.contact,
        "set": cover.subtitle or cover.title,
        "forms": _listed([_NAMES[form] for form in there]),
        "date": day(meta.moment.date()) if meta.moment else "the day it was made",
    }
    blocks = [block for section in statement.sections for block in _blocks(section, there, words)]
    head = Cover(statement.title, cover.title, (), cover.marking, synthetic=cover.synthetic)
    edition = Edition(STATEMENT, head, Blocks(tuple(blocks)), meta, theme or load_theme())
    path = folder / f"{STATEMENT}.html"
    return write_whole(path, checked(edition, "html", path.name))


def _blocks(section: _Section, forms: list[str], words: dict[str, str]) -> list[Block]:
    """The section's blocks; one that is only about forms that the set does not have is left out."""
    items = (*section.items, *(text for form, text in section.forms.items() if form in forms))
    if section.forms and not items:
        return []
    texts = [Text(text.format(**words)) for text in section.text]
    return [
        Heading(section.heading),
        *texts,
        *([Items(tuple(item.format(**words) for item in items))] if items else []),
    ]


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _load(root: Path | None) -> _Statement:
    own = root / "texts" / _FILE if root else _SHIPPED
    path = own if own.is_file() else _SHIPPED
    try:
        return _Statement.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise PublishingError(f"The accessibility statement {path} is wrong ({error}); mend that entry.") from error
