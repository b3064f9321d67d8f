"""What a snapshot holds, gathered from the register, the frameworks and the current returns. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

from toolkit.catalogue import Framework, Scale, asked
from toolkit.records import Organisation, Rating, Response
from toolkit.store.correcting import FIELDS, corrected, corrections_of, counting, value_of
from toolkit.store.data_sets import snapshot_row
from toolkit.store.packing import BatchedRows, PackedRows
from toolkit.store.snapshots import FRAMES, MORE_FRAMES, Definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from toolkit.catalogue import Asked
    from toolkit.project import Cycle, Settings
    from toolkit.records import Correction
    from toolkit.store.record import StoredReturn
    from toolkit.store.snapshots import Snapshot

Tables = dict[str, PackedRows]

UNKNOWN_SECTOR = "Other"
"""The sector of an organisation that returned and is no longer in the register."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything a snapshot holds: rows per table of FRAMES, in canonical order, what they are read with, for whom."""

    settings: Settings
    data_cut: datetime
    definitions: Definitions
    tables: Mapping[str, Collection[tuple[Any, ...]]]
    audience: str = "internal"


def gather(
    settings: Settings,
    register: Iterable[Organisation],
    returns_for: Callable[[str], Iterable[StoredReturn]],
    definitions: Definitions,
    corrections: Iterable[Correction] = (),
) -> Contents:
    """The contents of a snapshot in canonical order: cycles by issue date, organisations by id, criteria as framed.

    An organisation that returned and has left the register stays, with what its return and receipt say of it. Returns
    of a cycle that `toolkit.toml` no longer has are left out; `check` names them.

    Args:
        settings: the project's settings.
        register: who should return.
        returns_for: the current returns for a cycle by organisation id; each is looked at once and let go.
        definitions: the frameworks and scales of the settings' cycles.
        corrections: in the order of the log; those of returns that are not current have lapsed.
    """
    by_return: dict[str, list[Correction]] = defaultdict(list)
    for each in corrections:
        by_return[each.sha256].append(each)
    registered = {organisation.organisation_id: organisation for organisation in register}
    everyone, received = dict(registered), list[datetime]()
    tables: Tables = {
        name: PackedRows(columns, all_text=name in MORE_FRAMES) for name, columns in (FRAMES | MORE_FRAMES).items()
    }
    for cycle in sorted(settings.cycles, key=lambda cycle: (cycle.issued, cycle.id)):
        framework = definitions.frameworks[cycle.framework]
        values = _Values(definitions.scales[cycle.scale])
        for organisation, stored in _everyone(registered, returns_for(cycle.id), framework):
            key = organisation.organisation_id
            wanted = asked(framework, organisation, settings.area_codes)
            tables["asked"].extend(
                (cycle.id, framework.id, key, each.standard, each.criterion, str(each.priority)) for each in wanted
            )
            if stored:
                everyone.setdefault(key, organisation)
                received += [in_utc(stored.received_at)] if stored.received_at else []
                given = _given(wanted, stored)
                mine = corrections_of(stored, by_return[stored.sha256])
                answers = zip(wanted, corrected(given, mine), strict=True)
                _add_return(tables, _response_rows(cycle, organisation, answers, stored, values), stored)
                _add_more(tables, given, mine, stored)
        for rows in tables.values():
            rows.pack()
    tables["organisations"].extend(_organisation_row(everyone[key]) for key in sorted(everyone))
    cut = max(received, default=datetime.combine(settings.current_cycle.issued, time(), UTC))
    return Contents(settings, cut, definitions, tables)


def _everyone(
    registered: Mapping[str, Organisation], returns: Iterable[StoredReturn], framework: Framework
) -> Iterator[tuple[Organisation, StoredReturn | None]]:
    """Who is registered or has returned, by id, each with the return, where there is one."""
    waiting = deque(sorted(registered))
    for stored in returns:
        key = stored.receipt.organisation_id
        while waiting and waiting[0] <= key:
            before = waiting.popleft()
            if before < key:
                yield registered[before], None
        yield registered.get(key) or unregistered(stored, framework), stored
    for key in waiting:
        yield registered[key], None


def contents_of(snapshot: Snapshot) -> Contents:
    """What a snapshot holds, as it was gathered: written again it has the same id."""
    tables = {
        name: BatchedRows(partial(snapshot.batches, name, columns)) for name, columns in (FRAMES | MORE_FRAMES).items()
    }
    return Contents(snapshot.settings, snapshot.data_cut, snapshot.definitions, tables, snapshot.audience)


def unregistered(stored: StoredReturn, framework: Framework) -> Organisation:
    """What a return and its receipt say of an organisation that is not in the register.

    It counts as a commissioner, or as providing direct services, where its workbook had rows that only those are
    asked.
    """
    receipt, return_ = stored.receipt, stored.return_
    answered = {response.criterion for response in return_.responses if response.cell}
    standards = [s for s in framework.standards if any(c.criterion in answered for c in s.criteria)]
    return Organisation(
        organisation_id=receipt.organisation_id,
        name=receipt.organisation or return_.organisation or receipt.organisation_id,
        aliases=(),
        sector=UNKNOWN_SECTOR,
        areas=receipt.areas,
        tiers=receipt.tiers,
        commissioner=any(s.applies_to == "commissioners" for s in standards),
        direct_services=any(
            c.criterion in answered and c.applies_to == "direct_services" for s in standards for c in s.criteria
        ),
        lead_name=return_.lead_name,
        lead_email=return_.lead_email,
    )


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; without a time zone it is taken to be UTC."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def answered(rating: Rating) -> bool:
    """Whether a rating is an answer: neither blank nor unreadable."""
    return rating not in {Rating.BLANK, Rating.UNREADABLE}


class _Values:
    """What a response counts for on a scale; None where the scale does not say."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._by_rating: dict[Rating, set[float | None]] = defaultdict(set)
        for level in scale.levels:
            self._by_rating[level.rating].add(level.value)
        self._known: dict[tuple[Rating, str], float | None] = {}

    def of(self, response: Response) -> float | None:
        key = (response.rating, response.rating_as_written)
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _find(self, rating: Rating, written: str) -> float | None:
        values = self._by_rating.get(rating, set())
        if len(values) == 1:
            return next(iter(values))
        level = self._scale.level(written)  # several levels share the rating: the words decide
        return level.value if level and level.rating is rating else None


def _add_return(tables: Tables, rows: list[tuple[Any, ...]], stored: StoredReturn) -> None:
    key = (stored.receipt.cycle, stored.receipt.organisation_id)
    tables["responses"].extend(rows)
    tables["returns"].append((*key, *_return_row(rows, stored)))
    tables["queries"].extend(
        (*key, stored.file, q.code, str(q.severity), q.sheet, q.cell, q.found, q.expected, q.message)
        for q in stored.receipt.queries
    )


def _add_more(
    tables: Tables, given: tuple[Response, ...], corrections: tuple[Correction, ...], stored: StoredReturn
) -> None:
    """What a return has beside its own answers: what was corrected, what others rated, its data set."""
    key = (stored.receipt.cycle, stored.receipt.organisation_id)
    tables["corrections"].extend((*key, *row) for row in _correction_rows(given, corrections))
    tables["other_ratings"].extend((*key, *row) for row in _other_rows(given))
    tables["data_sets"].extend((*key, *snapshot_row(count)) for count in stored.return_.data_set)


def _given(wanted: Iterable[Asked], stored: StoredReturn) -> tuple[Response, ...]:
    """The response to each criterion asked, as parsed; a blank one where there is none."""
    given: dict[str, Response] = {}
    for response in stored.return_.responses:
        given.setdefault(response.criterion, response)
    return tuple(given.get(each.criterion) or Response(each.standard, each.criterion, Rating.BLANK) for each in wanted)


def _correction_rows(given: Iterable[Response], corrections: tuple[Correction, ...]) -> Iterator[tuple[str, ...]]:
    """What each response was and is, where a correction changed it."""
    if not corrections:
        return
    counts = counting(corrections)
    for response in given:
        for field in FIELDS:
            each, was = counts.get((response.criterion, field)), value_of(response, field)
            if each and each.value != was:
                yield response.criterion, field, was, each.value, each.who, each.why, _moment(each.at)


def _other_rows(given: Iterable[Response]) -> Iterator[tuple[str, ...]]:
    for response in given:
        for each in response.other_ratings:
            yield response.criterion, each.by, str(each.rating), each.rating_as_written, each.sheet, each.cell


def _response_rows(
    cycle: Cycle,
    organisation: Organisation,
    answers: Iterable[tuple[Asked, Response]],
    stored: StoredReturn,
    values: _Values,
) -> list[tuple[Any, ...]]:
    who = (
        cycle.id,
        cycle.framework,
        organisation.organisation_id,
        organisation.name,
        organisation.sector,
        "; ".join(organisation.areas),
        "; ".join(organisation.tiers),
    )
    received_at = _moment(stored.received_at)
    rows = []
    for each, response in answers:
        rows.append(
            (
                *who,
                each.standard,
                each.criterion,
                str(each.priority),
                str(response.rating),
                response.rating_as_written,
                response.evidence,
                response.action,
                response.lead,
                response.target_date.isoformat() if response.target_date else "",
                "",
                "",
                stored.file,
                stored.sha256,
                response.sheet,
                response.cell,
                received_at,
                values.of(response),
            )
        )
    return rows


def _return_row(rows: list[tuple[Any, ...]], stored: StoredReturn) -> tuple[Any, ...]:
    return_ = stored.return_
    rating = FRAMES["responses"].index("rating")
    return (
        stored.file,
        stored.sha256,
        _moment(stored.received_at),
        return_.completed_on.isoformat() if return_.completed_on else "",
        return_.completed_by,
        return_.authorised_by,
        return_.lead_name,
        return_.lead_email,
        len(rows),
        sum(answered(Rating(row[rating])) for row in rows),
        len(stored.receipt.queries),
        stored.receipt.supersedes,
    )


def _organisation_row(organisation: Organisation) -> tuple[Any, ...]:
    return (
        organisation.organisation_id,
        organisation.name,
        organisation.sector,
        "; ".join(organisation.areas),
        "; ".join(organisation.tiers),
        organisation.commissioner,
        organisation.direct_services,
        organisation.lead_name,
        organisation.lead_email,
    )


def _moment(moment: datetime | None) -> str:
    return in_utc(moment).isoformat() if moment else ""
