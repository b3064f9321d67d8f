"""Sections about actions: what is overdue, what is due, and what became of those of the last cycle."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from toolkit import comparison, tables
from toolkit.document import Basis, Blocks, Column, KeyFigure, Table, Text, day
from toolkit.records import Priority
from toolkit.reports.bases import single
from toolkit.reports.changing import crosswalk_drawn, no_change_reason
from toolkit.reports.returned import lead_words
from toolkit.reports.sentences import are, capital, counted, excerpt, have, listed

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import ColumnSpec
    from toolkit.reports.source import Source

    Results = Counter[tuple[str, str, bool]]

OVERDUE, SOON, LATER, NO_DATE = "overdue", "due within 3 months", "later", "no date"
PASSED = "date passed, criterion met"
MET, OPEN = "now met", "still open"
_RESULTS = (
    (MET, True, "Criterion met now"),
    (OPEN, True, "Criterion not yet met"),
    (MET, False, "A related criterion met now"),
    (OPEN, False, "A related criterion not yet met"),
    ("not answered", None, "Asked again, not answered"),
    ("no longer applies", None, "No longer applies"),
    ("no return this cycle", None, "No return this cycle"),
    ("no counterpart", None, "Not asked any more"),
)
"""Results in the order in which they are shown; over links without a trend "met" speaks of a related criterion only."""

RESULT_WORDS = {
    (result, same): words
    for result, comparable, words in _RESULTS
    for same in ((True, False) if comparable is None else (comparable,))
}
"""What the reports call a result, over a link with a trend (True) or without one."""


def due_counts(frame: pd.DataFrame) -> dict[str, int]:
    """How many actions have each due status."""
    return {str(status): int(number) for status, number in frame["due"].value_counts().items()}


def overdue_figure(counts: dict[str, int], *, area: str | None = None, standard: str | None = None) -> KeyFigure:
    """Actions overdue of all actions, as a headline figure."""
    every = sum(counts.values())
    return KeyFigure(
        "Actions overdue",
        f"{counts.get(OVERDUE, 0):,}",
        f"of {counted(every, 'action')}" if every else "none recorded",
        basis=Basis.of("actions", "overdue share", area=area, standard=standard),
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
                    *_action_column(source),
                    ("lead", "Lead"),
                ],
                rest=source.rest,
                notes=_not_shown(source, pressing),
                empty="No action is overdue or due within three months.",
                basis=single("actions", area=area, standard=standard),
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
                basis=Basis.of(
                    "actions",
                    rows={"Standard": "standard"},
                    columns={
                        "Overdue": OVERDUE,
                        "Within three months": SOON,
                        "Later": LATER,
                        "No date": NO_DATE,
                        "Date passed, met": PASSED,
                        "All": "actions",
                    },
                ),
            ),
            tables.action_table(
                "Overdue actions on essential criteria, longest overdue first",
                _shown(urgent),
                [
                    ("target_date", "Due"),
                    ("organisation", "Organisation"),
                    ("criterion", "Criterion"),
                    *_action_column(source),
                    ("lead", "Lead"),
                ],
                most=10,
                rest=source.rest,
                notes=_not_shown(source, urgent),
                empty="No action on an essential criterion is overdue.",
                basis=single("actions"),
            ),
        )
    )


def previous_actions(source: Source) -> Blocks:
    """What became of the actions recorded in the cycle before."""
    if source.before is None:
        return Blocks((Text("This is the first cycle, so there are no earlier actions to review."),))
    before = source.before.id
    if not (source.snapshot.returns["cycle"] == before).any():
        return Blocks((Text(f"The snapshot holds no return of the {before} cycle, so no earlier action is known."),))
    frame = comparison.previous_actions(source.snapshot, source.cycle.id)
    if not len(frame):
        return Blocks((Text(f"No action was recorded in the {before} cycle."),))
    sentence = f"{capital(counted(len(frame), 'action'))} {are(len(frame))} on record from the {before} cycle."
    if not crosswalk_drawn(source):
        return Blocks((Text(f"{sentence} {no_change_reason(source)}"),))
    counts = _counts(frame)
    rows = []
    for result, comparable, words in _RESULTS:
        number = _number(counts, result, comparable)
        if number:
            rows.append((words, number, number / len(frame)))
    columns = (
        Column("What became of it"),
        Column("Actions", "count"),
        Column(f"Share of {counted(len(frame), 'action')}", "share"),
    )
    names = [column.name for column in columns]
    basis = Basis.of(
        "earlier actions", rows={names[0]: "state"}, columns={names[1]: "actions", names[2]: "share of table"}
    )
    return Blocks(
        (
            Text(f"{sentence} {_followed_sentence(counts)}"),
            Table(f"Actions of the {before} cycle, reviewed", columns, tuple(rows), basis=basis),
            _previous_by_standard(source, counts),
        )
    )


def _counts(frame: pd.DataFrame) -> Results:
    """How many earlier actions of each standard had each result, over links with a trend and without one."""
    columns = (frame[name].to_list() for name in ("standard", "result", "comparable"))
    return Counter(zip(*columns, strict=True))


def _number(
    counts: Results, result: str | None = None, comparable: bool | None = None, standard: str | None = None
) -> int:
    """How many of these actions had this result, over links with a trend (True) or without one (False); None: any."""
    return sum(
        number
        for (its_standard, its_result, its_links), number in counts.items()
        if standard in {None, its_standard} and result in {None, its_result} and comparable in {None, its_links}
    )


def _followed_sentence(counts: Results) -> str:
    """How many actions can be followed to an answer, those on the same criterion apart from those on a related one."""
    (met, same), (related_met, related) = (
        (_number(counts, MET, comparable), sum(_number(counts, result, comparable) for result in (MET, OPEN)))
        for comparable in (True, False)
    )
    sentences = []
    if same:
        sentences.append(
            f"Of {counted(same, 'action')} whose criterion still asks the same or less and was answered, {met:,} "
            f"{are(met)} now met."
        )
    if related:
        sentences.append(
            f"For {counted(related, 'other' if same else 'action')} only a related criterion can be checked; "
            f"{related_met:,} of these {are(related_met)} met."
        )
    return " ".join(sentences) or "They cannot be followed to an answer in this cycle."


def _previous_by_standard(source: Source, counts: Results) -> Table:
    """Actions of the cycle before by its standards, and how many of those followed to an answer are now met."""
    import pandas as pd

    before = source.before.id if source.before else ""
    framework = source.snapshot.framework(before)
    rows = []
    for one in framework.standards:
        every = _number(counts, standard=one.standard)
        if every:
            met, still, related_met, related_still = (
                _number(counts, result, comparable, one.standard)
                for comparable in (True, False)
                for result in (MET, OPEN)
            )
            rows.append(
                {
                    "standard": one.standard,
                    "title": one.title,
                    "actions": every,
                    "same": met + still,
                    "met": met,
                    "related": related_met + related_still,
                    "related_met": related_met,
                }
            )
    return tables.table(
        f"Actions of the {before} cycle by its standards",
        pd.DataFrame(rows),
        [
            ("standard", "Standard"),
            ("title", f"Title in {before}"),
            ("actions", "Actions", "count"),
            ("same", "Same criterion answered", "count"),
            ("met", "Same criterion met", "count"),
            ("related", "Related criterion answered", "count"),
            ("related_met", "Related criterion met", "count"),
        ],
        notes=[
            "Same: it asks the same as before, or less.",
            "Related: it asks more or partly something else, so meeting it does not show that the action was done.",
        ],
        basis=Basis.of(
            "earlier actions",
            rows={"Standard": "standard"},
            columns={
                "Actions": "actions",
                "Same criterion answered": "same criterion answered",
                "Same criterion met": "same criterion met",
                "Related criterion answered": "related criterion answered",
                "Related criterion met": "related criterion met",
            },
        ),
    )


def _action_column(source: Source) -> tuple[ColumnSpec, ...]:
    """The column with the actions as written, where the audience may read them."""
    return (("action", "Action"),) if source.shows_text else ()


def _not_shown(source: Source, frame: pd.DataFrame) -> tuple[str, ...]:
    """Why a table of actions does not say what they are."""
    if source.shows_text or not len(frame):
        return ()
    return ("What the actions are is not shown, because this edition does not show what organisations wrote.",)


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
