"""Which answers were corrected after they were received: said and listed, so that nobody takes them for as sent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from toolkit.document import Heading, Text, day, tabulate
from toolkit.reports.bases import single
from toolkit.reports.returned import lead_words
from toolkit.reports.sentences import counted

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Block
    from toolkit.reports.source import Source

_FIELDS = {"rating": "Rating", "evidence": "Evidence", "action": "Action", "lead": "Lead", "target_date": "Target date"}
_LONGEST = 80


def corrected_answers(source: Source, area: str | None = None, standard: str | None = None) -> tuple[Block, ...]:
    """How many answers of this page were corrected, and each of them where the audience is internal; else ().

    Leads are not named, only whether there is one.
    """
    frame = _of_page(source, area, standard)
    if not len(frame):
        return ()
    answers = len(frame.drop_duplicates(["organisation_id", "criterion"]))
    blocks: tuple[Block, ...] = (
        Heading("Corrected answers", 3),
        Text(
            f"{counted(answers, 'answer')} {'was' if answers == 1 else 'were'} corrected after the return was "
            "received. The figures count what stands there now; the returned workbooks are kept as they came."
        ),
    )
    if source.audience != "internal":
        return blocks
    columns = [
        ("organisation", "Organisation"),
        ("criterion", "Criterion"),
        ("what", "What"),
        ("before", "Before"),
        ("after", "After"),
        ("why", "Why"),
        ("on", "On"),
    ]
    basis = single(area=area, standard=standard)
    caption = "Answers corrected since they were received"
    return (*blocks, tabulate(caption, _records(source, frame), columns, basis=basis))


def corrected_note(source: Source, answers: pd.DataFrame) -> tuple[str, ...]:
    """A note for a table of answers that names those of them that were corrected; () where none was.

    Args:
        source: what to read.
        answers: rows with `organisation_id` and `criterion`.
    """
    corrected = {(one.organisation_id, one.criterion) for one in _of_page(source, None, None).itertuples()}
    names = _names(source)
    found = [
        f"{names[str(one.organisation_id)]}, {one.criterion}"
        for one in answers.itertuples()
        if (one.organisation_id, one.criterion) in corrected
    ]
    return (f"Corrected since the return was received: {'; '.join(found)}.",) if found else ()


def _of_page(source: Source, area: str | None, standard: str | None) -> pd.DataFrame:
    """The cycle's corrections of one area or standard, in the order of organisations and criteria."""
    frame = source.snapshot.corrections
    frame = frame[frame["cycle"] == source.cycle.id]
    if area is not None:
        served = dict(zip(source.organisations["organisation_id"], source.organisations["areas"], strict=True))
        frame = frame[[area in str(served[each]).split("; ") for each in frame["organisation_id"]]]
    if standard is not None:
        criteria = {each.criterion for each in source.standard(standard).criteria}
        frame = frame[[each in criteria for each in frame["criterion"]]]
    return frame


def _records(source: Source, frame: pd.DataFrame) -> list[dict[str, str]]:
    names = _names(source)
    return [
        {
            "organisation": names[str(one["organisation_id"])],
            "criterion": str(one["criterion"]),
            "what": _FIELDS[str(one["field"])],
            "before": _shown(source, str(one["field"]), str(one["was"])),
            "after": _shown(source, str(one["field"]), str(one["value"])),
            "why": _cut(str(one["why"])),
            "on": day(dt.datetime.fromisoformat(str(one["at"]))),
        }
        for one in frame.to_dict("records")
    ]


def _shown(source: Source, field: str, value: str) -> str:
    if field == "rating":
        return source.rating_words.get(value, value)
    if field == "lead":
        import pandas as pd

        return lead_words(pd.Series([value]))[0]
    if field == "target_date" and value:
        return day(dt.date.fromisoformat(value))
    return _cut(value) or "empty"


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _names(source: Source) -> dict[str, str]:
    return dict(zip(source.organisations["organisation_id"], source.organisations["organisation"], strict=True))
