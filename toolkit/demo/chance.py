"""Seeded chance: the same key gives the same stream in every process, on every platform."""

from __future__ import annotations

import random

_DRAWS = 12


def chance(*key: object) -> random.Random:
    """A stream of its own for a key. Text is hashed with SHA-512, so PYTHONHASHSEED has no say."""
    return random.Random("|".join(str(part) for part in key))  # noqa: S311 - seeded invention, nothing secret


def normal(stream: random.Random, spread: float = 1.0) -> float:
    """A draw from about a normal distribution with mean 0: twelve uniform draws added up.

    Additions only, no logarithm or cosine, so that no platform's mathematics library can tip a rating.

    Args:
        stream: where to draw from.
        spread: the standard deviation.
    """
    return (sum(stream.random() for _ in range(_DRAWS)) - _DRAWS / 2) * spread
