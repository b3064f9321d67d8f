"""How much faster a returned workbook is guarded, read and validated than openpyxl reads its cells.

    python benchmarks/reading.py [WORKBOOKS] [ROUNDS]

Makes that many filled-in audit workbooks (60 by default; no two answers in them have the same words) and reads all of
them both ways, in turn, in one process: with the toolkit (guard, hash, parse, validate: all but the writing), and with
openpyxl in normal mode, looking at every cell. Prints milliseconds a workbook and the ratio, each the median of the
rounds. Times do not travel, the ratio does.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from toolkit.catalogue import asked, load_framework, load_scale
from toolkit.intake import inspect, parse, prepare, validate
from toolkit.project import open_project
from toolkit.records import Organisation, Response
from toolkit.workbook import audit_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolkit.intake import ParsingContext
    from toolkit.project import Project

AT_LEAST = 8.0
SETTINGS = """
[project]
name = "Synthetic audit"
office = "Synthetic office"
contact = "audit@example.org"
synthetic = true

[[areas]]
code = "E08000025"
name = "Birmingham"

[[cycles]]
id = "2024"
framework = "wm-2024"
issued = 2024-04-08
deadline = 2024-06-28
"""
WORDS = """
policy board spring training log staff attended review audit survey record partner agency service referral pathway
safeguarding lead manager team quarter annual plan report minutes forum survivor feedback consent leaflet website poster
briefing induction supervision rota contract budget commissioner provider risk assessment form meeting protocol sharing
agreement case file sample checked found most some every new updated agreed published the of and in for with by on from
was were has have been after before during across within
""".split()  # noqa: SIM905 - a word list
"""What the answers are made of, so that no two returns and no two criteria say the same."""
LEADS = ("Head", "Head of safeguarding", "Board lead", "Service manager", "Named nurse", "Domestic abuse coordinator")


def main(workbooks: int = 60, rounds: int = 5) -> float:
    """Measure, print, and return the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "toolkit.toml").write_text(SETTINGS, encoding="utf-8")
        project = open_project(root)
        organisations = [organisation(number) for number in range(workbooks)]
        files = [(workbook(project, each, root), each) for each in organisations]
        context = prepare(project)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(_timed(lambda: _with_toolkit(project, context, files)))
            theirs.append(_timed(lambda: _with_openpyxl(files)))
    ratio = statistics.median(slow / fast for slow, fast in zip(theirs, ours, strict=True))
    print(f"{workbooks} workbooks, {rounds} rounds")
    print(f"toolkit   {1000 * statistics.median(ours) / workbooks:6.2f} ms a workbook (guard, hash, parse, validate)")
    print(f"openpyxl  {1000 * statistics.median(theirs) / workbooks:6.2f} ms a workbook (load, look at every cell)")
    print(f"ratio     {ratio:6.1f} (wanted: at least {AT_LEAST:.0f})")
    return ratio


def organisation(number: int) -> Organisation:
    """A line of the register, made up."""
    return Organisation(
        organisation_id=f"ORG-{number}",
        name=f"Synthetic Trust {number}",
        aliases=(),
        sector="Health",
        areas=("Birmingham",),
        tiers=("1", "3"),
        commissioner=True,
        direct_services=True,
        lead_name="A Lead",
        lead_email="a.lead@example.org",
    )


def workbook(project: Project, organisation: Organisation, root: Path) -> Path:
    """The organisation's workbook, filled in and written to a folder."""
    cycle = project.settings.current_cycle
    framework, scale = load_framework(cycle.framework), load_scale(cycle.scale)
    chance = random.Random(organisation.organisation_id)
    answers = {}
    for each in asked(framework, organisation, project.settings.area_codes):
        level = chance.choice(scale.levels)
        answers[each.criterion] = Response(
            each.standard,
            each.criterion,
            level.rating,
            level.label,
            " ".join(_sentence(chance, 18) for _ in range(chance.randint(1, 3))),
            _sentence(chance, 6),
            chance.choice(LEADS),
            dt.date(2025, 1, 1) + dt.timedelta(chance.randrange(365)),
        )
    path = root / f"{organisation.organisation_id}.xlsx"
    signed = {"completed_by": "S Writer", "authorised_by": "S Signer", "completed_on": "2024-06-14"}
    path.write_bytes(audit_workbook(framework, scale, organisation, cycle, project.settings, answers, signed))
    return path


def _sentence(chance: random.Random, words: int) -> str:
    """A sentence of about so many words: no sense, but the length and letters of an answer."""
    return f"{' '.join(chance.choices(WORDS, k=chance.randint(words - 3, words + 3))).capitalize()}."


def _timed(work: Callable[[], int]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _with_toolkit(project: Project, context: ParsingContext, files: Sequence[tuple[Path, Organisation]]) -> int:
    responses = 0
    for path, organisation in files:
        inspection = inspect(path)
        (reading,) = parse(inspection, context)
        cycle = context.current
        validate(reading.return_, cycle.asking.framework, cycle.scale, organisation, project.settings)
        responses += len(reading.return_.responses)
    return responses


def _with_openpyxl(files: Sequence[tuple[Path, Organisation]]) -> int:
    filled = 0
    for path, _ in files:
        book = load_workbook(io.BytesIO(path.read_bytes()))
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    filled += cell.value is not None
    return filled


if __name__ == "__main__":
    sys.exit(0 if main(*map(int, sys.argv[1:3])) >= AT_LEAST else 1)
