"""A region small enough to count on one's fingers, for the tests of `toolkit.comparison`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.catalogue import Criterion, Crosswalk, Framework, Link, LinkType, Standard, load_scale
from toolkit.comparison import answers
from toolkit.project import Area, Cycle, Settings, Thresholds
from toolkit.project.settings import About
from toolkit.store.snapshots import FRAMES, MORE_FRAMES, Definitions, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AREAS = ("Yarrow", "Birch", "Ash")
"""Not in the order of the alphabet: tables keep the order of the project file."""

EARLY = {"1": ("1.1", "1.2", "1.3")}
LATE = {"2": ("2.1", "2.2", "2.9", "2.10"), "1": ("1.1", "1.2")}
"""Not in the order of text, either."""

VALUES = {"met": 1.0, "partly_met": 0.5, "not_met": 0.0}
WORDS = {"m": "met", "p": "partly_met", "n": "not_met", "x": "not_applicable", "-": "blank", "?": "unreadable"}


@dataclass(frozen=True)
class Org:
    """An organisation and its ratings of the later cycle: letters of WORDS, one a criterion of `asked`.

    None is a missing return. `before` are its ratings of the earlier cycle, criteria 1.1 to 1.3.
    """

    id: str
    areas: str
    ratings: str | None
    before: str | None = None
    sector: str = "Health"
    tiers: str = ""
    lead: str = "A Lead"


@dataclass(frozen=True)
class Extra:
    """What stands beside one rating."""

    evidence: str = ""
    action: str = ""
    target_date: str | None = None


def tiny(
    organisations: Sequence[Org],
    asked: Sequence[str] = ("1.1",),
    *,
    priorities: Mapping[str, str] | None = None,
    links: Sequence[tuple[str, str, str]] = (),
    extras: Mapping[tuple[str, str, str], Extra] | None = None,
    thresholds: Thresholds | None = None,
) -> Snapshot:
    """A snapshot of cycles 2021 (framework `early`) and 2024 (`late`).

    Args:
        organisations: who is asked.
        asked: criteria of `late` that everybody is asked, in the order of the organisations' letters.
        priorities: criterion to priority, essential where not named.
        links: earlier, later, type.
        extras: (cycle, organisation, criterion) to evidence, action, date.
        thresholds: of the project file; too_few 2 and common 2 where not given.
    """
    given = extras or {}
    frames: dict[str, list[tuple[object, ...]]] = {name: [] for name in FRAMES | MORE_FRAMES}
    for org in organisations:
        frames["organisations"].append(
            (org.id, f"Org {org.id}", org.sector, org.areas, org.tiers, False, False, org.lead, "lead@example.org")
        )
        for cycle, framework, criteria, ratings in (
            ("2021", "early", EARLY["1"], org.before),
            ("2024", "late", tuple(asked), org.ratings),
        ):
            what = [(c.split(".")[0], c, (priorities or {}).get(c, "essential")) for c in criteria]
            frames["asked"] += [(cycle, framework, org.id, *each) for each in what]
            if ratings is None:
                continue
            frames["returns"].append(
                (cycle, org.id, f"{org.id}.xlsx", "", "", "", "", "", org.lead, "lead@example.org", 0, 0, 0, "")
            )
            for each, letter in zip(what, ratings, strict=True):
                extra = given.get((cycle, org.id, each[1]), Extra())
                head = (cycle, framework, org.id, f"Org {org.id}", org.sector, org.areas, org.tiers, *each)
                rating = WORDS[letter]
                text = (rating, "", extra.evidence, extra.action, "", extra.target_date, "", "", f"{org.id}.xlsx")
                frames["responses"].append((*head, *text, "", "S", "D6", "", VALUES.get(rating, math.nan)))
    return Snapshot(
        id="0" * 16,
        folder=Path("snapshot"),
        settings=_settings(thresholds or Thresholds(too_few=2, common=2)),
        data_cut=datetime(2024, 7, 31, 9, tzinfo=UTC),
        definitions=Definitions(
            {"early": _framework("early", EARLY), "late": _framework("late", LATE)},
            {"three-level": load_scale("three-level")},
            {"early-to-late": _crosswalk(links)} if links else {},
        ),
        audience="internal",
        **{name: _frame(name, rows) for name, rows in frames.items()},
    )


def _frame(name: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list((FRAMES | MORE_FRAMES)[name]))
    return (
        frame
        if rows
        else frame.astype(
            dict.fromkeys(set(frame.columns) - {"value"}, "str") | {"value": "float64"}
            if "value" in frame
            else dict.fromkeys(frame.columns, "str")
        )
    )


def _settings(thresholds: Thresholds) -> Settings:
    return Settings(
        project=About(name="Tiny", office="Office", contact="office@example.org", synthetic=True),
        areas=tuple(Area(code=f"E0800000{at}", name=name) for at, name in enumerate(AREAS)),
        cycles=(
            Cycle(id="2021", framework="early", issued=date(2021, 1, 1), deadline=date(2021, 3, 1)),
            Cycle(id="2024", framework="late", issued=date(2024, 1, 1), deadline=date(2024, 3, 1)),
        ),
        thresholds=thresholds,
    )


def _framework(name: str, standards: Mapping[str, Sequence[str]]) -> Framework:
    return Framework(
        id=name,
        title=name,
        short_title=name,
        published="2024",
        source="ours",
        numbering="ours",
        standards=tuple(
            Standard(
                standard=number,
                title=number,
                asks=number,
                priority=None,
                criteria=tuple(Criterion(criterion=each, summary=each, clause=each) for each in criteria),
            )
            for number, criteria in standards.items()
        ),
    )


def _crosswalk(links: Sequence[tuple[str, str, str]]) -> Crosswalk:
    late = [criterion for criteria in LATE.values() for criterion in criteria]
    return Crosswalk(
        id="early-to-late",
        earlier="early",
        later="late",
        note="note",
        standards=(),
        criteria=tuple(Link(earlier=a, later=b, type=LinkType(kind), reason="why") for a, b, kind in links),
        unlinked_earlier=tuple(each for each in EARLY["1"] if each not in {a for a, _, _ in links}),
        unlinked_later=tuple(each for each in late if each not in {b for _, b, _ in links}),
    )


def test_the_tiny_region_is_what_it_says() -> None:
    found = answers(tiny([Org("A", "Ash", "m-"), Org("B", "Birch", None)], ("1.1", "2.10")), "2024")
    assert found[["criterion", "organisation_id", "state"]].to_numpy().tolist() == [
        ["2.10", "A", "blank"],
        ["2.10", "B", "missing"],
        ["1.1", "A", "met"],
        ["1.1", "B", "missing"],
    ]
