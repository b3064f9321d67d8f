"""The record of receipts and responses (SQLite), snapshots of it (Parquet), the export, and what stands on disk."""

from toolkit.store.checking import check
from toolkit.store.correcting import FIELDS, RATINGS, corrected, fault_of
from toolkit.store.entering import Logged, correct, corrections_logged
from toolkit.store.exporting import export
from toolkit.store.freezing import freeze
from toolkit.store.locking import alone
from toolkit.store.logs import append_correction, append_decision, read_corrections, read_decisions
from toolkit.store.record import Store, StoredReturn, open_store
from toolkit.store.snapshots import TIDY_COLUMNS, Snapshot, open_snapshot
from toolkit.store.status import GroupStatus, HeldFile, OrganisationStatus, Status, is_waiting, status

__all__ = [
    "FIELDS",
    "RATINGS",
    "TIDY_COLUMNS",
    "GroupStatus",
    "HeldFile",
    "Logged",
    "OrganisationStatus",
    "Snapshot",
    "Status",
    "Store",
    "StoredReturn",
    "alone",
    "append_correction",
    "append_decision",
    "check",
    "correct",
    "corrected",
    "corrections_logged",
    "export",
    "fault_of",
    "freeze",
    "is_waiting",
    "open_snapshot",
    "open_store",
    "read_corrections",
    "read_decisions",
    "status",
]
