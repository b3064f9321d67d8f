"""The explorer's controls and what they redraw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from toolkit.document import SYNTHETIC, Block, Blocks, Note, Text, as_html
from toolkit.errors import ToolkitError
from toolkit.explorer.choosing import Choice, picture, responses
from toolkit.publishing import fragment_style
from toolkit.reports.masking import open_masked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.store import Snapshot

_EVERY = ""
_EVIDENCE_WIDE = "<style>.document.responses td:nth-child(3) { min-width: 22rem; }</style>"
_LABEL = {"description_width": "5em"}


def explore(snapshot: str | Path) -> widgets.Widget:
    """The explorer of a snapshot's folder, or one sentence where it cannot be read."""
    try:
        return Explorer(snapshot).show()
    except ToolkitError as error:
        return widgets.VBox([widgets.HTML(fragment_style()), widgets.HTML(_html(Note(str(error), "warning")))])


class Explorer:
    """Choose cycle, standard, areas, sector and tier; see the picture; read every response to one criterion.

    Args:
        snapshot: the folder of a snapshot.

    Raises:
        StoreError: the folder is not a sound snapshot.
    """

    def __init__(self, snapshot: str | Path) -> None:
        self._snapshot: Snapshot = open_masked(Path(snapshot))
        settings, organisations = self._snapshot.settings, self._snapshot.organisations
        sectors = sorted(set(organisations["sector"]))
        tiers = sorted({tier for held in organisations["tiers"] for tier in held.split("; ") if tier})
        self.cycle = _dropdown("Cycle", [(cycle.id, cycle.id) for cycle in settings.cycles])
        self.cycle.value = settings.current_cycle.id
        self.standard = _dropdown("Standard", self._standards())
        self.areas = widgets.SelectMultiple(
            description="Areas",
            options=list(settings.area_codes),
            rows=min(8, len(settings.areas)),
            style=_LABEL,
            layout=_full_width(),
        )
        self.sector = _dropdown("Sector", [("All sectors", _EVERY), *((name, name) for name in sectors)])
        self.tier = _dropdown("Tier", [("All tiers", _EVERY), *((f"Tier {tier}", tier) for tier in tiers)])
        self.criterion = _dropdown("Criterion", self._criteria())
        self.search = widgets.Text(
            description="Search",
            placeholder="words in the name, evidence or action",
            style=_LABEL,
            layout=_full_width(),
        )
        self.picture = widgets.HTML(layout=widgets.Layout(flex="1 1 36em", min_width="0"))
        self.responses = widgets.HTML()
        self._settling = False
        self._draw_picture()
        self._draw_responses()
        for control in (self.cycle, self.standard, self.areas, self.sector, self.tier, self.criterion, self.search):
            control.observe(self._chosen, names="value")

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
        """The explorer as one widget: choices beside the picture; below them criterion, search and responses."""
        several = Text("No area chosen means all areas. For several, hold Ctrl, or Shift with the arrow keys.")
        choices = widgets.VBox(
            [self.cycle, self.standard, self.areas, widgets.HTML(_html(several)), self.sector, self.tier],
            layout=widgets.Layout(flex="0 0 22em"),
        )
        above = widgets.Box([choices, self.picture], layout=widgets.Layout(flex_flow="row wrap", grid_gap="24px"))
        parts = [widgets.HTML(fragment_style() + _EVIDENCE_WIDE), above, self.criterion, self.search, self.responses]
        if self._snapshot.settings.project.synthetic:
            parts.insert(1, widgets.HTML(_html(Note(SYNTHETIC, "warning"))))
        return widgets.VBox(parts, layout=widgets.Layout(max_width="86em"))

    def _chosen(self, change: dict[str, Any]) -> None:
        """Redraw what a control changes, once: a new cycle brings new standards, a new standard new criteria."""
        if self._settling:
            return
        control = change["owner"]
        self._settling = True
        try:
            if control is self.cycle:
                self.standard.options = self._standards()
            if control is self.cycle or control is self.standard:
                self.criterion.options = self._criteria()
        finally:
            self._settling = False
        if control is not self.criterion and control is not self.search:
            self._draw_picture()
        self._draw_responses()

    def _standards(self) -> list[tuple[str, str]]:
        framework = self._snapshot.framework(self.cycle.value)
        return [(f"{each.standard}  {each.title}", each.standard) for each in framework.standards]

    def _criteria(self) -> list[tuple[str, str]]:
        standard = self._snapshot.framework(self.cycle.value).standard(self.standard.value)
        return [(f"{each.criterion}  {each.text}", each.criterion) for each in standard.criteria]

    def _draw_picture(self) -> None:
        self.picture.value = _html(*picture(self._snapshot, self.choice).blocks)

    def _draw_responses(self) -> None:
        blocks = responses(self._snapshot, self.choice).blocks
        self.responses.value = _html(*blocks, kind="document responses", taken=("table-1",))


def _dropdown(label: str, options: Sequence[tuple[str, str]]) -> widgets.Dropdown:
    return widgets.Dropdown(description=label, options=list(options), style=_LABEL, layout=_full_width())


def _full_width() -> widgets.Layout:
    return widgets.Layout(width="auto")


def _html(*blocks: Block, kind: str = "document", taken: Sequence[str] = ()) -> str:
    """Blocks as a fragment of the page; the figures behind a chart are folded away until they are asked for."""
    html = as_html(Blocks(blocks), taken).replace('<details class="figure-data" open>', '<details class="figure-data">')
    return f'<div class="{kind}">{html}</div>'
