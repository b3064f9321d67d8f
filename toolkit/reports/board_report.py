"""The report to the board: one method per section of the template."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit import comparison, figures, tables
from toolkit.document import Basis, Blocks, Items, KeyFigures, Text, day
from toolkit.reports import acting, changing, gaps, method, returned
from toolkit.reports.bases import shares
from toolkit.reports.headline import headline, where_enough
from toolkit.reports.sentences import are, capital, counted, criteria, have, percent, percent_beside, standards
from toolkit.reports.source import Source, open_source

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from toolkit.document import Table
    from toolkit.scoring import Measures


_LISTED = 8
"""How many criteria a decision names one by one."""


_DIVES = 3
"""How many deep dives the board is told to start with."""


def open_report(snapshot: str | Path, cycle: str, audience: str = "internal") -> BoardReport:
    """Open the report to the board.

    Raises:
        ReportError: an audience that there is not, or that the snapshot was not made for.
        StoreError: the folder is not a sound snapshot.
        ProjectError: an unknown cycle.
    """
    return BoardReport(open_source(snapshot, cycle, audience))


@dataclass(frozen=True)
class BoardReport:
    """One cycle for the board, section by section."""

    source: Source

    def cover(self) -> Blocks:
        """Title, marking, data cut."""
        return self.source.cover("Report to the board", self.source.settings.project.name)

    def summary(self) -> Blocks:
        """One page: the headline figures and one sentence a subject, each computed."""
        measures = self._measures
        if not measures.returned:
            return Blocks((Text(returned.response_sentence(self.source)), Text("There are no results to report yet.")))
        choice = headline(self.source)
        due = acting.due_counts(self._actions)
        figures_ = (
            choice.figure(measures),
            gaps.essential_figure(self.source, self._essential),
            returned.returned_figure(measures),
            acting.overdue_figure(due),
        )
        sentences = [
            gaps.essential_sentence(self.source, self._essential),
            choice.sentence(measures),
            returned.response_sentence(self.source),
            self._compliance_sentence(),
            self._change_sentence(),
            acting.due_sentence(self.source, self._actions),
        ]
        return Blocks((KeyFigures(figures_), Items(tuple(sentence for sentence in sentences if sentence))))

    def responses(self) -> Blocks:
        """Response rate by area and by sector."""
        if not self._measures.expected:
            return Blocks((Text("No organisation is on the register."),))
        return Blocks(
            (
                Text(returned.response_sentence(self.source)),
                returned.response_chart(self.source, "area"),
                returned.response_chart(self.source, "sector"),
            )
        )

    def compliance(self) -> Blocks:
        """The share met, standard by standard."""
        if not self._measures.returned:
            return self._nothing_yet()
        frame, few = where_enough(self.source, self._standards)
        if not frame["share"].notna().any():
            return Blocks((Text(self._compliance_sentence()),))
        without = [str(one) for one in frame["standard"] if not self.source.has_essential(str(one))]
        note = (
            "The line through each bar runs from the lowest to the highest the share could be once every outstanding "
            f"answer is in. {few}".rstrip()
        )
        if without and self.source.has_essential():
            note += f" {capital(standards(without))} {have(len(without))} nothing essential; all answers count there."
        return Blocks(
            (
                Text(self._compliance_sentence()),
                figures.share_bars(
                    self._compliance_title(),
                    frame.assign(label=[f"Standard {number}" for number in frame["standard"]]),
                    "label",
                    heading="Standard",
                    measure=headline(self.source).measure,
                    caption=f"{headline(self.source).measure}, by standard",
                    note=note,
                    basis=shares(
                        "Standard", "standard", headline(self.source).measure, counted="essential by standard"
                    ),
                ),
                tables.table(
                    "What the standards are about",
                    frame.assign(title=[self.source.title_of(str(number)) for number in frame["standard"]]),
                    [("standard", "Standard"), ("title", "Title"), ("returned", "Returns counted", "count")],
                    basis=Basis.of(
                        rows={"Standard": "standard"},
                        columns={"Returns counted": "returned"},
                        counted="essential by standard",
                    ),
                ),
            )
        )

    def essential_gaps(self) -> Blocks:
        """Essential criteria that fewer than the threshold meet."""
        if not self._measures.returned:
            return self._nothing_yet()
        return gaps.essential_gaps(self.source)

    def change(self) -> Blocks:
        """Change since the last cycle."""
        return changing.change_by_standard(self.source)

    def previous_actions(self) -> Blocks:
        """What became of the actions of the cycle before."""
        return acting.previous_actions(self.source)

    def new_actions(self) -> Blocks:
        """Actions recorded in this cycle, counted by standard, and the most pressing ones."""
        return acting.actions_by_standard(self.source)

    def decisions(self) -> Blocks:
        """What the board is asked to decide, from what the figures show."""
        found = self._decisions()
        if not found:
            return Blocks((Text("The figures call for no decision at this meeting."),))
        return Blocks((Text("The board is asked to:"), Items(tuple(found), ordered=True)))

    def limits(self) -> Blocks:
        """Limits and method."""
        return method.limits_and_method(self.source)

    def next_steps(self) -> Blocks:
        """What happens next, from what is still open."""
        queried = self.source.queried
        outstanding = self._measures.expected - self._measures.returned
        steps = []
        if outstanding:
            steps.append(f"Remind the {counted(outstanding, 'organisation')} yet to return.")
        if queried:
            whose = "its sender" if queried == 1 else "their senders"
            steps.append(f"Settle the queries on {counted(queried, 'return')} with {whose}.")
        steps += self._deep_dives()
        if self._measures.returned:
            steps.append("Take the peer review's four lists to the areas and agree who follows up which.")
        steps.append("Make this report again at the next meeting, from the returns received by then.")
        return Blocks((Items(tuple(steps), ordered=True),))

    def appendix_areas(self) -> Blocks:
        """Every area by every standard."""
        if not self._measures.returned:
            return self._nothing_yet()
        every = comparison.area_by_standard(self.source.snapshot, self.source.cycle.id, "essential")
        frame, few = where_enough(self.source, every)
        order = f"Areas are {self.source.area_order}. An organisation that serves several counts in each."
        return Blocks(
            (
                tables.matrix_table(
                    f"{headline(self.source).measure} by standard and area",
                    frame,
                    "standard",
                    "area",
                    "Standard",
                    notes=(f"{gaps.answers_note(self.source)} {order} {few}".strip(),),
                    basis=Basis.of(
                        measure="share", rows={"Standard": "standard"}, across="area", counted="essential by standard"
                    ),
                ),
            )
        )

    def appendix_not_returned(self) -> Blocks:
        """Who has not returned."""
        return Blocks((Text(returned.response_sentence(self.source)), returned.missing_table(self.source)))

    def appendix_criteria(self) -> Blocks:
        """Every criterion with its share met."""
        if not self._measures.returned:
            return self._nothing_yet()
        every = comparison.by_criterion(self.source.snapshot, self.source.cycle.id, priority="essential")
        frame, few = where_enough(self.source, every)
        frame = frame.assign(share=gaps.shown_shares(self.source, frame["share"]))
        note = f"{gaps.answers_note(self.source)} {few}".strip()
        found: list[Table] = []
        for standard in self.source.framework.standards:
            part = frame[frame["standard"] == standard.standard]
            if len(part):
                label = [f"{one} {self.source.summary_of(one)}" for one in part["criterion"]]
                caption = f"Standard {standard.standard}: {standard.title}"
                notes = () if found else (note,)
                basis = shares("Criterion", "criterion", counted="essential by criterion", standard=standard.standard)
                found.append(
                    tables.share_table(
                        caption, part.assign(label=label), "label", "Criterion", notes=notes, basis=basis
                    )
                )
        return Blocks(tuple(found))

    def figures_from(self) -> Blocks:
        """Where the figures come from."""
        return method.provenance(self.source)

    @cached_property
    def _measures(self) -> Measures:
        return comparison.region(self.source.snapshot, self.source.cycle.id)

    @cached_property
    def _essential(self) -> pd.DataFrame:
        return comparison.essential_gaps(self.source.snapshot, self.source.cycle.id)

    @property
    def _gaps_only(self) -> pd.DataFrame:
        return self._essential[self._essential["status"] == "gap"]

    @cached_property
    def _actions(self) -> pd.DataFrame:
        return comparison.actions(self.source.snapshot, self.source.cycle.id)

    @cached_property
    def _standards(self) -> pd.DataFrame:
        return comparison.by_standard(self.source.snapshot, self.source.cycle.id, priority="essential")

    def _nothing_yet(self) -> Blocks:
        return Blocks((Text("No return has come in yet, so there is nothing to report."),))

    def _enough(self) -> pd.DataFrame:
        frame = self._standards
        return frame[(frame["n"] >= self.source.thresholds.too_few) & frame["share"].notna()]

    def _comparable(self) -> pd.DataFrame:
        """Those of them over the headline's answers: shares of all answers and of essential ones make no one range."""
        frame = self._enough()
        if not self.source.has_essential():
            return frame
        return frame[frame["standard"].map(self.source.has_essential).astype(bool)]

    def _compliance_sentence(self) -> str:
        frame = self._comparable()
        choice = headline(self.source)
        if not len(frame):
            return "There are too few answers to compare standards."
        thresholds = self.source.thresholds
        low, high = frame["share"].min(), frame["share"].max()
        if len(frame) == 1:
            row = frame.iloc[0]
            share = gaps.shown_share(self.source, int(row["met"]), int(row["applicable"]))
            return f"On standard {row['standard']} {share} of {choice.answers} are met; no other can be compared."
        if low == high:
            return f"On every standard {percent(low)} of {choice.answers} are met."
        fewest, most, weak, strong = (
            [str(one) for one in frame["standard"][chosen]]
            for chosen in (
                frame["share"] == low,
                frame["share"] == high,
                frame["share"] < thresholds.gap,
                frame["share"] >= thresholds.strength,
            )
        )
        lowest, highest = (percent_beside(one, thresholds.gap, thresholds.strength) for one in (low, high))
        found = (
            f"By standard, the share of {choice.answers} met runs from {lowest} ({standards(fewest)}) to {highest} "
            f"({standards(most)})."
        )
        if weak:
            found += f" {capital(standards(weak))} {are(len(weak))} under {percent(thresholds.gap)}."
        if strong:
            found += f" {capital(standards(strong))} {are(len(strong))} at {percent(thresholds.strength)} or more."
        return found

    def _compliance_title(self) -> str:
        frame = self._enough()
        if not len(frame):
            return "Too few answers to compare standards"
        strong = int((frame["share"] >= self.source.thresholds.strength).sum())
        weak = int((frame["share"] < self.source.thresholds.gap).sum())
        first = f"{strong} of {counted(len(frame), 'standard')}" if strong else "No standard"
        return (
            f"{first} {are(strong or 1)} at {percent(self.source.thresholds.strength)} or more; "
            f"{weak or 'none'} {are(weak or 1)} under {percent(self.source.thresholds.gap)}"
        )

    def _change_sentence(self) -> str:
        reason = changing.no_change_reason(self.source)
        if reason:
            return reason
        frame = comparison.change_by_standard(self.source.snapshot, self.source.cycle.id)
        return changing.change_sentence(self.source, frame) if len(frame) else ""

    def _deep_dives(self) -> list[str]:
        """Which deep dives to start with: standards under the threshold of a gap, or else those with essential gaps."""
        low = self._comparable()
        low = low[low["share"] < self.source.thresholds.gap].sort_values("share", kind="stable")
        if len(low):
            dives = "deep dive" if len(low) == 1 else "deep dives"
            under = f"fewer than {percent(self.source.thresholds.gap)} of {headline(self.source).answers} are met"
            first = f"Start with the {dives} into {standards(low['standard'].head(_DIVES))}"
            more = len(low) > _DIVES
            return [f"{first}, the lowest of {len(low)} where {under}." if more else f"{first}, where {under}."]
        focus = list(dict.fromkeys(self._gaps_only["standard"]))
        dives = "deep dive" if len(focus) == 1 else "deep dives"
        return [f"Start with the {dives} into {standards(focus)}, where the essential gaps are."] if focus else []

    def _decisions(self) -> list[str]:
        found = []
        found_gaps = list(self._gaps_only["criterion"]) if self._measures.returned else []
        if found_gaps:
            each = f"each of the {len(found_gaps)} criteria" if len(found_gaps) > 1 else f"criterion {found_gaps[0]}"
            found.append(f"name a lead and a date for {each} in the table under Essential gaps;")
        outstanding = self._measures.expected - self._measures.returned
        if outstanding:
            theirs = "its return, which was" if outstanding == 1 else "their returns, which were"
            found.append(
                f"ask the {counted(outstanding, 'organisation')} listed in the appendix for {theirs} due on "
                f"{day(self.source.cycle.deadline)};"
            )
        overdue = acting.due_counts(self._actions).get(acting.OVERDUE, 0)
        if overdue:
            found.append(f"ask the owners of {counted(overdue, 'overdue action')} to finish or give a new date;")
        bare = len(comparison.met_without_evidence(self.source.snapshot, self.source.cycle.id))
        if bare:
            found.append(f"ask for the evidence behind {counted(bare, 'answer')} rated met without any;")
        common = comparison.gaps(self.source.snapshot, self.source.cycle.id) if self._measures.returned else None
        shared = list(common["criterion"][common["kind"] == "common"]) if common is not None else []
        if shared:
            which = criteria(shared) if len(shared) <= _LISTED else f"the {len(shared)} that the peer review lists"
            found.append(f"agree regional work on gaps that areas share: {which};")
        return [*found[:-1], f"{found[-1].rstrip(';')}."] if found else []
