"""Tables that are made once a snapshot, however many reports and sections read them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.store import Snapshot

P = ParamSpec("P")
T = TypeVar("T")


def remembered(make: Callable[Concatenate[Snapshot, P], T]) -> Callable[Concatenate[Snapshot, P], T]:
    """Have a function of a snapshot make each of its results once; they go when the snapshot goes.

    They are made from the original of a snapshot that was lent, and a frame is given as a shallow copy: what a reader
    does to it stays with that reader. Only for functions with few different arguments: a cycle, a priority, an area.
    """
    known: WeakKeyDictionary[Snapshot, dict[tuple[object, ...], T]] = WeakKeyDictionary()

    @wraps(make)
    def once(snapshot: Snapshot, /, *args: P.args, **kwargs: P.kwargs) -> T:
        original = snapshot.original or snapshot
        found = known.setdefault(original, {})
        key = (*args, *sorted(kwargs.items()))
        if key not in found:
            found[key] = make(original, *args, **kwargs)
        result = found[key]
        return result.copy(deep=False) if isinstance(result, pd.DataFrame) else result

    return once
