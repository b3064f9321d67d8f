"""Sections about actions: what is overdue, what is due, and what became of those of the last cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import comparison, tables
from toolkit.document import Blocks, Column, Table, Text
from toolkit.reports.returned import lead_words
from toolkit.reports.sentences import are, capital, counted, day, excerpt, have, listed, out_of

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.reports.source import Source

OVERDUE, SOON, LATER, NO_DATE = "overdue", "due within 3 months", "later", "no date"
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
            ("date passed, criterion met", "past the date with the criterion met"),
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
                    ("due", "Due"),
                    ("target_date", "Date"),
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
        sentence += " None can be followed to an answer in this cycle."
    rows = tuple(
        (words, int(counts[result]), int(counts[result]) / len(frame)) for result, words in _RESULTS if result in counts
    )
    columns = (Column("What became of it"), Column("Actions", "count"), Column("Share of all", "share"))
    still = frame[(frame["result"] == "still open")]
    return Blocks(
        (
            Text(sentence),
            Table(f"Actions of the {source.before.id} cycle, reviewed", columns, rows),
            tables.action_table(
                f"Actions of the {source.before.id} cycle whose criterion is not yet met",
                _shown(still),
                [
                    ("organisation", "Organisation"),
                    ("criterion", f"Criterion in {source.before.id}"),
                    ("action", "Action"),
                    ("target_date", "Date"),
                    ("now", f"Criterion in {source.cycle.id}"),
                ],
                most=10,
                empty="None.",
            ),
        )
    )


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame for readers: leads without names, long texts cut."""
    return frame.assign(
        lead=lead_words(frame["lead"]),
        action=[excerpt(text, 160) for text in frame["action"]],
    )
