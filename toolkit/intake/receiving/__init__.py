"""One file's way from inbox to accepted, held or quarantined, with its receipt."""

from toolkit.intake.receiving.door import inbox_files, receive

__all__ = ["inbox_files", "receive"]
