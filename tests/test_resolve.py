"""The verb resolve: what a held file needs is decided, logged, and the file taken in again; nothing else moves."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_workbooks import (
    MOMENT,
    answers,
    by_criterion,
    changed,
    codes,
    current,
    drop,
    filled,
    received,
    renamed,
    standards,
    take_in,
    without_identity,
)

from toolkit.cli.desk import toolkit
from toolkit.errors import BusyError, CatalogueError, FileAccessError, ProjectError
from toolkit.intake import receive
from toolkit.intake.receiving.resolving import Choice, resolve
from toolkit.project import open_project
from toolkit.records import Outcome
from toolkit.store import check, open_store, read_decisions, status

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from toolkit.project import Project

WHO = "COV-COM"
NAME = "Coventry Synthetic Commissioners"
OTHER = "The Coventry Partnership"
DAY = dt.timedelta(days=1)


def run(project: Project, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(toolkit, ["--project", str(project.root), *words])
    if isinstance(done.exception, SystemExit | type(None)):
        assert done.exit_code == code, done.output
        return done
    raise done.exception


def stranger(project: Project, name: str = OTHER, seed: int = 1, **cover: str) -> bytes:
    """A return of Coventry's commissioners without an identity, under another name on every sheet."""

    def change(book: Workbook) -> None:
        without_identity(book)
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and NAME in cell.value:
                        cell.value = cell.value.replace(NAME, name)

    return changed(filled(project, WHO, answers(project, WHO, seed=seed), **cover), change)


def waiting(project: Project) -> list[str]:
    return [each.file for each in status(project, "2024").held]


def test_a_name_that_nobody_knows_is_settled_logged_and_known_from_then_on(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int((MOMENT + DAY).timestamp())))
    held = received(project, stranger(project), "their return.xlsx")
    assert held.outcome is Outcome.HELD
    done = run(
        project, "resolve", "their return.xlsx", "--organisation", "cov-com", "--why", "rang them", "--who", "AB"
    )
    assert "accepted: their return.xlsx" in done.output
    assert f'"{OTHER}" is known as {WHO}' in done.output
    (decision,) = read_decisions(project)
    assert (decision.sha256, decision.file, decision.named) == (held.sha256, "their return.xlsx", OTHER)
    assert (decision.organisation_id, decision.who, decision.why) == (WHO, "AB", "rang them")
    assert decision.at == MOMENT + DAY
    with open_store(project) as store:
        (receipt,) = store.receipts_of(held.sha256)
    assert (receipt.outcome, receipt.received_at) == (Outcome.ACCEPTED, MOMENT)
    assert list(project.held.iterdir()) == []
    assert waiting(project) == []
    later = received(project, stranger(project, OTHER.upper(), seed=2, completed_on="2024-06-18"), "later.xlsx")
    assert (later.outcome, later.organisation_id) == (Outcome.ACCEPTED, WHO)
    assert OTHER not in project.register_file.read_text("utf-8")
    assert check(project) == []


def test_this_file_only(project: Project) -> None:
    received(project, stranger(project), "a.xlsx")
    run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "asked", "--this-file-only")
    assert received(project, stranger(project, seed=2), "b.xlsx").reason.startswith("organisation-unknown")


def test_one_name_given_to_two_organisations_says_nothing_any_more(project: Project) -> None:
    for name, seed in (("a.xlsx", 1), ("b.xlsx", 2)):
        drop(project, name, stranger(project, seed=seed))
    assert [each.outcome for each in take_in(project)] == [Outcome.HELD, Outcome.HELD]
    run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "asked")
    run(project, "resolve", "b.xlsx", "--organisation", "BIR-HSG", "--why", "asked")
    third = received(project, stranger(project, seed=3), "c.xlsx")
    assert third.reason.startswith("organisation-ambiguous")
    assert "BIR-HSG in Birmingham" in third.reason
    assert "COV-COM in Coventry" in third.reason


def test_a_decision_that_was_wrong_is_made_again(project: Project) -> None:
    """Held for another reason still, so that the first decision did not put it in the figures."""
    received(project, filled(project, WHO), "current.xlsx")
    received(project, filled(project, "BIR-HSG"), "of another.xlsx")
    received(project, stranger(project, seed=2, completed_on="2024-06-01"), "a.xlsx")
    done = run(project, "resolve", "a.xlsx", "--organisation", "BIR-HSG", "--why", "by mistake", code=1)
    assert "older-return" in done.output
    done = run(project, "resolve", "a.xlsx", "--organisation", WHO, "--counts", "--why", "asked")
    assert "accepted" in done.output
    assert received(project, stranger(project, seed=3, completed_on="2024-06-19"), "b.xlsx").organisation_id == WHO


@pytest.mark.parametrize("how", ["held path", "held name", "receipt", "hash", "short hash", "sub/name", "name"])
def test_a_held_file_may_be_named_in_many_ways(how: str, project: Project) -> None:
    held = received(project, stranger(project), "from them/our return (2).xlsx")
    (kept,) = (path for path in project.held.iterdir() if path.suffix == ".xlsx")
    (receipt,) = project.receipts.iterdir()
    words = {
        "held path": str(kept),
        "held name": kept.name,
        "receipt": str(receipt),
        "hash": held.sha256,
        "short hash": held.sha256[:6].upper(),
        "sub/name": "from them/our return (2).xlsx",
        "name": "our return (2).xlsx",
    }
    for wrong in ("return (2).xlsx", held.sha256[:5], held.sha256[1:9]):
        with pytest.raises(FileAccessError, match="No held file"):
            run(project, "resolve", wrong, "--organisation", WHO, "--why", "asked")
    run(project, "resolve", words[how], "--organisation", WHO, "--why", "asked")
    assert waiting(project) == []


def test_a_name_that_several_held_files_have_is_not_guessed(project: Project) -> None:
    first = received(project, stranger(project), "return.xlsx")
    received(project, stranger(project, seed=2), "return.xlsx")
    with pytest.raises(FileAccessError, match="may mean") as raised:
        run(project, "resolve", "return.xlsx", "--organisation", WHO, "--why", "asked")
    assert first.sha256[:16] in str(raised.value)
    assert read_decisions(project) == ()


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (("a.xlsx", "--organisation", "COV-XYZ"), ProjectError, "register.csv has no organisation_id COV-XYZ"),
        (("a.xlsx", "--cycle", "1999"), ProjectError, "1999"),
        (("a.xlsx", "--layout", "no-such"), CatalogueError, "use one of audit-workbook"),
        (("a.xlsx", "--area", "Atlantis"), ProjectError, "Coventry"),
        (("a.xlsx", "--area", "Coventry"), ProjectError, "--organisation"),
        (("a.xlsx", "--named", "Somebody", "--organisation", WHO), ProjectError, OTHER),
        (("b.xlsx", "--organisation", WHO), FileAccessError, "is accepted, not held"),
        (("c.xlsx", "--organisation", WHO), FileAccessError, "is quarantined, not held"),
        (("nowhere.xlsx", "--organisation", WHO), FileAccessError, "toolkit status"),
    ],
)
def test_what_cannot_be_decided_is_one_sentence_and_leaves_everything(
    words: tuple[str, ...], error: type[Exception], says: str, project: Project
) -> None:
    drop(project, "a.xlsx", stranger(project))
    drop(project, "b.xlsx", filled(project, "BIR-HSG"))
    drop(project, "c.xlsx", b"%PDF-1.7")
    take_in(project)
    with pytest.raises(error, match=says):
        run(project, "resolve", *words, "--why", "asked")
    assert not project.decisions_log.exists()
    assert waiting(project) == ["a.xlsx"]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--organisation", WHO),
        ("--why", "asked"),
        ("--organisation", WHO, "--area", "Coventry", "--why", "asked"),
        ("--organisation", WHO, "--why", " "),
    ],
)
def test_without_a_decision_and_a_reason_it_is_wrong_usage(words: tuple[str, ...], project: Project) -> None:
    received(project, stranger(project), "a.xlsx")
    run(project, "resolve", "a.xlsx", *words, code=2)


def test_a_held_file_that_is_gone_or_changed_is_not_decided_on(project: Project) -> None:
    received(project, stranger(project), "a.xlsx")
    (kept,) = (path for path in project.held.iterdir() if path.suffix == ".xlsx")
    content = kept.read_bytes()
    kept.write_bytes(content + b" ")
    with pytest.raises(FileAccessError, match="has been changed"):
        run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "asked")
    kept.unlink()
    with pytest.raises(FileAccessError, match="put it in the inbox again"):
        run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "asked")
    assert not project.decisions_log.exists()


def test_two_returns_of_one_day_counted_or_set_aside(project: Project) -> None:
    first = received(project, filled(project, WHO), "first.xlsx")
    for name, seed in (("second.xlsx", 2), ("third.xlsx", 3)):
        held = received(project, filled(project, WHO, answers(project, WHO, seed=seed)), name)
        assert "--counts" in held.reason
    done = run(project, "resolve", "third.xlsx", "--set-aside", "--why", "sent by mistake")
    assert "sent by mistake" in done.output
    assert waiting(project) == ["second.xlsx"]
    done = run(project, "resolve", "second.xlsx", "--counts", "--why", "they said so", "--json")
    receipt = json.loads(done.output)
    assert (receipt["outcome"], receipt["supersedes"]) == ("accepted", first.sha256)
    assert by_criterion(current(project, WHO))["1.1"].rating is answers(project, WHO, seed=2)["1.1"].rating
    assert waiting(project) == []
    (kept,) = (path for path in project.held.iterdir() if path.suffix == ".xlsx")
    assert "sent by mistake" in kept.with_name(f"{kept.name}.reason.txt").read_text("utf-8")
    run(project, "resolve", "third.xlsx", "--counts", "--why", "after all")
    assert by_criterion(current(project, WHO))["1.1"].rating is answers(project, WHO, seed=3)["1.1"].rating
    assert check(project) == []


def test_an_older_return_may_count(project: Project) -> None:
    first = received(project, filled(project, WHO), "first.xlsx")
    received(project, filled(project, WHO, answers(project, WHO, seed=2), completed_on="2024-06-01"), "old.xlsx")
    run(project, "resolve", "old.xlsx", "--counts", "--why", "the later one was a trial")
    with open_store(project) as store:
        found = store.current_return(WHO, "2024")
    assert found is not None
    assert (found.file, found.receipt.supersedes) == ("old.xlsx", first.sha256)


def test_what_waits_longer_is_judged_by_the_day_on_which_it_came(project: Project) -> None:
    """Without a date of completion the day of receipt counts: the first to come stays the older."""
    received(project, stranger(project, completed_on=""), "early.xlsx")
    received(project, filled(project, WHO, answers(project, WHO, seed=2), completed_on=""), "late.xlsx", MOMENT + DAY)
    done = run(project, "resolve", "early.xlsx", "--organisation", WHO, "--why", "asked", code=1)
    assert "older-return" in done.output


def test_a_blank_workbook_is_set_aside(project: Project) -> None:
    received(project, filled(project, WHO, {}), "blank.xlsx")
    run(project, "resolve", "blank.xlsx", "--set-aside", "--why", "the right one came by post")
    assert waiting(project) == []
    (kept,) = (path for path in project.held.iterdir() if path.suffix == ".xlsx")
    assert [each.reason.partition(":")[0] for each in receive(project, [kept], MOMENT + DAY)] == ["set-aside"]


def test_the_area_chooses_among_organisations_of_one_name(project: Project) -> None:
    text = project.register_file.read_text("utf-8")
    twins = "".join(
        f"{area[:3].upper()}-AID,Synthetic Aid,,Specialist service,{area},3,no,yes,L,l@example.org\n"
        for area in ("Dudley", "Walsall")
    )
    project.register_file.write_text(text + twins, "utf-8")
    content = stranger(project, "Synthetic Aid")
    held = received(project, content, "a.xlsx")
    assert held.reason.startswith("organisation-ambiguous")
    assert "--area" in held.reason
    with pytest.raises(ProjectError, match="none serves Solihull"):
        run(project, "resolve", "a.xlsx", "--area", "Solihull", "--why", "asked")
    done = run(project, "resolve", "a.xlsx", "--area", "walsall", "--why", "its address", "--json")
    assert json.loads(done.output)["organisation_id"] == "WAL-AID"
    assert received(project, stranger(project, "Synthetic Aid", seed=2), "b.xlsx").outcome is Outcome.HELD


def test_identity_against_cover_is_settled_and_a_name_of_another_is_not_taken_over(project: Project) -> None:
    taken = changed(filled(project, WHO), renamed(NAME, "Synthetic Police"))
    assert received(project, taken, "a.xlsx").reason.startswith("organisation-conflict")
    done = run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "filled in by the police for them")
    assert "From now on" not in done.output
    assert current(project, WHO).organisation == "Synthetic Police"
    police = changed(filled(project, "WM-POL"), without_identity)
    assert received(project, police, "b.xlsx").organisation_id == "WM-POL"

    other = changed(filled(project, "BIR-HSG"), renamed("Birmingham Synthetic Homes", "Brum Homes"))
    received(project, other, "c.xlsx")
    assert "From now on" in run(project, "resolve", "c.xlsx", "--organisation", "BIR-HSG", "--why", "asked").output
    again = changed(
        filled(project, "BIR-HSG", answers(project, "BIR-HSG", seed=2), completed_on="2024-06-19"),
        renamed("Birmingham Synthetic Homes", "Brum Homes"),
    )
    assert received(project, again, "d.xlsx").outcome is Outcome.ACCEPTED


def test_a_cycle_is_decided(project: Project) -> None:
    content = filled(project, WHO)
    text = (project.root / "toolkit.toml").read_text("utf-8")
    (project.root / "toolkit.toml").write_text(text.replace('id = "2024"', 'id = "2024-25"'), "utf-8")
    other = open_project(project.root)
    assert received(other, content, "a.xlsx").reason.startswith("cycle-unknown")
    done = run(other, "resolve", "a.xlsx", "--cycle", "2024-25", "--why", "it was renamed", "--json")
    assert json.loads(done.output)["cycle"] == "2024-25"


def test_a_layout_is_decided_and_the_exit_code_says_that_it_did_not_help(project: Project) -> None:
    def change(book: Workbook) -> None:
        for sheet in list(standards(book)):
            book.remove(sheet)

    received(project, changed(filled(project, WHO), change), "a.xlsx")
    done = run(project, "resolve", "a.xlsx", "--layout", "audit-workbook", "--why", "it looks like ours", code=1)
    assert "layout-unknown" in done.output
    assert waiting(project) == ["a.xlsx"]


def test_others_that_wait_under_the_name_are_mentioned_and_left(project: Project) -> None:
    for name, seed in (("a.xlsx", 1), ("b.xlsx", 2)):
        drop(project, name, stranger(project, seed=seed, completed_on=f"2024-06-{14 + seed}"))
    take_in(project)
    assert "b.xlsx" in run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "asked").output
    assert waiting(project) == ["b.xlsx"]
    (kept,) = (path for path in project.held.iterdir() if path.suffix == ".xlsx")
    assert [each.outcome for each in receive(project, [kept], MOMENT)] == [Outcome.ACCEPTED]


def test_a_crash_between_log_and_figures_is_finished_by_either_verb(project: Project) -> None:
    from filelock import FileLock

    drop(project, "a.xlsx", stranger(project))
    drop(project, "b.xlsx", stranger(project, "Brum Homes", seed=2))
    take_in(project)
    choices = {"a.xlsx": Choice(WHO), "b.xlsx": Choice("BIR-HSG")}
    for file, choice in choices.items():
        with FileLock(project.record / "receive.lock"), pytest.raises(BusyError):
            resolve(project, file, choice, who="AB", why="asked", at=MOMENT)
    assert len(read_decisions(project)) == 2
    assert waiting(project) == ["a.xlsx", "b.xlsx"]
    found = resolve(project, "a.xlsx", choices["a.xlsx"], who="AB", why="asked", at=MOMENT + DAY)
    assert [each.organisation_id for each in found.receipts] == [WHO]
    (kept,) = (path for path in project.held.iterdir() if path.suffix == ".xlsx")
    assert [each.organisation_id for each in receive(project, [kept], MOMENT + DAY)] == ["BIR-HSG"]
    assert len(read_decisions(project)) == 2
    assert check(project) == []


def test_a_later_return_says_what_it_changes(project: Project) -> None:
    given = answers(project, WHO)
    received(project, filled(project, WHO, given), "first.xlsx")
    assert not {"changed-since", "answer-withdrawn"} & codes(received(project, filled(project, "BIR-HSG"), "b.xlsx"))
    less = {criterion: response for criterion, response in given.items() if criterion not in {"2.1", "5.10"}}
    less["1.1"] = answers(project, WHO)["1.1"]
    second = received(project, filled(project, WHO, less, completed_on="2024-06-18"), "second.xlsx")
    found = {each.code: each for each in second.queries}
    assert found["answer-withdrawn"].found == "2.1, 5.10"
    assert found["answer-withdrawn"].sheet == "Standard 2"
    assert found["changed-since"].found.startswith("2 ratings, 6 texts, 2 dates: 2.1 ")
    third = received(project, changed(filled(project, WHO, less, completed_on="2024-06-19"), lambda _: None), "c.xlsx")
    assert not {"changed-since", "answer-withdrawn"} & codes(third)


FILES = ("one.xlsx", "two.xlsx", "three.xlsx", "four.xlsx", "five.xlsx")
OPTIONS = st.builds(
    Choice,
    organisation=st.sampled_from(["", WHO, "BIR-HSG", "WM-POL"]),
    cycle=st.sampled_from(["", "2024", "2021"]),
    layout=st.sampled_from(["", "audit-workbook"]),
    counts=st.sampled_from(["", "yes", "no"]),
    this_file_only=st.booleans(),
)


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Files held for different reasons, and one in the figures."""
    root = tmp_path_factory.mktemp("several") / "project"
    root.mkdir()
    from conftest import REGISTER

    (root / "toolkit.toml").write_bytes((Path(__file__).parent.parent / "toolkit.toml").read_bytes())
    (root / "register.csv").write_text(REGISTER, "utf-8")
    project = open_project(root)
    contents = (
        filled(project, WHO),
        filled(project, WHO, answers(project, WHO, seed=2)),
        stranger(project),
        stranger(project, seed=3),
        filled(project, "BIR-HSG", {}),
    )
    for name, content in zip(FILES, contents, strict=True):
        received(project, content, name)
    return project


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(chosen=st.lists(st.tuples(st.sampled_from(FILES), OPTIONS), min_size=1, max_size=3))
def test_a_decision_never_changes_what_became_of_another_file(
    several: Project, chosen: list[tuple[str, Choice]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        shutil.copytree(several.root, root)
        project = open_project(root)
        for file, choice in chosen:
            before = outcomes(project)
            may_be_refused = before[file][0] != "held" or choice.counts == "yes"
            with suppress(FileAccessError) if may_be_refused else nullcontext():
                resolve(project, file, choice, who="AB", why="asked", at=MOMENT)
            after = outcomes(project)
            assert {name: found for name, found in after.items() if name != file} == {
                name: found for name, found in before.items() if name != file
            }
        assert check(project) == []


def outcomes(project: Project) -> dict[str, tuple[str, str, str]]:
    with open_store(project) as store:
        return {each.file: (each.outcome, each.reason, each.organisation_id) for each in store.receipts()}
