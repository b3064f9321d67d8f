"""What an edition for others than the office does not show, and what it cannot hide all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.disclosure import OTHER_SECTORS
from toolkit.reports.sentences import are, capital, counted, criteria

if TYPE_CHECKING:
    from toolkit.reports.source import Source

_UNSHOWN = {
    "as written": "",
    "masked": " What organisations wrote is shown with personal data masked.",
    "none": " What organisations wrote beside their ratings is not shown.",
}


def disclosure_limits(source: Source) -> list[str]:
    """One sentence or more for each thing the audience should know; none for the office itself."""
    if source.audience == "internal":
        return []
    policy = source.policy
    people = "" if policy.leads else " No person is named; of a lead it is said only whether there is one."
    found = []
    if policy.pseudonymous:
        who = "Organisations and areas have" if policy.areas == "pseudonym" else "Organisations have"
        found.append(
            f"{who} pseudonyms, which stay the same from one report and cycle to the next and are made with a secret "
            "that only the office has. Every figure is that of the edition with names."
        )
        found.append(_cannot_hide(source))
    found.append(f"Ratings are shown as they are.{_UNSHOWN[policy.free_text]}{people}".strip())
    if policy.pseudonymous and OTHER_SECTORS in set(source.organisations["sector"]):
        found.append(
            f"Sectors with fewer than {counted(policy.smallest_sector, 'organisation')} are shown together as "
            f"{OTHER_SECTORS.lower()}, because an organisation that stands alone in its sector would be recognised."
        )
    return found


def _cannot_hide(source: Source) -> str:
    """What an insider may still conclude from the counts; said, because nothing can be done about it."""
    if source.policy.areas != "pseudonym":
        return (
            "A pseudonym hides a name, not an answer: whoever knows how an organisation rated itself, or that it alone "
            "was asked something, may recognise it."
        )
    some = [one.criterion for standard in source.framework.standards for one in standard.criteria if one.areas]
    only = f" {capital(criteria(some))} {are(len(some))} asked in some areas only, which tells groups of areas apart."
    only = only if some else ""
    return (
        "A pseudonym hides a name, not an answer: whoever knows how many organisations were asked in an area, or how "
        f"an organisation rated itself, may recognise it by these numbers.{only}"
    )
