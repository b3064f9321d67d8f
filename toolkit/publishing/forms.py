"""The forms of a document, and publishing one document in several of them at once.

Each form is a module with two functions: `as_bytes(edition)` writes the file, `faults(content)` reads it back and says
what is wrong with it, one sentence each. What is wrong is not published.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

from toolkit.errors import PublishingError
from toolkit.publishing.edition import read_edition
from toolkit.publishing.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from toolkit.publishing.edition import DocumentMeta, Edition
    from toolkit.publishing.theme import Theme

FORMS = MappingProxyType(
    {
        "html": "toolkit.publishing.page",
        "pdf": "toolkit.publishing.pdf",
        "docx": "toolkit.publishing.docx",
        "xlsx": "toolkit.publishing.xlsx",
    }
)
"""Each form's module, by the ending of its files; imported when a document is written in that form."""


class Form(Protocol):
    """What a form's module has."""

    def as_bytes(self, edition: Edition) -> bytes:
        """The document as a file of this form; the same edition gives the same bytes."""

    def faults(self, content: bytes) -> list[str]:
        """What is wrong with such a file, one sentence each; empty when it may be published."""


def formats_of(text: str) -> tuple[str, ...]:
    """The forms that a text such as "html,pdf" names, each once. Raises PublishingError for one that there is not."""
    names = tuple(dict.fromkeys(part.strip().casefold() for part in text.split(",") if part.strip()))
    unknown = [name for name in names if name not in FORMS]
    if unknown or not names:
        raise PublishingError(f"There is no form {', '.join(unknown) or text!r}; use {', '.join(FORMS)}, or several.")
    return names


def file_of(stem: Path, form: str) -> Path:
    """The file of a document in one form: its stem (a path without ending) and the form's ending."""
    return stem.with_name(f"{stem.name}.{form}")


def publish(
    notebook_path: Path,
    stem: Path,
    *,
    formats: Iterable[str] = ("html",),
    meta: DocumentMeta,
    theme: Theme | None = None,
    standing: Path | None = None,
) -> tuple[Path, ...]:
    """The executed notebook as a document in each of the forms: all of them, or none where one has a fault.

    A form of it that stands from before is made anew too, so that no two forms of a document differ.

    Args:
        notebook_path: the executed notebook.
        stem: the files' path without ending.
        formats: keys of `FORMS`.
        meta: what the document says about itself.
        theme: how it looks; None for the toolkit's own.
        standing: the folder in which its readers find it, where that is another than the one of `stem`.

    Raises:
        PublishingError: a cell failed, the cover is missing, or a form has a fault; the sentence names it.
        FileAccessError: a file cannot be written.
    """
    edition = read_edition(notebook_path, meta=meta, theme=theme)
    wanted = forms_to_make((standing or stem.parent) / stem.name, formats)
    contents = {file_of(stem, form): checked(edition, form, file_of(stem, form).name) for form in wanted}
    return tuple(write_whole(path, content) for path, content in contents.items())


def forms_to_make(standing: Path, formats: Iterable[str]) -> tuple[str, ...]:
    """The forms that are asked for, and those in which the document stands already, in the order of `FORMS`."""
    asked = set(formats)
    return tuple(form for form in FORMS if form in asked or file_of(standing, form).is_file())


def checked(edition: Edition, form: str, name: str) -> bytes:
    """The document in one form. Raises PublishingError with the first thing that is wrong with it."""
    module = cast("Form", import_module(FORMS[form]))
    content = module.as_bytes(edition)
    refuse_faults(module.faults(content), name)
    return content


def refuse_faults(problems: list[str], name: str) -> None:
    """Raises PublishingError with the first problem and the number of the others."""
    if problems:
        more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
        raise PublishingError(f"{name} was not published: {problems[0]}{more}; correct its template and run it again.")
