"""How far a share or a difference could lie from what the returns show.

What an interval here says. Returns are not a sample of people: the audit asks every registered organisation. The
interval says how far the figure could differ had other organisations like these, in the same circumstances, assessed
themselves. It says nothing about missing returns (the bounds of `EssentialMet` do) nor about whether a self-assessment
is right (peer review does).

The unit is the organisation. One organisation's responses resemble one another, so they are never counted as
independent: everything below adds up within an organisation first and looks at the spread between organisations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from toolkit.scoring.student import t_quantile

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_LEAST = 2
"""A spread between organisations needs two of them, whatever the threshold says."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ratio of two sums over organisations, with what an interval needs.

    Attributes:
        share: sum of numerators / sum of denominators, 0 to 1.
        organisations: those with a denominator above 0.
        variance: linearised variance between organisations; NaN for a single one.
        effective: effective number of independent answers, between 1 and the number of answers.
    """

    share: float
    organisations: int
    variance: float
    effective: float


@dataclass(frozen=True, slots=True)
class Interval:
    """From `lower` to `upper`, at `confidence` (0 to 1)."""

    lower: float
    upper: float
    confidence: float


def ratio_estimate(numerators: ArrayLike, denominators: ArrayLike, answers: ArrayLike | None = None) -> Estimate | None:
    """The ratio of sums over organisations and its variance.

    R = sum(y) / sum(x); v(R) = n / (n - 1) * sum((y - R x)^2) / sum(x)^2, summed over n organisations: the linearised
    variance of a ratio of cluster totals (W. G. Cochran, Sampling Techniques, 3rd ed. 1977, chapter 6; L. Kish, Survey
    Sampling, 1965, chapter 6). No finite population correction: see the module's first paragraph.

    The effective number of answers is R(1 - R) / v(R), no more than there are answers (a lucky evenness between a
    few organisations is not taken as information). Where R is 0 or 1 no spread can be seen; then each
    organisation counts as a single answer, as if its responses moved entirely together.

    Args:
        numerators: per organisation, e.g. responses met; for attainment the sum of (weighted) values.
        denominators: per organisation, e.g. applicable responses; for attainment the sum of weights.
        answers: per organisation, how many answers; the denominators where not given.

    Returns:
        None where the denominators add up to 0.
    """
    y, x = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    count = x if answers is None else np.asarray(answers, dtype=float)
    inside = x > 0
    y, x, count = y[inside], x[inside], count[inside]
    if not len(x):
        return None
    share = float(min(max(y.sum() / x.sum(), 0.0), 1.0))
    influence = _influence(y, x)
    variance = float(influence @ influence) if len(x) > 1 else math.nan
    return Estimate(share, len(x), variance, _effective(share, variance, len(x), float(count.sum())))


def ratio_covariance(
    one: tuple[ArrayLike, ArrayLike],
    other: tuple[ArrayLike, ArrayLike],
) -> float:
    """Covariance of two ratios that share organisations (two areas served by the same police force).

    Both are given over the same organisations in the same order, with 0 / 0 where an organisation is not in a group;
    the covariance is the sum of products of their linearised residuals, 0 for disjoint groups.
    """
    y1, x1 = (np.asarray(part, dtype=float) for part in one)
    y2, x2 = (np.asarray(part, dtype=float) for part in other)
    if min((x1 > 0).sum(), (x2 > 0).sum()) < _LEAST:
        return 0.0
    return float(_influence(y1, x1) @ _influence(y2, x2))


def interval(estimate: Estimate | None, too_few: int, confidence: float = 0.95) -> Interval | None:
    """Wilson's interval for a share, on the effective number of answers, with Student's t for the normal quantile.

    (p + c^2 / 2m -+ c sqrt(p (1 - p) / m + c^2 / 4m^2)) / (1 + c^2 / m), m the effective number of answers, c the t
    quantile with organisations - 1 degrees of freedom. It never has zero width at 0% or 100% and never leaves 0 to 1.
    Sources: E. B. Wilson, JASA 22 (1927), 209-212; for clustered answers E. L. Korn and B. I. Graubard, Survey
    Methodology 24 (1998), 193-201, and C. Franco and others, J. Survey Statistics and Methodology 7 (2019), 334-364.

    Args:
        estimate: from `ratio_estimate`.
        too_few: fewest organisations for which an interval is given (`thresholds.too_few`).
        confidence: two-sided.

    Returns:
        None where there are too few organisations.
    """
    if estimate is None or estimate.organisations < max(too_few, _LEAST):
        return None
    c = t_quantile(confidence, estimate.organisations - 1)
    return Interval(*_wilson(estimate, c), confidence)


def difference_interval(
    one: Estimate | None, other: Estimate | None, too_few: int, confidence: float = 0.95, covariance: float = 0.0
) -> Interval | None:
    """An interval for one share minus another, made of the two shares' own limits.

    With a = p1 - l1 and b = u2 - p2 the lower limit is d - sqrt(a^2 + b^2 - 2 r a b); with a = u1 - p1 and b = p2 - l2
    the upper one is d + sqrt(a^2 + b^2 - 2 r a b); r is the correlation of the two shares. Sources: R. G. Newcombe,
    Statistics in Medicine 17 (1998), 873-890 (method 10) and 2635-2650 (with r); G. Y. Zou and A. Donner, Statistics in
    Medicine 27 (2008), 1693-1702. Both sides use the t of the smaller group (organisations - 1), which errs on the
    wide side.

    Args:
        one: the first share.
        other: the share that is taken away.
        too_few: fewest organisations on either side.
        confidence: two-sided; see `simultaneous` for a table of several.
        covariance: of the two shares, 0 where no organisation is in both groups.

    Returns:
        None where there are too few organisations on either side.
    """
    if one is None or other is None or min(one.organisations, other.organisations) < max(too_few, _LEAST):
        return None
    c = t_quantile(confidence, min(one.organisations, other.organisations) - 1)
    (l1, u1), (l2, u2) = _wilson(one, c), _wilson(other, c)
    scale = math.sqrt(one.variance * other.variance)
    r = min(max(covariance / scale, -1.0), 1.0) if scale > 0 else 0.0
    difference = one.share - other.share
    below = _length(one.share - l1, u2 - other.share, r)
    above = _length(u1 - one.share, other.share - l2, r)
    return Interval(max(difference - below, -1.0), min(difference + above, 1.0), confidence)


def paired_interval(changes: ArrayLike, pairs: ArrayLike, too_few: int, confidence: float = 0.95) -> Interval | None:
    """An interval for a mean change in organisations that answered twice.

    Per organisation, `changes` is the (weighted) sum of after minus before and `pairs` the (weighted) number of pairs.
    Two imagined organisations of average size are added, one that came to meet everything and one that ceased to; then
    the ratio of sums gets its linearised variance and a t interval with organisations - 1 degrees of freedom. With one
    pair an organisation this is the adjusted interval of D. G. Bonett and R. M. Price, J. Educational and Behavioral
    Statistics 37 (2012), 479-488, but for n / (n - 1) and t. It keeps its width where nobody changed.

    Returns:
        None where fewer than `too_few` organisations answered twice.
    """
    y, x = np.asarray(changes, dtype=float), np.asarray(pairs, dtype=float)
    y, x = y[x > 0], x[x > 0]
    if len(x) < max(too_few, _LEAST):
        return None
    c = t_quantile(confidence, len(x) - 1)
    size = float(x.mean())
    y, x = np.append(y, (size, -size)), np.append(x, (size, size))
    centre = float(y.sum() / x.sum())
    influence = _influence(y, x)
    reach = c * math.sqrt(float(influence @ influence))
    return Interval(max(centre - reach, -1.0), min(centre + reach, 1.0), confidence)


def simultaneous(confidence: float, comparisons: int) -> float:
    """The confidence of each interval so that all of a table hold together with `confidence`: 1 - (1 - confidence) / k.

    Seven areas by twelve standards are 84 comparisons, and at 95% each about four would "differ" by chance alone.
    Bonferroni's inequality needs no independence (areas share organisations). Holm's step-down would
    find slightly more, but its verdicts would not be those of the intervals shown: here "higher" always means that the
    printed interval lies above 0. Source: O. J. Dunn, JASA 56 (1961), 52-64.
    """
    return 1 - (1 - confidence) / max(comparisons, 1)


def _influence(y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each organisation's linearised residual, scaled so that their squares add up to the variance."""
    n = int((x > 0).sum())
    total = x.sum()
    return math.sqrt(n / (n - 1)) * (y - y.sum() / total * x) / total if n > 1 else np.zeros_like(y)


def _effective(share: float, variance: float, organisations: int, answers: float) -> float:
    if not 0 < share < 1 or math.isnan(variance):
        return float(organisations)
    spread = share * (1 - share)
    return max(1.0, min(answers, spread / variance)) if variance > 0 else answers


def _wilson(estimate: Estimate, c: float) -> tuple[float, float]:
    p, m = estimate.share, estimate.effective
    middle = (p + c * c / (2 * m)) / (1 + c * c / m)
    reach = c / (1 + c * c / m) * math.sqrt(p * (1 - p) / m + c * c / (4 * m * m))
    return max(min(middle - reach, p), 0.0), min(max(middle + reach, p), 1.0)


def _length(a: float, b: float, r: float) -> float:
    return math.sqrt(max(a * a + b * b - 2 * r * a * b, 0.0))
