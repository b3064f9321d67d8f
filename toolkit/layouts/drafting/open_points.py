"""What is still open in a proposal: one sentence each, on what a person has to say and where."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.layouts.drafting.columns import RATINGS
from toolkit.layouts.drafting.cover import LABEL_ACTIVE
from toolkit.layouts.drafting.sheets import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.layouts.drafting.columns import ProposedColumn
    from toolkit.layouts.drafting.cover import Label
    from toolkit.layouts.drafting.vocabulary import Proposal

MISSING = "columns: say which "
"""How the sentence on a column begins without which nothing can be read."""
_MOST_VALUES, _MOST_COLUMNS = 6, 4
_LONGEST = 40


def ratings_open(ratings: Proposal, columns: Iterable[ProposedColumn]) -> tuple[str, ...]:
    """What is not known of the ratings' meaning."""
    if not ratings.todo or ratings.words:
        return (ratings.todo,) if ratings.todo else ()
    own = [_named(each) for each in columns if each.field in RATINGS and each.is_active]
    if not own:
        return ("ratings: say which words or numbers are the ratings, and what each means",)
    return (f"ratings: no rating is filled in under {_listed(own)}; say which words are used there and what they mean",)


def columns_open(shape: str, columns: Sequence[ProposedColumn], ratings: Proposal) -> tuple[str, ...]:
    """What is not known of the columns; the first sentences say what must be known before anything can be read."""
    active = {each.field for each in columns if each.is_active}
    found = []
    if shape == "rows" and "rating" not in active:
        found.append(f"{MISSING}column has the sender's own rating{_maybe_ratings(columns, ratings)}")
    if shape != "survey" and not active & {"criterion", "summary"}:
        found.append(f"{MISSING}column names the criteria")
    if shape == "survey" and "organisation" not in active:
        found.append(f"{MISSING}column names the organisation")
    doubtful = [
        each
        for each in columns
        if not each.is_active and each.column.cells and each.field not in {"ignored", *RATINGS} and each.text
    ]
    if shape == "rows" and doubtful:
        found.append(
            f"columns: check {_listed([_named(each) for each in doubtful])}; each stands as a comment under `columns`, "
            "and what is left a comment is not read"
        )
    return tuple(found)


def _maybe_ratings(columns: Sequence[ProposedColumn], ratings: Proposal) -> str:
    likely = sorted((each for each in columns if each.field == "rating"), key=lambda each: -each.confidence)
    if not likely:
        return ""
    told = _listed([f"{_named(each)} with {_values(each)}" for each in likely])
    return (
        f"; it may be {told}. Where that is right, take the # away before its line under `columns` and before `rating` "
        f"under `recognise`{', and say below what its words mean' if ratings.todo else ''}"
    )


def cover_open(labels: Sequence[Label]) -> tuple[str, ...]:
    """What is not known of the place where the organisation's name stands."""
    names = [label for label in labels if label.field == "organisation"]
    if any(label.confidence >= LABEL_ACTIVE for label in names):
        return ()
    start = "cover: say which label the organisation's name stands at"
    if names:
        told = _listed(
            [
                f"\u201c{one_line(each.spelling, _LONGEST)}\u201d ({each.place}, with \u201c{each.value}\u201d)"
                for each in names
            ]
        )
        return (f"{start}; it may be {told}. Take the # away before its line under `cover`, or write the right label",)
    return (
        (
            f"{start}: none was found. Write the text of the cell to the left of the name, above it, or before its "
            "colon into the line `organisation` under `cover`, and take the # away; without it every workbook of this "
            "kind is held until `toolkit resolve` says whose it is"
        ),
    )


def _named(each: ProposedColumn) -> str:
    return f"\u201c{one_line(each.text, _LONGEST)}\u201d ({each.place})"


def _values(each: ProposedColumn) -> str:
    counted = Counter(each.column.cells).most_common()
    more = f" and {len(counted) - _MOST_VALUES} more" if len(counted) > _MOST_VALUES else ""
    return ", ".join(f"{one_line(text, _LONGEST)!r} {count} times" for text, count in counted[:_MOST_VALUES]) + more


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_MOST_COLUMNS])
    return ", ".join(shown) + (f" and {len(names) - _MOST_COLUMNS} more" if len(names) > _MOST_COLUMNS else "")
