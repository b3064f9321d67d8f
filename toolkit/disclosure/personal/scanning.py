"""The scan of a text, or of many: what was found, and the text with masks in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.disclosure.personal.finding import Found, Kind
from toolkit.disclosure.personal.formats import find_formats
from toolkit.disclosure.personal.names import find_names
from toolkit.disclosure.personal.quick import worth_a_look
from toolkit.disclosure.personal.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.disclosure.personal.allowing import Allowed

_MASK = re.compile(r"\[(?:" + "|".join(re.escape(kind.value) for kind in Kind) + r") removed\]")

_AT_ONCE = 200
"""Texts that are looked through together: each telling word is looked for in all of them, so that the time grows with
their number squared; of a few, the words that tell nothing are sorted out too often."""


def scan(text: str, allowed: Allowed) -> tuple[Found, ...]:
    """The personal data in a text, in order, no two overlapping; the allow list speaks for names alone.

    Masks of earlier scans are no find. What a format tells wins over a name, and a longer find over a shorter one.

    Args:
        text: any text; `start` and `end` of what is found are places in it.
        allowed: what is no person although it reads like one.
    """
    return _scan(text, allowed) if worth_a_look((text,), allowed) else ()


def scan_all(texts: Sequence[str], allowed: Allowed) -> dict[int, tuple[Found, ...]]:
    """The same for many texts at once, which is quicker: places in `texts` to what was found there, if anything."""
    found = {}
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        found.update({start + place: _scan(some[place], allowed) for place in worth_a_look(some, allowed)})
    return {place: each for place, each in found.items() if each}


def masked(text: str, allowed: Allowed) -> str:
    """The text with "[name removed]" and the like in place of what `scan` finds; masking it again changes nothing."""
    while found := scan(text, allowed):
        text = _with_masks(text, found)
    return text


def masked_all(texts: Sequence[str], allowed: Allowed) -> dict[int, str]:
    """Places in `texts` to the masked text, where something was found; quicker than `masked` for each."""
    return {
        place: masked(_with_masks(texts[place], found), allowed) for place, found in scan_all(texts, allowed).items()
    }


def _with_masks(text: str, found: Iterable[Found]) -> str:
    parts, at = [], 0
    for each in found:
        parts += [text[at : each.start], each.kind.mask]
        at = each.end
    return "".join([*parts, text[at:]])


def _scan(text: str, allowed: Allowed) -> tuple[Found, ...]:
    usual = plain(text)
    masks = [match.span() for match in _MASK.finditer(usual)] if " removed]" in usual else []
    told = [each for each in find_formats(usual) if not _overlaps(each, masks)]
    formats: list[Found] = []
    for each in sorted(told, key=lambda one: (one.start - one.end, one.start, _RANK[one.kind])):
        if not _overlaps(each, [(other.start, other.end) for other in formats]):
            formats.append(each)
    taken = [*masks, *((each.start, each.end) for each in formats)]
    names = [Found(*span, Kind.NAME) for span in find_names(usual, allowed, taken)]
    return tuple(sorted([*formats, *(each for each in names if not _overlaps(each, taken))]))


_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            Kind.NHS_NUMBER,
            Kind.INSURANCE,
            Kind.BIRTH,
            Kind.CASE,
            Kind.TELEPHONE,
            Kind.EMAIL,
            Kind.POSTCODE,
            Kind.ADDRESS,
            Kind.NAME,
        )
    )
}


def _overlaps(one: Found, spans: list[tuple[int, int]]) -> bool:
    return any(one.start < end and one.end > start for start, end in spans)
