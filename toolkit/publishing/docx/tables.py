"""Tables: a caption, a header row that is repeated on each page, a first column of row headers, rows kept whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.document import how_many
from toolkit.publishing.docx.foundation import SMALL_MARGIN
from toolkit.publishing.docx.fragments import character_data, code_run, paragraph, run
from toolkit.publishing.docx.widths import UPRIGHT, fit, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.document import KeyFigure, Table
    from toolkit.publishing.docx.fragments import Align

_TOO_LONG_TO_KEEP = 1500
_KEPT_WITH_HEADER = 2
_NORMAL, _SMALL = "TableText", "TableTextSmall"
_KEY_WIDTHS = (3855, 1814, UPRIGHT - 3855 - 1814)
_KEY_HEADINGS = ("Key figure", "Value", "Counts")


def table_pieces(table: Table) -> list[str]:
    """A table block: caption, table and notes; where there are no rows, the sentence that says so."""
    caption = paragraph("Caption", run(table.caption), *_code(table.code), keep_next=True)
    notes = [paragraph("TableNote", run(note)) for note in table.notes]
    if not table.rows:
        return [caption, paragraph("Normal", run(table.empty)), *notes]
    layout = fit(table)
    style = _SMALL if layout.small else _NORMAL
    aligns: list[Align] = ["left" if column.format == "text" else "right" for column in table.columns]
    body = [
        _row(
            [
                _cell(text, style, align, kept=place < _KEPT_WITH_HEADER)
                for text, align in zip(row, aligns, strict=True)
            ],
            whole=max(map(len, row)) < _TOO_LONG_TO_KEEP,
        )
        for place, row in enumerate(shown(table))
    ]
    headings = [column.name for column in table.columns]
    named = table.row_headers > 0
    made = _table(table.caption, headings, body, widths=layout.widths, style=style, aligns=aligns, row_headings=named)
    return [caption, made, *notes]


def key_figures(figures: Sequence[KeyFigure]) -> str:
    """Headline figures as a table: what it is, its value in large type, its count and denominator."""
    body = [
        _row(
            [
                _cell(figure.label, _NORMAL, "left", kept=kept, bold=True, centred=True),
                _cell(figure.value, "KeyFigure", "left", kept=kept, centred=True),
                _cell(figure.detail, _NORMAL, "left", kept=kept, centred=True, more=code_run(figure.code)),
            ],
            whole=True,
        )
        for kept, figure in zip([*[True] * (len(figures) - 1), False], figures, strict=True)
    ]
    return _table(
        "Key figures", _KEY_HEADINGS, body, widths=_KEY_WIDTHS, style=_NORMAL, aligns=["left"] * len(_KEY_HEADINGS)
    )


def _code(code: str) -> list[str]:
    return [run("  ", "FigureCode"), code_run(code)] if code else []


def _table(
    caption: str,
    headings: Sequence[str],
    body: Sequence[str],
    *,
    widths: Sequence[int],
    style: str,
    aligns: Sequence[Align],
    row_headings: bool = True,
) -> str:
    columns, rows = how_many(len(headings), "column"), how_many(len(body), "row")
    described = f"Table with {columns} and {rows} under one header row. The columns: {', '.join(headings)}."
    head = _row(
        [_cell(name, style, align, kept=True) for name, align in zip(headings, aligns, strict=True)],
        whole=True,
        header=True,
    )
    sides = "".join(f'<w:{side} w:w="{SMALL_MARGIN}" w:type="dxa"/>' for side in ("left", "right"))
    margin = f"<w:tblCellMar>{sides}</w:tblCellMar>" if style == _SMALL else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="StandardsTable"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{margin}'
        f'<w:tblLook w:val="{"06A0" if row_headings else "0620"}" w:firstRow="1" w:lastRow="0" '
        f'w:firstColumn="{int(row_headings)}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{character_data(_short(caption))}"/>'
        f'<w:tblDescription w:val="{character_data(_short(described))}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{head}{''.join(body)}</w:tbl>"
    )


def _short(text: str, longest: int = 500) -> str:
    """Descriptions are read aloud: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _row(cells: Sequence[str], *, whole: bool, header: bool = False) -> str:
    """A row; `whole` ones do not break across pages, the header row is repeated on each."""
    properties = ("<w:cantSplit/>" if whole else "") + ("<w:tblHeader/>" if header else "")
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>"


def _cell(
    text: str, style: str, align: Align, *, kept: bool, bold: bool = False, centred: bool = False, more: str = ""
) -> str:
    inside = paragraph(style, run(text, bold=bold), keep_next=kept, align=align)
    properties = '<w:tcPr><w:vAlign w:val="center"/></w:tcPr>' if centred else ""
    return f"<w:tc>{properties}{inside}{paragraph(style, more, keep_next=kept) if more else ''}</w:tc>"
