"""The records that travel between rooms: organisations, returns, responses, queries, receipts.

Everything here is frozen and free of behaviour beyond conversion to the contract's JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime  # noqa: TC003 - read at run time, when a line of a log is checked against these
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as numerous
else:

    def numerous(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """A dataclass of which there are hundreds in a file: that nothing changes one, the type checker sees to alone.

        Python would do so too, and take eight times as long to make each.
        """
        return dataclass(slots=slots, unsafe_hash=frozen)


QUERY_LAYOUT = "query-workbook"
"""The layout of a query workbook that has come back: the one kind of accepted file that is no return."""


class Rating(StrEnum):
    """What a response says about a criterion: six different values, never merged."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    BLANK = "blank"
    UNREADABLE = "unreadable"


class Priority(StrEnum):
    """How strongly a standard binds a return of a given tier; `applies` where the framework sets no priority."""

    ESSENTIAL = "essential"
    DESIRED = "desired"
    RECOMMENDED = "recommended"
    APPLIES = "applies"


class Outcome(StrEnum):
    """What became of one file: in the figures, waiting for a person, not safe or readable, or received before."""

    ACCEPTED = "accepted"
    HELD = "held"
    QUARANTINED = "quarantined"
    DUPLICATE = "duplicate"


class Severity(StrEnum):
    """How much a query matters: `error` (a value is missing from the figures), `warning` (please check), `note`."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One line of the register: an organisation that should return.

    `areas` are area names as in `toolkit.toml`; `tiers` are "1", "2", "3" (empty where no framework in use has tiers).
    """

    organisation_id: str
    name: str
    aliases: tuple[str, ...]
    sector: str
    areas: tuple[str, ...]
    tiers: tuple[str, ...]
    commissioner: bool
    direct_services: bool
    lead_name: str
    lead_email: str

    def __reduce__(self) -> tuple[Any, ...]:
        """Its values alone, as those of Response."""
        return Organisation, _organisation_values(self)


@numerous(frozen=True, slots=True)
class Response:
    """One organisation's answer to one criterion, and the cell its rating came from.

    `rating_as_written` and `target_date_as_written` keep what the sender typed. `target_date` is None where no date
    could be read. `sheet` and `cell` are empty where the row was not in the workbook at all.
    """

    standard: str
    criterion: str
    rating: Rating
    rating_as_written: str = ""
    evidence: str = ""
    action: str = ""
    lead: str = ""
    target_date: date | None = None
    target_date_as_written: str = ""
    sheet: str = ""
    cell: str = ""
    other_ratings: tuple[OtherRating, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Its values alone: thousands travel between processes, and dataclasses pack themselves slowly."""
        return Response, _response_values(self)


@dataclass(frozen=True, slots=True)
class OtherRating:
    """Somebody else's rating of a response that stands in the same workbook, kept apart from the organisation's own.

    `by` is `commissioner` or `moderated`.
    """

    by: str
    rating: Rating
    rating_as_written: str
    sheet: str
    cell: str


class CountState(StrEnum):
    """What stands where a data set has room for a total; six different things, never merged.

    `number`; `few` ("fewer than 5": 1 to 4, in the sender's own hiding); `not_held`; `unreadable`; `blank` (a note
    without a total); `words` (an answer in words, which is no total).
    """

    NUMBER = "number"
    FEW = "few"
    NOT_HELD = "not_held"
    UNREADABLE = "unreadable"
    BLANK = "blank"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class DataSetCount:
    """One line of an organisation's data set (2024 standards, 9.4): a count of people, cases or incidents.

    `value` is there where `state` is `number`. `heading` is that of the measure's group. `first_day` and `last_day` are
    the period that the whole data set covers, None where the sender gives none that can be read.
    """

    heading: str
    measure: str
    state: CountState
    value: int | None = None
    as_written: str = ""
    notes: str = ""
    sheet: str = ""
    cell: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class CellCount:
    """What became of every filled cell of the sheets that have answers: read, ignored with a reason, or in a query.

    `ignored` pairs a reason with its number. Nothing is left over: `read`, `ignored` and `queried` add up to `filled`.
    """

    filled: int
    read: int
    ignored: tuple[tuple[str, int], ...]
    queried: int

    def __reduce__(self) -> tuple[Any, ...]:
        """Its values alone, as those of Response."""
        return CellCount, (self.filled, self.read, self.ignored, self.queried)

    def as_json(self) -> dict[str, Any]:
        """The count as it stands on the receipt on disk."""
        return {"filled": self.filled, "read": self.read, "ignored": dict(self.ignored), "queried": self.queried}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one held file; what is empty was not decided.

    `named` is the organisation's name as the file has it, where the decision is about one organisation of several, or
    where the name is to be known from now on (unless `this_file_only`). `counts`: "yes" makes an older or same-day
    return the one in the figures, "no" sets it aside.
    """

    sha256: str
    file: str
    who: str
    why: str
    at: datetime
    named: str = ""
    organisation_id: str = ""
    cycle: str = ""
    layout: str = ""
    counts: str = ""
    this_file_only: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A change to one field of one response of one return, with who, when and why; the original stays as it is.

    `field` is `rating`, `evidence`, `action`, `lead` or `target_date`; `value` and `was` are as in the tidy responses
    (design 5.4). `source` names the file, sheet and cell of a sender's written answer, where there is one.
    """

    sha256: str
    organisation_id: str
    cycle: str
    criterion: str
    field: str
    value: str
    was: str
    who: str
    why: str
    at: datetime
    source: str = ""


@dataclass(frozen=True, slots=True)
class ReleasedFigure:
    """A total of data sets as it was published, None where it was hidden; `area` is empty for the region."""

    area: str
    measure: str
    figure: int | None


@dataclass(frozen=True, slots=True)
class ReleasedCount:
    """One organisation's count behind the totals of a release; never published."""

    organisation_id: str
    areas: tuple[str, ...]
    measure: str
    value: int


@dataclass(frozen=True, slots=True)
class Release:
    """What was published of one cycle's data sets to an audience, when, from which snapshot and under which policy.

    It has the counts behind the totals, so that a later release can be checked against this one: it is confidential.
    """

    at: datetime
    audience: str
    cycle: str
    snapshot: str
    threshold: int
    rounding: Literal[0, 5, 10]
    zeros: Literal["shown", "hidden"]
    figures: tuple[ReleasedFigure, ...]
    counts: tuple[ReleasedCount, ...]


@numerous(frozen=True, slots=True)
class Query:
    """Something about a return that its sender or an analyst must settle.

    `code` is from the query catalogue (`toolkit/data/queries/`); `found` and `expected` are short; `message` is one
    or two sentences that say what was found and what to do about it.
    """

    code: str
    severity: Severity
    sheet: str
    cell: str
    found: str
    expected: str
    message: str

    def __reduce__(self) -> tuple[Any, ...]:
        """Its values alone, as those of Response."""
        return Query, _query_values(self)

    def as_json(self) -> dict[str, str]:
        """The query as the contract's JSON object."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "sheet": self.sheet,
            "cell": self.cell,
            "found": self.found,
            "expected": self.expected,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Return:
    """One received audit workbook, read: who it is from, which cycle it answers, and every response.

    `organisation_id` and `cycle` are empty where the workbook does not say. `organisation` is the name as written on
    the cover. `layout` names the layout that read it and how it was recognised. `data_set` is empty where the sheet for
    it is empty or not there.
    """

    organisation_id: str
    organisation: str
    cycle: str
    framework: str
    layout: str
    completed_by: str
    authorised_by: str
    completed_on: date | None
    lead_name: str
    lead_email: str
    responses: tuple[Response, ...]
    queries: tuple[Query, ...]
    data_set: tuple[DataSetCount, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Its values alone, as those of Response."""
        return Return, _return_values(self)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one file, or of one organisation's return in it (design 5.3).

    `reason` is "code: sentence", empty for a plain acceptance. `number` is its place in the order in which the record
    took receipts in, 0 before that. `organisation` is the register's name of it; where nobody knows whose it is, or the
    file contradicts itself, the name in the file. `part` is where in the file the return stands (such as `Answers!C4`),
    empty where the file has only one.
    """

    file: str
    sha256: str
    outcome: Outcome
    reason: str = ""
    organisation_id: str = ""
    organisation: str = ""
    areas: tuple[str, ...] = ()
    cycle: str = ""
    framework: str = ""
    layout: str = ""
    tiers: tuple[str, ...] = ()
    criteria_expected: int = 0
    criteria_answered: int = 0
    supersedes: str = ""
    queries: tuple[Query, ...] = ()
    received_at: datetime | None = None
    number: int = field(default=0, compare=False)
    part: str = ""
    cells: CellCount | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Its values alone, as those of Response."""
        return Receipt, _receipt_values(self)

    def as_json(self) -> dict[str, Any]:
        """The receipt as one object of `receive --json`, keys in the contract's order."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "outcome": str(self.outcome),
            "reason": self.reason,
            "organisation_id": self.organisation_id,
            "organisation": self.organisation,
            "areas": list(self.areas),
            "cycle": self.cycle,
            "framework": self.framework,
            "layout": self.layout,
            "tiers": list(self.tiers),
            "criteria_expected": self.criteria_expected,
            "criteria_answered": self.criteria_answered,
            "supersedes": self.supersedes,
            "queries": [query.as_json() for query in self.queries],
        }


_organisation_values = attrgetter(*(each.name for each in fields(Organisation)))
_return_values = attrgetter(*(each.name for each in fields(Return)))
_receipt_values = attrgetter(*(each.name for each in fields(Receipt)))
_response_values = attrgetter(*(each.name for each in fields(Response)))
_query_values = attrgetter(*(each.name for each in fields(Query)))
