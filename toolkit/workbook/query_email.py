"""The covering e-mail of a query workbook as plain text: to whom, what was received, what is asked, by when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.document import day
from toolkit.layouts import query_texts
from toolkit.records import Outcome
from toolkit.workbook.content import plain

if TYPE_CHECKING:
    import datetime as dt

    from toolkit.workbook.query_content import Letter

_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")


def covering_email(letter: Letter, workbook: str) -> str:
    """The text of the e-mail to an organisation's lead; every line of it ends with a line feed.

    Args:
        letter: what is asked.
        workbook: the name of the query workbook that goes with it.
    """
    texts = query_texts().email
    about, organisation = letter.settings.project, letter.organisation
    received_on = letter.receipt.received_at.date() if letter.receipt.received_at else None
    details = {
        "name": _line(organisation.lead_name),
        "organisation": _line(organisation.name),
        "cycle": letter.cycle.id,
        "framework": _line(letter.framework.title),
        "file": _line(letter.receipt.file),
        "received_on": day(received_on) if received_on else "",
        "count": letter.count,
        "weights": letter.weights,
        "workbook": workbook,
        "contact": _line(about.contact),
        "deadline": day(letter.cycle.deadline),
    }
    said = {key: text.format_map(details) for key, text in texts.items()}
    waiting = [said["waiting"]] if letter.receipt.outcome is Outcome.HELD else []
    paragraphs = [
        "\n".join((f"To: {_recipient(letter)}", f"Subject: {said['subject']}", said["attachment"])),
        said["greeting"] if organisation.lead_name else said["greeting_without"],
        " ".join((said["received"], *waiting)),
        f"{said['count']} {said['attached']}",
        said["by"] if _in_time(received_on, letter.cycle.deadline) else said["soon"],
        said["help"],
        *([said["synthetic"]] if about.synthetic else []),
        f"{_line(about.office)}\n{letter.marking}",
    ]
    return "\n\n".join(paragraphs) + "\n"


def _recipient(letter: Letter) -> str:
    """The lead's name and address, as far as they are known."""
    name, address = _line(letter.organisation.lead_name), _line(letter.organisation.lead_email)
    if not _ADDRESS.fullmatch(address):
        return f"{name or _line(letter.organisation.name)} (address unknown)"
    return f"{name} <{address}>".strip()


def _in_time(received_on: dt.date | None, deadline: dt.date) -> bool:
    """Whether the deadline of the audit was still to come when the return was received."""
    return received_on is not None and received_on < deadline


def _line(text: str) -> str:
    """A text on one line, so that it can put no line of its own into the e-mail."""
    return " ".join(plain(text).split())
