"""Who has returned, who has not, what waits for a person, and which queries are open."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.catalogue import asked, load_framework
from toolkit.records import Organisation, Outcome, Receipt
from toolkit.store.correcting import corrected, corrections_of
from toolkit.store.gathering import answered, in_utc, unregistered
from toolkit.store.logs import read_corrections
from toolkit.store.record import Standing, StoredReturn, open_store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from toolkit.project import Project
    from toolkit.records import Correction

SET_ASIDE = "set-aside"
"""The code of the reason of a held file of which a person decided that it does not count."""


@dataclass(frozen=True, slots=True)
class OrganisationStatus:
    """Where one organisation stands in a cycle; `received_at` is ISO 8601, empty where nothing was received.

    `registered` is False for one that returned and is not (or no longer) in the register.
    """

    organisation_id: str
    organisation: str
    sector: str
    areas: tuple[str, ...]
    registered: bool
    returned: bool
    received_at: str
    criteria_expected: int
    criteria_answered: int
    errors: int
    warnings: int
    notes: int

    @property
    def queries(self) -> int:
        """All open queries."""
        return self.errors + self.warnings + self.notes


@dataclass(frozen=True, slots=True)
class GroupStatus:
    """The registered organisations of an area, a sector or the region: how many, how many returned, open queries."""

    name: str
    expected: int
    returned: int
    errors: int
    warnings: int
    notes: int


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that waits for a decision; `reason` is "code: sentence"."""

    file: str
    sha256: str
    organisation_id: str
    cycle: str
    reason: str


@dataclass(frozen=True)
class Status:
    """How a cycle stands. Dates are as in the project file.

    `organisations` are the registered ones in the register's order, then `registered=False` ones that returned; the
    latter count in no group. An organisation that serves several areas counts in each of `by_area` and once in
    `region`. `held` are files for this cycle, or for a cycle nobody knows yet.
    """

    cycle: str
    framework: str
    issued: dt.date
    deadline: dt.date
    region: GroupStatus
    by_area: tuple[GroupStatus, ...]
    by_sector: tuple[GroupStatus, ...]
    organisations: tuple[OrganisationStatus, ...]
    held: tuple[HeldFile, ...] = field(default=())

    @property
    def returned(self) -> tuple[OrganisationStatus, ...]:
        """Registered organisations whose return is in."""
        return tuple(each for each in self.organisations if each.registered and each.returned)

    @property
    def not_returned(self) -> tuple[OrganisationStatus, ...]:
        """Registered organisations whose return is missing."""
        return tuple(each for each in self.organisations if each.registered and not each.returned)

    @property
    def unregistered(self) -> tuple[OrganisationStatus, ...]:
        """Organisations that returned and are not in the register."""
        return tuple(each for each in self.organisations if not each.registered)

    def as_json(self) -> dict[str, Any]:
        """The status as JSON data; dates ISO 8601."""
        return {**asdict(self), "issued": self.issued.isoformat(), "deadline": self.deadline.isoformat()}


def status(project: Project, cycle_id: str) -> Status:
    """How a cycle stands, from the register, the record and the corrections; queries are those of current returns.

    Raises:
        ProjectError: the cycle or the register is wrong.
        StoreError: the record cannot be read.
    """
    cycle = project.settings.cycle(cycle_id)
    framework = load_framework(cycle.framework, project.root)
    register = {organisation.organisation_id: organisation for organisation in project.register()}
    corrections = read_corrections(project)
    corrected_ones = {each.organisation_id for each in corrections}
    with open_store(project, create=False) as store:
        returned = {each.organisation_id: each for each in store.standing(cycle_id)}
        needed = [key for key in returned if key not in register or key in corrected_ones]
        whole = {key: found for key in needed if (found := store.current_return(key, cycle_id)) is not None}
        receipts = list(store.receipts_alone())
    strangers = {key: unregistered(whole[key], framework) for key in returned if key not in register}
    organisations = tuple(
        _organisation_status(
            organisation,
            returned.get(key),
            _change(whole[key], corrections) if key in corrected_ones and key in whole else 0,
            registered=key in register,
            expected=len(asked(framework, organisation, project.settings.area_codes)),
        )
        for key, organisation in {**register, **strangers}.items()
    )
    known = [each for each in organisations if each.registered]
    return Status(
        cycle=cycle.id,
        framework=framework.id,
        issued=cycle.issued,
        deadline=cycle.deadline,
        region=_group("Region", known),
        by_area=tuple(
            _group(area.name, (each for each in known if area.name in each.areas)) for area in project.settings.areas
        ),
        by_sector=tuple(
            _group(sector, (each for each in known if each.sector == sector))
            for sector in sorted({each.sector for each in known})
        ),
        organisations=organisations,
        held=_held(receipts, cycle_id),
    )


def _organisation_status(
    organisation: Organisation, standing: Standing | None, change: int, *, registered: bool, expected: int
) -> OrganisationStatus:
    """An organisation's status; `change` is by how many more criteria are answered since corrections were made."""
    return OrganisationStatus(
        organisation_id=organisation.organisation_id,
        organisation=organisation.name,
        sector=organisation.sector,
        areas=organisation.areas,
        registered=registered,
        returned=standing is not None,
        received_at=in_utc(standing.received_at).isoformat() if standing and standing.received_at else "",
        criteria_expected=expected,
        criteria_answered=standing.criteria_answered + change if standing else 0,
        errors=standing.errors if standing else 0,
        warnings=standing.warnings if standing else 0,
        notes=standing.notes if standing else 0,
    )


def _change(stored: StoredReturn, corrections: Iterable[Correction]) -> int:
    """By how many more criteria are answered in a return than its receipt has, as corrections changed them since."""
    given = stored.return_.responses
    mine = corrections_of(stored, corrections)
    return sum(answered(each.rating) for each in corrected(given, mine)) - sum(answered(r.rating) for r in given)


def _group(name: str, organisations: Iterable[OrganisationStatus]) -> GroupStatus:
    members = list(organisations)
    return GroupStatus(
        name=name,
        expected=len(members),
        returned=sum(each.returned for each in members),
        errors=sum(each.errors for each in members),
        warnings=sum(each.warnings for each in members),
        notes=sum(each.notes for each in members),
    )


def _held(receipts: Iterable[Receipt], cycle_id: str) -> tuple[HeldFile, ...]:
    latest: dict[tuple[str, str], Receipt] = {}
    for receipt in receipts:
        latest.pop(
            (receipt.file, ""), None
        )  # one that could not be opened has no hash; the next of its name settles it
        if receipt.outcome is not Outcome.DUPLICATE:
            latest[receipt.sha256 or receipt.file, receipt.part] = receipt
    return tuple(
        HeldFile(each.file, each.sha256, each.organisation_id, each.cycle, each.reason)
        for each in sorted(latest.values(), key=lambda each: (each.file, each.sha256, each.number))
        if is_waiting(each) and each.cycle in {"", cycle_id}
    )


def is_waiting(receipt: Receipt) -> bool:
    """Whether a person still has to decide something; one that was set aside waits for nobody."""
    return receipt.outcome is Outcome.HELD and not receipt.reason.startswith(f"{SET_ASIDE}:")
