"""Files that leave the inbox are set aside until the run ends, and only what was read is removed then.

Some file systems make each new file wait for those that were just removed; and whoever copies a file into the inbox
while it is received, or puts another in its place, must not lose it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from toolkit.intake.guards import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from toolkit.intake.guards import Facts
    from toolkit.processes.interrupting import Writers

_FOLDER = "taken"


@contextlib.contextmanager
def taking_from(inbox: Path, record: Path, is_recorded: Callable[[str], bool], disk: Writers) -> Iterator[Taken]:
    """What leaves the inbox in the block is removed at its end; what an ended run has left aside, at its beginning.

    Args:
        inbox: the folder that files leave.
        record: the folder in which they are set aside.
        is_recorded: whether the record has a file of this hash.
        disk: threads that remove.
    """
    taken = Taken(inbox, record / _FOLDER, disk)
    taken.clear_after_a_crash(is_recorded)
    try:
        yield taken
    finally:
        taken.clear()


@dataclass(slots=True)
class Taken:
    """What has left the inbox in this run, and where it is set aside, in folders and by names as in the inbox."""

    inbox: Path
    folder: Path
    disk: Writers
    aside: list[tuple[Path, Facts]] = field(default_factory=list)

    def take(self, path: Path, place: Path, facts: Facts | None) -> None:
        """Set a file aside that is kept elsewhere now.

        One that is no longer as it was read stays for the next run, as does one that another program holds.

        Args:
            path: the file.
            place: its path in the inbox.
            facts: those of the file when it was read.
        """
        if facts is None or facts_of(path) != facts:
            return
        target = self.folder / place
        try:
            _move(path, target)
        except OSError:  # another disk, or no room for a folder
            remove(path)
        else:
            self.aside.append((target, facts))

    def clear(self) -> None:
        """Remove what was set aside; what was written to since it was read goes back to the inbox."""
        for changed in self.disk.in_shares(_remove_unchanged, self.aside):
            for path in changed:
                self._put_back(path)
        self.aside.clear()
        self._remove_folders()

    def clear_after_a_crash(self, is_recorded: Callable[[str], bool]) -> None:
        """Remove what is aside and the record has, by its hash; all else goes back to the inbox."""
        for path in [path for path in self.folder.rglob("*") if not path.is_dir() or path.is_symlink()]:
            with contextlib.suppress(OSError):
                with path.open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                if is_recorded(sha256):
                    remove(path)
                else:
                    self._put_back(path)
        self._remove_folders()

    def _put_back(self, path: Path) -> None:
        """Under its name, or where there is another by now under one with a number."""
        place = self.inbox / path.relative_to(self.folder)
        free = next(each for each in _names(place) if not os.path.lexists(each))
        with contextlib.suppress(OSError):
            _move(path, free)

    def _remove_folders(self) -> None:
        """Those that are empty, inmost first; a link is none."""
        for folder in [*sorted((path for path in self.folder.rglob("*") if path.is_dir()), reverse=True), self.folder]:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _remove_unchanged(aside: Sequence[tuple[Path, Facts]]) -> list[Path]:
    """Remove what is as it was read. Returns what is not."""
    changed = []
    for path, facts in aside:
        if facts_of(path) == facts:
            remove(path)
        else:
            changed.append(path)
    return changed


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")


def _move(path: Path, target: Path) -> None:
    """Rename where the target is not there yet. Raises OSError."""
    if os.path.lexists(target):
        raise FileExistsError(target)
    try:
        path.rename(target)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)


def remove(path: Path) -> None:
    """Remove a file; where another program holds it, it stays."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
