"""Whether a number that is printed is the number that was counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.document import points
from toolkit.reports.sentences import percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.reports.counting import Measure, Tally

_OF = re.compile(r"(\d[\d,]*(?:\.\d+)?) of (\d[\d,]*)")
_PERCENT = re.compile(r"(\d[\d,]*(?:\.(\d+))?)%")
_COUNT = re.compile(r"^(\d[\d,]*)(?![\d.%])")


def in_words(measure: Measure, tally: Tally) -> str:
    """What was counted, for readers."""
    if tally.part is None:
        return ""
    match measure.kind:
        case "share":
            share = f" ({percent(tally.part / tally.whole)})" if tally.whole else ""
            which = f": {', '.join(tally.which)}" if tally.which else ""
            return f"{_number(tally.part)} of {_number(tally.whole or 0)}{share}{which}"
        case "points":
            return points(tally.part)
        case "span":
            return f"{percent(tally.part)} to {percent(tally.whole)}"
        case _:
            return _number(tally.part)


def _number(value: float) -> str:
    return f"{round(value, 1):,.12g}"


def agrees(measure: Measure, tally: Tally, printed: str) -> bool | None:
    """Whether what is printed is what was counted; None where no such number is printed."""
    read: Callable[[str, Tally], bool | None] = {
        "count": _same_count,
        "share": _same_share,
        "points": lambda text, found: None if "points" not in text else text == points(found.part),
        "span": _same_span,
        "words": lambda *_: None,
    }[measure.kind]
    return read(printed, tally)


def _same_count(printed: str, tally: Tally) -> bool | None:
    found = _COUNT.match(printed)
    return _plain(found[1]) == tally.part if found else None


def _same_share(printed: str, tally: Tally) -> bool | None:
    counts, share = _OF.search(printed), _PERCENT.search(printed)
    if not counts and not share:
        return None
    if tally.part is None or not tally.whole:
        return False
    alike = True
    if counts:
        alike = (_plain(counts[1]), _plain(counts[2])) == (round(tally.part, 1), round(tally.whole))
    return alike and (share is None or _same_percent(share, tally.part / tally.whole))


def _same_span(printed: str, tally: Tally) -> bool | None:
    ends = list(_PERCENT.finditer(printed))
    if len(ends) != 2 or tally.part is None or tally.whole is None:  # noqa: PLR2004 - two ends
        return None if not ends else False
    return _same_percent(ends[0], tally.part) and _same_percent(ends[1], tally.whole)


def _same_percent(found: re.Match[str], share: float) -> bool:
    """Whether a percentage is this share: as tables print it, or with a decimal beside a threshold."""
    if found[2]:
        return bool(abs(_plain(found[1]) - share * 100) < 0.1 ** len(found[2]))
    return found[0] == percent(share)


def _plain(text: str) -> float:
    return float(text.replace(",", ""))
