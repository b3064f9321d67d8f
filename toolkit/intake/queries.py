"""The query catalogue (`toolkit/data/queries/`): every code with its severity or outcome, message and remedy."""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError, model_validator

from toolkit.errors import CatalogueError
from toolkit.records import Outcome, Query, Severity

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DATA = Path(__file__).parent.parent / "data" / "queries"
_FIELDS = frozenset(
    "cell column count criterion cycle expected field file found of organisation other sheet standard".split()  # noqa: SIM905 - a word list
)
_LONGEST = 160

Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]+(-[a-z]+)*$")]
Words = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    message: Words
    remedy: Words

    @model_validator(mode="after")
    def _fields_known(self) -> Self:
        used = {name for _, name, _, _ in string.Formatter().parse(f"{self.message} {self.remedy}") if name is not None}
        if used - _FIELDS:
            raise ValueError(f"{self.code} uses {{{', '.join(sorted(used - _FIELDS))}}}, which nothing fills in")
        return self

    def sentence(self, details: dict[str, str]) -> str:
        return f"{self.message} {self.remedy}".format_map(details)


class _QueryEntry(_Entry):
    """A query's entry: how much it matters."""

    severity: Severity


class _ReasonEntry(_Entry):
    """A reason's entry: what it makes of the file."""

    outcome: Literal[Outcome.QUARANTINED, Outcome.HELD, Outcome.DUPLICATE]


_Entries = TypeAdapter(list[_QueryEntry | _ReasonEntry])


@lru_cache(maxsize=1)
def load_queries() -> dict[str, _QueryEntry | _ReasonEntry]:
    """Every entry of the catalogue by its code. Raises CatalogueError where a file breaks the schema."""
    found: dict[str, _QueryEntry | _ReasonEntry] = {}
    for path in sorted(_DATA.glob("*.yaml")):
        try:
            entries = _Entries.validate_python(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506 - a CSafeLoader or SafeLoader
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
            raise CatalogueError(f"queries/{path.name} breaks its schema ({error}); mend that entry.") from error
        for entry in entries:
            if entry.code in found:
                raise CatalogueError(f"queries/{path.name} has {entry.code} a second time; give each its own code.")
            found[entry.code] = entry
    return found


def query(code: str, *, sheet: str = "", cell: str = "", found: str = "", expected: str = "", **details: str) -> Query:
    """A query with its catalogue message filled in.

    Args:
        code: a code of the catalogue.
        sheet: the sheet as the sender sees it; empty for the return as a whole.
        cell: the cell as the sender sees it, such as `D7`.
        found: what was found there, in the sender's words; shortened where long.
        expected: what would have been right.
        details: what else the message names, such as `criterion`.
    """
    entry = load_queries()[code]
    assert isinstance(entry, _QueryEntry), f"{code} is a reason, not a query"  # noqa: S101 - a wrong program
    found, expected = shorten(found), shorten(expected)
    message = entry.sentence({"sheet": sheet, "cell": cell, "found": found, "expected": expected, **details})
    return Query(code, entry.severity, sheet, cell, found, expected, message)


def reason(code: str, **details: str) -> str:
    """The reason on a receipt: `code: sentence`, with `details` filled in."""
    return f"{code}: {load_queries()[code].sentence({name: shorten(value) for name, value in details.items()})}"


def outcome_of(code: str) -> Outcome:
    """What a reason's code makes of the file."""
    entry = load_queries()[code]
    assert isinstance(entry, _ReasonEntry), f"{code} is a query, not a reason"  # noqa: S101 - a wrong program
    return entry.outcome


def shorten(written: str) -> str:
    """A sender's words on one line, short enough to be quoted in a message."""
    line = " ".join(written.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
