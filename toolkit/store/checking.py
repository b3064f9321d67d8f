"""Verify what stands on disk: originals against their hashes, receipts against the record, logs, snapshots."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.catalogue import load_framework
from toolkit.errors import ToolkitError
from toolkit.records import Outcome, Receipt, Release
from toolkit.store.correcting import fault_of
from toolkit.store.freezing import UNFINISHED, copies_folder, snapshots_folder
from toolkit.store.logs import read_corrections, read_decisions, read_entries
from toolkit.store.receipt_files import receipt_files
from toolkit.store.record import open_store, record_file
from toolkit.store.snapshots import sha256_of, snapshot_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from toolkit.project import Project
    from toolkit.records import Correction, Decision

_HASH = re.compile("[0-9a-f]{64}")
_SHORT_HASH = re.compile("^[0-9a-f]{16}(?=-)")
_NOTES = {".txt", ".json"}
"""Endings of the files that give a reason beside a held or quarantined one."""
_TOLD = ("organisation_id", "cycle", "criterion", "field", "value", "who", "why")
"""What of a correction both the log and a snapshot tell."""
_DRAFT = ".part~"
_ANEW = "run `toolkit rebuild` to make the record anew"


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
    under its SHA-256 with its bytes, the logs of decisions and corrections with what they are about, and every snapshot
    with its manifest. A held or quarantined file may be gone: a person was told to delete it or to put it in the inbox
    again. Nothing is changed.
    """
    findings = _Findings(project.root)
    on_disk = _receipts_on_disk(project, findings)
    recorded = _recorded(project, findings, expected=bool(on_disk))
    if recorded is not None:
        _compare_receipts(project, findings, on_disk, recorded)
    received = (*(receipt for held in on_disk.values() for receipt in held), *(recorded or ()))
    present = _originals(project, findings, {receipt.sha256 for receipt in received})
    accepted = {each.sha256: each for each in recorded or () if each.outcome is Outcome.ACCEPTED}
    for receipt in sorted(accepted.values(), key=lambda each: (each.file, each.sha256)):
        if receipt.sha256 not in present:
            findings.add(
                project.accepted(receipt.cycle),
                f"lacks the original of {receipt.file} ({receipt.sha256}); put it back from your last backup.",
            )
    _decisions(project, findings, received)
    _corrections(project, findings, received)
    _lost_corrections(project, findings)
    _releases(project, findings)
    _snapshots(project, findings)
    return findings.problems


def _receipts_on_disk(project: Project, findings: _Findings) -> dict[Path, tuple[Receipt, ...]]:
    """The receipts in every file that can be read; a file with several returns has several."""
    found = {each.path: each.receipts for each in receipt_files(project)}
    for path, receipts in found.items():
        if not receipts:
            findings.add(path, "is not a readable receipt; put it back from your last backup.")
    return {path: receipts for path, receipts in found.items() if receipts}


def _recorded(project: Project, findings: _Findings, *, expected: bool) -> tuple[Receipt, ...] | None:
    """Every receipt of the record; None where it cannot be read, which is a finding where one is expected."""
    path = record_file(project)
    if not path.is_file():
        if expected:
            findings.add(path, f"is missing although files were received; {_ANEW}.")
        return None
    try:
        with open_store(project, create=False) as store:
            faults = store.faults()
            receipts = tuple(store.receipts())
            cycles = {stored.receipt.cycle for stored in store.returns()}
    except ToolkitError as error:
        findings.problems.append(str(error))
        return None
    for fault in faults:
        findings.add(path, f"is damaged ({fault}); {_ANEW}.")
    for cycle in sorted(cycles - {cycle.id for cycle in project.settings.cycles}):
        findings.add(path, f"has returns of the cycle {cycle}, unknown to toolkit.toml; add it under [[cycles]].")
    return receipts


def _compare_receipts(
    project: Project,
    findings: _Findings,
    on_disk: dict[Path, tuple[Receipt, ...]],
    recorded: tuple[Receipt, ...],
) -> None:
    known = {_key(receipt): receipt for receipt in recorded}
    for path, receipts in on_disk.items():
        for receipt in receipts:
            there = known.get(_key(receipt))
            if there is None:
                findings.add(path, f"is a receipt that the record does not have; {_ANEW}.")
            elif there != receipt:
                findings.add(
                    path, "says something else than the record; run `toolkit rebuild --check` to see which is right."
                )
            elif receipt.number not in {0, there.number}:
                findings.add(
                    path, f"has the number {receipt.number} and not {there.number}, as in the record; {_ANEW}."
                )
            else:
                continue
            break
    received = {receipt.sha256 for receipts in on_disk.values() for receipt in receipts}
    missing = {each.sha256: each for each in recorded if each.sha256 and each.sha256 not in received}
    for receipt in sorted(missing.values(), key=lambda each: (each.file, each.sha256)):
        findings.add(
            project.receipts,
            f"lacks the receipt of {receipt.file} ({receipt.sha256}); put it back from your last backup.",
        )


def _key(receipt: Receipt) -> tuple[str, str, str, bool]:
    return receipt.file, receipt.sha256, receipt.part, receipt.outcome is Outcome.DUPLICATE


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
            named = _HASH.search(path.name) or _SHORT_HASH.search(path.name)
            is_note = folder != accepted and path.suffix.lower() in _NOTES
            if path.name.endswith(_DRAFT):
                findings.add(path, "was left by a run that did not finish; run `toolkit receive`, which removes it.")
            elif named and not sha256.startswith(named[0]) and not is_note:
                findings.add(path, "has been changed since it was received; put it back from your last backup.")
                present.add(named[0])
            elif sha256 not in known and not is_note:
                findings.add(path, "was never received; move it to audits/inbox and run `toolkit receive`.")
            elif folder == accepted:
                present.add(sha256)
    return present


def _decisions(project: Project, findings: _Findings, received: Iterable[Receipt]) -> None:
    try:
        decisions = read_decisions(project)
    except ToolkitError as error:
        findings.problems.append(str(error))
        return
    known = {receipt.sha256 for receipt in received}
    for number, each in enumerate(decisions, start=1):
        if each.sha256 not in known:
            findings.add(
                project.decisions_log,
                f"decides, in line {number}, on {each.file}, which was never received; put its receipt and the file "
                "back from your last backup.",
            )


def _corrections(project: Project, findings: _Findings, received: Iterable[Receipt]) -> None:
    try:
        corrections = read_corrections(project)
    except ToolkitError as error:
        findings.problems.append(str(error))
        return
    returns = {(r.sha256, r.organisation_id, r.cycle) for r in received if r.outcome is Outcome.ACCEPTED}
    decided = {each.sha256 for each in _readable_decisions(project)}
    for number, each in enumerate(corrections, start=1):
        fault = fault_of(each.field, each.value)
        if (each.sha256, each.organisation_id, each.cycle) not in returns:
            if each.sha256 in decided:
                continue  # the return was in the figures until its decision was made anew
            fault = "the return that it corrects was never accepted"
        elif not fault and not _exists(project, each):
            fault = f"there is no criterion {each.criterion!r}"
        if fault:
            findings.add(
                project.corrections_log,
                f"has a correction in line {number} ({each.organisation_id}, {each.cycle}, {each.criterion}) that "
                f"cannot be applied: {fault}; put the file back from your last backup, or take out that line and log "
                "the right one with `toolkit correct`.",
            )


def _releases(project: Project, findings: _Findings) -> None:
    try:
        read_entries(project.releases_log, Release)
    except ToolkitError as error:
        findings.problems.append(str(error))


def _lost_corrections(project: Project, findings: _Findings) -> None:
    """Corrections that a snapshot shows and the log has no more: nothing is ever taken out of a log."""
    import pyarrow.parquet as pq

    try:
        known = {tuple(str(getattr(each, name)) for name in _TOLD) for each in read_corrections(project)}
    except ToolkitError:
        return  # that the log cannot be read is said already
    lost: set[tuple[str, ...]] = set()
    for path in sorted(snapshots_folder(project).glob("*/corrections.parquet")):
        try:
            rows = pq.read_table(path, columns=list(_TOLD)).to_pylist()
        except (OSError, ValueError, KeyError):
            continue  # that the snapshot is damaged is said below
        lost |= {tuple(str(row[name]) for name in _TOLD) for row in rows} - known
    if lost:
        first = min(lost)
        findings.add(
            project.corrections_log,
            f"lacks {len(lost)} of the corrections that were in the figures, such as {', '.join(first[:4])}; put the "
            "file back from your last backup, or log them again with `toolkit correct`.",
        )


def _readable_decisions(project: Project) -> tuple[Decision, ...]:
    try:
        return read_decisions(project)
    except ToolkitError:
        return ()  # that the log cannot be read is said already


def _exists(project: Project, correction: Correction) -> bool:
    framework = next((each.framework for each in project.settings.cycles if each.id == correction.cycle), None)
    if framework is None:
        return True  # that the cycle is unknown is said already
    standards = load_framework(framework, project.root).standards
    return any(each.criterion == correction.criterion for standard in standards for each in standard.criteria)


def _snapshots(project: Project, findings: _Findings) -> None:
    folders = [folder for folder in (snapshots_folder(project), copies_folder(project)) if folder.is_dir()]
    for path in (path for folder in folders for path in sorted(folder.iterdir())):
        if path.name.startswith(UNFINISHED):
            findings.add(path, "was left by a run that did not finish; delete it.")
        elif path.is_dir():
            findings.problems.extend(snapshot_faults(path))


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    found = folder.rglob(pattern) if folder.is_dir() else ()
    yield from sorted(path for path in found if path.is_file() and not path.name.startswith("."))
