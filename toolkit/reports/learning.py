"""Sections about whom to learn from: strengths set beside gaps, without a rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import comparison, tables
from toolkit.document import Blocks, Text
from toolkit.reports.gaps import listed_names
from toolkit.reports.sentences import capital, counted, excerpt, have, listed, share_of, standards

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import ColumnSpec
    from toolkit.reports.source import Source


def learning_pairs(source: Source, area: str | None = None) -> Blocks:
    """For each standard on which an area is below: which areas have a strength there, and whom to talk to."""
    frame = comparison.learning_pairs(source.snapshot, source.cycle.id, "standard", area)
    if not len(frame):
        whom = f"{area} is" if area else "No area is"
        tail = " on any standard that its answers can show" if area else " on any standard"
        return Blocks((Text(f"{whom} {'not ' if area else ''}below the others{tail}."),))
    columns: list[ColumnSpec] = [
        ("area", "Area"),
        ("standard", "Standard"),
        ("here", "Share met there"),
        ("why", "Why it is listed"),
        ("learn_from", "An area with a strength"),
        ("there", "Share met"),
        ("talk_to", "Organisations to talk to"),
    ]
    if area:
        columns = [("standard", "Standard"), ("here", f"Share met in {area}"), *columns[3:]]
    return Blocks(
        (
            Text(_sentence(frame, area)),
            tables.table(
                f"Whom {area or 'each area'} can learn from",
                _shown(frame),
                columns,
                row_headers=1 if area else 2,
                notes=(
                    (
                        "Areas are in the order of the register, not of their figures. A strength is a share met of "
                        f"{source.thresholds.strength:.0%} or more."
                    ),
                ),
            ),
        )
    )


def good_practice(source: Source, standard: str | None = None, area: str | None = None, most: int = 10) -> Blocks:
    """Evidence at length on criteria that many do not meet, as its organisation wrote it."""
    frame = comparison.good_practice(source.snapshot, source.cycle.id, standard, area)
    if not len(frame):
        return Blocks((Text("No answer rated met comes with evidence long enough to share."),))
    frame = frame.assign(evidence=[excerpt(text) for text in frame["evidence"]])
    return Blocks(
        (
            Text(
                f"{capital(counted(len(frame), 'answer'))} rated met {'comes' if len(frame) == 1 else 'come'} with "
                "evidence that others could use. It is what organisations wrote, and nobody has checked it."
            ),
            tables.action_table(
                "Good practice to share",
                frame,
                [
                    ("criterion", "Criterion"),
                    ("organisation", "Organisation"),
                    ("evidence", "Evidence"),
                    ("region_share", "Share met in the region", "share"),
                ],
                most=most,
            ),
        )
    )


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    records = frame.to_dict("records")
    return frame.assign(
        here=[share_of(int(row["met"]), int(row["applicable"])) for row in records],
        there=[
            share_of(int(row["from_met"]), int(row["from_applicable"])) if row["learn_from"] else "" for row in records
        ],
        learn_from=[row["learn_from"] or "None yet" for row in records],
        talk_to=[listed([name for name in str(row["talk_to"]).split("; ") if name], most=4) for row in records],
        why=[listed_names(row["why"]) for row in records],
    )


def _sentence(frame: pd.DataFrame, area: str | None) -> str:
    found = frame[frame["learn_from"] != ""]
    nobody = sorted(set(frame["standard"]) - set(found["standard"]), key=list(frame["standard"].unique()).index)
    if area:
        helped = list(found["standard"].unique())
        first = (
            f"{area} can learn from other areas on {standards(helped)}."
            if helped
            else f"No other area has a strength where {area} is below."
        )
    else:
        first = (
            f"{capital(counted(int(frame['area'].nunique()), 'area'))} {have(int(frame['area'].nunique()))} at least "
            "one standard to improve; the table sets beside each the areas that do well there."
        )
    if nobody and found.shape[0]:
        first += f" On {standards(nobody)} no area has a strength yet, so there is nobody to learn from in the region."
    return first
