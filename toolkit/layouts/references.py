"""Read a criterion's reference from a cell: text is certain, a number or a date only narrows it down."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_REFERENCE = re.compile(
    r"""^['"(\[]*
        (?:(?:ref(?:erence)?|criteri(?:on|a)|standard|std|clause|item|number|no)\b[\s.:#-]*)*
        (?P<letter>[a-z])?\s?0*(?P<major>\d{1,3})
        (?:\s*[.,\u00b7]\s*(?P<minor>[1-9]\d{0,2}))?
        [\s.:;,)\]'"-]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_LARGEST = 1000
_ORDINARY = 1000
"""Characters of a text that is worth remembering."""


@dataclass(frozen=True, slots=True)
class ReferenceReading:
    """The references a cell may mean, likeliest first.

    A number 5.1 may be what became of "5.1" or of "5.10", and Excel may have made a date of it: then there are several
    candidates and something else in the row must decide (its wording, its neighbours); never the order of candidates.
    """

    candidates: tuple[str, ...]

    @property
    def certain(self) -> str | None:
        """The reference where there is no doubt about it, else None."""
        return self.candidates[0] if len(self.candidates) == 1 else None


def read_reference(value: object) -> ReferenceReading | None:
    """What reference a cell holds, or None where it holds none.

    Args:
        value: a cell as python-calamine or openpyxl gives it: text (" 5.10 ", "5.1.", "Ref 5.10"), a number, a date.
    """
    if isinstance(value, str):
        return _from_text(value) if len(value) <= _ORDINARY else _from_text.__wrapped__(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(float(value))
    if isinstance(value, dt.date):
        return ReferenceReading(
            tuple(dict.fromkeys((f"{value.day}.{value.month}", f"{value.month}.{value.day}")))
            if value.day != value.month
            else (f"{value.day}.{value.month}", f"{value.day}.{value.month}0")
        )
    return None


@lru_cache(maxsize=4096)  # what is printed comes back with every return
def _from_text(value: str) -> ReferenceReading | None:
    match = _REFERENCE.match(unicodedata.normalize("NFKC", value).replace("\u200b", "").strip())
    if not match or int(match["major"]) == 0:
        return None
    whole = f"{(match['letter'] or '').upper()}{int(match['major'])}"
    return ReferenceReading((f"{whole}.{match['minor']}" if match["minor"] else whole,))


def _from_number(value: float) -> ReferenceReading | None:
    if not 1 <= value < _LARGEST:
        return None
    whole, _, part = f"{value:.3f}".rstrip("0").partition(".")
    if not part:
        return ReferenceReading((whole,))
    if part.startswith("0"):
        return None
    return ReferenceReading((f"{whole}.{part}", f"{whole}.{part}0") if len(part) == 1 else (f"{whole}.{part}",))
