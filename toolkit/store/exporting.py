"""Tidy responses as csv, Parquet or a spreadsheet (design 5.4), for internal use."""

from __future__ import annotations

import io
import os
import re
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

from toolkit.errors import FileAccessError, ToolkitError
from toolkit.store.packing import PackedRows, rows_of
from toolkit.store.snapshots import MORE_FRAMES, TIDY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from toolkit.store.snapshots import Snapshot

    Write = Callable[[BinaryIO], object]

Rows = list[tuple[str, ...]]

LONGEST_CELL = 32_767
"""UTF-16 units that an Excel cell holds."""

MOST_ROWS = 1_048_576
"""Rows of an Excel sheet, its header among them."""

_LIVE = re.compile(r"'*(?:[=+@\t\r]|-\S)")
_QUOTED = re.compile('[",\r\n]|^\\s|\\s$')
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")
_WIDTHS = {
    "organisation": 34,
    "areas": 24,
    "evidence": 60,
    "action": 44,
    "lead": 22,
    "rating": 15,
    "rating_as_written": 18,
    "source_file": 30,
    "source_sha256": 24,
    "received_at": 26,
}


MORE = {"corrections": "Corrections", "other_ratings": "Other ratings"}
"""What is exported beside the tidy responses where there is any: the snapshot's tables, and the names of sheets."""


def export(snapshot: Snapshot, path: Path) -> tuple[Path, ...]:
    """Write the 23 tidy columns, one row per organisation, criterion and cycle, in the snapshot's order.

    What was corrected, and what others than the organisation rated, stands in further sheets of an .xlsx; beside the
    other forms in files such as `NAME.corrections.csv` (one that is left from an earlier export is emptied).

    The same snapshot gives the same bytes. Nothing is live: .xlsx holds strings only, which never become formulas or
    links, and in .csv (UTF-8, lines ending in a line feed) a value that a spreadsheet program would run as a formula
    (it begins with `=`, `+`, `@`, a tab, a carriage return, or `-` and no blank) has an apostrophe before it, as has
    one that begins so behind apostrophes: taking one away always gives back what was written. In
    .xlsx, control characters are left out, a carriage return is a line feed, and a text longer than a cell can hold
    goes on in the sheet "Long texts".

    Args:
        snapshot: what to export.
        path: where to; its suffix says the form.

    Returns:
        The files written, the one asked for first.

    Raises:
        ToolkitError: the suffix is none of .csv, .parquet, .xlsx, or a sheet cannot hold so many rows.
        FileAccessError: the file cannot be written, for example because Excel has it open.
    """
    writers: dict[str, Callable[[Snapshot], Write]] = {".csv": _csv, ".parquet": _parquet, ".xlsx": _xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise ToolkitError(f"{path.name} does not say how to write it; end the name in .csv, .parquet or .xlsx.")
    files = {path: writer(snapshot)}
    if path.suffix.lower() != ".xlsx":
        for name in MORE:
            beside = path.with_name(f"{path.stem}.{name.replace('_', '-')}.csv")
            if len(getattr(snapshot, name)) or beside.is_file():
                files[beside] = _lines(MORE_FRAMES[name], _rows_of(snapshot, name, MORE_FRAMES[name]))
    for target, write in files.items():
        _put(target, write)
    return tuple(files)


def write_rows(
    snapshot: Snapshot, path: Path, title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> Path:
    """Write other rows made from a snapshot as .csv or .xlsx, safe as in `export`; gives the path.

    Raises:
        ToolkitError: the suffix is neither, or a sheet cannot hold so many rows.
        FileAccessError: the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".xlsx"}:
        raise ToolkitError(f"{path.name} does not say how to write it; end the name in .csv or .xlsx.")
    held = list(rows)
    if suffix == ".csv":
        _put(path, _lines(columns, held))
    else:
        content = _workbook(snapshot, title, {title: (columns, held)})
        _put(path, lambda file: file.write(content))
    return path


def _put(path: Path, write: Write) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            write(file)
        draft.replace(path)
    except OSError as error:
        raise FileAccessError(
            f"{path} cannot be written ({error.strerror or error}); close it if a program has it open, "
            "and check that you may write there."
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)  # whatever came in between: half an export is nobody's


def _rows(snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    return _rows_of(snapshot, "responses", TIDY_COLUMNS)


def _rows_of(snapshot: Snapshot, table: str, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The rows, made some at a time: all at once they take many times the memory of their table."""
    return (row for batch in snapshot.batches(table, columns) for row in rows_of(batch))


def _csv(snapshot: Snapshot) -> Write:
    return _lines(TIDY_COLUMNS, _rows(snapshot))


def _lines(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Write:
    lines = (f"{','.join(map(_field, row))}\n".encode() for row in chain((columns,), rows))
    return lambda file: file.writelines(lines)


def _field(text: str) -> str:
    """One value as csv has it, never a formula; the standard library leaves a lone carriage return unquoted."""
    if _LIVE.match(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _parquet(snapshot: Snapshot) -> Write:
    return lambda file: PackedRows(TIDY_COLUMNS).write(file, _rows(snapshot))


def _xlsx(snapshot: Snapshot) -> Write:
    _refuse_too_many(len(snapshot.responses))
    sheets: dict[str, tuple[tuple[str, ...], Rows]] = {"Responses": (TIDY_COLUMNS, list(_rows(snapshot)))}
    for name, title in MORE.items():
        more = list(_rows_of(snapshot, name, MORE_FRAMES[name]))
        if more:
            sheets[title] = (MORE_FRAMES[name], more)
    content = _workbook(snapshot, "Responses", sheets)
    return lambda file: file.write(content)


def _refuse_too_many(rows: int) -> None:
    if rows >= MOST_ROWS:
        raise ToolkitError(f"A sheet cannot hold {rows:,} responses; export to .csv or .parquet instead.")


def _workbook(snapshot: Snapshot, first: str, sheets: dict[str, tuple[tuple[str, ...], Rows]]) -> bytes:
    """A workbook of these sheets (columns and rows by title), `first` among them."""
    import xlsxwriter

    _refuse_too_many(len(sheets[first][1]))
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as workbook:
        about = snapshot.settings.project
        marking = f"{about.marking} - synthetic data" if about.synthetic else about.marking
        workbook.set_properties(
            {
                "title": f"{first}: {about.name}",
                "author": about.office,
                "comments": f"{marking}. Snapshot {snapshot.id}.",
                "created": snapshot.data_cut.replace(tzinfo=None),
            }
        )
        long_texts: list[tuple[str, ...]] = []
        for title, (columns, held) in sheets.items():
            names = columns if title == first else tuple(f"{title}: {column}" for column in columns)
            _write_sheet(workbook, title, marking, columns, _cells(names, held, long_texts))
        if long_texts:
            _write_sheet(workbook, "Long texts", marking, ("row", "column", "text"), long_texts)
    return buffer.getvalue()


def _cells(names: tuple[str, ...], rows: Rows, long_texts: list[tuple[str, ...]]) -> Iterable[tuple[str, ...]]:
    """Rows as cells can hold them; what is too long goes on in `long_texts`, under the column's name there."""
    for number, row in enumerate(rows, start=2):
        cells = [_printable(value) for value in row]
        for at, text in enumerate(cells):
            if len(text) * 2 > LONGEST_CELL:
                parts = _parts(text)
                long_texts.extend((str(number), names[at], part) for part in parts[1:])
                cells[at] = parts[0]
        yield tuple(cells)


def _printable(text: str) -> str:
    return text if text.isprintable() else _NOT_IN_XML.sub("", _LINE_END.sub("\n", text))


def _parts(text: str) -> list[str]:
    """The text in parts that fit a cell, the first of them saying where it goes on; one part where all of it fits."""
    if len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return [text]
    size = LONGEST_CELL // 2 - 50  # any character may take two units; room for the note
    parts = [text[start : start + size] for start in range(0, len(text), size)]
    return [f'{parts[0]} [continued in the sheet "Long texts"]', *parts[1:]]


def _write_sheet(
    workbook: Any,  # noqa: ANN401 - XlsxWriter ships no types
    name: str,
    marking: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
) -> None:
    sheet = workbook.add_worksheet(name)
    header = workbook.add_format({"bold": True, "bottom": 1})
    text = workbook.add_format({"num_format": "@"})
    last = 0
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _WIDTHS.get(column, 15), text)
        sheet.write_string(0, at, column, header)
    for last, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            if value:
                sheet.write_string(last, at, value, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.set_header(f"&C{marking.replace('&', '&&')}")
    sheet.set_footer("&CPage &P of &N")
