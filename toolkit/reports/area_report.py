"""The report of one area: one method per section of the template."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit import comparison, figures, tables
from toolkit.document import Basis, Blocks, KeyFigures, Text
from toolkit.reports import acting, changing, gaps, learning, method, people_counts, returned
from toolkit.reports.bases import DIFFERENCES
from toolkit.reports.headline import headline
from toolkit.reports.sentences import are, capital, counted, have, out_of, percent, standards
from toolkit.reports.source import Source, open_source

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from toolkit.document import Table
    from toolkit.scoring import Measures


def open_report(snapshot: str | Path, cycle: str, area: str, audience: str = "internal") -> AreaReport:
    """Open the report of one area.

    Raises:
        ReportError: an unknown area or audience.
        StoreError: the folder is not a sound snapshot.
        ProjectError: an unknown cycle.
    """
    source = open_source(snapshot, cycle, audience)
    return AreaReport(source, source.area(area))


@dataclass(frozen=True)
class AreaReport:
    """One area in one cycle, section by section."""

    source: Source
    area: str

    def cover(self) -> Blocks:
        """Title, cycle, data cut, marking."""
        return self.source.cover(f"Area report: {self.area}", self.source.settings.project.name)

    def in_brief(self) -> Blocks:
        """The headline figures and what they say."""
        measures = self._measures()
        if not measures.expected:
            return Blocks((Text(f"No organisation on the register serves {self.area}."),))
        if not measures.returned:
            return Blocks((Text(returned.response_sentence(self.source, self.area)),))
        choice = headline(self.source)
        essential = comparison.essential_gaps(self.source.snapshot, self.source.cycle.id, self.area)
        due = acting.due_counts(comparison.actions(self.source.snapshot, self.source.cycle.id, None, self.area))
        figures_ = (
            choice.figure(measures, area=self.area),
            gaps.essential_figure(self.source, essential, self.area),
            returned.returned_figure(measures, area=self.area),
            acting.overdue_figure(due, area=self.area),
        )
        return Blocks((KeyFigures(figures_), Text(choice.sentence(measures))))

    def essential_gaps(self) -> Blocks:
        """Essential criteria that are not met by everybody, gaps first."""
        return self._nothing_yet() or gaps.essential_gaps(self.source, self.area)

    def organisations(self) -> Blocks:
        """Every organisation of the area by standard."""
        nothing = self._nothing_yet()
        if nothing:
            return nothing
        frame = comparison.by_organisation(self.source.snapshot, self.source.cycle.id, self.area)
        frame = frame[frame["returned"] > 0]
        several = int(frame.drop_duplicates("organisation_id")["areas"].str.contains("; ").sum())
        number = int(frame["organisation_id"].nunique())
        notes = [
            "The counts are criteria met of those that apply, of any priority. Organisations are in the order of names."
        ]
        if several:
            serves = "serves" if several == 1 else "serve"
            notes.append(f"{capital(counted(several, 'organisation'))} {serves} other areas too, with the same return.")
        return Blocks(
            (
                Text(
                    f"{capital(counted(number, 'organisation'))} of {self.area} {have(number)} returned. "
                    f"{self._low_organisations(frame)}"
                ),
                self._organisation_table(frame, notes),
            )
        )

    def beside_the_region(self) -> Blocks:
        """Each standard's share met here against that of the organisations that do not serve the area."""
        nothing = self._nothing_yet()
        if nothing:
            return nothing
        frame = comparison.differences_by_standard(self.source.snapshot, self.source.cycle.id, "essential")
        frame = frame[frame["area"] == self.area]
        if not len(frame) or not (frame["rest_applicable"] > 0).any():
            return Blocks((Text(f"There are no answers from outside {self.area} to compare with."),))
        return Blocks(
            (
                Text(self._difference_sentence(frame)),
                figures.difference_dots(
                    self._difference_title(frame),
                    frame.assign(label=[f"Standard {number}" for number in frame["standard"]]),
                    "label",
                    heading="Standard",
                    caption=f"Share met in {self.area} against the rest of the region, by standard",
                    note=gaps.interval_note(frame),
                    basis=Basis.of(
                        rows={"Standard": "standard"},
                        columns=DIFFERENCES,
                        counted="essential by standard",
                        area=self.area,
                    ),
                ),
                gaps.beside_table(
                    self.source,
                    f"Share met in {self.area} and in the rest of the region",
                    frame,
                    [("standard", "Standard")],
                    area=self.area,
                ),
            )
        )

    def learn_from(self) -> Blocks:
        """Whom to learn from, standard by standard."""
        return self._nothing_yet() or learning.learn_from(self.source, self.area)

    def not_returned(self) -> Blocks:
        """Who has not returned."""
        return Blocks(
            (
                Text(returned.response_sentence(self.source, self.area)),
                returned.missing_table(self.source, self.area),
            )
        )

    def leads_missing(self) -> Blocks:
        """Returns that name no lead or no way to reach one."""
        nothing = self._nothing_yet()
        if nothing:
            return nothing
        frame = comparison.leads_missing(self.source.snapshot, self.source.cycle.id, self.area)
        number = self._measures().returned
        if not len(frame):
            return Blocks((Text(f"Every return names a lead and an e-mail address ({number:,} of {number:,})."),))
        return Blocks(
            (
                Text(
                    f"{out_of(len(frame), number, 'return')} {'does' if len(frame) == 1 else 'do'} not name a lead who "
                    "can be reached."
                ),
                tables.table(
                    f"Leads missing in {self.area}",
                    frame,
                    [("organisation", "Organisation"), ("sector", "Sector"), ("missing", "What is missing")],
                    basis=Basis.of("returns", rows={"Organisation": "organisation"}, area=self.area),
                ),
            )
        )

    def actions(self) -> Blocks:
        """Actions due and overdue."""
        return acting.actions_due(self.source, area=self.area)

    def data_set(self) -> Blocks:
        """The data sets that came with the returns."""
        return people_counts.data_set(self.source, area=self.area)

    def published_context(self) -> Blocks:
        """What others have published about the area."""
        return people_counts.published_context(self.source, self.area)

    def change(self) -> Blocks:
        """Change since the last cycle."""
        return changing.change_by_standard(self.source, self.area)

    def limits(self) -> Blocks:
        """Limits and method."""
        return method.limits_and_method(self.source, area=self.area)

    def figures_from(self) -> Blocks:
        """Where the figures come from."""
        return method.provenance(self.source)

    def _measures(self) -> Measures:
        return comparison.region(self.source.snapshot, self.source.cycle.id, None, self.area)

    def _nothing_yet(self) -> Blocks | None:
        if self._measures().returned:
            return None
        return Blocks((Text(f"No return from {self.area} has come in yet, so there is nothing to show."),))

    def _organisation_table(self, frame: pd.DataFrame, notes: list[str]) -> Table:
        """One row an organisation: criteria met of those asked in each standard, and in all of them."""
        import pandas as pd

        numbers = [one.standard for one in self.source.framework.standards if one.standard in set(frame["standard"])]
        columns = ("organisation_id", "organisation", "standard", "met", "applicable")
        each: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
        for who, name, number, met, asked in zip(*(frame[one].to_list() for one in columns), strict=True):
            each.setdefault((who, name), {})[number] = (met, asked)
        names = Counter(name for _, name in each)
        rows = [
            {
                "name": f"{name} ({who})" if names[name] > 1 else name,
                **dict.fromkeys(numbers, "–"),
                **{number: f"{met} of {asked}" if asked else "none apply" for number, (met, asked) in counts.items()},
                "all": f"{sum(met for met, _ in counts.values())} of {sum(asked for _, asked in counts.values())}",
            }
            for (who, name), counts in each.items()
        ]
        return tables.table(
            f"All answers: criteria met by each organisation of {self.area}, by standard",
            pd.DataFrame(rows),
            [("name", "Organisation"), *((number, f"S{number}") for number in numbers), ("all", "All")],
            notes=notes,
            basis=Basis.of(
                measure="share",
                rows={"Organisation": "organisation"},
                across="standard",
                columns={"All": "share"},
                area=self.area,
            ),
        )

    def _low_organisations(self, frame: pd.DataFrame) -> str:
        under = percent(self.source.thresholds.gap)
        low = int(frame["organisation_id"][frame["share"] < self.source.thresholds.gap].nunique())
        total = int(frame["organisation_id"].nunique())
        if not low:
            return f"Every one meets {under} or more of every standard."
        return f"{out_of(low, total, 'organisation')} {are(low)} under {under} on at least one standard."

    def _difference_sentence(self, frame: pd.DataFrame) -> str:
        by = {verdict: list(part["standard"]) for verdict, part in frame.groupby("verdict", sort=False)}
        parts = []
        for verdict, words in (("higher", "clearly higher"), ("lower", "clearly lower")):
            if by.get(verdict):
                parts.append(f"{self.area} is {words} than the rest of the region on {standards(by[verdict])}.")
        if by.get("no clear difference"):
            number = len(by["no clear difference"])
            parts.append(f"On {counted(number, 'standard')} there is no clear difference.")
        if by.get("too few to compare"):
            parts.append(f"On {counted(len(by['too few to compare']), 'standard')} there are too few to compare.")
        return " ".join(parts)

    def _difference_title(self, frame: pd.DataFrame) -> str:
        higher, lower = int((frame["verdict"] == "higher").sum()), int((frame["verdict"] == "lower").sum())
        if higher and lower:
            return f"{self.area} is clearly higher on {counted(higher, 'standard')} and clearly lower on {lower}"
        if higher or lower:
            word = "higher" if higher else "lower"
            return (
                f"{self.area} is clearly {word} than the rest of the region on {counted(higher or lower, 'standard')}"
            )
        return f"{self.area} does not clearly differ from the rest of the region on any standard"
