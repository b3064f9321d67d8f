"""What is true of the synthetic region: which files there are, what should become of them, what every rating is."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from toolkit.records import Outcome, Rating

TRUTH_FILE = "truth.csv"
FILES_FILE = "files.csv"


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that came in together. `received_at` is a fixed moment in the past, with its time zone."""

    cycle_id: str
    received_at: datetime
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """What should become of one file. `mess` is empty for a clean return; `organisation_id` for a stray of nobody's."""

    cycle_id: str
    path: Path
    organisation_id: str
    outcome: Outcome
    mess: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What one answer that ends up in the figures should be read as.

    `rating` is what the organisation meant. `acceptable` is what reading may make of it: `rating` alone in a clean
    return; in a messy one also `unreadable` or `blank` with a query, and nothing else.
    """

    cycle_id: str
    organisation_id: str
    criterion: str
    rating: Rating
    quality: Literal["clean", "messy"]
    acceptable: frozenset[Rating]
    path: Path


@dataclass(frozen=True)
class Region:
    """A synthetic region on disk: its project folder, the batches in the order in which they came, and what is true."""

    root: Path
    batches: tuple[Batch, ...]
    files: tuple[ExpectedFile, ...]
    truth: tuple[Expected, ...]


def write_truth(folder: Path, files: Sequence[ExpectedFile], truth: Sequence[Expected]) -> None:
    """Write `files.csv` and `truth.csv` into the folder of the returned files, paths as seen from there."""
    _write(
        folder / FILES_FILE,
        ("cycle", "file", "organisation_id", "outcome", "mess"),
        ((f.cycle_id, f.path.relative_to(folder).as_posix(), f.organisation_id, f.outcome, f.mess) for f in files),
    )
    _write(
        folder / TRUTH_FILE,
        ("cycle", "organisation_id", "criterion", "rating", "quality", "acceptable", "file"),
        (
            (
                one.cycle_id,
                one.organisation_id,
                one.criterion,
                one.rating,
                one.quality,
                "; ".join(sorted(one.acceptable)),
                one.path.relative_to(folder).as_posix(),
            )
            for one in truth
        ),
    )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
