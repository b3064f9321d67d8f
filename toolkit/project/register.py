"""Read `register.csv`: who should return. A wrong line is one sentence with file, line, column and remedy."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from toolkit.errors import ProjectError
from toolkit.records import Organisation

if TYPE_CHECKING:
    from pathlib import Path

REGISTER_COLUMNS = (
    "organisation_id",
    "organisation",
    "aliases",
    "sector",
    "areas",
    "tiers",
    "commissioner",
    "direct_services",
    "lead_name",
    "lead_email",
)

_FLAGS = {"yes": True, "no": False}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def read_register(path: Path, areas: tuple[str, ...]) -> tuple[Organisation, ...]:
    """The organisations of a register, in its order.

    Args:
        path: `register.csv`, UTF-8 (with or without a byte order mark), or the Windows encoding Excel writes.
        areas: the area names that `toolkit.toml` knows.

    Raises:
        ProjectError: the file is missing, a column is missing, or a line has an unknown area, tier or flag, an id that
            is empty, unusable as a file name, or there twice.
    """
    rows = list(csv.DictReader(io.StringIO(_text(path), newline="")))
    header = list(rows[0]) if rows else next(csv.reader(io.StringIO(_text(path))), [])
    missing = [column for column in REGISTER_COLUMNS if column not in header]
    if missing:
        raise ProjectError(f"{path}: the column {', '.join(missing)} is missing; add it to the first line.")
    found: dict[str, Organisation] = {}
    for line, row in enumerate(rows, start=2):
        if not any(value.strip() for value in row.values() if isinstance(value, str)):
            continue
        organisation = _organisation(path, line, row, areas)
        if organisation.organisation_id.casefold() in found:
            raise ProjectError(
                f"{path}, line {line}, organisation_id: {organisation.organisation_id} is there twice; "
                "give each its own."
            )
        found[organisation.organisation_id.casefold()] = organisation
    return tuple(found.values())


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ProjectError(f"There is no {path}; add one line for each organisation that should return.") from error
    except OSError as error:
        raise ProjectError(f"{path} cannot be read ({error.strerror}); check that you may open it.") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _organisation(path: Path, line: int, row: dict[str, str], areas: tuple[str, ...]) -> Organisation:
    def wrong(column: str, problem: str) -> ProjectError:
        return ProjectError(f"{path}, line {line}, {column}: {problem}.")

    def text(column: str) -> str:
        return (row.get(column) or "").strip()

    def several(column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.strip() for part in text(column).split(";") if part.strip()))

    def flag(column: str) -> bool:
        value = text(column).casefold()
        if value not in _FLAGS:
            raise wrong(column, f'"{text(column)}" is neither yes nor no; write one of them')
        return _FLAGS[value]

    if not _ID.fullmatch(text("organisation_id")):
        raise wrong("organisation_id", f'"{text("organisation_id")}" must be letters, digits, - or _; correct it')
    if not text("organisation"):
        raise wrong("organisation", "the name is empty; fill it in")
    named = {area.casefold(): area for area in several("areas")}
    known = {area.casefold() for area in areas}
    unknown = [area for folded, area in named.items() if folded not in known]
    if unknown or not named:
        raise wrong("areas", f'"{"; ".join(unknown)}" is not an area of toolkit.toml; use {", ".join(areas)}')
    tiers = several("tiers")
    if any(tier not in {"1", "2", "3"} for tier in tiers):
        raise wrong("tiers", f'"{text("tiers")}" must be 1, 2 or 3, several joined with ;')
    return Organisation(
        organisation_id=text("organisation_id"),
        name=text("organisation"),
        aliases=several("aliases"),
        sector=text("sector") or "Other",
        areas=tuple(area for area in areas if area.casefold() in named),
        tiers=tuple(sorted(tiers)),
        commissioner=flag("commissioner"),
        direct_services=flag("direct_services"),
        lead_name=text("lead_name"),
        lead_email=text("lead_email"),
    )
