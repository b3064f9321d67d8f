"""What an audience may see of a snapshot: nothing that names anybody, every count as it was, an order."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planting import table_of
from reports_region import Plan, make_project

from toolkit import comparison
from toolkit.disclosure import OTHER_SECTORS, RULES, Material, coarse_sectors, disclosed, pseudonyms
from toolkit.disclosure.pseudonyms import LETTERS, codes
from toolkit.errors import ProjectError
from toolkit.project import AUDIENCES, Audiences, open_project
from toolkit.reports import copy_for, pseudonyms_of
from toolkit.reports.copying import material_of
from toolkit.store import FRAMES, MORE_FRAMES, contents_of, freeze, open_snapshot, write_copy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from toolkit.project import Policy, Project
    from toolkit.store import Snapshot

SECRET = bytes(range(32))
PUBLIC, PARTNERS = Audiences().public, Audiences().partners

UNSEEN = {
    "responses": {"source_file", "source_sha256", "source_sheet", "source_cell", "received_at"},
    "asked": set(),
    "organisations": set(),
    "returns": {"source_file", "source_sha256", "received_at", "completed_on", "supersedes"},
    "queries": {"source_file", "sheet", "cell", "found", "expected", "message"},
    "corrections": {"who", "why", "at"},
    "other_ratings": {"sheet", "cell"},
    "data_sets": set(MORE_FRAMES["data_sets"]),  # others see only masked totals of them, in people_counts
    "people_counts": set(MORE_FRAMES["people_counts"]),  # made for each copy, never taken over
}
"""Columns that no audience but the office sees anything of."""


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Snapshot]:
    project = make_project(tmp_path_factory.mktemp("region") / "project", Plan(each_area=2, silent=("WAL1",)))
    return project, open_snapshot(freeze(project))


def hidden(texts: Sequence[str]) -> list[str]:
    return ["–" if text else "" for text in texts]


def seen_by(material: Material, policy: Policy, audience: str = "public") -> Material:
    ids = [row["organisation_id"] for row in material.tables["organisations"].rows()]
    names = pseudonyms(policy, audience, ids, material.settings.areas, SECRET)
    return disclosed(material, policy, names, hidden)


def test_every_column_of_every_table_has_a_rule_or_is_known_to_be_unseen() -> None:
    for table, columns in (FRAMES | MORE_FRAMES).items():
        assert set(columns) == set(RULES.get(table, ())) | UNSEEN[table], table


def test_a_column_or_table_without_a_rule_is_not_seen(region: tuple[Project, Snapshot]) -> None:
    material = material_of(region[1])
    rows = [{**row, "home_address": "1 Secret Street"} for row in material.tables["organisations"].rows()]
    diaries = [{"cycle": "2024", "organisation_id": "POL", "x": "y"}]
    tables = {**material.tables, "organisations": table_of(rows), "diaries": table_of(diaries)}
    seen = seen_by(replace(material, tables=tables), PARTNERS, "partners")
    assert {row["home_address"] for row in seen.tables["organisations"].rows()} == {""}
    assert seen.tables["diaries"].rows() == []


@settings(max_examples=25)
@given(st.data())
def test_no_secret_of_a_register_survives(region: tuple[Project, Snapshot], data: st.DataObject) -> None:
    """Every text of every table is made a secret of its own; only what names nothing may come through."""
    material = material_of(region[1])
    number = data.draw(st.integers(1, 8))
    keys = [row["organisation_id"] for row in material.tables["organisations"].rows()][-number:]
    kept = {"cycle", "framework", "standard", "criterion", "priority", "rating", "field", "by", "code", "severity"}
    kept |= {"tier", "tiers", "organisation_id", "areas", "sector", "target_date", "reviewer_rating", "agreed_rating"}

    def marked(row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            column: value if column in kept or not isinstance(value, str) else f"SECRET {column} {value}"
            for column, value in row.items()
        }

    tables = {
        name: [marked(row) for row in table.rows() if row["organisation_id"] in keys]
        for name, table in material.tables.items()
    }
    changed = {name: table_of(rows) for name, rows in tables.items()}
    seen = seen_by(replace(material, tables=changed), PUBLIC)
    shown = {name: table.rows() for name, table in seen.tables.items()}
    text = json.dumps([shown, seen.settings.model_dump(mode="json")])
    text += "".join(each.model_dump_json() for held in (seen.frameworks, seen.crosswalks) for each in held.values())
    assert "SECRET" not in text
    for secret in (
        *(f'"{key}"' for key in keys),
        *material.settings.area_codes,
        *material.settings.area_codes.values(),
    ):
        assert secret not in text.replace("West Midlands", "")
    assert {name: len(rows) for name, rows in shown.items()} == {name: len(rows) for name, rows in tables.items()}


def test_the_order_of_areas_and_organisations_is_that_of_pseudonyms(region: tuple[Project, Snapshot]) -> None:
    seen = seen_by(material_of(region[1]), PUBLIC)
    names = [area.name for area in seen.settings.areas]
    assert names == sorted(names)
    assert [area.code for area in seen.settings.areas] == [f"E{at:08}" for at in range(1, 8)]
    for table in seen.tables.values():
        by_cycle: dict[str, list[str]] = {}
        for row in table.rows():
            by_cycle.setdefault(row.get("cycle", ""), []).append(row["organisation_id"])
        assert all(keys == sorted(keys) for keys in by_cycle.values())
    everywhere = next(row["areas"] for row in seen.tables["organisations"].rows() if row["areas"].count(";") == 6)
    assert everywhere == "; ".join(names)


def test_a_copy_has_the_figures_of_the_original(region: tuple[Project, Snapshot]) -> None:
    project, snapshot = region
    for audience in ("partners", "public"):
        copy = copy_for(project, snapshot, audience)
        assert copy.snapshot.audience == audience
        assert copy.snapshot.id != snapshot.id
        assert copy.snapshot.folder.name == f"{snapshot.id}-{audience}-{copy.snapshot.id}"
        assert comparison.region(copy.snapshot, "2024") == comparison.region(snapshot, "2024")
        for count in (comparison.met_without_evidence, comparison.good_practice, comparison.leads_missing):
            assert len(count(copy.snapshot, "2024")) == len(count(snapshot, "2024")) > 0
        due = [comparison.actions(one, "2024")["due"].value_counts().to_dict() for one in (snapshot, copy.snapshot)]
        assert due[0] == due[1]
        assert copy_for(project, snapshot, audience).snapshot.id == copy.snapshot.id
    assert copy_for(project, snapshot, "internal").snapshot is snapshot


def test_a_snapshot_written_again_is_the_same(small_project: Project, small_snapshot: Snapshot) -> None:
    again = write_copy(small_project, small_snapshot, contents_of(small_snapshot))
    assert again.name == f"{small_snapshot.id}-internal-{small_snapshot.id}"
    assert {path.name for path in again.iterdir()} == {path.name for path in small_snapshot.folder.iterdir()}


@given(st.sets(st.text(min_size=1, max_size=12), max_size=40), st.sets(st.text(min_size=1, max_size=12), max_size=10))
def test_pseudonyms_are_distinct_and_stay_when_a_register_grows(now: set[str], later: set[str]) -> None:
    before, after = codes(SECRET, "public", now, 5), codes(SECRET, "public", now | later, 5)
    assert len(set(after.values())) == len(now | later)
    assert all(set(code) <= set(LETTERS) and len(code) >= 5 for code in after.values())
    assert all(after[key].startswith(before[key]) for key in now)


def test_codes_that_begin_alike_are_longer() -> None:
    keys = [str(number) for number in range(200)]
    found = codes(SECRET, "kind", keys, 1)
    assert len(set(found.values())) == len(keys)
    assert not any(one != other and one.startswith(other) for one in found.values() for other in found.values())


def test_each_audience_and_each_secret_has_its_own_pseudonyms() -> None:
    sets = [
        frozenset(codes(secret, kind, ["POL", "HSG"], 5).values())
        for secret in (SECRET, SECRET[::-1])
        for kind in ("public organisation", "partners organisation", "public area")
    ]
    assert len(set(sets)) == len(sets)


@given(st.lists(st.sampled_from("ABCDEFG"), max_size=60), st.integers(1, 5))
def test_no_small_sector_stands_alone(sectors: list[str], smallest: int) -> None:
    shown = coarse_sectors(sectors, smallest)
    sizes: dict[str, int] = {}
    for sector in sectors:
        sizes[shown[sector]] = sizes.get(shown[sector], 0) + 1
    assert all(size >= smallest or len(sizes) == 1 for size in sizes.values())
    others = {sector for sector, name in shown.items() if name == OTHER_SECTORS}
    assert len(others) != 1 or len(set(sectors)) == 1 or sectors.count(*others) >= smallest


def test_frameworks_name_no_area_and_keep_what_they_ask(region: tuple[Project, Snapshot]) -> None:
    seen = seen_by(material_of(region[1]), PUBLIC).frameworks["wm-2015"]
    assert "in some areas incorporate the Respect principles" in seen.criterion("7.2").summary
    assert len(seen.criterion("7.1").areas) == 7
    assert seen.criteria == region[1].definitions.frameworks["wm-2015"].criteria
    assert not any(area in seen.model_dump_json() for area in region[1].settings.area_codes)


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ('internal]\nfree_text = "none"', "audiences.internal.free_text"),
        ("internal]\nleads = false", "audiences.internal.leads"),
        ('public]\nareas = "pseudonym"\norganisations = "named"', "names of organisations give areas away"),
        ('public]\nfree_text = "masked"', 'free_text must be "none"'),
        ('partners]\norganisations = "pseudonym"', 'free_text must be "none"'),
        ('public]\nreports = ["league-table"]', "audiences.public.reports"),
        ("everybody]\nleads = true", "audiences.everybody"),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(project: Project, policy: str, told: str) -> None:
    path = project.root / "toolkit.toml"
    old = path.read_text(encoding="utf-8").split("# Who may see what")
    rest = old[1].split("[schedule]")[1]
    path.write_text(f"{old[0]}[audiences.{policy}\n\n[schedule]{rest}", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"toolkit\.toml") as caught:
        open_project(project.root)
    assert told in str(caught.value)


def test_a_project_file_without_audiences_has_the_toolkits_own(project: Project) -> None:
    path = project.root / "toolkit.toml"
    text = path.read_text(encoding="utf-8")
    assert open_project(project.root).settings.audiences == Audiences()
    head, tail = text.split("# Who may see what")
    path.write_text(head + "[schedule]" + tail.split("[schedule]")[1], encoding="utf-8")
    assert open_project(project.root).settings.audiences == Audiences()
    assert [name for name in AUDIENCES if Audiences().of(name).pseudonymous] == ["public"]


def test_the_secret_is_made_once_for_its_owner_alone(region: tuple[Project, Snapshot], tmp_path: Path) -> None:
    project, snapshot = make_project(tmp_path / "project", Plan(each_area=1)), region[1]
    names = pseudonyms_of(project, snapshot, "public")
    assert project.pseudonym_key.stat().st_mode & 0o077 == 0
    assert pseudonyms_of(project, snapshot, "public") == names
    kept = project.pseudonym_key.read_text(encoding="ascii")

    project.pseudonym_key.write_text("not the secret", encoding="ascii")
    with pytest.raises(ProjectError, match="put the file back from your last backup"):
        pseudonyms_of(project, snapshot, "public")
    project.pseudonym_key.unlink()
    assert pseudonyms_of(project, snapshot, "public") != names
    assert project.pseudonym_key.read_text(encoding="ascii") != kept

    project.pseudonym_key.unlink()
    published = project.published("2024", "public")
    published.mkdir(parents=True)
    (published / "index.html").touch()
    with pytest.raises(ProjectError, match=r"is missing, though .* was published with its pseudonyms"):
        pseudonyms_of(project, snapshot, "public")
    assert not project.pseudonym_key.exists()
