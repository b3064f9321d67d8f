"""An unknown workbook becomes a proposal: shape, columns, labels, banners, ratings, marks, and what is still open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.layouts.drafting.columns import RATINGS, ProposedColumn, propose_columns
from toolkit.layouts.drafting.cover import Label, find_labels
from toolkit.layouts.drafting.open_points import MISSING, columns_open, cover_open, ratings_open
from toolkit.layouts.drafting.sheets import TextSheet
from toolkit.layouts.drafting.tables import Table, banners_of, columns_of, find_tables, headless
from toolkit.layouts.drafting.vocabulary import NOTHING, Proposal, propose_vocabulary
from toolkit.layouts.models import fold_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.layouts.drafting.known import Known

_MOST_MARKS = 3
_LEAST_MARK, _LONGEST_MARK = 10, 70
_TOP = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """A text by which this kind of workbook can be told from others, and where it stands."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What is proposed for one workbook.

    `shape` is "" where no table was found. `recognised` counts criteria per framework, the most first. `todo` is what a
    person must say before a workbook of this kind can be read. `unread` says what would not be read, `hindrance` why
    nothing can be, `headless` where criteria stand without a header above them.
    """

    shape: str
    tables: tuple[Table, ...] = ()
    columns: tuple[ProposedColumn, ...] = ()
    labels: tuple[Label, ...] = ()
    banners: tuple[tuple[str, tuple[str, ...]], ...] = ()
    glued: bool = False
    ratings: Proposal = NOTHING
    marks: tuple[Mark, ...] = ()
    recognised: tuple[tuple[str, int, int], ...] = ()
    todo: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    hindrance: str = ""
    headless: str = ""

    @property
    def header_rows(self) -> int:
        """One, or two where any header has two."""
        return max((table.header.last - table.header.first + 1 for table in self.tables), default=1)

    @property
    def active(self) -> tuple[ProposedColumn, ...]:
        """The columns that are proposed as entries."""
        return tuple(column for column in self.columns if column.is_active)

    def supposed(self) -> tuple[str, Draft] | None:
        """The header that is likeliest to be the rating's, and the draft if it is; None where that is all too open."""
        likely = sorted((each for each in self.columns if each.field == "rating"), key=lambda each: -each.confidence)
        active = {each.field for each in self.active}
        if not likely or "rating" in active or self.shape != "rows" or not active & {"criterion", "summary"}:
            return None
        first = likely[0]
        if not fold_label(first.text) or any(each.confidence == first.confidence for each in likely[1:]):
            return None
        columns = tuple(replace(each, is_active=True) if each is first else each for each in self.columns)
        return first.text, replace(self, columns=columns)


def propose(sheets: Sequence[TextSheet], known: Known) -> Draft:
    """Propose a layout for a workbook.

    Args:
        sheets: its sheets, as text.
        known: what it is compared with.

    Returns:
        The proposal; one without a shape where no sheet has a table of criteria and answers.
    """
    shape, tables = find_tables(sheets, known)
    if not tables:
        return Draft("", headless=headless(sheets, known))
    found = columns_of(tables)
    if shape == "survey":
        for column in found:
            column.guess = known.cover.guess(column.text) or known.columns.guess(column.text)
    columns = propose_columns(found, known, by_content=shape == "rows")
    banners = tuple((text, tuple(places)) for text, places in banners_of(tables, known).items())
    cells, places = _rating_cells(shape, tables, columns)
    ratings = propose_vocabulary(cells, places, [_outside(sheet, tables) for sheet in sheets], known)
    labels = find_labels(_around(sheets, tables), known)
    texts = [Mark(text.removesuffix(" {standard}"), places[0]) for text, places in banners]
    marks = _marks(sheets, tables, texts, labels, known)
    open_columns = columns_open(shape, columns, ratings)
    has_name = shape != "rows" or any(each.is_active and each.field == "organisation" for each in columns)
    told = (*ratings_open(ratings, columns), *open_columns, *(() if has_name else cover_open(labels)))
    return Draft(
        shape,
        tables,
        columns,
        labels,
        banners,
        _is_glued(columns, known),
        ratings,
        marks,
        _recognised(tables, known),
        (*told, *_marks_open(columns, marks, known)),
        tuple(_unread(sheets, tables, columns)),
        "; ".join(each.removeprefix(MISSING).partition(";")[0] for each in open_columns if each.startswith(MISSING)),
    )


def _rating_cells(
    shape: str, tables: Iterable[Table], columns: Iterable[ProposedColumn]
) -> tuple[list[str], list[str]]:
    if shape == "rows":
        active = [each for each in columns if each.field in RATINGS and each.is_active]
        if not any(each.field == "rating" for each in active):
            likely = [each for each in columns if each.field == "rating"]
            most = max((each.confidence for each in likely), default=0)
            active += [each for each in likely if each.confidence == most]
        rated = [each.column for each in active]
        return [c for each in rated for c in each.cells], [p for each in rated for p in each.places]
    found = [
        (text, table.sheet.place(table.header.last + 1 + number, column))
        for table in tables
        for number, row in enumerate(table.rows)
        for column in (*table.names, *table.questions)
        if (text := row[column])
    ]
    return [text for text, _ in found], [place for _, place in found]


def _outside(sheet: TextSheet, tables: Iterable[Table]) -> TextSheet:
    """The sheet without what stands in its table, where no key can be."""
    table = next((each for each in tables if each.sheet is sheet), None)
    if table is None:
        return sheet
    inside = {*table.header.texts, *table.questions, *table.names}
    last = table.header.last
    rows = tuple(
        tuple("" if number > last and column in inside else text for column, text in enumerate(row))
        for number, row in enumerate(sheet.rows)
    )
    return TextSheet(sheet.name, rows)


def _around(sheets: Sequence[TextSheet], tables: Iterable[Table]) -> list[tuple[TextSheet, range]]:
    firsts = {table.sheet.name: table.header.first for table in tables}
    return [(sheet, range(firsts.get(sheet.name, len(sheet.rows)))) for sheet in sheets]


def _is_glued(columns: Iterable[ProposedColumn], known: Known) -> bool:
    cells = [cell for each in columns if each.field == "criterion" and each.is_active for cell in each.column.cells]
    return sum(known.glued(cell) is not None for cell in cells) * 2 > len(cells)


def _marks(
    sheets: Sequence[TextSheet],
    tables: Sequence[Table],
    found: Sequence[Mark],
    labels: Iterable[Label],
    known: Known,
) -> tuple[Mark, ...]:
    """Titles and other texts, as far as they are neither the toolkit's own nor the sender's."""
    values = {fold_label(label.value) for label in labels}
    titles = [Mark(text, sheet.place(row, column)) for sheet, row, column, text in _titles(sheets, tables)]
    fitting = [mark for mark in (*titles, *found) if _can_mark(mark.text, values, known)]
    return tuple({fold_label(mark.text): mark for mark in reversed(fitting)}.values())[::-1][:_MOST_MARKS]


def _is_own(each: ProposedColumn, known: Known) -> bool:
    """Whether a header is none that other workbooks are known to have."""
    return bool(each.text) and not known.columns.fields_of(each.text)


def _titles(sheets: Sequence[TextSheet], tables: Sequence[Table]) -> list[tuple[TextSheet, int, int, str]]:
    """The first text of the first sheet, and of the first sheet with a table, up to its first digit or colon."""
    found = []
    for sheet in dict.fromkeys((sheets[0].name, tables[0].sheet.name)):
        wanted = next(each for each in sheets if each.name == sheet)
        first = next((table.header.first for table in tables if table.sheet is wanted), _TOP)
        for row, column, text in wanted.filled():
            if row < min(first, _TOP):
                start = text.split(":")[0]
                cut = next((place for place, letter in enumerate(start) if letter.isdigit()), len(start))
                found.append((wanted, row, column, " ".join(start[:cut].split()).rstrip(" -\u2013\u2014|(")))
            break
    return found


def _can_mark(text: str, values: set[str], known: Known) -> bool:
    folded = fold_label(text)
    return (
        len(folded) >= _LEAST_MARK
        and len(text) <= _LONGEST_MARK
        and folded not in values
        and not known.names_somebody(text)
        and not known.columns.fields_of(text)
        and not known.cover.fields_of(text)
        and not any(each.startswith(folded) for each in known.issued)
    )


def _marks_open(columns: Iterable[ProposedColumn], marks: Sequence[Mark], known: Known) -> tuple[str, ...]:
    if marks or any(each.is_active and _is_own(each, known) for each in columns):
        return ()
    return ("recognise: name a text that every workbook of this kind has, and no other kind",)


def _recognised(tables: Iterable[Table], known: Known) -> tuple[tuple[str, int, int], ...]:
    """Framework, criteria recognised, criteria in all; the framework with most first, texts before references."""
    by_text: dict[str, set[str]] = {framework.id: set() for framework in known.frameworks}
    references: set[str] = set()
    for table in tables:
        cells = [text for row in table.rows for text in row if text]
        cells += [table.sheet.rows[table.header.last][column] for column in table.questions]
        for text in dict.fromkeys(cells):
            for framework, criterion in known.criteria_of(text):
                by_text[framework].add(criterion)
        labels = [row[c] for row in table.rows for c in _label_columns(table) if row[c]]
        labels += [table.sheet.rows[table.header.last][column] for column in table.questions]
        references |= {found for text in labels if (found := known.reference(text) or known.glued(text))}
    counted = [
        (len(by_text[f.id]), len(by_text[f.id] | references.intersection(f.criteria)), f) for f in known.frameworks
    ]
    counted.sort(key=lambda each: (-each[0], -each[1], each[2].id))
    return tuple((f.id, both, len(f.criteria)) for _, both, f in counted if both)


def _label_columns(table: Table) -> list[int]:
    apart = {*table.names, *table.questions}
    answers = {c for c, g in table.header.guesses.items() if g.field not in {"criterion", "summary"}}
    return [column for column in range(len(table.sheet.rows[0])) if column not in apart | answers]


def _unread(sheets: Iterable[TextSheet], tables: Iterable[Table], columns: Iterable[ProposedColumn]) -> list[str]:
    with_table = {table.sheet.name for table in tables}
    told = [
        f'the column "{each.text or "without a header"}" ({each.place}), {cells} filled cells'
        for each in columns
        if (not each.is_active or each.field == "ignored") and (cells := len(each.column.cells))
    ]
    rest = Counter({sheet.name: sum(1 for _ in sheet.filled()) for sheet in sheets if sheet.name not in with_table})
    told += [f'the sheet "{name}" but for its labels, {cells} filled cells' for name, cells in rest.items() if cells]
    return told
