"""One small readable file of every kind, which is no audit."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hostile.compound import error, labels, number, xls
from hostile.packed import binary_cell, binary_row, binary_texts, ods, ods_row, ods_table, row, xlsb, xlsx, xlsx_parts
from hostile.packed import packed as packed_parts

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = "a table of something else"


def _xlsx(mark: str) -> bytes:
    error_cell = '<row r="3"><c r="A3" t="e"><v>#N/A</v></c></row>'
    return xlsx(row(1, "Ref", "Said", _WORDS) + row(2, "1.1", mark, "text") + error_cell)


def _xlsm(mark: str) -> bytes:
    parts = xlsx_parts(row(1, "Ref", "Said", _WORDS) + row(2, "1.1", mark), "ms-excel.sheet.macroEnabled.main+xml")
    return packed_parts({**parts, "xl/vbaProject.bin": b"no program"})


def _xls(mark: str) -> bytes:
    return xls(labels(0, "Ref", "Said", _WORDS) + labels(1, "1.1", mark) + number(2, 0, 5.1) + error(2, 1, 0x2A))


def _xlsb(mark: str) -> bytes:
    cells = binary_row(2, binary_cell(3, 1, b"\x2a"), binary_cell(5, 2, struct.pack("<d", 5.1)))
    return xlsb([binary_texts(0, "Ref", "Said", _WORDS), binary_texts(1, "1.1", mark), cells])


def _ods(mark: str) -> bytes:
    return ods(ods_table(ods_row("Ref", "Said", _WORDS) + ods_row("1.1", mark, "text")))


def _csv(mark: str) -> bytes:
    return f'Ref,Said,Words\n1.1,{mark},"{_WORDS}\nand more"\n2.1,=1+1,text\n'.encode()


HONEST: dict[str, Callable[[str], bytes]] = {
    "xlsx": _xlsx,
    "xlsm": _xlsm,
    "xls": _xls,
    "xlsb": _xlsb,
    "ods": _ods,
    "csv": _csv,
}


def distinct(kind: str, mark: str) -> bytes:
    """A file of a kind that says `mark` in a cell, so that no two are the same."""
    return HONEST[kind](mark)
