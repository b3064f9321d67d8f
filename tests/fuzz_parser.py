"""Coverage-guided fuzzing of the parser with atheris: cells and XML of a small workbook, through guard and reader.

    pip install atheris                      (Linux; it is not among the toolkit's own dependencies)
    python tests/fuzz_parser.py CORPUS -max_total_time=300

CORPUS is a folder for inputs that reached something new. An input either puts generated values in the cells of a
sheet, or writes bytes into the sheet's XML. Whatever is put there: the guard turns the file away or the parser reads
it; a reader may give up with an exception, but never with one of ours; the account of the cells adds up; and no rating
is anything else than what its cell says. A finding is kept as `crash-...` in the working folder; give its name instead
of CORPUS to see it again.
"""

from __future__ import annotations

import io
import sys
import tempfile
import traceback
import zipfile
from pathlib import Path

import atheris  # type: ignore[import-untyped]  # not installed with the toolkit

with atheris.instrument_imports(include=["toolkit"]):
    from toolkit.catalogue import load_framework, load_scale
    from toolkit.intake import inspect, parse, prepare
    from toolkit.intake.parsing.ratings import RatingReader
    from toolkit.project import open_project
    from toolkit.records import Rating
    from toolkit.workbook import audit_workbook

SETTINGS = """
[project]
name = "Synthetic audit"
office = "Synthetic office"
contact = "audit@example.org"
synthetic = true

[[areas]]
code = "E08000025"
name = "Birmingham"

[[cycles]]
id = "2024"
framework = "wm-2024"
issued = 2024-04-08
deadline = 2024-06-28
"""
REGISTER = (
    "organisation_id,organisation,aliases,sector,areas,tiers,commissioner,direct_services,lead_name,lead_email\n"
    "ORG-1,Synthetic Trust,,Health,Birmingham,1,no,yes,A Lead,a.lead@example.org\n"
)
PARTS = ("xl/worksheets/sheet3.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml")
WORDS = (
    "Met", "Not met", "Partly met", "Not applicable", "1.4", "1.4, 1.5", "5.10", "Reference", "Rating", "Evidence",
    "as above", "Organisation", "Completed by", "0", "#N/A", "31.02.2025", "Apr-21", "See 1.2", "Essential",
    "x | y | Cycle 2024", "=1+1",
)  # fmt: skip


class Workbook:
    """The workbook that every input changes, unpacked once, and what reading it takes."""

    def __init__(self, folder: Path) -> None:
        (folder / "toolkit.toml").write_text(SETTINGS, encoding="utf-8")
        (folder / "register.csv").write_text(REGISTER, encoding="utf-8")
        project = open_project(folder)
        cycle = project.settings.current_cycle
        scale = load_scale(cycle.scale)
        whole = audit_workbook(
            load_framework(cycle.framework), scale, project.register()[0], cycle, project.settings, {}, {}
        )
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.context = prepare(project)
        self.ratings = RatingReader(scale)
        self.path = folder / "fuzzed.xlsx"

    def check(self, data: bytes) -> None:
        """Change the workbook as the input says, read it, and hold the reading against its cells."""
        given = atheris.FuzzedDataProvider(data)
        part = PARTS[given.ConsumeIntInRange(0, len(PARTS) - 1)]
        xml = _with_bytes(self.parts[part], given) if given.ConsumeBool() else _with_cells(self.parts[part], given)
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, xml if name == part else content)
        found = inspect(self.path)
        if not found.ok:
            return
        try:
            readings = parse(found, self.context)
        except Exception as error:
            if _is_ours(error):
                raise
            return
        for reading in readings:
            count = reading.cells
            assert count is None or count.read + count.queried + sum(n for _, n in count.ignored) == count.filled
            for each in reading.return_.responses:
                if each.rating not in {Rating.BLANK, Rating.UNREADABLE}:
                    read = self.ratings.read(each.rating_as_written)
                    assert (read and read[0]) is each.rating, each


def _is_ours(error: BaseException) -> bool:
    """Whether an exception is the toolkit's own, rather than that of a reader of cells on a file it cannot open."""
    return all(frame.name != "open_sheets" for frame in traceback.extract_tb(error.__traceback__))


def _with_bytes(xml: bytes, given: atheris.FuzzedDataProvider) -> bytes:
    for _ in range(given.ConsumeIntInRange(1, 4)):
        start = given.ConsumeIntInRange(0, len(xml))
        end = min(len(xml), start + given.ConsumeIntInRange(0, 40))
        xml = xml[:start] + given.ConsumeBytes(given.ConsumeIntInRange(0, 30)) + xml[end:]
    return xml


def _with_cells(xml: bytes, given: atheris.FuzzedDataProvider) -> bytes:
    rows = []
    for row in range(1, given.ConsumeIntInRange(2, 14)):
        cells = []
        for column in range(given.ConsumeIntInRange(0, 9)):
            place = f"{chr(65 + column)}{row}"
            kind = given.ConsumeIntInRange(0, 6)
            if kind <= 2:  # half of the cells have words that mean something
                text = WORDS[given.ConsumeIntInRange(0, len(WORDS) - 1)]
            else:
                text = given.ConsumeUnicodeNoSurrogates(given.ConsumeIntInRange(0, 12))
            plain = "".join(sign for sign in text if sign.isprintable()).replace("&", "&amp;").replace("<", "&lt;")
            style = f' s="{given.ConsumeIntInRange(0, 20)}"'
            if kind == 4:
                cells.append(f'<c r="{place}"{style}><v>{given.ConsumeFloat()!r}</v></c>')
            elif kind == 5:
                cells.append(f'<c r="{place}"{style} t="str"><f>A1</f><v>{plain}</v></c>')
            else:
                cells.append(f'<c r="{place}"{style} t="inlineStr"><is><t>{plain}</t></is></c>')
        rows.append(f'<row r="{row}">{"".join(cells)}</row>')
    start, end = xml.find(b"<sheetData"), xml.find(b"</sheetData>")
    if start < 0 or end < 0:
        return xml
    return xml[:start] + f"<sheetData>{''.join(rows)}".encode() + xml[end:]


def main() -> None:
    """Fuzz until told to stop."""
    with tempfile.TemporaryDirectory() as folder:
        workbook = Workbook(Path(folder))
        atheris.Setup(sys.argv, workbook.check)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
