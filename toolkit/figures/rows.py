"""Where the rows of a chart are: labels beside their bars where they are short, above them where they are long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.figures.drawing import WIDTH, Sheet, fold, text_width
from toolkit.figures.palette import PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDEST_GUTTER = 176
_LINE = 16
BAR = 20


class Rows:
    """The places of labelled rows: each row's `middle`, and `left` to `right` for what is drawn in it."""

    def __init__(self, labels: Sequence[str], *, top: float, beside: float, tall: bool = False) -> None:
        """Rows from `top` downwards; `beside` is the width kept free at the right, for two lines where `tall`."""
        aside = [fold(label, _WIDEST_GUTTER, lines=3) for label in labels]
        self.above = any(len(lines) > 2 for lines in aside)  # noqa: PLR2004 - two lines fit beside a bar
        self._lines = [fold(label, WIDTH - 8) for label in labels] if self.above else aside
        self.top = top
        self.left = 1.0 if self.above else max((text_width(line) for lines in aside for line in lines), default=0) + 8
        self.right = WIDTH - beside
        self.middles: list[float] = []
        for lines in self._lines:
            if self.above:
                self.middles.append(top + 4 + len(lines) * _LINE + BAR / 2)
                top = self.middles[-1] + BAR / 2 + 8
            else:
                height = max(BAR + (18 if tall else 10), len(lines) * _LINE + 8)
                self.middles.append(top + height / 2)
                top += height
        self.bottom = top

    def at(self, share: float, low: float = 0, high: float = 1) -> float:
        """The x of a value between `low` and `high`."""
        return self.left + (self.right - self.left) * (share - low) / (high - low)

    def label(self, sheet: Sheet) -> None:
        """Writes the labels."""
        for lines, middle in zip(self._lines, self.middles, strict=True):
            first = middle - BAR / 2 - 3 - len(lines) * _LINE if self.above else middle - len(lines) * _LINE / 2
            for number, line in enumerate(lines):
                x, ground = (8, PAPER) if self.above else (0, "")
                sheet.text(x, first + _LINE * (number + 0.5), line, behind=ground)
