"""Who returns what and when in one cycle of the synthetic region, before any file is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.catalogue import asked, load_framework, load_scale
from toolkit.demo.answers import answers
from toolkit.demo.chance import chance
from toolkit.demo.counting import data_set
from toolkit.demo.definitions import load_returning
from toolkit.demo.filling import Job
from toolkit.records import Organisation, Outcome, Rating

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from toolkit.demo.definitions import BatchPlan, CyclePlan, Recipe
    from toolkit.demo.organisations import Member
    from toolkit.demo.ratings import RatingModel
    from toolkit.project import Cycle, Settings
    from toolkit.records import Response

RESUBMITTED = "resubmitted"
CONFLICT = "same-day conflict"
BLANK = "blank workbook sent back"
UNKNOWN = "organisation that is not in the register"
AGAIN = "the same file again"

_FEWEST_MESSY = 2
_LOWERED = 0.15
_COVER_FIELD_LEFT_OUT = 0.02


@dataclass(frozen=True)
class Parcel:
    """One file that will come in: in which batch, under which name, made how, and what should become of it.

    `job` is None for what is no workbook, and for the same file again (`copy_of` names the file then). `counts` is
    whether its ratings end up in the figures.
    """

    batch: str
    name: str
    organisation_id: str
    outcome: Outcome
    mess: str = ""
    job: Job | None = None
    counts: bool = False
    copy_of: str = ""


def plan_cycle(
    everyone: tuple[Member, ...], settings: Settings, cycle: Cycle, model: RatingModel, seed: int
) -> tuple[Parcel, ...]:
    """Every file that comes in for a cycle; it follows from the seed and the organisations alone."""
    return _Planner(everyone, settings, cycle, model, seed).parcels()


class _Planner:
    """Plans one cycle."""

    def __init__(
        self, everyone: tuple[Member, ...], settings: Settings, cycle: Cycle, model: RatingModel, seed: int
    ) -> None:
        self._everyone = everyone
        self._settings = settings
        self._cycle = cycle
        self._model = model
        self._seed = seed
        self._plan: CyclePlan = load_returning().cycles[cycle.id]
        self._names: set[str] = set()

    def parcels(self) -> tuple[Parcel, ...]:
        shuffled = list(self._everyone)
        self._chance("missing").shuffle(shuffled)
        missing = shuffled[: round(load_returning().share_missing * len(shuffled))]
        back = [member for member in self._everyone if member not in missing]
        messy = self._recipes(back)
        found = [parcel for member in back for parcel in self._returned(member, messy.get(_id(member)))]
        if len(self._everyone) >= load_returning().fewest_for_strays:
            found += self._strays(missing, found)
        return tuple(found)

    def _chance(self, *key: str) -> random.Random:
        return chance(self._seed, self._cycle.id, *key)

    def _recipes(self, back: list[Member]) -> dict[str, Recipe]:
        count = max(_FEWEST_MESSY, round(load_returning().share_messy * len(back)))
        recipes = load_returning().recipes[:count]
        senders = self._chance("messy").sample(back, len(recipes))
        return {_id(member): recipe for member, recipe in zip(senders, recipes, strict=True)}

    def _returned(self, member: Member, recipe: Recipe | None) -> Iterator[Parcel]:
        if recipe and recipe.mess in {RESUBMITTED, CONFLICT}:
            yield from self._returned_twice(member, recipe.mess)
            return
        batch = self._batch(member)
        job = self._job(member, batch)
        if recipe is None:
            job = replace(job, data_set=data_set(member.organisation, self._cycle, self._seed))
        else:
            job = replace(job, steps=recipe.steps, seed=f"{self._seed}|mess|{self._cycle.id}|{_id(member)}")
        mess = recipe.mess if recipe else ""
        name = self._file_name(member, batch)
        yield Parcel(batch.id, name, _id(member), Outcome.ACCEPTED, mess, job, counts=True)

    def _returned_twice(self, member: Member, mess: str) -> Iterator[Parcel]:
        """Resubmitted: the later return counts. Conflict: two of the same date, the first stays in the figures."""
        early, next_batch, late = self._plan.batches
        first = self._job(member, early, dated=True)
        lowered = replace(first, answers=self._lowered(member, first.answers))
        name = self._file_name(member, early)
        other = self._unique(name.replace(".xlsx", " corrected.xlsx"))
        if mess == CONFLICT:
            yield Parcel(early.id, name, _id(member), Outcome.ACCEPTED, mess, first, counts=True)
            yield Parcel(next_batch.id, other, _id(member), Outcome.HELD, mess, lowered)
        else:
            yield Parcel(early.id, name, _id(member), Outcome.ACCEPTED, mess, lowered)
            final = self._job(member, late, dated=True)
            yield Parcel(late.id, other, _id(member), Outcome.ACCEPTED, mess, final, counts=True)

    def _strays(self, missing: list[Member], returned: list[Parcel]) -> Iterator[Parcel]:
        """Files of organisations that return nothing else, of an organisation nobody knows, and one file twice."""
        senders = iter(sorted((member.organisation for member in missing), key=lambda one: one.organisation_id))
        batch = self._plan.batches[-1]
        for stray in load_returning().strays:
            if stray.stray == AGAIN:
                first = next(p for p in returned if not p.mess and p.batch == self._plan.batches[0].id)
                name = self._unique(first.name.replace(".xlsx", " (2).xlsx"))
                yield Parcel(batch.id, name, first.organisation_id, stray.outcome, stray.stray, copy_of=first.name)
                continue
            sender = self._stranger() if stray.stray == UNKNOWN else next(senders)
            job = Job(sender, self._cycle, self._settings, {}, {}) if stray.stray == BLANK else None
            if stray.stray == UNKNOWN:
                like = replace(next(m for m in self._everyone if m.organisation.tiers == ("1",)), organisation=sender)
                job = replace(self._job(like, batch), steps=("identity_stripped",), seed=str(self._seed))
            name = self._unique(f"{_short(sender)} - audit return {self._cycle.id}.xlsx")
            owner = "" if stray.stray == UNKNOWN else sender.organisation_id
            yield Parcel(batch.id, name, owner, stray.outcome, stray.stray, job)

    def _stranger(self) -> Organisation:
        name = load_returning().unknown_organisation
        return Organisation(
            organisation_id=name.lower().replace(" ", "-"),
            name=name,
            aliases=(name,),
            sector="Other",
            areas=(self._settings.areas[0].name,),
            tiers=("1",),
            commissioner=False,
            direct_services=False,
            lead_name="",
            lead_email="",
        )

    def _job(self, member: Member, batch: BatchPlan, *, dated: bool = False) -> Job:
        framework, scale = load_framework(self._cycle.framework), load_scale(self._cycle.scale)
        items = asked(framework, member.organisation, self._settings.area_codes)
        written = answers(self._model, member, self._cycle, scale, items)
        cover = self._cover(member, batch, dated=dated)
        return Job(member.organisation, self._cycle, self._settings, written, cover)

    def _lowered(self, member: Member, written: Mapping[str, Response]) -> dict[str, Response]:
        """The same answers with some ratings lower, as they were before somebody corrected them."""
        levels = load_scale(self._cycle.scale).levels
        label = next(level.label for level in levels if level.rating == Rating.PARTLY_MET)
        stream = self._chance("lowered", _id(member))
        met = [reference for reference, answer in written.items() if answer.rating is Rating.MET]
        changed = stream.sample(met, min(len(met), 1 + round(_LOWERED * len(met))))
        return {
            reference: replace(answer, rating=Rating.PARTLY_MET, rating_as_written=label)
            if reference in changed
            else answer
            for reference, answer in written.items()
        }

    def _cover(self, member: Member, batch: BatchPlan, *, dated: bool) -> dict[str, str]:
        stream, plan = self._chance("cover", _id(member), batch.id), load_returning()
        days = stream.randint(1, 12)
        cover = {
            "lead_role": "Strategic lead" if member.organisation.lead_name else "",
            "completed_by": stream.choice(plan.completed_by),
            "authorised_by": stream.choice(plan.authorised_by),
            "completed_on": (batch.received_at.date() - dt.timedelta(days=days)).isoformat(),
        }
        left_out = {key for key in cover if stream.random() < _COVER_FIELD_LEFT_OUT and not dated}
        return {key: value for key, value in cover.items() if key not in left_out}

    def _batch(self, member: Member) -> BatchPlan:
        draw = self._chance("batch", _id(member)).random()
        for batch in self._plan.batches:
            if draw < batch.share:
                return batch
            draw -= batch.share
        return self._plan.batches[-1]

    def _file_name(self, member: Member, batch: BatchPlan) -> str:
        pattern = self._chance("file name", _id(member)).choice(load_returning().file_names)
        day = batch.received_at.date() - dt.timedelta(days=1)
        return self._unique(
            pattern.format(
                id=_id(member), short=_short(member.organisation), cycle=self._cycle.id, date=f"{day:%d.%m.%y}"
            )
        )

    def _unique(self, name: str) -> str:
        while name.casefold() in self._names:
            name = name.replace(".xlsx", " copy.xlsx")
        self._names.add(name.casefold())
        return name


def _id(member: Member) -> str:
    return member.organisation.organisation_id


def _short(organisation: Organisation) -> str:
    return organisation.aliases[0] if organisation.aliases else organisation.organisation_id
