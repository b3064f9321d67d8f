"""Layouts of workbooks that are not ours: what they look like, what their columns mean, and what their ratings mean."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from toolkit.catalogue import Scale, ScaleLevel, load_scale
from toolkit.errors import CatalogueError
from toolkit.layouts.models import fold_label
from toolkit.records import Rating

Words = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]
Colour = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9A-F]{6}$")]
ForeignField = Literal[
    "criterion",
    "summary",
    "rating",
    "commissioner_rating",
    "moderated_rating",
    "evidence",
    "action",
    "lead",
    "target_date",
    "organisation",
    "areas",
    "completed_by",
    "authorised_by",
    "completed_on",
    "lead_name",
    "lead_email",
    "ignored",
]
AUDIT_WORKBOOK = "audit-workbook"
_DATA = Path(__file__).parent.parent / "data" / "layouts"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Recognition(_Frozen):
    """What a workbook must show to be of this kind; all of it.

    `headers`: fields whose columns one header must have. `marks`: texts with which some cell must begin, whatever its
    case and punctuation. `without`: words that no header of the table may have. `key`: whether the workbook itself must
    explain its ratings, as the layout declares them.
    """

    headers: Annotated[tuple[ForeignField, ...], Field(min_length=1)]
    marks: tuple[Words, ...] = ()
    without: tuple[Words, ...] = ()
    key: bool = False


class ForeignCover(_Frozen):
    """Labels of the values around the table, and where a value stands: beside its label, below it, after its colon."""

    places: tuple[Literal["beside", "below", "after_colon"], ...] = ("beside",)
    fields: dict[
        Literal[
            "organisation",
            "areas",
            "completed_by",
            "authorised_by",
            "completed_on",
            "lead_name",
            "lead_email",
        ],
        tuple[Words, ...],
    ] = {}


class ForeignColumn(_Frozen):
    """One column: what it is, how its header is spelled, and what stands above it in a header of two rows.

    `ignored` is a column that is known and not read, such as a link to guidance.
    """

    field: ForeignField
    spellings: Annotated[tuple[Words, ...], Field(min_length=1)]
    under: Words | None = None


class ForeignTable(_Frozen):
    """The table: rows of its header, whether references are glued to the text, banners between its rows, columns.

    `banner` is how a row that only names a standard begins, such as `Key Standard {standard}`.
    """

    header_rows: Literal[1, 2] = 1
    reference: Literal["alone", "glued"] = "alone"
    banner: tuple[Words, ...] = ()
    columns: Annotated[tuple[ForeignColumn, ...], Field(min_length=1)]


class Vocabulary(_Frozen):
    """What the ratings mean: a scale of the catalogue, or levels of its own; and what a cell's fill means.

    A 0 means what the scale or the levels say; where they do not name it, it is not read. `fills` (RRGGBB) are read
    only where the cell has no word.
    """

    scale: Words | None = None
    levels: tuple[ScaleLevel, ...] = ()
    fills: dict[Literal["met", "partly_met", "not_met", "not_applicable"], tuple[Colour, ...]] = {}

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.scale and self.levels:
            raise ValueError("name a scale, or give levels of its own, and not both")
        return self

    @property
    def is_declared(self) -> bool:
        """Whether anybody has said what the ratings mean."""
        return bool(self.scale or self.levels)


_NOBODY_S = (
    ScaleLevel(rating=Rating.MET, label="met, as nobody has declared", meaning="Stands for no word.", value=1),
    ScaleLevel(rating=Rating.NOT_MET, label="not met, as nobody has declared", meaning="Stands for no word.", value=0),
)


class ForeignLayout(_Frozen):
    """One kind of workbook that the toolkit did not issue; it may answer any framework.

    `shape`: `rows` has a row for each criterion, on one sheet or several; `matrix` has criteria down and organisations
    across; `survey` has a row for each organisation and a column for each criterion. `todo` is what a person has still
    to say, such as what the ratings mean: workbooks of this kind are recognised, and held until nothing stands there.
    `shipped` is set on loading.
    """

    id: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9-]+$")]
    title: Words
    shape: Literal["rows", "matrix", "survey"]
    todo: tuple[Words, ...] = ()
    recognise: Recognition
    cover: ForeignCover = ForeignCover()
    table: ForeignTable
    ratings: Vocabulary = Vocabulary()
    shipped: Annotated[bool, Field(exclude=True)] = False

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.id == AUDIT_WORKBOOK:
            raise ValueError(f"{AUDIT_WORKBOOK} is the layout of the workbook that is issued; choose another id")
        fields = {column.field for column in self.table.columns}
        if lacking := [field for field in self.recognise.headers if field not in fields]:
            raise ValueError(f"recognise asks for the columns {', '.join(lacking)}, which the table does not have")
        for spelling, columns in self.headers.items() if self.shape == "rows" else ():
            if len({column.under and fold_label(column.under) for column in columns}) < len(columns):
                names = " and ".join(column.field for column in columns)
                raise ValueError(f"the header {spelling!r} stands for {names}; say what stands above each with `under`")
        if not self.todo and not self.ratings.is_declared:
            raise ValueError("ratings must name a scale, or give levels of its own: nothing says what a rating means")
        return self

    @cached_property
    def cover_labels(self) -> dict[str, str]:
        """Folded label of the cover to its field."""
        return {fold_label(label): name for name, labels in self.cover.fields.items() for label in labels}

    @cached_property
    def headers(self) -> dict[str, tuple[ForeignColumn, ...]]:
        """Folded header spelling to the columns that are spelled so (two where `under` tells them apart)."""
        found: dict[str, tuple[ForeignColumn, ...]] = {}
        for column in self.table.columns:
            for spelling in dict.fromkeys(fold_label(each) for each in column.spellings):
                found[spelling] = (*found.get(spelling, ()), column)
        return found

    def scale(self, root: Path | None = None) -> Scale:
        """The scale its ratings are on; one that no cell is on where nobody has said yet what they mean.

        Raises CatalogueError where it names one that is not there.
        """
        if self.ratings.scale:
            return load_scale(self.ratings.scale, root)
        return Scale(id=self.id, title=self.title, levels=self.ratings.levels or _NOBODY_S)


def load_foreign_layouts(root: Path | None = None) -> tuple[ForeignLayout, ...]:
    """Every layout of workbooks that are not ours: a project's own `layouts/*.yaml`, then those that are shipped.

    One of the project's takes the place of a shipped one with the same id.

    Raises:
        CatalogueError: a file is not YAML, breaks the schema, is not named after its id, or names no scale.
    """
    found: dict[str, Path] = {}
    for folder in ([root / "layouts"] if root else []) + [_DATA]:
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            if path.stem != AUDIT_WORKBOOK:
                found.setdefault(path.stem, path)
    return _load_all(tuple((path, _stamp(path)) for path in found.values()), root)


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when a file changes."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=16)
def _load_all(paths: tuple[tuple[Path, tuple[int, int]], ...], root: Path | None) -> tuple[ForeignLayout, ...]:
    return tuple(_load(path, root) for path, _ in paths)


def _load(path: Path, root: Path | None) -> ForeignLayout:
    try:
        layout = ForeignLayout.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506 - a CSafeLoader or SafeLoader
        layout.scale(root)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueError(f"layouts/{path.name} cannot be read as YAML ({error}); mend the file.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file as a whole"
        message = str(first["msg"]).removeprefix("Value error, ")
        raise CatalogueError(f"layouts/{path.name}, at {place}: {message}; mend that entry.") from error
    if layout.id != path.stem:
        raise CatalogueError(f"layouts/{path.name} has the id {layout.id}; name the file {layout.id}.yaml.")
    return layout.model_copy(update={"shipped": path.parent == _DATA})
