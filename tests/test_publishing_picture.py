"""Charts as pictures: what was drawn, in the toolkit's own fonts, the same bytes again."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from PIL import Image

from toolkit import figures
from toolkit.errors import PublishingError
from toolkit.publishing.picture import as_png

FRAME = pd.DataFrame({"area": ["Dudley", "Walsall"], "returned": [9, 4], "expected": [12, 5]})
LINKED = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{}" width="9" height="9"/></svg>'


def test_a_chart_becomes_a_picture_of_the_width_asked_for() -> None:
    chart = figures.response_bars("Dudley has most to come", FRAME, "area", heading="Area")
    png = as_png(chart.svg, 1120)
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    assert picture.width == 1120
    assert len({picture.getpixel((x, y)) for x in range(0, 1120, 8) for y in range(0, picture.height, 8)}) > 3, (
        "bars, text and paper"
    )
    assert png == as_png(chart.svg, 1120)


@pytest.mark.parametrize(
    "svg",
    [
        "<svg",
        "no picture at all",
        LINKED.format("/etc/hostname"),
        LINKED.format("http://127.0.0.1:9/x.png"),
    ],
)
def test_what_is_no_picture_or_fetches_one_is_refused(svg: str) -> None:
    with pytest.raises(PublishingError, match="typst refuses"):
        as_png(svg, 100)
