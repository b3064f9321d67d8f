"""Verify what stands on disk: originals against their hashes, receipts against the record, snapshots as frozen."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.errors import StoreError
from toolkit.records import Outcome, Receipt
from toolkit.store.freezing import UNFINISHED, snapshots_folder
from toolkit.store.record import open_store, record_file
from toolkit.store.snapshots import sha256_of, snapshot_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from toolkit.project import Project

_HASH = re.compile("[0-9a-f]{64}")
_NOTES = {".txt", ".json"}
"""Endings of the files that give a reason beside a held or quarantined one."""


@dataclass
class _Findings:
    """Problems as they are found, with paths as the project's user sees them."""

    root: Path
    problems: list[str] = field(default_factory=list)

    def add(self, path: Path, problem: str) -> None:
        inside = path.is_relative_to(self.root)
        self.problems.append(f"{path.relative_to(self.root).as_posix() if inside else path} {problem}")


def check(project: Project) -> list[str]:
    """What is wrong on disk, one sentence a problem, always in the same order; empty where nothing is.

    Compares the record with the receipts in `audits/receipts/`, accepted originals with both, every file that is kept
    under its SHA-256 with its bytes, and every snapshot with its manifest. A held or quarantined file may be gone: a
    person was told to delete it or to put it in the inbox again. Nothing is changed.
    """
    findings = _Findings(project.root)
    on_disk = _receipt_files(project, findings)
    recorded = _recorded(project, findings, expected=bool(on_disk))
    if recorded is not None:
        _compare_receipts(project, findings, on_disk, recorded)
    known = {sha256 for sha256, _ in on_disk.values()} | {receipt.sha256 for receipt in recorded or ()}
    present = _originals(project, findings, known)
    for receipt in _latest(recorded or ()):
        if receipt.outcome is Outcome.ACCEPTED and receipt.sha256 not in present:
            findings.add(
                project.accepted(receipt.cycle),
                f"lacks the original of {receipt.file} ({receipt.sha256}); put it back from your last backup.",
            )
    _snapshots(project, findings)
    return findings.problems


def _receipt_files(project: Project, findings: _Findings) -> dict[Path, tuple[str, str]]:
    """Hash and canonical content of every receipt on disk; a file with several organisations has a list of them."""
    found: dict[Path, tuple[str, str]] = {}
    for path in _files(project.receipts, "*.json"):
        try:
            content: Any = json.loads(path.read_text(encoding="utf-8"))
            found[path] = (str(content["sha256"]), _canonical(content))
        except (OSError, ValueError, KeyError, TypeError):
            findings.add(path, "is not a readable receipt; put it back from your last backup.")
    return found


def _recorded(project: Project, findings: _Findings, *, expected: bool) -> tuple[Receipt, ...] | None:
    """Every receipt of the record; None where it cannot be read, which is a finding where one is expected."""
    path = record_file(project)
    if not path.is_file():
        if expected:
            findings.add(path, "is missing although files were received; put it back from your last backup.")
        return None
    try:
        with open_store(project, create=False) as store:
            faults = store.faults()
            receipts = tuple(store.receipts())
            cycles = {stored.receipt.cycle for stored in store.returns()}
    except StoreError as error:
        findings.problems.append(str(error))
        return None
    for fault in faults:
        findings.add(path, f"is damaged ({fault}); put it back from your last backup.")
    for cycle in sorted(cycles - {cycle.id for cycle in project.settings.cycles}):
        findings.add(path, f"has returns of the cycle {cycle}, unknown to toolkit.toml; add it under [[cycles]].")
    return receipts


def _compare_receipts(
    project: Project, findings: _Findings, on_disk: dict[Path, tuple[str, str]], recorded: tuple[Receipt, ...]
) -> None:
    contents = {_canonical(receipt.as_json()) for receipt in recorded}
    hashes = {receipt.sha256 for receipt in recorded}
    for path, (sha256, content) in on_disk.items():
        if sha256 not in hashes:
            findings.add(path, "is a receipt that the record does not have; put the record back from your last backup.")
        elif content not in contents:
            findings.add(path, "says something else than the record; put it back from your last backup.")
    received = {sha256 for sha256, _ in on_disk.values()}
    for receipt in _latest(recorded):
        if receipt.sha256 not in received:
            findings.add(
                project.receipts,
                f"lacks the receipt of {receipt.file} ({receipt.sha256}); put it back from your last backup.",
            )


def _originals(project: Project, findings: _Findings, known: set[str]) -> set[str]:
    """Hashes of the accepted originals; a file whose bytes have changed, or that nobody received, is a finding."""
    accepted = project.accepted("any").parent
    present: set[str] = set()
    for folder in (accepted, project.held, project.quarantine):
        for path in _files(folder, "*"):
            try:
                sha256 = sha256_of(path)
            except OSError as error:
                findings.add(path, f"cannot be read ({error.strerror}); check that you may open it.")
                continue
            named = _HASH.search(path.name)
            is_note = folder != accepted and path.suffix.lower() in _NOTES
            if named and named[0] != sha256 and not is_note:
                findings.add(path, "has been changed since it was received; put it back from your last backup.")
                present.add(named[0])
            elif sha256 not in known and not is_note:
                findings.add(path, "was never received; move it to audits/inbox and run `toolkit receive`.")
            elif folder == accepted:
                present.add(sha256)
    return present


def _snapshots(project: Project, findings: _Findings) -> None:
    folder = snapshots_folder(project)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(UNFINISHED):
            findings.add(path, "was left by a run that did not finish; delete it.")
        elif path.is_dir():
            findings.problems.extend(snapshot_faults(path))


def _latest(receipts: Iterable[Receipt]) -> list[Receipt]:
    """What became of every file: its latest receipt that is not `duplicate`."""
    latest = {each.sha256: each for each in receipts if each.sha256 and each.outcome is not Outcome.DUPLICATE}
    return sorted(latest.values(), key=lambda receipt: (receipt.file, receipt.sha256))


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    found = folder.rglob(pattern) if folder.is_dir() else ()
    yield from sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def _canonical(content: dict[str, Any]) -> str:
    keys = Receipt("", "", Outcome.HELD).as_json()
    return json.dumps({key: content.get(key) for key in keys}, ensure_ascii=True)
