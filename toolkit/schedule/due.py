"""When the scheduled run is due: pure functions of the settings, the clock and the log."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.project import Schedule

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def last_due(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """The latest moment at or before `now` (local time, no zone) at which the schedule asks for a run."""
    today = _at(schedule, now.date())
    if schedule.every == "day":
        return today if today <= now else today - dt.timedelta(days=1)
    if schedule.every == "week":
        back = (now.weekday() - WEEKDAYS.index(str(schedule.on).lower())) % 7
        candidate = today - dt.timedelta(days=back)
        return candidate if candidate <= now else candidate - dt.timedelta(days=7)
    candidate = today.replace(day=int(schedule.on or 1))
    if candidate <= now:
        return candidate
    return (candidate.replace(day=1) - dt.timedelta(days=1)).replace(day=int(schedule.on or 1))


def next_due(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """The first moment after `now` (local time, no zone) at which the schedule asks for a run."""
    previous = last_due(schedule, now)
    if schedule.every == "day":
        return previous + dt.timedelta(days=1)
    if schedule.every == "week":
        return previous + dt.timedelta(days=7)
    return (previous.replace(day=1) + dt.timedelta(days=32)).replace(day=int(schedule.on or 1))


def is_due(schedule: Schedule, now: dt.datetime, last_done: dt.datetime | None) -> bool:
    """Whether a run is owed: none has finished since the schedule last asked for one."""
    return last_done is None or last_done < last_due(schedule, now)


def in_words(schedule: Schedule) -> str:
    """The schedule as a person says it: "every week on monday at 06:00"."""
    if schedule.every == "day":
        return f"every day at {schedule.at}"
    if schedule.every == "week":
        return f"every week on {str(schedule.on).capitalize()} at {schedule.at}"
    return f"every month on day {schedule.on} at {schedule.at}"


def _at(schedule: Schedule, day: dt.date) -> dt.datetime:
    hour, minute = (int(part) for part in schedule.at.split(":"))
    return dt.datetime.combine(day, dt.time(hour, minute))
