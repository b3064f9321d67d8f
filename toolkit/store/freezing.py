"""Freeze the record into a snapshot folder that is named by its content."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from toolkit.catalogue import load_context, load_crosswalk, load_framework, load_scale
from toolkit.errors import FileAccessError
from toolkit.project import Audiences
from toolkit.store.gathering import Contents, gather
from toolkit.store.installed import installed
from toolkit.store.logs import read_corrections
from toolkit.store.packing import PackedRows, in_parts
from toolkit.store.reading import let_go
from toolkit.store.record import open_store, record_file
from toolkit.store.snapshots import (
    FORMAT,
    FRAMES,
    MANIFEST_FILE,
    MORE_FRAMES,
    SETTINGS_FILE,
    Definitions,
    sha256_of,
    snapshot_faults,
)

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.store.snapshots import Snapshot

SNAPSHOTS_FOLDER = "snapshots"
COPIES_FOLDER = "copies"
_OWN = ("frameworks", "scales", "crosswalks", "context", "wording", "layouts")
"""Folders of a project with definitions of its own."""
_HEAD = 100
"""Bytes at the beginning of the record, with SQLite's counter of changes among them."""
UNFINISHED = ".writing-"
"""How the name of a folder begins while a snapshot is written into it."""


def freeze(project: Project) -> Path:
    """Copy what the figures are made of into a snapshot; the same content gives the same folder, left untouched.

    Returns:
        The folder, to be read with `open_snapshot`. It needs neither the project nor the record.

    Raises:
        ProjectError, CatalogueError, StoreError: the project, a framework, the record or a log cannot be read.
        FileAccessError: the snapshot cannot be written.
    """
    sources = _sources(project)
    known = _frozen_before(project, sources)
    if known is not None:
        return known
    definitions, corrections = definitions_of(project), read_corrections(project)
    with open_store(project, create=False) as store:
        contents = gather(project.settings, project.register(), store.current_returns, definitions, corrections)
    folder = write_snapshot(snapshots_folder(project), contents)
    del contents
    let_go()
    with suppress(OSError):  # a folder that cannot be written to only costs the time of the next freeze
        if record_file(project).is_file():
            _memo(project).write_text(json.dumps({"sources": sources, "snapshot": folder.name}), encoding="utf-8")
    return folder


def frozen_before(project: Project) -> Path | None:
    """The snapshot of the project as it is now, where one was frozen and stands undamaged; None where `freeze` must."""
    return _frozen_before(project, _sources(project))


def _frozen_before(project: Project, sources: str) -> Path | None:
    """The snapshot that the same sources gave the last time, where it stands undamaged."""
    try:
        known = json.loads(_memo(project).read_text(encoding="utf-8"))
        folder = snapshots_folder(project) / str(known["snapshot"])
        return folder if known["sources"] == sources and not snapshot_faults(folder) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _memo(project: Project) -> Path:
    return project.record / "frozen.json"


def _sources(project: Project) -> str:
    """A digest of all that a snapshot is made from: files by content, the record by when it was last written to."""
    digest = hashlib.sha256((installed() + project.settings.model_dump_json()).encode("utf-8"))
    files = [project.register_file, project.corrections_log]
    files += [path for folder in _OWN for path in sorted((project.root / folder).rglob("*"))]
    for path in files:
        digest.update(f"\0{path}\0".encode("utf-8", "surrogateescape"))
        if path.is_file():
            digest.update(path.read_bytes())
    record = record_file(project)
    if record.is_file():
        about = record.stat()
        with record.open("rb") as file:
            digest.update(f"{about.st_size} {about.st_mtime_ns} {about.st_ino}".encode() + file.read(_HEAD))
    return digest.hexdigest()


def snapshots_folder(project: Project) -> Path:
    """Where a project's snapshots stand."""
    return project.record / SNAPSHOTS_FOLDER


def definitions_of(project: Project) -> Definitions:
    """The frameworks and scales of the project's cycles, and the crosswalks from each cycle to the next."""
    settings, root = project.settings, project.root
    crosswalks = {}
    for cycle in settings.cycles:
        earlier = settings.cycle_before(cycle.id)
        found = load_crosswalk(earlier.framework, cycle.framework, root) if earlier else None
        if earlier and found:
            crosswalks[f"{earlier.framework}-to-{cycle.framework}"] = found
    return Definitions(
        frameworks={cycle.framework: load_framework(cycle.framework, root) for cycle in settings.cycles},
        scales={cycle.scale: load_scale(cycle.scale, root) for cycle in settings.cycles},
        crosswalks=crosswalks,
        context={each: load_context(each, root) for each in settings.context.files},
    )


def copies_folder(project: Project) -> Path:
    """Where the copies of snapshots for other audiences stand."""
    return project.record / COPIES_FOLDER


def write_copy(project: Project, snapshot: Snapshot, contents: Contents) -> Path:
    """Write a snapshot's copy for an audience, named by both: `ORIGINAL-AUDIENCE-ID`. Raises FileAccessError."""
    return write_snapshot(copies_folder(project), contents, f"{snapshot.id}-{contents.audience}-")


def write_snapshot(folder: Path, contents: Contents, prefix: str = "") -> Path:
    """Write a snapshot into `folder`, under the prefix and the first 16 hex digits of its content's SHA-256.

    The digest is taken over the content, not over Parquet bytes, which change with the writer's version. The files are
    written beside and moved into place at once. A snapshot of that name that was damaged is replaced.

    Raises:
        FileAccessError: the files cannot be written.
    """
    settings = _settings_json(contents)
    digest = _digest(contents, settings)
    target = folder / f"{prefix}{digest[:16]}"
    if target.is_dir() and not snapshot_faults(target):
        return target
    draft = folder / f"{UNFINISHED}{digest[:16]}-{os.getpid()}"
    try:
        draft.mkdir(parents=True, exist_ok=True)
        _write_files(draft, contents, settings, digest)
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if target.is_dir() and not snapshot_faults(target):  # another process wrote the same at the same time
            return target
        raise FileAccessError(
            f"A snapshot cannot be written in {folder} ({error.strerror}); check the disk and that you may write there."
        ) from error
    return target


def _settings_json(contents: Contents) -> bytes:
    definitions = contents.definitions
    content: dict[str, Any] = {
        "format": FORMAT,
        "data_cut": contents.data_cut.isoformat(),
        "synthetic": contents.settings.project.synthetic,
        "settings": _settings(contents),
    }
    if contents.audience != "internal":
        content["audience"] = contents.audience
    kinds = ("frameworks", "scales", "crosswalks", *(("context",) if definitions.context else ()))
    for kind in kinds:
        held = getattr(definitions, kind)
        content[kind] = {key: held[key].model_dump(mode="json") for key in sorted(held)}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _settings(contents: Contents) -> dict[str, Any]:
    """The settings; a snapshot with the toolkit's own policy for audiences is the same as before there was any."""
    settings = contents.settings
    return settings.model_dump(mode="json", exclude={"audiences"} if settings.audiences == Audiences() else None)


def _digest(contents: Contents, settings: bytes) -> str:
    digest = hashlib.sha256(settings)
    for name, columns in _frames(contents).items():
        digest.update(f"{_json([name, columns])[:-1]},[".encode("ascii"))
        for number, some in enumerate(in_parts(contents.tables[name])):
            digest.update(f"{',' if number else ''}{_json(some)[1:-1]}".encode("ascii"))
        digest.update(b"]]")
    return digest.hexdigest()


def _json(content: list[Any]) -> str:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":"))


def _frames(contents: Contents) -> dict[str, tuple[str, ...]]:
    """The tables that the snapshot has: one without corrections is the same as before there were any."""
    return FRAMES | {name: columns for name, columns in MORE_FRAMES.items() if contents.tables[name]}


def _write_files(folder: Path, contents: Contents, settings: bytes, digest: str) -> None:
    (folder / SETTINGS_FILE).write_bytes(settings)
    frames = _frames(contents)
    for name, columns in frames.items():
        rows = contents.tables[name]
        with (folder / f"{name}.parquet").open("wb") as file:
            if isinstance(rows, PackedRows):
                rows.write(file)
            else:
                PackedRows(columns, all_text=name in MORE_FRAMES).write(file, rows)
    manifest = {
        "format": FORMAT,
        "content_sha256": digest,
        "toolkit": version("standards-audit-toolkit"),
        "rows": {name: len(contents.tables[name]) for name in frames},
        "files": {path.name: sha256_of(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST_FILE},
    }
    text = json.dumps(manifest, indent=1) + "\n"
    (folder / MANIFEST_FILE).write_bytes(text.encode("utf-8"))
