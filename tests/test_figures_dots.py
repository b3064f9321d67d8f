"""Charts of change and of differences: what their alternative texts and tables say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from test_figures import AREAS, change

from toolkit import figures

if TYPE_CHECKING:
    from toolkit.document import Figure


def moves(*steps: tuple[float, float]) -> Figure:
    shares = pd.DataFrame(steps, columns=["before", "after"]).assign(name=[f"S{at}" for at in range(len(steps))])
    shares = shares.assign(met_before=1, met_after=1, pairs=2, organisations=2, lower=0, upper=0, verdict="")
    return figures.change_dots("T", shares, "name", heading="Standard", periods=("2021", "2024"))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (((0.3, 0.4), (0.2, 0.5)), "Largest rise: S1, 20% to 50%. Smallest rise: S0, 30% to 40%. Up in 2, down in 0"),
        (((0.3, 0.4), (0.5, 0.2)), "Only rise: S0, 30% to 40%. Only fall: S1, 50% to 20%. Up in 1, down in 1"),
        (((0.5, 0.2), (0.4, 0.3)), "Largest fall: S0, 50% to 20%. Smallest fall: S1, 40% to 30%. Up in 0, down in 2"),
        (((0.1, 0.2), (0.3, 0.4)), "Every rise is 10.0 points, as in S0, 10% to 20%. Up in 2, down in 0"),
        (((0.3, 0.3), (0.4, 0.4)), "one for each standard. Up in 0, down in 0, level in 2."),
    ],
)
def test_the_alternative_text_calls_no_rise_a_fall(steps: tuple[tuple[float, float], ...], said: str) -> None:
    assert said in moves(*steps).alt


def test_shares_of_a_change_carry_their_counts_and_interval() -> None:
    table = change(["Standard 5"]).table
    assert table is not None
    assert table.rows[0][1:4] == (12, "40% (8 of 20)", "55% (11 of 20)")
    assert table.rows[0][5:] == ("+2.0 to +28.0 points", "better")


def test_differences_of_areas_are_told_in_the_order_given_and_rank_nobody() -> None:
    frame = pd.DataFrame({"name": AREAS, "difference": [0.01, 0.09, -0.05], "lower": -0.2, "upper": 0.2, "n": 9})
    alt = figures.difference_dots(
        "T", frame.assign(rest_n=60, verdict="no clear difference"), "name", heading="Area"
    ).alt
    assert "Differences run from -5.0 points to +9.0 points." in alt
    assert [alt.index(name) for name in AREAS] == sorted(alt.index(name) for name in AREAS)
    assert not re.search("[Hh]ighest|[Ll]owest", alt)
