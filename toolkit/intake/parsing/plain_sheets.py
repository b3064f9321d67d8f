"""Workbooks whose sheets are all plain, as rows of values: what the reader of everything gives, in a third of its time.

Values are given only where there is no doubt about them. Wherever a part is written in any other way than spreadsheet
programs write it, or a number could be a date or not, the workbook is left to the reader of everything.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from toolkit.intake.parsing.sheets import SheetRows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.intake.guards import Inspection
    from toolkit.intake.guards.plain import PlainSheet

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STYLES, _STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"
_IS_WORKSHEET = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_BEGIN, _END = b"<sheets>", b"</sheets>"
_SHEET = re.compile(rb'<sheet name="([^"&<>]{1,99})" sheetId="[0-9]{1,9}"(?: state="(\w+)")?+ r:id="([^"&<>]{1,99})"/>')
_RELATION = re.compile(rb"<Relationship ([^<>]{1,999})/>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_HIDDEN = {b"": False, b"visible": False, b"hidden": True, b"veryHidden": True}
_BEGIN_TEXT, _BEGIN_SPACED, _END_TEXT = b"<si><t>", b'<si><t xml:space="preserve">', b"</t></si>"
_BETWEEN_TEXTS = (_END_TEXT + _BEGIN_TEXT).decode()
_SIGNS = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}
_ENTITY = re.compile(r"&(?:(lt|gt|quot|apos|amp);)?")
_XF = re.compile(rb"<xf\b[^<>]*?\snumFmtId=\"([0-9]{1,4})\"")
_FORMAT = re.compile(rb'<numFmt numFmtId="([0-9]{1,4})" formatCode="([^"<>]*)"/>')
_SHARED, _NUMBER, _DATE = "shared text", "number", "date"
_KIND_OF_FORMAT = {
    **dict.fromkeys((b"0", b"1", b"2", b"3", b"4", b"9", b"10", b"49"), _NUMBER),
    **dict.fromkeys((b"14", b"15", b"16", b"17", b"22"), _DATE),
    **dict.fromkeys((b"@", b"0%", b"0.0", b"0.00", b"General"), _NUMBER),
    **dict.fromkeys((b"dd/mm/yyyy", b"d/m/yyyy", b"yyyy-mm-dd", b"d mmm yyyy", b"dd mmm yyyy", b"d mmmm yyyy"), _DATE),
}
"""What a number is by its format's number or code (ECMA-376, 18.8.30); others are left to the reader of everything."""
_STYLE = re.compile(rb'(?: s="([0-9]+)")?(?: t="([sn])")?')
_DAY_NOUGHT = dt.date(1899, 12, 30)
_FIRST_CERTAIN_DAY, _LAST_DAY = 61, 2_958_465
"""Before 1 March 1900 programs count differently; after 9999 there are no dates."""
_EMPTY: list[Any] = [""] * 26
_REMEMBERED = 16


def read_plain(inspection: Inspection) -> list[SheetRows] | None:
    """Every worksheet of a workbook, in its order; None where it must be read in another way."""
    package, plain = inspection.package, inspection.scan.plain if inspection.scan else None
    if package is None or not plain:
        return None
    try:
        listed = _listed(_sheet_list(package.read(_WORKBOOK)), package.read(_RELATIONS))
        kinds, texts = _kinds(package.read(_STYLES)), _texts(package.read(_STRINGS))
        return [SheetRows(name, _rows(plain[part], texts, kinds), hidden) for name, part, hidden in listed]
    except (KeyError, ValueError):
        return None


def _rows(sheet: PlainSheet, texts: Mapping[bytes, str], kinds: Mapping[bytes, str]) -> list[list[Any]]:
    """A sheet's rows. KeyError or ValueError where a value is not certain, or the rows are not in their order."""
    rows: list[list[Any]] = []
    last, width, current = -1, 0, _EMPTY
    for (row, column, kind), value in zip(sheet.places, sheet.values, strict=True):
        if row != last:
            if row < last:
                raise ValueError("rows that are not in their order")
            while last < row:
                rows.append(current := _EMPTY[:])
                last += 1
        if column >= width:
            width = column + 1
        meaning = kinds[kind]
        if meaning is _SHARED:
            current[column] = texts[value]
        else:
            current[column] = float(value) if meaning is _NUMBER else _day(value)
    for each in rows:
        del each[width:]
    return rows


@lru_cache(maxsize=1024)
def _day(value: bytes) -> dt.date:
    number = int(value)
    if not _FIRST_CERTAIN_DAY <= number <= _LAST_DAY:
        raise ValueError(f"{number} is no certain day")
    return _DAY_NOUGHT + dt.timedelta(number)


def _sheet_list(workbook: bytes) -> bytes:
    """The list of sheets in a workbook's part. ValueError where there may be another, or days count from 1904."""
    begin, end = workbook.find(_BEGIN), workbook.find(_END)
    if not 0 <= begin < end or workbook.count(_BEGIN) > 1 or b"<!" in workbook or b"date1904" in workbook:
        raise ValueError("an unusual workbook")
    return workbook[begin + len(_BEGIN) : end]


@lru_cache(maxsize=_REMEMBERED)  # the workbooks of a cycle have the same sheets in the same places
def _listed(sheets: bytes, relations: bytes) -> tuple[tuple[str, str, bool], ...]:
    """Each sheet's name, its part, and whether it is hidden. ValueError or KeyError where one is no plain worksheet."""
    tags = [dict(_ATTRIBUTE.findall(tag)) for tag in _RELATION.findall(relations)]
    if len(tags) != relations.count(b"<Relationship ") or b"<!" in relations or _SHEET.sub(b"", sheets):
        raise ValueError("an unusual list of sheets")
    targets = {tag[b"Id"]: tag[b"Target"].decode() for tag in tags if tag.get(b"Type") == _IS_WORKSHEET}
    return tuple(
        (name.decode(), f"xl/{targets[place]}", _HIDDEN[state]) for name, state, place in _SHEET.findall(sheets)
    )


class _Kinds(dict[bytes, str]):
    """What a cell's value is, by what follows `r` among its attributes. KeyError where that is not certain."""

    def __init__(self, formats: list[str]) -> None:
        super().__init__()
        self._formats = formats

    def __missing__(self, attributes: bytes) -> str:
        match = _STYLE.fullmatch(attributes)
        style = int(match[1] or 0) if match else len(self._formats)
        kind = _SHARED if match and match[2] == b"s" else self._formats[style] if style < len(self._formats) else ""
        if not kind:
            raise KeyError(attributes)
        self[attributes] = kind
        return kind


@lru_cache(maxsize=_REMEMBERED)  # nor do their styles differ much
def _kinds(styles: bytes) -> _Kinds:
    """The kinds of value that a workbook's styles make. ValueError where they are written in an unusual way."""
    start, end = styles.find(b"<cellXfs"), styles.find(b"</cellXfs>")
    formats = _XF.findall(styles, start, end)
    if not 0 <= start < end or b"<!" in styles or len(formats) != styles.count(b"<xf ", start, end):
        raise ValueError("unusual styles")
    own = dict(_FORMAT.findall(styles))
    if styles.count(b"<numFmt ") != len(_FORMAT.findall(styles)):
        raise ValueError("unusual formats of numbers")
    return _Kinds([_KIND_OF_FORMAT.get(own.get(each, each), "") for each in formats])


def _texts(strings: bytes) -> dict[bytes, str]:
    """The shared texts by their number as it is written. ValueError or KeyError where they are written unusually."""
    start, end = strings.find(_BEGIN_TEXT[:4]), strings.rfind(b"</sst>")
    if not 0 <= start < end or b"<!" in strings[:start]:
        raise ValueError("unusual texts")
    listed = strings[start:end].replace(_BEGIN_SPACED, _BEGIN_TEXT)
    if not (listed.startswith(_BEGIN_TEXT) and listed.endswith(_END_TEXT)) or b"\0" in listed:
        raise ValueError("unusual texts")
    inside = listed[len(_BEGIN_TEXT) : -len(_END_TEXT)]
    texts = inside.decode().split(_BETWEEN_TEXTS)
    if inside.count(b"<") != _BETWEEN_TEXTS.count("<") * (len(texts) - 1):
        raise ValueError("unusual texts")
    if b"\r" in inside or (b"_" in inside and b"_x" in inside):  # programs do not all read these alike
        raise ValueError("unusual signs in texts")
    if b"&" in inside:
        texts = _ENTITY.sub(_sign, "\0".join(texts)).split("\0")
    return dict(zip(_numbers(len(texts)), texts, strict=True))


def _sign(entity: re.Match[str]) -> str:
    """The sign that an entity stands for. KeyError where it is another than the five of XML."""
    return _SIGNS[entity[1]]


@lru_cache(maxsize=_REMEMBERED)
def _numbers(count: int) -> tuple[bytes, ...]:
    return tuple(b"%d" % number for number in range(count))
