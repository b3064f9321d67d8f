"""One document, four forms, the same numbers: every table is taken out of each form and compared cell by cell."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from published_forms import META, Printed, edition, printed, wanted, whole

from toolkit.document import Column, KeyFigure, KeyFigures, Table
from toolkit.publishing import FORMS, Edition, publish, read_edition

TEMPLATES = Path(__file__).parent.parent / "notebooks" / "templates"
REPORTS = ("area", "board_report", "deep_dive", "peer_review")
TABULAR = ("html", "docx", "xlsx")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def document(name: str) -> Edition:
    return whole() if name == "every block" else read_edition(TEMPLATES / f"{name}.ipynb", meta=META)


def made(form: str, of: Edition) -> bytes:
    module = import_module(FORMS[form])
    content: bytes = module.as_bytes(of)
    assert module.faults(content) == []
    return content


def as_shown(tables: Printed, form: str) -> Printed:
    """What a spreadsheet cannot leave empty it marks as not available; such a mark is read as a dash."""
    if form != "xlsx":
        return tables
    return Printed(
        tuple(
            (caption, (*rows[:1], *(tuple("–" if cell in {"", "[x]"} else cell for cell in row) for row in rows[1:])))
            for caption, rows in tables.tables
        ),
        tables.text,
    )


@pytest.mark.parametrize("form", TABULAR)
@pytest.mark.parametrize("name", ["every block", *REPORTS])
def test_every_table_of_a_form_says_what_the_document_says(name: str, form: str) -> None:
    of = document(name)
    expected, texts = wanted(of.blocks)
    expected, found = as_shown(expected, form), printed(form, made(form, of))
    assert [caption for caption, _ in found.tables] == [caption for caption, _ in expected.tables]
    for (caption, rows), (_, rows_wanted) in zip(found.tables, expected.tables, strict=True):
        assert rows == rows_wanted, caption
    if form != "xlsx":  # a workbook has the tables alone
        assert [text for text in texts if text not in found.text] == []


@pytest.mark.parametrize("name", ["every block", "board_report"])
def test_every_number_is_in_the_pdf_too(name: str, pdftotext: str) -> None:
    of = document(name)
    read = subprocess.run([pdftotext, "-raw", "-", "-"], input=made("pdf", of), capture_output=True, check=True)
    text = "".join(read.stdout.decode().split())
    cells = [cell for _, rows in wanted(of.blocks)[0].tables for row in rows for cell in row]
    assert [cell for cell in cells if _NUMBER.search(cell) and "".join(cell.split()) not in text] == []


def test_all_forms_are_published_at_once(tmp_path: Path) -> None:
    files = publish(TEMPLATES / "area.ipynb", tmp_path / "area", formats=tuple(FORMS), meta=META)
    assert [file.suffix for file in files] == [f".{form}" for form in FORMS]
    assert {"html", "pdf", "docx", "xlsx"} <= set(FORMS)


def test_the_same_edition_gives_the_same_bytes_in_another_process() -> None:
    digests = [hashlib.sha256(made(form, whole())).hexdigest() for form in ("docx", "xlsx")]
    program = (
        "import sys, hashlib; sys.path.insert(0, 'tests'); import published_forms as p;"
        "from toolkit.publishing import docx, xlsx;"
        "print(*(hashlib.sha256(form.as_bytes(p.whole())).hexdigest() for form in (docx, xlsx)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "3", "TZ": "Pacific/Auckland"},
    )
    assert run.stdout.split() == digests


def test_a_form_that_says_something_else_is_found_out() -> None:
    one, other = (
        edition(KeyFigures((KeyFigure("Met", value),)), Table("T", (Column("A"), Column("B", "count")), (("a", 1),)))
        for value in ("61%", "62%")
    )
    for form in TABULAR:
        assert printed(form, made(form, one)).tables != as_shown(wanted(other.blocks)[0], form).tables
