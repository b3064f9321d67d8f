"""How much of what is planted in synthetic texts the scan for personal data finds, and how much of its finds is right.

`python benchmarks/personal_data.py` prints recall and precision by kind, for the half of the texts on which the scan
was developed and for the half that was held out. `--show` lists what went wrong in the development half. A planted item
counts as found where it is covered whole, by finds of any kind; a find is right where it overlaps a planted item.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from stdnum.gb import nhs

from toolkit.disclosure.personal import Allowed, Kind, scan, scan_all
from toolkit.records import Organisation

TEXTS = Path(__file__).with_name("personal_texts.yaml")
EACH = 1400
"""Texts in each half, about half of them with something planted."""
ORGANISATIONS = (
    "Sandwell Synthetic Housing",
    "Coventry Haven",
    "Panahghar",
    "Black Country Women's Aid",
    "Sandwell Women's Aid",
)
AREAS = ("Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton")
_ITEM = re.compile(r"<([^|>]+)\|([^>]*)>")
_STREETS = {
    "development": ("Victoria Road", "Church Lane", "Station Street", "Park Avenue", "Mill Lane", "Beech Close"),
    "held_out": ("Albert Road", "Tudor Drive", "Queens Crescent", "Lower High Street", "The Ridgeway Close"),
}


class Text(NamedTuple):
    """A text, and what is planted in it: kind, start, end."""

    text: str
    planted: tuple[tuple[str, int, int], ...]


class Score(NamedTuple):
    """Of one kind: planted, found of these, finds, right of these."""

    planted: Counter[str]
    covered: Counter[str]
    finds: Counter[str]
    right: Counter[str]
    missed: list[str]
    wrong: list[str]


def allowed() -> Allowed:
    """An allow list as a project has it."""
    register = [
        Organisation(str(at), name, (), "", AREAS, (), False, False, "", "")  # noqa: FBT003 - the register's order
        for at, name in enumerate(ORGANISATIONS)
    ]
    return Allowed.of(register, AREAS, ("Office of the Police and Crime Commissioner",))


def texts(half: str, seed: int = 4) -> list[Text]:
    """Half of them planted, half plain; the same for the same seed."""
    data = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))[half]
    chance = random.Random(f"{half} {seed}")
    found = []
    for at in range(EACH):
        templates = data["planted" if at % 2 else "plain"]
        found.append(_text(templates[(at // 2) % len(templates)], data, half, chance))
    return found


def _text(template: str, data: dict[str, Any], half: str, chance: random.Random) -> Text:
    written, planted, at, length = [], [], 0, 0
    for match in _ITEM.finditer(template):
        before = _filled(template[at : match.start()], data, half, chance)
        item = _filled(match[2], data, half, chance)
        planted.append((match[1], length + len(before), length + len(before) + len(item)))
        written += [before, item]
        length += len(before) + len(item)
        at = match.end()
    written.append(_filled(template[at:], data, half, chance))
    return Text("".join(written), tuple(planted))


def _filled(template: str, data: dict[str, Any], half: str, chance: random.Random) -> str:
    return re.sub(r"\{(\w+)\}", lambda slot: _value(slot[1], data, half, chance), template)


def _value(slot: str, data: dict[str, Any], half: str, chance: random.Random) -> str:
    if slot in {"first", "last", "unlisted"}:
        return str(chance.choice(data[slot]))
    if slot in {"FIRST", "LAST"}:
        return str(chance.choice(data[slot.lower()])).upper()
    if slot.startswith("small_"):
        sure = [each for each in data[slot.removeprefix("small_")] if each not in _WORDS]
        return str(chance.choice(sure)).lower()
    if slot == "street":
        return chance.choice(_STREETS[half])
    return _number(slot, chance)


_WORDS = {
    "Grace",
    "Mark",
    "Rose",
    "Faith",
    "Joy",
    "April",
    "Brown",
    "Green",
    "Young",
    "Hill",
    "White",
    "Wood",
    "King",
    "Walker",
    "Price",
    "Cook",
    "Ming",
    "Mei",
    "Xiu",
    "Jing",
    "Hope",
    "Frank",
    "Ruby",
    "Black",
    "Bird",
    "Hunt",
    "Long",
    "Bell",
    "Gill",
    "Cooper",
    "Lian",
    "Hong",
}
"""Names that no reader would take for a person in small letters."""


def _number(slot: str, chance: random.Random) -> str:  # noqa: C901, PLR0911 - a line for each kind of number
    def digits(count: int) -> str:
        return "".join(chance.choice("0123456789") for _ in range(count))

    day = dt.date(1960, 1, 1) + dt.timedelta(days=chance.randrange(22_000))
    if slot == "mobile":
        return chance.choice(("07700 900{}", "07700900{}", "07700 900 {}")).format(digits(3))
    if slot == "landline":
        return chance.choice(("0121 496 0{}", "(0121) 496 0{}", "0121-496-0{}", "01214960{}")).format(digits(3))
    if slot == "international":
        return chance.choice(("+44 7700 900{}", "+44 (0)7700 900{}", "0044 7700 900{}", "+447700900{}")).format(
            digits(3)
        )
    if slot == "nhs":
        number = _nhs(chance)
        return chance.choice(
            (number, f"{number[:3]} {number[3:6]} {number[6:]}", f"{number[:3]}-{number[3:6]}-{number[6:]}")
        )
    if slot == "nino":
        return (
            chance.choice(("QQ {} {} {} C", "QQ{}{}{}C"))
            .format(*(digits(2) for _ in range(3)))
            .replace("QQ", chance.choice(("AB", "JK", "PW")))
        )
    if slot == "date":
        return chance.choice(
            (f"{day.day}/{day.month}/{day:%y}", f"{day:%d/%m/%Y}", f"{day:%d.%m.%Y}", f"{day:%d-%m-%y}")
        )
    if slot == "long_date":
        return f"{day.day} {day:%B %Y}"
    if slot == "postcode":
        return chance.choice(("B{} {}AA", "WS{} {}BD", "CV{} {}QT", "wv{} {}ex", "DY{}{}LP")).format(
            chance.randint(1, 14), chance.randint(1, 9)
        )
    if slot == "email":
        return chance.choice(("j.smith{}@example.org", "duty_{}@mail.example.org", "Amina{}@example.org")).format(
            digits(1)
        )
    if slot == "spelt":
        return chance.choice(
            ("worker{} at example dot org", "worker{}(at)example.org", "worker{} [at] example [dot] org")
        ).format(digits(1))
    codes = {
        "crime": ("20/{6}/24", "20DV/{6}A/24", "20CV/{5}/23"),
        "marac": ("23-0{3}", "M/{4}/24", "24-{4}"),
        "court": ("BM24P00{3}", "T2024{4}", "ZW24C50{3}"),
        "ref": ("ABC/{4}", "DV-{5}", "{6}/KL"),
    }
    if slot in codes:
        return re.sub(
            r"\{(\d)\}", lambda count: str(chance.randint(1, 9)) + digits(int(count[1]) - 1), chance.choice(codes[slot])
        )
    plain = {
        "n": chance.randint(41, 98),
        "m": chance.randint(2, 9),
        "year": chance.choice((2023, 2024, 2025)),
        "number": chance.randint(1, 180),
    }
    return chance.choice("BCDEFGHJKLMNPRSTW") if slot == "initial" else str(plain[slot])


def _nhs(chance: random.Random) -> str:
    """A number of the range 999, which is kept for tests."""
    while True:
        number = f"999{chance.randrange(10**6):06}"
        for check in "0123456789":
            if nhs.is_valid(number + check):
                return number + check


def score(half: list[Text], allow: Allowed) -> Score:
    """What was found and what was right, by kind."""
    made = Score(Counter(), Counter(), Counter(), Counter(), [], [])
    for text, planted in half:
        finds = scan(text, allow)
        for kind, start, end in planted:
            made.planted[kind] += 1
            bare = {at for at in range(start, end) if text[at].isalnum()}
            for each in finds:
                bare -= set(range(each.start, each.end))
            if bare:
                made.missed.append(f"{kind}: {text[start:end]!r} in {text!r}")
            else:
                made.covered[kind] += 1
        for each in finds:
            made.finds[each.kind.value] += 1
            if any(each.start < end and each.end > start for _, start, end in planted):
                made.right[each.kind.value] += 1
            else:
                made.wrong.append(f"{each.kind.value}: {text[each.start : each.end]!r} in {text!r}")
    return made


def main() -> None:
    """Print both halves."""
    allow = allowed()
    for name in ("development", "held_out"):
        half = texts(name)
        made = score(half, allow)
        print(
            f"{name.replace('_', ' ')}: {len(half)} texts,"
            f" {sum(bool(each.planted) for each in half)} with planted items"
        )
        for kind in (*(each.value for each in Kind), "all"):
            counts = [sum(each.values()) if kind == "all" else each[kind] for each in made[:4]]
            recall, precision = counts[1] / max(1, counts[0]), counts[3] / max(1, counts[2])
            print(
                f"  {kind:26} recall {recall:.3f} ({counts[1]}/{counts[0]})"
                f"  precision {precision:.3f} ({counts[3]}/{counts[2]})"
            )
        if "--show" in sys.argv and (name == "development" or "--held-out" in sys.argv):
            print("\n".join(dict.fromkeys([*made.missed, "--", *made.wrong])))
        start = time.process_time()
        scan_all([each.text for each in half], allow)
        print(f"  {(time.process_time() - start) / len(half) * 1e6:.0f} microseconds a text")


if __name__ == "__main__":
    main()
