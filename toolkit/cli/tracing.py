"""The verb trace: from a published figure back to the responses and cells behind it."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.desk import Desk, columns, print_json
from toolkit.document import how_many
from toolkit.errors import NEEDS_A_PERSON, ReportError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.document import Blocks, Figure, KeyFigure, Table
    from toolkit.project import Project
    from toolkit.reports.tracing import Check, Traced
    from toolkit.store import Snapshot

    Traceable = KeyFigure | Table | Figure

_SHOWN = 40
"""How many rows, and how many numbers, are listed on a terminal."""

_FILE = 40
"""How much of a file's name is shown on a terminal."""

_CODE = re.compile(r"[A-Z][A-Z2-9]{5}", re.IGNORECASE)
_SHORT_SHA = 10


@dataclass(frozen=True)
class _Found:
    """A figure and the executed notebook that it stands in."""

    notebook: Path
    figure: Traceable

    @property
    def report(self) -> str:
        return self.notebook.stem


@click.command()
@click.argument("report")
@click.argument("figure", required=False, default="")
@click.option("--row", "rows", multiple=True, metavar="TEXT", help="Only this row of the table; twice for two headers.")
@click.option("--column", default="", metavar="TEXT", help="Only this column of the table.")
@click.option("--cycle", "cycle_id", help="Which cycle; without it, that of the file, or the current one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the figure, its checks, every row behind it.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write every row to this .csv or .xlsx file."
)
@click.pass_obj
def trace(
    desk: Desk,
    report: str,
    figure: str,
    *,
    rows: tuple[str, ...],
    column: str,
    cycle_id: str | None,
    as_json: bool,
    out: Path | None,
) -> None:
    """List the responses and the cells (file, sheet, address) behind a number, and count it again.

    REPORT is a report's name ("board-report", "area-dudley") or one of its files; FIGURE is the code printed beside
    the figure, or the beginning of its caption. A code alone is enough; a report alone lists its figures. Internal: it
    names organisations.
    """
    from toolkit.publishing import parameters
    from toolkit.reports.tracing import name_of
    from toolkit.reports.tracing import trace as trace_figure

    project = desk.project()
    notebooks = _notebooks(project, cycle_id or _cycle_of(project, report) or project.settings.current_cycle.id)
    if not figure and not _is_code(report, notebooks):
        _tell_figures(_of_report(notebooks, report), as_json=as_json)
        return
    found = _find(notebooks, report, figure)
    given = parameters(found.notebook)
    snapshot = _snapshot(project, given, found.report)
    traced = trace_figure(snapshot, given["cycle"], found.figure, rows, column)
    if as_json:
        print_json(
            {
                "report": found.report,
                "code": found.figure.code,
                "figure": name_of(found.figure),
                "cycle": given["cycle"],
                "snapshot": snapshot.id,
                "reason": traced.reason,
                "checks": [asdict(check) for check in traced.checks],
                "rows": traced.rows.to_dict("records"),
            }
        )
    else:
        click.echo("\n".join(_lines(found, snapshot, given["cycle"], traced, whole=out is None)))
    if out is not None:
        _write(snapshot, traced, out)
        if not as_json:
            click.echo(f"{how_many(len(traced.rows), 'row')} in {out} (internal: names organisations)")
    if any(check.agrees is False for check in traced.checks):
        sys.exit(NEEDS_A_PERSON)


def _cycle_of(project: Project, report: str) -> str:
    """The cycle of a published file, by the folder it lies in; "" for a mere name."""
    folder = Path(report).resolve().parent.parent
    return folder.name if len(Path(report).parts) > 1 and folder.parent == project.root.resolve() / "reports" else ""


def _notebooks(project: Project, cycle: str) -> dict[str, Path]:
    """The executed notebooks of a cycle by report, the internal ones before those of other audiences."""
    project.settings.cycle(cycle)
    found = sorted((project.runs / cycle).glob("*/*.ipynb"), key=lambda path: (path.parent.name != "internal", path))
    if not found:
        raise ReportError(f"No report of cycle {cycle} has been made here; run `toolkit report all` first.")
    notebooks: dict[str, Path] = {}
    for path in found:
        notebooks.setdefault(path.stem, path)
    return notebooks


def _is_code(text: str, notebooks: dict[str, Path]) -> bool:
    return bool(_CODE.fullmatch(text)) and text not in notebooks


def _of_report(notebooks: dict[str, Path], report: str) -> Path:
    name = report if report in notebooks else Path(report).stem
    if name not in notebooks:
        raise ReportError(f"There is no report {report!r} among those made; use one of {', '.join(sorted(notebooks))}.")
    return notebooks[name]


def _find(notebooks: dict[str, Path], report: str, figure: str) -> _Found:
    """The one figure that is meant."""
    if not figure:
        found = [one for path in notebooks.values() for one in _figures(path) if one.figure.code == report.upper()]
        if len(found) > 1:
            named = " and ".join(one.report for one in found)
            raise ReportError(f"{report.upper()} stands in {named}; name the report too.")
        if not found:
            raise ReportError(f"No report made here has a figure {report.upper()}; `toolkit trace REPORT` lists codes.")
        return found[0]
    path = _of_report(notebooks, report)
    every = list(_figures(path))
    found = [one for one in every if one.figure.code == figure.upper()]
    found = found or [one for one in every if figure.casefold() in map(str.casefold, _names(one.figure))]
    found = found or [
        one for one in every if any(name.casefold().startswith(figure.casefold()) for name in _names(one.figure))
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ReportError(f"{path.stem} has no figure {figure!r}; `toolkit trace {path.stem}` lists them.")
    named = "; ".join(f"{one.figure.code} {_names(one.figure)[0]}" for one in found[:_SHOWN])
    raise ReportError(f"{path.stem} has {len(found)} figures {figure!r}: {named}; use the code.")


def _names(figure: Traceable) -> tuple[str, ...]:
    from toolkit.document import Figure
    from toolkit.reports.tracing import name_of

    if isinstance(figure, Figure) and figure.table:
        return name_of(figure), figure.table.caption
    return (name_of(figure),)


def _figures(notebook: Path) -> Iterator[_Found]:
    from toolkit.publishing import read_blocks

    for _, figure in _under_headings(read_blocks(notebook)):
        yield _Found(notebook, figure)


def _under_headings(blocks: Blocks) -> Iterator[tuple[str, Traceable]]:
    """Every figure of a document with the heading that it stands under."""
    from toolkit.document import Figure, Heading, KeyFigures, Table

    heading = ""
    for block in blocks:
        match block:
            case Heading():
                heading = block.text
            case KeyFigures():
                yield from ((heading, one) for one in block.figures)
            case Table() | Figure():
                yield heading, block


def _tell_figures(notebook: Path, *, as_json: bool) -> None:
    from toolkit.publishing import read_blocks

    found = [(figure.code, _names(figure)[0], heading) for heading, figure in _under_headings(read_blocks(notebook))]
    if as_json:
        print_json([{"code": code, "figure": name, "section": heading} for code, name, heading in found])
    else:
        shown = [(code, _cut(name), heading) for code, name, heading in found]
        click.echo(columns([("code", "figure", "section"), *shown]))


def _snapshot(project: Project, given: dict[str, str], report: str) -> Snapshot:
    """The snapshot that a report was made from, in this project, or where it lay then."""
    from toolkit.store import SNAPSHOTS_FOLDER, open_snapshot

    if "snapshot" not in given or "cycle" not in given:
        raise ReportError(f"The notebook of {report} does not say what it was made from; make the report anew.")
    there = Path(given["snapshot"])
    here = project.record / SNAPSHOTS_FOLDER / there.name
    folder = here if here.is_dir() else there
    if not folder.is_dir():
        raise ReportError(f"The snapshot {there.name}, which {report} was made from, is gone; make the report anew.")
    return open_snapshot(folder)


def _lines(found: _Found, snapshot: Snapshot, cycle: str, traced: Traced, *, whole: bool) -> Iterator[str]:
    from toolkit.document import day

    yield f"{traced.name}"
    yield (
        f"{found.report}, figure {found.figure.code}, cycle {cycle}, snapshot {snapshot.id}, figures as at "
        f"{day(snapshot.data_cut)}"
    )
    if traced.reason:
        yield f"\nNothing was counted for it. {traced.reason}"
        return
    yield ""
    yield from _check_lines(traced.checks)
    if not whole:
        return
    yield f"\n{how_many(len(traced.rows), 'row')} behind it{':' if len(traced.rows) else ''}"
    yield from _tally(traced)
    if len(traced.rows):
        yield columns(_shown(traced.rows.head(_SHOWN).to_dict("records")))
    left = len(traced.rows) - _SHOWN
    if left > 0:
        yield f"and {left:,} more; --out FILE.csv or FILE.xlsx for all of them."
    folders = " and ".join(f"audits/accepted/{one}" for one in sorted(set(traced.rows["cycle"])) or [cycle])
    yield f"The workbooks as they came are in {folders}, named by their SHA-256."


def _check_lines(checks: Sequence[Check]) -> Iterator[str]:
    if not checks:
        yield "It holds words and no number that is counted."
        return
    if len(checks) == 1:
        yield from _one_check(checks[0])
        return
    wrong = [check for check in checks if check.agrees is False]
    unread = sum(check.agrees is None for check in checks)
    yield (
        f"{len(checks) - unread} numbers counted again from the rows below: "
        + ("all agree with what is printed." if not wrong else f"{len(wrong)} do NOT agree with what is printed:")
        + (f" Not compared: {unread} (words, an interval, or too few to print)." if unread else "")
    )
    each = wrong or checks
    table: list[tuple[str, ...]] = [("row", "column", "printed", "counted", "")]
    table += [(one.row, one.column, one.printed, one.counted or "–", _verdict(one)) for one in each[:_SHOWN]]
    yield columns(table)
    if len(each) > _SHOWN:
        yield f"and {len(each) - _SHOWN} more; --row and --column choose, --json gives all."
    formulas: dict[str, dict[str, None]] = {}
    for one in each:
        formulas.setdefault(one.formula, {})[one.column] = None
    for formula, said in formulas.items():
        yield f"  {'how' if len(formulas) == 1 else ', '.join(said)}: {formula}"


def _one_check(check: Check) -> Iterator[str]:
    if check.row:
        yield f"row:      {check.row}"
        yield f"column:   {check.column}"
    yield f"printed:  {check.printed}"
    yield f"counted:  {check.counted or 'not counted again'}, {_verdict(check)}" if check.counted else "counted:  –"
    yield f"how:      {check.formula}"


def _verdict(check: Check) -> str:
    return {True: "agrees", False: "does NOT agree", None: "not a number to compare"}[check.agrees]


def _tally(traced: Traced) -> Iterator[str]:
    """How many rows count, and as what: "5 in the denominator only: 3 partly met, 2 blank"."""
    for role, part in traced.rows.groupby("counts", sort=True):
        ratings = part["rating"].where(part["rating"] != "", part["note"]).value_counts()
        each = ", ".join(f"{number:,} {_words(str(rating))}" for rating, number in ratings.items())
        yield f"  {len(part):,} {role!s}: {each}" if role else f"  {each}"


def _words(rating: str) -> str:
    return rating.replace("_", " ")


def _shown(records: Sequence[dict[Any, Any]]) -> list[tuple[str, ...]]:
    """The rows as a table for a terminal; columns without anything in them are left out."""
    several = len({row["cycle"] for row in records}) > 1
    made = [
        {
            "cycle": row["cycle"] if several else "",
            "organisation": row["organisation"],
            "criterion": row["criterion"],
            "priority": row["priority"],
            "rating": _rating(row),
            "counts": row["counts"],
            "note": row["note"],
            "file": _cut(row["file"], _FILE),
            "cell": f"{row['sheet']}!{row['cell']}" if row["cell"] else "",
            "sha256": row["sha256"][:_SHORT_SHA],
            "corrected": row["corrected"],
        }
        for row in records
    ]
    kept = [name for name in made[0] if any(row[name] for row in made)]
    return [tuple(kept), *(tuple(_cut(row[name]) for name in kept) for row in made)]


def _rating(row: dict[Any, Any]) -> str:
    """The rating, and as it was written where that says something else."""
    rating, written = _words(row["rating"]), str(row["as_written"])
    return rating if written.casefold().replace("_", " ") in {"", rating} else f'{rating} ("{written}")'


def _cut(text: str, longest: int = 80) -> str:
    """Text from a return on one line, without anything that a terminal would obey."""
    from toolkit.document import plain_text

    flat = " ".join(plain_text(text).split())
    return flat if len(flat) <= longest else f"{flat[: longest - 3]}..."


def _write(snapshot: Snapshot, traced: Traced, out: Path) -> None:
    from toolkit.reports.tracing import LISTED
    from toolkit.store import write_rows

    rows = [tuple(str(row[name]) for name in LISTED) for row in traced.rows.to_dict("records")]
    write_rows(snapshot, out, "Trace", LISTED, rows)
