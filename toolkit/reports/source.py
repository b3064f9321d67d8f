"""What a report reads: a snapshot, one of its cycles, and the words that every section uses for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.document import Blocks, Cover, day
from toolkit.errors import ReportError
from toolkit.records import Priority, Rating, Severity
from toolkit.reports.masking import lend_masked
from toolkit.reports.planning import audience_named, check_audience
from toolkit.reports.sentences import out_of

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.catalogue import Framework, Standard
    from toolkit.project import Cycle, Policy, Settings, Thresholds
    from toolkit.store import Snapshot


@dataclass(frozen=True)
class Source:
    """One cycle of a snapshot, for one audience."""

    snapshot: Snapshot
    cycle: Cycle
    audience: str

    @property
    def settings(self) -> Settings:
        """The project's settings at the freeze."""
        return self.snapshot.settings

    @property
    def policy(self) -> Policy:
        """What the audience may see."""
        return self.settings.audiences.of(audience_named(self.audience))

    @property
    def shows_text(self) -> bool:
        """Whether evidence and actions are shown, in whatever form."""
        return self.policy.free_text != "none"

    @property
    def area_order(self) -> str:
        """In which order areas are shown: "in the order of ..."."""
        if self.policy.areas == "pseudonym":
            return "in the order of their pseudonyms, which says nothing about them"
        return "in the order of the project file"

    @property
    def rest(self) -> str:
        """Where a reader finds the rows that a long table leaves out, as a sentence; empty for other audiences."""
        return "toolkit export writes every response" if self.audience == "internal" else ""

    def areas_served(self, joined: str) -> str:
        """Areas beside an organisation's name: not which, where it has a pseudonym and serves several, as few do."""
        return "several areas" if self.policy.pseudonymous and "; " in joined else joined

    @property
    def audience_words(self) -> str:
        """For whom a report is, and whom it therefore names."""
        policy = self.policy
        if self.audience == "internal":
            return "Internal: names organisations, not for publication"
        if policy.pseudonymous and policy.areas == "pseudonym":
            who = "organisations and areas have pseudonyms"
        elif policy.pseudonymous:
            who = "areas are named, organisations have pseudonyms"
        else:
            who = f"organisations and areas are named, {'and leads' if policy.leads else 'no person is'}"
        return f"{self.audience.capitalize()}: {who}"

    @property
    def thresholds(self) -> Thresholds:
        """When a figure is too small to compare, and what counts as a strength or a gap."""
        return self.settings.thresholds

    @cached_property
    def framework(self) -> Framework:
        """What the cycle asked."""
        return self.snapshot.framework(self.cycle.id)

    @cached_property
    def before(self) -> Cycle | None:
        """The cycle before this one, None for the first."""
        return self.settings.cycle_before(self.cycle.id)

    @cached_property
    def asked(self) -> pd.DataFrame:
        """What every organisation was asked in this cycle, returned or not."""
        frame = self.snapshot.asked
        return frame[frame["cycle"] == self.cycle.id]

    @cached_property
    def responses(self) -> pd.DataFrame:
        """This cycle's responses."""
        frame = self.snapshot.responses
        return frame[frame["cycle"] == self.cycle.id]

    def answered(self, standard: str | None = None) -> int:
        """How many responses of this cycle there are, to one standard or to all."""
        frame = self.snapshot.responses
        mine = frame["cycle"] == self.cycle.id
        return int((mine if standard is None else mine & (frame["standard"] == standard)).sum())

    @cached_property
    def returns(self) -> pd.DataFrame:
        """This cycle's current returns."""
        frame = self.snapshot.returns
        return frame[frame["cycle"] == self.cycle.id]

    @cached_property
    def queries(self) -> pd.DataFrame:
        """The queries of this cycle's current returns."""
        frame = self.snapshot.queries
        return frame[frame["cycle"] == self.cycle.id]

    @cached_property
    def queried(self) -> int:
        """How many of this cycle's returns have a point that somebody must settle (not a mere note)."""
        return len(self.queried_organisations)

    @cached_property
    def queried_organisations(self) -> frozenset[str]:
        """Whose returns have such a point."""
        return frozenset(self.queries["organisation_id"][self.queries["severity"] != Severity.NOTE])

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """The register's organisations."""
        return self.snapshot.organisations

    @cached_property
    def rating_words(self) -> dict[str, str]:
        """What the cycle's scale calls each rating, with our words for blank and unreadable."""
        words: dict[str, list[str]] = {"blank": ["Left blank"], "unreadable": ["Unreadable"]}
        for level in self.snapshot.scale(self.cycle.id).levels:
            words.setdefault(str(level.rating), []).append(level.label)
        return {str(rating): _as_words(words[str(rating)]) for rating in Rating if str(rating) in words}

    def standard(self, number: str) -> Standard:
        """A standard of the cycle's framework.

        Raises:
            ReportError: there is no such standard.
        """
        try:
            return self.framework.standard(number)
        except KeyError:
            known = ", ".join(one.standard for one in self.framework.standards)
            raise ReportError(
                f"{self.framework.short_title} (cycle {self.cycle.id}) has no standard {number!r}; use one of {known}."
            ) from None

    def area(self, name: str) -> str:
        """The area's name as `toolkit.toml` spells it.

        Raises:
            ReportError: there is no such area.
        """
        for known, code in self.settings.area_codes.items():
            if name.strip().casefold() in {known.casefold(), code.casefold()}:
                return known
        raise ReportError(
            f"There is no area {name!r} in toolkit.toml; use one of {', '.join(self.settings.area_codes)}."
        )

    def summary_of(self, criterion: str) -> str:
        """What a criterion asks, in the framework's (or the project's overlaid) words."""
        return self.framework.criterion(criterion).text

    def title_of(self, standard: str) -> str:
        """A standard's title."""
        return self.framework.standard(standard).title

    def has_essential(self, standard: str | None = None) -> bool:
        """Whether anything essential was asked (of anybody, in this standard or at all)."""
        return bool(self._essential) if standard is None else standard in self._essential

    @cached_property
    def _essential(self) -> frozenset[str]:
        """The standards in which anything essential was asked."""
        return frozenset(self.asked["standard"][self.asked["priority"] == Priority.ESSENTIAL])

    def cover(self, title: str, subtitle: str) -> Blocks:
        """The head of a report: what it is, which cycle, as at when, for whom, marked as the project says."""
        expected = self.asked["organisation_id"].nunique()
        facts = [
            ("Cycle", f"{self.cycle.id} ({self.framework.short_title})"),
            ("Figures as at", day(self.snapshot.data_cut)),
            ("Returns", f"{out_of(len(self.returns), expected, 'organisation')} asked"),
            ("For", self.audience_words),
            ("From", self.settings.project.office),
            ("Contact", self.settings.project.contact),
        ]
        if not len(self.returns):
            facts[1] = ("Figures as at", "no return received yet")
        return Blocks(
            (
                Cover(
                    title=title,
                    subtitle=subtitle,
                    facts=tuple(facts),
                    marking=self.settings.project.marking,
                    synthetic=self.settings.project.synthetic,
                ),
            )
        )


def _as_words(labels: list[str]) -> str:
    """What a rating is called: a scale's labels, told apart from counts where they are numbers ("Rated 2 or 1")."""
    joined = " or ".join(labels)
    return f"Rated {joined}" if joined[:1].isdigit() else joined


def open_source(snapshot: str | Path, cycle: str, audience: str) -> Source:
    """Open what a report reads; a process that has it open already lends it again.

    Args:
        snapshot: a snapshot's folder.
        cycle: a cycle of the snapshot's settings.
        audience: who the report is for.

    Raises:
        ReportError: an audience that there is not, or that the snapshot was not made for.
        StoreError: the folder is not a sound snapshot.
        ProjectError: an unknown cycle.
    """
    opened = lend_masked(Path(snapshot))
    check_audience(audience, opened)
    return Source(opened, opened.settings.cycle(cycle), audience)
