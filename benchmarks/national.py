"""What a national project costs: seconds, processor seconds and memory of each verb, with a made-up country.

    python benchmarks/national.py [ORGANISATIONS] [FOLDER]

Makes a project of 43 force areas, that many organisations (500 by default; one in twelve serves several areas) and
three cycles: workbooks in the inbox for the current one, returns straight on record for the two before. Every answer
has words of its own, and one in fifty a telephone number that has to be masked. Then runs each verb in a process of
its own and prints a table. The memory is the largest sum of what the process and those under it had at one time, so
what two workers share counts twice. With a FOLDER the project stays there; one that is there already is not made anew.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from reading import LEADS, WORDS
from receiving import COLUMNS

from toolkit.catalogue import asked, load_framework, load_scale
from toolkit.project import open_project
from toolkit.records import Organisation, Outcome, Receipt, Response, Return
from toolkit.store import open_store
from toolkit.workbook import audit_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.project import Cycle, Project

AREAS = tuple(f"Force area {number}" for number in range(1, 44))
SECTORS = ("Council", "Health", "Voluntary", "Police", "Probation")
TOKEN = "zzzzz"  # noqa: S105 - what stands in a pattern for the letters that are an organisation's own
PATTERNS = 3 * len(AREAS)
"""Different filled workbooks; the returns made of one differ in the organisation's letters, which every answer has."""
CYCLES = (("2018", 2018), ("2021", 2021), ("2024", 2024))
AT_ONCE = 250

FREEZE = "import sys; from pathlib import Path; from toolkit.project import open_project; "
FREEZE += "from toolkit.store import freeze; print(freeze(open_project(Path(sys.argv[1]))))"
EXPLORE = """
import sys, time
from pathlib import Path
from toolkit.explorer.choosing import Choice, picture, responses
from toolkit.project import open_project
from toolkit.reports.masking import open_masked
from toolkit.store import freeze
snapshot = open_masked(freeze(open_project(Path(sys.argv[1]))))
for choice in (Choice("2024", "5", "5.1"), Choice("2024", "5", "5.1", areas=("Force area 7",), search="training")):
    start = time.perf_counter()
    picture(snapshot, choice), responses(snapshot, choice)
    print(f"{time.perf_counter() - start:.1f} s a choice", end="; ")
"""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processors, and the most memory in MiB, of a process and all under it."""

    clock: float
    processor: float
    memory: float
    said: str


def main(organisations: int = 500, folder: str = "") -> None:
    """Make the project and print what each verb costs."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(folder or temporary) / f"national-{organisations}"
        if not root.exists():
            start = time.perf_counter()
            make(root, organisations)
            print(f"made in {time.perf_counter() - start:.0f} s: {root}", flush=True)
        python, verb = (sys.executable, "-c"), (sys.executable, "-m", "toolkit", "--project", str(root))
        report = (*verb, "report")
        form = ("--format", "html", "--workers", "1")
        print(f"\n{organisations:,} organisations, {len(AREAS)} areas, {len(CYCLES)} cycles", flush=True)
        print(f"{'what':<38}{'clock s':>9}{'processor s':>13}{'memory MiB':>12}", flush=True)
        tell("toolkit receive", (*verb, "receive"))
        tell("snapshot", (*python, FREEZE, str(root)))
        tell("toolkit report peer-review", (*report, "peer-review", *form))
        tell("toolkit report area", (*report, "area", "--area", AREAS[6], *form))
        tell("toolkit report deep-dive", (*report, "deep-dive", "--standard", "5", *form))
        tell("toolkit report board", (*report, "board", *form))
        for audience in ("partners", "public"):
            tell(f"toolkit report peer-review, {audience}", (*report, "peer-review", *form, "--audience", audience))
        tell("toolkit report all, two workers", (*report, "all", "--format", "html", "--workers", "2", "--force"))
        tell("toolkit status", (*verb, "status"))
        tell("toolkit export (Parquet)", (*verb, "export", "--out", str(root / "all.parquet")))
        tell("explorer: open, two choices", (*python, EXPLORE, str(root)))


def tell(what: str, command: tuple[str, ...]) -> None:
    """Run a command and print its line of the table."""
    cost = run(command)
    print(f"{what:<38}{cost.clock:9.1f}{cost.processor:13.1f}{cost.memory:12.0f}  {cost.said[-90:]}", flush=True)


def run(command: tuple[str, ...]) -> Cost:
    """What a command costs, looked at ten times a second."""
    start, memory, processor = time.perf_counter(), 0.0, 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:  # noqa: S603
        own = psutil.Process(process.pid)
        while True:
            held, spent = looked_at(own)
            memory, processor = max(memory, held), max(processor, spent)
            try:
                said, _ = process.communicate(timeout=0.1)
                break
            except subprocess.TimeoutExpired:
                continue
    clock = time.perf_counter() - start
    words = (said or "").strip().splitlines() or [""]
    failed = "" if process.returncode in {0, 1} else f"FAILED ({process.returncode}) "
    return Cost(clock, processor, memory / 2**20, failed + words[-1])


def looked_at(own: psutil.Process) -> tuple[float, float]:
    """Memory now, and processor seconds so far (those of children that have ended among them)."""
    memory, processor = 0.0, 0.0
    try:
        for each in (own, *own.children(recursive=True)):
            memory += each.memory_info().rss
            processor += sum(each.cpu_times()[:4])
    except psutil.Error:  # one of them ended while it was looked at
        pass
    return memory, processor


def make(root: Path, organisations: int) -> None:
    """The project: settings, register, workbooks in the inbox, the earlier cycles on record."""
    inbox = root / "audits" / "inbox"
    inbox.mkdir(parents=True)
    (root / "toolkit.toml").write_text(settings(), encoding="utf-8")
    with (root / "register.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.split())
        writer.writerows(line(organisation(number)) for number in range(organisations))
    project = open_project(root)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(fill, [root] * PATTERNS, range(PATTERNS), [organisations] * PATTERNS))
    with open_store(project) as store:
        for cycle in project.settings.cycles[:-1]:
            for start in range(0, organisations, AT_ONCE):
                store.record_all(recorded(project, cycle, range(start, min(start + AT_ONCE, organisations))))


def settings() -> str:
    """A toolkit.toml."""
    areas = "".join(f'[[areas]]\ncode = "E{number:08}"\nname = "{name}"\n' for number, name in enumerate(AREAS, 1))
    cycles = "".join(
        f'[[cycles]]\nid = "{key}"\nframework = "wm-2024"\nissued = {year}-04-08\ndeadline = {year}-06-28\n'
        for key, year in CYCLES
    )
    about = 'name = "Synthetic national audit"\noffice = "Synthetic office"\ncontact = "audit@example.org"\n'
    return f"[project]\n{about}synthetic = true\n{areas}{cycles}[reports]\ntime_limit = 3600\n"


def organisation(number: int) -> Organisation:
    """A line of the register; those with the same remainder by PATTERNS differ in their letters only."""
    return named(pattern(number % PATTERNS), letters(number))


def pattern(number: int) -> Organisation:
    """An organisation that has TOKEN in the place of its letters."""
    first = number % len(AREAS)
    several = 3 if number % 12 == 0 else 1
    return Organisation(
        organisation_id=f"ORG-{TOKEN}",
        name=f"Synthetic Trust {TOKEN}",
        aliases=(),
        sector=SECTORS[number % len(SECTORS)],
        areas=tuple(sorted({AREAS[(first + step) % len(AREAS)] for step in range(several)}, key=AREAS.index)),
        tiers=(("1",), ("2",), ("3",), ("1", "3"))[number % 4],
        commissioner=number % 7 == 0,
        direct_services=number % 3 != 0,
        lead_name="Quilla Zoppard",
        lead_email=f"lead@{TOKEN}.example.org",
    )


def letters(number: int) -> str:
    """Five letters that stand for a number."""
    found = ""
    for _ in range(len(TOKEN)):
        number, digit = divmod(number, 20)
        found = "bcdfghjklmnpqrstvwxa"[digit] + found
    return found


def named(about: Organisation, own: str) -> Organisation:
    """A pattern as the organisation with these letters."""
    return replace(
        about,
        organisation_id=about.organisation_id.replace(TOKEN, own),
        name=about.name.replace(TOKEN, own),
        lead_email=about.lead_email.replace(TOKEN, own),
    )


def line(about: Organisation) -> tuple[str, ...]:
    """An organisation as register.csv has it."""
    flags = ("yes" if flag else "no" for flag in (about.commissioner, about.direct_services))
    lists = (";".join(about.areas), ";".join(about.tiers))
    return (about.organisation_id, about.name, "", about.sector, *lists, *flags, about.lead_name, about.lead_email)


def answers_of(project: Project, cycle: Cycle, number: int) -> dict[str, Response]:
    """The responses of a pattern, by criterion."""
    chance = random.Random(f"{cycle.id} {number}")
    framework, scale = load_framework(cycle.framework), load_scale(cycle.scale)
    found = {}
    for row, each in enumerate(asked(framework, pattern(number), project.settings.area_codes), 8):
        level = chance.choice(scale.levels)
        found[each.criterion] = Response(
            each.standard,
            each.criterion,
            level.rating,
            level.label,
            " ".join(sentence(chance) for _ in range(chance.randint(1, 3))),
            sentence(chance, 6),
            chance.choice(LEADS),
            dt.date(cycle.issued.year + 1, 1, 1) + dt.timedelta(chance.randrange(365)),
            sheet=f"Standard {each.standard}",
            cell=f"D{row}",
        )
    return found


def sentence(chance: random.Random, words: int = 17) -> str:
    """Words without sense, the organisation's letters among them."""
    said = " ".join(chance.choices(WORDS, k=chance.randint(words - 3, words + 3)))
    number = " Telephone 0121 496 0123." if chance.random() < 1 / 100 else ""
    return f"{said.capitalize()} {TOKEN}.{number}"


def fill(root: Path, number: int, organisations: int) -> None:
    """The workbooks of all organisations of a pattern, in the inbox."""
    project = open_project(root)
    cycle, about = project.settings.current_cycle, pattern(number)
    signed = {"completed_by": "S Writer", "authorised_by": "S Signer", "completed_on": f"{cycle.id}-06-14"}
    framework, scale = load_framework(cycle.framework), load_scale(cycle.scale)
    given = answers_of(project, cycle, number)
    content = audit_workbook(framework, scale, about, cycle, project.settings, given, signed)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    for each in range(number, organisations, PATTERNS):
        own = letters(each).encode()
        with zipfile.ZipFile(project.inbox / f"ORG-{own.decode()}.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
            for name, part in parts.items():
                book.writestr(name, part.replace(TOKEN.encode(), own))


def recorded(project: Project, cycle: Cycle, numbers: Iterable[int]) -> Iterator[tuple[Receipt, Return]]:
    """Receipts and returns as they would have been received."""
    known: dict[int, dict[str, Response]] = {}
    for number in numbers:
        which, about, own = number % PATTERNS, organisation(number), letters(number)
        if which not in known:
            known[which] = answers_of(project, cycle, which)
        responses = tuple(
            replace(each, evidence=each.evidence.replace(TOKEN, own), action=each.action.replace(TOKEN, own))
            for each in known[which].values()
        )
        yield (
            receipt_of(about, cycle, len(responses)),
            Return(
                organisation_id=about.organisation_id,
                organisation=about.name,
                cycle=cycle.id,
                framework=cycle.framework,
                layout="audit-workbook",
                completed_by="S Writer",
                authorised_by="S Signer",
                completed_on=dt.date(cycle.issued.year, 6, 14),
                lead_name=about.lead_name,
                lead_email=about.lead_email,
                responses=responses,
                queries=(),
            ),
        )


def receipt_of(about: Organisation, cycle: Cycle, answered: int) -> Receipt:
    """The receipt of an accepted return."""
    return Receipt(
        file=f"{about.organisation_id}-{cycle.id}.xlsx",
        sha256=hashlib.sha256(f"{about.organisation_id} {cycle.id}".encode()).hexdigest(),
        outcome=Outcome.ACCEPTED,
        organisation_id=about.organisation_id,
        organisation=about.name,
        areas=about.areas,
        cycle=cycle.id,
        framework=cycle.framework,
        layout="audit-workbook",
        tiers=about.tiers,
        criteria_expected=answered,
        criteria_answered=answered,
        received_at=dt.datetime(cycle.issued.year, 7, 1, 9, 0, tzinfo=dt.UTC),
    )


if __name__ == "__main__":
    main(*(int(sys.argv[1]),) if sys.argv[1:] else (), *sys.argv[2:3])
