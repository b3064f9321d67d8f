"""The record of receipts and responses (SQLite), snapshots of it (Parquet), the export, and what stands on disk."""

from toolkit.store.checking import check
from toolkit.store.exporting import export
from toolkit.store.freezing import freeze
from toolkit.store.logs import append_correction, append_decision, read_corrections, read_decisions
from toolkit.store.record import Store, StoredReturn, open_store
from toolkit.store.snapshots import TIDY_COLUMNS, Snapshot, open_snapshot
from toolkit.store.status import GroupStatus, HeldFile, OrganisationStatus, Status, is_waiting, status

__all__ = [
    "TIDY_COLUMNS",
    "GroupStatus",
    "HeldFile",
    "OrganisationStatus",
    "Snapshot",
    "Status",
    "Store",
    "StoredReturn",
    "append_correction",
    "append_decision",
    "check",
    "export",
    "freeze",
    "is_waiting",
    "open_snapshot",
    "open_store",
    "read_corrections",
    "read_decisions",
    "status",
]
