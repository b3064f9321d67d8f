"""Charts as `document.Figure`: picture, alternative text and table, all three made from the same data.

Every function takes a title that states the chart's message, a frame with one row per bar, dot or cell in the order in
which they are drawn, and the names of the frame's columns. Nothing is sorted here. `basis` is what the chart is made
of, by which it can be traced.
"""

from toolkit.figures.bars import response_bars, share_bars
from toolkit.figures.dots import change_dots, difference_dots
from toolkit.figures.heat import heat_table
from toolkit.figures.stacked import stacked_ratings

__all__ = [
    "change_dots",
    "difference_dots",
    "heat_table",
    "response_bars",
    "share_bars",
    "stacked_ratings",
]
