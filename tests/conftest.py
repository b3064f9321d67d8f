"""Fixtures shared by the rooms' tests: a small synthetic project and seeded returns, without any spreadsheet.

`project`          a project folder: the repository's own toolkit.toml, a register of six organisations
`filled`           makes one (Receipt, Return) of an organisation for a cycle: seeded answers to what it is asked
`small_returns`    nine such pairs: four organisations in 2021, five in 2024 (SAN-SCH never returns)
`small_project`    `project` with `small_returns` recorded
`small_snapshot`   the snapshot of `small_project`
`chromium`         the system's Chromium, headless, ready to open pages
`soffice`          the system's LibreOffice, as a program to run
`pdftotext`        poppler's reader of a PDF's text, as a program to run

Real workbooks and a whole region come from `toolkit.workbook` and `toolkit.demo`, not from here.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import hypothesis
import pytest

from toolkit.catalogue import Asked, asked, load_framework, load_scale
from toolkit.project import Project, open_project
from toolkit.records import (
    CellCount,
    Organisation,
    OtherRating,
    Outcome,
    Query,
    Rating,
    Receipt,
    Response,
    Return,
    Severity,
)
from toolkit.store import Snapshot, freeze, open_snapshot, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser

hypothesis.settings.register_profile("toolkit", deadline=None)  # a busy machine is not a failing property
hypothesis.settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,  # the same examples every time: what fails there fails here as well
    database=None,
    print_blob=True,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),  # making what fails smaller can take an hour
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "toolkit")

ALL_AREAS = "Birmingham; Coventry; Dudley; Sandwell; Solihull; Walsall; Wolverhampton"
REGISTER = f"""\
organisation_id,organisation,aliases,sector,areas,tiers,commissioner,direct_services,lead_name,lead_email
WM-POL,Synthetic Police,,Police,{ALL_AREAS},2;3,no,no,A Lead,a.lead@example.org
BIR-HSG,Birmingham Synthetic Homes,,Housing,Birmingham,2,no,no,B Lead,b.lead@example.org
COV-COM,Coventry Synthetic Commissioners,,Local authority,Coventry,1;3,yes,no,C Lead,c.lead@example.org
DUD-SVC,Dudley Synthetic Support,,Specialist service,Dudley,3,no,yes,D Lead,d.lead@example.org
SAN-SCH,Sandwell Synthetic Schools,,Education,Sandwell,1,no,no,,
SOL-NHS,Solihull Synthetic NHS Trust,,Health,Solihull; Birmingham,2,no,yes,F Lead,f.lead@example.org
"""
RETURNED = {
    "2021": ("WM-POL", "BIR-HSG", "COV-COM", "DUD-SVC"),
    "2024": ("WM-POL", "BIR-HSG", "COV-COM", "DUD-SVC", "SOL-NHS"),
}
_CHANCES = {
    Rating.MET: 55,
    Rating.PARTLY_MET: 22,
    Rating.NOT_MET: 12,
    Rating.NOT_APPLICABLE: 4,
    Rating.BLANK: 5,
    Rating.UNREADABLE: 2,
}
Pair = tuple[Receipt, Return]


def pytest_configure() -> None:
    """Started in the background, Ctrl+C is ignored, and every program that tests start would ignore it too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Filled(Protocol):
    """Makes a receipt and return; `ratings` (criterion to rating) overrides the seeded answers."""

    def __call__(
        self, organisation_id: str, cycle_id: str, *, ratings: Mapping[str, Rating] | None = None, seed: int = 2024
    ) -> Pair: ...


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    settings = (Path(__file__).parent.parent / "toolkit.toml").read_text(encoding="utf-8")
    (root / "toolkit.toml").write_text(settings.replace("synthetic = false", "synthetic = true"), encoding="utf-8")
    (root / "register.csv").write_text(REGISTER, encoding="utf-8")
    return open_project(root)


@pytest.fixture
def filled(project: Project) -> Filled:
    register = {organisation.organisation_id: organisation for organisation in project.register()}

    def fill(
        organisation_id: str, cycle_id: str, *, ratings: Mapping[str, Rating] | None = None, seed: int = 2024
    ) -> Pair:
        return _fill(project, register[organisation_id], cycle_id, ratings or {}, seed)

    return fill


@pytest.fixture
def small_returns(filled: Filled) -> tuple[Pair, ...]:
    pairs = [filled(who, cycle) for cycle, returned in RETURNED.items() for who in returned]
    return tuple((replace(receipt, number=at), return_) for at, (receipt, return_) in enumerate(pairs, start=1))


@pytest.fixture
def small_project(project: Project, small_returns: tuple[Pair, ...]) -> Project:
    with open_store(project) as store:
        for receipt, return_ in small_returns:
            store.record(receipt, return_)
    return project


@pytest.fixture
def small_snapshot(small_project: Project) -> Snapshot:
    return open_snapshot(freeze(small_project))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    quiet = "--disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic"
    program = _program("chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", *quiet.split()]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pdftotext() -> str:
    return _program("pdftotext")


@pytest.fixture(scope="session")
def soffice() -> str:
    return _program("soffice")


def _program(name: str) -> str:
    """Where a system program is; without it a test is skipped on a laptop, and fails where CI is set."""
    found = shutil.which(name)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is not installed; .ci/run installs what tests drive")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _fill(
    project: Project, organisation: Organisation, cycle_id: str, ratings: Mapping[str, Rating], seed: int
) -> Pair:
    chance = random.Random(f"{seed} {organisation.organisation_id} {cycle_id}")
    cycle = project.settings.cycle(cycle_id)
    framework = load_framework(cycle.framework, project.root)
    words: dict[Rating, str] = {level.rating: level.label for level in load_scale(cycle.scale, project.root).levels}
    seeded = chance.choices(list(_CHANCES), weights=list(_CHANCES.values()), k=200)
    responses = tuple(
        _response(each, ratings.get(each.criterion, seeded[at]), words, at, cycle.deadline)
        for at, each in enumerate(asked(framework, organisation, project.settings.area_codes))
    )
    file = f"{organisation.organisation_id}-{cycle_id}-{seed}.xlsx"
    queries = tuple(
        Query("rating-unreadable", Severity.ERROR, r.sheet, r.cell, r.rating_as_written, "a rating", "Not a rating.")
        for r in responses
        if r.rating is Rating.UNREADABLE
    )
    receipt = Receipt(
        file=file,
        sha256=hashlib.sha256(file.encode()).hexdigest(),
        outcome=Outcome.ACCEPTED,
        organisation_id=organisation.organisation_id,
        organisation=organisation.name,
        areas=organisation.areas,
        cycle=cycle_id,
        framework=cycle.framework,
        layout="audit-workbook",
        tiers=organisation.tiers,
        criteria_expected=len(responses),
        criteria_answered=sum(r.rating not in {Rating.BLANK, Rating.UNREADABLE} for r in responses),
        queries=queries,
        received_at=datetime(cycle.issued.year, 6, 3, 9, 30, tzinfo=UTC) + timedelta(hours=chance.randint(0, 400)),
        part="Standard 1!D4",
        cells=CellCount(6 * len(responses), 5 * len(responses), (("a heading", len(responses)),), 0),
    )
    return receipt, Return(
        organisation_id=organisation.organisation_id,
        organisation=organisation.name,
        cycle=cycle_id,
        framework=cycle.framework,
        layout="audit-workbook",
        completed_by="S Writer",
        authorised_by="S Signer",
        completed_on=cycle.deadline - timedelta(days=chance.randint(1, 30)),
        lead_name=organisation.lead_name,
        lead_email=organisation.lead_email,
        responses=responses,
        queries=queries,
    )


def _response(each: Asked, rating: Rating, words: Mapping[Rating, str], at: int, deadline: date) -> Response:
    answered = rating is not Rating.BLANK
    due = deadline + timedelta(days=30 * at) if rating in {Rating.NOT_MET, Rating.PARTLY_MET} else None
    return Response(
        standard=each.standard,
        criterion=each.criterion,
        rating=rating,
        rating_as_written=words.get(rating, "perhaps") if answered else "",
        evidence=f"Policy and training record for {each.criterion}." if rating is Rating.MET and at % 7 else "",
        action=f"Complete {each.criterion}." if due else "",
        lead="A Lead" if due else "",
        target_date=due,
        target_date_as_written=due.isoformat() if due else "",
        sheet=f"Standard {each.standard}",
        cell=f"D{6 + at}",
        other_ratings=_moderated(each, words, at),
    )


def _moderated(each: Asked, words: Mapping[Rating, str], at: int) -> tuple[OtherRating, ...]:
    if at % 9:
        return ()
    rating = Rating.PARTLY_MET
    return (OtherRating("moderated", rating, words[rating], f"Standard {each.standard}", f"J{6 + at}"),)
