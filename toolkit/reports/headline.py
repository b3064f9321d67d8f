"""Which share heads a section (of essential answers, or of all where nothing essential was asked), and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.document import Basis, KeyFigure
from toolkit.reports.sentences import absent, counted, listed, out_of, percent, share_of

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.reports.source import Source
    from toolkit.scoring import Measures


@dataclass(frozen=True, slots=True)
class Headline:
    """The columns of `scoring.MEASURES` to show, and what their answers are called."""

    answers: str
    prefix: str = ""

    @property
    def met(self) -> str:
        """The column of answers rated met."""
        return f"{self.prefix}met"

    @property
    def applicable(self) -> str:
        """The column of answers asked of those who returned, less not applicable."""
        return f"{self.prefix}applicable"

    @property
    def share(self) -> str:
        """The column of shares met."""
        return f"{self.prefix}share"

    @property
    def lower(self) -> str:
        """The column of lower bounds."""
        return f"{self.prefix}lower"

    @property
    def upper(self) -> str:
        """The column of upper bounds."""
        return f"{self.prefix}upper"

    @property
    def measure(self) -> str:
        """What charts and tables call the share."""
        return "Essential met" if self.prefix else "Share met"

    def counts(self, measures: Measures) -> tuple[int, int]:
        """Answers met and applicable."""
        return int(getattr(measures, self.met)), int(getattr(measures, self.applicable))

    def sentence(self, measures: Measures) -> str:
        """The share with count, denominator and bounds; plain words where there is no figure."""
        met, applicable = self.counts(measures)
        lower, upper = getattr(measures, self.lower), getattr(measures, self.upper)
        if not applicable:
            return f"There is no figure for {self.answers} yet: no applicable one has come in."
        first = f"{share_of(met, applicable)} of {self.answers} are met."
        if absent(lower) or absent(upper):
            return first
        if lower == upper:
            return f"{first} No {self.answers.removesuffix('s')} is outstanding."
        low, high = percent(lower), percent(upper)
        if low == high:
            return f"{first} It stays at {low} whatever the outstanding answers turn out to be."
        return f"{first} It could be as low as {low} or as high as {high} once {_outstanding(measures)} in."

    def title(self, measures: Measures, where: str = "") -> str:
        """A chart's message: "62% of essential answers in the region are met (31 of 50)"."""
        met, applicable = self.counts(measures)
        if not applicable:
            return f"No figure for {self.answers}{where} yet"
        return f"{percent(met / applicable)} of {self.answers}{where} are met ({met:,} of {applicable:,})"

    def figure(self, measures: Measures, *, area: str | None = None, standard: str | None = None) -> KeyFigure:
        """The share as a key figure with its count; the sentence beside it gives the bounds."""
        met, applicable = self.counts(measures)
        basis = Basis.of(measure="share", counted="essential" if self.prefix else "all", area=area, standard=standard)
        share = percent(met / applicable) if applicable else "–"
        return KeyFigure(self.measure, share, self.detail(measures), basis=basis)

    def detail(self, measures: Measures) -> str:
        """Count and denominator for a key figure."""
        met, applicable = self.counts(measures)
        return out_of(met, applicable, "answer") if applicable else "no applicable answer yet"


ESSENTIAL = Headline("essential answers", "essential_")
ALL = Headline("answers")


def headline(source: Source, standard: str | None = None) -> Headline:
    """Essential answers where any was asked, all answers otherwise (2024 standard 10 has no priority)."""
    return ESSENTIAL if source.has_essential(standard) else ALL


def count_figure(
    label: str, found: int, compared: int, total: int, things: tuple[str, str], *, basis: Basis | None = None
) -> KeyFigure:
    """How many of some things are so, as a key figure: never a 0 where nothing could be compared.

    Args:
        label: what is counted.
        found: how many of those compared.
        compared: how many have enough answers to tell.
        total: how many there are.
        things: what they are, for one and for many: ("criterion", "criteria").
        basis: which answers they are counted from.
    """
    if not compared:
        return KeyFigure(label, "–", "too few answers" if total else f"no {things[1]}", basis=basis)
    enough = " with enough answers" if compared < total else ""
    return KeyFigure(label, f"{found:,}", f"of {counted(compared, *things)}{enough}", basis=basis)


def where_enough(source: Source, frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The frame without shares where too few organisations answered, and the note that says so (empty if none)."""
    few = frame["n"] < source.thresholds.too_few
    if not few.any():
        return frame, ""
    shares = [column for column in frame.columns if column.endswith(("share", "lower", "upper"))]
    blanked = frame.assign(**{column: frame[column].mask(few) for column in shares})
    return blanked, f"Where fewer than {source.thresholds.too_few} organisations answered, no share is given."


def _outstanding(measures: Measures) -> str:
    """What could still move a share, with its verb: "the 12 missing returns and the unanswered questions are"."""
    missing = measures.expected - measures.returned
    open_ = []
    if missing:
        open_.append("the missing return" if missing == 1 else f"the {missing:,} missing returns")
    if measures.blank or measures.unreadable:
        open_.append("the unanswered questions")
    return f"{listed(open_)} {'is' if open_ == ['the missing return'] else 'are'}"
