"""Notebook files, read with nbformat when one is read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from toolkit.errors import PublishingError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from nbformat import NotebookNode


def read_notebook(path: Path) -> NotebookNode:
    """A notebook of version 4. Raises PublishingError where the file cannot be read as one."""
    without_grammars()
    import nbformat

    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call,no-any-return]  # nbformat ships no types
    except (OSError, ValueError, nbformat.ValidationError) as error:
        raise PublishingError(f"{path} cannot be read as a notebook; run the report again.") from error


def empty_notebook() -> NotebookNode:
    """A notebook without cells."""
    without_grammars()
    import nbformat

    return nbformat.v4.new_notebook()  # type: ignore[no-untyped-call,no-any-return]  # nbformat ships no types


def compile_schema() -> None:
    """Do now what the first notebook of a process that is checked would have to wait for."""
    without_grammars()
    from nbformat.validator import get_validator

    for more_allowed in (False, True):  # nbformat uses both
        get_validator(4, 5, relax_add_props=more_allowed)  # type: ignore[no-untyped-call]  # nbformat ships no types


def without_grammars() -> None:
    """Have jsonschema, which nbformat imports, do without grammars of addresses and times: long to import, unused."""
    for name in ("rfc3987_syntax", "rfc3986_validator", "isoduration"):
        sys.modules.setdefault(name, cast("ModuleType", None))
