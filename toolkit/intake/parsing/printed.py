"""Words that an issued audit workbook prints itself: what is one of them is no answer, what is not may be one."""

from __future__ import annotations

import re
from itertools import repeat
from typing import TYPE_CHECKING

from toolkit.intake.parsing.text import fold, is_empty
from toolkit.layouts import fold_label, identity_in_rows, read_line
from toolkit.records import Priority

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.catalogue import Framework
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.layouts import Layout

LABEL = "label"
PRINTED = "printed by the workbook"

_HEADINGS = (
    "Your organisation", "Lead and contacts", "Sign-off", "What is in this workbook",
    "Sheet", "Title", "Priority", "Criteria", "Rated", "All standards",
)  # fmt: skip
"""Printed on the cover besides its labels."""
_PRIORITY = "|".join(each.value for each in Priority)
_TIERS = rf"priority for your tiers:( tier [^:;]{{1,60}}: ({_PRIORITY});?)+"
_NAMED = re.compile(r"\{\w+\}")
_UNKNOWN = "unknown"
_LONGEST_LABEL = 80
_LOOKED_AT = 60


class PrintedWords:
    """What stands in a workbook of one framework when it is issued, but for the texts of the criteria."""

    def __init__(self, framework: Framework, layout: Layout, heading: Iterable[str]) -> None:
        texts = layout.texts
        self._labels = frozenset(layout.cover_labels)
        self._exact = frozenset(map(fold, (*heading, *_standards(framework, layout), *_fixed(layout))))
        notes = (texts.intro, texts.correct_details, texts.lead_note, texts.sign_off_note, texts.contents_note)
        named = [*notes, f"Audit workbook, cycle {{cycle}}: {framework.title}"]
        self._patterns = tuple(re.compile(pattern) for pattern in (_TIERS, *map(_pattern, named)))
        self._sheets = frozenset(map(fold, ("All standards", *_sheet_names(framework, layout))))
        measures = (measure for group in layout.data_set.groups for measure in group.measures)
        headings = (section.heading for section in texts.guidance)
        self._marks = frozenset(map(fold, (*headings, layout.data_set.title, *measures)))
        self._known: dict[object, str] = {"": PRINTED}

    def reason(self, text: str) -> str:
        """Why a cell with this text is no answer: `LABEL` or `PRINTED`; "" where it may be one.

        Empty cells are as they were printed.
        """
        known = self._known.get(text)
        if known is None:
            known = self._look_up(text)
            if known:
                self._known[text] = known
        return known

    def reasons(self, cells: Sequence[object], known: Iterable[tuple[int, str]] = ()) -> tuple[str, ...]:
        """The reason for each cell of a row, one for all where it is the same.

        Args:
            cells: the row.
            known: columns of which it is clear what became of them, and that.
        """
        found = list(map(self._known.get, cells, repeat(_UNKNOWN)))
        for column, fate in known:
            found[column] = fate
        if _UNKNOWN in found:
            told = zip(found, cells, strict=True)
            found = [
                (self.reason(cell) if isinstance(cell, str) else "") if why == _UNKNOWN else why for why, cell in told
            ]
        return (found[0],) if found and found.count(found[0]) == len(found) else tuple(found)

    def _look_up(self, text: str) -> str:
        if len(text) <= _LONGEST_LABEL and fold_label(text) in self._labels:
            return LABEL
        folded = fold(text)
        is_printed = folded in self._exact or any(each.fullmatch(folded) for each in self._patterns)
        return PRINTED if is_printed or read_line(text) is not None else ""

    def begins_contents(self, text: object) -> bool:
        """Whether a row of the cover that begins so is one of the list of sheets, with its numbers."""
        return isinstance(text, str) and fold(text) in self._sheets

    def is_own(self, sheet: SheetRows) -> bool:
        """Whether a sheet without a table is one that the workbook was issued with: guidance, data set, identity."""
        if identity_in_rows(sheet.rows) is not None:
            return True
        texts = (cell for row in sheet.rows[:_LOOKED_AT] for cell in row if isinstance(cell, str) and cell)
        return any(fold(text) in self._marks for text in texts)


def filled_cells(sheet: SheetRows) -> Iterator[tuple[int, int, object]]:
    """Row, column and value of every cell in which something can be seen."""
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            if not is_empty(cell):
                yield number, column, cell


def _sheet_names(framework: Framework, layout: Layout) -> tuple[str, ...]:
    names = (layout.sheets.standard.format(standard=each.standard) for each in framework.standards)
    return (*names, layout.sheets.guidance, layout.sheets.data_set)


def _standards(framework: Framework, layout: Layout) -> Iterator[str]:
    yield from _sheet_names(framework, layout)
    for each in framework.standards:
        yield from (f"{layout.sheets.standard.format(standard=each.standard)}: {each.title}", each.title, each.asks)


def _fixed(layout: Layout) -> Iterator[str]:
    texts = layout.texts
    yield from _HEADINGS
    yield from (each.value for each in Priority)
    yield from (texts.synthetic, texts.no_priority, f"{texts.no_priority} {texts.commissioners_only}")
    yield from (f"Back to {layout.sheets.cover}", texts.guidance[0].heading, layout.data_set.title)


def _pattern(text: str) -> str:
    """A pattern for a folded text in which names in braces may be anything."""
    return " ?.{0,200} ?".join(re.escape(fold(part)) for part in _NAMED.split(text))
