"""What the parser knows before it opens a workbook: the layout, and per cycle the framework, the scale, the texts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.catalogue import load_framework, load_scale
from toolkit.disclosure.personal import Allowed
from toolkit.intake.parsing.printed import PrintedWords
from toolkit.intake.parsing.ratings import Doubt, RatingReader
from toolkit.intake.parsing.text import fold
from toolkit.layouts import fold_label, load_foreign_layouts, load_layout

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.catalogue import Framework, Scale
    from toolkit.intake.parsing.tables import Lines
    from toolkit.layouts import ForeignLayout, Layout
    from toolkit.project import Project
    from toolkit.records import Organisation

_BEGINNING = 8


@dataclass(frozen=True)
class Asking:
    """A framework as the parser looks things up in it; `condition` is how workbooks print a criterion's condition."""

    framework: Framework
    condition: str = ""

    @cached_property
    def by_text(self) -> dict[str, tuple[str, ...]]:
        """Folded text (official wording or summary, with the condition or without) to the criteria that have it."""
        found: dict[str, list[str]] = defaultdict(list)
        for standard in self.framework.standards:
            for criterion in standard.criteria:
                texts = {fold(criterion.text), fold(criterion.summary)}
                if criterion.condition and self.condition:
                    condition = self.condition.format(condition=criterion.condition)
                    texts |= {fold(f"{text} {condition}") for text in texts}
                for text in texts:
                    found[text].append(criterion.criterion)
        return {text: tuple(criteria) for text, criteria in found.items()}

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(text[:_BEGINNING] for text in self.by_text)

    def may_begin_text(self, text: str) -> bool:
        """Whether a text begins as that of a criterion does: a cheap look before a thorough one."""
        return text.lstrip()[:_BEGINNING].casefold() in self._beginnings

    @cached_property
    def standard_of(self) -> dict[str, str]:
        """Criterion to its standard."""
        return {c.criterion: s.standard for s in self.framework.standards for c in s.criteria}

    @cached_property
    def order(self) -> dict[str, int]:
        """Criterion to its place in the framework."""
        return {criterion: place for place, criterion in enumerate(self.framework.criteria)}

    def by_text_of(self, text: str) -> tuple[str, ...]:
        """The criteria that have exactly this text, whatever its case and spacing."""
        return self.by_text.get(fold(text), ())

    def criteria_with(self, text: str) -> tuple[str, ...]:
        """The criteria whose text this is; the issued workbook may print more after it, such as a condition."""
        folded = fold(text)
        if not folded:
            return ()
        exact = self.by_text.get(folded)
        if exact is not None:
            return exact
        return tuple(c for known, criteria in self.by_text.items() if folded.startswith(known) for c in criteria)


@dataclass(frozen=True)
class CycleContext:
    """One cycle of the project: its id, what it asks and on which scale."""

    cycle: str
    asking: Asking
    scale: Scale


@dataclass(frozen=True)
class ParsingContext:
    """All that parsing needs besides the file; made once for many files.

    `heading` has what the project prints on every cover: its office, its name, its marking.
    """

    layout: Layout
    cycles: tuple[CycleContext, ...]
    current: CycleContext
    root: Path | None = None
    organisations: tuple[Organisation, ...] = ()
    foreign: tuple[ForeignLayout, ...] = ()
    heading: tuple[str, ...] = ()
    readers: dict[tuple[str, Doubt], RatingReader] = field(default_factory=dict)
    words: dict[str, PrintedWords] = field(default_factory=dict)
    above: dict[tuple[Any, ...], Lines | None] = field(default_factory=dict)

    def cycle(self, cycle_id: str) -> CycleContext | None:
        """The cycle with this id, None where the project has none."""
        return next((cycle for cycle in self.cycles if cycle.cycle == cycle_id), None)

    def ratings(self, scale: Scale, doubt: Doubt = Doubt.NONE) -> RatingReader:
        """The reader of ratings on a scale, which remembers the words it has met."""
        return self.readers.setdefault((scale.id, doubt), RatingReader(scale, doubt))

    def printed(self, asking: Asking) -> PrintedWords:
        """The words that a workbook of a framework prints, which are remembered."""
        found = self.words.get(asking.framework.id)
        if found is None:
            found = self.words[asking.framework.id] = PrintedWords(asking.framework, self.layout, self.heading)
        return found

    @cached_property
    def registered(self) -> dict[str, str]:
        """Name by id (in small letters) of every organisation in the register."""
        return {each.organisation_id.casefold(): each.name for each in self.organisations}

    @cached_property
    def allowed(self) -> Allowed:
        """What reads like a person in free text and is none: the register's organisations, areas, the office."""
        return Allowed.of(self.organisations, office=self.heading)

    @cached_property
    def _called(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for each in self.organisations:
            for name in (each.name, *each.aliases):
                found[_fold_name(name)].add(each.organisation_id.casefold())
        return {name: frozenset(ids) for name, ids in found.items()}

    def knows(self, name: str) -> bool:
        """Whether an organisation in the register has this name or alias."""
        return _fold_name(name) in self._called

    def called(self, name: str) -> frozenset[str]:
        """The ids of the organisations with this name or alias; the folded name itself where there is none."""
        folded = _fold_name(name)
        return self._called.get(folded) or frozenset({f"not registered: {folded}"})


def _fold_name(name: str) -> str:
    return fold_label(name.replace("&", " and ")) or name.casefold().strip()


def prepare(project: Project, organisations: tuple[Organisation, ...] | None = None) -> ParsingContext:
    """Everything the parser needs to know of a project.

    Args:
        project: the project.
        organisations: who should return; None for the register as it is, or for nobody where there is none.

    Raises:
        CatalogueError: a framework or scale is missing.
        ProjectError: the register is wrong.
    """
    if organisations is None:
        organisations = project.register() if project.register_file.is_file() else ()
    asking: dict[str, Asking] = {}
    cycles = []
    layout = load_layout(root=project.root)
    for cycle in project.settings.cycles:
        if cycle.framework not in asking:
            asking[cycle.framework] = Asking(load_framework(cycle.framework, project.root), layout.texts.condition)
        cycles.append(CycleContext(cycle.id, asking[cycle.framework], load_scale(cycle.scale, project.root)))
    about = project.settings.project
    current_id = project.settings.current_cycle.id
    return ParsingContext(
        layout=layout,
        cycles=tuple(cycles),
        current=next(cycle for cycle in cycles if cycle.cycle == current_id),
        root=project.root,
        organisations=organisations,
        foreign=load_foreign_layouts(project.root),
        heading=(about.office, about.name, about.marking, f"{about.marking} - SYNTHETIC DATA"),
    )
