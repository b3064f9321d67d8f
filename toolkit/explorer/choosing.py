"""What a peer reviewer chose, and what that choice shows: pure functions over a snapshot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.comparison import answers, area_by_criterion, response_rate
from toolkit.document import Blocks, Heading, Text, how_many
from toolkit.figures import heat_table
from toolkit.reports.groups import nothing_essential
from toolkit.reports.headline import headline
from toolkit.reports.source import Source
from toolkit.tables import table

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot

_NO_RETURN = {"missing": "No return"}


@dataclass(frozen=True)
class Choice:
    """What is chosen in the explorer. Empty `areas`, `sector`, `tier` and `search` mean all."""

    cycle: str
    standard: str
    criterion: str
    areas: tuple[str, ...] = ()
    sector: str = ""
    tier: str = ""
    search: str = ""


def picture(snapshot: Snapshot, choice: Choice) -> Blocks:
    """How many of the chosen organisations have returned, and their areas by the criteria of the chosen standard.

    Small numbers are not compared here either: a cell below the project's threshold is hatched, and says few.
    """
    source = _source(snapshot, choice)
    standard = source.standard(choice.standard)
    head = Heading(f"Standard {standard.standard}: {standard.title}")
    rate = response_rate(source.snapshot, choice.cycle)
    returned, expected = int(rate["returned"].iloc[0]), int(rate["expected"].iloc[0])
    if not expected:
        return Blocks((head, Text("No organisation on the register is in this choice; widen area, sector or tier.")))
    verb = "has" if expected == 1 else "have"
    who = Text(f"{returned:,} of {how_many(expected, 'organisation')} in this choice {verb} returned.")
    if not source.answered(choice.standard):
        return Blocks((head, who, Text("None of them has answered this standard, so there is nothing to draw.")))
    few, measure = source.thresholds.too_few, headline(source, choice.standard).measure
    chart = heat_table(
        f"{measure} by criterion and area",
        area_by_criterion(source.snapshot, choice.cycle, choice.standard, "essential"),
        "criterion",
        "area",
        heading="Criterion",
        counted="n",
        too_few=few,
        measure=measure,
        note="An organisation that serves several areas counts in each. "
        f"Where fewer than {few} organisations answered, the cell says few.{nothing_essential(source, standard)}",
    )
    return Blocks((head, who, chart))


def responses(snapshot: Snapshot, choice: Choice) -> Blocks:
    """What the chosen criterion asks, and what every chosen organisation that was asked rated and wrote.

    With a search, only those in whose name, evidence or action every searched word stands, in any case.
    """
    source = _source(snapshot, choice)
    everyone = answers(source.snapshot, choice.cycle, choice.standard)
    everyone = everyone[everyone["criterion"] == choice.criterion]
    everyone = everyone.astype(dict.fromkeys(("organisation", "areas", "sector", "tier", "state"), "str"))
    found = everyone[_matches(everyone, choice.search)]
    shown = table(
        f"Criterion {choice.criterion}: {len(found):,} of {how_many(len(everyone), 'organisation')} asked",
        found.assign(
            rating=found["state"].map(source.rating_words | _NO_RETURN),
            action=found["action"] + found["target_date"].map(lambda date: f"\nBy {date}" if date else ""),
            who=found["areas"].replace("; ".join(snapshot.settings.area_codes), "All areas")
            + "\n"
            + found["sector"]
            + found["tier"].map(lambda tier: f", tier {tier}" if tier else ""),
        ),
        [
            ("organisation", "Organisation"),
            ("rating", "Rating"),
            ("evidence", "Evidence"),
            ("action", "Action"),
            ("who", "Areas, sector and tier"),
        ],
        empty=(
            "No organisation's name, evidence or action has all of these words."
            if len(everyone)
            else "No organisation in this choice was asked about this criterion."
        ),
    )
    return Blocks((Text(source.summary_of(choice.criterion)), shown))


def _source(snapshot: Snapshot, choice: Choice) -> Source:
    chosen = _narrowed(snapshot, choice.areas, choice.sector, choice.tier)
    return Source(chosen, chosen.settings.cycle(choice.cycle), "internal")


@lru_cache(maxsize=4)
def _narrowed(snapshot: Snapshot, areas: tuple[str, ...], sector: str, tier: str) -> Snapshot:
    """The snapshot with only the chosen areas, and only the organisations of these areas, this sector and this tier."""
    organisations = snapshot.organisations
    keep = organisations["organisation_id"].notna()
    settings = snapshot.settings
    if areas:
        keep &= organisations["areas"].map(lambda served: not set(areas).isdisjoint(served.split("; ")))
        settings = settings.model_copy(update={"areas": tuple(area for area in settings.areas if area.name in areas)})
    if sector:
        keep &= organisations["sector"] == sector
    if tier:
        keep &= organisations["tiers"].map(lambda held: tier in held.split("; "))
    ids = set(organisations.loc[keep, "organisation_id"])

    def only(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["organisation_id"].isin(ids)].reset_index(drop=True)

    return replace(
        snapshot,
        settings=settings,
        organisations=only(organisations),
        responses=only(snapshot.responses),
        asked=only(snapshot.asked),
        returns=only(snapshot.returns),
        queries=only(snapshot.queries),
        corrections=only(snapshot.corrections),
        other_ratings=only(snapshot.other_ratings),
    )


def _matches(rows: pd.DataFrame, search: str) -> pd.Series[bool]:
    """Rows in which every searched word stands somewhere in the organisation's name, evidence or action."""
    text = (rows["organisation"] + "\n" + rows["evidence"] + "\n" + rows["action"]).map(str.casefold)
    return text.map(lambda held: all(word in held for word in search.casefold().split())).astype(bool)
