"""A decision that put a file in the figures and was wrong is made anew, and everything follows it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from foreign_grids import HOMES, Matrix, answers_of, workbook
from intake_workbooks import MOMENT, answers, changed, current, drop, filled, received, take_in
from test_resolve import OTHER, WHO, run, stranger, waiting

from toolkit.errors import FileAccessError, StoreError
from toolkit.intake.receiving import rebuild
from toolkit.intake.receiving.resolving import Choice, resolve
from toolkit.records import Outcome
from toolkit.store import check, correct, open_store, read_decisions

if TYPE_CHECKING:
    from toolkit.project import Project
    from toolkit.records import Receipt

DAY = dt.timedelta(days=1)


def standing(project: Project, sha256: str) -> Receipt:
    with open_store(project) as store:
        (receipt,) = store.receipts_of(sha256)
    return receipt


def is_sound(project: Project) -> bool:
    return check(project) == [] and rebuild(project, only_check=True).identical


def test_a_wrong_organisation_is_decided_anew_and_everything_follows(project: Project) -> None:
    before = received(project, filled(project, "BIR-HSG", completed_on="2024-06-01"), "theirs.xlsx")
    wrong = received(project, stranger(project), "a.xlsx")
    run(project, "resolve", "a.xlsx", "--organisation", "BIR-HSG", "--why", "by mistake")
    follows = received(project, stranger(project, seed=2, completed_on="2024-06-18"), "b.xlsx")
    assert follows.organisation_id == "BIR-HSG"
    assert sorted(path.stem for path in project.queries.glob("*.xlsx")) == ["BIR-HSG"]
    done = run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "it was a slip", code=1)
    assert "older-return" in done.output, "the one that the name brought with it is theirs now, and is later"
    assert "no longer in the figures as Birmingham Synthetic Homes" in done.output
    assert f'From now on "{OTHER}" is known as {WHO}.' in done.output
    assert "b.xlsx" in done.output
    with open_store(project) as store:
        theirs = store.current_return("BIR-HSG", "2024")
    assert theirs is not None
    assert theirs.sha256 == before.sha256
    assert standing(project, follows.sha256).organisation_id == WHO
    assert standing(project, wrong.sha256).organisation_id == WHO
    assert {path.stem for path in project.queries.glob("*.xlsx")} == {"BIR-HSG", WHO}
    assert is_sound(project)
    assert received(project, stranger(project, seed=3, completed_on="2024-06-19"), "c.xlsx").organisation_id == WHO


def test_a_file_alone_goes_where_it_belongs(project: Project) -> None:
    wrong = received(project, stranger(project), "a.xlsx")
    run(project, "resolve", "a.xlsx", "--organisation", "BIR-HSG", "--why", "by mistake")
    assert {path.stem for path in project.queries.glob("*.xlsx")} == {"BIR-HSG"}
    done = run(project, "resolve", wrong.sha256[:8], "--organisation", WHO, "--why", "a slip", "--json")
    assert json.loads(done.stdout)["organisation_id"] == WHO
    assert {path.stem for path in project.queries.glob("*.xlsx")} == {WHO}
    assert standing(project, wrong.sha256).received_at == MOMENT
    assert (waiting(project), list(project.held.iterdir())) == ([], [])
    assert is_sound(project)
    with pytest.raises(FileAccessError, match="nothing to decide anew"):
        run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "once more")
    assert len(read_decisions(project)) == 2


def test_it_can_be_set_aside_and_counted_again(project: Project) -> None:
    one = received(project, stranger(project), "a.xlsx")
    run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "asked")
    correct(project, organisation_id=WHO, criterion="1.1", field="lead", value="L", why="Told so.", who="A", at=MOMENT)
    run(project, "resolve", "a.xlsx", "--set-aside", "--why", "it was a draft")
    assert standing(project, one.sha256).reason.startswith("set-aside")
    assert not list(project.accepted("2024").iterdir())
    assert not list(project.queries.glob("*.xlsx"))
    assert is_sound(project)
    run(project, "resolve", "a.xlsx", "--counts", "--why", "it was none")
    assert current(project, WHO).cycle == "2024"
    assert is_sound(project)


def test_one_that_no_decision_put_there_is_not_decided_on(project: Project) -> None:
    received(project, filled(project, WHO), "a.xlsx")
    with pytest.raises(FileAccessError, match="toolkit correct"):
        run(project, "resolve", "a.xlsx", "--organisation", "BIR-HSG", "--why", "asked")
    assert not project.decisions_log.exists()


def test_where_an_original_is_gone_nothing_changes_and_it_is_said(project: Project) -> None:
    gone = received(project, filled(project, "BIR-HSG"), "theirs.xlsx")
    one = received(project, stranger(project), "a.xlsx")
    run(project, "resolve", "a.xlsx", "--organisation", "DUD-SVC", "--why", "by mistake")
    (original,) = project.accepted("2024").glob(f"{gone.sha256}.*")
    content = original.read_bytes()
    original.unlink()
    with pytest.raises(StoreError, match=r"theirs\.xlsx"):
        run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "a slip")
    assert standing(project, one.sha256).organisation_id == "DUD-SVC"
    assert standing(project, gone.sha256).outcome is Outcome.ACCEPTED
    original.write_bytes(content)
    run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "a slip")
    assert standing(project, one.sha256).organisation_id == WHO
    assert is_sound(project)


@pytest.mark.parametrize("at", range(4))
def test_killed_on_the_way_the_same_call_finishes(at: int, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    one = received(project, stranger(project), "a.xlsx")
    resolve(project, "a.xlsx", Choice("BIR-HSG"), who="AB", why="by mistake", at=MOMENT)
    places = ("resolving.take_back", "reconsidering.rebuild", "resolving.receive", "resolving.forget_elsewhere")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"toolkit.intake.receiving.{places[at]}", killed)
        with pytest.raises(KeyboardInterrupt):
            resolve(project, "a.xlsx", Choice(WHO), who="AB", why="a slip", at=MOMENT + DAY)
    if at < 3:
        resolve(project, "a.xlsx", Choice(WHO), who="AB", why="a slip", at=MOMENT + 2 * DAY)
    assert standing(project, one.sha256).organisation_id == WHO
    assert len(read_decisions(project)) == 2
    assert is_sound(project)


def test_counts_and_set_aside_are_not_both(project: Project) -> None:
    received(project, stranger(project), "a.xlsx")
    run(project, "resolve", "a.xlsx", "--counts", "--set-aside", "--why", "both", code=2)


@pytest.mark.parametrize("name", ["blank.xlsx", "stranger.xlsx"])
def test_what_waits_for_something_else_cannot_be_counted(name: str, project: Project) -> None:
    received(project, filled(project, "BIR-HSG", {}), "blank.xlsx")
    received(project, stranger(project), "stranger.xlsx")
    with pytest.raises(FileAccessError, match="would change nothing"):
        run(project, "resolve", name, "--counts", "--why", "asked")
    assert not project.decisions_log.exists()


def test_a_file_without_a_name_says_so(project: Project) -> None:
    receipt = received(project, stranger(project, ""), "a.xlsx")
    assert "the file names no organisation." in receipt.reason


def test_a_correction_renews_the_query_workbook(project: Project) -> None:
    given = answers(project, WHO)
    content = changed(filled(project, WHO, {k: v for k, v in given.items() if k != "5.10"}), lambda _: None)
    received(project, content, "a.xlsx")
    run(project, "receive")
    assert (project.queries / f"{WHO}.xlsx").is_file()
    was = (project.queries / f"{WHO}.xlsx").read_bytes()
    run(project, "correct", "--organisation", WHO, "--criterion", "5.10", "--rating", "met", "--why", "Told so.")
    path = project.queries / f"{WHO}.xlsx"
    assert not path.is_file() or path.read_bytes() != was


def test_a_second_column_of_one_organisation_waits_and_can_be_decided_anew(project: Project) -> None:
    drop(project, "m.xlsx", workbook(Matrix("wm-2024", answers_of("wm-2024", HOMES, "Nobody We Know")).rows()))
    first, _ = take_in(project)
    done = run(project, "resolve", "m.xlsx", "--organisation", "BIR-HSG", "--why", "a slip", code=1)
    assert "organisation-twice" in done.output
    assert is_sound(project)
    with open_store(project) as store:
        assert [each.outcome for each in store.receipts_of(first.sha256)] == [Outcome.ACCEPTED, Outcome.HELD]
    done = run(project, "resolve", "m.xlsx", "--named", "Nobody We Know", "--organisation", WHO, "--why", "theirs")
    assert f'"Nobody We Know" is known as {WHO}' in done.output
    assert is_sound(project)
    run(project, "resolve", "m.xlsx", "--named", "Nobody We Know", "--organisation", "DUD-SVC", "--why", "no, theirs")
    with open_store(project) as store:
        found = store.receipts_of(first.sha256)
    assert [(each.outcome, each.organisation_id) for each in found] == [
        (Outcome.ACCEPTED, "BIR-HSG"),
        (Outcome.ACCEPTED, "DUD-SVC"),
    ]
    assert is_sound(project)


def test_a_name_that_becomes_known_later_takes_nothing_out_of_the_figures(project: Project) -> None:
    drop(project, "m.xlsx", workbook(Matrix("wm-2024", answers_of("wm-2024", HOMES, OTHER)).rows()))
    take_in(project)
    received(project, stranger(project, completed_on="2024-06-10"), "a.xlsx")
    run(project, "resolve", "a.xlsx", "--organisation", "BIR-HSG", "--counts", "--why", "asked")
    assert is_sound(project)


def test_a_name_given_to_two_takes_nothing_out_of_the_figures(project: Project) -> None:
    received(project, stranger(project), "a.xlsx")
    run(project, "resolve", "a.xlsx", "--organisation", WHO, "--why", "asked")
    follows = received(project, stranger(project, seed=2, completed_on="2024-06-18"), "b.xlsx")
    assert follows.organisation_id == WHO
    received(project, stranger(project, seed=3, completed_on="2024-06-01"), "c.xlsx")
    run(project, "resolve", "c.xlsx", "--organisation", "BIR-HSG", "--why", "it is theirs")
    assert standing(project, follows.sha256).organisation_id == WHO
    assert is_sound(project)
