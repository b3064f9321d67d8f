"""What a peer reviewer chose, and what that choice shows: pure functions over a snapshot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.comparison import area_by_criterion
from toolkit.document import Blocks, Note, Table, Text
from toolkit.figures import heat_table
from toolkit.tables import table

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.store import Snapshot

RATING_WORDS = {
    "met": "Met",
    "partly_met": "Partly met",
    "not_met": "Not met",
    "not_applicable": "Not applicable",
    "blank": "Blank",
    "unreadable": "Unreadable",
}


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


def narrowed(snapshot: Snapshot, choice: Choice) -> Snapshot:
    """The snapshot with only the organisations that serve a chosen area and are of the chosen sector and tier."""
    organisations = snapshot.organisations
    keep = organisations["organisation_id"].notna()
    if choice.areas:
        wanted = set(choice.areas)
        keep &= organisations["areas"].map(lambda areas: bool(wanted & set(areas.split("; "))))
    if choice.sector:
        keep &= organisations["sector"] == choice.sector
    if choice.tier:
        keep &= organisations["tiers"].map(lambda tiers: choice.tier in tiers.split("; "))
    ids = set(organisations.loc[keep, "organisation_id"])

    def only(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["organisation_id"].isin(ids)].reset_index(drop=True)

    return replace(
        snapshot,
        organisations=only(organisations),
        responses=only(snapshot.responses),
        asked=only(snapshot.asked),
        returns=only(snapshot.returns),
        queries=only(snapshot.queries),
    )


def picture(snapshot: Snapshot, choice: Choice) -> Blocks:
    """The area by criterion picture of the chosen standard, as in its deep dive, for the chosen organisations."""
    chosen = narrowed(snapshot, choice)
    standard = snapshot.framework(choice.cycle).standard(choice.standard)
    head = Text(_who(chosen, choice.cycle))
    frame = area_by_criterion(chosen, choice.cycle, choice.standard)
    if choice.areas:
        frame = frame[frame["area"].isin(choice.areas)]
    if not frame["applicable"].sum():
        return Blocks((head, Note("None of the chosen organisations has answered this standard.")))
    return Blocks(
        (
            head,
            heat_table(
                f"Share met by criterion and area: standard {standard.standard}, {standard.title}",
                frame,
                rows="criterion",
                columns="area",
                heading="Criterion",
                too_few=snapshot.settings.thresholds.too_few,
                note=f"Areas with fewer than {snapshot.settings.thresholds.too_few} answers show too few.",
            ),
        )
    )


def responses_table(snapshot: Snapshot, choice: Choice) -> Blocks:
    """Every chosen organisation's rating and evidence for the chosen criterion, those with the searched words only."""
    chosen = narrowed(snapshot, choice)
    criterion = snapshot.framework(choice.cycle).criterion(choice.criterion)
    rows = chosen.responses
    rows = rows[(rows["cycle"] == choice.cycle) & (rows["criterion"] == choice.criterion)]
    found = rows[_matches(rows, choice.search)].assign(rating=lambda frame: frame["rating"].map(RATING_WORDS))
    shown: Table = table(
        f"Criterion {criterion.criterion}: {len(found)} of {len(rows)} responses",
        found,
        [
            ("organisation", "Organisation"),
            ("areas", "Areas"),
            ("sector", "Sector"),
            ("tier", "Tier"),
            ("rating", "Rating"),
            ("evidence", "Evidence"),
            ("action", "Action"),
            ("target_date", "Target date"),
        ],
        empty="No response has these words." if choice.search else "Nobody chosen was asked this and has returned.",
    )
    return Blocks((Text(criterion.text), shown))


def _matches(rows: pd.DataFrame, search: str) -> pd.Series[bool]:
    """Rows in which every searched word stands somewhere in the organisation's name, evidence or action."""
    text = (rows["organisation"] + "\n" + rows["evidence"] + "\n" + rows["action"]).str.casefold()
    found = text.notna()
    for word in search.casefold().split():
        found &= text.str.contains(word, regex=False)
    return found


def _who(chosen: Snapshot, cycle: str) -> str:
    returned = chosen.returns.loc[chosen.returns["cycle"] == cycle, "organisation_id"].nunique()
    asked = chosen.asked.loc[chosen.asked["cycle"] == cycle, "organisation_id"].nunique()
    return f"{returned} of {asked} chosen organisations have returned."
