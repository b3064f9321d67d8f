"""Workbooks of six shapes that no layout knows, for the tests of `layout draft`."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import Workbook

from toolkit.catalogue import load_framework

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FRAMEWORK = load_framework("wm-2024")
TEXTS = {c.criterion: c.summary for s in FRAMEWORK.standards for c in s.criteria}
CRITERIA = tuple(TEXTS)


def saved(sheets: Mapping[str, Iterable[Sequence[object]]]) -> bytes:
    """A workbook with these sheets and rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cycled(words: Sequence[object]) -> dict[str, object]:
    """Every criterion with one of the words, in turn."""
    return {criterion: words[place % len(words)] for place, criterion in enumerate(CRITERIA)}


def two_row_header(
    own: Mapping[str, object],
    moderated: Mapping[str, object],
    organisation: str = "Dudley Synthetic Support",
    key: Sequence[str] = ("0 = Not met", "1 = Begun", "2 = Mostly met", "3 = Met"),
) -> bytes:
    """References glued to the text, banners, a header of two rows with the sender's and the moderated score."""
    rows: list[Sequence[object]] = [
        ["Safeguarding partnership assurance tool", "", "", "", "", "", ""],
        [f"Agency: {organisation}"],
        *([line] for line in key),
        [],
        ["Standard", "Link", "Rationale", "Gaps and actions", "By date", "Score given by", ""],
        ["", "", "", "", "", "Own score", "Panel score"],
    ]
    for standard in FRAMEWORK.standards:
        rows.append([f"Theme {standard.standard}: {standard.title}"])
        rows += [
            [f"{c}{TEXTS[c]}", "", f"Evidence {c}", f"Improve {c}", "2025-03-01", own.get(c, ""), moderated.get(c, "")]
            for c in (each.criterion for each in standard.criteria)
        ]
    return saved({"Audit tool": rows})


def long_sheet(letters: Mapping[str, object], organisation: str = "Dudley Synthetic Support") -> bytes:
    """One long sheet: letters for ratings with a key on its own sheet, banners, labels with the value below."""
    rows: list[Sequence[object]] = [
        ["Borough self review of practice", ""],
        ["Name of organisation", "Date of submission"],
        [organisation, "2024-06-02"],
        [],
        ["Q no", "Question", "Own rating", "Commentary"],
    ]
    for standard in FRAMEWORK.standards:
        rows.append([f"Section {standard.standard} {standard.title}"])
        rows += [
            [c, TEXTS[c], letters.get(c, ""), f"Comment {c}"] for c in (each.criterion for each in standard.criteria)
        ]
    key = [["F", "Fully met"], ["P", "Partly met"], ["U", "Not met"], ["X", "Not applicable"]]
    return saved({"How to": [["How to answer this review"], [], *key], "Review": rows})


def rag_words(words: Mapping[str, object], organisation: str = "Dudley Synthetic Support") -> bytes:
    """A sheet for each standard, RAG words without a key."""
    sheets: dict[str, list[Sequence[object]]] = {
        "Introduction": [["Partnership standards RAG return"], [], ["Name of service", organisation]]
    }
    for standard in FRAMEWORK.standards:
        sheets[f"{standard.standard} {standard.title}".replace("/", " ")[:31]] = [
            [standard.title],
            ["Ref", "Expectation", "Self RAG", "Rationale", "Gaps and actions", "Named lead", "By date"],
            *(
                [c, TEXTS[c], words.get(c, ""), f"Evidence {c}", "", "", ""]
                for c in (each.criterion for each in standard.criteria)
            ),
        ]
    return saved(sheets)


def matrix(answers: Mapping[str, Mapping[str, object]]) -> bytes:
    """Criteria down, organisations across."""
    rows: list[Sequence[object]] = [["Collated partnership answers"], [], ["Ref", "Expectation", *answers]]
    for standard in FRAMEWORK.standards:
        rows.append([f"Standard {standard.standard}"])
        rows += [
            [c, TEXTS[c], *(given.get(c, "") for given in answers.values())]
            for c in (each.criterion for each in standard.criteria)
        ]
    return saved({"Collated": rows})


def survey(answers: Mapping[str, Mapping[str, object]]) -> bytes:
    """A survey's export: a row for each organisation, a question for each criterion."""
    rows: list[Sequence[object]] = [
        ["Response ID", "Which service is this", "Day of answer", *(f"{c} {TEXTS[c]}" for c in CRITERIA)]
    ]
    rows += [
        [place + 1, name, "2024-06-02", *(given.get(c, "") for c in CRITERIA)]
        for place, (name, given) in enumerate(answers.items())
    ]
    return saved({"Form responses 1": rows})


def ninth_row(words: Mapping[str, object], organisation: str = "Dudley Synthetic Support") -> bytes:
    """A header in row 9 with misspelt headers."""
    rows: list[Sequence[object]] = [
        ["Multi-agency assurance questionnaire"],
        [],
        ["Agnecy name", organisation],
        [],
        [],
        [],
        ["Please answer every line."],
        [],
        [
            "Refrence",
            "Requirment",
            "Self asessment ratting",
            "Evidance",
            "Acton needed",
            "Person responsable",
            "Dead line",
        ],
        *([c, TEXTS[c], words.get(c, ""), f"Evidence {c}", f"Action {c}", "A Lead", "2025-03-01"] for c in CRITERIA),
    ]
    return saved({"Sheet1": rows})
