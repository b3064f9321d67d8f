"""Who is called what: the register by id and by name, names that people confirmed, and names that come close."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.records import Decision, Organisation

_CLOSE = 80
"""Per cent from which a name is close enough to be mentioned; it is never taken for the other, however close."""
_MOST_MENTIONED = 3


def fold_name(name: str) -> str:
    """An organisation's name as names are compared: no case, `&` as `and`, no punctuation, single spaces."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ").replace("'", "").replace("\u2019", "")
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


class Register:
    """The register as a return's organisation is looked up in it."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._by_id: dict[str, Organisation] = {}
        self._by_name: dict[str, list[Organisation]] = {}
        for organisation in organisations:
            self._by_id[organisation.organisation_id.casefold()] = organisation
            for name in {fold_name(each) for each in (organisation.name, *organisation.aliases)} - {""}:
                self._by_name.setdefault(name, []).append(organisation)

    def with_id(self, organisation_id: str) -> Organisation | None:
        """The organisation with this id, whatever its case."""
        return self._by_id.get(organisation_id.casefold())

    def called(self, name: str) -> tuple[Organisation, ...]:
        """The organisations of which this is the name or an alias."""
        return tuple(self._by_name.get(fold_name(name), ()))

    def closest(self, name: str) -> tuple[tuple[Organisation, int], ...]:
        """The organisations with a name or alias that is nearly this one, closest first, with per cent (80 to 100).

        At most three, each once; a suggestion for a person, never an answer.
        """
        from rapidfuzz import fuzz

        folded = fold_name(name)
        best: dict[str, tuple[float, Organisation]] = {}
        for known, organisations in self._by_name.items():
            score = max(fuzz.ratio(folded, known), fuzz.token_sort_ratio(folded, known))
            if score < _CLOSE:
                continue
            for organisation in organisations:
                if score > best.get(organisation.organisation_id, (0.0,))[0]:
                    best[organisation.organisation_id] = (score, organisation)
        ranked = sorted(best.items(), key=lambda each: (-each[1][0], each[0]))
        return tuple((organisation, int(score)) for _, (score, organisation) in ranked[:_MOST_MENTIONED])


def with_confirmed_names(
    organisations: Iterable[Organisation], decisions: Iterable[Decision]
) -> tuple[Organisation, ...]:
    """The register with every name that a person has confirmed in a decision among the aliases of its organisation.

    Of several decisions on one name in one file the last holds. A name that was given to two organisations in different
    files becomes an alias of both, and so says nothing any more.

    Args:
        organisations: the register as it stands in `register.csv`.
        decisions: the log, in its order.
    """
    whose = {(each.sha256, fold_name(each.named)): each for each in decisions if each.organisation_id}
    confirmed: dict[str, dict[str, None]] = {}
    for decision in whose.values():
        if decision.named and not decision.this_file_only:
            confirmed.setdefault(decision.organisation_id.casefold(), {})[decision.named] = None
    return tuple(
        replace(each, aliases=(*each.aliases, *names))
        if (names := confirmed.get(each.organisation_id.casefold()))
        else each
        for each in organisations
    )
