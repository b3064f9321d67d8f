"""`layout draft`: an unknown workbook is held, drafted, completed, accepted; and every later one is read by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import foreign_workbooks
import pytest
from click.testing import CliRunner
from drafting_workbooks import (
    CRITERIA,
    FRAMEWORK,
    cycled,
    long_sheet,
    matrix,
    ninth_row,
    rag_words,
    saved,
    survey,
    two_row_header,
)
from intake_workbooks import changed, drop, filled, received, take_in, without_identity

from toolkit.cli.desk import toolkit
from toolkit.errors import CatalogueError, FileAccessError
from toolkit.layouts import load_foreign_layouts
from toolkit.records import Outcome, Rating
from toolkit.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from click.testing import Result

    from toolkit.layouts import ForeignLayout
    from toolkit.project import Project

MET, PARTLY, NOT_MET, NOT_APPLICABLE = Rating.MET, Rating.PARTLY_MET, Rating.NOT_MET, Rating.NOT_APPLICABLE
RAG = """\
ratings:
  levels:
    - {rating: met, label: Green, meaning: In place., value: 1}
    - {rating: partly_met, label: Amber, meaning: Partly in place., value: 0.5}
    - {rating: not_met, label: Red, meaning: Not in place., value: 0}
    - {rating: not_applicable, label: Grey, meaning: Does not apply., value: null}
"""
LETTERED = RAG.replace("Green", "F").replace("Amber", "P").replace("Red", "U").replace("Grey", "X")
COLOURS = {"Green": MET, "Amber": PARTLY, "Red": NOT_MET, "Grey": NOT_APPLICABLE}
WORDS = {"Met": MET, "Not met": NOT_MET, "Partly met": PARTLY, "N/A": NOT_APPLICABLE}
SCORES = {3: MET, 2: PARTLY, 1: PARTLY, 0: NOT_MET}
LETTERS = {"F": MET, "P": PARTLY, "U": NOT_MET, "X": NOT_APPLICABLE}
DUDLEY, POLICE = "Dudley Synthetic Support", "Synthetic Police"


def given(words: Mapping[Any, Rating], start: int = 0) -> dict[str, object]:
    """Every criterion with one of the words in turn, from the one at `start` on."""
    order = list(words)
    return cycled(order[start:] + order[:start])


def scored(organisation: str, start: int = 0) -> bytes:
    return two_row_header(given(SCORES, start), given(SCORES, start + 1), organisation)


def several(make: Callable[[Mapping[str, Mapping[str, object]]], bytes], words: Mapping[Any, Rating]) -> bytes:
    return make({DUDLEY: given(words), POLICE: given(words, 1)})


# Name, workbook, what its words mean, what the analyst has to add, and the columns that are right.
SHAPES: dict[str, tuple[bytes, dict[Any, Rating], str, dict[str, str]]] = {
    "two-row-header": (
        scored(DUDLEY),
        SCORES,
        "",
        {"Standard": "criterion", "Link": "ignored", "Rationale": "evidence", "Gaps and actions": "action",
         "By date": "target_date", "Own score": "rating", "Panel score": "moderated_rating"},
    ),
    "long-sheet": (
        long_sheet(given(LETTERS)),
        LETTERS,
        "",
        {"Q no": "criterion", "Question": "summary", "Own rating": "rating", "Commentary": "evidence"},
    ),
    "rag-by-standard": (
        rag_words(given(COLOURS)),
        COLOURS,
        RAG,
        {"Ref": "criterion", "Expectation": "summary", "Self RAG": "rating", "Rationale": "evidence",
         "Gaps and actions": "action", "Named lead": "lead", "By date": "target_date"},
    ),
    "collated": (several(matrix, LETTERS), LETTERS, LETTERED, {"Ref": "criterion", "Expectation": "summary"}),
    "form-responses": (
        several(survey, WORDS),
        WORDS,
        "",
        {"Response ID": "ignored", "Which service is this": "organisation"},
    ),
    "ninth-row": (
        ninth_row(given(WORDS)),
        WORDS,
        "",
        {"Refrence": "criterion", "Requirment": "summary", "Self asessment ratting": "rating", "Evidance": "evidence",
         "Acton needed": "action", "Person responsable": "lead", "Dead line": "target_date"},
    ),
}  # fmt: skip
each_shape = pytest.mark.parametrize("name", SHAPES)


def run(project: Project, *words: str) -> Result:
    """Run a command in the project."""
    result = CliRunner().invoke(toolkit, ["--project", str(project.root), *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def draft(project: Project, content: bytes, name: str, *options: str) -> Result:
    """Draft a layout for a workbook that lies outside the project."""
    path = project.root.parent / f"{name}.xlsx"
    path.write_bytes(content)
    return run(project, "layout", "draft", str(path), *options)


def layout_file(project: Project, name: str) -> Path:
    return project.root / "layouts" / f"{name}.yaml"


def drafted(project: Project, name: str) -> ForeignLayout:
    return next(each for each in load_foreign_layouts(project.root) if each.id == name)


def complete(project: Project, name: str, ratings: str) -> None:
    """What the analyst does: say what the ratings mean, and take the list of what is open away."""
    path = layout_file(project, name)
    text = path.read_text(encoding="utf-8")
    if ratings:
        text = without_todo(text) + ratings
    path.write_text(text, encoding="utf-8")


def without_todo(text: str) -> str:
    """The layout file once all that is open is done."""
    before, _, rest = text.partition("\ntodo: [")
    return before + "\n" + rest.partition("\n]\n")[2]


def ratings_of(project: Project, organisation_id: str) -> dict[str, Rating]:
    with open_store(project) as store:
        stored = store.current_return(organisation_id, "2024")
    assert stored is not None
    return {each.criterion: each.rating for each in stored.return_.responses}


@each_shape
def test_a_draft_finds_the_columns_and_loads(project: Project, name: str) -> None:
    content, _, ratings, columns = SHAPES[name]
    result = draft(project, content, name)
    layout = drafted(project, name)
    assert {spelling: column.field for column in layout.table.columns for spelling in column.spellings} == columns
    assert bool(layout.todo) == bool(ratings) == (result.exit_code == 1)
    assert layout.ratings.is_declared != bool(ratings)
    assert "62 of 62 in wm-2024" in result.output


@each_shape
def test_the_round_from_held_to_accepted_and_later_ones_read_by_themselves(project: Project, name: str) -> None:
    content, means, ratings, _ = SHAPES[name]
    drop(project, f"{name}.xlsx", content)
    assert {(each.outcome, each.reason.split(":")[0]) for each in take_in(project)} <= {
        (Outcome.HELD, "layout-unknown"),
        (Outcome.HELD, "key-missing"),
    }
    (held,) = project.held.glob("*.xlsx")
    draft_result = run(project, "layout", "draft", str(held))
    assert layout_file(project, name).is_file(), draft_result.output
    if ratings:
        refused = run(project, "resolve", f"{name}.xlsx", "--layout", name, "--why", "It is their form.")
        assert "layout-unfinished" in refused.output
    complete(project, name, ratings)
    result = run(project, "resolve", f"{name}.xlsx", "--layout", name, "--why", "It is their form.", "--json")
    outcomes = [json.loads(line)["outcome"] for line in result.output.splitlines() if line.startswith("{")]
    assert outcomes
    assert set(outcomes) == {"accepted"}
    wanted = {criterion: means[word] for criterion, word in given(means).items()}
    found = ratings_of(project, "DUD-SVC")
    assert len(found) > 50
    assert found == {criterion: wanted[criterion] for criterion in found}

    later = {
        "two-row-header": lambda: scored(POLICE, 1),
        "long-sheet": lambda: long_sheet(given(LETTERS, 1), POLICE),
        "rag-by-standard": lambda: rag_words(given(COLOURS, 1), POLICE),
        "collated": lambda: matrix({"Birmingham Synthetic Homes": given(LETTERS), POLICE: given(LETTERS, 1)}),
        "form-responses": lambda: survey({"Birmingham Synthetic Homes": given(WORDS), POLICE: given(WORDS, 1)}),
        "ninth-row": lambda: ninth_row(given(WORDS, 1), POLICE),
    }[name]()
    drop(project, "later.xlsx", later)
    receipts = [each for each in take_in(project) if each.organisation == POLICE]
    assert {each.layout.partition(",")[0] for each in receipts} == {name}
    if len(SHAPES[name][3]) > 3:  # the collated files have an older answer of the same organisation
        assert {each.outcome for each in receipts} == {Outcome.ACCEPTED}
        wanted = {criterion: means[word] for criterion, word in given(means, 1).items()}
        found = ratings_of(project, "WM-POL")
        assert found == {criterion: wanted[criterion] for criterion in found}


def test_the_two_scores_stay_apart(project: Project) -> None:
    draft(project, scored(DUDLEY), "two-row-header")
    receipt = received(project, scored(DUDLEY), "two.xlsx")
    assert receipt.outcome is Outcome.ACCEPTED, receipt.reason
    with open_store(project) as store:
        stored = store.current_return("DUD-SVC", "2024")
    assert stored is not None
    own, panel = given(SCORES), given(SCORES, 1)
    for each in stored.return_.responses:
        assert each.rating is SCORES[own[each.criterion]]  # type: ignore[index]  # the numbers it was made of
        assert [other.rating for other in each.other_ratings] == [SCORES[panel[each.criterion]]]  # type: ignore[index]


@each_shape
def test_an_unfinished_draft_holds_its_own_kind_and_nothing_else(project: Project, name: str) -> None:
    content, _, ratings, _ = SHAPES[name]
    draft(project, content, name)
    drop(project, "theirs.xlsx", content)
    drop(project, "ours.xlsx", filled(project, "WM-POL"))
    receipts = {each.file: each for each in take_in(project)}
    assert receipts["ours.xlsx"].outcome is Outcome.ACCEPTED
    if ratings:
        assert receipts["theirs.xlsx"].outcome is Outcome.HELD
        assert receipts["theirs.xlsx"].reason.startswith("layout-unfinished")


@each_shape
def test_a_draft_does_not_grab_the_audit_workbook_even_without_its_identity(project: Project, name: str) -> None:
    content, _, ratings, _ = SHAPES[name]
    draft(project, content, name)
    complete(project, name, ratings)
    receipt = received(project, changed(filled(project, "WM-POL"), without_identity))
    assert receipt.layout.startswith("audit-workbook")
    assert receipt.outcome is Outcome.ACCEPTED


@each_shape
def test_a_draft_does_not_grab_other_kinds(project: Project, name: str) -> None:
    content, _, ratings, _ = SHAPES[name]
    draft(project, content, name)
    complete(project, name, ratings)
    for other, (theirs, *_) in SHAPES.items():
        if other != name:
            drop(project, f"{other}.xlsx", theirs)
    assert not [each.file for each in take_in(project) if each.layout.startswith(name)]


def test_drafts_leave_the_workbooks_of_the_shipped_layouts_alone(project: Project) -> None:
    for name, (content, _, ratings, _) in SHAPES.items():
        draft(project, content, name)
        complete(project, name, ratings)
    answers = {criterion: foreign_workbooks.Answer(own=3, evidence="Shown.") for criterion in CRITERIA}
    words = {criterion: foreign_workbooks.Answer(own="Green", commissioner="Green") for criterion in CRITERIA}
    for name, make, given_answers in (
        ("section-eleven", foreign_workbooks.section_eleven, answers),
        ("one-sheet-scores", foreign_workbooks.one_sheet, answers),
        ("assurance-colours", foreign_workbooks.assurance, words),
        ("sheet-per-standard", foreign_workbooks.sheet_per_standard, words),
    ):
        book = make(FRAMEWORK, POLICE, given_answers)
        drop(project, f"{name}.xlsx", foreign_workbooks.saved(book))
    assert {each.file: each.layout.partition(",")[0] for each in take_in(project)} == {
        f"{name}.xlsx": name
        for name in ("section-eleven", "one-sheet-scores", "assurance-colours", "sheet-per-standard")
    }


@each_shape
def test_the_same_file_gives_the_same_bytes(project: Project, name: str) -> None:
    draft(project, SHAPES[name][0], name)
    first = layout_file(project, name).read_bytes()
    result = draft(project, SHAPES[name][0], name, "--force", "--json")
    assert layout_file(project, name).read_bytes() == first
    told = json.loads(result.output)
    assert told["layout"] == name
    assert len([row for row in told["rows"] if row["organisation"] == DUDLEY]) == len(CRITERIA)
    assert not told["hindrance"]


def test_an_undeclared_word_is_shown_and_not_read(project: Project) -> None:
    result = draft(project, rag_words(given(COLOURS)), "rag")
    assert "not declared" in result.output
    assert "Nothing can be read" not in result.output
    assert "say what 'Green', 'Amber', 'Red', 'Grey' mean" in result.output


def test_taking_the_list_away_without_saying_what_ratings_mean_is_refused(project: Project) -> None:
    draft(project, rag_words(given(COLOURS)), "rag")
    path = layout_file(project, "rag")
    path.write_text(without_todo(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"rag\.yaml.*nothing says what a rating means"):
        load_foreign_layouts(project.root)


def test_a_layout_file_is_never_written_over_unasked(project: Project) -> None:
    draft(project, ninth_row(given(WORDS)), "form")
    layout_file(project, "form").write_text("id: form  # mended by hand\n", encoding="utf-8")
    with pytest.raises((FileAccessError, CatalogueError)):
        draft(project, ninth_row(given(WORDS)), "form")
    assert "mended by hand" in layout_file(project, "form").read_text(encoding="utf-8")


def test_another_name_and_another_place(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere" / "their-form.yaml"
    draft(project, ninth_row(given(WORDS)), "form", "--out", str(out))
    assert out.is_file()
    assert not layout_file(project, "form").exists()
    draft(project, ninth_row(given(WORDS)), "form", "--id", "their-kind")
    assert drafted(project, "their-kind").shape == "rows"
    assert draft(project, ninth_row(given(WORDS)), "form", "--id", "../out").exit_code == 2


def test_a_file_that_is_read_already_needs_no_draft(project: Project) -> None:
    with pytest.raises(FileAccessError, match="audit-workbook already"):
        draft(project, filled(project, "WM-POL"), "ours")
    assert not layout_file(project, "ours").exists()


def test_an_unsafe_file_is_refused_with_the_guard_s_reason(project: Project) -> None:
    with pytest.raises(FileAccessError, match=r"bad\.xlsx is not opened\. .+"):
        draft(project, b"MZ this is a program", "bad")
    assert not layout_file(project, "bad").exists()


@pytest.mark.parametrize(
    "rows",
    [
        [["Dear colleague"], ["please find our answers below"], ["we have met all standards"]],
        [["Budget", "2024", "2025"], ["Staff", 10, 12], ["Rooms", 3, 4]],
        [["Ref", "Rating"]],
    ],
)
def test_a_file_without_a_table_gives_one_sentence(project: Project, rows: list[list[object]]) -> None:
    with pytest.raises(FileAccessError, match="has no table in which answers stand beside criteria"):
        draft(project, saved({"Letter": rows}), "letter")
    assert not layout_file(project, "letter").exists()
