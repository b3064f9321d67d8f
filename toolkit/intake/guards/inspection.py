"""The guard at the door: one file looked at from outside, then its first bytes, its directory and its XML."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.intake.guards.binary import scan_binary
from toolkit.intake.guards.kinds import family, workbook_kind
from toolkit.intake.guards.opendocument import scan_open
from toolkit.intake.guards.package import Package
from toolkit.intake.guards.refusal import Refusal
from toolkit.intake.guards.scanning import Scan, scan
from toolkit.intake.guards.separated import read_separated

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE = 25_000_000
"""Bytes that a returned workbook may have."""
_IGNORED = {"thumbs.db", "desktop.ini"}
_PIECE = 1 << 20
_SPECIAL = (
    (stat.S_ISLNK, "a link to another file"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


Facts = tuple[int, int]
"""What tells whether a file is still the one that was read: its bytes, and when it was last changed (nanoseconds)."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the guard found out about one file.

    Where it may not be read, `reason_code` is from the query catalogue, with what was `found` and `expected`. `sha256`
    is empty where the file was not opened; `content` is empty where it was turned away. `kind` is one of `xlsx`,
    `xlsm`, `xls`, `xlsb`, `ods`, `csv`; `package` is None where that is no zip file (`xls`, `csv`). `facts` are those
    of the file when it was read.
    """

    sha256: str
    kind: str = ""
    content: bytes = b""
    package: Package | None = None
    scan: Scan | None = None
    reason_code: str = ""
    found: str = ""
    expected: str = ""
    facts: Facts | None = None

    @property
    def ok(self) -> bool:
        """Whether the content may be read."""
        return not self.reason_code


def to_be_ignored(name: str) -> bool:
    """Whether a file in the inbox is none of ours: a dotfile, or what Windows leaves in folders."""
    return name.startswith(".") or name.casefold() in _IGNORED


def inspect(path: Path) -> Inspection:
    """Decide whether a file is a workbook that is safe to read; never raises for a bad file.

    In order: the file from outside (it is not opened unless it is a regular file of sensible size),
    its first bytes, the zip directory, the content types, the XML or the records of every part.

    Args:
        path: the file; a link is not followed.
    """
    sha256 = ""
    facts = None
    try:
        facts = _facts_of_regular_file(path)
        size, _ = facts
        sha256, content = _read(path, size)
        _refuse_from_outside(path.name, size)
        kind, package, looked = _look_inside(content)
    except Refusal as refusal:
        code, found, expected = refusal.code, refusal.found, refusal.expected
        return Inspection(sha256, reason_code=code, found=found, expected=expected, facts=facts)
    except OSError as error:
        return Inspection("", reason_code="cannot-open", found=error.strerror or type(error).__name__)
    except Exception as error:  # noqa: BLE001 - a file that confuses even the guard must not keep others from coming in
        return Inspection(sha256, reason_code="unreadable-file", found=type(error).__name__, facts=facts)
    return Inspection(sha256, kind, content, package, looked, facts=facts)


def facts_of(path: Path) -> Facts | None:
    """What is told of a file or link from outside; None where there is none."""
    try:
        return _facts(path.lstat())
    except OSError:
        return None


def _look_inside(content: bytes) -> tuple[str, Package | None, Scan]:
    outside = family(content)
    if outside == "ole":
        from toolkit.intake.guards.legacy import look_through

        return "xls", None, look_through(content)
    if outside == "text":
        read_separated(content)
        return "csv", None, Scan()
    package = Package(content)
    kind = workbook_kind(package)
    return kind, package, _SCANS[kind](package)


_SCANS = {"xlsx": scan, "xlsm": scan, "xlsb": scan_binary, "ods": scan_open}


def _facts(told: os.stat_result) -> Facts:
    return told.st_size, told.st_mtime_ns


def _facts_of_regular_file(path: Path) -> Facts:
    told = path.lstat()
    for is_kind, found in _SPECIAL:
        if is_kind(told.st_mode):
            raise Refusal("not-a-file", found)
    return _facts(told)


def _read(path: Path, size: int) -> tuple[str, bytes]:
    """The hash and, where the file is not too big, the bytes. A pipe that was put in its place is not waited for."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, flags), "rb") as file:
        if size <= LARGEST_FILE:
            content = file.read(size + 1)
            if len(content) > size:  # it has grown meanwhile
                content += file.read(LARGEST_FILE - size)
            digest.update(content)
        else:
            content = b""
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest(), content


def _refuse_from_outside(name: str, size: int) -> None:
    if name.startswith("~$"):
        raise Refusal("owner-file", "a marker of Excel")
    if size == 0:
        raise Refusal("empty-file", "nothing")
    if size > LARGEST_FILE:
        raise Refusal("too-big", f"{size / 1_000_000:.0f} MB", f"{LARGEST_FILE // 1_000_000} MB")
