"""Sections about change since the last cycle, through the crosswalk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import comparison, figures, tables
from toolkit.document import Blocks, Text
from toolkit.reports.sentences import are, capital, counted, criteria, have, listed, out_of, standards

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Figure
    from toolkit.reports.source import Source

_CLEAR = ("better", "worse", "no clear change")
_NOTHING = "no comparable criteria"
_TYPES = {
    "equal": "asks the same",
    "narrower": "asks less than before",
    "broader": "asks more than before",
    "overlaps": "asks partly the same",
    "none": "no counterpart",
}


def no_change_reason(source: Source) -> str:
    """Why nothing can be said about change, or an empty text where it can."""
    if source.before is None:
        return "This is the first cycle, so there is no earlier one to compare with."
    same = source.before.framework == source.cycle.framework
    if not same and source.snapshot.crosswalk(source.cycle.id) is None:
        earlier = source.snapshot.framework(source.before.id)
        return (
            f"Nobody has drawn a crosswalk from the {earlier.short_title} to the {source.framework.short_title}, so "
            "the two cycles cannot be compared."
        )
    if not (source.snapshot.returns["cycle"] == source.before.id).any():
        return f"The snapshot holds no return of the {source.before.id} cycle, so there is nothing to compare with."
    if not len(source.returns):
        return "No return of this cycle has come in yet, so there is nothing to compare."
    return ""


def change_sentence(source: Source, frame: pd.DataFrame) -> str:
    """How many standards are clearly better or worse than in the cycle before."""
    better, worse, same = (list(frame["standard"][frame["verdict"] == verdict]) for verdict in _CLEAR)
    rest = len(frame) - len(better) - len(worse) - len(same)
    before = source.before.id if source.before else ""
    parts = []
    if better:
        parts.append(f"{standards(better)} {are(len(better))} clearly better")
    if worse:
        parts.append(f"{standards(worse)} {are(len(worse))} clearly worse")
    if same:
        parts.append(f"{standards(same)} {'shows' if len(same) == 1 else 'show'} no clear change")
    if not parts:
        return f"No standard can be compared with {before}: too few organisations or no criterion that asks the same."
    tail = f" {capital(counted(rest, 'standard'))} cannot be compared." if rest else ""
    compared, total = int(frame["criteria"].sum()), int(frame["criteria_total"].sum())
    if compared == total:
        return f"Compared with {before}, {listed(parts)}.{tail}"
    return (
        f"Only {out_of(compared, total, 'criterion', 'criteria')} can be compared with {before}. On those, "
        f"{listed(parts)}.{tail}"
    )


def change_by_standard(source: Source, area: str | None = None) -> Blocks:
    """Every standard's share met before and after, over the criteria that ask the same or less."""
    reason = no_change_reason(source)
    if reason or source.before is None:
        return Blocks((Text(reason),))
    frame = comparison.change_by_standard(source.snapshot, source.cycle.id, area)
    if not len(frame):
        return Blocks((Text("No criterion of this cycle can be compared with the cycle before."),))
    alone = [str(one) for one in frame["standard"][frame["verdict"] == _NOTHING]]
    linked = frame[frame["verdict"] != _NOTHING]
    none = f"{capital(standards(alone))} {have(len(alone))} no criterion that asks the same as before or less."
    if not linked["verdict"].isin(_CLEAR).any():
        return Blocks((Text(change_sentence(source, frame)), *((Text(none),) if alone else ())))
    return Blocks(
        (
            Text(change_sentence(source, frame)),
            *((Text(none),) if alone else ()),
            figures.change_dots(
                _title(linked),
                _without_tiny(linked).assign(label=_labels(linked)),
                "label",
                heading="Standard",
                periods=(source.before.id, source.cycle.id),
                before="share_before",
                after="share_after",
                caption=f"Share met in {source.before.id} and {source.cycle.id}, by standard",
                note=(
                    "Only organisations that answered in both cycles, and only criteria that ask the same as before "
                    "or less."
                ),
            ),
        )
    )


def change_in_standard(source: Source, standard: str) -> Blocks:
    """Change criterion by criterion: those that carry a trend as a chart, the others named with the reason."""
    reason = no_change_reason(source)
    if reason or source.before is None:
        return Blocks((Text(reason),))
    frame = comparison.change(source.snapshot, source.cycle.id, standard)
    frame = frame[frame["later"] != ""]
    trend = frame[frame["carries_trend"].astype(bool)]
    new = [str(one) for one in frame["later"][frame["verdict"] == "new"].unique()]
    partly = frame[~frame["carries_trend"].astype(bool) & (frame["verdict"] != "new")]
    found: list[Text] = [Text(_criteria_sentence(source, trend, partly, new))]
    blocks = Blocks(tuple(found))
    if trend["verdict"].isin(_CLEAR).any():
        blocks += Blocks((_criteria_chart(source, trend),))
    if len(partly):
        blocks += Blocks(
            (
                tables.table(
                    "Criteria that are only partly comparable",
                    partly.assign(how=[_TYPES.get(str(kind), str(kind)) for kind in partly["type"]]),
                    [
                        ("later", f"Criterion in {source.cycle.id}"),
                        ("earlier", f"Criterion in {source.before.id}"),
                        ("how", "The later one"),
                        ("reason", "Why"),
                    ],
                ),
            )
        )
    return blocks


def _labels(frame: pd.DataFrame) -> list[str]:
    """Each standard with how many of its criteria the change is about: "Standard 3 (1 of 4 criteria)"."""
    return [
        f"Standard {standard} ({criteria} of {total} criteria)" if criteria < total else f"Standard {standard}"
        for standard, criteria, total in zip(frame["standard"], frame["criteria"], frame["criteria_total"], strict=True)
    ]


def _without_tiny(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without shares and differences where there are too few to compare."""
    few = ~frame["verdict"].isin(_CLEAR)
    shares = ("share_before", "share_after", "difference", "lower", "upper")
    return frame.assign(**{column: frame[column].mask(few) for column in shares})


def _criteria_chart(source: Source, trend: pd.DataFrame) -> Figure:
    before = source.before.id if source.before else ""
    pairs = [f"{later} (was {earlier})" for later, earlier in zip(trend["later"], trend["earlier"], strict=True)]
    return figures.change_dots(
        _criteria_title(trend),
        _without_tiny(trend).assign(label=pairs),
        "label",
        heading="Criterion",
        periods=(before, source.cycle.id),
        before="share_before",
        after="share_after",
        caption=f"Share of organisations that meet the criterion, {before} and {source.cycle.id}",
        note="Only organisations that answered in both cycles.",
    )


def _criteria_sentence(source: Source, trend: pd.DataFrame, partly: pd.DataFrame, new: list[str]) -> str:
    before = source.before.id if source.before else ""
    comparable = [str(one) for one in trend["later"].unique()]
    parts = []
    if comparable:
        verdicts = trend["verdict"].value_counts()
        found = [
            f"{int(verdicts[verdict])} {words}"
            for verdict, words in (
                ("better", "better"),
                ("worse", "worse"),
                ("no clear change", "without a clear change"),
                ("too few to compare", "with too few answers to compare"),
            )
            if verdict in verdicts
        ]
        parts.append(
            f"{capital(counted(len(trend), 'criterion', 'criteria'))} of {before} {have(len(trend))} a direct "
            f"counterpart here: {listed(found)}."
        )
    else:
        parts.append(f"No criterion of this standard can be compared directly with {before}.")
    others = sorted(set(partly["later"]) - set(comparable), key=list(source.framework.criteria).index)
    if others:
        parts.append(f"{capital(criteria(others))} {are(len(others))} only partly comparable.")
    if new:
        parts.append(f"{capital(criteria(new))} {are(len(new))} new.")
    return " ".join(parts)


def _title(frame: pd.DataFrame) -> str:
    better = int((frame["verdict"] == "better").sum())
    worse = int((frame["verdict"] == "worse").sum())
    on = "" if (frame["criteria"] == frame["criteria_total"]).all() else "On the criteria that can be compared, "
    if better and worse:
        return capital(f"{on}{counted(better, 'standard')} {are(better)} clearly better and {worse} clearly worse")
    if better:
        return capital(f"{on}{counted(better, 'standard')} {are(better)} clearly better, none clearly worse")
    if worse:
        return capital(f"{on}{counted(worse, 'standard')} {are(worse)} clearly worse, none clearly better")
    return capital(f"{on}no standard has clearly changed")


def _criteria_title(frame: pd.DataFrame) -> str:
    better = [str(one) for one in frame["later"][frame["verdict"] == "better"].unique()]
    worse = [str(one) for one in frame["later"][frame["verdict"] == "worse"].unique()]
    if better and worse:
        return f"More organisations meet {criteria(better)} than before, fewer meet {criteria(worse)}"
    if better:
        return f"More organisations meet {criteria(better)} than before"
    if worse:
        return f"Fewer organisations meet {criteria(worse)} than before"
    return "No criterion has clearly changed"
