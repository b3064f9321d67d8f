"""The peer review of all areas: one method per section of the template."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit import comparison, figures, tables
from toolkit.document import Basis, Blocks, Heading, KeyFigure, KeyFigures, Text
from toolkit.reports import gaps, learning, lists, method, returned
from toolkit.reports.bases import DIFFERENCES
from toolkit.reports.headline import headline
from toolkit.reports.sentences import are, capital, counted, listed, percent, standards
from toolkit.reports.source import Source, open_source

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from toolkit.comparison import WeightingDependence
    from toolkit.document import Block, ColumnSpec, Table

_TOO_FEW = "too few to compare"
_NAMED = 3
"""How many standards a chart's title names one by one."""


def open_report(snapshot: str | Path, cycle: str, audience: str = "internal") -> PeerReview:
    """Open the peer review of all areas.

    Raises:
        ReportError: an audience that there is not, or that the snapshot was not made for.
        StoreError: the folder is not a sound snapshot.
        ProjectError: an unknown cycle.
    """
    return PeerReview(open_source(snapshot, cycle, audience))


@dataclass(frozen=True)
class PeerReview:
    """All areas of one cycle side by side, section by section."""

    source: Source

    def cover(self) -> Blocks:
        """Title, cycle, data cut, marking."""
        return self.source.cover("Peer review: all areas", self.source.settings.project.name)

    def in_brief(self) -> Blocks:
        """The headline figures and what they say."""
        if not len(self.source.returns):
            return self._nothing_yet()
        choice = headline(self.source)
        measures = comparison.region(self.source.snapshot, self.source.cycle.id)
        overall = self._overall
        compared = overall[overall["verdict"] != _TOO_FEW]
        clear = compared[compared["verdict"].isin(("higher", "lower"))]
        figures_ = (
            choice.figure(measures),
            returned.returned_figure(measures),
            KeyFigure(
                "Areas that clearly differ",
                f"{len(clear)}" if len(compared) else "–",
                f"of {counted(len(compared), 'area')} that can be compared" if len(compared) else _TOO_FEW,
                basis=Basis.of(measure="clear differences", counted="essential by cycle"),
            ),
            gaps.common_figure(self.source, self._gaps),
        )
        return Blocks((KeyFigures(figures_), Text(f"{choice.sentence(measures)} {self._difference_sentence(overall)}")))

    def area_by_standard(self) -> Blocks:
        """Every area by every standard."""
        if not len(self.source.returns):
            return self._nothing_yet()
        shown = comparison.area_by_standard(self.source.snapshot, self.source.cycle.id, "essential")
        if not (shown["n"] >= self.source.thresholds.too_few).any():
            return Blocks((Text("There are too few answers to compare areas."),))
        without = [number for number in shown["standard"].unique() if not self.source.has_essential(number)]
        note = (
            f"An organisation that serves several areas counts in each. Areas are {self.source.area_order}. "
            f"Where fewer than {self.source.thresholds.too_few} organisations answered, the cell says few."
        )
        if without and self.source.has_essential():
            note += f" {capital(standards(without))} {'has' if len(without) == 1 else 'have'} nothing essential; all "
            note += "answers count there."
        return Blocks(
            (
                figures.heat_table(
                    self._standard_title(shown),
                    shown.assign(label=[f"Standard {number}" for number in shown["standard"]]),
                    "label",
                    "area",
                    heading="Standard",
                    counted="n",
                    too_few=self.source.thresholds.too_few,
                    measure=headline(self.source).measure,
                    caption=f"{headline(self.source).measure} by standard and area",
                    note=note,
                    basis=Basis.of(
                        measure="share", rows={"Standard": "standard"}, across="area", counted="essential by standard"
                    ),
                ),
                self._titles(),
            )
        )

    def differences(self) -> Blocks:
        """Each area against the rest of the region, with an interval or "too few to compare"."""
        if not len(self.source.returns):
            return self._nothing_yet()
        if (self._overall["verdict"] == _TOO_FEW).all():
            return Blocks((Text(self._difference_sentence(self._overall)),))
        return Blocks(
            (
                Text(self._difference_sentence(self._overall)),
                figures.difference_dots(
                    self._difference_title(),
                    self._overall,
                    "area",
                    heading="Area",
                    caption="Share met in each area against the rest of the region",
                    note=f"All standards together, {headline(self.source).answers}. "
                    f"{gaps.interval_note(self._overall)}",
                    basis=Basis.of(rows={"Area": "area"}, columns=DIFFERENCES, counted="essential by cycle"),
                ),
                gaps.beside_table(
                    self.source,
                    "Share met in each area and in the rest of the region",
                    self._overall,
                    [("area", "Area")],
                ),
                *self._by_standard(),
            )
        )

    def weighting(self) -> Blocks:
        """Whether the picture depends on weighting by priority."""
        if not len(self.source.returns):
            return self._nothing_yet()
        found = comparison.weighting_dependence(self.source.snapshot, self.source.cycle.id)
        fewest = self.source.thresholds.too_few
        few = f" Where fewer than {fewest} organisations answered, no attainment is given." if found.too_few else ""
        return Blocks(
            (
                Text(self._weighting_sentence(found)),
                tables.table(
                    "All answers: attainment of each area, unweighted and weighted by priority",
                    found.areas.assign(
                        **{
                            name: found.areas[name].mask(found.areas["area"].isin(found.too_few))
                            for name in ("attainment", "attainment_weighted")
                        }
                    ),
                    [
                        ("area", "Area"),
                        ("n", "Organisations", "count"),
                        ("answered", "Answers", "count"),
                        ("attainment", "Unweighted", "share"),
                        ("attainment_weighted", "Weighted", "share"),
                    ],
                    notes=(
                        (
                            f"{capital(self.source.area_order)}. Attainment is the mean of what the scale gives each "
                            f"answer; weighted, essential counts 3, desired 2, recommended 1.{few}"
                        ),
                    ),
                    basis=Basis.of(
                        rows={"Area": "area"},
                        columns={
                            "Organisations": "organisations",
                            "Answers": "answered",
                            "Unweighted": "attainment",
                            "Weighted": "weighted attainment",
                        },
                    ),
                ),
            )
        )

    def gaps(self) -> Blocks:
        """Common gaps and single-area gaps, essential ones first."""
        return gaps.gap_kinds(self.source) if len(self.source.returns) else self._nothing_yet()

    def learning_pairs(self) -> Blocks:
        """Whom each area can learn from, standard by standard."""
        return learning.learning_pairs(self.source) if len(self.source.returns) else self._nothing_yet()

    def four_lists(self) -> Blocks:
        """Strengths to share, areas in common, single-organisation issues, partnership issues."""
        if not len(self.source.returns):
            return self._nothing_yet()
        return lists.four_lists(self.source)

    def limits(self) -> Blocks:
        """Limits and method."""
        return method.limits_and_method(self.source)

    def figures_from(self) -> Blocks:
        """Where the figures come from."""
        return method.provenance(self.source)

    @cached_property
    def _overall(self) -> pd.DataFrame:
        return comparison.difference_from_region(self.source.snapshot, self.source.cycle.id, priority="essential")

    @cached_property
    def _gaps(self) -> pd.DataFrame:
        return comparison.gaps(self.source.snapshot, self.source.cycle.id)

    def _by_standard(self) -> tuple[Block, ...]:
        """Areas that clearly differ on one standard; one sentence where none does."""
        frame = comparison.differences_by_standard(self.source.snapshot, self.source.cycle.id, "essential")
        possible = int((frame["verdict"] != _TOO_FEW).sum())
        clear = frame[frame["verdict"].isin(("higher", "lower"))]
        if not possible:
            return (Text("On single standards there are too few answers to compare."),)
        if not len(clear):
            return (
                Text(
                    "On no single standard does an area clearly differ from the rest "
                    f"({counted(possible, 'comparison')} possible)."
                ),
            )
        return (
            Heading("Standard by standard", 3),
            Text(
                f"{capital(counted(len(clear), 'difference'))} of an area from the rest on one standard "
                f"{are(len(clear))} clear, of {counted(possible, 'comparison')} possible."
            ),
            gaps.beside_table(
                self.source,
                "Standards on which an area clearly differs from the rest of the region",
                clear,
                [("area", "Area"), ("standard", "Standard")],
                differences=True,
            ),
        )

    def _nothing_yet(self) -> Blocks:
        return Blocks((Text("No return has come in yet, so there is nothing to compare."),))

    def _titles(self) -> Table:
        import pandas as pd

        frame = pd.DataFrame(
            [{"standard": f"Standard {one.standard}", "title": one.title} for one in self.source.framework.standards]
        )
        basis = Basis.none("The framework says so; no answer is counted.")
        columns: list[ColumnSpec] = [("standard", "Standard"), ("title", "Title")]
        return tables.table("What the standards are about", frame, columns, basis=basis)

    def _standard_title(self, frame: pd.DataFrame) -> str:
        under = percent(self.source.thresholds.gap)
        enough = frame[(frame["n"] >= self.source.thresholds.too_few) & frame["share"].notna()]
        if not len(enough):
            return "Too few answers to compare areas"
        low = enough[enough["share"] < self.source.thresholds.gap]
        if not len(low):
            return f"No area is under {under} on any standard that can be compared"
        everywhere = low.groupby("standard", sort=False)["area"].nunique()
        numbers = [one.standard for one in self.source.framework.standards]
        common = [one for one in numbers if everywhere.get(one, 0) >= self.source.thresholds.common]
        if common:
            where = standards(common) if len(common) <= _NAMED else f"{len(common)} of {len(numbers)} standards"
            return f"{self.source.thresholds.common} areas or more are under {under} on {where}"
        areas = int(low["area"].nunique())
        if len(set(frame["area"][frame["asked"] > 0])) == 1:
            return f"{low['area'].iloc[0]} is under {under} on {standards(low['standard'])}"
        return f"{capital(counted(areas, 'area'))} {are(areas)} under {under} on at least one standard"

    def _difference_sentence(self, frame: pd.DataFrame) -> str:
        by = {verdict: list(part["area"]) for verdict, part in frame.groupby("verdict", sort=False)}
        if not ((frame["applicable"] > 0) & (frame["rest_applicable"] > 0)).any():
            return "There are no answers from other areas, so no area can be compared with the rest of the region."
        if set(by) == {_TOO_FEW}:
            return "There are too few answers to compare any area with the rest of the region."
        parts = [
            f"{listed(by[verdict])} {are(len(by[verdict]))} clearly {verdict} than the rest of the region."
            for verdict in ("higher", "lower")
            if by.get(verdict)
        ]
        if not parts:
            parts.append("No area clearly differs from the rest of the region on all standards together.")
        elif by.get("no clear difference"):
            same = by["no clear difference"]
            parts.append(f"{listed(same)} {'does' if len(same) == 1 else 'do'} not clearly differ.")
        if by.get(_TOO_FEW):
            parts.append(f"{listed(by[_TOO_FEW])} {'has' if len(by[_TOO_FEW]) == 1 else 'have'} too few to compare.")
        return " ".join(parts)

    def _difference_title(self) -> str:
        clear = self._overall[self._overall["verdict"].isin(("higher", "lower"))]
        if not len(clear):
            return "No area clearly differs from the rest of the region"
        differ = "differs" if len(clear) == 1 else "differ"
        return f"{capital(counted(len(clear), 'area'))} clearly {differ} from the rest of the region"

    def _weighting_sentence(self, found: WeightingDependence) -> str:
        if len(found.areas) - len(found.too_few) < 2:  # noqa: PLR2004 - an order needs two
            return "There are too few answers to put areas in any order, weighted or not."
        if found.alike:
            return "Weighting cannot change the picture: every answer counts the same."
        if found.depends:
            pairs = found.pairs[found.pairs["verdict"] == "order depends on the weighting"]
            names = [f"{row.area} and {row.other}" for row in pairs.itertuples()]
            return (
                f"The picture depends on the weighting: the order of {listed(names, most=4)} changes with it, so no "
                "order of areas should be quoted."
            )
        if found.swaps:
            return (
                "Weighting by priority changes the order of some areas, but only of areas that cannot be told apart "
                "either way. What can be told apart does not depend on the weighting."
            )
        return "The picture does not depend on the weighting: no two areas change places."
