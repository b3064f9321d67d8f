"""Sections about actions: what is overdue, what is due, and what became of those of the last cycle."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from toolkit import comparison, tables
from toolkit.document import Blocks, Column, KeyFigure, Table, Text, day
from toolkit.records import Priority
from toolkit.reports.returned import lead_words
from toolkit.reports.sentences import are, capital, counted, excerpt, have, listed, out_of

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.reports.source import Source

OVERDUE, SOON, LATER, NO_DATE = "overdue", "due within 3 months", "later", "no date"
PASSED = "date passed, criterion met"
_RESULTS = (
    ("now met", "Met now"),
    ("still open", "Not yet met"),
    ("not answered", "Asked again, not answered"),
    ("no longer applies", "No longer applies"),
    ("no return this cycle", "No return this cycle"),
    ("no counterpart", "Not asked any more"),
)


def due_counts(frame: pd.DataFrame) -> dict[str, int]:
    """How many actions have each due status."""
    return {str(status): int(number) for status, number in frame["due"].value_counts().items()}


def overdue_figure(counts: dict[str, int]) -> KeyFigure:
    """Actions overdue of all actions, as a headline figure."""
    every = sum(counts.values())
    return KeyFigure(
        "Actions overdue", f"{counts.get(OVERDUE, 0):,}", f"of {counted(every, 'action')}" if every else "none recorded"
    )


def due_sentence(source: Source, frame: pd.DataFrame) -> str:
    """How many actions there are and when they are due, as at the data cut."""
    if not len(frame):
        return "No action is recorded."
    counts = due_counts(frame)
    parts = [
        f"{counts[status]:,} {are(counts[status])} {words}"
        for status, words in (
            (OVERDUE, "overdue"),
            (SOON, "due within three months"),
            (LATER, "due later"),
            (NO_DATE, "without a date"),
            (PASSED, "past the date with the criterion met"),
        )
        if counts.get(status)
    ]
    no_lead = int(frame["lead"].str.strip().eq("").sum())
    leads = f" {capital(counted(no_lead, 'action'))} {have(no_lead)} no lead." if no_lead else " Every one has a lead."
    return (
        f"{capital(counted(len(frame), 'action'))} {are(len(frame))} recorded: {listed(parts)}, as at "
        f"{day(source.snapshot.data_cut)}.{leads}"
    )


def actions_due(source: Source, *, standard: str | None = None, area: str | None = None) -> Blocks:
    """Actions overdue and due within three months, overdue first."""
    frame = comparison.actions(source.snapshot, source.cycle.id, standard, area)
    pressing = frame[frame["due"].isin((OVERDUE, SOON))]
    if not len(frame):
        return Blocks((Text("No action is recorded."),))
    return Blocks(
        (
            Text(due_sentence(source, frame)),
            tables.action_table(
                "Actions overdue and due within three months",
                _shown(pressing),
                [
                    ("when", "Due"),
                    ("organisation", "Organisation"),
                    ("criterion", "Criterion"),
                    ("priority", "Priority"),
                    ("action", "Action"),
                    ("lead", "Lead"),
                ],
                empty="No action is overdue or due within three months.",
            ),
        )
    )


def actions_by_standard(source: Source) -> Blocks:
    """How many actions there are in each standard and when they are due, and the overdue ones on essential criteria."""
    import pandas as pd

    frame = comparison.actions(source.snapshot, source.cycle.id)
    if not len(frame):
        return Blocks((Text("No action is recorded."),))
    statuses = (OVERDUE, SOON, LATER, NO_DATE, PASSED)
    counts = pd.crosstab(frame["standard"], frame["due"]).reindex(columns=list(statuses), fill_value=0)
    numbers = [one.standard for one in source.framework.standards if one.standard in counts.index]
    by_standard = counts.loc[numbers].reset_index()
    urgent = frame[(frame["due"] == OVERDUE) & (frame["priority"] == Priority.ESSENTIAL)]
    return Blocks(
        (
            Text(due_sentence(source, frame)),
            tables.table(
                "Actions by standard and when they are due",
                by_standard.assign(total=by_standard[list(statuses)].sum(axis=1)),
                [
                    ("standard", "Standard"),
                    (OVERDUE, "Overdue", "count"),
                    (SOON, "Within three months", "count"),
                    (LATER, "Later", "count"),
                    (NO_DATE, "No date", "count"),
                    (PASSED, "Date passed, met", "count"),
                    ("total", "All", "count"),
                ],
            ),
            tables.action_table(
                "Overdue actions on essential criteria, longest overdue first",
                _shown(urgent),
                [
                    ("target_date", "Due"),
                    ("organisation", "Organisation"),
                    ("criterion", "Criterion"),
                    ("action", "Action"),
                    ("lead", "Lead"),
                ],
                most=10,
                empty="No action on an essential criterion is overdue.",
            ),
        )
    )


def previous_actions(source: Source, area: str | None = None) -> Blocks:
    """What became of the actions recorded in the cycle before."""
    if source.before is None:
        return Blocks((Text("This is the first cycle, so there are no earlier actions to review."),))
    frame = comparison.previous_actions(source.snapshot, source.cycle.id, area)
    if not len(frame):
        return Blocks((Text(f"No action was recorded in the {source.before.id} cycle."),))
    counts = frame["result"].value_counts()
    met = int(counts.get("now met", 0))
    followed = int(sum(counts.get(result, 0) for result in ("now met", "still open")))
    sentence = (
        f"{capital(counted(len(frame), 'action'))} {are(len(frame))} on record from the {source.before.id} cycle."
    )
    if followed:
        sentence += (
            f" {out_of(followed, len(frame), 'action')} can be followed to an answer in this cycle; in {met:,} of "
            f"those {followed:,} the criterion is now met."
        )
    else:
        sentence += " They cannot be followed to an answer in this cycle."
    rows = tuple(
        (words, int(counts[result]), int(counts[result]) / len(frame)) for result, words in _RESULTS if result in counts
    )
    columns = (Column("What became of it"), Column("Actions", "count"), Column("Share of all", "share"))
    return Blocks(
        (
            Text(sentence),
            Table(f"Actions of the {source.before.id} cycle, reviewed", columns, rows),
            _previous_by_standard(source, frame),
        )
    )


def _previous_by_standard(source: Source, frame: pd.DataFrame) -> Table:
    """Actions of the cycle before by its standards, and how many of those that can be followed are now met."""
    import pandas as pd

    before = source.before.id if source.before else ""
    framework = source.snapshot.framework(before)
    every = frame["standard"].value_counts()
    met = frame["standard"][frame["result"] == "now met"].value_counts()
    still = frame["standard"][frame["result"] == "still open"].value_counts()
    rows = [
        {
            "standard": one.standard,
            "title": one.title,
            "actions": every[one.standard],
            "followed": met.get(one.standard, 0) + still.get(one.standard, 0),
            "met": met.get(one.standard, 0),
        }
        for one in framework.standards
        if one.standard in every.index
    ]
    return tables.table(
        f"Actions of the {before} cycle by its standards",
        pd.DataFrame(rows),
        [
            ("standard", "Standard"),
            ("title", f"Title in {before}"),
            ("actions", "Actions", "count"),
            ("followed", "Can be followed", "count"),
            ("met", "Criterion now met", "count"),
        ],
    )


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame for readers: leads without names, long texts cut."""
    dates = [day(dt.date.fromisoformat(text)) if text else "" for text in frame["target_date"]]
    overdue = [status == OVERDUE for status in frame["due"]]
    return frame.assign(
        target_date=dates,
        when=[f"{date} (overdue)" if late else date for date, late in zip(dates, overdue, strict=True)],
        lead=lead_words(frame["lead"]),
        action=[excerpt(text, 160) for text in frame["action"]],
    )
