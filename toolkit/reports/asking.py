"""Which criterion asks for a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.layouts import load_layout

if TYPE_CHECKING:
    from toolkit.catalogue import Framework


def asked_with(framework: Framework) -> str | None:
    """The criterion with which a framework asks for a data set; None where it asks for none."""
    wanted = load_layout().data_set.asked_with.get(framework.id)
    return wanted if any(one.criterion == wanted for part in framework.standards for one in part.criteria) else None
