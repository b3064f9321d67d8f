"""A region made through the store alone, for the tests of reports: every rating follows a rule one can recompute."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from toolkit.catalogue import asked, load_framework
from toolkit.project import create_project, open_project
from toolkit.records import Outcome, Rating, Receipt, Response, Return
from toolkit.store import Snapshot, correct, freeze, open_snapshot, open_store

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from toolkit.project import Project
    from toolkit.records import Organisation

HEADER = "organisation_id,organisation,aliases,sector,areas,tiers,commissioner,direct_services,lead_name,lead_email\n"
ALL_AREAS = "Birmingham;Coventry;Dudley;Sandwell;Solihull;Walsall;Wolverhampton"
_RATINGS = (
    Rating.MET,
    Rating.MET,
    Rating.MET,
    Rating.PARTLY_MET,
    Rating.NOT_MET,
    Rating.NOT_APPLICABLE,
    Rating.BLANK,
    Rating.MET,
    Rating.UNREADABLE,
    Rating.NOT_MET,
)


@dataclass(frozen=True)
class Plan:
    """What to make: organisations in each area, whether one serves them all, and which cycles have returns."""

    each_area: int = 6
    areas: tuple[str, ...] = tuple(ALL_AREAS.split(";"))
    everywhere: bool = True
    returning: tuple[str, ...] = ("2021", "2024")
    silent: tuple[str, ...] = ()
    settings: str | None = field(default=None, repr=False)


def make_project(folder: Path, plan: Plan = Plan()) -> Project:
    """A project with its register, returns on record, nothing in the inbox."""
    create_project(folder, settings=plan.settings, register=HEADER + "".join(_lines(plan)))
    project = open_project(folder)
    with open_store(project) as store:
        for cycle in plan.returning:
            for organisation in project.register():
                if organisation.organisation_id not in plan.silent:
                    store.record(*return_of(project, cycle, organisation))
    return project


def make_snapshot(folder: Path, plan: Plan = Plan()) -> Snapshot:
    """The frozen region."""
    return open_snapshot(freeze(make_project(folder, plan)))


def rating_of(organisation_id: str, cycle: str, criterion: str) -> Rating:
    """The rating that an organisation gives."""
    return _RATINGS[_number(organisation_id, cycle, criterion) % len(_RATINGS)]


def _lines(plan: Plan) -> list[str]:
    lines = []
    for area in plan.areas:
        for number in range(plan.each_area):
            flags = "yes" if number % 3 == 0 else "no"
            lead = "" if number == 1 else "Alex Example"
            sector = ("Council", "Health", "Voluntary")[number % 3]
            key = f"{area[:3].upper()}{number}"
            lines.append(
                f"{key},{area} service {number},,{sector},{area},{number % 3 + 1},{flags},{flags},{lead},"
                f"{'' if not lead else key.lower() + '@example.org'}\n"
            )
    if plan.everywhere:
        areas = ";".join(plan.areas)
        lines.append(f"POL,Example Police,,Police,{areas},2;3,yes,yes,Sam Sample,police@example.org\n")
    return lines


def return_of(project: Project, cycle: str, organisation: Organisation) -> tuple[Receipt, Return]:
    """What an organisation returns, with its receipt."""
    framework = load_framework(project.settings.cycle(cycle).framework)
    key = organisation.organisation_id
    asked_of = asked(framework, organisation, project.settings.area_codes)
    responses = tuple(
        _response(key, cycle, one.standard, one.criterion, row) for row, one in enumerate(asked_of, start=8)
    )
    year = int(cycle)
    return_ = Return(
        organisation_id=key,
        organisation=organisation.name,
        cycle=cycle,
        framework=framework.id,
        layout="audit-workbook",
        completed_by="Kit Carson-Example",
        authorised_by="Lou Long-Example",
        completed_on=date(year, 6, 3),
        lead_name=organisation.lead_name,
        lead_email=organisation.lead_email,
        responses=responses,
        queries=(),
    )
    receipt = Receipt(
        file=f"{key}-{cycle}.xlsx",
        sha256=hashlib.sha256(f"{key}{cycle}".encode()).hexdigest(),
        outcome=Outcome.ACCEPTED,
        organisation_id=key,
        organisation=organisation.name,
        areas=organisation.areas,
        cycle=cycle,
        framework=framework.id,
        layout="audit-workbook",
        tiers=organisation.tiers,
        criteria_expected=len(asked_of),
        criteria_answered=len(responses),
        received_at=datetime(year, 7, 1, 9, 0, tzinfo=UTC),
    )
    return receipt, return_


def _response(key: str, cycle: str, standard: str, criterion: str, row: int) -> Response:
    rating = rating_of(key, cycle, criterion)
    number = _number(criterion, key)
    year, month = int(cycle), number % 12 + 1
    acts = rating in {Rating.PARTLY_MET, Rating.NOT_MET}
    evidence = (
        f"The policy of {key} was reviewed with survivors in spring, every team has been trained on it since, and a "
        "quarterly case audit shows that it is followed; the audit reports are kept by the safeguarding team."
        if rating is Rating.MET and number % 4
        else ""
    )
    return Response(
        standard=standard,
        criterion=criterion,
        rating=rating,
        rating_as_written=str(rating),
        evidence=evidence,
        action=f"Write the missing guidance for {criterion} and train teams <b>now</b>" if acts else "",
        lead="Robin Person-Example" if acts and number % 3 else "",
        target_date=date(year + number % 2, month, 15) if acts and number % 5 else None,
        sheet=f"Standard {standard}",
        cell=f"D{row}",
    )


def rewrite_evidence(project: Project, written: str) -> pd.Series:
    """Correct the evidence of the first response that has some; gives that response as it was before."""
    row: pd.Series = open_snapshot(freeze(project)).responses.query("evidence != ''").iloc[0]
    correct(
        project,
        organisation_id=row["organisation_id"],
        criterion=row["criterion"],
        field="evidence",
        value=written,
        why="as told",
        who="Tess Ter",
        cycle=row["cycle"],
    )
    return row


def _number(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("|".join(parts).encode()).digest()[:4], "big")
