"""A project's own frameworks and official wording, and the sentences a wrong file gives."""

from __future__ import annotations

from pathlib import Path

import pytest

import toolkit
from toolkit.catalogue import framework_ids, load_crosswalk, load_framework, load_scale
from toolkit.errors import CatalogueError

OURS = (Path(toolkit.__file__).parent / "data" / "frameworks" / "wm-2024.yaml").read_text(encoding="utf-8")


def project(root: Path, *, framework: str | bytes | None = None, wording: str | None = None) -> Path:
    for folder, content in (("frameworks", framework), ("wording", wording)):
        if content is not None:
            (root / folder).mkdir(exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            (root / folder / "wm-2024.yaml").write_bytes(data)
    return root


def refusal(root: Path) -> str:
    with pytest.raises(CatalogueError) as caught:
        load_framework("wm-2024", root)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_official_wording_of_a_project_is_what_is_printed(tmp_path: Path) -> None:
    root = project(tmp_path, wording='"5.10": |\n  The official text,\n  on two lines.\n"1.1": Another text.\n')
    framework = load_framework("wm-2024", root)
    ours = load_framework("wm-2024")
    assert framework.criterion("5.10").text == "The official text,\non two lines."
    assert framework.standard("1").criteria[0].text == "Another text."
    assert framework.criterion("5.1").text == ours.criterion("5.1").summary == framework.criterion("5.1").summary
    assert ours.criterion("5.10").text == ours.criterion("5.10").summary
    assert framework.criteria == ours.criteria


def test_wording_that_changes_is_seen_without_a_restart(tmp_path: Path) -> None:
    root = project(tmp_path, wording='"5.10": First text.\n')
    assert load_framework("wm-2024", root).criterion("5.10").text == "First text."
    project(tmp_path, wording='"5.10": The second text.\n')
    assert load_framework("wm-2024", root).criterion("5.10").text == "The second text."
    (root / "wording" / "wm-2024.yaml").unlink()
    assert load_framework("wm-2024", root) == load_framework("wm-2024")


def test_an_empty_wording_file_changes_nothing(tmp_path: Path) -> None:
    assert load_framework("wm-2024", project(tmp_path, wording="")) == load_framework("wm-2024")


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("5.10: Text.\n", 'line 1: the key 5.10 stands without quotes; write "5.10"'),
        ('"5.11": Text.\n', "has text for 5.11, which wm-2024 does not have"),
        ('"5.10": 7\n', "has no text for 5.10"),
        ('"5.10":\n', "has no text for 5.10"),
        ('- "5.10"\n', "must be lines of criterion: text"),
        ('"5.10": A.\n"5.10": B.\n', "line 2: the key '5.10' stands twice"),
    ],
)
def test_wrong_wording_gives_one_sentence(tmp_path: Path, wording: str, said: str) -> None:
    sentence = refusal(project(tmp_path, wording=wording))
    assert sentence.startswith("wording/wm-2024.yaml")
    assert said in sentence


def test_a_projects_framework_goes_before_ours_and_its_own_are_listed(tmp_path: Path) -> None:
    root = project(tmp_path, framework=OURS.replace("short_title: 2024 standards", "short_title: Our copy"))
    (root / "frameworks" / "own-1.yaml").write_text(OURS.replace("id: wm-2024", "id: own-1"), encoding="utf-8")
    assert load_framework("wm-2024", root).short_title == "Our copy"
    assert load_framework("own-1", root).criteria == load_framework("wm-2024").criteria
    assert load_framework("wm-2015", root) is load_framework("wm-2015")
    assert framework_ids(root) == ("own-1", "wm-2015", "wm-2024", "wolverhampton-2018")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'criterion: "5.10"',
            "criterion: 5.10",
            '5.10, criterion: 5.10 stands without quotes and would be read as the number 5.1; write "5.10"',
        ),
        (
            'standard: "5"',
            "standard: 5",
            'at standard 5, standard: 5 stands without quotes and would be read as the number 5; write "5"',
        ),
        ('{"1": desired', "{1: desired", 'the key 1 stands without quotes; write "1"'),
        ('{"1": desired', '{"1": wanted', "'wanted' is not one of 'essential', 'desired' or 'recommended'"),
        ('priority: {"1": desired, ', "priority: {", "must give a priority for each of the tiers 1, 2, 3"),
        ("clause: 2024 standards, 5.10", "clause: x\n        clause: y", "the key 'clause' stands twice"),
        (
            "clause: 2024 standards, 5.10",
            "claus: x",
            "claus: there is no such key; correct its spelling or take it out (and 1 more problem in this file)",
        ),
        (
            "        clause: 2024 standards, 5.10\n",
            "",
            "at standard 5, criterion 5.10, clause: this key is missing; add it",
        ),
        ("title: Safety, security and dignity", "title:", "at standard 5, title: there is nothing here; fill it in"),
        ("title: Safety, security and dignity", 'title: " "', "at standard 5, title: this is empty; fill it in"),
        ("title: Safety, security and dignity", "title: Safety: security", "mapping values are not allowed"),
        ('criterion: "5.10"', 'criterion: "5.9"', "criterion 5.9 appears more than once"),
        ('criterion: "5.10"', 'criterion: "6.10"', "criterion 6.10 stands in standard 5"),
        ('criterion: "5.10"', 'criterion: "five"', "'five' is not a reference such as"),
        ('similar: ["3.3"]', 'similar: ["3.4"]', "criterion 1.4 is similar to 3.4, but 3.4 does not say so too"),
        ('similar: ["3.3"]', 'similar: ["3.9"]', "criterion 1.4 cannot be similar to 3.9"),
        ('similar: ["3.3"]', 'similar: "3.3"', "a single value stands where a list is expected"),
        ('similar: ["3.3"]', "areas: [Dudley]", "'Dudley' is not an ONS code"),
        ("applies_to: direct_services", "applies_to: direct", "'direct' is not one of 'everyone' or 'direct_services'"),
        ("published: Autumn 2023", "published: 2023-09-01", "would be read as a date"),
        ("id: wm-2024", "id: wm-2025", "has the id wm-2025"),
        ("id: wm-2024", "id: WM 2024", "'WM 2024' is not a name in small letters"),
    ],
)
def test_a_wrong_framework_gives_one_sentence_with_file_place_and_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in OURS
    sentence = refusal(project(tmp_path, framework=OURS.replace(old, new, 1)))
    assert sentence.startswith("frameworks/wm-2024.yaml")
    assert said in sentence


def test_the_sentence_names_the_line(tmp_path: Path) -> None:
    line = OURS.splitlines().index('      - criterion: "5.10"') + 1
    text = OURS.replace('criterion: "5.10"', "criterion: 5.10")
    assert f"frameworks/wm-2024.yaml, line {line}, at" in refusal(project(tmp_path, framework=text))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"- a",
        b"\xff\xfea",
        b"\x00",
        b"? [a]\n: b",
        b"a: *b",
        b"a: 2015-13-45",
        b"{",
        b"a: !!python/name:os.system x",
    ],
)
def test_a_file_that_is_no_framework_at_all_gives_one_sentence(tmp_path: Path, content: bytes) -> None:
    assert refusal(project(tmp_path, framework=content)).startswith("frameworks/wm-2024.yaml")


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + OURS.replace("\n", "\r\n").encode()
    assert load_framework("wm-2024", project(tmp_path, framework=content)) == load_framework("wm-2024")


@pytest.mark.parametrize("name", ["nothing-like-it", "WM-2024", "../frameworks/wm-2024", ""])
def test_an_unknown_name_is_answered_with_the_known_ones(name: str) -> None:
    with pytest.raises(CatalogueError, match="use one of wm-2015, wm-2024, wolverhampton-2018"):
        load_framework(name)
    with pytest.raises(CatalogueError, match="use one of one-to-three-zero-na, rag-words, three-level, zero-to-three"):
        load_scale(name)
    assert load_crosswalk(name, "wm-2024") is None
