"""The shape of a layout file: sheet names, cover labels, table headers, identity."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Words = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]
ColumnField = Literal["criterion", "summary", "priority", "rating", "evidence", "action", "lead", "target_date"]

LONGEST_LABEL = 80
"""Characters of a header or a label; what is longer is a text."""
_LONGEST_REMEMBERED, _MOST_REMEMBERED = 500, 8192
"""Characters, and number, of the cells of which it is remembered what they mean."""
_NOTE = re.compile(r"[\n(\[]")
_BY_ITS_START, _BY_A_WORD = 1000, 2000
"""Added to the rank of a header that was recognised by a part of it."""
_OF_OTHERS = {
    *(
        "peer",
        "reviewer",
        "reviewers",
        "commissioner",
        "commissioners",
        "moderated",
        "moderator",
        "moderators",
        "panel",
    ),
    *("previous", "last", "agreed", "risk", "target", "guidance", "scale"),
}
"""Words that make a rating somebody else's, or of something else."""
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=8192)  # the same labels come back with every return
def fold_label(written: str) -> str:
    """A label as layouts compare it: no case, accents as letters, apostrophes gone, other punctuation as one space."""
    plain = unicodedata.normalize("NFKD", written).casefold().replace("'", "").replace("\u2019", "")
    return _NOT_WORD.sub(" ", plain).strip()


def speaks_of_rating(written: str) -> bool:
    """Whether a header may be that of the sender's rating, though it is no spelling of the layout: `Rating 2024`."""
    words = fold_label(written).split()
    return bool(words) and bool({"rating", "ratings"} & {words[0], words[-1]}) and not _OF_OTHERS & set(words)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sheets(_Frozen):
    """What the sheets are called when issued; `standard` holds `{standard}`. Readers go by content, not by name."""

    cover: Words
    guidance: Words
    standard: Annotated[str, StringConstraints(strict=True, pattern=r"\{standard\}")]
    data_set: Words
    identity: Words


class IdentityPlaces(_Frozen):
    """What the defined name and the custom document property that carry the identity are called."""

    defined_name: Annotated[
        str, StringConstraints(strict=True, pattern=r"^[A-Za-z_]\w+$", min_length=3, max_length=101)
    ]
    property: Words


class CoverField(_Frozen):
    """One label on the cover with its value beside it.

    `answer` is true where the sender fills it in, `date` where it is a date; `group` is the box it stands in; `help` is
    the input message.
    """

    key: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z_]+$")]
    label: Words
    spellings: tuple[Words, ...] = ()
    answer: bool = False
    date: bool = False
    group: Literal["about", "lead", "sign_off"] = "about"
    help: str = ""


class Cover(_Frozen):
    """The cover: in which columns labels and values are issued (counted from 0), and the fields in order.

    `least` is how many different labels a sheet needs to be taken for a cover.
    """

    label_column: Annotated[int, Field(ge=0)]
    value_column: Annotated[int, Field(ge=0)]
    least: Annotated[int, Field(ge=1)] = 3
    fields: Annotated[tuple[CoverField, ...], Field(min_length=1)]


class TableColumn(_Frozen):
    """One column of a standard's table: field, printed header, other spellings, width in characters."""

    field: ColumnField
    label: Words
    width: Annotated[float, Field(gt=0, le=120)]
    spellings: tuple[Words, ...] = ()
    answer: bool = False
    date: bool = False
    help: str = ""


class Table(_Frozen):
    """A standard's table: where its header is issued (counted from 0), which fields a header cannot lack, columns."""

    header_row: Annotated[int, Field(ge=0)]
    first_column: Annotated[int, Field(ge=0)]
    required: Annotated[tuple[ColumnField, ...], Field(min_length=1)]
    columns: Annotated[tuple[TableColumn, ...], Field(min_length=1)]


class Section(_Frozen):
    """One section of the guidance sheet."""

    heading: Words
    lines: Annotated[tuple[Words, ...], Field(min_length=1)]


class Texts(_Frozen):
    """What is printed around the answers; names in braces are filled in by the writer."""

    intro: Words
    correct_details: Words
    lead_note: Words
    lead_clause: dict[str, str] = {}
    sign_off_note: Words
    contents_note: Words
    synthetic: Words
    condition: Words
    no_priority: Words
    commissioners_only: Words
    wording_summary: Words
    wording_official: Words
    guidance: tuple[Section, ...]


class DataSetColumn(_Frozen):
    """One column of the data-set sheet; with `help` it is for answers."""

    label: Words
    width: Annotated[float, Field(gt=0, le=120)]
    help: str = ""


class DataSetGroup(_Frozen):
    """Measures under one heading of the data-set sheet: counts, the first and last day of the period, or words."""

    heading: Words
    measures: Annotated[tuple[Words, ...], Field(min_length=1)]
    kind: Literal["counts", "period", "words"] = "counts"


class PartsOfWholes(_Frozen):
    """Measures of which none is larger than the wholes together."""

    wholes: Annotated[tuple[Words, ...], Field(min_length=1)]
    parts: Annotated[tuple[Words, ...], Field(min_length=1)]


class People(_Frozen):
    """The same people counted in several ways.

    `divisions` each count everybody once, but for those in `unrecorded`; what is `within` counts some of them.
    """

    divisions: tuple[tuple[Words, ...], ...] = ()
    within: tuple[Words, ...] = ()
    unrecorded: str = ""


class DataSet(_Frozen):
    """The optional data-set sheet; `asked_with` maps a framework to the criterion that asks for it."""

    asked_with: dict[str, str]
    title: Words
    note: Words
    columns: Annotated[tuple[DataSetColumn, ...], Field(min_length=2)]
    groups: Annotated[tuple[DataSetGroup, ...], Field(min_length=1)]
    parts: tuple[PartsOfWholes, ...] = ()
    people: People = People()

    @model_validator(mode="after")
    def _measures_known(self) -> Self:
        counts = [m for group in self.groups if group.kind == "counts" for m in group.measures]
        related = [m for each in self.parts for m in (*each.wholes, *each.parts)]
        related += [m for each in (*self.people.divisions, self.people.within) for m in each]
        if unknown := sorted(set(related + [self.people.unrecorded] * bool(self.people.unrecorded)).difference(counts)):
            raise ValueError(f"parts or people name {', '.join(unknown)}, which no group counts")
        return self


class Layout(_Frozen):
    """Where everything is in one kind of workbook, and the words printed in it."""

    id: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9-]+$")]
    title: Words
    sheets: Sheets
    identity: IdentityPlaces
    cover_sheet: Cover = Field(alias="cover")
    table: Table
    texts: Texts
    data_set: DataSet

    @model_validator(mode="after")
    def _unambiguous(self) -> Self:
        for what, entries in (("cover", self._cover_entries()), ("header", self._header_entries())):
            seen: dict[str, str] = {}
            for name, spellings in entries:
                for spelling in spellings:
                    folded = fold_label(spelling)
                    if not folded:
                        raise ValueError(f"{what} {name}: the spelling {spelling!r} has no letters or digits")
                    if seen.setdefault(folded, name) != name:
                        raise ValueError(f"{what}: {spelling!r} stands for both {seen[folded]} and {name}")
        return self

    def __getstate__(self) -> dict[Any, Any]:
        """The layout without what it has looked up: it is sent to other processes."""
        state = super().__getstate__()
        own = {name: value for name, value in state["__dict__"].items() if name in type(self).model_fields}
        return {**state, "__dict__": own}

    def _cover_entries(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(field.key, (field.label, *field.spellings)) for field in self.cover_sheet.fields]

    def _header_entries(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(column.field, (column.label, *column.spellings)) for column in self.table.columns]

    @property
    def cover(self) -> tuple[CoverField, ...]:
        """The cover's fields in order."""
        return self.cover_sheet.fields

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """The columns of a standard's table in order."""
        return self.table.columns

    def cover_field(self, key: str) -> CoverField:
        """The cover field with this key; KeyError where the layout has none."""
        return {field.key: field for field in self.cover_sheet.fields}[key]

    def column(self, field: str) -> int:
        """In which column a field is issued, counted from 0; KeyError where the layout has none."""
        return {c.field: self.table.first_column + i for i, c in enumerate(self.table.columns)}[field]  # type: ignore[index]  # any text may be asked for

    @cached_property
    def headers(self) -> dict[str, tuple[str, int]]:
        """Folded header spelling to field and rank (0 is the printed label)."""
        return _ranked(self._header_entries())

    @cached_property
    def header_meanings(self) -> Meanings:
        """What headers as written mean: field and rank, None where they mean nothing.

        A spelling of the layout counts most; then one with a note after it, in brackets or on its next line; then, for
        the rating, any header that speaks of it.
        """
        return Meanings(self._meaning)

    def _meaning(self, written: str) -> tuple[str, int] | None:
        known = self.headers.get(fold_label(written))
        if known:
            return known
        start = _NOTE.split(written.strip(), maxsplit=1)[0]
        field, rank = self.headers.get(fold_label(start), ("", 0)) if start != written.strip() else ("", 0)
        if field and field != "rating":
            return field, _BY_ITS_START + rank
        if not _OF_OTHERS & set(fold_label(written).split()) and (field or speaks_of_rating(written)):
            return "rating", (_BY_ITS_START if field else _BY_A_WORD) + rank
        return None

    def may_have_header(self, cells: Iterable[object]) -> bool:
        """Whether there is a word among the cells for every field that a header cannot lack."""
        meanings = map(self.header_meanings.__getitem__, set(cells))
        return {known[0] for known in meanings if known}.issuperset(self.table.required)

    @cached_property
    def measures(self) -> frozenset[str]:
        """What the data-set sheet asks for."""
        return frozenset(measure for group in self.data_set.groups for measure in group.measures)

    @cached_property
    def cover_labels(self) -> dict[str, tuple[str, int]]:
        """Folded cover spelling to key and rank (0 is the printed label)."""
        return _ranked(self._cover_entries())

    @cached_property
    def cover_meanings(self) -> Meanings:
        """What labels of the cover as written mean: key and rank, None where they mean nothing."""
        return Meanings(lambda written: self.cover_labels.get(fold_label(written)))


class Meanings(dict[object, tuple[str, int] | None]):
    """What cells mean as labels. What has been met before is looked up: most cells are the same in many workbooks.

    Args:
        meaning: what a text that is no longer than a label means.
    """

    def __init__(self, meaning: Callable[[str], tuple[str, int] | None]) -> None:
        super().__init__()
        self._meaning = meaning

    def __missing__(self, cell: object) -> tuple[str, int] | None:
        """The meaning of a cell that has not been met; other than texts, and long ones, are not remembered."""
        if not isinstance(cell, str) or len(cell) > _LONGEST_REMEMBERED:
            return None
        meaning = self._meaning(cell) if cell and len(cell) <= LONGEST_LABEL else None
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[cell] = meaning
        return meaning


def _ranked(entries: list[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, int]]:
    ranked: dict[str, tuple[str, int]] = {}
    for name, spellings in entries:
        for rank, spelling in enumerate(spellings):
            ranked.setdefault(fold_label(spelling), (name, rank))
    return ranked
