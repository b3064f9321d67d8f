"""The sender's own check before sending: what receiving would make of a file, with nothing stored and nothing moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from toolkit.catalogue import load_framework, load_scale
from toolkit.errors import ToolkitError
from toolkit.intake.guards import inspect
from toolkit.intake.parsing import parse, prepare
from toolkit.intake.parsing.cover import read_cover
from toolkit.intake.parsing.opening import open_sheets
from toolkit.intake.receiving.answering import settle
from toolkit.intake.receiving.judging import Judge, judge_for
from toolkit.intake.receiving.naming import Register
from toolkit.layouts import (
    AUDIT_WORKBOOK,
    Identity,
    load_foreign_layouts,
    load_layout,
    query_texts,
    questions,
    read_identity,
    read_query_identities,
)
from toolkit.project import Cycle, Project, open_project
from toolkit.records import QUERY_LAYOUT, Organisation, Outcome, Rating, Severity
from toolkit.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.catalogue import Framework
    from toolkit.intake.guards import Inspection
    from toolkit.intake.parsing import ParsingContext, Reading
    from toolkit.layouts import Question
    from toolkit.records import Query, Receipt, Return

_BEFORE_ALL = dt.date(2000, 1, 1)
_AFTER_ALL = dt.date(2100, 1, 1)
_UNNAMED = "THIS-ORGANISATION"


@dataclass(frozen=True, slots=True)
class Check:
    """What would become of one return in a file: the receipt that it would get, and the questions it would raise.

    `questions` are most important first; `notes` are for information only. `is_reply` where the file is a query
    workbook with answers; outside a project nobody knows what was asked, and they are checked only when received.
    """

    receipt: Receipt
    questions: tuple[Question, ...]
    notes: tuple[Query, ...]
    is_reply: bool = False
    is_read: bool = True

    @property
    def is_fine(self) -> bool:
        """Whether there is nothing to settle before it is sent."""
        return self.receipt.outcome is Outcome.ACCEPTED and not self.questions


def check_return(path: Path, project: Project | None = None) -> tuple[Check, ...]:
    """Judge a file as `receive` would, without the record: one check for each return in it.

    Outside a project the workbook itself says what it is measured against: cycle, framework and scale by its identity,
    organisation, areas and tiers by its cover; without an identity, the settings that come with the toolkit.

    Args:
        path: the file; it is only read.
        project: whose register, settings, layouts and decisions apply; None for none.

    Raises:
        ProjectError, CatalogueError, StoreError, FileAccessError: the project is wrong or cannot be read.
    """
    moment = dt.datetime.now(dt.UTC).replace(microsecond=0)
    judge = judge_for(project, moment) if project else _judge_without_project(path, moment)
    checks = []
    for entry in judge.judge(path, path.name).entries:
        receipt = entry.receipt
        if entry.answers is not None and project and receipt.outcome is Outcome.ACCEPTED:
            with open_store(project, create=False) as store:
                receipt, _ = settle(receipt, entry.answers, store, project)
        found = questions(receipt, entry.return_)
        notes = tuple(each for each in receipt.queries if each.severity is Severity.NOTE)
        checks.append(
            Check(receipt, found, notes, entry.answers is not None, project is not None or entry.answers is None)
        )
    return tuple(checks)


def missing_layouts(project: Project) -> list[str]:
    """A sentence for every layout with which a return in the record was read and that the project has no more.

    Raises:
        CatalogueError: a layout cannot be read.
        StoreError: nor the record.
    """
    known = {AUDIT_WORKBOOK, *(each.id for each in load_foreign_layouts(project.root))}
    with open_store(project, create=False) as store:
        read = {
            receipt.layout.partition(",")[0]: receipt.file
            for receipt in store.receipts()
            if receipt.outcome is Outcome.ACCEPTED and not receipt.layout.startswith(QUERY_LAYOUT)
        }
    return [
        f"layouts/{each}.yaml is gone, with which {file} was read; put it back from your last backup, or a rebuild "
        "cannot read it again."
        for each, file in sorted(read.items())
        if each and each not in known
    ]


def why_not(receipt: Receipt) -> str:
    """Why a return would not be accepted, in words for its sender where there are any; "" where it would be."""
    code, _, sentence = receipt.reason.partition(": ")
    return query_texts().refusals.get(code, sentence)


def _judge_without_project(path: Path, moment: dt.datetime) -> Judge:
    """A judge who knows no register but the one organisation that the workbook names."""
    with as_file(files("toolkit") / "data" / "project") as folder:
        shipped = open_project(folder)
    inspection = inspect(path)
    identity = _identity(inspection, shipped)
    project = _measured_by(shipped, identity)
    context = prepare(project)
    organisation = _sender(inspection, context, identity)
    known = (organisation,) if organisation else ()
    return Judge(replace(context, organisations=known), Register(known), project.settings, project.root, moment)


def _identity(inspection: Inspection, shipped: Project) -> Identity | None:
    """What the workbook says it is: an issued one, or a query workbook, whose framework nobody need know."""
    if not inspection.ok or inspection.package is None:
        return None
    read = inspection.package.read
    asked = next(iter(read_query_identities(read, ())), None)
    if asked is not None:
        framework = shipped.settings.current_cycle.framework
        return Identity(asked.organisation_id, asked.cycle, framework, asked.scale, QUERY_LAYOUT)
    return read_identity(read, load_layout()).identity


def _measured_by(shipped: Project, identity: Identity | None) -> Project:
    """The settings for a workbook's own cycle; the shipped ones where it names none, or one nobody can measure by."""
    if identity is None:
        return shipped
    try:
        load_framework(identity.framework)
        load_scale(identity.scale)
    except ToolkitError:
        return shipped
    known = next((each for each in shipped.settings.cycles if each.id == identity.cycle), None)
    dates = (known.issued, known.deadline) if known else (_BEFORE_ALL, _AFTER_ALL)
    cycle = Cycle(
        id=identity.cycle, framework=identity.framework, scale=identity.scale, issued=dates[0], deadline=dates[1]
    )
    return Project(shipped.root, shipped.settings.model_copy(update={"cycles": (cycle,)}))


def _sender(inspection: Inspection, context: ParsingContext, identity: Identity | None) -> Organisation | None:
    """The organisation as its workbook tells of it; None where the file cannot be read, which the judge then says."""
    if not inspection.ok:
        return None
    try:
        readings = parse(inspection, context)
        cover = read_cover((sheet for sheet in open_sheets(inspection) if sheet.rows), context.layout)
    except Exception:  # noqa: BLE001 - the judge reads the file again, and tells what is wrong with it
        return None
    return _organisation(readings[0], identity, cover.texts)


def _organisation(reading: Reading, identity: Identity | None, cover: dict[str, str]) -> Organisation | None:
    return_ = reading.return_
    name = return_.organisation or cover.get("organisation", "")
    if not name and identity is None:
        return None
    framework = load_framework(return_.framework) if return_.framework else None
    return Organisation(
        organisation_id=identity.organisation_id if identity else _UNNAMED,
        name=name or (identity.organisation_id if identity else ""),
        aliases=(),
        sector="",
        areas=_several(cover.get("areas", "")),
        tiers=tuple(tier[0] for tier in _several(cover.get("tiers", "")) if tier[0] in "123"),
        commissioner=_has(return_, framework, "commissioners"),
        direct_services=_has(return_, framework, "direct_services"),
        lead_name=return_.lead_name,
        lead_email=return_.lead_email,
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _has(return_: Return, framework: Framework | None, group: str) -> bool:
    """Whether the workbook has rows that only a group of organisations is asked: those printed, or those answered."""
    there = {each.criterion for each in return_.responses if each.cell or each.rating is not Rating.BLANK}
    return framework is not None and any(
        group in {standard.applies_to, criterion.applies_to} and criterion.criterion in there
        for standard in framework.standards
        for criterion in standard.criteria
    )
