"""Small numbers about people: which figures to hide so that none of them can be worked out from what is published.

Every figure is a sum of counts that nobody publishes. Figures under the threshold are hidden, and beside them others,
until linear programming shows that what is published leaves every hidden figure open (Analysis Function guidance on
statistical disclosure control; Fischetti and Salazar, 2000, for choosing them at least cost). Pure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from toolkit.project import SmallNumbers

    Vector = np.ndarray[Any, np.dtype[np.float64]]

_NOUGHT = 1e-6
_MOST = 1e8
"""More than any count: what may be this large is open."""
_SMALL, _BESIDE = "small", "beside"


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum of counts: `of` says which, and how many times each. `value` is the sum."""

    key: str
    of: Mapping[str, int]
    value: int


@dataclass(frozen=True, slots=True)
class Fact:
    """What a reader knows besides the figures: a sum of counts lies between two limits."""

    of: Mapping[str, int]
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True, slots=True)
class Masks:
    """Which figures are hidden, and why: `small`, or `beside` (to protect another). All others may be shown.

    `exposed` are the keys of those that earlier releases give away whatever is hidden now.
    """

    hidden: Mapping[str, str]
    exposed: tuple[str, ...] = ()


def is_small(value: int, policy: SmallNumbers) -> bool:
    """Whether a count must be hidden: from 1 to below the threshold, and 0 where zeros are hidden too."""
    return 0 < value < policy.threshold or (value == 0 and policy.zeros == "hidden")


def shown(value: int, policy: SmallNumbers) -> int:
    """A count as it is published: rounded half up to the policy's multiple."""
    base = policy.rounding
    return (2 * value + base) // (2 * base) * base if base else value


def told_by(figure: int, policy: SmallNumbers) -> tuple[int, int]:
    """The least and the most that a published figure may stand for."""
    base = policy.rounding
    if not base:
        return figure, figure
    is_nought = figure == 0 and policy.zeros == "shown"
    most = figure + (base - 1) // 2
    return (
        (0, most if most >= policy.threshold else 0) if is_nought else (max(figure - base // 2, policy.threshold), most)
    )


def told_by_hiding(policy: SmallNumbers) -> int:
    """The least that a hidden figure may stand for."""
    return 1 if policy.zeros == "shown" else 0


def protect(
    figures: Sequence[Figure], policy: SmallNumbers, *, derived: Sequence[Figure] = (), facts: Sequence[Fact] = ()
) -> Masks:
    """Which figures to hide.

    What is published must leave open, for every figure or derived count that is small, that it is the threshold or
    more, and, where anything can do it, that it is 1; and for these and every other hidden figure a range at least as
    wide as the threshold less 1. The same input gives the same masks.

    Args:
        figures: all that is to be published for one audience, each key once.
        policy: the project's.
        derived: counts that are published nowhere and that somebody could work out, such as a difference of two
            figures; those that are small are protected, and so are figures of earlier releases that were hidden.
        facts: what readers know besides: parts and wholes, earlier releases.
    """
    hidden: dict[str, str] = {}
    exposed: list[str] = []
    for part in _apart(figures, derived, facts):
        masks = _Audit(*part, policy).masks()
        hidden |= masks.hidden
        exposed += masks.exposed
    return Masks(hidden, tuple(exposed))


def _apart(
    figures: Sequence[Figure], derived: Sequence[Figure], facts: Sequence[Fact]
) -> list[tuple[list[Figure], list[Figure], list[Fact]]]:
    """Figures, derived counts and facts that share no count with others, each lot apart."""
    parent: dict[str, str] = {}

    def root(count: str) -> str:
        while parent.setdefault(count, count) != count:
            parent[count] = count = parent[parent[count]]
        return count

    def lot_of(each: Figure | Fact) -> tuple[list[Figure], list[Figure], list[Fact]]:
        return lots.setdefault(root(next(iter(each.of), "")), ([], [], []))

    everything: list[Figure | Fact] = [*figures, *derived, *facts]
    for one in everything:
        first, *others = one.of or ("",)
        for other in others:
            parent[root(other)] = root(first)
    lots: dict[str, tuple[list[Figure], list[Figure], list[Fact]]] = {}
    for figure in figures:
        lot_of(figure)[0].append(figure)
    for count in derived:
        lot_of(count)[1].append(count)
    for fact in facts:
        lot_of(fact)[2].append(fact)
    return list(lots.values())


@dataclass
class _Audit:
    """One lot of figures that hang together, as a reader could work with them."""

    figures: list[Figure]
    derived: list[Figure]
    facts: list[Fact]
    policy: SmallNumbers
    hidden: dict[str, str] = field(default_factory=dict)
    _seen: list[Vector] = field(default_factory=list)

    def masks(self) -> Masks:
        small = [each for each in self.figures if is_small(each.value, self.policy)]
        waiting = [*small, *self.derived]
        if not waiting:
            return Masks({})
        self.hidden = {each.key: _SMALL for each in small}
        self._prepare()
        exposed = []
        for target in waiting:  # it grows: hiding more opens what was looked at before, and never closes it
            is_open, beside = self._open(target)
            waiting += beside
            exposed += [] if is_open else [target.key]
        return Masks(self.hidden, tuple(exposed))

    def _prepare(self) -> None:
        import numpy as np

        everything: list[Figure | Fact] = [*self.figures, *self.derived, *self.facts]
        counts = sorted({count for each in everything for count in each.of})
        self._at = {count: at for at, count in enumerate(counts)}
        self._rows = np.array([self._row(each.of) for each in self.figures]).reshape(len(self.figures), len(counts))
        known = [self._row(each.of) for each in self.facts]
        self._facts = np.array(known).reshape(len(known), len(counts))
        ranges = [told_by(shown(each.value, self.policy), self.policy) for each in self.figures]
        self._least = np.array([low for low, _ in ranges], dtype=float)
        self._most = np.array([high for _, high in ranges], dtype=float)
        weights = np.array([1.0 + each.value for each in self.figures])
        self._costs = (
            weights / weights.max(initial=1) + np.arange(len(weights)) * 1e-7
        )  # no two alike: one cheapest way

    def _row(self, of: Mapping[str, int]) -> Vector:
        import numpy as np

        row = np.zeros(len(self._at))
        for count, times in of.items():
            row[self._at[count]] = times
        return row

    def _open(self, target: Figure) -> tuple[bool, list[Figure]]:
        """Hide what it takes for a target to be open enough; whether it is then, and what was hidden."""
        limit = self.policy.threshold
        if is_small(target.value, self.policy):
            may_be_least, below = self._reach(target, -1, 1)
            least = 1 if may_be_least else self._extreme(target, -1)
            may_be_most, above = self._reach(target, 1, max(limit, least + limit - 1))
            return may_be_most, [*below, *above]
        if self._is_reached(target, 1, target.value + limit - 1):
            return True, []
        low, high = self._extreme(target, -1), self._extreme(target, 1)
        if high - low >= limit - 1 - _NOUGHT:
            return True, []
        for sign, bound in ((1, low + limit - 1), (-1, high - limit + 1)):
            is_open, beside = self._reach(target, sign, bound)
            if is_open:
                return True, beside
        return False, []

    def _reach(self, target: Figure, sign: int, bound: float) -> tuple[bool, list[Figure]]:
        """Hide the cheapest figures so that a target may reach a bound from below (sign 1) or above (-1), if it can."""
        if self._is_reached(target, sign, bound) or self._extreme(target, sign) * sign >= bound * sign - _NOUGHT:
            return True, []
        import numpy as np
        from scipy.optimize import linprog

        row = self._row(target.of)
        free = [at for at, each in enumerate(self.figures) if self._may_hide(each)]
        opened, eye = self._rows[free], np.eye(len(free))
        above, limits = self._system(opened=frozenset(free))
        rows = [
            np.hstack([above, np.zeros((len(above), 2 * len(free)))]),
            np.hstack([opened, -eye, eye]),
            np.hstack([-opened, eye, -eye]),
            np.hstack([-sign * row, np.zeros(2 * len(free))])[None, :],
        ]
        most = np.concatenate([limits, self._most[free], -self._least[free], [-sign * bound]])
        costs = np.concatenate([np.zeros(len(row)), self._costs[free], self._costs[free]])
        found = linprog(costs, A_ub=np.vstack(rows), b_ub=most, bounds=(0, _MOST), method="highs")
        if found.status != 0:
            return False, []
        moved = found.x[len(row) : len(row) + len(free)] + found.x[len(row) + len(free) :]
        beside = [self.figures[at] for at, by in zip(free, moved, strict=True) if by > _NOUGHT]
        self.hidden |= {each.key: _BESIDE for each in beside}
        self._seen.append(found.x[: len(row)])
        return True, beside

    def _is_reached(self, target: Figure, sign: int, bound: float) -> bool:
        """Whether a target is there by what is true, or by something that was found possible already."""
        import numpy as np

        if target.value * sign >= bound * sign:
            return True
        return bool(self._seen) and float((np.array(self._seen) @ self._row(target.of) * sign).max()) >= bound * sign

    def _may_hide(self, figure: Figure) -> bool:
        """Zeros that are shown elsewhere are not hidden: a reader takes what is hidden for at least 1."""
        return figure.key not in self.hidden and (figure.value > 0 or self.policy.zeros == "hidden")

    def _extreme(self, target: Figure, sign: int) -> float:
        """The most (sign 1) or least (-1) that a target may be, given all that is published."""
        from scipy.optimize import linprog

        above, limits = self._system()
        aim = -sign * self._row(target.of)
        found = linprog(aim, A_ub=above, b_ub=limits, bounds=(0, _MOST), method="highs")
        if found.status != 0:
            raise ToolkitError(f"Small numbers cannot be checked ({found.message}); report this as a fault.")
        self._seen.append(found.x)
        return -sign * float(found.fun)

    def _system(self, opened: frozenset[int] = frozenset()) -> tuple[Vector, Vector]:
        """What a reader knows as rows that are at most a limit, figures that are `opened` taken for hidden."""
        import numpy as np

        places = range(len(self.figures))
        hidden = [at for at in places if self.figures[at].key in self.hidden or at in opened]
        told = [at for at in places if at not in hidden]
        rows = [self._rows[told], -self._rows[told], -self._rows[hidden], self._facts, -self._facts]
        limits = [
            self._most[told],
            -self._least[told],
            np.full(len(hidden), -float(told_by_hiding(self.policy))),
            np.array([each.most for each in self.facts]),
            np.array([-each.least for each in self.facts]),
        ]
        above, most = np.vstack(rows), np.concatenate(limits)
        ends = np.isfinite(most)
        return above[ends], most[ends]
