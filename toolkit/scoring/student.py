"""Quantiles of Student's t, so that a handful of organisations gives an honestly wide interval."""

from __future__ import annotations

import math
from functools import lru_cache

_HALVINGS = 60


@lru_cache(maxsize=4096)
def t_quantile(confidence: float, degrees: int) -> float:
    """The t with P(|T| <= t) = confidence.

    The distribution function for whole degrees of freedom is a finite sum (Abramowitz and Stegun, Handbook of
    Mathematical Functions, 1964, 26.7.3 and 26.7.4); it is inverted by halving the angle arctan(t / sqrt(degrees)).

    Args:
        confidence: two-sided, above 0 and below 1, e.g. 0.95.
        degrees: degrees of freedom, 1 or more.

    Raises:
        ValueError: an argument is out of range.
    """
    if not 0 < confidence < 1 or degrees < 1:
        raise ValueError(f"confidence {confidence} must lie between 0 and 1, degrees {degrees} be 1 or more")
    low, high = 0.0, math.pi / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _within(middle, degrees) < confidence:
            low = middle
        else:
            high = middle
    return math.sqrt(degrees) * math.tan((low + high) / 2)


def _within(angle: float, degrees: int) -> float:
    """P(|T| <= sqrt(degrees) * tan(angle))."""
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = degrees % 2
    term = cosine if odd else 1.0
    total = term if degrees > 1 else 0.0
    for step in range(2 + odd, degrees - 1, 2):
        term *= cosine * cosine * (step - 1) / step
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total
