"""The exception tree and its exit codes.

A wrong return is a `Query`, never an exception. An exception means that a program or a project file is wrong.

    ToolkitError            10
    ├── ProjectError        11   toolkit.toml or register.csv is wrong or missing
    ├── CatalogueError      12   a framework, crosswalk, scale or wording file is wrong
    ├── StoreError          13   the record cannot be read or written
    ├── FileAccessError     14   a folder or file cannot be read or written
    ├── ReportError         15   a report cannot be planned or run
    ├── PublishingError     16   a report cannot be published
    ├── BusyError           17   another toolkit process holds the lock
    └── ScheduleError       18   the system's scheduler cannot be used
"""

from __future__ import annotations

from typing import ClassVar

DONE = 0
NEEDS_A_PERSON = 1
WRONG_USAGE = 2


class ToolkitError(Exception):
    """One sentence for the user: what happened, where, what to do now."""

    exit_code: ClassVar[int] = 10


class ProjectError(ToolkitError):
    """`toolkit.toml` or `register.csv` is wrong or missing."""

    exit_code: ClassVar[int] = 11


class CatalogueError(ToolkitError):
    """A framework, crosswalk, scale or wording file is wrong."""

    exit_code: ClassVar[int] = 12


class StoreError(ToolkitError):
    """The record cannot be read or written."""

    exit_code: ClassVar[int] = 13


class FileAccessError(ToolkitError):
    """A folder or file cannot be read or written."""

    exit_code: ClassVar[int] = 14


class ReportError(ToolkitError):
    """A report cannot be planned or run."""

    exit_code: ClassVar[int] = 15


class PublishingError(ToolkitError):
    """A report cannot be published."""

    exit_code: ClassVar[int] = 16


class BusyError(ToolkitError):
    """Another toolkit process holds the lock."""

    exit_code: ClassVar[int] = 17


class ScheduleError(ToolkitError):
    """The system's scheduler cannot be used."""

    exit_code: ClassVar[int] = 18
