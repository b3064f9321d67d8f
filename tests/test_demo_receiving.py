"""The whole synthetic region through the door: clean returns are read exactly, messy ones never wrongly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolkit.demo import make_region, receive_region
from toolkit.demo.fixture import content_digest, make_fixture
from toolkit.project import open_project
from toolkit.records import Outcome, Rating
from toolkit.store import check, freeze, open_snapshot, open_store

if TYPE_CHECKING:
    from toolkit.demo import Region
    from toolkit.records import Query, Receipt, Response

COMMITTED = Path(__file__).parent / "fixtures" / "region"
NOT_READ = {Rating.BLANK, Rating.UNREADABLE}


@dataclass(frozen=True)
class Received:
    region: Region
    receipts: tuple[Receipt, ...]
    responses: dict[tuple[str, str, str], Response]
    queries: dict[tuple[str, str], tuple[Query, ...]]


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Received:
    region = make_region(tmp_path_factory.mktemp("whole") / "region")
    receipts = tuple(receive_region(region))
    responses: dict[tuple[str, str, str], Response] = {}
    queries: dict[tuple[str, str], tuple[Query, ...]] = {}
    with open_store(open_project(region.root)) as store:
        for stored in store.returns():
            key = (stored.receipt.cycle, stored.receipt.organisation_id)
            queries[key] = stored.receipt.queries
            responses |= {(*key, response.criterion): response for response in stored.return_.responses}
    return Received(region, receipts, responses, queries)


def test_every_file_becomes_what_it_should(received: Received) -> None:
    arrived = [path for batch in received.region.batches for path in batch.files]
    assert [Path(receipt.file).name for receipt in received.receipts] == [path.name for path in arrived]
    expected = {file.path: file for file in received.region.files}
    for path, receipt in zip(arrived, received.receipts, strict=True):
        assert receipt.outcome is expected[path].outcome, (expected[path].mess, receipt.reason)
        assert receipt.organisation_id == expected[path].organisation_id or receipt.outcome is Outcome.QUARANTINED
    assert Counter(file.outcome for file in received.region.files) == Counter(r.outcome for r in received.receipts)


def test_every_clean_rating_is_read_exactly(received: Received) -> None:
    clean = [one for one in received.region.truth if one.quality == "clean"]
    assert len(clean) > 10_000
    wrong = [
        one
        for one in clean
        if received.responses[one.cycle_id, one.organisation_id, one.criterion].rating is not one.rating
    ]
    assert wrong == []


def test_evidence_and_dates_of_clean_returns_are_read_exactly(received: Received) -> None:
    answered = [
        received.responses[one.cycle_id, one.organisation_id, one.criterion]
        for one in received.region.truth
        if one.quality == "clean"
    ]
    assert sum(bool(response.evidence) for response in answered) > len(answered) / 2
    assert not [r for r in answered if r.target_date is None and r.target_date_as_written]


def test_no_messy_rating_is_read_wrongly_and_what_is_not_read_is_queried(received: Received) -> None:
    messy = [one for one in received.region.truth if one.quality == "messy"]
    assert len(messy) > 1_000
    lost = 0
    for one in messy:
        response = received.responses.get((one.cycle_id, one.organisation_id, one.criterion))
        rating = response.rating if response else Rating.BLANK
        assert rating in one.acceptable, (one, response)
        if rating is not one.rating:
            lost += 1
            queries = received.queries[one.cycle_id, one.organisation_id]
            assert any(_speaks_of(query, one.criterion, response) for query in queries), (one, response)
    assert 20 < lost < len(messy) / 5


def _speaks_of(query: Query, criterion: str, response: Response | None) -> bool:
    if response and response.cell:
        return (query.sheet, query.cell) == (response.sheet, response.cell)
    return query.code == "sheet-missing" and f"standard {criterion.split('.', maxsplit=1)[0]} " in query.message


def test_missing_and_superseded_returns_are_not_in_the_figures(received: Received) -> None:
    project = open_project(received.region.root)
    snapshot = open_snapshot(freeze(project))
    expected = {(one.cycle_id, one.organisation_id) for one in received.region.truth}
    assert set(zip(snapshot.returns["cycle"], snapshot.returns["organisation_id"], strict=True)) == expected
    assert snapshot.data_cut == received.region.batches[-1].received_at
    superseding = [receipt for receipt in received.receipts if receipt.supersedes]
    assert {receipt.cycle for receipt in superseding} == {"2021", "2024"}
    assert check(project) == []


def test_the_committed_fixture_is_what_making_it_anew_gives(tmp_path: Path) -> None:
    made = open_snapshot(make_fixture(tmp_path))
    kept = open_snapshot(COMMITTED / "snapshot")
    assert content_digest(made) == content_digest(kept), (
        "run python -m toolkit.demo.fixture tests/fixtures/region and look at what changed"
    )


def test_the_fixture_has_what_the_notebooks_need() -> None:
    snapshot = open_snapshot(COMMITTED / "snapshot")
    areas = {area for areas in snapshot.organisations["areas"] for area in areas.split("; ")}
    assert areas == set(snapshot.settings.area_codes)
    assert set(snapshot.responses["rating"]) == set(Rating)
    assert set(snapshot.responses["cycle"]) == {"2021", "2024"}
    assert snapshot.settings.project.synthetic
    for cycle in ("2021", "2024"):
        assert 0 < (snapshot.returns["cycle"] == cycle).sum() < len(snapshot.organisations)
    assert snapshot.crosswalk("2024") is not None
