"""Charts: the same bytes every time, alternative text that is true, names that stay text, contrast that is enough."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import under_seeds

from toolkit import figures
from toolkit.document import Blocks, Figure, as_html, cell_text, percent, plain_text
from toolkit.figures.drawing import Sheet
from toolkit.figures.palette import INK, RATING_LOOKS, Look, contrast, readable_on, shade
from toolkit.records import Rating

AREAS = ["Birmingham", "Coventry", "Dudley"]
NAN = float("nan")


def stacked(names: list[str]) -> Figure:
    frame = pd.DataFrame({"name": names, "met": 8, "partly_met": 3, "not_met": 4, "blank": 2, "unreadable": 1})
    return figures.stacked_ratings("Most is met", frame, "name", heading="Criterion")


def shares(names: list[str]) -> Figure:
    met = [8 - number % 8 for number in range(len(names))]
    frame = pd.DataFrame({"name": names, "met": met, "applicable": 10})
    frame = frame.assign(share=frame["met"] / 10, lower=frame["met"] / 12, upper=(frame["met"] + 2) / 12)
    return figures.share_bars("Few fall short", frame, "name", heading="Area", reference=("Region", 0.61))


def heat(names: list[str]) -> Figure:
    frame = pd.DataFrame(
        [
            {"standard": name, "area": area, "met": met, "applicable": 10, "share": met / 10}
            for name in names
            for met, area in enumerate(AREAS)
        ]
    )
    return figures.heat_table("One gap is shared", frame, "standard", "area", heading="Standard", too_few=5)


def change(names: list[str]) -> Figure:
    frame = pd.DataFrame({"name": names, "before": 0.4, "after": 0.55, "organisations": 12, "verdict": "better"})
    frame = frame.assign(met_before=8, met_after=11, pairs=20, lower=0.02, upper=0.28)
    return figures.change_dots("More is met", frame, "name", heading="Standard", periods=("2021", "2024"))


def difference(names: list[str]) -> Figure:
    frame = pd.DataFrame({"name": names, "difference": 0.1, "lower": -0.02, "upper": 0.22, "n": 9, "rest_n": 60})
    frame = frame.assign(verdict="no clear difference")
    return figures.difference_dots("No area stands out", frame, "name", heading="Area")


def responses(names: list[str]) -> Figure:
    frame = pd.DataFrame({"name": names, "returned": 9, "expected": 12})
    return figures.response_bars("Three in four have returned", frame, "name", heading="Sector")


def parsed(figure: Figure) -> ET.Element:
    return ET.fromstring(figure.svg)  # noqa: S314 - the toolkit wrote it


KINDS = [stacked, shares, heat, change, difference, responses]
Kind = Callable[[list[str]], Figure]
texts = st.text(min_size=1, max_size=60)  # without lone surrogates, which no data frame holds


@pytest.mark.parametrize("kind", KINDS)
def test_picture_is_named_described_and_self_contained(kind: Kind) -> None:
    figure = kind(AREAS)
    picture = parsed(figure)
    parts = {element.get("id"): element.text for element in picture.iter() if element.get("id")}
    named, described = picture.get("aria-labelledby", "").split()
    assert picture.get("role") == "img"
    assert (parts[named], parts[described]) == (figure.title, figure.alt)
    assert figure.svg.startswith("<svg ")
    assert not re.search(r"<!|<\?|script|@import|href|<style|(?<!xmlns=\")http", figure.svg)
    used = set(re.findall(r"url\(#([^)]+)\)", figure.svg))
    assert used <= set(parts)
    assert figure.table is not None
    assert len(figure.table.rows) == len(AREAS)


def test_pictures_in_one_page_share_no_ids() -> None:
    page = as_html(Blocks(tuple(kind(AREAS) for kind in (*KINDS, *KINDS))))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_same_bytes_again_and_in_another_process() -> None:
    here = [kind(AREAS).svg for kind in KINDS]
    assert [kind(AREAS).svg for kind in KINDS] == here
    program = (
        "import sys, hashlib; sys.path.insert(0, 'tests'); import test_figures as t;"
        "print(hashlib.sha256(''.join(k(t.AREAS).svg for k in t.KINDS).encode()).hexdigest());"
        "print('matplotlib' in sys.modules)"
    )
    assert under_seeds(program) == {f"{hashlib.sha256(''.join(here).encode()).hexdigest()}\nFalse\n"}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None)
@given(name=texts)
def test_any_name_stays_text(kind: Kind, name: str) -> None:
    picture = parsed(kind([name, "Other"]))
    tags = {element.tag.rpartition("}")[2] for element in picture.iter()}
    assert tags <= {"svg", "title", "desc", "text", "rect", "line", "circle", "defs", "pattern", "path"}


@pytest.mark.parametrize("name", ["$x^2$ costs $5", "<b>&amp;</b>", "]]><script>", 'font-family: x; id="a" url(#b)'])
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_names_print_as_written(kind: Kind, name: str) -> None:
    printed = "".join(element.text or "" for element in parsed(kind([name])).iter() if element.tag.endswith("text"))
    assert "".join(name.split()) in "".join(printed.split())


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows_and_very_long_names_are_drawn(kind: Kind) -> None:
    long = kind([f"{number} {'very long name ' * 30}" for number in range(40)])
    assert len(long.alt) < 600
    frame = kind(AREAS)
    assert frame.alt != long.alt


def test_empty_frames_are_drawn() -> None:
    columns = ["name", "met", "applicable", "share", "lower", "upper"]
    figure = figures.share_bars("Nothing yet", pd.DataFrame(columns=columns), "name", heading="Area")
    assert figure.alt == "Bar chart, share met by area, 0 bars. Whiskers show the bounds."
    assert figures.stacked_ratings("Nothing", pd.DataFrame(columns=["name"]), "name", heading="Area").alt.endswith(
        "No responses."
    )
    empty = pd.DataFrame(columns=["standard", "area", *columns])
    assert "0 rows" in figures.heat_table("Nothing", empty, "standard", "area", heading="Standard").alt


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=2, max_size=6))
def test_alternative_text_of_shares_is_true(counts: list[tuple[int, int]]) -> None:
    rows = [(f"Area {number}", min(met, asked), asked) for number, (met, asked) in enumerate(counts)]
    frame = pd.DataFrame(rows, columns=["name", "met", "applicable"]).assign(lower=None, upper=None)
    frame["share"] = frame["met"] / frame["applicable"]
    figure = figures.share_bars("T", frame, "name", heading="Area")
    said = re.findall(r"(Area \d): (\d+%) \((\d+) of (\d+)\)", figure.alt)
    assert said == [(name, percent(met / asked), str(met), str(asked)) for name, met, asked in rows]
    assert figure.table is not None
    table = [
        [cell_text(value, column) for value, column in zip(row, figure.table.columns, strict=True)]
        for row in figure.table.rows
    ]
    assert [(row[0], row[3], row[1], row[2]) for row in table] == [
        (name, percent(met / asked), f"{met}", f"{asked}") for name, met, asked in rows
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=6, max_size=6), min_size=1, max_size=5))
def test_alternative_text_of_ratings_counts_every_response(counts: list[list[int]]) -> None:
    frame = pd.DataFrame(counts, columns=[str(rating) for rating in Rating]).assign(
        name=[f"1.{n}" for n in range(len(counts))]
    )
    figure = figures.stacked_ratings("T", frame, "name", heading="Criterion")
    total = sum(map(sum, counts))
    for place, word in enumerate(["met", "partly met", "not met", "not applicable", "blank", "unreadable"]):
        sum_of = sum(row[place] for row in counts)
        assert (f" {sum_of} {word}" in figure.alt) == (sum_of > 0)
    assert (f"Of {total:,} response" in figure.alt) == (total > 0)


def test_alternative_text_of_the_others() -> None:
    assert responses(AREAS).alt.endswith("; Dudley: 75% (9 of 12).")
    assert heat(AREAS).alt.endswith("Shares run from 0% to 20%.")
    assert "Intervals clear of zero: 0 of 3." in difference(AREAS).alt
    assert "Up in 3, down in 0, level in 0." in change(AREAS).alt


@pytest.mark.parametrize("kind", [shares, heat, responses])
@pytest.mark.parametrize("many", [7, 40])
def test_no_area_is_named_first_or_last(kind: Kind, many: int) -> None:
    alt = kind([f"Area {number}" for number in range(many)]).alt
    assert not re.search("highest|lowest", alt, re.IGNORECASE)


def test_alternative_text_of_ratings_leaves_out_not_applicable() -> None:
    frame = pd.DataFrame({"name": ["12.1", "12.3"], "met": [19, 54], "not_met": [11, 50], "not_applicable": [76, 2]})
    alt = figures.stacked_ratings("T", frame, "name", heading="Criterion").alt
    assert "Highest share met of those applicable: 12.1, 63% (19 of 30). Lowest: 12.3, 52% (54 of 104)." in alt


def test_a_share_of_nothing_says_why() -> None:
    frame = pd.DataFrame(
        {
            "s": ["1", "2", "3", "4"],
            "a": "Dudley",
            "met": [0, 0, 0, 1],
            "applicable": [0, 0, 0, 2],
            "asked": [0, 6, 6, 6],
            "returned": [0, 0, 1, 1],
            "share": [NAN, NAN, NAN, 0.5],
        }
    )
    grid = figures.heat_table("T", frame, "s", "a", heading="Standard")
    assert grid.table is not None
    assert [row[1] for row in grid.table.rows] == ["none asked", "no return", "none apply", "50% (1 of 2)"]
    assert "No return: 1 cell." in grid.alt
    bars = figures.share_bars("T", frame.assign(lower=NAN, upper=NAN), "s", heading="Standard")
    for words in ("none asked", "no return", "none apply"):
        assert f">{words}</text>" in bars.svg
        assert f">{words}</text>" in grid.svg


def test_publishing_knows_colours_without_loading_what_draws_from_frames() -> None:
    program = "import sys, toolkit.publishing; print([m for m in ('numpy', 'pandas') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert found.stdout == "[]\n"


def test_too_few_is_said_and_not_drawn() -> None:
    frame = pd.DataFrame(
        {
            "name": ["Dudley", "Walsall"],
            "difference": [0.2, NAN],
            "lower": [0.1, NAN],
            "upper": [0.3, NAN],
            "n": [12, 1],
            "rest_n": [80, 91],
            "verdict": ["higher", "too few to compare"],
        }
    )
    figure = figures.difference_dots("T", frame, "name", heading="Area")
    assert ">too few to compare</text>" in figure.svg
    assert "Too few to compare: 1." in figure.alt
    assert figure.table is not None
    assert figure.table.rows[1] == ("Walsall", 1, 91, None, "–", "too few to compare")
    few = pd.DataFrame(
        {"name": ["Dudley"], "met": [1], "applicable": [2], "share": [0.5], "lower": [0.5], "upper": [0.5]}
    )
    bars = figures.share_bars("T", few, "name", heading="Area", too_few=5)
    assert ">too few: 1 of 2</text>" in bars.svg
    assert "50%" not in bars.alt


def test_small_cells_of_the_heat_table_say_few() -> None:
    frame = pd.DataFrame(
        {"s": ["1", "2"], "a": ["Dudley"] * 2, "met": [1, 9], "applicable": [2, 10], "share": [0.5, 0.9]}
    )
    figure = figures.heat_table("T", frame, "s", "a", heading="Standard", too_few=5)
    assert ">few</text>" in figure.svg
    assert ">90%</text>" in figure.svg
    assert figure.table is not None
    assert figure.table.rows == (("1", "few (1 of 2)"), ("2", "90% (9 of 10)"))


@given(st.floats(0, 1))
def test_text_on_every_shade_is_readable(share: float) -> None:
    fill = shade(share)
    assert contrast(readable_on(fill), fill) >= 4.5
    assert fill == shade(int(percent(share).rstrip("%")) / 100)


def test_ratings_differ_by_more_than_hue() -> None:
    for (_, one), (_, other) in combinations(RATING_LOOKS.items(), 2):
        assert contrast(one.fill, other.fill) >= 1.2 or one.hatch != other.hatch
    for look in RATING_LOOKS.values():
        assert contrast(readable_on(look.fill), look.fill) >= 4.5
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#12436D", "#FFFFFF") == pytest.approx(10.2, abs=0.1)


def test_a_sheet_is_plain_svg() -> None:
    sheet = Sheet(40.4, 50)
    sheet.box((0, -0.001), 10, 12.3456, Look("#FFFFFF", "///", "#505A5F"), INK)
    sheet.line((1, 2), (3, 4), width=1.5, dashes="5.6,4.2")
    sheet.dot(5, 6, 4, "#FFFFFF", INK)
    sheet.text(7, 8, "  a\n&  b ", size=10, anchor="right", bold=True, turned=38)
    sheet.text(7, 8, " \n ")
    svg = sheet.as_svg("T", "A")
    name = svg[svg.index('"fig') + 1 :][:13]
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 50 40" role="img"')
    assert svg.endswith("</defs></svg>")
    for mark in (
        (
            '<rect x="0" y="0" width="10" height="12.35" fill="#FFFFFF"/>'
            f'<rect x="0" y="0" width="10" height="12.35" fill="url(#{name}-hatch1)" '
            f'stroke="{INK}" stroke-width="0.8"/>'
        ),
        f'<line x1="1" y1="2" x2="3" y2="4" stroke="{INK}" stroke-width="1.5" stroke-dasharray="5.6,4.2"/>',
        f'<circle cx="5" cy="6" r="4" fill="#FFFFFF" stroke="{INK}" stroke-width="1.8"/>',
        (
            f'<text x="7" y="11.6" font-size="10" fill="{INK}" text-anchor="end" font-weight="700" '
            'transform="rotate(-38 7 11.6)">a &amp; b</text>'
        ),
        f'<pattern id="{name}-hatch1" patternUnits="userSpaceOnUse" width="72" height="72">',
    ):
        assert mark in svg
    assert svg.count("<text") == 1


@given(st.lists(st.text(max_size=30), min_size=6, max_size=6))
def test_every_text_and_attribute_of_a_sheet_is_escaped(texts: list[str]) -> None:
    title, alt, text, colour, edge, dashes = map(plain_text, texts)
    sheet = Sheet(40)
    sheet.box((0, 0), 1, 1, Look(colour), edge)
    sheet.line((0, 0), (1, 1), colour, width=1, dashes=dashes)
    sheet.text(0, 9, text, colour=colour, behind=edge)
    picture = ET.fromstring(sheet.as_svg(title, alt))  # noqa: S314 - the toolkit wrote it
    assert {element.tag.rpartition("}")[2] for element in picture.iter()} <= {
        "svg",
        "title",
        "desc",
        "text",
        "rect",
        "line",
    }
    shown = "".join(element.text or "" for element in picture.iter("{http://www.w3.org/2000/svg}text"))
    assert shown == " ".join(text.split())


def test_hatching_repeats_without_a_seam() -> None:
    sheet = Sheet(40)
    sheet.box((0, 0), 9, 9, Look("#FFFFFF", "xxxx"))
    path = re.findall(r"M([-\d.]+) ([-\d.]+)L([-\d.]+) ([-\d.]+)", sheet.as_svg("T", "A"))
    ends = [tuple(map(float, line)) for line in path]
    rising = [(x + y) for x, y, _, end in ends if end < y]
    falling = [(y - x) for x, y, _, end in ends if end > y]
    assert rising == [6.0 * place for place in range(25)]
    assert sorted(falling) == [6.0 * place for place in range(-12, 13)]


def test_direction_overrides_are_gone() -> None:
    assert "\u202e" not in shares(["\u202eevil"]).svg
    assert plain_text("\u202eevil") == "evil"
