"""An unknown workbook looked at before anything is decided: a proposed layout, and what would be read with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import yaml

from toolkit.errors import FileAccessError
from toolkit.intake.guards import inspect
from toolkit.intake.parsing import parse, prepare
from toolkit.intake.parsing.opening import open_sheets
from toolkit.intake.parsing.text import as_text, is_empty
from toolkit.intake.queries import reason
from toolkit.layouts import ForeignLayout
from toolkit.layouts.drafting import Draft, TextSheet, as_yaml, know, propose
from toolkit.records import Outcome, Rating
from toolkit.store import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from toolkit.intake.guards import Inspection
    from toolkit.intake.parsing import ParsingContext, Reading
    from toolkit.project import Project


@dataclass(frozen=True, slots=True)
class Line:
    """One response as it would be read; `rating` is "" where the draft does not declare the word."""

    organisation: str
    criterion: str
    written: str
    rating: str
    place: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be read with a draft.

    `hindrance` says why nothing can be read with it yet; "" where it can. `queries` counts the
    queries there would be, by code. `supposing` is the header of a column that is not sure to be the rating's; what
    is previewed then is what would be read if it were.
    """

    organisations: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    queries: tuple[tuple[str, int], ...] = ()
    hindrance: str = ""
    supposing: str = ""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft for a file: the layout file's text, the proposal, the preview; and the layout that reads it already.

    `stands` is what became of the file in the project, such as `held`; "" where it was never received.
    """

    sha256: str
    text: str
    draft: Draft
    preview: Preview
    already: str = ""
    stands: str = ""
    layout: ForeignLayout | None = field(default=None, compare=False)


def draft_layout(project: Project, path: Path, layout_id: str, source: str) -> Drafted:
    """Propose a layout for a workbook, and read it with that.

    Args:
        project: whose layouts, frameworks, scales and register it is compared with.
        path: the file.
        layout_id: what the layout is to be called.
        source: what the file is called in the proposal.

    Raises:
        FileAccessError: the guard does not let the file in, it cannot be read, or it has no table.
        CatalogueError, ProjectError: a file of the project is wrong.
    """
    inspection = inspect(path)
    if not inspection.ok:
        told = reason(inspection.reason_code, file=path.name, found=inspection.found, expected=inspection.expected)
        raise FileAccessError(f"{path.name} is not opened. {told.partition(': ')[2]}")
    context = prepare(project)
    sheets = _sheets(inspection, path.name)
    names = [name for each in context.organisations for name in (each.name, *each.aliases)]
    draft = propose(sheets, know(project.root, names, project.settings.area_codes, without=layout_id))
    if draft.headless:
        raise FileAccessError(
            f"{path.name} names criteria from {draft.headless} on, but no row above them has headers by which its "
            "columns could be told apart; write a header over each column in a copy, and draft a layout for that."
        )
    if not draft.shape:
        raise FileAccessError(
            f"{path.name} has no table in which answers stand beside criteria, so no layout can be drafted for it; "
            "check that it is the right file, or ask its sender for the audit workbook."
        )
    text = as_yaml(draft, layout_id, source)
    layout = ForeignLayout.model_validate(yaml.safe_load(text))
    preview = _preview(inspection, layout, draft, context)
    already = _already(inspection, context, layout_id)
    return Drafted(inspection.sha256, text, draft, preview, already, _stands(project, inspection.sha256), layout)


def _stands(project: Project, sha256: str) -> str:
    """What became of the file in the project: `held` where any of its returns is."""
    with open_store(project, create=False) as store:
        outcomes = [receipt.outcome for receipt in store.receipts_of(sha256)]
    return str(Outcome.HELD if Outcome.HELD in outcomes else outcomes[0]) if outcomes else ""


def _sheets(inspection: Inspection, name: str) -> tuple[TextSheet, ...]:
    try:
        sheets = open_sheets(inspection)
    except Exception as error:
        raise FileAccessError(
            f"{name} cannot be read ({type(error).__name__}: {error}); open it, save it anew and try again."
        ) from error
    return tuple(
        TextSheet(
            sheet.name, tuple(tuple("" if is_empty(cell) else as_text(cell) for cell in row) for row in sheet.rows)
        )
        for sheet in sheets
        if sheet.rows and sheet.rows[0]
    )


def _already(inspection: Inspection, context: ParsingContext, layout_id: str) -> str:
    """The layout with which the file is read as things are; "" where it is held because no layout fits."""
    others = tuple(each for each in context.foreign if each.id != layout_id)
    readings = _read(inspection, replace(context, foreign=others, readers={}), "")
    if not isinstance(readings, str) and (first := readings[0]).has_table and not first.hold:
        return first.return_.layout.partition(",")[0]
    return ""


def _preview(inspection: Inspection, layout: ForeignLayout, draft: Draft, context: ParsingContext) -> Preview:
    if draft.hindrance:
        hindrance, supposed = f"say which {draft.hindrance}", draft.supposed()
        if supposed is None:
            return Preview(hindrance=hindrance)
        layout = ForeignLayout.model_validate(yaml.safe_load(as_yaml(supposed[1], layout.id, "")))
        return replace(
            _preview(inspection, layout, replace(supposed[1], hindrance=""), context),
            hindrance=hindrance,
            supposing=supposed[0],
        )
    readable = layout.model_copy(update={"todo": ()})
    readings = _read(inspection, replace(context, foreign=(readable,), readers={}), layout.id)
    if isinstance(readings, str):
        return Preview(hindrance=readings)
    return _told(readings)


def _read(inspection: Inspection, context: ParsingContext, layout_id: str) -> Sequence[Reading] | str:
    """The readings, or a sentence on why there are none."""
    try:
        return parse(inspection, context, layout=layout_id)
    except Exception as error:  # noqa: BLE001 - as in receiving, bad data is told, not raised
        return f"the reader stopped at something it cannot read ({type(error).__name__}: {error})"


def _told(readings: Sequence[Reading]) -> Preview:
    lines, codes = [], Counter[str]()
    for reading in readings:
        codes.update(query.code for query in reading.return_.queries)
        for each in reading.return_.responses:
            if each.rating_as_written or each.rating is not Rating.BLANK:
                rating = "" if each.rating is Rating.UNREADABLE else str(each.rating)
                place = f"{each.sheet}, {each.cell}" if each.cell else ""
                lines.append(Line(reading.return_.organisation, each.criterion, each.rating_as_written, rating, place))
    held = [reading.hold for reading in readings if reading.hold]
    hindrance = ""
    if not lines:
        hindrance = f"no rating was found with it{f' ({held[0]})' if held else ''}"
    names = tuple(dict.fromkeys(r.return_.organisation for r in readings if r.return_.organisation))
    return Preview(names, tuple(lines), tuple(sorted(codes.items())), hindrance)
