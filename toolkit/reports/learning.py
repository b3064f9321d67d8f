"""Sections about whom to learn from: strengths set beside gaps, without a rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit import comparison, tables
from toolkit.document import Basis, Blocks, Counting, Text
from toolkit.reports.gaps import answers_note, names_in, shown_share
from toolkit.reports.headline import headline
from toolkit.reports.sentences import capital, counted, excerpt, listed, percent, standards

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.document import ColumnSpec, Table
    from toolkit.reports.source import Source

    Pairs = dict[tuple[str, str], list[dict[Any, Any]]]
    Strong = dict[str, list[tuple[str, str]]]

_SHOWN = 3
"""How many organisations a cell names."""
_EXAMPLES = 2
"""How many examples of good practice a criterion gets."""
_FEWEST_CRITERIA = 3
"""How many criteria of a standard must apply to an organisation before its share of them says anything."""


def learning_pairs(source: Source) -> Blocks:
    """For each standard on which an area could learn: areas with a strength there, and organisations to talk to."""
    frame = comparison.learning_pairs(source.snapshot, source.cycle.id)
    every = comparison.area_by_standard(source.snapshot, source.cycle.id, "essential")
    areas = _areas(source)
    if not (every["n"] >= source.thresholds.too_few).any():
        return Blocks((Text("There are too few answers to say who could learn from whom."),))
    if len(areas) == 1:
        return Blocks((Text(f"{areas[0]} has no other area to learn from."),))
    if not len(frame):
        under = percent(source.thresholds.gap)
        return Blocks(
            (Text(f"No area is under {under} on any standard, or clearly lower than the rest of the region."),)
        )
    cases = frame.drop_duplicates(["area", "standard"]).to_dict("records")
    strong = _strong_organisations(source)
    pairs = _by_case(frame)
    rows = [_row(source, row["area"], pairs, strong, row) for row in cases]
    sentence = _pairs_sentence(source, frame, cases)
    elsewhere = any(not case["learn_from"] and row["talk_to"] != "none" for case, row in zip(cases, rows, strict=True))
    if elsewhere and not source.policy.pseudonymous:
        sentence += " Where there is none, the table names organisations elsewhere that do well."
    return Blocks((Text(sentence), _table(source, "Whom each area can learn from", rows)))


def learn_from(source: Source, area: str) -> Blocks:
    """Standard by standard: how the area stands, which areas have a strength, and which organisations to talk to."""
    here = comparison.by_standard(source.snapshot, source.cycle.id, area, "essential")
    frame = comparison.learning_pairs(source.snapshot, source.cycle.id, "standard", area)
    if not (here["n"] >= source.thresholds.too_few).any():
        return Blocks((Text(f"Too few organisations of {area} have answered to say whom it could learn from."),))
    sentence = _area_sentence(source, area, frame)
    few = list(here["standard"][(here["n"] < source.thresholds.too_few) & (here["asked"] > 0)])
    if few:
        sentence += f" On {standards(few)} there are too few answers to say."
    if not len(frame):
        return Blocks((Text(sentence),))
    strong = _strong_organisations(source)
    pairs = _by_case(frame)
    rows = [_row(source, area, pairs, strong, row) for row in here.to_dict("records") if row["asked"]]
    return Blocks((Text(sentence), _table(source, f"Whom {area} can learn from", rows, area)))


def good_practice(source: Source, standard: str) -> Blocks:
    """Evidence at length on criteria that many do not meet, as organisations wrote it, a few for each criterion."""
    frame = comparison.good_practice(source.snapshot, source.cycle.id, standard)
    if not len(frame):
        return Blocks((Text("No answer rated met comes with evidence long enough to share."),))
    number = len(frame)
    if not source.shows_text:
        return _practice_counted(source, frame)
    shown = frame.groupby("criterion", sort=False).head(_EXAMPLES)
    region = [
        shown_share(source, int(met), int(applicable))
        for met, applicable in zip(shown["region_met"], shown["region_applicable"], strict=True)
    ]
    return Blocks(
        (
            Text(
                f"{capital(counted(number, 'answer'))} rated met {'comes' if number == 1 else 'come'} with evidence "
                "that others could use. It is what organisations wrote, and nobody has checked it."
            ),
            tables.table(
                "Good practice to share",
                shown.assign(evidence=[excerpt(text) for text in shown["evidence"]], region=region),
                [
                    ("criterion", "Criterion"),
                    ("organisation", "Organisation"),
                    ("evidence", "Evidence"),
                    ("region", "Met in the region"),
                ],
                notes=(f"At most {_EXAMPLES} for each criterion, in the order of names.", answers_note(source)),
                basis=Basis.of(
                    rows={"Criterion": "criterion", "Organisation": "organisation"},
                    columns={
                        "Met in the region": Counting("Met in the region", "share", "region", "essential by criterion")
                    },
                    standard=standard,
                    state="met",
                ),
            ),
        )
    )


def _practice_counted(source: Source, frame: pd.DataFrame) -> Blocks:
    """How many answers come with evidence that others could use, where the audience may not read it."""
    number = len(frame)
    each = frame.groupby("criterion", sort=False).agg(
        answers=("criterion", "size"), met=("region_met", "first"), applicable=("region_applicable", "first")
    )
    region = [shown_share(source, int(met), int(of)) for met, of in zip(each["met"], each["applicable"], strict=True)]
    return Blocks(
        (
            Text(
                f"{capital(counted(number, 'answer'))} rated met {'comes' if number == 1 else 'come'} with evidence "
                "that others could use. It is not shown, because this edition does not show what organisations wrote; "
                f"{_contact(source)}."
            ),
            tables.table(
                "Criteria with good practice to share",
                each.reset_index().assign(region=region),
                [
                    ("criterion", "Criterion"),
                    ("answers", "Answers with evidence at length", "count"),
                    ("region", "Met in the region"),
                ],
                notes=(answers_note(source),),
            ),
        )
    )


def _pairs_sentence(source: Source, frame: pd.DataFrame, cases: list[dict[Any, Any]]) -> str:
    """How many areas could learn, and in how many cases no area has a strength to show."""
    number = int(frame["area"].nunique())
    lower = " or clearly lower than the rest of the region" if (frame["why"] != "gap").any() else ""
    sentence = (
        f"{capital(counted(number, 'area'))} {'is' if number == 1 else 'are'} under {percent(source.thresholds.gap)}"
        f"{lower} on at least one standard: {counted(len(cases), 'case')} in all."
    )
    alone = sum(not case["learn_from"] for case in cases)
    strength = f"reaches {percent(source.thresholds.strength)} there"
    if alone == len(cases):
        return f"{sentence} No area {strength}."
    return f"{sentence} In {alone} of {len(cases)} no area {strength}." if alone else sentence


def _area_sentence(source: Source, area: str, frame: pd.DataFrame) -> str:
    """Where one area is under the threshold of a gap or clearly lower, and where others have a strength."""
    under, strength = percent(source.thresholds.gap), percent(source.thresholds.strength)
    gaps, lower = (list(frame["standard"][found].unique()) for found in (frame["why"] == "gap", frame["why"] != "gap"))
    if not gaps and not lower:
        return f"{area} has no standard under {under}."
    sentences = []
    if gaps:
        sentences.append(f"In {area} fewer than {under} of {headline(source).answers} are met on {standards(gaps)}.")
    if lower:
        sentences.append(f"{area} is clearly lower than the rest of the region on {standards(lower)}.")
    if len(_areas(source)) > 1:
        helped = list(frame["standard"][frame["learn_from"] != ""].unique())
        if helped:
            sentences.append(f"Other areas reach {strength} on {standards(helped)}.")
        else:
            what = "it" if len(gaps) + len(lower) == 1 else "any of these"
            sentences.append(f"No area reaches {strength} on {what}.")
    return " ".join(sentences)


def _areas(source: Source) -> list[str]:
    """The areas that some organisation serves."""
    frame = comparison.response_rate(source.snapshot, source.cycle.id, "area")
    return list(frame["area"][frame["expected"] > 0])


def _strong_organisations(source: Source) -> Strong:
    """Organisations by standard that meet at least the threshold of a strength of enough criteria, by name."""
    frame = comparison.by_organisation(source.snapshot, source.cycle.id)
    frame = frame[(frame["share"] >= source.thresholds.strength) & (frame["applicable"] >= _FEWEST_CRITERIA)]
    found: Strong = {}
    for standard, name, areas in zip(*(frame[one] for one in ("standard", "organisation", "areas")), strict=True):
        found.setdefault(standard, []).append((name, areas))
    return found


def _by_case(frame: pd.DataFrame) -> Pairs:
    """Learning pairs by area and standard."""
    found: Pairs = {}
    for row in frame.to_dict("records"):
        found.setdefault((row["area"], row["standard"]), []).append(row)
    return found


def _row(source: Source, area: str, pairs: Pairs, strong: Strong, here: dict[Any, Any]) -> dict[str, str]:
    found = pairs.get((area, here["standard"]), [])
    areas = [row for row in found if row["learn_from"]]
    talk_to = [name for row in areas for name in names_in(row["talk_to"])]
    if found and not talk_to:
        talk_to = [name for name, serves in strong.get(here["standard"], []) if area not in names_in(serves)]
    standing = _standing(source, found, int(here.get("n", source.thresholds.too_few)))
    return {
        "area": area,
        "standard": here["standard"],
        "here": "–" if standing == "too few" else shown_share(source, int(here["met"]), int(here["applicable"])),
        "why": standing,
        "strength": listed(
            f"{row['learn_from']} {shown_share(source, int(row['from_met']), int(row['from_applicable']))}"
            for row in areas
        )
        or ("none" if found else "–"),
        "talk_to": listed(dict.fromkeys(talk_to), most=_SHOWN) or ("none" if found else "–"),
    }


def _standing(source: Source, found: list[dict[Any, Any]], n: int) -> str:
    """How an area stands on a standard, in words; a case of learning always has enough answers."""
    under = percent(source.thresholds.gap)
    if found:
        return f"under {under}" if found[0]["why"] == "gap" else "clearly lower than the rest"
    return "too few" if n < source.thresholds.too_few else f"{under} or more"


def _table(source: Source, caption: str, rows: list[dict[str, str]], area: str | None = None) -> Table:
    """Whom to learn from: for one area, or for each of them in a first column."""
    import pandas as pd

    strength = percent(source.thresholds.strength)
    columns: list[ColumnSpec] = [
        ("standard", "Standard"),
        ("here", "Share met"),
        ("why", "Standing"),
        ("strength", "Areas with a strength"),
    ]
    if not source.policy.pseudonymous:
        columns.append(("talk_to", "Organisations to talk to"))
    return tables.table(
        caption,
        pd.DataFrame(rows),
        columns if area else [("area", "Area"), *columns],
        row_headers=1 if area else 2,
        notes=(
            answers_note(source),
            f"A strength is a share met of {strength} or more. {_whom_note(source)}",
        ),
        basis=Basis.of(
            rows={"Standard": "standard"} if area else {"Area": "area", "Standard": "standard"},
            columns={"Share met": "share"},
            counted="essential by standard",
            area=area,
        ),
    )


def _whom_note(source: Source) -> str:
    """Which organisations are named to talk to, or why none is."""
    if source.policy.pseudonymous:
        return f"Whom to talk to there is not shown, because organisations have pseudonyms; {_contact(source)}."
    return (
        "Organisations to talk to serve another area: one with a strength, where they wrote evidence at length; where "
        f"no area has one, those that meet {percent(source.thresholds.strength)} or more of at least "
        f"{_FEWEST_CRITERIA} criteria of the standard that apply to them. They are in the order of their names, areas "
        "in that of the alphabet."
    )


def _contact(source: Source) -> str:
    return f"write to {source.settings.project.contact} to be put in touch"
