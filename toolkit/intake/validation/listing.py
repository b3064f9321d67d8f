"""How criteria and their number are told in a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.records import Response

_MOST_LISTED = 12


def listed(criteria: Sequence[str]) -> str:
    """Criteria in their order, the first twelve."""
    return ", ".join(criteria[:_MOST_LISTED]) + (", ..." if len(criteria) > _MOST_LISTED else "")


def criteria_counted(number: int, one: str = "", many: str = "") -> str:
    """A number of criteria, with what is said of them: "1 criterion is", "2 criteria are"."""
    return f"1 criterion {one}".strip() if number == 1 else f"{number} criteria {many}".strip()


def first_place(responses: Sequence[Response]) -> dict[str, str]:
    """Sheet and cell of the first of several responses."""
    return {"sheet": responses[0].sheet, "cell": responses[0].cell}


def of_standards(responses: Sequence[Response]) -> dict[str, list[Response]]:
    """Responses by their standard, both in their order."""
    found: dict[str, list[Response]] = {}
    for response in responses:
        found.setdefault(response.standard, []).append(response)
    return found
