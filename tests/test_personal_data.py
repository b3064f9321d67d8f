"""Personal data in free text: every kind is found, what only reads like it is not, masks keep the rest."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.disclosure.personal import Allowed, Found, Kind, masked, scan, scan_all
from toolkit.records import Organisation

HAVEN = "Coventry Haven"
NHS_OF_TESTS = "999 000 0018"


@pytest.fixture(scope="module")
def allowed() -> Allowed:
    return Allowed.of([organisation(HAVEN), organisation("Panahghar", "Sarah Jones Centre")], ["Sandwell"], ["OPCC"])


def organisation(name: str, *aliases: str) -> Organisation:
    flags = {"commissioner": False, "direct_services": False}
    return Organisation("ID", name, aliases, "", ("Walsall",), ("1",), lead_name="", lead_email="", **flags)


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Feedback from Mrs Kaur was good.", Kind.NAME, "Mrs Kaur"),
        ("Delivered by DC Ahmed and the team.", Kind.NAME, "DC Ahmed"),
        ("Sarah Jones (DA lead) approved it.", Kind.NAME, "Sarah Jones"),
        ("Signed by S. Jones in May.", Kind.NAME, "S. Jones"),
        ("Jones, Sarah is the lead.", Kind.NAME, "Jones, Sarah"),
        ("We spoke to Amina about her case.", Kind.NAME, "Amina"),
        ("Client Mary B was rehoused.", Kind.NAME, "Mary B"),
        ("minutes are with sarah jones in hr", Kind.NAME, "sarah jones"),
        ("APPROVED BY SARAH JONES", Kind.NAME, "SARAH JONES"),
        ("Checked by Zofia Wiśniewska.", Kind.NAME, "Zofia Wiśniewska"),
        ("Oluwaseun Adeyemi-Brown chairs it.", Kind.NAME, "Oluwaseun Adeyemi-Brown"),
        ("Niamh O\u2019Brien chairs it.", Kind.NAME, "Niamh O\u2019Brien"),
        ("Mr and Mrs Singh complained.", Kind.NAME, "Mr and Mrs Singh"),
        ("Our lead is Grace Young.", Kind.NAME, "Grace Young"),
        ("Amina's case was reviewed.", Kind.NAME, "Amina"),
        ("Ring 0121 496 0123 ext 12.", Kind.TELEPHONE, "0121 496 0123 ext 12"),
        ("Ring (0121) 496-0123.", Kind.TELEPHONE, "(0121) 496-0123"),
        ("Ring +44 (0)7700 900123.", Kind.TELEPHONE, "+44 (0)7700 900123"),
        ("Ring 07700900123 at night.", Kind.TELEPHONE, "07700900123"),
        ("Write to a.b-c@mail.example.org.", Kind.EMAIL, "a.b-c@mail.example.org"),
        ("Write to worker at example dot org.", Kind.EMAIL, "worker at example dot org"),
        ("Write to worker[at]example[dot]org.", Kind.EMAIL, "worker[at]example[dot]org"),
        ("They moved to b1 1aa in May.", Kind.POSTCODE, "b1 1aa"),
        ("They moved to WS1 2AB.", Kind.POSTCODE, "WS1 2AB"),
        ("Lives at Flat 2, 12 Victoria Road, Aston B6.", Kind.ADDRESS, "Flat 2, 12 Victoria Road, Aston B6"),
        (f"Number {NHS_OF_TESTS} was seen.", Kind.NHS_NUMBER, NHS_OF_TESTS),
        ("NHS number 999 000 0019 was seen.", Kind.NHS_NUMBER, "999 000 0019"),
        ("Client, dob 3/4/88, disclosed.", Kind.BIRTH, "dob 3/4/88"),
        ("Client, d.o.b. 03.04.1988, disclosed.", Kind.BIRTH, "d.o.b. 03.04.1988"),
        ("She was born on 3 April 1988.", Kind.BIRTH, "born on 3 April 1988"),
        ("Crime ref 20/123456/24 is closed.", Kind.CASE, "20/123456/24"),
        ("See ref: ABC/1234.", Kind.CASE, "ABC/1234"),
        ("MARAC case 23-0145 is closed.", Kind.CASE, "23-0145"),
        ("Her number is AB 12 34 56 C.", Kind.INSURANCE, "AB 12 34 56 C"),
    ],
)
def test_every_kind_is_found_where_it_stands(allowed: Allowed, text: str, kind: Kind, found: str) -> None:
    start = text.index(found)
    assert scan(text, allowed) == (Found(start, start + len(found), kind),)
    assert masked(text, allowed) == text.replace(found, kind.mask)


@pytest.mark.parametrize(
    "text",
    [
        "Policy reviewed March 2024 by the Board, led by the DA lead.",
        "Criterion 5.10 is met, 5.1 is not; 12 of 40 cases; target date 31/03/2025.",
        "The Domestic Abuse Act 2021 and section 76 are cited; £125,000 was agreed.",
        "MARAC, DASH, IRIS, Respect and SafeLives; Clare's Law, Clare\u2019s Law and Sarah's Law.",
        "The Head of Safeguarding and a Detective Inspector attend.",
        "The Grace period ends in June 2024. Hope House took part. April figures are late.",
        "Will review. Mark as complete. Joy and relief. Rose from 10% to 20%. May be extended.",
        "Sandwell Women's Aid, Coventry Haven and Panahghar attend, as does the Sarah Jones Centre.",
        "The helpline 0808 2000 247 is on each poster, and 101 and 999.",
        "Policy ref HR/0123 and contract number 12345 are in place.",
        "St Mary's Church, Queen Elizabeth Hospital, Perry Barr and Hall Green.",
        "We use the Kirkpatrick model, Microsoft Teams, SharePoint and Power BI.",
        "2nd and 3rd quarters, v2.1, Q4 2024/25, 9am to 5pm, 24/7.",
        "",
    ],
)
def test_what_only_reads_like_it_is_left_alone(allowed: Allowed, text: str) -> None:
    assert scan(text, allowed) == ()
    assert masked(text, allowed) == text


@pytest.mark.parametrize("between", ["\u2028", "\x1c", "\u0085", "\u1680", "\u00a0", "\ud800 ", "\u20ac, "])
def test_a_name_is_found_whatever_stands_beside_it(allowed: Allowed, between: str) -> None:
    text = f"Signed by{between}Sarah Jones{between}in May."
    assert [text[each.start : each.end] for each in scan(text, allowed)] == ["Sarah Jones"]


def test_the_allow_list_speaks_for_names_and_for_nothing_else(allowed: Allowed) -> None:
    text = "Sarah Jones Centre, 0121 496 0123"
    assert [each.kind for each in scan(text, allowed)] == [Kind.TELEPHONE]
    assert [each.kind for each in scan("Sarah Jones left.", allowed)] == [Kind.NAME]


def test_many_texts_give_what_each_gives(allowed: Allowed) -> None:
    texts = ["Nothing here.", "Sarah Jones", "", "Tel 07700 900123, Amina Khan", "As above"]
    alone = {place: scan(text, allowed) for place, text in enumerate(texts)}
    assert scan_all(texts, allowed) == {place: found for place, found in alone.items() if found}


def test_masks_are_no_find_and_keep_the_rest(allowed: Allowed) -> None:
    text = "<b>Sarah Jones</b>\n=cmd; 07700 900123\u202e, B1 1AA"
    once = masked(text, allowed)
    assert once == "<b>[name removed]</b>\n=cmd; [telephone number removed]\u202e, [postcode removed]"
    assert scan(once, allowed) == ()


PIECES = st.sampled_from(
    ["Sarah", "Jones", "Mrs", "Will", "Hope", "O'Brien", "spoke to", "dob", "3/4/88", "07700 900123", "B1 1AA",
     "ref:", "ABC/1234", NHS_OF_TESTS, "x@example.org", "AB123456C", "the", "House", ",", ".", "\n", "[name removed]",
     "12 Park Road", "20/123456/24", "Żaneta", "\u00a0", "-", "and", "A", "\u0661\u0662", "(", ")", "MARAC", "at",
     "dot", "org"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=14).map(" ".join) | st.text(max_size=80)


@settings(max_examples=250, deadline=None)
@given(text=TEXTS)
def test_any_text_has_valid_places_and_is_masked_once_for_all(allowed: Allowed, text: str) -> None:
    found = scan(text, allowed)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    once = masked(text, allowed)
    assert masked(once, allowed) == once
    assert scan(once, allowed) == ()


HARD = st.sampled_from(
    ["07700 900123", "+447700900123", "someone@example.org", "WS1 2AB", NHS_OF_TESTS, "AB 12 34 56 C", "20/123456/24",
     "dob 03/04/1988"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    before=st.sampled_from(["", "see", "Sarah", "ring:", "(", "case no", "12 of"]),
    hard=HARD,
    after=st.sampled_from(["", ".", ", then", " Jones", ")", "\nx"]),
)
def test_nothing_with_a_format_survives_masking(allowed: Allowed, before: str, hard: str, after: str) -> None:
    assert hard not in masked(f"{before} {hard}{after}", allowed)


def test_a_long_text_takes_no_longer_than_its_length(allowed: Allowed) -> None:
    for piece in ("dot a ", "a at a ", "Sarah ", "0 1 ", "born ", "1 A ", "x@", "ref "):
        masked(piece * (32_000 // len(piece)), allowed)


def test_the_numbering_plan_is_loaded_only_where_a_number_is() -> None:
    told = (
        "import sys; from toolkit.disclosure.personal import Allowed, scan; a = Allowed.of(());"
        "scan('Sarah Jones', a); print('phonenumbers' in sys.modules); scan('07700 900123', a);"
        "print('phonenumbers' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["False", "True"]


def test_found_sorts_by_place() -> None:
    one = Found(3, 5, Kind.NAME)
    assert sorted([replace(one, start=4), one]) == [one, replace(one, start=4)]
