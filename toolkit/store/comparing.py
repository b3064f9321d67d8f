"""Two records side by side: every difference between what stands and what its originals and logs give anew."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from toolkit.records import Outcome, Receipt, Response, Return

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.store.record import Store, StoredReturn

_SHORT = 12
_LONG = 60


def differences(old: Store, new: Store) -> Iterator[str]:
    """What a record has otherwise than one that was made anew, one sentence a difference; none where they are alike.

    Args:
        old: the record as it stands.
        new: the one made anew.
    """
    before, after = tuple(old.receipts()), tuple(new.receipts())
    yield from receipt_differences(before, after, "the record")
    whose = {(each.cycle, each.organisation_id) for each in (*before, *after) if each.outcome is Outcome.ACCEPTED}
    for cycle, organisation_id in sorted(whose):
        ones = {each.sha256: each for each in old.returns_of(organisation_id, cycle)}
        others = {each.sha256: each for each in new.returns_of(organisation_id, cycle)}
        for sha256 in sorted(ones.keys() & others.keys()):
            yield from _between_returns(ones[sha256], others[sha256])


def receipt_differences(before: Iterable[Receipt], after: Iterable[Receipt], where: str) -> Iterator[str]:
    """The same for receipts alone, their numbers among them; `where` says where those `before` stand."""
    ones = {_key(each): each for each in before}
    others = {_key(each): each for each in after}
    for key in sorted(ones.keys() | others.keys()):
        one, other = ones.get(key), others.get(key)
        if other is None and one is not None:
            yield f"{_name(one)} is {one.outcome} in {where}, and nothing on disk gives that."
        elif one is None and other is not None:
            yield f"{_name(other)} is {other.outcome} by what is on disk, and {where} does not have it."
        elif one is not None and other is not None:
            for field in fields(Receipt):
                was, now = getattr(one, field.name), getattr(other, field.name)
                if was != now:
                    yield f"{_name(one)}: {_words(field.name)} {_shown(was)} in {where}, {_shown(now)} anew."


def _between_returns(one: StoredReturn, other: StoredReturn) -> Iterator[str]:
    name = _name(one.receipt)
    if one.superseded is not other.superseded:
        words = {True: "superseded", False: "in the figures"}
        yield f"{name} is {words[one.superseded]} in the record, {words[other.superseded]} anew."
    for field in fields(Return):
        if field.name != "responses":
            was, now = getattr(one.return_, field.name), getattr(other.return_, field.name)
            if was != now:
                yield f"{name}: {_words(field.name)} of the return {_shown(was)} in the record, {_shown(now)} anew."
    yield from _between_responses(name, one.return_.responses, other.return_.responses)


def _between_responses(name: str, before: tuple[Response, ...], after: tuple[Response, ...]) -> Iterator[str]:
    if before == after:
        return
    if [each.criterion for each in before] != [each.criterion for each in after]:
        yield f"{name} has {len(before)} rows in the record, {len(after)} anew, or the same in another order."
        return
    for one, other in zip(before, after, strict=True):
        for field in fields(Response):
            was, now = getattr(one, field.name), getattr(other, field.name)
            if was != now:
                at = f"{name}, {one.criterion}"
                yield f"{at}: {_words(field.name)} {_shown(was)} in the record, {_shown(now)} anew."


def _key(receipt: Receipt) -> tuple[str, str, str, bool]:
    return receipt.file, receipt.sha256, receipt.part, receipt.outcome is Outcome.DUPLICATE


def _name(receipt: Receipt) -> str:
    place = f", {receipt.part}" if receipt.part else ""
    return f"{receipt.file} ({receipt.sha256[:_SHORT] or 'never opened'}{place})"


def _words(field: str) -> str:
    return field.strip("_").replace("_", " ")


def _shown(value: Any) -> str:  # noqa: ANN401 - any field of a record
    if isinstance(value, tuple):
        return f"has {len(value)} ({'; '.join(sorted({str(getattr(v, 'code', v)) for v in value}))[:_LONG] or 'none'})"
    text = " ".join(str(value).split()) if value is not None else ""
    return f"is {text[:_LONG] or 'empty'}{'…' if len(text) > _LONG else ''}"
