"""Read `toolkit.toml` into one typed, frozen object; a wrong setting is one sentence with file, key and remedy."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path  # noqa: TC003 - dataclasses and pydantic read annotations at run time
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from toolkit.errors import ProjectError
from toolkit.project.audiences import Audiences, ReportName
from toolkit.project.register import read_register

if TYPE_CHECKING:
    from toolkit.records import Organisation

SETTINGS_FILE = "toolkit.toml"
REGISTER_FILE = "register.csv"

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
FormName = Literal["html", "pdf", "docx", "xlsx"]
Share = Annotated[float, Field(ge=0, le=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class About(_Frozen):
    """Who runs the audit and what every output is marked with."""

    name: Words
    office: Words
    contact: Words
    marking: Words = "OFFICIAL"
    synthetic: bool = False


class Area(_Frozen):
    """A local authority area: its ONS code (nine characters, such as E08000025) and its name."""

    code: Annotated[str, StringConstraints(pattern=r"^[EWSN]\d{8}$")]
    name: Words


class Cycle(_Frozen):
    """One audit round: which framework it asks, on which scale, issued and due when."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$")]
    framework: Words
    scale: Words = "three-level"
    issued: dt.date
    deadline: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.deadline < self.issued:
            raise ValueError("the deadline is before the issue date")
        return self


class Thresholds(_Frozen):
    """When a figure is too small to compare, and when a share counts as a strength or a gap.

    too_few: fewest answers on either side of a comparison, below which reports say "too few to compare".
    strength: share met (0 to 1) from which a criterion counts as a strength.
    gap: share met (0 to 1) below which it counts as a gap.
    common: number of areas with the same gap from which it is called common.
    """

    too_few: Annotated[int, Field(ge=1)] = 5
    strength: Share = 0.8
    gap: Share = 0.5
    common: Annotated[int, Field(ge=2)] = 4

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.gap > self.strength:
            raise ValueError("gap is above strength")
        return self


class SmallNumbers(_Frozen):
    """How counts of people are hidden from other audiences than `internal`.

    threshold: counts from 1 to below it are hidden; 1 hides none.
    rounding: published counts are rounded to multiples of it; 0 leaves them as they are.
    zeros: whether a count of 0 is shown or hidden as well.
    """

    threshold: Annotated[int, Field(ge=1, le=100)] = 5
    rounding: Literal[0, 5, 10] = 0
    zeros: Literal["shown", "hidden"] = "shown"


class Context(_Frozen):
    """Published figures that are shown beside areas: files of `context/`, the project's own or the toolkit's."""

    files: tuple[Words, ...] = ()


class Reports(_Frozen):
    """The report set: which reports `report all` makes, in which forms, and the theme of everything published.

    `theme` names a YAML file of the project's `themes/` folder, or of the toolkit. `time_limit` is how many seconds one
    report may take before it is stopped.
    """

    set: tuple[ReportName, ...] = ("deep-dive", "area", "peer-review", "board")
    formats: Annotated[tuple[FormName, ...], Field(min_length=1)] = ("html",)
    theme: Words = "default"
    time_limit: Annotated[float, Field(gt=0)] = 900


class Schedule(_Frozen):
    """When the scheduled run is due and which reports it regenerates.

    `on` is a weekday name for `every = "week"`, a day of the month (1 to 28) for `every = "month"`, absent for "day".
    """

    every: Literal["day", "week", "month"] = "month"
    on: str | int | None = 1
    at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "06:00"
    reports: tuple[ReportName, ...] = ("board",)

    @model_validator(mode="after")
    def _day_fits(self) -> Self:
        weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        fits = {
            "day": self.on is None,
            "week": isinstance(self.on, str) and self.on.lower() in weekdays,
            "month": isinstance(self.on, int) and 1 <= self.on <= 28,  # noqa: PLR2004 - every month has 28 days
        }
        if not fits[self.every]:
            raise ValueError('"on" must be a weekday for a week, 1 to 28 for a month, and absent for a day')
        return self


class Settings(_Frozen):
    """All of `toolkit.toml`."""

    project: About
    areas: Annotated[tuple[Area, ...], Field(min_length=1)]
    cycles: Annotated[tuple[Cycle, ...], Field(min_length=1)]
    thresholds: Thresholds = Thresholds()
    reports: Reports = Reports()
    schedule: Schedule = Schedule()
    audiences: Audiences = Audiences()
    small_numbers: SmallNumbers = Field(default=SmallNumbers(), exclude_if=lambda value: value == SmallNumbers())
    context: Context = Field(default=Context(), exclude_if=lambda value: value == Context())

    @model_validator(mode="after")
    def _no_doubles(self) -> Self:
        for what, values in (
            ("area name", [area.name for area in self.areas]),
            ("area code", [area.code for area in self.areas]),
            ("cycle id", [cycle.id for cycle in self.cycles]),
        ):
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"{what} {', '.join(twice)} appears more than once")
        return self

    @property
    def area_codes(self) -> dict[str, str]:
        """Area name to ONS code, in the file's order."""
        return {area.name: area.code for area in self.areas}

    @property
    def current_cycle(self) -> Cycle:
        """The latest issued cycle: the one a return belongs to when it names none."""
        return max(self.cycles, key=lambda cycle: cycle.issued)

    def cycle(self, cycle_id: str) -> Cycle:
        """The cycle with this id. Raises ProjectError where toolkit.toml has none."""
        for cycle in self.cycles:
            if cycle.id == cycle_id:
                return cycle
        known = ", ".join(cycle.id for cycle in self.cycles)
        raise ProjectError(
            f"{SETTINGS_FILE} has no cycle {cycle_id!r}; use one of {known}, or add it under [[cycles]]."
        )

    def cycle_before(self, cycle_id: str) -> Cycle | None:
        """The cycle issued last before this one, or None for the first."""
        this = self.cycle(cycle_id)
        earlier = [cycle for cycle in self.cycles if cycle.issued < this.issued]
        return max(earlier, key=lambda cycle: cycle.issued) if earlier else None


@dataclass(frozen=True)
class Project:
    """A project on disk: its settings and where everything lies (design 5.1)."""

    root: Path
    settings: Settings

    @cached_property
    def register_file(self) -> Path:
        """The list of organisations that should return."""
        return self.root / REGISTER_FILE

    @cached_property
    def inbox(self) -> Path:
        """Where returned files are dropped."""
        return self.root / "audits" / "inbox"

    @cached_property
    def held(self) -> Path:
        """Files that wait for a decision."""
        return self.root / "audits" / "held"

    @cached_property
    def quarantine(self) -> Path:
        """Files that are not safe or not readable, each with its reason beside it."""
        return self.root / "audits" / "quarantine"

    @cached_property
    def receipts(self) -> Path:
        """One JSON per file received."""
        return self.root / "audits" / "receipts"

    @cached_property
    def record(self) -> Path:
        """The folder of the store: the SQLite record and the snapshots."""
        return self.root / "audits" / "record"

    @cached_property
    def queries(self) -> Path:
        """Query workbooks to send back."""
        return self.root / "audits" / "queries"

    @cached_property
    def decisions_log(self) -> Path:
        """What was decided about held files, by whom and why, a line for each."""
        return self.root / "audits" / "decisions.jsonl"

    @cached_property
    def corrections_log(self) -> Path:
        """What was corrected in responses, by whom and why, a line for each."""
        return self.root / "audits" / "corrections.jsonl"

    @cached_property
    def pseudonym_key(self) -> Path:
        """The secret that pseudonyms are made with; never in a snapshot or an output."""
        return self.root / "audits" / "pseudonyms.key"

    @cached_property
    def releases_log(self) -> Path:
        """What was published of counts of people, a line for each release."""
        return self.root / "audits" / "releases.jsonl"

    @cached_property
    def templates(self) -> Path:
        """The parameterised notebooks."""
        return self.root / "notebooks" / "templates"

    @cached_property
    def runs(self) -> Path:
        """Executed notebooks."""
        return self.root / "reports" / ".runs"

    def accepted(self, cycle: str) -> Path:
        """Originals of a cycle, by SHA-256."""
        return self.root.joinpath("audits", "accepted", cycle)

    def issued(self, cycle: str) -> Path:
        """Blank audit workbooks of a cycle."""
        return self.root / "audits" / "issued" / cycle

    def published(self, cycle: str, audience: str) -> Path:
        """What was published for an audience."""
        return self.root / "reports" / cycle / audience

    def register(self) -> tuple[Organisation, ...]:
        """The organisations of `register.csv`, in its order. Raises ProjectError."""
        return read_register(self.register_file, tuple(area.name for area in self.settings.areas))


def find_project(start: Path) -> Path:
    """The nearest folder at or above `start` with a `toolkit.toml`. Raises ProjectError where there is none."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise ProjectError(
        f"There is no {SETTINGS_FILE} in {start} or any folder above; run `toolkit init DIR` to make a project, "
        "or name one with --project."
    )


def open_project(root: Path) -> Project:
    """Read a project's settings.

    Raises:
        ProjectError: the file is missing, is not TOML, or a setting is wrong; the sentence names file, key, remedy.
    """
    path = root / SETTINGS_FILE
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ProjectError(f"There is no {path}; run `toolkit init DIR` to make a project.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path} cannot be read ({error}); check that it is a text file you may open.") from error
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{path} is not valid TOML ({error}); mend that line.") from error
    try:
        return Project(root.resolve(), Settings.model_validate(raw))
    except ValidationError as error:
        raise ProjectError(_sentence(path, error)) from error


def _sentence(path: Path, error: ValidationError) -> str:
    problems = error.errors()
    first = problems[0]
    key = ""
    for part in first["loc"]:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else part
    message = str(first["msg"]).removeprefix("Value error, ")
    remedy = {
        "missing": "add it",
        "extra_forbidden": "remove it or correct its spelling",
    }.get(first["type"], f"it is {first['input']!r}" if isinstance(first["input"], str | int | float) else "correct it")
    more = f" ({len(problems) - 1} more after this one)" if len(problems) > 1 else ""
    return f"{path}, {key or 'the file as a whole'}: {message}; {remedy}{more}."
