"""The moment that a receipt, a decision or a correction names."""

from __future__ import annotations

import datetime as dt
import os


def in_seconds(moment: dt.datetime | None = None) -> dt.datetime:
    """A moment in UTC and whole seconds; without a time zone it is taken to be UTC.

    Args:
        moment: None for now, or for `SOURCE_DATE_EPOCH` where that is set.
    """
    if moment is None:
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        moment = dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch.isdigit() else dt.datetime.now(dt.UTC)
    aware = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    return aware.replace(microsecond=0)
