"""What an audience may not see, gathered from everything that a snapshot and the register hold."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from toolkit.disclosure.leaks import Sentences, Withheld
from toolkit.disclosure.personal import Allowed, Kind, scan_all
from toolkit.disclosure.personal.words import TOKEN, folded, load_words
from toolkit.disclosure.reading import squeezed, words
from toolkit.document import MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from toolkit.disclosure.redacting import Material
    from toolkit.project import Policy
    from toolkit.records import Organisation

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d(?:[\s().\-\u2010-\u2015]*\d){8,14}")
_DIGITS_ENOUGH = re.compile(r"\d(?:\D*\d){6}")
"""As many digits as the shortest telephone number has."""
_BETWEEN_PEOPLE = re.compile(r"[;,/&|()\n\t]| and | or | - | – |\bc/o\b")
_TEXTS = {
    "responses": ("evidence", "action"),
    "queries": ("found",),
    "corrections": ("was", "value", "why"),
}
_PEOPLE = {
    "responses": ("lead",),
    "organisations": ("lead_name",),
    "returns": ("completed_by", "authorised_by", "lead_name"),
    "corrections": ("who",),
}
_MAIL = {"organisations": ("lead_email",), "returns": ("lead_email",)}
_HASH = 12
"""How much of a hash is enough to know a file by."""
_SHORTEST = 3
_DATES = tuple(f"{day} {month}" for month in MONTHS for day in range(1, 32))
"""Dates, in which May and June are nobody's name."""


def withheld(
    everything: Material,
    seen: Material,
    policy: Policy,
    register: Iterable[Organisation],
    also_named: Iterable[str] = (),
    *,
    original: str = "",
) -> Withheld:
    """What an audience may not see of a snapshot and the register.

    Too short to be told from ordinary text, and not searched: names of fewer than three letters, numbers of fewer than
    five digits, and a person's one-word name that is also a word of the toolkit's own sentences ("Manager", "Board").
    A post ("Head of Safeguarding") names nobody.

    Args:
        everything: what the snapshot holds.
        seen: what the audience may see of it.
        policy: what the audience may see.
        register: for aliases, and organisations under the names they have now.
        also_named: what else organisations have been called (names that somebody matched by hand).
        original: the id of the snapshot, which other audiences do not get to know.
    """
    registered, ours = tuple(register), own_words()
    names: dict[str, set[str]] = {
        "the name of a received file": set(_files(everything)),
        "the hash of a received file": {
            part
            for whole in _held(everything, "responses", "source_sha256")
            for part in (whole, whole[:16], whole[:_HASH])
        },
        "the snapshot with names": {original},
    }
    if policy.pseudonymous:
        names |= _organisations(everything, registered) | {"a name of an organisation": set(also_named)}
    if policy.areas == "pseudonym":
        names["an area"] = {text for area in everything.settings.areas for text in (area.name, area.code)}
    if not policy.leads:
        mail = {*_mail(everything), *(one.lead_email for one in registered)}
        names |= {
            "a person": set(people_of(everything, registered)),
            "an e-mail address": mail | _found_in(everything, _addresses),
        }
    return Withheld(
        names={
            kind: tuple(sorted(name for name in held if _searchable(kind, name, ours))) for kind, held in names.items()
        },
        sentences=Sentences(partial(_texts, everything)) if policy.free_text == "none" else (),
        numbers=tuple(sorted(_numbers(everything, policy))),
        allowed=tuple(sorted({*_allowed(seen, policy), *own_texts(), *_DATES})),
        own_words=ours,
    )


def people_of(everything: Material, register: Iterable[Organisation]) -> frozenset[str]:
    """Everybody whom a snapshot or the register names: leads, who completed or signed a return, who corrected."""
    named = {*_people(everything), *(one.lead_name for one in register)}
    ours = own_words()
    return frozenset(name for name in named if _searchable("a person", name, ours) and not _is_post(name))


def _is_post(text: str) -> bool:
    """Whether a text has only ordinary words, none of which is a name."""
    known = load_words()
    return all(word in known.ordinary and word not in known.names for word in map(folded, TOKEN.findall(text)))


def _addresses(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        if "@" in text:
            yield from _EMAIL.findall(text)


def _numbers(everything: Material, policy: Policy) -> set[str]:
    """Numbers of the texts that may not be seen: all that are long enough, or where texts are masked, telephones."""
    if policy.free_text == "as written":
        return set()
    find = _long_numbers if policy.free_text == "none" else _telephones
    numbers = _found_in(everything, find) | set(find(tuple(_people(everything))))
    return {"".join(filter(str.isdigit, number)) for number in numbers}


def _long_numbers(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from _NUMBER.findall(text)


def _telephones(texts: Sequence[str]) -> Iterator[str]:
    some = [text for text in texts if _DIGITS_ENOUGH.search(text)]
    for place, found in scan_all(some, Allowed.of(())).items():
        yield from (some[place][each.start : each.end] for each in found if each.kind is Kind.TELEPHONE)


def _found_in(everything: Material, find: Callable[[Sequence[str]], Iterable[str]]) -> set[str]:
    """What is found in what was written, which is gone through some texts at a time."""
    return {each for texts in _texts(everything) for each in find(texts)}


def _organisations(everything: Material, registered: tuple[Organisation, ...]) -> dict[str, set[str]]:
    """What organisations are called, and their ids."""
    return {
        "the name of an organisation": {
            *_held(everything, "organisations", "organisation"),
            *(one.name for one in registered),
            *(alias for one in registered for alias in one.aliases),
        },
        "the id of an organisation": {
            *_held(everything, "organisations", "organisation_id"),
            *(one.organisation_id for one in registered),
        },
    }


def _mail(everything: Material) -> Iterator[str]:
    for table, columns in _MAIL.items():
        for column in columns:
            yield from _held(everything, table, column)


@lru_cache(maxsize=1)
def own_words() -> frozenset[str]:
    """Words that the toolkit's own pages are written with: those in its texts, and in small letters in its rooms."""
    files = (file for name in _ROOMS for file in sorted((_TOOLKIT / name).rglob("*")) if file.suffix in _WRITTEN)
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    small = re.findall(r"(?<![^\W\d_])[a-z]{2,}(?![^\W\d_])", code)
    return frozenset({*small, *(word.casefold() for text in own_texts() for word in words(text))})


@lru_cache(maxsize=1)
def own_texts() -> tuple[str, ...]:
    """The texts that the toolkit writes whole: the accessibility statement, what a data set asks for."""
    data = _TOOLKIT / "data"
    files = (*sorted((data / "texts").glob("*.yaml")), data / "layouts" / "audit-workbook.yaml")
    return tuple(text for file in files for text in _strings(yaml.safe_load(file.read_text(encoding="utf-8"))))


_TOOLKIT = Path(__file__).parents[1]
_ROOMS = ("document", "figures", "tables", "comparison", "reports", "publishing")
_WRITTEN = {".py", ".j2", ".css", ".typ", ".html"}


def _held(material: Material, table: str, column: str) -> set[str]:
    return material.tables[table].held(column) if table in material.tables else set()


def _texts(material: Material) -> Iterator[Sequence[str]]:
    """What organisations and the office wrote in sentences, some texts at a time."""
    for table, columns in _TEXTS.items():
        for column in columns:
            if table in material.tables:
                yield from material.tables[table].texts(column)
    scales = material.scales.values()
    known = {squeezed(word) for scale in scales for level in scale.levels for word in (level.label, *level.words)}
    for table in ("responses", "other_ratings"):
        yield [text for text in _held(material, table, "rating_as_written") if squeezed(text) not in known]


def _people(material: Material) -> Iterator[str]:
    """Whole fields that name people, and each name of two words or more in them."""
    for table, columns in _PEOPLE.items():
        for column in columns:
            for text in _held(material, table, column):
                yield text
                yield from (part for part in map(str.strip, _BETWEEN_PEOPLE.split(text)) if " " in part)


def _files(material: Material) -> Iterator[str]:
    """Names of received files, with their endings, and without where that is telling."""
    for table in ("responses", "returns", "queries"):
        for name in _held(material, table, "source_file"):
            yield name
            stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            if len(squeezed(stem)) >= _HASH and any(character.isdigit() for character in stem):
                yield stem


def _searchable(kind: str, name: str, ours: frozenset[str]) -> bool:
    letters = squeezed(name)
    if len(letters) < _SHORTEST or (letters.isdigit() and len(letters) < 5):  # noqa: PLR2004 - a year has four
        return False
    return kind != "a person" or letters not in ours


def _allowed(seen: Material, policy: Policy) -> Iterator[str]:
    """Every text of the definitions, the settings and the sectors that the audience sees, and the names it may know."""
    if not policy.pseudonymous:
        yield from _held(seen, "organisations", "organisation")
    about = seen.settings.project
    yield from (about.name, about.office, about.contact, about.marking)
    yield from _held(seen, "organisations", "sector")
    for area in seen.settings.areas:
        yield area.name
    for cycle in seen.settings.cycles:
        yield cycle.id
    for held in (seen.frameworks, seen.scales, seen.crosswalks):
        for each in held.values():
            yield from _strings(each.model_dump(mode="json"))


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a definition holds
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
