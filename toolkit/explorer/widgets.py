"""The explorer's controls and what they redraw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from toolkit.document import as_html
from toolkit.explorer.choosing import Choice, picture, responses_table
from toolkit.publishing import fragment_style
from toolkit.store import open_snapshot

if TYPE_CHECKING:
    from toolkit.store import Snapshot

_EVERY = ""
_WIDE = widgets.Layout(width="min(100%, 46em)")
_LABEL = {"description_width": "6em"}


class Explorer:
    """Choose cycle, standard, areas, sector and tier; see the picture; read every response to one criterion.

    Args:
        snapshot: the folder of a snapshot.
    """

    def __init__(self, snapshot: str | Path) -> None:
        self._snapshot: Snapshot = open_snapshot(Path(snapshot))
        settings, organisations = self._snapshot.settings, self._snapshot.organisations
        self.cycle = widgets.Dropdown(
            description="Cycle",
            options=[cycle.id for cycle in settings.cycles],
            value=settings.current_cycle.id,
            style=_LABEL,
            layout=_WIDE,
        )
        self.standard = widgets.Dropdown(description="Standard", style=_LABEL, layout=_WIDE)
        self.areas = widgets.SelectMultiple(
            description="Areas",
            options=list(settings.area_codes),
            rows=min(8, len(settings.areas)),
            tooltip="None chosen means all; Ctrl and click, or Shift and arrow keys, for several",
            style=_LABEL,
            layout=_WIDE,
        )
        sectors = sorted(set(organisations["sector"]))
        self.sector = widgets.Dropdown(
            description="Sector",
            options=[("All sectors", _EVERY), *((sector, sector) for sector in sectors)],
            value=_EVERY,
            style=_LABEL,
            layout=_WIDE,
        )
        tiers = sorted({tier for held in organisations["tiers"] for tier in held.split("; ") if tier})
        self.tier = widgets.Dropdown(
            description="Tier",
            options=[("All tiers", _EVERY), *((f"Tier {tier}", tier) for tier in tiers)],
            value=_EVERY,
            style=_LABEL,
            layout=_WIDE,
        )
        self.criterion = widgets.Dropdown(description="Criterion", style=_LABEL, layout=_WIDE)
        self.search = widgets.Text(
            description="Search",
            placeholder="words in the organisation, evidence or action",
            continuous_update=False,
            style=_LABEL,
            layout=_WIDE,
        )
        self.picture = widgets.HTML()
        self.responses = widgets.HTML()
        self._offer_standards()
        self._offer_criteria()
        self._draw_all()
        self.cycle.observe(self._cycle_chosen, names="value")
        self.standard.observe(self._standard_chosen, names="value")
        for control in (self.areas, self.sector, self.tier):
            control.observe(self._draw_all, names="value")
        for control in (self.criterion, self.search):
            control.observe(self._draw_responses, names="value")

    @property
    def choice(self) -> Choice:
        """What is chosen now."""
        return Choice(
            cycle=self.cycle.value,
            standard=self.standard.value,
            criterion=self.criterion.value,
            areas=tuple(self.areas.value),
            sector=self.sector.value,
            tier=self.tier.value,
            search=self.search.value,
        )

    def show(self) -> widgets.Widget:
        """The explorer as one widget: choices, picture, criterion and search, responses."""
        return widgets.VBox(
            [
                widgets.HTML(fragment_style()),
                self.cycle,
                self.standard,
                self.areas,
                self.sector,
                self.tier,
                self.picture,
                self.criterion,
                self.search,
                self.responses,
            ]
        )

    def _offer_standards(self) -> None:
        framework = self._snapshot.framework(self.cycle.value)
        self.standard.options = [(f"{each.standard}  {each.title}", each.standard) for each in framework.standards]

    def _offer_criteria(self) -> None:
        standard = self._snapshot.framework(self.cycle.value).standard(self.standard.value)
        self.criterion.options = [(f"{each.criterion}  {each.summary}", each.criterion) for each in standard.criteria]

    def _cycle_chosen(self, change: dict[str, Any]) -> None:
        del change
        with self.standard.hold_trait_notifications():
            self._offer_standards()
        self._standard_chosen({})

    def _standard_chosen(self, change: dict[str, Any]) -> None:
        del change
        with self.criterion.hold_trait_notifications():
            self._offer_criteria()
        self._draw_all()

    def _draw_all(self, change: dict[str, Any] | None = None) -> None:
        del change
        self.picture.value = as_html(picture(self._snapshot, self.choice))
        self._draw_responses()

    def _draw_responses(self, change: dict[str, Any] | None = None) -> None:
        del change
        self.responses.value = as_html(responses_table(self._snapshot, self.choice))
