"""Matrices and surveys' exports for the tests: answers of several organisations in one workbook, from any framework."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from toolkit.catalogue import load_framework
from toolkit.project import open_project
from toolkit.records import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolkit.catalogue import Criterion
    from toolkit.project import Project

FRAMEWORKS = ("wm-2024", "wm-2015", "wolverhampton-2018")
CYCLE_OF = {"wm-2024": "2024", "wm-2015": "2021", "wolverhampton-2018": "2018"}
COLOURS = {
    Rating.MET: "Green",
    Rating.PARTLY_MET: "Amber",
    Rating.NOT_MET: "Red",
    Rating.NOT_APPLICABLE: "Grey",
    Rating.BLANK: None,
}
WORDS = {
    Rating.MET: "Met",
    Rating.PARTLY_MET: "Partly met",
    Rating.NOT_MET: "Not met",
    Rating.NOT_APPLICABLE: "Not applicable",
    Rating.BLANK: None,
}
POLICE, HOMES, SUPPORT = "Synthetic Police", "Birmingham Synthetic Homes", "Dudley Synthetic Support"
Answers = dict[str, Rating]


def with_all_frameworks(project: Project) -> Project:
    """The project with a cycle of the Wolverhampton protocol besides its own."""
    path = project.root / "toolkit.toml"
    cycle = '[[cycles]]\nid = "2018"\nframework = "wolverhampton-2018"\nscale = "three-level"\n'
    cycle += "issued = 2018-01-08\ndeadline = 2018-03-30\n\n[thresholds]"
    path.write_text(path.read_text(encoding="utf-8").replace("[thresholds]", cycle, 1), encoding="utf-8")
    return open_project(project.root)


def criteria(framework: str) -> list[Criterion]:
    """Every criterion, in the framework's order."""
    return [criterion for standard in load_framework(framework).standards for criterion in standard.criteria]


def seeded(framework: str, name: str, seed: int = 1) -> Answers:
    """An organisation's answers: each criterion met, partly met, not met, not applicable or blank."""
    chance = random.Random(f"{seed} {framework} {name}")
    return {each.criterion: chance.choice(list(COLOURS)) for each in criteria(framework)}


def answers_of(framework: str, *names: str) -> dict[str, Answers]:
    """Seeded answers of several organisations."""
    return {name: seeded(framework, name) for name in names}


def as_number(reference: str) -> float:
    """What a spreadsheet makes of a reference: 5.10 and 5.1 are the same number."""
    return float(reference)


@dataclass
class Matrix:
    """A matrix to be written: its organisations in order, and how the collator wrote it."""

    framework: str
    answers: Mapping[str, Answers]
    reference: str = "text"
    """`text`, `number` (beside the text), `bare number`, `glued`, `official` (text) or `alone` (reference)."""
    sectors: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    trailing: Mapping[str, Any] = field(default_factory=dict)
    changed: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    """What stands in the cell of a criterion and an organisation instead of the colour."""
    below: Sequence[list[Any]] = ()

    def rows(self) -> list[list[Any]]:
        """The cells, from A1."""
        names = list(self.answers)
        found: list[list[Any]] = [["Collated returns, all organisations"], []]
        if self.sectors:
            found.append(["", "", *(self.sectors.get(name, "") for name in names)])
        found.append(["Ref", "What is asked", *names, *self.trailing])
        if self.ids:
            found.append(["", "", *(self.ids.get(name, "") for name in names)])
        for standard in load_framework(self.framework).standards:
            found.append([f"Standard {standard.standard}: {standard.title}"])
            for each in standard.criteria:
                cells = [
                    self.changed.get((each.criterion, name), COLOURS[self.answers[name][each.criterion]])
                    for name in names
                ]
                found.append([*self._named(each), *cells, *self.trailing.values()])
        return [*found, *self.below]

    def _named(self, each: Criterion) -> list[Any]:
        ways: dict[str, list[Any]] = {
            "text": [each.criterion, each.summary],
            "number": [as_number(each.criterion), each.summary],
            "bare number": [as_number(each.criterion), ""],
            "glued": [f"{each.criterion}{each.summary}", ""],
            "official": [each.summary, ""],
            "alone": [each.criterion, ""],
        }
        return ways[self.reference]


@dataclass
class Survey:
    """A survey's export to be written: one row for each pair of a name and answers, in order."""

    framework: str
    respondents: list[tuple[Any, Answers]]
    heading: str = "glued"
    """`text` (the reference), `number`, `glued` or `official` (the text alone)."""
    evidence: bool = False
    before: Mapping[str, list[Any]] = field(default_factory=dict)
    """Columns before the questions: heading to what stands in each row."""
    after: Mapping[str, list[Any]] = field(default_factory=dict)
    changed: Mapping[tuple[str, int], Any] = field(default_factory=dict)
    """What stands in the cell of a criterion and a row (counted from 0) instead of the word."""

    def rows(self) -> list[list[Any]]:
        """The cells, from A1."""
        asked = criteria(self.framework)
        heading: list[Any] = [*self.before, "Name of your organisation"]
        for each in asked:
            heading.append(self._heading(each))
            if self.evidence:
                heading.append(f"{each.criterion} evidence")
        found = [[*heading, *self.after]]
        for place, (name, answers) in enumerate(self.respondents):
            cells: list[Any] = [*(column[place] for column in self.before.values()), name]
            for each in asked:
                cells.append(self.changed.get((each.criterion, place), WORDS[answers[each.criterion]]))
                if self.evidence:
                    cells.append(f"Evidence of {name} for {each.criterion}")
            found.append([*cells, *(column[place] for column in self.after.values())])
        return found

    def _heading(self, each: Criterion) -> Any:  # noqa: ANN401 - a cell
        return {
            "text": each.criterion,
            "number": as_number(each.criterion),
            "glued": f"{each.criterion} {each.summary}",
            "official": each.summary,
        }[self.heading]


def workbook(*sheets: list[list[Any]], names: Iterable[str] = ()) -> bytes:
    """A workbook with these sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    titles = list(names) or [f"Sheet{number}" for number in range(1, len(sheets) + 1)]
    for title, rows in zip(titles, sheets, strict=True):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
