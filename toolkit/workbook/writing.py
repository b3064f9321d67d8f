"""Write one organisation's audit workbook as bytes: the same input gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from xlsxwriter.workbook import Workbook

from toolkit.layouts import load_layout
from toolkit.workbook.content import Content, plain
from toolkit.workbook.cover import write_cover
from toolkit.workbook.data_set import write_data_set
from toolkit.workbook.guidance import write_guidance
from toolkit.workbook.sheet import FONT, FONT_SIZE, Styles
from toolkit.workbook.standard import write_standard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.catalogue import Framework, Scale
    from toolkit.project import Cycle, Settings
    from toolkit.records import Organisation, Response


def audit_workbook(  # noqa: PLR0917 - the agreed order of the contract's seven values
    framework: Framework,
    scale: Scale,
    organisation: Organisation,
    cycle: Cycle,
    settings: Settings,
    answers: Mapping[str, Response] | None = None,
    cover_answers: Mapping[str, str] | None = None,
    *,
    data_set_answers: Mapping[str, tuple[str | int | dt.date, str]] | None = None,
) -> bytes:
    """An .xlsx audit workbook for one organisation.

    Args:
        framework: what is asked; only what applies to the organisation is printed (`catalogue.asked`).
        scale: the answers that the rating list offers.
        organisation: a line of the register; its name, areas, tiers and lead fill the cover.
        cycle: the audit round; its issue date is the workbook's creation date.
        settings: marking, office, contact, area codes; `synthetic` is printed on every sheet.
        answers: criterion to response, to fill in answer cells beforehand. What the sender wrote goes before what was
            read; where nothing was written, the label of the first level with that rating.
        cover_answers: cover key of the layout to text (dates as ISO 8601), laid over what the register says.
        data_set_answers: measure of the data set to total (or first or last day) and notes.

    Returns:
        The file's bytes, equal for equal arguments: times are the cycle's issue date, text is never a formula.
    """
    content = Content(
        framework,
        scale,
        organisation,
        cycle,
        settings,
        load_layout(),
        answers or {},
        cover_answers or {},
        data_set_answers or {},
    )
    stream = io.BytesIO()
    book = Workbook(stream, options())
    _describe(book, content)
    styles = Styles(book)
    write_cover(book, content, styles)
    write_guidance(book, content, styles)
    for part in content.sheets:
        write_standard(book, content, part, styles)
    if content.has_data_set:
        write_data_set(book, content, styles)
    _write_identity(book, content)
    book.close()
    return stream.getvalue()


def options() -> dict[str, object]:
    """XlsxWriter's options, made anew for each workbook because it writes into them."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": FONT_SIZE},
    }


def _describe(book: Workbook, content: Content) -> None:
    about = content.settings.project
    book.set_size(1500, 900)
    book.set_properties(
        {
            "title": plain(f"{about.name}: audit workbook {content.cycle.id}, {content.organisation.name}"),
            "subject": content.framework.title,
            "author": about.office,
            "company": about.office,
            "category": content.marking,
            "keywords": f"{content.framework.id}, {content.cycle.id}",
            "comments": content.layout.texts.synthetic if about.synthetic else "",
            "created": dt.datetime.combine(content.cycle.issued, dt.time()),
        }
    )


def _write_identity(book: Workbook, content: Content) -> None:
    """The identity in its three places: document property, defined name, very hidden sheet."""
    places, line = content.layout.identity, content.identity.as_text()
    book.set_custom_property(places.property, line, "text")
    book.define_name(places.defined_name, f'="{line}"')
    sheet = book.add_worksheet(content.layout.sheets.identity)
    sheet.write_string(0, 0, line)
    sheet.protect("")
    sheet.very_hidden()
