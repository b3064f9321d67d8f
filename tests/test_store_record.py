"""The record gives back what was put in, keeps both returns when one supersedes another, and fails in sentences."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
import tempfile
import threading
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import StoreError
from toolkit.records import (
    CellCount,
    CountState,
    DataSetCount,
    OtherRating,
    Outcome,
    Query,
    Rating,
    Receipt,
    Response,
    Return,
    Severity,
)
from toolkit.store import Store, open_store, record_file

if TYPE_CHECKING:
    from conftest import Filled, Pair

    from toolkit.project import Project

TEXT = st.text(max_size=40)
HASH = st.text("0123456789abcdef", min_size=64, max_size=64)
DATES = st.none() | st.dates()
MOMENTS = st.none() | st.datetimes(timezones=st.just(dt.UTC) | st.just(dt.timezone(dt.timedelta(hours=1))))
QUERIES = st.lists(
    st.builds(
        Query,
        code=TEXT,
        severity=st.sampled_from(Severity),
        sheet=TEXT,
        cell=TEXT,
        found=TEXT,
        expected=TEXT,
        message=TEXT,
    ),
    max_size=3,
).map(tuple)
OTHER_RATINGS = st.lists(
    st.builds(OtherRating, by=TEXT, rating=st.sampled_from(Rating), rating_as_written=TEXT, sheet=TEXT, cell=TEXT),
    max_size=2,
).map(tuple)
CELLS = st.none() | st.builds(
    CellCount,
    filled=st.integers(0, 99),
    read=st.integers(0, 99),
    ignored=st.dictionaries(TEXT, st.integers(1, 99), max_size=3).map(lambda found: tuple(found.items())),
    queried=st.integers(0, 99),
)
RESPONSES = st.lists(
    st.builds(
        Response,
        standard=TEXT,
        criterion=TEXT,
        rating=st.sampled_from(Rating),
        rating_as_written=TEXT,
        evidence=TEXT,
        action=TEXT,
        lead=TEXT,
        target_date=DATES,
        target_date_as_written=TEXT,
        sheet=TEXT,
        cell=TEXT,
        other_ratings=OTHER_RATINGS,
    ),
    max_size=4,
).map(tuple)
DATA_SETS = st.lists(
    st.builds(
        DataSetCount,
        heading=TEXT,
        measure=TEXT,
        state=st.sampled_from(CountState),
        value=st.none() | st.integers(0, 10**7),
        as_written=TEXT,
        notes=TEXT,
        sheet=TEXT,
        cell=TEXT,
        first_day=DATES,
        last_day=DATES,
    ),
    max_size=3,
).map(tuple)
RETURNS = st.builds(
    Return,
    organisation_id=TEXT,
    organisation=TEXT,
    cycle=TEXT,
    framework=TEXT,
    layout=TEXT,
    completed_by=TEXT,
    authorised_by=TEXT,
    completed_on=DATES,
    lead_name=TEXT,
    lead_email=TEXT,
    responses=RESPONSES,
    queries=QUERIES,
    data_set=DATA_SETS,
)
RECEIPTS = st.builds(
    Receipt,
    file=TEXT,
    sha256=HASH,
    outcome=st.sampled_from([Outcome.ACCEPTED, Outcome.HELD, Outcome.QUARANTINED]),
    reason=TEXT,
    organisation_id=TEXT,
    organisation=TEXT,
    areas=st.lists(TEXT, max_size=3).map(tuple),
    cycle=TEXT,
    framework=TEXT,
    layout=TEXT,
    tiers=st.lists(TEXT, max_size=3).map(tuple),
    criteria_expected=st.integers(0, 99),
    criteria_answered=st.integers(0, 99),
    queries=QUERIES,
    received_at=MOMENTS,
    part=TEXT,
    cells=CELLS,
)


@settings(max_examples=60, deadline=None)
@given(receipt=RECEIPTS, return_=RETURNS)
def test_whatever_is_recorded_is_read_back_the_same(receipt: Receipt, return_: Return) -> None:
    accepted = receipt.outcome is Outcome.ACCEPTED
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.sqlite"
        with Store(path) as store:
            store.record(receipt, return_ if accepted else None)
        with Store(path) as store:
            assert store.receipt(receipt.sha256) == receipt
            assert list(store.receipts()) == [receipt]
            stored = store.current_return(receipt.organisation_id, receipt.cycle)
            if not accepted:
                assert stored is None
                return
            assert stored is not None
            assert (stored.receipt, stored.return_, stored.superseded) == (receipt, return_, False)
            assert list(store.returns()) == [stored]


def test_every_field_of_the_records_takes_part_in_the_round_trip(small_returns: tuple[Pair, ...]) -> None:
    receipt, return_ = small_returns[0]
    filled = {field.name for one in (receipt, return_) for field in fields(one) if getattr(one, field.name)}
    assert filled >= {field.name for field in fields(Return)} - {"data_set"}  # `RETURNS` has them
    assert filled >= {field.name for field in fields(Receipt)} - {"reason", "supersedes"}
    responded = {field.name for one in return_.responses for field in fields(one) if getattr(one, field.name)}
    assert responded == {field.name for field in fields(Response)}


def test_a_later_return_supersedes_the_earlier_and_both_stay(project: Project, filled: Filled) -> None:
    first, first_return = filled("BIR-HSG", "2024", seed=1)
    second, second_return = filled("BIR-HSG", "2024", seed=2)
    second = replace(second, supersedes=first.sha256)
    with open_store(project) as store:
        store.record(first, first_return)
        store.record(second, second_return)
        current = store.current_return("BIR-HSG", "2024")
        assert current is not None
        assert (current.sha256, current.file, current.received_at) == (second.sha256, second.file, second.received_at)
        assert current.completed_on == second_return.completed_on
        assert [each.sha256 for each in store.returns()] == [second.sha256]
        both = list(store.returns(current_only=False))
        assert [(each.sha256, each.superseded) for each in both] == [(first.sha256, True), (second.sha256, False)]
        assert both[0].return_ == first_return


def test_superseding_touches_neither_other_cycles_nor_other_organisations(project: Project, filled: Filled) -> None:
    with open_store(project) as store:
        first = filled("BIR-HSG", "2024", seed=1)
        later = filled("BIR-HSG", "2024", seed=2)
        for receipt, return_ in (first, filled("BIR-HSG", "2021"), filled("WM-POL", "2024")):
            store.record(receipt, return_)
        store.record(replace(later[0], supersedes=first[0].sha256), later[1])
        current = {(each.receipt.organisation_id, each.receipt.cycle) for each in store.returns()}
        assert current == {("BIR-HSG", "2024"), ("BIR-HSG", "2021"), ("WM-POL", "2024")}


def test_a_second_return_that_supersedes_nothing_is_refused_and_leaves_no_trace(
    project: Project, filled: Filled
) -> None:
    with open_store(project) as store:
        store.record(*filled("BIR-HSG", "2024", seed=1))
        again, return_ = filled("BIR-HSG", "2024", seed=2)
        with pytest.raises(StoreError, match="already has a return of BIR-HSG for 2024"):
            store.record(again, return_)
        assert store.receipt(again.sha256) is None
        assert len(list(store.receipts())) == 1


def test_a_return_counts_for_the_organisation_of_its_receipt(project: Project, filled: Filled) -> None:
    receipt, return_ = filled("BIR-HSG", "2024")
    nameless = replace(return_, organisation_id="", cycle="")
    with open_store(project) as store:
        store.record(receipt, nameless)
        stored = store.current_return("BIR-HSG", "2024")
        assert stored is not None
        assert stored.return_ == nameless


def test_a_held_file_that_is_accepted_later_has_one_receipt(project: Project, filled: Filled) -> None:
    accepted, return_ = filled("BIR-HSG", "2024")
    held = replace(accepted, outcome=Outcome.HELD, reason="organisation-unknown: Nobody knows it.", organisation_id="")
    with open_store(project) as store:
        store.record(held, None)
        assert store.receipt(accepted.sha256) == held
        store.record(accepted, return_)
        store.record(replace(accepted, outcome=Outcome.DUPLICATE), None)
        assert store.receipt(accepted.sha256) == accepted
        assert [each.outcome for each in store.receipts()] == [Outcome.ACCEPTED, Outcome.DUPLICATE]
        assert store.faults() == ()


def test_the_parts_of_a_file_take_the_place_of_the_file_that_was_held(project: Project, filled: Filled) -> None:
    whole, return_ = filled("BIR-HSG", "2024")
    held = replace(whole, outcome=Outcome.HELD, part="", organisation_id="")
    with open_store(project) as store:
        store.record(held, None)
        first, second = replace(held, part="Answers!C4"), replace(held, part="Answers!D4")
        store.record_all([(first, None), (second, None)])
        assert list(store.receipts()) == [first, second]
        accepted = replace(whole, part="Answers!D4")
        store.record(accepted, return_)
        assert list(store.receipts()) == [first, accepted]
        assert store.receipts_of(whole.sha256) == (first, accepted)


def test_a_file_that_could_be_opened_at_last_has_one_receipt(project: Project, filled: Filled) -> None:
    accepted, return_ = filled("BIR-HSG", "2024")
    locked = Receipt(accepted.file, "", Outcome.HELD, reason="cannot-open: It is open elsewhere.")
    with open_store(project) as store:
        for _ in range(2):
            store.record(locked, None)
        store.record(replace(locked, file="other.xlsx"), None)
        store.record(accepted, return_)
        assert [each.file for each in store.receipts()] == ["other.xlsx", accepted.file]


def test_the_same_bytes_under_another_name_keep_their_receipt(project: Project, filled: Filled) -> None:
    accepted, return_ = filled("BIR-HSG", "2024")
    held = replace(accepted, file="first name.xlsx", outcome=Outcome.HELD, organisation_id="")
    with open_store(project) as store:
        store.record(held, None)
        store.record(accepted, return_)
        assert list(store.receipts()) == [held, accepted]


def test_receipts_keep_their_numbers_where_that_is_wanted(project: Project, small_returns: tuple[Pair, ...]) -> None:
    numbered = [(replace(receipt, number=receipt.number * 10), return_) for receipt, return_ in small_returns]
    with open_store(project) as store:
        store.record_all(numbered, keep_numbers=True)
        store.record(Receipt("last.xlsx", "a" * 64, Outcome.QUARANTINED), None)
        assert [each.number for each in store.receipts()] == [10, 20, 30, 40, 50, 60, 70, 80, 90, 91]


VERSION_1 = """
CREATE TABLE receipts (
    receipt_id INTEGER PRIMARY KEY,
    file TEXT NOT NULL, sha256 TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
    organisation_id TEXT NOT NULL, organisation TEXT NOT NULL, areas TEXT NOT NULL,
    cycle TEXT NOT NULL, framework TEXT NOT NULL, layout TEXT NOT NULL, tiers TEXT NOT NULL,
    criteria_expected INTEGER NOT NULL, criteria_answered INTEGER NOT NULL,
    supersedes TEXT NOT NULL, received_at TEXT
);
CREATE INDEX receipts_by_sha256 ON receipts (sha256);
CREATE TABLE returns (
    return_id INTEGER PRIMARY KEY REFERENCES receipts (receipt_id),
    sha256 TEXT NOT NULL, for_organisation TEXT NOT NULL, for_cycle TEXT NOT NULL, superseded INTEGER NOT NULL,
    organisation_id TEXT NOT NULL, organisation TEXT NOT NULL, cycle TEXT NOT NULL, framework TEXT NOT NULL,
    layout TEXT NOT NULL, completed_by TEXT NOT NULL, authorised_by TEXT NOT NULL, completed_on TEXT,
    lead_name TEXT NOT NULL, lead_email TEXT NOT NULL,
    UNIQUE (sha256, for_organisation, for_cycle)
);
CREATE UNIQUE INDEX one_current_return ON returns (for_organisation, for_cycle) WHERE NOT superseded;
CREATE TABLE responses (
    return_id INTEGER NOT NULL REFERENCES returns (return_id), position INTEGER NOT NULL,
    standard TEXT NOT NULL, criterion TEXT NOT NULL, rating TEXT NOT NULL, rating_as_written TEXT NOT NULL,
    evidence TEXT NOT NULL, action TEXT NOT NULL, lead TEXT NOT NULL,
    target_date TEXT, target_date_as_written TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
    PRIMARY KEY (return_id, position)
) WITHOUT ROWID;
CREATE TABLE queries (
    receipt_id INTEGER NOT NULL REFERENCES receipts (receipt_id), holder TEXT NOT NULL, position INTEGER NOT NULL,
    code TEXT NOT NULL, severity TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,
    found TEXT NOT NULL, expected TEXT NOT NULL, message TEXT NOT NULL,
    PRIMARY KEY (receipt_id, holder, position)
) WITHOUT ROWID;
PRAGMA user_version = 1;
INSERT INTO receipts VALUES (1,'a.xlsx','aa','held','organisation-unknown: Who?','','A','[]','2024','wm-2024','audit',
    '[]',0,0,'','2024-06-01T09:00:00+00:00');
INSERT INTO queries VALUES (1,'receipt',0,'rating-unreadable','error','Standard 1','D4','perhaps','a rating','Say.');
INSERT INTO receipts VALUES (2,'b.xlsx','','held','cannot-open: It is open elsewhere.','','','[]','','','','[]',0,0,'',
    '2024-06-01T09:00:00+00:00');
INSERT INTO receipts VALUES (3,'a.xlsx','aa','accepted','','BIR-HSG','A','["Birmingham"]','2024','wm-2024','audit',
    '["2"]',1,1,'','2024-06-02T09:00:00+00:00');
INSERT INTO returns VALUES (3,'aa','BIR-HSG','2024',0,'BIR-HSG','A','2024','wm-2024','audit','S','T','2024-06-01',
    'L','');
INSERT INTO responses VALUES (3,0,'1','1.1','met','Met','Policy.','','',NULL,'','Standard 1','D4');
INSERT INTO receipts VALUES (4,'a.xlsx','aa','duplicate','received-before: Again.','','A','[]','','','','[]',0,0,
    '',NULL);
INSERT INTO receipts VALUES (5,'c.xlsx','cc','held','older-return: Old.','','C','[]','','','','[]',0,0,'',NULL);
"""
"""A record as the first version of the toolkit made it, with a held file that was accepted later."""


def test_a_record_of_version_1_is_brought_up_to_date(project: Project, filled: Filled) -> None:
    project.record.mkdir(parents=True)
    connection = sqlite3.connect(project.record / "record.sqlite")
    connection.executescript(VERSION_1)
    connection.close()
    with open_store(project) as store:
        found = list(store.receipts())
        assert [(each.number, each.file, each.outcome) for each in found] == [
            (2, "b.xlsx", Outcome.HELD),
            (3, "a.xlsx", Outcome.ACCEPTED),
            (4, "a.xlsx", Outcome.DUPLICATE),
            (5, "c.xlsx", Outcome.HELD),
        ]
        assert {(each.part, each.cells) for each in found} == {("", None)}
        stored = store.current_return("BIR-HSG", "2024")
        assert stored is not None
        assert stored.return_.responses == (
            Response("1", "1.1", Rating.MET, "Met", "Policy.", sheet="Standard 1", cell="D4"),
        )
        assert store.faults() == ()
        pair = filled("WM-POL", "2024")
        store.record(*pair)
        assert store.receipt(pair[0].sha256) == pair[0]
    with open_store(project) as store:
        assert len(list(store.receipts())) == 5


@pytest.mark.parametrize("outcome", [Outcome.HELD, Outcome.QUARANTINED, Outcome.DUPLICATE])
def test_only_an_accepted_receipt_has_a_return(project: Project, filled: Filled, outcome: Outcome) -> None:
    receipt, return_ = filled("BIR-HSG", "2024")
    with open_store(project) as store:
        with pytest.raises(StoreError):
            store.record(replace(receipt, outcome=outcome), return_)
        with pytest.raises(StoreError):
            store.record(receipt, None)
        assert list(store.receipts()) == []


def test_a_file_name_that_is_not_unicode_is_recorded(project: Project) -> None:
    receipt = Receipt("r\udce9turn.xlsx", "a" * 64, Outcome.QUARANTINED, reason="not-a-spreadsheet: It is not one.")
    with open_store(project) as store:
        store.record(receipt, None)
        found = store.receipt("a" * 64)
    assert found == replace(receipt, file="r\ufffdturn.xlsx")


def test_reading_a_project_without_a_record_writes_nothing(project: Project) -> None:
    with open_store(project, create=False) as store:
        assert list(store.receipts()) == []
    assert not project.record.exists()


def test_a_closed_record_is_one_file(small_project: Project) -> None:
    names = {path.name: path.stat().st_size for path in small_project.record.iterdir()}
    assert [name for name, size in names.items() if size] == ["record.sqlite"]


def test_another_process_that_holds_the_record_is_named(
    small_project: Project, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.store.schema.PATIENCE", 0.05)
    path = small_project.record / "record.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreError, match="in use by another program"), open_store(small_project) as store:
            store.record(*filled("SOL-NHS", "2021"))
    finally:
        other.close()


def test_two_processes_that_make_the_record_at_once_both_succeed(project: Project, filled: Filled) -> None:
    failures: list[Exception] = []

    def receive(who: str) -> None:
        try:
            with open_store(project) as store:
                store.record(*filled(who, "2024"))
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=receive, args=(who,)) for who in ("BIR-HSG", "COV-COM", "DUD-SVC", "WM-POL")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with open_store(project) as store:
        assert len(list(store.returns())) == 4


def test_a_record_of_a_newer_toolkit_is_left_alone(small_project: Project) -> None:
    path = small_project.record / "record.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer toolkit") as caught:
        open_store(small_project)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_named(small_project: Project) -> None:
    path = small_project.record / "record.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="damaged"):
        open_store(small_project)


def test_a_database_of_some_other_program_is_left_alone(project: Project) -> None:
    project.record.mkdir(parents=True)
    with sqlite3.connect(project.record / "record.sqlite") as connection:
        connection.execute("CREATE TABLE photographs (name TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="some other program"):
        open_store(project)


def test_a_folder_that_cannot_be_made_is_named(project: Project) -> None:
    project.record.parent.mkdir(parents=True)
    project.record.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be made"):
        open_store(project)


def test_the_record_is_opened_without_the_heavy_libraries() -> None:
    script = "import sys, toolkit.store; print({'pandas', 'pyarrow', 'xlsxwriter'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_a_record_that_is_missing_although_files_were_received_is_said_to_be(project: Project) -> None:
    project.receipts.mkdir(parents=True)
    (project.receipts / "0123456789abcdef-return-xlsx.json").write_text("{}", "utf-8")
    for create in (True, False):
        with pytest.raises(StoreError, match="is missing although files were received; run `toolkit rebuild`"):
            open_store(project, create=create)
    assert not record_file(project).exists()
