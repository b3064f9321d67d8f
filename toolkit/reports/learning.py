"""Sections about whom to learn from: strengths set beside gaps, without a rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit import comparison, tables
from toolkit.document import Blocks, Text
from toolkit.reports.gaps import names_in
from toolkit.reports.sentences import are, capital, counted, excerpt, listed, percent, share_of, standards

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import ColumnSpec, Table
    from toolkit.reports.source import Source

_SHOWN = 3
"""How many organisations a cell names."""
_EXAMPLES = 2
"""How many examples of good practice a criterion gets."""


def learning_pairs(source: Source) -> Blocks:
    """For each standard on which an area is below: areas with a strength there, and organisations to talk to."""
    frame = comparison.learning_pairs(source.snapshot, source.cycle.id)
    every = comparison.area_by_standard(source.snapshot, source.cycle.id)
    if not (every["n"] >= source.thresholds.too_few).any():
        return Blocks((Text("There are too few answers to say who could learn from whom."),))
    if not len(frame):
        return Blocks((Text("No area is clearly below the others on any standard."),))
    below = frame.drop_duplicates(["area", "standard"]).to_dict("records")
    alone = sum(not row["learn_from"] for row in below)
    number = int(frame["area"].nunique())
    sentence = (
        f"{capital(counted(number, 'area'))} {are(number)} below on at least one standard: "
        f"{counted(len(below), 'case')} in all. "
    )
    strong = _strong_organisations(source)
    rows = [_row(row["area"], row["standard"], frame, strong, row) for row in below]
    if alone == len(below):
        sentence += "No area has a strength there yet."
    elif alone:
        sentence += f"In {alone} of {len(below)} no area has a strength there yet."
    if alone and any(row["talk_to"] != "none" for row in rows):
        sentence += " Where there is none, the table names organisations elsewhere that do well."
    return Blocks((Text(sentence), _table(source, "Whom each area can learn from", rows, area=True)))


def learn_from(source: Source, area: str) -> Blocks:
    """Standard by standard: how the area stands, which areas have a strength, and which organisations to talk to."""
    here = comparison.by_standard(source.snapshot, source.cycle.id, area)
    frame = comparison.learning_pairs(source.snapshot, source.cycle.id, "standard", area)
    if not (here["n"] >= source.thresholds.too_few).any():
        return Blocks((Text(f"Too few organisations of {area} have answered to say whom it could learn from."),))
    below = list(frame["standard"].unique())
    helped = list(frame["standard"][frame["learn_from"] != ""].unique())
    if not below:
        sentence = f"{area} is not clearly below the others on any standard."
    elif helped:
        sentence = f"{area} is below on {standards(below)}; other areas have a strength on {standards(helped)}."
    else:
        sentence = f"{area} is below on {standards(below)}, and no other area has a strength there."
    strong = _strong_organisations(source)
    rows = [_row(area, row["standard"], frame, strong, row) for row in here.to_dict("records")]
    return Blocks((Text(sentence), _table(source, f"Whom {area} can learn from", rows, area=False)))


def good_practice(source: Source, standard: str) -> Blocks:
    """Evidence at length on criteria that many do not meet, as organisations wrote it, a few for each criterion."""
    frame = comparison.good_practice(source.snapshot, source.cycle.id, standard)
    if not len(frame):
        return Blocks((Text("No answer rated met comes with evidence long enough to share."),))
    shown = frame.groupby("criterion", sort=False).head(_EXAMPLES)
    number = len(frame)
    return Blocks(
        (
            Text(
                f"{capital(counted(number, 'answer'))} rated met {'comes' if number == 1 else 'come'} with evidence "
                "that others could use. It is what organisations wrote, and nobody has checked it."
            ),
            tables.table(
                "Good practice to share",
                shown.assign(evidence=[excerpt(text) for text in shown["evidence"]]),
                [
                    ("criterion", "Criterion"),
                    ("organisation", "Organisation"),
                    ("evidence", "Evidence"),
                    ("region_share", "Share met in the region", "share"),
                ],
                notes=(f"At most {_EXAMPLES} for each criterion, in the order of names.",),
            ),
        )
    )


def _strong_organisations(source: Source) -> pd.DataFrame:
    """Organisations by standard that meet at least the threshold of a strength, by name."""
    frame = comparison.by_organisation(source.snapshot, source.cycle.id)
    return frame[frame["share"] >= source.thresholds.strength]


def _row(area: str, standard: str, pairs: pd.DataFrame, strong: pd.DataFrame, here: dict[Any, Any]) -> dict[str, str]:
    found = pairs[(pairs["area"] == area) & (pairs["standard"] == standard)].to_dict("records")
    areas = [row for row in found if row["learn_from"]]
    talk_to = [name for row in areas for name in names_in(row["talk_to"])]
    if found and not talk_to:
        elsewhere = strong[strong["standard"] == standard]
        talk_to = [
            str(name)
            for name, serves in zip(elsewhere["organisation"], elsewhere["areas"], strict=True)
            if area not in names_in(serves)
        ]
    return {
        "area": area,
        "standard": standard,
        "here": share_of(int(here["met"]), int(here["applicable"])),
        "why": listed(dict.fromkeys(str(row["why"]) for row in found)) or "not below",
        "strength": listed(
            f"{row['learn_from']} {share_of(int(row['from_met']), int(row['from_applicable']))}" for row in areas
        )
        or ("none" if found else "–"),
        "talk_to": listed(dict.fromkeys(talk_to), most=_SHOWN) or ("none" if found else "–"),
    }


def _table(source: Source, caption: str, rows: list[dict[str, str]], *, area: bool) -> Table:
    import pandas as pd

    strength = percent(source.thresholds.strength)
    columns: list[ColumnSpec] = [
        ("standard", "Standard"),
        ("here", "Share met"),
        ("why", "Standing"),
        ("strength", "Areas with a strength"),
        ("talk_to", "Organisations to talk to"),
    ]
    return tables.table(
        caption,
        pd.DataFrame(rows),
        [("area", "Area"), *columns] if area else columns,
        row_headers=2 if area else 1,
        notes=(
            (
                f"A gap is a share met under {percent(source.thresholds.gap)}, a strength one of {strength} or more. "
                f"Organisations to talk to serve another area and meet {strength} or more of the standard; they are in "
                "the order of their names, as areas are in that of the register."
            ),
        ),
    )
