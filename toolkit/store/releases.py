"""The ledger of releases: what was published of counts of people, so that a later release cannot give them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.records import Release
from toolkit.store.logs import append_entry, read_entries

if TYPE_CHECKING:
    from toolkit.project import Project


def read_releases(project: Project, cycle: str) -> tuple[Release, ...]:
    """What was published of a cycle, in order. Raises StoreError, FileAccessError."""
    return tuple(each for each in read_entries(project.releases_log, Release) if each.cycle == cycle)


def append_release(project: Project, release: Release) -> bool:
    """Add a release to the ledger, unless its audience was given the very same before; tells whether it was added.

    Raises StoreError, FileAccessError.
    """
    if not release.figures or any(_told(each) == _told(release) for each in read_releases(project, release.cycle)):
        return False
    append_entry(project.releases_log, release)
    return True


def _told(release: Release) -> tuple[object, ...]:
    policy = (release.threshold, release.rounding, release.zeros)
    return release.audience, policy, release.figures, frozenset(release.counts)
