"""References, headers, covers and identities are found by what they say, wherever a sender has moved them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import CatalogueError
from toolkit.layouts import (
    Identity,
    TableColumn,
    find_cover,
    find_header,
    identity_in_rows,
    load_layout,
    models,
    parse_identity,
    read_identity,
    read_reference,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LAYOUT = load_layout()
IDENTITY = Identity("WM-POL", "2024", "wm-2024", "three-level", "audit-workbook")
REFERENCES = st.builds("{}.{}".format, st.integers(1, 40), st.integers(1, 40))
CASES: st.SearchStrategy[Callable[[str], str]] = st.sampled_from([str.strip, str.upper, str.lower, str.title])


@pytest.mark.parametrize(
    ("written", "reference"),
    [
        ("5.10", "5.10"),
        (" 5.10 ", "5.10"),
        ("5.1.", "5.1"),
        ("Ref 5.10", "5.10"),
        ("REF. 5.10:", "5.10"),
        ("Criterion no. 12.1", "12.1"),
        ("(5.10)", "5.10"),
        ("'5.10", "5.10"),
        ("5,10", "5.10"),
        ("5 . 10", "5.10"),
        ("\u00a05.10\u200b", "5.10"),
        ("05.10", "5.10"),
        ("a4", "A4"),
        ("7", "7"),
        (7.0, "7"),
        (5.11, "5.11"),
    ],
)
def test_a_reference_without_doubt(written: object, reference: str) -> None:
    reading = read_reference(written)
    assert reading is not None
    assert reading.certain == reference


@pytest.mark.parametrize(
    "written",
    ["", "n/a", "No", "5.10 and 5.11", "1.2, 18.5", "5.01", "0", "5.0", 0.0, -5.1, True, None, "Standard", 5.01],
)
def test_what_is_no_reference(written: object) -> None:
    assert read_reference(written) is None


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        (5.1, ("5.1", "5.10")),
        (10.2, ("10.2", "10.20")),
        (5.1000000000000005, ("5.1", "5.10")),
        (dt.date(2024, 10, 5), ("5.10", "10.5")),
        (dt.datetime(2024, 5, 10), ("10.5", "5.10")),  # noqa: DTZ001 - cells have no time zone
    ],
)
def test_a_number_or_date_is_never_certain(written: object, candidates: tuple[str, ...]) -> None:
    reading = read_reference(written)
    assert reading is not None
    assert reading.candidates == candidates
    assert reading.certain is None


@given(REFERENCES)
def test_a_reference_turned_into_a_number_is_among_its_candidates(reference: str) -> None:
    reading = read_reference(float(reference))
    assert reading is not None
    assert reference in reading.candidates
    assert reading.certain in {None, reference}


@given(
    st.lists(st.lists(st.sampled_from(["", None, "Note", 3.0, "Please complete"]), max_size=6), max_size=6),
    st.permutations([column.field for column in LAYOUT.columns]),
    st.data(),
)
def test_a_header_is_found_under_any_spelling_in_any_place(
    above: list[list[object]], order: list[str], data: st.DataObject
) -> None:
    columns: dict[str, TableColumn] = {column.field: column for column in LAYOUT.columns}
    header: list[object] = []
    expected: dict[str, int] = {}
    for field in order:
        header.extend(data.draw(st.lists(st.sampled_from(["", None, "Office use"]), max_size=2)))
        spelling = data.draw(st.sampled_from([columns[field].label, *columns[field].spellings]))
        expected[field] = len(header)
        header.append(f" {data.draw(CASES)(spelling)}: ")
    match = find_header([*above, header, ["1.1", "text"]], LAYOUT)
    assert match is not None
    assert (match.row, match.columns, match.also) == (len(above), expected, {})


def test_a_header_needs_reference_and_rating() -> None:
    assert find_header([["Reference", "Evidence", "Action"]], LAYOUT) is None
    assert find_header([["Rating", "Evidence", "Action"]], LAYOUT) is None
    assert find_header([], LAYOUT) is None


def test_the_printed_label_wins_over_another_word_for_the_same() -> None:
    match = find_header([["RAG", "Ref", "Rating", "Reference", "Score"]], LAYOUT)
    assert match is not None
    assert match.columns == {"rating": 2, "criterion": 3}
    assert match.also == {"rating": (0, 4), "criterion": (1,)}


def test_prose_is_no_header() -> None:
    rows = [["Reference", "Rating " * 40], ["Ref", "Evidence", "Rating"]]
    match = find_header(rows, LAYOUT)
    assert match is not None
    assert match.row == 1


def test_cover_values_are_found_beside_their_labels_wherever_they_are() -> None:
    rows: list[list[object]] = [
        [],
        ["", "", "NAME OF ORGANISATION :", "", " ", "Sample Trust"],
        ["", "Authorised by", "A. Director", "Lead\u2019s e-mail", "lead@example.org"],
        ["", "", "Date completed", dt.date(2024, 6, 14)],
        ["", "Completed by", "", None],
    ]
    found = find_cover(rows, LAYOUT)
    assert {key: (value.value, value.row, value.column) for key, value in found.items()} == {
        "organisation": ("Sample Trust", 1, 5),
        "authorised_by": ("A. Director", 2, 2),
        "lead_email": ("lead@example.org", 2, 4),
        "completed_on": (dt.date(2024, 6, 14), 3, 3),
        "completed_by": ("", 4, 2),
    }


def test_what_cells_mean_is_remembered_within_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_MOST_REMEMBERED", 50)
    meanings = load_layout().cover_meanings
    for number in range(200):
        assert meanings["Organisation"] == ("organisation", 0)
        cells: list[object] = [f"Name {number}", "Organisation " * 50, number, float(number), "", None, True]
        assert [meanings[cell] for cell in cells] == [None] * len(cells)
        assert len(meanings) <= 50
        assert all(isinstance(each, str) and len(each) <= 500 for each in meanings)


def test_an_empty_value_does_not_borrow_the_next_label() -> None:
    rows: list[list[object]] = [["Organisation", "", "Completed by", "A. Person"], ["Authorised by"]]
    found = find_cover(rows, LAYOUT)
    assert found["organisation"].value == ""
    assert found["completed_by"].value == "A. Person"


def test_the_printed_cover_label_wins_and_a_table_is_no_cover() -> None:
    rows = [["Lead", "Somebody"], ["Lead's name", "The Lead"], ["Organisation", "X"], ["Areas served", "Dudley"]]
    assert find_cover(rows, LAYOUT)["lead_name"].value == "The Lead"
    assert find_cover([["Reference", "Rating", "Lead", "Target date"]], LAYOUT) == {}


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True), st.sampled_from(["{}", '="{}"', " {} "]))
def test_an_identity_reads_back_from_its_line(organisation_id: str, shape: str) -> None:
    identity = Identity(organisation_id, "2024", "wm-2024", "three-level", "audit-workbook")
    assert parse_identity(shape.format(identity.as_text())) == identity
    assert identity_in_rows([[], ["", shape.format(identity.as_text())]]) == identity


@given(st.text(st.characters(exclude_characters="|"), max_size=60))
def test_other_text_is_no_identity(text: str) -> None:
    assert parse_identity(text) is None
    assert parse_identity(f"standards-audit|{text}") is None


def _archive(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def _property(identity: Identity) -> str:
    value = f"<vt:lpwstr>{identity.as_text()}</vt:lpwstr>"
    return f'<property fmtid="x" pid="2" name="StandardsAuditIdentity">{value}</property>'


def _name(identity: Identity) -> str:
    return f'<x:definedName hidden="1" name="StandardsAuditIdentity">&quot;{identity.as_text()}&quot;</x:definedName>'


def test_any_one_place_is_enough() -> None:
    by_property = _archive({"docProps/custom.xml": _property(IDENTITY)})
    by_name = _archive({"xl/workbook.xml": _name(IDENTITY)})
    assert read_identity(by_property, LAYOUT).found == {"property": IDENTITY}
    assert read_identity(by_name, LAYOUT).found == {"defined name": IDENTITY}
    by_sheet = read_identity(_archive({}), LAYOUT, [[["Cover"]], [[IDENTITY.as_text()]]])
    assert by_sheet.found == {"sheet": IDENTITY}
    assert by_sheet.identity == IDENTITY


def test_places_that_disagree_are_a_conflict() -> None:
    other = Identity("BIR-HSG", "2024", "wm-2024", "three-level", "audit-workbook")
    content = _archive({"docProps/custom.xml": _property(IDENTITY), "xl/workbook.xml": _name(other)})
    reading = read_identity(content, LAYOUT)
    assert reading.conflict
    assert reading.identity is None


@given(st.binary(max_size=300))
def test_a_broken_file_has_no_identity_and_raises_nothing(content: bytes) -> None:
    assert read_identity(content, LAYOUT).identity is None
    whole = _archive({"docProps/custom.xml": _property(IDENTITY)})
    assert read_identity(whole[:-30] + content, LAYOUT).identity in {None, IDENTITY}


def _overlay(root: Path, old: str, new: str) -> None:
    source = Path(__file__).parent.parent / "toolkit" / "data" / "layouts" / "audit-workbook.yaml"
    text = source.read_text(encoding="utf-8")
    assert old in text
    (root / "layouts").mkdir()
    (root / "layouts" / "audit-workbook.yaml").write_text(text.replace(old, new), encoding="utf-8")


def test_a_projects_own_layout_goes_first(tmp_path: Path) -> None:
    _overlay(tmp_path, "label: Evidence\n", "label: What you have seen\n")
    assert load_layout("audit-workbook", tmp_path).columns[4].label == "What you have seen"


def test_a_spelling_that_stands_for_two_fields_is_refused(tmp_path: Path) -> None:
    _overlay(tmp_path, "spellings: [Target,", "spellings: [Evidence, Target,")
    with pytest.raises(CatalogueError, match="'Evidence' stands for both evidence and target_date"):
        load_layout("audit-workbook", tmp_path)


def test_a_missing_layout_is_one_sentence() -> None:
    with pytest.raises(CatalogueError, match=r"^There is no file layouts/nothing\.yaml; use audit-workbook"):
        load_layout("nothing")
