"""Which share heads a section: that of essential answers, or of all answers where nothing essential was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.reports.sentences import absent, between, out_of, percent, share_of

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
            first = f"There is no figure for {self.answers} yet: no applicable one has come in."
        else:
            first = f"{share_of(met, applicable)} of {self.answers} are met."
        if absent(lower) or absent(upper):
            return first
        if percent(lower) == percent(upper):
            return f"{first} No answer is outstanding."
        return (
            f"{first} Counting answers that are blank, unreadable or not returned, the share lies "
            f"{between(lower, upper)}."
        )

    def title(self, measures: Measures, where: str = "") -> str:
        """A chart's message: "62% of essential answers in the region are met (31 of 50)"."""
        met, applicable = self.counts(measures)
        if not applicable:
            return f"No figure for {self.answers}{where} yet"
        return f"{percent(met / applicable)} of {self.answers}{where} are met ({met:,} of {applicable:,})"

    def detail(self, measures: Measures) -> str:
        """Count, denominator and bounds for a key figure."""
        met, applicable = self.counts(measures)
        lower, upper = getattr(measures, self.lower), getattr(measures, self.upper)
        count = out_of(met, applicable, "answer")
        return count if absent(lower) or percent(lower) == percent(upper) else f"{count}; {between(lower, upper)}"


ESSENTIAL = Headline("essential answers", "essential_")
ALL = Headline("answers")


def headline(source: Source, standard: str | None = None) -> Headline:
    """Essential answers where any was asked, all answers otherwise (2024 standard 10 has no priority)."""
    return ESSENTIAL if source.has_essential(standard) else ALL


def headline_by_standard(source: Source, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame by standard with each standard's own headline in the columns met, applicable, share, lower and upper.

    A further column, `counted`, says what the standard's answers are called.
    """
    shown = frame.copy()
    choices = {number: headline(source, number) for number in frame["standard"].unique()}
    for column in ("met", "applicable", "share", "lower", "upper"):
        shown[column] = [row[getattr(choices[row["standard"]], column)] for row in frame.to_dict("records")]
    shown["counted"] = [choices[number].answers for number in frame["standard"]]
    return shown


def where_enough(source: Source, frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The frame without shares where too few organisations answered, and the note that says so (empty if none)."""
    few = frame["n"] < source.thresholds.too_few
    if not few.any():
        return frame, ""
    shares = [column for column in frame.columns if column.endswith(("share", "lower", "upper"))]
    blanked = frame.assign(**{column: frame[column].mask(few) for column in shares})
    return blanked, f"Where fewer than {source.thresholds.too_few} organisations answered, no share is given."
