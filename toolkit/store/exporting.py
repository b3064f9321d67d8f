"""Tidy responses as csv, Parquet or a spreadsheet (design 5.4), for internal use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import FileAccessError

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.store.snapshots import Snapshot


def export(snapshot: Snapshot, path: Path) -> None:
    """Write the 23 tidy columns to a .csv, .parquet or .xlsx file."""
    raise FileAccessError(f"{path} cannot be written yet; this part is not finished.")
