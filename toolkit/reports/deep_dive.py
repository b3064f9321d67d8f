"""The deep dive into one standard: one method per section of the template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit import comparison, figures, tables
from toolkit.document import Basis, Blocks, KeyFigures, Note, Text
from toolkit.records import Priority
from toolkit.reports import acting, changing, groups, learning, method, people_counts, practice, returned
from toolkit.reports.bases import rating_counts, shares
from toolkit.reports.headline import count_figure, headline, where_enough
from toolkit.reports.sentences import (
    are,
    capital,
    counted,
    criteria,
    listed,
    out_of,
    percent,
    percent_beside,
)
from toolkit.reports.source import Source, open_source

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from toolkit.catalogue import Criterion, Standard
    from toolkit.document import Block
    from toolkit.reports.headline import Headline
    from toolkit.scoring import Measures

_NAMED = 3
"""How many criteria a chart's title names one by one."""

_PRIORITY_WORDS = {
    Priority.ESSENTIAL: "essential for",
    Priority.DESIRED: "desired of",
    Priority.RECOMMENDED: "recommended to",
    Priority.APPLIES: "asked, without a priority, of",
}


def open_report(snapshot: str | Path, cycle: str, standard: str, audience: str = "internal") -> DeepDive:
    """Open the deep dive into one standard.

    Raises:
        ReportError: an unknown standard or audience.
        StoreError: the folder is not a sound snapshot.
        ProjectError: an unknown cycle.
    """
    source = open_source(snapshot, cycle, audience)
    return DeepDive(source, source.standard(standard))


@dataclass(frozen=True)
class DeepDive:
    """One standard of one cycle, section by section."""

    source: Source
    standard: Standard

    def cover(self) -> Blocks:
        """Title, cycle, data cut, marking."""
        return self.source.cover(f"Deep dive: standard {self.standard.standard}", self.standard.title)

    def in_brief(self) -> Blocks:
        """The headline figures and what they say."""
        if not self._asked():
            return Blocks((Text("No organisation on the register is asked about this standard."),))
        if not self._answered():
            return self._nothing_yet()
        measures, choice, number = self._measures(), self._headline(), self.standard.standard
        frame = self._counted()
        low = self._low(frame)
        due = acting.due_counts(self._actions())
        figures_ = [
            choice.figure(measures, standard=number),
            returned.returned_figure(measures, standard=number),
            count_figure(
                f"Criteria under {percent(self.source.thresholds.gap)} met",
                len(low),
                int((frame["n"] >= self.source.thresholds.too_few).sum()),
                len(frame),
                ("criterion", "criteria"),
                basis=Basis.of(measure="gaps", counted="essential by criterion", standard=number),
            ),
            acting.overdue_figure(due, standard=number),
        ]
        return Blocks(
            (KeyFigures(tuple(figures_)), Text(" ".join((choice.sentence(measures), self._low_sentence(frame)))))
        )

    def asks(self) -> Blocks:
        """What the standard asks, of whom, and its criteria."""
        priorities = comparison.criterion_priorities(self.source.snapshot, self.source.cycle.id)
        asked = dict(zip(priorities["criterion"], priorities["asked"], strict=True))
        import pandas as pd

        frame = pd.DataFrame(
            [
                {
                    "criterion": one.criterion,
                    "text": one.text,
                    "whom": _whom(one),
                    "asked": int(asked.get(one.criterion, 0)),
                    "clause": one.clause,
                }
                for one in self.standard.criteria
            ]
        )
        return Blocks(
            (
                Text(self.standard.asks),
                Text(self._of_whom()),
                tables.table(
                    f"Criteria of standard {self.standard.standard}",
                    frame,
                    [
                        ("criterion", "Criterion"),
                        ("text", "What it asks"),
                        ("whom", "Of whom"),
                        ("asked", "Organisations asked", "count"),
                        ("clause", "Source"),
                    ],
                    basis=Basis.of(rows={"Criterion": "criterion"}, columns={"Organisations asked": "asked"}),
                ),
            )
        )

    def returns(self) -> Blocks:
        """Returns in and missing."""
        return returned.returns_by_standard(self.source, self.standard.standard)

    def essential(self) -> Blocks:
        """The headline share by area, with count, denominator and bounds."""
        if not self._answered():
            return self._nothing_yet()
        measures, choice = self._measures(), self._headline()
        frame = comparison.area_by_standard(self.source.snapshot, self.source.cycle.id, "essential")
        frame, few = where_enough(self.source, frame[frame["standard"] == self.standard.standard])
        blocks: list[Block] = [Text(choice.sentence(measures))]
        if not choice.prefix:
            blocks.append(Note("This standard sets nothing essential, so all of its criteria are counted here."))
        met, applicable = choice.counts(measures)
        if not frame[choice.share].notna().any():
            return Blocks((*blocks, self._areas_too_small()))
        blocks.append(
            figures.share_bars(
                choice.title(measures),
                frame,
                "area",
                heading="Area",
                met=choice.met,
                applicable=choice.applicable,
                share=choice.share,
                lower=choice.lower,
                upper=choice.upper,
                measure=choice.measure,
                reference=("Region", met / applicable) if applicable else None,
                caption=f"{choice.measure} in standard {self.standard.standard}, by area",
                note="The line through each bar runs from the lowest to the highest the share could be once every "
                f"outstanding answer is in. Areas are {self.source.area_order}. {few}".rstrip(),
                basis=shares(
                    "Area", "area", choice.measure, counted="essential by standard", standard=self.standard.standard
                ),
            )
        )
        return Blocks(tuple(blocks))

    def by_criterion(self) -> Blocks:
        """How organisations rated themselves, criterion by criterion."""
        if not self._answered():
            return self._nothing_yet()
        frame = self._criteria()
        return Blocks(
            (
                figures.stacked_ratings(
                    self._distribution_title(frame),
                    frame,
                    "criterion",
                    heading="Criterion",
                    words=self.source.rating_words,
                    caption="All answers by criterion",
                    basis=rating_counts(self.source.rating_words),
                ),
            )
        )

    def area_by_criterion(self) -> Blocks:
        """Every area by every criterion."""
        if not self._answered():
            return self._nothing_yet()
        frame = comparison.area_by_criterion(
            self.source.snapshot, self.source.cycle.id, self.standard.standard, "essential"
        )
        if not (frame["n"] >= self.source.thresholds.too_few).any():
            return Blocks((self._areas_too_small(),))
        return Blocks(
            (
                figures.heat_table(
                    self._area_title(frame),
                    frame,
                    "criterion",
                    "area",
                    heading="Criterion",
                    counted="n",
                    too_few=self.source.thresholds.too_few,
                    measure=self._headline().measure,
                    caption=f"{self._headline().measure} by criterion and area",
                    note="An organisation that serves several areas counts in each. Where fewer than "
                    f"{self.source.thresholds.too_few} organisations answered, the cell says few."
                    f"{groups.nothing_essential(self.source, self.standard)}",
                    basis=Basis.of(
                        measure="share",
                        rows={"Criterion": "criterion"},
                        across="area",
                        counted="essential by criterion",
                    ),
                ),
            )
        )

    def tiers_and_sectors(self) -> Blocks:
        """The share met by tier and by sector."""
        return groups.by_tier_and_sector(self.source, self.standard) if self._answered() else self._nothing_yet()

    def lowest(self) -> Blocks:
        """The criteria with the lowest share met, and those on which answers lie furthest apart."""
        return groups.lowest_and_widest(self.source, self.standard) if self._answered() else self._nothing_yet()

    def without_evidence(self) -> Blocks:
        """Answers rated met that name no evidence."""
        met = self._measures().met if self._answered() else 0
        return practice.without_evidence(self.source, self.standard.standard, met)

    def actions(self) -> Blocks:
        """Actions due and overdue."""
        return acting.actions_due(self.source, standard=self.standard.standard)

    def good_practice(self) -> Blocks:
        """Good practice to share."""
        return learning.good_practice(self.source, self.standard.standard)

    def data_set(self) -> Blocks:
        """The data sets that came with the returns, where this standard asks for them."""
        return people_counts.data_set(self.source, standard=self.standard.standard)

    def change(self) -> Blocks:
        """Change since the last cycle."""
        return changing.change_in_standard(self.source, self.standard.standard)

    def limits(self) -> Blocks:
        """Limits and method."""
        return method.limits_and_method(self.source, standard=self.standard.standard)

    def figures_from(self) -> Blocks:
        """Where the figures come from."""
        return method.provenance(self.source)

    def _measures(self) -> Measures:
        return comparison.region(self.source.snapshot, self.source.cycle.id, self.standard.standard)

    def _headline(self) -> Headline:
        return headline(self.source, self.standard.standard)

    def _criteria(self) -> pd.DataFrame:
        return comparison.by_criterion(self.source.snapshot, self.source.cycle.id, self.standard.standard)

    def _counted(self) -> pd.DataFrame:
        """The criteria by their essential answers, as gaps count them everywhere."""
        return comparison.by_criterion(
            self.source.snapshot, self.source.cycle.id, self.standard.standard, priority="essential"
        )

    def _actions(self) -> pd.DataFrame:
        return comparison.actions(self.source.snapshot, self.source.cycle.id, self.standard.standard)

    def _asked(self) -> bool:
        return bool((self.source.asked["standard"] == self.standard.standard).any())

    def _answered(self) -> bool:
        return self.source.answered(self.standard.standard) > 0

    def _nothing_yet(self) -> Blocks:
        return Blocks((Text("No return has come in for this standard yet, so there is nothing to show."),))

    def _areas_too_small(self) -> Text:
        few = self.source.thresholds.too_few
        return Text(f"No area has {few} organisations with {self._headline().answers}: too few to compare areas.")

    def _of_whom(self) -> str:
        frame = self.source.asked[self.source.asked["standard"] == self.standard.standard]
        each = frame.drop_duplicates("organisation_id")["priority"].astype("str").value_counts()
        if not len(each):
            return "No organisation on the register is asked about it."
        parts = [
            f"{words} {counted(int(each[priority]), 'organisation')}"
            for priority, words in _PRIORITY_WORDS.items()
            if priority in each
        ]
        only = " It applies to commissioners only." if self.standard.applies_to == "commissioners" else ""
        return f"This standard is {listed(parts)} on the register.{only}"

    def _low(self, frame: pd.DataFrame) -> list[str]:
        enough = frame[frame["n"] >= self.source.thresholds.too_few]
        return list(enough["criterion"][enough["share"] < self.source.thresholds.gap])

    def _mixed(self) -> bool:
        """Whether the headline counts essential answers and there are others."""
        asked = self.source.asked[self.source.asked["standard"] == self.standard.standard]
        return bool(self._headline().prefix) and bool((asked["priority"] != Priority.ESSENTIAL).any())

    def _low_sentence(self, frame: pd.DataFrame) -> str:
        low, under = self._low(frame), percent(self.source.thresholds.gap)
        if not (frame["n"] >= self.source.thresholds.too_few).any():
            return "There are too few answers to compare criteria."
        enough = "" if (frame["n"] >= self.source.thresholds.too_few).all() else " with enough answers"
        if not low:
            return f"No criterion{enough} is under {under}."
        return f"{capital(criteria(low))} {are(len(low))} under {under}."

    def _distribution_title(self, frame: pd.DataFrame) -> str:
        enough = frame[frame["n"] >= self.source.thresholds.too_few]
        if not len(enough):
            return "Too few answers to compare criteria"
        shown = [percent_beside(share, self.source.thresholds.gap) for share in enough["share"]]
        share_met = "Of all answers, the share met" if self._mixed() else "Share met"
        low, high = shown[int(enough["share"].argmin())], shown[int(enough["share"].argmax())]
        if low == high:
            every = "every criterion" if len(enough) == len(frame) else "every criterion that can be compared"
            return f"{share_met} is {low} in {every}"
        fewest, most = (
            [one for one, share in zip(enough["criterion"], shown, strict=True) if share == end] for end in (low, high)
        )
        return f"{share_met} runs from {low} in {_few(fewest)} to {high} in {_few(most)}"

    def _area_title(self, frame: pd.DataFrame) -> str:
        under = percent(self.source.thresholds.gap)
        enough = frame[(frame["n"] >= self.source.thresholds.too_few) & frame["share"].notna()]
        if not len(enough):
            return "Too few answers to compare areas"
        gaps = enough[enough["share"] < self.source.thresholds.gap]
        if not len(gaps):
            return f"No area is under {under} on any criterion that can be compared"
        everywhere = gaps.groupby("criterion", sort=False)["area"].nunique()
        common = [one for one in self._references(frame) if everywhere.get(one, 0) >= self.source.thresholds.common]
        if common:
            where = criteria(common) if len(common) <= _NAMED else counted(len(common), "criterion", "criteria")
            least, most = min(everywhere[common]), max(everywhere[common])
            number = f"{least}" if least == most else f"{least} to {most}"
            areas = out_of(least, frame["area"].nunique(), "area") if least == most else f"{number} areas"
            return f"{areas} {are(most)} under {under} on {where}"
        return (
            f"{capital(counted(int(gaps['area'].nunique()), 'area'))} {are(int(gaps['area'].nunique()))} under {under} "
            f"on at least one criterion"
        )

    def _references(self, frame: pd.DataFrame) -> list[str]:
        """The frame's criteria, each once, in the framework's order."""
        there = set(frame["criterion"])
        return [one.criterion for one in self.standard.criteria if one.criterion in there]


def _few(references: list[str]) -> str:
    """References in a title: all of them, or how many they are."""
    return listed(references) if len(references) <= _NAMED else counted(len(references), "criterion", "criteria")


def _whom(criterion: Criterion) -> str:
    parts = []
    if criterion.applies_to == "direct_services":
        parts.append("those with direct services")
    if criterion.areas:
        parts.append("those in some areas")
    if criterion.condition:
        parts.append(criterion.condition)
    return capital("; ".join(parts)) or "Everyone asked"
