"""The query workbook: its labels and places, the identity by which it is known when it comes back, and its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from toolkit.errors import CatalogueError
from toolkit.layouts.identity import lines_in_places
from toolkit.layouts.models import IdentityPlaces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.layouts.identity import ReadPart

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXTS = Path(__file__).parent.parent / "data" / "texts" / "query-workbook.yaml"
_MARK = "standards-queries"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")
_PARTS = 4
_LONGEST = 400

Words = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]
AnswerField = Literal["", "rating", "evidence", "action", "lead", "target_date", "named"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuerySheets(_Frozen):
    """What the sheets are called."""

    cover: Words
    questions: Words
    answered: Words
    identity: Words


class QueryColumn(_Frozen):
    """A column of a table: its header and width; `field` is what of a question stands in it."""

    label: Words
    width: float
    field: str = ""


class QueryCover(_Frozen):
    """The words of the cover; the two labels beside which the sender writes."""

    answered_by: Words
    answered_on: Words
    title: Words
    how: tuple[Words, ...]
    rating: Words


class Ask(_Frozen):
    """How one query code is put to the sender: see the head of the list in the file."""

    about: AnswerField = ""
    each: bool = False
    ask: str = ""
    quote: bool = True
    dates: bool = False
    send: bool = True


class QueryTexts(_Frozen):
    """All of `toolkit/data/texts/query-workbook.yaml`."""

    sheets: QuerySheets
    identity: IdentityPlaces
    columns: tuple[QueryColumn, ...]
    answered_columns: tuple[QueryColumn, ...]
    weights: dict[str, Words]
    cover: QueryCover
    email: dict[str, Words]
    asks: dict[str, Ask]
    holds: dict[str, Words]
    refusals: dict[str, Words]

    def label(self, field: str) -> str:
        """The header of a column of questions."""
        return next(column.label for column in self.columns if column.field == field)

    def ask(self, code: str) -> Ask:
        """How a code is put to the sender: in the catalogue's own words where nothing else is said."""
        return self.asks.get(code, _AS_IT_STANDS)


_AS_IT_STANDS = Ask()


@dataclass(frozen=True, slots=True)
class QueryIdentity:
    """Whose questions a query workbook asks: organisation, cycle, the return's SHA-256, the scale of its ratings."""

    organisation_id: str
    cycle: str
    sha256: str
    scale: str

    def as_text(self) -> str:
        """The line that is written in each of the three places."""
        return f"{_MARK}|{self.organisation_id}|{self.cycle}|{self.sha256}|{self.scale}"


@lru_cache(maxsize=1)
def query_texts() -> QueryTexts:
    """The labels and words of the query workbook. Raises CatalogueError where the file breaks its schema."""
    try:
        found = yaml.load(_TEXTS.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a CSafeLoader or SafeLoader
        return QueryTexts.model_validate(found)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise CatalogueError(f"texts/{_TEXTS.name} breaks its schema ({error}); mend that entry.") from error


def parse_query_identity(text: str) -> QueryIdentity | None:
    """The identity in a line of text, or None where it is not one."""
    if len(text) > _LONGEST or _MARK not in text:
        return None
    mark, *parts = (part.strip() for part in text.strip().strip('="').split("|"))
    if mark != _MARK or len(parts) != _PARTS or not _HASH.fullmatch(parts[2]):
        return None
    return QueryIdentity(*parts) if all(_ID.fullmatch(parts[at]) for at in (0, 1, 3)) else None


def read_query_identities(
    read: ReadPart | None, sheets: Iterable[Sequence[Sequence[object]]]
) -> tuple[QueryIdentity, ...]:
    """Every different identity that the places of a workbook name; () where it is no query workbook.

    Args:
        read: gives a part of the workbook by its name; None where it is no zip file.
        sheets: the rows of its sheets, whatever they are called now.
    """
    lines = [
        cell
        for rows in sheets
        for row in rows[:5]
        for cell in row
        if cell and isinstance(cell, str) and cell.startswith(_MARK)
    ]
    places = query_texts().identity
    if read is not None:
        lines += [line for _, line in lines_in_places(read, places.property, places.defined_name)]
    return tuple(dict.fromkeys(found for line in lines if (found := parse_query_identity(line)) is not None))
