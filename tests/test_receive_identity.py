"""Whose return it is: names that come close are suggested and never taken; what a suggestion says can be copied."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from intake_workbooks import MOMENT, changed, filled, received, renamed, without_identity

from toolkit.intake import receive
from toolkit.intake.receiving.deciding import decisions_about, whose
from toolkit.intake.receiving.naming import Register, fold_name, with_confirmed_names
from toolkit.records import Decision, Organisation, Outcome, Return

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from toolkit.project import Project

NAMES = ("Coventry Synthetic Homes", "Coventry Synthetic Home", "Dudley & Walsall Refuge", "Police", "Walsall Aid")
AT = dt.datetime(2024, 6, 20, tzinfo=dt.UTC)


def registered(*names: str) -> tuple[Organisation, ...]:
    return tuple(
        Organisation(
            f"ORG-{at}",
            name,
            (),
            "Other",
            ("Dudley",),
            ("1",),
            commissioner=False,
            direct_services=False,
            lead_name="",
            lead_email="",
        )
        for at, name in enumerate(names)
    )


def named(name: str) -> Return:
    return Return("", name, "2024", "wm-2024", "audit-workbook", "", "", None, "", "", (), ())


def decision(name: str, organisation_id: str, sha256: str = "a" * 64) -> Decision:
    return Decision(sha256, "a.xlsx", "AB", "asked", AT, named=name, organisation_id=organisation_id)


def test_a_name_that_is_nearly_right_is_held_with_the_closest_and_a_command(project: Project) -> None:
    def change(book: Workbook) -> None:
        without_identity(book)
        renamed("Coventry Synthetic Commissioners", "Coventry Synthetic Comissioners")(book)

    receipt = received(project, changed(filled(project, "COV-COM"), change))
    assert (receipt.outcome, receipt.reason.partition(":")[0]) == (Outcome.HELD, "organisation-unknown")
    assert re.search(r"Coventry Synthetic Commissioners \(COV-COM, 9\d%\)", receipt.reason)
    assert f"toolkit resolve {receipt.sha256[:12]} --organisation COV-COM --why" in receipt.reason


def test_the_closest_are_three_at_most_in_a_fixed_order_and_from_80_per_cent() -> None:
    register = Register(registered(*(f"Synthetic School {letter}" for letter in "DACB"), "Police"))
    found = register.closest("Synthetic School")
    assert [(each.name[-1], per_cent) for each, per_cent in found] == [("D", 94), ("A", 94), ("C", 94)]
    assert register.closest("Fire service") == ()
    assert register.closest("School Synthetic A")[0][1] == 100


@given(st.sampled_from(NAMES), st.text(max_size=3), st.integers(0, 20))
def test_no_name_is_taken_for_another_however_close(name: str, typed: str, at: int) -> None:
    organisations = registered(*NAMES)
    written = name[:at] + typed + name[at + len(typed) :]
    found = whose(named(written), Register(organisations))
    expected = [each for each in organisations if fold_name(each.name) == fold_name(written)]
    assert found.organisation == (expected[0] if expected else None)
    assert bool(found.code) is not bool(expected)


def test_a_confirmed_name_is_known_and_the_last_decision_on_a_file_holds() -> None:
    organisations = registered(*NAMES)
    wrong, right = decision("Brum Homes", "ORG-1"), decision("Brum Homes", "org-0")
    register = Register(with_confirmed_names(organisations, [wrong, right]))
    assert whose(named("BRUM HOMES."), register).organisation == register.with_id("ORG-0")
    register = Register(with_confirmed_names(organisations, [wrong, right, decision("Brum Homes", "ORG-2", "b" * 64)]))
    assert whose(named("Brum Homes"), register).code == "organisation-ambiguous"
    only = replace(right, this_file_only=True)
    assert not Register(with_confirmed_names(organisations, [only])).called("Brum Homes")


def test_in_a_file_of_several_a_decision_is_about_the_return_it_names() -> None:
    register = Register(registered(*NAMES))
    one = decision("Police", "ORG-3")
    whole = Decision("a" * 64, "a.xlsx", "AB", "asked", AT, organisation_id="ORG-1", counts="yes")
    assert decisions_about(named("Strangers"), register, [one, whole], alone=True) == (one, whole)
    about = decisions_about(named("Strangers"), register, [one, whole], alone=False)
    assert about == (replace(whole, organisation_id=""),)
    assert whose(named("Strangers"), register, about).code == "organisation-unknown"
    assert decisions_about(named("police"), register, [one], alone=False) == (one,)


def test_a_held_file_that_is_received_again_keeps_the_day_it_came(project: Project) -> None:
    content = changed(filled(project, "COV-COM", completed_on=""), nobody)
    held = received(project, content, "first.xlsx")
    assert held.outcome is Outcome.HELD
    register = project.register_file.read_text("utf-8")
    name = "Coventry Synthetic Commissioners"
    project.register_file.write_text(register.replace(f"{name},,", f"{name},Nobody We Know,"), "utf-8")
    (path,) = (each for each in project.held.iterdir() if each.suffix == ".xlsx")
    (receipt,) = receive(project, [path], received_at=MOMENT + dt.timedelta(days=300))
    assert (receipt.outcome, receipt.received_at) == (Outcome.ACCEPTED, MOMENT)


def nobody(book: Workbook) -> None:
    without_identity(book)
    renamed("Coventry Synthetic Commissioners", "Nobody We Know")(book)
