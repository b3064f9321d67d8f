"""The synthetic region: who is in it, what they answer, what goes wrong, and that it is always the same."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import olefile
import pytest
from openpyxl import load_workbook

from toolkit.catalogue import load_framework
from toolkit.demo import make_region
from toolkit.demo.definitions import load_cast, load_phrasebook, load_returning
from toolkit.demo.filling import Job, fill
from toolkit.demo.messing import STEPS
from toolkit.demo.organisations import members
from toolkit.demo.planning import plan_cycle
from toolkit.demo.ratings import RatingModel
from toolkit.demo.strays import report_as_pdf, workbook_with_password
from toolkit.errors import ProjectError
from toolkit.project import Settings, open_project
from toolkit.records import Outcome, Rating

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.demo.planning import Parcel
    from toolkit.demo.truth import Region
    from toolkit.records import Response

SMALL = 14
EVERYONE = 118
DATA = Path(__file__).parent.parent / "toolkit" / "data" / "demo"


def digest(folder: Path) -> str:
    """Of everything that make_region makes; the templates are copies of the repository's."""
    whole = hashlib.sha256()
    made = [path for name in ("audits", "returned") for path in folder.glob(f"{name}/**/*")]
    made += [path for path in folder.iterdir() if path.suffix in {".csv", ".toml"}]
    for path in sorted(path for path in made if path.is_file()):
        whole.update(path.relative_to(folder).as_posix().encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return make_region(tmp_path_factory.mktemp("small") / "region", organisations=SMALL)


@pytest.fixture(scope="module")
def settings(small: Region) -> Settings:
    return open_project(small.root).settings


@pytest.fixture(scope="module")
def everything_filled(settings: Settings) -> Job:
    """A job for the first clean return of the 2024 cycle."""
    parcels = plan(settings, SMALL)
    return next(parcel.job for parcel in parcels if parcel.job and not parcel.mess)


def plan(settings: Settings, count: int | None, seed: int = 2024, cycle_id: str = "2024") -> tuple[Parcel, ...]:
    areas = tuple(settings.area_codes)
    everyone = members(areas, seed, count)
    model = RatingModel(seed, areas, {cycle: held.gain for cycle, held in load_returning().cycles.items()})
    return plan_cycle(everyone, settings, settings.cycle(cycle_id), model, seed)


def counted(parcels: tuple[Parcel, ...]) -> dict[str, Mapping[str, Response]]:
    """Organisation to the answers that end up in the figures."""
    return {parcel.organisation_id: parcel.job.answers for parcel in parcels if parcel.counts and parcel.job}


def share_met(ratings: list[Rating]) -> float:
    applicable = [rating for rating in ratings if rating is not Rating.NOT_APPLICABLE]
    return sum(rating is Rating.MET for rating in applicable) / len(applicable)


def test_the_region_is_the_same_in_every_process_whatever_the_hash_seed(small: Region, tmp_path: Path) -> None:
    for number in ("0", "4242"):
        folder = tmp_path / number
        script = (
            "import sys; from pathlib import Path; from toolkit.demo import make_region; "
            f"make_region(Path(sys.argv[1]), organisations={SMALL})"
        )
        environment = {**os.environ, "PYTHONHASHSEED": number}
        subprocess.run([sys.executable, "-c", script, str(folder)], check=True, env=environment, timeout=120)
        assert digest(folder) == digest(small.root)


def test_progress_is_told_workbook_by_workbook(small: Region, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    region = make_region(
        tmp_path / "region", organisations=SMALL, progress=lambda done, total: seen.append((done, total))
    )
    total = SMALL + len(small.files)
    assert seen == [(done, total) for done in range(1, total + 1)]
    assert digest(region.root) == digest(small.root)


def test_another_seed_gives_other_answers(settings: Settings) -> None:
    one, other = (counted(plan(settings, SMALL, seed)) for seed in (1, 2))
    both = set(one) & set(other)
    assert both
    assert all(one[who] != other[who] for who in both)


def test_a_folder_with_a_project_is_left_alone(small: Region) -> None:
    before = digest(small.root)
    with pytest.raises(ProjectError):
        make_region(small.root)
    assert digest(small.root) == before


def test_the_project_says_that_it_is_synthetic_and_opens(small: Region) -> None:
    project = open_project(small.root)
    assert project.settings.project.synthetic
    assert len(project.register()) == SMALL
    assert {path.stem for path in project.issued("2024").glob("*.xlsx")} == {
        organisation.organisation_id for organisation in project.register()
    }


@pytest.mark.parametrize("count", [SMALL, 30])
def test_a_small_region_has_every_area_and_every_sector(settings: Settings, count: int) -> None:
    areas = tuple(settings.area_codes)
    chosen = [member.organisation for member in members(areas, 2024, count)]
    assert len(chosen) == count
    assert {organisation.sector for organisation in chosen} == {kind.sector for kind in load_cast().kinds.values()}
    for area in areas:
        assert sum(area in organisation.areas for organisation in chosen) >= 2 + 1


def test_the_whole_region_has_organisations_of_every_kind_and_unique_names(settings: Settings) -> None:
    everyone = members(tuple(settings.area_codes), 2024)
    assert len(everyone) == EVERYONE
    assert {member.kind_id for member in everyone} == set(load_cast().kinds)
    names = [name.casefold() for m in everyone for name in (m.organisation.name, *m.organisation.aliases)]
    assert len(names) == len(set(names))
    assert sum(len(member.organisation.areas) == len(settings.areas) for member in everyone) >= 10


def test_every_name_shows_that_it_is_invented(settings: Settings) -> None:
    everyone = members(tuple(settings.area_codes), 2024)
    assert [m for m in everyone if not re.search(r"\b(synthetic|example)\b", m.organisation.name.lower())] == []
    for member in everyone:
        assert re.fullmatch(r"(Lead Officer \d+)?", member.organisation.lead_name)
        assert re.fullmatch(r"(lead\.officer\.\d+@example\.org)?", member.organisation.lead_email)
    vacant = sum(not member.organisation.lead_name for member in everyone)
    assert 1 <= vacant <= EVERYONE / 5


@pytest.mark.parametrize("cycle_id", ["2021", "2024"])
def test_about_a_tenth_is_missing_and_about_a_tenth_is_messy(settings: Settings, cycle_id: str) -> None:
    parcels = plan(settings, None, cycle_id=cycle_id)
    returned = {parcel.organisation_id for parcel in parcels if parcel.counts}
    messy = {parcel.organisation_id for parcel in parcels if parcel.counts and parcel.mess}
    assert 0.05 < 1 - len(returned) / EVERYONE < 0.15
    assert 0.05 < len(messy) / len(returned) < 0.15
    assert Counter(parcel.outcome for parcel in parcels if not parcel.counts) == {
        Outcome.ACCEPTED: 1,  # the return that a later one supersedes
        Outcome.HELD: 3,  # the same-day conflict, the blank workbook, the unknown organisation
        Outcome.QUARANTINED: 2,
        Outcome.DUPLICATE: 1,
    }
    assert len({parcel.name.casefold() for parcel in parcels}) == len(parcels)


def test_ratings_improve_and_areas_differ(settings: Settings) -> None:
    met: dict[str, float] = {}
    areas = {m.organisation.organisation_id: m.organisation.areas for m in members(tuple(settings.area_codes), 2024)}
    for cycle_id in ("2021", "2024"):
        returned = counted(plan(settings, None, cycle_id=cycle_id))
        met[cycle_id] = share_met([answer.rating for answers in returned.values() for answer in answers.values()])
        by_area = [
            share_met([a.rating for who in returned if area in areas[who] for a in returned[who].values()])
            for area in settings.area_codes
        ]
        assert max(by_area) - min(by_area) > 0.08
    assert met["2024"] - met["2021"] > 0.05
    assert 0.3 < met["2021"] < met["2024"] < 0.8


def test_every_rating_occurs_and_evidence_varies(settings: Settings) -> None:
    answers = [answer for given in counted(plan(settings, None)).values() for answer in given.values()]
    assert {answer.rating for answer in answers} == set(Rating) - {Rating.UNREADABLE}
    texts = Counter(answer.evidence for answer in answers if answer.evidence)
    assert len(texts) > 0.6 * sum(texts.values())
    assert any(answer.rating is Rating.MET and not answer.evidence for answer in answers)
    assert any(answer.action and answer.lead and answer.target_date for answer in answers)
    assert not [text for text in texts if "{" in text or "  " in text]


@pytest.mark.parametrize("framework_id", ["wm-2015", "wm-2024"])
def test_every_criterion_has_a_topic(framework_id: str) -> None:
    for criterion in load_framework(framework_id).criteria:
        assert load_phrasebook().topic_of(framework_id, criterion) in load_phrasebook().topics


def test_themes_and_kinds_named_in_the_data_exist() -> None:
    themes = {topic.theme for topic in load_phrasebook().topics.values()}
    for kind in load_cast().kinds.values():
        assert set(kind.better) | set(kind.worse) <= themes
    for topic in load_phrasebook().topics.values():
        assert set(topic.only) <= set(load_cast().kinds)
    for recipe in load_returning().recipes:
        assert set(recipe.steps) <= set(STEPS)


def test_no_address_or_telephone_number_outside_example_org(small: Region) -> None:
    texts = [path.read_text(encoding="utf-8") for path in DATA.glob("*.yaml")]
    texts += [path.read_text(encoding="utf-8") for path in small.root.rglob("*") if path.suffix in {".csv", ".toml"}]
    for file in small.files:
        book = load_workbook(file.path, read_only=True)
        texts += [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
        book.close()
    whole = "\n".join(texts)
    assert set(re.findall(r"@([\w.-]+)", whole)) == {"example.org"}
    for_drama = re.sub(r"07700 900\d{3}|0121 496 0\d{3}", "", whole)
    assert not re.search(r"(?<![\d.])(\+44|0)(\s?\d){9,10}(?!\d)", for_drama)


def test_truth_is_written_beside_the_files(small: Region) -> None:
    folder = small.root / "returned"
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["cycle"], r["organisation_id"], r["criterion"], r["rating"]) for r in rows] == [
        (one.cycle_id, one.organisation_id, one.criterion, one.rating) for one in small.truth
    ]
    with (folder / "files.csv").open(encoding="utf-8", newline="") as file:
        named = {(folder / row["file"]) for row in csv.DictReader(file)}
    assert named == {path for batch in small.batches for path in batch.files}
    assert all(path.is_file() for path in named)


def test_batches_come_in_order_of_time(small: Region) -> None:
    moments = [batch.received_at for batch in small.batches]
    assert moments == sorted(moments)
    assert all(moment.tzinfo for moment in moments)


def test_a_clean_return_says_what_truth_says(small: Region) -> None:
    clean = [one for one in small.truth if one.quality == "clean"]
    path = clean[0].path
    expected = {one.criterion: one.rating for one in clean if one.path == path and one.rating is not Rating.BLANK}
    book = load_workbook(path, read_only=True)
    seen = {row[0]: row[3] for sheet in book for row in sheet.iter_rows(min_row=6, max_col=4, values_only=True) if row}
    for criterion, rating in expected.items():
        assert str(seen[criterion]).lower().replace(" ", "_") == rating


@pytest.mark.parametrize("step", sorted(STEPS))
def test_each_kind_of_mess_changes_the_workbook_and_is_repeatable(everything_filled: Job, step: str) -> None:
    clean = fill(everything_filled)
    messy, again = (fill(replace(everything_filled, steps=(step,), seed="one")) for _ in range(2))
    assert messy.content == again.content
    assert dump(messy.content) != dump(clean.content)
    answered = {ref for ref, answer in everything_filled.answers.items() if answer.rating is not Rating.BLANK}
    assert messy.lost.keys() <= everything_filled.answers.keys()
    if Rating.UNREADABLE in messy.lost.values():
        assert messy.lost.keys() <= answered


def dump(content: bytes) -> list[object]:
    book = load_workbook(io.BytesIO(content))
    cells = [(sheet.title, list(sheet.iter_rows(values_only=True))) for sheet in book]
    return [cells, sorted(book.defined_names), book.custom_doc_props.names]  # type: ignore[attr-defined]  # openpyxl 3.1 has it, its stubs do not


def test_strays_are_what_they_pretend_not_to_be() -> None:
    assert report_as_pdf("A (b)").startswith(b"%PDF-")
    locked = workbook_with_password("one")
    assert locked == workbook_with_password("one") != workbook_with_password("two")
    with olefile.OleFileIO(io.BytesIO(locked)) as container:
        assert sorted(container.listdir()) == [["EncryptedPackage"], ["EncryptionInfo"]]
        assert container.get_size("EncryptedPackage") == len(container.openstream("EncryptedPackage").read()) > 0
