"""The record of receipts and responses (SQLite), snapshots of it (Parquet), the export, and what stands on disk."""

from toolkit.store.checking import check
from toolkit.store.comparing import differences, receipt_differences
from toolkit.store.correcting import FIELDS, RATINGS, corrected, fault_of
from toolkit.store.entering import Logged, correct, corrections_logged
from toolkit.store.exporting import export, write_rows
from toolkit.store.freezing import SNAPSHOTS_FOLDER, freeze, frozen_before, write_copy
from toolkit.store.gathering import Contents, contents_of
from toolkit.store.installed import installed
from toolkit.store.locking import alone
from toolkit.store.logs import append_correction, append_decision, read_corrections, read_decisions
from toolkit.store.moments import in_seconds
from toolkit.store.packing import BatchedRows
from toolkit.store.receipt_files import ReceiptFile, receipt_files
from toolkit.store.record import Store, StoredReturn, open_store, record_file
from toolkit.store.releases import append_release, read_releases
from toolkit.store.rows import PackedReturn, pack
from toolkit.store.schema import tells_of_damage
from toolkit.store.snapshots import (
    FRAMES,
    MANIFEST_FILE,
    MORE_FRAMES,
    SETTINGS_FILE,
    TIDY_COLUMNS,
    Definitions,
    Snapshot,
    open_snapshot,
)
from toolkit.store.status import GroupStatus, HeldFile, OrganisationStatus, Status, is_waiting, status

__all__ = [
    "FIELDS",
    "FRAMES",
    "MANIFEST_FILE",
    "MORE_FRAMES",
    "RATINGS",
    "SETTINGS_FILE",
    "SNAPSHOTS_FOLDER",
    "TIDY_COLUMNS",
    "BatchedRows",
    "Contents",
    "Definitions",
    "GroupStatus",
    "HeldFile",
    "Logged",
    "OrganisationStatus",
    "PackedReturn",
    "ReceiptFile",
    "Snapshot",
    "Status",
    "Store",
    "StoredReturn",
    "alone",
    "append_correction",
    "append_decision",
    "append_release",
    "check",
    "contents_of",
    "correct",
    "corrected",
    "corrections_logged",
    "differences",
    "export",
    "fault_of",
    "freeze",
    "frozen_before",
    "in_seconds",
    "installed",
    "is_waiting",
    "open_snapshot",
    "open_store",
    "pack",
    "read_corrections",
    "read_decisions",
    "read_releases",
    "receipt_differences",
    "receipt_files",
    "record_file",
    "status",
    "tells_of_damage",
    "write_copy",
    "write_rows",
]
