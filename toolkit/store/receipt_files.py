"""Receipts as they stand on disk: one JSON for each file received, a list in it where the file has several returns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from toolkit.records import CellCount, Outcome, Query, Receipt, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.project import Project

_QUERY_KEYS = ("sheet", "cell", "found", "expected", "message")
_TEXT_KEYS = ("file", "sha256", "reason", "organisation_id", "organisation", "cycle", "framework", "layout")


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """A file of `audits/receipts/` and the receipts in it; none where it cannot be read."""

    path: Path
    receipts: tuple[Receipt, ...]


def receipt_files(project: Project) -> Iterator[ReceiptFile]:
    """Every receipt on disk, in the order of the names of its file."""
    folder = project.receipts
    for path in sorted(folder.rglob("*.json")) if folder.is_dir() else ():
        if path.is_file() and not path.name.startswith("."):
            yield ReceiptFile(path, _receipts(path))


def _receipts(path: Path) -> tuple[Receipt, ...]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_receipt(each) for each in (content if isinstance(content, list) else [content]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def _receipt(found: dict[str, Any]) -> Receipt:
    """The receipt that this JSON was written of; number, part and cells are missing in those of earlier versions."""
    cells = found.get("cells")
    texts = {key: _text(found[key]) for key in (*_TEXT_KEYS, "supersedes")}
    return Receipt(
        **texts,
        outcome=Outcome(found["outcome"]),
        areas=tuple(map(_text, found["areas"])),
        tiers=tuple(map(_text, found["tiers"])),
        criteria_expected=int(found["criteria_expected"]),
        criteria_answered=int(found["criteria_answered"]),
        queries=tuple(map(_query, found["queries"])),
        received_at=datetime.fromisoformat(found["received_at"]) if found.get("received_at") else None,
        number=int(found.get("number", 0)),
        part=_text(found.get("part", "")),
        cells=CellCount(cells["filled"], cells["read"], tuple(cells["ignored"].items()), cells["queried"])
        if cells
        else None,
    )


def _query(found: dict[str, Any]) -> Query:
    return Query(_text(found["code"]), Severity(found["severity"]), *(_text(found[key]) for key in _QUERY_KEYS))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
