"""Ratings beside their evidence, disagreement, and leads that nobody named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.catalogue.models import fold
from toolkit.comparison.answers import as_text, every_answer, only
from toolkit.comparison.areas import by_criterion
from toolkit.comparison.remembering import remembered
from toolkit.scoring import leik_dispersion

if TYPE_CHECKING:
    from toolkit.store import Snapshot

WORDS_AT_LENGTH = 12
"""Words from which evidence is called evidence at length: one full sentence that says what is done."""

PLACEHOLDERS = frozenset(
    ["", "as above", "see above", "as before", "n/a", "n / a", "na", "none", "nil", "yes", "y", "ok", "tbc", "tba", "x"]
)
"""What senders write in the evidence cell instead of evidence, lower case and without punctuation."""

_LETTERS = max(sum(map(str.isalnum, each)) for each in PLACEHOLDERS)
_SAYS_MORE = re.compile(rf"[\W_]*(?:[^\W_][\W_]*){{{_LETTERS + 1}}}")
"""What has more letters and digits than any placeholder; `fold` takes none of them away but noughts of a number."""

_FIGURES = ["met", "applicable", "share"]
_WHO = ["organisation_id", "organisation", "sector", "areas", "standard", "criterion", "priority"]


def says_nothing(text: str) -> bool:
    """Whether a text is empty, punctuation only, or one of `PLACEHOLDERS`."""
    return _SAYS_MORE.match(text) is None and fold(text) in PLACEHOLDERS


def met_without_evidence(
    snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None
) -> pd.DataFrame:
    """Responses rated met whose evidence is empty or only a placeholder; framework order, then by organisation.

    Returns:
        Columns: organisation_id, organisation, sector, areas, standard, criterion, priority, evidence, why ("empty",
        "placeholder": one of `PLACEHOLDERS` or punctuation only).
    """
    return as_text(only(_met_without_evidence(snapshot, cycle), standard, area))


@remembered
def _met_without_evidence(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    frame = every_answer(snapshot, cycle)
    frame = frame.loc[frame["state"] == "met", [*_WHO, "evidence"]]
    texts = frame["evidence"].to_list()
    bare = {text for text in set(texts) if says_nothing(text)}
    found = frame.loc[np.array([text in bare for text in texts], dtype=bool)].copy()
    empty = found["evidence"].str.strip() == ""
    found["why"] = empty.map({True: "empty", False: "placeholder"}).astype("str")
    return found


def good_practice(snapshot: Snapshot, cycle: str, standard: str | None = None, area: str | None = None) -> pd.DataFrame:
    """Responses rated met with evidence at length, on criteria that many do not meet.

    Rule: rating met; evidence of `WORDS_AT_LENGTH` words or more; `thresholds.too_few` organisations of the region or
    more answered the criterion, and the region's share met is below `thresholds.strength`. Whether the evidence is good
    only a reader can say.

    Returns:
        Columns: organisation_id, organisation, sector, areas, standard, criterion, priority, evidence, region_met,
        region_applicable, region_share (of the answers that gaps count: `counted_answers`). Framework order, then by
        organisation.
    """
    return as_text(only(_good_practice(snapshot, cycle), standard, area))


@remembered
def _good_practice(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    thresholds = snapshot.settings.thresholds
    whole = by_criterion(snapshot, cycle, priority="essential")
    hard = whole.loc[(whole["n"] >= thresholds.too_few) & (whole["share"] < thresholds.strength)]
    hard = hard[["criterion", *_FIGURES]].rename(columns={name: f"region_{name}" for name in _FIGURES})
    frame = every_answer(snapshot, cycle)
    frame = frame.loc[(frame["state"] == "met") & frame["criterion"].isin(hard["criterion"]), [*_WHO, "evidence"]]
    found = frame.loc[frame["evidence"].str.count(r"\S+") >= WORDS_AT_LENGTH]
    region = hard.set_index("criterion").reindex(found["criterion"].to_list())
    return found.reset_index(drop=True).join(region.reset_index(drop=True))


def disagreement(snapshot: Snapshot, cycle: str, standard: str | None = None) -> pd.DataFrame:
    """How far organisations' ratings of a criterion lie apart (`scoring.leik_dispersion`); framework order.

    Returns:
        Columns: standard, criterion, answered, met, partly_met, not_met, dispersion (0 all the same, 1 half at either
        end; NaN where fewer than `thresholds.too_few` organisations answered).
    """
    table = by_criterion(snapshot, cycle, standard)[
        ["standard", "criterion", "n", "answered", "met", "partly_met", "not_met"]
    ]
    spread = pd.Series(leik_dispersion([table["not_met"], table["partly_met"], table["met"]]), index=table.index)
    table["dispersion"] = spread.where(table.pop("n") >= snapshot.settings.thresholds.too_few)
    return table


def leads_missing(snapshot: Snapshot, cycle: str, area: str | None = None) -> pd.DataFrame:
    """Returns whose cover names no lead or no way to reach one (2024 standards, 9.3); by organisation.

    Returns:
        Columns: organisation_id, organisation, sector, areas, missing ("name", "e-mail", "name and e-mail"),
        source_file.
    """
    return only(_leads_missing(snapshot, cycle), None, area)


@remembered
def _leads_missing(snapshot: Snapshot, cycle: str) -> pd.DataFrame:
    returns = snapshot.returns.loc[snapshot.returns["cycle"] == cycle].fillna({"lead_name": "", "lead_email": ""})
    about = snapshot.organisations[["organisation_id", "organisation", "sector", "areas"]]
    frame = returns[["organisation_id", "lead_name", "lead_email", "source_file"]].merge(about, on="organisation_id")
    no_name, no_mail = (frame[name].str.strip() == "" for name in ("lead_name", "lead_email"))
    frame["missing"] = pd.Series("e-mail", frame.index, dtype="str").mask(no_name, "name")
    frame["missing"] = frame["missing"].mask(no_name & no_mail, "name and e-mail")
    frame = frame.loc[no_name | no_mail]
    columns = ["organisation_id", "organisation", "sector", "areas", "missing", "source_file"]
    return frame[columns].sort_values(["organisation", "organisation_id"], ignore_index=True)
