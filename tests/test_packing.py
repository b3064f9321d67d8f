"""Many rows in little memory: packed by column they are the rows that were put in, and a snapshot keeps its name."""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from toolkit.disclosure import personal
from toolkit.disclosure.personal import Allowed, scanning
from toolkit.store import FRAMES, MORE_FRAMES, contents_of, freeze, packing
from toolkit.store.packing import PackedRows, in_parts

if TYPE_CHECKING:
    from toolkit.project import Project
    from toolkit.store import Snapshot

COLUMNS = ("cycle", "rating", "value", "commissioner", "queries")
ROWS = [("2024", f"written {n % 3}", None if n % 4 == 0 else n / 2, n % 2 == 0, n) for n in range(11)]


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "AT_ONCE", 4)


@pytest.mark.usefixtures("few_at_once")
def test_packed_rows_are_the_rows_that_were_put_in() -> None:
    packed = PackedRows(COLUMNS, ROWS[:5])
    packed.pack()
    packed.extend(iter(ROWS[5:]))
    for _ in range(2):
        assert list(packed) == ROWS
    assert len(packed) == len(ROWS)
    assert ROWS[7] in packed
    assert [type(each) for each in list(packed)[1]] == [str, str, float, bool, int]


@pytest.mark.usefixtures("few_at_once")
def test_the_parquet_file_has_a_row_group_for_each_pack() -> None:
    found = pq.ParquetFile(written(PackedRows(COLUMNS, ROWS)))
    assert [found.metadata.row_group(n).num_rows for n in range(found.num_row_groups)] == [4, 4, 3]
    assert list(zip(*found.read().to_pydict().values(), strict=True)) == ROWS


@pytest.mark.usefixtures("few_at_once")
def test_rows_that_are_written_as_they_come_give_the_same_bytes() -> None:
    packed = PackedRows(COLUMNS, ROWS)
    packed.pack()
    coming = io.BytesIO()
    PackedRows(COLUMNS).write(coming, iter(ROWS))
    assert coming.getvalue() == written(packed).getvalue()


def written(packed: PackedRows) -> io.BytesIO:
    file = io.BytesIO()
    packed.write(file)
    return file


def test_no_rows_are_a_table_without_rows() -> None:
    packed = PackedRows(COLUMNS)
    assert not packed
    assert pq.read_table(written(packed)).column_names == list(COLUMNS)


@pytest.mark.usefixtures("few_at_once")
def test_parts_are_all_of_it() -> None:
    assert [len(each) for each in in_parts(ROWS)] == [4, 4, 3]


@pytest.mark.usefixtures("few_at_once")
def test_the_name_of_a_snapshot_is_the_digest_of_its_whole_tables(
    small_project: Project, small_snapshot: Snapshot
) -> None:
    (small_project.record / "frozen.json").unlink(missing_ok=True)
    folder = freeze(small_project)
    tables = contents_of(small_snapshot).tables
    digest = hashlib.sha256((folder / "settings.json").read_bytes())
    for name, columns in (FRAMES | MORE_FRAMES).items():
        if name in FRAMES or tables[name]:
            whole = json.dumps([name, columns, list(tables[name])], separators=(",", ":"))
            digest.update(whole.encode("ascii"))
    assert folder.name == small_snapshot.id == digest.hexdigest()[:16]


def test_texts_are_scanned_a_few_at_a_time_and_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Ring 0121 496 0123.", "All staff were trained.", "Write to a.person@example.org."] * 3
    allowed = Allowed.of(())
    at_once = personal.scan_all(texts, allowed)
    monkeypatch.setattr(scanning, "_AT_ONCE", 2)
    assert personal.scan_all(texts, allowed) == at_once
    assert set(at_once) == {0, 2, 3, 5, 6, 8}
