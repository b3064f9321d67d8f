"""Fill in one workbook as one sender would: a pure function of a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.catalogue import load_framework, load_scale
from toolkit.demo.chance import chance
from toolkit.demo.messing import Sender, mess_up
from toolkit.layouts import load_layout
from toolkit.workbook import audit_workbook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from toolkit.project import Cycle, Settings
    from toolkit.records import Organisation, Rating, Response


@dataclass(frozen=True)
class Job:
    """One workbook to fill in. `steps` names what is done to it afterwards; `seed` decides how."""

    organisation: Organisation
    cycle: Cycle
    settings: Settings
    answers: Mapping[str, Response]
    cover: Mapping[str, str]
    steps: tuple[str, ...] = ()
    seed: str = ""
    data_set: Mapping[str, tuple[str | int | dt.date, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """A finished file, and the criteria whose ratings cannot be read from it, with what is left of them."""

    content: bytes
    lost: Mapping[str, Rating]


def fill(job: Job) -> Filled:
    """The workbook of a job, messed up where it says so; the same job gives the same bytes."""
    framework, scale = load_framework(job.cycle.framework), load_scale(job.cycle.scale)
    content = audit_workbook(
        framework,
        scale,
        job.organisation,
        job.cycle,
        job.settings,
        job.answers,
        job.cover,
        data_set_answers=job.data_set,
    )
    if not job.steps:
        return Filled(content, {})
    sender = Sender(
        stream=chance(job.seed, *job.steps),
        layout=load_layout(),
        framework=framework,
        scale=scale,
        organisation=job.organisation,
        year=job.cycle.issued.year,
        answers=job.answers,
    )
    return Filled(*mess_up(content, job.steps, sender))
