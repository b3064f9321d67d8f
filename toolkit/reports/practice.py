"""Ratings that come without their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import comparison, tables
from toolkit.document import Blocks, Text
from toolkit.reports.bases import single
from toolkit.reports.corrected import corrected_note
from toolkit.reports.sentences import out_of, percent

if TYPE_CHECKING:
    from toolkit.reports.source import Source

_LISTED = 15
"""How many answers the list has."""

_WORDS = {"empty": "No evidence written", "placeholder": "Only a placeholder"}


def without_evidence(source: Source, standard: str, met: int) -> Blocks:
    """Answers rated met that name no evidence, of the `met` answers that are rated so."""
    if not met:
        return Blocks((Text("No answer is rated met yet."),))
    frame = comparison.met_without_evidence(source.snapshot, source.cycle.id, standard)
    if not len(frame):
        return Blocks((Text(f"Every answer rated met names its evidence ({met:,} of {met:,})."),))
    return Blocks(
        (
            Text(
                f"{out_of(len(frame), met, 'answer')} rated met {'names' if len(frame) == 1 else 'name'} no evidence "
                f"({percent(len(frame) / met)})."
            ),
            tables.action_table(
                "Rated met without evidence",
                frame.assign(why=[_WORDS.get(str(why), str(why)) for why in frame["why"]]),
                [
                    ("organisation", "Organisation"),
                    ("criterion", "Criterion"),
                    ("priority", "Priority"),
                    ("why", "What was found"),
                ],
                most=_LISTED,
                rest=source.rest,
                notes=corrected_note(source, frame.head(_LISTED)),
                basis=single(standard=standard),
            ),
        )
    )
