"""Everything that a published file says, to readers or to whoever opens it otherwise: what the leak check searches."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from toolkit.disclosure import Stream
from toolkit.errors import PublishingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DRAWN = re.compile(r"[\s\dMLHVCSQTAZmlhvcsqtazeE.,+%#-]*")
"""Geometry of a drawing: numbers and the letters of path commands."""

_LOOKS = frozenset(["class", "style", "d", "points", "transform", "viewbox", "fill", "stroke", "width", "height"])
_READ = frozenset(["alt", "title", "aria-label", "content", "summary", "abbr", "descr", "name"])
_PRINTABLE = re.compile(rb"(?:[\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}){6,}")
_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00){6,}")
_SAYS = re.compile(r"\w.*\w.*\w")
_MARKUP = (".xml", ".rels", ".vml", ".html", ".htm", ".svg", ".txt", ".css", ".xhtml")
_DEPTH = 3
"""How deep archives in archives are opened."""

Pieces = list[tuple[str, str]]


def streams_of(name: str, content: bytes) -> list[Stream]:
    """What a published file says, and what its name says.

    HTML: text, attributes, comments, styles, drawings' titles and descriptions. PDF: the text of pages, every text of
    its objects (alternative texts, outlines, properties) and its metadata. DOCX and XLSX: every part of the archive,
    the names of the parts among them. CSV and Parquet: every cell.

    Args:
        name: the file's name; its ending says the form.
        content: its bytes.

    Raises:
        PublishingError: a form that cannot be opened, so that nobody knows what is in it.
    """
    readers: dict[str, Callable[[bytes], list[Stream]]] = {
        "html": _markup_streams,
        "pdf": _pdf_streams,
        "docx": _archive_streams,
        "xlsx": _archive_streams,
        "csv": _lines_streams,
        "parquet": _parquet_streams,
    }
    reader = readers.get(name.rsplit(".", 1)[-1].lower())
    if reader is None:
        raise PublishingError(f"{name} cannot be searched for what its audience may not see, so it is not published.")
    return [Stream((("its name", name),), prose=False), *reader(content)]


def _markup_streams(content: bytes, where: str = "") -> list[Stream]:
    page = _Markup(where)
    page.feed(_decoded(content))
    page.close()
    found = (Stream(page.text), Stream(page.beside), Stream(page.hidden, prose=False))
    return [stream for stream in found if stream.pieces]


class _Markup(HTMLParser):
    """Reads HTML or XML: `text` between tags, `beside` in attributes for readers, `hidden` in all other places."""

    def __init__(self, where: str) -> None:
        super().__init__(convert_charrefs=True)
        self._where = f"{where}, " if where else ""
        self._tag = ""
        self.text: Pieces = []
        self.beside: Pieces = []
        self.hidden: Pieces = []

    def _place(self, what: str) -> str:
        return f"{self._where}{what} in line {self.getpos()[0]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        for name, value in attrs:
            if value and not (name in _LOOKS and _DRAWN.fullmatch(value)):
                held = self.beside if name.rsplit(":", 1)[-1] in _READ else self.hidden
                held.append((self._place(f"{name} of <{tag}>"), unquote(value)))
                if "base64," in value:
                    self.hidden += _printable(_from_base64(value), self._place(f"{name} of <{tag}>"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._tag = ""

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if data.strip():
            held = self.hidden if self._tag == "style" else self.text
            held.append((self._place("the style" if self._tag == "style" else "the text"), unescape(data)))

    def handle_comment(self, data: str) -> None:
        self.hidden.append((self._place("a comment"), unescape(data)))

    def handle_decl(self, decl: str) -> None:
        self.hidden.append((self._place("a declaration"), decl))

    def handle_pi(self, data: str) -> None:
        self.hidden.append((self._place("an instruction"), data))

    def unknown_decl(self, data: str) -> None:
        self.text.append((self._place("the text"), data.removeprefix("CDATA[")))


def _archive_streams(content: bytes, where: str = "", depth: int = 0) -> list[Stream]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names: Pieces = [(f"{where}the name of a part", info.filename) for info in archive.infolist()]
            names += [
                (f"{where}a remark on {info.filename}", text.decode("utf-8", "replace"))
                for info in archive.infolist()
                for text in (info.comment, info.extra)
                if text
            ]
            names.append((f"{where}the archive's remark", archive.comment.decode("utf-8", "replace")))
            parts = [(info.filename, archive.read(info)) for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise PublishingError(f"A part of it is no archive that can be opened ({error}).") from error
    found = [Stream(names, prose=False)]
    for name, held in parts:
        if name.lower().endswith(_MARKUP):
            found += _markup_streams(held, f"{where}{name}")
        elif held[:4] == b"PK\x03\x04" and depth < _DEPTH:
            found += _archive_streams(held, f"{where}{name}, ", depth + 1)
        else:
            found += _binary_streams(held, f"{where}{name}")
    return found


def _lines_streams(content: bytes) -> list[Stream]:
    return [Stream([(f"line {at}", line) for at, line in enumerate(_decoded(content).split("\n"), 1)])]


def _parquet_streams(content: bytes) -> list[Stream]:
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(content))
    cells = [
        (f"the column {name}", str(value)) for name, column in table.to_pydict().items() for value in column if value
    ]
    about = [("the properties", str(table.schema.metadata or ""))]
    return [Stream(cells), Stream([*about, *(("a column's name", name) for name in table.column_names)], prose=False)]


def _pdf_streams(content: bytes) -> list[Stream]:
    import pikepdf
    import pypdfium2

    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            objects = [*_pdf_strings(document)]
            metadata = document.Root.get("/Metadata")
            packet = bytes(metadata.read_bytes()) if metadata is not None else b""
            attached = [(name, each.get_file().read_bytes()) for name, each in document.attachments.items()]
        document = pypdfium2.PdfDocument(content)
        try:
            pages = [(f"page {at}", page.get_textpage().get_text_bounded()) for at, page in enumerate(document, 1)]
        finally:
            document.close()
    except (pikepdf.PdfError, pypdfium2.PdfiumError) as error:
        raise PublishingError(f"It is no PDF that can be opened ({error}).") from error
    found = [Stream(pages), Stream(objects)]
    found += _markup_streams(packet, "the metadata") if packet else []
    for name, held in attached:
        found += [Stream([("an attachment", name)], prose=False), *_binary_streams(held, "an attachment")]
    return found


def _pdf_strings(document: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a pikepdf document
    """Every text string and name of a PDF's objects, with the object's number."""
    for at, each in enumerate(document.objects, 1):
        yield from _strings_in(each, f"object {at}")
    yield from _strings_in(document.trailer, "the trailer")


def _strings_in(value: Any, place: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any PDF object
    import pikepdf

    if isinstance(value, pikepdf.String | pikepdf.Name):
        yield place, str(value)
    held: list[tuple[str, Any]] = []
    if isinstance(value, pikepdf.Array):
        held = [(place, each) for each in value]
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        held = [(f"{place} ({key.removeprefix('/')})", each) for key, each in value.items()]
        yield from ((where, where) for where, _ in held)
    for where, each in held:
        if not getattr(each, "is_indirect", False):  # it is met among the document's objects
            yield from _strings_in(each, where)


def _binary_streams(content: bytes, place: str) -> list[Stream]:
    """What can be read in a picture or another binary part: as words, and as letters that words may begin among."""
    pieces = _printable(content, place)
    return [Stream(pieces, prose=False), Stream(pieces, prose=False, whole_words=False)] if pieces else []


def _printable(content: bytes, place: str) -> Pieces:
    """What can be read in a binary file, in bytes and in wide characters."""
    narrow = [found.decode("utf-8", "replace") for found in _PRINTABLE.findall(content)]
    wide = [found.decode("utf-16-le") for found in _WIDE.findall(content)]
    return [(place, text) for text in (*narrow, *wide) if _SAYS.search(text)]


def _from_base64(value: str) -> bytes:
    try:
        return base64.b64decode(value.split("base64,", 1)[1])
    except (binascii.Error, ValueError):
        return b""


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")
