"""Sections about change since the last cycle, through the crosswalk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import comparison, figures, tables
from toolkit.document import Basis, Blocks, Text
from toolkit.reports.bases import changes
from toolkit.reports.sentences import are, capital, counted, criteria, listed, out_of, percent, standards

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import Figure
    from toolkit.reports.source import Source

_CLEAR = ("better", "worse", "no clear change")
_FEW = "too few to compare"
_NOTHING = "no comparable criteria"
_TOGETHER = (
    "The intervals of all comparisons with the earlier cycle hold together in 95 of 100 cases; a change is clear only "
    "where its interval leaves out zero."
)
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
    if not crosswalk_drawn(source):
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


def crosswalk_drawn(source: Source) -> bool:
    """Whether criteria can be followed from the cycle before: over a crosswalk, or because both asked the same."""
    return _same_framework(source) or source.snapshot.crosswalk(source.cycle.id) is not None


def change_sentence(source: Source, frame: pd.DataFrame) -> str:
    """Which standards are clearly better or worse than in the cycle before, and why the others show no change."""
    better, worse, same = (list(frame["standard"][frame["verdict"] == verdict]) for verdict in _CLEAR)
    before = source.before.id if source.before else ""
    parts = []
    if better:
        parts.append(f"{standards(better)} {are(len(better))} clearly better")
    if worse:
        parts.append(f"{standards(worse)} {are(len(worse))} clearly worse")
    if same:
        parts.append(f"{standards(same)} {'shows' if len(same) == 1 else 'show'} no clear change")
    tail = _not_compared(frame, before)
    if not parts:
        return tail
    compared = int(frame["criteria"][frame["verdict"].isin(_CLEAR)].sum())
    total = int(frame["criteria_total"].sum())
    if compared == total:
        return f"Compared with {before}, {listed(parts)}."
    return (
        f"Only {out_of(compared, total, 'criterion', 'criteria')} can be compared with {before}. On "
        f"{'that one' if compared == 1 else 'those'}, {listed(parts)}. {tail}"
    ).rstrip()


def _not_compared(frame: pd.DataFrame, before: str) -> str:
    """Why standards show no change: too few organisations, or nothing that asks the same."""
    few, nothing = (list(frame["standard"][frame["verdict"] == verdict]) for verdict in (_FEW, _NOTHING))
    if len(nothing) == len(frame):
        return f"No criterion asks the same as in {before} or less, so no change is shown."
    if len(few) == len(frame):
        return f"Too few organisations answered in both cycles to compare any standard with {before}."
    sentences = []
    if few:
        sentences.append(f"Too few organisations answered {standards(few)} in both cycles to compare with {before}.")
    if nothing:
        others = "other standard asks" if len(nothing) == 1 else f"other {len(nothing)} standards ask"
        sentences.append(f"The {others} something different from {before}, so no change is shown.")
    return " ".join(sentences)


def change_by_standard(source: Source, area: str | None = None) -> Blocks:
    """Every standard's share met before and after, over the criteria that ask the same or less."""
    reason = no_change_reason(source)
    if reason or source.before is None:
        return Blocks((Text(reason),))
    frame = comparison.change_by_standard(source.snapshot, source.cycle.id, area)
    if not len(frame):
        return Blocks((Text("No criterion of this cycle can be compared with the cycle before."),))
    linked = frame[frame["verdict"] != _NOTHING]
    if not linked["verdict"].isin(_CLEAR).any():
        return Blocks((Text(change_sentence(source, frame)),))
    return Blocks(
        (
            Text(change_sentence(source, frame)),
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
                    f"or less; shares are of their answers to these. {_TOGETHER}"
                ),
                basis=changes("Standard", "standard", source.before.id, source.cycle.id, area=area),
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
                    basis=Basis.none("The crosswalk between the two frameworks says so; no answer is counted."),
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
    return figures.change_dots(
        _criteria_title(trend),
        _without_tiny(trend).assign(label=_names(source, trend)),
        "label",
        heading="Criterion",
        periods=(before, source.cycle.id),
        before="share_before",
        after="share_after",
        of="organisations",
        caption=f"Share of organisations that meet the criterion, {before} and {source.cycle.id}",
        note=f"Only organisations that answered in both cycles. {_TOGETHER}",
        basis=changes("Criterion", "link", before, source.cycle.id),
    )


def _criteria_sentence(source: Source, trend: pd.DataFrame, partly: pd.DataFrame, new: list[str]) -> str:
    before = source.before.id if source.before else ""
    comparable = [str(one) for one in trend["later"].unique()]
    parts = []
    if len(trend) == 1:
        parts.append(_single_sentence(before, trend.iloc[0], bool(len(partly) or new)))
    elif comparable:
        less = " or less" if (trend["type"] == "narrower").any() else ""
        asks = "asks" if len(comparable) == 1 else "ask"
        named = trend.assign(name=_names(source, trend))
        found = [
            f"{listed(named['name'][named['verdict'] == verdict])} {words}"
            for verdict, words in (
                ("better", "clearly better"),
                ("worse", "clearly worse"),
                ("no clear change", "without a clear change"),
                (_FEW, "with too few answers to compare"),
            )
            if (named["verdict"] == verdict).any()
        ]
        parts.append(f"{capital(criteria(comparable))} {asks} the same as in {before}{less}: {'; '.join(found)}.")
    else:
        parts.append(f"No criterion of this standard can be compared directly with {before}.")
    others = sorted(set(partly["later"]) - set(comparable), key=list(source.framework.criteria).index)
    if others:
        parts.append(f"{capital(criteria(others))} {are(len(others))} only partly comparable.")
    if new:
        parts.append(f"{capital(criteria(new))} {are(len(new))} new.")
    return " ".join(parts)


def _single_sentence(before: str, row: pd.Series, others: bool) -> str:
    """The one comparable criterion of a standard, with its shares and what they are made of."""
    asks = "asks less than" if row["type"] == "narrower" else "asks the same as"
    start = f"{'Only criterion' if others else 'Criterion'} {row['later']} {asks} in {before}"
    number = int(row["organisations"])
    if row["verdict"] == _FEW:
        return f"{start}; too few organisations answered it in both cycles to compare ({number:,})."
    now, then = (f"{percent(row[f'share_{end}'])} ({int(row[f'met_{end}']):,})" for end in ("after", "before"))
    reading = "no clear change" if row["verdict"] == "no clear change" else f"clearly {row['verdict']}"
    return (
        f"{start}: of {counted(number, 'organisation')} that answered in both cycles, {now} meet it now and {then} did "
        f"then, {reading}."
    )


def _names(source: Source, trend: pd.DataFrame) -> list[str]:
    """Each criterion with what it was called before: "4.5 (was 3.4)"; without, where the framework is the same."""
    if _same_framework(source):
        return [str(later) for later in trend["later"]]
    return [f"{later} (was {earlier})" for later, earlier in zip(trend["later"], trend["earlier"], strict=True)]


def _same_framework(source: Source) -> bool:
    return source.before is not None and source.before.framework == source.cycle.framework


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
