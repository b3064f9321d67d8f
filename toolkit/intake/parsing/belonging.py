"""Whose workbook it is, which cycle it answers and with which scale it was printed; nothing is decided by a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.catalogue import load_scale
from toolkit.errors import CatalogueError
from toolkit.intake.parsing.ratings import Doubt, RatingReader
from toolkit.intake.parsing.recognising import cycles_by_content
from toolkit.intake.parsing.text import as_text, fold
from toolkit.intake.queries import query
from toolkit.layouts import identity_in_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.catalogue import Scale
    from toolkit.intake.parsing.context import CycleContext, ParsingContext
    from toolkit.intake.parsing.cover import Cover
    from toolkit.intake.parsing.sheets import SheetRows
    from toolkit.intake.parsing.tables import SheetTable
    from toolkit.layouts import Identity, IdentityReading
    from toolkit.records import Query

_RATINGS_HEADER = ("rating", "what it means")
_HEADER_BY_ROW = 40


@dataclass(slots=True)
class Belonging:
    """What a workbook says about itself.

    `identity` is the first that was found. `organisation` is the name to look up in the register: the cover's, or what
    contradicts the identity. `cycle` is None where the project has none, or nobody can tell which.
    """

    identity: Identity | None
    organisation: str
    cycle: CycleContext | None = None
    is_uncertain: bool = False
    doubts_scale: bool = False
    queries: list[Query] = field(default_factory=list)


def belonging(
    said: IdentityReading,
    cover: Cover,
    tables: Sequence[SheetTable],
    others: Sequence[SheetRows],
    context: ParsingContext,
) -> Belonging:
    """Bring together the identity, the covers and the printed lines; whatever contradicts stops the return.

    Args:
        said: the identity in the places of the file.
        cover: what the covers say.
        tables: the tables, with the lines printed above them.
        others: the sheets without a table, on any of which an identity may stand.
        context: cycles and register of the project.
    """
    on_sheets = [identity for sheet in others if (identity := identity_in_rows(sheet.rows)) is not None]
    identities = list(dict.fromkeys((*said.found.values(), *on_sheets)))
    found = Belonging(identities[0] if identities else None, cover.texts.get("organisation", ""))
    if len(identities) > 1:
        ids = ", ".join(f"{each.organisation_id} {each.cycle}" for each in identities)
        found.queries.append(query("identity-conflict", found=ids, expected="one organisation and cycle"))
        found.doubts_scale = len({each.scale for each in identities}) > 1
    _settle_organisation(found, identities, cover, tables, context)
    _settle_cycle(found, identities, tables, context)
    return found


def _settle_organisation(
    found: Belonging,
    identities: Sequence[Identity],
    cover: Cover,
    tables: Sequence[SheetTable],
    context: ParsingContext,
) -> None:
    """Compare everybody who is named; where two are not the same, give their names as one, which no register has."""
    ids = list(dict.fromkeys(each.organisation_id.casefold() for each in identities))
    own = frozenset(ids[:1]) if ids and ids[0] in context.registered else None
    names = [context.registered.get(each, each) for each in ids]
    contradicts = len(ids) > 1
    for name in cover.organisations:
        own = own or context.called(name)
        if not own & context.called(name):
            contradicts = True
        names.append(name)
    reported: set[str] = set()
    for table in tables:
        for line, cell in table.lines:
            called = context.called(line.organisation)
            own = own or called
            if own & called or line.organisation in reported:
                continue
            reported.add(line.organisation)
            place = {"sheet": table.sheet, "cell": cell}
            expected = names[0] if names else "one organisation"
            found.queries.append(query("sheet-of-another", found=line.organisation, expected=expected, **place))
            names.append(line.organisation)
            contradicts = True
    registered = bool(ids) and ids[0] in context.registered
    if contradicts and (registered or not found.organisation or context.knows(found.organisation)):
        different = list(dict.fromkeys(names))
        found.organisation = " and ".join(different[1:] if registered else different)


def _settle_cycle(
    found: Belonging, identities: Sequence[Identity], tables: Sequence[SheetTable], context: ParsingContext
) -> None:
    """The cycle of the identity, else of the printed lines, else of the rows; none where these contradict."""
    told = {(each.cycle, each.framework) for each in identities}
    if len(told) > 1:
        found.is_uncertain = True
        return
    printed = {line.cycle: (table.sheet, cell) for table in reversed(tables) for line, cell in reversed(table.lines)}
    fitting: tuple[CycleContext, ...] = ()
    if found.identity is not None:
        named = context.cycle(found.identity.cycle)
        fitting = (named,) if named and named.asking.framework.id == found.identity.framework else ()
        wanted = {found.identity.cycle}
    else:
        fitting = cycles_by_content(tables, context)
        wanted = set(printed)
        if len(printed) == 1:
            (only,) = printed
            frameworks = {cycle.asking.framework.id for cycle in fitting}
            named = context.cycle(only)
            wanted = {only} if named and named.asking.framework.id in frameworks else set()
            fitting = (named,) if named and wanted else fitting
        elif printed:
            wanted = {min(printed)}
    others = [cycle for cycle in printed if cycle not in wanted]
    for cycle in others:
        sheet, cell = printed[cycle]
        expected = ", ".join(sorted(wanted)) or ", ".join(each.cycle for each in fitting or context.cycles)
        found.queries.append(query("sheet-of-another-cycle", sheet=sheet, cell=cell, found=cycle, expected=expected))
    if len(fitting) > 1:
        frameworks_found = ", ".join(cycle.asking.framework.short_title for cycle in fitting)
        found.queries.append(query("framework-uncertain", found=frameworks_found, expected="one framework"))
    found.is_uncertain = bool(others) or len(fitting) > 1
    if not found.is_uncertain and fitting:
        found.cycle = fitting[0]


def ratings_of(
    found: Belonging, cycle: CycleContext, others: Iterable[SheetRows], context: ParsingContext
) -> RatingReader:
    """The reader of the scale that was printed in the workbook, with as much doubt as there is about it."""
    named = found.identity.scale if found.identity is not None and not found.doubts_scale else ""
    if named == cycle.scale.id:
        return context.ratings(cycle.scale)
    if named:
        try:
            return context.ratings(load_scale(named, context.root))
        except CatalogueError:
            found.queries.append(query("scale-unknown", found=named, expected=cycle.scale.id))
            return context.ratings(cycle.scale, Doubt.SCALE)
    printed = [table for sheet in others if (table := _printed_ratings(sheet))]
    own = {(as_text(level.label), fold(level.meaning)) for level in cycle.scale.levels}
    if any(table != own for table in printed) or found.doubts_scale:
        found.queries.append(query("scale-differs", expected=", ".join(level.label for level in cycle.scale.levels)))
        return context.ratings(cycle.scale, Doubt.SCALE)
    if not printed and _has_nought(cycle.scale):
        return context.ratings(cycle.scale, Doubt.NOUGHT)
    return context.ratings(cycle.scale)


def _has_nought(scale: Scale) -> bool:
    return scale.level("0") is not None


def prints_ratings(sheet: SheetRows) -> bool:
    """Whether a sheet explains the ratings as the guidance of an issued workbook does."""
    return bool(_printed_ratings(sheet))


def _printed_ratings(sheet: SheetRows) -> set[tuple[str, str]]:
    """The ratings and their meanings as the guidance prints them; nothing where the sheet is not the guidance."""
    for number, row in enumerate(sheet.rows[:_HEADER_BY_ROW]):
        for column, (left, right) in enumerate(pairwise(row)):
            if (fold(as_text(left)), fold(as_text(right))) == _RATINGS_HEADER:
                table = set()
                for cells in sheet.rows[number + 1 :]:
                    if not as_text(cells[column]):
                        break
                    table.add((as_text(cells[column]), fold(as_text(cells[column + 1]))))
                return table
    return set()
