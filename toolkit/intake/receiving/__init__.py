"""One file's way from inbox to accepted, held or quarantined, with its receipt."""

from toolkit.intake.receiving.door import inbox_files, receive
from toolkit.intake.receiving.rebuilding import Rebuilt, rebuild

__all__ = ["Rebuilt", "inbox_files", "rebuild", "receive"]
