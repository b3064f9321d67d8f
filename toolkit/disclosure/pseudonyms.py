"""Pseudonyms: short codes that stay the same over cycles and registers and say nothing about whose they are."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.project import Area, Policy

LETTERS = "CDFGHJKMNPQRTVWXY34679"
"""Letters and digits that cannot be taken for each other, without vowels, so that no code is a word."""

_ORGANISATION, _AREA = 5, 3
"""How long codes are: two of 120 organisations get the same five characters in one project of 700."""


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """What organisations and areas are called for one audience; empty where they keep their names.

    `organisations` maps an organisation's id to its code ("K7QXM"), `areas` an area's name to what it is called
    ("Area V3K").
    """

    organisations: Mapping[str, str]
    areas: Mapping[str, str]


def pseudonyms(
    policy: Policy, audience: str, organisation_ids: Iterable[str], areas: Iterable[Area], secret: bytes
) -> Pseudonyms:
    """The pseudonyms of one audience: of organisations by their ids, of areas by their ONS codes.

    Each audience has its own, so that two editions of one report cannot be laid side by side. A code is the start of an
    HMAC-SHA256 with the project's secret; without the secret nobody can tell whose it is, or try names out.
    """
    ids = list(organisation_ids) if policy.organisations == "pseudonym" else []
    named = {area.code: area.name for area in areas} if policy.areas == "pseudonym" else {}
    return Pseudonyms(
        organisations=codes(secret, f"{audience} organisation", ids, _ORGANISATION),
        areas={named[code]: f"Area {short}" for code, short in codes(secret, f"{audience} area", named, _AREA).items()},
    )


def codes(secret: bytes, kind: str, keys: Iterable[str], length: int) -> dict[str, str]:
    """A code for each key; where two begin alike, both are as much longer as it takes to tell them apart."""
    whole = {key: _letters(hmac.digest(secret, f"{kind}\n{key}".encode(), hashlib.sha256)) for key in keys}
    sizes = dict.fromkeys(whole.values(), length)
    for one, other in pairwise(sorted(sizes)):  # whoever begins most alike stands beside
        alike = next(
            (at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), len(one)
        )
        sizes[one], sizes[other] = max(sizes[one], alike + 1), max(sizes[other], alike + 1)
    return {key: code[: sizes[code]] for key, code in whole.items()}


def _letters(digest: bytes) -> str:
    number, found = int.from_bytes(digest, "big"), ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        found += LETTERS[rest]
    return found
