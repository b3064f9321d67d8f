"""`layout draft` of forms whose headers nobody knows: by what stands in them, and never a meaning that nobody gave."""

from __future__ import annotations

import json
import os
import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner
from drafting_workbooks import CRITERIA, FRAMEWORK, TEXTS, cycled, saved
from intake_workbooks import drop, take_in

from toolkit.cli.desk import toolkit
from toolkit.errors import FileAccessError
from toolkit.layouts import ForeignLayout, load_foreign_layouts
from toolkit.records import Outcome, Rating
from toolkit.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from click.testing import Result

    from toolkit.project import Project

DUDLEY, POLICE = "Dudley Synthetic Support", "Synthetic Police"
HEADERS = ("Point", "What should be there", "How are we doing", "Proof", "Plan", "Person", "Finish")
WORDS = {
    "Always": (Rating.MET, "1"),
    "Mostly": (Rating.PARTLY_MET, "0.75"),
    "Rarely": (Rating.NOT_MET, "0"),
    "Does not concern us": (Rating.NOT_APPLICABLE, "null"),
}
PARTS = {
    1: (Rating.MET, "1"),
    0.75: (Rating.PARTLY_MET, "0.75"),
    0.5: (Rating.PARTLY_MET, "0.5"),
    0: (Rating.NOT_MET, "0"),
}


def checklist(answers: Mapping[str, object], organisation: str = DUDLEY, headers: Sequence[str] = HEADERS) -> bytes:
    """One sheet under words that no layout knows, with a cover above it."""
    rows: list[Sequence[object]] = [
        ["Partnership checklist on domestic abuse"],
        [],
        ["Who are we?", organisation],
        ["Filled in on", "2024-06-10"],
        [],
        headers,
    ]
    for place, criterion in enumerate(CRITERIA):
        plan = ["Review the policy this year", "A Person", "2025-03-31"] if place % 3 == 0 else ["", "", ""]
        rows.append([criterion, TEXTS[criterion], answers.get(criterion, ""), f"Seen in minute {place}", *plan])
    return saved({"My checklist": rows})


def only_texts(answers: Mapping[str, object], organisation: str = DUDLEY) -> bytes:
    """The criteria by their texts alone, without any reference."""
    rows: list[Sequence[object]] = [
        ["Who are we?", organisation],
        [],
        ["What should be there", "How are we doing", "Proof"],
        *([TEXTS[c], answers.get(c, ""), f"Seen in minute {c}"] for c in CRITERIA),
    ]
    return saved({"My checklist": rows})


def progress(answers: Mapping[str, object], organisation: str = DUDLEY) -> bytes:
    """A sheet for each standard, references glued to the text, and the organisation's name on a sheet of its own."""
    sheets: dict[str, list[Sequence[object]]] = {"About": [[], ["", "Submitting body:", organisation]]}
    for standard in FRAMEWORK.standards:
        sheets[f"S{standard.standard}"] = [
            [f"Standard {standard.standard}"],
            ["Statement", "Progress %", "Notes to support", "Next"],
            *(
                [f"{each.criterion} {TEXTS[each.criterion]}", answers.get(each.criterion, ""), "Seen by us all", ""]
                for each in standard.criteria
            ),
        ]
    return saved(sheets)


def grouped(answers: Mapping[str, object], organisation: str = DUDLEY) -> bytes:
    """A header of two rows, the criteria named in the upper one."""
    rows: list[Sequence[object]] = [
        ["Who are we?", organisation],
        [],
        ["Point", "What should be there", "Our own view", ""],
        ["", "", "How are we doing", "Proof"],
        *([c, TEXTS[c], answers.get(c, ""), f"Seen in minute {c}"] for c in CRITERIA),
    ]
    return saved({"My checklist": rows})


def with_header(word: str) -> Callable[..., bytes]:
    return lambda answers, organisation=DUDLEY: checklist(answers, organisation, (word, *HEADERS[1:]))


FORMS: dict[str, tuple[Callable[..., bytes], Mapping[Any, tuple[Rating, str]]]] = {
    "checklist": (checklist, WORDS),
    "ref": (with_header("Ref"), WORDS),
    "number": (with_header("No."), WORDS),
    "progress": (progress, PARTS),
    "progress-words": (progress, WORDS),
    "grouped": (grouped, WORDS),
    "only-texts": (only_texts, WORDS),
}
each_form = pytest.mark.parametrize("name", FORMS)


def given(means: Mapping[Any, object], start: int = 0) -> dict[str, object]:
    order = list(means)
    return cycled(order[start:] + order[:start])


def run(project: Project, *words: str) -> Result:
    """Run a command in the project."""
    result = CliRunner().invoke(toolkit, ["--project", str(project.root), *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def outside(project: Project, content: bytes, name: str = "form.xlsx") -> Path:
    """A workbook that lies outside the project."""
    path = project.root.parent / name
    path.write_bytes(content)
    return path


def drafted(project: Project, content: bytes, name: str = "form") -> tuple[str, ForeignLayout, str]:
    """The layout file's text, the layout, and what was printed."""
    output = run(project, "layout", "draft", str(outside(project, content, f"{name}.xlsx"))).output
    text = (project.root / "layouts" / f"{name}.yaml").read_text(encoding="utf-8")
    return text, ForeignLayout.model_validate(yaml.safe_load(text)), output


def steps(told: str) -> list[list[str]]:
    """The words of each command that is named at the end."""
    named = [line for line in told.splitlines() if line.startswith("  toolkit ")]
    return [[word.strip('"') for word in shlex.split(line, posix=os.name != "nt")] for line in named]


def uncommented(text: str, gap: str) -> str:
    """The file with the # of every entry taken away; `gap` is what stands for the # and the blank behind it."""
    entry = r"^( +)# (?=\{field: (?!ignored)|rating,|\{rating: |completed_on: |organisation: )"
    return re.sub(entry, rf"\g<1>{gap}", text, flags=re.MULTILINE)


def complete(path: Path, means: Mapping[Any, tuple[Rating, str]], gap: str = "") -> None:
    """What the analyst does, as the comments say it."""
    text = uncommented(path.read_text(encoding="utf-8"), gap)
    for word, (rating, value) in means.items():
        stub = f'{{rating: TODO, label: "{word}", meaning: TODO, value: TODO}}'
        assert stub in text
        text = text.replace(stub, f'{{rating: {rating}, label: "{word}", meaning: As we say., value: {value}}}')
    before, _, rest = text.partition("\ntodo: [")
    path.write_text(before + "\n" + rest.partition("\n]\n")[2], encoding="utf-8")


def ratings_of(project: Project, organisation_id: str) -> dict[str, Rating]:
    with open_store(project) as store:
        stored = store.current_return(organisation_id, "2024")
    assert stored is not None
    return {each.criterion: each.rating for each in stored.return_.responses}


@each_form
@pytest.mark.parametrize("gap", ["", " "])
def test_the_round_of_a_form_under_unknown_words(project: Project, name: str, gap: str) -> None:
    make, means = FORMS[name]
    drop(project, f"{name}.xlsx", make(given(means)))
    assert [each.outcome for each in take_in(project)] == [Outcome.HELD]
    (held,) = project.held.glob("*.xlsx")
    told = run(project, "layout", "draft", str(held)).output
    assert "62 of 62 in wm-2024" in told
    assert "62 ratings would be read, for Dudley Synthetic Support" in told
    complete(project.root / "layouts" / f"{name}.yaml", means, gap)

    (command,) = steps(told)
    assert command[3] == "resolve"
    result = run(project, *command[3:-1], "Theirs.", "--json")
    assert [json.loads(line)["outcome"] for line in result.output.splitlines() if line.startswith("{")] == ["accepted"]
    found = ratings_of(project, "DUD-SVC")
    assert len(found) > 50
    assert found == {criterion: means[given(means)[criterion]][0] for criterion in found}

    drop(project, "later.xlsx", make(given(means, 1), POLICE))
    (later,) = take_in(project)
    assert (later.outcome, later.layout.partition(",")[0]) == (Outcome.ACCEPTED, name), later.reason
    found = ratings_of(project, "WM-POL")
    assert found == {criterion: means[given(means, 1)[criterion]][0] for criterion in found}


def test_columns_are_proposed_by_what_stands_in_them(project: Project) -> None:
    text, layout, _ = drafted(project, checklist(given(WORDS)))
    assert {c.spellings[0]: c.field for c in layout.table.columns} == {
        "Point": "criterion",
        "What should be there": "summary",
    }
    comment = r'^    # \{field: (\w+), spellings: \["([^"]+)"\]\},  # only \d\d per cent'
    proposed = dict(re.findall(comment, text, re.MULTILINE))
    assert proposed == {
        "rating": "How are we doing",
        "evidence": "Proof",
        "action": "Plan",
        "lead": "Person",
        "target_date": "Finish",
    }


@each_form
def test_nothing_is_sure_that_nobody_said(project: Project, name: str) -> None:
    make, means = FORMS[name]
    _, layout, _ = drafted(project, make(given(means)), name)
    assert not layout.ratings.is_declared
    assert "rating" not in {column.field for column in layout.table.columns}
    drop(project, "theirs.xlsx", make(given(means)))
    (receipt,) = take_in(project)
    assert receipt.outcome is Outcome.HELD


def test_what_is_open_is_told_as_it_is(project: Project) -> None:
    _, layout, _ = drafted(project, checklist(given(WORDS), headers=("Ref", *HEADERS[1:])))
    ratings, rating_column, others = layout.todo
    assert ratings == "ratings: say what 'Always', 'Mostly', 'Rarely', 'Does not concern us' mean"
    assert "it may be “How are we doing” (My checklist, C6) with 'Always' 16 times" in rating_column
    assert all(header in others for header in HEADERS[3:])
    assert not any("no rating is filled in" in line for line in layout.todo)


def test_a_blank_form_says_that_its_rating_is_not_filled_in(project: Project) -> None:
    blank = checklist({}, headers=(*HEADERS[:2], "Self rating", *HEADERS[3:]))
    _, layout, _ = drafted(project, blank)
    assert "no rating is filled in under “Self rating” (My checklist, C6)" in layout.todo[0]


@pytest.mark.parametrize("word", ["Ref", "Point", "No.", "Nr", "Item"])
def test_the_word_over_the_references_does_not_matter(project: Project, word: str) -> None:
    _, layout, _ = drafted(project, checklist(given(WORDS), headers=("Kringle", *HEADERS[1:])), "first")
    _, other, _ = drafted(project, checklist(given(WORDS), headers=(word, *HEADERS[1:])), "second")
    assert other.table.columns[0].spellings == (word,)
    assert [c.field for c in other.table.columns] == [c.field for c in layout.table.columns]
    assert other.todo == layout.todo
    assert (other.cover, other.recognise) == (layout.cover, layout.recognise)


@pytest.mark.parametrize(
    ("cover", "label", "where"),
    [
        ([["Who are we?", POLICE]], "Who are we?", "beside"),
        ([["Who are we?", "", "", POLICE]], "Who are we?", "beside"),
        ([["Return of the"], [POLICE]], "Return of the", "below"),
        ([[f"Return of the: {POLICE}"]], "Return of the", "after_colon"),
    ],
)
def test_the_label_of_a_name_of_the_register_is_proposed(
    project: Project, cover: list[list[object]], label: str, where: str
) -> None:
    rows = [*cover, [], HEADERS[:3], *([c, TEXTS[c], "Always"] for c in CRITERIA)]
    _, layout, _ = drafted(project, saved({"Form": rows}))
    assert layout.cover.fields == {"organisation": (label,)}
    assert layout.cover.places == (where,)
    assert not any(line.startswith("cover:") for line in layout.todo)


@pytest.mark.parametrize(
    ("cover", "told"),
    [
        ([["Who are we?", "Nobody We Know Ltd"]], "it may be “Who are we?” (Form, A1, with “Nobody We Know Ltd”)"),
        ([["Sent to", DUDLEY], ["Sent by", POLICE]], "it may be “Sent to” (Form, A1"),
        ([["Our checklist"]], "none was found. Write the text of the cell to the left of the name"),
    ],
)
def test_a_label_that_is_not_sure_is_a_comment_and_told(project: Project, cover: list[list[object]], told: str) -> None:
    rows = [*cover, [], HEADERS[:3], *([c, TEXTS[c], "Always"] for c in CRITERIA)]
    text, layout, _ = drafted(project, saved({"Form": rows}))
    assert not layout.cover.fields
    assert any(line.startswith("cover:") and told in line for line in layout.todo)
    assert re.search(r"^    # organisation: \[", text, re.MULTILINE)


@pytest.mark.parametrize("written", ["2024-06-10", "2024-06-10 00:00:00", "10/06/2024", "10.6.24"])
def test_a_date_with_an_unknown_label_is_proposed_as_a_comment(project: Project, written: str) -> None:
    rows = [
        ["Who are we?", POLICE],
        ["Filled in on", written],
        [],
        HEADERS[:3],
        *([c, TEXTS[c], "A"] for c in CRITERIA),
    ]
    text, layout, _ = drafted(project, saved({"Form": rows}))
    assert '    # completed_on: ["Filled in on"],  # only 60 per cent; Form, A2' in text
    assert set(layout.cover.fields) == {"organisation"}


def test_two_columns_of_few_words_are_both_told(project: Project) -> None:
    headers = ("Point", "What should be there", "Then", "Now")
    rows = [headers, *([c, TEXTS[c], "ABC"[i % 3], "XYZ"[i % 3]] for i, c in enumerate(CRITERIA))]
    _, layout, output = drafted(project, saved({"Form": rows}))
    assert any("“Then” (Form, C1)" in line and "“Now” (Form, D1)" in line for line in layout.todo)
    assert "would be read" not in output


def test_criteria_without_a_header_are_told(project: Project) -> None:
    content = saved({"Form": [["Who are we?", POLICE], *([c, TEXTS[c], "Always", "Seen"] for c in CRITERIA)]})
    with pytest.raises(FileAccessError, match=r"names criteria from Form, A2 on, but no row above them has headers"):
        drafted(project, content)


@pytest.mark.parametrize("rows", [[["Room", "Size"], ["1.1", "20"], ["1.2", "30"], ["1.3", "9"]]])
def test_a_few_numbers_are_no_references(project: Project, rows: list[list[object]]) -> None:
    with pytest.raises(FileAccessError, match="has no table in which answers stand beside criteria"):
        drafted(project, saved({"Rooms": rows}))


def test_a_file_that_was_never_received_is_received_first(project: Project) -> None:
    path = outside(project, checklist(given(WORDS)), "Our checklist (A & B).xlsx")
    output = run(project, "layout", "draft", str(path)).output
    first, second = steps(output)
    assert first == ["toolkit", "--project", str(project.root), "receive", str(path)]
    assert second[3] == "resolve"
    complete(project.root / "layouts" / "our-checklist-a-b.yaml", WORDS)
    result = run(project, *first[3:], "--json")
    assert json.loads(result.output.splitlines()[0])["outcome"] == "accepted"
    again = run(project, "layout", "draft", str(path), "--id", "second", "--force").output
    assert "was received before and is accepted" in again


def test_the_drafts_of_other_kinds_are_not_disturbed(project: Project) -> None:
    for name, (make, means) in FORMS.items():
        drafted(project, make(given(means)), name)
    assert {layout.id for layout in load_foreign_layouts(project.root) if not layout.shipped} == set(FORMS)
