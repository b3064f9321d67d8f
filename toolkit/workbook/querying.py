"""Write the query workbooks and their e-mails into the project, and take away those that nobody need send any more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.errors import FileAccessError
from toolkit.store import open_store, read_corrections
from toolkit.workbook.issuing import replace_file
from toolkit.workbook.query_content import letters
from toolkit.workbook.query_email import covering_email
from toolkit.workbook.query_workbook import query_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from toolkit.project import Project

STATE_FILE = "queries.json"
"""How far in receipts and corrections the query workbooks tell: a run that was stopped is made good by the next."""


def write_query_workbooks(
    project: Project,
    cycle: str | None = None,
    organisations: Collection[str] | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> tuple[Path, ...]:
    """Write audits/queries/ORGANISATION_ID.xlsx, and .txt with its covering e-mail, where there are open questions.

    Questions are the queries of severity error or warning of the return that is in the figures, or else of a held one
    whose organisation is known, less those that its sender has answered or somebody has corrected. An organisation
    without open questions has no query workbook: an old one is removed. Files that would not change are left alone.

    Args:
        project: whose record, register, settings and folders.
        cycle: the cycle asked about; None for the latest of which something of the organisation was received.
        organisations: ids of the organisations to look at; None for all of which something was received.
        progress: called with the number of organisations that are done and of all, where these were named.

    Returns:
        The query workbooks that are there for these organisations now, in the order of their ids.

    Raises:
        FileAccessError: a file cannot be written or removed; the others are done.
        ProjectError, CatalogueError, StoreError: the project, a framework, a scale or the record is wrong.
    """
    corrections = read_corrections(project)
    written: list[Path] = []
    stuck: list[str] = []
    with open_store(project, create=False) as store:
        for number, (who, letter) in enumerate(letters(project, store, corrections, cycle, organisations), start=1):
            if progress and organisations:
                progress(number, len(organisations))
            path = project.queries / f"{who}.xlsx"
            try:
                if letter is None:
                    for each in (path, path.with_suffix(".txt")):
                        each.unlink(missing_ok=True)
                    continue
                replace_file(path, query_workbook(letter))
                replace_file(path.with_suffix(".txt"), covering_email(letter, path.name).encode("utf-8"))
                written.append(path)
            except OSError as error:
                stuck.append(f"{path} ({error.strerror or error})")
    if stuck:
        raise FileAccessError(
            f"The query workbook cannot be renewed: {', '.join(stuck)}; close it if it is open in another program, "
            "check that you may write to that folder, and run `toolkit receive` again, which finishes it."
        )
    return tuple(written)


def renew_query_workbooks(
    project: Project, also: Iterable[str] = (), progress: Callable[[int, int], object] | None = None
) -> tuple[Path, ...]:
    """The same for every organisation about which something was received or corrected since the last time.

    Args:
        project: as above.
        also: ids of more organisations to look at.
        progress: as above.

    Raises:
        FileAccessError, ProjectError, CatalogueError, StoreError: as above.
    """
    state = project.record / STATE_FILE
    seen_receipts, seen_corrections = _seen(state)
    with open_store(project, create=False) as store:
        latest = store.last_number()
        if latest < seen_receipts:
            seen_receipts = 0
        touched = {each.organisation_id for each in store.receipts_alone(seen_receipts)} if latest else set()
    corrections = read_corrections(project)
    if len(corrections) < seen_corrections:
        seen_corrections = 0
    touched |= {each.organisation_id for each in corrections[seen_corrections:]}
    written = write_query_workbooks(project, organisations=sorted({*touched, *also} - {""}), progress=progress)
    if latest or corrections:
        reached = json.dumps({"receipts": latest, "corrections": len(corrections)})
        try:
            replace_file(state, f"{reached}\n".encode())
        except OSError as error:
            raise FileAccessError(
                f"{state} cannot be written ({error.strerror or error}); check that you may write to that folder."
            ) from error
    return written


def _seen(state: Path) -> tuple[int, int]:
    """Up to which receipt and correction the query workbooks tell; all anew where the file says nothing."""
    try:
        found = json.loads(state.read_text(encoding="utf-8"))
        return int(found["receipts"]), int(found["corrections"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
