"""The door: files of the inbox, or named ones, go through guard, parser, validation and record."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.errors import FileAccessError
from toolkit.intake.guards import to_be_ignored
from toolkit.intake.receiving.filing import Filing
from toolkit.intake.receiving.judging import judge_for
from toolkit.intake.receiving.recording import Desk, Incoming
from toolkit.intake.receiving.taking import taking_from
from toolkit.intake.receiving.working import Workers, get_ready, workers_for
from toolkit.processes.interrupting import Writers
from toolkit.store import alone, in_seconds, open_store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.records import Receipt

_WRITERS = 4
"""Threads: disks are slow, and bring several files to rest, or remove them, at once."""


def receive(
    project: Project,
    files: Iterable[Path] | None = None,
    received_at: dt.datetime | None = None,
    workers: int | None = None,
) -> Iterator[Receipt]:
    """Take in the inbox, or the named files: read in worker processes, recorded here, a few at a time.

    A named file outside the inbox is copied and stays where it is. Running again changes nothing.

    Args:
        project: whose inbox, register, settings and record.
        files: the files to take in; None for everything in the inbox and its folders.
        received_at: the moment of receipt; None for now, or for `SOURCE_DATE_EPOCH` where that is set.
        workers: processes that read; None for as many as serve.

    Yields:
        A receipt for each file, or for each return in it, in the order of the names on the receipts.

    Raises:
        BusyError: another process is receiving.
        ProjectError, CatalogueError, StoreError: the project, a framework or the record is wrong.
        FileAccessError: a folder cannot be read or written, or a named file does not exist.
    """
    if files is not None or any(_walk(project.inbox)):
        get_ready()  # while settings, register and layouts are read
    judge = judge_for(project, in_seconds(received_at))
    with (
        alone(project),
        open_store(project) as store,
        Writers(_WRITERS) as disk,
        taking_from(project.inbox, project.record, lambda sha256: bool(store.receipts_of(sha256)), disk) as taken,
    ):
        filing = Filing(project, disk)
        filing.clear_drafts()
        incoming = _inbox(project) if files is None else _named(project, files)
        if incoming:
            filing.refuse_where_nothing_can_be_written()
        judge = replace(judge, held_since=store.held_since())
        with (
            _spared_old_objects(),
            Workers(judge, workers_for(len(incoming), workers)) as reading,
        ):
            desk = Desk(filing, store, judge, taken)
            judged = reading.judged((each.path, each.name) for each in incoming)
            for each, one in zip(incoming, judged, strict=True):
                yield from desk.take_in(each, one)
            yield from desk.finish()


@contextmanager
def _spared_old_objects() -> Iterator[None]:
    """What is there before files come in is not looked through for garbage again and again while they do."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def inbox_files(project: Project) -> tuple[Path, ...]:
    """What `receive` would take in from the inbox now, in its order. Raises FileAccessError."""
    return tuple(each.path for each in _inbox(project))


def _inbox(project: Project) -> list[Incoming]:
    found = [_in_inbox(path, path.relative_to(project.inbox)) for path in _walk(project.inbox)]
    return sorted(found, key=lambda each: each.name)


def _in_inbox(path: Path, place: Path) -> Incoming:
    return Incoming(path, _printable(place.as_posix()), place)


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below a folder; links are not followed, what is none of ours is left out."""
    try:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in os.scandir(folder)]
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileAccessError(f"{folder} cannot be read ({error.strerror}); check that you may open it.") from error
    for name, is_folder in entries:
        if to_be_ignored(name):
            continue
        if is_folder:
            yield from _walk(folder / name)
        else:
            yield folder / name


def _named(project: Project, files: Iterable[Path]) -> list[Incoming]:
    inbox, held = project.inbox.resolve(), project.held.resolve()
    found: dict[Path, Incoming] = {}
    for file in files:
        if not os.path.lexists(file):
            raise FileAccessError(f"There is no file {file}; check the name, or leave it out to receive the inbox.")
        path = file.parent.resolve() / file.name
        if path.is_dir() and not path.is_symlink():
            raise FileAccessError(f"{file} is a folder; name the files in it, or put them in {project.inbox}.")
        if path.is_relative_to(inbox):
            found[path] = _in_inbox(path, path.relative_to(inbox))
        elif path.parent == held:
            name = _printable(path.name.partition("-")[2] or path.name)
            found[path] = Incoming(path, name, was_held=True)
        else:
            found[path] = Incoming(path, _printable(path.name))
    return sorted(found.values(), key=lambda each: each.name)


def _printable(name: str) -> str:
    """A file name as text: what a system keeps in no known encoding is shown as U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
