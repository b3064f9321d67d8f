"""The verb layout: propose a layout for a workbook that no layout fits."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli.desk import Desk, columns, print_json
from toolkit.document import how_many
from toolkit.errors import NEEDS_A_PERSON, FileAccessError

if TYPE_CHECKING:
    from collections.abc import Container

    from toolkit.intake.previewing import Drafted, Line
    from toolkit.layouts.drafting import Draft

_HELD_PREFIX = re.compile(r"^[0-9a-f]{16}-")
_FIRST_ROWS = 8
_SHORT_HASH = 12
_LONGEST_ID = 40
_WIDEST = 40


@click.group()
def layout() -> None:
    """Layouts of workbooks that the toolkit did not issue."""


@layout.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--id", "layout_id", metavar="NAME", help="What the layout is called; without it, after the file.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it; without it, layouts/NAME.yaml.",
)
@click.option("--force", is_flag=True, help="Write over a layout file that is there already.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def draft(desk: Desk, file: Path, layout_id: str | None, out: Path | None, *, force: bool, as_json: bool) -> None:
    """Propose a layout for FILE as a commented YAML file, and show what would be read with it."""
    from toolkit.intake.previewing import draft_layout
    from toolkit.layouts import AUDIT_WORKBOOK, load_foreign_layouts

    if not file.exists() and not file.is_symlink():
        raise click.UsageError(f"there is no file {file}")
    project = desk.project()
    source = _HELD_PREFIX.sub("", file.name)
    taken = {each.id for each in load_foreign_layouts(None)}
    name = layout_id or (out.stem if out else "") or _identifier(Path(source).stem, taken)
    if not re.fullmatch(r"[a-z0-9-]+", name) or name == AUDIT_WORKBOOK:
        raise click.UsageError(
            f"{name!r} cannot be a layout's id: small letters, digits and hyphens, and not {AUDIT_WORKBOOK}"
        )
    path = out or project.root / "layouts" / f"{name}.yaml"
    if name in taken and not force:
        raise FileAccessError(
            f"{name} is the id of a layout that comes with the toolkit, which a file of that name would replace; "
            "use --id for another name, or --force to replace it."
        )
    if path.exists() and not force:
        raise FileAccessError(
            f"{path} is there already and was left as it is; use --force to write over it, or --id for another name."
        )
    drafted = draft_layout(project, file, name, source)
    if drafted.already and not force:
        raise FileAccessError(
            f"{file.name} is read with the layout {drafted.already} already, so none was drafted; "
            "use --force to draft one nevertheless."
        )
    _write(path, drafted.text)
    if as_json:
        print_json({"file": str(file), "written_to": str(path), "layout": name, **_as_json(drafted)})
    else:
        program = f"toolkit --project {_quoted(desk.folder)}" if desk.folder else "toolkit"
        click.echo(_told(drafted, file, path, project.root / "layouts" / f"{name}.yaml", program))
    if drafted.draft.todo or drafted.preview.hindrance:
        sys.exit(NEEDS_A_PERSON)


def _identifier(stem: str, taken: Container[str]) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", stem.casefold())[:_LONGEST_ID].strip("-") or "drafted"
    return f"{name}-drafted" if name in taken or name == "audit-workbook" else name


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be written ({error.strerror}); check that you may write there."
        ) from error


def _as_json(drafted: Drafted) -> dict[str, Any]:
    found, preview = drafted.draft, drafted.preview
    return {
        "sha256": drafted.sha256,
        "shape": found.shape,
        "tables": [{"sheet": t.sheet.name, "header_row": t.header.first + 1} for t in found.tables],
        "columns": [
            {
                "field": each.field,
                "header": each.text,
                "under": each.under,
                "place": each.place,
                "confidence": each.confidence,
                "proposed": each.is_active,
                "alternatives": dict(each.others),
            }
            for each in found.columns
        ],
        "cover": [
            {"field": e.field, "label": e.spelling, "where": e.where, "place": e.place, "confidence": e.confidence}
            for e in found.labels
        ],
        "criteria": [{"framework": name, "recognised": some, "of": total} for name, some, total in found.recognised],
        "rating_words": [{"word": w.written, "count": w.count, "key": w.meaning} for w in found.ratings.words],
        "organisations": list(preview.organisations),
        "rows": [
            {
                "organisation": each.organisation,
                "criterion": each.criterion,
                "written": each.written,
                "rating": each.rating or None,
                "place": each.place,
            }
            for each in preview.lines
        ],
        "queries": dict(preview.queries),
        "hindrance": preview.hindrance,
        "supposing": preview.supposing,
        "not_read": list(found.unread),
        "todo": list(found.todo),
    }


def _told(drafted: Drafted, file: Path, path: Path, home: Path, program: str) -> str:
    found = drafted.draft
    parts = [
        f"Layout {home.stem} ({_SHAPES[found.shape]}), drafted from {file.name} into {path}",
        _columns_told(found),
        _criteria_told(found),
        _rows_told(drafted),
    ]
    if found.unread:
        parts.append("Not read:\n" + "\n".join(f"  {_plain(line, 110)}" for line in found.unread))
    if found.todo:
        parts.append("Still to be said, in the file:\n" + "\n".join(f"  {_plain(line, 400)}" for line in found.todo))
    parts.append(_next(drafted, file, path, home, program))
    return "\n\n".join(parts)


def _next(drafted: Drafted, file: Path, path: Path, home: Path, program: str) -> str:
    """What to do now, by how the file stands in the project."""
    elsewhere = "" if path.resolve() == home.resolve() else f", put it into {home.parent} as {home.name}"
    start = f"Next: check {path.name} (every entry has its evidence), complete it{elsewhere}"
    resolve = f"{program} resolve {drafted.sha256[:_SHORT_HASH]} --layout {home.stem} --why TEXT"
    later = "Later workbooks of this kind are then read by themselves."
    if drafted.stands == "held":
        return f"{start}, then run\n  {resolve}\n{later}"
    if drafted.stands:
        return f"{start}. {file.name} itself was received before and is {drafted.stands}.\n{later}"
    receive = f"{program} receive {_quoted(file)}"
    return f"{start}, then run\n  {receive}\nand, should it be held nevertheless,\n  {resolve}\n{later}"


def _quoted(file: Path) -> str:
    """A path as the shell of this system takes it."""
    if os.name != "nt":
        return shlex.quote(str(file))
    return f'"{file}"' if re.search(r"[^\w.:\\/-]", str(file)) else str(file)


_SHAPES = {
    "rows": "a row for each criterion",
    "matrix": "criteria down, organisations across",
    "survey": "a row for each organisation",
}


def _columns_told(found: Draft) -> str:
    rows: list[tuple[str, ...]] = [("Column", "Header", "Taken for", "Sure", "")]
    for each in found.columns:
        note = "" if each.is_active else "not sure enough: a comment in the file"
        rows.append((each.place, _plain(each.text), each.field, f"{each.confidence}%", note))
    rows += [
        (e.place, _plain(e.spelling), e.field, f"{e.confidence}%", f"value {e.where.replace('_', ' ')}")
        for e in found.labels
    ]
    return columns(rows)


def _criteria_told(found: Draft) -> str:
    if not found.recognised:
        return "No criterion of any framework was recognised."
    return "Criteria recognised: " + ", ".join(f"{some} of {total} in {name}" for name, some, total in found.recognised)


def _rows_told(drafted: Drafted) -> str:
    preview = drafted.preview
    hindrance = f"Nothing can be read with this draft yet: {_plain(preview.hindrance, 300)}."
    if preview.hindrance and not preview.lines:
        return hindrance
    rows: list[tuple[str, ...]] = [("Criterion", "As written", "Rating", "Cell")]
    several = len({line.organisation for line in preview.lines}) > 1
    rows += [
        (_criterion(line, several=several), _plain(line.written), line.rating or "not declared", line.place)
        for line in preview.lines[:_FIRST_ROWS]
    ]
    more = len(preview.lines) - _FIRST_ROWS
    told = f"{how_many(len(preview.lines), 'rating')} would be read"
    if preview.supposing:
        told = f"{hindrance}\nIf \u201c{_plain(preview.supposing)}\u201d is that column, {told}"
    if preview.organisations:
        told += f", for {', '.join(_plain(name) for name in preview.organisations)}"
    queries = ", ".join(f"{code} {count}" for code, count in preview.queries)
    return (
        f"{told}:\n{columns(rows)}"
        + (f"\n... and {more} more" if more > 0 else "")
        + (f"\nQueries there would be: {queries}" if queries else "")
    )


def _criterion(line: Line, *, several: bool) -> str:
    return f"{_plain(line.organisation)}: {line.criterion}" if several else line.criterion


def _plain(text: str, longest: int = _WIDEST) -> str:
    from toolkit.layouts.drafting import one_line

    return one_line(text, longest)
