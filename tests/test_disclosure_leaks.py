"""The leak check: everything that is planted is found wherever it is, and nothing is found that is not there."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from planting import EDITION_PLACES, FIGURE_PLACES, PLACES, edition, table_of
from reports_region import Plan, make_project

from toolkit.disclosure import Stream, Withheld, disclosed, withheld
from toolkit.disclosure.withholding import own_texts
from toolkit.errors import PublishingError
from toolkit.project import Audiences
from toolkit.publishing import FORMS, cleared, file_of, put_out, refuse_leaks, sweep
from toolkit.publishing.forms import checked
from toolkit.publishing.revealing import streams_of
from toolkit.reports.copying import material_of
from toolkit.store import freeze, open_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from toolkit.disclosure import Material

PUBLIC = Audiences().public
PLANTED = 500
UNPRINTED = {"xlsx": {"text", "item", "note"}}
"""Blocks that a form leaves out: a spreadsheet has the tables, and no pictures."""

FIELDS = (
    *("responses evidence", "responses action", "responses lead", "responses rating_as_written"),
    *("responses source_file", "organisations organisation", "organisations lead_name", "organisations lead_email"),
    *("returns completed_by", "queries found", "corrections why", "corrections who", "organisations organisation_id"),
    "responses evidence telephone",
)
_FIRST = ("Grace", "Wren", "Ottoline", "Zoë", "Tamsin", "Idris", "Beatriz", "Kwame", "Søren", "Niamh")
_LAST = ("Fairweather", "O'Dowd", "Quillfeather", "Brackenholt", "Larchmere", "Ngozi-Hale", "Wexcombe", "Thistlewood")
_WORDS = ("caseload", "thursday", "lanterns", "borrowed", "kettle", "violet", "orchard", "ledger", "harbour", "mosaic")


def named(*names: str, kind: str = "the name of an organisation", **more: Any) -> Withheld:  # noqa: ANN401 - its fields
    return Withheld({kind: names}, **more)


def hidden_texts(texts: Sequence[str]) -> list[str]:
    return ["–" if text else "" for text in texts]


def leaks(hidden: Withheld, text: str, *, prose: bool = True) -> list[str]:
    return [leak.kind for leak in hidden.leaks([Stream([("here", text)], prose)])]


def _secret(field: str, at: int) -> str:
    chance = random.Random(at)
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    person = f"{first} {last} {chr(65 + at % 26)}{chr(97 + at // 26)}bson"
    by_field = {
        "responses lead": person,
        "responses source_file": f"return of {last} {at}.xlsx",
        "organisations organisation": f"{last} House {at} Refuge",
        "organisations organisation_id": f"{last[:4].upper()}-{at}",
        "organisations lead_name": person,
        "organisations lead_email": f"{last.casefold()}.{at}@refuge{at}.example.org",
        "returns completed_by": person,
        "corrections who": person,
        "responses evidence telephone": f"0121 496 {at:04}",
    }
    sentence = f"the {' '.join(chance.sample(_WORDS, 4))} of room {at} is kept by the night team"
    return by_field.get(field, sentence)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Material:
    project = make_project(tmp_path_factory.mktemp("region") / "project", Plan(each_area=1))
    return material_of(open_snapshot(freeze(project)))


@pytest.fixture(scope="module")
def planted(region: Material) -> tuple[Withheld, list[tuple[str, str]]]:
    """What may not be seen of a region with 500 secrets in its fields, and the secrets with their fields."""
    secrets = [(FIELDS[at % len(FIELDS)], _secret(FIELDS[at % len(FIELDS)], at)) for at in range(PLANTED)]
    extra: dict[str, list[dict[str, Any]]] = {name: table.rows() for name, table in region.tables.items()}
    blank = {
        name: {column: "" if isinstance(value, str) else None for column, value in rows[0].items()}
        for name, rows in extra.items()
        if rows
    }
    for field, secret in secrets:
        table, column, *_ = field.split()
        text = f"Ring {secret} and ask for the duty worker." if field.endswith("telephone") else secret
        extra[table].append({**blank.get(table, {}), "cycle": "2024", "organisation_id": "X", column: text})
    material = replace(region, tables={name: table_of(rows) for name, rows in extra.items()})
    names = _pseudonyms(region)
    seen = disclosed(region, PUBLIC, names, hidden_texts)
    return withheld(material, seen, PUBLIC, (), original="0123456789abcdef"), secrets


def _pseudonyms(material: Material) -> Any:  # noqa: ANN401 - a record of the room
    from toolkit.disclosure import pseudonyms

    ids = [row["organisation_id"] for row in material.tables["organisations"].rows()]
    return pseudonyms(PUBLIC, "public", ids, material.settings.areas, bytes(32))


def test_none_of_500_planted_secrets_gets_through(planted: tuple[Withheld, list[tuple[str, str]]]) -> None:
    hidden, secrets = planted
    empty = {(form, place): plant("Nothing") for form, place, plant in PLACES}
    for (form, place), content in empty.items():
        assert hidden.leaks(streams_of(f"report.{form}", content)) == [], (form, place)
    missed = []
    for at, (field, secret) in enumerate(secrets):
        form, place, plant = PLACES[(at + at // len(PLACES)) % len(PLACES)]
        if not hidden.leaks(streams_of(f"report.{form}", plant(secret))):
            missed.append((field, secret, form, place))
    assert missed == []


def test_a_secret_in_a_files_name_is_found(planted: tuple[Withheld, list[tuple[str, str]]]) -> None:
    hidden, secrets = planted
    names = [secret.replace("/", " ") for field, secret in secrets if not field.endswith("telephone")]
    assert [name for name in names if not hidden.leaks([Stream([("its name", f"{name}.html")], prose=False)])] == []


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_wherever_a_block_can_say_something(form: str) -> None:
    secrets = {
        place: f"{word} Quillfeather {place.title()}"
        for place, word in zip(EDITION_PLACES, "ABCDEFGHIJKLMNOPQRS", strict=True)
    }
    hidden = Withheld({place: (secret,) for place, secret in secrets.items()})
    content = checked(edition(secrets), form, f"report.{form}")
    found = {leak.kind for leak in hidden.leaks(streams_of(f"report.{form}", content))}
    assert found >= set(EDITION_PLACES) - set(FIGURE_PLACES) - UNPRINTED.get(form, set())
    assert found & set(FIGURE_PLACES) or form in UNPRINTED, (
        "a form has a figure's words as its alternative text, or in the drawing itself"
    )
    assert hidden.leaks(streams_of(f"report.{form}", checked(edition(), form, f"report.{form}"))) == []


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Safe", "The charity Safe answered", True),
        ("Safe", "SAFE", True),
        ("Safe", "people are safe here", False),
        ("Safe", "Unsafe, safer, Safeguarding and SafeLives", False),
        ("Grace", "with Grace, who leads", True),
        ("Grace", "disgraceful Gracefield", False),
        ("Jane Smith", "JANE\u00a0SMITH", True),
        ("Jane Smith", "jane-smith", True),
        ("Jane Smith", "Jane Smithson", False),
        ("Zoë Núñez", "Zoe\u0308 Nunez", True),
        ("Ruﬃan & Sons", "Ruffian and Ruffian & Sons", True),
        ("AIM", "aim for more", False),
        ("AIM", "told by AIM", True),
        ("A1", "A1", False),
    ],
)
def test_names_are_found_whole_and_as_names(name: str, text: str, *, found: bool) -> None:
    hidden = named(name, own_words=frozenset(["safe", "aim", "grace"]))
    assert bool(leaks(hidden, text)) is found


def test_a_name_inside_an_allowed_text_is_no_leak() -> None:
    hidden = named("Birmingham", "West Midlands", allowed=("Office for the West Midlands", "Birmingham standards 2015"))
    assert leaks(hidden, "Made by the Office for the West Midlands with the Birmingham standards 2015") == []
    assert leaks(hidden, "Made in the West Midlands") == ["the name of an organisation"]
    assert leaks(hidden, "Birmingham standards") == ["the name of an organisation"]


def test_what_a_data_set_asks_for_is_nobodys_sentence() -> None:
    asked = "Of these: so-called honour-based abuse, forced marriage, female genital mutilation"
    wrote = "We train on honour-based abuse, forced marriage, female genital mutilation and stalking."
    hidden = Withheld({}, sentences=(wrote,), allowed=own_texts())
    assert leaks(hidden, asked) == []
    assert leaks(hidden, wrote) == ["what an organisation wrote"]


def test_five_words_or_thirty_characters_of_a_text_are_somebodys_sentence() -> None:
    hidden = Withheld(
        {},
        ("Every Thursday the violet team rings round. Domestic abuse and sexual assault are in the rota.",),
        allowed=("domestic abuse and sexual assault standards",),
    )
    assert leaks(hidden, "we heard that the violet team rings round, again")
    assert leaks(hidden, "thursday THE-violet team\nrings")
    assert leaks(hidden, "sexual assault are in the rota")
    assert not leaks(hidden, "the violet team")
    assert not leaks(hidden, "Domestic abuse and sexual assault")


def test_a_telephone_number_is_known_however_it_is_written() -> None:
    hidden = Withheld({}, numbers=("01214960123",))
    for text in ("0121 496 0123", "+44 (0)121 496-0123", "01214960123", "0121.496.0123"):
        assert leaks(hidden, text) == ["a telephone number"], text
    assert leaks(hidden, "0121 496 0124, 121 of 496 and 0123") == []


def test_what_leaks_is_not_published_and_nothing_of_it_stays(tmp_path: Path) -> None:
    hidden = named("Larchmere House")
    staged, folder = tmp_path / "staged", tmp_path / "public"
    staged.mkdir()
    folder.mkdir()
    clean, leaking = staged / "board-report.html", staged / "peer-review.html"
    clean.write_text("<p>Nothing</p>", encoding="utf-8")
    for path in (leaking, file_of(folder / "peer-review", "html")):
        path.write_text("<p>Nothing</p>\n<p>larchmere house</p>", encoding="utf-8")
    cleared([clean], folder, hidden, "public")
    assert put_out([clean], folder) == (folder / "board-report.html",)
    with pytest.raises(PublishingError) as caught:
        cleared([leaking], folder, hidden, "public")
    for part in ("peer-review.html", "line 2", "the name of an organisation", "audience public"):
        assert part in str(caught.value)
    assert "archmere" not in str(caught.value)
    assert [path.name for path in folder.iterdir()] == ["board-report.html"]
    assert not list(staged.iterdir())


def test_what_stands_from_before_is_taken_away_where_it_leaks_now(tmp_path: Path) -> None:
    for name, text in (("area-larchmere-house.html", "Nothing"), ("board-report.html", "x"), ("notes.txt", "mine")):
        (tmp_path / name).write_text(f"<p>{text}</p>", encoding="utf-8")
    made = tmp_path / "peer-review.html"
    made.write_text("<p>Larchmere House</p>", encoding="utf-8")
    (told,) = sweep(tmp_path, [made], named("Larchmere House"), "public")
    assert "area-larchmere-house.html from an earlier run was taken away" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["board-report.html", "notes.txt", "peer-review.html"]


@pytest.mark.parametrize(
    ("name", "content"), [("report.docx", b"no archive"), ("report.pdf", b"no PDF"), ("report.odt", b"")]
)
def test_what_cannot_be_searched_is_not_published(name: str, content: bytes) -> None:
    with pytest.raises(PublishingError, match=name):
        refuse_leaks(name, content, named("Larchmere House"), "public")
